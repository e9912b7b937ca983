//! In: the documents of a question. Out: how often each value of a field stands among them.
//!
//! Only columns are read. What means the same in all segments is counted by its number, and only what is most frequent is
//! looked up by name: names and roles are many.

use std::collections::HashMap;

use tantivy::query::Weight;
use tantivy::{DocAddress, SegmentOrdinal, SegmentReader};

use super::collect;
use super::neighbours::Neighbours;
use super::persons::{Meanings, Persons};
use super::question::Question;
use super::read::Archive;
use super::values::{Batch, Values, month_label, year_label};
use crate::index::fields::{FIELDS, Field, Holder, Kind, asked_by};
use crate::search::Target;

/// What can be counted: the values of a field, or the stretches of the calendar in which articles were published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Countable {
    Field(&'static Field),
    Year,
    Month,
}

impl Countable {
    /// Returns what `name` means; none where nothing of that name can be counted.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "year" => Some(Self::Year),
            "month" => Some(Self::Month),
            name => asked_by(name).filter(|field| has_values(field)).map(Self::Field),
        }
    }

    /// Returns the name of everything that can be counted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let fields = FIELDS.iter().filter(|field| field.is_queryable() && has_values(field)).map(|field| field.name);
        fields.chain(["year", "month"])
    }

    /// Returns the name of the column that holds it.
    pub fn column(self) -> &'static str {
        match self {
            Self::Field(field) => field.name,
            Self::Year | Self::Month => "date",
        }
    }

    /// Returns whether its values are names of speakers.
    pub fn is_of_persons(self) -> bool {
        self.column() == "speaker"
    }

    pub(super) fn holder(self) -> Holder {
        match self {
            // Every document has its collection.
            Self::Field(field) if field.name == "collection" => Holder::Every,
            Self::Field(field) => field.holder,
            Self::Year | Self::Month => Holder::Article,
        }
    }
}

/// Addresses and keys are one to an article: nothing to count.
fn has_values(field: &Field) -> bool {
    matches!(field.kind, Kind::Name | Kind::Exact) && !matches!(field.name, "url" | "key")
}

/// The values of a field among documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub values: HashMap<String, u64>,
    /// Documents without a value.
    pub missing: u64,
}

impl Question<'_> {
    /// Counts the values of fields over all documents that match, in one pass; of names and roles those that may be among
    /// the `most` frequent.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn count_values(
        &self,
        countables: &[Countable],
        persons: Option<Persons<'_>>,
        most: usize,
    ) -> tantivy::Result<Vec<Counts>> {
        let mut tallies = Vec::with_capacity(countables.len());
        for &countable in countables {
            let roles = if countable.column() == "role" { Some(self.archive().role_numbers()?) } else { None };
            tallies.push(Tally::new(countable, self.target(), persons, roles));
        }
        tally(self.archive(), self.unranked(), self.target(), &mut tallies)?;
        self.in_time(())?;
        tallies.into_iter().map(|tally| tally.counts(self.archive(), most)).collect()
    }
}

/// Counts the values of fields over all documents that match.
///
/// # Errors
/// If a column cannot be read.
pub(super) fn tally(
    archive: &Archive,
    weight: &dyn Weight,
    target: Target,
    tallies: &mut [Tally<'_>],
) -> tantivy::Result<()> {
    for (ordinal, segment) in (0..).zip(archive.searcher().segment_readers()) {
        let neighbours = archive.neighbours()?.of(segment)?;
        let mut values = Vec::with_capacity(tallies.len());
        for tally in tallies.iter_mut() {
            values.push(tally.open((ordinal, segment), neighbours)?);
        }
        let mut count = |batch: &Batch| {
            for (tally, values) in tallies.iter_mut().zip(&mut values) {
                values.each(batch, |_, weight, values| tally.add(weight, values));
            }
        };
        let mut batch = Batch::new(neighbours, target);
        collect::visit(segment, weight, &mut |doc| batch.push(doc, &mut count))?;
        batch.finish(&mut count);
        for (tally, values) in tallies.iter_mut().zip(&values) {
            tally.end_segment(values)?;
        }
    }
    Ok(())
}

/// One of the values that stand most often.
pub(super) struct Frequent {
    pub name: String,
    pub count: u64,
    /// Where it is the same in all segments.
    pub number: Option<u64>,
}

/// Counts of the values of one field.
pub(super) struct Tally<'a> {
    countable: Countable,
    target: Target,
    persons: Option<Persons<'a>>,
    roles: Option<&'a Meanings>,
    is_first_only: bool,
    /// By number.
    numbers: Vec<u64>,
    /// Of roles, the numbers of each segment that was left.
    of_segments: Vec<Vec<u64>>,
    /// Of other texts, which have other numbers in each segment.
    names: HashMap<String, u64>,
    missing: u64,
}

