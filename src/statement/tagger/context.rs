//! Features by which the tagger judges a unit: its word and neighbours, and what was said of the units before it.

use super::{Part, ROW_BITS};
use crate::statement::features::{CHECK_BITS, TABLE_BITS, key};
use crate::statement::token::Analysis;
use crate::statement::unit::{Tag, Unit};

/// What a label is told by: rows of its table. The first features, early and late, tell most.
pub(super) trait Context {
    /// Returns the first features that are known before any unit is judged.
    fn early(&self) -> impl AsRef<[u32]>;

    /// Returns the first features that what was said of the units before has a part in.
    fn late(&self) -> impl AsRef<[u32]>;

    /// Returns all others.
    fn further(&self) -> impl AsRef<[u32]>;
}

/// Returns the row of a feature.
#[inline]
fn row(template: u32, first: u32, second: u32) -> u32 {
    key(template, first, second) >> (TABLE_BITS + CHECK_BITS - ROW_BITS)
}

/// What the features of a tag are made of: `0` is the unit itself, `m` stands before it, `p` behind it.
pub(super) struct TagContext {
    start: u32,
    w0: u32,
    k0: u32,
    g0: u32,
    s0: u32,
    tm1: u32,
    tm2: u32,
    wm1: u32,
    wm2: u32,
    sm1: u32,
    wp1: u32,
    kp1: u32,
    gp1: u32,
    gp2: u32,
    sp1: u32,
}

impl TagContext {
    /// Returns what is known of a unit, but for the tags before it.
    #[inline]
    pub(super) fn new(units: &[Unit], guesses: &[Tag], kinds: &[u32], index: usize) -> Self {
        let sentence = units[index].sentence;
        let at = |offset: isize| {
            index.checked_add_signed(offset).filter(|&other| other < units.len() && units[other].sentence == sentence)
        };
        let (m1, m2, p1, p2) = (at(-1), at(-2), at(1), at(2));
        let unit = |at: Option<usize>| at.map(|at| units[at]).unwrap_or_default();
        let guess = |at: Option<usize>| at.map_or(0, |at| guesses[at] as u32);
        let (before, after) = (unit(m1), unit(p1));
        Self {
            start: u32::from(m1.is_none()),
            w0: units[index].code,
            k0: kinds[index],
            g0: guesses[index] as u32,
            s0: units[index].suffix,
            tm1: 0,
            tm2: 0,
            wm1: before.code,
            wm2: unit(m2).code,
            sm1: before.suffix,
            wp1: after.code,
            kp1: p1.map_or(0, |at| kinds[at]),
            gp1: guess(p1),
            gp2: guess(p2),
            sp1: after.suffix,
        }
    }

    /// Adds the tags of the units before, of the same sentence.
    #[inline]
    pub(super) fn behind(mut self, units: &[Unit], index: usize) -> Self {
        let sentence = units[index].sentence;
        let tag = |steps: usize| {
            let unit = index.checked_sub(steps).map(|at| &units[at]).filter(|unit| unit.sentence == sentence);
            unit.map_or(Tag::Outside, |unit| unit.tag) as u32
        };
        (self.tm1, self.tm2) = (tag(1), tag(2));
        self
    }
}

