//! Documents that were published within some days, from a column in which every document has one.
//!
//! The engine's range of days looks each document's place in the column up first, because not all of them have a day;
//! and it opens the columns anew for each question.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use tantivy::columnar::{Column, ColumnIndex, ColumnValues};
use tantivy::index::SegmentId;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, Searcher, SeekDangerResult, SegmentReader, TERMINATED};

use super::neighbours::of_another_commit;
use super::probe::does_not_match;

/// The days of publication in every segment of a commit.
pub struct AllDays(HashMap<SegmentId, Arc<dyn ColumnValues<u64>>>);

impl AllDays {
    /// Opens them.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(searcher: &Searcher) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter();
        let opened = segments.map(|segment| Ok((segment.segment_id(), of_every(segment.fast_fields().u64("day")?))));
        Ok(Self(opened.collect::<tantivy::Result<_>>()?))
    }

    /// Returns those of a segment, by document.
    ///
    /// # Errors
    /// If it is of another commit.
    pub fn of(&self, segment: &SegmentReader) -> tantivy::Result<&Arc<dyn ColumnValues<u64>>> {
        self.0.get(&segment.segment_id()).ok_or_else(of_another_commit)
    }
}

/// Returns the values of a column in which every document has one; what has none there gets 0.
fn of_every(column: Column<u64>) -> Arc<dyn ColumnValues<u64>> {
    match column.index {
        ColumnIndex::Full => column.values,
        _ => column.first_or_default_col(0),
    }
}

/// Articles, statements and inputs by the number of their day, see `schema::day_number`; all of them score 1.
#[derive(Clone)]
pub struct PublishedQuery {
    pub days: Arc<AllDays>,
    pub within: RangeInclusive<u64>,
}

impl std::fmt::Debug for PublishedQuery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Published({:?})", self.within)
    }
}

impl PublishedQuery {
    /// Returns the scorer of a segment before it looked for a first document.
    ///
    /// # Errors
    /// If the segment is of another commit.
    pub fn unsettled(&self, segment: &SegmentReader, score: Score) -> tantivy::Result<PublishedScorer> {
        let (days, within) = (self.days.of(segment)?.clone(), self.within.clone());
        let may_be = *within.start() <= days.max_value() && days.min_value() <= *within.end();
        let most = if may_be { segment.max_doc() } else { 0 };
        Ok(PublishedScorer { days, within, most, score, doc: 0, ahead: Vec::new(), next: 0, from: 0 })
    }
}

impl Query for PublishedQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(PublishedWeight(self.clone())))
    }
}

struct PublishedWeight(PublishedQuery);

impl Weight for PublishedWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = self.0.unsettled(segment, boost)?;
        scorer.advance();
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut scorer = self.0.unsettled(segment, boost)?;
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.0.unsettled(segment, 1.0)?.seek_danger(doc) {
            SeekDangerResult::Found => Ok(Explanation::new("published within the days", 1.0)),
            SeekDangerResult::SeekLowerBound(_) => Err(does_not_match(doc)),
        }
    }
}

/// Documents whose days are looked at in one go where all that match are wanted.
const AT_ONCE: DocId = 2_048;

/// The documents of a segment that were published within the days.
pub struct PublishedScorer {
    days: Arc<dyn ColumnValues<u64>>,
    within: RangeInclusive<u64>,
    /// Documents of the segment; 0 where none of them matches.
    most: DocId,
    score: Score,
    doc: DocId,
    /// Documents that match and stand behind `doc`, from the `next` one on.
    ahead: Vec<DocId>,
    next: usize,
    /// Documents from here on were not looked at.
    from: DocId,
}

impl PublishedScorer {
    /// Returns whether a document was published within the days, wherever the scorer stands.
    pub fn holds(&self, doc: DocId) -> bool {
        doc < self.most && self.within.contains(&self.days.get_val(doc))
    }

    /// Keeps those of some documents that were published within the days, all of which are looked at at once.
    pub fn keep(&self, docs: &mut Vec<DocId>) {
        if self.most == 0 {
            return docs.clear();
        }
        let mut days = vec![0; docs.len()];
        self.days.get_vals(docs, &mut days);
        let mut days = days.into_iter();
        docs.retain(|_| days.next().is_some_and(|day| self.within.contains(&day)));
    }
}

