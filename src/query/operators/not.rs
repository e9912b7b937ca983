//! `NOT a`, `-a`: without it.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "NOT a, -a",
    spellings: &["NOT", "-"],
    help: "without it; a dash negates only where it begins a word, phrase, field or bracket",
    examples: &[
        ("missile -draft", "missile without draft"),
        ("missile NOT (draft OR proposal)", "missile with neither"),
        ("-speaker:*", "articles in which nobody is quoted by name"),
        ("-draft", "all without the word"),
    ],
    role: Role::Grammar,
};
