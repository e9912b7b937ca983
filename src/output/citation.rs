//! What a reference manager wants to know of a hit, whatever the form it reads.

use chrono::NaiveDate;

use super::article_text::told_cue;
use super::views::{spoken_words, statement_id};
use crate::article::{Article, PrintedTime, Published};
use crate::search::{Hit, Reference};
use crate::statement::Statement;

/// One hit as something to cite.
pub(super) struct Citation<'h> {
    pub article: &'h Article,
    /// The article's id, or the statement's.
    pub id: String,
    /// The words to quote and whose they are; none where the hit is an article.
    pub quotation: Option<Quotation>,
    /// The permanent reference: what `dateline show` finds and verifies.
    pub reference: String,
}

/// The words of a statement, and whose they are.
pub(super) struct Quotation {
    pub words: String,
    /// Name and role, or how the article calls the speaker; of what was not quoted also how it was said: "Jane Roe [denied]".
    pub speaker: Option<String>,
    /// The day it was made, where that is not the article's.
    pub said_on: Option<NaiveDate>,
}

impl<'h> Citation<'h> {
    pub fn new(hit: &'h Hit) -> Self {
        let article = &hit.article.article;
        let quotation = hit.statement.as_ref().map(|statement| {
            let text = statement.field.of(article);
            let published = article.published.map(|published| published.day);
            Quotation {
                words: spoken_words(text, &statement.spans),
                speaker: speaker(statement, text),
                said_on: statement.said_on.filter(|day| Some(*day) != published),
            }
        });
        let id = match &hit.statement {
            None => article.id.to_string(),
            Some(statement) => statement_id(article.id, statement.id),
        };
        Self { article, id, quotation, reference: reference(hit) }
    }

    /// Returns the words with their speaker in front, as a note shows them: "Jane Roe, said on 2025-06-11: “…”".
    pub fn note(&self) -> Option<String> {
        let quotation = self.quotation.as_ref()?;
        let said_on = quotation.said_on.map(|day| format!("said on {day}"));
        let of_whom: Vec<&str> = quotation.speaker.iter().chain(&said_on).map(String::as_str).collect();
        Some(if of_whom.is_empty() {
            quotation.words.clone()
        } else {
            format!("{}: {}", of_whom.join(", "), quotation.words)
        })
    }

    /// Returns the places of the dateline as one text.
    pub fn places(&self) -> Option<String> {
        let places: Vec<&str> =
            self.article.dateline.as_ref()?.places.iter().map(|place| place.name.as_str()).collect();
        (!places.is_empty()).then(|| places.join("/"))
    }
}

/// Returns the permanent reference of a hit.
pub(super) fn reference(hit: &Hit) -> String {
    Reference::new(&hit.article.article, hit.statement.as_ref(), hit.article.hash).to_string()
}

/// Returns the path of the page at which `dateline serve` shows a hit.
pub(super) fn page_path(hit: &Hit) -> String {
    let article = hit.article.article.id;
    match &hit.statement {
        None => format!("/article/{article}"),
        Some(statement) => format!("/article/{article}#{:08x}", statement.id.0),
    }
}

fn speaker(statement: &Statement, text: &str) -> Option<String> {
    let speaker = statement.speaker.as_ref()?;
    let mut shown = speaker.name.clone().unwrap_or_else(|| speaker.mention.of(text).to_owned());
    if let Some(role) = &speaker.role {
        shown.push_str(&format!(" ({role})"));
    }
    if let Some(cue) = told_cue(statement, text) {
        shown.push_str(&format!(" [{cue}]"));
    }
    Some(shown)
}

/// Returns an instant as RFC 3339 wants it: the printed time, at its own offset where one was printed.
pub(super) fn rfc3339(published: Published) -> String {
    let time = published
        .time
        .map_or_else(|| "00:00:00".to_owned(), |PrintedTime { time, .. }| time.format("%H:%M:%S").to_string());
    let minutes = published.utc_offset_minutes.unwrap_or_default();
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("{}T{time}{sign}{:02}:{:02}", published.day, minutes / 60, minutes % 60)
}
