//! Programs of the operating system that the suites drive.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::print::step;
use crate::run::{self, Show};
use crate::tools::is_installed;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What the crate `cc` looks for.
const CPP: [&str; 2] = ["c++", "clang++"];

const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// One of these programs, and Debian's package with it.
const NEEDED: [(&[&str], &str); 5] = [
    (&BROWSERS, "chromium"),
    (&FIREFOX, "firefox-esr"),
    (&["oathtool"], "oathtool"),
    (&["zbarimg"], "zbar-tools"),
    (&["brotli"], "brotli"),
];

/// WebKit as GTK's browser, which Linux alone has, and a screen for its window.
const NEEDED_ON_LINUX: [(&[&str], &str); 2] =
    [(&["WebKitWebDriver"], "webkit2gtk-driver"), (&["Xvfb"], "xvfb")];

pub(crate) fn install_missing() -> Outcome<()> {
    let of_this_system: &[_] = if cfg!(target_os = "linux") {
        &NEEDED_ON_LINUX
    } else {
        &[]
    };
    let mut missing: Vec<&str> = NEEDED
        .iter()
        .chain(of_this_system)
        .filter(|(programs, _)| !programs.iter().any(|program| is_installed(program)))
        .map(|(_, package)| *package)
        .collect();
    if !has_python_environments() {
        missing.push("python3-venv");
    }
    install(&missing, "the suites need")
}

/// libFuzzer is written in C++.
pub(crate) fn install_cpp() -> Outcome<()> {
    let there = CPP.iter().any(|compiler| is_installed(compiler));
    install(if there { &[] } else { &["g++"] }, "the fuzz targets need")
}

/// By apt-get where this is root on a Debian; else one sentence says what to install.
fn install(missing: &[&str], needed: &str) -> Outcome<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("{needed} {list}; install with `apt-get install {list}` or as your system does it");
    if !is_installed("apt-get") || !rustix::process::geteuid().is_root() {
        return Err(Failure::new(by_hand));
    }
    step(&format!("apt-get install {list}"), || {
        let mut update = Command::new("apt-get");
        update.args(["update", "-qq"]);
        run::must(&mut update, Show::Everything("apt-get"), &by_hand)?;
        let mut install = Command::new("apt-get");
        install
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(missing);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        run::must(&mut install, Show::Everything("apt-get"), &by_hand).map(drop)
    })
}

/// Debian takes the module that makes them out of its python3.
fn has_python_environments() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]);
    python.output().is_ok_and(|said| said.status.success())
}

/// The absolute path of the browser.
pub(crate) fn chromium() -> Outcome<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .flat_map(|directory| BROWSERS.map(|program| directory.join(program)))
        .find(|program| program.is_file())
        .ok_or_else(|| Failure::new("there is no Chromium on the PATH"))
}
