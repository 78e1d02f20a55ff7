//! The worker: logins per second, CPU and disk syncs per login, memory, and whether any of it grows with the accounts.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::account::{Account, CALLS};
use super::http::Client;
use super::load::{Phase, Turn, enroll, in_parallel, logins};
use super::report::{heading, row, rows};
use super::server::Server;
use crate::args::BenchOptions;
use crate::failure::Outcome;
use crate::{files, workspace};

pub(super) fn measure(options: &BenchOptions) -> Outcome<()> {
    sizes(&options.dist)?;
    for (name, directory) in places()? {
        throughput(options, name, &directory)?;
    }
    growth(options)?;
    flood(options)
}

/// A disk, and a memory disk where the system has one: without the cost of syncs, the processor is what limits.
fn places() -> Outcome<Vec<(&'static str, PathBuf)>> {
    let mut places = vec![("disk", workspace::target()?.join("bench-state"))];
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        places.push((
            "memory disk",
            memory.join(format!("pbx-2fa-bench-{}", std::process::id())),
        ));
    }
    Ok(places)
}

fn sizes(dist: &Path) -> Outcome<()> {
    let wasm = files::read(&dist.join("edge/edge_bg.wasm"))?;
    heading("worker: size");
    row("WebAssembly, bytes", &wasm.len().to_string());
    Ok(())
}

fn throughput(options: &BenchOptions, place: &str, directory: &Path) -> Outcome<()> {
    let server = Server::start(&options.dist, directory, &options.account_owners, None)?;
    heading(&format!("worker on {place}, {}", options.account_owners));
    row("start to healthy, ms", &server.start.as_millis().to_string());
    let accounts = enroll(&server, "user", options.accounts)?;
    let mut client = Client::connect(server.port)?;
    let first = Instant::now();
    accounts[accounts.len() - 21].log_in(&mut client, &server)?;
    row(
        "one login after seeding, ms",
        &format!("{:.1}", first.elapsed().as_secs_f64() * 1_000.0),
    );

    let turn = Turn::default();
    logins(&server, &accounts, &turn, 16, Duration::from_secs(3))?;
    let lasting = Duration::from_secs(options.seconds);
    let phases = [1, 16, 64]
        .into_iter()
        .map(|c| logins(&server, &accounts, &turn, c, lasting));
    print_phases(&phases.collect::<Outcome<Vec<_>>>()?);
    verify_alone(&server, &accounts[accounts.len() / 2..])?;
    let syncs = server.syncs(|| {
        let mut client = Client::connect(server.port)?;
        accounts[accounts.len() - 20..]
            .iter()
            .try_for_each(|a| a.log_in(&mut client, &server).map(drop))
    })?;
    let syncs = syncs.map_or("strace is not installed, or may not attach".to_owned(), |n| {
        format!("{:.2}", n as f64 / 20.0)
    });
    row("disk syncs per login, one client", &syncs);
    row("memory, MiB, most", &server.memory(true)?.to_string());
    server.stop()
}

fn print_phases(phases: &[Phase]) {
    let mut table = vec![vec![
        "clients".to_owned(),
        "logins/s".into(),
        "CPU s / 1,000".into(),
    ]];
    table[0].extend(CALLS.iter().map(|call| format!("{call} p50/p99 ms")));
    for phase in phases {
        let mut line = vec![
            phase.concurrency.to_string(),
            format!("{:.0}", phase.per_second()),
            format!("{:.2}", phase.cpu_per_thousand()),
        ];
        line.extend(
            (0..CALLS.len())
                .map(|c| format!("{:.2} / {:.2}", phase.percentile(c, 50), phase.percentile(c, 99))),
        );
        table.push(line);
    }
    rows(&table);
}

/// 300 logins prepared, then only their codes.
fn verify_alone(server: &Server, accounts: &[Account]) -> Outcome<()> {
    let mut client = Client::connect(server.port)?;
    let chosen = &accounts[..300.min(accounts.len())];
    let mut prepared = Vec::new();
    for account in chosen {
        prepared.push(account.prepare(&mut client, server, &mut [Duration::ZERO; 4])?);
    }
    let (cpu, started) = (server.cpu()?, Instant::now());
    for (account, prepared) in chosen.iter().zip(&prepared) {
        account.attempt(&mut client, server, prepared)?;
    }
    let (elapsed, cpu) = (started.elapsed(), server.cpu()?.saturating_sub(cpu));
    let each = |d: Duration| format!("{:.2}", d.as_secs_f64() * 1_000.0 / chosen.len() as f64);
    row("verify alone, one client, mean ms", &each(elapsed));
    row("verify alone, CPU s / 1,000", &each(cpu));
    Ok(())
}

/// The same load on the same machine, with 1, 1,000 and all accounts known.
fn growth(options: &BenchOptions) -> Outcome<()> {
    heading("growth: a login at 16 clients, by how many accounts exist (memory disk)");
    let mut table = vec![vec![
        "accounts".to_owned(),
        "logins/s".into(),
        "CPU s / 1,000".into(),
        "memory MiB, then most".into(),
    ]];
    let (_, directory) = places()?
        .pop()
        .unwrap_or(("disk", workspace::target()?.join("bench-state")));
    let server = Server::start(&options.dist, &directory, &options.account_owners, None)?;
    // The measured accounts are the same each time; only the others grow.
    // So many that none comes round within one step of its authenticator app.
    let measured = enroll(&server, "measured", 8_000)?;
    let turn = Turn::default();
    logins(&server, &measured, &turn, 16, Duration::from_secs(3))?;
    let mut others = 0;
    for total in [1, 1_000, options.accounts] {
        let wanted = total.saturating_sub(1);
        enroll(&server, &format!("other-{total}"), wanted.saturating_sub(others))?;
        others = wanted.max(others);
        let phase = logins(
            &server,
            &measured,
            &turn,
            16,
            Duration::from_secs(options.seconds),
        )?;
        table.push(vec![
            format!("{} + {total}", measured.len()),
            format!("{:.0}", phase.per_second()),
            format!("{:.2}", phase.cpu_per_thousand()),
            format!("{}, {}", server.memory(false)?, server.memory(true)?),
        ]);
    }
    rows(&table);
    server.stop()
}

/// So many different accounts in a minute, at an ordinary `ulimit -n`.
fn flood(options: &BenchOptions) -> Outcome<()> {
    let count = options.accounts.max(20_000);
    heading(&format!(
        "{} different accounts at ulimit -n 1024, on disk",
        count
    ));
    let directory = workspace::target()?.join("bench-flood");
    let server = Server::start(&options.dist, &directory, &options.account_owners, Some(1_024))?;
    let (next, files) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    in_parallel(16, |_| {
        let mut client = Client::connect(server.port)?;
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return Ok(());
            }
            Account::touch(&mut client, &server, &format!("flood-{n}"))?;
            if n % 500 == 0 {
                files.fetch_max(server.open_files(), Ordering::Relaxed);
            }
        }
    })?;
    row("seconds", &format!("{:.1}", started.elapsed().as_secs_f64()));
    row("open files, most", &files.load(Ordering::Relaxed).to_string());
    row("memory, MiB, most", &server.memory(true)?.to_string());
    let mut client = Client::connect(server.port)?;
    Account::touch(&mut client, &server, "after")?;
    row("answers afterwards", "yes");
    server.stop()
}
