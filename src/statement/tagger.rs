//! Guesses what each unit is in its sentence: part of speech, then the part it plays (head of a main clause, subject,
//! object …).
//!
//! Two greedy averaged perceptrons in a row, in the manner of Collins (2002); each sees what it said of the units
//! before. They learn from text that any other tagger and parser marked, see `examples/train_tags.rs`.

mod teaching;

use wide::{i16x8, u8x16};

use super::features::{CHECK_BITS, TABLE_BITS, key};
use super::token::{Analysis, Shape};
use super::unit::{Tag, Unit};
use crate::language::{Class, Classes};
pub use teaching::{Lesson, Teacher, part_of_dependency, tag_of_penn};

/// The part that a word plays in its sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Part {
    #[default]
    None,
    Marker,
    Coordinator,
    /// Head of a main clause.
    Root,
    /// Head of a clause that is the object of a verb: "said she *would* go".
    Complement,
    /// Head of a clause without subject: "wants to *go*".
    OpenComplement,
    Adverbial,
    Relative,
    /// Head of a participle clause at a noun.
    NounClause,
    Subject,
    PassiveSubject,
    Object,
    PrepositionObject,
    Apposition,
    Modifier,
    Adverb,
    Auxiliary,
    Preposition,
    Other,
}

impl Part {
    pub const ALL: [Part; 19] = [
        Part::None,
        Part::Marker,
        Part::Coordinator,
        Part::Root,
        Part::Complement,
        Part::OpenComplement,
        Part::Adverbial,
        Part::Relative,
        Part::NounClause,
        Part::Subject,
        Part::PassiveSubject,
        Part::Object,
        Part::PrepositionObject,
        Part::Apposition,
        Part::Modifier,
        Part::Adverb,
        Part::Auxiliary,
        Part::Preposition,
        Part::Other,
    ];

    pub fn heads_clause(self) -> bool {
        (Part::Root..=Part::NounClause).contains(&self)
    }

    pub fn is_subject(self) -> bool {
        matches!(self, Part::Subject | Part::PassiveSubject)
    }
}

/// Rows of each table.
const ROW_BITS: u32 = 15;
const ROWS: usize = 1 << ROW_BITS;
/// Labels of one block of weights, which are added up at once.
const BLOCK: usize = 16;
/// Blocks for the tags that words are asked for, and for the parts.
const TAG_BLOCKS: usize = 2;
const PART_BLOCKS: usize = 1;

/// The first tag that words are asked for; all behind it are asked for too.
const FIRST_TAG: usize = Tag::Determiner as usize;
/// The first part that words are asked for; all behind it are asked for too.
const FIRST_PART: usize = Part::Root as usize;

// Every label of a row is asked for, so that none has to be left out.
const _: () = assert!(Tag::ALL.len() - FIRST_TAG == TAG_BLOCKS * BLOCK);
const _: () = assert!(Part::ALL.len() - FIRST_PART == PART_BLOCKS * BLOCK);

/// Both tables.
pub struct Tagger {
    tags: Table<TAG_BLOCKS>,
    parts: Table<PART_BLOCKS>,
}

/// Weights of all labels for each feature, above `ZERO`: sums of as many features compare as those of the weights.
struct Table<const BLOCKS: usize> {
    rows: Box<[[u8x16; BLOCKS]; ROWS]>,
}

/// Stands for a weight of nothing.
const ZERO: u8 = 1 << 7;

impl<const BLOCKS: usize> Table<BLOCKS> {
    /// Returns the label with the highest sum. Where the first features tell one label well enough from all others, the
    /// further ones are not asked.
    #[inline]
    fn best(&self, context: &impl Context) -> usize {
        let mut sums = Sums::default();
        sums.add(self, &context.first());
        let mut highest = sums.highest();
        if sums.count(highest.saturating_sub(CLEAR_LEAD)) > 1 {
            sums.add(self, &context.further());
            highest = sums.highest();
        }
        sums.label(highest)
    }

    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.rows.iter().flatten().flat_map(|block| block.to_array()).map(|weight| weight ^ ZERO));
    }

    fn from_bytes(bytes: &mut &[u8]) -> Option<Self> {
        let (table, rest) = bytes.split_at_checked(ROWS * BLOCKS * BLOCK)?;
        *bytes = rest;
        let (blocks, _) = table.as_chunks::<BLOCK>();
        let blocks: Vec<u8x16> = blocks.iter().map(|block| u8x16::new(block.map(|byte| byte ^ ZERO))).collect();
        let (rows, _) = blocks.as_chunks::<BLOCKS>();
        Some(Self { rows: rows.to_vec().into_boxed_slice().try_into().ok()? })
    }
}

/// Sums of weights by label, in two halves of each block.
struct Sums<const BLOCKS: usize>([[i16x8; 2]; BLOCKS]);

