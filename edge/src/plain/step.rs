//! What a form of our own pages asks.

use pbx_2fa_plain::{
    Enrolling, Failure, Fields, Filled, Form, Notice, NumberError, Panel, Step, TypedForm, failure,
};
use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::{EnrollRequest, View};
use pbx_2fa_shared::{Problem, ProblemType};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::account::Act;

use super::carried::Carried;
use super::{Manner, Visit, answer, cookie, draw};
use crate::http::response::{Response, problem_of};
use crate::routes::session;

/// Carries it out, and goes to the page that shows what came of it. Nothing is done for a page that is not ours, nor for one of
/// an earlier login.
pub(super) async fn step(visit: &Visit<'_>, form: Form) -> Response {
    if !is_ours(visit) {
        return answer::refused(&visit.words, 403);
    }
    let filled = match visit.request.form_text().map(Fields::parse) {
        Ok(fields) => fields.and_then(|fields| fields.of(form)),
        Err(refusal) => return answer::refused(&visit.words, problem_of(&refusal).status),
    };
    let Ok(Filled { mark, step }) = filled else {
        return answer::refused(&visit.words, 400);
    };
    let Some(carried) = visit.carried() else {
        return answer::page(403, failure(&visit.words, Failure::Unknown, None));
    };
    if !carried.has_mark(&mark) {
        let words = visit.words_of(&carried);
        return answer::page(409, failure(&words, Failure::Elsewhere, None));
    }
    take(visit, carried, step, form).await
}

/// Browsers say so in `Sec-Fetch-Site`, and older ones in `Origin`; a request that says neither is refused.
fn is_ours(visit: &Visit<'_>) -> bool {
    let headers = &visit.request.headers;
    if let Some(site) = headers.sec_fetch_site.as_deref() {
        return site == "same-origin";
    }
    let Some((_, host)) = headers
        .origin
        .as_deref()
        .and_then(|origin| origin.split_once("://"))
    else {
        return false;
    };
    let issuer = visit.front.config.issuer.split("://").nth(1).unwrap_or_default();
    host == visit.headers.host || Some(host) == issuer.split('/').next()
}

async fn take(visit: &Visit<'_>, mut carried: Carried, step: Step, form: Form) -> Response {
    let before = std::mem::take(&mut carried.notice);
    let (act, typed) = match step {
        Step::Challenge(authenticator) => (Act::Challenge { authenticator }, None),
        Step::Attempt { challenge, code } => (Act::Attempt { challenge, code }, None),
        Step::Confirm { enrollment, code } => (Act::Confirm { enrollment, code }, None),
        Step::Finish => (Act::Finish, None),
        Step::Enroll(Enrolling { request, typed }) => {
            let is_number = !matches!(request, EnrollRequest::Totp {});
            carried.again = is_number.then(|| request.clone());
            (Act::Enroll(request), typed)
        }
        Step::EnrollAgain => match carried.again.clone() {
            Some(request) => (Act::Enroll(request), None),
            None => return noted(visit, carried, Notice::Failed),
        },
        Step::Short => return noted(visit, carried, Notice::Short),
        Step::Number(typed, error) => return number(visit, &carried, 422, &typed, error).await,
    };
    let portal = carried.origin.clone();
    let done = match session::admit(visit.front, &portal, &carried.secret).await {
        Ok(admitted) => {
            let manner = visit.manner_of(&carried, &admitted.tenant);
            let view = session::carry_out(visit.front, &portal, admitted, act).await;
            view.map(|view| (view, manner))
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok((view, manner)) => came(visit, &carried, &view, &manner),
        Err(refusal) => {
            let problem = problem_of(&refusal);
            match (number_error(&problem), typed) {
                (Some(error), Some(typed)) => number(visit, &carried, problem.status, &typed, error).await,
                _ => refused(visit, carried, &problem, before, form),
            }
        }
    }
}

/// The key of an authenticator app is in this one answer, so there the page is the answer.
fn came(visit: &Visit<'_>, carried: &Carried, view: &View, manner: &Manner) -> Response {
    let cookie = match cookie(visit, carried) {
        Ok(cookie) => cookie,
        Err(refusal) => return lost(visit, &refusal),
    };
    if view
        .enrollment
        .as_ref()
        .is_none_or(|enrollment| enrollment.totp.is_none())
    {
        return answer::see_login(&cookie);
    }
    let page = draw(view, manner, carried, |screen| screen.page(Panel::Due));
    answer::page(200, page).with_header("set-cookie", &cookie)
}

fn refused(visit: &Visit<'_>, carried: Carried, problem: &Problem, before: Notice, form: Form) -> Response {
    if problem.kind == ProblemType::Unauthorized {
        return answer::ended(&visit.words_of(&carried), problem, Some(&carried.origin));
    }
    let notice = match Notice::of(problem, before) {
        Notice::Over if !matches!(form, Form::Attempt | Form::Confirm) => Notice::Failed,
        notice => notice,
    };
    noted(visit, carried, notice)
}

/// Back to the page, which then says this.
fn noted(visit: &Visit<'_>, mut carried: Carried, notice: Notice) -> Response {
    carried.notice = notice;
    match cookie(visit, &carried) {
        Ok(cookie) => answer::see_login(&cookie),
        Err(refusal) => lost(visit, &refusal),
    }
}

/// The form for the number again, with what was typed. Nothing was sent, so a reload may ask the same again.
async fn number(
    visit: &Visit<'_>,
    carried: &Carried,
    status: u16,
    typed: &TypedForm,
    error: NumberError,
) -> Response {
    match visit.look(carried).await {
        Ok((view, manner)) => answer::page(
            status,
            draw(&view, &manner, carried, |screen| screen.number(typed, error)),
        ),
        Err(response) => response,
    }
}

fn number_error(problem: &Problem) -> Option<NumberError> {
    match (problem.kind, problem.reason) {
        (ProblemType::NumberNotAllowed, Some(Reason::OwnPbx)) => Some(NumberError::OwnPbx),
        (ProblemType::NumberNotAllowed, None) => Some(NumberError::NotAllowed),
        (ProblemType::NumberBlocked, _) => Some(NumberError::Blocked),
        _ => None,
    }
}

fn lost(visit: &Visit<'_>, refusal: &Refusal) -> Response {
    answer::ended(&visit.words, &problem_of(refusal), None)
}
