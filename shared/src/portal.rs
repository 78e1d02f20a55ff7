//! What the portal's backend and the worker say, with an API key.

use serde::{Deserialize, Serialize};

use crate::ids::{AuthenticatorId, DisplayName, Locale, Nonce, Subject, TransactionId};
use crate::{E164, Kind, Origin, Purpose, UnixSeconds};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(
        default,
        deserialize_with = "crate::object::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub profile: Option<Profile>,
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
