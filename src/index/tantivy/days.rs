//! In: the engine's weight of a question. Out: its documents counted by day of publication, from columns alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DateTime, DocId, Searcher, SegmentReader};

use super::collect::visit;
use super::labels::labels;
use super::persons::Persons;
use super::schema::printed_day;
use crate::search::Target;
use crate::timeline::{DayCounts, Split};

/// Returns the counts of each value by which documents are split; without a split all under an empty name.
///
/// Names of one speaker are one where `persons` are given. An article counts once for each speaker in it, a document
/// with two places once for each.
///
/// # Errors
/// If the index cannot be read.
pub fn count(
    searcher: &Searcher,
    weight: &dyn Weight,
    target: Target,
    split: Option<Split>,
    persons: Option<Persons<'_>>,
) -> tantivy::Result<BTreeMap<String, DayCounts>> {
    let mut counts: BTreeMap<String, DayCounts> = BTreeMap::new();
    let persons = persons.filter(|_| split == Some(Split::Speaker));
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let columns = Columns::open(segment, target, split)?;
        let mut tallies: HashMap<(Option<u64>, Option<i64>), u64, RandomState> = HashMap::default();
        let mut values = Vec::new();
        visit(segment, weight, &mut |doc| {
            let article = columns.article(doc);
            let day = columns.days.first(article).map(day_number);
            if !columns.is_split {
                *tallies.entry((None, day)).or_default() += 1;
                return;
            }
            columns.values(doc, article, &mut values);
            if let Some(persons) = &persons {
                persons.join(ordinal, &mut values);
            }
            values.sort_unstable();
            values.dedup();
            for value in &values {
                *tallies.entry((Some(*value), day)).or_default() += 1;
            }
        })?;
        let names = columns.names(tallies.keys().filter_map(|(value, _)| *value))?;
        for ((value, day), count) in tallies {
            let name = value.and_then(|value| names.get(&value)).cloned().unwrap_or_default();
            let name = match &persons {
                Some(persons) => persons.name(name),
                None => name,
            };
            let of_value = counts.entry(name).or_default();
            match day {
                Some(day) => *of_value.by_day.entry(day_of(day)).or_default() += count,
                None => of_value.undated += count,
            }
        }
    }
    Ok(counts)
}

struct Columns {
    target: Target,
    days: Column<DateTime>,
    /// How far behind its article a document stands.
    ordinals: Column<u64>,
    /// How many statements stand behind an article.
    statements: Column<u64>,
    split: Option<(Split, StrColumn)>,
    is_split: bool,
}

impl Columns {
    fn open(segment: &SegmentReader, target: Target, split: Option<Split>) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let values = match split {
            Some(split) => columns.str(split.field())?.map(|values| (split, values)),
            None => None,
        };
        Ok(Self {
            target,
            days: columns.date("date")?,
            ordinals: columns.u64("ordinal")?,
            statements: columns.u64("statements")?,
            split: values,
            is_split: split.is_some(),
        })
    }

    /// Returns the article to which a document belongs.
    fn article(&self, doc: DocId) -> DocId {
        let behind = self.ordinals.first(doc).and_then(|behind| DocId::try_from(behind).ok()).unwrap_or_default();
        doc.saturating_sub(behind)
    }

    /// Collects the values of a document by which it is split.
    fn values(&self, doc: DocId, article: DocId, values: &mut Vec<u64>) {
        values.clear();
        let Some((split, column)) = &self.split else { return };
        let ords = column.ords();
        match (split.is_of_statements(), self.target) {
            (true, Target::Statements) => values.extend(ords.first(doc)),
            (true, Target::Articles) => {
                let count = self.statements.first(doc).unwrap_or_default();
                let behind = 1..=DocId::try_from(count).unwrap_or_default();
                values.extend(behind.filter_map(|behind| ords.first(doc.checked_add(behind)?)));
            }
            // The first place is the one where the story was written; names of countries follow each.
            (false, _) => values.extend(ords.first(article)),
        }
    }

    /// Returns the names behind values.
    fn names(&self, values: impl Iterator<Item = u64>) -> tantivy::Result<HashMap<u64, String>> {
        let Some((_, column)) = &self.split else { return Ok(HashMap::new()) };
        let numbers = Vec::from_iter(BTreeSet::from_iter(values));
        let names = labels(column, &numbers)?;
        Ok(numbers.into_iter().zip(names).collect())
    }
}

/// Of a day of 24 hours.
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// Returns which day a printed date is: a number costs less to count by than a day of the calendar.
fn day_number(date: DateTime) -> i64 {
    date.into_timestamp_secs().div_euclid(SECONDS_A_DAY)
}

fn day_of(number: i64) -> NaiveDate {
    printed_day(DateTime::from_timestamp_secs(number.saturating_mul(SECONDS_A_DAY)))
}
