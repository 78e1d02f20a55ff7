//! Reads from the tools themselves how many tests there were.

use super::failed;

/// Numbers of tests. A skipped one is neither passed nor failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    /// Which failed, and why, as far as the tool says it test by test.
    pub(super) failures: Vec<String>,
}

impl Tally {
    pub(super) fn one_passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(super) fn one_failed() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }

    /// What the exit status says counts too: a program that ends badly without one failed test did fail, and one
    /// that found no test at all tested nothing.
    pub(super) fn believing_the_exit(mut self, success: bool) -> Self {
        if self.failed == 0 && (!success || self == Self::default()) {
            self.failed = 1;
        }
        self
    }
}

/// The `test result:` lines of cargo, one for each test program.
pub(super) fn of_cargo(output: &str) -> Tally {
    let mut tally = Tally {
        failures: failed::of_cargo(output),
        ..Tally::default()
    };
    for line in output.lines() {
        let Some((_, counts)) = line
            .split_once("test result: ")
            .and_then(|(_, rest)| rest.split_once(". "))
        else {
            continue;
        };
        for count in counts.split(';') {
            let mut words = count.split_whitespace();
            let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
            match words.next() {
                Some("passed") => tally.passed += number,
                Some("failed") => tally.failed += number,
                Some("ignored") => tally.skipped += number,
                _ => {}
            }
        }
    }
    tally
}

/// The summary at the end of Node's TAP report. A cancelled test (its suite or its deadline ended it) has failed.
pub(super) fn of_node(tap: &str) -> Tally {
    let mut tally = Tally {
        failures: failed::of_node(tap),
        ..Tally::default()
    };
    for line in tap.lines() {
        let mut words = line.strip_prefix("# ").unwrap_or_default().split(' ');
        let name = words.next();
        let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
            continue;
        };
        match name {
            Some("pass") => tally.passed += number,
            Some("fail" | "cancelled") => tally.failed += number,
            Some("skipped" | "todo") => tally.skipped += number,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::{Tally, of_cargo, of_node};

    const CARGO: &str = "\
running 2 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.10s
";
    const NODE: &str = "\
TAP version 13
    # pass 99 of a nested diagnostic
not ok 1 - one
1..3
# tests 6
# suites 1
# pass 2
# fail 1
# cancelled 1
# skipped 1
# todo 1
# duration_ms 80.5
";

    #[test]
    fn cargo_is_summed_over_its_programs() {
        assert_eq!(
            of_cargo(CARGO),
            Tally {
                passed: 5,
                failed: 1,
                skipped: 1,
                failures: Vec::new()
            }
        );
    }

    #[test]
    fn node_is_read_from_its_summary() {
        assert_eq!(
            of_node(NODE),
            Tally {
                passed: 2,
                failed: 2,
                skipped: 2,
                failures: vec!["one".to_owned()]
            }
        );
    }

    #[test]
    fn nothing_is_passed_by_silence() {
        assert_eq!(of_node("").believing_the_exit(true).failed, 1);
        assert_eq!(
            of_cargo("error: could not compile")
                .believing_the_exit(false)
                .failed,
            1
        );
        let passed = Tally {
            passed: 3,
            ..Tally::default()
        };
        assert_eq!(passed.clone().believing_the_exit(false).failed, 1);
        assert_eq!(passed.clone().believing_the_exit(true), passed);
    }
}
