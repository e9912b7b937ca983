//! In: a page of results, an article, records. Out: text for people, JSON and CSV for programs, citations and feeds.
//!
//! `OUTPUTS` is the one list of formats; `--format`, its help and the goldens are made from it.

mod article_text;
mod atom;
mod bibtex;
mod citation;
mod csl_json;
mod csv;
mod hits_text;
mod json;
/// Speakers, inputs and collections as rows.
pub mod listings;
mod paint;
mod records;
mod ris;
mod summary;
mod text;
mod timeline;
mod trace;
mod views;

pub use paint::{Screen, neutralise};
pub use records::Records;
pub use timeline::timeline_records;
pub use trace::trace_records;
pub use views::{ArticleHitView, ArticleView, StatementHitView, spoken_words, statement_id};

use std::io::{self, Write};

use std::time::Duration;

use crate::article::Article;
use crate::ingest::Summary;
use crate::search::{Hit, Page, Request, Target};
use crate::statement::Statement;
use crate::timeline::Timeline;
use crate::trace::Sighting;

/// What a query found, and what was asked.
pub struct Answer<'a> {
    /// As typed.
    pub query: &'a str,
    pub target: Target,
    pub page: &'a Page<'a>,
    pub took: Duration,
    /// How many hits before this page were passed over.
    pub offset: usize,
    /// Where pages of this archive can be opened, such as `https://archive.example.org`; none where nobody serves it.
    pub site: Option<&'a str>,
    /// Read one by one, so that a list of any length fits in memory.
    pub hits: &'a mut dyn Iterator<Item = io::Result<Hit>>,
}

impl Output {
    /// Writes the hits of a page, read one by one.
    ///
    /// # Errors
    /// If a hit cannot be read, or `out` cannot be written.
    pub fn write_page(
        &self,
        out: &mut dyn Write,
        request: &Request,
        page: &Page<'_>,
        took: Duration,
        site: Option<&str>,
        screen: &Screen,
    ) -> io::Result<()> {
        let mut hits = page.hits().map(|hit| hit.map_err(io::Error::other));
        let Request { query, target, offset, .. } = request;
        let answer = Answer { query, target: *target, page, took, offset: *offset, site, hits: &mut hits };
        (self.answer)(out, answer, screen)
    }

    /// Writes a hit that was named, as a citation wants it; `page` answers [`Hit::as_request`].
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_named(
        &self,
        out: &mut dyn Write,
        hit: Hit,
        page: &Page<'_>,
        site: Option<&str>,
        screen: &Screen,
    ) -> io::Result<()> {
        let target = if hit.statement.is_some() { Target::Statements } else { Target::Articles };
        let mut hits = std::iter::once(Ok(hit));
        let answer = Answer { query: "", target, page, took: Duration::ZERO, offset: 0, site, hits: &mut hits };
        (self.answer)(out, answer, screen)
    }
}

