//! Statements made by people while they held an office.
//!
//! Each holder has names and days; an office may have thousands of them. Their posting lists are read once, and of each
//! statement the day is looked up: as clauses of a query each holder would look for days among all statements.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DateTime, DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::neighbours::AllNeighbours;
use super::probe::does_not_match;
use super::schema::printed;
use crate::index::deadline::Deadline;

/// Who held an office, and when.
#[derive(Clone, Debug)]
pub struct Holding {
    /// In the field of whole names.
    pub names: Vec<Term>,
    pub periods: Vec<Period>,
}

/// From a first day to a last one, as far as they are known.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Period {
    fn has(self, day: Option<DateTime>) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let Some(day) = day else { return false };
        // The last day is in, whatever time was printed.
        let end = self.to.and_then(|to| to.succ_opt());
        self.from.is_none_or(|from| printed(from, None) <= day) && end.is_none_or(|end| day < printed(end, None))
    }
}

/// The statements of holders of an office, each made on the day that is told of it, else on its article's.
#[derive(Clone)]
pub struct InOfficeQuery {
    holdings: Arc<Vec<Holding>>,
    neighbours: Arc<AllNeighbours>,
    deadline: Deadline,
    /// Of each segment that was looked at: to rank, to count and to show each ask again.
    found: Arc<Mutex<HashMap<SegmentId, Arc<Vec<DocId>>>>>,
}

impl InOfficeQuery {
    pub fn new(holdings: Vec<Holding>, neighbours: Arc<AllNeighbours>, deadline: &Deadline) -> Self {
        Self { holdings: Arc::new(holdings), neighbours, deadline: deadline.clone(), found: Arc::default() }
    }

    /// Returns the statements of a segment, in order.
    fn statements(&self, segment: &SegmentReader) -> tantivy::Result<Arc<Vec<DocId>>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(&segment.segment_id()) {
            return Ok(known.clone());
        }
        let read = Arc::new(self.read(segment)?);
        found.insert(segment.segment_id(), read.clone());
        Ok(read)
    }

    fn read(&self, segment: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
        let neighbours = self.neighbours.of(segment)?;
        let columns = segment.fast_fields();
        let said_on: Option<Column<DateTime>> = columns.column_opt("said_on")?;
        let published: Option<Column<DateTime>> = columns.column_opt("date")?;
        let first = |column: &Option<Column<DateTime>>, doc| column.as_ref().and_then(|column| column.first(doc));
        let mut found = Vec::new();
        for holding in self.holdings.iter() {
            self.deadline.check()?;
            for name in &holding.names {
                let inverted = segment.inverted_index(name.field())?;
                let Some(mut postings) = inverted.read_postings(name, IndexRecordOption::Basic)? else { continue };
                while postings.doc() != TERMINATED {
                    let doc = postings.doc();
                    let day = first(&said_on, doc).or_else(|| first(&published, neighbours.article_of(doc)));
                    if holding.periods.iter().any(|period| period.has(day)) {
                        found.push(doc);
                    }
                    postings.advance();
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl std::fmt::Debug for InOfficeQuery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "InOffice({:?})", self.holdings)
    }
}

impl Query for InOfficeQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(InOfficeWeight(self.clone())))
    }
}

struct InOfficeWeight(InOfficeQuery);

impl Weight for InOfficeWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = self.0.statements(segment)?;
        if docs.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(ConstScorer::new(Statements { docs, at: 0 }, boost)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.0.statements(segment)?.binary_search(&doc) {
            Ok(_) => Ok(Explanation::new("made while in office", 1.0)),
            Err(_) => Err(does_not_match(doc)),
        }
    }
}

/// Documents that are known, in order.
struct Statements {
    docs: Arc<Vec<DocId>>,
    at: usize,
}

impl DocSet for Statements {
    fn advance(&mut self) -> DocId {
        self.at += usize::from(self.at < self.docs.len());
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let rest = &self.docs[self.at..];
        self.at += rest.partition_point(|doc| *doc < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len().try_into().unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_held_from_its_first_day_to_its_last() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let period = |from, to| Period { from: day(from), to: day(to) };
        let (whole, open, ever) = (period("2025-03-01", "2025-03-31"), period("2025-03-01", ""), period("", ""));
        for (said_on, is_in_whole, is_in_open) in [
            ("2025-02-28", false, false),
            ("2025-03-01", true, true),
            ("2025-03-31", true, true),
            ("2025-04-01", false, true),
            ("", false, false),
        ] {
            // Late on the day.
            let time = chrono::NaiveTime::from_hms_opt(23, 59, 59);
            let said_on = day(said_on).map(|day| printed(day, time));
            assert_eq!((whole.has(said_on), open.has(said_on)), (is_in_whole, is_in_open), "{said_on:?}");
            assert!(ever.has(said_on));
        }
    }
}
