//! In: the folded words of a statement. Out: eight bits for each, in numbers of a column: enough to tell one statement
//! from another without reading either.
//!
//! Words that turn what is said have codes of their own. What no code tells apart, one pair of words in 128 that stand in
//! each other's place, counts as one word.

use std::sync::OnceLock;

use super::keys::{Effect, WordKey};
use super::variant::FEWEST_WORDS;
use crate::language::{Class, LANGUAGES, Lexicon};

/// Statements of more words have no codes: a speech printed whole is found as a near-copy of its article.
const MOST_WORDS: usize = 600;

/// Fills the last number of a statement.
const NONE: u8 = 0;
/// Words that turn a sentence into its opposite.
const NEGATIONS: Range = Range { first: 1, count: 15 };
/// Halves of words that may not be changed: numbers, and every word of a language whose negations nobody lists. Each is
/// two, so that hardly any two are the same.
const FIXED: Range = Range { first: 16, count: 112 };
const OTHERS: Range = Range { first: 128, count: 128 };

/// Codes that follow each other.
struct Range {
    first: u8,
    count: u8,
}

impl Range {
    fn code(&self, hash: u64) -> u8 {
        self.first + (hash % u64::from(self.count)) as u8
    }

    fn has(&self, code: u8) -> bool {
        (self.first..=self.first + (self.count - 1)).contains(&code)
    }
}

/// Whether a word that is changed makes another statement of it.
pub fn is_turning(code: u8) -> bool {
    FIXED.has(code) || is_negation(code)
}

/// Returns how many half words codes stand for.
pub fn halves(codes: &[u8]) -> usize {
    codes.iter().map(|code| if FIXED.has(*code) { 1 } else { 2 }).sum()
}

/// Whether a word turns a sentence into its opposite.
pub fn is_negation(code: u8) -> bool {
    NEGATIONS.has(code)
}

/// What stands for a word: one code, or two halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    first: u8,
    second: Option<u8>,
}

impl Code {
    /// Returns the code of a word.
    pub fn of(word: WordKey) -> Self {
        // Its last bits tell nothing.
        let hash = word.hash() >> 8;
        match word.effect() {
            Effect::Negation => Self { first: NEGATIONS.code(hash), second: None },
            Effect::Other => Self { first: OTHERS.code(hash), second: None },
            Effect::Fixed => Self { first: FIXED.code(hash), second: Some(FIXED.code(hash >> 24)) },
        }
    }
}

/// Makes keys of the words of one language.
pub struct Coder(Option<Negations>);

impl Coder {
    /// Returns the coder of a language.
    pub fn new(language: &str) -> Self {
        Self(Negations::of(language))
    }

    /// Returns the key of a folded word.
    pub fn key(&self, word: &str) -> WordKey {
        let effect = match &self.0 {
            Some(negations) if !word.contains(char::is_numeric) => {
                if negations.hold(word) {
                    Effect::Negation
                } else {
                    Effect::Other
                }
            }
            _ => Effect::Fixed,
        };
        WordKey::new(word, effect)
    }
}

/// Returns the codes of a statement's words, one behind the other; none where they are too few or too many to be compared.
pub fn coded(words: impl Iterator<Item = Code>) -> Vec<u8> {
    let mut count = 0;
    let mut codes = Vec::new();
    for Code { first, second } in words.take(MOST_WORDS + 1) {
        count += 1;
        codes.push(first);
        codes.extend(second);
    }
    if (FEWEST_WORDS..=MOST_WORDS).contains(&count) { codes } else { Vec::new() }
}

/// Returns codes as numbers of a column.
pub fn packed(codes: &[u8]) -> impl Iterator<Item = u64> {
    codes.chunks(size_of::<u64>()).map(|codes| {
        let mut number = [NONE; size_of::<u64>()];
        number[..codes.len()].copy_from_slice(codes);
        u64::from_le_bytes(number)
    })
}

/// Returns the codes that numbers of a column hold.
pub fn unpacked(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    numbers.flat_map(u64::to_le_bytes).take_while(|code| *code != NONE).collect()
}

/// The words of a language that turn a sentence into its opposite.
struct Negations(&'static Lexicon);

impl Negations {
    /// Returns those of a language; none where no word lists of it are known.
    fn of(language: &str) -> Option<Self> {
        static LEXICONS: [OnceLock<Lexicon>; LANGUAGES.len()] = [const { OnceLock::new() }; LANGUAGES.len()];
        let number = LANGUAGES.iter().position(|known| known.code == language)?;
        Some(Self(LEXICONS[number].get_or_init(LANGUAGES[number].lexicon)))
    }

    fn hold(&self, word: &str) -> bool {
        self.0.entry(word).classes.has(Class::Negation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: &str, word: &str) -> Code {
        Code::of(Coder::new(language).key(word))
    }

    #[test]
    fn codes_tell_what_a_word_does() {
        // Each word with whether it turns, and whether it negates.
        let rows: [(&str, &str, bool, bool); 6] = [
            ("harbour", "en", false, false),
            ("not", "en", true, true),
            ("never", "en", true, true),
            ("12", "en", true, false),
            ("4th", "en", true, false),
            ("hafen", "de", true, false),
        ];
        for (word, language, turns, negates) in rows {
            let codes = coded([code(language, word); FEWEST_WORDS].into_iter());
            assert!(codes.len() >= FEWEST_WORDS, "{word}");
            assert!(codes.iter().all(|code| is_turning(*code) == turns), "{word}: {codes:?}");
            assert!(codes.iter().all(|code| is_negation(*code) == negates), "{word}: {codes:?}");
        }
        let coded_number = |number: u32| coded([code("en", &number.to_string()); FEWEST_WORDS].into_iter());
        let numbers: std::collections::HashSet<Vec<u8>> = (0..100).map(coded_number).collect();
        assert!(numbers.len() > 98, "{} of 100 numbers are told apart", numbers.len());
    }

    #[test]
    fn columns_hold_what_was_coded() {
        for count in [0, FEWEST_WORDS - 1, FEWEST_WORDS, 8, 9, 16, 17, MOST_WORDS, MOST_WORDS + 1] {
            let words: Vec<String> = (0..count).map(|number| format!("w{}", number % 7)).collect();
            let codes = coded(words.iter().map(|word| code("en", word)));
            let are_coded = (FEWEST_WORDS..=MOST_WORDS).contains(&count);
            assert_eq!(codes.len(), if are_coded { 2 * count } else { 0 });
            assert_eq!(unpacked(packed(&codes)), codes, "{count} words");
        }
    }
}
