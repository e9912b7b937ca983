//! Labels the units around a cue: which are the speaker's words, which name the speaker.
//!
//! A linear-chain conditional random field. Its states remember whether content and mention were seen, so that a
//! cue gets one mention in one piece, and a second piece of content costs what it should.

use std::hint::select_unpredictable;

use wide::bytemuck::cast;
use wide::{u8x16, u16x8, u32x4};

use super::cue::Cue;
use super::features::{TABLE_BITS, check_of, key};
use super::unit::{Tag, Unit};

/// What a unit is to a cue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Label {
    #[default]
    Outside,
    Content,
    Mention,
}

pub const LABELS: usize = 3;
const ALL_LABELS: [Label; LABELS] = [Label::Outside, Label::Content, Label::Mention];

/// A label, and whether content and mention were seen up to here: `label + 3 · content + 6 · mention`.
pub const STATES: usize = 12;
/// Before the first unit: outside, nothing seen.
pub const START: usize = 0;

pub fn label_of(state: usize) -> Label {
    ALL_LABELS[state % LABELS]
}

/// Returns the state that a label leads to, if it may follow.
pub const fn next_state(state: usize, label: Label) -> Option<usize> {
    let (content, mention) = (state / 3 % 2 == 1, state / 6 == 1);
    if matches!(label, Label::Mention) && mention && state % LABELS != Label::Mention as usize {
        return None;
    }
    let content = content || matches!(label, Label::Content);
    let mention = mention || matches!(label, Label::Mention);
    Some(label as usize + 3 * content as usize + 6 * mention as usize)
}

/// The features of one cue's units.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    pub len: usize,
    /// `node_count` keys a unit.
    pub node: Vec<u32>,
    pub node_count: usize,
    /// Keys of units with the same marks and clauses between them and the cue.
    pub stretches: Groups,
    /// Keys of units at the same distance from the cue.
    pub distances: Groups,
    /// `edge_count` keys a unit.
    pub edge: Vec<u32>,
    pub edge_count: usize,
    /// `state_count` keys a unit; behind them those of the end.
    pub state: Vec<u32>,
    pub state_count: usize,
    /// Index of the cue among the units: always outside.
    pub cue: usize,
    pub(super) places: Vec<Place>,
}

/// Keys that units beside each other share, so that each is looked up once.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// `count` keys a group.
    pub keys: Vec<u32>,
    pub count: usize,
    /// Group of each unit.
    pub of: Vec<u32>,
}

impl Groups {
    fn clear(&mut self) {
        self.keys.clear();
        self.of.clear();
        self.count = 0;
    }

    /// Puts the next unit into the last group.
    fn join(&mut self) {
        self.of.push(self.of.last().copied().unwrap_or_default());
    }

    /// Puts the next unit into a group of its own.
    fn open<const COUNT: usize>(&mut self, keys: [u32; COUNT]) {
        self.of.push(self.of.last().map_or(0, |last| last + 1));
        self.count = COUNT;
        self.keys.extend_from_slice(&keys);
    }

    /// Returns the keys of each group.
    fn groups(&self) -> impl Iterator<Item = &[u32]> {
        self.keys.chunks_exact(self.count.max(1))
    }

    fn keys_of(&self, unit: usize) -> &[u32] {
        let start = self.of[unit] as usize * self.count;
        &self.keys[start..start + self.count]
    }
}

/// What lies between a unit and the cue, and what segment it stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    distance: u32,
    side: u32,
    commas: u32,
    bits: u32,
    segment_first: Tag,
    segment_finite: u32,
    next_finite: u32,
    /// Heads of clauses between it and the cue, by part.
    heads: u32,
    /// Parts of the heads in its segment.
    segment_heads: u32,
    /// The nearest head of a clause towards the cue.
    near_head: u32,
}

impl Place {
    /// All that the features of a stretch are made of, beside the cue.
    fn stretch(self) -> Self {
        Self { distance: 0, next_finite: 0, near_head: 0, ..self }
    }
}

fn bucket(distance: usize) -> u32 {
    match distance {
        0..=5 => distance as u32,
        6..=7 => 6,
        8..=10 => 7,
        11..=15 => 8,
        16..=24 => 9,
        _ => 10,
    }
}

