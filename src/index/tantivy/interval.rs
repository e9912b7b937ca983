//! Words at positions as the engine's query: phrases, nearness, sentences, counts and as-written forms, over one text
//! or several, scored by BM25 with every expansion as one synonym.

use std::fmt;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::finder::{Finder, Positions, Watch, may_stand};
use super::leaf::{Leaf, TextFields};
use super::probe::does_not_match;
use super::statistics::Statistics;
use crate::index::deadline::Deadline;
use crate::index::marks::{PARAGRAPH, SENTENCE, VALUE};
use crate::index::proximity::{Divider, Shape};

/// What is sought in one text.
#[derive(Debug)]
pub struct Part {
    pub fields: TextFields,
    pub shape: Shape,
    /// Another one of the same words, which scores as much again where it stands beside the first.
    pub also: Option<Shape>,
    pub leaves: Vec<Arc<Leaf>>,
    /// Its share of the score.
    pub weight: Score,
    /// Whether only the first paragraph is looked at.
    pub is_lead: bool,
    /// Whether it is asked for more than once: a hyphenated word has two forms at one position, which count once.
    pub is_counted: bool,
}

impl Part {
    /// Whether frequencies alone answer it.
    pub fn is_one_word(&self) -> bool {
        matches!(self.shape, Shape::Leaf(0))
            && !self.is_lead
            && !self.is_counted
            && !self.leaves[0].looks_at.is_told_by_marks()
    }

    /// Returns in how many documents it stands at most, and how telling it is: phrases tell what their words do.
    fn rarity(&self, statistics: &Statistics) -> f32 {
        idf_of(&self.shape, &self.leaves, statistics)
    }

    /// Returns what divides the text for it, and the term that marks each.
    pub fn dividers(&self) -> Vec<(Divider, Field, &'static str)> {
        let mut wanted = Vec::new();
        self.shape.visit_dividers(&mut |divider| wanted.push(divider));
        if self.is_lead {
            wanted.push(Divider::Paragraph);
        }
        wanted.sort_by_key(|divider| *divider as u8);
        wanted.dedup();
        let located = wanted.into_iter().filter_map(|divider| match (divider, self.fields.marks) {
            (Divider::Sentence, Some(marks)) => Some((divider, marks, SENTENCE)),
            (Divider::Paragraph, Some(marks)) => Some((divider, marks, PARAGRAPH)),
            (Divider::Value, _) => Some((divider, self.fields.words, VALUE)),
            _ => None,
        });
        located.collect()
    }
}

fn count_of(shape: &Shape, leaves: &[Arc<Leaf>]) -> u64 {
    match shape {
        Shape::Leaf(leaf) => leaves[*leaf].doc_freq,
        Shape::Either(operands) => operands.iter().map(|operand| count_of(operand, leaves)).sum(),
        Shape::Phrase(operands) | Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            operands.iter().map(|operand| count_of(operand, leaves)).min().unwrap_or(0)
        }
    }
}

fn idf_of(shape: &Shape, leaves: &[Arc<Leaf>], statistics: &Statistics) -> f32 {
    match shape {
        Shape::Leaf(_) | Shape::Either(_) => {
            let count = statistics.bounded(count_of(shape, leaves)) as f32;
            (1.0 + (statistics.documents() as f32 - count + 0.5) / (count + 0.5)).ln()
        }
        Shape::Phrase(operands) | Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            operands.iter().map(|operand| idf_of(operand, leaves, statistics)).sum()
        }
    }
}

/// The same sought in one or several texts; occurrences add up.
#[derive(Clone)]
pub struct IntervalQuery {
    parts: Arc<Vec<Part>>,
    at_least: u32,
    statistics: Statistics,
    deadline: Deadline,
}

impl IntervalQuery {
    /// Past `deadline` it finds nothing more, and whoever asks has to look at the deadline too.
    pub fn new(parts: Vec<Part>, at_least: u32, statistics: &Statistics, deadline: &Deadline) -> Self {
        Self {
            parts: Arc::new(parts),
            at_least: at_least.max(1),
            statistics: statistics.clone(),
            deadline: deadline.clone(),
        }
    }
}

impl fmt::Debug for IntervalQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("IntervalQuery").field("parts", &self.parts).field("at_least", &self.at_least).finish()
    }
}

impl Query for IntervalQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.weight_with(enable_scoring.is_scoring_enabled())?))
    }
}

