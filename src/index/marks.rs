//! What the interval scorer must know of a text beside its words: where sentences and paragraphs start, which words
//! are written otherwise than they are folded, and where hyphenated words were joined. All of it is kept as terms
//! that share the words' positions.

use super::words::Word;
use crate::article::Span;

/// The word at this position opens a sentence.
pub const SENTENCE: &str = "\u{1}s";
/// The word at this position opens a paragraph.
pub const PARAGRAPH: &str = "\u{1}p";
/// The word at this position is written otherwise than folded: it has capitals or accents.
pub const AS_WRITTEN: &str = "\u{1}c";

/// Most parts of a joined word: beyond it words are not joined.
pub const MOST_PARTS: u32 = 8;

/// Returns the term that marks where the joined form `folded` of a word of so many parts starts.
pub fn joined(parts: u32, folded: &str) -> String {
    format!("\u{2}{parts}{folded}")
}

/// A text, or the pieces of one, as words and marks.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    pub words: Vec<Word>,
    /// Position and term, in order of position.
    pub marks: Vec<(u32, String)>,
    sentences_seen: Option<usize>,
    paragraphs_seen: Option<usize>,
}

impl Marked {
    /// Cuts `piece` of `text` and appends its words; spans stay those of `text`.
    pub fn push(&mut self, text: &str, piece: Span, sentences: &[Span], paragraphs: &[Span]) {
        let first = self.words.last().map_or(0, |last| last.position + 1);
        for word in super::words::cut(piece.of(text)) {
            let span = Span::new(word.span.start + piece.start, word.span.end + piece.start);
            let position = word.position + first;
            self.mark(text, span, position, &word, sentences, paragraphs);
            self.words.push(Word { span, position, ..word });
        }
    }

    fn mark(&mut self, text: &str, span: Span, at: u32, word: &Word, sentences: &[Span], paragraphs: &[Span]) {
        if word.parts > 1 {
            self.marks.push((at, joined(word.parts, &word.folded)));
            return;
        }
        let sentence = sentences.partition_point(|sentence| sentence.start <= span.start);
        if self.sentences_seen.replace(sentence) != Some(sentence) {
            self.marks.push((at, SENTENCE.to_owned()));
        }
        let paragraph = paragraphs.partition_point(|paragraph| paragraph.start <= span.start);
        if self.paragraphs_seen.replace(paragraph) != Some(paragraph) {
            self.marks.push((at, PARAGRAPH.to_owned()));
        }
        let written = as_written(span.of(text));
        if written != word.folded {
            self.marks.push((at, AS_WRITTEN.to_owned()));
            self.marks.push((at, written));
        }
    }
}

/// Returns a word as `CAPS` compares it: case and accents kept, apostrophes of one kind, nothing invisible.
pub fn as_written(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if word.is_ascii() {
        return word.to_owned();
    }
    let visible = word.nfc().filter(|char| !matches!(char, '\u{ad}' | '\u{200d}' | '\u{2060}' | '\u{feff}'));
    visible.map(|char| if super::words::is_apostrophe(char) { '\'' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, pieces: &[Span], sentences: &[Span], paragraphs: &[Span]) -> String {
        let mut marked = Marked::default();
        for piece in pieces {
            marked.push(text, *piece, sentences, paragraphs);
        }
        let marks = marked.marks.iter().map(|(at, term)| format!("{at}{}", term.escape_default()));
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
            "0\\u{1}s 0\\u{1}p 0\\u{1}c 0A 1\\u{2}2ceasefire 3\\u{1}s 3\\u{1}c 3It 4\\u{1}c 4US 5\\u{1}s 5\\u{1}p"
        );
        // Two pieces of one sentence follow each other without a new start.
        assert_eq!(shown(text, &[Span::new(2, 7), Span::new(8, 12)], &sentences, &paragraphs), "0\\u{1}s 0\\u{1}p");
    }
}
