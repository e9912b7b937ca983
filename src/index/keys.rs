//! Hashes by which documents are found, replaced and recognised as copies.

use super::variant::FEWEST_WORDS;
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_64_with_seed};

/// Returns the key of everything that an input left in the index.
pub fn input_key(collection: &str, path: &str) -> u64 {
    of_parts(&[collection, path])
}

/// Returns the key of one article and its statements; `member` is the article's own key, or none where the input is
/// one article.
pub fn member_key(collection: &str, path: &str, member: Option<&str>) -> u64 {
    of_parts(&[collection, path, member.unwrap_or_default(), if member.is_some() { "member" } else { "" }])
}

/// Hashes strings so that moving a letter from one to the next makes another hash.
fn of_parts(parts: &[&str]) -> u64 {
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest()
}

/// Shingles of this many words tell copies of articles from articles on the same matter.
const SHINGLE_WORDS: usize = 5;

/// Bands of a signature: two texts are compared when one band is equal. Of reprints that share seven in ten shingles
/// four bands miss fewer than one in a hundred.
pub const BANDS: usize = 4;

/// Bits of a band. Each band is a term of its own, and a short one takes a third of the dictionary's space; what meets
/// by chance, one article in sixteen at a million of them, is told apart when it is compared.
const BAND_BITS: u32 = 24;

/// Bits of the key of copies, which every statement has as a term and in a column: with these, one statement in
/// fifty thousand meets another one's key by chance among twenty million.
const COPIES_BITS: u32 = 40;

/// Returns what is equal for texts of the same folded words, and for hardly any others.
pub fn copies_key<'w>(words: impl Iterator<Item = &'w str>) -> u64 {
    words.fold(0, |key, word| xxh3_64_with_seed(word.as_bytes(), key)) >> (64 - COPIES_BITS)
}

/// Returns a hash of every shingle of folded words, in their order; a text shorter than one is one.
pub fn shingles<'w>(words: impl Iterator<Item = &'w str>) -> Vec<u64> {
    let hashes: Vec<u64> = words.map(|word| xxh3_64(word.as_bytes())).collect();
    let width = SHINGLE_WORDS.min(hashes.len().max(1));
    let mix = |sum: u64, hash: &u64| sum.rotate_left(9) ^ hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hashes.windows(width).map(|shingle| shingle.iter().fold(0, mix)).collect()
}

/// What tells near-copies of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Texts that are nearly alike share one: smallest hashes of their shingles.
    pub bands: [u64; BANDS],
    pub sketch: Sketch,
}

/// Returns the signature of a text of these folded words.
pub fn signature<'w>(words: impl Iterator<Item = &'w str>) -> Signature {
    let shingles = shingles(words);
    let sketch = Sketch::new(&shingles);
    // The smallest of many has its high bits in common with all others of its kind.
    Signature { bands: smallest(shingles).map(|least| least & ((1 << BAND_BITS) - 1)), sketch }
}

/// A bit for each of 64 parts of a text's shingles, that of the smallest of them. Of two texts with the share `s` of
/// their shingles in common half of `1 - s` of the bits differ: one-permutation hashing (Li, Owen and Zhang 2012) with
/// one bit a part (Li and König 2010).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sketch(pub u64);

impl Sketch {
    /// Of texts with seven in ten shingles in common one pair in a thousand differs in more bits, with six in ten one in
    /// thirty; of texts with three in ten one in five differs in no more, and hardly any with none.
    const MOST_DIFFERENT: u32 = 19;

    fn new(shingles: &[u64]) -> Self {
        const PARTS: usize = u64::BITS as usize;
        let mut smallest = [u64::MAX; PARTS];
        for shingle in shingles {
            let mixed = shingle.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let part = (mixed >> (u64::BITS - PARTS.ilog2())) as usize;
            smallest[part] = smallest[part].min(mixed ^ mixed >> 32);
        }
        Self((0..PARTS).fold(0, |sketch, part| sketch | (smallest[part] & 1) << part))
    }

    /// Whether two texts may have most of their shingles in common.
    pub fn may_be_alike(self, other: Self) -> bool {
        (self.0 ^ other.0).count_ones() <= Self::MOST_DIFFERENT
    }
}

/// Words of fewer letters are particles, which change first where words are quoted again.
const FEWEST_LETTERS: usize = 4;
/// Fewer long words do not tell a statement from others, and in some scripts no word is long.
const FEWEST_LONG_WORDS: usize = 4;

/// Bits of a statement's band: there are twenty times as many statements as articles, and each that meets by chance is
/// read and compared for nothing.
const SAID_BAND_BITS: u32 = 32;

