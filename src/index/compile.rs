//! In: words and where they stand to each other, as a query says it. Out: a shape over leaves.

use super::proximity::{Divider, Shape};
use crate::query::{Boundary, Interval, Pattern, Word};

/// One word that is sought.
#[derive(Clone, Copy, Debug)]
pub enum Sought<'q> {
    Pattern {
        pattern: &'q Pattern,
        /// Whether it stands alone and is asked for once, so that no positions of it need be read.
        is_alone: bool,
    },
    /// Every inflection of a word.
    Inflections(&'q str),
}

/// Returns the shape of an interval that is asked for `at_least` so often; `new_leaf` makes the leaves and returns their
/// numbers, counted from 0.
///
/// # Errors
/// What `new_leaf` returns.
pub fn shape_of<E>(
    interval: &Interval,
    at_least: u32,
    new_leaf: &mut impl FnMut(Sought<'_>) -> Result<usize, E>,
) -> Result<Shape, E> {
    match interval {
        Interval::Word { pattern, .. } if at_least <= 1 => {
            Ok(Shape::Leaf(new_leaf(Sought::Pattern { pattern, is_alone: true })?))
        }
        other => part(other, new_leaf),
    }
}

fn part<E>(interval: &Interval, new_leaf: &mut impl FnMut(Sought<'_>) -> Result<usize, E>) -> Result<Shape, E> {
    match interval {
        Interval::Word { pattern, .. } => Ok(Shape::Leaf(new_leaf(Sought::Pattern { pattern, is_alone: false })?)),
        Interval::Compound(word) => joined_or_in_parts(word, &mut |word| {
            new_leaf(Sought::Pattern { pattern: &Pattern::Exact(word.to_owned()), is_alone: false })
        }),
        Interval::Inflected(word) => joined_or_in_parts(word, &mut |word| new_leaf(Sought::Inflections(word))),
        Interval::Phrase(operands) => Ok(Shape::Phrase(parts(operands, new_leaf)?)),
        Interval::Either(operands) => {
            // Alternatives part, so that each must read its own lists.
            let operands = operands.iter().map(|operand| part(operand, new_leaf));
            Ok(Shape::Either(operands.collect::<Result<_, _>>()?))
        }
        Interval::Near { operands, within, is_ordered } => {
            Ok(Shape::Near { operands: parts(operands, new_leaf)?, within: *within, is_ordered: *is_ordered })
        }
        Interval::Same { operands, boundary } => {
            let divided_by = match boundary {
                Boundary::Sentence => Divider::Sentence,
                Boundary::Paragraph => Divider::Paragraph,
            };
            Ok(Shape::Same { operands: parts(operands, new_leaf)?, divided_by })
        }
    }
}

/// Makes the shapes of operands that must all be there; one leaf serves for all that are the same word.
fn parts<E>(operands: &[Interval], new_leaf: &mut impl FnMut(Sought<'_>) -> Result<usize, E>) -> Result<Vec<Shape>, E> {
    let mut shapes: Vec<Shape> = Vec::with_capacity(operands.len());
    for (index, operand) in operands.iter().enumerate() {
        let twin = operands[..index].iter().position(|other| is_same_word(other, operand));
        let shape = match twin.map(|twin| shapes[twin].clone()) {
            Some(shape @ Shape::Leaf(_)) => shape,
            _ => part(operand, new_leaf)?,
        };
        shapes.push(shape);
    }
    Ok(shapes)
}

fn joined_or_in_parts<E>(word: &Word, new_leaf: &mut impl FnMut(&str) -> Result<usize, E>) -> Result<Shape, E> {
    let joined = Shape::Leaf(new_leaf(&word.folded)?);
    if word.parts.is_empty() {
        return Ok(joined);
    }
    let parts = word.parts.iter().map(|part| new_leaf(part).map(Shape::Leaf)).collect::<Result<_, _>>()?;
    Ok(Shape::Either(vec![joined, Shape::Phrase(parts)]))
}

fn is_same_word(a: &Interval, b: &Interval) -> bool {
    let same = |a: &Word, b: &Word| a.folded == b.folded && a.parts == b.parts;
    match (a, b) {
        (Interval::Word { pattern: a, .. }, Interval::Word { pattern: b, .. }) => a == b,
        (Interval::Compound(a), Interval::Compound(b)) | (Interval::Inflected(a), Interval::Inflected(b)) => same(a, b),
        _ => false,
    }
}
