//! `lead:talks`: in headline or first paragraph. `Scope::Lead` is a primitive.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "lead:a",
    spellings: &["lead:"],
    help: "in the headline or the first paragraph",
    examples: &[("lead:talks", "near the top"), ("lead:(missile NEAR/5 talks)", "near each other near the top")],
    role: Role::Grammar,
};
