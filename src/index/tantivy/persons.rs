//! In: the names and roles in a commit's columns, and who is who. Out: names of one person, and spellings of one role,
//! as one number.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;
use tantivy::{Searcher, SegmentOrdinal};

use crate::speaker::{Authority, Role};

/// Whose names the speakers of a commit are.
#[derive(Clone, Copy)]
pub struct Persons<'a> {
    pub(super) authority: &'a Authority,
    pub(super) numbers: &'a Meanings,
}

impl Persons<'_> {
    /// Returns the number of the person who is quoted under a name, given as its number in a segment.
    pub(super) fn number(&self, segment: SegmentOrdinal, name: u64) -> u64 {
        self.numbers.number(segment, name)
    }

    /// Returns what the person with a number is called; nothing where no living statement is theirs.
    pub(super) fn name(&self, number: u64) -> &str {
        usize::try_from(number).ok().and_then(|number| self.authority.name(number)).unwrap_or_default()
    }

    /// Returns one more than the greatest number.
    pub(super) fn count(&self) -> usize {
        self.numbers.count
    }
}

/// For each value in each segment's column the number of its meaning, the same in all segments.
pub struct Meanings {
    segments: Vec<Vec<u32>>,
    /// One more than the greatest number.
    count: usize,
}

impl Meanings {
    /// Returns those of segments in their order, below `count`.
    pub fn of_segments(segments: Vec<Vec<u32>>, count: usize) -> Self {
        Self { segments, count }
    }

    /// Returns the number of each value of each segment.
    pub fn segments(&self) -> &[Vec<u32>] {
        &self.segments
    }

    /// Reads the speakers of a commit: the number of each is their place among the persons, and the one behind the last
    /// person is that of names that only deleted statements have.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn of_persons(searcher: &Searcher, authority: &Authority) -> tantivy::Result<Self> {
        let (persons, numbers) = (authority.count(), authority.numbers());
        let number = |name: &str| numbers.get(name).copied().unwrap_or(persons);
        Ok(Self { segments: read(searcher, "speaker", number)?, count: persons + 1 })
    }

    /// Reads the roles of a commit: spellings of one have one number.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn of_roles(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut numbers = Numbers::default();
        let segments = read(searcher, "role", |role| numbers.of(Role::parse(role)))?;
        Ok(Self { segments, count: numbers.0.len() })
    }

    pub(super) fn number(&self, segment: SegmentOrdinal, value: u64) -> u64 {
        let of_segment = self.segments.get(segment as usize).map(Vec::as_slice).unwrap_or_default();
        usize::try_from(value).ok().and_then(|value| of_segment.get(value)).map_or(0, |number| u64::from(*number))
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// Numbers given out from 0, one for each meaning.
struct Numbers<M>(HashMap<M, usize, RandomState>);

impl<M> Default for Numbers<M> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<M: Eq + Hash> Numbers<M> {
    fn of(&mut self, meaning: M) -> usize {
        let next = self.0.len();
        *self.0.entry(meaning).or_insert(next)
    }
}

/// Returns the number of each value in each segment's column, read from front to back.
fn read(searcher: &Searcher, column: &str, mut number: impl FnMut(&str) -> usize) -> tantivy::Result<Vec<Vec<u32>>> {
    let mut segments = Vec::new();
    for segment in searcher.segment_readers() {
        let mut numbers = Vec::new();
        if let Some(column) = segment.fast_fields().str(column)? {
            numbers.reserve_exact(column.num_terms());
            let mut values = column.dictionary().stream()?;
            while values.advance() {
                // Columns hold nothing but texts; what is none stands with the empty text.
                let number = number(std::str::from_utf8(values.key()).unwrap_or_default());
                numbers.push(number.try_into().unwrap_or(u32::MAX));
            }
        }
        segments.push(numbers);
    }
    Ok(segments)
}
