//! Numbers terms, so that they are compared and looked up as numbers.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::article::Span;

/// Bytes of a term that fit into a key beside its length; of a newspaper's words one in a hundred is longer.
const SHORT_BYTES: usize = 15;

/// Terms and their numbers, from 0 in the order in which they came.
///
/// A short term is its own key: what is looked up for every word of an archive then needs no look at another place.
#[derive(Default)]
pub struct Vocabulary {
    short: HashMap<ShortKey, u32, RandomState>,
    long: HashMap<Box<str>, u32, RandomState>,
    long_bytes: usize,
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// Returns a term's number, and whether it is new.
    pub fn number(&mut self, term: &str) -> (u32, bool) {
        let next = self.len() as u32;
        let number = match ShortKey::of(term) {
            Some(key) => *self.short.entry(key).or_insert(next),
            None => match self.long.get(term) {
                Some(&number) => number,
                None => {
                    self.long_bytes += term.len();
                    self.long.insert(term.into(), next);
                    next
                }
            },
        };
        (number, number == next)
    }

    /// Returns what it holds in memory.
    pub fn memory_bytes(&self) -> usize {
        self.short.capacity() * size_of::<(ShortKey, u32)>()
            + self.long.capacity() * size_of::<(Box<str>, u32)>()
            + self.long_bytes
    }

    /// Returns the terms in the order of their bytes.
    pub fn sorted(&self) -> SortedTerms {
        let mut short: Vec<(ShortKey, u32)> = self.short.iter().map(|(&key, &number)| (key, number)).collect();
        short.sort_unstable();
        let mut long: Vec<(&str, u32)> = self.long.iter().map(|(term, &number)| (&**term, number)).collect();
        long.sort_unstable();
        let mut sorted = SortedTerms::default();
        let mut long = long.into_iter().peekable();
        for (key, number) in short {
            let bytes = key.0.to_be_bytes();
            let term = &bytes[..usize::from(bytes[SHORT_BYTES])];
            while let Some((before, number)) = long.next_if(|(before, _)| before.as_bytes() < term) {
                sorted.push(before.as_bytes(), number);
            }
            sorted.push(term, number);
        }
        long.for_each(|(term, number)| sorted.push(term.as_bytes(), number));
        sorted
    }
}

/// A short term as a number: keys are in the order of their terms' bytes, shorter ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortKey(u128);

impl ShortKey {
    /// Returns the key of a term, if it is short.
    pub fn of(term: &str) -> Option<Self> {
        let mut bytes = [0; SHORT_BYTES + 1];
        bytes.get_mut(..term.len()).filter(|_| term.len() <= SHORT_BYTES)?.copy_from_slice(term.as_bytes());
        bytes[SHORT_BYTES] = term.len() as u8;
        Some(Self(u128::from_be_bytes(bytes)))
    }

    /// Returns a hash, of which the high bits are the best. Whoever chooses terms can find some with one hash: where that
    /// would cost more than a second look, `Vocabulary` has another.
    pub fn hash(self) -> u64 {
        let (high, low) = ((self.0 >> u64::BITS) as u64, self.0 as u64);
        let product = u128::from(high ^ 0x9e37_79b9_7f4a_7c15) * u128::from(low ^ 0xbf58_476d_1ce4_e5b9);
        (product >> u64::BITS) as u64 ^ product as u64
    }

    /// Returns the key of a piece of a text, if it is short.
    pub fn at(text: &str, piece: Span) -> Option<Self> {
        match text.as_bytes().get(piece.start..).and_then(|rest| rest.first_chunk::<{ SHORT_BYTES + 1 }>()) {
            // What stands behind the piece is shifted out: no copy of a length that varies.
            Some(bytes) if (1..=SHORT_BYTES).contains(&piece.len()) => {
                let behind = u8::BITS * (SHORT_BYTES + 1 - piece.len()) as u32;
                Some(Self(u128::from_be_bytes(*bytes) >> behind << behind | piece.len() as u128))
            }
            Some(_) => None,
            None => Self::of(piece.of(text)),
        }
    }
}

/// Terms in the order of their bytes, with their numbers.
#[derive(Default)]
pub struct SortedTerms {
    bytes: Vec<u8>,
    /// Where each of them ends, and its number.
    ends: Vec<(usize, u32)>,
}

impl SortedTerms {
    fn push(&mut self, term: &[u8], number: u32) {
        self.bytes.extend_from_slice(term);
        self.ends.push((self.bytes.len(), number));
    }

    /// Returns the terms' numbers in the order of their bytes.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.ends.iter().map(|&(_, number)| number)
    }

    /// Returns the term in this place of the order.
    pub fn term(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before].0);
        &self.bytes[start..self.ends[place].0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn terms_are_numbered_once_and_sorted(terms: Vec<String>, long in "[a\u{0}é]{0,20}") {
            let mut vocabulary = Vocabulary::default();
            let mut known = Vec::new();
            let beside = [&long, &long[..long.floor_char_boundary(15)], "a", "a\u{0}", ""].map(str::to_owned);
            for term in terms.iter().chain(&beside).chain(&terms) {
                let (number, is_new) = vocabulary.number(term);
                assert_eq!(is_new, !known.contains(term));
                if is_new {
                    known.push(term.clone());
                }
                assert_eq!(&known[number as usize], term);
            }
            let sorted = vocabulary.sorted();
            let sorted: Vec<(&[u8], u32)> =
                sorted.numbers().enumerate().map(|(place, number)| (sorted.term(place), number)).collect();
            assert!(sorted.is_sorted_by(|a, b| a.0 < b.0) && sorted.len() == known.len());
            assert!(sorted.iter().all(|(term, number)| known[*number as usize].as_bytes() == *term));
        }
    }

    #[test]
    fn pieces_have_the_keys_of_what_they_hold() {
        for (text, start, end) in [
            ("Talks went on and on.", 0, 5),
            ("on Talks", 3, 8),
            ("a very long sentence, and nothing beside it", 2, 6),
            ("abcdefghijklmno and more of it", 0, 15),
            ("abcdefghijklmnop and more of it", 0, 16),
            ("abcdefghijklmnop", 0, 16),
            ("don't stop what you are doing", 0, 5),
            ("Zürich, Bern and Basel", 0, 7),
            ("Zürich", 0, 7),
        ] {
            let piece = &text[start..end];
            assert_eq!(ShortKey::at(text, Span::new(start, end)), ShortKey::of(piece), "{piece:?}");
        }
        assert_eq!(ShortKey::at("nothing here, nothing there", Span::new(7, 7)), None);
    }
}
