//! `said:( )`: one statement.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "said:a, said:( )",
    spellings: &["said:"],
    help: "in somebody's own words; with fields in the bracket, one statement that is so. Fields of statements side by \
           side hold of one statement, and two `said:( )` with fields in them of one each",
    examples: &[
        ("said:missile", "somebody said it"),
        ("said:(speaker:velishev missile)", "he said it, in one statement"),
        ("said:(speaker:velishev missile) said:(speaker:lassiter talks)", "one statement of each"),
        ("-said:missile", "nobody said it"),
        ("said:(speaker:velishev -missile)", "he said something without it"),
    ],
    role: Role::Grammar,
};
