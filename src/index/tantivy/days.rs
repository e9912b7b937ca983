//! In: the engine's weight of a question. Out: its documents counted by day of publication, from columns alone.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DateTime, DocId, Searcher, SegmentReader};

use super::collect::visit;
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
        let mut tallies: HashMap<(Option<u64>, Option<NaiveDate>), u64> = HashMap::new();
        let mut values = Vec::new();
        visit(segment, weight, &mut |doc| {
            let day = columns.day(doc);
            columns.values(doc, &mut values);
            if let Some(persons) = &persons {
                persons.join(ordinal, &mut values);
            }
            values.sort_unstable();
            values.dedup();
            if !columns.is_split {
                *tallies.entry((None, day)).or_default() += 1;
            }
            for value in &values {
                *tallies.entry((Some(*value), day)).or_default() += 1;
            }
        })?;
        for ((value, day), count) in tallies {
            let mut name = columns.name(value)?;
            if let Some(persons) = &persons {
                name = persons.name(name);
            }
            let of_value = counts.entry(name).or_default();
            match day {
                Some(day) => *of_value.by_day.entry(day).or_default() += count,
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

    fn day(&self, doc: DocId) -> Option<NaiveDate> {
        self.days.first(self.article(doc)).map(printed_day)
    }

    /// Collects the values of a document by which it is split.
    fn values(&self, doc: DocId, values: &mut Vec<u64>) {
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
            (false, _) => values.extend(ords.first(self.article(doc))),
        }
    }

    fn name(&self, value: Option<u64>) -> tantivy::Result<String> {
        let mut name = String::new();
        if let (Some((_, column)), Some(ordinal)) = (&self.split, value) {
            column.ord_to_str(ordinal, &mut name)?;
        }
        Ok(name)
    }
}
