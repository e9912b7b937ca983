//! Documents that hold a word of a wildcard or an expression, in one text or several.
//!
//! Hundreds of lists are added up as bits. How often their words stand in a document is not asked: a text counts where
//! one of them stands, which is how other engines score patterns, and ties are told by the day.

use std::fmt;
use std::sync::Arc;

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
    /// Past `deadline` it finds nothing more, and whoever asks has to look at the deadline too.
    pub fn new(texts: Vec<InText>, statistics: &Statistics, deadline: &Deadline) -> Self {
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

struct PatternWeight {
    query: PatternQuery,
    is_scored: bool,
}

impl PatternWeight {
    fn held(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Held> {
        let ordinal = self.query.statistics.ordinal(segment)?;
        let none = || vec![0_u64; segment.max_doc().div_ceil(u64::BITS) as usize];
        let mut held = Held { any: none(), texts: Vec::new(), score: boost };
        for text in self.query.texts.iter() {
            if !self.is_scored {
                self.add(text, segment, ordinal, &mut held.any)?;
            } else if text.words.count(ordinal) > 0 {
                let mut documents = none();
                self.add(text, segment, ordinal, &mut documents)?;
                held.any.iter_mut().zip(&documents).for_each(|(any, bits)| *any |= bits);
                held.texts.push((text.field, documents, text.score * boost));
            }
        }
        Ok(held)
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
        let (doc, count) = (held.first_from(0), held.len());
        Ok(Box::new(PatternScorer { held, doc, count }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let held = self.held(segment, 1.0)?;
        if held.first_from(doc) != doc {
            return Err(does_not_match(doc));
        }
        let mut explanation = Explanation::new("a word of a pattern, sum of", held.score_of(doc));
        for (field, documents, score) in &held.texts {
            if has(documents, doc) {
                let name = segment.schema().get_field_name(*field);
                explanation.add_detail(Explanation::new_with_string(format!("once or more in {name}"), *score));
            }
        }
        Ok(explanation)
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        let held = self.held(segment, 1.0)?;
        Ok(match segment.alive_bitset() {
            Some(alive) => held.documents().filter(|doc| alive.is_alive(*doc)).count() as u32,
            None => held.len(),
        })
    }

    fn for_each(&self, segment: &SegmentReader, each: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        let held = self.held(segment, 1.0)?;
        held.documents().for_each(|doc| each(doc, held.score_of(doc)));
        Ok(())
    }
}

/// Documents as bits.
struct Held {
    /// Those that hold a word in any text.
    any: Vec<u64>,
    /// Those of each text, and what they score; none where nobody asks.
    texts: Vec<(Field, Vec<u64>, Score)>,
    /// Where the texts are not told apart.
    score: Score,
}

fn has(documents: &[u64], doc: DocId) -> bool {
    documents.get((doc / u64::BITS) as usize).is_some_and(|bits| bits >> (doc % u64::BITS) & 1 == 1)
}

impl Held {
    fn documents(&self) -> impl Iterator<Item = DocId> {
        (0..).zip(&self.any).flat_map(|(index, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < u64::BITS).then_some(index * u64::BITS + bit)
            })
        })
    }

    fn len(&self) -> u32 {
        self.any.iter().map(|bits| bits.count_ones()).sum()
    }

    fn first_from(&self, from: DocId) -> DocId {
        let mut index = (from / u64::BITS) as usize;
        let Some(mut bits) = self.any.get(index).map(|bits| bits & u64::MAX << (from % u64::BITS)) else {
            return TERMINATED;
        };
        while bits == 0 {
            index += 1;
            match self.any.get(index) {
                Some(next) => bits = *next,
                None => return TERMINATED,
            }
        }
        index as DocId * u64::BITS + bits.trailing_zeros()
    }

    fn score_of(&self, doc: DocId) -> Score {
        if self.texts.is_empty() {
            return self.score;
        }
        self.texts.iter().filter(|(_, documents, _)| has(documents, doc)).map(|(.., score)| score).sum()
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
        for documents in [&[][..], &[0], &[63, 64], &[5, 6, 190, 191], &[191]] {
            let mut any = vec![0_u64; 3];
            documents.iter().for_each(|doc| any[*doc as usize / 64] |= 1 << (doc % 64));
            let even = any.iter().map(|bits| bits & 0x5555_5555_5555_5555).collect();
            let field = Field::from_field_id(0);
            let held = Held { texts: vec![(field, any.clone(), 1.0), (field, even, 2.0)], any, score: 9.0 };
            assert_eq!(held.documents().collect::<Vec<_>>(), documents);
            assert_eq!(held.len() as usize, documents.len());
            for from in 0..200 {
                let next = documents.iter().copied().find(|doc| *doc >= from).unwrap_or(TERMINATED);
                assert_eq!(held.first_from(from), next, "from {from}");
            }
            for &doc in documents {
                assert_eq!(held.score_of(doc), if doc.is_multiple_of(2) { 3.0 } else { 1.0 }, "{doc}");
            }
        }
    }
}
