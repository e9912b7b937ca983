//! In: a shape and the postings of its words in a segment. Out: the documents in which it stands, and how often.

use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, TERMINATED, Term};

use super::gathered::Gathered;
use super::interval::Part;
use super::leaf::{Leaf, LeafCursor, seek};
use super::probe::At;
use super::side_by_side::SideBySide;
use crate::index::deadline::Deadline;
use crate::index::proximity::{Divider, Extent, Shape, Stretch, count_of_starts};

/// Looks at the deadline now and then.
pub struct Watch {
    deadline: Deadline,
    /// Documents so far.
    looked_at: u32,
}

/// Documents between two looks at the clock, which takes less time than the positions of one.
const LOOKED_AT_BETWEEN: u32 = 8;

impl Watch {
    pub fn new(deadline: Deadline) -> Self {
        Self { deadline, looked_at: 0 }
    }

    /// Counts a document that is looked at; returns whether there is no time for it.
    pub fn is_over(&mut self) -> bool {
        self.looked_at = self.looked_at.wrapping_add(1);
        self.looked_at.is_multiple_of(LOOKED_AT_BETWEEN) && self.deadline.is_over()
    }
}

/// Where a shape stands in one text of a segment.
pub enum Finder {
    /// A word is missing in the segment.
    Nowhere,
    Positions(Positions),
    /// Many lists of one word.
    Gathered {
        gathered: Gathered,
        doc: DocId,
    },
}

impl Finder {
    /// Goes to the first document from `target` on that may match.
    pub fn candidate(&mut self, target: DocId) -> DocId {
        match self {
            Self::Nowhere => TERMINATED,
            Self::Positions(positions) => positions.seek(target),
            Self::Gathered { gathered, doc } => {
                if *doc < target {
                    *doc = gathered.next(target);
                }
                *doc
            }
        }
    }

    /// Goes to `target` where that may match, else returns a document behind it before which none does.
    pub fn try_at(&mut self, target: DocId) -> DocId {
        match self {
            Self::Positions(positions) => positions.try_at(target),
            Self::Nowhere | Self::Gathered { .. } => self.candidate(target),
        }
    }

    /// Returns the first document from `target` on in which it stands, and how often it does.
    pub fn next(&mut self, target: DocId, watch: &mut Watch) -> (DocId, u32) {
        if let Self::Positions(positions) = self {
            return positions.next(target, watch);
        }
        let doc = self.candidate(target);
        (doc, self.count(doc))
    }

    /// Returns how often the other shape stands in the document that was counted last.
    pub fn count_also(&mut self) -> u32 {
        match self {
            Self::Positions(positions) => positions.count_also(),
            Self::Nowhere | Self::Gathered { .. } => 0,
        }
    }

    pub fn count(&mut self, doc: DocId) -> u32 {
        match self {
            Self::Positions(positions) if positions.at == At::Document(doc) => positions.count(doc),
            Self::Gathered { gathered, doc: own } if *own == doc => gathered.count(doc),
            _ => 0,
        }
    }
}

/// A shape over posting lists that are read in step.
pub struct Positions {
    parts: Arc<Vec<Part>>,
    index: usize,
    leaves: Vec<LeafCursor>,
    dividers: Vec<(Divider, SegmentPostings)>,
    stretch: Stretch,
    /// For the shapes that are asked for most.
    direct: Option<SideBySide>,
    /// A document stands here that holds every word which the shape needs, somewhere.
    at: At,
}

impl Positions {
    /// Opens the words of one of some parts in a segment, before the first document is looked for.
    ///
    /// # Errors
    /// If the postings cannot be read.
    pub fn open(
        parts: &Arc<Vec<Part>>,
        index: usize,
        (ordinal, segment): (usize, &SegmentReader),
        deadline: &Deadline,
    ) -> tantivy::Result<Self> {
        let part = &parts[index];
        let option = match part.is_one_word() {
            true => IndexRecordOption::WithFreqs,
            false => IndexRecordOption::WithFreqsAndPositions,
        };
        let mut leaves = Vec::with_capacity(part.leaves.len());
        for leaf in &part.leaves {
            leaves.push(leaf.cursor(segment, ordinal, part.fields, option)?);
        }
        let mut dividers = Vec::new();
        for (divider, field, term) in part.dividers() {
            let inverted = segment.inverted_index(field)?;
            let term = Term::from_field_text(field, term);
            if let Some(postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
                dividers.push((divider, postings));
            }
        }
        let until = Some(deadline.clone());
        let stretch = Stretch { until, leaves: vec![Vec::new(); leaves.len()], ..Stretch::default() };
        let direct = if part.is_lead { None } else { SideBySide::new(&part.shape, part.also.as_ref(), &leaves) };
        Ok(Self { parts: parts.clone(), index, leaves, dividers, stretch, direct, at: At::NoneBefore(0) })
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let first = match self.at {
            At::Document(doc) if doc >= target => return doc,
            At::Document(_) => target,
            At::NoneBefore(first) => first.max(target),
        };
        let doc = match &self.direct {
            Some(direct) => direct.candidate(&mut self.leaves, first),
            None => candidate(&self.parts[self.index].shape, &mut self.leaves, first),
        };
        self.at = At::Document(doc);
        doc
    }

