//! Cuts a paragraph into words, numbers and marks, and looks up what our lists say of each word.

use super::token::{Mark, Shape, Token};
use crate::article::Span;
use crate::language::{Class, Lexicon};

/// Cuts the paragraphs of one text.
pub(super) struct Tokeniser<'t> {
    text: &'t str,
    /// The same with all letters of ASCII small.
    lowercase: &'t str,
    lexicon: &'t Lexicon,
    /// Where the paragraph ends.
    end: usize,
    /// A word that stands so in no text.
    spelled: String,
}

impl<'t> Tokeniser<'t> {
    pub(super) fn new(text: &'t str, lowercase: &'t str, lexicon: &'t Lexicon) -> Self {
        Self { text, lowercase, lexicon, end: 0, spelled: String::with_capacity(32) }
    }

    /// Adds the tokens of a paragraph.
    pub(super) fn cut(&mut self, paragraph: Span, tokens: &mut Vec<Token>) {
        self.end = paragraph.end;
        let mut at = paragraph.start;
        let mut space_before = true;
        while at < self.end {
            let kind = KINDS[self.text.as_bytes()[at] as usize];
            if kind == SPACE {
                space_before = true;
                at += 1;
                continue;
            }
            if kind & (SMALL | CAPITAL) != 0
                && let Some(mut token) = self.plain_word(at)
            {
                token.shape.0 |= if space_before { Shape::SPACE_BEFORE } else { 0 };
                at = token.end();
                tokens.push(token);
                space_before = false;
                continue;
            }
            // Most words begin with a letter of ASCII, so that nothing more is asked of it.
            let (character, width) = if kind == OTHER { self.character_at(at) } else { (char::default(), 1) };
            if kind == OTHER && (character.is_whitespace() || is_invisible(character)) {
                space_before |= character.is_whitespace();
                at += width;
                continue;
            }
            let start = at;
            let mut token = if kind != OTHER || is_alphanumeric(character) || self.starts_elided_word(at) {
                let kinds;
                (at, kinds) = self.word_end(kind, start, start + width);
                self.word(Span::new(start, at), kind == CAPITAL || character.is_uppercase(), kinds)
            } else {
                at = self.mark_end(start, start + width);
                Token { mark: mark_of(&self.text[start..at], character), ..Token::default() }
            };
            token.start = start as u32;
            token.end = at as u32;
            token.shape.0 |= if space_before { Shape::SPACE_BEFORE } else { 0 };
            tokens.push(token);
            space_before = false;
        }
    }

    /// Returns the token of a word of at most 15 letters of ASCII before a space or a comma, as most are: what is asked of
    /// its bytes is asked of eight at once.
    #[inline]
    fn plain_word(&self, start: usize) -> Option<Token> {
        let eight =
            |bytes: &[u8; 16], at: usize| bytes[at..].first_chunk().map_or(0, |&eight| u64::from_le_bytes(eight));
        let printed = self.text.as_bytes()[start..].first_chunk::<16>()?;
        let lowercase = self.lowercase.as_bytes().get(start..)?.first_chunk::<16>()?;
        let words = [eight(lowercase, 0), eight(lowercase, 8)];
        let length = match letters_ahead(words[0]) {
            8 => 8 + letters_ahead(words[1]),
            length => length,
        };
        let ends = matches!(printed.get(length), Some(b' ' | b',')) && start + length < self.end;
        if length == 0 || !ends {
            return None;
        }
        let of_word = [first_bytes(length.min(8)), first_bytes(length.saturating_sub(8))];
        // Where a letter is a capital, the two texts differ by one bit.
        const CASE: u64 = 0x2020_2020_2020_2020;
        let capitals = [0, 1].map(|at| (words[at] ^ eight(printed, 8 * at)) & of_word[at]);
        let is_all_capitals = length >= 2 && capitals == of_word.map(|bytes| bytes & CASE);
        let flags = if printed[0] != lowercase[0] { Shape::CAPITAL } else { 0 }
            | if is_all_capitals { Shape::ALL_CAPITALS } else { 0 };
        let entry = self.lexicon.entry_of_letters([words[0] & of_word[0], words[1] & of_word[1]]);
        Some(Token {
            start: start as u32,
            end: (start + length) as u32,
            suffix: suffix_of(&lowercase[..length]),
            ..Token::of(entry, Shape(flags))
        })
    }

    #[inline]
    fn character_at(&self, at: usize) -> (char, usize) {
        let byte = self.text.as_bytes()[at];
        if byte < 128 {
            return (byte as char, 1);
        }
        self.text[at..].chars().next().map_or(('\u{fffd}', 1), |character| (character, character.len_utf8()))
    }

