//! What the interval scorer must know of a text beside its words: where sentences and paragraphs start, which words
//! are written otherwise than they are folded, and where hyphenated words were joined. All of it is kept as terms
//! that share the words' positions.

use std::borrow::Cow;

use super::packed::Packed;
use super::words::{WordRef, Words};
use crate::article::Span;

/// The word at this position opens a sentence.
pub const SENTENCE: &str = "\u{1}s";
/// The word at this position opens a paragraph.
pub const PARAGRAPH: &str = "\u{1}p";
/// The word at this position is written otherwise than folded, and not merely with a capital first: how, another mark
/// there tells.
pub const AS_WRITTEN: &str = "\u{1}c";
/// The word at this position is written as it is folded, but for a capital of ASCII first. So are names and what opens sentences,
/// one word in six: marks of their own for each would be a tenth of all terms.
pub const CAPITALISED: &str = "\u{1}C";
/// Stands at the first word of each value of a name field, so that nothing matches across two people.
pub const VALUE: &str = "\u{1}v";

/// Most parts of a joined word: beyond it words are not joined.
pub const MOST_PARTS: u32 = 8;

/// Returns the term that marks where the joined form `folded` of a word of so many parts starts.
pub fn joined(parts: u32, folded: &str) -> String {
    // Not by `format!`: it is asked for each word in each segment.
    ["\u{2}", &parts.to_string(), folded].concat()
}

/// A text, or the pieces of one, as words and marks.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    pub words: Words,
    pub marks: Packed,
    opened: Opened,
}

impl Marked {
    /// Cuts `piece` of `text` and appends its words; spans stay those of `text`.
    pub fn push(&mut self, text: &str, piece: Span, sentences: &[Span], paragraphs: &[Span]) {
        let first = self.words.len();
        self.words.push_piece(text, piece);
        let mut starts = TextStarts::new(sentences, paragraphs, piece.start);
        for word in (first..).map_while(|index| self.words.get(index)) {
            let mut push = |term: &str| self.marks.push(word.position, term);
            if word.parts == 1 {
                self.opened.by(&mut starts, word.span.start).for_each(&mut push);
                match Writing::in_text(word, text) {
                    Writing::AsFolded => {}
                    Writing::Capitalised => push(CAPITALISED),
                    Writing::Otherwise(written) => {
                        push(AS_WRITTEN);
                        push(&written);
                    }
                }
            } else {
                push(&joined(word.parts, word.folded));
            }
        }
    }
}

/// Which sentence and which paragraph of a text the last word stood in.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    sentence: Option<usize>,
    paragraph: Option<usize>,
}

impl Opened {
    /// Returns the marks of what a word opens that starts at `offset`.
    pub fn by(&mut self, starts: &mut TextStarts<'_>, offset: usize) -> impl Iterator<Item = &'static str> {
        let (sentence, paragraph) = (starts.sentences.before(offset), starts.paragraphs.before(offset));
        let opens_sentence = self.sentence.replace(sentence) != Some(sentence);
        let opens_paragraph = self.paragraph.replace(paragraph) != Some(paragraph);
        [opens_sentence.then_some(SENTENCE), opens_paragraph.then_some(PARAGRAPH)].into_iter().flatten()
    }
}

/// Where the sentences and paragraphs of a text start, looked up for offsets which only grow.
pub struct TextStarts<'s> {
    sentences: Starts<'s>,
    paragraphs: Starts<'s>,
}

impl<'s> TextStarts<'s> {
    /// Returns those for offsets from `from` on.
    pub fn new(sentences: &'s [Span], paragraphs: &'s [Span], from: usize) -> Self {
        Self { sentences: Starts::new(sentences, from), paragraphs: Starts::new(paragraphs, from) }
    }
}

/// How a word is written beside its folded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing<'t> {
    AsFolded,
    Capitalised,
    Otherwise(Cow<'t, str>),
}

