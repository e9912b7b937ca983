//! In: a query's text. Out: its tokens, one at a time, because what a token is depends on the field it stands in.

use std::ops::Range;

use super::error::Mistake;
use super::operators::{self, Proximity, Role};
use super::typed;

/// What stands at a place of the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    End,
    Open,
    Close,
    And,
    Or,
    Not,
    /// `-` at the start of what it negates.
    Minus,
    /// `NEAR/5` and its kind, with the number after the slash.
    Between(Proximity),
    /// `ATLEAST/3`.
    AtLeast(u32),
    /// `CAPS`, an opening bracket next.
    Capitals,
    /// A name with a colon behind it; the span is the name's.
    Field,
    /// Words between quotation marks; the range is what is between.
    Phrase(Range<usize>),
    /// A regular expression; the range is what is between the slashes.
    Regex(Range<usize>),
    /// Anything else up to a space, a bracket or a quotation mark.
    Typed,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexed {
    pub token: Token,
    pub span: Range<usize>,
}

/// What a token at this place may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Anything.
    Part,
    /// What a colon names: nothing there is an operator.
    Value,
}

/// How the words of a place are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As words, phrases and patterns.
    Words,
    /// As values, whole: days, numbers, paths, addresses.
    Values,
}

/// A mistake and where it stands.
pub(super) type Found<T> = Result<T, (Mistake, Range<usize>)>;

/// Whether a character opens or closes a phrase: double quotation marks, straight, curly or pointed.
pub(super) fn is_quotation_mark(char: char) -> bool {
    is_curly_or_straight(char) || matches!(char, '«' | '»')
}

fn is_curly_or_straight(char: char) -> bool {
    matches!(char, '"' | '“' | '”' | '„' | '‟' | '＂')
}

/// Returns what stands between the quotation mark at `start` and the one that closes it, and where that ends.
pub(super) fn phrase_at(text: &str, start: usize) -> Option<(Range<usize>, usize)> {
    let opening = text[start..].chars().next().filter(|&char| is_quotation_mark(char))?;
    let inside = start + opening.len_utf8();
    let closes = |char: char| match opening {
        '«' | '»' => matches!(char, '«' | '»'),
        _ => is_curly_or_straight(char),
    };
    let (length, closing) = text[inside..].char_indices().find(|(_, char)| closes(*char))?;
    Some((inside..inside + length, inside + length + closing.len_utf8()))
}

fn is_space(char: char) -> bool {
    char.is_whitespace() || char.is_control()
}