    /// Returns the first document from `target` on in which the shape stands, and how often it does.
    fn next(&mut self, target: DocId, watch: &mut Watch) -> (DocId, u32) {
        let mut doc = self.seek(target);
        while doc < TERMINATED && !watch.is_over() {
            match self.count(doc) {
                0 => doc = self.seek(doc + 1),
                count => return (doc, count),
            }
        }
        (TERMINATED, 0)
    }

    fn try_at(&mut self, target: DocId) -> DocId {
        if self.at.least() < target || self.at == At::NoneBefore(target) {
            let first = match &self.direct {
                Some(direct) => direct.bound(&mut self.leaves, target),
                None => bound(&self.parts[self.index].shape, &mut self.leaves, target),
            };
            self.at = if first == target { At::Document(target) } else { At::NoneBefore(first) };
        }
        self.at.least()
    }

    /// Returns how often the other shape stands in the document that was counted last.
    fn count_also(&mut self) -> u32 {
        match (&mut self.direct, &self.parts[self.index].also) {
            (_, None) => 0,
            (Some(direct), Some(_)) => direct.count_also(),
            (None, Some(also)) => also.count(&self.stretch),
        }
    }

    /// Returns how often the shape stands in the document on which it is.
    fn count(&mut self, doc: DocId) -> u32 {
        if let Some(direct) = &mut self.direct {
            return direct.count(&mut self.leaves);
        }
        let part = &self.parts[self.index];
        if part.is_one_word() {
            return self.leaves[0].frequency();
        }
        for (leaf, extents) in self.leaves.iter_mut().zip(&mut self.stretch.leaves) {
            if leaf.doc() == doc {
                leaf.extents(doc, extents);
            } else {
                extents.clear();
            }
        }
        for (divider, postings) in &mut self.dividers {
            let starts = self.stretch.starts_mut(*divider);
            starts.clear();
            if seek(postings, doc) == doc {
                postings.positions(starts);
            }
        }
        if !part.is_lead {
            return part.shape.count(&self.stretch);
        }
        // Of two windows that begin with one word the shorter may lie within the lead.
        let mut extents = part.shape.every_extent(&self.stretch);
        keep_lead(&mut extents, &self.stretch.paragraphs);
        count_of_starts(&extents)
    }
}

/// Whether a segment has the words which a shape needs.
pub fn may_stand(shape: &Shape, leaves: &[Arc<Leaf>], ordinal: usize) -> bool {
    match shape {
        Shape::Leaf(leaf) => leaves[*leaf].count(ordinal) > 0,
        Shape::Either(operands) => operands.iter().any(|operand| may_stand(operand, leaves, ordinal)),
        Shape::Phrase(operands) | Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            operands.iter().all(|operand| may_stand(operand, leaves, ordinal))
        }
    }
}

/// Keeps what stands in the first paragraph.
fn keep_lead(extents: &mut Vec<Extent>, paragraphs: &[u32]) {
    let end = paragraphs.get(1).copied().unwrap_or(u32::MAX);
    extents.retain(|extent| extent.end <= end);
}

/// Returns `target` where that document has the words which a shape needs, wherever they stand; else a document behind it
/// before which none has them. No list goes further than it must.
fn bound(shape: &Shape, leaves: &mut [LeafCursor], target: DocId) -> DocId {
    match shape {
        Shape::Leaf(leaf) => leaves[*leaf].seek(target),
        Shape::Either(operands) => {
            operands.iter().map(|operand| bound(operand, leaves, target)).min().unwrap_or(TERMINATED)
        }
        Shape::Phrase(operands) | Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            let mut bounds = operands.iter().map(|operand| bound(operand, leaves, target));
            bounds.find(|bound| *bound > target).unwrap_or(target)
        }
    }
}

/// Returns the first document from `target` on that has the words which a shape needs, wherever they stand.
fn candidate(shape: &Shape, leaves: &mut [LeafCursor], target: DocId) -> DocId {
    if target >= TERMINATED {
        return TERMINATED;
    }
    match shape {
        Shape::Leaf(leaf) => leaves[*leaf].seek(target),
        Shape::Either(operands) => {
            operands.iter().map(|operand| candidate(operand, leaves, target)).min().unwrap_or(TERMINATED)
        }
        Shape::Phrase(operands) | Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            let mut wanted = target;
            let mut agreed = 0;
            while agreed < operands.len() {
                for operand in operands {
                    let doc = candidate(operand, leaves, wanted);
                    if doc == TERMINATED {
                        return TERMINATED;
                    }
                    agreed = if doc == wanted { agreed + 1 } else { 1 };
                    wanted = doc;
                    if agreed >= operands.len() {
                        break;
                    }
                }
            }
            wanted
        }
    }
}
