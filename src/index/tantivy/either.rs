//! Documents that one of a few filters keeps, looked at one by one.
//!
//! The engine's own OR reads thousands of documents ahead, which is right where documents are cheap and wrong where
//! positions have to be read for each of them and another clause asks for few.

use std::fmt;

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::probe::{At, Probe, does_not_match};

/// Returns the query of documents that one of `filters` finds; all of them score 1.
pub fn either_of(filters: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(EitherQuery(filters))
}

struct EitherQuery(Vec<Box<dyn Query>>);

impl Clone for EitherQuery {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|filter| filter.box_clone()).collect())
    }
}

impl fmt::Debug for EitherQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Either({:?})", self.0)
    }
}

impl Query for EitherQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let filters: tantivy::Result<_> = self.0.iter().map(|filter| filter.weight(scoring)).collect();
        Ok(Box::new(EitherWeight(filters?)))
    }
}

struct EitherWeight(Vec<Box<dyn Weight>>);

impl Weight for EitherWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let (_, mut scorer) = self.opened(segment, 0, boost)?;
        scorer.seek(0);
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let (found, scorer) = self.opened(segment, target, boost)?;
        Ok((found, Box::new(scorer)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.scorer_danger(segment, doc, 1.0)?.0 {
            SeekDangerResult::Found => Ok(Explanation::new("one of several filters", 1.0)),
            SeekDangerResult::SeekLowerBound(_) => Err(does_not_match(doc)),
        }
    }
}

impl EitherWeight {
    fn opened(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, EitherScorer)> {
        let mut filters = Vec::with_capacity(self.0.len());
        for filter in &self.0 {
            filters.push(Probe::open(&**filter, segment, target, 1.0)?);
        }
        let mut scorer = EitherScorer { filters, doc: target, score: boost };
        Ok((scorer.stands_on(target), scorer))
    }
}

struct EitherScorer {
    filters: Vec<Probe>,
    doc: DocId,
    score: Score,
}

impl EitherScorer {
    fn stands_on(&mut self, target: DocId) -> SeekDangerResult {
        self.doc = target;
        if self.filters.iter().any(|filter| filter.at() == At::Document(target)) {
            return SeekDangerResult::Found;
        }
        let first = self.filters.iter().map(|filter| filter.at().least()).min().unwrap_or(TERMINATED);
        SeekDangerResult::SeekLowerBound(first.max(target + 1).min(TERMINATED))
    }
}

impl DocSet for EitherScorer {
    fn advance(&mut self) -> DocId {
        if self.doc >= TERMINATED { TERMINATED } else { self.seek(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.filters.iter_mut().map(|filter| filter.seek(target)).min().unwrap_or(TERMINATED);
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        self.filters.iter_mut().for_each(|filter| {
            filter.try_at(target);
        });
        self.stands_on(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.filters.iter().fold(0, |sum, filter| sum.saturating_add(filter.size_hint()))
    }
}

impl Scorer for EitherScorer {
    fn score(&mut self) -> Score {
        self.score
    }
}
