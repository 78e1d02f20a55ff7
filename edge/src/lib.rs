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

use worker::{Context, Env, Request, Response, event};

#[event(start)]
fn start() {
    // A panic's message may quote what it stumbled over; the place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        worker::console_error!("panic at {place}");
    }));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    routes::answer(request, env, context).await
}
