//! The widget: what a browser transfers, and when the code field can be typed into. Measured by a real Chromium
//! (`tests/bench/widget.mjs`) in the example portal's place: a page of the stack that `dev` starts.

use std::process::Command;

use crate::args::BenchOptions;
use crate::failure::{Context, Outcome};
use crate::run::{Show, must};
use crate::{test, tools, workspace};

pub(super) fn measure(options: &BenchOptions) -> Outcome<()> {
    tools::npm_install("tests")?;
    test::install_missing()?;
    let program = std::env::current_exe().context(|| "the path of this program".to_owned())?;
    let mut node = Command::new(test::node());
    node.arg(workspace::path("tests/bench/widget.mjs"))
        .arg(&options.dist)
        .current_dir(workspace::path("tests"))
        .env("PBX2FA_XTASK", program)
        .env("PBX2FA_CHROMIUM", test::chromium()?);
    must(
        &mut node,
        Show::Everything("widget"),
        "the widget could not be measured",
    )
    .map(drop)
}
