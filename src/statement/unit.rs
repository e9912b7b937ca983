//! A paragraph as the model sees it: words and marks, and each quotation folded into one unit.
//!
//! Folding makes "“…,” he said. “…”" as short for the model as "X, he said. Y", whatever was quoted.

use super::tagger::{self, Part, Tagger};
use super::token::{Analysis, Mark, Shape, Token, TokenRange};
use crate::language::{Class, Classes, Form, Frame};

/// One word, mark or quotation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unit {
    pub tokens: TokenRange,
    /// Fine code: the word itself where our lists have it, else its shape; a mark; a kind of quotation.
    pub code: u32,
    /// Coarse code: part of speech as far as lists and endings tell.
    pub tag: Tag,
    /// What it does in its sentence.
    pub part: Part,
    /// Ending of a word, its last three letters.
    pub suffix: u32,
    /// Number of its sentence inside the paragraph; a quotation that runs over several counts as one.
    pub sentence: u16,
    /// Whether its sentence is nothing but quotation.
    pub quotation_only: bool,
}

/// What a unit is to grammar; the tags of words are guesses from lists, endings and neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Tag {
    #[default]
    Outside,
    Comma,
    Stop,
    Question,
    Colon,
    Semicolon,
    Dash,
    Bracket,
    OtherMark,
    ShortQuote,
    LongQuote,
    Subject,
    Coordinator,
    Negation,
    According,
    Determiner,
    Object,
    Empty,
    Possessive,
    Relative,
    QuestionWord,
    That,
    To,
    Preposition,
    Subordinator,
    Be,
    Have,
    Do,
    Modal,
    Adverb,
    Adjective,
    Number,
    Time,
    Title,
    Role,
    Organisation,
    Document,
    SpeechNoun,
    Noun,
    Plural,
    Name,
    VerbBase,
    VerbThird,
    VerbPast,
    VerbParticiple,
    VerbGerund,
    Particle,
}

impl Tag {
    /// Every tag, in the order of its number.
    pub const ALL: [Tag; 47] = [
        Tag::Outside,
        Tag::Comma,
        Tag::Stop,
        Tag::Question,
        Tag::Colon,
        Tag::Semicolon,
        Tag::Dash,
        Tag::Bracket,
        Tag::OtherMark,
        Tag::ShortQuote,
        Tag::LongQuote,
        Tag::Subject,
        Tag::Coordinator,
        Tag::Negation,
        Tag::According,
        Tag::Determiner,
        Tag::Object,
        Tag::Empty,
        Tag::Possessive,
        Tag::Relative,
        Tag::QuestionWord,
        Tag::That,
        Tag::To,
        Tag::Preposition,
        Tag::Subordinator,
        Tag::Be,
        Tag::Have,
        Tag::Do,
        Tag::Modal,
        Tag::Adverb,
        Tag::Adjective,
        Tag::Number,
        Tag::Time,
        Tag::Title,
        Tag::Role,
        Tag::Organisation,
        Tag::Document,
        Tag::SpeechNoun,
        Tag::Noun,
        Tag::Plural,
        Tag::Name,
        Tag::VerbBase,
        Tag::VerbThird,
        Tag::VerbPast,
        Tag::VerbParticiple,
        Tag::VerbGerund,
        Tag::Particle,
    ];

    pub const fn is_mark(self) -> bool {
        Tag::Comma as u8 <= self as u8 && self as u8 <= Tag::OtherMark as u8
    }

    pub const fn is_quote(self) -> bool {
        matches!(self, Tag::ShortQuote | Tag::LongQuote)
    }

    pub const fn is_finite(self) -> bool {
        matches!(self, Tag::Be | Tag::Have | Tag::Do | Tag::Modal | Tag::VerbThird | Tag::VerbPast)
    }

    pub const fn is_verb(self) -> bool {
        Tag::VerbBase as u8 <= self as u8 && self as u8 <= Tag::VerbGerund as u8
    }
}

/// A quotation of fewer words may be a scare quote or a title.
pub const WORDS_OF_SPEECH: usize = 4;

/// Reads the units of one paragraph with tags and parts.
pub fn read_units_of(
    text: &Analysis<'_>,
    paragraph: TokenRange,
    tagger: &Tagger,
    memory: &mut tagger::Memory,
    units: &mut Vec<Unit>,
) {
    read_plain_units_of(text, paragraph, units);
    tagger.tag(text, units, memory);
}

