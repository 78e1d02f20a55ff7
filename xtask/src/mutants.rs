//! `cargo xtask mutants`: changes the rules in one place after the other (`.cargo/mutants.toml` says in which files), and
//! looks whether a test notices. What none notices is either not tested or not needed.

use std::path::Path;
use std::process::Command;

use crate::cargo_tool;
use crate::failure::{Failure, Outcome};
use crate::run::{self, Show};
use crate::workspace;

const VERSION: &str = "27.1.0";

/// Tests that take seconds. The others notice nearly everything, so these are asked only about what is left.
const SLOW: [&str; 3] = ["model", "properties", "no_session_comes_back"];

pub(crate) fn mutants() -> Outcome<()> {
    let program = cargo_tool::pinned("cargo-mutants", VERSION)?;
    if notices_all(&program, &SLOW)? || notices_all(&program, &[])? {
        return Ok(());
    }
    Err(Failure::new(
        "changes that no test notices are listed above, and in target/mutants/mutants.out/missed.txt",
    ))
}

/// What an earlier run has noticed is not tried again.
fn notices_all(program: &Path, skipped: &[&str]) -> Outcome<bool> {
    let mut mutants = Command::new(program);
    mutants
        .args([
            "mutants",
            "--iterate",
            "--baseline=skip",
            "--timeout=300",
            "--colors=never",
        ])
        .arg("--output")
        .arg(workspace::target()?.join("mutants"))
        .args(["--", "--lib", "--"])
        .args(skipped.iter().flat_map(|name| ["--skip", name]))
        .current_dir(workspace::root())
        // Of a failed test only the failure counts.
        .env("RUST_BACKTRACE", "0");
    Ok(run::run(&mut mutants, Show::Everything("mutants"))?.success)
}
