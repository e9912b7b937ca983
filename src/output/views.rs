//! Articles and statements as JSON shows them: the names of DESIGN's chapter on JSON, spans in code points.

use chrono::NaiveDate;
use serde::Serialize;

use super::SCHEMA;
use super::citation::reference;
use crate::article::{Article, ArticleId, CodePoints, DateFrom, Dateline, Published, Span};
use crate::index::body_hash;
use crate::search::{Hit, Snippet};
use crate::statement::{Speaker, SpeakerKind, Statement, StatementField, StatementId, StatementKind};

/// A whole article with its statements: what `extract` and `show` print.
#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct DatelineView<'a> {
    places: Vec<&'a str>,
    /// Without repeats, and without the places whose country is unknown.
    countries: Vec<&'a str>,
    date: Option<NaiveDate>,
    agency: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct CueView<'a> {
    text: &'a str,
    span: [usize; 2],
}

#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
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
            hash: hash_text(body_hash(&article.body)),
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

/// An article that a query found.
#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct ArticleHitView<'a> {
    schema: u32,
    r#type: &'static str,
    rank: usize,
    score: f32,
    #[serde(flatten)]
    article: HeadView<'a>,
    snippets: Vec<SnippetView<'a>>,
    duplicates: u64,
    hash: String,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

/// A statement that a query found.
#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct StatementHitView<'a> {
    schema: u32,
    r#type: &'static str,
    rank: usize,
    score: f32,
    article: StatementArticleView<'a>,
    #[serde(flatten)]
    statement: StatementView<'a>,
    /// Within the field of the statement, as its spans are.
    marks: Vec<[usize; 2]>,
    duplicates: u64,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

/// What tells one article from another, without its body.
#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct HeadView<'a> {
    id: String,
    key: Option<&'a str>,
    path: &'a str,
    line: u32,
    headline: Option<&'a str>,
    published: Option<String>,
    dateline: Option<DatelineView<'a>>,
    byline: &'a [String],
    outlet: Option<&'a str>,
    language: Option<&'a str>,
    url: Option<&'a str>,
    speakers: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct StatementArticleView<'a> {
    #[serde(flatten)]
    head: HeadView<'a>,
    hash: String,
}

#[derive(Serialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
pub struct SnippetView<'a> {
    text: &'a str,
    /// Within `text`.
    marks: Vec<[usize; 2]>,
}

impl<'a> HeadView<'a> {
    fn new(hit: &'a Hit) -> Self {
        let article = &hit.article.article;
        Self {
            id: article.id.to_string(),
            key: article.key.as_deref(),
            path: &article.path,
            line: article.line,
            headline: article.headline.as_deref(),
            published: article.published.map(|published| published.to_string()),
            dateline: article.dateline.as_ref().map(DatelineView::new),
            byline: &article.byline,
            outlet: article.outlet.as_deref(),
            language: article.language.as_deref(),
            url: article.url.as_deref(),
            speakers: &hit.speakers,
        }
    }
}

impl<'a> ArticleHitView<'a> {
    pub fn new(hit: &'a Hit) -> Self {
        let body = &hit.article.article.body;
        Self {
            schema: SCHEMA,
            r#type: "article",
            rank: hit.rank,
            score: hit.score,
            article: HeadView::new(hit),
            snippets: hit.snippets.iter().map(|snippet| SnippetView::new(snippet, body)).collect(),
            duplicates: hit.duplicates,
            hash: hash_text(hit.article.hash),
            reference: reference(hit),
            explanation: hit.explanation.as_deref(),
        }
    }
}

impl<'a> StatementHitView<'a> {
    pub fn new(hit: &'a Hit, statement: &'a Statement) -> Self {
        let article = &hit.article.article;
        let texts = Texts::new(article);
        let (_, points) = texts.of(statement.field);
        Self {
            schema: SCHEMA,
            r#type: "statement",
            rank: hit.rank,
            score: hit.score,
            article: StatementArticleView { head: HeadView::new(hit), hash: hash_text(hit.article.hash) },
            marks: hit.marks.iter().map(|mark| points.span(*mark)).collect(),
            statement: StatementView::new(article.id, statement, &texts),
            duplicates: hit.duplicates,
            reference: reference(hit),
            explanation: hit.explanation.as_deref(),
        }
    }
}

impl<'a> SnippetView<'a> {
    fn new(snippet: &Snippet, body: &'a str) -> Self {
        let text = snippet.span.of(body);
        let points = CodePoints::new(text);
        let within = |mark: &Span| Span::new(mark.start - snippet.span.start, mark.end - snippet.span.start);
        Self { text, marks: snippet.marks.iter().map(|mark| points.span(within(mark))).collect() }
    }
}

impl DatelineView<'_> {
    /// Returns places and countries, each as one text.
    pub fn joined(&self, separator: &str) -> (String, String) {
        (self.places.join(separator), self.countries.join(separator))
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

/// Returns the hash that a citation carries as it is shown.
fn hash_text(hash: u64) -> String {
    format!("{hash:016x}")
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
