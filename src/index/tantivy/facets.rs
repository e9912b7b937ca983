//! In: the documents of a question. Out: how often each value of a field stands among them.
//!
//! Names of one speaker are one value, where it is given whose they are. Only columns are read. A statement has the
//! values of its article, and an article those of its statements, each once.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use foldhash::fast::RandomState;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DateTime, DocAddress, DocId, SegmentOrdinal, SegmentReader};

use super::collect;
use super::labels::labels;
use super::persons::{FirstNames, Persons};
use super::question::Question;
use super::read::Archive;
use super::schema::printed_day;
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

    fn holder(self) -> Holder {
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
    /// Counts the values of fields over all documents that match, in one pass.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn count_values(&self, countables: &[Countable], persons: Option<Persons<'_>>) -> tantivy::Result<Vec<Counts>> {
        let mut sums = vec![Counts::default(); countables.len()];
        for (ordinal, segment) in (0..).zip(self.segments()) {
            let mut tallies = Vec::with_capacity(countables.len());
            for countable in countables {
                let mut values = Values::open((ordinal, segment), *countable, self.target(), persons)?;
                // A statement has one role. An article may have several spellings of one, and counts once for it.
                if countable.column() == "role" && self.target() == Target::Articles {
                    values.roles = Some((ordinal, self.archive().first_roles()?));
                }
                tallies.push(Tally::new(values));
            }
            collect::visit(segment, self.unranked(), &mut |doc| tallies.iter_mut().for_each(|tally| tally.add(doc)))?;
            self.in_time(())?;
            for (tally, sum) in tallies.into_iter().zip(&mut sums) {
                tally.add_to(sum)?;
            }
        }
        Ok(sums)
    }
}

/// Counts of the values of one field in one segment.
struct Tally<'a> {
    values: Values<'a>,
    counts: HashMap<u64, u64, RandomState>,
    missing: u64,
    /// Where the last values were read, and which they are: the statements of an article share its own.
    docs: Range<DocId>,
    here: Vec<u64>,
}

impl<'a> Tally<'a> {
    fn new(values: Values<'a>) -> Self {
        Self { values, counts: HashMap::default(), missing: 0, docs: 0..0, here: Vec::new() }
    }

    fn add(&mut self, doc: DocId) {
        let docs = self.values.reach.docs(doc);
        if docs != self.docs {
            self.values.read(docs.clone(), &mut self.here);
            self.docs = docs;
        }
        for value in &self.here {
            *self.counts.entry(*value).or_default() += 1;
        }
        self.missing += u64::from(self.here.is_empty());
    }

    fn add_to(self, sum: &mut Counts) -> tantivy::Result<()> {
        sum.missing += self.missing;
        let mut counts: Vec<(u64, u64)> = self.counts.into_iter().collect();
        counts.sort_unstable();
        let numbers: Vec<u64> = counts.iter().map(|(value, _)| *value).collect();
        for (label, (_, count)) in self.values.labels(&numbers)?.into_iter().zip(counts) {
            *sum.values.entry(label).or_default() += count;
        }
        Ok(())
    }
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
        let opened = segments.map(|segment| Values::open(segment, countable, target, persons));
        Ok(Self { segments: opened.collect::<tantivy::Result<_>>()? })
    }

    /// Reads the values of a document as numbers that [`ValueReader::label`] knows, each once.
    pub fn read(&self, address: DocAddress, values: &mut Vec<u64>) {
        let of_segment = &self.segments[address.segment_ord as usize];
        of_segment.read(of_segment.reach.docs(address.doc_id), values);
    }

    /// Returns the values behind numbers that were read in a segment, which are in order and each there once.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn labels(&self, segment: SegmentOrdinal, values: &[u64]) -> tantivy::Result<Vec<String>> {
        self.segments[segment as usize].labels(values)
    }
}

/// Where the values of a document stand.
enum Reach {
    Own,
    /// In its article, which stands that many documents before.
    Article(Column<u64>),
    /// In its statements, which stand behind it.
    Statements(Option<Column<u64>>),
}

