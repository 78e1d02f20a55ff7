//! The widget: what a browser transfers, and when the code field can be typed into. Measured by a real Chromium
//! (`tests/bench/widget.mjs`) in the example portal's place: a page of the stack that `dev` starts.

use std::process::Command;

use crate::args::BenchOptions;
use crate::failure::Outcome;
use crate::run::{Show, must};
use crate::{tools, workspace};

pub(super) fn measure(options: &BenchOptions) -> Outcome<()> {
    tools::npm_install("tests")?;
    let mut node = Command::new("node");
    node.arg(workspace::path("tests/bench/widget.mjs"))
        .arg(&options.dist)
        .current_dir(workspace::path("tests"));
    must(
        &mut node,
        Show::Everything("widget"),
        "the widget could not be measured",
    )
    .map(drop)
}
