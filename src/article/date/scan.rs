//! Cuts the text of a date into numbers, words and marks.

use super::words::{DateWord, Folded, date_word};
use crate::article::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// A run of digits of any script.
    Number {
        value: u32,
        digits: u8,
    },
    Word(DateWord),
    Meridiem {
        is_afternoon: bool,
    },
    Mark(char),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
    /// Whether no space stands before it.
    pub is_glued: bool,
}

impl Token {
    pub fn number(&self) -> Option<(u32, u8)> {
        match self.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    pub fn word(&self) -> Option<DateWord> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// A date line is never longer; nothing behind is read.
pub(super) const MOST_TOKENS: usize = 64;

/// Returns the first tokens of a text.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(24);
    let mut characters = text.char_indices().peekable();
    let mut is_glued = false;
    while let Some((start, character)) = characters.next() {
        if tokens.len() == MOST_TOKENS {
            break;
        }
        if character.is_whitespace() || is_invisible(character) {
            is_glued &= is_invisible(character);
            continue;
        }
        let mut end = start + character.len_utf8();
        let kind = if let Some(first) = digit(character) {
            let (mut value, mut digits) = (first, 1_u8);
            while let Some(&(at, next)) = characters.peek() {
                let Some(digit) = digit(next) else { break };
                value = value.saturating_mul(10).saturating_add(digit);
                digits = digits.saturating_add(1);
                end = at + next.len_utf8();
                characters.next();
            }
            if let Some(suffix) = ordinal_suffix(&text[end..]) {
                end += suffix;
                while characters.next_if(|&(at, _)| at < end).is_some() {}
            }
            Kind::Number { value, digits }
        } else if is_date_ideograph(character) {
            Kind::Mark(character)
        } else if character.is_alphabetic() {
            end = word_end(text, start);
            while characters.next_if(|&(at, _)| at < end).is_some() {}
            word_kind(&text[start..end])
        } else {
            Kind::Mark(character)
        };
        tokens.push(Token { kind, span: Span::new(start, end), is_glued });
        is_glued = true;
    }
    tokens
}

/// Year, month, day, hour, minute and second as Chinese, Japanese and Korean write them behind numbers.
fn is_date_ideograph(character: char) -> bool {
    matches!(character, '年' | '月' | '日' | '时' | '時' | '分' | '秒' | '년' | '월' | '일' | '시' | '분' | '초')
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns the value of a decimal digit of the scripts in which news is dated.
fn digit(character: char) -> Option<u32> {
    let zero = match character {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{9e6}'..='\u{9ef}' => '\u{9e6}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(character as u32 - zero as u32)
}

/// Returns the length of "st", "nd", "rd", "th", "er", "º" or "ª" that is glued to a number.
fn ordinal_suffix(rest: &str) -> Option<usize> {
    let suffixes = ["st", "nd", "rd", "th", "er", "º", "ª", "°"];
    let found = suffixes.iter().find(|suffix| {
        let start = rest.get(..suffix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(suffix))
            && !rest[suffix.len()..].starts_with(char::is_alphabetic)
    });
    found.map(|suffix| suffix.len())
}

/// Returns where the word that begins at `start` ends: "a.m." and "Sept." are one word each.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut letters = 0;
    for (at, character) in text[start..].char_indices() {
        let is_part = character.is_alphabetic() && !is_date_ideograph(character)
            || !character.is_ascii()
                && (unicode_normalization::char::is_combining_mark(character) || character == '\u{200c}');
        if is_part {
            letters += 1;
        } else if character == '.' && letters <= 4 {
            letters = 0;
        } else {
            break;
        }
        end = start + at + character.len_utf8();
    }
    end
}

fn word_kind(word: &str) -> Kind {
    let mut folded = Folded::default();
    folded.set(word);
    match folded.as_str() {
        "am" => Kind::Meridiem { is_afternoon: false },
        "pm" => Kind::Meridiem { is_afternoon: true },
        _ => Kind::Word(date_word(&folded)),
    }
}
