//! The texts of numbered terms, which other threads read while more of them come.

use std::sync::OnceLock;

/// Terms of the first chunk, as a power of two: each one behind it is twice as large.
const FIRST_CHUNK: u32 = 10;
/// So many chunks hold terms of all numbers.
const CHUNKS: usize = (u32::BITS - FIRST_CHUNK + 1) as usize;

/// Texts by the numbers of terms. They are never moved and never change.
#[derive(Debug, Default)]
pub struct TermTexts {
    chunks: [OnceLock<Chunk>; CHUNKS],
}

type Chunk = Box<[OnceLock<Box<str>>]>;

impl TermTexts {
    /// Puts the text of a number there, unless it has one.
    pub fn put(&self, number: u32, text: &str) {
        let (chunk, place) = place_of(number);
        let new = || (0..1_usize << (FIRST_CHUNK as usize + chunk)).map(|_| OnceLock::new()).collect();
        self.chunks[chunk].get_or_init(new)[place].get_or_init(|| text.into());
    }

    /// Returns the text of a number, if it has one.
    pub fn get(&self, number: u32) -> Option<&str> {
        let (chunk, place) = place_of(number);
        self.chunks[chunk].get()?[place].get().map(|text| &**text)
    }
}

/// Returns the chunk in which a number stands, and where.
fn place_of(number: u32) -> (usize, usize) {
    let counted = u64::from(number) + (1 << FIRST_CHUNK);
    let doublings = counted.ilog2();
    ((doublings - FIRST_CHUNK) as usize, (counted - (1 << doublings)) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_place_of_its_own() {
        let first = 1 << FIRST_CHUNK;
        for (number, expected) in [
            (0, (0, 0)),
            (first - 1, (0, first as usize - 1)),
            (first, (1, 0)),
            (3 * first - 1, (1, 2 * first as usize - 1)),
            (3 * first, (2, 0)),
            (u32::MAX, (CHUNKS - 1, first as usize - 1)),
        ] {
            assert_eq!(place_of(number), expected, "{number}");
        }
    }

    #[test]
    fn texts_are_read_elsewhere_while_more_come() {
        let texts = TermTexts::default();
        std::thread::scope(|scope| {
            scope.spawn(|| (0..5_000).for_each(|number| texts.put(number, &number.to_string())));
            scope.spawn(|| {
                for number in (0..5_000).rev() {
                    assert!(texts.get(number).is_none_or(|text| text == number.to_string()));
                }
            });
        });
        assert_eq!(texts.get(4_999), Some("4999"));
        assert_eq!(texts.get(5_000), None);
        texts.put(7, "another");
        assert_eq!(texts.get(7), Some("7"));
    }
}
