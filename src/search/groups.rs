//! In: all hits in order. Out: the values of one field among them, each with its first hits.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use tantivy::SegmentOrdinal;

use super::{Archive, Request, SearchError, Shown, collapse, countable, persons, roles};
use crate::index::tantivy::collect::Found;
use crate::index::tantivy::facets::ValueReader;

/// How hits are put into groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBy {
    /// Anything that can be counted: the name of a field, `year` or `month`.
    pub field: String,
    /// Hits of each group that are shown.
    pub hits: usize,
}

impl GroupBy {
    /// Hits of each group that are shown where nobody says how many.
    pub const HITS: usize = 3;
}

/// Hits that are read sooner than copies of one of them are looked up.
const HITS_A_LOOKUP: usize = 50;

/// The groups of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    pub field: String,
    /// How many there are on all pages.
    pub total: u64,
    /// Those of the page: most hits first, what has no value last.
    pub groups: Vec<Group>,
}

/// Hits that have one value of a field. A hit with two values stands in two groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// None: the hits without a value.
    pub value: Option<String>,
    /// Hits that have it, before copies are collapsed.
    pub total: u64,
    /// How many of them the page shows.
    pub shown: usize,
}

impl Groups {
    /// Returns which hit of its group a hit of the page is, from 1.
    pub(super) fn rank(&self, mut index: usize) -> usize {
        for group in &self.groups {
            if index < group.shown {
                break;
            }
            index -= group.shown;
        }
        index + 1
    }
}

/// Returns the groups of one page, and their hits one group after the other. `request` counts groups where it counts
/// hits elsewhere.
pub(super) fn page(
    archive: &Archive,
    request: &Request,
    by: &GroupBy,
    all: &[Found],
) -> Result<(Groups, Vec<Shown>), SearchError> {
    let mut rows: Vec<(Option<String>, Vec<usize>)> = by_value(archive, request, by, all)?.into_iter().collect();
    rows.sort_by(|(a, of_a), (b, of_b)| {
        a.is_none().cmp(&b.is_none()).then(of_b.len().cmp(&of_a.len())).then_with(|| a.cmp(b))
    });
    let total = rows.len() as u64;
    let mut groups = Vec::new();
    let mut found = Vec::new();
    for (value, places) in rows.into_iter().skip(request.offset).take(request.limit.unwrap_or(usize::MAX)) {
        let hits = places.iter().map(|&place| all[place]);
        let shown = match request.collapse {
            true if places.len() / HITS_A_LOOKUP > by.hits => {
                collapse::first_of(archive, request.target, &hits.collect::<Vec<_>>(), by.hits)?
            }
            true => collapse::of_all(archive, request.target, hits, Some(by.hits))?,
            false => hits.take(by.hits).map(Shown::with_copies_beside).collect(),
        };
        groups.push(Group { value, total: places.len() as u64, shown: shown.len() });
        found.extend(shown);
    }
    Ok((Groups { field: by.field.clone(), total, groups }, found))
}

/// Returns the places in `all` of the hits that have each value; names of one speaker are one, and so are spellings of
/// one role.
fn by_value(
    archive: &Archive,
    request: &Request,
    by: &GroupBy,
    all: &[Found],
) -> Result<BTreeMap<Option<String>, Vec<usize>>, SearchError> {
    let counted = countable(&by.field)?;
    let reader = ValueReader::open(archive, counted, request.target, persons(archive, &[counted])?)?;
    let mut by_number: HashMap<(SegmentOrdinal, u64), Vec<usize>, RandomState> = HashMap::default();
    let mut without = Vec::new();
    let mut values = Vec::new();
    for (place, found) in all.iter().enumerate() {
        reader.read(found.address, &mut values);
        for &value in &values {
            by_number.entry((found.address.segment_ord, value)).or_default().push(place);
        }
        if values.is_empty() {
            without.push(place);
        }
    }
    let mut by_label: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_number: Vec<((SegmentOrdinal, u64), Vec<usize>)> = by_number.into_iter().collect();
    by_number.sort_unstable_by_key(|(number, _)| *number);
    let mut by_number = by_number.into_iter().peekable();
    while let Some(((segment, first), places)) = by_number.next() {
        let (mut numbers, mut places) = (vec![first], vec![places]);
        while let Some(((_, number), more)) = by_number.next_if(|((other, _), _)| *other == segment) {
            numbers.push(number);
            places.push(more);
        }
        for (label, places) in reader.labels(segment, &numbers)?.into_iter().zip(places) {
            by_label.entry(label).or_default().extend(places);
        }
    }
    if counted.column() == "role" {
        by_label = roles::joined(by_label, Vec::len, |all, more| all.extend(more));
    }
    for places in by_label.values_mut() {
        // In the order of the hits, also those of several segments; of two spellings of one value once.
        places.sort_unstable();
        places.dedup();
    }
    let mut by_value: BTreeMap<_, _> = by_label.into_iter().map(|(label, places)| (Some(label), places)).collect();
    if !without.is_empty() {
        by_value.insert(None, without);
    }
    Ok(by_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_begin_anew_in_each_group() {
        let group = |shown| Group { value: None, total: 9, shown };
        let groups = Groups { field: "outlet".into(), total: 3, groups: vec![group(2), group(0), group(3)] };
        let ranks: Vec<usize> = (0..5).map(|index| groups.rank(index)).collect();
        assert_eq!(ranks, [1, 2, 1, 2, 3]);
    }
}
