//! Waits until a service answers, and not longer than sensible.

use std::thread;
use std::time::{Duration, Instant};

use pbx_2fa_shared::routes;

use super::process::Service;
use crate::failure::{Failure, Outcome};
use crate::operator::{agent, problem, text};

const DEADLINE: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(50);

/// The worker answers its health call with 200. A refusal is final: it is its reason for not serving, such as a state
/// directory that was made with other owners.
pub(crate) fn await_worker(
    edge: &str,
    service: &mut Service,
    is_told_to_stop: impl FnMut() -> bool,
) -> Outcome<bool> {
    let url = format!("{edge}{}", routes::HEALTH);
    poll(&url, service, is_told_to_stop, |status, body| match status {
        200 => Ok(()),
        status => Err(Failure::new(format!(
            "the worker does not serve: {}",
            problem(status, body)
        ))),
    })
}

/// Any answer at all.
pub(super) fn await_any_answer(
    url: &str,
    service: &mut Service,
    is_told_to_stop: impl FnMut() -> bool,
) -> Outcome<bool> {
    poll(url, service, is_told_to_stop, |_, _| Ok(()))
}

/// `false` when told to stop before there was an answer.
fn poll(
    url: &str,
    service: &mut Service,
    mut is_told_to_stop: impl FnMut() -> bool,
    judge: impl Fn(u16, &str) -> Outcome<()>,
) -> Outcome<bool> {
    let agent = agent(url, Duration::from_secs(5));
    let started = Instant::now();
    loop {
        if is_told_to_stop() {
            return Ok(false);
        }
        if let Some(ended) = service.ended() {
            return Err(ended);
        }
        if let Ok(response) = agent.get(url).call() {
            let status = response.status().as_u16();
            return judge(status, &text(response)).map(|()| true);
        }
        if started.elapsed() > DEADLINE {
            let said = service.last_lines();
            let name = service.name();
            return Err(Failure::new(format!(
                "{name} does not answer at {url}; its last lines:\n{said}"
            )));
        }
        thread::sleep(BETWEEN);
    }
}
