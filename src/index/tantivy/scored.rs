//! How a term is scored in a document, and at most.

use std::array;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::Bm25Weight;
use tantivy::{DocId, Score};

/// Frequencies whose best score is remembered; few words stand more often in a text.
pub const REMEMBERED: usize = 16;

/// How a term is scored.
#[derive(Clone)]
pub struct Scored {
    similarity: Bm25Weight,
    norms: FieldNormReader,
}

impl Scored {
    pub fn new(similarity: Bm25Weight, norms: FieldNormReader) -> Self {
        Self { similarity, norms }
    }

    /// Returns the length of a document's text, as the engine codes it.
    #[inline]
    pub fn length(&self, doc: DocId) -> u8 {
        self.norms.fieldnorm_id(doc)
    }

    /// Returns the score of a document in which the term stands so often.
    #[inline]
    pub fn score(&self, doc: DocId, often: u32) -> Score {
        self.similarity.score(self.length(doc), often)
    }
}

/// By how often a term stands in a document, what it scores at most: in the shortest one. The last is for all beyond.
#[derive(Clone)]
pub struct Bounds([Score; REMEMBERED]);

impl Bounds {
    pub fn of(scored: &Scored) -> Self {
        // The engine's own bound is taken from the longest document, and too low where the mean is short.
        Self(array::from_fn(|often| {
            let often = if often == REMEMBERED - 1 { u32::MAX } else { often as u32 };
            scored.similarity.score(0, often)
        }))
    }

    /// Returns the highest score of a document in which the term stands so often.
    #[inline]
    pub fn most(&self, often: u32) -> Score {
        self.0[(often as usize).min(REMEMBERED - 1)]
    }
}
