//! In: a page of results, an article, records. Out: text for people, JSON and CSV for programs.
//!
//! `OUTPUTS` is the one list of formats; `--format`, its help and the goldens are made from it.

mod csv;
mod json;
mod paint;
mod records;
mod text;

pub use paint::{Screen, neutralise};
pub use records::Records;

use std::io::{self, Write};

/// One form of output.
pub struct Output {
    /// As `--format` takes it.
    pub name: &'static str,
    pub help: &'static str,
    /// Whether it is laid out for people, who have a pager.
    pub is_for_people: bool,
    pub records: fn(&mut dyn Write, &Records, &Screen) -> io::Result<()>,
}

/// Readable text, the default of most commands.
pub const TEXT: &Output = &Output { name: "text", help: "For reading", is_for_people: true, records: text::records };

/// One JSON object that holds all.
pub const JSON: &Output =
    &Output { name: "json", help: "One JSON object", is_for_people: false, records: json::records };

/// One JSON object a line.
pub const JSON_LINES: &Output =
    &Output { name: "jsonl", help: "One JSON object a line", is_for_people: false, records: json::record_lines };

/// Comma-separated values.
pub const CSV: &Output = &Output { name: "csv", help: "For spreadsheets", is_for_people: false, records: csv::records };

/// Every form of output, in the order of the help.
pub const OUTPUTS: &[&Output] = &[TEXT, JSON, JSON_LINES, CSV];

/// Version of the JSON that dateline prints; `docs/output.md` has its history.
pub const SCHEMA: u32 = 1;
