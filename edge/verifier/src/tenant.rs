//! A tenant's record: its settings, its API keys' hashes, and its webhook secret, sealed.

use base64ct::{Base64, Encoding};
use pbx_2fa_shared::operator::{
    ApiKeyResponse, ApiKeyView, DeliveryRoute, Policy, TenantResponse, TenantSettings, WebhookRoute,
};
use pbx_2fa_shared::portal::MinimumAcr;
use pbx_2fa_shared::theme::Theme;
use pbx_2fa_shared::{
    ClientId, DisplayName, FormOfAddress, KeyId, Kind, Locale, Origin, ProblemType, UnixSeconds,
};
use serde::{Deserialize, Serialize};

use crate::api_key::{PresentedKey, StoredKey, mint};
use crate::context::Tenant;
use crate::entropy::Entropy;
use crate::keyring::{Keyring, Sealed};
use crate::limits;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::theme::{self, Medium, Png};

/// What is kept of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRecord {
    client_id: ClientId,
    portal_name: DisplayName,
    app_name: DisplayName,
    origins: Vec<Origin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    form_of_address: Option<FormOfAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme: Option<Theme>,
    policy: Policy,
    webhook_url: String,
    webhook_secret: Sealed,
    api_keys: Vec<StoredKey>,
}

/// Where a tenant's codes go, and the key that signs them.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub url: String,
    pub key: Secret<Vec<u8>>,
}

impl TenantRecord {
    /// A new tenant, or new settings for one that exists (`previous`), whose API keys stay.
    ///
    /// # Errors
    /// `invalid-request` with the name of the setting that cannot be.
    pub fn put(
        client_id: ClientId,
        settings: TenantSettings,
        previous: Option<Self>,
        keys: &Keyring,
        entropy: &mut Entropy,
    ) -> Result<Self, Refusal> {
        check(&settings)?;
        let DeliveryRoute::Webhook(WebhookRoute { url, secret }) = settings.delivery;
        let secret = webhook_key(&secret)?;
        let plain = secret.expose("encrypted for storage");
        let webhook_secret = keys.seal(&place(&client_id), plain, entropy)?;
        Ok(Self {
            client_id,
            portal_name: settings.portal_name,
            app_name: settings.app_name,
            origins: settings.origins,
            locale: settings.locale,
            form_of_address: settings.form_of_address,
            theme: settings.theme,
            policy: settings.policy,
            webhook_url: url,
            webhook_secret,
            api_keys: previous.map(|p| p.api_keys).unwrap_or_default(),
        })
    }

    /// A further API key.
    ///
    /// # Errors
    /// `invalid-request` where two are alive already.
    pub fn add_key(
        &mut self,
        keys: &Keyring,
        now: UnixSeconds,
        entropy: &mut Entropy,
    ) -> Result<ApiKeyResponse, Refusal> {
        if self.api_keys.len() >= limits::API_KEYS_PER_TENANT {
            return Err(invalid("two API keys are alive; delete one first"));
        }
        let (api_key, stored) = mint(keys, &self.client_id, now, entropy)?;
        let id = stored.id.clone();
        self.api_keys.push(stored);
        Ok(ApiKeyResponse { id, api_key })
    }

    /// # Errors
    /// `not-found`.
    pub fn delete_key(&mut self, id: &KeyId) -> Result<(), Refusal> {
        let at = self
            .api_keys
            .iter()
            .position(|k| k.id == *id)
            .ok_or(ProblemType::NotFound)?;
        self.api_keys.remove(at);
        Ok(())
    }

    /// Whether a presented key is one that is alive.
    #[must_use]
    pub fn accepts(&self, key: &PresentedKey) -> bool {
        key.client_id == self.client_id && self.api_keys.iter().any(|stored| key.is(stored))
    }

    #[must_use]
    pub fn allows(&self, origin: &Origin) -> bool {
        self.origins.contains(origin)
    }

    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The style sheet of its theme, if it has one.
    #[must_use]
    pub fn sheet(&self, medium: Medium<'_>) -> Option<String> {
        let theme = self.theme.as_ref()?;
        Some(theme::sheet(theme, &self.client_id, medium))
    }

    /// Its logo of this name.
    #[must_use]
    pub fn logo(&self, name: &str) -> Option<Png> {
        theme::logo(self.theme.as_ref()?, name)
    }

    /// What the rules need of it.
    #[must_use]
    pub fn tenant(&self) -> Tenant {
        Tenant {
            client_id: self.client_id.clone(),
            portal_name: self.portal_name.clone(),
            app_name: self.app_name.clone(),
            locale: self.locale.clone(),
            form_of_address: self.form_of_address,
            policy: self.policy.clone(),
        }
    }

    /// Seals the webhook secret anew, where an older version of the root key has sealed it.
    ///
    /// # Errors
    /// Only faults.
    pub fn reseal(&mut self, keys: &Keyring, entropy: &mut Entropy) -> Result<(), Refusal> {
        keys.reseal(&place(&self.client_id), &mut self.webhook_secret, entropy)
            .map(drop)
    }

