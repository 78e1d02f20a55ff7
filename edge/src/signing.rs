//! Signing and verifying with the platform's WebCrypto: native speed, and the private keys never enter this module's
//! memory as numbers to compute with.

mod key;
mod known;
mod webcrypto;

use std::rc::Rc;

use base64ct::{Base64UrlUnpadded, Encoding};
use js_sys::Uint8Array;
use jsonwebtoken::Header;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::claims::{ASSERTION_TYPE, SESSION_TYPE};
use pbx_2fa_verifier::signing_keys::SigningKeys;
use pbx_2fa_verifier::{Keyring, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock;
use key::Key;
#[cfg(feature = "test-hooks")]
pub(crate) use known::tests_hook;
pub(crate) use known::{forget, known, known_for, make};

/// The deployment's signing keys, as the directory had them at a moment.
pub(crate) struct KeySet {
    rules: SigningKeys,
    /// In the order of `rules`.
    keys: Vec<Rc<Key>>,
    jwks: String,
}

/// A fault of the platform or the keys; its text holds no value.
#[derive(Debug)]
pub(crate) struct SigningFault(pub(crate) &'static str);

/// Which of the two tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TokenType {
    Assertion,
    Session,
}

impl TokenType {
    const fn name(self) -> &'static str {
        match self {
            Self::Assertion => ASSERTION_TYPE,
            Self::Session => SESSION_TYPE,
        }
    }
}

impl KeySet {
    /// What `earlier` has imported already is taken over from it.
    fn new(rules: SigningKeys, earlier: Option<&Self>, keyring: &Keyring) -> Result<Self, Refusal> {
        let mut keys = Vec::new();
        for kept in rules.published() {
            let known = earlier.and_then(|set| set.find(kept.kid.as_str()));
            keys.push(match known {
                Some(key) => Rc::clone(key),
                None => Rc::new(Key::new(kept, keyring)?),
            });
        }
        let public: Vec<_> = keys.iter().map(|key| &key.public).collect();
        let jwks = serde_json::json!({ "keys": public }).to_string();
        Ok(Self { rules, keys, jwks })
    }

    fn find(&self, kid: &str) -> Option<&Rc<Key>> {
        self.keys.iter().find(|key| key.kid() == kid)
    }

    fn has(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }

    /// The public keys (RFC 7517).
    pub(crate) fn jwks(&self) -> &str {
        &self.jwks
    }

    /// A compact JWS over the claims, by the active key of the tenant's algorithm.
    pub(crate) async fn sign<T: Serialize>(
        &self,
        keyring: &Keyring,
        algorithm: SignatureAlgorithm,
        token: TokenType,
        claims: &T,
    ) -> Result<String, SigningFault> {
        let active = self.rules.active(algorithm, clock::now());
        let key = active.and_then(|kept| self.find(kept.kid.as_str()));
        let key = key.ok_or(SigningFault("no active key of the tenant's algorithm"))?;
        let mut header = Header::new(key.header_algorithm());
        header.typ = Some(token.name().to_owned());
        header.kid = Some(key.kid().to_owned());
        let mut jws = format!("{}.{}", part(&header)?, part(claims)?);
        let signer = key.signer(keyring).await?;
        let signature = webcrypto::sign(key.parameters(), &signer, jws.as_bytes()).await;
        let signature = signature.map_err(|_| SigningFault("signing failed"))?;
        let signature = Uint8Array::new(&signature).to_vec();
        jws.push('.');
        jws.push_str(&Base64UrlUnpadded::encode_string(&signature));
        Ok(jws)
    }

    /// The claims of a token of this type that one of our keys signed with the tenant's algorithm; `None` for anything else.
    /// The key is found by `kid` among ours, the algorithm is the key's own, and nothing else in the header is heeded
    /// (RFC 8725 §3.1, §3.11).
    pub(crate) async fn verify<T: DeserializeOwned>(
        &self,
        algorithm: SignatureAlgorithm,
        token: TokenType,
        jws: &str,
    ) -> Result<Option<T>, SigningFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct OurHeader {
            typ: String,
            alg: SignatureAlgorithm,
            kid: String,
        }
        if jws.len() > 8_192 {
            return Ok(None);
        }
        let Some((signed, signature)) = jws.rsplit_once('.') else {
            return Ok(None);
        };
        let Some((header, claims)) = signed.split_once('.') else {
            return Ok(None);
        };
        let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).ok();
        let (Some(header), Some(claims), Some(signature)) =
            (decode(header), decode(claims), decode(signature))
        else {
            return Ok(None);
        };
        let Some(header) = object::<OurHeader>(&header).filter(|_| signature.len() == SIGNATURE_BYTES) else {
            return Ok(None);
        };
        let key = self
            .keys
            .iter()
            .find(|k| k.kid() == header.kid && k.algorithm == header.alg);
        let Some(key) = key.filter(|k| k.algorithm == algorithm && header.typ == token.name()) else {
            return Ok(None);
        };
        let verifier = key.verifier().await?;
        let verdict = webcrypto::verify(key.parameters(), &verifier, &signature, signed.as_bytes()).await;
        let genuine = verdict.map_err(|_| SigningFault("verifying failed"))?.is_truthy();
        Ok(if genuine { object(&claims) } else { None })
    }
}

/// Of both algorithms (RFC 7518 §3.4, RFC 8032 §5.1.6). WebCrypto takes another length for a fault of its caller.
const SIGNATURE_BYTES: usize = 64;

/// A JSON object, as we write it. (A derived `Deserialize` takes a list for a struct too, its values by place.)
fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    json.starts_with(b"{")
        .then(|| serde_json::from_slice(json).ok())
        .flatten()
}

fn part<T: Serialize>(value: &T) -> Result<String, SigningFault> {
    let json = serde_json::to_vec(value).map_err(|_| SigningFault("claims cannot be written"))?;
    Ok(Base64UrlUnpadded::encode_string(&json))
}

/// The key that a token names, where it names one.
fn kid_of(jws: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        kid: String,
    }
    let header = jws.split('.').next().filter(|header| header.len() <= 1_024)?;
    let header = Base64UrlUnpadded::decode_vec(header).ok()?;
    serde_json::from_slice::<Named>(&header)
        .ok()
        .map(|named| named.kid)
}

#[cfg(test)]
mod tests {
    use super::kid_of;
    use base64ct::{Base64UrlUnpadded, Encoding};

    #[test]
    fn a_token_names_its_key_or_none() {
        let token = |header: &str| format!("{}.e30.AA", Base64UrlUnpadded::encode_string(header.as_bytes()));
        assert_eq!(
            kid_of(&token(r#"{"alg":"ES256","kid":"k"}"#)).as_deref(),
            Some("k")
        );
        let long = "k".repeat(1_000);
        for header in ["{}", "[]", "", r#"{"kid":1}"#, &format!(r#"{{"kid":"{long}"}}"#)] {
            assert_eq!(kid_of(&token(header)), None, "{header}");
        }
        assert_eq!(kid_of(""), None);
        assert_eq!(kid_of("?.e30.AA"), None);
    }
}
