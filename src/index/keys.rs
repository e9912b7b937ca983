//! Hashes by which documents are found, replaced and recognised as copies.

use std::num::NonZero;

use super::variant::FEWEST_WORDS;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

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

/// Bands of an article: two are compared when one band is equal. Each is made of two smallest hashes, so that those who
/// share a sentence rarely have one in common, and of reprints that share seven in ten shingles fewer than one in a
/// hundred have none.
pub const BANDS: usize = 8;
const HASHES_A_BAND: usize = 2;

/// Bands of a statement.
pub const SAID_BANDS: usize = 4;

/// Bits of a band. What meets by chance, one article in two at a million of them and ten statements among ten million, is
/// told apart by columns when it is compared.
pub const BAND_BITS: u32 = 24;
/// Set in bands of statements, which so are none of an article's.
const SAID: u64 = 1 << BAND_BITS;

/// Bits of the key of copies, which every statement has in a column: with these, one statement in fifty thousand meets
/// another one's key by chance among twenty million.
const COPIES_BITS: u32 = 40;

/// What the keys of texts are made of: a folded word. The first bits are of its hash, the last three tell whether it is
/// long, and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordKey(NonZero<u64>);

/// What a word does where a statement is compared with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It turns a sentence into its opposite.
    Negation = 1,
    /// It may not be changed: a number, or a word of a language whose negations nobody lists.
    Fixed = 2,
    Other = 3,
}

const IS_LONG: u64 = 1;
const EFFECT_BITS: u32 = 2;

impl WordKey {
    /// Returns the key of a folded word.
    pub fn new(word: &str, effect: Effect) -> Self {
        let is_long = word.chars().nth(FEWEST_LETTERS - 1).is_some();
        let tail = (effect as u64) << 1 | u64::from(is_long);
        let hash = xxh3_64(word.as_bytes()) >> (EFFECT_BITS + 1) << (EFFECT_BITS + 1);
        Self(NonZero::new(hash | tail).expect("no effect is 0"))
    }

    /// Returns its hash, of which the last bits tell nothing.
    pub fn hash(self) -> u64 {
        self.0.get() >> (EFFECT_BITS + 1) << (EFFECT_BITS + 1)
    }

    /// Whether it is no particle.
    fn is_long(self) -> bool {
        self.0.get() & IS_LONG != 0
    }

    pub fn effect(self) -> Effect {
        match self.0.get() >> 1 & ((1 << EFFECT_BITS) - 1) {
            1 => Effect::Negation,
            2 => Effect::Fixed,
            _ => Effect::Other,
        }
    }
}

/// Returns what is equal for texts of the same folded words, and for hardly any others.
pub fn copies_key(words: impl Iterator<Item = WordKey>) -> u64 {
    words.fold(0, |key, word| chained(key, word.hash())) >> (64 - COPIES_BITS)
}

/// Returns a hash of every shingle of folded words, in their order; a text shorter than one is one.
fn shingles(words: impl Iterator<Item = WordKey>) -> Vec<u64> {
    let hashes: Vec<u64> = words.map(|word| word.hash().wrapping_mul(GOLDEN)).collect();
    let width = SHINGLE_WORDS.min(hashes.len().max(1));
    hashes.windows(width).map(|shingle| shingle.iter().fold(0_u64, |sum, hash| sum.rotate_left(9) ^ hash)).collect()
}

/// 2⁶⁴ by the golden ratio, whose multiples fall all over the place.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns a hash of what `sum` is the hash of, and of something behind it.
fn chained(sum: u64, hash: u64) -> u64 {
    let product = u128::from(sum ^ GOLDEN) * u128::from(hash ^ 0xbf58_476d_1ce4_e5b9);
    product as u64 ^ (product >> 64) as u64
}

/// What tells near-copies of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Texts that are nearly alike share one: smallest hashes of their shingles.
    pub bands: [u64; BANDS],
    pub sketch: Sketch,
}

/// Returns the signature of a text of these folded words.
pub fn signature(words: impl Iterator<Item = WordKey>) -> Signature {
    let smallest = Smallest::of(&shingles(words));
    Signature { bands: smallest.bands(), sketch: smallest.sketch() }
}

/// The smallest hash in each part of a text's shingles, or `NONE` where the part holds none: one-permutation hashing (Li,
/// Owen and Zhang 2012).
struct Smallest([u64; PARTS]);

/// Parts of the shingles of a text, by the first bits of their hashes.
const PARTS: usize = SKETCH_NUMBERS * PARTS_A_NUMBER;
const NONE: u64 = u64::MAX;
/// Parts of which a band takes the smallest hash: together they are large enough that few texts have nothing there.
const PARTS_A_HASH: usize = PARTS / (BANDS * HASHES_A_BAND);

impl Smallest {
    fn of(shingles: &[u64]) -> Self {
        let mut smallest = [NONE; PARTS];
        for shingle in shingles {
            let mixed = shingle.wrapping_mul(GOLDEN);
            let part = (mixed >> (u64::BITS - PARTS.ilog2())) as usize;
            smallest[part] = smallest[part].min(mixed ^ mixed >> 32);
        }
        Self(smallest)
    }

