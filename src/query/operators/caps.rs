//! `CAPS(AIDS)`: only as written.

use std::ops::Range;

use super::{Operator, Role};
use crate::index::marks;
use crate::index::words::cut;
use crate::query::tree::{Interval, Pattern};
use crate::query::typed::{Origin, in_a_row};

pub(super) const OPERATOR: Operator = Operator {
    usage: "CAPS(AIDS)",
    spellings: &["CAPS( )"],
    help: "only as written: capitals, small letters and accents as they are",
    examples: &[
        ("CAPS(AIDS)", "AIDS, never aids"),
        ("CAPS(US OR \"United Nations\") talks", "words, phrases and alternatives"),
        ("CAPS(US) NEAR/5 talks", "near other words too"),
    ],
    role: Role::Grammar,
};

/// Returns the words of a text as they are written, in a row; none where there is no word.
pub(in crate::query) fn as_written(text: &str, origin: &Origin) -> Option<Interval> {
    let words = cut(text).into_iter().filter(|word| word.parts == 1);
    let written = words.map(|word| {
        let at: Range<usize> = origin.place(word.span.start..word.span.end);
        Interval::Word { pattern: Pattern::AsWritten(marks::as_written(word.span.of(text))), at }
    });
    in_a_row(written.collect())
}
