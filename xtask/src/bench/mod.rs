//! `cargo xtask bench`: what a login costs, and what the widget weighs. Prints figures; judges nothing.
//!
//! Absolute times drift with the machine. Compare within one run: disk with memory disk, one account with 20,000.
#![allow(
    clippy::indexing_slicing,
    reason = "a wrong index here stops a measurement, never a login"
)]

mod account;
mod edge;
mod gateway;
mod http;
mod load;
mod report;
mod server;
mod widget;

use crate::args::{BenchOptions, BuildOptions};
use crate::build;
use crate::failure::Outcome;

pub(crate) fn bench(options: &BenchOptions) -> Outcome<()> {
    if options.build {
        let release = BuildOptions {
            if_changed: true,
            out: options.dist.clone(),
            ..BuildOptions::release()
        };
        build::build(&release)?;
    }
    if options.edge {
        edge::measure(options)?;
    }
    if options.widget {
        widget::measure(options)?;
    }
    Ok(())
}
