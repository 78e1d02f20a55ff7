//! The deployment's root keys, and everything derived from them.

use std::collections::BTreeMap;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::{Bytes, decode, encode};
use crate::entropy::Entropy;
use crate::refusal::Refusal;

/// What a MAC is for. Each use has a key of its own, so a value of one use is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacUse {
    /// Transaction ids and session secrets.
    Handle,
    /// One-time codes at rest.
    Code,
    /// Recovery codes and the help desk's codes at rest.
    Fallback,
    /// Telephone numbers, to compare without decrypting.
    Number,
    /// API keys, to refuse a made-up one before anything is looked up.
    ApiKey,
    /// `Idempotency-Key` values and what they were sent with.
    Idempotency,
    /// Rows of the audit trail.
    Event,
    /// In a `sid`, the authenticator that proved the login.
    SessionProof,
    /// How many accounts an object owns.
    Census,
}

/// The keys of one version of the root key.
struct Keys {
    seal: Aes256Gcm,
    handle: Hmac<Sha256>,
    code: Hmac<Sha256>,
    fallback: Hmac<Sha256>,
    number: Hmac<Sha256>,
    api_key: Hmac<Sha256>,
    idempotency: Hmac<Sha256>,
    event: Hmac<Sha256>,
    session_proof: Hmac<Sha256>,
    census: Hmac<Sha256>,
}

/// All root keys that are alive. New values are made with the newest; values of older ones are still read.
pub struct Keyring {
    versions: BTreeMap<u8, Keys>,
    current: u8,
}

/// An AES-256-GCM ciphertext with the version of its key, stored as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(String);

impl Keyring {
    /// Parses `1:<base64url of 32 bytes>`, several parted by commas; the highest number makes new values.
    ///
    /// # Errors
    /// A sentence that quotes no key.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut versions = BTreeMap::new();
        for part in text.split(',') {
            let (version, key) = part
                .trim()
                .split_once(':')
                .ok_or("expected <version>:<base64url of 32 bytes>")?;
            let version: u8 = version
                .parse()
                .map_err(|_| "a key's version is a number from 0 to 255")?;
            let mut bytes = Zeroizing::new([0; 32]);
            match Base64UrlUnpadded::decode(key, bytes.as_mut()) {
                Ok(decoded) if decoded.len() == 32 => {}
                _ => return Err("a root key is base64url of exactly 32 bytes"),
            }
            if versions.insert(version, Keys::derive(&bytes)?).is_some() {
                return Err("two root keys have the same version");
            }
        }
        let current = *versions
            .keys()
            .next_back()
            .ok_or("at least one root key is needed")?;
        Ok(Self { versions, current })
    }

    /// The version that makes new values.
    #[must_use]
    pub const fn current(&self) -> u8 {
        self.current
    }

    /// All that are alive, the oldest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = u8> {
        self.versions.keys().copied()
    }

    /// HMAC-SHA256 over the parts, each with its length before it, under the key of `version`.
    pub(crate) fn mac(&self, version: u8, usage: MacUse, parts: &[&[u8]]) -> Result<[u8; 32], Refusal> {
        let keys = self.versions.get(&version).ok_or(Refusal::NoRootKey(version))?;
        let mut mac = match usage {
            MacUse::Handle => keys.handle.clone(),
            MacUse::Code => keys.code.clone(),
            MacUse::Fallback => keys.fallback.clone(),
            MacUse::Number => keys.number.clone(),
            MacUse::ApiKey => keys.api_key.clone(),
            MacUse::Idempotency => keys.idempotency.clone(),
            MacUse::Event => keys.event.clone(),
            MacUse::SessionProof => keys.session_proof.clone(),
            MacUse::Census => keys.census.clone(),
        };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().into())
    }

    /// Encrypts for storage or for a ticket. `bound_to` must be given again to open it: where it belongs, so that a
    /// ciphertext moved to another place does not decrypt.
    pub(crate) fn seal(
        &self,
        bound_to: &[u8],
        plain: &[u8],
        entropy: &mut Entropy,
    ) -> Result<Sealed, Refusal> {
        let keys = self
            .versions
            .get(&self.current)
            .ok_or(Refusal::Internal("no current root key"))?;
        let nonce: [u8; 12] = entropy.take()?;
        let sealed = keys
            .seal
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: plain,
                    aad: bound_to,
                },
            )
            .map_err(|_| Refusal::Internal("cannot seal"))?;
        let mut bytes = Vec::with_capacity(sealed.len().saturating_add(13));
        bytes.push(self.current);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(Sealed(encode(&bytes)))
    }

    /// `None` where it is not ours, was moved, or was changed in a single bit.
    pub(crate) fn open(&self, bound_to: &[u8], sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = decode(&sealed.0)?;
        let (version, rest) = bytes.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(12)?;
        let nonce = <[u8; 12]>::try_from(nonce).ok()?;
        let keys = self.versions.get(version)?;
        keys.seal
            .decrypt(
                &nonce.into(),
                Payload {
                    msg: sealed,
                    aad: bound_to,
                },
            )
            .ok()
            .map(Zeroizing::new)
    }
}

