//! In: a text. Out: its words, stems and marks as terms, as a block holds them.

use crate::article::{Article, Span};
use crate::index::marks::{AS_WRITTEN, Opened, PARAGRAPH, SENTENCE, TextStarts, joined, written_otherwise};
use crate::index::stems::{Stems, TermId};
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

/// The terms that mark a text, whatever its words.
pub struct MarkTerms {
    sentence: TermId,
    paragraph: TermId,
    as_written: TermId,
}

impl MarkTerms {
    pub fn new(stems: &mut Stems) -> Self {
        let [sentence, paragraph, as_written] = [SENTENCE, PARAGRAPH, AS_WRITTEN].map(|mark| stems.term(mark));
        Self { sentence, paragraph, as_written }
    }
}

/// One word and the terms that it leaves.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub word: TermId,
    pub stem: TermId,
    /// The form in which it is written, if that is not the folded one; of a joined word what marks it.
    mark: Option<TermId>,
    pub span: Span,
    pub position: u32,
    /// As in `words::Word`.
    pub parts: u32,
}

impl Item {
    fn new(word: WordRef<'_>, text: &str, stems: &mut Stems) -> Self {
        let mark = match word.parts {
            1 => written_otherwise(word, text).map(|written| stems.term(&written)),
            parts => Some(stems.term(&joined(parts, word.folded))),
        };
        let id = stems.term(word.folded);
        let stem = stems.stem_of(id);
        Self { word: id, stem, mark, span: word.span, position: word.position, parts: word.parts }
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
    pub marks: Vec<(u32, TermId)>,
    opened: Opened,
}

impl<'a> Cut<'a> {
    /// Cuts all of a text.
    pub fn whole(text: Text<'a>, marks: &MarkTerms, stems: &mut Stems) -> Self {
        let mut cut = Self { text, ..Self::default() };
        let piece = Span::new(0, text.text.len());
        cut.words.push_piece(text.text, piece);
        let items = cut.words.iter().map(|word| Item::new(word, text.text, stems)).collect();
        cut.items = items;
        cut.mark_from(0, text, piece, marks);
        cut
    }

    /// Appends the words of a piece of the text of `whole`, taken from there unless the piece alone may be cut
    /// otherwise.
    pub fn push_part(&mut self, whole: &Cut<'_>, piece: Span, marks: &MarkTerms, stems: &mut Stems) {
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
                let items = self.words.iter().map(|word| Item::new(word, whole.text.text, stems));
                self.items.extend(items.map(|item| Item { position: item.position + position, ..item }));
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
