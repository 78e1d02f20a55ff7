//! Signing and verifying with the platform's WebCrypto: native speed, and the private keys never enter this module's
//! memory as numbers to compute with.

use std::cell::{OnceCell, RefCell};

use base64ct::{Base64UrlUnpadded, Encoding};
use js_sys::{Array, Object, Reflect, Uint8Array};
use jsonwebtoken::{Algorithm, Header};
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::claims::{ASSERTION_TYPE, SESSION_TYPE};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type CryptoKey;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    async fn import_key(
        format: &str,
        jwk: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    async fn sign(algorithm: &JsValue, key: &CryptoKey, data: &[u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    async fn verify(
        algorithm: &JsValue,
        key: &CryptoKey,
        signature: &[u8],
        data: &[u8],
    ) -> Result<JsValue, JsValue>;
}

/// The deployment's signing keys.
pub(crate) struct KeySet {
    keys: Vec<Key>,
    jwks: String,
}

struct Key {
    kid: String,
    algorithm: SignatureAlgorithm,
    status: Status,
    private: Value,
    public: Value,
    parameters: OnceCell<JsValue>,
    signer: RefCell<Option<CryptoKey>>,
    verifier: RefCell<Option<CryptoKey>>,
}

/// All three are published; only the active one signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Next,
    Active,
    Retired,
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
    /// # Errors
    /// A sentence that quotes nothing.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Map<String, Value>>,
        }
        let set: Set = serde_json::from_str(text).map_err(|_| "expected {\"keys\":[…]} of private JWKs")?;
        let keys = set
            .keys
            .into_iter()
            .map(Key::parse)
            .collect::<Result<Vec<_>, _>>()?;
        for algorithm in [SignatureAlgorithm::Es256, SignatureAlgorithm::EdDsa] {
            let active = keys
                .iter()
                .filter(|k| k.algorithm == algorithm && k.status == Status::Active);
            if active.count() > 1 {
                return Err("two keys of one algorithm are active");
            }
        }
        let mut kids: Vec<&str> = keys.iter().map(|k| k.kid.as_str()).collect();
        kids.sort_unstable();
        kids.dedup();
        if kids.len() != keys.len() {
            return Err("two keys have the same kid");
        }
        let public: Vec<&Value> = keys.iter().map(|k| &k.public).collect();
        let jwks = serde_json::json!({ "keys": public }).to_string();
        Ok(Self { keys, jwks })
    }

    /// The public keys (RFC 7517).
    pub(crate) fn jwks(&self) -> &str {
        &self.jwks
    }

    /// A compact JWS over the claims, by the active key of the tenant's algorithm.
    pub(crate) async fn sign<T: Serialize>(
        &self,
        algorithm: SignatureAlgorithm,
        token: TokenType,
        claims: &T,
    ) -> Result<String, SigningFault> {
        let key = self
            .keys
            .iter()
            .find(|k| k.algorithm == algorithm && k.status == Status::Active);
        let key = key.ok_or(SigningFault("no active key of the tenant's algorithm"))?;
        let mut header = Header::new(key.header_algorithm());
        header.typ = Some(token.name().to_owned());
        header.kid = Some(key.kid.clone());
        let mut jws = format!("{}.{}", part(&header)?, part(claims)?);
        let signer = key.signer().await?;
        let signature = sign(key.parameters(), &signer, jws.as_bytes()).await;
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
        let Ok(header) = serde_json::from_slice::<OurHeader>(&header) else {
            return Ok(None);
        };
        let key = self
            .keys
            .iter()
            .find(|k| k.kid == header.kid && k.algorithm == header.alg);
        let Some(key) = key.filter(|k| k.algorithm == algorithm && header.typ == token.name()) else {
            return Ok(None);
        };
        let verifier = key.verifier().await?;
        let verdict = verify(key.parameters(), &verifier, &signature, signed.as_bytes()).await;
        let genuine = verdict.map_err(|_| SigningFault("verifying failed"))?.is_truthy();
        Ok(if genuine {
            serde_json::from_slice(&claims).ok()
        } else {
            None
        })
    }
}

