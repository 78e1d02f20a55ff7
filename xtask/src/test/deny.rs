//! What the dependencies may be: licences, sources and duplicates always, known vulnerabilities wherever the lists of
//! them can be fetched.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::count::Tally;
use crate::failure::{Failure, Outcome};
use crate::print::note;
use crate::run::{self, Show};
use crate::{cargo_tool, workspace};

const VERSION: &str = "0.20.2";

/// Folders with a package-lock.json.
const NPM: [&str; 2] = ["tools", "tests"];

pub(super) fn deny() -> Outcome<Tally> {
    let program = cargo_tool::pinned("cargo-deny", VERSION)?;
    let mut tally = Tally::one_passed();
    let mut rules = run_in(
        &program,
        &["check", "--hide-inclusion-graph", "bans", "licenses", "sources"],
    );
    run::must(
        &mut rules,
        Show::Everything("deny"),
        "cargo deny has remarks; they are above",
    )?;
    tally.add(advisories(&program)?);
    for folder in NPM {
        tally.add(audit(folder)?);
    }
    Ok(tally)
}

/// Of the crates, by the database of RustSec, which lies on GitHub.
fn advisories(program: &Path) -> Outcome<Tally> {
    let mut fetch = run_in(program, &["fetch", "db"]);
    if !run::run(&mut fetch, Show::Everything("deny"))?.success {
        return Ok(not_asked(
            "RustSec's database cannot be fetched: vulnerabilities of crates are not asked for",
        ));
    }
    let mut check = run_in(program, &["--offline", "check", "advisories"]);
    run::must(
        &mut check,
        Show::Everything("deny"),
        "a crate has a known vulnerability, or was yanked; see above",
    )?;
    Ok(Tally::one_passed())
}

/// Of the tools from npm, by the registry. None of them is in what users get.
fn audit(folder: &str) -> Outcome<Tally> {
    let mut npm = Command::new("npm");
    npm.args(["audit", "--package-lock-only", "--json"])
        .current_dir(workspace::path(folder));
    let said = run::run(&mut npm, Show::Progress("npm"))?.stdout;
    let Some(serious) = serious(&said) else {
        return Ok(not_asked(&format!(
            "the npm registry tells nothing of vulnerabilities: those of {folder}/ are not asked for"
        )));
    };
    if serious > 0 {
        return Err(Failure::new(format!(
            "packages of {folder}/ have {serious} vulnerabilities that are high or critical; `npm audit` there lists them"
        )));
    }
    Ok(Tally::one_passed())
}

/// How many in a report of npm are high or critical; `None` where it is no report.
fn serious(report: &str) -> Option<u64> {
    let report: Value = serde_json::from_str(report).ok()?;
    let counts = report.get("metadata")?.get("vulnerabilities")?;
    let count = |severity: &str| counts.get(severity)?.as_u64();
    Some(count("high")? + count("critical")?)
}

fn run_in(program: &Path, arguments: &[&str]) -> Command {
    let mut deny = Command::new(program);
    deny.args(arguments).current_dir(workspace::root());
    // No question of git's waits for somebody to answer it.
    deny.env("GIT_TERMINAL_PROMPT", "0");
    deny
}

fn not_asked(sentence: &str) -> Tally {
    note(sentence);
    Tally {
        skipped: 1,
        ..Tally::default()
    }
}

#[cfg(test)]
mod tests {
    use super::serious;

    #[test]
    fn what_npm_reports_is_counted_and_an_error_is_no_report() {
        let report = r#"{"auditReportVersion":2,"vulnerabilities":{},"metadata":{"vulnerabilities":
            {"info":0,"low":4,"moderate":2,"high":1,"critical":2,"total":9}}}"#;
        assert_eq!(serious(report), Some(3));
        assert_eq!(
            serious(r#"{"message":"405 Method Not Allowed","statusCode":405}"#),
            None
        );
        assert_eq!(serious(""), None);
    }
}
