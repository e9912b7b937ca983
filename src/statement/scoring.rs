//! Scores of the labels and steps of a cue's units: sums of the weights that their features have.

use std::hint::select_unpredictable;

use wide::bytemuck::cast;
use wide::{f32x8, i16x8, i32x8, u16x8, u32x4};

use super::features::{TABLE_BITS, check_of};
use super::labelling::{LABELS, Label, REACHABLE, place_of};
use super::lattice::{DISTANCE_KEYS, EDGE_KEYS, END_KEYS, FOUR, NODE_KEYS, PAIR, STATE_KEYS, STRETCH_KEYS, TakeKeys};
use super::nibbles::{self, NibbleSums};
use super::weights::{BLOCK, BlockSums, ZERO};

/// By label and place of the state before.
pub type Step = [f32x8; LABELS];

const _: () = assert!(REACHABLE.len() == 8, "scores of all places are added at once");

/// Scores of all steps between the units around a cue.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// The step to each unit: that of the unit's label, of the label before and of the state before.
    pub steps: Vec<Step>,
    /// By place of the last state.
    pub end: [f32; REACHABLE.len()],
    /// Index of the cue among the units: always outside.
    pub cue: usize,
}

impl Scores {
    /// Score of the step from a state to a label at a unit.
    #[inline]
    pub fn step(&self, index: usize, state: usize, label: Label) -> f32 {
        self.steps[index][label as usize].as_array()[place_of(state)]
    }

    /// Score of ending in a state.
    #[inline]
    pub fn finish(&self, state: usize) -> f32 {
        self.end[place_of(state)]
    }

    /// Whether a label may stand at a unit: the cue itself is outside.
    #[inline]
    pub fn allow(&self, index: usize, label: Label) -> bool {
        index != self.cue || label == Label::Outside
    }
}

/// Weights of a feature of a unit: one a label.
pub const NODE: usize = LABELS;
/// Weights of a feature of a step: for each label those of the labels before it, and one that is never used.
pub const EDGE: usize = LABELS * FOUR;
/// Weights of a feature of a step from a state: for each label those of the places that it comes from.
pub const STATE: usize = LABELS * REACHABLE.len();

/// Returns which weight of a step is that of a label behind another.
pub const fn edge_of(before: Label, label: Label) -> usize {
    label as usize * FOUR + before as usize
}

/// Returns which weight of a step from a state is that of a label.
pub const fn weight_of(state: usize, label: Label) -> usize {
    label as usize * REACHABLE.len() + place_of(state)
}

/// Weights of features, all those of one feature side by side.
pub trait Table<const WEIGHTS: usize> {
    /// Weights that are being added up.
    type Sums: Copy + Default;

    /// Adds the weights of some features.
    fn add<const KEYS: usize>(&self, keys: [u32; KEYS], sums: &mut Self::Sums);

    /// Returns what the weights of so many features come to.
    fn total(&self, sums: Self::Sums, keys: usize) -> [f32; WEIGHTS];

    /// Returns what the weights of some features come to.
    #[inline]
    fn sum<const KEYS: usize>(&self, keys: [u32; KEYS]) -> [f32; WEIGHTS] {
        let mut sums = Self::Sums::default();
        self.add(keys, &mut sums);
        self.total(sums, KEYS)
    }
}

/// The tables of all that has a score.
pub struct Tables<Node, Edge, State> {
    pub node: Node,
    pub edge: Edge,
    pub state: State,
}

/// Weights in eight bits above `ZERO`, with what one step of them means, as rows of blocks of bytes. A row holds
/// weights, then the check of the feature that it belongs to. There are as many rows as a power of two.
pub struct BlockTable<const BLOCKS: usize, const ROWS: usize> {
    pub rows: Box<[[u16x8; BLOCKS]; ROWS]>,
    pub scale: f32,
}

impl<const WEIGHTS: usize, const BLOCKS: usize, const ROWS: usize> Table<WEIGHTS> for BlockTable<BLOCKS, ROWS> {
    type Sums = BlockSums<BLOCKS>;

