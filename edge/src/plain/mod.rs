//! The login without script: pages and forms in place of the widget's calls, and the same commands behind them.
//!
//! The portal's form brings the ticket; from then on a sealed cookie says whose login it is. What changes anything is a form of
//! our own pages, and is answered with a redirect to the page that shows what came of it.

mod answer;
mod begin;
mod carried;
mod step;

use pbx_2fa_plain::{Failure, Page, Panel, Path, Screen, Words, failure};
use pbx_2fa_shared::session::View;
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::account::Act;
use pbx_2fa_verifier::theme::Medium;
use worker::{Context, Env};

use self::carried::Carried;
use crate::clock;
use crate::http::request::{self, Method, PageHeaders, Request};
use crate::http::response::{Response, problem_of};
use crate::routes::{self, Front, session};
use crate::tenants::KnownTenant;

/// What all pages are made with.
struct Visit<'a> {
    front: &'a Front,
    request: &'a Request,
    headers: &'a PageHeaders,
    words: Words,
}

/// Answers every request for an address below [`pbx_2fa_plain::PLAIN`], by a page.
pub(crate) async fn answer(request: &Request, headers: &PageHeaders, env: Env, context: Context) -> Response {
    let words = Words::choose(None, headers.accept_language.as_deref(), None);
    let front = match routes::front(env, context).await {
        Ok(front) => front,
        Err(fault) => {
            worker::console_error!("configuration: {fault}");
            return answer::page(503, failure(&words, Failure::Unavailable, None));
        }
    };
    let visit = Visit {
        front: &front,
        request,
        headers,
        words,
    };
    let Some(path) = Path::of(&request.path) else {
        return answer::refused(&visit.words, 404);
    };
    let allowed: &[Method] = match path {
        Path::Login => &[Method::Get, Method::Post],
        Path::Panel(_) => &[Method::Get],
        Path::Form(_) => &[Method::Post],
    };
    match (path, request.method) {
        (Path::Login, Method::Post) => begin::begin(&visit).await,
        (Path::Login, Method::Get) => visit.show(Panel::Due).await,
        (Path::Panel(panel), Method::Get) => visit.show(panel).await,
        (Path::Form(form), Method::Post) => step::step(&visit, form).await,
        _ => answer::refused(&visit.words, 405).with_header("allow", &request::allow(allowed)),
    }
}

impl Visit<'_> {
    /// A screen of the login that the cookie names. Sends nothing, changes nothing.
    async fn show(&self, panel: Panel) -> Response {
        let Some(carried) = self.carried() else {
            return answer::page(403, failure(&self.words, Failure::Unknown, None));
        };
        match self.look(&carried).await {
            Ok((view, manner)) => {
                answer::page(200, draw(&view, &manner, &carried, |screen| screen.page(panel)))
            }
            Err(response) => response,
        }
    }

    fn carried(&self) -> Option<Carried> {
        Carried::of(&self.front.config.keys, self.headers.cookie.as_deref())
    }

    /// The view as it is now, and how its pages speak and look.
    async fn look(&self, carried: &Carried) -> Result<(Box<View>, Manner), Response> {
        let portal = &carried.origin;
        let words = self.words_of(carried);
        let ended = |refusal| answer::ended(&words, &problem_of(&refusal), Some(portal));
        let admitted = session::admit(self.front, portal, &carried.secret)
            .await
            .map_err(ended)?;
        let manner = self.manner_of(carried, &admitted.tenant);
        let view = session::carry_out(self.front, portal, admitted, Act::Look)
            .await
            .map_err(ended)?;
        Ok((view, manner))
    }

    fn manner_of(&self, carried: &Carried, tenant: &KnownTenant) -> Manner {
        let locale = tenant.tenant.locale.as_ref();
        let words = Words::choose(carried.locale.as_ref(), self.accepted(), locale);
        Manner {
            words: words.addressing(tenant.tenant.form_of_address),
            theme: tenant.record.sheet(Medium::Page),
        }
    }

    fn words_of(&self, carried: &Carried) -> Words {
        Words::choose(carried.locale.as_ref(), self.accepted(), None).addressing(carried.form_of_address)
    }

    fn accepted(&self) -> Option<&str> {
        self.headers.accept_language.as_deref()
    }
}

/// How a tenant's pages speak and look.
struct Manner {
    words: Words,
    theme: Option<String>,
}

/// A page of the login that a cookie names.
fn draw(view: &View, manner: &Manner, carried: &Carried, page: impl FnOnce(Screen<'_>) -> Page) -> Page {
    page(Screen {
        view,
        words: &manner.words,
        mark: &carried.mark(),
        notice: carried.notice,
        again: carried.again.is_some(),
        return_to: &carried.return_to,
        portal: &carried.origin,
        theme: manner.theme.as_deref(),
    })
}

/// The cookie's header for now.
fn cookie(visit: &Visit<'_>, carried: &Carried) -> Result<String, Refusal> {
    carried.to_cookie(&visit.front.config.keys, clock::now())
}
