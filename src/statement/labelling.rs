//! Labels the units around a cue: which are the speaker's words, which name the speaker.
//!
//! A linear-chain conditional random field. Its states remember whether content and mention were seen, so that a
//! cue gets one mention in one piece, and a second piece of content costs what it should.

use super::cue::Cue;
use super::features::{check_of, key};
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
    /// `edge_count` keys a unit.
    pub edge: Vec<u32>,
    pub edge_count: usize,
    /// `state_count` keys a unit; behind them those of the end.
    pub state: Vec<u32>,
    pub state_count: usize,
    /// Index of the cue among the units: always outside.
    pub cue: usize,
    places: Vec<Place>,
}

/// What lies between a unit and the cue, and what segment it stands in.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
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
    lattice.edge.clear();
    lattice.state.clear();
    let tag = |index: isize| {
        if index < 0 { Tag::Outside } else { units.get(index as usize).map_or(Tag::Outside, |unit| unit.tag) }
    };
    let code = |index: isize| {
        if index < 0 { 0 } else { units.get(index as usize).map_or(0, |unit| unit.code) }
    };
    let part = |index: isize| {
        if index < 0 { 0 } else { units.get(index as usize).map_or(0, |unit| unit.part as u32) }
    };
    let cue_part = all[cue.unit].part as u32;
    let frame = cue.frame;
    let lemma = u32::from(cue.lemma);
    let pattern = frame << 8 | cue.after as u32;
    let voice = cue.form << 8 | cue.auxiliaries;
    let before = cue.before as u32;
    let (mut node_count, mut edge_count, mut state_count) = (0, 0, 0);
    for (index, unit) in units.iter().enumerate() {
        let place = places[index];
        let i = index as isize;
        let side = place.side;
        let t0 = unit.tag as u32;
        let (tm1, tp1) = (tag(i - 1) as u32, tag(i + 1) as u32);
        let w0 = unit.code;
        let (wm1, wp1) = (code(i - 1), code(i + 1));
        let sd = side << 4 | place.distance;
        let near = side << 16 | place.commas << 12 | place.bits;
        let same = u32::from(unit.sentence == all[cue.unit].sentence);
        let seg = place.segment_first as u32 | place.segment_finite << 6 | side << 8;
        let from_start = bucket(index);
        let to_end = bucket(units.len() - 1 - index);

        let (q0, qm1, qp1) = (unit.part as u32, part(i - 1), part(i + 1));
        let tq = t0 << 8 | q0;
        let node = |template: u32, a: u32, b: u32| key(100 + template, a, b);
        let keys = [
            node(1, t0, side),
            node(2, t0, sd),
            node(3, w0, side),
            node(5, t0 << 8 | tm1, side),
            node(6, t0 << 8 | tp1, side),
            node(7, t0 << 16 | tm1 << 8 | tp1, side),
            node(10, wm1, side << 8 | t0),
            node(11, wp1, side << 8 | t0),
            node(12, unit.suffix, side << 8 | t0),
            node(13, frame, sd),
            node(14, pattern, sd),
            node(15, pattern, near),
            node(16, frame << 8 | t0, near),
            node(17, t0, near),
            node(18, lemma, side << 8 | place.commas << 4 | cue.form),
            node(22, pattern << 8 | t0, sd),
            node(23, cue.quotes << 8 | t0, side << 8 | same),
            node(25, voice, sd),
            node(26, voice << 8 | t0, side << 4 | place.commas),
            node(27, seg, near),
            node(29, seg, pattern << 4 | place.commas),
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
            node(47, place.heads, side << 16 | place.commas << 12 | frame),
            node(48, place.segment_heads, near),
            node(49, place.segment_heads << 8 | place.segment_first as u32, side << 16 | place.commas << 12 | frame),
            node(50, tq << 8 | cue.after as u32, side << 8 | frame),
            node(51, tq, voice << 4 | side),
            node(52, lemma, side << 16 | place.heads),
            node(53, cue_part << 8 | q0, sd),
            node(54, cue_part << 8 | frame, side << 16 | place.heads),
            node(55, cue_part << 8 | before, tq << 4 | side),
        ];
        node_count = keys.len();
        lattice.node.extend(keys);

        let gap = u32::from(index == center + 1) | u32::from(index == center) << 1 | same << 2;
        let edge = |template: u32, a: u32, b: u32| key(200 + template, a, b);
        let keys = [
            edge(1, side, gap),
            edge(2, t0 << 8 | tm1, side << 8 | gap),
            edge(4, w0, side << 8 | gap),
            edge(5, wm1, side << 8 | t0),
            edge(6, pattern, gap << 4 | side << 4 | place.commas),
            edge(8, frame << 8 | t0, tm1 << 8 | gap),
            edge(11, t0 << 8 | tm1, near),
            edge(12, lemma << 8 | t0, gap << 8 | tm1),
            edge(17, tq << 16 | tm1 << 8 | qm1, side),
            edge(18, q0 << 8 | qm1, side << 8 | gap),
            edge(19, tq << 8 | tm1, place.heads << 2 | side),
            edge(21, q0 << 16 | qm1 << 8 | qp1, tm1),
            edge(22, tq << 8 | tm1, frame << 8 | cue_part),
        ];
        edge_count = keys.len();
        lattice.edge.extend(keys);

        let state = |template: u32, a: u32, b: u32| key(300 + template, a, b);
        let keys = [state(1, frame, side << 8 | gap), state(3, pattern, side << 8 | cue.quotes)];
        state_count = keys.len();
        lattice.state.extend(keys);
    }
    // What had been seen at the end.
    let state = |template: u32, a: u32, b: u32| key(350 + template, a, b);
    lattice.state.extend([
        state(1, frame, 0),
        state(2, pattern, cue.quotes),
        state(3, voice, frame),
        state(4, lemma, before),
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
    /// By state before; the last one is the end, of which the first weight counts.
    pub state: Vec<[[f32; LABELS]; REACHABLE.len()]>,
    /// For each place of a state after a unit that of the best one before.
    back: Vec<[u8; REACHABLE.len()]>,
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

/// Most features of one unit whose rows are collected at a time.
const AT_ONCE: usize = 64;

impl<const ROW: usize> SmallTable<ROW> {
    #[inline]
    fn sums(&self, keys: &[u32]) -> [i16; ROW] {
        let mask = self.rows.len() - 1;
        let mut sums = [0i16; ROW];
        for keys in keys.chunks(AT_ONCE) {
            // Collected first, without a branch: which rows count is as good as chance.
            let mut rows = [[0; ROW]; AT_ONCE];
            let mut count = 0;
            for &key in keys {
                let row = self.rows[key as usize & mask];
                rows[count % AT_ONCE] = row;
                count += usize::from(row[ROW - 1] == check_of(key));
            }
            for row in &rows[..count.min(AT_ONCE)] {
                for (sum, &weight) in sums.iter_mut().zip(row) {
                    *sum += i16::from(weight as i8);
                }
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

/// Adds up the weights of a lattice.
pub fn score<Node: Table<NODE>, Edge: Table<EDGE>, State: Table<STATE>>(
    lattice: &Lattice,
    tables: &Tables<Node, Edge, State>,
    scores: &mut Scores,
) {
    scores.node.clear();
    scores.edge.clear();
    scores.state.clear();
    for keys in lattice.node.chunks_exact(lattice.node_count) {
        scores.node.push(tables.node.sum(keys));
    }
    for keys in lattice.edge.chunks_exact(lattice.edge_count) {
        let sums = tables.edge.sum(keys);
        let (by_label, _) = sums.as_chunks();
        scores.edge.push([by_label[0], by_label[1], by_label[2]]);
    }
    for keys in lattice.states() {
        let sums = tables.state.sum(keys);
        let (by_state, _) = sums.as_chunks();
        scores.state.push(std::array::from_fn(|place| by_state[place]));
    }
}

impl Lattice {
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
        self.node[index][label] + self.edge[index][state % LABELS][label] + self.state[index][place_of(state)][label]
    }

    /// Score of ending in a state.
    #[inline]
    pub fn finish(&self, state: usize) -> f32 {
        self.state[self.node.len()][place_of(state)][0]
    }
}

/// Whether a label may stand at a unit: the cue itself is outside.
#[inline]
pub fn allowed(lattice: &Lattice, index: usize, label: Label) -> bool {
    index != lattice.cue || label == Label::Outside
}

/// Every step that a path can make: place of the state before, label, place of the state after.
const STEPS: [(usize, usize, usize); 21] = {
    let mut steps = [(0, 0, 0); 21];
    let (mut count, mut place) = (0, 0);
    while place < REACHABLE.len() {
        let mut label = 0;
        while label < LABELS {
            if let Some(next) = next_state(REACHABLE[place], ALL_LABELS[label]) {
                steps[count] = (place, label, place_of(next));
                count += 1;
            }
            label += 1;
        }
        place += 1;
    }
    assert!(count == steps.len(), "the table of steps has another size");
    steps
};

/// Returns the best labels and their probability.
pub fn decode(lattice: &Lattice, scores: &mut Scores) -> (Vec<Label>, f32) {
    const PLACES: usize = REACHABLE.len();
    // By place: score of the best path, and the sum over all paths relative to it.
    let mut best = [f32::NEG_INFINITY; PLACES];
    let mut mass = [0.0f32; PLACES];
    best[place_of(START)] = 0.0;
    mass[place_of(START)] = 1.0;
    let mut back = std::mem::take(&mut scores.back);
    back.clear();
    for (index, ((node, edge), state)) in scores.node.iter().zip(&scores.edge).zip(&scores.state).enumerate() {
        let mut paths = [[f32::NEG_INFINITY; LABELS]; PLACES];
        // The cue itself is outside.
        let labels = if index == lattice.cue { 1 } else { LABELS };
        for place in 0..PLACES {
            let edge = edge[REACHABLE[place] % LABELS];
            for label in 0..labels {
                paths[place][label] = best[place] + (node[label] + edge[label] + state[place][label]);
            }
        }
        let mut next_best = [f32::NEG_INFINITY; PLACES];
        let mut pointers = [0u8; PLACES];
        for (place, label, next) in STEPS {
            if paths[place][label] > next_best[next] {
                next_best[next] = paths[place][label];
                pointers[next] = place as u8;
            }
        }
        let mut next_mass = [0.0f32; PLACES];
        for (place, label, next) in STEPS {
            let path = paths[place][label];
            if path > f32::NEG_INFINITY {
                next_mass[next] += mass[place] * fast_exp(path - next_best[next]);
            }
        }
        best = next_best;
        mass = next_mass;
        back.push(pointers);
    }
    let ends = REACHABLE.map(|state| best[place_of(state)] + scores.finish(state));
    let (mut place, score) =
        ends.into_iter().enumerate().fold((0, f32::NEG_INFINITY), |best, end| if end.1 > best.1 { end } else { best });
    let total: f32 = mass.iter().zip(ends).map(|(mass, end)| mass * fast_exp(end - score)).sum();
    let mut labels = vec![Label::Outside; lattice.len];
    for index in (0..lattice.len).rev() {
        labels[index] = label_of(REACHABLE[place]);
        place = back[index][place] as usize;
    }
    scores.back = back;
    (labels, if total > 0.0 { (1.0 / total).min(1.0) } else { 0.0 })
}

/// Returns `e^x` for `x` up to 0, within a few per cent: `2^y` put together from its exponent and a parabola.
#[inline]
fn fast_exp(x: f32) -> f32 {
    let y = (x * std::f32::consts::LOG2_E).clamp(-120.0, 0.0);
    // The next whole number below, since `y` is not above 0.
    let whole = y as i32 - 1;
    let part = y - whole as f32;
    let mantissa = 1.0 + part * (0.6565 + part * 0.3435);
    f32::from_bits(((whole + 127) as u32) << 23) * mantissa
}

/// Returns `ln(e^a + e^b)`.
#[inline]
pub fn log_add(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f32::NEG_INFINITY || high - low > 15.0 { high } else { high + (low - high).exp().ln_1p() }
}
