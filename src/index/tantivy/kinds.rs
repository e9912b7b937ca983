//! What a query is about: which kind of document, and whether anything in it ranks.

use crate::index::fields::{Field, Holder};
use crate::query::{Query, Scope};
use crate::search::Target;

/// Whether a scope is one of the kind's own.
pub fn is_about(scope: Scope, target: Target) -> bool {
    match scope {
        Scope::Any => true,
        Scope::Said => target == Target::Statements,
        Scope::Headline | Scope::Body | Scope::Lead => target == Target::Articles,
    }
}

/// Returns the kind of document that the whole of a query is about; none where it may be about either.
pub fn kind_of(query: &Query) -> Option<Target> {
    match query {
        Query::Everything => None,
        Query::Word { scope, .. } | Query::Text { scope, .. } => match scope {
            Scope::Any => None,
            Scope::Said => Some(Target::Statements),
            Scope::Headline | Scope::Body | Scope::Lead => Some(Target::Articles),
        },
        Query::Between { field, .. } | Query::Has { field, .. } if is_publication(field) => None,
        Query::Name { field, .. }
        | Query::Value { field, .. }
        | Query::Between { field, .. }
        | Query::Has { field, .. } => match field.holder {
            Holder::Statement => Some(Target::Statements),
            Holder::Article | Holder::Input => Some(Target::Articles),
            Holder::Every => None,
        },
        // Each is of one statement, and together they are of one article.
        Query::And(parts) if parts.iter().any(asks_for_statements) => Some(Target::Articles),
        Query::Not(part) if asks_for_statements(part) => Some(Target::Articles),
        Query::And(parts) | Query::Or(parts) => {
            let mut kinds = parts.iter().map(kind_of);
            let first = kinds.next()??;
            kinds.all(|kind| kind == Some(first)).then_some(first)
        }
        Query::Not(part) | Query::Boost(part, _) => kind_of(part),
        Query::OneStatement(_) => Some(Target::Statements),
    }
}

/// Whether a field tells the day of publication, which statements have of their article.
pub fn is_publication(field: &Field) -> bool {
    field.name == "date"
}

/// Whether a part of a query for documents of the kind `target` finds no others by itself.
pub fn keeps_kind(part: &Query, target: Target) -> bool {
    match part {
        Query::Word { .. } | Query::Text { .. } | Query::Name { .. } | Query::OneStatement(_) => true,
        Query::And(parts) => parts.iter().any(|part| keeps_kind(part, target)),
        Query::Or(parts) => parts.iter().all(|part| keeps_kind(part, target)),
        Query::Boost(part, _) => keeps_kind(part, target),
        // It is joined, and a join leads to documents of the kind.
        part => !matches!(part, Query::Not(_)) && kind_of(part).is_some_and(|kind| kind != target),
    }
}

/// Whether a query for articles says of a statement that there is one, or none.
fn asks_for_statements(query: &Query) -> bool {
    match query {
        Query::OneStatement(_) => true,
        Query::And(parts) | Query::Or(parts) => parts.iter().any(asks_for_statements),
        Query::Not(part) | Query::Boost(part, _) => asks_for_statements(part),
        _ => false,
    }
}

/// Returns whether something in a query ranks what it finds.
pub fn ranks(query: &Query) -> bool {
    match query {
        Query::Word { .. } | Query::Text { .. } | Query::Boost(..) => true,
        Query::And(parts) | Query::Or(parts) => parts.iter().any(ranks),
        Query::OneStatement(part) => ranks(part),
        _ => false,
    }
}

/// Returns whether the engine is to pass over documents that cannot come first, which it can where any of some words may
/// match, each by its stems alone.
pub fn prunes(query: &Query) -> bool {
    let is_bare = |part: &Query| matches!(part, Query::Word { word, .. } if word.parts.is_empty());
    match query {
        Query::Or(parts) => parts.iter().all(is_bare),
        part => is_bare(part),
    }
}
