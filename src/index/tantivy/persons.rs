//! In: the names in a commit's columns of speakers, and who is who. Out: names of one person as one value.

use std::collections::HashMap;

use tantivy::{Searcher, SegmentOrdinal, SegmentReader};

use crate::speaker::Authority;

/// Whose names the speakers of a commit are.
#[derive(Clone, Copy)]
pub struct Persons<'a> {
    pub(super) authority: &'a Authority,
    pub(super) first_names: &'a FirstNames,
}

impl Persons<'_> {
    /// Replaces names in a segment, given as ordinals, by the first there of the same person.
    pub(super) fn join(&self, segment: SegmentOrdinal, names: &mut [u64]) {
        let Some(first_names) = self.first_names.segments.get(segment as usize) else { return };
        for name in names {
            *name = usize::try_from(*name).ok().and_then(|name| first_names.get(name)).copied().unwrap_or(*name);
        }
    }

    /// Returns what the person who is quoted under a name is called.
    pub(super) fn name(&self, quoted: String) -> String {
        self.authority.person(&quoted).map_or(quoted, |person| person.name.clone())
    }
}

/// For each name in each segment's column of speakers the first one there of the same person, as ordinals.
pub(super) struct FirstNames {
    segments: Vec<Vec<u64>>,
}

impl FirstNames {
    /// Reads the columns of a commit.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn read(searcher: &Searcher, authority: &Authority) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(|segment| in_segment(segment, authority));
        Ok(Self { segments: segments.collect::<tantivy::Result<_>>()? })
    }
}

fn in_segment(segment: &SegmentReader, authority: &Authority) -> tantivy::Result<Vec<u64>> {
    let Some(column) = segment.fast_fields().str("speaker")? else { return Ok(Vec::new()) };
    let mut first_of: HashMap<&str, u64> = HashMap::new();
    let mut first_names = Vec::with_capacity(column.dictionary().num_terms());
    let mut names = column.dictionary().stream()?;
    while names.advance() {
        let ordinal = names.term_ord();
        let person = std::str::from_utf8(names.key()).ok().and_then(|name| authority.person(name));
        first_names.push(person.map_or(ordinal, |person| *first_of.entry(&person.name).or_insert(ordinal)));
    }
    Ok(first_names)
}
