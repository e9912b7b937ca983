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

/// What is known of a unit before any unit of its sentence is judged; the default stands outside of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    pub(super) code: u32,
    pub(super) suffix: u32,
    /// All that the lists say of it.
    pub(super) kind: u32,
    /// Its tag by the lists.
    pub(super) guess: Tag,
    /// Whether that tag is always right.
    pub(super) is_certain: bool,
}

/// Units on either side of a unit that its tag is told by.
pub(super) const WORDS_BESIDE: usize = 2;

/// What the features of a tag are made of: `0` is the unit itself, `m` stands before it, `p` behind it.
pub(super) struct TagContext<'s> {
    /// The unit in the middle of those beside it.
    pub(super) words: &'s [Word; 2 * WORDS_BESIDE + 1],
    /// The tags of the units before, the last one first.
    pub(super) before: [Tag; 2],
    pub(super) begins_sentence: bool,
}

impl Context for TagContext<'_> {
    #[inline]
    fn early(&self) -> impl AsRef<[u32]> {
        let [_, m1, word, p1, p2] = self.words;
        let &Word { code: w0, kind: k0, suffix: s0, .. } = word;
        let [g0, gp1, gp2] = [word, p1, p2].map(|word| word.guess as u32);
        let start = u32::from(self.begins_sentence);
        let two_letters = s0 >> 8 & 0xffff;
        [
            row(1, w0, 0),
            row(2, g0, start),
            row(3, s0, start),
            row(4, two_letters, s0 >> 24),
            row(5, k0, 0),
            row(15, g0 << 16 | gp1 << 8 | gp2, 0),
            row(19, m1.code, g0),
            row(21, p1.code, g0),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let [.., word, _, _] = self.words;
        let [tm1, tm2] = self.before.map(|tag| tag as u32);
        let (k0, g0) = (word.kind, word.guess as u32);
        [row(7, k0, tm1), row(10, g0, tm1 << 8 | tm2)]
    }

    #[inline]
    fn further(&self) -> impl AsRef<[u32]> {
        let [m2, m1, word, p1, p2] = self.words;
        let [tm1, tm2] = self.before.map(|tag| tag as u32);
        let &Word { code: w0, kind: k0, suffix: s0, .. } = word;
        let &Word { code: wp1, kind: kp1, suffix: sp1, .. } = p1;
        let (wm1, sm1) = (m1.code, m1.suffix);
        let [g0, gp1, gp2] = [word, p1, p2].map(|word| word.guess as u32);
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
            row(27, m2.code, k0),
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

/// Units on either side of a unit whose tags tell its part.
pub(super) const TAGS_BESIDE: usize = 3;

/// What the features of a part are made of: `0` is the unit itself, `m` stands before it, `p` behind it.
pub(super) struct PartContext<'s> {
    pub(super) words: &'s [Word; 2 * WORDS_BESIDE + 1],
    pub(super) tags: &'s [Tag; 2 * TAGS_BESIDE + 1],
    /// Is a finite verb to come, and what comes before it?
    pub(super) ahead: u32,
    /// What was seen of the sentence before the unit.
    pub(super) history: History,
}

/// Looks ahead from each unit of a sentence: is a finite verb to come, and what comes before it?
///
/// Goes over the sentence from its end, so that each unit is looked at once.
pub(super) fn look_ahead(units: &[Unit], ahead: &mut Vec<u32>) {
    const REACH: usize = 12;
    ahead.clear();
    ahead.resize(units.len(), 0);
    // The next finite verb, and the next units that count before it.
    let mut finite = usize::MAX;
    let mut next = [usize::MAX; 3];
    for (index, (unit, ahead)) in units.iter().zip(ahead).enumerate().rev() {
        let end = finite.min(index + 1 + REACH);
        *ahead = if finite == end && finite <= index + REACH { 1 | ((finite - index - 1) as u32 / 3) << 4 } else { 0 };
        for (bit, next) in [2, 4, 8].into_iter().zip(next) {
            *ahead |= if next < end { bit } else { 0 };
        }
        match unit.tag {
            tag if tag.is_finite() => finite = index,
            Tag::Comma => next[0] = index,
            Tag::That | Tag::Relative | Tag::Subordinator | Tag::QuestionWord => next[1] = index,
            Tag::LongQuote => next[2] = index,
            _ => {}
        }
    }
}

impl PartContext<'_> {
    /// The last head of a clause and how many there were.
    #[inline]
    fn head(&self) -> u32 {
        self.history.head as u32 | self.history.heads << 5
    }
}

impl Context for PartContext<'_> {
    #[inline]
    fn early(&self) -> impl AsRef<[u32]> {
        let [.., word, after, _] = self.words;
        let &Word { code: w0, kind: k0, .. } = word;
        let [_, _, m1, t0, p1, p2, _] = self.tags.map(|tag| tag as u32);
        [
            row(41, t0, 0),
            row(42, w0, t0),
            row(43, t0 << 8 | m1, p1),
            row(45, t0 << 8 | p1, p2),
            row(58, k0, m1),
            row(63, after.code, t0),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let &Self { history, ahead, .. } = self;
        let [.., t0, p1, _, _] = self.tags.map(|tag| tag as u32);
        let [r1, r2] = history.last.map(|part| part as u32);
        let (k0, head) = (self.words[WORDS_BESIDE].kind, self.head());
        [
            row(47, t0 << 8 | r1, r2),
            row(54, t0 << 8 | p1, ahead << 8 | u32::from(history.main)),
            row(57, k0, head),
            row(66, k0, history.opener),
        ]
    }

    #[inline(always)]
    fn further(&self) -> impl AsRef<[u32]> {
        let &Self { history, ahead, .. } = self;
        let [_, before, word, ..] = self.words;
        let (w0, wm1) = (word.code, before.code);
        let [m3, m2, m1, t0, p1, p2, p3] = self.tags.map(|tag| tag as u32);
        let (r1, head) = (history.last[0] as u32, self.head());
        let state = head << 8 | history.opener << 16 | history.commas << 4 | history.subjects;
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