impl<'a> Tally<'a> {
    pub fn new(
        countable: Countable,
        target: Target,
        persons: Option<Persons<'a>>,
        roles: Option<&'a Meanings>,
    ) -> Self {
        let persons = persons.filter(|_| countable.is_of_persons());
        let (numbers, of_segments, names) = Default::default();
        Self { countable, target, persons, roles, is_first_only: false, numbers, of_segments, names, missing: 0 }
    }

    /// Counts the first value of each document alone.
    pub fn first_only(self) -> Self {
        Self { is_first_only: true, ..self }
    }

    /// Opens the values of the next segment.
    pub fn open(
        &mut self,
        (ordinal, segment): (SegmentOrdinal, &SegmentReader),
        neighbours: &Neighbours,
    ) -> tantivy::Result<Values<'a>> {
        let mut values = Values::open((ordinal, segment), neighbours, self.countable, self.target, self.persons)?;
        if self.is_first_only {
            values = values.first_only();
        }
        if self.numbers.len() < values.count() {
            self.numbers.resize(values.count(), 0);
        }
        // A statement has one role. An article may have several spellings of one, and counts once for it.
        Ok(match self.roles.filter(|_| self.target == Target::Articles) {
            Some(roles) => values.joining(ordinal, roles),
            None => values,
        })
    }

    fn add(&mut self, weight: u64, values: &[u64]) {
        self.missing += if values.is_empty() { weight } else { 0 };
        for &value in values {
            let Ok(number) = usize::try_from(value) else { continue };
            // Years have no end that is known beforehand.
            if number >= self.numbers.len() && matches!(self.countable, Countable::Year | Countable::Month) {
                self.numbers.resize(number + 1, 0);
            }
            if let Some(count) = self.numbers.get_mut(number) {
                *count += weight;
            }
        }
    }

    /// Keeps what was counted in a segment whose numbers are its own.
    fn end_segment(&mut self, values: &Values<'_>) -> tantivy::Result<()> {
        if self.persons.is_some() || matches!(self.countable, Countable::Year | Countable::Month) {
            return Ok(());
        }
        let numbers = std::mem::take(&mut self.numbers);
        if self.roles.is_some() {
            self.of_segments.push(numbers);
            return Ok(());
        }
        let counted: Vec<u64> = counted(&numbers, 1).collect();
        for (name, number) in values.labels(&counted)?.into_iter().zip(&counted) {
            *self.names.entry(name).or_default() += numbers[*number as usize];
        }
        Ok(())
    }

    /// Returns the values that stand most often, those of one count in the order of the alphabet.
    pub fn most_frequent(&mut self, most: usize) -> Vec<Frequent> {
        let mut frequent: Vec<Frequent> = match &self.persons {
            Some(persons) => {
                let numbers = self.numbers.get(..persons.authority.count()).unwrap_or_default();
                let frequent = counted(numbers, least_of_most(numbers, most));
                let of_person = |number: u64| Frequent {
                    name: persons.name(number).to_owned(),
                    count: numbers[number as usize],
                    number: Some(number),
                };
                frequent.map(of_person).collect()
            }
            None => {
                let names = std::mem::take(&mut self.names).into_iter();
                names.map(|(name, count)| Frequent { name, count, number: None }).collect()
            }
        };
        frequent.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        frequent.truncate(most);
        frequent
    }

    fn counts(mut self, archive: &Archive, most: usize) -> tantivy::Result<Counts> {
        let mut values = std::mem::take(&mut self.names);
        if let Some(roles) = self.roles {
            let mut of_roles = vec![0; roles.count()];
            for (segment, numbers) in (0..).zip(&self.of_segments) {
                for spelling in counted(numbers, 1) {
                    if let Some(count) = of_roles.get_mut(roles.number(segment, spelling) as usize) {
                        *count += numbers[spelling as usize];
                    }
                }
            }
            let least = least_of_most(&of_roles, most);
            let is_wanted = |role: u64| of_roles.get(role as usize).is_some_and(|count| *count >= least);
            for ((ordinal, segment), numbers) in (0..).zip(archive.searcher().segment_readers()).zip(&self.of_segments)
            {
                let spellings: Vec<u64> =
                    counted(numbers, 1).filter(|spelling| is_wanted(roles.number(ordinal, *spelling))).collect();
                let neighbours = archive.neighbours()?.of(segment)?;
                let of_segment = Values::open((ordinal, segment), neighbours, self.countable, self.target, None)?;
                for (name, spelling) in of_segment.labels(&spellings)?.into_iter().zip(spellings) {
                    *values.entry(name).or_default() += numbers[spelling as usize];
                }
            }
        }
        if let Some(persons) = &self.persons {
            // Behind the last person stand names of deleted statements alone.
            self.numbers.truncate(persons.authority.count());
            for number in counted(&self.numbers, least_of_most(&self.numbers, most)) {
                *values.entry(persons.name(number).to_owned()).or_default() += self.numbers[number as usize];
            }
        }
        let label = if self.countable == Countable::Month { month_label } else { year_label };
        if matches!(self.countable, Countable::Year | Countable::Month) {
            values.extend(counted(&self.numbers, 1).map(|number| (label(number), self.numbers[number as usize])));
        }
        Ok(Counts { values, missing: self.missing })
    }
}

