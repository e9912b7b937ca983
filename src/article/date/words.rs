//! What each word of a printed date is, from `words.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::language::FastHash;

/// All that one word may be; a word can be several things, as "mar" is a month and a weekday is short for "sea".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DateWord {
    pub month: Option<u8>,
    /// Month of the Iranian calendar.
    pub jalali: Option<u8>,
    pub zone: Option<Zone>,
    pub is_weekday: bool,
    pub is_joint: bool,
    pub is_label: bool,
    pub is_hour_mark: bool,
    pub is_update: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of Greenwich.
    Offset(i32),
    /// Rules by which the distance follows from the day.
    Rules(Tz),
}

/// Longest word of the list, in bytes as folded.
const LONGEST: usize = 32;

static WORDS: LazyLock<HashMap<Box<str>, DateWord, FastHash>> = LazyLock::new(|| {
    let mut words: HashMap<Box<str>, DateWord, FastHash> = HashMap::default();
    let mut section = "";
    for line in include_str!("words.txt").lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let (value, list) = line.split_once(": ").unwrap_or(("", line));
        for word in list.split_whitespace() {
            let mut folded = Folded::default();
            assert!(folded.set(word), "{word} is longer than {LONGEST} bytes");
            let entry = words.entry(folded.as_str().into()).or_default();
            let number = || value.parse().unwrap_or_else(|_| panic!("{word} has no number in words.txt"));
            match section {
                "month" => entry.month = Some(number()),
                "jalali" => entry.jalali = Some(number()),
                "zone" => entry.zone = value.parse().ok().map(Zone::Offset),
                "rules" => entry.zone = value.parse().ok().map(Zone::Rules),
                "weekday" => entry.is_weekday = true,
                "joint" => entry.is_joint = true,
                "label" => entry.is_label = true,
                "hour_mark" => entry.is_hour_mark = true,
                "update" => entry.is_update = true,
                other => panic!("unknown section [{other}] in words.txt"),
            }
        }
    }
    words
});

/// Returns what a word is; dots inside it, as in "a.m.", must be gone.
pub(super) fn date_word(word: &Folded) -> DateWord {
    WORDS.get(word.as_str()).copied().unwrap_or_default()
}

/// A short word in lower case, without accents and dots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folded {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Default for Folded {
    fn default() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }
}

impl Folded {
    /// Folds a word; one that is too long for the list is left empty, and false returned.
    pub fn set(&mut self, word: &str) -> bool {
        self.length = 0;
        if word.is_ascii() {
            return word.bytes().filter(|&byte| byte != b'.').all(|byte| self.push(byte.to_ascii_lowercase() as char));
        }
        let letters = word.nfkd().filter(|letter| !is_combining_mark(*letter) && !matches!(letter, '.' | '\u{200c}'));
        letters.flat_map(char::to_lowercase).all(|letter| self.push(letter))
    }

    fn push(&mut self, letter: char) -> bool {
        let width = letter.len_utf8();
        if self.length + width > LONGEST {
            self.length = 0;
            return false;
        }
        letter.encode_utf8(&mut self.bytes[self.length..]);
        self.length += width;
        true
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_however_written() {
        let rows = [
            ("SEPT", Some(9), None, false),
            ("Août", Some(8), None, false),
            ("März", Some(3), None, false),
            ("сентября", Some(9), None, false),
            ("شهریور", None, Some(6), false),
            ("Tues", None, None, true),
            ("Miércoles", None, None, true),
            ("Septuagint", None, None, false),
            ("", None, None, false),
        ];
        for (word, month, jalali, is_weekday) in rows {
            let mut folded = Folded::default();
            folded.set(word);
            let found = date_word(&folded);
            assert_eq!((found.month, found.jalali, found.is_weekday), (month, jalali, is_weekday), "{word}");
        }
    }

    #[test]
    fn zones_have_a_distance_or_rules() {
        let zones = WORDS.iter().filter_map(|(word, found)| Some((word, found.zone?)));
        for (word, zone) in zones {
            if let Zone::Offset(minutes) = zone {
                assert!((-720..=840).contains(&minutes), "{word}");
            }
        }
        assert_eq!(WORDS["et"].zone, Some(Zone::Rules(chrono_tz::America::New_York)));
    }
}
