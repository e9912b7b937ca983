//! One field of an article cut into tokens, sentences and quotations, each token with what our word lists say of it.

use std::borrow::Cow;

use super::quotation::{Quotation, pair_quotation_marks};
use super::tokeniser::Tokeniser;
use crate::article::Span;
use crate::language::{Class, Classes, Entry, Form, Forms, Frame, Lexicon, NameLists, WordId};

/// One word, number or mark.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    pub shape: Shape,
    /// Number in the lexicon, 0 for words that our lists don't have.
    pub word: WordId,
    /// Number of the headword, 0 as above.
    pub lemma: WordId,
    pub classes: Classes,
    pub frame: Option<Frame>,
    pub forms: Forms,
    /// Which lists of names hold the word.
    pub(super) names: NameLists,
    /// The last three bytes of the word in lower case; the model knows unknown words by their endings.
    pub suffix: [u8; 3],
    /// What kind of mark, if it is one.
    pub mark: Mark,
    /// Number of the quotation around it from 1, 0 outside; of nested ones the outermost.
    pub quotation: u16,
}

impl Token {
    /// Makes the token of a word, but for its place and suffix.
    #[inline]
    pub(super) fn of(entry: Entry, shape: Shape) -> Self {
        Self {
            shape,
            word: entry.id,
            lemma: entry.lemma,
            classes: entry.classes,
            frame: entry.frame,
            forms: entry.forms,
            names: entry.names,
            ..Self::default()
        }
    }

    pub fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    pub fn start(&self) -> usize {
        self.start as usize
    }

    pub fn end(&self) -> usize {
        self.end as usize
    }

    pub fn is(&self, class: Class) -> bool {
        self.classes.has(class)
    }

    pub fn is_word(&self) -> bool {
        self.mark == Mark::None
    }

    pub fn has_form(&self, form: Form) -> bool {
        self.forms.has(form)
    }
}

/// How a word is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape(pub u16);

impl Shape {
    /// Begins with a capital letter.
    pub const CAPITAL: u16 = 1;
    /// Two letters or more, all capitals.
    pub const ALL_CAPITALS: u16 = 2;
    pub const DIGIT: u16 = 4;
    pub const HYPHEN: u16 = 8;
    /// White space stands before it.
    pub const SPACE_BEFORE: u16 = 16;
    /// Ends with a full stop that belongs to it: "Mr.", "U.S.".
    pub const STOP_INSIDE: u16 = 32;
    /// First token of a sentence.
    pub const SENTENCE_START: u16 = 64;
    /// First token of a paragraph.
    pub const PARAGRAPH_START: u16 = 128;
    /// A word with a character that is no letter or digit of ASCII: "O’Roe", "café".
    pub const MARKED: u16 = 256;

    pub fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }
}

/// Kinds of punctuation, as far as grammar cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mark {
    /// A word or number.
    #[default]
    None,
    Comma,
    Stop,
    Question,
    Exclamation,
    Colon,
    Semicolon,
    Dash,
    Ellipsis,
    OpenBracket,
    CloseBracket,
    /// A double quotation mark or a pair of single ones.
    Quote,
    /// A single mark that may open or close a quotation.
    SingleQuote,
    Other,
}

/// Index range of tokens, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenRange {
    pub start: usize,
    pub end: usize,
}

impl TokenRange {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub fn indices(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    pub fn contains(self, index: usize) -> bool {
        self.start <= index && index < self.end
    }
}

/// Tokens, sentences, paragraphs and quotations of one field of an article.
pub struct Analysis<'t> {
    pub text: &'t str,
    /// The same with all letters of ASCII small, so that offsets are the same.
    lowercase: String,
    pub lexicon: &'t Lexicon,
    pub tokens: Vec<Token>,
    /// In reading order; together they hold every token.
    pub sentences: Vec<TokenRange>,
    /// In reading order; together they hold every token.
    pub paragraphs: Vec<TokenRange>,
    /// In reading order, never overlapping.
    pub quotations: Vec<Quotation>,
}

/// Longest text that is read, in bytes: offsets are kept in 32 bits. What stands behind it has no statements.
const LONGEST_TEXT: usize = u32::MAX as usize / 2;

impl<'t> Analysis<'t> {
    /// Reads a text. `paragraphs` are spans of `text` in order; what lies between them is not read.
    pub fn new(text: &'t str, paragraphs: &[Span], lexicon: &'t Lexicon) -> Self {
        let lowercase = text.to_ascii_lowercase();
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut tokeniser = Tokeniser::new(text, &lowercase, lexicon);
        let mut paragraph_ranges = Vec::with_capacity(paragraphs.len());
        for paragraph in paragraphs.iter().filter(|paragraph| paragraph.end <= LONGEST_TEXT) {
            let first = tokens.len();
            tokeniser.cut(*paragraph, &mut tokens);
            if let Some(token) = tokens.get_mut(first) {
                token.shape.0 |= Shape::PARAGRAPH_START;
                paragraph_ranges.push(TokenRange::new(first, tokens.len()));
            }
        }
        let quotations = pair_quotation_marks(text, &mut tokens, &paragraph_ranges);
        let mut sentences = Vec::with_capacity(tokens.len() / 20 + 1);
        for &paragraph in &paragraph_ranges {
            cut_sentences(&tokens, paragraph, &mut sentences);
        }
        for sentence in &sentences {
            tokens[sentence.start].shape.0 |= Shape::SENTENCE_START;
        }
        Self { text, lowercase, lexicon, tokens, sentences, paragraphs: paragraph_ranges, quotations }
    }

