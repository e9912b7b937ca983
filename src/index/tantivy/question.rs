//! A query put to an archive: its documents in an order, how many there are, what they hold.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use tantivy::query::Weight;
use tantivy::{BitSet, DocAddress, DocId, SegmentReader};

use super::collect::{self, Best, Found, Lift, Passed, Scoring};
use super::days;
use super::explanation;
use super::persons::Persons;
use super::read::Archive;
use crate::index::speakers::{self, SpeakersError};
use crate::query::{Interval, Query, Scope};
use crate::search::{Sort, Target};
use crate::speaker::Person;
use crate::timeline::{DayCounts, Split};

/// What lifts documents above others that match a query; it finds none by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lifts<'q> {
    /// Adds to the score of every document.
    pub beside: Option<&'q Query>,
    /// Each adds to the scores of the first documents alone, because it asks for positions.
    pub near: &'q [Nearness],
}

/// Two words near each other, which lift once more where the second follows the first.
#[derive(Clone, Debug)]
pub struct Nearness {
    pub words: [Interval; 2],
    pub within: u32,
    pub scope: Scope,
    /// Share of the score of the words.
    pub weight: f32,
}

/// Documents that are looked at again for what lifts them.
const LOOKED_AT_AGAIN: usize = 200;

/// A query put to an archive.
pub struct Question<'a> {
    pub(super) archive: &'a Archive,
    pub(super) target: Target,
    pub(super) ranked: Box<dyn Weight>,
    pub(super) unranked: Box<dyn Weight>,
    /// What lifts the first documents, one by one.
    pub(super) near: Vec<Lift>,
    pub(super) scoring: Scoring,
    /// How many documents match, where that was counted.
    pub(super) total: OnceLock<u64>,
    /// Whether anything in the query tells better hits from worse ones.
    pub ranks: bool,
}

