//! In: a text. Out: its words, stems and marks as terms, as a block holds them.

use super::block::BlockTerms;
use crate::article::{Article, Span};
use crate::index::marks::{AS_WRITTEN, CAPITALISED, Opened, PARAGRAPH, SENTENCE, TextStarts};
use crate::index::stems::Forms;
use crate::index::vocabulary::ShortKey;
use crate::index::words::{TakeWords, WordRef, cut_piece, part, starting_within};

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
    capitalised: u32,
}

impl MarkTerms {
    pub fn new(terms: &mut BlockTerms<'_>) -> Self {
        let [sentence, paragraph, as_written, capitalised] =
            [SENTENCE, PARAGRAPH, AS_WRITTEN, CAPITALISED].map(|mark| terms.term(mark));
        Self { sentence, paragraph, as_written, capitalised }
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

/// Fewest bytes that a word takes on average, with the space behind it.
const BYTES_A_WORD: usize = 5;
/// Words that are looked up together: what is not near is waited for once.
const WORDS_AT_ONCE: usize = 32;

/// Turns the words of a text into items.
struct Itemizer<'i, 's> {
    text: &'i str,
    terms: &'i mut BlockTerms<'s>,
    items: &'i mut Vec<Item>,
    /// Words that wait to be looked up, and the folded forms of those that are not plain.
    waiting: Vec<Waiting>,
    folded: String,
}

#[derive(Clone, Copy)]
struct Waiting {
    span: Span,
    position: u32,
    parts: u32,
    /// Where its folded form ends; where that of the one before ends, too, it is plain.
    folded_end: usize,
}

impl<'i, 's> Itemizer<'i, 's> {
    /// Appends the words of `piece` of `text`, at positions from `position` on.
    fn run(text: &'i str, piece: Span, position: u32, terms: &'i mut BlockTerms<'s>, items: &'i mut Vec<Item>) {
        let waiting = Vec::with_capacity(WORDS_AT_ONCE);
        let mut itemizer = Self { text, terms, items, waiting, folded: String::new() };
        cut_piece(text, piece, position, &mut itemizer);
        itemizer.look_up();
    }

    fn push(&mut self, waiting: Waiting) {
        self.waiting.push(waiting);
        if self.waiting.len() == WORDS_AT_ONCE {
            self.look_up();
        }
    }

    fn look_up(&mut self) {
        let mut known = [(None, None); WORDS_AT_ONCE];
        for (word, known) in self.waiting.iter().zip(&mut known) {
            // A joined word is printed as its first part is.
            let key = ShortKey::at(self.text, word.span).filter(|_| word.parts == 1);
            // With nothing between: see `fetch`.
            *known = (key, key.and_then(|key| self.terms.stems.remembered(key)));
        }
        let mut folded_start = 0;
        let mut small = String::new();
        for (word, (key, known)) in self.waiting.iter().zip(&mut known) {
            let folded = &self.folded[folded_start..word.folded_end];
            folded_start = word.folded_end;
            if known.is_none() {
                let folded = if folded.is_empty() {
                    word.span.of(self.text).clone_into(&mut small);
                    small.make_ascii_lowercase();
                    &small
                } else {
                    folded
                };
                let &Waiting { span, position, parts, .. } = word;
                *known = Some(self.terms.stems.forms(WordRef { folded, span, position, parts }, self.text, *key));
            }
        }
        let forms = || known.iter().filter_map(|(_, forms)| *forms);
        self.terms.stems.numbers.fetch(forms().flat_map(|forms| [forms.word, forms.stem]));
        for (word, forms) in self.waiting.iter().zip(forms()) {
            let Forms { word: id, stem, mark } = forms;
            self.items.push(Item {
                word: self.terms.number(id),
                stem: self.terms.number(stem),
                mark: mark.map(|mark| self.terms.number(mark)),
                span: word.span,
                position: word.position,
                parts: word.parts,
            });
        }
        self.waiting.clear();
        self.folded.clear();
    }
}

impl TakeWords for Itemizer<'_, '_> {
    fn plain(&mut self, _: &str, span: Span, position: u32) {
        self.push(Waiting { span, position, parts: 1, folded_end: self.folded.len() });
    }

    fn folded(&mut self, WordRef { folded, span, position, parts }: WordRef<'_>) {
        self.folded.push_str(folded);
        self.push(Waiting { span, position, parts, folded_end: self.folded.len() });
    }
}

/// A text, or pieces of one, cut into words.
#[derive(Default)]
pub struct Cut<'a> {
    text: Text<'a>,
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
        cut.items.reserve(text.text.len() / BYTES_A_WORD);
        Itemizer::run(text.text, piece, 0, terms, &mut cut.items);
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
        match part(&whole.items, |item| item.span, whole.text.text, piece) {
            Some(range) => {
                let items = &whole.items[range];
                let from = items.first().map_or(0, |item| item.position);
                self.items.extend(items.iter().map(|item| Item { position: item.position - from + position, ..*item }));
            }
            None => Itemizer::run(whole.text.text, piece, position, terms, &mut self.items),
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
                if item.mark.is_some_and(|mark| mark != marks.capitalised) {
                    push(marks.as_written);
                }
            }
            item.mark.into_iter().for_each(push);
        }
    }

    /// Returns the words that start in `span`.
    pub fn starting_within(&self, span: Span) -> &[Item] {
        &self.items[starting_within(&self.items, |item| item.span, span)]
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

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::index::stems::with_stems;
    use crate::index::words::Words;

    /// A word of some kind, with what stands behind it.
    fn printed_word() -> impl Strategy<Value = String> {
        let plain = "[a-zA-Z0-9]{1,4}[ .,]{1,2}";
        let folded = "[a-cA-CéÉßİ\u{301}]{1,4}( |'s |’s |’a )";
        let compound = "[a-cA-Cé]{1,2}([-‐][a-cA-Cé'’\u{301}]{1,2}){1,9} ";
        let others = "(U\\.S\\.|1,000\\.5|\u{1f1e9}\u{1f1ea}|☀\u{fe0f}) ?";
        let long = "([a-z]{250,260}|[a-zé]{120,260}|[aB]{20,90}(-[aB]{20,90}){1,4}) ";
        prop_oneof![8 => plain, 3 => folded, 2 => compound, 2 => "[日本ーｶ\u{ff9e}]{1,4}", 1 => others, 1 => long]
    }

    proptest! {
        #[test]
        fn words_leave_what_each_leaves_alone(printed in vec(printed_word(), 1..150), from in 0..5_usize) {
            let text = printed.concat();
            let first = text.char_indices().nth(from).map_or(0, |(start, _)| start);
            let middle = text.floor_char_boundary(text.len() / 2).max(first);
            let (mut words, mut items) = (Words::default(), Vec::new());
            with_stems(Some("en"), |stems| {
                let mut terms = BlockTerms::new(stems);
                for piece in [Span::new(first, middle), Span::new(middle, text.len())] {
                    let position = items.last().map_or(0, |last: &Item| last.position + 1);
                    Itemizer::run(&text, piece, position, &mut terms, &mut items);
                    words.push_piece(&text, piece);
                }
                assert_eq!(items.len(), words.len());
                for (item, word) in items.iter().zip(words.iter()) {
                    let Forms { word: id, stem, mark } = terms.stems.forms(word, &text, None);
                    assert_eq!(terms.text(item.word), word.folded);
                    let numbers = [Some(id), Some(stem), mark].map(|id| id.map(|id| terms.number(id)));
                    assert_eq!([Some(item.word), Some(item.stem), item.mark], numbers, "{}", word.folded);
                    assert_eq!((item.span, item.position, item.parts), (word.span, word.position, word.parts));
                }
            });
        }

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
