//! In: a question. Out: the hits of one page, of copies and near-copies only the best one.
//!
//! The first hits are compared with each other by their columns; how many more copies of one there are is counted when
//! it is read. Where copies leave too few for the page, all copies of those shown are passed over for the next ones.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tantivy::DocAddress;

use super::{Archive, Copies, Question, Request, SearchError, Shown, Sort, Target};
use crate::index::tantivy::collect::{Found, Passed};
use crate::index::tantivy::copies::{Comparison, CopiesFound, Imprint};

/// Returns the hits of one page in order, and what tells how many copies each of them has.
pub(super) fn page<'a>(
    archive: &'a Archive,
    question: &Question<'_>,
    sort: Sort,
    request: &Request,
) -> Result<(Vec<Shown>, Option<Collapsed<'a>>), SearchError> {
    let wanted = request.limit.map(|limit| request.offset.saturating_add(limit));
    if !request.collapse {
        let found = question.best(sort, wanted)?.into_iter().skip(request.offset);
        return Ok((found.map(Shown::with_copies_beside).collect(), None));
    }
    let Some(wanted) = wanted else {
        let shown = of_all(archive, request.target, question.best(sort, None)?, None)?;
        return Ok((shown.into_iter().skip(request.offset).collect(), None));
    };
    let mut collapsed = Collapsed::new(archive, request.target);
    let mut shown = Vec::new();
    let (mut passed, mut copies_passed) = (Passed::default(), 0);
    // Some more than wanted, because copies fall away, but few: what may come into a longer list must be scored. Of statements
    // so many do that a dear question would be asked once more.
    let spare = match request.target {
        Target::Articles => wanted / 4 + 4,
        Target::Statements => (wanted / 4 + 16).saturating_mul(if question.looks_at_all() { 8 } else { 1 }),
    };
    let mut most = wanted.saturating_add(spare);
    let (mut found, mut compared) = (question.best(sort, Some(most))?, 0);
    loop {
        for &found in &found[compared..] {
            if shown.len() >= wanted {
                break;
            }
            let imprint = collapsed.imprint(found)?;
            if collapsed.original(&imprint)?.is_none() {
                collapsed.push(imprint);
                shown.push(Shown { found, copies: Copies::NotCounted(shown.len()) });
            }
        }
        if shown.len() >= wanted || found.len() < most {
            break;
        }
        if most < question.fewest_passed() {
            compared = found.len();
            most = question.fewest_passed();
            found = question.best(sort, Some(most))?;
            continue;
        }
        compared = 0;
        found.iter().for_each(|found| question.pass(&mut passed, found.address));
        for first in copies_passed..shown.len() {
            collapsed.copies(first, Ok)?.iter().for_each(|copy| question.pass(&mut passed, copy));
        }
        copies_passed = shown.len();
        // To look at all hits once more costs more than to keep more of them.
        most = most.saturating_mul(4);
        found = question.best_but(sort, Some(most), Some(&passed))?;
    }
    Ok((shown.into_iter().skip(request.offset).collect(), Some(collapsed)))
}

/// Returns the hits of one page out of all that there are.
pub(super) fn page_of_all(archive: &Archive, all: Vec<Found>, request: &Request) -> Result<Vec<Shown>, SearchError> {
    let wanted = request.limit.map(|limit| request.offset.saturating_add(limit));
    let shown = match request.collapse {
        true => of_all(archive, request.target, all, wanted)?,
        false => all.into_iter().map(Shown::with_copies_beside).collect(),
    };
    Ok(shown.into_iter().take(wanted.unwrap_or(usize::MAX)).skip(request.offset).collect())
}

/// Returns the documents of which none is a copy of one before it.
pub(super) fn distinct(archive: &Archive, target: Target, found: Vec<Found>) -> Result<Vec<Found>, SearchError> {
    let shown = of_all(archive, target, found, None)?;
    Ok(shown.into_iter().map(|shown| shown.found).collect())
}

/// Returns the first `wanted` of all the documents that there are, without copies of one before, each with the number of
/// its copies among the rest.
pub(super) fn of_all(
    archive: &Archive,
    target: Target,
    all: impl IntoIterator<Item = Found>,
    wanted: Option<usize>,
) -> Result<Vec<Shown>, SearchError> {
    let mut collapsed = Collapsed::new(archive, target);
    let mut shown = Vec::new();
    let mut copies = Vec::new();
    for found in all {
        let imprint = collapsed.imprint(found)?;
        match collapsed.original(&imprint)? {
            Some(original) => copies[original] += 1,
            None if wanted.is_none_or(|wanted| shown.len() < wanted) => {
                collapsed.push(imprint);
                shown.push(found);
                copies.push(0);
            }
            None => {}
        }
    }
    Ok(shown.into_iter().zip(copies).map(|(found, copies)| Shown { found, copies: Copies::Counted(copies) }).collect())
}

/// The first documents out of many of which few are held, without copies of one before: copies are looked up.
pub(super) struct FirstOf<'a> {
    collapsed: Collapsed<'a>,
    first: Vec<Found>,
    wanted: usize,
}

