//! In: a `Query`. Out: the engine's query for the kind of document asked about.
//!
//! 1. what is about the other kind becomes a join 2. words become stems, ranked 3. words at positions become intervals
//! 4. all else filters, with a constant score

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::{Bound, RangeInclusive};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, ExistsQuery, Occur, Query as EngineQuery, RangeQuery,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as EngineField, IndexRecordOption};
use tantivy::{DateTime, Searcher, TantivyError, Term};

use super::clauses::clauses_of;
use super::either::either_of;
use super::interval::{IntervalQuery, Part};
use super::join::{Join, JoinQuery};
use super::kinds::{is_about, is_publication, keeps_kind, kind_of, ranks};
use super::leaf::{JoinedParts, Leaf, MOST_EXPANDED, TextFields, visit_terms};
use super::neighbours::AllNeighbours;
use super::patterned::{InText, PatternQuery};
use super::published::{AllDays, PublishedQuery};
use super::schema::{Schema, day_number, printed};
use super::statistics::{RANKED, Statistics, kind_term};
use super::word::{InField, WordsQuery, is_one_word};
use crate::index::compile::{Sought, shape_of};
use crate::index::deadline::{Deadline, Over};
use crate::index::fields::{Field, Kind};
use crate::index::marks::SENTENCE;
use crate::index::pattern::{Matcher, PatternError};
use crate::index::proximity::Shape;
use crate::index::speakers::SpeakersError;
use crate::index::{stems, words};
use crate::query::{Bounds, Interval, Pattern, Query, Scope, Word};
use crate::search::Target;
use crate::speaker::Authority;

