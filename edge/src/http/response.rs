//! Answers: JSON, problems, and the headers that differ from one to the next. Those that every answer carries are added where
//! it leaves (`js/platform/http.js`).

use pbx_2fa_shared::{Origin, Problem};
use pbx_2fa_verifier::Refusal;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::{clock, platform};

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// `name: value` lines. Values are this module's words, numbers, and origins, which have no line's end in them.
    pub(crate) headers: String,
    pub(crate) body: Option<Content>,
}

#[derive(Debug)]
pub(crate) enum Content {
    Text(String),
    Bytes(Vec<u8>),
}

impl Response {
    /// Without a body.
    pub(crate) fn empty(status: u16, page: Option<&Origin>) -> Self {
        let response = Self {
            status,
            headers: String::new(),
            body: None,
        };
        match page {
            Some(page) => response
                .with_header("access-control-allow-origin", page.as_str())
                .with_header("cross-origin-resource-policy", "cross-origin")
                .with_header("vary", "Origin"),
            None => response,
        }
    }

    fn text(status: u16, media_type: &str, body: String, page: Option<&Origin>) -> Self {
        let mut response = Self::empty(status, page).with_header("content-type", media_type);
        response.body = Some(Content::Text(body));
        response
    }

    /// To the platform's `Response`.
    pub(crate) fn send(self) -> JsValue {
        match self.body {
            None => platform::respond(self.status, &self.headers, None),
            Some(Content::Text(text)) => platform::respond(self.status, &self.headers, Some(&text)),
            Some(Content::Bytes(bytes)) => platform::respond_with_bytes(self.status, &self.headers, &bytes),
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        for part in [name, ": ", value, "\n"] {
            self.headers.push_str(part);
        }
        self
    }
}

pub(crate) fn json<T: Serialize>(status: u16, body: &T, page: Option<&Origin>) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => Response::text(status, JSON, text, page),
        Err(_) => refusal(&Refusal::Internal("an answer cannot be written"), page),
    }
}

/// A refusal as RFC 9457 has it.
pub(crate) fn refusal(refusal: &Refusal, page: Option<&Origin>) -> Response {
    problem(&problem_of(refusal), page)
}

/// What the caller is told of a refusal; what is a fault of this service is told to the log.
pub(crate) fn problem_of(refusal: &Refusal) -> Problem {
    if let Some(fault) = refusal.fault() {
        worker::console_error!("front: {fault}");
    }
    refusal.to_problem(clock::now())
}

pub(crate) fn problem(body: &Problem, page: Option<&Origin>) -> Response {
    let text = serde_json::to_string(body).unwrap_or_default();
    let mut response = Response::text(body.status, PROBLEM, text, page);
    if let Some(seconds) = body.retry_after {
        response = response.with_header("retry-after", &seconds.to_string());
    }
    if body.status == 401 {
        response = response.with_header("www-authenticate", "Bearer");
    }
    response
}

/// A picture that any page may show, and a browser keep: its address changes with it.
pub(crate) fn picture(media_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::empty(200, None)
        .with_header("content-type", media_type)
        .with_header("cache-control", "public, max-age=31536000, immutable")
        .with_header("cross-origin-resource-policy", "cross-origin");
    response.body = Some(Content::Bytes(bytes));
    response
}

/// Something that anybody may read and keep for five minutes.
pub(crate) fn public(media_type: &str, body: &str) -> Response {
    to_any_page(
        Response::text(200, media_type, body.to_owned(), None)
            .with_header("cache-control", "public, max-age=300"),
    )
}

/// An answer with nothing in it that a page could not have without its browser.
pub(crate) fn to_any_page(response: Response) -> Response {
    response.with_header("access-control-allow-origin", "*")
}