fn breaks_segment(tag: Tag) -> bool {
    tag.is_mark() || tag == Tag::LongQuote
}

fn find_places(units: &[Unit], cue: usize, places: &mut Vec<Place>) {
    places.clear();
    places.resize(units.len(), Place::default());
    for side in 0..2 {
        let (mut commas, mut bits, mut heads, mut near_head) = (0u32, 0u32, 0u32, 0u32);
        let count = if side == 0 { cue } else { units.len() - cue - 1 };
        for step in 1..=count {
            let index = if side == 0 { cue - step } else { cue + step };
            let tag = units[index].tag;
            places[index] = Place {
                distance: bucket(index.abs_diff(cue)),
                side,
                commas: commas.min(3),
                bits,
                heads,
                near_head,
                ..Place::default()
            };
            commas += u32::from(tag == Tag::Comma);
            bits |= match tag {
                Tag::That => 1,
                Tag::LongQuote => 2,
                Tag::Subordinator | Tag::Relative | Tag::QuestionWord => 4,
                Tag::Dash | Tag::Semicolon | Tag::Colon | Tag::Bracket => 8,
                Tag::Coordinator => 16,
                Tag::Stop | Tag::Question => 32,
                tag if tag.is_finite() => 64,
                _ => 0,
            };
            let part = units[index].part;
            if part.heads_clause() {
                heads |= 1 << part as u32;
                near_head = part as u32;
            }
        }
    }
    let mut start = 0;
    while start < units.len() {
        let mut end = start + 1;
        while end < units.len() && !breaks_segment(units[end - 1].tag) && !breaks_segment(units[end].tag) {
            end += 1;
        }
        let finite = units[start..end].iter().filter(|unit| unit.tag.is_finite()).count().min(2) as u32;
        let heads = units[start..end].iter().filter(|unit| unit.part.heads_clause());
        let heads = heads.fold(0, |heads, unit| heads | 1 << unit.part as u32);
        let mut later = 0;
        for index in (start..end).rev() {
            places[index].segment_first = units[start].tag;
            places[index].segment_finite = finite;
            places[index].segment_heads = heads;
            places[index].next_finite = later;
            later |= u32::from(units[index].tag.is_finite()) | u32::from(units[index].tag.is_verb()) << 1;
        }
        start = end;
    }
    places[cue].side = 2;
}

