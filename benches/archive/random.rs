//! Numbers that look random and are the same for the same seed, on every machine and in every release.

/// A stream of random numbers: splitmix64, whose whole state is one word.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// Starts the stream of number `index` under `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        Self(mixed(seed ^ mixed(index)))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// Returns a number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// Returns a number in `[0, 1)`.
    pub fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Returns a rank below `ranks`, drawn by Zipf's law: rank r about 1/(r+1) as often as rank 0.
    pub fn rank(&mut self, ranks: usize) -> usize {
        let rank = (self.fraction() * ((ranks + 1) as f64).ln()).exp() as usize;
        rank.saturating_sub(1).min(ranks - 1)
    }

    pub fn choose<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// Returns the number, its bits stirred.
pub fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
