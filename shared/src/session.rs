//! What the widget and the worker say.

use serde::{Deserialize, Serialize};

use crate::ids::{AuthenticatorId, ChallengeId, DisplayName, EnrollmentId, Locale};
use crate::{E164, FormOfAddress, Kind, OneTimeCode, Purpose, RecoveryCode, SubmittedCode, UnixSeconds};

/// `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRequest {
    pub ticket: String,
}

/// Answer to `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ExchangeResponse {
    /// `Authorization: Bearer …` of all further calls. Kept in memory only.
    pub secret: String,
    pub view: View,
    /// A style sheet for the shadow root: the tenant's theme, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

/// `POST /v1/session/challenges`: a code by the named authenticator, or by the primary. Asking for the one that is
/// live already sends again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator: Option<AuthenticatorId>,
}

/// `POST /v1/session/attempts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRequest {
    pub challenge: ChallengeId,
    /// Six digits; for kinds `recovery` and `bypass` sixteen letters and digits.
    pub code: SubmittedCode,
}

/// `POST /v1/session/finish`. In state `backup` it puts the back-up off, where that is allowed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {}

/// `POST /v1/session/enrollments`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", try_from = "EnrollFields")]
pub enum EnrollRequest {
    Totp {},
    Mobile(NumberToEnroll),
    Landline(NumberToEnroll),
}

/// Which number to bind: a typed one, or the one that the portal offered (see [`Suggestion`]).
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum NumberToEnroll {
    Typed(TypedNumber),
    Suggested(SuggestedNumber),
}

#[derive(Debug, Clone, Serialize)]
pub struct TypedNumber {
    pub number: E164,
}

#[derive(Debug, Clone, Serialize)]
pub struct SuggestedNumber {
    pub suggested: True,
}

/// The fields as they arrive, so that each is refused by its own name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnrollFields {
    #[serde(deserialize_with = "crate::object::word")]
    kind: EnrollKind,
    number: Option<E164>,
    suggested: Option<True>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum EnrollKind {
    Totp,
    Mobile,
    Landline,
}

impl TryFrom<EnrollFields> for EnrollRequest {
    type Error = &'static str;
    fn try_from(fields: EnrollFields) -> Result<Self, Self::Error> {
        let number = match (fields.number, fields.suggested) {
            (Some(number), None) => Some(NumberToEnroll::Typed(TypedNumber { number })),
            (None, Some(suggested)) => Some(NumberToEnroll::Suggested(SuggestedNumber { suggested })),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("expected one of number and suggested"),
        };
        match (fields.kind, number) {
            (EnrollKind::Totp, None) => Ok(Self::Totp {}),
            (EnrollKind::Totp, Some(_)) => Err("number and suggested are for mobile and landline"),
            (EnrollKind::Mobile, Some(number)) => Ok(Self::Mobile(number)),
            (EnrollKind::Landline, Some(number)) => Ok(Self::Landline(number)),
            (EnrollKind::Mobile | EnrollKind::Landline, None) => Err("expected one of number and suggested"),
        }
    }
}

/// The JSON value `true`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "bool", into = "bool")]
pub struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;
    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Ok(Self) } else { Err("expected true") }
    }
}

impl From<True> for bool {
    fn from(_: True) -> Self {
        true
    }
}

/// `POST /v1/session/enrollments/{id}/confirm`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    pub code: OneTimeCode,
}

/// `POST /v1/session/recovery-codes`. Codes that were made before are worth nothing from then on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodesRequest {}

/// `PUT /v1/session/primary`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrimaryRequest {
    pub authenticator: AuthenticatorId,
}

/// What to show now. Every call of the widget is answered with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub state: State,
    pub purpose: Purpose,
    /// The portal's name, as the tenant gave it.
    pub portal_name: DisplayName,
    /// The vendor's app, as the tenant calls it.
    pub app_name: DisplayName,
    /// The transaction's, or else the tenant's: for the screen where the page says no language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// The tenant's. Without it each language has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<FormOfAddress>,
    /// Bound authenticators, the primary first; after them, where there are codes left, `bypass` and `recovery`.
    pub authenticators: Vec<AuthenticatorView>,
    /// The code that is awaited: in state `challenge`, and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeView>,
    /// The enrollment that awaits its code: in states `enroll`, `backup` and `manage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment: Option<EnrollmentView>,
    /// In state `backup`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupView>,
    /// Kinds that may be set up now, strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enrollable: Vec<Kind>,
    /// Numbers that the portal knows, masked, and that one click sets up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    /// New recovery codes: only in the answer that made them, never again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<RecoveryCode>,
    /// In state `verified`: for the portal's backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertion: Option<String>,
    /// In state `locked`: when to try again; absent where every method is disabled, and only the portal can help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<UnixSeconds>,
    /// What may be done now; anything else is refused.
    pub actions: Vec<Action>,
    /// When this transaction ends.
    pub expires_at: UnixSeconds,
    pub server_time: UnixSeconds,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("state", &self.state)
            .field("actions", &self.actions)
            .finish_non_exhaustive()
    }
}

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A code is awaited (for the login, or as step-up in the method manager).
    Challenge,
    /// No authenticator yet: choose and confirm the first.
    Enroll,
    /// The code was right; a back-up is due.
    Backup,
    /// The method manager.
    Manage,
    /// Nothing more to do.
    Verified,
    /// Too many wrong codes; no code is accepted before `locked_until`, or at all where that is absent.
    Locked,
}

