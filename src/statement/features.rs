//! Features: numbers that stand for "the word before is a title", made from tags, lists, endings and distances.
//!
//! A feature is hashed to a key: a row of the model's table and a check of eight bits. Each row belongs to one
//! feature, the commonest of those that fall on it while the model is trained; the check keeps the others out. So the
//! table holds weights alone and no words.

use std::num::Wrapping;

/// Takes the features of one thing to judge.
pub trait TakeFeatures {
    fn take(&mut self, key: u32);

    /// Takes the feature that template `template` makes of two values.
    #[inline]
    fn push(&mut self, template: u32, first: u32, second: u32) {
        self.take(key(template, first, second));
    }
}

/// Keys of the features of one thing to judge.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub keys: Vec<u32>,
}

impl TakeFeatures for Features {
    fn take(&mut self, key: u32) {
        self.keys.push(key);
    }
}

/// No table has more than `1 << TABLE_BITS` rows.
pub const TABLE_BITS: u32 = 18;

/// What a value adds to the sum of which a key is made.
pub type Addend = Wrapping<u64>;

/// Returns what a template adds.
#[inline]
pub const fn of_template(template: u32) -> Addend {
    Wrapping((template as u64).wrapping_mul(0x94d0_49bb_1331_11eb))
}

/// Returns what the first value of a feature adds. That of `a << n | b` is that of `a`, shifted by `n`, and that of `b`: so
/// values that many features share are multiplied once.
#[inline]
pub const fn of_first(value: u32) -> Addend {
    Wrapping((value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Returns what the second value of a feature adds, as [`of_first`].
#[inline]
pub const fn of_second(value: u32) -> Addend {
    Wrapping((value as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

/// Returns the key of a sum: its highest bits, which all bits of the values reach.
#[inline]
pub const fn key_of(sum: Addend) -> u32 {
    (sum.0 >> (64 - TABLE_BITS - CHECK_BITS)) as u32
}

/// Returns the key of a feature.
#[inline]
pub fn key(template: u32, first: u32, second: u32) -> u32 {
    key_of(of_template(template) + of_first(first) + of_second(second))
}

/// Bits of the check, above those of the row.
pub const CHECK_BITS: u32 = 8;

/// Returns the row of a key in a table of `rows` rows, a power of two.
#[inline]
pub fn row_of(key: u32, rows: usize) -> usize {
    key as usize & (rows - 1)
}

/// Returns the check of a key.
#[inline]
pub fn check_of(key: u32) -> u8 {
    (key >> TABLE_BITS) as u8
}

/// Which feature each row of a table belongs to.
pub struct Owners {
    rows: usize,
    counts: Vec<u16>,
}

/// A feature that was seen less often teaches nothing.
const LEAST_COUNT: u16 = 3;

impl Owners {
    /// Begins with a table of `rows` rows, a power of two.
    pub fn new(rows: usize) -> Self {
        Self { rows, counts: vec![0; rows << CHECK_BITS] }
    }

    /// Counts a feature once more.
    pub fn count(&mut self, key: u32) {
        let count = &mut self.counts[check_of(key) as usize * self.rows + row_of(key, self.rows)];
        *count = count.saturating_add(1);
    }

    /// Returns the check of each row's owner, none where no feature is frequent enough.
    pub fn checks(&self) -> Vec<Option<u8>> {
        let count = |row: usize, check: usize| self.counts[check * self.rows + row];
        (0..self.rows)
            .map(|row| {
                let best = (0..1 << CHECK_BITS).max_by_key(|&check| count(row, check))?;
                (count(row, best) >= LEAST_COUNT).then_some(best as u8)
            })
            .collect()
    }
}
