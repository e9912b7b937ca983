//! In: a query for days of publication. Out: how many documents it leaves out because they have none.

use super::{Archive, SearchError, Target};
use crate::index::fields;
use crate::query::{Bounds, Query};

/// Returns how many documents would be found if undated ones could lie within its days; 0 where it asks for none.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn left_out(archive: &Archive, query: &Query, target: Target) -> Result<u64, SearchError> {
    let Some(without) = without_days(query) else { return Ok(0) };
    if !archive.may_be_undated()? {
        return Ok(0);
    }
    let dated = Query::Has { field: fields::named("date"), at: 0..0 };
    let undated = Query::And(vec![without, Query::Not(Box::new(dated))]);
    Ok(archive.ask(&undated, target)?.total()?)
}

/// Returns the query without the days that must hold; none where there are none.
fn without_days(query: &Query) -> Option<Query> {
    match query {
        Query::Between { field, bounds: Bounds::Days(..), .. } if field.name == "date" => Some(Query::Everything),
        Query::And(parts) => {
            let without: Vec<Option<Query>> = parts.iter().map(without_days).collect();
            without.iter().any(Option::is_some).then(|| {
                let kept = without.into_iter().zip(parts);
                Query::And(kept.map(|(without, part)| without.unwrap_or_else(|| part.clone())).collect())
            })
        }
        Query::Boost(part, factor) => Some(Query::Boost(Box::new(without_days(part)?), *factor)),
        _ => None,
    }
}
