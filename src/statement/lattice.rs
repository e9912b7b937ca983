//! The features by which the units around a cue are labelled: which are the speaker's words, which name the speaker.
//!
//! They are those of a linear-chain conditional random field. Its states remember whether content and mention were
//! seen, so that a cue gets one mention in one piece, and a second piece of content costs what it should.

use super::cue::Cue;
use super::features::key;
use super::unit::{Tag, Unit};

/// Keys that are handed on together: whoever takes them need not keep them.
pub const FOUR: usize = 4;
pub const PAIR: usize = 2;
/// Keys of a unit's own features, and of the step to it.
pub const NODE_KEYS: usize = 6 * FOUR;
pub const EDGE_KEYS: usize = 5 * PAIR;
/// Keys of the steps from a state to a unit.
pub const STATE_KEYS: usize = 2;
/// Keys that units beside each other share.
pub const STRETCH_KEYS: usize = 2 * FOUR;
pub const DISTANCE_KEYS: usize = 2;
/// Keys of the state at the end.
pub const END_KEYS: usize = 4;

/// Takes the keys of a cue's units in their order.
pub trait TakeKeys {
    /// Takes the keys of the next units that have the same marks and clauses between them and the cue.
    fn stretch(&mut self, keys: [u32; STRETCH_KEYS]);

    /// Takes the keys of the next units at the same distance from the cue.
    fn distance(&mut self, keys: [u32; DISTANCE_KEYS]);

    /// Takes the keys of the steps from a state to the next units.
    fn state(&mut self, keys: [u32; STATE_KEYS]);

    /// Takes some of the keys of the next unit itself.
    fn node(&mut self, keys: [u32; FOUR]);

    /// Takes some of the keys of the step to the next unit.
    fn edge(&mut self, keys: [u32; PAIR]);

    /// Goes on to the unit behind.
    fn next_unit(&mut self);

    /// Takes the keys of the state at the end.
    fn end(&mut self, keys: [u32; END_KEYS]);
}

/// What lies between a unit and the cue, and what segment it stands in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// 0 before the cue, 1 behind it, 2 the cue itself.
    side: u32,
    distance: u32,
    commas: u32,
    /// Kinds of marks and clauses between it and the cue.
    bits: u32,
    /// First tag of the segment and, above it, how many finite verbs are in it.
    segment: u32,
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
    fn stretch(&self) -> [u32; 4] {
        [self.near(), self.segment, self.heads, self.segment_heads]
    }

    fn near(&self) -> u32 {
        self.side << 16 | self.commas << 12 | self.bits
    }
}

fn bucket(distance: usize) -> u32 {
    const BUCKETS: [u8; 25] = [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9];
    BUCKETS.get(distance).map_or(10, |&bucket| u32::from(bucket))
}

/// What a tag is to the units behind it, seen from the cue.
#[derive(Clone, Copy)]
struct Between {
    bits: u8,
    is_comma: bool,
    is_finite: bool,
    is_verb: bool,
    breaks_segment: bool,
}

/// By number of the tag.
const BETWEEN: [Between; Tag::ALL.len()] = {
    let mut all =
        [Between { bits: 0, is_comma: false, is_finite: false, is_verb: false, breaks_segment: false }; Tag::ALL.len()];
    let mut number = 0;
    while number < all.len() {
        let tag = Tag::ALL[number];
        all[number] = Between {
            bits: match tag {
                Tag::That => 1,
                Tag::LongQuote => 2,
                Tag::Subordinator | Tag::Relative | Tag::QuestionWord => 4,
                Tag::Dash | Tag::Semicolon | Tag::Colon | Tag::Bracket => 8,
                Tag::Coordinator => 16,
                Tag::Stop | Tag::Question => 32,
                tag if tag.is_finite() => 64,
                _ => 0,
            },
            is_comma: matches!(tag, Tag::Comma),
            is_finite: tag.is_finite(),
            is_verb: tag.is_verb(),
            breaks_segment: tag.is_mark() || matches!(tag, Tag::LongQuote),
        };
        number += 1;
    }
    all
};

fn between(unit: &Unit) -> Between {
    BETWEEN[unit.tag as usize]
}

/// Goes from the cue outwards over the units of one side.
fn find_places_of_side<'p>(side: u32, units: impl Iterator<Item = (&'p Unit, &'p mut Place)>) {
    let (mut commas, mut bits, mut heads, mut near_head) = (0, 0, 0, 0);
    for (step, (unit, place)) in units.enumerate() {
        *place = Place { side, distance: bucket(step + 1), commas, bits, heads, near_head, ..Place::default() };
        let between = between(unit);
        commas = (commas + u32::from(between.is_comma)).min(3);
        bits |= u32::from(between.bits);
        if unit.part.heads_clause() {
            heads |= 1 << unit.part as u32;
            near_head = unit.part as u32;
        }
    }
}

fn find_places(units: &[Unit], cue: usize, places: &mut Vec<Place>) {
    places.clear();
    places.resize(units.len(), Place { side: 2, ..Place::default() });
    let (before, behind) = places.split_at_mut(cue);
    find_places_of_side(0, units[..cue].iter().zip(before).rev());
    find_places_of_side(1, units[cue + 1..].iter().zip(&mut behind[1..]));
    let mut start = 0;
    while start < units.len() {
        let mut end = start + 1;
        while end < units.len() && !between(&units[end - 1]).breaks_segment && !between(&units[end]).breaks_segment {
            end += 1;
        }
        let segment = &units[start..end];
        let finite = segment.iter().filter(|unit| between(unit).is_finite).count().min(2) as u32;
        let heads = segment.iter().filter(|unit| unit.part.heads_clause());
        let heads = heads.fold(0, |heads, unit| heads | 1 << unit.part as u32);
        let mut later = 0;
        for (unit, place) in segment.iter().zip(&mut places[start..end]).rev() {
            place.segment = segment[0].tag as u32 | finite << 6;
            place.segment_heads = heads;
            place.next_finite = later;
            later |= u32::from(between(unit).is_finite) | u32::from(between(unit).is_verb) << 1;
        }
        start = end;
    }
}

