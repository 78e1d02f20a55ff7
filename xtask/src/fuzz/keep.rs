//! What of a run goes into the repository: the few inputs that reach the most code which the corpus does not.
//!
//! libFuzzer's own merge keeps every input with a feature of its own, which is thousands. So it merges into a copy, and what it
//! notes of each input is read.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::files;

/// Of one run, for one target.
const KEPT: usize = 10;

/// The inputs to keep, from libFuzzer's notes of a merge into a copy of the corpus.
pub(super) fn chosen(notes: &str) -> Outcome<Vec<PathBuf>> {
    of_notes(notes)
        .ok_or_else(|| Failure::new("libFuzzer's notes of a merge are in a form that is not known here"))
}

/// Copies the corpus to where the merge may add to it.
pub(super) fn copy(corpus: &Path, to: &Path) -> Outcome<()> {
    files::empty_dir(to)?;
    for file in files::walk(corpus)? {
        files::copy(&file, &to.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// How many inputs, how many of them are the corpus's, their names; then for each, in this order, the edges (`COV`) that none
/// before it reached.
fn of_notes(notes: &str) -> Option<Vec<PathBuf>> {
    let mut lines = notes.lines();
    let inputs: usize = lines.next()?.parse().ok()?;
    let known: usize = lines.next()?.parse().ok()?;
    let names: Vec<&str> = lines.by_ref().take(inputs).collect();
    let mut gains: Vec<(usize, &str)> = Vec::new();
    for line in lines {
        let Some(line) = line.strip_prefix("COV ") else {
            continue;
        };
        let mut numbers = line.split(' ');
        let input: usize = numbers.next()?.parse().ok()?;
        let gained = numbers.count();
        if input >= known && gained > 0 {
            gains.push((gained, names.get(input)?));
        }
    }
    gains.sort_unstable_by(|a, b| b.cmp(a));
    Some(
        gains
            .iter()
            .take(KEPT)
            .map(|(_, name)| PathBuf::from(name))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::of_notes;

    #[test]
    fn what_gains_most_is_kept_and_nothing_of_the_corpus() {
        let notes = "4\n1\ncorpus/a\nfound/b\nfound/c\nfound/d\nSTARTED 0 3\nFT 0 1 2\nCOV 0 5 6 7 8\n\
                     STARTED 1 4\nFT 1 3\nCOV 1 9\nSTARTED 2 4\nFT 2 4\nCOV 2\nSTARTED 3 9\nFT 3 6\nCOV 3 10 11\n";
        assert_eq!(
            of_notes(notes),
            Some(["found/d", "found/b"].map(PathBuf::from).to_vec())
        );
        assert_eq!(of_notes(""), None);
    }
}
