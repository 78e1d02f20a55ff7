//! The portal's form brings a ticket.

use pbx_2fa_plain::{Failure, Fields, Notice, failure};
use pbx_2fa_shared::{Origin, ProblemType, Purpose};
use pbx_2fa_verifier::{Opening, Refusal};

use super::carried::Carried;
use super::{Visit, answer, cookie};
use crate::http::response::{Response, problem_of};
use crate::routes::session;

/// Exchanges the ticket and goes to the first page. What a page could not be ended from takes no ticket: the widget may still.
pub(super) async fn begin(visit: &Visit<'_>) -> Response {
    let page = match session::page(visit.front, visit.request).await {
        Ok(page) => page,
        Err(refusal) => return not_allowed(visit, &refusal),
    };
    let ticket = match visit.request.form_text().map(Fields::parse) {
        Ok(fields) => fields.and_then(Fields::ticket),
        Err(refusal) => return answer::refused(&visit.words, problem_of(&refusal).status),
    };
    let Ok(ticket) = ticket else {
        return answer::refused(&visit.words, 400);
    };
    let Some(opening) = Opening::from_ticket(&visit.front.config.keys, &ticket) else {
        return answer::page(403, failure(&visit.words, Failure::Unknown, Some(&page)));
    };
    match opening.return_to.clone() {
        _ if opening.purpose == Purpose::Manage => answer::page(
            409,
            failure(&visit.words, Failure::ManageNeedsScript, Some(&page)),
        ),
        None => answer::page(409, failure(&visit.words, Failure::NotOffered, None)),
        Some(return_to) => {
            let locale = opening.locale.clone();
            let begun = session::begin(visit.front, &page, opening).await;
            let begun = begun.and_then(|begun| {
                let carried = Carried {
                    secret: begun.secret,
                    origin: page.clone(),
                    return_to,
                    locale,
                    form_of_address: begun.view.form_of_address,
                    ends_at: begun.view.expires_at,
                    notice: Notice::Nothing,
                    again: None,
                };
                cookie(visit, &carried)
            });
            match begun {
                Ok(cookie) => answer::see_login(&cookie),
                Err(refusal) if refusal == ProblemType::OriginNotAllowed.into() => {
                    not_allowed(visit, &refusal)
                }
                Err(refusal) => answer::ended(&visit.words, &problem_of(&refusal), Some(&page)),
            }
        }
    }
}

/// A page that is no portal's, or not this ticket's.
fn not_allowed(visit: &Visit<'_>, refusal: &Refusal) -> Response {
    let problem = problem_of(refusal);
    let origin = visit
        .request
        .headers
        .origin
        .clone()
        .and_then(|origin| Origin::parse(origin).ok());
    match (problem.kind, origin) {
        (ProblemType::OriginNotAllowed, Some(origin)) => answer::page(
            403,
            failure(&visit.words, Failure::OriginNotAllowed(&origin), None),
        ),
        (ProblemType::OriginNotAllowed, None) => answer::refused(&visit.words, 403),
        _ => answer::page(503, failure(&visit.words, Failure::Unavailable, None)),
    }
}
