//! In: a `RawArticle` as its input gave it. Out: an `Article`: clean text, parsed dates and places, and the spans
//! of its paragraphs and sentences.
//!
//! 1. clean the text 2. find the publication date 3. read the dateline 4. read the byline 5. name the language
//! 6. cut paragraphs and sentences

mod build;
pub(crate) mod byline;
pub(crate) mod clean;
pub(crate) mod date;
pub(crate) mod dateline;
mod language;
mod place;
mod published;
pub(crate) mod sentence;
mod span;

pub use build::{ArticleError, Context, file_time};
pub use language::language_name;
pub use place::{country_code, country_name};
pub use span::{CodePoints, Span, lines};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// One article, valid by construction: dates exist, text is clean, every span cuts its own text.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Stable: made from collection, path and member key.
    pub id: ArticleId,
    /// The id that the input itself gave, such as Reuters' `NEWID`.
    pub key: Option<String>,
    /// Path as shown and filtered: relative to the collection's root.
    pub path: String,
    /// Line of the input on which the article starts, from 1.
    pub line: u32,
    pub headline: Option<String>,
    pub published: Option<Published>,
    pub date_from: Option<DateFrom>,
    pub dateline: Option<Dateline>,
    pub byline: Vec<String>,
    pub outlet: Option<String>,
    /// ISO 639-1, such as `en`.
    pub language: Option<String>,
    pub url: Option<String>,
    /// The running text, dateline included; paragraphs are separated by a blank line unless the input gave it
    /// verbatim in another shape.
    pub body: String,
    /// In reading order; none is empty.
    pub paragraphs: Vec<Span>,
    /// In reading order; each lies in one paragraph.
    pub sentences: Vec<Span>,
}

#[cfg(test)]
impl Article {
    /// Returns an article of a body alone, each line of which is a paragraph of one sentence.
    pub fn of_lines(body: &str) -> Self {
        let paragraphs = lines(body);
        Self {
            id: ArticleId(1),
            key: None,
            path: "a.txt".into(),
            line: 1,
            headline: None,
            published: None,
            date_from: None,
            dateline: None,
            byline: Vec::new(),
            outlet: None,
            language: None,
            url: None,
            sentences: paragraphs.clone(),
            paragraphs,
            body: body.to_owned(),
        }
    }
}

/// Identifies an article across ingests: 64 bits, shown as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArticleId(pub u64);

impl std::fmt::Display for ArticleId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// When an article was published: the printed calendar day, with the precision that was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Published {
    pub day: NaiveDate,
    pub time: Option<PrintedTime>,
    /// Minutes east of Greenwich, where the input or the collection's settings state a zone.
    pub utc_offset_minutes: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PrintedTime {
    pub time: NaiveTime,
    /// Whether seconds were printed: `20:48` is not `20:48:00`.
    pub has_seconds: bool,
}

/// As printed: `2025-09-02`, `2025-09-02T20:48` or `2025-09-02T20:48:15`; the zone stands apart.
impl std::fmt::Display for Published {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.time {
            None => write!(out, "{}", self.day),
            Some(PrintedTime { time, has_seconds: false }) => write!(out, "{}T{}", self.day, time.format("%H:%M")),
            Some(PrintedTime { time, has_seconds: true }) => write!(out, "{}T{}", self.day, time.format("%H:%M:%S")),
        }
    }
}

/// What told us the publication date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DateFrom {
    Metadata,
    DateLine,
    Dateline,
    Path,
    FileTime,
}

/// The opening of a story that says where, and sometimes when and by which agency: `PARIS, March 3 (Reuters) -`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dateline {
    pub places: Vec<Place>,
    pub date: Option<NaiveDate>,
    pub agency: Option<String>,
    /// Where it stands in the body; none where the input gave it apart.
    pub span: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Normalised for reading: `Tehran`, whatever the capitals of the print.
    pub name: String,
    /// ISO 3166-1 alpha-2, such as `IR`.
    pub country: Option<String>,
}
