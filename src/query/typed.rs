//! In: text typed between spaces or quotation marks. Out: the words that `index::words` makes of it.

use std::ops::Range;

use super::tree::{Interval, Pattern, Word};
use crate::index::words::{self, cut};

/// One word of what was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Plain(Word),
    Compound(Word),
    /// `U.S.`, which is written `US` too.
    Initials {
        word: Word,
        /// As written without dots.
        capitals: String,
    },
}

/// How the places of typed text are told.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// It stands in the query's text, from this byte on.
    From(usize),
    /// It came with what stands there: a saved query's name; nowhere, for a filter.
    Within(Range<usize>),
}

impl Origin {
    /// Returns where a part of the typed text stands.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        match self {
            Self::From(start) => start + part.start..start + part.end,
            Self::Within(span) => span.clone(),
        }
    }

    /// Returns the origin of what starts so many bytes later.
    pub fn after(&self, bytes: usize) -> Self {
        match self {
            Self::From(start) => Self::From(start + bytes),
            Self::Within(span) => Self::Within(span.clone()),
        }
    }
}

/// Whether anything in a text is a word or stands for one.
pub(super) fn holds_word(text: &str) -> bool {
    text.contains('*') || !cut(text).is_empty()
}

/// Cuts text into its words.
pub(super) fn pieces(text: &str, origin: &Origin) -> Vec<Piece> {
    let words = cut(text);
    let mut pieces = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, more)) = rest.split_first() {
        let joined = more.first().filter(|next| next.parts > 1 && next.position == first.position);
        let Some(joined) = joined else {
            let at = origin.place(first.span.start..first.span.end);
            let word = Word { folded: first.folded.clone(), parts: Vec::new(), at };
            pieces.push(single(word));
            rest = more;
            continue;
        };
        let later = &more[1..(joined.parts as usize).min(more.len())];
        let parts = std::iter::once(first).chain(later).map(|part| part.folded.clone()).collect();
        let at = origin.place(joined.span.start..joined.span.end);
        pieces.push(Piece::Compound(Word { folded: joined.folded.clone(), parts, at }));
        rest = &more[1 + later.len()..];
    }
    pieces
}

fn single(word: Word) -> Piece {
    match capitals(&word.folded) {
        Some(capitals) => Piece::Initials { word, capitals },
        None => Piece::Plain(word),
    }
}

/// Returns how initials are written without dots, if a word is initials: single letters, each with a dot.
fn capitals(folded: &str) -> Option<String> {
    let letters = folded.strip_suffix('.')?;
    Some(letters.split('.').flat_map(str::chars).flat_map(char::to_uppercase).collect())
}

impl Piece {
    pub fn word(&self) -> &Word {
        let (Self::Plain(word) | Self::Compound(word) | Self::Initials { word, .. }) = self;
        word
    }

    /// Returns the piece as exactly this word. Names are never in small letters by accident, and no one can ask how
    /// they are written: there initials match without dots whatever their case.
    pub fn exact(self, is_in_name: bool) -> Interval {
        match self {
            Self::Plain(word) => exact_word(word.folded, word.at),
            Self::Compound(word) if word.parts.iter().any(|part| capitals(part).is_some()) => {
                let parts =
                    word.parts.into_iter().map(|folded| Word { folded, parts: Vec::new(), at: word.at.clone() });
                Interval::Phrase(parts.map(|part| single(part).exact(is_in_name)).collect())
            }
            Self::Compound(word) => Interval::Compound(word),
            Self::Initials { word, capitals } => {
                let solid = match is_in_name {
                    true => Pattern::Exact(words::fold(&capitals)),
                    false => Pattern::AsWritten(capitals),
                };
                let at = word.at.clone();
                Interval::Either(vec![exact_word(word.folded, word.at), Interval::Word { pattern: solid, at }])
            }
        }
    }
}

fn exact_word(folded: String, at: Range<usize>) -> Interval {
    Interval::Word { pattern: Pattern::Exact(folded), at }
}

/// Returns the words in a row, or the one.
pub(super) fn in_a_row(mut intervals: Vec<Interval>) -> Option<Interval> {
    match intervals.len() {
        0 => None,
        1 => intervals.pop(),
        _ => Some(Interval::Phrase(intervals)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = pieces(text, &Origin::From(0)).into_iter().map(|piece| match piece {
            Piece::Plain(word) => word.folded,
            Piece::Compound(word) => format!("{}={}", word.parts.join("+"), word.folded),
            Piece::Initials { word, capitals } => format!("{}|{capitals}", word.folded),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn typed_text_is_cut_as_articles_are() {
        for (typed, expected) in [
            ("Missile,", "missile"),
            ("cease-fire", "cease+fire=ceasefire"),
            ("state-of-siege/war", "state+of+siege=stateofsiege war"),
            ("9/11", "9 11"),
            ("20:48", "20 48"),
            ("3.5", "3.5"),
            ("U.S.", "u.s.|US"),
            ("u.s.a", "u.s.a.|USA"),
            ("U.S.-led", "u.s.+led=u.s.led"),
            ("Iran’s", "iran"),
            ("l’Iran", "l+iran=l'iran"),
            ("北京", "北 京"),
            ("—", ""),
        ] {
            assert_eq!(shown(typed), expected, "{typed}");
        }
    }
}
