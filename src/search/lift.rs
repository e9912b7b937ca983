//! In: a query. Out: what lifts a hit above others with the same words: words that follow each other in the query
//! stand near each other in the text.

use super::Target;
use crate::index::tantivy::question::Nearness;
use crate::query::{Interval, Query, Scope, Word};

/// Words this near are about one thing.
const WITHIN: u32 = 5;
/// Share that nearness has of the score of two words near each other, and again where one follows the other.
const WEIGHT: f32 = 0.25;
/// Pairs beyond these lift nothing any more: a question of a hundred words is no phrase.
const MOST_PAIRS: usize = 8;

/// Returns what lifts hits of a query, each by itself; nothing does where it has no two bare words side by side.
pub fn of(query: &Query, target: Target) -> Vec<Nearness> {
    let mut pairs = Vec::new();
    gather(query, &mut pairs);
    let scope = if target == Target::Statements { Scope::Said } else { Scope::Any };
    let lifts = pairs.into_iter().take(MOST_PAIRS).map(|(a, b)| Nearness {
        words: [a, b].map(|word| Interval::Inflected(word.clone())),
        within: WITHIN,
        scope,
        weight: WEIGHT,
    });
    lifts.collect()
}

fn gather<'q>(query: &'q Query, pairs: &mut Vec<(&'q Word, &'q Word)>) {
    let Query::And(parts) = query else { return };
    let word = |part: &'q Query| match part {
        Query::Word { word, scope: Scope::Any } => Some(word),
        _ => None,
    };
    for pair in parts.windows(2) {
        pairs.extend(word(&pair[0]).zip(word(&pair[1])));
    }
    // A filter beside them makes brackets around the words.
    parts.iter().for_each(|part| gather(part, pairs));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(folded: &str) -> Query {
        Query::Word { word: Word { folded: folded.into(), parts: Vec::new(), at: 0..0 }, scope: Scope::Any }
    }

    #[test]
    fn words_side_by_side_lift() {
        let lifts = |query: &Query| of(query, Target::Articles).len();
        let all = Query::And(vec![word("a"), word("b"), word("c")]);
        for (name, query, expected) in [
            ("one word", word("a"), 0),
            ("three words, two pairs", all.clone(), 2),
            ("inside a bracket", Query::And(vec![all, Query::Everything]), 2),
            ("apart", Query::And(vec![word("a"), Query::Everything, word("b")]), 0),
            ("alternatives", Query::Or(vec![word("a"), word("b")]), 0),
        ] {
            assert_eq!(lifts(&query), expected, "{name}");
        }
    }
}
