//! Which path is whose, and what each may be asked.

mod logos;
mod maintenance;
mod operator;
mod portal;
mod public;
pub(crate) mod session;
mod sessions;
mod signing_keys;
mod test_keys;

use std::rc::Rc;

use pbx_2fa_shared::maintenance::MaintenanceTask;
use pbx_2fa_shared::{Origin, Problem, ProblemType, routes};
use worker::{Context, Env};

use crate::config::Config;
use crate::http::request::{self, Method, Request};
use crate::http::response::{self, Response};
use crate::tenants;

/// What a handler has at hand.
pub(crate) struct Front {
    pub(crate) env: Env,
    pub(crate) config: Rc<Config>,
    pub(crate) context: Context,
}

/// A path, taken apart once.
enum Route<'a> {
    Public(public::Document),
    Operator(operator::Path<'a>),
    SigningKeys(signing_keys::Path<'a>),
    Maintenance(MaintenanceTask),
    Portal(portal::Path<'a>),
    Session(session::Path<'a>),
    Logo(logos::Path<'a>),
}

/// Answers every request that is not for the widget's files.
pub(crate) async fn answer(request: &Request, env: Env, context: Context) -> Response {
    let path = &request.path;
    #[cfg(feature = "test-hooks")]
    {
        if crate::test_hooks::obey(path) {
            return Response::empty(200, None);
        }
        crate::test_hooks::panic_if_asked(crate::test_hooks::Place::Front);
    }
    let config = match Config::of(&env) {
        Ok(config) => config,
        Err(fault) => return unusable(&fault),
    };
    let Some(route) = Route::of(path) else {
        return response::problem(&Problem::new(ProblemType::NotFound), None);
    };
    let front = Front { env, config, context };
    if let Route::Public(document) = route {
        return public::answer(&front, document, request).await;
    }
    if let Err(fault) = tenants::check_owners(&front.env, &front.config).await {
        return unusable(&fault);
    }
    match route {
        Route::Operator(path) => operator::answer(&front, path, request).await,
        Route::SigningKeys(path) => signing_keys::answer(&front, path, request).await,
        Route::Maintenance(task) => maintenance::answer(&front, task, request).await,
        Route::Portal(path) => portal::answer(&front, path, request).await,
        Route::Session(path) => session::answer(&front, path, request).await,
        Route::Logo(path) => logos::answer(&front, path, request.method).await,
        Route::Public(_) => response::problem(&Problem::new(ProblemType::NotFound), None),
    }
}

/// What a page of the login without script has at hand.
///
/// # Errors
/// A sentence for the operator, where the deployment cannot work as it is configured.
pub(crate) async fn front(env: Env, context: Context) -> Result<Front, String> {
    let config = Config::of(&env)?;
    let front = Front { env, config, context };
    tenants::check_owners(&front.env, &front.config).await?;
    Ok(front)
}

/// The deployment cannot work as it is configured. The sentence is the operator's.
fn unusable(fault: &str) -> Response {
    worker::console_error!("configuration: {fault}");
    response::problem(&Problem::new(ProblemType::Unavailable), None)
}

pub(crate) fn method_not_allowed(allowed: &[Method], page: Option<&Origin>) -> Response {
    response::problem(&Problem::new(ProblemType::MethodNotAllowed), page)
        .with_header("allow", &request::allow(allowed))
}

impl<'a> Route<'a> {
    fn of(path: &'a str) -> Option<Self> {
        public::Document::of(path)
            .map(Route::Public)
            .or_else(|| {
                rest(path, routes::SESSION)
                    .and_then(session::Path::of)
                    .map(Route::Session)
            })
            .or_else(|| portal::Path::of(path).map(Route::Portal))
            .or_else(|| {
                rest(path, routes::TENANTS)
                    .and_then(operator::Path::of)
                    .map(Route::Operator)
            })
            .or_else(|| {
                rest(path, routes::LOGOS)
                    .and_then(logos::Path::of)
                    .map(Route::Logo)
            })
            .or_else(|| {
                rest(path, routes::SIGNING_KEYS)
                    .and_then(signing_keys::Path::of)
                    .map(Route::SigningKeys)
            })
            .or_else(|| {
                rest(path, routes::MAINTENANCE)
                    .and_then(maintenance::task)
                    .map(Route::Maintenance)
            })
    }
}

/// What follows a prefix: nothing, or segments after a slash.
fn rest<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    path.strip_prefix(prefix)
        .filter(|r| r.is_empty() || r.starts_with('/'))
}
