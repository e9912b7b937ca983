//! Weights in four bits, sixteen in a word of memory, and their sums. A table of them is half as large as one of bytes: more
//! of it stays near, and for what is far weights wait longest.

use wide::bytemuck::cast;
use wide::{u8x16, u64x2};

/// Weights of a word.
pub const NIBBLES: usize = 16;
/// Stands for a weight of nothing.
pub const ZERO: u8 = 8;
/// As many rows can be added up.
pub const MOST_ROWS: usize = u8::MAX as usize / 15;

/// Puts the weights of a row together: in each byte one of the first half of them, and above it one of the other half.
pub fn pack<const WORDS: usize>(weights: &[u8]) -> [u64; WORDS] {
    let (first, second) = weights.split_at(weights.len() / 2);
    let bytes: Vec<u8> = first.iter().zip(second).map(|(low, high)| low | high << 4).collect();
    let (words, _) = bytes.as_chunks();
    std::array::from_fn(|word| u64::from_le_bytes(words[word]))
}

/// Sums of the weights of some rows of one word or two: of at most [`MOST_ROWS`].
#[derive(Clone, Copy, Default)]
pub struct NibbleSums<const WORDS: usize> {
    /// Of the first half of the weights, in bytes.
    low: u64x2,
    high: u64x2,
}

impl<const WORDS: usize> NibbleSums<WORDS> {
    const ONE_OR_TWO: () = assert!(WORDS == 1 || WORDS == 2);

    #[inline]
    pub fn add(&mut self, row: &[u64; WORDS]) {
        const { Self::ONE_OR_TWO }
        let low = u64x2::splat(0x0f0f_0f0f_0f0f_0f0f);
        let row = u64x2::new([row[0], if WORDS == 2 { row[1] } else { 0 }]);
        // No byte reaches into the one beside it.
        self.low += row & low;
        self.high += (row >> 4u32) & low;
    }

    /// Takes back what was added to another.
    #[inline]
    pub fn take_back(&mut self, other: &Self) {
        self.low -= other.low;
        self.high -= other.high;
    }

    /// Returns the sums in the order of the weights.
    #[inline]
    pub fn bytes(&self) -> [u8x16; WORDS] {
        let ([low, _], [high, _]) = (self.low.to_array(), self.high.to_array());
        let words = if WORDS == 2 { [self.low, self.high] } else { [u64x2::new([low, high]); 2] };
        std::array::from_fn(|block| cast(words[block]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::training::Dice;

    #[test]
    fn sums_are_those_of_the_weights() {
        let mut dice = Dice::default();
        for count in 0..=MOST_ROWS {
            let mut random = || -> [u8; 2 * NIBBLES] { std::array::from_fn(|_| (dice.next() >> 60) as u8) };
            let rows: Vec<[u8; 2 * NIBBLES]> = (0..=count).map(|_| random()).collect();
            let (first, others) = rows.split_first().expect("there is one row at least");
            let mut sums = NibbleSums::<2>::default();
            others.iter().for_each(|row| sums.add(&pack(row)));
            let expected: [u8; 2 * NIBBLES] = std::array::from_fn(|at| others.iter().map(|row| row[at]).sum());
            assert_eq!(sums.bytes().map(|block| block.to_array()).concat(), expected, "{count} rows");
            let half = &first[..NIBBLES];
            let mut sums = NibbleSums::<1>::default();
            sums.add(&pack(half));
            assert_eq!(sums.bytes()[0].to_array(), half, "{count} rows");
        }
        let row = pack::<2>(&[15; 2 * NIBBLES]);
        let mut sums = NibbleSums::<2>::default();
        (0..MOST_ROWS).for_each(|_| sums.add(&row));
        let mut first = NibbleSums::default();
        first.add(&row);
        sums.take_back(&first);
        assert_eq!(sums.bytes()[1].to_array(), [240; NIBBLES]);
    }
}