type WriteAnswer = fn(&mut dyn Write, Answer<'_>, &Screen) -> io::Result<()>;
type WriteSummary = fn(&mut dyn Write, &Summary, &Screen) -> io::Result<()>;
type WriteTimeline = fn(&mut dyn Write, &Timeline, &Screen) -> io::Result<()>;
type WriteTrace = fn(&mut dyn Write, &[Sighting], &Screen) -> io::Result<()>;
type WriteRecords = fn(&mut dyn Write, &Records, &Screen) -> io::Result<()>;
type WriteArticle = fn(&mut dyn Write, &Article, &[Statement], &Screen) -> io::Result<()>;

/// One form of output.
pub struct Output {
    /// As `--format` takes it.
    pub name: &'static str,
    pub help: &'static str,
    /// As HTTP names it.
    pub media_type: &'static str,
    /// Of a file that holds it.
    pub extension: &'static str,
    /// Whether it is laid out for people, who have a pager.
    pub is_for_people: bool,
    /// Writes the hits of a query.
    pub answer: WriteAnswer,
    /// Writes rows with named columns; none where the form is for hits alone.
    pub records: Option<WriteRecords>,
    /// Writes a timeline as a picture; none where its rows are written.
    pub timeline: Option<WriteTimeline>,
    /// Writes a trace as a list for reading; none where its rows are written.
    pub trace: Option<WriteTrace>,
    /// Writes what an ingest did; none where the form has no place for it.
    pub summary: Option<WriteSummary>,
    /// Writes one whole article with its statements; none where the form has no place for a body.
    pub article: Option<WriteArticle>,
    /// What stands before, between and after the articles of a list.
    pub article_list: [&'static str; 3],
}

/// Readable text, the default of most commands.
pub const TEXT: &Output = &Output {
    name: "text",
    help: "For reading",
    media_type: "text/plain; charset=utf-8",
    extension: "txt",
    is_for_people: true,
    answer: hits_text::answer,
    records: Some(text::records),
    timeline: Some(timeline::chart),
    trace: Some(trace::list),
    summary: Some(summary::text),
    article: Some(article_text::article),
    article_list: ["", "\n\n", ""],
};

/// One JSON object that holds all.
pub const JSON: &Output = &Output {
    name: "json",
    help: "One JSON object",
    media_type: "application/json",
    extension: "json",
    is_for_people: false,
    answer: json::answer,
    records: Some(json::records),
    timeline: None,
    trace: None,
    summary: Some(summary::json),
    article: Some(json::article),
    article_list: ["{\"schema\": 1, \"articles\": [\n", ",\n", "]}\n"],
};

/// One JSON object a line.
pub const JSON_LINES: &Output = &Output {
    name: "jsonl",
    help: "One JSON object a line",
    media_type: "application/jsonl",
    extension: "jsonl",
    is_for_people: false,
    answer: json::answer_lines,
    records: Some(json::record_lines),
    timeline: None,
    trace: None,
    summary: Some(summary::json_line),
    article: Some(json::article_line),
    article_list: ["", "", ""],
};

/// Comma-separated values.
pub const CSV: &Output = &Output {
    name: "csv",
    help: "For spreadsheets",
    media_type: "text/csv; charset=utf-8",
    extension: "csv",
    is_for_people: false,
    answer: csv::answer,
    records: Some(csv::records),
    timeline: None,
    trace: None,
    summary: None,
    article: None,
    article_list: ["", "", ""],
};

/// Returns a form that only hits can be written in: citations and feeds.
const fn of_hits(
    name: &'static str,
    help: &'static str,
    media_type: &'static str,
    extension: &'static str,
    answer: WriteAnswer,
) -> Output {
    Output {
        name,
        help,
        media_type,
        extension,
        is_for_people: false,
        answer,
        records: None,
        timeline: None,
        trace: None,
        summary: None,
        article: None,
        article_list: ["", "", ""],
    }
}

/// A feed for feed readers.
pub const ATOM: &Output = &of_hits("atom", "A feed of hits", "application/atom+xml", "atom", atom::answer);
/// Entries for LaTeX.
pub const BIBTEX: &Output = &of_hits("bibtex", "Hits as BibTeX entries", "application/x-bibtex", "bib", bibtex::answer);
/// Records for reference managers.
pub const RIS: &Output = &of_hits(
    "ris",
    "Hits as records for reference managers",
    "application/x-research-info-systems",
    "ris",
    ris::answer,
);
/// Items for citation processors.
pub const CSL_JSON: &Output = &of_hits(
    "csl-json",
    "Hits as items for citation processors",
    "application/vnd.citationstyles.csl+json",
    "json",
    csl_json::answer,
);

/// Every form of output, in the order of the help.
pub const OUTPUTS: &[&Output] = &[TEXT, JSON, JSON_LINES, CSV, ATOM, BIBTEX, RIS, CSL_JSON];

/// Version of the JSON that dateline prints; `docs/output.md` has its history.
pub const SCHEMA: u32 = 1;
