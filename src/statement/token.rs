//! One field of an article cut into tokens, sentences and quotations, each token with what our word lists say of it.

use super::quotation::{Quotation, pair_quotation_marks};
use crate::article::Span;
use crate::language::{Class, Classes, Form, Forms, Frame, Lexicon, WordId};

/// One word, number or mark.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token {
    start: u32,
    end: u32,
    pub shape: Shape,
    /// Number in the lexicon, 0 for words that our lists don't have.
    pub word: WordId,
    /// Number of the headword, 0 as above.
    pub lemma: WordId,
    pub classes: Classes,
    pub frame: Option<Frame>,
    pub forms: Forms,
    /// The last three bytes of the word in lower case; the model knows unknown words by their endings.
    pub suffix: [u8; 3],
    /// What kind of mark, if it is one.
    pub mark: Mark,
    /// Number of the quotation around it from 1, 0 outside; of nested ones the outermost.
    pub quotation: u16,
}

impl Token {
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
pub struct Shape(pub u8);

impl Shape {
    /// Begins with a capital letter.
    pub const CAPITAL: u8 = 1;
    /// Two letters or more, all capitals.
    pub const ALL_CAPITALS: u8 = 2;
    pub const DIGIT: u8 = 4;
    pub const HYPHEN: u8 = 8;
    /// White space stands before it.
    pub const SPACE_BEFORE: u8 = 16;
    /// Ends with a full stop that belongs to it: "Mr.", "U.S.".
    pub const STOP_INSIDE: u8 = 32;
    /// First token of a sentence.
    pub const SENTENCE_START: u8 = 64;
    /// First token of a paragraph.
    pub const PARAGRAPH_START: u8 = 128;

    pub fn has(self, flag: u8) -> bool {
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
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut paragraph_ranges = Vec::with_capacity(paragraphs.len());
        for paragraph in paragraphs.iter().filter(|paragraph| paragraph.end <= LONGEST_TEXT) {
            let first = tokens.len();
            tokenise(text, *paragraph, lexicon, &mut tokens);
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
        Self { text, lexicon, tokens, sentences, paragraphs: paragraph_ranges, quotations }
    }

    /// Returns a token's text.
    pub fn word(&self, index: usize) -> &'t str {
        self.tokens[index].span().of(self.text)
    }

