//! Answers: JSON, problems, and the headers that every one carries.

use pbx_2fa_shared::{Origin, Problem};
use pbx_2fa_verifier::Refusal;
use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder, Result};

use crate::clock;

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// # Errors
/// Only where the platform fails.
pub(crate) fn json<T: Serialize>(status: u16, body: &T, page: Option<&Origin>) -> Result<Response> {
    send(status, JSON, serde_json::to_string(body)?, page)
}

/// # Errors
/// As [`json`].
pub(crate) fn no_content() -> Result<Response> {
    Ok(ResponseBuilder::new()
        .with_status(204)
        .with_headers(headers(None)?)
        .empty())
}

/// A refusal as RFC 9457 has it.
///
/// # Errors
/// As [`json`].
pub(crate) fn refusal(refusal: &Refusal, page: Option<&Origin>) -> Result<Response> {
    if let Refusal::Internal(fault) = refusal {
        worker::console_error!("front: {fault}");
    }
    problem(&refusal.to_problem(clock::now()), page)
}

/// # Errors
/// As [`json`].
pub(crate) fn problem(body: &Problem, page: Option<&Origin>) -> Result<Response> {
    let response = send(body.status, PROBLEM, serde_json::to_string(body)?, page)?;
    let headers = response.headers();
    if let Some(seconds) = body.retry_after {
        headers.set("retry-after", &seconds.to_string())?;
    }
    if body.status == 401 {
        headers.set("www-authenticate", "Bearer")?;
    }
    Ok(response)
}

/// Something that anybody may read and keep for five minutes.
///
/// # Errors
/// As [`json`].
pub(crate) fn public(media_type: &str, body: &str) -> Result<Response> {
    let response = send(200, media_type, body.to_owned(), None)?;
    let headers = response.headers();
    headers.set("cache-control", "public, max-age=300")?;
    headers.set("access-control-allow-origin", "*")?;
    Ok(response)
}

fn send(status: u16, media_type: &str, body: String, page: Option<&Origin>) -> Result<Response> {
    let headers = headers(page)?;
    headers.set("content-type", media_type)?;
    Ok(ResponseBuilder::new()
        .with_status(status)
        .with_headers(headers)
        .fixed(body.into_bytes()))
}

fn headers(page: Option<&Origin>) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set(
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    )?;
    headers.set("strict-transport-security", "max-age=31536000; includeSubDomains")?;
    if let Some(page) = page {
        headers.set("access-control-allow-origin", page.as_str())?;
        headers.set("cross-origin-resource-policy", "cross-origin")?;
        headers.set("vary", "Origin")?;
    }
    Ok(headers)
}
