//! The audit trail of an account: what happened, who did it, in order. The portal reads it, and is told of most of it at once.

use serde::{Deserialize, Serialize};

use crate::ids::{AuthenticatorId, DisplayName, SessionId, Subject};
use crate::text::public_text;
use crate::{ClientId, Kind, UnixSeconds};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3 and so on in each account, without a gap.
    pub sequence: u64,
    pub at: UnixSeconds,
    #[serde(rename = "type")]
    pub kind: EventType,
    pub actor: Actor,
    /// Why, in the help desk's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What it was about, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator: Option<EventAuthenticator>,
    /// The one session that was revoked; left out where all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// What.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventType {
    /// A login was completed: the portal redeemed it.
    #[serde(rename = "login.completed")]
    LoginCompleted,
    /// A wrong code, by somebody who had the right password.
    #[serde(rename = "second_factor.failed")]
    SecondFactorFailed,
    /// After wrong codes, no code is accepted for a while.
    #[serde(rename = "account.throttled")]
    AccountThrottled,
    #[serde(rename = "authenticator.bound")]
    AuthenticatorBound,
    #[serde(rename = "authenticator.removed")]
    AuthenticatorRemoved,
    /// After too many wrong codes; it has to be set up anew.
    #[serde(rename = "authenticator.disabled")]
    AuthenticatorDisabled,
    /// The user made recovery codes; earlier ones are worth nothing.
    #[serde(rename = "recovery_codes.issued")]
    RecoveryCodesIssued,
    /// A recovery code was used.
    #[serde(rename = "recovery_code.used")]
    RecoveryCodeUsed,
    /// The help desk gave out a code for one login.
    #[serde(rename = "bypass.issued")]
    BypassIssued,
    #[serde(rename = "bypass.used")]
    BypassUsed,
    /// The user chose which is asked first.
    #[serde(rename = "primary.changed")]
    PrimaryChanged,
    /// The help desk lifted the waits.
    #[serde(rename = "account.unlocked")]
    AccountUnlocked,
    /// The help desk removed everything; the next login begins anew.
    #[serde(rename = "account.reset")]
    AccountReset,
    /// The portal ended one session, or all.
    #[serde(rename = "sessions.revoked")]
    SessionsRevoked,
    /// The operator put back a back-up; what was under way, and codes that may have been used since, are void.
    #[serde(rename = "account.restored")]
    AccountRestored,
}

impl EventType {
    /// Whether the portal is told at once. A completed login it has just done itself, and a restored back-up is no news of one
    /// account.
    #[must_use]
    pub const fn is_told(self) -> bool {
        !matches!(self, Self::LoginCompleted | Self::AccountRestored)
    }
}

/// Who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// Whoever acted in the page, after the password.
    User,
    /// The portal, by the profile that it sent along or by its own call.
    Portal,
    /// Whoever runs the service.
    Operator,
    /// Somebody of the help desk, as the portal names them.
    HelpDesk { name: DisplayName },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventAuthenticator {
    pub id: AuthenticatorId,
    pub kind: Kind,
    /// A masked number, or empty.
    pub hint: String,
}

public_text!(
    /// Why the help desk acts: 1 to 200 characters without control characters.
    Reason,
    "expected 1 to 200 characters without control characters",
    |t| (1..=200).contains(&t.chars().count()) && !t.chars().any(char::is_control)
);

/// Body of every call of the help desk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpDeskRequest {
    /// Who acts, as the portal names them.
    pub actor: DisplayName,
    pub reason: Reason,
}

/// Answer to `GET /v1/subjects/{subject}/events`: the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventsResponse {
    pub events: Vec<Event>,
    /// What to ask `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Whether these are the events as they were written, each following the one before it and, on the last page, the last
    /// one that the account knows of.
    pub intact: bool,
}

/// What the portal is told of an event: `data` of the webhook whose `type` is the event's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub client_id: ClientId,
    pub subject: Subject,
    #[serde(flatten)]
    pub event: Event,
}
