//! Where things are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::{Context, Failure, Outcome};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

pub(crate) fn path(relative: impl AsRef<Path>) -> PathBuf {
    root().join(relative)
}

/// A path as typed, relative to the directory it was typed in.
pub(crate) fn from_here(typed: &OsStr) -> Outcome<PathBuf> {
    std::path::absolute(typed).context(|| format!("the path {}", typed.display()))
}

/// A path as people want to read it: short where it lies in the repository.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The same cargo that runs this program, without what it told this program about its package: a build script that
/// looks at those variables would run again at every change between the inner and the outer cargo.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let told = name.as_encoded_bytes();
        if told.starts_with(b"CARGO_PKG_") || told.starts_with(b"CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo's target directory, wherever the environment or a configuration file puts it.
pub(crate) fn target() -> Outcome<PathBuf> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .output()
        .context(|| "starting cargo".to_owned())?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        Failure::new(format!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    })?;
    metadata
        .get("target_directory")
        .and_then(Value::as_str)
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("cargo metadata names no target directory"))
}
