//! In: the hits of a question. Out: the words that set them apart from the archive.

use std::collections::{HashMap, HashSet};

use super::{Archive, SearchError, SignificantTerm, Target};
use crate::article::ArticleId;
use crate::index::stems::with_stems;
use crate::index::tantivy::collect::Found;
use crate::index::tantivy::document::{marked_body, marked_statement};

/// First hits that are read: enough for shares to be steady, few enough to be read in a moment.
pub(super) const HITS_READ: usize = 300;
/// Articles in which a word must come up: in one alone it is what that story was about, however often it was said there.
const FEWEST_ARTICLES: usize = 2;
/// Shorter words are particles and initials.
const FEWEST_LETTERS: usize = 3;

/// Least log-likelihood ratio (G², Dunning 1993) of a word's share of the hits against its share of the rest: chance alone
/// gets there once in a thousand words. What stands in two of forty statements must be rare elsewhere.
const LEAST_RATIO: f64 = 10.83;

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
                    let known = counts.entry(stems.text(id).to_owned()).or_default();
                    known.hits += 1;
                    known.articles.insert(article.id);
                    *known.forms.entry(word.folded.to_owned()).or_default() += 1;
                }
            }
        });
    }
    let field = if target == Target::Articles { "body_stem" } else { "said_stem" };
    let (read, documents) = (hits.len() as f64, archive.documents(target) as f64);
    let mut terms = Vec::new();
    for (stem, Counted { hits, articles, forms }) in counts {
        if articles.len() < FEWEST_ARTICLES || asked.contains(&stem) {
            continue;
        }
        let all = archive.word_count(field, &stem)?.max(hits);
        let (share, usual) = (hits as f64 / read, all as f64 / documents);
        // How much more frequent, weighed by how many hits that concerns: a rare word in two hits says less than a
        // common one in most of them.
        let score = (share - usual) * (share / usual);
        if score > 0.0
            && log_likelihood_ratio(hits as f64, read, all as f64, documents) >= LEAST_RATIO
            && let Some((word, _)) = forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
        {
            terms.push(SignificantTerm { word, hits, archive: all, score });
        }
    }
    terms.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
    terms.truncate(most);
    Ok(terms)
}

/// Returns how badly chance explains that a word stands in `hits` of `read` documents out of `documents`, of which `all`
/// hold it: 0 where its share is the same everywhere.
fn log_likelihood_ratio(hits: f64, read: f64, all: f64, documents: f64) -> f64 {
    // Copies that were collapsed may be missing from the hits, but not from the archive.
    let (others, rest) = ((all - hits).max(0.0), (documents - read).max(0.0));
    let share = (hits + others) / (read + rest).max(1.0);
    let cell = |count: f64, of: f64, share: f64| {
        if count > 0.0 && of > 0.0 && share > 0.0 { count * (count / (of * share)).ln() } else { 0.0 }
    };
    let held = cell(hits, read, share) + cell(others, rest, share);
    let lacked = cell(read - hits, read, 1.0 - share) + cell(rest - others, rest, 1.0 - share);
    2.0 * (held + lacked)
}

/// A stem among the hits.
#[derive(Default)]
struct Counted {
    hits: u64,
    articles: HashSet<ArticleId>,
    /// How it is written, and how often.
    forms: HashMap<String, u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_does_not_make_a_word_telling() {
        for (hits, read, all, documents, is_telling) in [
            // A word that hardly anybody else says.
            (3.0, 43.0, 3.0, 1000.0, true),
            (3.0, 12.0, 12.0, 1000.0, true),
            (60.0, 300.0, 90.0, 1000.0, true),
            // Months, verbs of everybody.
            (2.0, 17.0, 9.0, 1000.0, false),
            (2.0, 43.0, 5.0, 1000.0, false),
            (13.0, 43.0, 135.0, 1000.0, false),
            // Too few documents to tell.
            (2.0, 2.0, 2.0, 3.0, false),
            // The same share everywhere, everything read, copies that the hits lack.
            (4.0, 40.0, 100.0, 1000.0, false),
            (5.0, 5.0, 5.0, 5.0, false),
            (2.0, 2.0, 9.0, 2.0, false),
        ] {
            let ratio = log_likelihood_ratio(hits, read, all, documents);
            assert_eq!(ratio >= LEAST_RATIO, is_telling, "{hits}/{read} of {all}/{documents}: {ratio}");
        }
        assert!(log_likelihood_ratio(4.0, 40.0, 100.0, 1000.0).abs() < 1e-9);
    }
}
