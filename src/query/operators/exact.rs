//! `"talks"`: what quotation marks mean.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "\"talks\"",
    spellings: &[],
    help: "exactly this word: no inflections, no context",
    examples: &[("\"talk\"", "talk, and neither talks nor talking")],
    role: Role::Grammar,
};