    /// Returns the bytes from `at` to the end of the paragraph.
    #[inline]
    fn bytes_from(&self, at: usize) -> &'t [u8] {
        &self.text.as_bytes()[at..self.end]
    }

    /// Whether "'s", "'ll" … begin here, cut off from the word before.
    fn starts_elided_word(&mut self, at: usize) -> bool {
        let bytes = self.bytes_from(at);
        if bytes[0] != b'\'' && bytes[0] != 0xe2 {
            return false;
        }
        let (character, width) = self.character_at(at);
        let glued = self.text[..at].chars().next_back().is_some_and(is_alphanumeric);
        if !is_apostrophe(character) || !glued {
            return false;
        }
        let letters = bytes[width..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 || letters > 2 {
            return false;
        }
        self.spelled.clear();
        self.spelled.push('\'');
        self.spelled.push_str(&self.lowercase[at + width..at + width + letters]);
        self.lexicon.id(&self.spelled) != 0
    }

    /// Returns where the word ends that begins at `start`, and of which kinds its bytes are; `at` is behind its first
    /// character, which is of kind `kinds`.
    #[inline]
    fn word_end(&mut self, mut kinds: u8, start: usize, mut at: usize) -> (usize, u8) {
        let bytes = &self.text.as_bytes()[..self.end];
        while let Some(&byte) = bytes.get(at) {
            let kind = KINDS[byte as usize];
            if kind & (SMALL | CAPITAL | DIGIT) != 0 {
                kinds |= kind;
                at += 1;
                continue;
            }
            // What mostly ends a word is looked at no further.
            if kind == SPACE {
                break;
            }
            let (character, width) = self.character_at(at);
            if is_alphanumeric(character) || is_combining(character) || self.joins(start, at, character, width) {
                kinds |= OTHER;
                at += width;
                continue;
            }
            if character == '.' && self.keeps_stop(start, at) {
                kinds |= OTHER;
                at += 1;
            }
            break;
        }
        (at, kinds)
    }

    /// Whether a mark inside a word does not end it: "well-known", "3.5", "AT&T", "O'Roe".
    fn joins(&mut self, start: usize, at: usize, character: char, width: usize) -> bool {
        let is_digit = |at: usize| self.text.as_bytes()[at].is_ascii_digit();
        let may_join = match character {
            '-' | '_' | '@' | '\u{2010}' | '\u{2011}' | '.' | '\'' | '’' => true,
            ',' | ':' | '/' => is_digit(at - 1) && at + 1 < self.end && is_digit(at + 1),
            '&' => at - start <= 2,
            _ => false,
        };
        may_join
            && at + width < self.end
            && is_alphanumeric(self.character_at(at + width).0)
            && !(is_apostrophe(character) && self.starts_elided_word(at))
    }

    /// Whether the full stop at `at` belongs to the word before it: abbreviations and initials.
    fn keeps_stop(&self, start: usize, at: usize) -> bool {
        let bytes = &self.text.as_bytes()[start..at];
        let initial = bytes.len() == 1 && bytes[0].is_ascii_uppercase() && bytes[0] != b'I';
        let dotted = bytes.len() <= 7 && bytes.len() > 2 && bytes.iter().skip(1).step_by(2).all(|&byte| byte == b'.');
        if initial || dotted {
            return true;
        }
        if bytes.len() > 6 || !bytes.is_ascii() {
            return false;
        }
        // "No." and "art." end sentences oftener than they abbreviate, in lower case.
        let plain_word = !bytes[0].is_ascii_uppercase() && self.lexicon.id(&self.lowercase[start..at]) != 0;
        !plain_word && self.lexicon.entry(&self.lowercase[start..=at]).classes.has(Class::Abbreviation)
    }

    /// Returns where the mark that begins at `start` ends: "''", "``", "--" and "..." are one.
    fn mark_end(&self, start: usize, behind: usize) -> usize {
        let bytes = self.bytes_from(start);
        let byte = bytes[0];
        // Counted only where it is used: counted at each of n quotation marks in a row, it would take n² steps.
        let run = || bytes.iter().take_while(|&&other| other == byte).count();
        match byte {
            b'\'' | b'`' if bytes.get(1) == Some(&byte) => start + 2,
            b'.' | b'-' | b'*' | b'=' | b'_' | b'#' | b'~' => start + run(),
            _ => behind,
        }
    }

    /// Makes the token of a word, but for its place.
    #[inline]
    fn word(&mut self, Span { start, end }: Span, is_capital: bool, kinds: u8) -> Token {
        let word = &self.text[start..end];
        let mut flags = if is_capital { Shape::CAPITAL } else { 0 };
        let (mut capitals, mut letters) = (0, 0);
        let lowercase = if kinds & OTHER == 0 && kinds & DIGIT == 0 {
            // Most words have letters of ASCII alone.
            flags |= if kinds == CAPITAL && word.len() >= 2 { Shape::ALL_CAPITALS } else { 0 };
            &self.lowercase[start..end]
        } else if word.is_ascii() {
            for byte in word.bytes() {
                letters += u32::from(byte.is_ascii_alphabetic());
                capitals += u32::from(byte.is_ascii_uppercase());
                flags |= if byte.is_ascii_digit() { Shape::DIGIT } else { 0 };
                flags |= if byte == b'-' { Shape::HYPHEN } else { 0 };
            }
            &self.lowercase[start..end]
        } else {
            for character in word.chars() {
                letters += u32::from(character.is_alphabetic());
                capitals += u32::from(character.is_uppercase());
                flags |= if character.is_numeric() { Shape::DIGIT } else { 0 };
                flags |= if matches!(character, '-' | '\u{2010}' | '\u{2011}') { Shape::HYPHEN } else { 0 };
            }
            let small = word.chars().map(|c| if c == '’' { '\'' } else { c }).flat_map(char::to_lowercase);
            self.spelled.clear();
            self.spelled.extend(small);
            &self.spelled
        };
        flags |= if capitals >= 2 && capitals == letters { Shape::ALL_CAPITALS } else { 0 };
        if kinds & OTHER != 0 {
            flags |= Shape::MARKED;
            flags |= if word.ends_with('.') { Shape::STOP_INSIDE } else { 0 };
        }
        let entry = self.lexicon.entry(lowercase);
        Token { suffix: suffix_of(lowercase.as_bytes()), ..Token::of(entry, Shape(flags)) }
    }
}