/// Reads the units of one paragraph, their tags guessed from lists and endings.
pub fn read_plain_units_of(text: &Analysis<'_>, paragraph: TokenRange, units: &mut Vec<Unit>) {
    units.clear();
    units.reserve(paragraph.len());
    let mut at = paragraph.start;
    let mut sentence = 0u16;
    let mut first_of_sentence = 0;
    while at < paragraph.end {
        let token = &text.tokens[at];
        if token.shape.has(Shape::SENTENCE_START) && !units.is_empty() {
            close_sentence(&mut units[first_of_sentence..]);
            first_of_sentence = units.len();
            sentence = sentence.saturating_add(1);
        }
        let unit = if token.quotation > 0 { quotation_unit(text, token.quotation) } else { word_unit(text, at) };
        at = unit.tokens.end.max(at + 1);
        units.push(Unit { sentence, ..unit });
    }
    close_sentence(&mut units[first_of_sentence..]);
}

/// Marks the units of a sentence that holds no word outside quotation marks.
fn close_sentence(sentence: &mut [Unit]) {
    let quotation_only = sentence.iter().any(|unit| unit.tag == Tag::LongQuote || unit.tag == Tag::ShortQuote)
        && sentence.iter().all(|unit| unit.tag.is_mark() || unit.tag.is_quote());
    for unit in sentence {
        unit.quotation_only = quotation_only;
    }
}

fn quotation_unit(text: &Analysis<'_>, number: u16) -> Unit {
    let quotation = &text.quotations[number as usize - 1];
    let inside = &text.tokens[quotation.tokens.indices()];
    let closing = usize::from(quotation.closed);
    let last = inside.len().checked_sub(1 + closing).and_then(|index| inside.get(index));
    let end = match last.map(|token| token.mark) {
        Some(Mark::Comma) => 1,
        Some(Mark::Stop | Mark::Ellipsis) => 2,
        Some(Mark::Question | Mark::Exclamation) => 3,
        Some(Mark::Dash) => 4,
        _ => 0,
    };
    // A comma may stand behind the closing mark.
    let capital = inside.iter().find(|token| token.is_word()).is_some_and(|token| token.shape.has(Shape::CAPITAL));
    let length = match quotation.words {
        0..=1 => 0,
        2..=3 => 1,
        4..=7 => 2,
        8..=15 => 3,
        _ => 4,
    };
    let long = quotation.words >= WORDS_OF_SPEECH;
    Unit {
        tokens: quotation.tokens,
        code: 0x2_0000 | end << 4 | u32::from(capital) << 3 | length,
        tag: if long { Tag::LongQuote } else { Tag::ShortQuote },
        suffix: end << 4 | u32::from(capital) << 3 | length,
        ..Unit::default()
    }
}

fn word_unit(text: &Analysis<'_>, at: usize) -> Unit {
    let token = &text.tokens[at];
    let tag = first_guess(token);
    let shape = u32::from(token.shape.0 & (Shape::CAPITAL | Shape::ALL_CAPITALS | Shape::DIGIT | Shape::HYPHEN));
    let code = match token.mark {
        Mark::None if token.word > 0 => u32::from(token.word),
        Mark::None => 0x1_0000 | shape,
        mark => 0x3_0000 | mark as u32,
    };
    let [a, b, c] = token.suffix;
    Unit {
        tokens: TokenRange::new(at, at + 1),
        code,
        tag,
        suffix: u32::from_le_bytes([a, b, c, (token.shape.0 & (Shape::CAPITAL | Shape::DIGIT)) as u8]),
        ..Unit::default()
    }
}

