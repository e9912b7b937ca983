//! The values of fields in the columns of one segment, read document by document or many documents at once.
//!
//! A statement has the values of its article, and an article those of its statements, each once. Names of one speaker are
//! one value, where it is given whose they are.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DateTime, DocId, SegmentOrdinal, SegmentReader};

use super::facets::Countable;
use super::labels::labels;
use super::neighbours::Neighbours;
use super::persons::{Meanings, Persons};
use super::schema::printed_day;
use crate::index::fields::Holder;
use crate::search::Target;

/// Where the values of a document stand.
enum Reach {
    Own,
    /// In its article.
    Article(Neighbours),
    /// In its statements.
    Statements(Neighbours),
}

impl Reach {
    fn new(neighbours: &Neighbours, holder: Holder, target: Target) -> Self {
        match (holder, target) {
            (Holder::Article, Target::Statements) => Self::Article(neighbours.clone()),
            (Holder::Statement, Target::Articles) => Self::Statements(neighbours.clone()),
            _ => Self::Own,
        }
    }

    fn docs(&self, doc: DocId) -> Range<DocId> {
        match self {
            Self::Own => doc..doc + 1,
            Self::Article(neighbours) => {
                let article = neighbours.article_of(doc);
                article..article + 1
            }
            Self::Statements(neighbours) => neighbours.statements_of(doc),
        }
    }
}

/// Documents of one segment, in order, with their articles: to read columns for many at once takes half as long as for
/// one after the other.
pub(super) struct Batch {
    target: Target,
    neighbours: Neighbours,
    docs: Vec<DocId>,
    /// The articles of the documents, each once.
    articles: Vec<DocId>,
    /// How many of the documents are of each article.
    weights: Vec<u64>,
    /// For each document which of `articles` is its own.
    article_of: Vec<usize>,
    buffer: Buffer<u64>,
}

/// Documents that are read at once.
pub(super) const BATCH: usize = 1024;

impl Batch {
    /// Begins one of a segment with these neighbours.
    pub fn new(neighbours: &Neighbours, target: Target) -> Self {
        Self {
            target,
            neighbours: neighbours.clone(),
            docs: Vec::with_capacity(BATCH),
            articles: Vec::with_capacity(BATCH),
            weights: Vec::with_capacity(BATCH),
            article_of: Vec::with_capacity(BATCH),
            buffer: Buffer::default(),
        }
    }

    /// Adds a document behind the last one; hands the batch over where it is full.
    pub fn push(&mut self, doc: DocId, hand_over: impl FnMut(&Self)) {
        self.docs.push(doc);
        if self.docs.len() == BATCH {
            self.finish(hand_over);
        }
    }

    /// Hands over what is left, and begins anew.
    pub fn finish(&mut self, mut hand_over: impl FnMut(&Self)) {
        if self.docs.is_empty() {
            return;
        }
        self.articles.clear();
        self.weights.clear();
        self.article_of.clear();
        match self.target {
            Target::Articles => {
                self.articles.extend_from_slice(&self.docs);
                self.weights.resize(self.docs.len(), 1);
                self.article_of.extend(0..self.docs.len());
            }
            Target::Statements => {
                self.buffer.read(self.neighbours.ordinals(), &self.docs);
                let mut ordinals = self.buffer.pairs().peekable();
                for &doc in &self.docs {
                    let ordinal = ordinals.next_if(|(of, _)| *of == doc).map_or(0, |(_, ordinal)| ordinal);
                    let article = Neighbours::article_before(doc, ordinal);
                    match self.weights.last_mut().filter(|_| self.articles.last() == Some(&article)) {
                        Some(weight) => *weight += 1,
                        None => {
                            self.articles.push(article);
                            self.weights.push(1);
                        }
                    }
                    self.article_of.push(self.articles.len() - 1);
                }
            }
        }
        hand_over(self);
        self.docs.clear();
    }

    pub fn docs(&self) -> &[DocId] {
        &self.docs
    }

    /// Returns the articles of the documents, each once.
    pub fn articles(&self) -> &[DocId] {
        &self.articles
    }

    /// Returns how many documents are of each article, in the order of the articles.
    pub fn weights(&self) -> &[u64] {
        &self.weights
    }
}

/// Values of a column for many documents.
struct Buffer<T> {
    /// The documents that have any, once for each value.
    docs: Vec<DocId>,
    rows: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for Buffer<T> {
    fn default() -> Self {
        Self { docs: Vec::new(), rows: Vec::new(), values: Vec::new() }
    }
}

/// What a column holds.
pub(super) trait ColumnValue: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static {
    /// Stands where a value is about to be.
    const NOTHING: Self;
}

impl ColumnValue for u64 {
    const NOTHING: Self = 0;
}

impl ColumnValue for DateTime {
    const NOTHING: Self = DateTime::MIN;
}

impl<T: ColumnValue> Buffer<T> {
    /// Reads the values of documents, which are in order and each there once.
    fn read(&mut self, column: &Column<T>, docs: &[DocId]) {
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.values.resize(self.rows.len(), T::NOTHING);
        column.values.get_vals(&self.rows, &mut self.values);
    }

