//! Deletes that leave alone what is written after them.
//!
//! The engine deletes from every segment that is added before it looks at its queue, and it looks when it commits. A
//! segment that was built beside a delete may hold the very document that takes the deleted one's place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, Term};

/// The segments that were ended, in their order.
#[derive(Clone, Debug, Default)]
pub struct Ended(Arc<Mutex<HashMap<SegmentId, usize>>>);

impl Ended {
    /// Notes that a segment has its last document.
    pub fn note(&self, segment: SegmentId) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = ended.len();
        ended.insert(segment, number);
    }

    /// Returns what deletes the documents with a term from all segments that have ended.
    pub fn delete(&self, term: Term) -> Box<dyn Query> {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        Box::new(Delete { term, ended: self.clone(), count })
    }

    /// Returns the number of a segment; none where it was there before, or merged from such as were complete.
    fn number(&self, segment: SegmentId) -> Option<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&segment).copied()
    }
}

/// Matches the documents with a term in the segments that had ended when it was made.
#[derive(Clone, Debug)]
struct Delete {
    term: Term,
    ended: Ended,
    /// Of segments that had ended.
    count: usize,
}

impl Query for Delete {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let term = TermQuery::new(self.term.clone(), IndexRecordOption::Basic).weight(enable_scoring)?;
        Ok(Box::new(DeleteWeight { term, ended: self.ended.clone(), count: self.count }))
    }
}

struct DeleteWeight {
    term: Box<dyn Weight>,
    ended: Ended,
    count: usize,
}

impl Weight for DeleteWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        match self.ended.number(reader.segment_id()) {
            Some(number) if number >= self.count => Ok(Box::new(EmptyScorer)),
            _ => self.term.scorer(reader, boost),
        }
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        self.term.explain(reader, document)
    }
}
