//! The stages that need no running product.

use super::count::{self, Tally};
use super::{deny, suites};
use crate::failure::{Failure, Outcome};
use crate::print::step;
use crate::run::{self, Show};
use crate::{fuzz, tools, workspace};

pub(super) const NAMES: [&str; 6] = ["fmt", "clippy", "deny", "unit", "fuzz", "portal"];

/// How long each fuzz target runs, beyond its corpus.
const FUZZ_SECONDS: u64 = 5;

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
        "deny" => deny::deny(),
        "unit" => unit(),
        "fuzz" => fuzz_targets(),
        "portal" => portal(),
        other => Err(Failure::new(format!("{other} is no check"))),
    }
}

/// Natively everything with its tests, and what becomes WebAssembly as WebAssembly.
fn clippy() -> Outcome<Tally> {
    tools::check_rust()?;
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

/// Each target with its corpus, and on from there for a while.
fn fuzz_targets() -> Outcome<Tally> {
    let results = fuzz::run(&fuzz::targets()?, FUZZ_SECONDS, fuzz::Finds::Forgotten)?;
    let mut total = Tally::default();
    for result in &results {
        total.add(match result.found {
            Ok(_) => Tally::one_passed(),
            Err(_) => Tally::one_failed(),
        });
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
