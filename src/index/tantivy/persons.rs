//! In: the names and roles in a commit's columns, and who is who. Out: names of one person, and spellings of one role,
//! as one value.

use std::collections::HashMap;
use std::hash::Hash;

use tantivy::{Searcher, SegmentOrdinal, SegmentReader};

use crate::speaker::{Authority, Role};

/// Whose names the speakers of a commit are.
#[derive(Clone, Copy)]
pub struct Persons<'a> {
    pub(super) authority: &'a Authority,
    pub(super) first_names: &'a FirstNames,
}

impl Persons<'_> {
    /// Replaces names in a segment, given as ordinals, by the first there of the same person.
    pub(super) fn join(&self, segment: SegmentOrdinal, names: &mut [u64]) {
        for name in names {
            *name = self.first_names.first(segment, *name);
        }
    }

    /// Returns what the person who is quoted under a name is called.
    pub(super) fn name(&self, quoted: String) -> String {
        self.authority.person(&quoted).map_or(quoted, |person| person.name.clone())
    }
}

/// For each value in each segment's column the first one there that means the same, as ordinals.
pub(super) struct FirstNames {
    segments: Vec<Vec<u64>>,
}

impl FirstNames {
    /// Reads the speakers of a commit, joined to persons.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn of_persons(searcher: &Searcher, authority: &Authority) -> tantivy::Result<Self> {
        Self::read(searcher, "speaker", |name| authority.person(name).map(|person| &person.name))
    }

    /// Reads the roles of a commit, joined where they are spellings of one.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn of_roles(searcher: &Searcher) -> tantivy::Result<Self> {
        Self::read(searcher, "role", |role| Some(Role::parse(role)).filter(|role| !role.is_empty()))
    }

    /// Reads a column; values without a meaning are joined with none.
    fn read<M: Eq + Hash>(
        searcher: &Searcher,
        column: &str,
        meaning: impl Fn(&str) -> Option<M>,
    ) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(|segment| in_segment(segment, column, &meaning));
        Ok(Self { segments: segments.collect::<tantivy::Result<_>>()? })
    }

    /// Returns the first value of the same meaning in a segment.
    pub(super) fn first(&self, segment: SegmentOrdinal, value: u64) -> u64 {
        let of_segment = self.segments.get(segment as usize).map(Vec::as_slice).unwrap_or_default();
        usize::try_from(value).ok().and_then(|value| of_segment.get(value)).copied().unwrap_or(value)
    }
}

fn in_segment<M: Eq + Hash>(
    segment: &SegmentReader,
    column: &str,
    meaning: impl Fn(&str) -> Option<M>,
) -> tantivy::Result<Vec<u64>> {
    let Some(column) = segment.fast_fields().str(column)? else { return Ok(Vec::new()) };
    let mut first_of: HashMap<M, u64> = HashMap::new();
    let mut first_values = Vec::with_capacity(column.dictionary().num_terms());
    let mut values = column.dictionary().stream()?;
    while values.advance() {
        let ordinal = values.term_ord();
        let meaning = std::str::from_utf8(values.key()).ok().and_then(&meaning);
        first_values.push(meaning.map_or(ordinal, |meaning| *first_of.entry(meaning).or_insert(ordinal)));
    }
    Ok(first_values)
}
