//! In: a query that found nothing. Out: which of its parts find nothing by themselves, and what was probably meant.

use super::{Archive, Missing, SearchError, Target};
use crate::index::tantivy::names::plain_words;
use crate::query::{Bounds, Interval, Pattern, Query, Scope};

/// Most suggestions for one part.
const MOST_MEANT: usize = 3;
/// Parts that are looked at by themselves: a query of a thousand words is not mended word by word.
const MOST_PARTS: usize = 40;

/// Returns the parts of a query that no document of the archive has, with the words probably meant; `is_unanswered` says
/// that the query as a whole is known to be one of them.
///
/// # Errors
/// If the index cannot be read.
pub fn diagnose(
    archive: &Archive,
    query: &Query,
    text: &str,
    target: Target,
    is_unanswered: bool,
) -> Result<Vec<Missing>, SearchError> {
    let mut parts = Vec::new();
    gather(query, target, &mut parts);
    let mut missing: Vec<Missing> = Vec::new();
    for (part, target) in parts.into_iter().take(MOST_PARTS) {
        let is_known = is_unanswered && std::ptr::eq(part, query);
        if !is_known && archive.ask(part, target)?.is_answered()? {
            continue;
        }
        let span = place_of(part).filter(|span| !span.is_empty() && text.get(span.clone()).is_some());
        let word = match &span {
            Some(span) => text[span.clone()].to_owned(),
            None => spelt(part),
        };
        if missing.iter().all(|known| known.word != word) {
            missing.push(Missing { word, span, meant: meant(archive, part, target)? });
        }
    }
    Ok(missing)
}

/// Gathers the parts that must hold, each as small as it has a meaning of its own.
fn gather<'q>(query: &'q Query, target: Target, parts: &mut Vec<(&'q Query, Target)>) {
    match query {
        Query::And(inner) | Query::Or(inner) => inner.iter().for_each(|part| gather(part, target, parts)),
        Query::Boost(inner, _) => gather(inner, target, parts),
        Query::OneStatement(inner) => gather(inner, Target::Statements, parts),
        Query::Everything | Query::Not(_) => {}
        part => parts.push((part, target)),
    }
}

fn place_of(query: &Query) -> Option<std::ops::Range<usize>> {
    match query {
        Query::Word { word, .. } => Some(word.at.clone()),
        Query::Value { at, .. } | Query::Between { at, .. } | Query::Has { at, .. } => Some(at.clone()),
        Query::Text { interval, .. } | Query::Name { interval, .. } => whole_place(interval),
        _ => None,
    }
}

/// Returns where an interval stands, from its first word to its last.
fn whole_place(interval: &Interval) -> Option<std::ops::Range<usize>> {
    match interval {
        Interval::Word { at, .. } => Some(at.clone()),
        Interval::Compound(word) | Interval::Inflected(word) => Some(word.at.clone()),
        Interval::Phrase(parts)
        | Interval::Either(parts)
        | Interval::Near { operands: parts, .. }
        | Interval::Same { operands: parts, .. } => {
            let places: Vec<_> = parts.iter().filter_map(whole_place).collect();
            let start = places.iter().map(|place| place.start).min()?;
            let end = places.iter().map(|place| place.end).max()?;
            Some(start..end)
        }
    }
}

/// Returns a part that an option brought, in words.
fn spelt(query: &Query) -> String {
    match query {
        Query::Name { field, interval } => format!("{}:{}", field.name, plain_words(interval).unwrap_or_default()),
        Query::Value { field, pattern, .. } => match pattern {
            Pattern::Exact(value)
            | Pattern::Wildcard(value)
            | Pattern::Regex(value)
            | Pattern::Fuzzy(value, _)
            | Pattern::AsWritten(value)
            | Pattern::Glob(value) => format!("{}:{value}", field.name),
        },
        Query::Between { field, bounds: Bounds::Days(from, to), .. } => {
            let day = |day: &Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            if from == to {
                format!("{}:{}", field.name, day(from))
            } else {
                format!("{}:{}..{}", field.name, day(from), day(to))
            }
        }
        Query::Between { field, .. } | Query::Has { field, .. } => field.name.to_owned(),
        Query::Word { word, .. } => word.folded.clone(),
        Query::Text { interval, .. } => plain_words(interval).unwrap_or_default(),
        _ => String::new(),
    }
}

fn meant(archive: &Archive, part: &Query, target: Target) -> Result<Vec<String>, SearchError> {
    match part {
        Query::Word { word, scope } => alike(archive, text_field(*scope, target), &word.folded),
        Query::Text { interval, scope, .. } => match unknown_word(archive, text_field(*scope, target), interval)? {
            Some(word) => alike(archive, text_field(*scope, target), &word),
            None => Ok(Vec::new()),
        },
        Query::Name { field, interval } => match unknown_word(archive, field.name, interval)? {
            Some(word) => alike(archive, field.name, &word),
            None => Ok(Vec::new()),
        },
        Query::Value { field, pattern: Pattern::Exact(value), .. } => alike(archive, field.name, value),
        _ => Ok(Vec::new()),
    }
}

fn text_field(scope: Scope, target: Target) -> &'static str {
    match (scope, target) {
        (Scope::Headline, _) => "headline",
        (Scope::Said, _) | (Scope::Any, Target::Statements) => "said",
        (Scope::Any | Scope::Body | Scope::Lead, _) => "body",
    }
}

/// Returns the first whole word of an interval that the index does not hold.
fn unknown_word(archive: &Archive, field: &str, interval: &Interval) -> Result<Option<String>, SearchError> {
    match interval {
        Interval::Word { pattern: Pattern::Exact(word), .. } => {
            Ok((archive.word_count(field, word)? == 0).then(|| word.clone()))
        }
        Interval::Compound(word) | Interval::Inflected(word) => {
            Ok((archive.word_count(field, &word.folded)? == 0).then(|| word.folded.clone()))
        }
        Interval::Word { .. } => Ok(None),
        Interval::Phrase(parts)
        | Interval::Either(parts)
        | Interval::Near { operands: parts, .. }
        | Interval::Same { operands: parts, .. } => {
            for part in parts {
                if let Some(word) = unknown_word(archive, field, part)? {
                    return Ok(Some(word));
                }
            }
            Ok(None)
        }
    }
}

/// Returns the words of a field that are spelt nearly so, the nearest and most frequent first.
fn alike(archive: &Archive, field: &str, word: &str) -> Result<Vec<String>, SearchError> {
    let length = word.chars().count();
    // A short word is near to too many others.
    let edits = match length {
        0..=2 => return Ok(Vec::new()),
        3..=4 => 1,
        _ => 2,
    };
    let mut found = archive.words_alike(field, word, edits)?;
    found.sort_by(|a, b| (a.edits, b.count).cmp(&(b.edits, a.count)).then_with(|| a.word.cmp(&b.word)));
    found.truncate(MOST_MEANT);
    Ok(found.into_iter().map(|alike| alike.word).collect())
}
