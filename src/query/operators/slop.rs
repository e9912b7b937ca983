//! `"a b"~5`: a phrase whose words may stand apart, which is NEAR.

use super::{Operator, Role};
use crate::query::tree::Interval;

pub(super) const OPERATOR: Operator = Operator {
    usage: "\"a b\"~n",
    spellings: &[],
    help: "the words within n words of each other: a NEAR/n b, without inflections",
    examples: &[("\"missile talks\"~5", "\"missile\" NEAR/5 \"talks\"")],
    role: Role::Grammar,
};

/// Returns the words of a phrase near each other; none where there is one word.
pub(in crate::query) fn slop(phrase: Interval, within: u32) -> Option<Interval> {
    match phrase {
        Interval::Phrase(operands) => Some(Interval::Near { operands, within, is_ordered: false }),
        _ => None,
    }
}
