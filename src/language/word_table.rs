//! What the lists say of words, where looking a word up costs one step into memory: every word of every text is.

use std::hash::{BuildHasher, Hasher};

use super::lexicon::Entry;

/// Entries of words of at most sixteen bytes.
pub struct WordTable {
    /// A power of two, of which at least half are free.
    slots: Vec<Slot>,
    /// A mark of the word of each slot, 0 where it is free: few enough to stay near, so that words that no list has,
    /// names above all, seldom need a look at a slot.
    marks: Vec<u8>,
}

/// Half of a line of the cache.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The word itself; 0 where the slot is free.
    letters: [u64; 2],
    entry: Entry,
}

const _: () = assert!(size_of::<Slot>() == 32);

impl WordTable {
    /// Longest word that the table can hold, in bytes.
    pub const LONGEST: usize = 16;

    /// Makes the table of words of at most [`WordTable::LONGEST`] bytes, each given once.
    pub fn new<'w>(words: impl ExactSizeIterator<Item = (&'w str, Entry)>) -> Self {
        let mut slots = vec![Slot::default(); (words.len() * 2).next_power_of_two()];
        let mut marks = vec![0; slots.len()];
        for (word, entry) in words {
            let letters = letters_of(word.as_bytes());
            let (place, mark) = place_and_mark_of(letters);
            let mut at = place % slots.len();
            while marks[at] != 0 {
                at = (at + 1) % slots.len();
            }
            slots[at] = Slot { letters, entry };
            marks[at] = mark;
        }
        Self { slots, marks }
    }

    /// Returns the entry of a word of at most [`WordTable::LONGEST`] bytes; the default one if the table has none.
    #[inline]
    pub fn entry(&self, word: &str) -> Entry {
        self.entry_of_letters(letters_of(word.as_bytes()))
    }

    /// Returns the entry of a word given as its bytes in little-endian order, filled up with zeros.
    #[inline]
    pub fn entry_of_letters(&self, letters: [u64; 2]) -> Entry {
        let mask = self.slots.len() - 1;
        let (place, mark) = place_and_mark_of(letters);
        let mut at = place & mask;
        loop {
            let found = self.marks[at];
            if found == 0 {
                return Entry::default();
            }
            let slot = &self.slots[at];
            if found == mark && slot.letters == letters {
                return slot.entry;
            }
            at = (at + 1) & mask;
        }
    }
}

/// Returns a number that tells where the search for a word begins, and the mark of the word.
#[inline]
fn place_and_mark_of([first, second]: [u64; 2]) -> (usize, u8) {
    let mut hasher = FastHash.build_hasher();
    hasher.add(first);
    hasher.add(second);
    let hash = hasher.finish();
    (hash as u32 as usize, (hash >> 48) as u8 | 1)
}

/// Returns the bytes of a word, filled up with zeros.
#[inline]
fn letters_of(word: &[u8]) -> [u64; 2] {
    let bits_behind = |length: usize| 8 * (word.len() - length) as u32;
    if let (Some(&first), Some(&last)) = (word.first_chunk::<8>(), word.last_chunk::<8>()) {
        // The last eight bytes without those that are among the first.
        let rest = u64::from_le_bytes(last).checked_shr(64 - bits_behind(8)).unwrap_or(0);
        return [u64::from_le_bytes(first), rest];
    }
    if let (Some(&first), Some(&last)) = (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(first), u32::from_le_bytes(last));
        return [u64::from(first) | u64::from(last) << bits_behind(4), 0];
    }
    let letter = |at: usize| u64::from(word[at]) << (8 * at);
    match word.len() {
        0 => [0; 2],
        length => [letter(0) | letter(length / 2) | letter(length - 1), 0],
    }
}

/// Hashes short words fast: in the manner of FNV-1a, over eight bytes at a time.
#[derive(Clone, Copy, Default)]
pub struct FastHash;

impl BuildHasher for FastHash {
    type Hasher = FastHasher;

    fn build_hasher(&self) -> FastHasher {
        FastHasher(0xcbf2_9ce4_8422_2325)
    }
}

pub struct FastHasher(u64);

impl FastHasher {
    #[inline]
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

impl Hasher for FastHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for &word in words {
            self.add(u64::from_le_bytes(word));
        }
        match (rest.first_chunk::<4>(), rest.last_chunk::<4>(), rest) {
            (Some(&first), Some(&last), _) => {
                self.add(u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << 32);
            }
            (_, _, &[first, .., last]) => {
                self.add(u64::from(first) | u64::from(rest[rest.len() / 2]) << 8 | u64::from(last) << 16);
            }
            (_, _, &[only]) => self.add(u64::from(only)),
            _ => {}
        }
    }

    fn write_u8(&mut self, _end_of_str: u8) {}

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_length_are_found_and_no_others() {
        let all = "abcdefghijklmnop";
        let entry = |id: usize| Entry { id: id as u16, ..Entry::default() };
        let words = (1..=WordTable::LONGEST).step_by(2).map(|length| (&all[..length], entry(length)));
        let table = WordTable::new(words.collect::<Vec<_>>().into_iter());
        for length in 1..=WordTable::LONGEST {
            let expected = if length % 2 == 1 { length } else { 0 };
            assert_eq!(table.entry(&all[..length]).id as usize, expected, "{length}");
            assert_eq!(table.entry(&all[all.len() - length..]).id, 0, "{length}");
        }
        assert_eq!(table.entry("").id, 0);
    }
}
