//! How figures are printed.

pub(super) fn heading(text: &str) {
    println!("\n{text}");
}

pub(super) fn row(name: &str, value: &str) {
    println!("  {name:<36} {value}");
}

/// A table whose first line names its columns.
pub(super) fn rows(table: &[Vec<String>]) {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| {
        table
            .iter()
            .filter_map(|line| line.get(c))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in table {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:>width$}"));
        println!("  {}", cells.collect::<Vec<_>>().join("  "));
    }
}
