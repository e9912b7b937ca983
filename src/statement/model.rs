//! The weights by which cues are judged and units labelled. They come from `examples/train_attribution.rs`.

use super::features::{Features, TABLE_BITS};
use super::labelling::{LABELS, SmallTable, Weights};
use super::tagger::Tagger;

/// Weights of all features.
pub struct Model {
    pub tagger: Tagger,
    pub cue: Vec<f32>,
    pub cue_bias: f32,
    pub labels: SmallTable,
    pub verdict: Vec<f32>,
    pub verdict_bias: f32,
}

impl Model {
    /// Returns a model that knows nothing.
    pub fn empty(tagger: Tagger) -> Self {
        let rows = 1 << TABLE_BITS;
        Self {
            tagger,
            cue: vec![0.0; rows],
            cue_bias: 0.0,
            labels: SmallTable { rows: vec![[0; 4]; rows], scale: 1.0 },
            verdict: vec![0.0; rows],
            verdict_bias: 0.0,
        }
    }

    /// Returns the model of English news that the program carries.
    ///
    /// # Panics
    /// If the file is of another version than the code, which a test rules out.
    pub fn english() -> Self {
        Self::from_bytes(include_bytes!("model/english.bin"), Tagger::english())
            .expect("the model inside the program is of its version")
    }

    /// Writes the weights as eight bits each, zstd-compressed.
    ///
    /// # Errors
    /// If compression fails, which it does only for want of memory.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.cue_bias.to_le_bytes());
        bytes.extend(self.verdict_bias.to_le_bytes());
        for table in [&self.cue, &self.verdict] {
            write_table(&mut bytes, table.iter().copied());
        }
        bytes.extend(self.labels.scale.to_le_bytes());
        for label in 0..LABELS {
            bytes.extend(self.labels.rows.iter().map(|weights| weights[label] as u8));
        }
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Model::to_bytes`] wrote; none if the bytes are not a model of this version.
    pub fn from_bytes(bytes: &[u8], tagger: Tagger) -> Option<Self> {
        let rows = 1 << TABLE_BITS;
        let bytes = zstd::bulk::decompress(bytes, MAGIC.len() + 20 + (2 + LABELS) * rows).ok()?;
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut model = Self::empty(tagger);
        model.cue_bias = read_float(&mut rest)?;
        model.verdict_bias = read_float(&mut rest)?;
        model.cue = read_table(&mut rest)?;
        model.verdict = read_table(&mut rest)?;
        model.labels.scale = read_float(&mut rest)?;
        for label in 0..LABELS {
            let (table, behind) = rest.split_at_checked(rows)?;
            rest = behind;
            for (weights, &weight) in model.labels.rows.iter_mut().zip(table) {
                weights[label] = weight as i8;
            }
        }
        rest.is_empty().then_some(model)
    }

    /// Probability that a candidate is a cue.
    pub fn cue_probability(&self, features: &Features) -> f32 {
        probability(&self.cue, self.cue_bias, features)
    }

    /// Probability that an attribution is right.
    pub fn verdict(&self, features: &Features) -> f32 {
        probability(&self.verdict, self.verdict_bias, features)
    }
}

impl SmallTable {
    /// Rounds weights to eight bits.
    pub fn from_weights(weights: &[Weights]) -> Self {
        let mut sizes: Vec<f32> =
            weights.iter().flatten().map(|weight| weight.abs()).filter(|&size| size > 0.0).collect();
        sizes.sort_by(f32::total_cmp);
        // The few largest are clipped, so that the many small ones keep their differences.
        let largest = sizes.get(sizes.len() * 9995 / 10_000).copied().unwrap_or(1.0);
        let scale = largest / 127.0;
        let rows = weights
            .iter()
            .map(|weights| weights.map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8))
            .collect();
        Self { rows, scale }
    }
}

/// Opens the file of a model; the digit is the version of the format.
const MAGIC: &[u8] = b"dateline model 1\n";

fn write_table(bytes: &mut Vec<u8>, weights: impl Iterator<Item = f32> + Clone) {
    let largest = weights.clone().fold(0.0f32, |largest, weight| largest.max(weight.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    bytes.extend(scale.to_le_bytes());
    bytes.extend(weights.map(|weight| (weight / scale).round() as i8 as u8));
}

fn read_float(bytes: &mut &[u8]) -> Option<f32> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(f32::from_le_bytes(*head))
}

fn read_table(bytes: &mut &[u8]) -> Option<Vec<f32>> {
    let scale = read_float(bytes)?;
    let (table, rest) = bytes.split_at_checked(1 << TABLE_BITS)?;
    *bytes = rest;
    Some(table.iter().map(|&byte| f32::from(byte as i8) * scale).collect())
}

fn probability(weights: &[f32], bias: f32, features: &Features) -> f32 {
    let sum: f32 = features.rows.iter().map(|&row| weights[row as usize]).sum();
    1.0 / (1.0 + (-(sum + bias)).exp())
}
