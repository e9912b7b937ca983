//! Reduces words to stems, so that a bare word finds its inflections.

use std::cell::RefCell;
use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};

/// Names the stemmer in the index's metadata: other stems are other terms, so an index made with another is rebuilt.
pub const STEMMER: &str = "snowball-2026-08";

/// Language whose stemmer serves text of unknown language.
pub const FALLBACK: &str = "en";

/// Language, as two letters, and its stemmer.
const STEMMERS: &[(&str, Algorithm)] = &[
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// Words remembered for each language and thread: an archive's running text has fewer distinct words that matter, and
/// stemming a word again costs twenty times a look-up.
const MOST_REMEMBERED: usize = 200_000;

/// Returns the stem of a folded word; the word itself in a language without a stemmer.
///
/// Stems are made of folded words on both sides, so that a word typed without its accents leads to the same stem.
pub fn stem(language: Option<&str>, folded: &str) -> String {
    let language = language.unwrap_or(FALLBACK);
    let Ok(row) = STEMMERS.binary_search_by_key(&language, |row| row.0) else { return folded.to_owned() };
    if !folded.chars().all(char::is_alphabetic) {
        return folded.to_owned();
    }
    REMEMBERED.with_borrow_mut(|remembered| {
        let words = remembered.entry(row).or_default();
        if let Some(stem) = words.get(folded) {
            return stem.clone();
        }
        let stem = Stemmer::new(STEMMERS[row].1).stem(folded).to_string();
        let stem = if stem.is_empty() { folded.to_owned() } else { stem };
        if words.len() >= MOST_REMEMBERED {
            words.clear();
        }
        words.insert(folded.to_owned(), stem.clone());
        stem
    })
}

thread_local! {
    static REMEMBERED: RefCell<HashMap<usize, HashMap<String, String>>> = RefCell::new(HashMap::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_sorted() {
        assert!(STEMMERS.is_sorted_by_key(|row| row.0));
    }

    #[test]
    fn stems() {
        for (language, word, expected) in [
            (Some("en"), "negotiations", "negoti"),
            (Some("en"), "negotiate", "negoti"),
            (None, "talks", "talk"),
            (Some("de"), "verhandlungen", "verhandl"),
            (Some("xx"), "talks", "talks"),
            (Some("en"), "u.s.", "u.s."),
            (Some("en"), "1990s", "1990s"),
        ] {
            assert_eq!(stem(language, word), expected, "{word}");
        }
    }
}
