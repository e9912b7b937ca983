//! Only what was indexed since somebody last looked, and is no copy of what was there before.

use chrono::DateTime;

use super::{Request, SearchError, Target};
use crate::index::fields;
use crate::index::tantivy::added::Known;
use crate::index::tantivy::collect::Found;
use crate::index::tantivy::question::Question;
use crate::index::tantivy::read::Archive;
use crate::query::{Bounds, Query};
use crate::search::Sort;

/// Which documents count as new: those indexed after one instant and not after another, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSince {
    /// None: everything is new.
    pub after_ms: Option<i64>,
    /// Of the last ingest that ran to its end; what a running one has committed so far is told when it is done, once.
    pub until_ms: i64,
}

/// Returns the query restricted to what is new.
pub(super) fn restricted(query: Query, request: &Request) -> Query {
    let Some(new) = request.new else { return query };
    let from = new.after_ms.and_then(|after| DateTime::from_timestamp_millis(after.saturating_add(1)));
    let bounds = Bounds::Instants(from, DateTime::from_timestamp_millis(new.until_ms));
    let added = Query::Between { field: fields::named("added"), bounds, at: 0..0 };
    Query::And(vec![query, added])
}

/// Returns all hits of a restricted question in an order, without reprints of what was known before. Where copies are
/// collapsed, a variant of a known statement is none; an article that is like a known one may have news in it.
pub(super) fn without_known(
    archive: &Archive,
    question: &Question<'_>,
    request: &Request,
    sort: Sort,
    after_ms: i64,
) -> Result<Vec<Found>, SearchError> {
    let mut known = Known::new(archive, request.target, after_ms);
    let mut new = Vec::new();
    for found in question.best(sort, None)? {
        archive.deadline().check()?;
        if known.has_copy(found.address)? {
            continue;
        }
        let may_be_variant = request.collapse && request.target == Target::Statements;
        if !may_be_variant || !known.has_variant(found.address)? {
            new.push(found);
        }
    }
    Ok(new)
}
