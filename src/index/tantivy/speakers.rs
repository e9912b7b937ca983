//! In: the statements of a commit. Out: under which names, roles and days their speakers are quoted.
//!
//! Only columns are read: statements are many, and the authority is made anew for every commit.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use tantivy::columnar::StrColumn;
use tantivy::{DateTime, DocId, Searcher, SegmentReader};

use super::labels::labels;
use super::schema::{day_number_of, numbered_day};
use super::values::{BATCH, Firsts};
use crate::speaker::Quoted;
use crate::statement::SpeakerKind;

/// Which statements count: number of the segment, number of the document.
pub type IsWanted<'w> = &'w dyn Fn(u32, DocId) -> bool;

/// Returns how often, between which days and as what each speaker's name is quoted in the wanted statements; all of
/// them where no more is asked.
///
/// # Errors
/// If a column cannot be read.
pub fn quoted(searcher: &Searcher, is_wanted: Option<IsWanted<'_>>) -> tantivy::Result<Vec<Quoted>> {
    let mut rows = Vec::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let is_wanted = |doc: DocId| is_wanted.is_none_or(|is_wanted| is_wanted(ordinal, doc));
        rows.append(&mut quoted_in(segment, is_wanted)?);
    }
    Ok(rows)
}

/// Speaker, kind, role and organisation as ordinals of their columns; no ordinal where a statement has none.
type Key = (u64, Option<u64>, Option<u64>, Option<u64>);

#[derive(Default)]
struct UseCount {
    count: u64,
    /// Numbers of days, 0 where none is told.
    first: u64,
    last: u64,
}

fn quoted_in(segment: &SegmentReader, is_wanted: impl Fn(DocId) -> bool) -> tantivy::Result<Vec<Quoted>> {
    let columns = segment.fast_fields();
    let Some(speakers) = columns.str("speaker")? else { return Ok(Vec::new()) };
    let (kinds, roles) = (columns.str("speaker_kind")?, columns.str("role")?);
    let organisations = columns.str("organisation")?;
    let numbers = |column: &Option<StrColumn>| Firsts::new(column.as_ref().map(|column| column.ords().clone()));
    let mut uses = Uses {
        speakers: Firsts::new(Some(speakers.ords().clone())),
        kinds: numbers(&kinds),
        roles: numbers(&roles),
        organisations: numbers(&organisations),
        said_on: Firsts::new(columns.column_opt("said_on")?),
        published: Firsts::new(columns.column_opt("day")?),
        tallies: HashMap::default(),
    };
    let mut docs = Vec::with_capacity(BATCH);
    for doc in segment.doc_ids_alive().filter(|doc| is_wanted(*doc)) {
        docs.push(doc);
        if docs.len() == BATCH {
            uses.add(&docs);
            docs.clear();
        }
    }
    uses.add(&docs);
    let tallies = uses.tallies;

    let speakers = Labels::read(Some(&speakers), tallies.keys().map(|key| Some(key.0)))?;
    let kinds = Labels::read(kinds.as_ref(), tallies.keys().map(|key| key.1))?;
    let roles = Labels::read(roles.as_ref(), tallies.keys().map(|key| key.2))?;
    let organisations = Labels::read(organisations.as_ref(), tallies.keys().map(|key| key.3))?;
    let rows = tallies.into_iter().filter_map(|((speaker, kind, role, organisation), tally)| {
        let (first, last) = (numbered_day(tally.first), numbered_day(tally.last));
        let name = speakers.of(Some(speaker))?;
        let kind = kinds.of(kind).map_or(SpeakerKind::Unnamed, |kind| kind_called(&kind));
        Some(Quoted {
            name,
            kind,
            role: roles.of(role),
            organisation: organisations.of(organisation),
            first,
            last,
            count: tally.count,
        })
    });
    Ok(rows.collect())
}

/// Uses of names, counted from the columns of a segment.
struct Uses {
    speakers: Firsts<u64>,
    kinds: Firsts<u64>,
    roles: Firsts<u64>,
    organisations: Firsts<u64>,
    said_on: Firsts<DateTime>,
    /// Number of the day.
    published: Firsts<u64>,
    tallies: HashMap<Key, UseCount, RandomState>,
}

impl Uses {
    fn add(&mut self, docs: &[DocId]) {
        let speakers = self.speakers.read(docs);
        let (kinds, roles) = (self.kinds.read(docs), self.roles.read(docs));
        let (organisations, said_on) = (self.organisations.read(docs), self.said_on.read(docs));
        let published = self.published.read(docs);
        for at in 0..docs.len() {
            let Some(speaker) = speakers[at] else { continue };
            let tally = self.tallies.entry((speaker, kinds[at], roles[at], organisations[at])).or_default();
            tally.count += 1;
            // Without a day of its own a statement is of the article's day.
            let day = said_on[at].map_or(published[at].unwrap_or_default(), day_number_of);
            if day > 0 {
                tally.first = if tally.first == 0 { day } else { tally.first.min(day) };
                tally.last = tally.last.max(day);
            }
        }
    }
}

/// Values of a column, by number.
struct Labels {
    numbers: Vec<u64>,
    labels: Vec<String>,
}

impl Labels {
    fn read(column: Option<&StrColumn>, numbers: impl Iterator<Item = Option<u64>>) -> tantivy::Result<Self> {
        let Some(column) = column else { return Ok(Self { numbers: Vec::new(), labels: Vec::new() }) };
        let mut numbers: Vec<u64> = numbers.flatten().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Self { labels: labels(column, &numbers)?, numbers })
    }

    fn of(&self, number: Option<u64>) -> Option<String> {
        let at = self.numbers.binary_search(&number?).ok()?;
        self.labels.get(at).cloned()
    }
}

fn kind_called(name: &str) -> SpeakerKind {
    let known = SpeakerKind::ALL.into_iter().find(|&kind| super::document::speaker_kind(kind) == name);
    known.unwrap_or(SpeakerKind::Unnamed)
}
