//! The cookie of a login without script: who it is, and what its next page says.

use base64ct::{Base64UrlUnpadded, Encoding};
use pbx_2fa_plain::Notice;
use pbx_2fa_shared::session::EnrollRequest;
use pbx_2fa_shared::{FormOfAddress, Locale, Origin, ReturnTo, UnixSeconds};
use pbx_2fa_verifier::{Keyring, Refusal, carried};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::entropy;

/// Bound to this host alone (RFC 6265bis §4.1.3.2).
const NAME: &str = "__Host-pbx-2fa";

/// Sealed, so that neither the browser nor whoever reads its disk learns anything.
#[derive(Serialize, Deserialize)]
pub(super) struct Carried {
    /// As the widget holds it in its memory.
    pub(super) secret: String,
    /// The portal's, for which the transaction was opened.
    pub(super) origin: Origin,
    pub(super) return_to: ReturnTo,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) form_of_address: Option<FormOfAddress>,
    pub(super) ends_at: UnixSeconds,
    #[serde(default)]
    pub(super) notice: Notice,
    /// The number that is being set up, to call it once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) again: Option<EnrollRequest>,
}

impl Carried {
    /// From a `Cookie` header.
    pub(super) fn of(keys: &Keyring, header: Option<&str>) -> Option<Self> {
        let pairs = header?.split(';').filter_map(|pair| pair.trim().split_once('='));
        let values = pairs.filter(|(name, _)| *name == NAME).map(|(_, value)| value);
        values.take(4).find_map(|value| carried::open(keys, value))
    }

    /// As a `Set-Cookie` header, kept for as long as the transaction lasts. `Lax`, because with `Strict` it would not come
    /// along when the portal's form leads here; see decision 12.
    pub(super) fn to_cookie(&self, keys: &Keyring, now: UnixSeconds) -> Result<String, Refusal> {
        let sealed = carried::seal(keys, self, &mut entropy::fresh()?)?;
        let seconds = self.ends_at.saturating_sub(now);
        Ok(format!(
            "{NAME}={sealed}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"
        ))
    }

    /// The header that takes it away.
    pub(super) fn no_cookie() -> String {
        format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    /// What the forms of this session bear: another page cannot know it, and one of an earlier session has another.
    pub(super) fn mark(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"pbx-2fa form v1\0");
        digest.update(self.secret.as_bytes());
        Base64UrlUnpadded::encode_string(&digest.finalize())
    }

    pub(super) fn has_mark(&self, mark: &str) -> bool {
        self.mark().as_bytes().ct_eq(mark.as_bytes()).into()
    }
}