    fn bands(&self) -> [u64; BANDS] {
        let mut hashes = [NONE; BANDS * HASHES_A_BAND];
        for (hash, parts) in hashes.iter_mut().zip(self.0.chunks(PARTS_A_HASH)) {
            *hash = parts.iter().copied().fold(NONE, u64::min);
        }
        let mut bands = [0; BANDS];
        for (band, first) in bands.iter_mut().zip((0..).step_by(HASHES_A_BAND)) {
            let of_band = (first..first + HASHES_A_BAND).map(|place| borrowed(&hashes, place));
            *band = of_band.fold(first as u64, chained) >> (u64::BITS - BAND_BITS);
        }
        bands
    }

    /// Returns two bits for each part: nothing where it holds none, else something of its smallest (few bits a part: Li and
    /// König 2010).
    fn sketch(&self) -> Sketch {
        let mut sketch = Sketch::default();
        for (part, smallest) in self.0.iter().enumerate().filter(|(_, smallest)| **smallest != NONE) {
            let bits = 1 + u64::from(*smallest as u32) % 3;
            sketch.0[part / PARTS_A_NUMBER] |= bits << (part % PARTS_A_NUMBER * 2);
        }
        sketch
    }
}

/// Returns the hash in a place or, where there is none, that of another place: for short texts, in which nothing would
/// otherwise tell how much two have in common (Shrivastava 2017).
fn borrowed<const COUNT: usize>(hashes: &[u64; COUNT], place: usize) -> u64 {
    // An odd step goes to all of them.
    let places = (0..COUNT).map(|step| (place + 7 * step) % COUNT);
    places.map(|place| hashes[place]).find(|hash| *hash != NONE).unwrap_or_default()
}

/// What `Smallest` tells of each part of a text's shingles in two bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sketch(pub [u64; SKETCH_NUMBERS]);

/// Numbers of 64 bits that a sketch takes.
pub const SKETCH_NUMBERS: usize = 4;

impl Sketch {
    /// Tenths of their shingles that two articles must have in common to be told once: reprints that were cut by a third
    /// or got a paragraph of their own do, reports on the same event by two hands do not.
    const LEAST_ALIKE: u32 = 6;

    /// Whether two texts have most of their shingles in common, as far as a sample of them tells: of texts with seven in
    /// ten in common, and of those with one in two, it errs about one in thirty.
    pub fn is_alike(self, other: Self) -> bool {
        self.is_alike_to(other.0)
    }

    /// Whether another sketch of these numbers is alike; of most no more than half are read.
    pub fn is_alike_to(self, numbers: impl IntoIterator<Item = u64>) -> bool {
        let mut numbers = numbers.into_iter();
        let (mut filled, mut unlike) = (0, 0);
        for (own, unread) in self.0.into_iter().zip((0..self.0.len()).rev()) {
            let other = numbers.next().unwrap_or_default();
            let (own_filled, other_filled) = (filled_parts(own), filled_parts(other));
            filled += (own_filled | other_filled).count_ones();
            // Of parts with different shingles that both texts have, one in three looks the same.
            unlike += 3 * (own_filled & other_filled & filled_parts(own ^ other)).count_ones();
            unlike += 2 * (own_filled ^ other_filled).count_ones();
            let most_filled = filled + (unread * PARTS_A_NUMBER) as u32;
            if unlike > 2 * most_filled * (10 - Self::LEAST_ALIKE) / 10 {
                return false;
            }
        }
        filled > 0
    }
}

const PARTS_A_NUMBER: usize = u64::BITS as usize / 2;

/// Returns one bit for each part that holds anything.
fn filled_parts(number: u64) -> u64 {
    (number | number >> 1) & 0x5555_5555_5555_5555
}

/// Words of fewer letters are particles, which change first where words are quoted again.
const FEWEST_LETTERS: usize = 4;
/// Fewer long words do not tell a statement from others, and in some scripts no word is long.
const FEWEST_LONG_WORDS: usize = 4;

/// Returns the bands of a statement's folded words: the long words with which it begins and with which it ends, of which
/// trimming leaves one, and of its pairs of long words the smallest two hashes, of which a word changed at either end
/// leaves one. Where its words are fewer than a variant has, all of them are one band, and of no words there is none.
pub fn said_bands(words: &[WordKey]) -> impl Iterator<Item = u64> {
    let many = bands_of_many(words);
    let few = (many.is_none() && !words.is_empty()).then(|| run(words));
    many.into_iter().flatten().chain(few).map(|hash| hash & (SAID - 1) | SAID)
}

/// Returns a hash of a run of words.
fn run(words: &[WordKey]) -> u64 {
    words.iter().fold(0, |key, word| chained(key, word.hash()))
}

