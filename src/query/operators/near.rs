//! `a NEAR/5 b`: within so many words of each other.

use super::{Operator, Role};
use crate::query::tree::Interval;

pub(super) const OPERATOR: Operator = Operator {
    usage: "a NEAR/n b",
    spellings: &["NEAR/n", "W/n"],
    help: "within n words of each other, in either order; 1 is side by side. Phrases measure the gap between them, and \
           a chain means all within one window",
    examples: &[
        ("missile NEAR/5 talks", "at most five words apart"),
        ("missile w/5 talks", "the same, as Lexis writes it"),
        ("missile NEAR/9 talks NEAR/9 geneva", "all three within nine words"),
        ("\"foreign minister\" NEAR/3 (kosvat OR velishev)", "phrases and alternatives"),
        ("headline:(missile NEAR/5 talks)", "in the headline"),
    ],
    role: Role::Between(|operands, within| Interval::Near { operands, within, is_ordered: false }),
};