    /// The version of the root key that the webhook secret needs.
    #[must_use]
    pub fn secret_version(&self) -> u8 {
        self.webhook_secret.version().unwrap_or_default()
    }

    /// Its API keys, each with the version of the root key that it was handed out with: that one stays needed until the key
    /// is replaced, for the MAC is inside the key.
    pub fn key_versions(&self) -> impl Iterator<Item = (&KeyId, u8)> {
        self.api_keys.iter().map(|k| (&k.id, k.version))
    }

    /// # Errors
    /// A fault where the secret does not open.
    pub fn webhook(&self, keys: &Keyring) -> Result<Webhook, Refusal> {
        let fault = "a webhook secret does not open";
        let plain = keys.open_stored(&place(&self.client_id), &self.webhook_secret, fault)?;
        Ok(Webhook {
            url: self.webhook_url.clone(),
            key: Secret::new(plain.to_vec()),
        })
    }

    #[must_use]
    pub fn to_response(&self) -> TenantResponse {
        let view = |k: &StoredKey| ApiKeyView {
            id: k.id.clone(),
            created_at: k.created_at,
        };
        TenantResponse {
            client_id: self.client_id.clone(),
            portal_name: self.portal_name.clone(),
            app_name: self.app_name.clone(),
            origins: self.origins.clone(),
            locale: self.locale.clone(),
            form_of_address: self.form_of_address,
            theme: self.theme.clone(),
            policy: self.policy.clone(),
            webhook_url: self.webhook_url.clone(),
            api_keys: self.api_keys.iter().map(view).collect(),
        }
    }
}

fn place(client_id: &ClientId) -> Vec<u8> {
    ["webhook", client_id.as_str()].join("\0").into_bytes()
}

fn invalid(detail: &str) -> Refusal {
    Refusal::Explained {
        problem: ProblemType::InvalidRequest,
        detail: detail.to_owned(),
    }
}

/// By what users set up themselves: nobody is left without a way in.
fn can_be_reached(floor: MinimumAcr, policy: &Policy) -> bool {
    let mut own = policy.kinds.iter().filter(|k| **k != Kind::App);
    own.any(|kind| floor.is_reached_by(*kind))
}

fn check(settings: &TenantSettings) -> Result<(), Refusal> {
    let policy = &settings.policy;
    let lifetime = limits::SESSION_LIFETIME_MIN..=limits::SESSION_LIFETIME_MAX;
    let DeliveryRoute::Webhook(route) = &settings.delivery;
    if settings.origins.is_empty() || settings.origins.len() > 32 {
        Err(invalid("origins: expected 1 to 32"))
    } else if !lifetime.contains(&policy.session_lifetime) {
        Err(invalid("policy.session_lifetime: expected 300 to 86400 seconds"))
    } else if !policy.kinds.iter().any(|k| *k != Kind::App) {
        Err(invalid(
            "policy.kinds: expected at least one that a user can set up (totp, mobile or landline)",
        ))
    } else if policy.kinds.iter().any(|k| k.is_fallback()) {
        Err(invalid(
            "policy.kinds: expected app, totp, mobile and landline only",
        ))
    } else if policy
        .minimum_acr
        .is_some_and(|floor| !can_be_reached(floor, policy))
    {
        Err(invalid(
            "policy.minimum_acr: expected one that a kind reaches which a user can set up (totp, mobile or landline)",
        ))
    } else if policy.own_numbers.len() > limits::OWN_NUMBERS {
        Err(invalid("policy.own_numbers: expected at most 100"))
    } else if !is_webhook_url(&route.url) {
        Err(invalid(
            "delivery.webhook.url: expected https://host/path (http only for localhost and 127.0.0.1)",
        ))
    } else if let Some(fault) = settings.theme.as_ref().and_then(theme::fault) {
        Err(invalid(&fault))
    } else {
        Ok(())
    }
}

/// `https` anywhere, `http` only to this machine, for development; no user name, no fragment.
fn is_webhook_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let plain =
        url.len() <= 2_048 && !url.contains(['@', '#', '\\']) && url.bytes().all(|b| b.is_ascii_graphic());
    // An origin's rules are exactly those of scheme and authority here.
    plain && Origin::parse(format!("{scheme}://{authority}")).is_ok()
}

/// Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes.
fn webhook_key(text: &str) -> Result<Secret<Vec<u8>>, Refusal> {
    let bytes = text
        .strip_prefix("whsec_")
        .and_then(|b| Base64::decode_vec(b).ok());
    match bytes.map(Secret::new) {
        Some(key) if (24..=64).contains(&key.expose("its length is checked").len()) => Ok(key),
        _ => Err(invalid(
            "delivery.webhook.secret: expected whsec_ and base64 of 24 to 64 bytes",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{TenantRecord, is_webhook_url};
    use crate::api_key::PresentedKey;
    use crate::entropy::Entropy;
    use crate::keyring::Keyring;
    use crate::keyring::tests::{keyring, two_keys};
    use crate::refusal::Refusal;
    use pbx_2fa_shared::ClientId;

    const SETTINGS: &str = r#"{"portal_name":"Qaller","origins":["https://portal.example"],
        "delivery":{"webhook":{"url":"https://portal.example/hook","secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"}}}"#;

    fn put(settings: &str) -> Result<TenantRecord, Refusal> {
        let client = ClientId::parse("portal").unwrap();
        let settings = serde_json::from_str(settings).unwrap();
        TenantRecord::put(
            client,
            settings,
            None,
            &keyring(),
            &mut Entropy::new([1; Entropy::BYTES]),
        )
    }

    #[test]
    fn two_keys_live_side_by_side_and_a_deleted_one_is_refused() {
        let keys = keyring();
        let mut record = put(SETTINGS).unwrap();
        let first = record
            .add_key(&keys, 1, &mut Entropy::new([1; Entropy::BYTES]))
            .unwrap();
        let second = record
            .add_key(&keys, 2, &mut Entropy::new([2; Entropy::BYTES]))
            .unwrap();
        assert!(
            record
                .add_key(&keys, 3, &mut Entropy::new([3; Entropy::BYTES]))
                .is_err()
        );
        let accepted = |r: &TenantRecord, k: &str| r.accepts(&PresentedKey::parse(&keys, k).unwrap());
        assert!(accepted(&record, &first.api_key) && accepted(&record, &second.api_key));
        record.delete_key(&first.id).unwrap();
        assert!(!accepted(&record, &first.api_key) && accepted(&record, &second.api_key));
        assert!(record.delete_key(&first.id).is_err());
    }

    #[test]
    fn the_webhook_secret_is_stored_sealed_and_opens() {
        let record = put(SETTINGS).unwrap();
        let stored = serde_json::to_string(&record).unwrap();
        assert!(!stored.contains("MDEyMzQ1Njc4"));
        let key = record.webhook(&keyring()).unwrap().key;
        assert_eq!(key.expose("compared"), b"0123456789abcdef01234567");
    }

    #[test]
    fn a_rotation_seals_the_secret_anew_and_names_the_keys_that_stay_behind() {
        let mut record = put(SETTINGS).unwrap();
        let entropy = || Entropy::new([1; Entropy::BYTES]);
        record.add_key(&keyring(), 1, &mut entropy()).unwrap();
        let second = record.add_key(&two_keys(), 2, &mut entropy()).unwrap();
        assert_eq!(record.secret_version(), 1);
        record.reseal(&two_keys(), &mut entropy()).unwrap();
        assert_eq!(record.secret_version(), 2);
        let versions: Vec<u8> = record.key_versions().map(|(_, version)| version).collect();
        assert_eq!(versions, [1, 2]);
        let alone = Keyring::parse("2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").unwrap();
        let key = record.webhook(&alone).unwrap().key;
        assert_eq!(key.expose("compared"), b"0123456789abcdef01234567");
        assert!(record.accepts(&PresentedKey::parse(&alone, &second.api_key).unwrap()));
        assert_eq!(record.webhook(&keyring()).unwrap_err(), Refusal::NoRootKey(2));
    }

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        for (from, to, name) in [
            (r#"["https://portal.example"]"#, "[]", "origins"),
            ("https://portal.example/hook", "http://portal.example/hook", "url"),
            ("whsec_MDEy", "whsec_", "secret"),
            (
                r#""delivery""#,
                r#""policy":{"session_lifetime":10},"delivery""#,
                "session_lifetime",
            ),
            (
                r#""delivery""#,
                r#""policy":{"kinds":["app"]},"delivery""#,
                "kinds",
            ),
            (
                r#""delivery""#,
                r#""policy":{"kinds":["app","mobile"],"minimum_acr":"urn:pbx-2fa:totp"},"delivery""#,
                "minimum_acr",
            ),
        ] {
            let settings = SETTINGS.replace(from, to);
            let settings = if name == "secret" {
                settings.replace("OWFiY2RlZjAxMjM0NTY3", "")
            } else {
                settings
            };
            assert!(
                format!("{:?}", put(&settings).unwrap_err()).contains(name),
                "{name}"
            );
        }
    }

    #[test]
    fn webhooks_go_over_tls_or_to_this_machine() {
        for good in [
            "https://a.example/x?y=1",
            "https://a.example:8443",
            "http://localhost:8080/h",
            "http://127.0.0.1:8080/h",
        ] {
            assert!(is_webhook_url(good), "{good}");
        }
        for bad in [
            "http://a.example/",
            "https://u@a.example/",
            "https://a.example/#x",
            "ftp://a.example",
            "/hook",
            "https://a example/",
            "https://",
        ] {
            assert!(!is_webhook_url(bad), "{bad}");
        }
    }
}
