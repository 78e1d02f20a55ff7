//! One key, ready for use: its halves are imported when they are first needed, and stay.

use std::cell::{OnceCell, RefCell};

use jsonwebtoken::Algorithm;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::signing_keys::{PublicJwk, SigningKey};
use pbx_2fa_verifier::{Keyring, Refusal};
use wasm_bindgen::JsValue;

use super::SigningFault;
use super::webcrypto::{self, CryptoKey};

pub(super) struct Key {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) public: PublicJwk,
    kept: SigningKey,
    parameters: OnceCell<JsValue>,
    signer: RefCell<Option<CryptoKey>>,
    verifier: RefCell<Option<CryptoKey>>,
}

impl Key {
    /// Opened once to see that it is ours; the private half is not held here.
    pub(super) fn new(kept: &SigningKey, keys: &Keyring) -> Result<Self, Refusal> {
        Ok(Self {
            algorithm: kept.alg,
            public: kept.open(keys)?.to_public(),
            kept: kept.clone(),
            parameters: OnceCell::new(),
            signer: RefCell::new(None),
            verifier: RefCell::new(None),
        })
    }

    pub(super) fn kid(&self) -> &str {
        self.public.kid.as_str()
    }

    pub(super) const fn header_algorithm(&self) -> Algorithm {
        match self.algorithm {
            SignatureAlgorithm::Es256 => Algorithm::ES256,
            SignatureAlgorithm::EdDsa => Algorithm::EdDSA,
        }
    }

    pub(super) fn parameters(&self) -> &JsValue {
        self.parameters
            .get_or_init(|| webcrypto::parameters(self.algorithm))
    }

    pub(super) async fn signer(&self, keys: &Keyring) -> Result<CryptoKey, SigningFault> {
        if let Some(key) = self.signer.borrow().as_ref() {
            return Ok(key.clone());
        }
        let jwk = self.kept.open(keys);
        let jwk = jwk.map_err(|_| SigningFault("a signing key does not open"))?;
        let jwk = jwk.to_text("handed to WebCrypto, which gives it back to nobody");
        let key = webcrypto::import(&jwk, self.parameters(), "sign").await?;
        *self.signer.borrow_mut() = Some(key.clone());
        Ok(key)
    }

    pub(super) async fn verifier(&self) -> Result<CryptoKey, SigningFault> {
        if let Some(key) = self.verifier.borrow().as_ref() {
            return Ok(key.clone());
        }
        let PublicJwk { kty, crv, x, y, .. } = &self.public;
        let jwk = match y {
            Some(y) => serde_json::json!({ "kty": kty, "crv": crv, "x": x, "y": y }),
            None => serde_json::json!({ "kty": kty, "crv": crv, "x": x }),
        };
        let key = webcrypto::import(&jwk.to_string(), self.parameters(), "verify").await?;
        *self.verifier.borrow_mut() = Some(key.clone());
        Ok(key)
    }
}
