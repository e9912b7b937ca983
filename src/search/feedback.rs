//! In: a question in plain words. Out: the same with its words weighed, and words that go with them.
//!
//! Rare words say more than BM25 gives them in a long question, and the first hits tell which words go with those
//! asked for: pseudo-relevance feedback (RM3). Measured on the odd-numbered TIME queries, see `ARCHITECTURE.md`.

use std::collections::HashMap;

use super::{Archive, SearchError, Sort, Target};
use crate::index::stems::with_stems;
use crate::index::tantivy::document::marked_body;
use crate::query::{Query, Scope, Word};

/// First hits that are read for the words which go with the question's.
const HITS_READ: usize = 5;
/// Most of those words.
const MOST_WORDS: usize = 30;
/// Their share of the whole question's weight.
const SHARE: f32 = 0.25;
/// A word in more of the archive than this goes with everything.
const COMMON_SHARE: f64 = 0.2;
/// Shorter words are particles and initials.
const FEWEST_LETTERS: usize = 3;

/// Returns the question with each word weighed by how rare it is: beyond the weight that BM25 gives it, its root.
pub fn weighed(archive: &Archive, query: &Query, target: Target) -> Result<Query, SearchError> {
    Ok(match query {
        Query::Word { word, .. } => {
            let rarity = archive.rarity(&word.folded, target)?;
            Query::Boost(Box::new(query.clone()), rarity.sqrt())
        }
        Query::And(parts) => Query::And(all_weighed(archive, parts, target)?),
        Query::Or(parts) => Query::Or(all_weighed(archive, parts, target)?),
        other => other.clone(),
    })
}

fn all_weighed(archive: &Archive, parts: &[Query], target: Target) -> Result<Vec<Query>, SearchError> {
    parts.iter().map(|part| weighed(archive, part, target)).collect()
}

/// Returns the words that go with a weighed question for articles, weighed too; none where nothing was found.
pub fn words_beside(archive: &Archive, query: &Query) -> Result<Option<Query>, SearchError> {
    let hits = archive.ask(query, Target::Articles)?.best(Sort::Relevance, Some(HITS_READ))?;
    let best = hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
    let mut beside: HashMap<String, Beside> = HashMap::new();
    for hit in &hits {
        let article = archive.article_of(hit.address)?.article;
        let words = marked_body(&article).words;
        let share = hit.score / best / (words.len().max(1) as f32);
        with_stems(article.language.as_deref(), |stems| {
            for word in words.iter().filter(|word| word.folded.chars().count() >= FEWEST_LETTERS) {
                let id = stems.id(word.folded);
                let known = beside.entry(stems.text(id).to_owned());
                known.or_insert_with(|| Beside { form: word.folded.to_owned(), weight: 0.0 }).weight += share;
            }
        });
    }
    let mut ranked = Vec::with_capacity(beside.len());
    for (stem, Beside { form, weight }) in beside {
        let rarity = archive.rarity_of_stem(&stem, COMMON_SHARE)?;
        ranked.extend(rarity.map(|rarity| (weight * rarity, weight, form)));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    ranked.truncate(MOST_WORDS);
    let sum: f32 = ranked.iter().map(|row| row.1).sum();
    let asked = asked_weight(query);
    if sum <= 0.0 || asked <= 0.0 {
        return Ok(None);
    }
    let scale = SHARE / (1.0 - SHARE) * asked / sum;
    let words = ranked.into_iter().map(|(_, weight, folded)| {
        let word = Query::Word { word: Word { folded, parts: Vec::new(), at: 0..0 }, scope: Scope::Any };
        Query::Boost(Box::new(word), weight * scale)
    });
    Ok(Some(Query::Or(words.collect())))
}

/// A word of the first hits: how it is written there, and its share of them.
struct Beside {
    form: String,
    weight: f32,
}

/// Returns the weights of the words that are asked for, together.
fn asked_weight(query: &Query) -> f32 {
    match query {
        Query::Boost(_, weight) => *weight,
        Query::And(parts) | Query::Or(parts) => parts.iter().map(asked_weight).sum(),
        _ => 0.0,
    }
}