/// Reads tokens from a text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub fn text(&self) -> &'t str {
        self.text
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes on from `at`, which an earlier token's end gave.
    pub fn resume(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads the next token; what holds no word, such as a dash between spaces, is passed over.
    ///
    /// # Errors
    /// If a phrase or regular expression does not end, or an operator is misspelt.
    pub fn next(&mut self, expected: Expected, reading: Reading) -> Found<Lexed> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches(is_space).len();
            let start = self.at;
            let token = self.token(expected, reading)?;
            let is_empty = token == Token::Typed
                && reading == Reading::Words
                && expected == Expected::Part
                && !typed::holds_word(&self.text[start..self.at]);
            if !is_empty {
                return Ok(Lexed { token, span: start..self.at });
            }
        }
    }

    fn token(&mut self, expected: Expected, reading: Reading) -> Found<Token> {
        let Some(char) = self.char() else { return Ok(Token::End) };
        match char {
            '(' | ')' => {
                self.at += 1;
                Ok(if char == '(' { Token::Open } else { Token::Close })
            }
            '-' if expected == Expected::Part && self.negates() => {
                self.at += 1;
                Ok(Token::Minus)
            }
            _ if reading == Reading::Values => self.value(expected),
            _ if is_quotation_mark(char) => self.phrase(),
            '/' if self.opens_regex() => self.regex(),
            _ => self.word(expected),
        }
    }

    /// Whether the dash here stands at the start of something it can negate.
    fn negates(&self) -> bool {
        let before = self.text[..self.at].chars().next_back();
        let after = self.rest()[1..].chars().next();
        before.is_none_or(|char| is_space(char) || char == '(')
            && after.is_some_and(|char| !is_space(char) && !matches!(char, '-' | ')'))
    }

    fn phrase(&mut self) -> Found<Token> {
        let start = self.at;
        let (inner, end) = phrase_at(self.text, start).ok_or_else(|| {
            let mark = self.char().map_or(0, char::len_utf8);
            (Mistake::UnclosedPhrase, start..start + mark)
        })?;
        self.at = end;
        Ok(Token::Phrase(inner))
    }

    fn opens_regex(&self) -> bool {
        self.rest()[1..].chars().next().is_some_and(|char| !is_space(char) && !matches!(char, '/' | ')'))
    }

    fn regex(&mut self) -> Found<Token> {
        let start = self.at;
        let mut is_escaped = false;
        let mut is_in_class = false;
        for (offset, char) in self.text[start + 1..].char_indices() {
            let here = start + 1 + offset;
            match char {
                _ if is_space(char) => break,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => is_in_class = true,
                ']' => is_in_class = false,
                '/' if !is_in_class => {
                    self.at = here + 1;
                    if self.char().is_some_and(|next| !is_space(next) && !matches!(next, '(' | ')' | '^')) {
                        return Err((Mistake::RegexGoesOn, start..self.typed_end()));
                    }
                    return Ok(Token::Regex(start + 1..here));
                }
                _ => {}
            }
        }
        Err((Mistake::UnclosedRegex, start..start + 1))
    }

    /// Returns where the run of characters from here to a space, a bracket or a quotation mark ends.
    fn typed_end(&self) -> usize {
        let ends = |char: char| is_space(char) || matches!(char, '(' | ')') || is_quotation_mark(char);
        self.at + self.rest().find(ends).unwrap_or(self.rest().len())
    }

    fn word(&mut self, expected: Expected) -> Found<Token> {
        if expected == Expected::Part
            && let Some(name) = self.field_name()
        {
            self.at += name;
            return Ok(Token::Field);
        }
        let start = self.at;
        self.at = self.typed_end();
        if expected == Expected::Value {
            let is_capitals = &self.text[start..self.at] == "CAPS" && self.rest().starts_with('(');
            return Ok(if is_capitals { Token::Capitals } else { Token::Typed });
        }
        operator(&self.text[start..self.at], self.rest().starts_with('(')).map_err(|error| (error, start..self.at))
    }

    /// Reads a value; quotation marks in it hold spaces together: `"last week"..today`.
    fn value(&mut self, expected: Expected) -> Found<Token> {
        let start = self.at;
        let mut opened = None;
        let mut end = self.text.len();
        for (offset, char) in self.rest().char_indices() {
            if is_quotation_mark(char) {
                opened = if opened.is_none() { Some(start + offset..start + offset + char.len_utf8()) } else { None };
            } else if opened.is_none() && (is_space(char) || matches!(char, '(' | ')')) {
                end = start + offset;
                break;
            }
        }
        if let Some(mark) = opened {
            return Err((Mistake::UnclosedPhrase, mark));
        }
        self.at = end;
        if expected == Expected::Value {
            return Ok(Token::Typed);
        }
        Ok(match &self.text[start..end] {
            "AND" => Token::And,
            "OR" => Token::Or,
            "NOT" => Token::Not,
            _ => Token::Typed,
        })
    }

    /// Returns the length of the field name here, if a colon follows that names something: in `20:48`, in
    /// `https://…` and before a space it does not.
    fn field_name(&self) -> Option<usize> {
        let rest = self.rest();
        if !rest.starts_with(char::is_alphabetic) {
            return None;
        }
        let length = rest.find(|char: char| !(char.is_alphanumeric() || char == '_'))?;
        let value = rest[length..].strip_prefix(':')?;
        let names = value.starts_with(|char: char| !is_space(char) && char != ')') && !value.starts_with("//");
        names.then_some(length)
    }
}

/// Returns the operator that `typed` spells, or that it is none.
fn operator(typed: &str, is_before_bracket: bool) -> Result<Token, Mistake> {
    match typed {
        "AND" => return Ok(Token::And),
        "OR" => return Ok(Token::Or),
        "NOT" => return Ok(Token::Not),
        "&&" => return Err(Mistake::ForeignOperator { typed: "&&", ours: "AND" }),
        "||" => return Err(Mistake::ForeignOperator { typed: "||", ours: "OR" }),
        "|" => return Err(Mistake::ForeignOperator { typed: "|", ours: "OR" }),
        "CAPS" if is_before_bracket => return Ok(Token::Capitals),
        _ => {}
    }
    let Some((name, argument)) = typed.split_once('/') else {
        return match operators::slashed().find(|(_, name, _)| *name == typed) {
            Some((operator, ..)) => {
                Err(Mistake::LoneOperator { name: typed.into(), spelling: operator.spellings[0].into() })
            }
            None => Ok(Token::Typed),
        };
    };
    for (operator, own_name, own_argument) in operators::slashed_in_any_spelling() {
        if !name.eq_ignore_ascii_case(own_name) {
            continue;
        }
        let count = match own_argument {
            "n" if !argument.is_empty() && argument.bytes().all(|byte| byte.is_ascii_digit()) => {
                let count = argument.parse().ok().filter(|count| operators::COUNTS.contains(count));
                count.ok_or_else(|| Mistake::Count { operator: own_name.into() })?
            }
            letter if argument.eq_ignore_ascii_case(letter) && letter != "n" => 0,
            _ => continue,
        };
        return Ok(match operator.role {
            Role::AtLeast => Token::AtLeast(count),
            Role::Between(build) => Token::Between(Proximity { operator, build, count }),
            Role::Grammar => Token::Typed,
        });
    }
    // In small letters it is two words: before/after.
    match operators::slashed().find(|(_, own_name, _)| *own_name == name) {
        Some((operator, _, "n")) if operator.role.is_slashed() => Err(Mistake::Count { operator: name.into() }),
        Some((operator, ..)) => {
            Err(Mistake::LoneOperator { name: typed.into(), spelling: operator.spellings[0].into() })
        }
        None => Ok(Token::Typed),
    }
}
