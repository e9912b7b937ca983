//! Phrases of single words and pairs of them near each other, counted from their positions alone.
//!
//! Most of what is asked by position is one of these, and most documents that hold the words do not hold them so: for
//! other shapes each document becomes lists of extents first.

use tantivy::{DocId, TERMINATED};

use super::leaf::LeafCursor;
use crate::index::proximity::Shape;

/// How single words are to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    InARow,
    Near { within: u32, is_ordered: bool },
}

/// A shape of single words over the cursors of its leaves.
pub struct SideBySide {
    placed: Placed,
    /// How the same words stand besides, where that is asked.
    also: Option<Placed>,
    /// The leaf of each operand.
    operands: Vec<usize>,
    /// The leaves, the rarest first.
    order: Vec<usize>,
    /// By leaf; read last, kept for their space.
    positions: Vec<Vec<u32>>,
    starts: Vec<u32>,
}

impl SideBySide {
    /// Returns none for other shapes, and where a word covers several positions; `also` is another one of the same words.
    pub fn new(shape: &Shape, also: Option<&Shape>, leaves: &[LeafCursor]) -> Option<Self> {
        let (placed, operands) = placed(shape, leaves)?;
        let also = match also {
            Some(shape) => Some(self::placed(shape, leaves).filter(|(_, same)| *same == operands)?.0),
            None => None,
        };
        let mut order = operands.clone();
        order.sort_by_key(|leaf| (leaves[*leaf].size_hint(), *leaf));
        order.dedup();
        if order.is_empty() {
            return None;
        }
        Some(Self { placed, also, operands, order, positions: vec![Vec::new(); leaves.len()], starts: Vec::new() })
    }

    /// Returns the first document from `target` on that has all of the words.
    pub fn candidate(&self, leaves: &mut [LeafCursor], target: DocId) -> DocId {
        if let [rarer, other] = self.order[..]
            && let Ok([rarer, other]) = leaves.get_disjoint_mut([rarer, other])
        {
            return in_both(rarer, other, target);
        }
        let mut wanted = target;
        'wanted: while wanted < TERMINATED {
            for &leaf in &self.order {
                let doc = leaves[leaf].seek(wanted);
                if doc > wanted {
                    wanted = doc;
                    continue 'wanted;
                }
            }
            return wanted;
        }
        TERMINATED
    }

    /// Returns `target` where that document has all of the words, else a document behind it before which none has.
    pub fn bound(&self, leaves: &mut [LeafCursor], target: DocId) -> DocId {
        let mut bounds = self.order.iter().map(|leaf| leaves[*leaf].seek(target));
        bounds.find(|bound| *bound > target).unwrap_or(target)
    }

    /// Returns at how many places the shape starts in the document on which all of its leaves stand.
    pub fn count(&mut self, leaves: &mut [LeafCursor]) -> u32 {
        for &leaf in &self.order {
            leaves[leaf].positions(&mut self.positions[leaf]);
        }
        self.stands(self.placed)
    }

    /// Returns at how many places the other shape starts in the document that was counted last.
    pub fn count_also(&mut self) -> u32 {
        self.also.map_or(0, |also| self.stands(also))
    }

    fn stands(&mut self, placed: Placed) -> u32 {
        let of = |operand: usize| &self.positions[self.operands[operand]][..];
        match placed {
            Placed::InARow if self.operands.len() == 2 => count_in_a_row(of(0), of(1)),
            Placed::InARow => {
                self.starts.clear();
                self.starts.extend_from_slice(of(0));
                for (distance, &leaf) in (1..).zip(&self.operands[1..]) {
                    keep_followed(&mut self.starts, &self.positions[leaf], distance);
                }
                self.starts.len().try_into().unwrap_or(u32::MAX)
            }
            Placed::Near { within, is_ordered } => count_near(of(0), of(1), within, is_ordered),
        }
    }
}

/// Returns how single words are to stand, and the leaf of each; none for other shapes, and where a word covers several
/// positions.
fn placed(shape: &Shape, leaves: &[LeafCursor]) -> Option<(Placed, Vec<usize>)> {
    let (placed, operands) = match shape {
        Shape::Phrase(operands) => (Placed::InARow, operands),
        Shape::Near { operands, within, is_ordered } if operands.len() == 2 => {
            (Placed::Near { within: *within, is_ordered: *is_ordered }, operands)
        }
        _ => return None,
    };
    let leaf = |operand: &Shape| match operand {
        Shape::Leaf(leaf) if leaves[*leaf].is_of_single_words() => Some(*leaf),
        _ => None,
    };
    Some((placed, operands.iter().map(leaf).collect::<Option<_>>()?))
}