/// Returns the bands of a statement's folded words, none where they are fewer than a variant has: the long words with
/// which it begins and with which it ends, of which trimming leaves one, and of its pairs of long words the smallest two
/// hashes, of which a word changed at either end leaves one.
pub fn said_bands<'w>(words: impl Iterator<Item = &'w str>) -> Option<[u64; BANDS]> {
    let words: Vec<&str> = words.collect();
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let long: Vec<&str> = words.iter().copied().filter(|word| word.chars().nth(FEWEST_LETTERS - 1).is_some()).collect();
    let telling = if long.len() < FEWEST_LONG_WORDS { words } else { long };
    let chained = |words: &[&str]| words.iter().fold(0, |key, word| xxh3_64_with_seed(word.as_bytes(), key));
    let [first, second, ..] = smallest(telling.windows(2).map(chained));
    let beginning = chained(telling.first_chunk::<3>()?);
    let end = chained(telling.last_chunk::<3>()?);
    // One bit above tells them from those of articles, which stand in the same field.
    let band = |hash: u64| hash & ((1 << SAID_BAND_BITS) - 1) | 1 << SAID_BAND_BITS;
    Some([beginning, end, first, second].map(band))
}

/// Returns for each band the smallest hash in an order of its own.
fn smallest(shingles: impl IntoIterator<Item = u64>) -> [u64; BANDS] {
    let mut smallest = [u64::MAX; BANDS];
    for mixed in shingles {
        for (band, least) in smallest.iter_mut().enumerate() {
            // Each band orders the shingles in its own way; the multiplier is odd, so no two shingles fall together.
            let multiplier = (band as u64 * 2 + 1).wrapping_mul(0xd6e8_feb8_6659_fd93) | 1;
            let order = mixed.wrapping_mul(multiplier);
            *least = (*least).min(order ^ (order >> 32));
        }
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimmed_and_reworded_statements_share_a_band() {
        let said = |text: &str| said_bands(text.split(' '));
        let whole = "we will build the new harbour before winter comes because the fishermen have waited long enough";
        let rows = [
            ("we will build the new harbour before winter comes", true),
            ("the new harbour before winter comes because the fishermen have waited long enough", true),
            (
                "we will surely build a new harbour before winter comes because the fishermen have waited long enough",
                true,
            ),
            ("the town has asked for a harbour since the great storm of the year before last", false),
        ];
        let shares = |text: &str| {
            let (a, b) = (said(whole).unwrap(), said(text).unwrap());
            a.iter().any(|band| b.contains(band))
        };
        for (text, expected) in rows {
            assert_eq!(shares(text), expected, "{text}");
        }
        assert_eq!(said("we will build it"), None);
        // No word is long in some scripts, and pairs of all words tell.
        assert!(said("a b c d e f").is_some());
        let of_article = signature(whole.split(' ')).bands;
        assert!(said(whole).unwrap().iter().all(|band| !of_article.contains(band)));
    }

    #[test]
    fn keys_tell_their_parts_apart() {
        assert_ne!(input_key("a", "bc"), input_key("ab", "c"));
        assert_ne!(member_key("a", "b", None), member_key("a", "b", Some("")));
        assert_ne!(member_key("a", "b", None), input_key("a", "b"));
    }

    #[test]
    fn copies_have_one_key_and_near_copies_a_band() {
        let story: Vec<String> = (0..200).map(|number| format!("word{}", number * number % 173)).collect();
        let words = |text: &[String]| text.to_vec();
        let key = |text: &[String]| copies_key(text.iter().map(String::as_str));
        let signed = |text: &[String]| signature(text.iter().map(String::as_str));
        let shared =
            |a: &[String], b: &[String]| signed(a).bands.iter().zip(signed(b).bands).filter(|(a, b)| **a == *b).count();
        let sketched = |a: &[String], b: &[String]| signed(a).sketch.may_be_alike(signed(b).sketch);

        let mut moved = words(&story);
        moved.swap(3, 4);
        assert_eq!(key(&story), key(&words(&story)));
        assert_ne!(key(&story), key(&moved));
        assert_ne!(key(&["ab".to_owned(), "c".to_owned()]), key(&["a".to_owned(), "bc".to_owned()]));
        assert!(shared(&story, &story[..170]) > 0);
        assert!(sketched(&story, &story[..170]));
        let other: Vec<String> = (0..200).map(|number| format!("other{number}")).collect();
        assert_eq!(shared(&story, &other), 0);
        assert!(!sketched(&story, &other));
    }
}