impl<'t> Writing<'t> {
    /// Returns how a word is written in the text that it was cut from.
    pub fn in_text(word: WordRef<'_>, text: &'t str) -> Self {
        Self::new(written(word.span.of(text)), word.folded)
    }

    /// Returns how a word is written, given as `as_written` returns it.
    pub fn of(written: &'t str, folded: &str) -> Self {
        Self::new(written.into(), folded)
    }

    fn new(written: Cow<'t, str>, folded: &str) -> Self {
        if written == folded {
            return Self::AsFolded;
        }
        match (written.as_bytes().split_first(), folded.as_bytes().split_first()) {
            (Some((large, rest)), Some((small, folded_rest)))
                if large.to_ascii_lowercase() == *small && rest == folded_rest =>
            {
                Self::Capitalised
            }
            _ => Self::Otherwise(written),
        }
    }
}

/// Counts the spans that start before offsets which only grow.
struct Starts<'s> {
    spans: &'s [Span],
    count: usize,
}

impl<'s> Starts<'s> {
    fn new(spans: &'s [Span], from: usize) -> Self {
        Self { spans, count: spans.partition_point(|span| span.start <= from) }
    }

    /// Returns how many spans start at `offset` or before.
    fn before(&mut self, offset: usize) -> usize {
        while self.spans.get(self.count).is_some_and(|span| span.start <= offset) {
            self.count += 1;
        }
        self.count
    }
}

/// Returns a word as `CAPS` compares it: case and accents kept, apostrophes of one kind, nothing invisible.
pub fn as_written(word: &str) -> String {
    written(word).into_owned()
}

fn written(word: &str) -> Cow<'_, str> {
    use unicode_normalization::UnicodeNormalization;
    if word.is_ascii() {
        return word.into();
    }
    let visible = word.nfc().filter(|char| !matches!(char, '\u{ad}' | '\u{200d}' | '\u{2060}' | '\u{feff}'));
    visible.map(|char| if super::words::is_apostrophe(char) { '\'' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::packed::terms;

    fn shown(text: &str, pieces: &[Span], sentences: &[Span], paragraphs: &[Span]) -> String {
        let mut marked = Marked::default();
        for piece in pieces {
            marked.push(text, *piece, sentences, paragraphs);
        }
        let marks = terms(marked.marks.as_str()).map(|(at, term)| format!("{at}{}", term.escape_default()));
        marks.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn marks_stand_at_the_positions_of_their_words() {
        let text = "A cease-fire. It US.\n\nend";
        let whole = Span::new(0, text.len());
        let sentences = [Span::new(0, 13), Span::new(14, 20), Span::new(22, 25)];
        let paragraphs = [Span::new(0, 20), Span::new(22, 25)];
        assert_eq!(
            shown(text, &[whole], &sentences, &paragraphs),
            "0\\u{1}s 0\\u{1}p 0\\u{1}C 1\\u{2}2ceasefire 3\\u{1}s 3\\u{1}C 4\\u{1}c 4US 5\\u{1}s 5\\u{1}p"
        );
        // Two pieces of one sentence follow each other without a new start.
        assert_eq!(shown(text, &[Span::new(2, 7), Span::new(8, 12)], &sentences, &paragraphs), "0\\u{1}s 0\\u{1}p");
    }

    #[test]
    fn a_word_is_capitalised_where_its_first_letter_alone_is_large() {
        for (written, folded, expected) in [
            ("talks", "talks", Writing::AsFolded),
            ("Talks", "talks", Writing::Capitalised),
            ("I", "i", Writing::Capitalised),
            ("TALKS", "talks", Writing::Otherwise("TALKS".into())),
            ("eBay", "ebay", Writing::Otherwise("eBay".into())),
            ("Élan", "elan", Writing::Otherwise("Élan".into())),
            ("Café", "cafe", Writing::Otherwise("Café".into())),
            ("B-52", "b52", Writing::Otherwise("B-52".into())),
            ("", "", Writing::AsFolded),
        ] {
            assert_eq!(Writing::of(written, folded), expected, "{written}");
        }
    }
}
