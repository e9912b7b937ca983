//! Clauses joined by AND, OR and NOT, whose explanation may be asked for any document.
//!
//! The engine's own explanation of clauses seeks backwards where a document before the first match is asked for, which
//! its posting lists forbid. Inside an OR that is the usual case: some part does not match the document.

use std::fmt;

use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader, Term};

use super::probe::does_not_match;

/// Returns the query of these clauses.
pub fn clauses_of(clauses: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    Box::new(Clauses(BooleanQuery::new(clauses)))
}

#[derive(Clone)]
struct Clauses(BooleanQuery);

impl fmt::Debug for Clauses {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Query for Clauses {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ClausesWeight(self.0.weight(scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

/// The engine's weight in everything but explanations.
struct ClausesWeight(Box<dyn Weight>);

impl Weight for ClausesWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.0.scorer(segment, boost)
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if self.0.scorer(segment, 1.0)?.doc() > doc {
            return Err(does_not_match(doc));
        }
        self.0.explain(segment, doc)
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        self.0.count(segment)
    }

    fn for_each(&self, segment: &SegmentReader, each: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        self.0.for_each(segment, each)
    }

    fn for_each_no_score(&self, segment: &SegmentReader, each: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        self.0.for_each_no_score(segment, each)
    }

    fn for_each_pruning(
        &self,
        threshold: Score,
        segment: &SegmentReader,
        each: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        self.0.for_each_pruning(threshold, segment, each)
    }
}
