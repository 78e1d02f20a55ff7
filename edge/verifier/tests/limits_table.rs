//! `docs/limits.md` is what `src/limits.rs` says: made from it, and compared with it by every test run.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

const INTRODUCTION: &str = "# The numbers

Every number that a rule depends on, with its reason and source. Times are seconds. This page is made from
[`limits.rs`](../edge/verifier/src/limits.rs), where the rules read them, and a test holds the two together; after a change there,
`PBX2FA_WRITE_DOCS=1 cargo test -p pbx-2fa-verifier --test limits_table` writes it anew.

| number | value | what it is, and why |
|---|---|---|
";

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(here(path)).expect(path)
}

/// A row for each constant, and one for the table of waits.
fn table(source: &str) -> String {
    let (mut rows, mut about) = (String::new(), Vec::new());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("///") {
            about.push(text.trim());
        } else if let Some(constant) = line.strip_prefix("pub const ")
            && !constant.starts_with("fn ")
        {
            let (name, rest) = constant.split_once(':').expect("a type");
            let (_, value) = rest.split_once('=').expect("a value");
            row(
                &mut rows,
                name,
                value.trim().trim_end_matches(';'),
                &about.join(" "),
            );
            about.clear();
        } else if let Some(function) = line.strip_prefix("pub const fn ") {
            let (name, _) = function.split_once('(').expect("its arguments");
            let arms = lines.by_ref().take_while(|line| *line != "}");
            let waits: Vec<String> = arms.filter_map(arm).collect();
            row(&mut rows, name, &waits.join(", "), &about.join(" "));
            about.clear();
        } else if !line.starts_with("#[") {
            about.clear();
        }
    }
    rows
}

/// `5 => 30,` as `5: 30`.
fn arm(line: &str) -> Option<String> {
    let (pattern, value) = line.trim().trim_end_matches(',').split_once(" => ")?;
    let pattern = pattern.replace("..=", " to ").replace('_', "more");
    Some(format!("{pattern}: {value}"))
}

fn row(rows: &mut String, name: &str, value: &str, about: &str) {
    let is_number = value.starts_with(|c: char| c.is_ascii_digit());
    let value = if is_number {
        value.replace('_', ",")
    } else {
        value.to_owned()
    };
    writeln!(rows, "| `{name}` | {value} | {about} |").expect("a string");
}

/// `[`NAME`]` links to a constant in the code; on the page it is a name like the others.
fn without_links(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}

#[test]
fn the_page_says_what_the_code_does() {
    let source = read("src/limits.rs");
    let wanted = format!("{INTRODUCTION}{}", without_links(&table(&source)));
    let constants = source.matches("\npub const ").count();
    assert_eq!(wanted.lines().filter(|l| l.starts_with("| `")).count(), constants);
    let page = "../../docs/limits.md";
    if std::env::var_os("PBX2FA_WRITE_DOCS").is_some() {
        std::fs::write(here(page), &wanted).expect(page);
    }
    assert!(
        read(page) == wanted,
        "docs/limits.md is out of date; see its first lines"
    );
}
