//! Articles and statements as JSON shows them: the names of DESIGN's chapter on JSON, spans in code points.

use chrono::NaiveDate;
use serde::Serialize;

use super::SCHEMA;
use crate::article::{Article, ArticleId, CodePoints, DateFrom, Dateline, Published, Span};
use crate::statement::{Speaker, SpeakerKind, Statement, StatementField, StatementId, StatementKind};

/// A whole article with its statements: what `extract` and `show` print.
#[derive(Serialize)]
pub struct ArticleView<'a> {
    schema: u32,
    id: String,
    key: Option<&'a str>,
    path: &'a str,
    line: u32,
    headline: Option<&'a str>,
    published: Option<String>,
    utc_offset: Option<String>,
    date_from: Option<DateFrom>,
    dateline: Option<DatelineView<'a>>,
    byline: &'a [String],
    outlet: Option<&'a str>,
    language: Option<&'a str>,
    url: Option<&'a str>,
    body: &'a str,
    hash: String,
    statements: Vec<StatementView<'a>>,
}

#[derive(Serialize)]
pub struct DatelineView<'a> {
    places: Vec<&'a str>,
    /// Without repeats, and without the places whose country is unknown.
    countries: Vec<&'a str>,
    date: Option<NaiveDate>,
    agency: Option<&'a str>,
}

#[derive(Serialize)]
pub struct StatementView<'a> {
    id: String,
    kind: StatementKind,
    text: String,
    field: StatementField,
    spans: Vec<[usize; 2]>,
    cue: Option<CueView<'a>>,
    speaker: Option<SpeakerView<'a>>,
    said_on: Option<NaiveDate>,
    medium: Option<&'a str>,
    relayed_by: Option<&'a str>,
    confidence: f64,
}

#[derive(Serialize)]
pub struct CueView<'a> {
    text: &'a str,
    span: [usize; 2],
}

#[derive(Serialize)]
pub struct SpeakerView<'a> {
    name: Option<&'a str>,
    kind: SpeakerKind,
    role: Option<&'a str>,
    organisation: Option<&'a str>,
    mention: &'a str,
    mention_span: [usize; 2],
}

impl<'a> ArticleView<'a> {
    /// Returns the view of an article and all its statements.
    pub fn new(article: &'a Article, statements: &'a [Statement]) -> Self {
        let texts = Texts::new(article);
        Self {
            schema: SCHEMA,
            id: article.id.to_string(),
            key: article.key.as_deref(),
            path: &article.path,
            line: article.line,
            headline: article.headline.as_deref(),
            published: article.published.map(|published| published.to_string()),
            utc_offset: article.published.and_then(utc_offset),
            date_from: article.date_from,
            dateline: article.dateline.as_ref().map(DatelineView::new),
            byline: &article.byline,
            outlet: article.outlet.as_deref(),
            language: article.language.as_deref(),
            url: article.url.as_deref(),
            body: &article.body,
            hash: body_hash(&article.body),
            statements: statements.iter().map(|statement| StatementView::new(article.id, statement, &texts)).collect(),
        }
    }
}

impl<'a> DatelineView<'a> {
    pub fn new(dateline: &'a Dateline) -> Self {
        let mut countries: Vec<&str> = Vec::new();
        for country in dateline.places.iter().filter_map(|place| place.country.as_deref()) {
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        Self {
            places: dateline.places.iter().map(|place| place.name.as_str()).collect(),
            countries,
            date: dateline.date,
            agency: dateline.agency.as_deref(),
        }
    }
}

/// The two texts of an article into which statements point.
pub struct Texts<'a> {
    headline: &'a str,
    body: &'a str,
    headline_points: CodePoints<'a>,
    body_points: CodePoints<'a>,
}

impl<'a> Texts<'a> {
    pub fn new(article: &'a Article) -> Self {
        let headline = article.headline.as_deref().unwrap_or_default();
        let body = &article.body;
        Self { headline, body, headline_points: CodePoints::new(headline), body_points: CodePoints::new(body) }
    }

    fn of(&self, field: StatementField) -> (&'a str, &CodePoints<'a>) {
        match field {
            StatementField::Body => (self.body, &self.body_points),
            StatementField::Headline => (self.headline, &self.headline_points),
        }
    }
}

impl<'a> StatementView<'a> {
    pub fn new(article: ArticleId, statement: &'a Statement, texts: &Texts<'a>) -> Self {
        let (text, points) = texts.of(statement.field);
        Self {
            id: statement_id(article, statement.id),
            kind: statement.kind,
            text: spoken_words(text, &statement.spans),
            field: statement.field,
            spans: statement.spans.iter().map(|span| points.span(*span)).collect(),
            cue: statement.cue.map(|span| CueView { text: span.of(text), span: points.span(span) }),
            speaker: statement.speaker.as_ref().map(|speaker| SpeakerView::new(speaker, text, points)),
            said_on: statement.said_on,
            medium: statement.medium.as_deref(),
            relayed_by: statement.relayed_by.as_deref(),
            confidence: rounded(statement.confidence),
        }
    }
}

impl<'a> SpeakerView<'a> {
    fn new(speaker: &'a Speaker, text: &'a str, points: &CodePoints<'a>) -> Self {
        Self {
            name: speaker.name.as_deref(),
            kind: speaker.kind,
            role: speaker.role.as_deref(),
            organisation: speaker.organisation.as_deref(),
            mention: speaker.mention.of(text),
            mention_span: points.span(speaker.mention),
        }
    }
}

/// Returns the id under which a statement is shown and found.
pub fn statement_id(article: ArticleId, statement: StatementId) -> String {
    format!("{article}.{:08x}", statement.0)
}

/// Stands where the article interrupts a statement: `"We are ready," she said, "for talks."`
const INTERRUPTION: &str = " … ";

/// Returns the words of a statement as one text.
pub fn spoken_words(text: &str, spans: &[Span]) -> String {
    spans.iter().map(|span| span.of(text)).collect::<Vec<_>>().join(INTERRUPTION)
}

/// Returns the hash that a citation carries: the first 128 bits of BLAKE3 over the body's UTF-8.
pub fn body_hash(body: &str) -> String {
    blake3::hash(body.as_bytes()).to_hex()[..32].to_owned()
}

fn utc_offset(published: Published) -> Option<String> {
    let minutes = published.utc_offset_minutes?;
    let sign = if minutes < 0 { '-' } else { '+' };
    Some(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

/// A confidence is known to about a hundredth; more digits would be noise in every line.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 1000.0).round() / 1000.0
}
