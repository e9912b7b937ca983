//! The weights by which cues are judged and units labelled. They come from `examples/train_attribution.rs`.

use wide::u16x8;

use super::features::{TakeFeatures, check_of, row_of};
use super::nibbles;
use super::scoring::{BlockTable, EDGE, NODE, NibbleTable, PairTable, Tables};
use super::tagger::Tagger;
use super::weights::{BLOCK, ZERO, bytes_of_pairs, pair_up};

/// The tables of labels and steps. A row is as long as the weights and a check need, and reading it is quick.
pub type SmallTables = Tables<PairTable<NODE_ROWS>, NibbleTable<EDGE_ROWS>, BlockTable<2, STATE_ROWS>>;

/// Rows of the tables of units, of steps and of steps from a state.
pub const NODE_ROWS: usize = 1 << 17;
pub const EDGE_ROWS: usize = 1 << 15;
pub const STATE_ROWS: usize = 1 << 12;
/// Rows of the tables of cues, of verdicts and of mentions: no more than their features need, so that those asked for
/// often stand close together.
pub const JUDGE_ROWS: [usize; 3] = [1 << 17, 1 << 16, 1 << 14];

/// Weights of all features.
pub struct Model {
    pub tagger: Tagger,
    pub cue: Logistic,
    pub labels: SmallTables,
    /// Judges an attribution as a whole.
    pub verdict: Logistic,
    /// Judges the mention of an attribution whose content is right.
    pub mention: Logistic,
}

/// Opens the file of a model; the digit is the version of the format.
const MAGIC: &[u8] = b"dateline model 7\n";

impl Model {
    /// Returns the model of English news that the program carries.
    ///
    /// # Panics
    /// If the file is of another version than the code, which a test rules out.
    pub fn english() -> Self {
        Self::from_bytes(include_bytes!("model/english.bin"), Tagger::english())
            .expect("the model inside the program is of its version")
    }

