//! `a BEFORE/5 b`: within so many words, in this order.

use super::{Operator, Role};
use crate::query::tree::Interval;

pub(super) const OPERATOR: Operator = Operator {
    usage: "a BEFORE/n b",
    spellings: &["BEFORE/n", "PRE/n", "ADJ/n"],
    help: "within n words of each other, in this order",
    examples: &[
        ("missile BEFORE/5 talks", "talks at most five words after missile"),
        ("missile PRE/5 talks", "the same, as Lexis writes it"),
        ("(missile NEAR/2 test) BEFORE/20 sanctions", "brackets where operators mix"),
    ],
    role: Role::Between(|operands, within| Interval::Near { operands, within, is_ordered: true }),
};
