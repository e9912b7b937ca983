//! `a SAME/S b`, `a SAME/P b`: in one sentence, in one paragraph.

use super::{Operator, Role};
use crate::query::tree::{Boundary, Interval};

pub(super) const SENTENCE: Operator = Operator {
    usage: "a SAME/S b",
    spellings: &["SAME/S", "W/S"],
    help: "in one sentence",
    examples: &[
        ("missile SAME/S talks", "a sentence has both"),
        ("missile w/s talks w/s geneva", "a sentence has all three"),
    ],
    role: Role::Between(|operands, _| Interval::Same { operands, boundary: Boundary::Sentence }),
};

pub(super) const PARAGRAPH: Operator = Operator {
    usage: "a SAME/P b",
    spellings: &["SAME/P", "W/P"],
    help: "in one paragraph",
    examples: &[("\"foreign minister\" SAME/P resign*", "a paragraph has both")],
    role: Role::Between(|operands, _| Interval::Same { operands, boundary: Boundary::Paragraph }),
};
