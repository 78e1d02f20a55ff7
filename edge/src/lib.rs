//! The worker: what the platform gives (HTTP, Durable Objects, WebCrypto, outgoing requests) wired to the verifier's rules.
//! No rule is decided here.

mod clock;
mod config;
mod delivery;
mod directory;
mod entropy;
mod http;
mod owner;
mod routes;
mod signing;
mod tenants;
#[cfg(feature = "test-hooks")]
mod test_hooks;

use std::sync::Once;

use worker::{Context, Env, Request, Response, event};

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

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    log_only_the_place_of_a_panic();
    routes::answer(request, env, context).await
}