impl<const BLOCKS: usize> Default for Sums<BLOCKS> {
    fn default() -> Self {
        Self([[i16x8::ZERO; 2]; BLOCKS])
    }
}

/// A label that leads by so much on the first features keeps its lead on nearly all: on the development articles
/// F1 is the same within a thousandth.
const CLEAR_LEAD: i16 = 180;

impl<const BLOCKS: usize> Sums<BLOCKS> {
    #[inline]
    fn add(&mut self, table: &Table<BLOCKS>, features: &[u32]) {
        let mut sums = self.0;
        for &feature in features {
            // No row is out of bounds, so that all sums stay in registers.
            let row = &table.rows[feature as usize % ROWS];
            for ([low, high], &weights) in sums.iter_mut().zip(row) {
                *low += i16x8::from_u8x16_low(weights);
                *high += i16x8::from_u8x16_high(weights);
            }
        }
        self.0 = sums;
    }

    /// Returns the highest sum.
    #[inline]
    fn highest(&self) -> i16 {
        self.0.as_flattened().iter().fold(i16x8::ZERO, |highest, &sums| highest.max(sums)).reduce_max()
    }

    /// Returns the first label with this sum.
    #[inline]
    fn label(&self, sum: i16) -> usize {
        const LANES: usize = BLOCK / 2;
        let sum = i16x8::splat(sum);
        let mut first = i16x8::ZERO;
        for (half, &sums) in self.0.as_flattened().iter().enumerate() {
            // Labels counted from the end.
            let ranks = i16x8::new(std::array::from_fn(|lane| (BLOCKS * BLOCK - half * LANES - lane) as i16));
            first = first.max(ranks & sums.simd_eq(sum));
        }
        BLOCKS * BLOCK - first.reduce_max() as usize
    }

    /// Returns how many labels have at least this sum.
    #[inline]
    fn count(&self, least: i16) -> i16 {
        let below = i16x8::splat(least.saturating_sub(1));
        // A lane that is true is -1.
        self.0.as_flattened().iter().fold(i16x8::ZERO, |count, &sums| count - sums.simd_gt(below)).reduce_add()
    }
}

impl Tagger {
    /// Sets tags and parts of the units of one paragraph, in sentences that may hold a cue: nobody asks for the others.
    pub fn tag(&self, text: &Analysis<'_>, units: &mut [Unit]) {
        for sentence in units.chunk_by_mut(|a, b| a.sentence == b.sentence) {
            if sentence.iter().any(|unit| may_be_cue(text, unit)) {
                self.tag_sentence(text, sentence);
            }
        }
    }

    fn tag_sentence(&self, text: &Analysis<'_>, units: &mut [Unit]) {
        let kinds: Vec<u32> = units.iter().map(|unit| kind_of(text, unit)).collect();
        let guesses: Vec<Tag> = units.iter().map(|unit| unit.tag).collect();
        for index in 0..units.len() {
            if is_certain(text, &units[index]) {
                continue;
            }
            let context = TagContext::new(units, &guesses, &kinds, index);
            units[index].tag = Tag::ALL[FIRST_TAG + self.tags.best(&context)];
        }
        let mut history = History::default();
        for index in 0..units.len() {
            units[index].part = certain_part(units[index].tag).unwrap_or_else(|| {
                let context = PartContext::new(units, &kinds, history, index);
                Part::ALL[FIRST_PART + self.parts.best(&context)]
            });
            history.add(text, &units[index]);
        }
    }

    /// Appends the weights.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.tags.to_bytes(&mut bytes);
        self.parts.to_bytes(&mut bytes);
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Tagger::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = zstd::bulk::decompress(bytes, ROWS * BLOCK * (TAG_BLOCKS + PART_BLOCKS)).ok()?;
        let mut rest = bytes.as_slice();
        let tagger = Self { tags: Table::from_bytes(&mut rest)?, parts: Table::from_bytes(&mut rest)? };
        rest.is_empty().then_some(tagger)
    }

    /// Returns the tagger of English that the program carries.
    ///
    /// # Panics
    /// If the file is of another version than the code, which a test rules out.
    pub fn english() -> Self {
        Self::from_bytes(include_bytes!("model/english-tags.bin"))
            .expect("the tagger inside the program is of its version")
    }
}

/// Whether a unit may be a cue by the lists.
fn may_be_cue(text: &Analysis<'_>, unit: &Unit) -> bool {
    unit.tag == Tag::Colon || text.tokens[unit.tokens.start].frame.is_some()
}

