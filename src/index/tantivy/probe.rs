//! A scorer that is asked for single documents: whether it stands on them, and not which one comes next.

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError};

/// Where a scorer stands that may have been asked for one document alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Document(DocId),
    /// Before this document there is none; what the scorer says of itself is not to be trusted.
    NoneBefore(DocId),
}

impl At {
    fn after(found: SeekDangerResult, target: DocId) -> Self {
        match found {
            SeekDangerResult::Found => Self::Document(target),
            SeekDangerResult::SeekLowerBound(first) => Self::NoneBefore(first),
        }
    }

    /// Returns the first document on which it may stand.
    pub fn least(self) -> DocId {
        match self {
            Self::Document(doc) | Self::NoneBefore(doc) => doc,
        }
    }
}

/// Returns the error for whoever asks why a document matches that does not.
pub fn does_not_match(doc: DocId) -> TantivyError {
    TantivyError::InvalidArgument(format!("document {doc} does not match"))
}

/// A scorer, and where it stands.
pub struct Probe {
    scorer: Box<dyn Scorer>,
    at: At,
}

impl Probe {
    /// Opens a scorer and looks whether it stands on `target`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn open(weight: &dyn Weight, segment: &SegmentReader, target: DocId, boost: Score) -> tantivy::Result<Self> {
        let (found, scorer) = weight.scorer_danger(segment, target, boost)?;
        Ok(Self { scorer, at: At::after(found, target) })
    }

    /// Takes a scorer that stands on its first document.
    pub fn settled(scorer: Box<dyn Scorer>) -> Self {
        let at = At::Document(scorer.doc());
        Self { scorer, at }
    }

    pub fn at(&self) -> At {
        self.at
    }

    /// Returns the score of the document on which it stands.
    pub fn score(&mut self) -> Score {
        self.scorer.score()
    }

    pub fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    pub fn cost(&self) -> u64 {
        self.scorer.cost()
    }

    /// Looks whether it stands on `target`, and nowhere else.
    pub fn try_at(&mut self, target: DocId) -> At {
        if self.at.least() < target || self.at == At::NoneBefore(target) {
            self.at = match target {
                TERMINATED.. => At::Document(TERMINATED),
                _ => At::after(self.scorer.seek_danger(target), target),
            };
        }
        self.at
    }

    /// Goes to the first document from `target` on.
    pub fn seek(&mut self, target: DocId) -> DocId {
        match self.at {
            At::Document(doc) if doc >= target => {}
            At::Document(_) => self.at = At::Document(self.scorer.seek(target)),
            At::NoneBefore(_) => {
                self.try_at(target);
            }
        }
        while let At::NoneBefore(first) = self.at {
            self.try_at(first);
        }
        self.at.least()
    }
}