    /// Returns the span from the first to the last token of a range, which must not be empty.
    pub fn span(&self, range: TokenRange) -> Span {
        Span::new(self.tokens[range.start].start(), self.tokens[range.end - 1].end())
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

/// Cuts one paragraph into tokens.
fn tokenise(text: &str, paragraph: Span, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let bytes = &text.as_bytes()[..paragraph.end];
    let mut lowercase = String::with_capacity(32);
    let mut at = paragraph.start;
    let mut space_before = true;
    while at < bytes.len() {
        let (character, width) = character_at(text, at);
        if character.is_whitespace() || is_invisible(character) {
            space_before |= character.is_whitespace();
            at += width;
            continue;
        }
        let start = at;
        let end = if character.is_alphanumeric() || starts_elided_word(text, bytes, at, lexicon, &mut lowercase) {
            word_end(text, bytes, at, width, lexicon, &mut lowercase)
        } else {
            mark_end(bytes, at, width)
        };
        let mut token = token_of(text, start, end, character, lexicon, &mut lowercase);
        token.shape.0 |= if space_before { Shape::SPACE_BEFORE } else { 0 };
        tokens.push(token);
        space_before = false;
        at = end;
    }
}

fn character_at(text: &str, at: usize) -> (char, usize) {
    let byte = text.as_bytes()[at];
    if byte < 128 {
        return (byte as char, 1);
    }
    text[at..].chars().next().map_or(('\u{fffd}', 1), |character| (character, character.len_utf8()))
}

/// Soft hyphens, zero-width characters and directional marks, which belong to no word.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || character.is_control()
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

/// Whether "'s", "'ll" … begin here, cut off from the word before.
fn starts_elided_word(text: &str, bytes: &[u8], at: usize, lexicon: &Lexicon, lowercase: &mut String) -> bool {
    if bytes[at] != b'\'' && bytes[at] != 0xe2 {
        return false;
    }
    let (character, width) = character_at(text, at);
    let glued = at > 0 && text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    if !is_apostrophe(character) || !glued {
        return false;
    }
    let letters = bytes[at + width..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || letters > 2 {
        return false;
    }
    lowercase.clear();
    lowercase.push('\'');
    lowercase.extend(text[at + width..at + width + letters].chars().map(|letter| letter.to_ascii_lowercase()));
    lexicon.id(lowercase) != 0
}

/// Returns where the word that begins at `at` ends.
fn word_end(text: &str, bytes: &[u8], start: usize, width: usize, lexicon: &Lexicon, lowercase: &mut String) -> usize {
    let mut at = start + width;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let (character, width) = character_at(text, at);
        if character.is_alphanumeric() || is_combining(character) {
            at += width;
            continue;
        }
        let next_is_alphanumeric = at + width < bytes.len() && character_at(text, at + width).0.is_alphanumeric();
        let before_is_digit = bytes[at - 1].is_ascii_digit();
        let inside = next_is_alphanumeric
            && match character {
                '-' | '_' | '@' | '\u{2010}' | '\u{2011}' => true,
                '.' => true,
                ',' | ':' | '/' => before_is_digit && bytes[at + 1].is_ascii_digit(),
                '&' => at - start <= 2,
                '\'' | '’' => !starts_elided_word(text, bytes, at, lexicon, lowercase),
                _ => false,
            };
        if inside {
            at += width;
            continue;
        }
        if character == '.' && keeps_stop(&text[start..at], lexicon, lowercase) {
            at += 1;
        }
        break;
    }
    at
}

fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// Whether a full stop after `word` belongs to it: abbreviations and initials.
fn keeps_stop(word: &str, lexicon: &Lexicon, lowercase: &mut String) -> bool {
    let bytes = word.as_bytes();
    let initial = bytes.len() == 1 && bytes[0].is_ascii_uppercase() && bytes[0] != b'I';
    let dotted = bytes.len() <= 7 && bytes.len() > 2 && bytes.iter().skip(1).step_by(2).all(|&byte| byte == b'.');
    if initial || dotted {
        return true;
    }
    if bytes.len() > 6 || !word.is_ascii() {
        return false;
    }
    lowercase.clear();
    lowercase.push_str(word);
    lowercase.make_ascii_lowercase();
    // "No." and "art." end sentences oftener than they abbreviate, in lower case.
    let plain_word = lexicon.id(lowercase) != 0 && !bytes[0].is_ascii_uppercase();
    lowercase.push('.');
    !plain_word && lexicon.entry(lowercase).classes.has(Class::Abbreviation)
}

/// Returns where the mark that begins at `at` ends: "''", "``", "--" and "..." are one.
fn mark_end(bytes: &[u8], at: usize, width: usize) -> usize {
    let byte = bytes[at];
    // Counted only where it is used: counted at each of n quotation marks in a row, it would take n² steps.
    let run = || bytes[at..].iter().take_while(|&&other| other == byte).count();
    match byte {
        b'\'' | b'`' if bytes.get(at + 1) == Some(&byte) => at + 2,
        b'.' | b'-' | b'*' | b'=' | b'_' | b'#' | b'~' => at + run(),
        _ => at + width,
    }
}

fn token_of(text: &str, start: usize, end: usize, first: char, lexicon: &Lexicon, lowercase: &mut String) -> Token {
    let word = &text[start..end];
    let mut token = Token { start: start as u32, end: end as u32, ..Token::default() };
    let is_word = first.is_alphanumeric() || (is_apostrophe(first) && word.chars().count() > 1 && word != "''");
    if !is_word {
        token.mark = mark_of(word, first);
        return token;
    }
    lowercase.clear();
    let mut flags = 0;
    if word.is_ascii() {
        lowercase.push_str(word);
        lowercase.make_ascii_lowercase();
        let (mut capitals, mut letters) = (0, 0);
        for byte in word.bytes() {
            letters += u32::from(byte.is_ascii_alphabetic());
            capitals += u32::from(byte.is_ascii_uppercase());
            flags |= if byte.is_ascii_digit() { Shape::DIGIT } else { 0 };
            flags |= if byte == b'-' { Shape::HYPHEN } else { 0 };
        }
        flags |= if first.is_ascii_uppercase() { Shape::CAPITAL } else { 0 };
        flags |= if capitals >= 2 && capitals == letters { Shape::ALL_CAPITALS } else { 0 };
    } else {
        lowercase.extend(word.chars().map(|c| if c == '’' { '\'' } else { c }).flat_map(char::to_lowercase));
        let (mut capitals, mut letters) = (0, 0);
        for character in word.chars() {
            letters += u32::from(character.is_alphabetic());
            capitals += u32::from(character.is_uppercase());
            flags |= if character.is_numeric() { Shape::DIGIT } else { 0 };
            flags |= if matches!(character, '-' | '\u{2010}' | '\u{2011}') { Shape::HYPHEN } else { 0 };
        }
        flags |= if first.is_uppercase() { Shape::CAPITAL } else { 0 };
        flags |= if capitals >= 2 && capitals == letters { Shape::ALL_CAPITALS } else { 0 };
    }
    flags |= if word.ends_with('.') { Shape::STOP_INSIDE } else { 0 };
    let entry = lexicon.entry(lowercase);
    token.shape = Shape(flags);
    token.word = entry.id;
    token.lemma = entry.lemma;
    token.classes = entry.classes;
    token.frame = entry.frame;
    token.forms = entry.forms;
    let tail = lowercase.as_bytes();
    let kept = tail.len().min(3);
    token.suffix[..kept].copy_from_slice(&tail[tail.len() - kept..]);
    token
}

fn mark_of(word: &str, first: char) -> Mark {
    match first {
        ',' | '،' | '、' => Mark::Comma,
        '.' if word.len() > 1 => Mark::Ellipsis,
        '…' => Mark::Ellipsis,
        '.' | '。' => Mark::Stop,
        '?' | '؟' => Mark::Question,
        '!' => Mark::Exclamation,
        ':' => Mark::Colon,
        ';' => Mark::Semicolon,
        '-' | '–' | '—' | '―' | '\u{2212}' => Mark::Dash,
        '(' | '[' | '{' => Mark::OpenBracket,
        ')' | ']' | '}' => Mark::CloseBracket,
        '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '＂' | '″' => {
            Mark::Quote
        }
        '\'' | '`' if word.len() == 2 => Mark::Quote,
        '\'' | '‘' | '’' | '‚' | '‹' | '›' | '`' | '´' => Mark::SingleQuote,
        _ => Mark::Other,
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
