//! `talks`: a word and its inflections. The lexer and `typed` read it; `Query::Word` is a primitive.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "talks",
    spellings: &[],
    help: "the word and its inflections, whatever their case and accents; with `-s` also in the context of a statement, \
           ranked lower",
    examples: &[
        ("missile talks", "both words, inflected or not"),
        ("cease-fire", "cease-fire, cease fire or ceasefire"),
        ("U.S.", "U.S. or US, never us"),
        ("9/11", "the two numbers in a row"),
        ("20:48", "the two numbers in a row, because a field begins with a letter"),
        ("Iran's", "Iran, however its apostrophe is drawn"),
    ],
    role: Role::Grammar,
};
