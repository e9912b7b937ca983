//! Words and names that no corpus of this size has: made of syllables, used by Zipf's law.

use std::collections::HashSet;

use crate::random::Random;

/// Distinct common words. With Zipf's law 10^6 articles meet nearly all of them, as an archive of that size meets
/// some hundred thousand words besides names.
const WORDS: usize = 200_000;
/// Distinct people. The most frequent is quoted in one article of ten, the last perhaps never.
const PEOPLE: usize = 40_000;
const GIVEN_NAMES: usize = 2_000;

const ONSETS: &[&str] = &[
    "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "qu",
    "r", "s", "sh", "sk", "sl", "st", "str", "t", "th", "tr", "v", "w", "z",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ie", "oo", "ou"];
const CODAS: &[&str] = &["", "", "", "l", "m", "n", "nd", "nt", "r", "rd", "rn", "s", "st", "t", "x"];
/// Endings that a stemmer knows, so that stems and surface words differ as they do in prose.
const WORD_ENDINGS: &[&str] =
    &["", "", "", "", "s", "er", "ion", "ions", "ment", "ness", "al", "ity", "able", "ist", "ism"];
const NAME_ENDINGS: &[&str] = &["", "ov", "sen", "ton", "ini", "ez", "ara", "ic", "man", "ley", "ford", "eau", "ski"];

pub struct Vocabulary {
    words: Vec<String>,
    people: Vec<Person>,
}

/// An invented person.
pub struct Person {
    pub given: String,
    pub surname: String,
}

impl Vocabulary {
    /// Makes words and people; the most frequent words are `known`.
    pub fn new(seed: u64, known: Vec<String>) -> Self {
        let mut random = Random::new(seed, 0x766f_6361);
        let words = distinct(known, WORDS, |rank| {
            // Frequent words are short, in every language.
            let syllables = 1 + random.below(if rank < 10_000 { 2 } else { 3 });
            let stem = stem(&mut random, syllables);
            stem + random.choose::<&str>(WORD_ENDINGS)
        });
        let given = distinct(Vec::new(), GIVEN_NAMES, |_| capitalised(&stem(&mut random, 2)));
        let surnames = distinct(Vec::new(), PEOPLE, |_| {
            let syllables = 1 + random.below(2);
            let stem = stem(&mut random, syllables);
            capitalised(&(stem + random.choose::<&str>(NAME_ENDINGS)))
        });
        let people =
            surnames.into_iter().map(|surname| Person { given: random.choose(&given).clone(), surname }).collect();
        Self { words, people }
    }

    pub fn word(&self, random: &mut Random) -> &str {
        &self.words[random.rank(self.words.len())]
    }

    pub fn person(&self, random: &mut Random) -> &Person {
        &self.people[random.rank(self.people.len())]
    }
}

fn stem(random: &mut Random, syllables: usize) -> String {
    let mut stem = String::new();
    for _ in 0..syllables {
        for part in [ONSETS, VOWELS, CODAS] {
            stem += random.choose::<&str>(part);
        }
    }
    stem
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Lengthens `words` to `count` different ones by calling `make` with the rank of the next.
fn distinct(mut words: Vec<String>, count: usize, mut make: impl FnMut(usize) -> String) -> Vec<String> {
    let mut seen: HashSet<String> = words.iter().cloned().collect();
    while words.len() < count {
        let word = make(words.len());
        if word.len() >= 4 && seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}
