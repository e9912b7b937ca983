//! `ATLEAST/3 a`: so many occurrences or more.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "ATLEAST/n a",
    spellings: &["ATLEAST/n"],
    help: "n occurrences or more; those of alternatives add up. A window counts once for each word that opens one, SAME once \
           for each sentence or paragraph",
    examples: &[
        ("ATLEAST/3 missile", "three mentions or more"),
        ("ATLEAST/4 (missile OR rocket)", "four of either, together"),
        ("headline:(ATLEAST/2 talks)", "twice in the headline"),
    ],
    role: Role::AtLeast,
};
