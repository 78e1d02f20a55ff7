//! The secrets of a deployment: made here, kept by whoever asked.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{Context, Outcome};
use crate::files::hex;

/// What the worker is started with, in the form of its environment. Neither `Debug` nor `Display`.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct DeploymentKeys {
    /// `1:` and base64url of 32 bytes; a later version is put before it, after a comma.
    pub(crate) root_keys: String,
    /// A set of private JWKs (RFC 7517), one for each algorithm.
    pub(crate) signing_keys: String,
    pub(crate) operator_key: String,
}

impl DeploymentKeys {
    pub(crate) fn make() -> Outcome<Self> {
        let signing = json!({ "keys": [p256_key()?, ed25519_key(&random::<32>()?)] });
        Ok(Self {
            root_keys: format!("1:{}", Base64UrlUnpadded::encode_string(&random::<32>()?)),
            signing_keys: signing.to_string(),
            operator_key: format!(
                "pbx2fa_operator_{}",
                Base64UrlUnpadded::encode_string(&random::<32>()?)
            ),
        })
    }

    /// What the worker knows of the operator key.
    pub(crate) fn operator_key_sha256(&self) -> String {
        hex(&Sha256::digest(self.operator_key.as_bytes()))
    }
}

/// `whsec_` and base64 of 32 bytes (Standard Webhooks).
pub(crate) fn webhook_secret() -> Outcome<String> {
    Ok(format!("whsec_{}", Base64::encode_string(&random::<32>()?)))
}

/// `cargo xtask keys`.
pub(crate) fn command() -> Outcome<()> {
    let keys = DeploymentKeys::make()?;
    eprintln!("These are secrets, shown this once: pipe them into a secret store.");
    eprintln!("OPERATOR_KEY is for the operator alone; the worker gets the other three.");
    println!("ROOT_KEYS={}", keys.root_keys);
    println!("SIGNING_KEYS='{}'", keys.signing_keys);
    println!("OPERATOR_KEY_SHA256={}", keys.operator_key_sha256());
    println!("OPERATOR_KEY={}", keys.operator_key);
    Ok(())
}

fn p256_key() -> Outcome<Value> {
    let secret = loop {
        // A scalar of 0 or above the group's order is no key; the chance is 2^-32.
        if let Ok(secret) = p256::SecretKey::from_slice(&random::<32>()?) {
            break secret;
        }
    };
    Ok(p256_jwk(&secret))
}

fn p256_jwk(secret: &p256::SecretKey) -> Value {
    use p256::elliptic_curve::sec1::ToEncodedPoint;
    let point = secret.public_key().to_encoded_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| {
        bytes
            .map(|bytes| Base64UrlUnpadded::encode_string(bytes))
            .unwrap_or_default()
    };
    let (x, y) = (coordinate(point.x()), coordinate(point.y()));
    let kid = thumbprint(&json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y }));
    json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y,
        "d": Base64UrlUnpadded::encode_string(&secret.to_bytes()),
        "alg": "ES256", "use": "sig", "kid": kid, "status": "active",
    })
}

fn ed25519_key(seed: &[u8; 32]) -> Value {
    let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
    let x = Base64UrlUnpadded::encode_string(public.as_bytes());
    let kid = thumbprint(&json!({ "crv": "Ed25519", "kty": "OKP", "x": x }));
    json!({
        "kty": "OKP", "crv": "Ed25519", "x": x,
        "d": Base64UrlUnpadded::encode_string(seed),
        "alg": "EdDSA", "use": "sig", "kid": kid, "status": "active",
    })
}

/// RFC 7638 §3: the hash of the required members. `serde_json` writes them sorted and without spaces, as it asks.
fn thumbprint(required: &Value) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(required.to_string().as_bytes()))
}

fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context(|| "asking the system for random bytes".to_owned())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{DeploymentKeys, ed25519_key, p256_jwk, webhook_secret};
    use base64ct::{Base64UrlUnpadded, Encoding};

    /// RFC 8037, appendix A.1 to A.3.
    #[test]
    fn ed25519_as_in_the_rfc() {
        let mut seed = [0; 32];
        Base64UrlUnpadded::decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", &mut seed).unwrap();
        let jwk = ed25519_key(&seed);
        assert_eq!(jwk["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(jwk["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// The key of RFC 7515, appendix A.3.1.
    #[test]
    fn p256_as_in_the_rfc() {
        let mut scalar = [0; 32];
        Base64UrlUnpadded::decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", &mut scalar).unwrap();
        let jwk = p256_jwk(&p256::SecretKey::from_slice(&scalar).unwrap());
        assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        assert_eq!(jwk["d"], "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    }

    #[test]
    fn every_deployment_has_its_own() {
        let (one, two) = (DeploymentKeys::make().unwrap(), DeploymentKeys::make().unwrap());
        assert_ne!(one.root_keys, two.root_keys);
        assert_ne!(one.signing_keys, two.signing_keys);
        assert_ne!(one.operator_key, two.operator_key);
        assert_eq!(one.operator_key_sha256().len(), 64);
        assert_eq!(webhook_secret().unwrap().len(), 6 + 44);
    }
}
