//! `field:*`: whatever has a value there.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "field:*, *",
    spellings: &["*"],
    help: "with any value in that field; alone, everything",
    examples: &[("byline:*", "articles that name their author"), ("-date:*", "undated articles"), ("*", "everything")],
    role: Role::Grammar,
};
