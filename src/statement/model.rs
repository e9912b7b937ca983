//! The weights by which cues are judged and units labelled. They come from `examples/train_attribution.rs`.

use super::features::{Features, check_of, row_of};
use super::labelling::{NodeTable, SmallTable, Tables};
use super::tagger::Tagger;

/// The tables of labels and steps. A row is as long as the weights and a check need, and reading it is quick.
pub type SmallTables = Tables<NodeTable, SmallTable<16>, SmallTable<32>>;

/// Rows of the tables of units, of steps and of steps from a state.
pub const TABLE_ROWS: [usize; 3] = [1 << 17, 1 << 15, 1 << 12];
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
const MAGIC: &[u8] = b"dateline model 5\n";

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
            write_columns(&mut bytes, &table.rows);
        }
        self.labels.node.0.write(&mut bytes);
        self.labels.edge.write(&mut bytes);
        self.labels.state.write(&mut bytes);
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Model::to_bytes`] wrote; none if the bytes are not a model of this version.
    pub fn from_bytes(bytes: &[u8], tagger: Tagger) -> Option<Self> {
        let [node_rows, edge_rows, state_rows] = TABLE_ROWS;
        let [cue_rows, verdict_rows, mention_rows] = JUDGE_ROWS;
        let tables = 2 * (cue_rows + verdict_rows + mention_rows) + 4 * node_rows + 16 * edge_rows + 32 * state_rows;
        let bytes = zstd::bulk::decompress(bytes, MAGIC.len() + 9 * 4 + tables).ok()?;
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let cue = Logistic::read(&mut rest, cue_rows)?;
        let verdict = Logistic::read(&mut rest, verdict_rows)?;
        let mention = Logistic::read(&mut rest, mention_rows)?;
        let labels = Tables {
            node: NodeTable(SmallTable::read(&mut rest, node_rows)?),
            edge: SmallTable::read(&mut rest, edge_rows)?,
            state: SmallTable::read(&mut rest, state_rows)?,
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
        let scale = scale_of(weights.iter().copied());
        let rows = weights.iter().zip(checks).map(|(weight, check)| [rounded(*weight, scale), check.unwrap_or(0)]);
        Self { rows: rows.collect(), scale, bias }
    }

    /// Returns the probability that the thing with these features is right.
    pub fn probability(&self, features: &Features) -> f32 {
        let sum: i32 = features
            .keys
            .iter()
            .map(|&key| {
                let [weight, check] = self.rows[row_of(key, self.rows.len())];
                if check == check_of(key) { i32::from(weight as i8) } else { 0 }
            })
            .sum();
        1.0 / (1.0 + (-(sum as f32 * self.scale + self.bias)).exp())
    }

    fn read(bytes: &mut &[u8], rows: usize) -> Option<Self> {
        Some(Self { bias: read_float(bytes)?, scale: read_float(bytes)?, rows: read_columns(bytes, rows)? })
    }
}

impl<const ROW: usize> SmallTable<ROW> {
    /// Rounds weights to eight bits; `weights` has a row after the other.
    pub fn from_weights(weights: &[f32], checks: &[Option<u8>]) -> Self {
        let scale = scale_of(weights.iter().copied());
        let width = weights.len() / checks.len();
        let rows = weights.chunks_exact(width).zip(checks).map(|(weights, check)| {
            let mut row = [0; ROW];
            for (byte, &weight) in row.iter_mut().zip(weights) {
                *byte = rounded(weight, scale);
            }
            row[ROW - 1] = check.unwrap_or(0);
            row
        });
        Self { rows: rows.collect(), scale }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.scale.to_le_bytes());
        write_columns(bytes, &self.rows);
    }

    fn read(bytes: &mut &[u8], rows: usize) -> Option<Self> {
        Some(Self { scale: read_float(bytes)?, rows: read_columns(bytes, rows)? })
    }
}

/// Returns what one step of eight bits means. The few largest weights are clipped, so that the many small ones keep
/// their differences.
fn scale_of(weights: impl Iterator<Item = f32>) -> f32 {
    let mut sizes: Vec<f32> = weights.map(f32::abs).filter(|&size| size > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() * 9995 / 10_000).copied().unwrap_or(1.0) / 127.0
}

fn rounded(weight: f32, scale: f32) -> u8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8 as u8
}

/// Writes a table column by column, which compresses better.
fn write_columns<const WIDTH: usize>(bytes: &mut Vec<u8>, rows: &[[u8; WIDTH]]) {
    for column in 0..WIDTH {
        bytes.extend(rows.iter().map(|row| row[column]));
    }
}

fn read_columns<const WIDTH: usize>(bytes: &mut &[u8], count: usize) -> Option<Vec<[u8; WIDTH]>> {
    let mut rows = vec![[0; WIDTH]; count];
    for column in 0..WIDTH {
        let (table, rest) = bytes.split_at_checked(count)?;
        *bytes = rest;
        for (row, &byte) in rows.iter_mut().zip(table) {
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
