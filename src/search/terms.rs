//! In: the hits of a question. Out: the words that set them apart from the archive.

use std::collections::{HashMap, HashSet};

use super::{Archive, SearchError, SignificantTerm, Target};
use crate::index::stems::with_stems;
use crate::index::tantivy::collect::Found;
use crate::index::tantivy::document::{marked_body, marked_statement};

/// First hits that are read: enough for shares to be steady, few enough to be read in a moment.
pub(super) const HITS_READ: usize = 300;
/// Hits that must hold a word; one alone is chance.
const FEWEST_HITS: u64 = 2;
/// Shorter words are particles and initials.
const FEWEST_LETTERS: usize = 3;

/// Returns the most telling words of hits, `most` of them, without those that were asked for.
pub(super) fn significant(
    archive: &Archive,
    hits: &[Found],
    target: Target,
    asked: &HashSet<String>,
    most: usize,
) -> Result<Vec<SignificantTerm>, SearchError> {
    let mut counts: HashMap<String, Counted> = HashMap::new();
    for hit in hits {
        archive.deadline().check()?;
        let article = archive.article_of(hit.address)?.article;
        let words = match target {
            Target::Articles => marked_body(&article),
            Target::Statements => marked_statement(&article, &archive.statement(hit.address)?),
        };
        let mut here = HashSet::new();
        with_stems(article.language.as_deref(), |stems| {
            for word in words.words.iter().filter(|word| word.folded.chars().count() >= FEWEST_LETTERS) {
                let id = stems.id(word.folded);
                if here.insert(id) {
                    let known = counts.entry(stems.stem(id).to_owned()).or_default();
                    known.hits += 1;
                    *known.forms.entry(word.folded.to_owned()).or_default() += 1;
                }
            }
        });
    }
    let field = if target == Target::Articles { "body_stem" } else { "said_stem" };
    let (read, documents) = (hits.len() as f64, archive.documents(target) as f64);
    let mut terms = Vec::new();
    for (stem, Counted { hits, forms }) in counts {
        if hits < FEWEST_HITS || asked.contains(&stem) {
            continue;
        }
        let all = archive.word_count(field, &stem)?.max(hits);
        let (share, usual) = (hits as f64 / read, all as f64 / documents);
        // How much more frequent, weighed by how many hits that concerns: a rare word in two hits says less than a
        // common one in most of them.
        let score = (share - usual) * (share / usual);
        if score > 0.0
            && let Some((word, _)) = forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
        {
            terms.push(SignificantTerm { word, hits, archive: all, score });
        }
    }
    terms.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
    terms.truncate(most);
    Ok(terms)
}

/// A stem among the hits.
#[derive(Default)]
struct Counted {
    hits: u64,
    /// How it is written, and how often.
    forms: HashMap<String, u64>,
}
