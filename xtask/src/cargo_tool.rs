//! Programs around cargo, in a pinned version: the machine's own, or compiled once.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Outcome;
use crate::print::step;
use crate::run::{self, Show};
use crate::workspace;

/// Compiled without optimisation, which takes longer than all that it will ever do here; kept below cargo's target directory.
pub(crate) fn pinned(name: &str, version: &str) -> Outcome<PathBuf> {
    if is(name.as_ref(), name, version) {
        return Ok(name.into());
    }
    let place = workspace::target()?.join("tools");
    let program = place.join("bin").join(name);
    if is(&program, name, version) {
        return Ok(program);
    }
    let mut cargo = workspace::cargo();
    cargo
        .args([
            "install",
            "--locked",
            "--force",
            "--debug",
            "--version",
            version,
            name,
        ])
        .arg("--root")
        .arg(&place)
        .env("CARGO_PROFILE_DEV_DEBUG", "none");
    step(&format!("cargo install {name} {version}"), || {
        run::must(
            &mut cargo,
            Show::Progress(name),
            &format!("{name} cannot be installed; is crates.io reachable?"),
        )
    })?;
    Ok(program)
}

fn is(program: &Path, name: &str, version: &str) -> bool {
    // As cargo calls them: some know no other way.
    let subcommand = name.trim_start_matches("cargo-");
    let said = Command::new(program).args([subcommand, "--version"]).output();
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim() == format!("{name} {version}"))
}