/// Whether a unit's first tag is always right: marks, quotations and words of one class.
fn is_certain(text: &Analysis<'_>, unit: &Unit) -> bool {
    match unit.tag {
        Tag::Be | Tag::Have | Tag::Do | Tag::Modal => !text.tokens[unit.tokens.start].shape.has(Shape::ALL_CAPITALS),
        Tag::Determiner | Tag::Possessive | Tag::Preposition => {
            const ONE_CLASS: [Classes; 4] = [
                Classes::of(&[Class::Determiner]),
                Classes::of(&[Class::Possessive]),
                Classes::of(&[Class::Preposition]),
                Classes::of(&[Class::Preposition, Class::Topic]),
            ];
            ONE_CLASS.contains(&text.tokens[unit.tokens.start].classes)
        }
        tag => (tag as usize) < FIRST_TAG,
    }
}

/// Returns the part of a unit whose tag alone tells it.
fn certain_part(tag: Tag) -> Option<Part> {
    match tag {
        Tag::That | Tag::Subordinator => Some(Part::Marker),
        Tag::Coordinator => Some(Part::Coordinator),
        Tag::Determiner | Tag::Possessive => Some(Part::Modifier),
        Tag::Preposition => Some(Part::Preposition),
        tag => (tag.is_mark() || tag.is_quote()).then_some(Part::None),
    }
}

/// All that the lists say of a unit's word, as one number; shape and ending where they say nothing.
fn kind_of(text: &Analysis<'_>, unit: &Unit) -> u32 {
    let token = &text.tokens[unit.tokens.start];
    if unit.tag.is_mark() || unit.tag.is_quote() {
        return unit.tag as u32;
    }
    let capital = u32::from(token.shape.has(Shape::CAPITAL));
    if token.word == 0 {
        return unit.suffix.wrapping_mul(0x9e37_79b1) | 1;
    }
    let classes = token.classes.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    (classes as u32 ^ u32::from(token.forms.0) << 8 ^ capital << 20) & !1
}

/// What a label is told by: rows of its table.
trait Context {
    /// Returns the features that tell most.
    fn first(&self) -> [u32; 10];

    /// Returns all others.
    fn further(&self) -> [u32; 17];
}

/// Returns the row of a feature.
#[inline]
fn row(template: u32, first: u32, second: u32) -> u32 {
    key(template, first, second) >> (TABLE_BITS + CHECK_BITS - ROW_BITS)
}

/// What the features of a tag are made of: `0` is the unit itself, `m` stands before it, `p` behind it.
struct TagContext {
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
    #[inline]
    fn new(units: &[Unit], guesses: &[Tag], kinds: &[u32], index: usize) -> Self {
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
            tm1: before.tag as u32,
            tm2: unit(m2).tag as u32,
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
}

impl Context for TagContext {
    #[inline]
    fn first(&self) -> [u32; 10] {
        let &Self { start, w0, k0, g0, s0, tm1, tm2, wm1, gp1, gp2, wp1, .. } = self;
        let two_letters = s0 >> 8 & 0xffff;
        [
            row(1, w0, 0),
            row(2, g0, start),
            row(3, s0, start),
            row(4, two_letters, s0 >> 24),
            row(5, k0, 0),
            row(7, k0, tm1),
            row(10, g0, tm1 << 8 | tm2),
            row(15, g0 << 16 | gp1 << 8 | gp2, 0),
            row(19, wm1, g0),
            row(21, wp1, g0),
        ]
    }

    #[inline]
    fn further(&self) -> [u32; 17] {
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
struct History {
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
    fn add(&mut self, text: &Analysis<'_>, unit: &Unit) {
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
struct PartContext {
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
    #[inline]
    fn new(units: &[Unit], kinds: &[u32], history: History, index: usize) -> Self {
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
        let [r1, r2] = history.last.map(|part| part as u32);
        let head = history.head as u32 | history.heads << 5;
        Self {
            history,
            t0: units[index].tag as u32,
            k0: kinds[index],
            w0: units[index].code,
            tm: [before.tag as u32, at(-2).tag as u32, at(-3).tag as u32],
            tp: [after.tag as u32, at(2).tag as u32, at(3).tag as u32],
            wm1: before.code,
            wp1: after.code,
            r1,
            r2,
            head,
            state: head << 8 | history.opener << 16 | history.commas << 4 | history.subjects,
            ahead,
        }
    }
}

impl Context for PartContext {
    #[inline]
    fn first(&self) -> [u32; 10] {
        let &Self { history, t0, k0, w0, tm: [m1, ..], tp: [p1, p2, _], wp1, r1, r2, head, ahead, .. } = self;
        [
            row(41, t0, 0),
            row(42, w0, t0),
            row(43, t0 << 8 | m1, p1),
            row(45, t0 << 8 | p1, p2),
            row(47, t0 << 8 | r1, r2),
            row(54, t0 << 8 | p1, ahead << 8 | u32::from(history.main)),
            row(57, k0, head),
            row(58, k0, m1),
            row(63, wp1, t0),
            row(66, k0, history.opener),
        ]
    }

    #[inline]
    fn further(&self) -> [u32; 17] {
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