impl Keyring {
    /// As [`Self::open`], for what is stored: it was ours when it was written.
    ///
    /// # Errors
    /// [`Refusal::NoRootKey`] where its version is not held any more, else [`Refusal::Internal`] with `fault`.
    pub(crate) fn open_stored(
        &self,
        bound_to: &[u8],
        sealed: &Sealed,
        fault: &'static str,
    ) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        match sealed.version() {
            Some(version) if !self.holds(version) => Err(Refusal::NoRootKey(version)),
            _ => self.open(bound_to, sealed).ok_or(Refusal::Internal(fault)),
        }
    }

    /// Seals a stored value anew, where an older version made it. One that does not open stays as it is: nothing is ever
    /// lost here. Whether it changed.
    pub(crate) fn reseal(
        &self,
        bound_to: &[u8],
        sealed: &mut Sealed,
        entropy: &mut Entropy,
    ) -> Result<bool, Refusal> {
        if sealed.version() == Some(self.current) {
            return Ok(false);
        }
        let Some(plain) = self.open(bound_to, sealed) else {
            return Ok(false);
        };
        *sealed = self.seal(bound_to, &plain, entropy)?;
        Ok(true)
    }

    /// Whether a version of the root key is there.
    #[must_use]
    pub fn holds(&self, version: u8) -> bool {
        self.versions.contains_key(&version)
    }
}

impl Sealed {
    /// Of the root key that made it; `None` of something that nothing here made.
    pub(crate) fn version(&self) -> Option<u8> {
        decode(self.0.get(..4)?)?.first().copied()
    }

    pub(crate) const fn from_text(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl Keys {
    fn derive(root: &[u8; 32]) -> Result<Self, &'static str> {
        let hkdf = Hkdf::<Sha256>::new(None, root);
        let key = |usage: &str| {
            let mut out = Zeroizing::new([0; 32]);
            hkdf.expand(format!("pbx-2fa {usage} v1").as_bytes(), out.as_mut())
                .map_err(|_| "cannot derive a key")?;
            Ok::<_, &'static str>(out)
        };
        let mac = |usage: &str| {
            <Hmac<Sha256> as KeyInit>::new_from_slice(key(usage)?.as_ref()).map_err(|_| "cannot derive a key")
        };
        Ok(Self {
            seal: Aes256Gcm::new_from_slice(key("seal")?.as_ref()).map_err(|_| "cannot derive a key")?,
            handle: mac("handle")?,
            code: mac("code")?,
            fallback: mac("fallback")?,
            number: mac("number")?,
            api_key: mac("api key")?,
            idempotency: mac("idempotency")?,
            event: mac("event")?,
            session_proof: mac("session proof")?,
            census: mac("census")?,
        })
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

/// What made a stored value that names no version: such values are older than the second version.
pub(crate) const fn first_version() -> u8 {
    1
}

/// SHA-256, for values of at least 128 random bits, which need no key (NIST SP 800-63B-4 §3.1.2.2).
pub(crate) fn hash(bytes: &[u8]) -> Bytes<32> {
    Bytes(Sha256::digest(bytes).into())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Keyring, MacUse, Sealed};
    use crate::entropy::Entropy;
    use crate::refusal::Refusal;

    pub(crate) fn keyring() -> Keyring {
        Keyring::parse("1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap()
    }

    /// After a rotation: the one above, and a second.
    pub(crate) fn two_keys() -> Keyring {
        Keyring::parse(
            "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
        )
        .unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_where_it_belongs_and_unchanged() {
        let keys = keyring();
        let sealed = keys
            .seal(b"here", b"secret", &mut Entropy::new([7; 256]))
            .unwrap();
        assert_eq!(keys.open(b"here", &sealed).unwrap().as_slice(), b"secret");
        assert!(keys.open(b"there", &sealed).is_none());
        for at in 0..sealed.0.len() {
            let mut text = sealed.0.clone().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            let changed = Sealed(String::from_utf8(text).unwrap());
            assert!(keys.open(b"here", &changed).is_none(), "changed at {at}");
        }
    }

    #[test]
    fn an_older_key_still_opens_what_it_sealed() {
        let old = keyring();
        let sealed = old.seal(b"here", b"secret", &mut Entropy::new([7; 256])).unwrap();
        let both = two_keys();
        assert_eq!(both.current(), 2);
        assert!(both.open(b"here", &sealed).is_some());
        let new = both
            .seal(b"here", b"secret", &mut Entropy::new([7; 256]))
            .unwrap();
        assert!(old.open(b"here", &new).is_none());
    }

    #[test]
    fn a_value_is_sealed_anew_once_and_one_that_does_not_open_is_left_alone() {
        let (old, both) = (keyring(), two_keys());
        let mut entropy = Entropy::new([7; 256]);
        let mut sealed = old.seal(b"here", b"secret", &mut entropy).unwrap();
        assert_eq!(sealed.version(), Some(1));
        let first = sealed.clone();
        assert_eq!(both.reseal(b"there", &mut sealed, &mut entropy), Ok(false));
        assert_eq!(sealed, first);
        assert_eq!(both.reseal(b"here", &mut sealed, &mut entropy), Ok(true));
        assert_eq!(sealed.version(), Some(2));
        assert_eq!(both.open(b"here", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(both.reseal(b"here", &mut sealed, &mut entropy), Ok(false));
        let fault = old.open_stored(b"here", &sealed, "it does not open");
        assert_eq!(fault.unwrap_err(), Refusal::NoRootKey(2));
        let fault = old.open_stored(b"there", &first, "it does not open");
        assert_eq!(fault.unwrap_err(), Refusal::Internal("it does not open"));
    }

    #[test]
    fn parts_and_uses_cannot_be_confused() {
        let keys = keyring();
        let mac = |usage, parts: &[&[u8]]| keys.mac(1, usage, parts).unwrap();
        assert_ne!(
            mac(MacUse::Code, &[b"ab", b"c"]),
            mac(MacUse::Code, &[b"a", b"bc"])
        );
        assert_ne!(mac(MacUse::Code, &[b"a"]), mac(MacUse::Handle, &[b"a"]));
    }

    #[test]
    fn a_malformed_keyring_is_refused_without_quoting_it() {
        for bad in [
            "",
            "1",
            "1:AAAA",
            "x:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!Keyring::parse(bad).unwrap_err().contains("AAAA"));
        }
    }
}
