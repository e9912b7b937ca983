//! Documents that hold a word of a wildcard or an expression, in one text or several.
//!
//! Hundreds of lists are added up as bits. How often their words stand in a document is not asked: a text counts where
//! one of them stands, which is how other engines score patterns, and ties are told by the day. There are as few scores as
//! there are ways to stand in the texts, so that those of the highest are visited first, and mostly no others.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::fastfield::AliveBitSet;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::leaf::Leaf;
use super::probe::does_not_match;
use super::statistics::Statistics;
use crate::index::deadline::Deadline;

/// The words that a pattern stands for in one text.
#[derive(Debug)]
pub struct InText {
    pub field: Field,
    pub words: Leaf,
    /// What a document scores that holds one of them.
    pub score: Score,
}

/// Documents that hold a word of a pattern in one of several texts; the scores of texts add up.
#[derive(Clone)]
pub struct PatternQuery {
    texts: Arc<Vec<InText>>,
    /// Of the commit; of which kind does not matter.
    statistics: Statistics,
    deadline: Deadline,
}

impl PatternQuery {
    /// Takes one text or two. Past `deadline` it finds nothing more, and whoever asks has to look at the deadline too.
    pub fn new(texts: Vec<InText>, statistics: &Statistics, deadline: &Deadline) -> Self {
        debug_assert!(texts.len() <= 2);
        Self { texts: Arc::new(texts), statistics: statistics.clone(), deadline: deadline.clone() }
    }
}

impl fmt::Debug for PatternQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pattern({:?})", self.texts)
    }
}

impl Query for PatternQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(PatternWeight { query: self.clone(), is_scored: scoring.is_scoring_enabled() }))
    }
}

impl PatternQuery {
    /// Returns its weight, with scores, for those who want to visit what it finds.
    pub fn pattern_weight(&self) -> PatternWeight {
        PatternWeight { query: self.clone(), is_scored: true }
    }
}

/// How what `PatternQuery` finds is scored.
#[derive(Clone)]
pub struct PatternWeight {
    query: PatternQuery,
    is_scored: bool,
}

