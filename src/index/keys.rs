//! Hashes by which documents are found, replaced and recognised as copies.

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

/// Bands of a signature: two texts are compared when one band is equal.
pub const BANDS: usize = 8;

/// What content alone says of a text: `key` is equal for copies, `bands` meet for texts that are nearly alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    pub key: u64,
    pub bands: [u64; BANDS],
}

/// Returns the fingerprint of folded words.
pub fn fingerprint<'w>(words: impl Iterator<Item = &'w str>) -> Fingerprint {
    let hashes: Vec<u64> = words.map(|word| xxh3_64(word.as_bytes())).collect();
    let mut smallest = [u64::MAX; BANDS];
    let width = SHINGLE_WORDS.min(hashes.len().max(1));
    for shingle in hashes.windows(width) {
        let mixed =
            shingle.iter().fold(0_u64, |sum, hash| sum.rotate_left(9) ^ hash.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for (band, least) in smallest.iter_mut().enumerate() {
            // Each band orders the shingles in its own way; the multiplier is odd, so no two shingles fall together.
            let multiplier = (band as u64 * 2 + 1).wrapping_mul(0xd6e8_feb8_6659_fd93) | 1;
            let order = mixed.wrapping_mul(multiplier);
            *least = (*least).min(order ^ (order >> 32));
        }
    }
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    Fingerprint { key: xxh3_64(&bytes), bands: smallest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_their_parts_apart() {
        assert_ne!(input_key("a", "bc"), input_key("ab", "c"));
        assert_ne!(member_key("a", "b", None), member_key("a", "b", Some("")));
        assert_ne!(member_key("a", "b", None), input_key("a", "b"));
    }
}