fn part<T: Serialize>(value: &T) -> Result<String, SigningFault> {
    let json = serde_json::to_vec(value).map_err(|_| SigningFault("claims cannot be written"))?;
    Ok(Base64UrlUnpadded::encode_string(&json))
}

impl Key {
    fn parse(mut jwk: Map<String, Value>) -> Result<Self, &'static str> {
        let status = jwk.remove("status").ok_or("a key has no status")?;
        let status =
            serde_json::from_value(status).map_err(|_| "a key's status is next, active or retired")?;
        let algorithm = jwk.get("alg").cloned().ok_or("a key has no alg")?;
        let algorithm = serde_json::from_value(algorithm).map_err(|_| "a key's alg is ES256 or EdDSA")?;
        let expected: &[(&str, &str)] = match algorithm {
            SignatureAlgorithm::Es256 => &[("kty", "EC"), ("crv", "P-256")],
            SignatureAlgorithm::EdDsa => &[("kty", "OKP"), ("crv", "Ed25519")],
        };
        if expected
            .iter()
            .any(|(name, value)| jwk.get(*name).and_then(Value::as_str) != Some(*value))
        {
            return Err("a key's kty and crv do not fit its alg");
        }
        let kid = jwk
            .get("kid")
            .and_then(Value::as_str)
            .filter(|k| !k.is_empty())
            .ok_or("a key has no kid")?
            .to_owned();
        let wanted = ["kty", "crv", "x", "y", "use", "alg", "kid"];
        let public: Map<String, Value> = wanted
            .iter()
            .filter_map(|n| jwk.get(*n).map(|v| ((*n).to_owned(), v.clone())))
            .collect();
        if !jwk.contains_key("d") {
            return Err("a key is not private");
        }
        Ok(Self {
            kid,
            algorithm,
            status,
            private: Value::Object(jwk),
            public: Value::Object(public),
            parameters: OnceCell::new(),
            signer: RefCell::new(None),
            verifier: RefCell::new(None),
        })
    }

    const fn header_algorithm(&self) -> Algorithm {
        match self.algorithm {
            SignatureAlgorithm::Es256 => Algorithm::ES256,
            SignatureAlgorithm::EdDsa => Algorithm::EdDSA,
        }
    }

    /// WebCrypto's name of the algorithm, with its parameters.
    fn parameters(&self) -> &JsValue {
        self.parameters.get_or_init(|| self.make_parameters())
    }

    fn make_parameters(&self) -> JsValue {
        let fields: &[(&str, &str)] = match self.algorithm {
            SignatureAlgorithm::Es256 => &[("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")],
            SignatureAlgorithm::EdDsa => &[("name", "Ed25519")],
        };
        let object = Object::new();
        for (name, value) in fields {
            // Setting a plain property of a fresh object cannot fail.
            let _ = Reflect::set(&object, &JsValue::from(*name), &JsValue::from(*value));
        }
        object.into()
    }

    async fn signer(&self) -> Result<CryptoKey, SigningFault> {
        self.imported(&self.signer, &self.private, "sign").await
    }

    async fn verifier(&self) -> Result<CryptoKey, SigningFault> {
        self.imported(&self.verifier, &self.public, "verify").await
    }

    async fn imported(
        &self,
        kept: &RefCell<Option<CryptoKey>>,
        jwk: &Value,
        usage: &str,
    ) -> Result<CryptoKey, SigningFault> {
        if let Some(key) = kept.borrow().as_ref() {
            return Ok(key.clone());
        }
        // WebCrypto refuses a key whose `use` or `alg` it reads in its own way; the numbers are all that it needs.
        let numbers: Map<String, Value> = ["kty", "crv", "x", "y", "d"]
            .iter()
            .filter_map(|n| jwk.get(*n).map(|v| ((*n).to_owned(), v.clone())))
            .collect();
        let jwk = js_sys::JSON::parse(&Value::Object(numbers).to_string())
            .map_err(|_| SigningFault("a key cannot be read"))?;
        let usages = Array::of1(&JsValue::from(usage));
        let key = import_key("jwk", &jwk, self.parameters(), false, &usages).await;
        let key: CryptoKey = key
            .map_err(|_| SigningFault("a key cannot be imported"))?
            .unchecked_into();
        *kept.borrow_mut() = Some(key.clone());
        Ok(key)
    }
}
