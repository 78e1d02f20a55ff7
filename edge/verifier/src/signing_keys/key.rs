//! One key that signs tokens, as it is kept: its private half sealed.

use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_shared::{SigningKeyId, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::jwk::PrivateJwk;
use crate::entropy::Entropy;
use crate::keyring::{Keyring, Sealed};
use crate::refusal::Refusal;

/// A key that was just made, for whoever keeps the keys to take or to leave. Until it is taken, it means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub(super) kid: SigningKeyId,
    pub(super) alg: SignatureAlgorithm,
    pub(super) sealed: Sealed,
}

/// A key that was taken. All that it will be follows from the two times, and from the key after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    pub kid: SigningKeyId,
    pub alg: SignatureAlgorithm,
    sealed: Sealed,
    pub(super) published_from: UnixSeconds,
    pub(super) signs_from: UnixSeconds,
}

impl Offer {
    /// # Errors
    /// [`Refusal::Internal`] where the root keys or the entropy fail.
    pub fn seal(jwk: &PrivateJwk, keys: &Keyring, entropy: &mut Entropy) -> Result<Self, Refusal> {
        let plain = jwk.to_text("encrypted for storage");
        let sealed = keys.seal(&place(jwk.kid()), plain.as_bytes(), entropy)?;
        Ok(Self {
            kid: jwk.kid().clone(),
            alg: jwk.algorithm(),
            sealed,
        })
    }

    pub(super) fn take(self, published_from: UnixSeconds, signs_from: UnixSeconds) -> SigningKey {
        SigningKey {
            kid: self.kid,
            alg: self.alg,
            sealed: self.sealed,
            published_from,
            signs_from,
        }
    }
}

impl SigningKey {
    /// The key itself. Its public half comes from here, too: nobody without the root key can have one published.
    ///
    /// # Errors
    /// [`Refusal::Internal`] where it does not open, or is another than it is kept for.
    pub fn open(&self, keys: &Keyring) -> Result<PrivateJwk, Refusal> {
        let plain = keys.open(&place(&self.kid), &self.sealed);
        let plain = plain.ok_or(Refusal::Internal(
            "a signing key does not open with these ROOT_KEYS",
        ))?;
        let text = std::str::from_utf8(&plain).map_err(|_| Refusal::Internal("a signing key is no text"))?;
        let jwk = PrivateJwk::parse(text).map_err(Refusal::Internal)?;
        if *jwk.kid() != self.kid || jwk.algorithm() != self.alg {
            return Err(Refusal::Internal("a signing key is another than it is kept for"));
        }
        Ok(jwk)
    }

    /// Under the current root key.
    pub(super) fn reseal(&mut self, keys: &Keyring, entropy: &mut Entropy) -> Result<bool, Refusal> {
        keys.reseal(&place(&self.kid), &mut self.sealed, entropy)
    }

    /// Of the root key that it is sealed with.
    pub(super) fn root_version(&self) -> u8 {
        self.sealed.version().unwrap_or_default()
    }
}

fn place(kid: &SigningKeyId) -> Vec<u8> {
    ["signing key", kid.as_str()].join("\0").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::Offer;
    use crate::entropy::Entropy;
    use crate::keyring::tests::keyring;
    use crate::signing_keys::jwk::PrivateJwk;
    use crate::signing_keys::jwk::tests::{ED25519, P256};
    use pbx_2fa_shared::operator::SignatureAlgorithm;

    fn offer(text: &str) -> Offer {
        let jwk = PrivateJwk::parse(text).unwrap();
        Offer::seal(&jwk, &keyring(), &mut Entropy::new([7; Entropy::BYTES])).unwrap()
    }

    #[test]
    fn a_key_is_kept_sealed_and_opens_as_it_was() {
        for text in [P256, ED25519] {
            let kept = offer(text).take(1, 2);
            let stored = serde_json::to_string(&kept).unwrap();
            let jwk = PrivateJwk::parse(text).unwrap();
            assert!(
                !stored.contains("jpsQ") && !stored.contains("nWGx") && !stored.contains(&jwk.to_public().x)
            );
            let opened = kept.open(&keyring()).unwrap();
            assert_eq!(*opened.to_text("compared"), *jwk.to_text("compared"));
        }
    }

    #[test]
    fn a_sealed_key_moved_to_another_kid_or_algorithm_does_not_open() {
        let (one, other) = (offer(P256), offer(ED25519));
        let mut moved = one.clone();
        moved.kid = other.kid;
        assert!(moved.take(1, 2).open(&keyring()).is_err());
        let mut renamed = one;
        renamed.alg = SignatureAlgorithm::EdDsa;
        assert!(renamed.take(1, 2).open(&keyring()).is_err());
    }
}
