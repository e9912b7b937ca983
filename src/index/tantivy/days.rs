//! In: the engine's weight of a question. Out: its documents counted by day of publication, from columns alone.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use tantivy::DateTime;
use tantivy::query::Weight;

use super::collect::visit;
use super::facets::{Countable, Frequent, Tally, tally};
use super::persons::Persons;
use super::read::Archive;
use super::schema::printed_day;
use super::values::{Batch, Firsts};
use crate::index::fields;
use crate::search::Target;
use crate::timeline::{DayCounts, Split};

/// Returns the counts of each of the `most` frequent values by which documents are split; without a split all under an
/// empty name.
///
/// Names of one speaker are one where `persons` are given. An article counts once for each speaker in it; of two places
/// the first is the one where it was written.
///
/// # Errors
/// If the index cannot be read.
pub fn count(
    archive: &Archive,
    weight: &dyn Weight,
    target: Target,
    split: Option<(Split, usize)>,
    persons: Option<Persons<'_>>,
) -> tantivy::Result<BTreeMap<String, DayCounts>> {
    let Some((split, most)) = split else {
        return Ok(BTreeMap::from([(String::new(), undivided(archive, weight, target)?)]));
    };
    let countable = Countable::Field(fields::named(split.field()));
    let mut of_values = Tally::new(countable, target, persons, None);
    if !split.is_of_statements() {
        of_values = of_values.first_only();
    }
    tally(archive, weight, target, std::slice::from_mut(&mut of_values))?;
    let frequent = of_values.most_frequent(most);
    let mut counts: Vec<ByDay> = frequent.iter().map(|_| ByDay::default()).collect();
    for (ordinal, segment) in (0..).zip(archive.searcher().segment_readers()) {
        let neighbours = archive.neighbours()?.of(segment)?;
        let mut values = of_values.open((ordinal, segment), neighbours)?;
        // Which of the frequent ones a number is.
        let mut place_of = vec![None; values.count()];
        for (place, Frequent { name, number, .. }) in frequent.iter().enumerate() {
            let number = match (number, values.texts()) {
                (Some(number), _) => Some(*number),
                (None, Some(column)) => column.dictionary().term_ord(name)?,
                (None, None) => None,
            };
            let number = number.and_then(|number| usize::try_from(number).ok());
            if let Some(known) = number.and_then(|number| place_of.get_mut(number)) {
                *known = Some(place);
            }
        }
        let mut days = Firsts::new(Some(segment.fast_fields().date("date")?));
        let mut count = |batch: &Batch| {
            let days = days.read(batch.articles());
            values.each(batch, |article, weight, numbers| {
                let places = numbers.iter().filter_map(|number| *place_of.get(usize::try_from(*number).ok()?)?);
                places.for_each(|place| counts[place].add(days[article], weight));
            });
        };
        let mut batch = Batch::new(neighbours, target);
        visit(segment, weight, &mut |doc| batch.push(doc, &mut count))?;
        batch.finish(&mut count);
    }
    let mut by_name: BTreeMap<String, DayCounts> = BTreeMap::new();
    for (Frequent { name, .. }, counts) in frequent.into_iter().zip(counts) {
        counts.add_to(by_name.entry(name).or_default());
    }
    Ok(by_name)
}

fn undivided(archive: &Archive, weight: &dyn Weight, target: Target) -> tantivy::Result<DayCounts> {
    let mut counts = ByDay::default();
    for segment in archive.searcher().segment_readers() {
        let neighbours = archive.neighbours()?.of(segment)?;
        let mut days = Firsts::new(Some(segment.fast_fields().date("date")?));
        let mut count = |batch: &Batch| {
            let days = days.read(batch.articles()).iter();
            days.zip(batch.weights()).for_each(|(day, weight)| counts.add(*day, *weight));
        };
        let mut batch = Batch::new(neighbours, target);
        visit(segment, weight, &mut |doc| batch.push(doc, &mut count))?;
        batch.finish(&mut count);
    }
    let mut day_counts = DayCounts::default();
    counts.add_to(&mut day_counts);
    Ok(day_counts)
}

/// Counts by the number of the day, which costs less than by a day of the calendar.
#[derive(Default)]
struct ByDay {
    counts: HashMap<i64, u64, RandomState>,
    undated: u64,
}

/// Of a day of 24 hours.
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

impl ByDay {
    fn add(&mut self, moment: Option<DateTime>, weight: u64) {
        match moment {
            Some(moment) => {
                let number = moment.into_timestamp_secs().div_euclid(SECONDS_A_DAY);
                *self.counts.entry(number).or_default() += weight;
            }
            None => self.undated += weight,
        }
    }

    fn add_to(self, sum: &mut DayCounts) {
        for (number, count) in self.counts {
            *sum.by_day.entry(day_of(number)).or_default() += count;
        }
        sum.undated += self.undated;
    }
}

fn day_of(number: i64) -> NaiveDate {
    printed_day(DateTime::from_timestamp_secs(number.saturating_mul(SECONDS_A_DAY)))
}
