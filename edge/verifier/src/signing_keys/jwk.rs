//! A private key as a JWK (RFC 7517): what WebCrypto made, what is sealed, and its public half.

use pbx_2fa_shared::SigningKeyId;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::{decode, encode};
use crate::secret::Secret;

/// The members that matter of a private key on P-256 (RFC 7518 §6.2) or Ed25519 (RFC 8037 §2); others are left out.
#[derive(Debug, Clone)]
pub struct PrivateJwk {
    kid: SigningKeyId,
    algorithm: SignatureAlgorithm,
    x: String,
    /// On P-256 alone.
    y: Option<String>,
    d: Secret<String>,
}

/// What the world may know of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    pub kty: &'static str,
    pub crv: &'static str,
    pub x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(rename = "use")]
    pub usage: &'static str,
    pub alg: SignatureAlgorithm,
    pub kid: SigningKeyId,
}

impl PrivateJwk {
    /// # Errors
    /// A sentence that quotes nothing.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Members {
            kty: String,
            crv: String,
            x: String,
            y: Option<String>,
            d: String,
        }
        let Members { kty, crv, x, y, d } =
            serde_json::from_str(text).map_err(|_| "a signing key is no private JWK")?;
        let d = Secret::new(d);
        let algorithm = match (kty.as_str(), crv.as_str(), &y) {
            ("EC", "P-256", Some(_)) => SignatureAlgorithm::Es256,
            ("OKP", "Ed25519", None) => SignatureAlgorithm::EdDsa,
            _ => return Err("a signing key is neither on P-256 nor on Ed25519"),
        };
        let numbers = [Some(&x), y.as_ref(), Some(d.expose("its length is checked"))];
        if numbers.into_iter().flatten().any(|number| !is_32_bytes(number)) {
            return Err("a signing key's numbers are not 32 bytes each");
        }
        let kid = thumbprint(algorithm, &x, y.as_deref())?;
        Ok(Self {
            kid,
            algorithm,
            x,
            y,
            d,
        })
    }

    #[must_use]
    pub const fn kid(&self) -> &SigningKeyId {
        &self.kid
    }

    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The members again, private one included: to be sealed, or to be imported by WebCrypto.
    #[must_use]
    pub fn to_text(&self, reason: &'static str) -> Zeroizing<String> {
        let (kty, crv) = names(self.algorithm);
        let d = self.d.expose(reason);
        let y = member_y(self.y.as_deref());
        Zeroizing::new(format!(
            r#"{{"kty":"{kty}","crv":"{crv}","x":"{}"{y},"d":"{d}"}}"#,
            self.x
        ))
    }

    #[must_use]
    pub fn to_public(&self) -> PublicJwk {
        let (kty, crv) = names(self.algorithm);
        PublicJwk {
            kty,
            crv,
            x: self.x.clone(),
            y: self.y.clone(),
            usage: "sig",
            alg: self.algorithm,
            kid: self.kid.clone(),
        }
    }
}

/// RFC 7638 §3: the hash of the members that a public key of its type must have, sorted and without spaces. None of them
/// needs an escape: the numbers are base64url.
fn thumbprint(algorithm: SignatureAlgorithm, x: &str, y: Option<&str>) -> Result<SigningKeyId, &'static str> {
    let (kty, crv) = names(algorithm);
    let members = format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"{}}}"#, member_y(y));
    SigningKeyId::parse(encode(&Sha256::digest(members.as_bytes()))).map_err(|_| "a thumbprint is no kid")
}

fn member_y(y: Option<&str>) -> String {
    y.map_or_else(String::new, |y| format!(r#","y":"{y}""#))
}

const fn names(algorithm: SignatureAlgorithm) -> (&'static str, &'static str) {
    match algorithm {
        SignatureAlgorithm::Es256 => ("EC", "P-256"),
        SignatureAlgorithm::EdDsa => ("OKP", "Ed25519"),
    }
}

fn is_32_bytes(number: &str) -> bool {
    decode(number)
        .map(Zeroizing::new)
        .is_some_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
pub(super) mod tests {
    use super::PrivateJwk;
    use pbx_2fa_shared::operator::SignatureAlgorithm;

    /// RFC 8037, appendix A.1 to A.3.
    pub(crate) const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","ext":true,"key_ops":["sign"]}"#;

    /// The key of RFC 7515, appendix A.3.1.
    pub(crate) const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        let key = PrivateJwk::parse(ED25519).unwrap();
        assert_eq!(key.kid().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        // Of the members of RFC 7515's key, computed by npm's jose.
        let key = PrivateJwk::parse(P256).unwrap();
        assert_eq!(key.kid().as_str(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    }

    #[test]
    fn the_public_half_has_no_private_member() {
        for (text, algorithm, members) in [
            (
                P256,
                SignatureAlgorithm::Es256,
                ["alg", "crv", "kid", "kty", "use", "x", "y"].as_slice(),
            ),
            (
                ED25519,
                SignatureAlgorithm::EdDsa,
                &["alg", "crv", "kid", "kty", "use", "x"],
            ),
        ] {
            let key = PrivateJwk::parse(text).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let public = serde_json::to_value(key.to_public()).unwrap();
            let mut names: Vec<&str> = public.as_object().unwrap().keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, members);
            assert_eq!(public["kid"], key.kid().as_str());
        }
    }

    #[test]
    fn the_text_is_read_again_and_holds_the_members_alone() {
        for text in [P256, ED25519] {
            let key = PrivateJwk::parse(text).unwrap();
            let written = key.to_text("compared");
            assert!(!written.contains("ext"));
            let again = PrivateJwk::parse(&written).unwrap();
            assert_eq!(*again.to_text("compared"), *written);
            assert_eq!(again.kid(), key.kid());
        }
    }

    #[test]
    fn what_is_no_private_key_is_refused_without_quoting_it() {
        for (from, to) in [
            ("\"d\"", "\"e\""),
            ("P-256", "P-384"),
            ("\"EC\"", "\"OKP\""),
            ("\"y\"", "\"z\""),
            ("9LI\"", "\""),
            ("RVEU", "R+EU"),
            ("{", "["),
        ] {
            let refusal = PrivateJwk::parse(&P256.replace(from, to)).unwrap_err();
            assert!(!refusal.contains("jpsQ"), "{from}");
        }
        assert!(!format!("{:?}", PrivateJwk::parse(P256).unwrap()).contains("jpsQ"));
    }
}