impl Reach {
    fn open(segment: &SegmentReader, holder: Holder, target: Target) -> tantivy::Result<Self> {
        Ok(match (holder, target) {
            (Holder::Article, Target::Statements) => Self::Article(segment.fast_fields().u64("ordinal")?),
            (Holder::Statement, Target::Articles) => {
                Self::Statements(segment.fast_fields().column_opt::<u64>("statements")?)
            }
            _ => Self::Own,
        })
    }

    fn docs(&self, doc: DocId) -> Range<DocId> {
        match self {
            Self::Own => doc..doc + 1,
            Self::Article(ordinals) => {
                let behind = ordinals.first(doc).unwrap_or_default().try_into().unwrap_or(0);
                let article = doc.saturating_sub(behind);
                article..article + 1
            }
            Self::Statements(counts) => {
                let count = counts.as_ref().and_then(|counts| counts.first(doc)).unwrap_or_default();
                doc + 1..doc.saturating_add(1).saturating_add(count.try_into().unwrap_or(0))
            }
        }
    }
}

/// The values of one field in one segment, as numbers.
struct Values<'a> {
    column: ValueColumn,
    reach: Reach,
    /// Where the values are names of speakers: whose, and in which segment.
    persons: Option<(SegmentOrdinal, Persons<'a>)>,
    /// Where spellings of one role in one document are one value.
    roles: Option<(SegmentOrdinal, &'a FirstNames)>,
}

enum ValueColumn {
    None,
    Text(StrColumn),
    Years(Column<DateTime>),
    /// Counted from the year 0.
    Months(Column<DateTime>),
}

impl<'a> Values<'a> {
    fn open(
        (ordinal, segment): (SegmentOrdinal, &SegmentReader),
        countable: Countable,
        target: Target,
        persons: Option<Persons<'a>>,
    ) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let column = match countable {
            Countable::Field(_) => columns.str(countable.column())?.map_or(ValueColumn::None, ValueColumn::Text),
            Countable::Year => ValueColumn::Years(columns.date(countable.column())?),
            Countable::Month => ValueColumn::Months(columns.date(countable.column())?),
        };
        let persons = persons.filter(|_| countable.is_of_persons()).map(|persons| (ordinal, persons));
        Ok(Self { column, reach: Reach::open(segment, countable.holder(), target)?, persons, roles: None })
    }

    /// Reads the values of what a document reaches, each once.
    fn read(&self, docs: Range<DocId>, values: &mut Vec<u64>) {
        values.clear();
        for doc in docs {
            match &self.column {
                ValueColumn::None => {}
                ValueColumn::Text(column) => values.extend(column.ords().values_for_doc(doc)),
                ValueColumn::Years(column) => values.extend(column.first(doc).map(|date| year(printed_day(date)))),
                ValueColumn::Months(column) => {
                    let month = |day: NaiveDate| year(day) * 12 + u64::from(day.month0());
                    values.extend(column.first(doc).map(|date| month(printed_day(date))));
                }
            }
        }
        if let Some((segment, persons)) = &self.persons {
            persons.join(*segment, values);
        }
        values.sort_unstable();
        values.dedup();
        if let Some((segment, roles)) = self.roles.filter(|_| values.len() > 1) {
            values.sort_by_key(|value| roles.first(segment, *value));
            values.dedup_by_key(|value| roles.first(segment, *value));
        }
    }

    /// Returns the values behind numbers, which are in order and each there once.
    fn labels(&self, values: &[u64]) -> tantivy::Result<Vec<String>> {
        let dated = |label: fn(u64) -> String| Ok(values.iter().map(|value| label(*value)).collect());
        match &self.column {
            ValueColumn::Text(column) => {
                let labels = labels(column, values)?;
                Ok(match &self.persons {
                    Some((_, persons)) => labels.into_iter().map(|name| persons.name(name)).collect(),
                    None => labels,
                })
            }
            ValueColumn::Months(_) => dated(|month| format!("{:04}-{:02}", month / 12, month % 12 + 1)),
            ValueColumn::Years(_) | ValueColumn::None => dated(|year| format!("{year:04}")),
        }
    }
}

fn year(day: NaiveDate) -> u64 {
    u64::try_from(day.year()).unwrap_or(0)
}
