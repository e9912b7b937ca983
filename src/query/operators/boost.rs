//! `missile^3`: what counts more.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "a^n",
    spellings: &["^"],
    help: "its score multiplied: above 1 counts more, below 1 less",
    examples: &[
        ("missile^3 talks", "missile counts three times as much"),
        ("\"snapback mechanism\"^2 OR (sanctions talks)^0.5", "phrases and brackets too"),
    ],
    role: Role::Grammar,
};
