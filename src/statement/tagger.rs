//! Guesses what each unit is in its sentence: part of speech, then the part it plays (head of a main clause, subject,
//! object …).
//!
//! Two greedy averaged perceptrons in a row, in the manner of Collins (2002); each sees what it said of the units
//! before. They learn from text that any other tagger and parser marked, see `examples/train_tags.rs`.

mod certain;
mod context;
mod teaching;

use wide::{i16x8, u8x16};

use super::nibbles::{MOST_ROWS, NIBBLES, NibbleSums};
use super::token::{Analysis, Shape};
use super::unit::{Tag, Unit};
use crate::language::{Class, Classes};
use certain::Certain;
pub use certain::Counted;
use context::{Context, History, PartContext, TAGS_BESIDE, TagContext, WORDS_BESIDE, Word, look_ahead};
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
/// Words of memory for the tags that words are asked for, and for the parts.
const TAG_WORDS: usize = 2;
const PART_WORDS: usize = 1;

/// The first tag that words are asked for; all behind it are asked for too.
const FIRST_TAG: usize = Tag::Determiner as usize;
/// The first part that words are asked for; all behind it are asked for too.
const FIRST_PART: usize = Part::Root as usize;

// Every label of a row is asked for, so that none has to be left out.
const _: () = assert!(Tag::ALL.len() - FIRST_TAG == TAG_WORDS * NIBBLES);
const _: () = assert!(Part::ALL.len() - FIRST_PART == PART_WORDS * NIBBLES);

/// Answers that are certain, and the weights by which the others are found.
pub struct Tagger {
    certain: Certain,
    tags: Table<TAG_WORDS>,
    parts: Table<PART_WORDS>,
}

/// Weights of all labels for each feature: sums of as many features compare as those of the weights above nothing.
struct Table<const WORDS: usize> {
    rows: Box<[[u64; WORDS]; ROWS]>,
}

impl<const WORDS: usize> Table<WORDS> {
    const BYTES: usize = ROWS * WORDS * size_of::<u64>();

    /// Returns the sums of the features that what was said of the units before has no part in. Made for all units first,
    /// they wait for memory side by side.
    #[inline]
    fn early_sums(&self, context: &impl Context) -> NibbleSums<WORDS> {
        let mut sums = NibbleSums::default();
        self.add(context.early().as_ref(), &mut sums);
        sums
    }

    /// Adds the weights of some features.
    #[inline]
    fn add(&self, features: &[u32], sums: &mut NibbleSums<WORDS>) {
        let mut all = *sums;
        for &feature in features {
            // No row is out of bounds, so that all sums stay in registers.
            all.add(&self.rows[feature as usize % ROWS]);
        }
        *sums = all;
    }

    /// Returns the label with the highest sum, given those of the first features. Where they tell one label well enough
    /// from all others, the further ones are not asked.
    #[inline]
    fn best(&self, first: NibbleSums<WORDS>, context: &impl Context) -> usize {
        let first = first.bytes();
        let highest = first[1..].iter().fold(first[0], |highest, &sums| highest.max(sums)).reduce_max();
        let near = u8x16::splat(highest.saturating_sub(CLEAR_LEAD));
        let near = mask_of(first.map(|sums| sums.max(near).simd_eq(sums).to_bitmask()), NIBBLES);
        if near.is_power_of_two() {
            return near.trailing_zeros() as usize;
        }
        // Taken by themselves, as no byte could hold the sums of all.
        let mut further = NibbleSums::default();
        let features = context.further();
        debug_assert!(context.early().as_ref().len() + context.late().as_ref().len() <= MOST_ROWS);
        debug_assert!(features.as_ref().len() <= MOST_ROWS);
        self.add(features.as_ref(), &mut further);
        let further = further.bytes();
        let sums: [[i16x8; 2]; WORDS] = std::array::from_fn(|block| {
            let [first, further] = [first[block], further[block]];
            [
                i16x8::from_u8x16_low(first) + i16x8::from_u8x16_low(further),
                i16x8::from_u8x16_high(first) + i16x8::from_u8x16_high(further),
            ]
        });
        let sums = sums.as_flattened();
        let highest = i16x8::splat(sums[1..].iter().fold(sums[0], |highest, &sums| highest.max(sums)).reduce_max());
        mask_of(sums.iter().map(|sums| sums.simd_eq(highest).to_bitmask()), NIBBLES / 2).trailing_zeros() as usize
    }

    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.rows.as_flattened().iter().flat_map(|word| word.to_le_bytes()));
    }

    fn from_bytes(bytes: &mut &[u8]) -> Option<Self> {
        let (table, rest) = bytes.split_at_checked(Self::BYTES)?;
        *bytes = rest;
        let words: Vec<u64> = table.as_chunks().0.iter().map(|&word| u64::from_le_bytes(word)).collect();
        let (rows, _) = words.as_chunks::<WORDS>();
        Some(Self { rows: rows.to_vec().into_boxed_slice().try_into().ok()? })
    }
}

/// Puts masks of so many bits together, the first one lowest.
#[inline]
fn mask_of(masks: impl IntoIterator<Item = u32>, bits: usize) -> u32 {
    masks.into_iter().enumerate().fold(0, |all, (at, mask)| all | mask << (at * bits))
}

/// A label that leads by so much on the first features keeps its lead on nearly all: on the development articles
/// F1 is no lower.
const CLEAR_LEAD: u8 = 16;

