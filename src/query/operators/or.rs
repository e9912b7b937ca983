//! `a OR b`: any of them.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "a OR b",
    spellings: &["OR"],
    help: "either, or both",
    examples: &[
        ("missile OR rocket", "either word"),
        ("(missile OR rocket) talks", "either word, and talks"),
        ("speaker:(velishev OR kosvat)", "what either of two people said"),
    ],
    role: Role::Grammar,
};