fn bands_of_many(words: &[WordKey]) -> Option<[u64; SAID_BANDS]> {
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let mut words = words.to_vec();
    if words.iter().filter(|word| word.is_long()).count() >= FEWEST_LONG_WORDS {
        words.retain(|word| word.is_long());
    }
    let [first, second] = smallest(words.windows(2).map(run));
    let beginning = run(words.first_chunk::<3>()?);
    let end = run(words.last_chunk::<3>()?);
    Some([beginning, end, first, second])
}

/// Returns the smallest of hashes in each of so many orders.
fn smallest<const ORDERS: usize>(hashes: impl IntoIterator<Item = u64>) -> [u64; ORDERS] {
    let orders = const { orders::<ORDERS>() };
    let mut smallest = [u64::MAX; ORDERS];
    for hash in hashes {
        for (order, least) in orders.into_iter().zip(&mut smallest) {
            let product = u128::from(hash ^ order) * u128::from(order);
            *least = (*least).min(product as u64 ^ (product >> 64) as u64);
        }
    }
    smallest
}

/// Returns odd numbers without a pattern: products with multiples of one number would put the same shingle first in all
/// orders.
const fn orders<const COUNT: usize>() -> [u64; COUNT] {
    let mut orders = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        // splitmix64
        let mut number = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        orders[at] = (number ^ number >> 31) | 1;
        at += 1;
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word_key(word: &str) -> WordKey {
        WordKey::new(word, Effect::Other)
    }

    #[test]
    fn a_word_has_one_hash_whatever_its_effect() {
        for effect in [Effect::Negation, Effect::Fixed, Effect::Other] {
            for (word, is_long) in [("not", false), ("never", true), ("", false), ("Ärzte", true)] {
                let key = WordKey::new(word, effect);
                assert_eq!((key.effect(), key.is_long()), (effect, is_long), "{word}");
                assert_eq!(key.hash(), word_key(word).hash(), "{word}");
            }
        }
    }

    #[test]
    fn trimmed_and_reworded_statements_share_a_band() {
        let said = |text: &str| {
            let words: Vec<WordKey> = text.split_whitespace().map(word_key).collect();
            said_bands(&words).collect::<Vec<_>>()
        };
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
            let (a, b) = (said(whole), said(text));
            a.iter().any(|band| b.contains(band))
        };
        for (text, expected) in rows {
            assert_eq!(shares(text), expected, "{text}");
        }
        // A short one has one of its own words.
        assert_eq!(said("we will build it").len(), 1);
        assert_ne!(said("we will build it"), said("it will build we"));
        assert!(said("").is_empty());
        // No word is long in some scripts, and pairs of all words tell.
        assert_eq!(said("a b c d e f").len(), SAID_BANDS);
        let of_article = signature(whole.split(' ').map(word_key)).bands;
        assert!(said(whole).iter().all(|band| !of_article.contains(band)));
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
        let key = |text: &[String]| copies_key(text.iter().map(|word| word_key(word)));
        let signed = |text: &[String]| signature(text.iter().map(|word| word_key(word)));
        let shared =
            |a: &[String], b: &[String]| signed(a).bands.iter().zip(signed(b).bands).filter(|(a, b)| **a == *b).count();
        let sketched = |a: &[String], b: &[String]| signed(a).sketch.is_alike(signed(b).sketch);

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
        let mut read = 0;
        assert!(!signed(&story).sketch.is_alike_to(signed(&other).sketch.0.into_iter().inspect(|_| read += 1)));
        assert!(read < signed(&other).sketch.0.len(), "{read} were read");
    }

    #[test]
    fn a_sketch_tells_how_much_two_texts_share() {
        let text = |words: std::ops::Range<u32>| signature(words.map(|word| word_key(&word.to_string()))).sketch;
        for length in [10, 40, 150, 800, 3_000] {
            // How many of ten texts of which so many hundredths are alike count as alike.
            for (hundredths, least, most) in [(100, 10, 10), (85, 9, 10), (40, 0, 1), (20, 0, 0), (0, 0, 0)] {
                let mut alike = 0;
                for number in 0..10 {
                    let from = number * 100_000;
                    // Of two runs of equal length that overlap by `shared` words.
                    let shared = 2 * length * hundredths / (100 + hundredths);
                    let own = text(from..from + length);
                    alike += u32::from(own.is_alike(text(from + length - shared..from + 2 * length - shared)));
                }
                assert!((least..=most).contains(&alike), "{alike} of ten, {length} words, {hundredths} hundredths");
            }
        }
    }

    #[test]
    fn each_band_looks_at_another_part_of_a_text() {
        // Of texts that share seven in ten of their shingles hardly any has no band in common, and few have all.
        let text = |words: std::ops::Range<u32>| signature(words.map(|word| word_key(&word.to_string()))).bands;
        let shared = (0..100).map(|number| {
            let (a, b) = (text(number * 1000..number * 1000 + 206), text(number * 1000 + 36..number * 1000 + 242));
            a.iter().filter(|band| b.contains(band)).count()
        });
        let counts = shared.fold([0; BANDS + 1], |mut counts, shared| {
            counts[shared] += 1;
            counts
        });
        assert!(counts[0] <= 4 && counts[BANDS] <= 45, "{counts:?}");
    }
}
