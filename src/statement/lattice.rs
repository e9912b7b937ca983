//! The features by which the units around a cue are labelled: which are the speaker's words, which name the speaker.
//!
//! They are those of a linear-chain conditional random field. Its states remember whether content and mention were
//! seen, so that a cue gets one mention in one piece, and a second piece of content costs what it should.

use super::cue::Cue;
use super::features::{Addend, key, key_of, of_first, of_second, of_template};
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

/// What a unit adds to the keys that it has a part in.
#[derive(Clone, Copy, Default)]
struct Addends {
    /// Of its tag, as the first value of a key and as the second one.
    tag: Addend,
    tag_second: Addend,
    part: Addend,
    code: Addend,
}

impl Addends {
    #[inline]
    fn of(unit: &Unit) -> Self {
        let tag = unit.tag as u32;
        Self {
            tag: of_first(tag),
            tag_second: of_second(tag),
            part: of_first(unit.part as u32),
            code: of_first(unit.code),
        }
    }
}

/// What second values add that units beside each other share.
#[derive(Clone, Copy, Default)]
struct SharedAddends {
    near: Addend,
    side_heads: Addend,
    clauses: Addend,
    heads_side: Addend,
    distance: Addend,
    side: Addend,
    side_frame: Addend,
    side_form: Addend,
    voice_side: Addend,
    side_gap: Addend,
    gap: Addend,
}