impl DocSet for PublishedScorer {
    fn advance(&mut self) -> DocId {
        while self.next >= self.ahead.len() && self.from < self.most {
            let until = self.from.saturating_add(AT_ONCE).min(self.most);
            self.ahead.clear();
            self.next = 0;
            self.days.get_row_ids_for_value_range(self.within.clone(), self.from..until, &mut self.ahead);
            self.from = until;
        }
        self.doc = self.ahead.get(self.next).copied().unwrap_or(TERMINATED);
        self.next += 1;
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target >= self.from {
            self.ahead.clear();
            self.from = target;
        } else {
            self.next += self.ahead[self.next..].partition_point(|doc| *doc < target);
        }
        self.advance()
    }

    /// Looks at the document that is asked for alone.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= self.most {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if !self.holds(target) {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.ahead.clear();
        (self.doc, self.from) = (target, target + 1);
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.most / 10
    }

    /// To find all that match, every value is looked at, but many at once: as the engine's ranges have it.
    fn cost(&self) -> u64 {
        u64::from(self.most) * 4 / 5
    }
}

impl Scorer for PublishedScorer {
    fn score(&mut self) -> Score {
        self.score
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{FAST, STRING, Schema};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    #[test]
    fn days_are_found_or_the_next_one_is_bounded() {
        let mut schema = Schema::builder();
        let (day, outlet) = (schema.add_u64_field("day", FAST), schema.add_text_field("outlet", STRING));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
        let day_of = |doc: DocId| u64::from(if doc.is_multiple_of(3) { 0 } else { doc / 700 });
        for (documents, misses_one, within) in [
            (1, false, 0..=0),
            (1, false, 1..=9),
            (5_000, false, 3..=4),
            (5_000, false, 1..=u64::MAX),
            (5_000, false, 8..=20),
            // As no index of ours is: what has no day is as one that has 0.
            (5_000, true, 3..=4),
            (5_000, true, 0..=0),
        ] {
            writer.delete_all_documents().unwrap();
            for doc in 0..documents {
                let document = if misses_one && doc == 0 { doc!(outlet => "x") } else { doc!(day => day_of(doc)) };
                writer.add_document(document).unwrap();
            }
            writer.commit().unwrap();
            let searcher = index.reader().unwrap().searcher();
            let [segment] = searcher.segment_readers() else { panic!("one segment") };
            let query = PublishedQuery { days: Arc::new(AllDays::open(&searcher).unwrap()), within: within.clone() };
            let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher)).unwrap();
            let expected: Vec<DocId> = (0..documents).filter(|doc| within.contains(&day_of(*doc))).collect();
            assert_eq!(weight.count(segment).unwrap() as usize, expected.len(), "{within:?} of {documents}");
            let scorer = query.unsettled(segment, 1.0).unwrap();
            for step in [1, 7, 300] {
                let mut kept: Vec<DocId> = (0..documents).step_by(step).collect();
                let held: Vec<DocId> = kept.iter().copied().filter(|doc| scorer.holds(*doc)).collect();
                scorer.keep(&mut kept);
                assert_eq!(kept, held, "{within:?} of every {step}");
            }
            let next = |from: DocId| expected.iter().copied().find(|doc| *doc >= from).unwrap_or(TERMINATED);
            for step in [1, 5, 300, 2_500] {
                let mut walked = weight.scorer(segment, 1.0).unwrap();
                let mut probed = weight.scorer_danger(segment, 0, 1.0).unwrap().1;
                for target in (1..documents + 3).step_by(step) {
                    assert_eq!(walked.seek(target), next(target), "{within:?} from {target} by {step}");
                    match probed.seek_danger(target) {
                        SeekDangerResult::Found => {
                            assert_eq!(target, next(target), "{within:?}");
                            if step > 1 {
                                assert_eq!(probed.advance(), next(target + 1), "{within:?} behind {target}");
                                probed = weight.scorer_danger(segment, target, 1.0).unwrap().1;
                            }
                        }
                        SeekDangerResult::SeekLowerBound(first) => {
                            assert!(target < first && first <= next(target), "{within:?} at {target}: {first}");
                        }
                    }
                }
            }
        }
    }
}
