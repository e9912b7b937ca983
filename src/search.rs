//! Journey 2: query text to query to hits to a page of results.

mod collapse;
mod diagnosis;
mod feedback;
mod groups;
mod highlight;
mod lift;
mod new;
mod page;
mod reference;
mod roles;
mod snippet;
mod speakers;
mod terms;
mod undated;
mod unmatched;

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;

pub use crate::index::deadline::{Deadline, Over};
use crate::index::pattern::PatternError;
use crate::index::speakers::SpeakersError;
use crate::index::tantivy::facets::Countable;
use crate::index::tantivy::generation::GenerationError;
pub use crate::index::tantivy::generation::Use;
use crate::index::tantivy::input_document::InputRecordError;
use crate::index::tantivy::lower::LowerError;
pub use crate::index::tantivy::on_disk::OnDisk;
use crate::index::tantivy::persons::Persons;
use crate::index::tantivy::question::{Lifts, Question};
pub use crate::index::tantivy::read::Archive;
use crate::query::{self, Options, Parsed, Query, QueryError};
pub use groups::{Group, GroupBy, Groups};
pub use new::NewSince;
use page::{Copies, Shown};
pub use page::{Hit, Page, Snippet};
pub use reference::{BadReference, Cited, Reference, Referred, Since, refer};
pub use speakers::{Speakers, speakers};
pub use unmatched::{UnmatchedName, unmatched_corrections};

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    #[default]
    Articles,
    Statements,
}

impl Target {
    /// Returns what one document of the kind is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Articles => "article",
            Self::Statements => "statement",
        }
    }

    /// Returns a number of documents in words: `1 article`, `3 statements`.
    pub fn counted(self, count: u64) -> String {
        format!("{count} {}{}", self.noun(), if count == 1 { "" } else { "s" })
    }
}

/// The order of hits; of those with one score the newest is first, and further ties are broken by id.
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
    /// Only what was indexed since somebody last looked.
    pub new: Option<NewSince>,
    /// Fields whose values are counted over all hits.
    pub facets: Vec<String>,
    /// Whether hits stand in groups by a field; then `offset` and `limit` count groups.
    pub group: Option<GroupBy>,
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
            new: None,
            facets: Vec::new(),
            group: None,
            terms: 0,
            explain: false,
            today,
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Open(#[from] GenerationError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Lower(#[from] LowerError),
    #[error("`{name}` cannot be counted; what can is {known}")]
    UnknownFacet { name: String, known: String },
    #[error(transparent)]
    Speakers(#[from] SpeakersError),
    #[error(transparent)]
    Over(#[from] Over),
    #[error("the index cannot be read")]
    Engine(#[source] tantivy::TantivyError),
    #[error("the index cannot be read")]
    Record(#[from] InputRecordError),
}

impl SearchError {
    /// Returns what to do about it, where that can be told.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Query(error) => error.hint(),
            _ => None,
        }
    }
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        match error {
            tantivy::TantivyError::IoError(io) if io.get_ref().is_some_and(|error| error.is::<Over>()) => {
                Self::Over(Over)
            }
            error => Self::Engine(error),
        }
    }
}

impl From<PatternError> for SearchError {
    fn from(error: PatternError) -> Self {
        Self::Lower(error.into())
    }
}

/// Answers a request.
///
/// # Errors
/// If the query breaks the grammar or one of its patterns is too wide, or the index cannot be read.
pub fn search<'a>(archive: &'a Archive, request: &Request) -> Result<Page<'a>, SearchError> {
    let parsed = parse(archive, request)?;
    let restricted = new::restricted(parsed.query.clone(), request);
    let page = answer(archive, &restricted, request)?;
    let undated = undated::left_out(archive, &restricted, request.target)?;
    let diagnosis = match page.total {
        0 => {
            // What is new may be less than what there is.
            let is_unanswered = request.new.is_none();
            diagnosis::diagnose(archive, &parsed.query, &request.query, request.target, is_unanswered)?
        }
        _ => Vec::new(),
    };
    let Parsed { understood, dropped, notes, plain_words, .. } = parsed;
    Ok(Page { undated, diagnosis, understood, dropped, notes, plain_words, ..page })
}

/// Reads the query of a request, which may name the archive's saved queries.
///
/// # Errors
/// If the query breaks the grammar.
pub fn parse(archive: &Archive, request: &Request) -> Result<Parsed, QueryError> {
    let saved = archive.saved_queries();
    let options = Options {
        target: request.target,
        any: request.any,
        lenient: request.lenient,
        today: request.today,
        saved: &saved,
        filters: &request.filters,
    };
    query::parse(&request.query, &options)
}

