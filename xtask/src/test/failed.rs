//! Reads from the tools themselves which tests failed, and why, for the last lines of a long run.

/// Lines of one error that are repeated at the end; the rest is above.
const ERROR_LINES: usize = 12;

/// The `test … ... FAILED` lines of cargo.
pub(super) fn of_cargo(output: &str) -> Vec<String> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
        .collect()
}

/// The `not ok` points of Node's TAP report with their place and error. A suite that failed by its tests is none.
pub(super) fn of_node(tap: &str) -> Vec<String> {
    let mut failed = Vec::new();
    let mut lines = tap.lines();
    while let Some(line) = lines.next() {
        let Some(point) = line.trim_start().strip_prefix("not ok ") else {
            continue;
        };
        let details: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "...").collect();
        let is_of_its_own = !details.iter().any(|line| line.contains("'subtestsFailed'"));
        if is_of_its_own && !point.ends_with("# TODO") {
            let name = point.split_once(" - ").map_or(point, |(_, name)| name);
            failed.push(format!("{name}{}{}", place(&details), error(&details)));
        }
    }
    failed
}

fn place(details: &[&str]) -> String {
    let location = details
        .iter()
        .find_map(|line| line.trim_start().strip_prefix("location: "));
    let file = location.and_then(|path| path.trim_matches('\'').rsplit('/').next());
    file.map(|file| format!(" ({file})")).unwrap_or_default()
}

/// On one line behind the name, or in a block below it.
fn error(details: &[&str]) -> String {
    let mut lines = details
        .iter()
        .skip_while(|line| !line.trim_start().starts_with("error: "));
    let Some(first) = lines.next() else {
        return String::new();
    };
    let depth = |line: &str| line.len() - line.trim_start().len();
    let said = first.trim_start().trim_start_matches("error: ");
    if said != "|-" {
        return format!(": {}", said.trim_matches(['\'', '"']));
    }
    lines
        .take_while(|line| line.trim().is_empty() || depth(line) > depth(first))
        .take(ERROR_LINES)
        .map(|line| format!("\n      {}", line.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{of_cargo, of_node};

    const NODE: &str = r#"TAP version 13
# Subtest: outer
    # Subtest: inner
    not ok 1 - inner
      ---
      location: '/somewhere/a.test.mjs:2:21'
      failureType: 'testCodeFailure'
      error: |-
        why

        the second line
      code: 'ERR_ASSERTION'
      ...
    # Subtest: late
    not ok 2 - late
      ---
      location: '/somewhere/a.test.mjs:3:1'
      failureType: 'testTimeoutFailure'
      error: 'test timed out after 10ms'
      ...
    1..2
not ok 1 - outer
  ---
  location: '/somewhere/a.test.mjs:1:1'
  failureType: 'subtestsFailed'
  error: '2 subtests failed'
  ...
ok 2 - skipped # SKIP
  ---
  ...
not ok 3 - later # TODO
  ---
  failureType: 'testCodeFailure'
  error: 't'
  ...
not ok 4 - ended in the middle
"#;

    #[test]
    fn node_names_each_test_with_its_place_and_error() {
        assert_eq!(
            of_node(NODE),
            [
                "inner (a.test.mjs:2:21)\n      why\n      \n      the second line",
                "late (a.test.mjs:3:1): test timed out after 10ms",
                "ended in the middle",
            ]
        );
    }

    #[test]
    fn cargo_names_each_test() {
        let output = "test a::b ... ok\ntest a::c ... FAILED\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(of_cargo(output), ["a::c"]);
    }
}
