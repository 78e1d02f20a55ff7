//! `cargo xtask keys`: the secrets of a new deployment, made here and kept by whoever asked; and the keys that sign tokens,
//! which the worker makes and keeps itself.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use pbx_2fa_shared::signing_keys::{RotateSigningKeyRequest, SigningKeyStatus, SigningKeysResponse};
use sha2::{Digest, Sha256};

use crate::args::KeysOrder;
use crate::failure::{Context, Outcome};
use crate::files::hex;
use crate::operator::Operator;
use crate::print::table;

/// What the worker is started with, in the form of its environment. Neither `Debug` nor `Display`.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct DeploymentKeys {
    /// `1:` and base64url of 32 bytes; a later version is put before it, after a comma.
    pub(crate) root_keys: String,
    pub(crate) operator_key: String,
}

impl DeploymentKeys {
    pub(crate) fn make() -> Outcome<Self> {
        Ok(Self {
            root_keys: format!("1:{}", Base64UrlUnpadded::encode_string(&random::<32>()?)),
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

pub(crate) fn command(order: &KeysOrder) -> Outcome<()> {
    match order {
        KeysOrder::Make => make(),
        KeysOrder::List => show(&Operator::from_environment()?.signing_keys()?),
        KeysOrder::Rotate { alg, at_once } => {
            let rotate = RotateSigningKeyRequest {
                alg: *alg,
                at_once: *at_once,
            };
            show(&Operator::from_environment()?.rotate_signing_key(rotate)?)
        }
        KeysOrder::Remove { kid } => Operator::from_environment()?.remove_signing_key(kid),
    }
}

fn make() -> Outcome<()> {
    let keys = DeploymentKeys::make()?;
    eprintln!("These are secrets, shown this once: pipe them into a secret store.");
    eprintln!("OPERATOR_KEY is for the operator alone; the worker gets the other two.");
    println!("ROOT_KEYS={}", keys.root_keys);
    println!("OPERATOR_KEY_SHA256={}", keys.operator_key_sha256());
    println!("OPERATOR_KEY={}", keys.operator_key);
    Ok(())
}

fn show(keys: &SigningKeysResponse) -> Outcome<()> {
    println!("{}", table(&rows(keys)?));
    Ok(())
}

/// Times in seconds since 1970, as everywhere on this wire; `-` where they depend on a key that is not there yet.
fn rows(keys: &SigningKeysResponse) -> Outcome<Vec<Vec<String>>> {
    let heading = [
        "kid",
        "alg",
        "status",
        "published from",
        "signs from",
        "signs until",
        "published until",
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for key in &keys.keys {
        let alg = serde_json::to_value(key.alg).context(|| "an algorithm".to_owned())?;
        let status = match key.status {
            SigningKeyStatus::Next => "next",
            SigningKeyStatus::Active => "active",
            SigningKeyStatus::Retired => "retired",
        };
        let end = |time: Option<u64>| time.map_or_else(|| "-".to_owned(), |time| time.to_string());
        rows.push(vec![
            key.kid.to_string(),
            alg.as_str().unwrap_or_default().to_owned(),
            status.to_owned(),
            key.published_from.to_string(),
            key.signs_from.to_string(),
            end(key.signs_until),
            end(key.published_until),
        ]);
    }
    Ok(rows)
}

fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context(|| "asking the system for random bytes".to_owned())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{DeploymentKeys, rows, webhook_secret};

    #[test]
    fn keys_are_listed_with_what_is_known_of_their_times() {
        let kid = "k".repeat(43);
        let keys = format!(
            r#"{{"keys":[{{"kid":"{kid}","alg":"EdDSA","status":"active","published_from":1,"signs_from":2}}]}}"#
        );
        let rows = rows(&serde_json::from_str(&keys).unwrap()).unwrap();
        assert_eq!(rows[1], [kid.as_str(), "EdDSA", "active", "1", "2", "-", "-"]);
    }

    #[test]
    fn every_deployment_has_its_own() {
        let (one, two) = (DeploymentKeys::make().unwrap(), DeploymentKeys::make().unwrap());
        assert_ne!(one.root_keys, two.root_keys);
        assert_ne!(one.operator_key, two.operator_key);
        assert_eq!(one.operator_key_sha256().len(), 64);
        assert_eq!(webhook_secret().unwrap().len(), 6 + 44);
    }
}