impl IntervalQuery {
    /// Returns its weight, with scores, and the highest score that it gives.
    ///
    /// # Errors
    /// If a field cannot be read.
    pub fn lift(&self) -> tantivy::Result<(Box<dyn Weight>, Score)> {
        let weight = self.weight_with(true)?;
        let parts = self.parts.iter().zip(&weight.similarities);
        let most = parts.map(|(part, similarity)| {
            let shapes = 1 + usize::from(part.also.is_some());
            shapes as Score * similarity.as_ref().map_or(0.0, |similarity| similarity.score(0, u32::MAX))
        });
        let most = most.sum();
        Ok((Box::new(weight), most))
    }

    fn weight_with(&self, scores: bool) -> tantivy::Result<IntervalWeight> {
        let mut similarities = Vec::with_capacity(self.parts.len());
        for part in self.parts.iter() {
            let is_scored = scores && part.fields.marks.is_some();
            similarities.push(if is_scored { Some(self.similarity(part)?) } else { None });
        }
        Ok(IntervalWeight { query: self.clone(), similarities })
    }

    fn similarity(&self, part: &Part) -> tantivy::Result<Bm25Weight> {
        let (documents, mean) = (self.statistics.documents(), self.statistics.mean_length(part.fields.words)?);
        // The engine's formula, told how rare one word is, then set to how rare the whole is.
        let one = Bm25Weight::for_one_term_without_explain(1, documents, mean);
        let rarest = (1.0 + (documents as f32 - 0.5) / 1.5).ln();
        Ok(one.boost_by(part.weight * part.rarity(&self.statistics) / rarest))
    }
}

struct IntervalWeight {
    query: IntervalQuery,
    similarities: Vec<Option<Bm25Weight>>,
}

impl IntervalWeight {
    fn part_scorer(
        &self,
        index: usize,
        segment: &SegmentReader,
        ordinal: usize,
        boost: Score,
    ) -> tantivy::Result<PartScorer> {
        let part = &self.query.parts[index];
        let similarity = self.similarities[index].as_ref().map(|similarity| similarity.boost_by(boost));
        let norms = match similarity {
            Some(_) => Some(segment.get_fieldnorms_reader(part.fields.words)?),
            None => None,
        };
        let finder = if !may_stand(&part.shape, &part.leaves, ordinal) {
            Finder::Nowhere
        } else if part.is_one_word() && part.leaves[0].count(ordinal) > MOST_LISTS_IN_STEP {
            let mut gathered = part.leaves[0].gathered(
                segment,
                ordinal,
                part.fields.words,
                similarity.is_some(),
                &self.query.deadline,
            )?;
            Finder::Gathered { doc: gathered.next(0), gathered }
        } else {
            Finder::Positions(Positions::open(&self.query.parts, index, (ordinal, segment), &self.query.deadline)?)
        };
        Ok(PartScorer { finder, found: None, similarity, norms })
    }
}

/// Word lists that are read in step; more of them are added up.
const MOST_LISTS_IN_STEP: usize = 16;

impl IntervalWeight {
    /// Returns the scorer before it looked for a first document; none where nothing is sought.
    fn unsettled(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Option<IntervalScorer>> {
        let ordinal = self.query.statistics.ordinal(segment)?;
        let mut parts = Vec::with_capacity(self.query.parts.len());
        for index in 0..self.query.parts.len() {
            parts.push(self.part_scorer(index, segment, ordinal, boost)?);
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let watch = Watch::new(self.query.deadline.clone());
        Ok(Some(IntervalScorer { parts, at_least: self.query.at_least, doc: 0, counts: Vec::new(), watch }))
    }
}

impl Weight for IntervalWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(mut scorer) = self.unsettled(segment, boost)? else { return Ok(Box::new(EmptyScorer)) };
        scorer.settle(0);
        Ok(Box::new(scorer))
    }

    /// Looks at the document that is asked for alone: the first one of its own may stand far behind.
    fn scorer_danger(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let Some(mut scorer) = self.unsettled(segment, boost)? else {
            return Ok((SeekDangerResult::SeekLowerBound(TERMINATED), Box::new(EmptyScorer)));
        };
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(does_not_match(doc));
        }
        let score = scorer.score();
        let Some(scorer) = scorer.downcast_mut::<IntervalScorer>() else {
            return Ok(Explanation::new("words at positions", score));
        };
        let mut explanation = Explanation::new("words at positions, sum of", score);
        let parts = self.query.parts.iter().zip(scorer.counts.iter().zip(&mut scorer.parts));
        for (part, (count, found)) in parts.filter(|(_, (count, _))| **count > 0) {
            let name = segment.schema().get_field_name(part.fields.words);
            let also = found.finder.count_also();
            for (times, what) in [(*count, "times in"), (also, "times in a row in")] {
                if times > 0 {
                    let text = format!("{times} {what} {name}");
                    explanation.add_detail(Explanation::new_with_string(text, found.score(doc, times)));
                }
            }
        }
        Ok(explanation)
    }
}