/// What the widget may ask for in this view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `POST attempts`.
    Attempt,
    /// `POST challenges` (the same authenticator again, from `resend_at` on).
    Resend,
    /// `POST challenges` with another authenticator.
    UseAnother,
    /// `POST enrollments`.
    Enroll,
    /// `POST enrollments/{id}/confirm`.
    Confirm,
    /// `POST finish`: put the back-up off.
    SkipBackup,
    /// `POST finish`.
    Finish,
    /// `PUT primary`.
    SetPrimary,
    /// `DELETE authenticators/{id}`.
    Remove,
    /// Changes need a code first: `POST challenges`, and the view becomes `challenge` until it is given.
    StepUp,
    /// `POST recovery-codes`.
    IssueRecoveryCodes,
}

/// A bound authenticator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorView {
    pub id: AuthenticatorId,
    pub kind: Kind,
    /// A masked number (`+32 ••• •• •• 56`) or empty.
    pub hint: String,
    pub primary: bool,
    /// `false` for a number from the profile that has not yet been proven by a code.
    pub confirmed: bool,
    /// `false` where the portal decides on it (it is in the user's profile) or where policy needs it.
    pub removable: bool,
    /// After too many wrong codes: no code of it is asked or accepted, and it has to be set up anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The number is one of the portal's own exchange: who is inside the portal could redirect it, so it cannot be the only one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_pbx: bool,
    /// Of `recovery`: how many codes have not been used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes_left: Option<u32>,
}

/// A code that is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeView {
    pub id: ChallengeId,
    pub authenticator: AuthenticatorId,
    pub kind: Kind,
    pub hint: String,
    pub delivery: Delivery,
    /// When the code stops being accepted.
    pub expires_at: UnixSeconds,
    /// When a new code may be asked for; absent for an authenticator app, and when no more will be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_at: Option<UnixSeconds>,
    pub attempts_left: u32,
}

/// How far the sending of a code has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The authenticator app makes its own code.
    NotNeeded,
    /// On its way to the vendor's gateway.
    Sending,
    /// The gateway has taken it.
    Sent,
    /// The telephone rings.
    Ringing,
    /// Somebody answers the telephone.
    Answered,
    /// The person did not want it.
    Declined,
    /// Nobody answered the telephone.
    NoAnswer,
    /// The gateway could not be reached or refused, or could not deliver.
    Failed,
    /// Not sent: too many codes went unanswered; see `resend_at`.
    Throttled,
}

impl View {
    /// How far the code has come that the screen waits for.
    #[must_use]
    pub fn delivery(&self) -> Option<Delivery> {
        let challenge = self.challenge.as_ref().map(|c| c.delivery);
        challenge.or_else(|| self.enrollment.as_ref().map(|e| e.delivery))
    }
}

impl Delivery {
    /// Whether news of it may still come from the gateway.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Sending | Self::Sent | Self::Ringing)
    }
}

/// An enrollment that awaits its code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentView {
    pub id: EnrollmentId,
    pub kind: Kind,
    pub hint: String,
    pub delivery: Delivery,
    pub expires_at: UnixSeconds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_at: Option<UnixSeconds>,
    pub attempts_left: u32,
    /// As in [`AuthenticatorView`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_pbx: bool,
    /// The key of an authenticator app: only in the answer that created it, never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<TotpSetup>,
}

/// What an authenticator app needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpSetup {
    /// Base32 without padding (RFC 4648), 160 bits.
    pub secret: String,
    /// `otpauth://totp/…` (Key Uri Format), the content of the QR code and of the same-phone link.
    pub uri: String,
}

impl std::fmt::Debug for EnrollmentView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrollmentView")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// In state `backup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupView {
    /// Why something is to be set up.
    #[serde(default, skip_serializing_if = "BackupReason::is_usual")]
    pub reason: BackupReason,
    /// Whether it must be set up now.
    pub required: bool,
    /// How many more times it may be put off, this one included, where the tenant counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skips_left: Option<u32>,
    /// Until when it may be put off, where the tenant set a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixSeconds>,
}

/// Why state `backup` asks for another method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupReason {
    /// There is nothing to fall back on.
    #[default]
    NoBackup,
    /// The login was by a recovery code or one of the help desk: the usual method may be lost.
    FallbackUsed,
    /// This login needs a stronger method than the one it was begun with.
    TooWeak,
}

impl BackupReason {
    const fn is_usual(&self) -> bool {
        matches!(self, Self::NoBackup)
    }
}

/// A number that the portal knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub kind: Kind,
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::EnrollRequest;

    #[test]
    fn an_enrollment_is_exactly_one_of_its_forms() {
        for good in [
            r#"{"kind":"totp"}"#,
            r#"{"kind":"mobile","number":"+32470123456"}"#,
            r#"{"kind":"landline","suggested":true}"#,
        ] {
            assert!(serde_json::from_str::<EnrollRequest>(good).is_ok(), "{good}");
        }
        for bad in [
            r#"{"kind":"app"}"#,
            r#"{"kind":{"totp":null}}"#,
            r#"{"kind":"totp","number":"+32470123456"}"#,
            r#"{"kind":"mobile"}"#,
            r#"{"kind":"mobile","suggested":false}"#,
            r#"{"kind":"mobile","number":["+32470123456","+32470123457"]}"#,
            r#"{"kind":"mobile","number":"+32470123456","primary":true}"#,
            r#"{"kind":"mobile","number":"+32470123456","suggested":true}"#,
        ] {
            assert!(serde_json::from_str::<EnrollRequest>(bad).is_err(), "{bad}");
        }
    }
}
