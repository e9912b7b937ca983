//! Journey 2: query text to query to hits to a page of results.

use std::ops::Range;

use chrono::NaiveDate;

use crate::article::Span;
use crate::index::StoredArticle;
use crate::statement::Statement;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    #[default]
    Articles,
    Statements,
}

/// The order of hits; ties are broken by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Relevance,
    Newest,
    Oldest,
    /// By the day a statement was made, oldest first.
    Said,
}

/// A question, with everything that decides its answer.
#[derive(Clone, Debug)]
pub struct Request {
    /// In the language of `docs/query.md`; may be empty where there are filters.
    pub query: String,
    pub target: Target,
    /// Fields and values that must hold besides, as options give them: `("speaker", "larijani")`,
    /// `("date", "2025-09-01..")`.
    pub filters: Vec<(String, String)>,
    /// Whether any word may match, as natural-language questions want it.
    pub any: bool,
    /// Whether mistakes are dropped and told in `Page::dropped` rather than errors.
    pub lenient: bool,
    /// None: by relevance, or newest first where nothing in the query ranks.
    pub sort: Option<Sort>,
    pub offset: usize,
    /// None: all.
    pub limit: Option<usize>,
    /// Whether copies and near-copies are shown once, with their number.
    pub collapse: bool,
    /// Only what was indexed after this instant, in milliseconds since 1970.
    pub added_after_ms: Option<i64>,
    /// Fields whose values are counted over all hits.
    pub facets: Vec<String>,
    /// How many significant terms of the hits against the archive to give; 0: none.
    pub terms: usize,
    /// Whether each hit says why it scored.
    pub explain: bool,
    /// The day from which "yesterday" and `30d..` count.
    pub today: NaiveDate,
}

impl Request {
    /// Asks for the first ten articles.
    pub fn new(query: impl Into<String>, today: NaiveDate) -> Self {
        Self {
            query: query.into(),
            target: Target::Articles,
            filters: Vec::new(),
            any: false,
            lenient: false,
            sort: None,
            offset: 0,
            limit: Some(10),
            collapse: true,
            added_after_ms: None,
            facets: Vec::new(),
            terms: 0,
            explain: false,
            today,
        }
    }
}

/// The answer but its hits, which are read one by one with `Page::hits`.
#[derive(Debug)]
pub struct Page<'i> {
    /// Exact, counted before copies are collapsed.
    pub total: u64,
    pub facets: Vec<Facet>,
    /// The words that set the hits apart from the archive, strongest first.
    pub terms: Vec<SignificantTerm>,
    /// What a lenient reading left out of the query, as sentences.
    pub dropped: Vec<String>,
    /// The query as understood, in its own language.
    pub understood: String,
    /// Why nothing was found; empty where something was.
    pub diagnosis: Vec<Missing>,
    pub(crate) found: Vec<Found>,
    pub(crate) answer: std::marker::PhantomData<&'i ()>,
}

/// One hit before it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub(crate) segment: u32,
    pub(crate) document: u32,
    pub(crate) score: f32,
    /// Other hits with the same content.
    pub(crate) duplicates: u64,
}

/// One article or statement found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// From 1, counted over all pages.
    pub rank: usize,
    pub score: f32,
    pub article: StoredArticle,
    /// The statement found; none where articles were asked for.
    pub statement: Option<Statement>,
    /// Names of all who speak in the article, in order of appearance.
    pub speakers: Vec<String>,
    pub snippets: Vec<Snippet>,
    /// What matched in the headline.
    pub headline_marks: Vec<Span>,
    /// What matched in the statement's own words, as spans of its field.
    pub marks: Vec<Span>,
    /// Other hits with the same content, not shown.
    pub duplicates: u64,
    /// How the score came about, where that was asked.
    pub explanation: Option<String>,
}

/// A stretch of the body that shows what matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Within the body.
    pub span: Span,
    /// What matched, as spans of the body, inside `span`.
    pub marks: Vec<Span>,
}

/// The values of one field over all hits, most frequent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    pub field: String,
    pub counts: Vec<(String, u64)>,
    /// Hits without a value.
    pub missing: u64,
}

/// A word that is more frequent in the hits than in the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct SignificantTerm {
    pub word: String,
    /// Hits that hold it.
    pub hits: u64,
    /// Documents of the archive that hold it.
    pub archive: u64,
    pub score: f64,
}

/// A part of the query that found nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// As typed.
    pub word: String,
    /// Where it stands in the query's text; none where a filter brought it.
    pub span: Option<Range<usize>>,
    /// Words of the index that were probably meant, most likely first.
    pub meant: Vec<String>,
}
