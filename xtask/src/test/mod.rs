//! `cargo xtask test`: every check and every suite, one line for each at the end.

mod checks;
mod count;
mod deny;
mod failed;
mod suites;
mod system;

pub(crate) use suites::node;
pub(crate) use system::{chromium, install_cpp, install_missing};

use std::time::{Duration, Instant};

use crate::args::TestOptions;
use crate::failure::{Failure, Outcome};
use crate::print::{seconds, table};
use count::Tally;

struct Report {
    stage: String,
    tally: Tally,
    took: Duration,
    /// Why the stage could not do its work.
    failure: Option<Failure>,
}

pub(crate) fn test(options: &TestOptions) -> Outcome<()> {
    let suites = suites::discover()?;
    let names: Vec<&str> = checks::NAMES
        .into_iter()
        .chain(suites.iter().map(String::as_str))
        .collect();
    if let Some(unknown) = options.only.iter().find(|only| !names.contains(&only.as_str())) {
        return Err(Failure::new(format!(
            "there is no stage {unknown}; there are: {}",
            names.join(", ")
        )));
    }
    let wanted: Vec<&str> = names
        .into_iter()
        .filter(|name| options.only.is_empty() || options.only.iter().any(|only| only == name))
        .collect();

    // A suite without what it runs against has failed; the checks before it count all the same.
    let mut prepared: Option<Outcome<suites::Prepared>> = None;
    let mut reports = Vec::new();
    for stage in wanted {
        eprintln!("\n== {stage}");
        let started = Instant::now();
        let outcome = if checks::NAMES.contains(&stage) {
            checks::run(stage)
        } else {
            match prepared.get_or_insert_with(suites::prepare) {
                Ok(prepared) => prepared.run(stage),
                Err(failure) => Err(Failure::new(format!("not run: {failure}"))),
            }
        };
        reports.push(report(stage, outcome, started.elapsed()));
    }
    finish(&reports)
}

fn report(stage: &str, outcome: Outcome<Tally>, took: Duration) -> Report {
    let (tally, failure) = match outcome {
        Ok(tally) => (tally, None),
        Err(failure) => (Tally::one_failed(), Some(failure)),
    };
    Report {
        stage: stage.to_owned(),
        tally,
        took,
        failure,
    }
}

fn finish(reports: &[Report]) -> Outcome<()> {
    let mut rows = vec![
        ["stage", "passed", "failed", "skipped", "time"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut total = Tally::default();
    for Report {
        stage, tally, took, ..
    } in reports
    {
        let numbers = [tally.passed, tally.failed, tally.skipped].map(|number| number.to_string());
        rows.push([vec![stage.clone()], numbers.to_vec(), vec![seconds(*took)]].concat());
        total.add(tally.clone());
    }
    eprintln!("\n{}", table(&rows));
    for Report {
        stage,
        tally,
        failure,
        ..
    } in reports
    {
        for failed in &tally.failures {
            eprintln!("  {stage}: {failed}");
        }
        if let Some(failure) = failure {
            eprintln!("  {stage}: {failure}");
        }
    }
    eprintln!();
    println!("{} passed, {} failed", total.passed, total.failed);
    match total.failed {
        0 => Ok(()),
        _ => Err(Failure::new("not everything passed")),
    }
}
