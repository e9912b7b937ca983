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

/// Most distinct words whose stems a thread remembers of one language: an archive's vocabulary without its hapaxes.
const MOST_REMEMBERED: usize = 400_000;

/// Returns whether the stemmer of a language takes away beginnings of words too, so that inflections begin anyhow.
pub fn strips_beginnings(language: Option<&str>) -> bool {
    language == Some("ar")
}

/// Returns the stem of a folded word; a word that is not all letters is its own stem.
pub fn stem(language: Option<&str>, folded: &str) -> String {
    with_stems(language, |stems| {
        let id = stems.id(folded);
        stems.stem(id).to_owned()
    })
}

/// Calls `use_stems` with what this thread remembers of the stems of one language. Ids hold as long as the call.
pub fn with_stems<R>(language: Option<&str>, use_stems: impl FnOnce(&mut Stems) -> R) -> R {
    let language = language.unwrap_or(FALLBACK);
    let row = STEMMERS.binary_search_by_key(&language, |row| row.0).ok();
    REMEMBERED.with_borrow_mut(|remembered| {
        let stems = remembered.entry(row).or_insert_with(|| Stems::new(row));
        if stems.by_word.len() >= MOST_REMEMBERED {
            *stems = Stems::new(row);
        }
        use_stems(stems)
    })
}

thread_local! {
    static REMEMBERED: RefCell<HashMap<Option<usize>, Stems>> = RefCell::new(HashMap::new());
}

/// The stems of one language that were needed before: stemming a word costs ten times what looking it up does.
pub struct Stems {
    stemmer: Option<Stemmer>,
    by_word: HashMap<Box<str>, StemId, foldhash::fast::RandomState>,
    by_stem: HashMap<Box<str>, StemId, foldhash::fast::RandomState>,
    stems: Vec<Box<str>>,
    /// For whoever collects stems without repeats.
    pub seen: StemSet,
}

/// Stems that were met since the set was last emptied, which costs nothing.
pub struct StemSet {
    /// By stem, the round in which it was met last.
    met: Vec<u32>,
    round: u32,
}

impl StemSet {
    pub fn clear(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.met.clear();
            self.round = 1;
        }
    }

    /// Returns whether the stem was not met before.
    pub fn insert(&mut self, id: StemId) -> bool {
        let index = id.0 as usize;
        if index >= self.met.len() {
            self.met.resize(index + 1, 0);
        }
        std::mem::replace(&mut self.met[index], self.round) != self.round
    }
}

/// Stands for a stem: equal for the inflections of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StemId(u32);

impl Stems {
    fn new(row: Option<usize>) -> Self {
        Self {
            stemmer: row.map(|row| Stemmer::new(STEMMERS[row].1)),
            by_word: HashMap::default(),
            by_stem: HashMap::default(),
            stems: Vec::new(),
            seen: StemSet { met: Vec::new(), round: 1 },
        }
    }

    /// Returns the id of a folded word's stem.
    pub fn id(&mut self, folded: &str) -> StemId {
        if let Some(&id) = self.by_word.get(folded) {
            return id;
        }
        let stem = match &self.stemmer {
            Some(stemmer) if folded.chars().all(char::is_alphabetic) => stemmer.stem(folded),
            _ => folded.into(),
        };
        let stem = if stem.is_empty() { folded } else { &*stem };
        let id = match self.by_stem.get(stem) {
            Some(&id) => id,
            None => {
                let id = StemId(self.stems.len() as u32);
                self.stems.push(stem.into());
                self.by_stem.insert(stem.into(), id);
                id
            }
        };
        self.by_word.insert(folded.into(), id);
        id
    }

    pub fn stem(&self, id: StemId) -> &str {
        &self.stems[id.0 as usize]
    }
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

    #[test]
    fn a_set_is_empty_once_it_was_cleared() {
        with_stems(Some("en"), |stems| {
            let (talk, path) = (stems.id("talks"), stems.id("path"));
            stems.seen.clear();
            assert!(stems.seen.insert(talk) && stems.seen.insert(path) && !stems.seen.insert(talk));
            stems.seen.clear();
            assert!(stems.seen.insert(talk));
        });
    }
}