impl Question<'_> {
    pub(super) fn archive(&self) -> &Archive {
        self.archive
    }

    pub(super) fn target(&self) -> Target {
        self.target
    }

    pub(super) fn segments(&self) -> &[SegmentReader] {
        self.archive.searcher().segment_readers()
    }

    pub(super) fn unranked(&self) -> &dyn Weight {
        &*self.unranked
    }

    /// Returns what was found out, unless time ran out meanwhile: then it is less than there is.
    pub(super) fn in_time<T>(&self, found: T) -> tantivy::Result<T> {
        self.archive.deadline().check()?;
        Ok(found)
    }

    /// Returns how many documents match, exactly.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn total(&self) -> tantivy::Result<u64> {
        if let Some(&total) = self.total.get() {
            return Ok(total);
        }
        let total = self.in_time(collect::count(self.archive.searcher(), &*self.unranked)?)?;
        Ok(*self.total.get_or_init(|| total))
    }

    /// Returns whether any document matches.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn is_answered(&self) -> tantivy::Result<bool> {
        self.in_time(collect::is_any(self.archive.searcher(), &*self.unranked)?)
    }

    /// Returns the first documents in an order, `most` of them or all; ties are broken by day and id.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn best(&self, sort: Sort, most: Option<usize>) -> tantivy::Result<Vec<Found>> {
        if self.near.is_empty() || sort != Sort::Relevance {
            return self.best_but(sort, most, None);
        }
        // The same documents are looked at again whatever is asked for, so that pages are pieces of one order.
        let looked_at = most.map(|most| most.max(LOOKED_AT_AGAIN));
        let mut found = self.best_but(sort, looked_at, None)?;
        let again = found.len().min(LOOKED_AT_AGAIN);
        collect::lift(self.archive.searcher(), &self.near, &mut found[..again], most.unwrap_or(usize::MAX))?;
        found.truncate(most.unwrap_or(usize::MAX));
        self.in_time(found)
    }

    /// Returns the first documents, in the order in which they stand once they were looked at again; none where nothing
    /// lifts any of them.
    pub(super) fn lifted(&self) -> tantivy::Result<Vec<Found>> {
        if self.near.is_empty() { Ok(Vec::new()) } else { self.best(Sort::Relevance, Some(LOOKED_AT_AGAIN)) }
    }

    /// Whether every document that matches is looked at, so that it costs little to hold more of the first ones.
    pub fn looks_at_all(&self) -> bool {
        matches!(self.scoring, Scoring::Whole | Scoring::OfPattern(_))
    }

    /// Returns how many of the first documents stand in another order than those behind them, and must be passed before
    /// `best_but` is asked.
    pub fn fewest_passed(&self) -> usize {
        if self.near.is_empty() { 0 } else { LOOKED_AT_AGAIN }
    }

    /// Returns the first documents in an order, `most` of them or all, without those that were passed, which are at least
    /// the first `fewest_passed`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn best_but(&self, sort: Sort, most: Option<usize>, passed: Option<&Passed>) -> tantivy::Result<Vec<Found>> {
        let searcher = self.archive.searcher();
        let weight = if sort == Sort::Relevance { &*self.ranked } else { &*self.unranked };
        let asked = Best { target: self.target, sort, most, scoring: &self.scoring };
        let (found, total) = collect::best(searcher, self.archive.ids(self.target)?, weight, asked, passed)?;
        // Looked at again to be counted, documents of the same question cost as much once more.
        if let Some(total) = self.in_time(total)? {
            self.total.get_or_init(|| total);
        }
        Ok(found)
    }

    /// Adds a document to those that are passed over.
    pub fn pass(&self, passed: &mut Passed, address: DocAddress) {
        passed.insert(self.archive.searcher(), address);
    }

    /// Returns how many documents match on each day of publication, for each of so many most frequent values by which
    /// they are split; speakers as persons, where they are given.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn days(
        &self,
        split: Option<(Split, usize)>,
        persons: Option<Persons<'_>>,
    ) -> tantivy::Result<BTreeMap<String, DayCounts>> {
        self.in_time(days::count(self.archive, &*self.unranked, self.target, split, persons)?)
    }

    /// Returns the matching statements of the article at `address`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn statements_of(&self, address: DocAddress) -> tantivy::Result<Vec<DocAddress>> {
        let segment = self.archive.searcher().segment_reader(address.segment_ord);
        let docs: Vec<DocId> = self.archive.neighbours()?.of(segment)?.statements_of(address.doc_id).collect();
        let found = collect::matching(segment, &*self.unranked, &docs)?;
        self.in_time(found.into_iter().map(|doc| DocAddress::new(address.segment_ord, doc)).collect())
    }

    /// Returns the persons who made the statements that match, the most quoted first.
    ///
    /// # Errors
    /// If the index, or the settings or officials of a collection cannot be read.
    pub fn persons(&self) -> Result<Vec<Person>, SpeakersError> {
        let mut wanted = Vec::new();
        for segment in self.archive.searcher().segment_readers() {
            let mut of_segment = BitSet::with_max_value(segment.max_doc());
            let insert = &mut |doc| {
                of_segment.insert(doc);
            };
            collect::visit(segment, &*self.unranked, insert).map_err(|source| SpeakersError::Read { source })?;
            wanted.push(of_segment);
        }
        self.archive.deadline().check()?;
        let is_wanted = |segment: u32, doc| wanted.get(segment as usize).is_some_and(|docs| docs.contains(doc));
        speakers::persons_among(self.archive.searcher(), self.archive.payload(), &is_wanted)
    }

    /// Returns how the score of a document came about, as lines.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn explain(&self, address: DocAddress) -> tantivy::Result<String> {
        let segment = self.archive.searcher().segment_reader(address.segment_ord);
        let explanation = self.ranked.explain(segment, address.doc_id)?;
        let mut lines = explanation::lines(&explanation, self.archive.schema());
        for Lift { weight, .. } in &self.near {
            if !collect::matching(segment, &**weight, &[address.doc_id])?.is_empty() {
                let near = weight.explain(segment, address.doc_id)?;
                lines.push_str("words near each other\n");
                lines.push_str(&explanation::lines(&near, self.archive.schema()));
            }
        }
        Ok(lines)
    }
}
