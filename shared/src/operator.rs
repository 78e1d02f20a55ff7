//! What the operator and the worker say, with the operator key.

use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, DisplayName, KeyId, Locale};
use crate::phone::NumberPrefix;
use crate::portal::MinimumAcr;
use crate::theme::Theme;
use crate::{FormOfAddress, Kind, Origin, UnixSeconds};

/// `PUT /v1/tenants/{client_id}`: creates or replaces a tenant. API keys stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantSettings {
    pub portal_name: DisplayName,
    #[serde(default = "default_app_name")]
    pub app_name: DisplayName,
    /// Pages that may show the widget; at least one.
    pub origins: Vec<Origin>,
    /// For codes and calls where the transaction names none, and for the screen where the page says none. Without it calls
    /// are in `Locale::default()`, and the screen follows the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Without it each language has its own: nl *je*, fr *vous*, de *Sie*.
    #[serde(
        default,
        deserialize_with = "crate::object::optional_word",
        skip_serializing_if = "Option::is_none"
    )]
    pub form_of_address: Option<FormOfAddress>,
    #[serde(
        default,
        deserialize_with = "crate::object::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub theme: Option<Theme>,
    #[serde(default, deserialize_with = "crate::object::object")]
    pub policy: Policy,
    pub delivery: DeliveryRoute,
}

/// What a tenant may choose. Everything has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Kinds that may be bound and used.
    #[serde(deserialize_with = "crate::object::words")]
    pub kinds: Vec<Kind>,
    pub backup: BackupGrace,
    /// How long a session token lives, in seconds: 300 to 86,400.
    pub session_lifetime: u64,
    #[serde(deserialize_with = "crate::object::word")]
    pub signature: SignatureAlgorithm,
    #[serde(deserialize_with = "crate::object::word")]
    pub profile_mobile: ProfileMobile,
    #[serde(deserialize_with = "crate::object::word")]
    pub first_enrollment: FirstEnrollment,
    #[serde(deserialize_with = "crate::object::word")]
    pub totp_window: TotpWindow,
    /// What every login must at least be completed with; a transaction may ask for more, and not for less.
    #[serde(
        deserialize_with = "crate::object::optional_word",
        skip_serializing_if = "Option::is_none"
    )]
    pub minimum_acr: Option<MinimumAcr>,
    /// Whether users may make recovery codes.
    pub recovery_codes: bool,
    /// Numbers of the portal's own exchange, by their beginning; at most 100. See [`AuthenticatorView`](crate::session::AuthenticatorView).
    pub own_numbers: Vec<NumberPrefix>,
    /// Whether the sessions that an authenticator proved end with it, where the user or the profile removes it. Where the
    /// help desk does, they always end.
    pub removal_ends_sessions: bool,
}

/// Who may set up the first method of an account that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstEnrollment {
    /// Whoever gives the right password first (trust on first use).
    #[default]
    OnFirstUse,
    /// Whoever has a code of the portal's help desk besides.
    ByInvitation,
}

/// For which time steps a code of an authenticator app is accepted (RFC 6238 §5.2, §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotpWindow {
    /// The step before, the present one and the next.
    #[default]
    OneEitherWay,
    /// The step before and the present one.
    NoneAhead,
}

/// How long a user may do with one authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupGrace {
    /// May be put off this many times. `0` requires it at once.
    Skips(u32),
    /// May be put off until this time.
    Until(UnixSeconds),
}

/// JWS algorithm of a tenant's tokens (RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SignatureAlgorithm {
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// What a mobile number in the portal's profile becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileMobile {
    /// An authenticator at once; shown as not confirmed until its first right code.
    #[default]
    BindAtOnce,
    /// A suggestion that the user confirms with a code.
    ConfirmFirst,
}

/// Where codes go. One route now; the adapters of providers are further variants.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DeliveryRoute {
    Webhook(#[serde(deserialize_with = "crate::object::object")] WebhookRoute),
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookRoute {
    /// `https://…` (or `http://` on loopback, for development).
    pub url: String,
    /// `whsec_` and base64 of 24 to 64 bytes (Standard Webhooks). Never shown again.
    pub secret: String,
}

impl std::fmt::Debug for DeliveryRoute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeliveryRoute(..)")
    }
}

impl std::fmt::Debug for WebhookRoute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookRoute(..)")
    }
}

/// Answer to `GET` and `PUT /v1/tenants/{client_id}`: everything but the secrets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TenantResponse {
    pub client_id: ClientId,
    pub portal_name: DisplayName,
    pub app_name: DisplayName,
    pub origins: Vec<Origin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<FormOfAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    pub policy: Policy,
    pub webhook_url: String,
    pub api_keys: Vec<ApiKeyView>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiKeyView {
    pub id: KeyId,
    pub created_at: UnixSeconds,
}

/// Answer to `POST /v1/tenants/{client_id}/api-keys` (201). At most two keys are alive; a third is refused.
#[derive(Clone, Serialize, Deserialize)]
pub struct ApiKeyResponse {
    pub id: KeyId,
    /// Shown this once; only its hash is kept.
    pub api_key: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            kinds: Kind::METHODS.to_vec(),
            backup: BackupGrace::Skips(3),
            session_lifetime: 8 * 60 * 60,
            signature: SignatureAlgorithm::default(),
            profile_mobile: ProfileMobile::default(),
            first_enrollment: FirstEnrollment::default(),
            totp_window: TotpWindow::default(),
            minimum_acr: None,
            recovery_codes: true,
            own_numbers: Vec::new(),
            removal_ends_sessions: true,
        }
    }
}

#[allow(clippy::expect_used, reason = "a constant that the tests parse")]
fn default_app_name() -> DisplayName {
    DisplayName::parse("Qaller").expect("constant")
}

#[cfg(test)]
mod tests {
    #[test]
    fn defaults_parse() {
        assert_eq!(super::default_app_name().as_str(), "Qaller");
    }
}