impl PatternWeight {
    /// Returns how many living documents of a segment are found; calls `each` with those whose score is above a threshold,
    /// and with the score: above the one given, and then what `each` returned last. They come in no order.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn visit(
        &self,
        segment: &SegmentReader,
        mut threshold: Score,
        mut each: impl FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<u64> {
        let held = self.held(segment, 1.0)?;
        let alive = segment.alive_bitset();
        for kind in held.kinds() {
            if kind.score <= threshold {
                break;
            }
            held.visit_kind(&kind, |doc| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    threshold = each(doc, kind.score);
                }
                if kind.score > threshold { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        }
        Ok(held.count(alive).into())
    }

    fn held(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Held> {
        let ordinal = self.query.statistics.ordinal(segment)?;
        let none = || vec![0_u64; segment.max_doc().div_ceil(u64::BITS) as usize];
        let mut texts = Vec::new();
        for text in self.query.texts.iter().filter(|text| text.words.count(ordinal) > 0) {
            if self.is_scored || texts.is_empty() {
                let (field, score) = if self.is_scored { (Some(text.field), text.score) } else { (None, 1.0) };
                texts.push(HeldInText { field, documents: none(), score: score * boost });
            }
            if let Some(held) = texts.last_mut() {
                self.add(text, segment, ordinal, &mut held.documents)?;
            }
        }
        Ok(Held { texts })
    }

    /// Adds the documents of every word of a text to `bits`.
    fn add(&self, text: &InText, segment: &SegmentReader, ordinal: usize, bits: &mut [u64]) -> tantivy::Result<()> {
        let inverted = segment.inverted_index(text.field)?;
        for info in text.words.lists(ordinal) {
            if self.query.deadline.is_over() {
                break;
            }
            let mut list = inverted.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            while !list.docs().is_empty() {
                for &doc in list.docs() {
                    bits[(doc / u64::BITS) as usize] |= 1 << (doc % u64::BITS);
                }
                list.advance();
            }
        }
        Ok(())
    }
}

impl Weight for PatternWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let held = self.held(segment, boost)?;
        let (doc, count) = (held.first_from(0), held.count(None));
        Ok(Box::new(PatternScorer { held, doc, count }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let held = self.held(segment, 1.0)?;
        if held.first_from(doc) != doc {
            return Err(does_not_match(doc));
        }
        let mut explanation = Explanation::new("a word of a pattern, sum of", held.score_of(doc));
        for text in held.texts.iter().filter(|text| text.has(doc)) {
            let Some(field) = text.field else { continue };
            let name = segment.schema().get_field_name(field);
            explanation.add_detail(Explanation::new_with_string(format!("once or more in {name}"), text.score));
        }
        Ok(explanation)
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        Ok(self.held(segment, 1.0)?.count(segment.alive_bitset()))
    }

    fn for_each(&self, segment: &SegmentReader, each: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        let held = self.held(segment, 1.0)?;
        held.visit(|doc| each(doc, held.score_of(doc)));
        Ok(())
    }
}

/// Documents as bits, by the texts that hold a word.
struct Held {
    /// One for all of them where nobody asks which it is.
    texts: Vec<HeldInText>,
}

struct HeldInText {
    field: Option<Field>,
    documents: Vec<u64>,
    score: Score,
}

impl HeldInText {
    fn has(&self, doc: DocId) -> bool {
        self.documents.get((doc / u64::BITS) as usize).is_some_and(|bits| bits >> (doc % u64::BITS) & 1 == 1)
    }
}

/// Documents that hold a word in the same texts.
struct HeldAlike {
    score: Score,
    /// Of the first and the second text what is to be changed in its bits, so that all are set where it is as wanted.
    changed: [u64; 2],
}

/// Calls `visit` with the documents that are set in numbers of 64 bits, in order, as long as it wants more.
fn visit_documents(bits: impl Iterator<Item = u64>, mut visit: impl FnMut(DocId) -> ControlFlow<()>) {
    for (index, bits) in (0..).zip(bits) {
        let mut left = bits;
        while left != 0 {
            if visit(index * u64::BITS + left.trailing_zeros()).is_break() {
                return;
            }
            left &= left - 1;
        }
    }
}

impl Held {
    /// Returns the bits of the first and the second text; of a single one both are its own.
    fn bits(&self) -> impl Iterator<Item = (u64, u64)> {
        let (first, second) = match &self.texts[..] {
            [] => (&[][..], &[][..]),
            [only] => (&only.documents[..], &only.documents[..]),
            [first, second, ..] => (&first.documents[..], &second.documents[..]),
        };
        first.iter().copied().zip(second.iter().copied())
    }

    fn count(&self, alive: Option<&AliveBitSet>) -> u32 {
        let any = self.bits().map(|(first, second)| first | second);
        let Some(alive) = alive else { return any.map(u64::count_ones).sum() };
        let mut count = 0;
        visit_documents(any, |doc| {
            count += u32::from(alive.is_alive(doc));
            ControlFlow::Continue(())
        });
        count
    }

    /// Returns in which texts documents may hold a word together, those first that score highest so.
    fn kinds(&self) -> Vec<HeldAlike> {
        let mut kinds: Vec<HeldAlike> = match &self.texts[..] {
            [] => Vec::new(),
            [only] => vec![HeldAlike { score: only.score, changed: [0, 0] }],
            [first, second, ..] => vec![
                HeldAlike { score: first.score + second.score, changed: [0, 0] },
                HeldAlike { score: first.score, changed: [0, u64::MAX] },
                HeldAlike { score: second.score, changed: [u64::MAX, 0] },
            ],
        };
        kinds.sort_by(|a, b| b.score.total_cmp(&a.score));
        kinds
    }

    fn visit_kind(&self, kind: &HeldAlike, visit: impl FnMut(DocId) -> ControlFlow<()>) {
        let [first_changed, second_changed] = kind.changed;
        visit_documents(self.bits().map(|(first, second)| (first ^ first_changed) & (second ^ second_changed)), visit);
    }

    fn visit(&self, mut visit: impl FnMut(DocId)) {
        visit_documents(self.bits().map(|(first, second)| first | second), |doc| {
            visit(doc);
            ControlFlow::Continue(())
        });
    }

    fn first_from(&self, from: DocId) -> DocId {
        let skipped = from / u64::BITS;
        let mut first = TERMINATED;
        let any = self.bits().skip(skipped as usize).map(|(first, second)| first | second);
        let masks = std::iter::once(u64::MAX << (from % u64::BITS)).chain(std::iter::repeat(u64::MAX));
        visit_documents(any.zip(masks).map(|(any, mask)| any & mask), |doc| {
            first = skipped * u64::BITS + doc;
            ControlFlow::Break(())
        });
        first
    }

    fn score_of(&self, doc: DocId) -> Score {
        self.texts.iter().filter(|text| text.has(doc)).map(|text| text.score).sum()
    }
}

struct PatternScorer {
    held: Held,
    doc: DocId,
    count: u32,
}

impl DocSet for PatternScorer {
    fn advance(&mut self) -> DocId {
        if self.doc < TERMINATED {
            self.doc = self.held.first_from(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.held.first_from(target);
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.count
    }
}

impl Scorer for PatternScorer {
    fn score(&mut self) -> Score {
        self.held.score_of(self.doc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_documents() {
        for documents in [&[][..], &[0], &[63, 64], &[5, 6, 190, 191], &[191], &[2, 3, 64, 65, 130]] {
            let mut any = vec![0_u64; 3];
            documents.iter().for_each(|doc| any[*doc as usize / 64] |= 1 << (doc % 64));
            let even = any.iter().map(|bits| bits & 0x5555_5555_5555_5555).collect();
            let of = |documents, score| HeldInText { field: None, documents, score };
            let held = Held { texts: vec![of(any, 1.0), of(even, 2.0)] };
            let mut visited = Vec::new();
            held.visit(|doc| visited.push(doc));
            assert_eq!(visited, documents);
            assert_eq!(held.count(None) as usize, documents.len());
            for from in 0..200 {
                let next = documents.iter().copied().find(|doc| *doc >= from).unwrap_or(TERMINATED);
                assert_eq!(held.first_from(from), next, "from {from}");
            }
            let score = |doc: &u32| if doc.is_multiple_of(2) { 3.0 } else { 1.0 };
            for doc in documents {
                assert_eq!(held.score_of(*doc), score(doc), "{doc}");
            }
            let kinds = held.kinds();
            assert_eq!(kinds.iter().map(|kind| kind.score).collect::<Vec<_>>(), [3.0, 2.0, 1.0]);
            for kind in kinds {
                let expected: Vec<u32> = documents.iter().copied().filter(|doc| score(doc) == kind.score).collect();
                for most in [1, usize::MAX] {
                    let mut visited = Vec::new();
                    held.visit_kind(&kind, |doc| {
                        visited.push(doc);
                        if visited.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                    });
                    assert_eq!(visited, expected[..expected.len().min(most)], "{}", kind.score);
                }
            }
        }
        let nothing = Held { texts: Vec::new() };
        assert_eq!((nothing.count(None), nothing.first_from(0), nothing.kinds().len()), (0, TERMINATED, 0));
    }
}
