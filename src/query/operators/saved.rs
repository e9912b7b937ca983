//! `query:NAME`: a query of `dateline.toml`, which the parser puts in its place.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "query:name",
    spellings: &["query:"],
    help: "the saved query of that name in dateline.toml; collection/name where two share it",
    examples: &[("query:nuclear date:7d..", "what it finds, of the last week")],
    role: Role::Grammar,
};