/// Returns the first document from `target` on in which two words stand.
fn in_both(rarer: &mut LeafCursor, other: &mut LeafCursor, target: DocId) -> DocId {
    let mut wanted = target;
    while wanted < TERMINATED {
        let doc = rarer.seek(wanted);
        if doc == TERMINATED {
            break;
        }
        wanted = other.seek(doc);
        if wanted == doc {
            return doc;
        }
    }
    TERMINATED
}

fn count_in_a_row(first: &[u32], second: &[u32]) -> u32 {
    let (mut at, mut count) = (0, 0);
    for &start in first {
        while second.get(at).is_some_and(|next| *next <= start) {
            at += 1;
        }
        count += u32::from(second.get(at) == Some(&(start + 1)));
    }
    count
}

/// Keeps those of `starts` at whose distance one of `positions` stands; both are in order.
fn keep_followed(starts: &mut Vec<u32>, positions: &[u32], distance: u32) {
    let mut at = 0;
    starts.retain(|start| {
        let wanted = start + distance;
        while positions.get(at).is_some_and(|next| *next < wanted) {
            at += 1;
        }
        positions.get(at) == Some(&wanted)
    });
}

/// Counts the positions of either word behind which the other one stands, at most `within` further on; in order those of
/// the first alone.
fn count_near(first: &[u32], second: &[u32], within: u32, is_ordered: bool) -> u32 {
    let (mut a, mut b, mut count) = (0, 0, 0);
    while a < first.len() || b < second.len() {
        let start = match (first.get(a), second.get(b)) {
            (Some(&first), Some(&second)) => first.min(second),
            (Some(&only), None) | (None, Some(&only)) => only,
            (None, None) => break,
        };
        let (is_first, is_second) = (first.get(a) == Some(&start), second.get(b) == Some(&start));
        a += usize::from(is_first);
        b += usize::from(is_second);
        let is_near = |next: Option<&u32>| next.is_some_and(|next| *next <= start.saturating_add(within));
        let is_start = is_first && is_near(second.get(b)) || is_second && !is_ordered && is_near(first.get(a));
        count += u32::from(is_start);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::proximity::{Extent, Stretch};

    /// Random positions of two words, which may be one, from a fixed seed.
    fn texts() -> impl Iterator<Item = [Vec<u32>; 3]> {
        let mut state = 1_u32;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        (0..2_000).map(move |_| {
            [(); 3].map(|()| {
                let mut positions: Vec<u32> = (0..random(9)).map(|_| random(24)).collect();
                positions.sort_unstable();
                positions.dedup();
                positions
            })
        })
    }

    #[test]
    fn counts_are_those_of_extents() {
        let mut found = [0; 5];
        for leaves in texts() {
            let extents = |positions: &Vec<u32>| {
                positions.iter().map(|&start| Extent { start, end: start + 1 }).collect::<Vec<_>>()
            };
            let text = Stretch { leaves: leaves.iter().map(extents).collect(), ..Stretch::default() };
            let near =
                |within, is_ordered| Shape::Near { operands: vec![Shape::Leaf(0), Shape::Leaf(1)], within, is_ordered };
            let twice = |within, is_ordered| Shape::Near { operands: vec![Shape::Leaf(0); 2], within, is_ordered };
            let [first, second, third] = &leaves;
            let mut all = first.clone();
            keep_followed(&mut all, second, 1);
            keep_followed(&mut all, third, 2);
            let within = 1 + first.len() as u32 % 5;
            for (index, (shape, count)) in [
                (Shape::Phrase(vec![Shape::Leaf(0), Shape::Leaf(1)]), count_in_a_row(first, second)),
                (Shape::Phrase((0..3).map(Shape::Leaf).collect()), all.len() as u32),
                (near(within, false), count_near(first, second, within, false)),
                (near(within, true), count_near(first, second, within, true)),
                (twice(within, false), count_near(first, first, within, false)),
            ]
            .into_iter()
            .enumerate()
            {
                assert_eq!(count, shape.count(&text), "{shape:?} in {leaves:?}");
                found[index] += count;
            }
        }
        assert!(found.iter().all(|count| *count > 50), "{found:?}");
    }
}
