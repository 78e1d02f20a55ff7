//! Runs a tool to its end, shows its lines as they come, and keeps what is needed of them.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;

use crate::failure::{Context, Failure, Outcome};

/// What a finished tool leaves behind.
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) stdout: String,
}

/// How the lines of a tool are shown.
#[derive(Clone, Copy)]
pub(crate) enum Show<'a> {
    /// Standard error only, each line behind this name; standard output is data.
    Progress(&'a str),
    /// Everything, each line behind this name.
    Everything(&'a str),
}

/// Runs to the end. `Err` means that it could not start; look at `success` for the rest.
pub(crate) fn run(command: &mut Command, show: Show<'_>) -> Outcome<Finished> {
    let program = command.get_program().display().to_string();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(|| format!("starting {program}"))?;
    let (name, shows_stdout) = match show {
        Show::Progress(name) => (name, false),
        Show::Everything(name) => (name, true),
    };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let stdout = thread::scope(|scope| {
        if let Some(stderr) = stderr {
            scope.spawn(|| lines(stderr, |line| show_progress(name, line)));
        }
        let mut kept = String::new();
        if let Some(stdout) = stdout {
            lines(stdout, |line| {
                if shows_stdout {
                    eprintln!("{name} | {line}");
                }
                kept.push_str(line);
                kept.push('\n');
            });
        }
        kept
    });
    let status = child.wait().context(|| format!("waiting for {program}"))?;
    Ok(Finished {
        success: status.success(),
        stdout,
    })
}

/// Two cargos side by side tell at every turn that one waits a moment for the other.
fn show_progress(name: &str, line: &str) {
    if !line.ends_with("Blocking waiting for file lock on package cache") {
        eprintln!("{name} | {line}");
    }
}

/// Runs to the end; anything but success is a failure with this sentence.
pub(crate) fn must(command: &mut Command, show: Show<'_>, otherwise: &str) -> Outcome<String> {
    let finished = run(command, show)?;
    if finished.success {
        Ok(finished.stdout)
    } else {
        Err(Failure::new(otherwise))
    }
}

/// Each line of a stream, as text, whatever its bytes.
pub(crate) fn lines(stream: impl Read, mut each: impl FnMut(&str)) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}