/// Collects the features of a cue's units; `units` are those of its domain.
pub fn lattice_of(all: &[Unit], cue: &Cue, lattice: &mut Lattice) {
    let units = &all[cue.start..cue.end];
    let center = cue.unit - cue.start;
    let mut places = std::mem::take(&mut lattice.places);
    find_places(units, center, &mut places);
    lattice.len = units.len();
    lattice.cue = center;
    lattice.node.clear();
    lattice.stretches.clear();
    lattice.distances.clear();
    lattice.edge.clear();
    lattice.state.clear();
    let cue_part = all[cue.unit].part as u32;
    let frame = cue.frame;
    let lemma = u32::from(cue.lemma);
    let pattern = frame << 8 | cue.after as u32;
    let voice = cue.form << 8 | cue.auxiliaries;
    let (mut node_count, mut edge_count, mut state_count) = (0, 0, 0);
    let mut before = Unit::default();
    for (index, unit) in units.iter().enumerate() {
        let place = places[index];
        let after = units.get(index + 1).copied().unwrap_or_default();
        let side = place.side;
        let t0 = unit.tag as u32;
        let (tm1, tp1) = (before.tag as u32, after.tag as u32);
        let w0 = unit.code;
        let (wm1, wp1) = (before.code, after.code);
        let sd = side << 4 | place.distance;
        let near = side << 16 | place.commas << 12 | place.bits;
        let same = u32::from(unit.sentence == all[cue.unit].sentence);
        let seg = place.segment_first as u32 | place.segment_finite << 6 | side << 8;
        let from_start = bucket(index);
        let to_end = bucket(units.len() - 1 - index);

        let (q0, qm1, qp1) = (unit.part as u32, before.part as u32, after.part as u32);
        let tq = t0 << 8 | q0;
        let node = |template: u32, a: u32, b: u32| key(100 + template, a, b);
        let keys = [
            node(2, t0, sd),
            node(3, w0, side),
            node(5, t0 << 8 | tm1, side),
            node(6, t0 << 8 | tp1, side),
            node(7, t0 << 16 | tm1 << 8 | tp1, side),
            node(10, wm1, side << 8 | t0),
            node(11, wp1, side << 8 | t0),
            node(12, unit.suffix, side << 8 | t0),
            node(16, frame << 8 | t0, near),
            node(22, pattern << 8 | t0, sd),
            node(32, from_start << 8 | t0, side),
            node(33, to_end << 8 | t0, side),
            node(35, t0 << 4 | place.next_finite, near),
            node(37, lemma << 8 | t0, side << 4 | cue.form),
            node(38, u32::from(unit.quotation_only) | same << 1 | cue.quotes << 2, t0 << 8 | side),
            node(41, tq, side),
            node(42, q0, sd),
            node(43, q0 << 16 | qm1 << 8 | qp1, side),
            node(44, tq, near),
            node(45, tq, side << 16 | place.heads),
            node(46, q0 << 8 | place.near_head, side << 16 | place.commas << 12 | frame),
            node(50, tq << 8 | cue.after as u32, side << 8 | frame),
            node(51, tq, voice << 4 | side),
            node(53, cue_part << 8 | q0, sd),
        ];
        node_count = keys.len();
        lattice.node.extend_from_slice(&keys);
        if index > 0 && place.stretch() == places[index - 1].stretch() {
            lattice.stretches.join();
        } else {
            let clauses = side << 16 | place.commas << 12 | frame;
            lattice.stretches.open([
                node(15, pattern, near),
                node(18, lemma, side << 8 | place.commas << 4 | cue.form),
                node(27, seg, near),
                node(29, seg, pattern << 4 | place.commas),
                node(48, place.segment_heads, near),
                node(49, place.segment_heads << 8 | place.segment_first as u32, clauses),
                node(52, lemma, side << 16 | place.heads),
                node(54, cue_part << 8 | frame, side << 16 | place.heads),
            ]);
        }
        if index > 0 && (place.side, place.distance) == (places[index - 1].side, places[index - 1].distance) {
            lattice.distances.join();
        } else {
            lattice.distances.open([node(14, pattern, sd), node(25, voice, sd)]);
        }

        let gap = u32::from(index == center + 1) | u32::from(index == center) << 1 | same << 2;
        let edge = |template: u32, a: u32, b: u32| key(200 + template, a, b);
        let keys = [
            edge(2, t0 << 8 | tm1, side << 8 | gap),
            edge(4, w0, side << 8 | gap),
            edge(5, wm1, side << 8 | t0),
            edge(6, pattern, gap << 4 | side << 4 | place.commas),
            edge(8, frame << 8 | t0, tm1 << 8 | gap),
            edge(11, t0 << 8 | tm1, near),
            edge(12, lemma << 8 | t0, gap << 8 | tm1),
            edge(17, tq << 16 | tm1 << 8 | qm1, side),
            edge(19, tq << 8 | tm1, place.heads << 2 | side),
            edge(22, tq << 8 | tm1, frame << 8 | cue_part),
        ];
        edge_count = keys.len();
        lattice.edge.extend_from_slice(&keys);

        let state = |template: u32, a: u32, b: u32| key(300 + template, a, b);
        let keys = [state(1, frame, side << 8 | gap), state(3, pattern, side << 8 | cue.quotes)];
        state_count = keys.len();
        lattice.state.extend_from_slice(&keys);
        before = *unit;
    }
    // What had been seen at the end.
    let state = |template: u32, a: u32, b: u32| key(350 + template, a, b);
    lattice.state.extend([
        state(1, frame, 0),
        state(2, pattern, cue.quotes),
        state(3, voice, frame),
        state(4, lemma, cue.before as u32),
    ]);
    lattice.places = places;
    lattice.node_count = node_count;
    lattice.edge_count = edge_count;
    lattice.state_count = state_count;
}

