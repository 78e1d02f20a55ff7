//! Many logins at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::account::{Account, CALLS, Times};
use super::http::Client;
use super::server::Server;
use crate::failure::Outcome;

/// What a measured phase came to.
pub(super) struct Phase {
    pub(super) concurrency: usize,
    pub(super) logins: usize,
    pub(super) elapsed: Duration,
    pub(super) cpu: Duration,
    /// For each call, its times, sorted.
    pub(super) times: Vec<Vec<Duration>>,
}

/// Which account comes next. Each is used once in a run of 30 s, or replay protection would refuse an honest login.
#[derive(Default)]
pub(super) struct Turn(AtomicUsize);

impl Phase {
    pub(super) fn per_second(&self) -> f64 {
        self.logins as f64 / self.elapsed.as_secs_f64()
    }

    /// CPU seconds per 1,000 logins.
    pub(super) fn cpu_per_thousand(&self) -> f64 {
        self.cpu.as_secs_f64() * 1_000.0 / self.logins as f64
    }

    /// A percentile of one call, in milliseconds.
    pub(super) fn percentile(&self, call: usize, percent: usize) -> f64 {
        let times = &self.times[call];
        let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(at).map_or(0.0, |t| t.as_secs_f64() * 1_000.0)
    }
}

/// Whole logins, for so long, by so many clients.
pub(super) fn logins(
    server: &Server,
    accounts: &[Account],
    turn: &Turn,
    concurrency: usize,
    lasting: Duration,
) -> Outcome<Phase> {
    let all: Mutex<Vec<Times>> = Mutex::default();
    let cpu = server.cpu()?;
    let started = Instant::now();
    let each = || -> Outcome<()> {
        let mut client = Client::connect(server.port)?;
        let mut mine = Vec::new();
        while started.elapsed() < lasting {
            let at = turn.0.fetch_add(1, Ordering::Relaxed) % accounts.len();
            mine.push(accounts[at].log_in(&mut client, server)?);
        }
        all.lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .extend(mine);
        Ok(())
    };
    in_parallel(concurrency, |_| each())?;
    let (elapsed, cpu) = (started.elapsed(), server.cpu()?.saturating_sub(cpu));
    let all = all
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let times = (0..CALLS.len()).map(|call| {
        let mut times: Vec<Duration> = all.iter().map(|t| t[call]).collect();
        times.sort_unstable();
        times
    });
    Ok(Phase {
        concurrency,
        logins: all.len(),
        elapsed,
        cpu,
        times: times.collect(),
    })
}

/// Runs `each` on so many threads; the first failure is everybody's.
pub(super) fn in_parallel(threads: usize, each: impl Fn(usize) -> Outcome<()> + Sync) -> Outcome<()> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|n| {
                scope.spawn({
                    let each = &each;
                    move || each(n)
                })
            })
            .collect();
        running.into_iter().try_for_each(|thread| match thread.join() {
            Ok(outcome) => outcome,
            Err(_) => Err(crate::failure::Failure::new("a client stopped unexpectedly")),
        })
    })
}

/// So many accounts with an authenticator app.
pub(super) fn enroll(server: &Server, prefix: &str, count: usize) -> Outcome<Vec<Account>> {
    let next = AtomicUsize::new(0);
    let made: Mutex<Vec<Account>> = Mutex::default();
    in_parallel(16, |_| {
        let mut client = Client::connect(server.port)?;
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return Ok(());
            }
            let account = Account::enroll(&mut client, server, format!("{prefix}-{n}"))?;
            made.lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push(account);
        }
    })?;
    Ok(made
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner))
}
