//! API keys of tenants: `pbx2fa_<client id>_<key id>_<secret>`.
//!
//! The secret is 256 random bits and a 64-bit MAC over the rest, so that a made-up key is refused without a look-up
//! (OWASP ASVS 5.0 13.2.1; 6.5.2: a plain hash is enough from 112 bits on).

use pbx_2fa_shared::{ClientId, KeyId};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::bytes::{Bytes, decode, encode};
use crate::entropy::Entropy;
use crate::keyring::{Keyring, MacUse, first_version, hash};
use crate::refusal::Refusal;

/// A key as it was presented, known to be of our making; whether it is alive is the tenant's record to say.
pub struct PresentedKey {
    pub client_id: ClientId,
    pub key_id: KeyId,
    hash: Bytes<32>,
}

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredKey {
    pub id: KeyId,
    pub created_at: u64,
    hash: Bytes<32>,
    /// Of the root key whose MAC is inside the key that was handed out: it stays needed for as long as the key lives.
    #[serde(default = "first_version")]
    pub(crate) version: u8,
}

/// Makes a key. The text is shown once; the record is kept.
///
/// # Errors
/// [`Refusal::Internal`] where the keys or the entropy fail.
pub fn mint(
    keys: &Keyring,
    client_id: &ClientId,
    now: u64,
    entropy: &mut Entropy,
) -> Result<(String, StoredKey), Refusal> {
    let id: String = entropy.take::<4>()?.iter().map(|b| format!("{b:02x}")).collect();
    let secret: [u8; 32] = entropy.take()?;
    let version = keys.current();
    let mut bytes = vec![version];
    bytes.extend_from_slice(&secret);
    bytes.extend_from_slice(&checksum(keys, version, client_id.as_str(), &id, &secret)?);
    let text = format!("pbx2fa_{client_id}_{id}_{}", encode(&bytes));
    let id = KeyId::parse(id).map_err(|_| Refusal::Internal("key id"))?;
    let hash = hash(text.as_bytes());
    Ok((
        text,
        StoredKey {
            id,
            created_at: now,
            hash,
            version,
        },
    ))
}

impl PresentedKey {
    /// `None` where the key was not made here.
    #[must_use]
    pub fn parse(keys: &Keyring, text: &str) -> Option<Self> {
        if text.len() > 160 {
            return None;
        }
        let mut parts = text.strip_prefix("pbx2fa_")?.splitn(3, '_');
        let (client, id, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = decode(rest)?;
        let (version, rest) = bytes.split_first()?;
        let (secret, presented) = rest.split_first_chunk::<32>()?;
        let checksum = checksum(keys, *version, client, id, secret).ok()?;
        if !bool::from(checksum.ct_eq(presented)) {
            return None;
        }
        Some(Self {
            client_id: ClientId::parse(client).ok()?,
            key_id: KeyId::parse(id).ok()?,
            hash: hash(text.as_bytes()),
        })
    }

    /// Whether it is this stored key.
    #[must_use]
    pub fn is(&self, stored: &StoredKey) -> bool {
        self.key_id == stored.id && bool::from(self.hash.0.ct_eq(&stored.hash.0))
    }
}

impl std::fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PresentedKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

fn checksum(
    keys: &Keyring,
    version: u8,
    client: &str,
    id: &str,
    secret: &[u8; 32],
) -> Result<[u8; 8], Refusal> {
    let mac = keys.mac(
        version,
        MacUse::ApiKey,
        &[client.as_bytes(), id.as_bytes(), secret],
    )?;
    let mut out = [0; 8];
    out.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::ClientId;

    use super::{PresentedKey, mint};
    use crate::entropy::Entropy;
    use crate::keyring::tests::keyring;

    #[test]
    fn a_key_is_known_again_and_a_changed_one_is_not() {
        let keys = keyring();
        let client = ClientId::parse("portal-1").unwrap();
        let (text, stored) = mint(&keys, &client, 5, &mut Entropy::new([0xfb; Entropy::BYTES])).unwrap();
        let presented = PresentedKey::parse(&keys, &text).unwrap();
        assert!(presented.is(&stored));
        assert_eq!(presented.client_id, client);
        let (_, other) = mint(&keys, &client, 5, &mut Entropy::new([0xfc; Entropy::BYTES])).unwrap();
        assert!(!presented.is(&other));
        for at in 7..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
            assert!(
                PresentedKey::parse(&keys, std::str::from_utf8(&bytes).unwrap()).is_none(),
                "at {at}"
            );
        }
    }
}
