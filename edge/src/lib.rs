//! The worker: what the platform gives (HTTP, Durable Objects, WebCrypto, outgoing requests) wired to the verifier's rules.
//! No rule is decided here.

mod census;
mod clock;
mod config;
mod delivery;
mod directory;
mod entropy;
mod http;
mod owner;
mod plain;
mod platform;
mod routes;
mod signing;
mod tenants;
#[cfg(feature = "test-hooks")]
mod test_hooks;
mod walk;

use std::sync::Once;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env};

use http::request::{Body, Headers, Method, PageHeaders, Request};

/// A panic's message may quote what it stumbled over; the place is enough to find it. To be called by whatever may be the
/// first to run in an instance: a start function is too early, for the platform's crate sets a hook after it that prints
/// the message.
pub(crate) fn log_only_the_place_of_a_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            worker::console_error!("panic at {place}");
        }));
    });
}

/// Answers a request that is not for the widget's files. The entry module has taken it apart.
#[wasm_bindgen]
#[allow(
    clippy::too_many_arguments,
    reason = "one crossing from JavaScript, in place of one for each"
)]
pub async fn answer(
    method: String,
    path: String,
    search: String,
    authorization: Option<String>,
    origin: Option<String>,
    sec_fetch_site: Option<String>,
    content_type: Option<String>,
    idempotency_key: Option<String>,
    body: Option<String>,
    too_large: bool,
    env: Env,
    context: worker::worker_sys::Context,
) -> JsValue {
    log_only_the_place_of_a_panic();
    let request = Request {
        method: Method::parse(&method),
        path,
        search,
        headers: Headers {
            authorization,
            origin,
            sec_fetch_site,
            content_type,
            idempotency_key,
        },
        body: Body::of(body, too_large),
    };
    let response = routes::answer(&request, env, Context::new(context)).await;
    response.send()
}

/// Answers a request for a page of the login without script.
#[wasm_bindgen(js_name = answerPage)]
#[allow(clippy::too_many_arguments, reason = "as above")]
pub async fn answer_page(
    method: String,
    path: String,
    host: String,
    origin: Option<String>,
    sec_fetch_site: Option<String>,
    content_type: Option<String>,
    cookie: Option<String>,
    accept_language: Option<String>,
    body: Option<String>,
    too_large: bool,
    env: Env,
    context: worker::worker_sys::Context,
) -> JsValue {
    log_only_the_place_of_a_panic();
    let request = Request {
        method: Method::parse(&method),
        path,
        search: String::new(),
        headers: Headers {
            authorization: None,
            origin,
            sec_fetch_site,
            content_type,
            idempotency_key: None,
        },
        body: Body::of(body, too_large),
    };
    let headers = PageHeaders {
        cookie,
        accept_language,
        host,
    };
    let response = plain::answer(&request, &headers, env, Context::new(context)).await;
    response.send()
}

/// In the object that owns an account: one command, from load to save.
#[wasm_bindgen(js_name = applyToAccount)]
pub fn apply_to_account(rows: &platform::Rows, env: &Env, call: &str) -> String {
    log_only_the_place_of_a_panic();
    owner::apply(rows, env, call)
}

/// In the object that owns an account: what to show, unless the page knows it and may wait.
#[wasm_bindgen(js_name = lookAtAccount)]
pub fn look_at_account(rows: &platform::Rows, env: &Env, call: &str, at_once: bool) -> Option<String> {
    log_only_the_place_of_a_panic();
    owner::look(rows, env, call, at_once)
}

/// In the object that owns an account: a page of its audit trail.
#[wasm_bindgen(js_name = trailOfAccount)]
pub fn trail_of_account(rows: &platform::Rows, env: &Env, call: &str) -> String {
    log_only_the_place_of_a_panic();
    owner::trail(rows, env, call)
}

/// In the object that owns accounts: a page of all of them.
#[wasm_bindgen(js_name = walkAccounts)]
pub fn walk_accounts(rows: &platform::Rows, env: &Env, call: &str) -> String {
    log_only_the_place_of_a_panic();
    walk::walk(rows, env, call)
}

/// The most that the entry module reads of a body.
#[wasm_bindgen(js_name = bodyBytes)]
pub fn body_bytes() -> u32 {
    http::request::BODY_BYTES
}
