//! `a b`, `a AND b`: all of them.

use super::{COUNTS, Operator, Role};
use crate::query::tree::Interval;

pub(super) const OPERATOR: Operator = Operator {
    usage: "a b, a AND b",
    spellings: &["AND"],
    help: "both; words side by side mean AND, which binds before OR",
    examples: &[
        ("missile talks", "articles with both words"),
        ("missile AND talks", "the same"),
        ("missile OR rocket talks", "missile, or else rocket and talks"),
    ],
    role: Role::Grammar,
};

/// Returns words side by side in the bracket of a name field: they are one value's, which no name outgrows.
pub(in crate::query) fn within_one_value(mut operands: Vec<Interval>) -> Interval {
    match operands.len() {
        1 => operands.remove(0),
        _ => Interval::Near { operands, within: *COUNTS.end(), is_ordered: false },
    }
}