/// The documents in which the parts stand often enough together.
struct IntervalScorer {
    parts: Vec<PartScorer>,
    at_least: u32,
    doc: DocId,
    /// How often each part stands in `doc`.
    counts: Vec<u32>,
    watch: Watch,
}

impl IntervalScorer {
    /// Goes to the first document from `target` on that matches.
    fn settle(&mut self, target: DocId) -> DocId {
        if self.at_least > 1 {
            return self.settle_together(target);
        }
        // Where one part is enough, each looks for its own next document.
        let found = self.parts.iter_mut().map(|part| part.next(target, &mut self.watch));
        let doc = found.min().unwrap_or(TERMINATED);
        self.doc = doc;
        self.counts.clear();
        self.counts.extend(self.parts.iter().map(|part| part.count_found(doc)));
        doc
    }

    /// Goes to the first document from `target` on in which the parts stand often enough together.
    fn settle_together(&mut self, mut target: DocId) -> DocId {
        loop {
            if self.watch.is_over() {
                self.doc = TERMINATED;
                return TERMINATED;
            }
            let doc = self.parts.iter_mut().map(|part| part.finder.candidate(target)).min().unwrap_or(TERMINATED);
            self.doc = doc;
            if doc == TERMINATED || self.stands_in(doc) {
                return doc;
            }
            target = doc + 1;
        }
    }

    /// Goes to a document that all parts stand on or behind, and returns whether it matches.
    fn stands_in(&mut self, doc: DocId) -> bool {
        self.doc = doc;
        self.counts.clear();
        self.counts.extend(self.parts.iter_mut().map(|part| part.finder.count(doc)));
        self.counts.iter().fold(0_u32, |sum, count| sum.saturating_add(*count)) >= self.at_least
    }
}

impl DocSet for IntervalScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target { self.doc } else { self.settle(target.min(TERMINATED)) }
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED || self.watch.is_over() {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        // Others look at this document first, so that positions are read of those alone that all of them have, and nobody
        // asks which one comes next.
        let doc = self.parts.iter_mut().map(|part| part.finder.try_at(target)).min().unwrap_or(TERMINATED);
        if doc > target {
            return SeekDangerResult::SeekLowerBound(doc);
        }
        if self.stands_in(doc) { SeekDangerResult::Found } else { SeekDangerResult::SeekLowerBound(target + 1) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        // Positions are dear: others are to be asked first.
        u32::MAX / 4
    }
}

impl Scorer for IntervalScorer {
    fn score(&mut self) -> Score {
        let (doc, mut also) = (self.doc, 0.0);
        let counted = self.parts.iter_mut().zip(&self.counts);
        let found: Score = counted
            .map(|(part, count)| {
                if *count > 0 {
                    let times = part.finder.count_also();
                    also += part.score(doc, times);
                }
                part.score(doc, *count)
            })
            .sum();
        found + also
    }
}

struct PartScorer {
    finder: Finder,
    /// The document on which it was found to stand next, and how often it stands there.
    found: Option<(DocId, u32)>,
    similarity: Option<Bm25Weight>,
    norms: Option<FieldNormReader>,
}

impl PartScorer {
    /// Returns the first document from `target` on in which it stands.
    fn next(&mut self, target: DocId, watch: &mut Watch) -> DocId {
        let (doc, count) = match self.found {
            Some(found) if found.0 >= target => found,
            _ => self.finder.next(target, watch),
        };
        self.found = Some((doc, count));
        doc
    }

    /// Returns how often it stands in `doc`, if that is where it was found.
    fn count_found(&self, doc: DocId) -> u32 {
        self.found.filter(|(found, _)| *found == doc).map_or(0, |(_, count)| count)
    }

    fn score(&self, doc: DocId, count: u32) -> Score {
        match (&self.similarity, &self.norms) {
            (Some(similarity), Some(norms)) if count > 0 => similarity.score(norms.fieldnorm_id(doc), count),
            // Without marks it is a name, which filters.
            _ => 0.0,
        }
    }
}
