//! The table of a font that says which letters its codes stand for (ToUnicode).

use std::collections::HashMap;

/// Codes and their letters.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    pub letters: HashMap<u32, String>,
    /// Whether all codes are of one byte.
    pub is_one_byte: bool,
    /// How often a code was given a letter.
    given: usize,
}

/// A font of two bytes a code has no more; larger tables are made to fill memory or time.
const MOST_CODES: usize = 1 << 16;

/// Longest letter: a ligature of some letters, or a sign that stands for a word.
const LONGEST_LETTER_UNITS: usize = 32;

impl ToUnicode {
    /// Reads a table; what in it is no table is passed over.
    pub fn parse(table: &[u8]) -> Self {
        let mut found = Self::default();
        let mut tokens = Tokens { rest: table };
        let mut codes: Vec<Vec<u8>> = Vec::new();
        let mut longest_code = 0;
        while let Some(token) = tokens.next() {
            match token {
                Token::Hex(code) => codes.push(code),
                Token::Word(b"endcodespacerange") => {
                    longest_code = codes.drain(..).map(|code| code.len()).fold(longest_code, usize::max);
                }
                Token::Word(b"endbfchar") => {
                    for pair in codes.drain(..).as_slice().chunks_exact(2) {
                        found.insert(number(&pair[0]), letters(&pair[1]));
                    }
                }
                Token::Open if codes.len() % 3 == 2 => {
                    // A letter for each code of the range.
                    let first = number(&codes[codes.len() - 2]);
                    let mut at = 0;
                    while let Some(Token::Hex(letter)) = tokens.next() {
                        found.insert(first.saturating_add(at), letters(&letter));
                        at += 1;
                    }
                    codes.truncate(codes.len() - 2);
                }
                Token::Word(b"endbfrange") => {
                    for range in codes.drain(..).as_slice().chunks_exact(3) {
                        found.insert_range(number(&range[0]), number(&range[1]), &range[2]);
                    }
                }
                // What stands before one of these says how many follow.
                Token::Word(word) if word.starts_with(b"begin") => codes.clear(),
                Token::Word(_) | Token::Open | Token::Close => {}
            }
        }
        found.is_one_byte = longest_code == 1;
        found
    }

    /// Gives the codes of a range letters that follow one another in their last unit.
    fn insert_range(&mut self, first: u32, last: u32, letter: &[u8]) {
        let mut units = units(letter);
        for code in first..=last {
            if self.given >= MOST_CODES {
                return;
            }
            self.insert(code, String::from_utf16_lossy(&units));
            let Some(unit) = units.last_mut() else { return };
            *unit = unit.wrapping_add(1);
        }
    }

    fn insert(&mut self, code: u32, letters: String) {
        self.given += 1;
        // Zero stands for a letter that the font's maker did not know.
        if self.given <= MOST_CODES && !letters.contains('\0') {
            self.letters.insert(code, letters);
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().fold(0, |number: u32, &byte| number.wrapping_shl(8) | u32::from(byte))
}

fn units(letter: &[u8]) -> Vec<u16> {
    let pairs = letter.chunks_exact(2).take(LONGEST_LETTER_UNITS);
    pairs.map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

fn letters(letter: &[u8]) -> String {
    String::from_utf16_lossy(&units(letter))
}

enum Token<'t> {
    Hex(Vec<u8>),
    Word(&'t [u8]),
    Open,
    Close,
}

struct Tokens<'t> {
    rest: &'t [u8],
}

impl<'t> Tokens<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        self.rest = self.rest.trim_ascii_start();
        while self.rest.starts_with(b"%") {
            let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
            self.rest = self.rest[end..].trim_ascii_start();
        }
        let (&first, behind) = self.rest.split_first()?;
        match first {
            b'[' | b']' => {
                self.rest = behind;
                Some(if first == b'[' { Token::Open } else { Token::Close })
            }
            b'<' if !behind.starts_with(b"<") => {
                let end = memchr::memchr(b'>', behind)?;
                self.rest = &behind[end + 1..];
                Some(Token::Hex(bytes_of_hex(&behind[..end])))
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'<' | b'%');
                let end = behind.iter().position(is_end).unwrap_or(behind.len()) + 1;
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                Some(Token::Word(word))
            }
        }
    }
}

fn bytes_of_hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        digits.iter().filter_map(|&digit| char::from(digit).to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_letters() {
        let rows: [(&str, &[(u32, &str)]); 7] = [
            ("2 beginbfchar <01> <0041> <0002> <00660069> endbfchar", &[(1, "A"), (2, "fi")]),
            ("1 beginbfrange <0041> <0043> <0061> endbfrange", &[(0x41, "a"), (0x42, "b"), (0x43, "c")]),
            ("2 beginbfrange <01> <02> [<0058> <0059>] <05> <05> <005A> endbfrange", &[(1, "X"), (2, "Y"), (5, "Z")]),
            ("% made by hand\n% twice\n1 beginbfchar <01><D83DDE00> endbfchar", &[(1, "😀")]),
            // No letters.
            ("1 beginbfchar <01> <0000> endbfchar", &[]),
            ("1 beginbfrange <09> <01> <0041> endbfrange", &[]),
            ("1 beginbfchar <01> <0041>", &[]),
        ];
        for (table, expected) in rows {
            let mut found: Vec<(u32, String)> = ToUnicode::parse(table.as_bytes()).letters.into_iter().collect();
            found.sort();
            let found: Vec<(u32, &str)> = found.iter().map(|(code, letter)| (*code, letter.as_str())).collect();
            assert_eq!(found, expected, "{table}");
        }
    }

    #[test]
    fn the_length_of_codes_is_told() {
        for (table, is_one_byte) in [
            ("1 begincodespacerange <00> <FF> endcodespacerange", true),
            ("1 begincodespacerange <0000> <FFFF> endcodespacerange", false),
            ("", false),
        ] {
            assert_eq!(ToUnicode::parse(table.as_bytes()).is_one_byte, is_one_byte, "{table}");
        }
    }

    #[test]
    fn a_table_made_to_fill_memory_ends() {
        let ranges = "<00000000> <FFFFFFFF> <0041> ".repeat(1_000);
        let table = ToUnicode::parse(format!("100 beginbfrange {ranges} endbfrange").as_bytes());
        assert_eq!(table.letters.len(), MOST_CODES - 1, "all but the code of the zero letter");
    }
}
