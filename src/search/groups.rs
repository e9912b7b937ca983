//! In: a question. Out: the values of one field among its hits, each with its first hits.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use tantivy::SegmentOrdinal;

use super::collapse::{self, FirstOf};
use super::{Archive, Question, Request, SearchError, Shown, Sort, countable, persons, roles};
use crate::index::tantivy::collect::Found;
use crate::index::tantivy::facets::{Countable, ValueReader};
use crate::index::tantivy::grouped::{Grouping, Wanted};
use crate::index::tantivy::persons::Persons;

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

/// Hits of a group that are held at least: sooner compared with each other than their copies are looked up.
const FEWEST_HELD: usize = 150;
/// Hits that are held for each that is shown, because copies fall away.
const HELD_A_HIT: usize = 4;

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

/// A value with how many hits have it.
type Row = (Option<String>, u64);

/// Returns rows in the order of groups: most hits first, what has no value last.
fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|(a, of_a), (b, of_b)| a.is_none().cmp(&b.is_none()).then(of_b.cmp(of_a)).then_with(|| a.cmp(b)));
    rows
}

/// Returns the groups of one page, and their hits one group after the other. `request` counts groups where it counts
/// hits elsewhere.
///
/// Hits are counted by value first; then the first ones of each group that is shown are picked out of all.
pub(super) fn page(
    archive: &Archive,
    request: &Request,
    by: &GroupBy,
    question: &Question<'_>,
    sort: Sort,
) -> Result<(Groups, Vec<Shown>), SearchError> {
    let counted = countable(&by.field)?;
    let persons = persons(archive, &[counted])?;
    let rows = in_order(counts(question, counted, persons)?);
    let total = rows.len() as u64;
    let rows: Vec<Row> = rows.into_iter().skip(request.offset).take(request.limit.unwrap_or(usize::MAX)).collect();
    let mut of_groups = vec![Vec::new(); rows.len()];
    if by.hits > 0 {
        let values: Vec<Option<String>> = rows.iter().map(|(value, _)| value.clone()).collect();
        let grouping = Grouping::open(archive, counted, request.target, persons, &values)?;
        of_groups = first_of_each(archive, request, by.hits, question, sort, &rows, &grouping)?;
    }
    let shown = of_groups.iter().map(Vec::len);
    let groups = rows.into_iter().zip(shown).map(|((value, total), shown)| Group { value, total, shown }).collect();
    Ok((Groups { field: by.field.clone(), total, groups }, of_groups.into_iter().flatten().collect()))
}

/// Returns how many hits have each value; spellings of one role are one.
fn counts(question: &Question<'_>, counted: Countable, persons: Option<Persons<'_>>) -> Result<Vec<Row>, SearchError> {
    let counts = question.count_values(&[counted], persons, usize::MAX)?.into_iter().next().unwrap_or_default();
    let mut values: Vec<(String, u64)> = counts.values.into_iter().collect();
    if counted.column() == "role" {
        values = roles::joined(values, |count| *count as usize, |all, more| *all += more).into_iter().collect();
    }
    let mut rows: Vec<Row> = values.into_iter().map(|(value, count)| (Some(value), count)).collect();
    rows.extend((counts.missing > 0).then_some((None, counts.missing)));
    Ok(rows)
}

/// Returns the first `hits` of each group.
fn first_of_each(
    archive: &Archive,
    request: &Request,
    hits: usize,
    question: &Question<'_>,
    sort: Sort,
    rows: &[Row],
    grouping: &Grouping<'_>,
) -> Result<Vec<Vec<Shown>>, SearchError> {
    let held = if request.collapse { hits.saturating_mul(HELD_A_HIT).max(FEWEST_HELD) } else { hits };
    let mut wanted: Vec<Wanted> = rows.iter().map(|_| Wanted { most: held, ..Wanted::default() }).collect();
    let mut found = question.best_of_each(sort, grouping, &wanted)?;
    let beside = |found: &Vec<Found>| found.iter().copied().map(Shown::with_copies_beside).collect();
    if !request.collapse {
        return Ok(found.iter().map(beside).collect());
    }
    let mut shown = vec![Vec::new(); rows.len()];
    let mut begun: Vec<Option<FirstOf<'_>>> = Vec::new();
    for (place, (_, total)) in rows.iter().enumerate() {
        let are_all_held = *total <= held as u64;
        if are_all_held {
            shown[place] = collapse::of_all(archive, request.target, found[place].drain(..), Some(hits))?;
        }
        begun.push((!are_all_held).then(|| FirstOf::new(archive, request.target, hits)));
    }
    // Each time at least one more of each group that lacks some: copies of those before are passed over.
    loop {
        let mut are_complete = true;
        for (place, wanted) in wanted.iter_mut().enumerate() {
            let Some(first) = begun[place].as_mut().filter(|_| wanted.most > 0) else {
                wanted.most = 0;
                continue;
            };
            let copies = first.extend(&found[place])?;
            if first.is_full() || found[place].len() < wanted.most {
                wanted.most = 0;
                continue;
            }
            are_complete = false;
            wanted.passed.extend(found[place].iter().map(|found| found.address).chain(copies));
        }
        if are_complete {
            break;
        }
        found = question.best_of_each(sort, grouping, &wanted)?;
    }
    for (place, first) in begun.into_iter().enumerate() {
        let Some(first) = first else { continue };
        shown[place] = first.shown(|docs| grouping.having(archive, place, question.matching(docs)?))?;
    }
    Ok(shown)
}

/// Returns the groups of one page out of all hits, as [`page`] does.
pub(super) fn page_of_all(
    archive: &Archive,
    request: &Request,
    by: &GroupBy,
    all: &[Found],
) -> Result<(Groups, Vec<Shown>), SearchError> {
    let mut places = by_value(archive, request, by, all)?;
    let rows = in_order(places.iter().map(|(value, places)| (value.clone(), places.len() as u64)).collect());
    let total = rows.len() as u64;
    let mut groups = Vec::new();
    let mut found = Vec::new();
    for (value, total) in rows.into_iter().skip(request.offset).take(request.limit.unwrap_or(usize::MAX)) {
        let hits = places.remove(&value).into_iter().flatten().map(|place| all[place]);
        let shown = match request.collapse {
            true => collapse::of_all(archive, request.target, hits, Some(by.hits))?,
            false => hits.take(by.hits).map(Shown::with_copies_beside).collect(),
        };
        groups.push(Group { value, total, shown: shown.len() });
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