    fn pairs(&self) -> impl Iterator<Item = (DocId, T)> {
        self.docs.iter().copied().zip(self.values.iter().copied())
    }
}

/// The first values of a column, read for many documents at once.
pub(super) struct Firsts<T> {
    column: Option<Column<T>>,
    buffer: Buffer<T>,
    firsts: Vec<Option<T>>,
}

impl<T: ColumnValue> Firsts<T> {
    pub fn new(column: Option<Column<T>>) -> Self {
        Self { column, buffer: Buffer::default(), firsts: Vec::new() }
    }

    /// Returns the first value of each document, which are in order and each there once.
    pub fn read(&mut self, docs: &[DocId]) -> &[Option<T>] {
        self.firsts.clear();
        let Some(column) = &self.column else {
            self.firsts.resize(docs.len(), None);
            return &self.firsts;
        };
        self.buffer.read(column, docs);
        let mut pairs = self.buffer.pairs().peekable();
        for doc in docs {
            self.firsts.push(pairs.next_if(|(of, _)| of == doc).map(|(_, value)| value));
            while pairs.next_if(|(of, _)| of == doc).is_some() {}
        }
        &self.firsts
    }
}

/// The values of one field in one segment, as numbers.
pub(super) struct Values<'a> {
    column: ValueColumn,
    reach: Reach,
    /// Where the values are names of speakers: whose, and in which segment.
    persons: Option<(SegmentOrdinal, Persons<'a>)>,
    /// Where spellings of one meaning in one document are one value: of which.
    spellings: Option<(SegmentOrdinal, &'a Meanings)>,
    /// Whether only the first value of a document counts.
    is_first_only: bool,
    numbers: Buffer<u64>,
    moments: Buffer<DateTime>,
}

enum ValueColumn {
    None,
    Text(StrColumn),
    Years(Column<DateTime>),
    /// Counted from the year 0.
    Months(Column<DateTime>),
}

impl<'a> Values<'a> {
    pub fn open(
        (ordinal, segment): (SegmentOrdinal, &SegmentReader),
        neighbours: &Neighbours,
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
        Ok(Self {
            column,
            reach: Reach::new(neighbours, countable.holder(), target),
            persons: persons.filter(|_| countable.is_of_persons()).map(|persons| (ordinal, persons)),
            spellings: None,
            is_first_only: false,
            numbers: Buffer::default(),
            moments: Buffer::default(),
        })
    }

    /// Counts a document once for spellings of one meaning, under the first of them.
    pub fn joining(self, segment: SegmentOrdinal, spellings: &'a Meanings) -> Self {
        Self { spellings: Some((segment, spellings)), ..self }
    }

    /// Reads the first value of each document alone.
    pub fn first_only(self) -> Self {
        Self { is_first_only: true, ..self }
    }

    /// Returns the column of texts, where the values are such.
    pub fn texts(&self) -> Option<&StrColumn> {
        match &self.column {
            ValueColumn::Text(column) => Some(column),
            _ => None,
        }
    }

    /// Returns the number of a value in the segment, by its label; none where the segment has no such value. Of speakers it is
    /// that of the name.
    ///
    /// # Errors
    /// If the column's dictionary cannot be read.
    pub fn number_of(&self, label: &str) -> tantivy::Result<Option<u64>> {
        Ok(match &self.column {
            ValueColumn::None => None,
            ValueColumn::Text(column) => column.dictionary().term_ord(label)?,
            ValueColumn::Years(_) => label.parse().ok(),
            ValueColumn::Months(_) => label.split_once('-').and_then(|(year, month)| {
                let (year, month): (u64, u64) = (year.parse().ok()?, month.parse().ok()?);
                Some(year.checked_mul(12)? + month.checked_sub(1)?)
            }),
        })
    }

    /// Returns how many values the segment may have, where they are numbered from 0.
    pub fn count(&self) -> usize {
        match (&self.persons, &self.column) {
            (Some((_, persons)), _) => persons.count(),
            (None, ValueColumn::Text(column)) => column.num_terms(),
            _ => 0,
        }
    }

    /// Reads the values of a document, each once.
    pub fn read(&self, doc: DocId, values: &mut Vec<u64>) {
        values.clear();
        for doc in self.reach.docs(doc) {
            match &self.column {
                ValueColumn::None => {}
                ValueColumn::Text(column) => values.extend(column.ords().values_for_doc(doc)),
                ValueColumn::Years(column) => values.extend(column.first(doc).map(year_of)),
                ValueColumn::Months(column) => values.extend(column.first(doc).map(month_of)),
            }
        }
        for value in values.iter_mut() {
            *value = self.number(*value);
        }
        values.sort_unstable();
        values.dedup();
    }

    /// Hands over the values of a batch: which article, how many documents have them, and which they are, each once.
    pub fn each(&mut self, batch: &Batch, mut hand_over: impl FnMut(usize, u64, &[u64])) {
        if let Reach::Statements(neighbours) = &self.reach {
            let (Some(counts), ValueColumn::Text(column)) = (neighbours.counts(), &self.column) else {
                batch.weights.iter().enumerate().for_each(|(article, weight)| hand_over(article, *weight, &[]));
                return;
            };
            self.numbers.read(counts, &batch.articles);
            let mut counts = self.numbers.pairs().peekable();
            let mut values = Vec::new();
            for (number, article) in batch.articles.iter().enumerate() {
                let count = counts.next_if(|(of, _)| of == article).map_or(0, |(_, count)| count);
                let end = column.ords().num_docs();
                let first = article.saturating_add(1).min(end);
                let statements = first..first.saturating_add(count.try_into().unwrap_or(0)).min(end);
                let rows = column.ords().index.docid_range_to_rowids(statements);
                values.clear();
                values.resize(rows.len(), 0);
                column.ords().values.get_range(rows.start.into(), &mut values);
                self.settle(&mut values);
                hand_over(number, batch.weights[number], &values);
            }
            return;
        }
        let of_articles = matches!(self.reach, Reach::Article(_)) || batch.target == Target::Articles;
        let docs = if of_articles { &batch.articles } else { &batch.docs };
        match &self.column {
            ValueColumn::None => self.numbers.clear(),
            ValueColumn::Text(column) => self.numbers.read(column.ords(), docs),
            ValueColumn::Years(column) => self.numbers.read_moments(&mut self.moments, column, docs, year_of),
            ValueColumn::Months(column) => self.numbers.read_moments(&mut self.moments, column, docs, month_of),
        }
        let mut values = Vec::new();
        let mut at = 0;
        for (number, doc) in docs.iter().enumerate() {
            let start = at;
            while self.numbers.docs.get(at) == Some(doc) {
                at += 1;
            }
            let (article, weight) =
                if of_articles { (number, batch.weights[number]) } else { (batch.article_of[number], 1) };
            values.clear();
            values.extend_from_slice(&self.numbers.values[start..at]);
            self.settle(&mut values);
            hand_over(article, weight, &values);
        }
    }

    /// Makes the values of one document what they are counted as, each once.
    fn settle(&self, values: &mut Vec<u64>) {
        if self.is_first_only {
            values.truncate(1);
        }
        for value in values.iter_mut() {
            *value = self.number(*value);
        }
        if values.len() < 2 {
            return;
        }
        values.sort_unstable();
        values.dedup();
        if let Some((segment, spellings)) = self.spellings.filter(|_| values.len() > 1) {
            values.sort_by_key(|value| spellings.number(segment, *value));
            values.dedup_by_key(|value| spellings.number(segment, *value));
        }
    }

    fn number(&self, value: u64) -> u64 {
        match &self.persons {
            Some((segment, persons)) => persons.number(*segment, value),
            None => value,
        }
    }

    /// Returns the values behind numbers, which are in order and each there once.
    pub fn labels(&self, values: &[u64]) -> tantivy::Result<Vec<String>> {
        if let Some((_, persons)) = &self.persons {
            return Ok(values.iter().map(|number| persons.name(*number).to_owned()).collect());
        }
        match &self.column {
            ValueColumn::Text(column) => labels(column, values),
            ValueColumn::Months(_) => Ok(values.iter().map(|month| month_label(*month)).collect()),
            ValueColumn::Years(_) | ValueColumn::None => Ok(values.iter().map(|year| year_label(*year)).collect()),
        }
    }
}

impl Buffer<u64> {
    fn clear(&mut self) {
        self.docs.clear();
        self.values.clear();
    }

    fn read_moments(
        &mut self,
        moments: &mut Buffer<DateTime>,
        column: &Column<DateTime>,
        docs: &[DocId],
        number: fn(DateTime) -> u64,
    ) {
        moments.read(column, docs);
        self.docs.clone_from(&moments.docs);
        self.values.clear();
        self.values.extend(moments.values.iter().map(|moment| number(*moment)));
    }
}

fn year_of(moment: DateTime) -> u64 {
    year(printed_day(moment))
}

fn month_of(moment: DateTime) -> u64 {
    let day = printed_day(moment);
    year(day) * 12 + u64::from(day.month0())
}

fn year(day: NaiveDate) -> u64 {
    u64::try_from(day.year()).unwrap_or(0)
}

pub(super) fn year_label(year: u64) -> String {
    format!("{year:04}")
}

pub(super) fn month_label(month: u64) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}
