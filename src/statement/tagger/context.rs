//! Features by which the tagger judges a unit: its word and neighbours, and what was said of the units before it.

use super::{Part, ROW_BITS};
use crate::statement::features::{Addend, CHECK_BITS, TABLE_BITS, key_of, of_first, of_second, of_template};
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

/// Returns the row of a feature, of whose values this is the sum.
#[inline]
fn row(template: u32, sum: Addend) -> u32 {
    key_of(of_template(template) + sum) >> (TABLE_BITS + CHECK_BITS - ROW_BITS)
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
        let &Word { code, suffix: s0, kind, .. } = word;
        let [g0, gp1, gp2] = [word, p1, p2].map(|word| word.guess as u32);
        let start = of_second(u32::from(self.begins_sentence));
        let two_letters = s0 >> 8 & 0xffff;
        let g0_second = of_second(g0);
        [
            row(1, of_first(code)),
            row(2, of_first(g0) + start),
            row(3, of_first(s0) + start),
            row(4, of_first(two_letters) + of_second(s0 >> 24)),
            row(5, of_first(kind)),
            row(15, of_first(g0 << 16 | gp1 << 8 | gp2)),
            row(19, of_first(m1.code) + g0_second),
            row(21, of_first(p1.code) + g0_second),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let [.., word, _, _] = self.words;
        let [tm1, tm2] = self.before.map(|tag| of_second(tag as u32));
        [row(7, of_first(word.kind) + tm1), row(10, of_first(word.guess as u32) + (tm1 << 8) + tm2)]
    }

    #[inline]
    fn further(&self) -> impl AsRef<[u32]> {
        let [m2, m1, word, p1, p2] = self.words;
        let [w0, s0, k0] = [word.code, word.suffix, word.kind].map(of_first);
        let [g0, gp1, gp2] = [word, p1, p2].map(|word| of_second(word.guess as u32));
        let [tm1, tm2] = self.before.map(|tag| of_second(tag as u32));
        let [k0_second, kp1] = [word, p1].map(|word| of_second(word.kind));
        let guess = word.guess as u32;
        let around = (self.before[0] as u32) << 16 | guess << 8 | p1.guess as u32;
        let tm1_gp1 = (tm1 << 8) + gp1;
        [
            row(6, w0 + tm1),
            row(8, s0 + tm1),
            row(9, k0 + (tm1 << 8) + tm2),
            row(11, k0 + kp1),
            row(12, w0 + gp1),
            row(13, w0 + kp1),
            row(14, s0 + gp1),
            row(16, k0 + (gp1 << 8) + gp2),
            row(17, of_first(around) + tm2),
            row(18, k0 + tm1_gp1),
            row(20, of_first(m1.code) + k0_second),
            row(22, of_first(p1.code) + k0_second),
            row(23, of_first(self.before[0] as u32) + of_second(p1.kind ^ guess << 26)),
            row(24, of_first(m1.suffix) + g0),
            row(25, of_first(p1.suffix) + k0_second),
            row(26, w0 + tm1_gp1),
            row(27, of_first(m2.code) + k0_second),
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
        let [_, _, m1, t0, p1, p2, _] = self.tags.map(|tag| tag as u32);
        let (of_t0, t0_second) = (of_first(t0), of_second(t0));
        [
            row(41, of_t0),
            row(42, of_first(word.code) + t0_second),
            row(43, (of_t0 << 8) + of_first(m1) + of_second(p1)),
            row(45, (of_t0 << 8) + of_first(p1) + of_second(p2)),
            row(58, of_first(word.kind) + of_second(m1)),
            row(63, of_first(after.code) + t0_second),
        ]
    }

    #[inline]
    fn late(&self) -> impl AsRef<[u32]> {
        let &Self { history, ahead, .. } = self;
        let [.., t0, p1, _, _] = self.tags.map(|tag| of_first(tag as u32));
        let [r1, r2] = history.last.map(|part| part as u32);
        let k0 = of_first(self.words[WORDS_BESIDE].kind);
        [
            row(47, (t0 << 8) + of_first(r1) + of_second(r2)),
            row(54, (t0 << 8) + p1 + of_second(ahead << 8 | u32::from(history.main))),
            row(57, k0 + of_second(self.head())),
            row(66, k0 + of_second(history.opener)),
        ]
    }

    #[inline(always)]
    fn further(&self) -> impl AsRef<[u32]> {
        let &Self { history, ahead, .. } = self;
        let [_, before, word, ..] = self.words;
        let [m3, m2, m1, t0, p1, p2, p3] = self.tags.map(|tag| tag as u32);
        let [of_t0, of_m1, of_m2, of_p1, of_p2] = [t0, m1, m2, p1, p2].map(of_first);
        let (r1, head) = (history.last[0] as u32, self.head());
        let state = of_second(head << 8 | history.opener << 16 | history.commas << 4 | history.subjects);
        let [of_head, of_ahead, r1_second] = [head, ahead, r1].map(of_second);
        let (t0_m1, t0_p1) = ((of_t0 << 8) + of_m1, (of_t0 << 8) + of_p1);
        let (t0_r1, t0_frame) = ((of_t0 << 8) + of_first(r1), (of_t0 << 8) + of_first(history.frame));
        [
            row(44, t0_m1 + of_second(m2)),
            row(46, (t0_m1 << 8) + of_m2 + of_second(p1 << 8 | p2)),
            row(48, of_t0 + of_head),
            row(49, of_t0 + state),
            row(50, t0_r1 + state),
            row(51, t0_frame + of_head),
            row(52, t0_frame + state),
            row(53, t0_r1 + of_ahead),
            row(55, t0_m1 + (of_ahead << 8) + of_head),
            row(56, of_first(word.code) + r1_second),
            row(59, (t0_m1 << 8) + of_m2 + of_second(m3)),
            row(60, (t0_p1 << 8) + of_p2 + of_second(p3)),
            row(61, (of_t0 << 8) + of_first(history.quotes) + of_second(head << 8 | u32::from(history.main))),
            row(62, of_first(before.code) + of_second(t0 << 8 | r1)),
            row(64, t0_m1 + of_second(history.opener)),
            row(65, t0_p1 + (r1_second << 8) + of_head),
            row(67, of_first(history.subjects << 8 | t0) + (of_ahead << 8) + of_second(history.commas)),
        ]
    }
}