    #[inline]
    fn add<const KEYS: usize>(&self, keys: [u32; KEYS], sums: &mut BlockSums<BLOCKS>) {
        let nothing = [u16x8::splat(u16::from_le_bytes([ZERO; 2])); BLOCKS];
        let mut all = *sums;
        for key in keys {
            let row = &self.rows[key as usize % ROWS];
            let [.., last] = row[BLOCKS - 1].as_array();
            // Without a branch: which rows count is as good as chance.
            let row = select_unpredictable((last >> 8) as u8 == check_of(key), row, &nothing);
            all.add(row);
        }
        *sums = all;
    }

    #[inline]
    fn total(&self, sums: BlockSums<BLOCKS>, keys: usize) -> [f32; WEIGHTS] {
        let zero = i16x8::splat(keys as i16 * i16::from(ZERO));
        let mut weights = [0.0; WEIGHTS];
        let halves = sums.halves();
        for (weights, &half) in weights.chunks_mut(BLOCK / 2).zip(halves.as_flattened()) {
            let half = f32x8::from_i32x8(i32x8::from_i16x8(half - zero)) * f32x8::splat(self.scale);
            weights.copy_from_slice(&half.as_array()[..weights.len()]);
        }
        weights
    }
}

/// Weights of steps in four bits above nothing, and the check of the feature that they belong to, in one word of memory. Of each
/// byte the lower half is a weight of the first label or, in the last four, of the third one; the higher half is one of
/// the second label. The last byte is the check.
pub struct NibbleTable<const ROWS: usize> {
    pub rows: Box<[u64; ROWS]>,
    pub scale: f32,
}

impl<const ROWS: usize> Table<EDGE> for NibbleTable<ROWS> {
    type Sums = NibbleSums<1>;

    #[inline]
    fn add<const KEYS: usize>(&self, keys: [u32; KEYS], sums: &mut NibbleSums<1>) {
        let mut all = *sums;
        for key in keys {
            let row = self.rows[key as usize % ROWS];
            // Without a branch: which rows count is as good as chance.
            all.add(&[select_unpredictable((row >> 56) as u8 == check_of(key), row, NOTHING)]);
        }
        *sums = all;
    }

    #[inline]
    fn total(&self, sums: NibbleSums<1>, keys: usize) -> [f32; EDGE] {
        let nothing = keys as i32 * i32::from(nibbles::ZERO);
        let [sums] = sums.bytes();
        let [first, third, second, _]: [[u8; FOUR]; 4] = cast(sums);
        let mut weights = [0.0; EDGE];
        for (weights, sums) in weights.chunks_exact_mut(FOUR).zip([first, second, third]) {
            for (weight, sum) in weights.iter_mut().zip(sums) {
                *weight = (i32::from(sum) - nothing) as f32 * self.scale;
            }
        }
        weights
    }
}

/// Weights of nothing, without a check.
const NOTHING: u64 = 0x0088_8888_8888_8888;
const _: () = assert!(EDGE_KEYS <= nibbles::MOST_ROWS && EDGE == 3 * FOUR);

/// Weights of units in four bits above nothing: by how much those of content and of a mention are more than that of what is
/// outside, which is all that tells labels apart. Above both stands the check of the feature that they belong to.
pub struct PairTable<const ROWS: usize> {
    pub rows: Box<[u16; ROWS]>,
    pub scale: f32,
}

/// Weights of nothing, without a check.
const NO_PAIR: u16 = 0x88;

impl<const ROWS: usize> Table<NODE> for PairTable<ROWS> {
    /// The sums of the weights of content and, sixteen times as large, of those of a mention, in four parts.
    type Sums = [u32x4; 2];