/// Answers a request that was parsed into `query`.
fn answer<'a>(archive: &'a Archive, query: &Query, request: &Request) -> Result<Page<'a>, SearchError> {
    let question = ask(archive, query, request)?;
    let sort = request.sort.unwrap_or(if question.ranks { Sort::Relevance } else { Sort::Newest });
    // All of them, where the page cannot be told without.
    let all = match request.new {
        Some(NewSince { after_ms: Some(after_ms), .. }) => {
            Some(new::without_known(archive, &question, request, sort, after_ms)?)
        }
        _ => None,
    };
    let all_known = all.as_ref().map(|all| all.len() as u64);
    let (mut groups, mut collapsed) = (None, None);
    let found;
    match (all, &request.group) {
        (Some(all), Some(by)) => {
            let (grouped, first) = groups::page_of_all(archive, request, by, &all)?;
            (groups, found) = (Some(grouped), first);
        }
        (None, Some(by)) => {
            let (grouped, first) = groups::page(archive, request, by, &question, sort)?;
            (groups, found) = (Some(grouped), first);
        }
        (Some(all), None) => found = collapse::page_of_all(archive, all, request)?,
        (None, None) => (found, collapsed) = collapse::page(archive, &question, sort, request)?,
    }
    // Often counted when the first ones were found.
    let total = match all_known {
        Some(total) => total,
        None => question.total()?,
    };
    Ok(Page {
        total,
        facets: facets_of(archive, &question, &request.facets)?,
        groups,
        terms: match request.terms {
            0 => Vec::new(),
            most => {
                let first = question.best(Sort::Relevance, Some(terms::HITS_READ))?;
                let first = if request.collapse { collapse::distinct(archive, request.target, first)? } else { first };
                terms::significant(archive, &first, request.target, &asked_stems(archive, query), most)?
            }
        },
        dropped: Vec::new(),
        notes: Vec::new(),
        understood: String::new(),
        plain_words: 0,
        undated: 0,
        diagnosis: Vec::new(),
        found,
        collapsed,
        offset: request.offset,
        target: request.target,
        explain: request.explain,
        archive,
        question,
        query: query.clone(),
    })
}

/// Puts the query so that what ranks it best comes first.
fn ask<'a>(archive: &'a Archive, query: &Query, request: &Request) -> Result<Question<'a>, SearchError> {
    let target = request.target;
    if request.sort.is_some_and(|sort| sort != Sort::Relevance) {
        return Ok(archive.ask(query, target)?);
    }
    if !request.any {
        let near = lift::of(query, target);
        return Ok(archive.ask_lifted(query, target, Lifts { near: &near, ..Lifts::default() })?);
    }
    let weighed = feedback::weighed(archive, query, target)?;
    let beside = match target {
        Target::Articles => feedback::words_beside(archive, &weighed)?,
        // Of what one said, the words of others tell little.
        Target::Statements => None,
    };
    Ok(archive.ask_lifted(&weighed, target, Lifts { beside: beside.as_ref(), ..Lifts::default() })?)
}

/// Returns the stems of the bare words of a query.
fn asked_stems(archive: &Archive, query: &Query) -> HashSet<String> {
    match query {
        Query::Word { word, .. } => archive.stems(&word.folded).into_iter().collect(),
        Query::And(parts) | Query::Or(parts) => parts.iter().flat_map(|part| asked_stems(archive, part)).collect(),
        Query::Boost(part, _) | Query::OneStatement(part) => asked_stems(archive, part),
        _ => HashSet::new(),
    }
}

/// Values of a facet that are given: what comes after them is the long tail of names quoted once.
const MOST_FACET_VALUES: usize = 100;

/// Returns what is to be counted under a name.
fn countable(name: &str) -> Result<Countable, SearchError> {
    let known = || Countable::names().collect::<Vec<_>>().join(", ");
    Countable::named(name).ok_or_else(|| SearchError::UnknownFacet { name: name.to_owned(), known: known() })
}

/// Returns whose names the speakers are, where one of `counted` is names of speakers: to be counted as persons.
fn persons<'a>(archive: &'a Archive, counted: &[Countable]) -> Result<Option<Persons<'a>>, SearchError> {
    let are_counted = counted.iter().any(|counted| counted.is_of_persons());
    Ok(if are_counted { Some(archive.persons()?) } else { None })
}

fn facets_of(archive: &Archive, question: &Question<'_>, names: &[String]) -> Result<Vec<Facet>, SearchError> {
    let countables: Result<Vec<Countable>, SearchError> = names.iter().map(|name| countable(name)).collect();
    let countables = countables?;
    if countables.is_empty() {
        return Ok(Vec::new());
    }
    let counted = question.count_values(&countables, persons(archive, &countables)?, MOST_FACET_VALUES)?;
    let facets = names.iter().zip(counted).map(|(name, counts)| {
        let mut values = Vec::from_iter(counts.values);
        if name == "role" {
            let joined = roles::joined(values, |count| *count as usize, |all, more| *all += more);
            values = joined.into_iter().collect();
        }
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        values.truncate(MOST_FACET_VALUES);
        Facet { field: name.clone(), counts: values, missing: counts.missing }
    });
    Ok(facets.collect())
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
