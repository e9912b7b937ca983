//! Reduces words to stems, so that a bare word finds its inflections.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use frostem::{Algorithm, Stemmer};

use super::fetch::fetch;
use super::keys::WordKey;
use super::marks::{CAPITALISED, Writing, joined};
use super::term_texts::TermTexts;
use super::vocabulary::{ShortKey, Vocabulary};
use super::word_codes::Coder;
use super::words::WordRef;

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

/// Most distinct terms that a thread remembers of one language, in 40 MB: an archive's vocabulary without its hapaxes.
const MOST_REMEMBERED: usize = 300_000;

/// Returns with what every word begins that a language reduces to `stem`, as it does `word`: as much as is known of it.
pub fn beginning<'w>(language: Option<&str>, word: &'w str, stem: &'w str) -> &'w str {
    match language.unwrap_or(FALLBACK) {
        // Its beginnings are taken away, too.
        "ar" => "",
        "en" => match stem.strip_suffix("ie").filter(|rest| rest.chars().count() == 1) {
            // Dying and die.
            Some(first) => first,
            // The last letter is all that changes: sky and skies, negotiate and negotiation, able and ability.
            None => stem.strip_suffix(['i', 'e', 'l', 'y']).unwrap_or(stem),
        },
        _ => shared_beginning(word, stem),
    }
}

/// Returns what word and stem share, but its last letter, which stemming may change. Of short stems it may change more,
/// so that only the first letter counts.
fn shared_beginning<'w>(word: &'w str, stem: &str) -> &'w str {
    let shared: Vec<usize> = word
        .char_indices()
        .zip(stem.chars())
        .take_while(|((_, a), b)| a == b)
        .map(|((at, a), _)| at + a.len_utf8())
        .collect();
    match shared.len() {
        0..=3 => &word[..shared.first().copied().unwrap_or(0)],
        count => &word[..shared[count - 2]],
    }
}

/// Returns the stem of a folded word; a word that is not all letters is its own stem.
pub fn stem(language: Option<&str>, folded: &str) -> String {
    with_stems(language, |stems| {
        let id = stems.id(folded);
        stems.text(id).to_owned()
    })
}

/// Calls `use_stems` with what this thread remembers of the stems of one language. Ids hold as long as the call.
pub fn with_stems<R>(language: Option<&str>, use_stems: impl FnOnce(&mut Stems) -> R) -> R {
    let language = language.unwrap_or(FALLBACK);
    let row = STEMMERS.binary_search_by_key(&language, |row| row.0).ok();
    REMEMBERED.with_borrow_mut(|remembered| {
        let stems = remembered.entry(row).or_insert_with(|| Stems::new(row));
        if stems.vocabulary.len() >= MOST_REMEMBERED {
            *stems = Stems::new(row);
        }
        use_stems(stems)
    })
}

thread_local! {
    static REMEMBERED: RefCell<HashMap<Option<usize>, Stems>> = RefCell::new(HashMap::new());
}

/// The terms of one language that were needed before, words and stems: stemming a word costs ten times what looking it
/// up does.
pub struct Stems {
    /// Tells its ids from those of all others.
    numbering: u64,
    stemmer: Option<Stemmer>,
    /// Made where it is asked for: it reads word lists.
    coder: Option<Coder>,
    /// Empty for all languages without a stemmer, none of which has word lists.
    language: &'static str,
    vocabulary: Vocabulary,
    texts: Arc<TermTexts>,
    /// By word, the stem; none where it was not asked for yet.
    stem_of: Vec<Option<TermId>>,
    printed: Printed,
    /// Free for callers to use.
    pub numbers: TermNumbers,
}

/// Stands for a term: equal for equal terms, and of stems for the inflections of one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TermId(NonZero<u32>);

impl TermId {
    fn of(number: u32) -> Self {
        Self(number.checked_add(1).and_then(NonZero::new).expect("so many terms do not fit into memory"))
    }

    /// Returns the number of the term, from 0 in the order in which terms came.
    pub fn index(self) -> usize {
        self.number() as usize
    }

    /// Returns the same, as `Stems::texts` knows it.
    pub fn number(self) -> u32 {
        self.0.get() - 1
    }
}

/// The terms that a printed word leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms {
    /// The word, folded.
    pub word: TermId,
    pub stem: TermId,
    /// What marks how it is written: the form, where that is neither the folded one nor merely has a capital first; of a
    /// joined word what marks it.
    pub mark: Option<TermId>,
}

