//! WebCrypto, as far as tokens need it (W3C Web Cryptography Level 2).

use js_sys::{Array, Object, Reflect};
use pbx_2fa_shared::operator::SignatureAlgorithm;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::SigningFault;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub(super) type CryptoKey;

    type CryptoKeyPair;

    #[wasm_bindgen(method, getter, js_name = privateKey)]
    fn private_key(this: &CryptoKeyPair) -> CryptoKey;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = generateKey, catch)]
    async fn generate_key(algorithm: &JsValue, extractable: bool, usages: &Array)
    -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = exportKey, catch)]
    async fn export_key(format: &str, key: &CryptoKey) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    async fn import_key(
        format: &str,
        jwk: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    pub(super) async fn sign(algorithm: &JsValue, key: &CryptoKey, data: &[u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    pub(super) async fn verify(
        algorithm: &JsValue,
        key: &CryptoKey,
        signature: &[u8],
        data: &[u8],
    ) -> Result<JsValue, JsValue>;
}

/// WebCrypto's name of the algorithm, with its parameters.
pub(super) fn parameters(algorithm: SignatureAlgorithm) -> JsValue {
    let fields: &[(&str, &str)] = match algorithm {
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

/// A new private key, as the text of a JWK.
pub(super) async fn generate(algorithm: SignatureAlgorithm) -> Result<String, SigningFault> {
    const FAULT: SigningFault = SigningFault("a key cannot be made");
    let usages = Array::of2(&JsValue::from("sign"), &JsValue::from("verify"));
    let pair = generate_key(&parameters(algorithm), true, &usages).await;
    let pair: CryptoKeyPair = pair.map_err(|_| FAULT)?.unchecked_into();
    let jwk = export_key("jwk", &pair.private_key()).await.map_err(|_| FAULT)?;
    let text = js_sys::JSON::stringify(&jwk).map_err(|_| FAULT)?;
    Ok(text.into())
}

/// A key of which `jwk` has the numbers alone: WebCrypto refuses one whose `use` or `alg` it reads in its own way.
pub(super) async fn import(jwk: &str, algorithm: &JsValue, usage: &str) -> Result<CryptoKey, SigningFault> {
    let jwk = js_sys::JSON::parse(jwk).map_err(|_| SigningFault("a key cannot be read"))?;
    let usages = Array::of1(&JsValue::from(usage));
    let key = import_key("jwk", &jwk, algorithm, false, &usages).await;
    let key = key.map_err(|_| SigningFault("a key cannot be imported"))?;
    Ok(key.unchecked_into())
}