/// Scores of all labels and transitions of a lattice.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    pub node: Vec<[f32; LABELS]>,
    /// By label before.
    pub edge: Vec<[[f32; LABELS]; LABELS]>,
    /// By label and place of the state before; the last one is the end, of which the first label counts.
    pub state: Vec<[[f32; REACHABLE.len()]; LABELS]>,
    /// Sums of the keys that units share.
    shared: Vec<[f32; LABELS]>,
}

/// States that a path can be in.
pub const REACHABLE: [usize; 8] = [0, 3, 4, 6, 8, 9, 10, 11];

/// Position of each state in `REACHABLE`; that of the others means nothing.
const PLACES: [usize; STATES] = {
    let mut places = [0; STATES];
    let mut place = 0;
    while place < REACHABLE.len() {
        places[REACHABLE[place]] = place;
        place += 1;
    }
    places
};

/// Returns the position of a state in `REACHABLE`.
#[inline]
pub const fn place_of(state: usize) -> usize {
    PLACES[state]
}

/// Weights of a feature of a unit: one a label.
pub const NODE: usize = LABELS;
/// Weights of a feature of a step: one a label before and label.
pub const EDGE: usize = LABELS * LABELS;
/// Weights of a feature of a step from a state: one a state before and label.
pub const STATE: usize = REACHABLE.len() * LABELS;

/// Weights of features, all those of one feature side by side.
pub trait Table<const WEIGHTS: usize> {
    /// Adds up the weights of some features.
    fn sum(&self, keys: &[u32]) -> [f32; WEIGHTS];
}

/// The tables of all that a lattice holds.
pub struct Tables<Node, Edge, State> {
    pub node: Node,
    pub edge: Edge,
    pub state: State,
}

/// Weights in eight bits, with what one step of them means. A row holds weights, then the check of the feature that it
/// belongs to.
pub struct SmallTable<const ROW: usize> {
    pub rows: Vec<[u8; ROW]>,
    pub scale: f32,
}

impl<const ROW: usize> SmallTable<ROW> {
    #[inline]
    fn sums(&self, keys: &[u32]) -> [i16; ROW] {
        let mask = self.rows.len() - 1;
        let mut sums = [0i16; ROW];
        for &key in keys {
            let row = &self.rows[key as usize & mask];
            // Without a branch: which rows count is as good as chance.
            let row = select_unpredictable(row[ROW - 1] == check_of(key), row, &[0; ROW]);
            for (sum, &weight) in sums.iter_mut().zip(row) {
                *sum += i16::from(weight as i8);
            }
        }
        sums
    }
}

impl<const WEIGHTS: usize, const ROW: usize> Table<WEIGHTS> for SmallTable<ROW> {
    #[inline]
    fn sum(&self, keys: &[u32]) -> [f32; WEIGHTS] {
        let sums = self.sums(keys);
        std::array::from_fn(|weight| f32::from(sums[weight]) * self.scale)
    }
}

/// Weights of units. A row is as long as a word of memory, so that rows are added up four at a time.
pub struct NodeTable(pub SmallTable<{ NODE + 1 }>);

/// Rows added up at a time.
const FOUR: usize = 4;

impl Table<NODE> for NodeTable {
    #[inline]
    fn sum(&self, keys: &[u32]) -> [f32; NODE] {
        const WEIGHTS: u32 = 0x00ff_ffff;
        /// Makes weights positive, and counts the rows in place of their checks.
        const ABOVE_ZERO: u32 = 0x0180_8080;
        const OF_WEIGHT: i32 = 0x80;
        let rows = &self.0.rows[..];
        let mask = rows.len() - 1;
        let (mut low, mut high) = (u16x8::ZERO, u16x8::ZERO);
        let mut add = |keys: [u32; FOUR]| {
            let row = u32x4::new(keys.map(|key| u32::from_le_bytes(rows[key as usize & mask])));
            let belongs = (row >> 24u32).simd_eq(u32x4::new(keys) >> TABLE_BITS);
            let counted = ((row & u32x4::splat(WEIGHTS)) ^ u32x4::splat(ABOVE_ZERO)) & belongs;
            let bytes: u8x16 = cast(counted);
            low += u16x8::from_u8x16_low(bytes);
            high += u16x8::from_u8x16_high(bytes);
        };
        let (fours, rest) = keys.as_chunks::<FOUR>();
        fours.iter().for_each(|&four| add(four));
        // What is missing of four is filled with keys whose check no row has.
        if !rest.is_empty() {
            let mut four = [u32::MAX; FOUR];
            four[..rest.len()].copy_from_slice(rest);
            add(four);
        }
        let (low, high) = (low.to_array(), high.to_array());
        let [a, b, c, counted]: [i32; NODE + 1] = std::array::from_fn(|weight| {
            [low[weight], low[weight + FOUR], high[weight], high[weight + FOUR]].map(i32::from).into_iter().sum()
        });
        [a, b, c].map(|sum| (sum - counted * OF_WEIGHT) as f32 * self.0.scale)
    }
}

