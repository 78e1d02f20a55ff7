//! The programs around the build: those a machine must have, and those that npm brings, pinned by lock files.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::files::{self, Key};
use crate::print::step;
use crate::run::{self, Show};
use crate::workspace::path;

const OLDEST_NODE: u32 = 20;
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Node and npm, in versions that the tools work with.
pub(crate) fn check_node() -> Outcome<()> {
    let version = version_of("node").ok_or_else(|| {
        Failure::new(format!(
            "Node is not installed; install Node {OLDEST_NODE} or newer (https://nodejs.org)"
        ))
    })?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(Failure::new(format!(
            "Node {version} is too old; install Node {OLDEST_NODE} or newer"
        )));
    }
    version_of("npm")
        .map(drop)
        .ok_or_else(|| Failure::new("npm is not installed; it usually comes with Node"))
}

/// The standard library of the wasm target, and the sources of it, which the widget is compiled with. Both stand in
/// `rust-toolchain.toml`, and rustup installs them by itself, unless it was told to leave that to others.
pub(crate) fn check_rust() -> Outcome<()> {
    if !printed(&["target-libdir", "--target", WASM_TARGET]).is_some_and(|directory| directory.is_dir()) {
        rustup(&["target", "add", WASM_TARGET])?;
    }
    let sources =
        printed(&["sysroot"]).map(|sysroot| sysroot.join("lib/rustlib/src/rust/library/Cargo.lock"));
    if !sources.is_some_and(|file| file.is_file()) {
        rustup(&["component", "add", "rust-src"])?;
    }
    Ok(())
}

/// A place that the pinned compiler tells.
fn printed(what: &[&str]) -> Option<PathBuf> {
    let asked = Command::new("rustc")
        .arg("--print")
        .args(what)
        .current_dir(crate::workspace::root())
        .output()
        .ok()?;
    Some(PathBuf::from(String::from_utf8_lossy(&asked.stdout).trim()))
}

fn rustup(words: &[&str]) -> Outcome<()> {
    let added = Command::new("rustup")
        .args(words)
        .current_dir(crate::workspace::root())
        .status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Failure::new(format!(
            "`rustup {}` did not work, and Rust cannot compile what browsers run without it: run it by hand, with a network",
            words.join(" ")
        ))),
    }
}

/// Installs what a folder's lock file pins, when it is not what was installed last. Not by `npm ci`, which wants the
/// lock file to list the binaries of every operating system, while a registry's mirror may hold only one's own.
pub(crate) fn npm_install(folder: &str) -> Outcome<()> {
    let folder = path(folder);
    let mut key = Key::of_content();
    key.file(&folder.join("package.json"))?;
    key.file(&folder.join("package-lock.json"))?;
    let key = key.finish();
    let mark = folder.join("node_modules/.installed-from");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == key) {
        return Ok(());
    }
    check_node()?;
    let shown = crate::workspace::shown(&folder);
    step(&format!("npm install in {shown}"), || {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]);
        run::must(
            npm.current_dir(&folder),
            Show::Everything("npm"),
            &format!(
                "npm could not install what {shown}/package-lock.json lists; is the npm registry reachable?"
            ),
        )?;
        files::write(&mark, key)
    })
}

/// The runtime of the worker, for this platform.
pub(crate) fn workerd() -> Outcome<PathBuf> {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, machine) => return Err(Failure::new(format!("there is no workerd for {os} on {machine}"))),
    };
    let binary = path(format!(
        "tools/node_modules/@cloudflare/workerd-{platform}/bin/workerd"
    ));
    present(&binary)?;
    Ok(binary)
}

/// A tool of `tools/node_modules` that is a script for Node.
pub(crate) fn npm_tool(script: &str) -> Outcome<Command> {
    let script = path("tools/node_modules").join(script);
    present(&script)?;
    let mut command = Command::new("node");
    command.arg(script);
    Ok(command)
}

/// A script of our own in `tools/`.
pub(crate) fn own_tool(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(path("tools").join(script)).current_dir(path("tools"));
    command
}

pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|list| std::env::split_paths(&list).any(|dir| dir.join(program).is_file()))
}

fn present(file: &Path) -> Outcome<()> {
    if file.is_file() {
        return Ok(());
    }
    let shown = crate::workspace::shown(file);
    Err(Failure::new(format!(
        "{shown} is missing; delete tools/node_modules and run the command again"
    )))
}

fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
