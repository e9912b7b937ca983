//! `speaker:velishev`: in one field. The fields are those of `index::fields`.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "field:a, field:\"a b\", field:( )",
    spellings: &[":"],
    help: "in that field; it binds the next word, phrase or bracket",
    examples: &[
        ("headline:talks", "talks in the headline"),
        ("speaker:\"Anton Velishev\" missile", "articles with the word in which he is quoted"),
        ("speaker:(anton velishev)", "both words in one name, in any order"),
        ("role:\"foreign minister\" kind:direct", "quoted word for word, in one statement"),
        ("location:iran outlet:(post OR herald)", "by where and by whom"),
        ("path:2025/09/*", "paths from the collection's root, as gitignore writes them"),
        ("language:(fa OR ar)", "in either language"),
    ],
    role: Role::Grammar,
};