/// Why the engine cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum LowerError {
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error("a wildcard inside proximity or ATLEAST stands for more than {most} words")]
    TooManyWords { most: usize },
    #[error("more than {most} words are to stand near each other")]
    TooManyOperands { most: usize },
    #[error("the wildcards, expressions and other spellings of the query would look at more than {most} words")]
    TooManyScans { most: u64 },
    #[error(transparent)]
    Speakers(#[from] SpeakersError),
    #[error(transparent)]
    Over(#[from] Over),
    #[error(transparent)]
    Engine(#[from] TantivyError),
}

impl From<std::io::Error> for LowerError {
    fn from(error: std::io::Error) -> Self {
        Self::Engine(error.into())
    }
}

/// Share of the score of a word in the headline, where the body's is 1.
const HEADLINE_WEIGHT: f32 = 2.0;
/// Share of the score of a word in the first paragraph, besides its share in the body.
const LEAD_WEIGHT: f32 = 0.5;
/// Share of the score of a word beside a statement, where the share of its own words is 1.
const CONTEXT_WEIGHT: f32 = 0.25;

/// A field of stems.
#[derive(Clone, Copy)]
struct Stemmed {
    field: &'static str,
    weight: f32,
    /// Whether another one that is asked has all of its words.
    is_part: bool,
}

const SAID: Stemmed = Stemmed { field: "said_stem", weight: 1.0, is_part: false };
const CONTEXT: Stemmed = Stemmed { field: "context_stem", weight: CONTEXT_WEIGHT, is_part: false };

/// Most words that stand side by side in one operator: more do not fit into any sentence.
const MOST_OPERANDS: usize = 1_000;
/// Most words that the patterns of one query may look at, where they may begin with any letter: a few seconds' work.
const MOST_SCANNED: u64 = 50_000_000;

/// Everything that decides how a query is lowered.
pub struct Lowering<'a> {
    pub searcher: &'a Searcher,
    pub schema: &'a Schema,
    pub articles: &'a Statistics,
    pub statements: &'a Statistics,
    /// Words looked at so far, see `MOST_SCANNED`.
    pub scanned: Cell<u64>,
    /// What words with all of their inflections stand for, in the fields in which they were looked up.
    pub inflections: &'a Inflections,
    /// How many parts joined words have; asked for only where positions are.
    pub joined: &'a dyn Fn() -> tantivy::Result<&'a JoinedParts>,
    pub deadline: &'a Deadline,
    /// Whether the whole query is for words of which the engine may pass over those that cannot come first.
    pub prunes: bool,
    /// Languages of the index.
    pub languages: &'a [String],
    /// Where the statements of articles stand; asked for only where a query is about both kinds.
    pub neighbours: &'a dyn Fn() -> tantivy::Result<Arc<AllNeighbours>>,
    /// On which day each document was published; asked for only where a query names days.
    pub days: &'a dyn Fn() -> tantivy::Result<Arc<AllDays>>,
    /// Who is who; asked for only where a query names a speaker or an office.
    pub authority: &'a dyn Fn() -> Result<&'a Authority, SpeakersError>,
}

/// What words with all of their inflections stand for in a commit, by the field in which they were looked up.
pub type Inflections = Mutex<HashMap<(EngineField, String), Arc<Leaf>>>;

/// Most words whose inflections are remembered: some megabytes on large indexes.
const MOST_INFLECTED: usize = 500;

pub(super) type Lowered = Result<Box<dyn EngineQuery>, LowerError>;

impl Lowering<'_> {
    /// Returns the engine's query for documents of the kind `target`.
    ///
    /// # Errors
    /// If a pattern is none or too wide, or a dictionary cannot be read.
    pub fn lower(&self, query: &Query, target: Target) -> Lowered {
        if kind_of(query).is_some_and(|kind| kind != target) && !matches!(query, Query::Not(_)) {
            return self.joined(query, target);
        }
        if let Some(within) = publication(query) {
            return Ok(self.of_kind(Box::new(self.published(within)?), target));
        }
        match query {
            Query::Everything => Ok(self.everything(target)),
            Query::Word { word, scope } => self.word(word, *scope, target),
            Query::Text { interval, at_least, scope } => self.text(interval, *at_least, *scope, target),
            Query::Name { field, interval } => self.name(field, interval),
            Query::Value { field, pattern, .. } => self.value(field, pattern, target),
            Query::Between { field, bounds, .. } => Ok(self.between(field, bounds)),
            Query::Has { field, .. } => Ok(self.has(field, target)),
            Query::And(parts) => self.and(parts, target),
            Query::Or(parts) => self.or(parts, target),
            Query::Not(part) => {
                let excluded = self.excluded(part, target)?;
                let clauses = vec![(Occur::Must, self.everything(target)), (Occur::MustNot, excluded)];
                Ok(clauses_of(clauses))
            }
            Query::Boost(part, factor) => Ok(Box::new(BoostQuery::new(self.lower(part, target)?, *factor))),
            Query::OneStatement(part) => self.lower(part, target),
        }
    }

    /// Lowers for the other kind of document and joins.
    fn joined(&self, query: &Query, target: Target) -> Lowered {
        let (join, other, statistics) = match target {
            Target::Articles => (Join::ArticlesOf, Target::Statements, self.statements),
            Target::Statements => (Join::StatementsOf, Target::Articles, self.articles),
        };
        let inner = match query {
            Query::OneStatement(inner) => inner,
            other => other,
        };
        let neighbours = (self.neighbours)()?;
        Ok(Box::new(JoinQuery { join, found: self.lower(inner, other)?, statistics: statistics.clone(), neighbours }))
    }

    fn everything(&self, target: Target) -> Box<dyn EngineQuery> {
        filter(TermQuery::new(kind_term(self.schema, target), IndexRecordOption::Basic))
    }

    fn and(&self, parts: &[Query], target: Target) -> Lowered {
        if let [part] = parts {
            return self.lower(part, target);
        }
        let mut clauses: Vec<(Occur, Box<dyn EngineQuery>)> = Vec::new();
        let mut of_the_other_kind = Vec::new();
        let mut words = Vec::new();
        let mut published: Option<RangeInclusive<u64>> = None;
        let is_of_kind = parts.iter().any(|part| keeps_kind(part, target));
        for part in parts {
            if let Some(within) = publication(part).filter(|_| is_of_kind) {
                published = Some(match published {
                    Some(other) => *within.start().max(other.start())..=*within.end().min(other.end()),
                    None => within,
                });
                continue;
            }
            if let Some(bare) = bare_words(part, target) {
                words.extend(bare.map(|(word, scope)| self.stems_in_fields(&word.folded, scope, target)));
                continue;
            }
            match part {
                Query::Not(excluded) => clauses.push((Occur::MustNot, self.excluded(excluded, target)?)),
                // Side by side they must hold of one statement, or one article; of `said:( … )` each is one.
                part if kind_of(part).is_some_and(|kind| kind != target) && !matches!(part, Query::OneStatement(_)) => {
                    of_the_other_kind.push(part.clone());
                }
                part => clauses.push((Occur::Must, self.must(part, target)?)),
            }
        }
        if !of_the_other_kind.is_empty() {
            let all = Query::And(of_the_other_kind);
            let joined = self.joined(&all, target)?;
            let joined = if ranks(&all) { joined } else { Box::new(ConstScoreQuery::new(joined, 0.0)) };
            clauses.push((Occur::Must, joined));
        }
        let published = published.map(|within| self.published(within)).transpose()?;
        match published {
            published if !words.is_empty() => {
                let words = Box::new(self.words(words, published, target)?);
                if clauses.is_empty() {
                    return Ok(words);
                }
                clauses.push((Occur::Must, words));
            }
            Some(published) => clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(published), 0.0)))),
            None => {}
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, self.everything(target)));
        }
        Ok(clauses_of(clauses))
    }

    /// Lowers what must not hold. The engine asks for documents before the first one that is excluded, which its ranges
    /// within other clauses do not bear.
    fn excluded(&self, part: &Query, target: Target) -> Lowered {
        let lowered = self.lower(part, target)?;
        Ok(if matches!(part, Query::And(_) | Query::Or(_) | Query::Boost(..)) {
            either_of(vec![lowered])
        } else {
            lowered
        })
    }

    /// Lowers what must hold beside others: where it only filters, it leaves their score alone.
    fn must(&self, part: &Query, target: Target) -> Lowered {
        let lowered = self.lower(part, target)?;
        Ok(if ranks(part) { lowered } else { Box::new(ConstScoreQuery::new(lowered, 0.0)) })
    }

    fn or(&self, parts: &[Query], target: Target) -> Lowered {
        let mut clauses: Vec<(Occur, Box<dyn EngineQuery>)> = Vec::new();
        for part in parts {
            match part {
                // In one flat list of terms the engine can pass over what cannot come first.
                Query::Word { word, scope } if word.parts.is_empty() && is_about(*scope, target) => {
                    clauses.extend(self.stems_in_fields(&word.folded, *scope, target).into_iter().map(alone));
                }
                part => clauses.push((Occur::Should, self.lower(part, target)?)),
            }
        }
        match clauses.len() {
            0 => Ok(Box::new(EmptyQuery)),
            1 => Ok(clauses.remove(0).1),
            _ => Ok(clauses_of(clauses)),
        }
    }

    fn word(&self, word: &Word, scope: Scope, target: Target) -> Lowered {
        if word.parts.is_empty() {
            let stems = self.stems_in_fields(&word.folded, scope, target);
            return Ok(match self.prunes && !is_one_word(stems.iter()) {
                true => clauses_of(stems.into_iter().map(alone).collect()),
                false => Box::new(self.words(vec![stems], None, target)?),
            });
        }
        let in_text = self.text(&Interval::Inflected(word.clone()), 1, scope, target)?;
        let mut clauses = vec![(Occur::Should, in_text)];
        if target == Target::Statements && scope == Scope::Any {
            // Context keeps no positions, so that the joined form stands for the word there.
            let stems = self.stems(&word.folded);
            clauses.extend(stems.iter().map(|stem| alone(self.stem_in(CONTEXT, stem))));
        }
        Ok(clauses_of(clauses))
    }

    fn words(
        &self,
        words: Vec<Vec<InField>>,
        published: Option<PublishedQuery>,
        target: Target,
    ) -> tantivy::Result<WordsQuery> {
        WordsQuery::new(self.searcher, self.statistics(target), words, published)
    }

    pub fn statistics(&self, target: Target) -> &Statistics {
        if target == Target::Articles { self.articles } else { self.statements }
    }

    fn stems_in_fields(&self, folded: &str, scope: Scope, target: Target) -> Vec<InField> {
        let fields: &[Stemmed] = match (target, scope) {
            (Target::Articles, Scope::Any) => &[
                Stemmed { field: "body_stem", weight: 1.0, is_part: false },
                Stemmed { field: "headline_stem", weight: HEADLINE_WEIGHT, is_part: false },
                Stemmed { field: "lead_stem", weight: LEAD_WEIGHT, is_part: true },
            ],
            (Target::Articles, Scope::Headline) => &[Stemmed { field: "headline_stem", weight: 1.0, is_part: false }],
            (Target::Articles, Scope::Lead) => &[
                Stemmed { field: "lead_stem", weight: 1.0, is_part: false },
                Stemmed { field: "headline_stem", weight: 1.0, is_part: false },
            ],
            (Target::Articles, Scope::Body | Scope::Said) => {
                &[Stemmed { field: "body_stem", weight: 1.0, is_part: false }]
            }
            (Target::Statements, Scope::Any) => &[SAID, CONTEXT],
            (Target::Statements, _) => &[SAID],
        };
        let stems = self.stems(folded);
        stems.iter().flat_map(|stem| fields.iter().map(|field| self.stem_in(*field, stem))).collect()
    }

    fn stem_in(&self, Stemmed { field, weight, is_part }: Stemmed, stem: &str) -> InField {
        InField { term: Term::from_field_text(self.schema.field(field), stem), weight, only_lifts: is_part }
    }

    /// Returns the stems of a word in every language of the index, without repeats.
    pub fn stems(&self, folded: &str) -> Vec<String> {
        stems_in(folded, self.languages)
    }

    fn text(&self, interval: &Interval, at_least: u32, scope: Scope, target: Target) -> Lowered {
        let texts = texts_of(scope, target);
        if let Some(pattern) = lone_pattern(interval, at_least)
            && texts.iter().all(|(_, _, is_lead)| !is_lead)
        {
            let texts = texts.iter().map(|&(name, weight, _)| (text_fields(self.schema, name), weight));
            return self.patterned(pattern, texts);
        }
        let mut parts = Vec::with_capacity(texts.len());
        for &(name, weight, is_lead) in texts {
            let fields = text_fields(self.schema, name);
            let (shape, leaves) = self.looked_up(interval, at_least, fields, is_lead)?;
            parts.push(Part { fields, shape, also: None, leaves, weight, is_lead, is_counted: at_least > 1 });
        }
        Ok(Box::new(IntervalQuery::new(parts, at_least, self.statistics(target), self.deadline)))
    }

    /// Lowers a pattern that stands alone, to be sought in texts with these shares of the score.
    pub(super) fn patterned(&self, pattern: &Pattern, texts: impl Iterator<Item = (TextFields, f32)>) -> Lowered {
        let mut in_texts = Vec::new();
        for (fields, score) in texts {
            self.deadline.check()?;
            self.count_scan(pattern, fields)?;
            let words = Leaf::new(self.searcher, fields, pattern, None, None)?;
            in_texts.push(InText { field: fields.words, words, score });
        }
        Ok(Box::new(PatternQuery::new(in_texts, self.articles, self.deadline)))
    }

    /// Looks every word of an interval up in the dictionaries of one text.
    pub(super) fn looked_up(
        &self,
        interval: &Interval,
        at_least: u32,
        fields: TextFields,
        is_lead: bool,
    ) -> Result<(Shape, Vec<Arc<Leaf>>), LowerError> {
        let mut leaves = Vec::new();
        let shape = shape_of(interval, at_least, &mut |sought| -> Result<usize, LowerError> {
            self.deadline.check()?;
            leaves.push(match sought {
                Sought::Pattern { pattern, is_alone } => {
                    self.count_scan(pattern, fields)?;
                    let most = (!is_alone).then_some(MOST_EXPANDED);
                    let stands_anywhere = is_alone && !is_lead && !matches!(pattern, Pattern::AsWritten(_));
                    let joined = if stands_anywhere { None } else { Some((self.joined)()?) };
                    Arc::new(Leaf::new(self.searcher, fields, pattern, most, joined)?)
                }
                Sought::Inflections(word) => self.inflections(word, fields)?,
            });
            Ok(leaves.len() - 1)
        })?;
        if shape.widest() > MOST_OPERANDS {
            return Err(LowerError::TooManyOperands { most: MOST_OPERANDS });
        }
        Ok((shape, leaves))
    }

    fn inflections(&self, word: &str, fields: TextFields) -> Result<Arc<Leaf>, LowerError> {
        let key = (fields.words, word.to_owned());
        let known = || self.inflections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leaf) = known().get(&key) {
            return Ok(Arc::clone(leaf));
        }
        let leaf = Arc::new(Leaf::inflections(self.searcher, fields, word, self.languages, (self.joined)()?)?);
        let mut known = known();
        if known.len() >= MOST_INFLECTED {
            known.clear();
        }
        known.insert(key, Arc::clone(&leaf));
        Ok(leaf)
    }

    /// Counts the words that a pattern looks at, and stops a query that would look at too many.
    fn count_scan(&self, pattern: &Pattern, fields: TextFields) -> Result<(), LowerError> {
        let begins_anyhow = match pattern {
            Pattern::Exact(_) | Pattern::AsWritten(_) | Pattern::Glob(_) => false,
            Pattern::Wildcard(wildcard) => wildcard.starts_with(['*', '?']),
            Pattern::Regex(_) | Pattern::Fuzzy(..) => true,
        };
        if !begins_anyhow {
            return Ok(());
        }
        let mut scanned = self.scanned.get();
        for segment in self.searcher.segment_readers() {
            scanned += segment.inverted_index(fields.words)?.terms().num_terms() as u64;
        }
        self.scanned.set(scanned);
        if scanned > MOST_SCANNED { Err(LowerError::TooManyScans { most: MOST_SCANNED }) } else { Ok(()) }
    }

    fn value(&self, field: &'static Field, pattern: &Pattern, target: Target) -> Lowered {
        let handle = self.schema.field(field.name);
        let terms: Vec<Term> = match pattern {
            Pattern::Exact(value) => {
                let folded = words::fold(value);
                let folded = (folded != *value).then(|| Term::from_field_text(handle, &folded));
                std::iter::once(Term::from_field_text(handle, value)).chain(folded).collect()
            }
            pattern => {
                let matcher = Matcher::new(pattern)?;
                let mut found = std::collections::BTreeSet::new();
                for segment in self.searcher.segment_readers() {
                    // Values are kept as they are, and only a path is asked for as it is.
                    let (prefix, is_path) = match pattern {
                        Pattern::Glob(_) => (matcher.prefix(), true),
                        _ => ("", false),
                    };
                    visit_terms(segment.inverted_index(handle)?.terms(), prefix, |value, _| {
                        if matcher.is_match(value) || !is_path && matcher.is_match(&words::fold(value)) {
                            found.insert(value.to_owned());
                        }
                    })?;
                }
                found.iter().map(|value| Term::from_field_text(handle, value)).collect()
            }
        };
        let found: Box<dyn EngineQuery> = match <[Term; 1]>::try_from(terms) {
            Ok([term]) => Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
            Err(terms) => Box::new(TermSetQuery::new(terms)),
        };
        Ok(if is_shared(field) { self.of_kind(found, target) } else { filter(found) })
    }

    /// Restricts what documents of several kinds carry to one kind.
    fn of_kind(&self, found: Box<dyn EngineQuery>, target: Target) -> Box<dyn EngineQuery> {
        filter(BooleanQuery::new(vec![(Occur::Must, found), (Occur::Must, self.everything(target))]))
    }

    fn between(&self, field: &'static Field, bounds: &Bounds) -> Box<dyn EngineQuery> {
        let handle = self.schema.field(field.name);
        let (from, to) = match *bounds {
            Bounds::Days(from, to) => return self.days(field.name, from, to),
            Bounds::Instants(from, to) => {
                let term = |at: chrono::DateTime<chrono::Utc>| {
                    Term::from_field_date(handle, DateTime::from_timestamp_millis(at.timestamp_millis()))
                };
                (included(from.map(term)), included(to.map(term)))
            }
            Bounds::Whole(from, to) => {
                let term = |number| Term::from_field_u64(handle, number);
                (included(from.map(term)), included(to.map(term)))
            }
            Bounds::Fraction { from, to } => {
                let bound = |end: Option<(f64, bool)>| match end {
                    None => Bound::Unbounded,
                    Some((number, false)) => Bound::Included(Term::from_field_f64(handle, number)),
                    Some((number, true)) => Bound::Excluded(Term::from_field_f64(handle, number)),
                };
                (bound(from), bound(to))
            }
        };
        self.range(field.name, from, to)
    }

    fn days(&self, field: &'static str, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Box<dyn EngineQuery> {
        let handle = self.schema.field(field);
        let term = |day: NaiveDate| Term::from_field_date_for_search(handle, printed(day, None));
        // The last day is in, whatever time was printed.
        let end = to.and_then(|day| day.succ_opt()).map_or(Bound::Unbounded, |day| Bound::Excluded(term(day)));
        self.range(field, included(from.map(term)), end)
    }

    /// Returns the documents of every kind that were published within some days.
    fn published(&self, within: RangeInclusive<u64>) -> tantivy::Result<PublishedQuery> {
        Ok(PublishedQuery { days: (self.days)()?, within })
    }

    fn range(&self, field: &str, from: Bound<Term>, to: Bound<Term>) -> Box<dyn EngineQuery> {
        if matches!((&from, &to), (Bound::Unbounded, Bound::Unbounded)) {
            return filter(ExistsQuery::new(field.to_owned(), false));
        }
        filter(RangeQuery::new(from, to))
    }

    fn has(&self, field: &'static Field, target: Target) -> Box<dyn EngineQuery> {
        match field.kind {
            // Where there is a word, a sentence starts.
            Kind::Text { .. } => {
                let marks = self.schema.field(&format!("{}_marks", field.name));
                filter(TermQuery::new(Term::from_field_text(marks, SENTENCE), IndexRecordOption::Basic))
            }
            _ => {
                let exists: Box<dyn EngineQuery> = Box::new(ExistsQuery::new(field.name.to_owned(), false));
                if is_shared(field) { self.of_kind(exists, target) } else { filter(exists) }
            }
        }
    }
}

