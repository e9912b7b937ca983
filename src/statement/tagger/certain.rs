//! Tags and parts that need no weighing: in training the same word, and the same tag between the same two others, had them
//! nearly always.

use std::collections::HashMap;

use super::teaching::Lesson;
use super::{Part, TAGS_BESIDE, certain_part, is_certain};
use crate::statement::features::{CHECK_BITS, TABLE_BITS, key};
use crate::statement::token::Analysis;
use crate::statement::unit::{Tag, Unit};

/// What is certain.
pub(super) struct Certain {
    tags: Answers,
    parts: Answers,
}

impl Certain {
    pub(super) const BYTES: usize = 2 * Answers::BYTES;

    /// Returns the tag that a word always has.
    #[inline]
    pub(super) fn tag(&self, unit: &Unit, begins_sentence: bool) -> Option<Tag> {
        self.tags.get(key_of_word(unit, begins_sentence)).map(|tag| Tag::ALL[tag])
    }

    /// Returns the part that a unit always has, by its tag and those beside it.
    #[inline]
    pub(super) fn part(&self, tags: &[Tag; 2 * TAGS_BESIDE + 1]) -> Option<Part> {
        let [_, _, before, tag, after, _, _] = *tags;
        certain_part(tag).or_else(|| self.parts.get(key_of_place(before, tag, after)).map(|part| Part::ALL[part]))
    }

    pub(super) fn to_bytes(&self, bytes: &mut Vec<u8>) {
        self.tags.to_bytes(bytes);
        self.parts.to_bytes(bytes);
    }

    /// Reads what [`Certain::to_bytes`] wrote.
    pub(super) fn from_bytes(bytes: &mut &[u8]) -> Option<Self> {
        let tags = Answers::from_bytes(bytes, Tag::ALL.len())?;
        Some(Self { tags, parts: Answers::from_bytes(bytes, Part::ALL.len())? })
    }
}

#[inline]
fn key_of_word(unit: &Unit, begins_sentence: bool) -> u32 {
    key(u32::from(begins_sentence), unit.code, unit.suffix)
}

#[inline]
fn key_of_place(before: Tag, tag: Tag, after: Tag) -> u32 {
    key(2, (before as u32) << 8 | tag as u32, after as u32)
}

/// Labels by key.
struct Answers {
    /// The key and, below it, the label from 1; 0 where there is none.
    rows: Box<[u32; ROWS]>,
}

/// Rows of a table, most of which stay free: so few keys fall on the row of a commoner one.
const ROWS: usize = 1 << 13;

/// Bits of a label, below those of the key.
const LABEL_BITS: u32 = u32::BITS - TABLE_BITS - CHECK_BITS;
const _: () = assert!(Tag::ALL.len() < 1 << LABEL_BITS);
const _: () = assert!(Part::ALL.len() < 1 << LABEL_BITS);

impl Answers {
    const BYTES: usize = ROWS * size_of::<u32>();

    #[inline]
    fn get(&self, key: u32) -> Option<usize> {
        let row = self.rows[key as usize % ROWS];
        let label = row % (1 << LABEL_BITS);
        (row >> LABEL_BITS == key && label > 0).then(|| label as usize - 1)
    }

    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.rows.iter().flat_map(|row| row.to_le_bytes()));
    }

    fn from_bytes(bytes: &mut &[u8], labels: usize) -> Option<Self> {
        let (table, rest) = bytes.split_at_checked(Self::BYTES)?;
        *bytes = rest;
        let rows: Vec<u32> = table.as_chunks().0.iter().map(|&row| u32::from_le_bytes(row)).collect();
        let is_known = |row: &u32| (row % (1 << LABEL_BITS)) as usize <= labels;
        if !rows.iter().all(is_known) {
            return None;
        }
        Some(Self { rows: rows.into_boxed_slice().try_into().ok()? })
    }
}

