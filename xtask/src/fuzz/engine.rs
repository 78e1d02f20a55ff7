//! libFuzzer: how the targets are compiled for it, what it is told, and what it says at the end.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::keep;
use crate::failure::{Context, Failure, Outcome};
use crate::print::step;
use crate::run::{self, Show};
use crate::{files, workspace};

/// Counts each edge of the code, and shows the engine what is compared with what.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Longer inputs than a body may be are refused before anything reads them.
const LONGEST: u32 = 16_384;
/// An input that takes so many seconds is a finding. A busy machine stays far below.
const SLOWEST: u32 = 25;

/// The programs, compiled.
pub(super) struct Engine {
    programs: PathBuf,
}

/// What a run without a finding came to.
pub(crate) struct Found {
    pub(crate) executions: u64,
    /// Edges of the code that were reached.
    pub(crate) edges: u64,
    /// Inputs of the corpus and found ones that reach something of their own.
    pub(crate) inputs: u64,
}

impl Engine {
    pub(super) fn build() -> Outcome<Self> {
        let host = host()?;
        let mut cargo = workspace::cargo();
        cargo.args(["build", "--bins", "-p", "pbx-2fa-fuzz", "--features", "libfuzzer"]);
        // A target that is named keeps the flags away from build scripts and from macros.
        cargo.args(["--profile", "fuzz", "--target", &host]);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f"));
        step("fuzz: targets", || {
            run::must(
                &mut cargo,
                Show::Progress("fuzz"),
                "the fuzz targets do not compile",
            )
        })?;
        Ok(Self {
            programs: workspace::target()?.join(host).join("fuzz"),
        })
    }

    /// `finds` gets the inputs that lead to code that the corpus does not reach.
    ///
    /// # Errors
    /// A rule that does not hold, with the place of the input.
    pub(super) fn run(&self, target: &str, finds: &Path, seconds: u64) -> Outcome<Found> {
        let broken = workspace::path("fuzz/artifacts").join(target);
        files::make_dir(&broken)?;
        let mut program = self.program(target);
        program
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={LONGEST}"))
            .arg(format!("-timeout={SLOWEST}"))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", broken.display()))
            .args([finds, &corpus_of(target)]);
        let said = program
            .output()
            .context(|| format!("starting the target {target}"))?;
        let report = String::from_utf8_lossy(&said.stderr);
        if said.status.success() {
            return found(&report).ok_or_else(|| Failure::new(format!("{target} did not say what it ran")));
        }
        for line in report.lines().filter(|line| !line.starts_with('#')) {
            eprintln!("{target} | {line}");
        }
        Err(Failure::new(format!(
            "a rule does not hold; the input is in {}",
            workspace::shown(&broken)
        )))
    }

    /// Adds to the corpus what [`keep`] chooses of the finds.
    pub(super) fn keep(&self, target: &str, finds: &Path) -> Outcome<()> {
        let copy = finds.with_extension("merge");
        let notes = finds.with_extension("notes");
        keep::copy(&corpus_of(target), &copy)?;
        files::write(&notes, "")?;
        let mut program = self.program(target);
        program
            .args(["-merge=1", &format!("-max_len={LONGEST}")])
            .arg(format!("-merge_control_file={}", notes.display()))
            .args([&copy, finds]);
        let said = program
            .output()
            .context(|| format!("starting the target {target}"))?;
        if !said.status.success() {
            return Err(Failure::new(format!("the finds of {target} cannot be merged")));
        }
        for input in keep::chosen(&files::read_text(&notes)?)? {
            files::copy(
                &input,
                &corpus_of(target).join(input.file_name().unwrap_or_default()),
            )?;
        }
        Ok(())
    }

    fn program(&self, target: &str) -> Command {
        Command::new(self.programs.join(target))
    }
}

fn corpus_of(target: &str) -> PathBuf {
    workspace::path("fuzz/corpus").join(target)
}

fn host() -> Outcome<String> {
    let asked = Command::new("rustc")
        .arg("-vV")
        .current_dir(workspace::root())
        .output()
        .context(|| "starting rustc".to_owned())?;
    String::from_utf8_lossy(&asked.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("rustc -vV names no host"))
}

/// From the last line of progress, and from the statistics behind it.
fn found(report: &str) -> Option<Found> {
    let progress = report.lines().rfind(|line| line.contains(" cov: "))?;
    let after = |name: &str| {
        let (_, rest) = progress.split_once(name)?;
        rest.split([' ', '/']).next()?.parse().ok()
    };
    let executions = report
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    Some(Found {
        executions: executions.trim().parse().ok()?,
        edges: after(" cov: ")?,
        inputs: after(" corp: ")?,
    })
}

#[cfg(test)]
mod tests {
    use super::found;

    const REPORT: &str = "\
#2\tINITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 25Mb
#524288\tpulse  cov: 102 ft: 410 corp: 47/2180b lim: 4096 exec/s: 262144 rss: 46Mb
Done 600000 runs in 3 second(s)
stat::number_of_executed_units: 600000
stat::average_exec_per_sec:     200000
";

    #[test]
    fn the_end_of_a_run_is_read() {
        let found = found(REPORT).unwrap();
        assert_eq!((found.executions, found.edges, found.inputs), (600_000, 102, 47));
    }

    #[test]
    fn a_program_that_says_nothing_ran_nothing() {
        assert!(found("").is_none());
        assert!(found("Done 0 runs in 0 second(s)").is_none());
    }
}