/// The terms of words as they were printed lately, which are looked up for every word of an archive: so many that they
/// stay in the caches. A word puts out one that came before, and so never all of them at once.
#[derive(Default)]
struct Printed {
    /// By a hash of the word, the two that came last, the later one first. Empty until one comes: whoever asks for
    /// stems alone needs none.
    sets: Vec<PrintedSet>,
}

/// One line of a processor's cache.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct PrintedSet([Option<(ShortKey, Forms)>; 2]);

/// Sets, as a power of two: 2 MB, of which those of common words stay in the caches.
const PRINTED_SETS: u32 = 15;

impl Printed {
    fn set_of(key: ShortKey) -> usize {
        (key.hash() >> (u64::BITS - PRINTED_SETS)) as usize
    }

    fn get(&self, key: ShortKey) -> Option<Forms> {
        let PrintedSet(words) = self.sets.get(Self::set_of(key))?;
        words.iter().flatten().find(|(known, _)| *known == key).map(|(_, forms)| *forms)
    }

    fn put(&mut self, key: ShortKey, forms: Forms) {
        if self.sets.is_empty() {
            self.sets = vec![PrintedSet::default(); 1 << PRINTED_SETS];
        }
        let PrintedSet(words) = &mut self.sets[Self::set_of(key)];
        *words = [Some((key, forms)), words[0]];
    }
}

/// Counts terms from 0 in the order in which they are met.
pub struct TermNumbers {
    /// By term.
    met: Vec<Met>,
    round: u32,
    next: u32,
}

/// What is known of a term, in one place: whoever looks at it waits for the memory once.
#[derive(Clone, Copy, Default)]
pub struct Met {
    /// The round in which it was met last.
    round: u32,
    /// Its number there.
    pub number: u32,
    /// Of a word that was asked for it before.
    pub key: Option<WordKey>,
}

impl TermNumbers {
    fn new() -> Self {
        Self { met: Vec::new(), round: 1, next: 0 }
    }

    pub fn clear(&mut self) {
        self.next = 0;
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.met.clear();
            self.round = 1;
        }
    }

    /// Brings near what is known of terms.
    pub fn fetch(&self, ids: impl Iterator<Item = TermId>) {
        fetch(ids.map(|id| self.met.get(id.index()).map_or(0, |met| met.number)));
    }

    /// Returns a term with its number, and whether it was not met before.
    pub fn number(&mut self, id: TermId) -> (Met, bool) {
        let (round, next) = (self.round, self.next);
        let met = self.met_mut(id);
        let is_new = met.round != round;
        if is_new {
            (met.round, met.number) = (round, next);
        }
        let met = *met;
        self.next += u32::from(is_new);
        (met, is_new)
    }

    fn met_mut(&mut self, id: TermId) -> &mut Met {
        let index = id.index();
        if index >= self.met.len() {
            self.met.resize(index + 1, Met::default());
        }
        &mut self.met[index]
    }
}

impl Stems {
    fn new(row: Option<usize>) -> Self {
        static NUMBERINGS: AtomicU64 = AtomicU64::new(0);
        Self {
            numbering: NUMBERINGS.fetch_add(1, Ordering::Relaxed),
            stemmer: row.map(|row| Stemmer::new(STEMMERS[row].1)),
            coder: None,
            language: row.map_or("", |row| STEMMERS[row].0),
            vocabulary: Vocabulary::default(),
            texts: Arc::default(),
            stem_of: Vec::new(),
            printed: Printed::default(),
            numbers: TermNumbers::new(),
        }
    }

    /// Returns a number that all its ids have in common, and no others.
    pub fn numbering(&self) -> u64 {
        self.numbering
    }

    /// Returns the terms that are remembered of a word as it is printed.
    pub fn remembered(&self, printed: ShortKey) -> Option<Forms> {
        self.printed.get(printed)
    }

    /// Returns the terms that a word of `text` leaves, and remembers them where it has a key as it is printed.
    pub fn forms(&mut self, word: WordRef<'_>, text: &str, printed: Option<ShortKey>) -> Forms {
        let mark = match word.parts {
            1 => match Writing::in_text(word, text) {
                Writing::AsFolded => None,
                Writing::Capitalised => Some(self.term(CAPITALISED)),
                Writing::Otherwise(written) => Some(self.term(&written)),
            },
            parts => Some(self.term(&joined(parts, word.folded))),
        };
        let id = self.term(word.folded);
        let forms = Forms { word: id, stem: self.stem_of(id), mark };
        if let Some(key) = printed {
            self.printed.put(key, forms);
        }
        forms
    }

    /// Returns the id of a term as it stands.
    pub fn term(&mut self, text: &str) -> TermId {
        let (number, is_new) = self.vocabulary.number(text);
        if is_new {
            self.texts.put(number, text);
            self.stem_of.push(None);
        }
        TermId::of(number)
    }