    /// Returns a token's text.
    pub fn word(&self, index: usize) -> &'t str {
        self.tokens[index].span().of(self.text)
    }

    /// Returns a token's text in small letters.
    pub fn lowercase(&self, index: usize) -> Cow<'_, str> {
        let token = &self.tokens[index];
        let word = token.span().of(&self.lowercase);
        if !token.shape.has(Shape::MARKED) || word.is_ascii() {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(word.to_lowercase())
        }
    }

    /// Returns what stands in a span, with all letters of ASCII small.
    pub(super) fn in_small_letters(&self, span: Span) -> &str {
        span.of(&self.lowercase)
    }

    /// Returns the span from the first to the last token of a range, which must not be empty.
    pub fn span(&self, range: TokenRange) -> Span {
        Span::new(self.tokens[range.start].start(), self.tokens[range.end - 1].end())
    }

    /// Returns the tokens of a range with their indices.
    #[inline]
    pub(super) fn tokens_in(&self, range: TokenRange) -> impl Iterator<Item = (usize, &Token)> {
        range.indices().zip(&self.tokens[range.indices()])
    }

    /// Returns the index of the first token that ends behind `offset`.
    pub fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.end() <= offset)
    }

    /// Returns the number of the sentence that holds a token.
    pub fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.end <= token)
    }

    /// Returns the number of the paragraph that holds a token.
    pub fn paragraph_of(&self, token: usize) -> usize {
        self.paragraphs.partition_point(|paragraph| paragraph.end <= token)
    }
}

/// Cuts one paragraph's tokens into sentences.
fn cut_sentences(tokens: &[Token], paragraph: TokenRange, sentences: &mut Vec<TokenRange>) {
    let mut start = paragraph.start;
    let mut at = paragraph.start;
    while at < paragraph.end {
        let token = &tokens[at];
        let mut next = at + 1;
        let ends = match token.mark {
            Mark::Stop | Mark::Question | Mark::Exclamation | Mark::Ellipsis => {
                while next < paragraph.end && closes_sentence(&tokens[next]) {
                    next += 1;
                }
                let strong = token.mark == Mark::Stop;
                next < paragraph.end && begins_sentence(&tokens[next..paragraph.end], strong)
            }
            Mark::None if token.shape.has(Shape::STOP_INSIDE) => {
                while next < paragraph.end && closes_sentence(&tokens[next]) {
                    next += 1;
                }
                next < paragraph.end && stop_ends_sentence(token, &tokens[next])
            }
            _ => false,
        };
        if ends {
            sentences.push(TokenRange::new(start, next));
            start = next;
        }
        at = next;
    }
    if start < paragraph.end {
        sentences.push(TokenRange::new(start, paragraph.end));
    }
}

/// Closing quotation marks and brackets that stand close to the sentence they end.
fn closes_sentence(token: &Token) -> bool {
    let glued = !token.shape.has(Shape::SPACE_BEFORE);
    let closing = matches!(token.mark, Mark::Quote | Mark::SingleQuote | Mark::CloseBracket);
    let repeated = matches!(token.mark, Mark::Stop | Mark::Question | Mark::Exclamation | Mark::Ellipsis);
    glued && (closing || repeated)
}

fn begins_sentence(rest: &[Token], after_stop: bool) -> bool {
    let first = &rest[0];
    if !first.shape.has(Shape::SPACE_BEFORE) && first.is_word() {
        return false;
    }
    let opener = rest.iter().take(3).find(|token| token.is_word()).unwrap_or(first);
    match first.mark {
        Mark::None => !is_lowercase(first),
        Mark::Quote | Mark::SingleQuote | Mark::OpenBracket | Mark::Ellipsis => {
            after_stop || opener.shape.has(Shape::CAPITAL)
        }
        Mark::Dash => after_stop && opener.shape.has(Shape::CAPITAL),
        Mark::Other => true,
        _ => false,
    }
}

fn is_lowercase(token: &Token) -> bool {
    token.is_word() && !token.shape.has(Shape::CAPITAL) && !token.shape.has(Shape::DIGIT)
}

/// Whether an abbreviation also ends its sentence: what follows begins one.
fn stop_ends_sentence(abbreviation: &Token, next: &Token) -> bool {
    if abbreviation.is(Class::Title) || !next.shape.has(Shape::SPACE_BEFORE) {
        return false;
    }
    const OPENERS: Classes = Classes::of(&[
        Class::Determiner,
        Class::SubjectPronoun,
        Class::Possessive,
        Class::Preposition,
        Class::Subordinator,
        Class::Coordinator,
        Class::Question,
        Class::EmptyPronoun,
    ]);
    let initial = abbreviation.end - abbreviation.start == 2;
    let opener = next.shape.has(Shape::CAPITAL) && next.classes.meets(OPENERS);
    match next.mark {
        Mark::None => opener && !initial,
        Mark::Quote => !initial,
        _ => false,
    }
}
