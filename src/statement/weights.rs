//! Weights in eight bits, sixteen side by side, and their sums. Two weights are added as one number of 16 bits, so that no
//! row has to be taken apart before it is added.

use wide::bytemuck::cast;
use wide::{i16x8, u16x8};

/// Bytes of a block.
pub const BLOCK: usize = 16;
/// Stands for a weight of nothing.
pub const ZERO: u8 = 1 << 7;

/// Pairs each of the first eight bytes of a block, as the lower one, with the one that stands eight further on.
pub fn pair_up(block: [u8; BLOCK]) -> u16x8 {
    u16x8::new(std::array::from_fn(|at| u16::from_le_bytes([block[at], block[at + BLOCK / 2]])))
}

/// Undoes [`pair_up`].
pub fn bytes_of_pairs(pairs: u16x8) -> [u8; BLOCK] {
    let pairs = pairs.to_array().map(u16::to_le_bytes);
    std::array::from_fn(|at| pairs[at % (BLOCK / 2)][at / (BLOCK / 2)])
}

/// Sums of the bytes of some blocks, which [`pair_up`] paired.
#[derive(Clone, Copy)]
pub struct BlockSums<const BLOCKS: usize> {
    /// Of the pairs, without what goes over 16 bits.
    pairs: [u16x8; BLOCKS],
    /// Of the higher bytes.
    high: [u16x8; BLOCKS],
}

impl<const BLOCKS: usize> Default for BlockSums<BLOCKS> {
    #[inline]
    fn default() -> Self {
        Self { pairs: [u16x8::ZERO; BLOCKS], high: [u16x8::ZERO; BLOCKS] }
    }
}

impl<const BLOCKS: usize> BlockSums<BLOCKS> {
    #[inline]
    pub fn add(&mut self, row: &[u16x8; BLOCKS]) {
        for (block, &pairs) in row.iter().enumerate() {
            self.pairs[block] += pairs;
            self.high[block] += pairs >> 8u32;
        }
    }

    /// Returns the sums of the first eight bytes of each block and of the others.
    #[inline]
    pub fn halves(&self) -> [[i16x8; 2]; BLOCKS] {
        std::array::from_fn(|block| {
            let high = self.high[block];
            [cast(self.pairs[block] - (high << 8u32)), cast(high)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::training::Dice;

    #[test]
    fn sums_of_pairs_are_those_of_bytes() {
        let mut dice = Dice::default();
        for round in 0..100 {
            let mut random = || -> [u8; BLOCK] { std::array::from_fn(|_| (dice.next() >> 40) as u8) };
            let rows: Vec<[u8; BLOCK]> = (0..=round % 40).map(|_| random()).collect();
            let mut sums = BlockSums::<1>::default();
            for row in &rows {
                assert_eq!(bytes_of_pairs(pair_up(*row)), *row);
                sums.add(&[pair_up(*row)]);
            }
            let expected = |rows: &[[u8; BLOCK]]| -> [i16; BLOCK] {
                std::array::from_fn(|at| rows.iter().map(|row| i16::from(row[at])).sum())
            };
            let found = |sums: &BlockSums<1>| sums.halves()[0].map(|half| half.to_array()).concat();
            assert_eq!(found(&sums), expected(&rows), "round {round}");
        }
    }
}
