//! `cargo xtask fuzz`: looks for inputs that break a rule, by the targets of `fuzz/` and libFuzzer.
//!
//! The targets are compiled as cargo-fuzz does it, but without a sanitizer: what they run is safe Rust, and a sanitizer
//! needs a nightly compiler. So the pinned one does, and no further tool is installed but a C++ compiler.

mod engine;
mod keep;

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use crate::args::FuzzOptions;
use crate::failure::{Context, Failure, Outcome};
use crate::print::{note, table, thousands};
use crate::{files, test, workspace};
use engine::{Engine, Found};

/// What one target came to: how much it ran, or what broke.
pub(crate) struct Ran {
    pub(crate) target: String,
    pub(crate) found: Outcome<Found>,
}

/// Runs one target, or all, and keeps what led to new code below cargo's target directory, for the next time.
pub(crate) fn fuzz(options: &FuzzOptions) -> Outcome<()> {
    let all = targets()?;
    let wanted: Vec<String> = match &options.target {
        Some(target) if !all.contains(target) => {
            return Err(Failure::new(format!(
                "there is no target {target}; there are: {}",
                all.join(", ")
            )));
        }
        Some(target) => vec![target.clone()],
        None => all,
    };
    let results = run(&wanted, options.seconds, Finds::Kept)?;
    if options.keep {
        let engine = Engine::build()?;
        for target in &wanted {
            engine.keep(target, &finds_of(target)?)?;
        }
    }
    match results.iter().filter(|result| result.found.is_err()).count() {
        0 => Ok(()),
        _ => Err(Failure::new("a rule does not hold; the input is kept, see above")),
    }
}

/// Whether a run begins with what earlier ones found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finds {
    Kept,
    /// Only the corpus in the repository counts, so that every machine does the same.
    Forgotten,
}

/// Runs these targets for so many seconds each, as many at a time as there are processors; prints what each came to.
pub(crate) fn run(targets: &[String], seconds: u64, finds: Finds) -> Outcome<Vec<Ran>> {
    test::install_cpp()?;
    let engine = Engine::build()?;
    for target in targets {
        let directory = finds_of(target)?;
        if finds == Finds::Forgotten {
            files::empty_dir(&directory)?;
        }
        files::make_dir(&directory)?;
    }
    let waiting = Mutex::new(targets.iter().rev().cloned().collect::<Vec<_>>());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                while let Some(target) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
                    let found = finds_of(&target).and_then(|finds| engine.run(&target, &finds, seconds));
                    if let Ok(mut done) = done.lock() {
                        done.push(Ran { target, found });
                    }
                }
            });
        }
    });
    let mut results = done
        .into_inner()
        .map_err(|_| Failure::new("running the targets stopped unexpectedly"))?;
    results.sort_by(|a, b| a.target.cmp(&b.target));
    print(&results);
    Ok(results)
}

/// By the folders of the corpus.
pub(crate) fn targets() -> Outcome<Vec<String>> {
    let corpus = workspace::path("fuzz/corpus");
    let entries = fs::read_dir(&corpus).context(|| format!("listing {}", workspace::shown(&corpus)))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

fn finds_of(target: &str) -> Outcome<PathBuf> {
    Ok(workspace::target()?.join("xtask/fuzz").join(target))
}

fn print(results: &[Ran]) {
    let mut rows = vec![
        ["target", "executions", "edges", "inputs"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for Ran { target, found } in results {
        let numbers = match found {
            Ok(found) => [found.executions, found.edges, found.inputs]
                .map(thousands)
                .to_vec(),
            Err(_) => vec!["a rule is broken".to_owned()],
        };
        rows.push([vec![target.clone()], numbers].concat());
    }
    eprintln!("\n{}", table(&rows));
    for Ran { target, found } in results {
        if let Err(failure) = found {
            note(&format!("{target}: {failure}"));
        }
    }
}
