//! The documents of one term, read by blocks, and what it scores in them.

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, Score, TERMINATED};

use super::scored::{Bounds, Scored};

/// Takes those out of some documents, which are in order, that are not wanted.
pub type Keep<'k> = &'k dyn Fn(&mut Vec<DocId>);

/// A term's documents in a segment, read forward.
#[derive(Clone)]
pub struct Listed {
    postings: BlockSegmentPostings,
    /// Place of the next document in the block at hand.
    next: usize,
    scored: Scored,
    bounds: Bounds,
}

impl Listed {
    pub fn new(postings: BlockSegmentPostings, scored: Scored) -> Self {
        let bounds = Bounds::of(&scored);
        Self { postings, next: 0, scored, bounds }
    }

    /// Returns in how many documents the term stands, deleted ones among them.
    pub fn doc_freq(&self) -> u32 {
        self.postings.doc_freq()
    }

    pub fn scored(&self) -> &Scored {
        &self.scored
    }

    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Returns the highest score that it gives.
    pub fn best(&self) -> Score {
        self.bounds.most(u32::MAX)
    }

    /// Returns the document at hand.
    #[inline]
    pub fn doc(&self) -> DocId {
        self.postings.docs().get(self.next).copied().unwrap_or(TERMINATED)
    }

    /// Returns how often the term stands in the document at hand.
    #[inline]
    pub fn often(&self) -> u32 {
        self.postings.freq(self.next)
    }

    /// Returns the documents from the one at hand to the end of its block, and how often the term stands in each.
    #[inline]
    pub fn block(&self) -> (&[DocId], &[u32]) {
        (&self.postings.docs()[self.next..], &self.postings.freqs()[self.next..])
    }

    /// Goes to the first document that is not before `target`, and stays where it is that already.
    #[inline]
    pub fn seek(&mut self, target: DocId) -> DocId {
        let doc = self.postings.docs().get(self.next);
        if doc.is_none_or(|doc| *doc < target) {
            self.next = self.postings.seek(target);
        }
        self.doc()
    }

    /// Passes over so many documents of the block, of which there are more.
    #[inline]
    pub fn pass(&mut self, documents: usize) {
        self.next += documents;
    }

    /// Goes to the first document of the next block.
    pub fn pass_block(&mut self) {
        self.postings.advance();
        self.next = 0;
    }

    /// Reads the documents of the block at hand, as far as `keep` leaves them, and how often the term stands in each; false
    /// where there is no block any more.
    pub fn read_block(&self, keep: Option<Keep<'_>>, kept: &mut Vec<(DocId, u32)>) -> bool {
        let (docs, often) = self.block();
        kept.clear();
        let mut all = docs.iter().copied().zip(often.iter().copied());
        match keep {
            None => kept.extend(all),
            Some(keep) => {
                let mut wanted = docs.to_vec();
                keep(&mut wanted);
                kept.extend(wanted.into_iter().filter_map(|doc| all.find(|(other, _)| *other == doc)));
            }
        }
        !docs.is_empty()
    }
}