    /// Writes the weights, zstd-compressed, without the tagger.
    ///
    /// # Errors
    /// If compression fails, which it does only for want of memory.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        for table in [&self.cue, &self.verdict, &self.mention] {
            bytes.extend(table.bias.to_le_bytes());
            bytes.extend(table.scale.to_le_bytes());
            write_columns(&mut bytes, table.rows.as_flattened(), 2);
        }
        self.labels.node.write(&mut bytes);
        self.labels.edge.write(&mut bytes);
        self.labels.state.write(&mut bytes);
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Model::to_bytes`] wrote; none if the bytes are not a model of this version.
    pub fn from_bytes(bytes: &[u8], tagger: Tagger) -> Option<Self> {
        let [cue_rows, verdict_rows, mention_rows] = JUDGE_ROWS;
        let tables = 2 * (cue_rows + verdict_rows + mention_rows) + 2 * NODE_ROWS + 8 * EDGE_ROWS + 32 * STATE_ROWS;
        let bytes = zstd::bulk::decompress(bytes, MAGIC.len() + 9 * 4 + tables).ok()?;
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let cue = Logistic::read(&mut rest, cue_rows)?;
        let verdict = Logistic::read(&mut rest, verdict_rows)?;
        let mention = Logistic::read(&mut rest, mention_rows)?;
        let labels = Tables {
            node: PairTable::read(&mut rest)?,
            edge: NibbleTable::read(&mut rest)?,
            state: BlockTable::read(&mut rest)?,
        };
        rest.is_empty().then_some(Self { tagger, cue, labels, verdict, mention })
    }
}

/// Logistic regression with weights in eight bits.
pub struct Logistic {
    /// Weight and check of each row.
    rows: Vec<[u8; 2]>,
    scale: f32,
    bias: f32,
}

impl Logistic {
    /// Rounds weights to eight bits.
    pub fn from_weights(weights: &[f32], checks: &[Option<u8>], bias: f32) -> Self {
        let scale = scale_of(weights.iter().copied(), 0.9995);
        let rows = weights.iter().zip(checks).map(|(weight, check)| [rounded(*weight, scale), check.unwrap_or(0)]);
        Self { rows: rows.collect(), scale, bias }
    }

    /// Begins to judge a thing, of which no feature is known.
    pub fn begin(&self) -> Judgement<'_> {
        Judgement { table: self, sum: 0 }
    }

    fn read(bytes: &mut &[u8], rows: usize) -> Option<Self> {
        let (bias, scale) = (read_float(bytes)?, read_float(bytes)?);
        Some(Self { rows: read_columns(bytes, rows, 2)?.as_chunks().0.to_vec(), scale, bias })
    }
}

/// What a regression makes of a thing, feature by feature.
pub struct Judgement<'l> {
    table: &'l Logistic,
    sum: i32,
}

impl TakeFeatures for Judgement<'_> {
    #[inline]
    fn take(&mut self, key: u32) {
        let rows = &self.table.rows[..];
        let [weight, check] = rows[row_of(key, rows.len())];
        self.sum += if check == check_of(key) { i32::from(weight as i8) } else { 0 };
    }
}

impl Judgement<'_> {
    /// Returns the probability that the thing is right.
    pub fn probability(&self) -> f32 {
        1.0 / (1.0 + (-(self.sum as f32 * self.table.scale + self.table.bias)).exp())
    }
}

impl<const ROWS: usize> PairTable<ROWS> {
    const WIDTH: usize = size_of::<u16>();

    /// Rounds weights to four bits; `weights` has a row after the other.
    pub fn from_weights(weights: &[f32], checks: &[Option<u8>]) -> Self {
        let more = |weights: &[f32]| [weights[1] - weights[0], weights[2] - weights[0]];
        let scale = nibble_scale_of(weights.chunks_exact(NODE).flat_map(more), 0.985);
        let rows: Vec<u16> = weights
            .chunks_exact(NODE)
            .zip(checks)
            .map(|(weights, check)| {
                let [content, mention] = more(weights).map(|weight| u16::from(nibble(weight, scale)));
                u16::from(check.unwrap_or(0)) << 8 | mention << 4 | content
            })
            .collect();
        Self { rows: rows.into_boxed_slice().try_into().expect("as many rows as checks"), scale }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.scale.to_le_bytes());
        let rows: Vec<u8> = self.rows.iter().flat_map(|row| row.to_le_bytes()).collect();
        write_columns(bytes, &rows, Self::WIDTH);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let scale = read_float(bytes)?;
        let bytes = read_columns(bytes, ROWS, Self::WIDTH)?;
        let rows: Vec<u16> = bytes.as_chunks().0.iter().map(|&row| u16::from_le_bytes(row)).collect();
        Some(Self { rows: rows.into_boxed_slice().try_into().ok()?, scale })
    }
}

impl<const ROWS: usize> NibbleTable<ROWS> {
    const WIDTH: usize = size_of::<u64>();

    /// Rounds weights to four bits; `weights` has a row after the other.
    pub fn from_weights(weights: &[f32], checks: &[Option<u8>]) -> Self {
        let scale = nibble_scale_of(weights.iter().copied(), 0.9925);
        let nibble = |weight: f32| u64::from(nibble(weight, scale));
        let rows: Vec<u64> = weights
            .chunks_exact(EDGE)
            .zip(checks)
            .map(|(weights, check)| {
                let [first, second, third] = [0, 1, 2].map(|label| &weights[label * 4..label * 4 + 4]);
                let put = |row: u64, weights: &[f32], shift: usize| {
                    weights.iter().enumerate().fold(row, |row, (at, &weight)| row | nibble(weight) << (8 * at + shift))
                };
                // The last weight of a label is never used.
                let row = put(put(put(0, first, 0), second, 4), &third[..3], 32);
                row | u64::from(check.unwrap_or(0)) << 56
            })
            .collect();
        Self { rows: rows.into_boxed_slice().try_into().expect("as many rows as checks"), scale }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.scale.to_le_bytes());
        let rows: Vec<u8> = self.rows.iter().flat_map(|row| row.to_le_bytes()).collect();
        write_columns(bytes, &rows, Self::WIDTH);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let scale = read_float(bytes)?;
        let bytes = read_columns(bytes, ROWS, Self::WIDTH)?;
        let rows: Vec<u64> = bytes.as_chunks().0.iter().map(|&row| u64::from_le_bytes(row)).collect();
        Some(Self { rows: rows.into_boxed_slice().try_into().ok()?, scale })
    }
}

impl<const BLOCKS: usize, const ROWS: usize> BlockTable<BLOCKS, ROWS> {
    const WIDTH: usize = BLOCKS * BLOCK;

    /// Rounds weights to eight bits; `weights` has a row after the other.
    pub fn from_weights(weights: &[f32], checks: &[Option<u8>]) -> Self {
        let (rows, scale) = rounded_rows(weights, checks, Self::WIDTH);
        Self::of(rows, scale).expect("as many rows as checks")
    }

    fn of(mut bytes: Vec<u8>, scale: f32) -> Option<Self> {
        lift(&mut bytes, Self::WIDTH);
        let blocks: Vec<u16x8> = bytes.as_chunks().0.iter().map(|&block| pair_up(block)).collect();
        let (rows, _) = blocks.as_chunks();
        Some(Self { rows: rows.to_vec().into_boxed_slice().try_into().ok()?, scale })
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.scale.to_le_bytes());
        let mut rows: Vec<u8> = self.rows.as_flattened().iter().flat_map(|&block| bytes_of_pairs(block)).collect();
        lift(&mut rows, Self::WIDTH);
        write_columns(bytes, &rows, Self::WIDTH);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let scale = read_float(bytes)?;
        Self::of(read_columns(bytes, ROWS, Self::WIDTH)?, scale)
    }
}

/// Puts the weights of rows above `ZERO`, or down again; the checks behind them stay.
fn lift(rows: &mut [u8], width: usize) {
    for row in rows.chunks_exact_mut(width) {
        row[..width - 1].iter_mut().for_each(|weight| *weight ^= ZERO);
    }
}

/// Returns rows of rounded weights, each with its check at the end, and what one step of them means.
fn rounded_rows(weights: &[f32], checks: &[Option<u8>], width: usize) -> (Vec<u8>, f32) {
    let scale = scale_of(weights.iter().copied(), 0.9995);
    let mut rows = vec![0; width * checks.len()];
    let weights = weights.chunks_exact(weights.len() / checks.len());
    for (row, (weights, check)) in rows.chunks_exact_mut(width).zip(weights.zip(checks)) {
        for (byte, &weight) in row.iter_mut().zip(weights) {
            *byte = rounded(weight, scale);
        }
        row[width - 1] = check.unwrap_or(0);
    }
    (rows, scale)
}

/// Returns what one step of eight bits means. The largest weights, all but a share, are clipped, so that the many small ones
/// keep their differences.
fn scale_of(weights: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut sizes: Vec<f32> = weights.map(f32::abs).filter(|&size| size > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get((sizes.len() as f32 * share) as usize).copied().unwrap_or(1.0) / 127.0
}

/// Returns what one step of four bits means; the largest weights are clipped as those of eight bits.
fn nibble_scale_of(weights: impl Iterator<Item = f32>, share: f32) -> f32 {
    scale_of(weights, share) * 127.0 / f32::from(nibbles::ZERO)
}

/// Returns a weight in four bits above nothing.
fn nibble(weight: f32, scale: f32) -> u8 {
    let steps = (weight / scale).round().clamp(-8.0, 7.0) as i8;
    steps.wrapping_add_unsigned(nibbles::ZERO) as u8
}

fn rounded(weight: f32, scale: f32) -> u8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8 as u8
}

/// Writes a table column by column, which compresses better.
fn write_columns(bytes: &mut Vec<u8>, rows: &[u8], width: usize) {
    for column in 0..width {
        bytes.extend(rows.chunks_exact(width).map(|row| row[column]));
    }
}

/// Reads a table of so many rows, and returns a row after the other.
fn read_columns(bytes: &mut &[u8], count: usize, width: usize) -> Option<Vec<u8>> {
    let mut rows = vec![0; count * width];
    for column in 0..width {
        let (table, rest) = bytes.split_at_checked(count)?;
        *bytes = rest;
        for (row, &byte) in rows.chunks_exact_mut(width).zip(table) {
            row[column] = byte;
        }
    }
    Some(rows)
}

fn read_float(bytes: &mut &[u8]) -> Option<f32> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(f32::from_le_bytes(*head))
}