impl Tagger {
    /// Sets tags and parts of the units of one paragraph, in sentences that may hold a cue: nobody asks for the others.
    pub fn tag(&self, text: &Analysis<'_>, units: &mut [Unit], memory: &mut Memory) {
        for sentence in units.chunk_by_mut(|a, b| a.sentence == b.sentence) {
            if sentence.iter().any(|unit| may_be_cue(text, unit)) {
                self.tag_sentence(text, sentence, memory);
            }
        }
    }

    fn tag_sentence(&self, text: &Analysis<'_>, units: &mut [Unit], memory: &mut Memory) {
        memory.read_words(text, units, |unit, begins| self.certain.tag(unit, begins));
        let Memory { words, tags, ahead, early_of_tags, early_of_parts, judged } = memory;
        let context = |index: usize, words, before| TagContext { words, before, begins_sentence: index == 0 };
        early_of_tags.clear();
        for (index, words) in words.array_windows().enumerate().filter(|(_, words)| !words[WORDS_BESIDE].is_certain) {
            let context = context(index, words, guesses_before(words));
            let mut sums = self.tags.early_sums(&context);
            self.tags.add(context.late().as_ref(), &mut sums);
            early_of_tags.push(sums);
        }
        let mut before = [Tag::Outside; 2];
        let mut early = early_of_tags.iter();
        for (index, (words, unit)) in words.array_windows().zip(&mut *units).enumerate() {
            if !words[WORDS_BESIDE].is_certain
                && let Some(&(mut sums)) = early.next()
            {
                let known = context(index, words, before);
                let guessed = guesses_before(words);
                if before != guessed {
                    let mut wrong = NibbleSums::default();
                    self.tags.add(context(index, words, guessed).late().as_ref(), &mut wrong);
                    sums.take_back(&wrong);
                    self.tags.add(known.late().as_ref(), &mut sums);
                }
                unit.tag = Tag::ALL[FIRST_TAG + self.tags.best(sums, &known)];
            }
            before = [unit.tag, before[0]];
        }

        read_tags(units, tags);
        look_ahead(units, ahead);
        let places = || words.array_windows().zip(tags.array_windows()).zip(&*ahead);
        early_of_parts.clear();
        judged.clear();
        for (((words, tags), &ahead), unit) in places().zip(&mut *units) {
            let certain = self.certain.part(tags);
            unit.part = certain.unwrap_or_default();
            judged.push(certain.is_none());
            if certain.is_none() {
                let context = PartContext { words, tags, ahead, history: History::default() };
                early_of_parts.push(self.parts.early_sums(&context));
            }
        }
        let mut history = History::default();
        let mut early = early_of_parts.iter();
        for ((((words, tags), &ahead), unit), judged) in places().zip(units).zip(judged) {
            if *judged && let Some(&(mut sums)) = early.next() {
                let context = PartContext { words, tags, ahead, history };
                self.parts.add(context.late().as_ref(), &mut sums);
                unit.part = Part::ALL[FIRST_PART + self.parts.best(sums, &context)];
            }
            history.add(text, unit);
        }
    }

    /// Appends the weights.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.certain.to_bytes(&mut bytes);
        self.tags.to_bytes(&mut bytes);
        self.parts.to_bytes(&mut bytes);
        zstd::bulk::compress(&bytes, 19)
    }

    /// Reads what [`Tagger::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let tables = Table::<TAG_WORDS>::BYTES + Table::<PART_WORDS>::BYTES + Certain::BYTES;
        let bytes = zstd::bulk::decompress(bytes, tables).ok()?;
        let mut rest = bytes.as_slice();
        let tagger = Self {
            certain: Certain::from_bytes(&mut rest)?,
            tags: Table::from_bytes(&mut rest)?,
            parts: Table::from_bytes(&mut rest)?,
        };
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

/// What is known of the units of a sentence before they are judged; used again for the next one.
#[derive(Default)]
pub struct Memory {
    /// The words, with room on either side.
    words: Vec<Word>,
    /// Their tags, with room on either side.
    tags: Vec<Tag>,
    ahead: Vec<u32>,
    /// For units to judge the sums of what is known of them, and of what the lists say of the units before.
    early_of_tags: Vec<NibbleSums<TAG_WORDS>>,
    early_of_parts: Vec<NibbleSums<PART_WORDS>>,
    /// Which units have a part that no table tells for certain.
    judged: Vec<bool>,
}

impl Memory {
    /// Reads a sentence whose tags are still those of the lists, and gives units the tags that are certain of them, by
    /// whether they begin the sentence.
    fn read_words(&mut self, text: &Analysis<'_>, units: &mut [Unit], certain: impl Fn(&Unit, bool) -> Option<Tag>) {
        let outside = [Word::default(); WORDS_BESIDE];
        self.words.clear();
        self.words.extend(outside);
        self.words.extend(units.iter_mut().enumerate().map(|(index, unit)| {
            let mut is_certain = is_certain(text, unit);
            if !is_certain && let Some(tag) = certain(unit, index == 0) {
                (unit.tag, is_certain) = (tag, true);
            }
            Word { code: unit.code, suffix: unit.suffix, kind: kind_of(text, unit), guess: unit.tag, is_certain }
        }));
        self.words.extend(outside);
    }
}

fn read_tags(units: &[Unit], tags: &mut Vec<Tag>) {
    let outside = [Tag::Outside; TAGS_BESIDE];
    tags.clear();
    tags.extend(outside);
    tags.extend(units.iter().map(|unit| unit.tag));
    tags.extend(outside);
}

/// Returns what the lists say of the units before a unit, the last one first. Mostly it is true, so that no sum has to
/// wait for what is said of them.
fn guesses_before(words: &[Word; 2 * WORDS_BESIDE + 1]) -> [Tag; 2] {
    let [m2, m1, ..] = words;
    [m1.guess, m2.guess]
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
