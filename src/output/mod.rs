//! In: a page of results, an article, records. Out: text for people, JSON and CSV for programs.
//!
//! `OUTPUTS` is the one list of formats; `--format`, its help and the goldens are made from it.

mod article_text;
mod csv;
mod json;
mod paint;
mod records;
mod text;
mod views;

pub use paint::{Screen, neutralise};
pub use records::Records;
pub use views::{body_hash, spoken_words, statement_id};

use std::io::{self, Write};

use crate::article::Article;
use crate::statement::Statement;

type WriteRecords = fn(&mut dyn Write, &Records, &Screen) -> io::Result<()>;
type WriteArticle = fn(&mut dyn Write, &Article, &[Statement], &Screen) -> io::Result<()>;

/// One form of output.
pub struct Output {
    /// As `--format` takes it.
    pub name: &'static str,
    pub help: &'static str,
    /// Whether it is laid out for people, who have a pager.
    pub is_for_people: bool,
    pub records: WriteRecords,
    /// Writes one whole article with its statements; none where the form has no place for a body.
    pub article: Option<WriteArticle>,
    /// What stands before, between and after the articles of a list.
    pub article_list: [&'static str; 3],
}

/// Readable text, the default of most commands.
pub const TEXT: &Output = &Output {
    name: "text",
    help: "For reading",
    is_for_people: true,
    records: text::records,
    article: Some(article_text::article),
    article_list: ["", "\n\n", ""],
};

/// One JSON object that holds all.
pub const JSON: &Output = &Output {
    name: "json",
    help: "One JSON object",
    is_for_people: false,
    records: json::records,
    article: Some(json::article),
    article_list: ["{\"schema\": 1, \"articles\": [\n", ",\n", "]}\n"],
};

/// One JSON object a line.
pub const JSON_LINES: &Output = &Output {
    name: "jsonl",
    help: "One JSON object a line",
    is_for_people: false,
    records: json::record_lines,
    article: Some(json::article_line),
    article_list: ["", "", ""],
};

/// Comma-separated values.
pub const CSV: &Output = &Output {
    name: "csv",
    help: "For spreadsheets",
    is_for_people: false,
    records: csv::records,
    article: None,
    article_list: ["", "", ""],
};

/// Every form of output, in the order of the help.
pub const OUTPUTS: &[&Output] = &[TEXT, JSON, JSON_LINES, CSV];

/// Version of the JSON that dateline prints; `docs/output.md` has its history.
pub const SCHEMA: u32 = 1;