/// Returns the last three bytes of a word.
#[inline]
fn suffix_of(word: &[u8]) -> [u8; 3] {
    match *word {
        [.., a, b, c] => [a, b, c],
        [a, b] => [a, b, 0],
        [a] => [a, 0, 0],
        [] => [0; 3],
    }
}

/// The lowest bit of each of eight bytes, and the highest.
const ONES: u64 = 0x0101_0101_0101_0101;
pub(super) const HIGH: u64 = 0x80 * ONES;

/// Returns the highest bit of those of eight bytes that are small letters of ASCII.
#[inline]
pub(super) fn small_letters(bytes: u64) -> u64 {
    let low = bytes & !HIGH;
    // What is added carries nothing into the next byte.
    let from_a = low + (0x80 - b'a' as u64) * ONES;
    let behind_z = low + (0x7f - b'z' as u64) * ONES;
    from_a & !behind_z & !bytes & HIGH
}

/// Returns the highest bit of those of eight bytes that are spaces.
#[inline]
pub(super) fn spaces(bytes: u64) -> u64 {
    let others = bytes ^ (b' ' as u64 * ONES);
    !(((others & !HIGH) + !HIGH) | others) & HIGH
}

/// Returns how many of eight bytes, the first one lowest, are small letters of ASCII before another byte is met.
#[inline]
fn letters_ahead(bytes: u64) -> usize {
    ((small_letters(bytes) ^ HIGH).trailing_zeros() / 8) as usize
}

/// Returns the mask of so many bytes, at most eight.
#[inline]
fn first_bytes(count: usize) -> u64 {
    u64::MAX.checked_shr(64 - 8 * count as u32).unwrap_or(0)
}

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;
const SPACE: u8 = 8;
const OTHER: u8 = 16;

/// Kinds of bytes; those of characters beyond ASCII are of the last one.
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            b' ' | b'\t'..=b'\r' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// Whether a character is of a word. The marks of news are told without a look into the tables of Unicode.
#[inline]
pub(super) fn is_alphanumeric(character: char) -> bool {
    !matches!(character, '\u{2000}'..='\u{206f}') && character.is_alphanumeric()
}

/// Soft hyphens, zero-width characters and directional marks, which belong to no word.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || character.is_control()
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
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

#[cfg(test)]
mod tests {
    use super::super::token::Analysis;
    use super::*;
    use crate::language::LANGUAGES;

    #[test]
    fn bytes_are_told_eight_at_once() {
        let flag = |is_set: bool| if is_set { 0x80 } else { 0 };
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut bytes = *b"a z q\x00m\xff";
                bytes[at] = byte;
                let eight = u64::from_le_bytes(bytes);
                let letters = bytes.map(|byte| flag(byte.is_ascii_lowercase()));
                assert_eq!(small_letters(eight).to_le_bytes(), letters, "{byte:#x} at {at}");
                assert_eq!(spaces(eight).to_le_bytes(), bytes.map(|byte| flag(byte == b' ')), "{byte:#x} at {at}");
                let ahead = bytes.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
                assert_eq!(letters_ahead(eight), ahead, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn a_word_is_the_same_at_the_end_of_a_text_and_within() {
        let words = [
            "a",
            "A",
            "Ab",
            "AB",
            "said",
            "SAID",
            "Minister",
            "ministers",
            "MINISTERS",
            "communications",
            "straightforward",
            "misunderstanding",
            "internationalisation",
            "well-known",
            "O’Roe",
            "U.S.",
            "3.5",
            "café",
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        for word in words {
            let cut = |text: &str| Analysis::new(text, &[Span::new(0, text.trim_end().len())], &lexicon).tokens;
            // Behind the paragraph are bytes enough, or none.
            let (at_end, within) = (cut(word), cut(&format!("{word} and, so to say, some more")));
            let facts = |token: &Token| {
                let shape = token.shape.0 & !(Shape::SENTENCE_START | Shape::PARAGRAPH_START);
                (token.span(), shape, token.word, token.classes, token.names, token.suffix)
            };
            assert_eq!(facts(&at_end[0]), facts(&within[0]), "{word}");
        }
    }
}