/// Returns the commonest tag of a word by itself.
fn first_guess(token: &Token) -> Tag {
    match token.mark {
        Mark::None => {}
        Mark::Comma => return Tag::Comma,
        Mark::Stop | Mark::Ellipsis => return Tag::Stop,
        Mark::Question | Mark::Exclamation => return Tag::Question,
        Mark::Colon => return Tag::Colon,
        Mark::Semicolon => return Tag::Semicolon,
        Mark::Dash => return Tag::Dash,
        Mark::OpenBracket | Mark::CloseBracket => return Tag::Bracket,
        Mark::Quote | Mark::SingleQuote | Mark::Other => return Tag::OtherMark,
    }
    const BY_CLASS: &[(Class, Tag)] = &[
        (Class::That, Tag::That),
        (Class::To, Tag::To),
        (Class::Be, Tag::Be),
        (Class::Have, Tag::Have),
        (Class::Do, Tag::Do),
        (Class::Modal, Tag::Modal),
        (Class::Possessive, Tag::Possessive),
        (Class::SubjectPronoun, Tag::Subject),
        (Class::EmptyPronoun, Tag::Empty),
        (Class::ObjectPronoun, Tag::Object),
        (Class::Relative, Tag::Relative),
        (Class::Coordinator, Tag::Coordinator),
        (Class::Question, Tag::QuestionWord),
        (Class::Determiner, Tag::Determiner),
        (Class::Preposition, Tag::Preposition),
        (Class::Subordinator, Tag::Subordinator),
        (Class::Negation, Tag::Negation),
        (Class::Month, Tag::Time),
        (Class::Weekday, Tag::Time),
    ];
    const LISTED: Classes = {
        let mut classes = [Class::That; BY_CLASS.len()];
        let mut index = 0;
        while index < classes.len() {
            classes[index] = BY_CLASS[index].0;
            index += 1;
        }
        Classes::of(&classes)
    };
    /// Most words have one class: their tag by its number.
    const OF_CLASS: [Tag; u64::BITS as usize] = {
        let mut tags = [Tag::Outside; u64::BITS as usize];
        let mut index = 0;
        while index < BY_CLASS.len() {
            tags[BY_CLASS[index].0 as usize] = BY_CLASS[index].1;
            index += 1;
        }
        tags
    };
    let capital = token.shape.has(Shape::CAPITAL);
    let starts = token.shape.has(Shape::SENTENCE_START);
    if token.frame == Some(Frame::According) {
        return Tag::According;
    }
    // "May" inside a sentence is a name or a month.
    let is_name_like_modal = capital && !starts && token.is(Class::Modal);
    if !token.classes.is_empty() && !is_name_like_modal {
        if token.word > 0 && token.is(Class::EmptyPronoun) && token.is(Class::SubjectPronoun) {
            return Tag::Empty;
        }
        let listed = token.classes.0 & LISTED.0;
        if listed.is_power_of_two() {
            return OF_CLASS[listed.trailing_zeros() as usize];
        }
        if listed != 0
            && let Some(&(_, tag)) = BY_CLASS.iter().find(|(class, _)| token.is(*class))
        {
            return tag;
        }
    }
    const NOUNS: &[(Class, Tag)] = &[
        (Class::Title, Tag::Title),
        (Class::Number, Tag::Number),
        (Class::TimeWord, Tag::Time),
        (Class::Role, Tag::Role),
        (Class::Organisation, Tag::Organisation),
        (Class::Document, Tag::Document),
        (Class::SpeechNoun, Tag::SpeechNoun),
    ];
    if capital && token.is(Class::Title) {
        return Tag::Title;
    }
    if capital && !starts {
        return Tag::Name;
    }
    if token.is(Class::Adverb) {
        return Tag::Adverb;
    }
    if token.is(Class::Verb) && !token.has_form(Form::Base) && !token.has_form(Form::Third) {
        return match () {
            () if token.has_form(Form::Gerund) => Tag::VerbGerund,
            () if token.has_form(Form::Past) => Tag::VerbPast,
            () => Tag::VerbParticiple,
        };
    }
    if let Some(&(_, tag)) = NOUNS.iter().find(|(class, _)| token.is(*class)) {
        return tag;
    }
    if token.is(Class::Adjective) {
        return Tag::Adjective;
    }
    if token.is(Class::Noun) {
        return Tag::Noun;
    }
    if token.is(Class::Verb) {
        return if token.has_form(Form::Base) { Tag::VerbBase } else { Tag::VerbThird };
    }
    if token.shape.has(Shape::DIGIT) {
        return Tag::Number;
    }
    if capital {
        return Tag::Name;
    }
    match &token.suffix {
        [_, b'l', b'y'] => Tag::Adverb,
        [b'i', b'n', b'g'] => Tag::VerbGerund,
        [_, b'e', b'd'] => Tag::VerbPast,
        [b'o', b'u', b's'] | [b'i', b'v', b'e'] | [b'f', b'u', b'l'] | [_, b'a', b'l'] | [_, b'i', b'c'] => {
            Tag::Adjective
        }
        [b'e', b's', b't'] => Tag::Adjective,
        [_, b's', b's'] | [_, b'u', b's'] | [_, b'i', b's'] => Tag::Noun,
        [_, _, b's'] => Tag::Plural,
        _ => Tag::Noun,
    }
}
