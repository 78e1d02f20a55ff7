//! `cargo xtask`: builds, runs and tests pbx-2fa. Needs Rust, Node 20 or newer and the two package registries; it
//! fetches the rest by itself.
//!
//! Progress goes to standard error, results to standard output, so that every command can stand in a pipe.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks by printing"
)]
#![allow(
    clippy::arithmetic_side_effects,
    reason = "an overflow here stops a build, never a login"
)]

mod args;
mod bench;
mod build;
mod cargo_tool;
mod dev;
mod failure;
mod files;
mod fuzz;
mod keys;
mod maintenance;
mod mutants;
mod operator;
mod print;
mod run;
mod tenant;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let done = args::parse().and_then(|command| match command {
        Command::Help(text) => {
            println!("{text}");
            Ok(())
        }
        Command::Bench(options) => bench::bench(&options),
        Command::Build(options) => build::build(&options),
        Command::Dev(options) => dev::dev(&options),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Keys(order) => keys::command(&order),
        Command::Maintain(task) => maintenance::command(task),
        Command::Mutants => mutants::mutants(),
        Command::Sbom => build::print_sbom(),
        Command::Tenant(order) => tenant::command(&order),
        Command::Test(options) => test::test(&options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
