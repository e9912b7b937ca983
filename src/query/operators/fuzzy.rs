//! `velishew~`: other spellings.

use std::ops::RangeInclusive;

use super::{Operator, Role};
use crate::query::tree::{Interval, Pattern};
use crate::query::typed::{Origin, Piece, in_a_row, pieces};

pub(super) const OPERATOR: Operator = Operator {
    usage: "velishew~, velishew~2",
    spellings: &[],
    help: "spellings within 1 or 2 edits; of a hyphenated word each part",
    examples: &[("velishew~", "velishev, velishew"), ("speaker:velishew~2", "names within two edits")],
    role: Role::Grammar,
};

/// How many edits may be asked for: beyond two, words have little to do with each other.
pub(in crate::query) const DISTANCES: RangeInclusive<u8> = 1..=2;

/// Returns a word's other spellings, or none where there is no word.
pub(in crate::query) fn fuzzy(text: &str, origin: &Origin, distance: u8) -> Option<Interval> {
    let mut intervals = Vec::new();
    for piece in pieces(text, origin) {
        match piece {
            Piece::Plain(word) | Piece::Initials { word, .. } => intervals.push((word.folded, word.at)),
            Piece::Compound(word) => intervals.extend(word.parts.into_iter().map(|part| (part, word.at.clone()))),
        }
    }
    let patterns = intervals.into_iter().map(|(folded, at)| (Pattern::Fuzzy(folded, distance), at));
    in_a_row(patterns.map(|(pattern, at)| Interval::Word { pattern, at }).collect())
}