    /// Returns the id of a folded word's stem.
    pub fn id(&mut self, folded: &str) -> TermId {
        let word = self.term(folded);
        self.stem_of(word)
    }

    /// Returns the id of the stem of the folded word that `word` stands for.
    pub fn stem_of(&mut self, word: TermId) -> TermId {
        if let Some(stem) = self.stem_of[word.index()] {
            return stem;
        }
        let folded = text_of(&self.texts, word);
        let stem = match &self.stemmer {
            Some(stemmer) if folded.chars().all(char::is_alphabetic) => stemmer.stem(folded).into_owned(),
            _ => String::new(),
        };
        let stem = if stem.is_empty() { word } else { self.term(&stem) };
        self.stem_of[word.index()] = Some(stem);
        stem
    }

    /// Returns the term that an id stands for.
    pub fn text(&self, id: TermId) -> &str {
        text_of(&self.texts, id)
    }

    /// Returns the texts of all terms, of which more will come, by the numbers of their ids.
    pub fn texts(&self) -> &Arc<TermTexts> {
        &self.texts
    }

    /// Returns the key of the folded word that an id stands for, and remembers it.
    pub fn key(&mut self, id: TermId) -> WordKey {
        let coder = self.coder.get_or_insert_with(|| Coder::new(self.language));
        *self.numbers.met_mut(id).key.get_or_insert_with(|| coder.key(text_of(&self.texts, id)))
    }
}

fn text_of(texts: &TermTexts, id: TermId) -> &str {
    texts.get(id.number()).expect("an id has the text that it was made for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_sorted() {
        assert!(STEMMERS.is_sorted_by_key(|row| row.0));
        for language in crate::language::LANGUAGES {
            assert!(STEMMERS.iter().any(|row| row.0 == language.code), "words of {} share their keys", language.code);
        }
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
            assert!(
                with_stems(language, |stems| stems.printed.sets.is_empty()),
                "memory for words that nobody printed"
            );
        }
    }

    #[test]
    fn inflections_begin_alike() {
        for (language, word, expected) in [
            (Some("en"), "negotiations", "negot"),
            (Some("en"), "parties", "part"),
            (Some("en"), "talk", "talk"),
            (Some("en"), "using", "us"),
            (Some("en"), "lying", "l"),
            (Some("en"), "skies", "sk"),
            (Some("en"), "possibility", "possib"),
            (None, "said", "said"),
            (Some("de"), "verhandlungen", "verhand"),
            (Some("de"), "tage", "t"),
            (Some("de"), "ä", ""),
            (Some("ar"), "والكتاب", ""),
        ] {
            let stem = stem(language, word);
            assert_eq!(beginning(language, word, &stem), expected, "{word}");
        }
        for words in
            ["lie lies lied lying", "sky skies", "use used using uses", "able ably ability", "hop hops hopping"]
        {
            let stems: Vec<String> = words.split(' ').map(|word| stem(Some("en"), word)).collect();
            for (word, stem) in words.split(' ').zip(&stems) {
                assert!(word.starts_with(beginning(Some("en"), word, stem)), "{word}");
            }
        }
    }

    #[test]
    fn of_three_words_with_one_place_the_last_two_are_remembered() {
        let words: Vec<ShortKey> = (0..200_000).filter_map(|number: u32| ShortKey::of(&number.to_string())).collect();
        let with_one_place = words.iter().filter(|word| Printed::set_of(**word) == Printed::set_of(words[0]));
        let [a, b, c] = *with_one_place.copied().take(3).collect::<Vec<_>>() else { panic!("so many share a place") };
        let mut printed = Printed::default();
        let forms = |number| Forms { word: TermId::of(number), stem: TermId::of(number), mark: None };
        for (number, key) in (0..).zip([a, b, c]) {
            assert_eq!(printed.get(key), None);
            printed.put(key, forms(number));
        }
        assert_eq!([a, b, c].map(|key| printed.get(key)), [None, Some(forms(1)), Some(forms(2))]);
    }

    #[test]
    fn terms_are_counted_in_order() {
        with_stems(Some("en"), |stems| {
            let (talk, talks) = (stems.term("talk"), stems.term("talks"));
            assert_eq!(stems.stem_of(talks), talk);
            for _ in 0..2 {
                stems.numbers.clear();
                let numbers = [talks, talk, talks].map(|id| stems.numbers.number(id));
                assert_eq!(numbers.map(|(met, is_new)| (met.number, is_new)), [(0, true), (1, true), (0, false)]);
            }
        });
    }
}
