//! Features: numbers that stand for "the word before is a title", made from tags, lists, endings and distances.
//!
//! A feature is hashed to a row of the model's table, so the table holds weights alone and no words.

/// Features of one thing to judge: rows of the model's table.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub rows: Vec<u32>,
}

/// The table has `1 << TABLE_BITS` rows.
pub const TABLE_BITS: u32 = 18;

impl Features {
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// Adds the feature that template `template` makes of two values.
    #[inline]
    pub fn push(&mut self, template: u32, first: u32, second: u32) {
        self.rows.push(row(template, first, second));
    }
}

/// Returns the row of a feature.
#[inline]
pub fn row(template: u32, first: u32, second: u32) -> u32 {
    let mut hash = u64::from(first) << 32 | u64::from(second);
    hash = (hash ^ u64::from(template) << 57 ^ u64::from(template)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (hash >> (64 - TABLE_BITS)) as u32
}
