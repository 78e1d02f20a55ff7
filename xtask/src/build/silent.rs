//! How a module is compiled whose panics are mute traps: with a standard library of its own, without what tells of a
//! panic and where it was. Why, and why on a stable compiler: docs/decisions/07.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Context, Failure, Outcome};
use crate::workspace;

/// What cargo is asked for beside the crate.
const LIBRARY: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

const SWITCHES: [&str; 5] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    // A function that stands for another one that is alike would bear the name of one of them, and functions are taken out by
    // their names afterwards. wasm-opt merges them in the end.
    "-Zmerge-functions=disabled",
];

/// Adds what it takes to a `cargo build`.
pub(super) fn silence(cargo: &mut Command) -> Outcome<()> {
    let mut flags: Vec<OsString> = SWITCHES.map(OsString::from).to_vec();
    for (from, to) in [
        (workspace::root().to_owned(), "/pbx-2fa"),
        (cargo_home()?, "/cargo"),
        (sysroot()?, "/rust"),
    ] {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from);
        flag.push("=");
        flag.push(to);
        flags.push(flag);
    }
    // The word that opens a stable compiler's unstable switches. They hold for this call of cargo, so the worker, the
    // tools and the tests are compiled as ever.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f".as_ref()));
    cargo.args(LIBRARY);
    Ok(())
}

fn cargo_home() -> Outcome<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
        .ok_or_else(|| Failure::new("there is no home directory; set CARGO_HOME"))
}

fn sysroot() -> Outcome<PathBuf> {
    let asked = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(workspace::root())
        .output()
        .context(|| "starting rustc".to_owned())?;
    Ok(PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim()))
}
