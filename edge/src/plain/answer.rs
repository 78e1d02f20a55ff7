//! Pages and redirects as answers.

use pbx_2fa_plain::{Failure, PLAIN, Page, Words, failure};
use pbx_2fa_shared::{Origin, Problem, ProblemType};

use super::carried::Carried;
use crate::http::response::{Content, Response};

/// Not `no-referrer`: with that, browsers send `Origin: null` along with a form (Fetch §3.2), and both this service and the
/// portal look at it. No address here holds anything.
const REFERRER_POLICY: &str = "strict-origin";

pub(super) fn page(status: u16, page: Page) -> Response {
    let mut response = Response::empty(status, None)
        .with_header("content-type", "text/html; charset=utf-8")
        .with_header("content-security-policy", &page.policy)
        .with_header("referrer-policy", REFERRER_POLICY)
        .with_header("cross-origin-opener-policy", "same-origin")
        .with_header("cross-origin-resource-policy", "same-origin")
        .with_header("x-frame-options", "DENY");
    response.body = Some(Content::Text(page.html));
    response
}

/// 303: a reload of what follows asks, and sends nothing.
pub(super) fn see_login(cookie: &str) -> Response {
    Response::empty(303, None)
        .with_header("location", PLAIN)
        .with_header("referrer-policy", REFERRER_POLICY)
        .with_header("set-cookie", cookie)
}

/// A page for what is refused for good; the login, if it was one, is over in this browser.
pub(super) fn ended(words: &Words, problem: &Problem, portal: Option<&Origin>) -> Response {
    let (status, why) = match problem.kind {
        ProblemType::Unauthorized | ProblemType::TicketUsed => (409, Failure::Elsewhere),
        ProblemType::Expired | ProblemType::NotFound => (410, Failure::Expired),
        ProblemType::AlreadyRedeemed => (409, Failure::Done),
        ProblemType::Unavailable => return page(503, failure(words, Failure::Unavailable, portal)),
        _ => return refused(words, problem.status),
    };
    page(status, failure(words, why, portal)).with_header("set-cookie", &Carried::no_cookie())
}

/// A page for a request that is none of ours; nothing has happened.
pub(super) fn refused(words: &Words, status: u16) -> Response {
    page(status, failure(words, Failure::NotUnderstood, None))
}
