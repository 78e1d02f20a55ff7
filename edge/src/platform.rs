//! What Rust asks of the platform on the way of a login, one call for each thing (`js/platform/*.js`).

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

#[wasm_bindgen(raw_module = "./platform/http.js")]
extern "C" {
    /// A `Response`; `lines` are headers, `name: value` each.
    pub(crate) fn respond(status: u16, lines: &str, body: Option<&str>) -> JsValue;

    #[wasm_bindgen(js_name = respondWithBytes)]
    pub(crate) fn respond_with_bytes(status: u16, lines: &str, body: &[u8]) -> JsValue;
}

#[wasm_bindgen(raw_module = "./platform/objects.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(crate) async fn apply(env: &Env, name: &str, call: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub(crate) async fn watch(env: &Env, name: &str, account: &str, call: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub(crate) async fn trail(env: &Env, name: &str, call: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub(crate) async fn walk(env: &Env, name: &str, call: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub(crate) async fn consult(env: &Env, question: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The accounts of one object (`js/platform/rows.js`; made by the entry module).
    pub type Rows;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn load(this: &Rows, key: &str) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn save(this: &Rows, key: &str, state: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn append(this: &Rows, key: &str, sequence: f64, at: f64, row: &str) -> Result<(), JsValue>;

    /// The last one that was dropped, or 0.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn forget(this: &Rows, key: &str, before: f64) -> Result<f64, JsValue>;

    /// A JSON list.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn following(this: &Rows, key: &str, after: f64, limit: u32) -> Result<String, JsValue>;

    /// A JSON list.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn page(this: &Rows, after: f64, limit: u32) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn count(this: &Rows) -> Result<f64, JsValue>;

    /// A JSON list of pairs.
    #[wasm_bindgen(method, catch, js_name = eventVersions)]
    pub(crate) fn event_versions(this: &Rows, key: &str) -> Result<String, JsValue>;

    /// A JSON list.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn orphans(this: &Rows, limit: u32) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn census(this: &Rows) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(method, catch, js_name = saveCensus)]
    pub(crate) fn save_census(this: &Rows, row: &str) -> Result<(), JsValue>;
}
