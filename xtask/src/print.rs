//! What a person sees while waiting. All of it goes to standard error.

use std::time::{Duration, Instant};

use crate::failure::Outcome;

/// Runs one step, and says how long it took.
pub(crate) fn step<T>(name: &str, run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    eprintln!("  ...  {name}");
    let started = Instant::now();
    let outcome = run();
    let mark = if outcome.is_ok() { "done" } else { "FAIL" };
    eprintln!("  {mark} {name}  {}", seconds(started.elapsed()));
    outcome
}

pub(crate) fn note(sentence: &str) {
    eprintln!("       {sentence}");
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Right-aligned columns, the first one left-aligned.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        format!("  {}", cells.collect::<Vec<_>>().join("  "))
            .trim_end()
            .to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `12345` as `12,345`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{table, thousands};

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"].to_vec(),
            [0, 999, 1000, 1_234_567].map(thousands)
        );
    }

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["a".to_owned(), "10".to_owned()],
            vec!["long".to_owned(), "7".to_owned()],
        ];
        assert_eq!(table(&rows), "  a     10\n  long   7");
    }
}
