//! In: a text. Out: its words, stems and marks as terms, as a block holds them.

use super::block::BlockTerms;
use crate::article::{Article, Span};
use crate::index::marks::{AS_WRITTEN, Opened, PARAGRAPH, SENTENCE, TextStarts};
use crate::index::stems::Forms;
use crate::index::vocabulary::ShortKey;
use crate::index::words::{WordRef, Words};

/// A text with its sentences and paragraphs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text<'a> {
    text: &'a str,
    sentences: &'a [Span],
    paragraphs: &'a [Span],
}

impl<'a> Text<'a> {
    pub fn body(article: &'a Article) -> Self {
        Self { text: &article.body, sentences: &article.sentences, paragraphs: &article.paragraphs }
    }

    /// Returns the headline, empty where the article has none.
    pub fn headline(article: &'a Article) -> Self {
        Self { text: article.headline.as_deref().unwrap_or_default(), ..Self::default() }
    }
}

/// The terms that mark a text, whatever its words, by their numbers in the block.
pub struct MarkTerms {
    sentence: u32,
    paragraph: u32,
    as_written: u32,
}

impl MarkTerms {
    pub fn new(terms: &mut BlockTerms<'_>) -> Self {
        let [sentence, paragraph, as_written] = [SENTENCE, PARAGRAPH, AS_WRITTEN].map(|mark| terms.term(mark));
        Self { sentence, paragraph, as_written }
    }
}

/// One word and the terms that it leaves, by their numbers in the block.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub word: u32,
    pub stem: u32,
    /// As in `Forms`.
    mark: Option<u32>,
    pub span: Span,
    pub position: u32,
    /// As in `words::Word`.
    pub parts: u32,
}

/// Appends words of `text`.
fn push_items(items: &mut Vec<Item>, words: &Words, text: &str, terms: &mut BlockTerms<'_>) {
    // A joined word is printed as its first part is.
    let key = |word: WordRef<'_>| ShortKey::at(text, word.span).filter(|_| word.parts == 1);
    let keys: Vec<_> = words.iter().map(key).collect();
    let remembered = terms.stems.remembered(&keys);
    let forms: Vec<Forms> = words
        .iter()
        .zip(keys)
        .zip(remembered)
        .map(|((word, key), remembered)| remembered.unwrap_or_else(|| terms.stems.forms(word, text, key)))
        .collect();
    terms.stems.numbers.fetch(forms.iter().flat_map(|forms| [forms.word, forms.stem]));
    for (word, Forms { word: id, stem, mark }) in words.iter().zip(forms) {
        items.push(Item {
            word: terms.number(id),
            stem: terms.number(stem),
            mark: mark.map(|mark| terms.number(mark)),
            span: word.span,
            position: word.position,
            parts: word.parts,
        });
    }
}

/// A text, or pieces of one, cut into words.
#[derive(Default)]
pub struct Cut<'a> {
    text: Text<'a>,
    /// Of a whole text, the words as they were cut.
    words: Words,
    pub items: Vec<Item>,
    /// Marks at the positions of words.
    pub marks: Vec<(u32, u32)>,
    opened: Opened,
}

impl<'a> Cut<'a> {
    /// Cuts all of a text.
    pub fn whole(text: Text<'a>, marks: &MarkTerms, terms: &mut BlockTerms<'_>) -> Self {
        let mut cut = Self { text, ..Self::default() };
        let piece = Span::new(0, text.text.len());
        cut.words.push_piece(text.text, piece);
        cut.items.reserve(cut.words.len());
        push_items(&mut cut.items, &cut.words, text.text, terms);
        cut.mark_from(0, text, piece, marks);
        cut
    }

    /// Appends the words of a piece of the text of `whole`, taken from there unless the piece alone may be cut
    /// otherwise.
    pub fn push_part(&mut self, whole: &Cut<'_>, piece: Span, marks: &MarkTerms, terms: &mut BlockTerms<'_>) {
        if whole.text.text.get(piece.range()).is_none() {
            return;
        }
        let first = self.items.len();
        let position = self.items.last().map_or(0, |last| last.position + 1);
        match whole.words.part(whole.text.text, piece) {
            Some(range) => {
                let items = &whole.items[range];
                let from = items.first().map_or(0, |item| item.position);
                self.items.extend(items.iter().map(|item| Item { position: item.position - from + position, ..*item }));
            }
            None => {
                self.words.clear();
                self.words.push_piece(whole.text.text, piece);
                push_items(&mut self.items, &self.words, whole.text.text, terms);
                self.items[first..].iter_mut().for_each(|item| item.position += position);
            }
        }
        self.mark_from(first, whole.text, piece, marks);
    }

    fn mark_from(&mut self, first: usize, text: Text<'_>, piece: Span, marks: &MarkTerms) {
        let mut starts = TextStarts::new(text.sentences, text.paragraphs, piece.start);
        for item in &self.items[first..] {
            let mut push = |mark| self.marks.push((item.position, mark));
            if item.parts == 1 {
                for opens in self.opened.by(&mut starts, item.span.start) {
                    push(if opens == SENTENCE { marks.sentence } else { marks.paragraph });
                }
                if item.mark.is_some() {
                    push(marks.as_written);
                }
            }
            item.mark.into_iter().for_each(push);
        }
    }

    /// Returns the words that start in `span`.
    pub fn starting_within(&self, span: Span) -> &[Item] {
        &self.items[self.words.starting_within(span)]
    }

    /// Takes everything out, to be filled with pieces of another text.
    pub fn clear(&mut self) {
        self.items.clear();
        self.marks.clear();
        self.opened = Opened::default();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    proptest::proptest! {
        #[test]
        fn a_word_printed_alike_is_folded_alike(text in "[aAbsSlL1.,'’\\-é\u{301}ßİ日ー\u{1f1e9}\u{1f1ea}\u{fe0f}☀ ]{0,200}") {
            let mut words = Words::default();
            words.push_piece(&text, Span::new(0, text.len()));
            let mut folded = HashMap::new();
            for word in words.iter().filter(|word| word.parts == 1) {
                let before = folded.insert(word.span.of(&text), word.folded);
                assert!(before.is_none_or(|before| before == word.folded), "{:?}", word.span.of(&text));
            }
        }
    }
}