/// Adds up the weights of a lattice.
pub fn score<Node: Table<NODE>, Edge: Table<EDGE>, State: Table<STATE>>(
    lattice: &Lattice,
    tables: &Tables<Node, Edge, State>,
    scores: &mut Scores,
) {
    scores.node.clear();
    scores.edge.clear();
    scores.state.clear();
    scores.shared.clear();
    scores.shared.extend(lattice.stretches.groups().map(|keys| tables.node.sum(keys)));
    let distances = scores.shared.len();
    scores.shared.extend(lattice.distances.groups().map(|keys| tables.node.sum(keys)));
    for (unit, keys) in lattice.node.chunks_exact(lattice.node_count).enumerate() {
        let stretch = scores.shared[lattice.stretches.of[unit] as usize];
        let distance = scores.shared[distances + lattice.distances.of[unit] as usize];
        let own = tables.node.sum(keys);
        scores.node.push(std::array::from_fn(|label| own[label] + stretch[label] + distance[label]));
    }
    for keys in lattice.edge.chunks_exact(lattice.edge_count) {
        let sums = tables.edge.sum(keys);
        let (by_label, _) = sums.as_chunks();
        scores.edge.push([by_label[0], by_label[1], by_label[2]]);
    }
    let mut last: &[u32] = &[];
    for keys in lattice.states() {
        // They change only around the cue and with its sentence.
        if keys == last
            && let Some(&same) = scores.state.last()
        {
            scores.state.push(same);
            continue;
        }
        last = keys;
        let sums = tables.state.sum(keys);
        let (by_state, _) = sums.as_chunks::<LABELS>();
        scores.state.push(std::array::from_fn(|label| std::array::from_fn(|place| by_state[place][label])));
    }
}

impl Lattice {
    /// Returns all keys of a unit for itself.
    pub fn node_keys(&self, unit: usize) -> impl Iterator<Item = &u32> {
        let own = &self.node[unit * self.node_count..(unit + 1) * self.node_count];
        own.iter().chain(self.stretches.keys_of(unit)).chain(self.distances.keys_of(unit))
    }

    /// Returns the keys of the steps from a state: those of each unit, then those of the end.
    pub fn states(&self) -> impl Iterator<Item = &[u32]> {
        let (units, end) = self.state.split_at(self.len * self.state_count);
        units.chunks_exact(self.state_count).chain([end])
    }
}

impl Scores {
    /// Score of the step from a state to a label at a unit.
    #[inline]
    pub fn step(&self, index: usize, state: usize, label: Label) -> f32 {
        let label = label as usize;
        self.node[index][label] + self.edge[index][state % LABELS][label] + self.state[index][label][place_of(state)]
    }

    /// Score of ending in a state.
    #[inline]
    pub fn finish(&self, state: usize) -> f32 {
        self.state[self.node.len()][0][place_of(state)]
    }
}

/// Whether a label may stand at a unit: the cue itself is outside.
#[inline]
pub fn allowed(lattice: &Lattice, index: usize, label: Label) -> bool {
    index != lattice.cue || label == Label::Outside
}

/// Returns `ln(e^a + e^b)`.
#[inline]
pub fn log_add(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f32::NEG_INFINITY || high - low > 15.0 { high } else { high + (low - high).exp().ln_1p() }
}
