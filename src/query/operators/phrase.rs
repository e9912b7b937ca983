//! `"a b"`: exactly these words in this order.

use super::{Operator, Role, has_wildcard, wildcard};
use crate::query::token::Found;
use crate::query::tree::Interval;
use crate::query::typed::{Origin, in_a_row, pieces};

pub(super) const OPERATOR: Operator = Operator {
    usage: "\"a b\"",
    spellings: &[],
    help: "exactly these words in this order; “curly” and «pointed» marks open phrases too, single ones never",
    examples: &[
        ("\"snapback mechanism\"", "the two words in a row"),
        ("“snapback mechanism”", "the same"),
        ("\"snapback mechan*\"", "wildcards work inside"),
    ],
    role: Role::Grammar,
};

/// Returns the words between quotation marks as one interval, or none where there is no word.
///
/// # Errors
/// If a wildcard stands alone.
pub(in crate::query) fn phrase(text: &str, origin: &Origin, is_in_name: bool) -> Found<Option<Interval>> {
    if has_wildcard(text) {
        return wildcard(text, origin, is_in_name);
    }
    Ok(in_a_row(pieces(text, origin).into_iter().map(|piece| piece.exact(is_in_name)).collect()))
}