/// Returns the numbers that were counted so often or oftener, in order.
pub(super) fn counted(counts: &[u64], least: u64) -> impl Iterator<Item = u64> {
    (0..).zip(counts).filter(move |(_, count)| **count >= least.max(1)).map(|(number, _)| number)
}

/// Returns how often what is among the `most` frequent was counted at least.
pub(super) fn least_of_most(counts: &[u64], most: usize) -> u64 {
    let mut all: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    if most == 0 || all.len() <= most {
        return 1;
    }
    *all.select_nth_unstable_by(most - 1, |a, b| b.cmp(a)).1
}

/// The values of one field, read document by document.
pub struct ValueReader<'a> {
    segments: Vec<Values<'a>>,
}

impl<'a> ValueReader<'a> {
    /// Opens the columns that hold the values of documents of a kind.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn open(
        archive: &Archive,
        countable: Countable,
        target: Target,
        persons: Option<Persons<'a>>,
    ) -> tantivy::Result<Self> {
        let segments = (0..).zip(archive.searcher().segment_readers());
        let neighbours = archive.neighbours()?;
        let opened = segments.map(|(ordinal, segment)| {
            Values::open((ordinal, segment), neighbours.of(segment)?, countable, target, persons)
        });
        Ok(Self { segments: opened.collect::<tantivy::Result<_>>()? })
    }

    /// Reads the values of a document as numbers that [`ValueReader::labels`] knows, each once.
    pub fn read(&self, address: DocAddress, values: &mut Vec<u64>) {
        self.segments[address.segment_ord as usize].read(address.doc_id, values);
    }

    /// Returns the values behind numbers that were read in a segment, which are in order and each there once.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn labels(&self, segment: SegmentOrdinal, values: &[u64]) -> tantivy::Result<Vec<String>> {
        self.segments[segment as usize].labels(values)
    }
}