/// Hands on the features of a cue's units, which are those of its domain.
///
/// Each key is that of a sum. What is added is multiplied once for all keys, and once for all units that share it.
#[inline]
pub fn read_units(all: &[Unit], cue: &Cue, places: &mut Vec<Place>, keys: &mut impl TakeKeys) {
    let units = &all[cue.start..cue.end];
    let center = cue.unit - cue.start;
    find_places(units, center, places);
    let (cue_part, cue_sentence) = (units[center].part as u32, units[center].sentence);
    let frame = cue.frame;
    let pattern = frame << 8 | cue.after as u32;
    let voice = cue.form << 8 | cue.auxiliaries;
    let [of_frame, of_lemma, of_pattern, of_voice] = [frame, u32::from(cue.lemma), pattern, voice].map(of_first);
    let [of_after, of_cue_part] = [cue.after as u32, cue_part].map(of_first);
    let frame_cue_part = of_second(frame << 8 | cue_part);
    let node = |template: u32, sum: Addend| key_of(of_template(100 + template) + sum);
    let edge = |template: u32, sum: Addend| key_of(of_template(200 + template) + sum);
    let state = |template: u32, a: u32, b: u32| key(300 + template, a, b);
    let (mut m1, mut this) = (Addends::default(), units.first().map(Addends::of).unwrap_or_default());
    let mut shared = SharedAddends::default();
    let mut stretch_before = [u32::MAX; 4];
    let mut distance_before = u32::MAX;
    let mut state_before = u32::MAX;
    for (index, (unit, place)) in units.iter().zip(&*places).enumerate() {
        let p1 = units.get(index + 1).map(Addends::of).unwrap_or_default();
        let Place { side, distance, commas, heads, .. } = *place;
        if stretch_before != place.stretch() {
            stretch_before = place.stretch();
            let near = of_second(place.near());
            let side_heads = of_second(side << 16 | heads);
            let clauses = of_second(side << 16 | commas << 12 | frame);
            shared = SharedAddends { near, side_heads, clauses, heads_side: of_second(heads << 2 | side), ..shared };
            let segment = of_first(place.segment | side << 8);
            let (first_of_segment, segment_heads) = (of_first(place.segment & 0x3f), of_first(place.segment_heads));
            keys.stretch([
                node(15, of_pattern + near),
                node(18, of_lemma + of_second(side << 8 | commas << 4 | cue.form)),
                node(27, segment + near),
                node(29, segment + of_second(pattern << 4 | commas)),
                node(48, segment_heads + near),
                node(49, (segment_heads << 8) + first_of_segment + clauses),
                node(52, of_lemma + side_heads),
                node(54, (of_cue_part << 8) + of_frame + side_heads),
            ]);
        }
        if distance_before != side << 4 | distance {
            distance_before = side << 4 | distance;
            shared.distance = of_second(distance_before);
            shared.side = of_second(side);
            shared.side_frame = of_second(side << 8 | frame);
            shared.side_form = of_second(side << 4 | cue.form);
            shared.voice_side = of_second(voice << 4 | side);
            keys.distance([node(14, of_pattern + shared.distance), node(25, of_voice + shared.distance)]);
        }
        let same = u32::from(unit.sentence == cue_sentence);
        let gap = u32::from(index == center + 1) | u32::from(index == center) << 1 | same << 2;
        if state_before != side << 8 | gap {
            state_before = side << 8 | gap;
            shared.side_gap = of_second(state_before);
            shared.gap = of_second(gap);
            keys.state([state(1, frame, side << 8 | gap), state(3, pattern, side << 8 | cue.quotes)]);
        }
        let SharedAddends { near, side: of_side, side_gap, .. } = shared;
        let Addends { tag: t0, part: q0, code: w0, .. } = this;
        let side_tag = (of_side << 8) + this.tag_second;
        let (t0_m1, t0_q0) = ((t0 << 8) + m1.tag, (t0 << 8) + q0);
        let t0_q0_m1 = (t0_q0 << 8) + m1.tag;
        keys.node([
            node(2, t0 + shared.distance),
            node(3, w0 + of_side),
            node(5, t0_m1 + of_side),
            node(6, (t0 << 8) + p1.tag + of_side),
        ]);
        keys.node([
            node(7, (t0_m1 << 8) + p1.tag + of_side),
            node(10, m1.code + side_tag),
            node(11, p1.code + side_tag),
            node(12, of_first(unit.suffix) + side_tag),
        ]);
        keys.node([
            node(16, (of_frame << 8) + t0 + near),
            node(22, (of_pattern << 8) + t0 + shared.distance),
            node(32, (of_first(bucket(index)) << 8) + t0 + of_side),
            node(33, (of_first(bucket(units.len() - 1 - index)) << 8) + t0 + of_side),
        ]);
        let sentence = u32::from(unit.quotation_only) | same << 1 | cue.quotes << 2;
        keys.node([
            node(35, (t0 << 4) + of_first(place.next_finite) + near),
            node(37, (of_lemma << 8) + t0 + shared.side_form),
            node(38, of_first(sentence) + (this.tag_second << 8) + of_side),
            node(41, t0_q0 + of_side),
        ]);
        keys.node([
            node(42, q0 + shared.distance),
            node(43, (((q0 << 8) + m1.part) << 8) + p1.part + of_side),
            node(44, t0_q0 + near),
            node(45, t0_q0 + shared.side_heads),
        ]);
        keys.node([
            node(46, (q0 << 8) + of_first(place.near_head) + shared.clauses),
            node(50, (t0_q0 << 8) + of_after + shared.side_frame),
            node(51, t0_q0 + shared.voice_side),
            node(53, (of_cue_part << 8) + q0 + shared.distance),
        ]);
        keys.edge([edge(2, t0_m1 + side_gap), edge(4, w0 + side_gap)]);
        keys.edge([edge(5, m1.code + side_tag), edge(6, of_pattern + of_second(gap << 4 | side << 4 | commas))]);
        keys.edge([edge(8, (of_frame << 8) + t0 + (m1.tag_second << 8) + shared.gap), edge(11, t0_m1 + near)]);
        keys.edge([
            edge(12, (of_lemma << 8) + t0 + (shared.gap << 8) + m1.tag_second),
            edge(17, (t0_q0_m1 << 8) + m1.part + of_side),
        ]);
        keys.edge([edge(19, t0_q0_m1 + shared.heads_side), edge(22, t0_q0_m1 + frame_cue_part)]);
        keys.next_unit();
        (m1, this) = (this, p1);
    }
    // What had been seen at the end.
    keys.end([
        state(51, frame, 0),
        state(52, pattern, cue.quotes),
        state(53, voice, frame),
        state(54, u32::from(cue.lemma), cue.before as u32),
    ]);
}
