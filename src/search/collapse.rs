//! In: a question. Out: the hits of one page, of copies and near-copies only the best one.

use std::collections::HashSet;

use tantivy::DocAddress;

use super::{Archive, Question, Request, SearchError, Shown, Sort, Target};
use crate::index::tantivy::collect::Found;

/// Returns the hits of one page in order.
pub(super) fn page(
    archive: &Archive,
    question: &Question<'_>,
    sort: Sort,
    request: &Request,
) -> Result<Vec<Shown>, SearchError> {
    let wanted = request.limit.map(|limit| request.offset.saturating_add(limit));
    if !request.collapse {
        let found = question.best(sort, wanted)?.into_iter().skip(request.offset);
        return Ok(found.map(|found| Shown { found, duplicates: 0 }).collect());
    }
    // Some more than wanted, because copies fall away; where that was too few, twice as many.
    let mut most = wanted.map(|wanted| wanted.saturating_add(wanted / 4 + 16));
    loop {
        let found = question.best(sort, most)?;
        let is_all = most.is_none_or(|most| found.len() < most);
        let shown = collapsed(archive, &|copies| question.matching(copies), request.target, found, wanted)?;
        if is_all || wanted.is_some_and(|wanted| shown.len() >= wanted) {
            return Ok(shown.into_iter().skip(request.offset).collect());
        }
        most = most.map(|most| most.saturating_mul(2));
    }
}

/// Returns the hits of one page out of all that there are.
pub(super) fn page_of_all(
    archive: &Archive,
    question: &Question<'_>,
    all: Vec<Found>,
    request: &Request,
) -> Result<Vec<Shown>, SearchError> {
    let wanted = request.limit.map(|limit| request.offset.saturating_add(limit));
    let shown = match request.collapse {
        true => collapsed(archive, &|copies| question.matching(copies), request.target, all, wanted)?,
        false => all.into_iter().map(|found| Shown { found, duplicates: 0 }).collect(),
    };
    let page = shown.into_iter().take(wanted.unwrap_or(usize::MAX));
    Ok(page.skip(request.offset).collect())
}

/// Returns the documents of which none is a copy of one before it.
pub(super) fn distinct(archive: &Archive, target: Target, found: Vec<Found>) -> Result<Vec<Found>, SearchError> {
    let shown = collapsed(archive, &|copies| Ok(copies), target, found, None)?;
    Ok(shown.into_iter().map(|shown| shown.found).collect())
}

/// Returns the first `wanted` documents of which none is a copy of one before it, each with the number of those of its
/// copies that `matching` keeps.
pub(super) fn collapsed(
    archive: &Archive,
    matching: &dyn Fn(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    target: Target,
    found: impl IntoIterator<Item = Found>,
    wanted: Option<usize>,
) -> Result<Vec<Shown>, SearchError> {
    let mut shown = Vec::new();
    let mut told = HashSet::new();
    for found in found {
        if wanted.is_some_and(|wanted| shown.len() >= wanted) {
            break;
        }
        archive.deadline().check()?;
        if !told.insert(found.address) {
            continue;
        }
        let copies = archive.copies(found.address, target)?;
        let copies = if copies.is_empty() { copies } else { matching(copies)? };
        let duplicates = copies.iter().filter(|copy| told.insert(**copy)).count() as u64;
        shown.push(Shown { found, duplicates });
    }
    Ok(shown)
}