/// Returns the texts of a scope, each with its share of the score, and whether only the lead of it is looked at.
pub fn texts_of(scope: Scope, target: Target) -> &'static [(&'static str, f32, bool)] {
    match (target, scope) {
        (Target::Articles, Scope::Any) => &[("headline", HEADLINE_WEIGHT, false), ("body", 1.0, false)],
        (Target::Articles, Scope::Headline) => &[("headline", 1.0, false)],
        (Target::Articles, Scope::Lead) => &[("headline", 1.0, false), ("body", 1.0, true)],
        (Target::Articles, Scope::Body | Scope::Said) => &[("body", 1.0, false)],
        (Target::Statements, _) => &[("said", 1.0, false)],
    }
}

/// Returns the stems of a word in every language of an index, without repeats.
pub fn stems_in(folded: &str, languages: &[String]) -> Vec<String> {
    let mut stems = vec![stems::stem(None, folded)];
    for language in languages {
        let stem = stems::stem(Some(language), folded);
        if !stems.contains(&stem) {
            stems.push(stem);
        }
    }
    stems
}

/// Returns the fields of a text called `name`.
pub fn text_fields(schema: &Schema, name: &str) -> TextFields {
    TextFields { words: schema.field(name), marks: Some(schema.field(&format!("{name}_marks"))) }
}

