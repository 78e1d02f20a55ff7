//! One call of the worker at a time.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response,
};

use crate::model::{Answer, Credential, Request};
use crate::wire;

/// A call under way; it is given up when this is dropped.
pub(super) struct UnderWay(AbortController);

impl UnderWay {
    pub(super) fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Sends a request, without cookies, past every cache, to this address and no other.
    pub(super) fn send(
        &self,
        edge: &str,
        request: Request,
        credential: &Credential,
    ) -> impl Future<Output = Answer> + use<> {
        let call = wire::call(&request, credential);
        let promise = web_sys::window().zip(init(&call).ok()).map(|(window, init)| {
            init.set_signal(Some(&self.0.signal()));
            window.fetch_with_str_and_init(&[edge, &call.path].concat(), &init)
        });
        async move {
            let answered = match promise {
                Some(promise) => read(promise).await,
                None => Err(JsValue::NULL),
            };
            match answered {
                Ok((status, body)) => wire::answer(&request, status, &body),
                Err(_) => Answer::Unreachable,
            }
        }
    }
}

async fn read(promise: js_sys::Promise) -> Result<(u16, String), JsValue> {
    let response: Response = JsFuture::from(promise).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    Ok((response.status(), body.as_string().unwrap_or_default()))
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn init(call: &wire::Call) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    if let Some(bearer) = &call.bearer {
        headers.set("authorization", &["Bearer ", bearer].concat())?;
    }
    if let Some(body) = &call.body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(&headers);
    init.set_method(call.method);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    Ok(init)
}