/// How often each word has each tag, and each tag between two others each part.
#[derive(Default)]
pub struct Counted {
    tags: Counts,
    parts: Counts,
}

impl Counted {
    /// Counts the units of one paragraph that have a lesson.
    pub fn add(&mut self, text: &Analysis<'_>, units: &[Unit], lessons: &[Option<Lesson>]) {
        let mut lessons = lessons;
        for sentence in units.chunk_by(|a, b| a.sentence == b.sentence) {
            let (of_sentence, behind) = lessons.split_at(sentence.len());
            lessons = behind;
            let tag = |index: usize| match (sentence.get(index), of_sentence.get(index)) {
                (Some(unit), Some(Some(lesson))) if !is_certain(text, unit) => lesson.tag,
                (unit, _) => unit.map_or(Tag::Outside, |unit| unit.tag),
            };
            for (index, (unit, lesson)) in sentence.iter().zip(of_sentence).enumerate() {
                let Some(lesson) = lesson else { continue };
                if !is_certain(text, unit) {
                    self.tags.add(key_of_word(unit, index == 0), lesson.tag as usize);
                }
                let before = index.checked_sub(1).map_or(Tag::Outside, tag);
                self.parts.add(key_of_place(before, tag(index), tag(index + 1)), lesson.part as usize);
            }
        }
    }

    pub(super) fn certain(&self) -> Certain {
        Certain { tags: self.tags.answers(), parts: self.parts.answers() }
    }
}

/// How often each key has each label.
#[derive(Default)]
struct Counts {
    by_key: HashMap<u32, HashMap<usize, u32>>,
}

/// What was seen less often may yet be something else.
const LEAST_COUNT: u32 = 10;

/// A label that so many in a hundred have is certain: the rest is for the most part an error of whoever marked the text.
const LEAST_PERCENT: u32 = 99;

impl Counts {
    fn add(&mut self, key: u32, label: usize) {
        *self.by_key.entry(key).or_default().entry(label).or_default() += 1;
    }

    /// Returns the labels that are certain. Of two keys that fall on one row the commoner has it.
    fn answers(&self) -> Answers {
        let mut rows = Box::new([0; ROWS]);
        let mut seen = [0; ROWS];
        let mut keys: Vec<u32> = self.by_key.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let labels = &self.by_key[&key];
            let all: u32 = labels.values().sum();
            let Some((&label, &count)) = labels.iter().max_by_key(|&(&label, &count)| (count, label)) else { continue };
            let row = key as usize % ROWS;
            if all >= LEAST_COUNT && count * 100 >= all * LEAST_PERCENT && all > seen[row] {
                seen[row] = all;
                rows[row] = key << LABEL_BITS | (label as u32 + 1);
            }
        }
        Answers { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_common_and_nearly_always_so_is_certain() {
        // How often a key has the labels 3 and 4, and what is certain of it.
        let rows = [(10, 0, Some(3)), (9, 0, None), (990, 10, Some(3)), (98, 2, None), (0, 50, Some(4))];
        let mut counts = Counts::default();
        for (key, &(three, four, _)) in (1..).zip(&rows) {
            (0..three).for_each(|_| counts.add(key, 3));
            (0..four).for_each(|_| counts.add(key, 4));
        }
        // Falls on the row of the first key, which is rarer.
        (0..20).for_each(|_| counts.add(6 + ROWS as u32, 5));
        (0..10).for_each(|_| counts.add(6, 4));
        let mut bytes = Vec::new();
        counts.answers().to_bytes(&mut bytes);
        let answers = Answers::from_bytes(&mut bytes.as_slice(), 6).unwrap();
        for (key, (three, four, expected)) in (1..).zip(rows) {
            assert_eq!(answers.get(key), expected, "{three} and {four}");
        }
        assert_eq!((answers.get(6 + ROWS as u32), answers.get(6)), (Some(5), None));
        assert!(Answers::from_bytes(&mut bytes.as_slice(), 5).is_none(), "a label that there is not");
    }
}
