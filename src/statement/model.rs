//! The weights by which cues are judged and units labelled. They come from `examples/train_attribution.rs`.

use super::features::{Features, TABLE_BITS};
use super::labelling::{LABELS, Weights};
use super::tagger::Tagger;

/// Weights of all features.
pub struct Model {
    pub tagger: Tagger,
    pub cue: Vec<f32>,
    pub cue_bias: f32,
    pub labels: Vec<Weights>,
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
            labels: vec![[0.0; 4]; rows],
            verdict: vec![0.0; rows],
            verdict_bias: 0.0,
        }
    }

    /// Returns the model of English news that the program carries.
    ///
    /// # Panics
    /// If the file is of another version than the code, which a test rules out.
    pub fn english() -> Self {
        Self::from_bytes(include_bytes!("model/english.bin"), Tagger::english()).expect("the model inside the program is of its version")
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
        for label in 0..LABELS {
            write_table(&mut bytes, self.labels.iter().map(|weights| weights[label]));
        }
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Model::to_bytes`] wrote; none if the bytes are not a model of this version.
    pub fn from_bytes(bytes: &[u8], tagger: Tagger) -> Option<Self> {
        let rows = 1 << TABLE_BITS;
        let bytes = zstd::bulk::decompress(bytes, MAGIC.len() + 8 + (2 + LABELS) * (4 + rows)).ok()?;
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut model = Self::empty(tagger);
        model.cue_bias = read_float(&mut rest)?;
        model.verdict_bias = read_float(&mut rest)?;
        model.cue = read_table(&mut rest)?;
        model.verdict = read_table(&mut rest)?;
        for label in 0..LABELS {
            for (weights, weight) in model.labels.iter_mut().zip(read_table(&mut rest)?) {
                weights[label] = weight;
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