    #[inline]
    fn add<const KEYS: usize>(&self, keys: [u32; KEYS], [content, mention]: &mut [u32x4; 2]) {
        let mut add = |keys: [u32; FOUR]| {
            let rows = u32x4::new(keys.map(|key| u32::from(self.rows[key as usize % ROWS])));
            let belongs = (rows >> 8u32).simd_eq(u32x4::new(keys) >> TABLE_BITS);
            let nothing = u32x4::splat(u32::from(NO_PAIR));
            let rows = ((rows ^ nothing) & belongs) ^ nothing;
            *content += rows & u32x4::splat(0x0f);
            *mention += rows & u32x4::splat(0xf0);
        };
        let (fours, rest) = keys.as_chunks::<FOUR>();
        fours.iter().for_each(|&four| add(four));
        // What is missing of four is filled with keys whose check no row has.
        if !rest.is_empty() {
            let mut four = [u32::MAX; FOUR];
            four[..rest.len()].copy_from_slice(rest);
            add(four);
        }
    }

    #[inline]
    fn total(&self, [content, mention]: [u32x4; 2], keys: usize) -> [f32; NODE] {
        let nothing = keys.next_multiple_of(FOUR) as i32 * i32::from(nibbles::ZERO);
        let sum = |sums: u32x4| sums.to_array().into_iter().sum::<u32>() as i32;
        let more = |sum: i32| (sum - nothing) as f32 * self.scale;
        [0.0, more(sum(content)), more(sum(mention) >> 4)]
    }
}

/// Adds up the weights of a cue's units.
pub struct Scorer<'s, Node: Table<NODE>, Edge: Table<EDGE>, State> {
    tables: &'s Tables<Node, Edge, State>,
    scores: &'s mut Scores,
    /// What the next units share.
    stretch: [f32; NODE],
    distance: [f32; NODE],
    state: Step,
    /// What the next unit has of its own.
    node: Node::Sums,
    edge: Edge::Sums,
}

impl<'s, Node: Table<NODE>, Edge: Table<EDGE>, State> Scorer<'s, Node, Edge, State> {
    /// Begins with the units around the cue that is at `cue` among them.
    #[inline]
    pub fn new(tables: &'s Tables<Node, Edge, State>, cue: usize, scores: &'s mut Scores) -> Self {
        scores.steps.clear();
        scores.cue = cue;
        Self {
            tables,
            scores,
            stretch: Default::default(),
            distance: Default::default(),
            state: Default::default(),
            node: Default::default(),
            edge: Default::default(),
        }
    }
}

impl<Node: Table<NODE>, Edge: Table<EDGE>, State: Table<STATE>> TakeKeys for Scorer<'_, Node, Edge, State> {
    #[inline]
    fn stretch(&mut self, keys: [u32; STRETCH_KEYS]) {
        self.stretch = self.tables.node.sum(keys);
    }

    #[inline]
    fn distance(&mut self, keys: [u32; DISTANCE_KEYS]) {
        self.distance = self.tables.node.sum(keys);
    }

    #[inline]
    fn state(&mut self, keys: [u32; STATE_KEYS]) {
        self.state = by_label(self.tables.state.sum(keys));
    }

    #[inline]
    fn node(&mut self, keys: [u32; FOUR]) {
        self.tables.node.add(keys, &mut self.node);
    }

    #[inline]
    fn edge(&mut self, keys: [u32; PAIR]) {
        self.tables.edge.add(keys, &mut self.edge);
    }

    #[inline]
    fn next_unit(&mut self) {
        let own = self.tables.node.total(std::mem::take(&mut self.node), NODE_KEYS);
        let edge = self.tables.edge.total(std::mem::take(&mut self.edge), EDGE_KEYS);
        let (edge, _) = edge.as_chunks::<FOUR>();
        let step = std::array::from_fn(|label| {
            let unit = own[label] + self.stretch[label] + self.distance[label];
            let from = f32x8::new(REACHABLE.map(|state| edge[label][state % LABELS]));
            f32x8::splat(unit) + from + self.state[label]
        });
        self.scores.steps.push(step);
    }

    #[inline]
    fn end(&mut self, keys: [u32; END_KEYS]) {
        let [end, ..] = by_label(self.tables.state.sum(keys));
        self.scores.end = end.to_array();
    }
}

/// Takes the weights of steps from states apart by label.
fn by_label(sums: [f32; STATE]) -> Step {
    let (by_label, _) = sums.as_chunks();
    std::array::from_fn(|label| f32x8::new(by_label[label]))
}