/// Returns what the engine can pass over where it cannot come first.
fn alone(InField { term, weight, .. }: InField) -> (Occur, Box<dyn EngineQuery>) {
    let query = TermQuery::new(term, RANKED);
    (Occur::Should, if weight == 1.0 { Box::new(query) } else { Box::new(BoostQuery::new(Box::new(query), weight)) })
}

pub(super) fn filter(query: impl EngineQuery) -> Box<dyn EngineQuery> {
    Box::new(ConstScoreQuery::new(Box::new(query), 1.0))
}

fn included(term: Option<Term>) -> Bound<Term> {
    term.map_or(Bound::Unbounded, Bound::Included)
}

/// Returns the words of a part that asks for nothing but bare words of the kind's own texts, all of them.
fn bare_words(part: &Query, target: Target) -> Option<impl Iterator<Item = (&Word, Scope)>> {
    let parts = match part {
        Query::And(parts) => &parts[..],
        part => std::slice::from_ref(part),
    };
    let bare = move |part| match part {
        &Query::Word { ref word, scope } if word.parts.is_empty() && is_about(scope, target) => Some((word, scope)),
        _ => None,
    };
    parts.iter().all(|part| bare(part).is_some()).then(|| parts.iter().filter_map(bare))
}

/// Returns the pattern of an interval that is nothing else and asked for once, if it may stand for any number of words.
pub(super) fn lone_pattern(interval: &Interval, at_least: u32) -> Option<&Pattern> {
    match interval {
        Interval::Word { pattern, .. } if at_least <= 1 => {
            Some(pattern).filter(|pattern| matches!(pattern, Pattern::Wildcard(_) | Pattern::Regex(_)))
        }
        _ => None,
    }
}

/// Returns the numbers of the days within which documents are published that a query finds; none where it asks for
/// anything else.
fn publication(query: &Query) -> Option<RangeInclusive<u64>> {
    match query {
        Query::Between { field, bounds: Bounds::Days(from, to), .. } if is_publication(field) => {
            let number = |day: &NaiveDate| day_number(Some(*day));
            Some(from.as_ref().map_or(1, number)..=to.as_ref().map_or(u64::MAX, number))
        }
        Query::Has { field, .. } if is_publication(field) => Some(1..=u64::MAX),
        _ => None,
    }
}

/// Whether documents of several kinds carry a field that queries name.
fn is_shared(field: &Field) -> bool {
    matches!(field.name, "path" | "collection")
}