impl<'a> FirstOf<'a> {
    pub fn new(archive: &'a Archive, target: Target, wanted: usize) -> Self {
        Self { collapsed: Collapsed::new(archive, target), first: Vec::new(), wanted }
    }

    pub fn is_full(&self) -> bool {
        self.first.len() >= self.wanted
    }

    /// Takes the next documents in, until there are as many as wanted; returns where copies of those that are new stand,
    /// where there are fewer.
    pub fn extend(&mut self, next: &[Found]) -> Result<Vec<DocAddress>, SearchError> {
        let before = self.first.len();
        for &found in next {
            if self.is_full() {
                return Ok(Vec::new());
            }
            let imprint = self.collapsed.imprint(found)?;
            if self.collapsed.original(&imprint)?.is_none() {
                self.collapsed.push(imprint);
                self.first.push(found);
            }
        }
        let mut copies = Vec::new();
        for first in before..self.first.len() {
            copies.extend(self.collapsed.copies(first, Ok)?.iter());
        }
        Ok(copies)
    }

    /// Returns the documents, each with the number of its copies among those that `among` keeps.
    pub fn shown(
        self,
        among: impl Fn(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    ) -> Result<Vec<Shown>, SearchError> {
        let mut shown = Vec::new();
        for (number, found) in self.first.into_iter().enumerate() {
            shown.push(Shown { found, copies: Copies::Counted(self.collapsed.count_copies_among(number, &among)?) });
        }
        Ok(shown)
    }
}

/// Documents of which none is a copy of one before it.
pub(super) struct Collapsed<'a> {
    archive: &'a Archive,
    comparison: Comparison<'a>,
    firsts: Vec<Imprint>,
    by_key: HashMap<u64, Holders, foldhash::fast::RandomState>,
}

/// Which documents have a key, in order; nearly always it is one.
struct Holders {
    first: usize,
    others: Vec<usize>,
}

impl Holders {
    fn iter(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// Of ten articles, each with nine.
const KEYS_OF_A_PAGE: usize = 90;

impl<'a> Collapsed<'a> {
    fn new(archive: &'a Archive, target: Target) -> Self {
        let by_key = HashMap::with_capacity_and_hasher(KEYS_OF_A_PAGE, Default::default());
        Self { archive, comparison: Comparison::new(archive, target), firsts: Vec::new(), by_key }
    }

    fn imprint(&self, found: Found) -> Result<Imprint, SearchError> {
        self.archive.deadline().check()?;
        Ok(self.comparison.imprint(found.address)?)
    }

    fn push(&mut self, imprint: Imprint) {
        let number = self.firsts.len();
        for key in imprint.keys() {
            match self.by_key.entry(key) {
                Entry::Occupied(mut holders) => holders.get_mut().others.push(number),
                Entry::Vacant(none) => {
                    none.insert(Holders { first: number, others: Vec::new() });
                }
            }
        }
        self.firsts.push(imprint);
    }

    /// Returns which document is the first that one is a copy of.
    fn original(&self, imprint: &Imprint) -> Result<Option<usize>, SearchError> {
        let mut sharing: Vec<usize> =
            imprint.keys().filter_map(|key| self.by_key.get(&key)).flat_map(Holders::iter).collect();
        sharing.sort_unstable();
        let mut by_shared: Vec<&[usize]> = sharing.chunk_by(|a, b| a == b).collect();
        if by_shared.len() > self.comparison.most_compared() {
            by_shared.sort_by_key(|same| Reverse(same.len()));
            by_shared.truncate(self.comparison.most_compared());
            by_shared.sort_unstable();
        }
        for same in by_shared {
            if self.comparison.are_one(&self.firsts[same[0]], imprint)? {
                return Ok(Some(same[0]));
            }
        }
        Ok(None)
    }

    /// Returns where copies of a document stand, as far as `wanted` keeps them.
    fn copies(
        &self,
        first: usize,
        wanted: impl Fn(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    ) -> Result<CopiesFound, SearchError> {
        self.archive.deadline().check()?;
        Ok(self.comparison.copies(&self.firsts[first], wanted)?)
    }

    /// Returns how many hits are copies of a document and of none before it.
    pub(super) fn count_copies(&self, question: &Question<'_>, first: usize) -> Result<u64, SearchError> {
        self.count_copies_among(first, |all| question.matching(all))
    }

    /// Returns how many of those that `wanted` keeps are copies of a document and of none before it.
    fn count_copies_among(
        &self,
        first: usize,
        wanted: impl Fn(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    ) -> Result<u64, SearchError> {
        let found = self.copies(first, wanted)?;
        // Those of the same words have the keys of the document, which may lead to none before it.
        let is_alone = self.firsts[first].keys().all(|key| self.by_key[&key].first == first);
        let mut count = if is_alone { found.same.len() as u64 } else { 0 };
        let in_doubt = if is_alone { &[][..] } else { &found.same };
        for &copy in in_doubt.iter().chain(&found.near) {
            count += u64::from(self.original(&self.comparison.imprint(copy)?)? == Some(first));
        }
        Ok(count)
    }
}
