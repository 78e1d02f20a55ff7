//! `cargo xtask dev`: the worker, the example portal and the simulated phone, on this machine.

mod health;
mod process;
mod state;
mod tenant;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

pub(crate) use health::await_worker;
pub(crate) use process::Running;
pub(crate) use state::State;

use crate::args::{BuildOptions, DevOptions};
use crate::failure::{Context, Failure, Outcome};
use crate::print::{note, step};
use crate::{build, tools, workspace};
use process::Service;
use tenant::{CLIENT_ID, Portal};

pub(crate) fn dev(options: &DevOptions) -> Outcome<()> {
    free_port(options.edge_port, "--edge-port")?;
    free_port(options.portal_port, "--portal-port")?;
    if options.stop_with_parent {
        process::stop_with_parent()?;
    }
    // From here on a signal waits for us instead of ending this process and leaving the others.
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context(|| "listening for signals".to_owned())?;

    prepare(options)?;
    let state = State::open(&options.state)?;
    let mut running = Running::default();
    let outcome = start(options, &state, &mut running, &mut signals).and_then(|started| {
        if started {
            watch(&mut running, &mut signals)
        } else {
            Ok(())
        }
    });
    running.stop();
    outcome
}

fn prepare(options: &DevOptions) -> Outcome<()> {
    if options.build {
        let to = BuildOptions {
            if_changed: true,
            out: options.dist.clone(),
            ..BuildOptions::release()
        };
        return build::build(&to);
    }
    if !options.dist.join("edge/workerd.capnp").is_file() {
        let shown = workspace::shown(&options.dist);
        return Err(Failure::new(format!(
            "{shown} holds no build; run `cargo xtask build` first"
        )));
    }
    tools::check_node()?;
    tools::npm_install("tools")
}

/// Starts one after the other. `false` when a signal came in between.
fn start(options: &DevOptions, state: &State, running: &mut Running, signals: &mut Signals) -> Outcome<bool> {
    let edge = format!("http://127.0.0.1:{}", options.edge_port);
    let portal_url = format!("http://localhost:{}", options.portal_port);

    let place = WorkerPlace {
        dist: &options.dist,
        port: options.edge_port,
        account_owners: &options.account_owners,
        issuer: &edge,
    };
    let worker = running.start("edge", worker(&place, state)?)?;
    if !step("edge: starts", || {
        await_worker(&edge, worker, || is_told_to_stop(signals))
    })? {
        return Ok(false);
    }
    let portal = Portal {
        url: &portal_url,
        webhook_url: &format!("{portal_url}/webhooks/pbx-2fa"),
    };
    let api_key = step("edge: the tenant of the portal", || {
        tenant::provision(&edge, state, &portal)
    })?;

    let server = running.start(
        "portal",
        portal_server(options, state, &edge, &portal_url, &api_key),
    )?;
    if !step("portal: starts", || {
        health::await_any_answer(&portal_url, server, || is_told_to_stop(signals))
    })? {
        return Ok(false);
    }
    if options.json {
        println!(
            "{}",
            json!({
                "edge": edge, "portal": portal_url, "client_id": CLIENT_ID, "api_key": api_key,
                "operator_key": state.secrets.keys.operator_key, "webhook_secret": state.secrets.webhook_secret,
                "pids": running.pids(),
            })
        );
    } else {
        println!("\n  Portal   {portal_url}\n  Phone    {portal_url}/phone\n  Worker   {edge}\n");
        println!("  The log-in page lists the example users. Ctrl-C stops everything.\n");
    }
    Ok(true)
}

/// Which worker to run, and where.
pub(crate) struct WorkerPlace<'a> {
    pub(crate) dist: &'a Path,
    pub(crate) port: u16,
    pub(crate) account_owners: &'a str,
    pub(crate) issuer: &'a str,
}

pub(crate) fn worker(place: &WorkerPlace<'_>, state: &State) -> Outcome<Command> {
    let keys = &state.secrets.keys;
    let mut workerd = Command::new(tools::workerd()?);
    workerd
        .current_dir(place.dist.join("edge"))
        .args(["serve", "workerd.capnp", "development"])
        .arg(format!("--socket-addr=http=127.0.0.1:{}", place.port))
        .arg(format!("--directory-path=owners={}", state.owners().display()))
        .env_clear()
        .env("ROOT_KEYS", &keys.root_keys)
        .env("OPERATOR_KEY_SHA256", keys.operator_key_sha256())
        .env("ISSUER", place.issuer)
        .env("ACCOUNT_OWNERS", place.account_owners)
        .env("TEST_KEYS", "allowed");
    Ok(workerd)
}

/// A port that nobody listens on now.
pub(crate) fn any_free_port() -> Outcome<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context(|| "looking for a free port".to_owned())?;
    let address = listener
        .local_addr()
        .context(|| "looking for a free port".to_owned())?;
    Ok(address.port())
}

fn portal_server(options: &DevOptions, state: &State, edge: &str, portal: &str, api_key: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(workspace::path("examples/pbx-portal/server.mjs"))
        .current_dir(workspace::root())
        .env("PORT", options.portal_port.to_string())
        .env("PORTAL_ORIGIN", portal)
        .env("PBX2FA_URL", edge)
        .env("PBX2FA_API_KEY", api_key)
        .env("PBX2FA_CLIENT_ID", CLIENT_ID)
        .env("PBX2FA_WEBHOOK_SECRET", &state.secrets.webhook_secret)
        .env("STATE_DIR", state.portal());
    node
}

/// Returns when a signal comes; a service that ends before that is a failure.
fn watch(running: &mut Running, signals: &mut Signals) -> Outcome<()> {
    while !is_told_to_stop(signals) {
        if let Some(failure) = running.services().find_map(Service::ended) {
            return Err(failure);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    note("stopping");
    Ok(())
}

fn is_told_to_stop(signals: &mut Signals) -> bool {
    signals.pending().next().is_some()
}

fn free_port(port: u16, flag: &str) -> Outcome<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .map_err(|error| {
            Failure::new(format!(
                "port {port} cannot be used ({error}); choose another with {flag}"
            ))
        })
}
