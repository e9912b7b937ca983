//! In: the attributions of a paragraph, and its quotations that no cue took. Out: the same attributions with the quotations
//! that go on from them, and those for themselves that go on from none.

use std::collections::BTreeMap;

use super::attribution::{Found, SCORE_WITHOUT_CUE};
use super::token::{Analysis, Shape, TokenRange};
use super::unit::{Tag, Unit};

/// Gives quotations that no cue took to the attribution they go on from; those of the paragraph begin at `first`.
pub(super) fn attach_quotations(
    text: &Analysis<'_>,
    units: &[Unit],
    taken: &[bool],
    found: &mut Vec<Found>,
    first: usize,
) {
    let mut unclaimed =
        units.iter().zip(taken).filter(|(unit, taken)| unit.tag == Tag::LongQuote && !**taken).peekable();
    // In most paragraphs there are none.
    if unclaimed.peek().is_none() {
        return;
    }
    let whole_paragraph = units.iter().all(|unit| unit.quotation_only);
    let mut pieces = Pieces::default();
    for (index, found) in found.iter().enumerate().skip(first) {
        pieces.add(text, index, found);
    }
    for (unit, _) in unclaimed {
        let start = unit.tokens.start;
        let nearest = pieces.nearest(start).filter(|_| unit.quotation_only);
        let owner = nearest
            .or_else(|| pieces.interrupted(start))
            .or_else(|| found.len().checked_sub(1).filter(|_| whole_paragraph));
        match owner {
            Some(owner) => {
                found[owner].content.push(unit.tokens);
                pieces.go_on(owner, unit.tokens);
            }
            None if is_title(text, unit) => {}
            None => {
                let alone = Found { content: vec![unit.tokens], cue: None, mention: None, score: SCORE_WITHOUT_CUE };
                pieces.add(text, found.len(), &alone);
                found.push(alone);
            }
        }
    }
}

/// Where the words of a paragraph's attributions begin and end, in tokens: a paragraph may hold thousands of them, and as
/// many quotations that look for theirs.
#[derive(Default)]
struct Pieces {
    /// Number of the attribution by where a piece begins.
    starts: BTreeMap<usize, usize>,
    /// The same by where the last piece ends, of those that a quotation may go on from: they have a cue, and their
    /// pieces are quotations.
    ends: BTreeMap<usize, usize>,
    /// Where the last piece of these ends, by their number.
    end_of: BTreeMap<usize, usize>,
}

impl Pieces {
    fn add(&mut self, text: &Analysis<'_>, number: usize, found: &Found) {
        self.starts.extend(found.content.iter().map(|range| (range.start, number)));
        let is_quotation = found.content.iter().all(|range| text.tokens[range.start].quotation > 0);
        let end = found.content.iter().map(|range| range.end).max();
        if let Some(end) = end.filter(|_| is_quotation && found.cue.is_some()) {
            self.end_at(number, end);
        }
    }

    fn end_at(&mut self, number: usize, end: usize) {
        self.end_of.insert(number, end);
        self.ends.insert(end, number);
    }

    /// Lets an attribution go on with a quotation.
    fn go_on(&mut self, number: usize, quotation: TokenRange) {
        self.starts.insert(quotation.start, number);
        if let Some(&end) = self.end_of.get(&number)
            && end < quotation.end
        {
            self.ends.remove(&end);
            self.end_at(number, quotation.end);
        }
    }

    /// Returns the attribution with the piece that begins nearest to a token; of two the first one.
    fn nearest(&self, token: usize) -> Option<usize> {
        let before = self.starts.range(..=token).next_back();
        let behind = self.starts.range(token..).next();
        before.into_iter().chain(behind).min_by_key(|(start, number)| (start.abs_diff(token), **number)).map(|at| *at.1)
    }

    /// Returns the attribution that a quotation goes on from which begins at a token: "“…,” she said with a smile, “…”".
    fn interrupted(&self, token: usize) -> Option<usize> {
        const MOST_TOKENS_BETWEEN: usize = 40;
        let near = self.ends.range(token.saturating_sub(MOST_TOKENS_BETWEEN)..=token);
        near.map(|(_, &number)| number).max()
    }
}

/// Whether most words begin with a capital: the name of a book, a song, a programme.
fn is_title(text: &Analysis<'_>, unit: &Unit) -> bool {
    let words = text.tokens[unit.tokens.indices()].iter().filter(|token| token.is_word());
    let (mut capitals, mut all) = (0, 0);
    for token in words {
        all += 1;
        capitals += usize::from(token.shape.has(Shape::CAPITAL));
    }
    capitals * 5 >= all * 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::training::Dice;

    /// Pieces without overlaps, each of one of a few attributions.
    fn some_pieces(dice: &mut Dice) -> Vec<(TokenRange, usize)> {
        let mut start = 0;
        let mut piece = || {
            start += (dice.next() % 60) as usize;
            let range = TokenRange::new(start, start + 1 + (dice.next() % 30) as usize);
            start = range.end;
            (range, (dice.next() % 4) as usize)
        };
        (0..12).map(|_| piece()).collect()
    }

    #[test]
    fn owners_are_found_as_by_looking_at_all_pieces() {
        let mut dice = Dice::default();
        for round in 0..200 {
            let mut known = some_pieces(&mut dice);
            let later = known.split_off(6);
            let mut pieces = Pieces::default();
            for &(range, number) in &known {
                pieces.starts.insert(range.start, number);
            }
            for number in 0..4 {
                let end = known.iter().filter(|(_, owner)| *owner == number).map(|(range, _)| range.end).max();
                end.into_iter().for_each(|end| pieces.end_at(number, end));
            }
            for (range, number) in later {
                let token = range.start;
                let distance = |(range, number): &&(TokenRange, usize)| (range.start.abs_diff(token), *number);
                let nearest = known.iter().min_by_key(distance).map(|(_, number)| *number);
                assert_eq!(pieces.nearest(token), nearest, "round {round}, {token}");
                let last_end =
                    |number| known.iter().filter(|(_, owner)| *owner == number).map(|(range, _)| range.end).max();
                let goes_on = |&number: &usize| last_end(number).is_some_and(|end| end <= token && token - end <= 40);
                assert_eq!(pieces.interrupted(token), (0..4).rev().find(goes_on), "round {round}, {token}");
                if known.iter().any(|(_, owner)| *owner == number) {
                    pieces.go_on(number, range);
                    known.push((range, number));
                }
            }
        }
    }
}
