//! What the portal's backend and the worker say, with an API key.

use serde::{Deserialize, Serialize};

use crate::ids::{AuthenticatorId, DisplayName, Locale, Nonce, SessionId, Subject, TransactionId};
use crate::{E164, Kind, Origin, Purpose, RecoveryCode, ReturnTo, UnixSeconds};

/// `POST /v1/transactions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTransactionRequest {
    pub subject: Subject,
    /// Of the page that will show the widget; one of the tenant's.
    pub origin: Origin,
    pub nonce: Nonce,
    #[serde(default, deserialize_with = "crate::object::word")]
    pub purpose: Purpose,
    /// What this login must at least be completed with, where that is more than policy asks of every login.
    #[serde(
        default,
        deserialize_with = "crate::object::optional_word",
        skip_serializing_if = "Option::is_none"
    )]
    pub minimum_acr: Option<MinimumAcr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Where the response is posted by the page without script; an address of `origin`. That page is offered with it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<ReturnTo>,
    #[serde(
        default,
        deserialize_with = "crate::object::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub profile: Option<Profile>,
}

/// A floor for a login's `acr`, the lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MinimumAcr {
    /// Any method: no recovery code, and none of the help desk.
    #[serde(rename = "urn:pbx-2fa:pstn")]
    Pstn,
    /// The app or an authenticator app: no telephone call either.
    #[serde(rename = "urn:pbx-2fa:totp")]
    Totp,
}

impl MinimumAcr {
    /// Whether a login with this kind reaches it.
    #[must_use]
    pub const fn is_reached_by(self, kind: Kind) -> bool {
        match kind {
            Kind::App | Kind::Totp => true,
            Kind::Mobile | Kind::Landline => matches!(self, Self::Pstn),
            Kind::Recovery | Kind::Bypass => false,
        }
    }
}

/// What the portal knows of the user. A field that is left out says nothing; it never removes anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Shown in authenticator apps beside the code. The subject is used where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Becomes an authenticator (the back-up, where the app is one) without a click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<E164>,
    /// Offered, masked, when the user sets up a landline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landline: Option<E164>,
    #[serde(
        default,
        deserialize_with = "crate::object::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub app: Option<AppProfile>,
}

/// The vendor's softphone app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppProfile {
    /// `true` binds the app as authenticator; `false` removes it.
    pub registered: bool,
    /// Handed back in every push message, 1 to 4,096 bytes; the portal's own business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<DeviceToken>,
}

impl std::fmt::Debug for AppProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppProfile")
            .field("registered", &self.registered)
            .finish_non_exhaustive()
    }
}

crate::text::parsed_text!(
    /// Where a push message goes, in the vendor's own terms.
    DeviceToken,
    "expected 1 to 4096 printable ASCII characters",
    |t| (1..=4096).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_graphic())
);

/// Answer to `POST /v1/transactions` (201) and `POST /v1/transactions/{id}/ticket` (200).
#[derive(Clone, Serialize, Deserialize)]
pub struct TransactionResponse {
    /// At most 160 characters. Not secret: it opens nothing without the API key.
    pub transaction: TransactionId,
    /// For the page. Lives 120 s, is exchanged once. At most 12,000 characters.
    pub ticket: String,
    /// When the ticket expires.
    pub expires_at: UnixSeconds,
}

impl std::fmt::Debug for TransactionResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransactionResponse")
            .field("transaction", &self.transaction)
            .finish_non_exhaustive()
    }
}

/// `POST /v1/transactions/{id}/redeem`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// As the page handed it over (`pbx-2fa-response`).
    pub assertion: String,
}

/// Answer to redeem: what was proven, once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RedeemResponse {
    pub transaction: TransactionId,
    pub subject: Subject,
    pub nonce: Nonce,
    pub purpose: Purpose,
    pub amr: Vec<String>,
    pub acr: String,
    pub auth_time: UnixSeconds,
    pub jti: String,
    /// For a login: the signed session token and when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_expires_at: Option<UnixSeconds>,
}

/// `POST /v1/sessions/introspect` (RFC 7662 §2.1, in JSON).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntrospectRequest {
    /// A session token, or whatever was shown as one.
    pub token: String,
}

/// Answer to introspection (RFC 7662 §2.2): with the claims of a session that is alive, and nothing else of any other.
#[derive(Debug, Clone, Serialize)]
pub struct IntrospectResponse<Claims> {
    pub active: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Claims>,
}

/// `POST /v1/subjects/{subject}/sessions/revoke`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeRequest {
    /// The one session; where it is left out, all that the subject has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// Answer to `GET /v1/subjects/{subject}`: for the help desk and the portal's own pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectResponse {
    pub subject: Subject,
    pub authenticators: Vec<SubjectAuthenticator>,
    /// Whether the next login will ask for a back-up.
    pub backup_due: bool,
    /// No code is accepted before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttled_until: Option<UnixSeconds>,
    /// How many recovery codes have not been used; absent where none were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes_left: Option<u32>,
    /// Until when the code that the help desk gave out last is accepted, if it was not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypass_until: Option<UnixSeconds>,
}

/// Answer to `POST /v1/subjects/{subject}/bypass` (201).
#[derive(Clone, Serialize, Deserialize)]
pub struct BypassResponse {
    /// For the user, once: in groups of four. Only its MAC is kept.
    pub code: String,
    pub expires_at: UnixSeconds,
}

impl BypassResponse {
    #[must_use]
    pub fn new(code: &RecoveryCode, expires_at: UnixSeconds) -> Self {
        Self {
            code: code.grouped(),
            expires_at,
        }
    }
}

impl std::fmt::Debug for BypassResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BypassResponse")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// One authenticator as the portal sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectAuthenticator {
    pub id: AuthenticatorId,
    pub kind: Kind,
    pub hint: String,
    pub primary: bool,
    pub confirmed: bool,
    pub bound_at: UnixSeconds,
    /// Since when it is disabled, after too many wrong codes. It has to be set up anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<UnixSeconds>,
}

impl std::fmt::Debug for RedeemResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedeemResponse")
            .field("transaction", &self.transaction)
            .finish_non_exhaustive()
    }
}