/// Hands on the features of a cue's units, which are those of its domain.
#[inline]
pub fn read_units(all: &[Unit], cue: &Cue, places: &mut Vec<Place>, keys: &mut impl TakeKeys) {
    let units = &all[cue.start..cue.end];
    let center = cue.unit - cue.start;
    find_places(units, center, places);
    let (cue_part, cue_sentence) = (units[center].part as u32, units[center].sentence);
    let frame = cue.frame;
    let lemma = u32::from(cue.lemma);
    let pattern = frame << 8 | cue.after as u32;
    let voice = cue.form << 8 | cue.auxiliaries;
    let node = |template: u32, a: u32, b: u32| key(100 + template, a, b);
    let edge = |template: u32, a: u32, b: u32| key(200 + template, a, b);
    let state = |template: u32, a: u32, b: u32| key(300 + template, a, b);
    let (mut tm1, mut qm1, mut wm1) = (0, 0, 0);
    let mut stretch_before = [u32::MAX; 4];
    let mut distance_before = u32::MAX;
    let mut state_before = u32::MAX;
    for (index, (unit, place)) in units.iter().zip(&*places).enumerate() {
        let (tp1, qp1, wp1) =
            units.get(index + 1).map_or((0, 0, 0), |after| (after.tag as u32, after.part as u32, after.code));
        let (t0, q0, w0) = (unit.tag as u32, unit.part as u32, unit.code);
        let Place { side, distance, commas, heads, .. } = *place;
        let near = place.near();
        let sd = side << 4 | distance;
        let same = u32::from(unit.sentence == cue_sentence);
        let tq = t0 << 8 | q0;
        if stretch_before != place.stretch() {
            stretch_before = place.stretch();
            let segment = place.segment | side << 8;
            let clauses = side << 16 | commas << 12 | frame;
            keys.stretch([
                node(15, pattern, near),
                node(18, lemma, side << 8 | commas << 4 | cue.form),
                node(27, segment, near),
                node(29, segment, pattern << 4 | commas),
                node(48, place.segment_heads, near),
                node(49, place.segment_heads << 8 | (place.segment & 0x3f), clauses),
                node(52, lemma, side << 16 | heads),
                node(54, cue_part << 8 | frame, side << 16 | heads),
            ]);
        }
        if distance_before != sd {
            distance_before = sd;
            keys.distance([node(14, pattern, sd), node(25, voice, sd)]);
        }
        let gap = u32::from(index == center + 1) | u32::from(index == center) << 1 | same << 2;
        if state_before != side << 8 | gap {
            state_before = side << 8 | gap;
            keys.state([state(1, frame, side << 8 | gap), state(3, pattern, side << 8 | cue.quotes)]);
        }
        keys.node([node(2, t0, sd), node(3, w0, side), node(5, t0 << 8 | tm1, side), node(6, t0 << 8 | tp1, side)]);
        keys.node([
            node(7, t0 << 16 | tm1 << 8 | tp1, side),
            node(10, wm1, side << 8 | t0),
            node(11, wp1, side << 8 | t0),
            node(12, unit.suffix, side << 8 | t0),
        ]);
        keys.node([
            node(16, frame << 8 | t0, near),
            node(22, pattern << 8 | t0, sd),
            node(32, bucket(index) << 8 | t0, side),
            node(33, bucket(units.len() - 1 - index) << 8 | t0, side),
        ]);
        keys.node([
            node(35, t0 << 4 | place.next_finite, near),
            node(37, lemma << 8 | t0, side << 4 | cue.form),
            node(38, u32::from(unit.quotation_only) | same << 1 | cue.quotes << 2, t0 << 8 | side),
            node(41, tq, side),
        ]);
        keys.node([
            node(42, q0, sd),
            node(43, q0 << 16 | qm1 << 8 | qp1, side),
            node(44, tq, near),
            node(45, tq, side << 16 | heads),
        ]);
        keys.node([
            node(46, q0 << 8 | place.near_head, side << 16 | commas << 12 | frame),
            node(50, tq << 8 | cue.after as u32, side << 8 | frame),
            node(51, tq, voice << 4 | side),
            node(53, cue_part << 8 | q0, sd),
        ]);
        keys.edge([edge(2, t0 << 8 | tm1, side << 8 | gap), edge(4, w0, side << 8 | gap)]);
        keys.edge([edge(5, wm1, side << 8 | t0), edge(6, pattern, gap << 4 | side << 4 | commas)]);
        keys.edge([edge(8, frame << 8 | t0, tm1 << 8 | gap), edge(11, t0 << 8 | tm1, near)]);
        keys.edge([edge(12, lemma << 8 | t0, gap << 8 | tm1), edge(17, tq << 16 | tm1 << 8 | qm1, side)]);
        keys.edge([edge(19, tq << 8 | tm1, heads << 2 | side), edge(22, tq << 8 | tm1, frame << 8 | cue_part)]);
        keys.next_unit();
        (tm1, qm1, wm1) = (t0, q0, w0);
    }
    // What had been seen at the end.
    keys.end([
        state(51, frame, 0),
        state(52, pattern, cue.quotes),
        state(53, voice, frame),
        state(54, lemma, cue.before as u32),
    ]);
}
