//! In: a question, and values of a field. Out: the first documents that have each of the values, in one pass over all that
//! match, and without holding more of them than are asked for.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use tantivy::{DocAddress, DocId, Score};

use super::collect::{BestList, Days, Found, visit};
use super::facets::Countable;
use super::persons::Persons;
use super::question::Question;
use super::read::Archive;
use super::values::{BATCH, Batch, Values};
use crate::search::{Sort, Target};

/// What is wanted of the documents that have one value.
#[derive(Debug, Default)]
pub struct Wanted {
    /// How many of the first ones.
    pub most: usize,
    /// Documents that are passed over.
    pub passed: HashSet<DocAddress, RandomState>,
}

/// Which of some values the documents of a commit have.
pub struct Grouping<'a> {
    countable: Countable,
    target: Target,
    persons: Option<Persons<'a>>,
    /// For each segment, which of the values the number of one is.
    places: Vec<HashMap<u64, usize, RandomState>>,
    /// Which of the values stands for those without one.
    without: Option<usize>,
}

impl<'a> Grouping<'a> {
    /// Looks values up in the columns of a field; none stands for those without one.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn open(
        archive: &Archive,
        countable: Countable,
        target: Target,
        persons: Option<Persons<'a>>,
        values: &[Option<String>],
    ) -> tantivy::Result<Self> {
        let persons = persons.filter(|_| countable.is_of_persons());
        let by_label: HashMap<&str, usize, RandomState> =
            (0..).zip(values).filter_map(|(place, value)| Some((value.as_deref()?, place))).collect();
        let segments = archive.searcher().segment_readers();
        let mut places = Vec::with_capacity(segments.len());
        if let Some(persons) = persons {
            let numbers = 0..persons.count() as u64;
            let of_all = numbers.filter_map(|number| Some((number, *by_label.get(persons.name(number))?))).collect();
            places.resize(segments.len(), of_all);
        } else {
            for (ordinal, segment) in (0..).zip(segments) {
                let neighbours = archive.neighbours()?.of(segment)?;
                let values = Values::open((ordinal, segment), neighbours, countable, target, None)?;
                let mut of_segment = HashMap::default();
                for (label, place) in &by_label {
                    of_segment.extend(values.number_of(label)?.map(|number| (number, *place)));
                }
                places.push(of_segment);
            }
            if countable.column() == "role" {
                join_spellings(archive, &mut places)?;
            }
        }
        let without = values.iter().position(Option::is_none);
        Ok(Self { countable, target, persons, places, without })
    }

    /// Returns those of some documents, which are in order, that have the value with a place.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn having(&self, archive: &Archive, place: usize, docs: Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>> {
        let mut having = Vec::new();
        let (mut numbers, mut places) = (Vec::new(), Vec::new());
        for of_segment in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let ordinal = of_segment[0].segment_ord;
            let segment = archive.searcher().segment_reader(ordinal);
            let neighbours = archive.neighbours()?.of(segment)?;
            let values = Values::open((ordinal, segment), neighbours, self.countable, self.target, self.persons)?;
            for &address in of_segment {
                values.read(address.doc_id, &mut numbers);
                self.places(ordinal, &numbers, &mut places);
                if places.contains(&place) {
                    having.push(address);
                }
            }
        }
        Ok(having)
    }

    /// Finds out which of the values are among the numbers of a document's, each once.
    fn places(&self, segment: u32, numbers: &[u64], places: &mut Vec<usize>) {
        places.clear();
        if numbers.is_empty() {
            places.extend(self.without);
        }
        places.extend(numbers.iter().filter_map(|number| self.places[segment as usize].get(number)));
        places.sort_unstable();
        places.dedup();
    }
}

/// Lets every spelling of a role lead where one of them does.
fn join_spellings(archive: &Archive, places: &mut [HashMap<u64, usize, RandomState>]) -> tantivy::Result<()> {
    let roles = archive.role_numbers()?;
    let mut of_roles: HashMap<u64, usize, RandomState> = HashMap::default();
    for (segment, places) in (0..).zip(&*places) {
        of_roles.extend(places.iter().map(|(spelling, place)| (roles.number(segment, *spelling), *place)));
    }
    for ((segment, places), spellings) in (0..).zip(places).zip(roles.segments()) {
        let all = 0..spellings.len() as u64;
        *places =
            all.filter_map(|spelling| Some((spelling, *of_roles.get(&roles.number(segment, spelling))?))).collect();
    }
    Ok(())
}

impl Question<'_> {
    /// Returns for each of some values the first documents that have it, in an order, ties broken by id.
    ///
    /// # Errors
    /// If the index cannot be read, or time runs out.
    pub fn best_of_each(
        &self,
        sort: Sort,
        grouping: &Grouping<'_>,
        wanted: &[Wanted],
    ) -> tantivy::Result<Vec<Vec<Found>>> {
        // What is lifted comes first, in its order.
        let lifted = if sort == Sort::Relevance { self.lifted()? } else { Vec::new() };
        let lifted: HashMap<DocAddress, Found, RandomState> =
            (0..).zip(lifted).map(|(behind, found)| (found.address, found.with_key(u64::MAX - behind))).collect();
        let mut lists: Vec<BestList> = wanted.iter().map(|wanted| BestList::new(Some(wanted.most))).collect();
        let (mut numbers, mut scores): (Vec<u64>, Vec<Score>) = (Vec::new(), Vec::with_capacity(BATCH));
        let mut places = Vec::new();
        for ((ordinal, segment), ids) in (0..).zip(self.segments()).zip(self.archive().ids(self.target())?) {
            self.archive().deadline().check()?;
            let neighbours = self.archive().neighbours()?.of(segment)?;
            let Grouping { countable, target, persons, .. } = grouping;
            let mut values = Values::open((ordinal, segment), neighbours, *countable, *target, *persons)?;
            let mut batch = Batch::new(neighbours, *target);
            let days =
                if sort == Sort::Relevance { None } else { Some(Days::open(segment, ids, self.target(), sort)?) };
            let mut take = |batch: &Batch, scores: &[Score]| {
                let mut docs = batch.docs().iter().zip(scores);
                values.each(batch, |_, weight, values| {
                    numbers.clear();
                    numbers.extend_from_slice(values);
                    grouping.places(ordinal, &numbers, &mut places);
                    for (&doc, &score) in docs.by_ref().take(weight as usize) {
                        let address = DocAddress::new(ordinal, doc);
                        for &place in &places {
                            let key = days.as_ref().map_or_else(|| ids.relevance(doc, score), |days| days.key(doc));
                            let list = &mut lists[place];
                            match lifted.get(&address) {
                                _ if wanted[place].passed.contains(&address) => {}
                                Some(lifted) => list.push(*lifted),
                                None if list.takes(key) => list.push(ids.found(ordinal, doc, score, key)),
                                None => {}
                            }
                        }
                    }
                });
            };
            let mut push = |doc: DocId, score: Score| {
                scores.push(score);
                batch.push(doc, |batch| {
                    take(batch, &scores);
                });
                if scores.len() == BATCH {
                    scores.clear();
                }
            };
            match sort {
                Sort::Relevance => {
                    let alive = segment.alive_bitset();
                    self.ranked.for_each(segment, &mut |doc, score| {
                        if alive.is_none_or(|alive| alive.is_alive(doc)) {
                            push(doc, score);
                        }
                    })?;
                }
                _ => visit(segment, self.unranked(), &mut |doc| push(doc, 0.0))?,
            }
            batch.finish(|batch| take(batch, &scores));
            scores.clear();
        }
        self.in_time(lists.into_iter().map(BestList::into_sorted).collect())
    }
}
