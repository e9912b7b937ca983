//! `words:>500`: numbers and ranges of them. `value::number` reads them.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "words:>n, words:n..m",
    spellings: &[">", ">=", "<", "<="],
    help: "numbers, compared or in a range with both ends",
    examples: &[
        ("words:>500", "long articles"),
        ("words:100..500", "between, ends included"),
        ("confidence:>=0.9", "statements of which nine in ten are credited rightly"),
    ],
    role: Role::Grammar,
};
