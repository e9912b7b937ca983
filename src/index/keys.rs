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

/// Bands of an article: two are compared when one band is equal. Each is made of two smallest hashes, so that those who
/// share a sentence rarely have one in common, and of reprints that share seven in ten shingles fewer than one in a
/// hundred have none.
pub const BANDS: usize = 8;
const HASHES_A_BAND: usize = 2;

/// Bands of a statement.
pub const SAID_BANDS: usize = 4;

/// Bits of a band. Each band is a term of its own, and a short one takes a third of the dictionary's space; what meets
/// by chance, one article in two at a million of them, is told apart when it is compared.
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
    hashes.windows(width).map(|shingle| shingle.iter().fold(0, |sum, hash| mixed(sum, *hash))).collect()
}

fn mixed(sum: u64, hash: u64) -> u64 {
    sum.rotate_left(9) ^ hash.wrapping_mul(0x9e37_79b9_7f4a_7c15)
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
    let smallest: [u64; BANDS * HASHES_A_BAND] = smallest(shingles);
    let mut bands = [0; BANDS];
    for (band, hashes) in bands.iter_mut().zip(smallest.chunks(HASHES_A_BAND)) {
        // The smallest of many has its high bits in common with all others of its kind.
        *band = hashes.iter().fold(0, |sum, least| mixed(sum, *least)) >> (u64::BITS - BAND_BITS);
    }
    Signature { bands, sketch }
}

/// Two bits for each of 128 parts of a text's shingles: nothing where the part holds none, else something of its
/// smallest. One-permutation hashing (Li, Owen and Zhang 2012) with few bits a part (Li and König 2010).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sketch(pub [u64; SKETCH_NUMBERS]);

/// Numbers of 64 bits that a sketch takes.
pub const SKETCH_NUMBERS: usize = 4;

impl Sketch {
    const PARTS: usize = SKETCH_NUMBERS * PARTS_A_NUMBER;
    /// Tenths of their shingles that two articles must have in common to be told once: reprints that were cut by a third
    /// or got a paragraph of their own do, reports on the same event by two hands do not.
    const LEAST_ALIKE: u32 = 6;

    fn new(shingles: &[u64]) -> Self {
        let mut smallest = [u64::MAX; Self::PARTS];
        for shingle in shingles {
            let mixed = shingle.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let part = (mixed >> (u64::BITS - Self::PARTS.ilog2())) as usize;
            smallest[part] = smallest[part].min(mixed ^ mixed >> 32);
        }
        let mut sketch = Self::default();
        for (part, smallest) in smallest.into_iter().enumerate().filter(|(_, smallest)| *smallest != u64::MAX) {
            let bits = 1 + u64::from(smallest as u32) % 3;
            sketch.0[part / PARTS_A_NUMBER] |= bits << (part % PARTS_A_NUMBER * 2);
        }
        sketch
    }

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

/// Bits of a statement's band: ten others among ten million statements meet it by chance, which costs little where columns
/// tell them apart, and long ones would take three times the space.
const SAID_BAND_BITS: u32 = 24;

/// Returns the bands of a statement's folded words, none where they are fewer than a variant has: the long words with
/// which it begins and with which it ends, of which trimming leaves one, and of its pairs of long words the smallest two
/// hashes, of which a word changed at either end leaves one.
pub fn said_bands<'w>(words: impl Iterator<Item = &'w str>) -> Option<[u64; SAID_BANDS]> {
    let words: Vec<&str> = words.collect();
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let long: Vec<&str> = words.iter().copied().filter(|word| word.chars().nth(FEWEST_LETTERS - 1).is_some()).collect();
    let telling = if long.len() < FEWEST_LONG_WORDS { words } else { long };
    let chained = |words: &[&str]| words.iter().fold(0, |key, word| xxh3_64_with_seed(word.as_bytes(), key));
    let [first, second] = smallest(telling.windows(2).map(chained));
    let beginning = chained(telling.first_chunk::<3>()?);
    let end = chained(telling.last_chunk::<3>()?);
    // One bit above tells them from those of articles, which stand in the same field.
    let band = |hash: u64| hash & ((1 << SAID_BAND_BITS) - 1) | 1 << SAID_BAND_BITS;
    Some([beginning, end, first, second].map(band))
}

/// Returns the smallest hash of shingles in each of so many orders.
fn smallest<const ORDERS: usize>(shingles: impl IntoIterator<Item = u64>) -> [u64; ORDERS] {
    let orders = const { orders::<ORDERS>() };
    let mut smallest = [u64::MAX; ORDERS];
    for shingle in shingles {
        for (order, least) in orders.into_iter().zip(&mut smallest) {
            let product = u128::from(shingle ^ order) * u128::from(order);
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
        let text = |words: std::ops::Range<u32>| {
            signature(words.map(|word| word.to_string()).collect::<Vec<_>>().iter().map(String::as_str)).sketch
        };
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
        let text = |words: std::ops::Range<u32>| {
            let words: Vec<String> = words.map(|word| word.to_string()).collect();
            signature(words.iter().map(String::as_str)).bands
        };
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
