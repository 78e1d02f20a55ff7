//! The stages that need no running product.

use super::count::{self, Tally};
use super::suites;
use crate::failure::{Failure, Outcome};
use crate::print::{note, step};
use crate::run::{self, Show};
use crate::{tools, workspace};

pub(super) const NAMES: [&str; 5] = ["fmt", "clippy", "deny", "unit", "portal"];

const WIDGET_FOR_LOGINS: [&str; 3] = ["-p", "pbx-2fa-widget", "--no-default-features"];

pub(super) fn run(name: &str) -> Outcome<Tally> {
    match name {
        "fmt" => {
            cargo(
                &["fmt", "--all", "--check"],
                "the sources are not formatted; run `cargo fmt --all`",
            )?;
            Ok(Tally::one_passed())
        }
        "clippy" => clippy(),
        "deny" => deny(),
        "unit" => unit(),
        "portal" => portal(),
        other => Err(Failure::new(format!("{other} is no check"))),
    }
}

/// Natively everything with its tests, and what becomes WebAssembly as WebAssembly.
fn clippy() -> Outcome<Tally> {
    tools::check_wasm_target()?;
    let otherwise = "clippy has remarks; they are above";
    step("clippy, native", || {
        cargo(
            &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
            otherwise,
        )
    })?;
    let wasm = [
        "clippy",
        "--target",
        "wasm32-unknown-unknown",
        "-p",
        "pbx-2fa-edge",
        "-p",
        "pbx-2fa-widget",
    ];
    step("clippy, WebAssembly", || {
        cargo(&[&wasm[..], &["--", "-D", "warnings"]].concat(), otherwise)
    })?;
    step("clippy, the widget for logins", || {
        let login = [
            &["clippy", "--all-targets"],
            &WIDGET_FOR_LOGINS[..],
            &["--", "-D", "warnings"],
        ];
        cargo(&login.concat(), otherwise)
    })?;
    Ok(Tally::one_passed())
}

/// Licences, sources and duplicates of the dependencies. The advisories need a network and have their own moment.
fn deny() -> Outcome<Tally> {
    if !tools::is_installed("cargo-deny") {
        note("skipped: `cargo install cargo-deny --locked` brings the check of licences and sources");
        return Ok(Tally {
            skipped: 1,
            ..Tally::default()
        });
    }
    cargo(
        &["deny", "check", "bans", "licenses", "sources"],
        "cargo deny has remarks; they are above",
    )?;
    Ok(Tally::one_passed())
}

/// Everything, and once more the widget as it is for logins.
fn unit() -> Outcome<Tally> {
    let mut total = Tally::default();
    for what in [&["--workspace"][..], &WIDGET_FOR_LOGINS] {
        let mut cargo = workspace::cargo();
        cargo.args(["test", "--no-fail-fast"]).args(what);
        let finished = run::run(&mut cargo, Show::Everything("unit"))?;
        total.add(count::of_cargo(&finished.stdout).believing_the_exit(finished.success));
    }
    Ok(total)
}

/// The example portal's own tests, by the Node of this machine: it has no dependency.
fn portal() -> Outcome<Tally> {
    tools::check_node()?;
    suites::node_tests(
        "portal",
        "node".as_ref(),
        &workspace::path("examples/pbx-portal"),
        "test",
        &[],
    )
}

fn cargo(arguments: &[&str], otherwise: &str) -> Outcome<()> {
    let mut cargo = workspace::cargo();
    cargo.args(arguments);
    run::must(&mut cargo, Show::Everything("cargo"), otherwise).map(drop)
}
