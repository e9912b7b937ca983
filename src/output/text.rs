//! Text for reading: width-aware, coloured where the screen is.

use std::io::{self, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::paint::{FAINT, neutralise};
use super::{Records, Screen};

/// Between two columns of a table.
const GUTTER: &str = "  ";

/// Writes records as a table, columns as wide as their widest value; a column that is empty throughout is left out.
pub(super) fn records(out: &mut dyn Write, records: &Records, screen: &Screen) -> io::Result<()> {
    let rows: Vec<Vec<String>> = records.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let shown: Vec<usize> =
        (0..records.columns.len()).filter(|&column| rows.iter().any(|row| !row[column].is_empty())).collect();
    let width_of = |column: usize| {
        rows.iter().map(|row| row[column].width()).chain([records.columns[column].width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = shown.iter().map(|&column| width_of(column)).collect();
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell}{:1$}", "", width - cell.width())).collect();
        padded.join(GUTTER).trim_end().to_owned()
    };
    if !rows.is_empty() {
        let header = line(shown.iter().map(|&column| records.columns[column]).collect());
        writeln!(out, "{}", screen.paint(FAINT, &header))?;
    }
    for row in &rows {
        writeln!(out, "{}", line(shown.iter().map(|&column| row[column].as_str()).collect()))?;
    }
    facts(out, records, screen)
}

/// Writes what holds for the whole list, each fact on a line under it.
fn facts(out: &mut dyn Write, records: &Records, screen: &Screen) -> io::Result<()> {
    let facts: Vec<(&str, String)> =
        records.facts.iter().map(|(name, value)| (*name, cell(value))).filter(|(_, value)| !value.is_empty()).collect();
    if !records.rows.is_empty() && !facts.is_empty() {
        writeln!(out)?;
    }
    let width = facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (name, value) in &facts {
        writeln!(out, "{}{GUTTER}{value}", screen.paint(FAINT, &format!("{name:width$}")))?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => neutralise(text).into_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