impl Context for TagContext {
    #[inline]
    fn early(&self) -> impl AsRef<[u32]> {
        let &Self { start, w0, k0, g0, s0, wm1, gp1, gp2, wp1, .. } = self;
        let two_letters = s0 >> 8 & 0xffff;
        [
            row(1, w0, 0),
            row(2, g0, start),
            row(3, s0, start),
            row(4, two_letters, s0 >> 24),
            row(5, k0, 0),
            row(15, g0 << 16 | gp1 << 8 | gp2, 0),
            row(19, wm1, g0),
            row(21, wp1, g0),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let &Self { k0, g0, tm1, tm2, .. } = self;
        [row(7, k0, tm1), row(10, g0, tm1 << 8 | tm2)]
    }

    #[inline]
    fn further(&self) -> impl AsRef<[u32]> {
        let &Self { w0, k0, g0, s0, tm1, tm2, wm1, wm2, sm1, wp1, kp1, gp1, gp2, sp1, .. } = self;
        [
            row(6, w0, tm1),
            row(8, s0, tm1),
            row(9, k0, tm1 << 8 | tm2),
            row(11, k0, kp1),
            row(12, w0, gp1),
            row(13, w0, kp1),
            row(14, s0, gp1),
            row(16, k0, gp1 << 8 | gp2),
            row(17, tm1 << 16 | g0 << 8 | gp1, tm2),
            row(18, k0, tm1 << 8 | gp1),
            row(20, wm1, k0),
            row(22, wp1, k0),
            row(23, tm1, kp1 ^ g0 << 26),
            row(24, sm1, g0),
            row(25, sp1, k0),
            row(26, w0, tm1 << 8 | gp1),
            row(27, wm2, k0),
        ]
    }
}

/// What was seen of a sentence so far.
#[derive(Clone, Copy, Default)]
pub(super) struct History {
    last: [Part; 2],
    /// Part of the last head of a clause, and how many there were.
    head: Part,
    heads: u32,
    /// Code of the last marker, mark or relative since that head.
    opener: u32,
    /// Frame of the last reporting verb, from 1.
    frame: u32,
    subjects: u32,
    commas: u32,
    quotes: u32,
    main: bool,
}

impl History {
    pub(super) fn add(&mut self, text: &Analysis<'_>, unit: &Unit) {
        self.last = [unit.part, self.last[0]];
        if unit.part.heads_clause() {
            self.head = unit.part;
            self.heads = (self.heads + 1).min(3);
            self.opener = 0;
            self.subjects = 0;
            self.commas = 0;
            self.main |= unit.part == Part::Root;
            let frame = text.tokens[unit.tokens.start].frame;
            self.frame = frame.map_or(0, |frame| frame as u32 + 1);
        }
        if unit.part.is_subject() {
            self.subjects = (self.subjects + 1).min(3);
        }
        if unit.tag == Tag::Comma {
            self.commas = (self.commas + 1).min(3);
        }
        if unit.tag.is_quote() {
            self.quotes |= if unit.tag == Tag::LongQuote { 2 } else { 1 };
        }
        let opens = matches!(
            unit.tag,
            Tag::That
                | Tag::Relative
                | Tag::QuestionWord
                | Tag::Subordinator
                | Tag::Coordinator
                | Tag::Semicolon
                | Tag::Colon
        ) || unit.part == Part::Marker;
        if opens {
            self.opener = unit.code;
        }
    }
}

/// What the features of a part are made of: `0` is the unit itself, `m` stands before it, `p` behind it.
#[derive(Default)]
pub(super) struct PartContext {
    history: History,
    t0: u32,
    k0: u32,
    w0: u32,
    tm: [u32; 3],
    tp: [u32; 3],
    wm1: u32,
    wp1: u32,
    r1: u32,
    r2: u32,
    head: u32,
    state: u32,
    /// Is a finite verb to come, and what comes before it?
    ahead: u32,
}

impl PartContext {
    /// Returns what is known of a unit, but for the parts before it.
    #[inline]
    pub(super) fn new(units: &[Unit], kinds: &[u32], index: usize) -> Self {
        let sentence = units[index].sentence;
        let at = |offset: isize| {
            let other = index.checked_add_signed(offset).and_then(|other| units.get(other));
            other.copied().filter(|unit| unit.sentence == sentence).unwrap_or_default()
        };
        let mut ahead = 0;
        for (step, unit) in units[index + 1..].iter().take_while(|unit| unit.sentence == sentence).take(12).enumerate()
        {
            if unit.tag.is_finite() {
                ahead |= 1 | (step as u32 / 3) << 4;
                break;
            }
            ahead |= match unit.tag {
                Tag::Comma => 2,
                Tag::That | Tag::Relative | Tag::Subordinator | Tag::QuestionWord => 4,
                Tag::LongQuote => 8,
                _ => 0,
            };
        }
        let (before, after) = (at(-1), at(1));
        Self {
            t0: units[index].tag as u32,
            k0: kinds[index],
            w0: units[index].code,
            tm: [before.tag as u32, at(-2).tag as u32, at(-3).tag as u32],
            tp: [after.tag as u32, at(2).tag as u32, at(3).tag as u32],
            wm1: before.code,
            wp1: after.code,
            ahead,
            ..Self::default()
        }
    }

    /// Adds what was seen of the sentence before the unit.
    #[inline]
    pub(super) fn behind(mut self, history: History) -> Self {
        [self.r1, self.r2] = history.last.map(|part| part as u32);
        self.head = history.head as u32 | history.heads << 5;
        self.state = self.head << 8 | history.opener << 16 | history.commas << 4 | history.subjects;
        self.history = history;
        self
    }
}

impl Context for PartContext {
    #[inline]
    fn early(&self) -> impl AsRef<[u32]> {
        let &Self { t0, k0, w0, tm: [m1, ..], tp: [p1, p2, _], wp1, .. } = self;
        [
            row(41, t0, 0),
            row(42, w0, t0),
            row(43, t0 << 8 | m1, p1),
            row(45, t0 << 8 | p1, p2),
            row(58, k0, m1),
            row(63, wp1, t0),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let &Self { history, t0, k0, tp: [p1, ..], r1, r2, head, ahead, .. } = self;
        [
            row(47, t0 << 8 | r1, r2),
            row(54, t0 << 8 | p1, ahead << 8 | u32::from(history.main)),
            row(57, k0, head),
            row(66, k0, history.opener),
        ]
    }

    #[inline]
    fn further(&self) -> impl AsRef<[u32]> {
        let &Self { history, t0, w0, tm: [m1, m2, m3], tp: [p1, p2, p3], wm1, r1, head, state, ahead, .. } = self;
        [
            row(44, t0 << 8 | m1, m2),
            row(46, t0 << 16 | m1 << 8 | m2, p1 << 8 | p2),
            row(48, t0, head),
            row(49, t0, state),
            row(50, t0 << 8 | r1, state),
            row(51, t0 << 8 | history.frame, head),
            row(52, t0 << 8 | history.frame, state),
            row(53, t0 << 8 | r1, ahead),
            row(55, t0 << 8 | m1, ahead << 8 | head),
            row(56, w0, r1),
            row(59, t0 << 16 | m1 << 8 | m2, m3),
            row(60, t0 << 16 | p1 << 8 | p2, p3),
            row(61, t0 << 8 | history.quotes, head << 8 | u32::from(history.main)),
            row(62, wm1, t0 << 8 | r1),
            row(64, t0 << 8 | m1, history.opener),
            row(65, t0 << 8 | p1, r1 << 8 | head),
            row(67, history.subjects << 8 | t0, ahead << 8 | history.commas),
        ]
    }
}
