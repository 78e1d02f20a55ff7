//! Files and directories, with errors that name them; and the rule by which a stage is skipped.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::{Context, Outcome};
use crate::workspace::shown;

pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).context(|| format!("reading {}", shown(path)))
}

pub(crate) fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).context(|| format!("reading {}", shown(path)))
}

pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Outcome<()> {
    fs::write(path, contents).context(|| format!("writing {}", shown(path)))
}

/// For secrets: readable by the owner alone from the first byte, and whole or absent.
pub(crate) fn write_private(path: &Path, contents: &str) -> Outcome<()> {
    let part = path.with_extension("part");
    let written = (|| {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)?;
        file.write_all(contents.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)
    })();
    written.context(|| format!("writing {}", shown(path)))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::copy(from, to)
        .map(drop)
        .context(|| format!("copying {} to {}", shown(from), shown(to)))
}

pub(crate) fn make_dir(path: &Path) -> Outcome<()> {
    fs::create_dir_all(path).context(|| format!("making the directory {}", shown(path)))
}

pub(crate) fn make_private_dir(path: &Path) -> Outcome<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .context(|| format!("making the directory {}", shown(path)))
}

pub(crate) fn empty_dir(path: &Path) -> Outcome<()> {
    if path.exists() {
        fs::remove_dir_all(path).context(|| format!("emptying {}", shown(path)))?;
    }
    make_dir(path)
}

/// Every file below `path`, sorted, without hidden ones and `node_modules`.
pub(crate) fn walk(path: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = fs::read_dir(&directory).context(|| format!("listing {}", shown(&directory)))?;
        for entry in entries {
            let path = entry.context(|| format!("listing {}", shown(&directory)))?.path();
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            if name.starts_with(b".") || name == b"node_modules" {
                continue;
            }
            if path.is_dir() {
                waiting.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A hash over everything that decides a stage's result.
pub(crate) struct Key(Sha256);

impl Key {
    /// Of what is put in alone.
    pub(crate) fn of_content() -> Self {
        Self(Sha256::new())
    }

    /// Begins with this very program: a changed recipe makes everything stale.
    pub(crate) fn new() -> Self {
        let mut key = Self::of_content();
        let program = std::env::current_exe().and_then(fs::metadata);
        let stamp = program
            .map(|m| format!("{} {:?}", m.len(), m.modified()))
            .unwrap_or_default();
        key.part(stamp.as_bytes());
        key
    }

    /// Each part goes in with its length, so that no two lists of parts look alike.
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn file(&mut self, path: &Path) -> Outcome<()> {
        self.part(path.as_os_str().as_encoded_bytes());
        self.part(&read(path)?);
        Ok(())
    }

    pub(crate) fn tree(&mut self, path: &Path) -> Outcome<()> {
        walk(path)?.iter().try_for_each(|file| self.file(file))
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A directory that one stage fills, and that remembers what it was made from.
pub(crate) struct StageDir(pub(crate) PathBuf);

impl StageDir {
    /// Runs `make` on the emptied directory unless it already holds the result for `key`. The mark is written last:
    /// an interrupted stage runs again. Returns whether it ran.
    pub(crate) fn fill(&self, key: &str, make: impl FnOnce(&Path) -> Outcome<()>) -> Outcome<bool> {
        let mark = self.0.join(".made-from");
        if fs::read_to_string(&mark).is_ok_and(|made_from| made_from == key) {
            return Ok(false);
        }
        empty_dir(&self.0)?;
        make(&self.0)?;
        write(&mark, key)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, StageDir, write, write_private};
    use crate::failure::Failure;
    use std::os::unix::fs::PermissionsExt;

    fn scratch(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        super::empty_dir(&path).unwrap();
        path
    }

    #[test]
    fn a_stage_runs_when_its_key_changes_or_it_was_interrupted() {
        let dir = StageDir(scratch("stage").join("inner"));
        assert!(dir.fill("1", |d| write(&d.join("a"), "x")).unwrap());
        assert!(!dir.fill("1", |_| Err(Failure::new("must not run"))).unwrap());
        assert!(dir.fill("2", |_| Err(Failure::new("interrupted"))).is_err());
        assert!(dir.fill("1", |_| Ok(())).unwrap());
        assert!(!dir.0.join("a").exists());
    }

    #[test]
    fn keys_keep_parts_apart() {
        let key = |parts: &[&str]| {
            let mut key = Key::new();
            parts.iter().for_each(|part| key.part(part.as_bytes()));
            key.finish()
        };
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }

    #[test]
    fn secrets_are_for_their_owner_alone() {
        let path = scratch("secret").join("keys.json");
        write_private(&path, "1").unwrap();
        write_private(&path, "2").unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "2");
    }
}
