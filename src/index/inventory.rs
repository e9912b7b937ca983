//! In: an index. Out: what is in it: collections with their counts, inputs with what became of each.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tantivy::{Searcher, SegmentReader, TantivyError};

use super::payload::Payload;
use super::place::{Place, PlaceError};
use super::tantivy::generation::{Generation, GenerationError};
use super::tantivy::input_document::{InputRecord, InputRecordError};
use super::tantivy::schema::printed_day;
use super::tantivy::state::{self, State};
use crate::config::ConfigError;
use crate::input::{Note, Rejected, WalkError};
use crate::statement::EXTRACTOR_VERSION;

/// Inputs whose stored records are read before they are delivered: enough to read paths in the dictionary's own order.
const FILES_AT_ONCE: usize = 10_000;

/// Why it cannot be told what is in an index.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error("cannot read the index in {}", path.display())]
    Read { path: PathBuf, source: TantivyError },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error("cannot read the index in {}", path.display())]
    Record { path: PathBuf, source: InputRecordError },
}

/// What is in an index, in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    pub place: PathBuf,
    /// Of all its files.
    pub bytes: u64,
    /// When an ingest last ran to its end.
    pub last_ingest: Option<DateTime<Utc>>,
    /// Version of the dateline that made it.
    pub dateline: String,
    pub schema: u32,
    pub collections: Vec<CollectionStatus>,
}

/// One collection in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CollectionStatus {
    pub name: String,
    pub root: PathBuf,
    pub inputs: u64,
    /// Inputs that were rejected, or of which a record was.
    pub rejected: u64,
    /// Inputs that an older extractor read; `ingest --outdated` reads them again.
    pub outdated: u64,
    /// Inputs in whose midst an ingest was stopped; the next one goes on there.
    pub unfinished: u64,
    pub articles: u64,
    pub undated: u64,
    pub statements: u64,
    /// First and last day of publication.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// Saved queries.
    pub queries: BTreeMap<String, String>,
}

/// One input and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileRow {
    pub collection: String,
    pub path: String,
    pub bytes: u64,
    /// None where it is to be compared by its hash at the next ingest.
    pub modified: Option<DateTime<Utc>>,
    pub format: String,
    pub articles: u64,
    pub statements: u64,
    pub unfinished: bool,
    pub outdated: bool,
    /// Number of rejected records, or 1 where the whole input was.
    pub rejected: u64,
    /// The first of them, with reasons.
    pub rejections: Vec<Rejected>,
    pub notes: Vec<Note>,
}

/// Which inputs are wanted.
#[derive(Clone, Debug, Default)]
pub struct FilesWanted {
    /// Only those of which something was rejected.
    pub rejected: bool,
    /// Only those of this collection.
    pub collection: Option<String>,
}

/// Counts what is in an index.
///
/// # Errors
/// If there is none, or it cannot be read.
pub fn status(place: &Place) -> Result<Status, InventoryError> {
    let about = place.about()?;
    let opened = Opened::open(place)?;
    let state = opened.read(State::read(&opened.searcher))?;
    let mut by_name: HashMap<&str, CollectionStatus> = HashMap::new();
    for record in &opened.payload.collections {
        let status = CollectionStatus {
            name: record.name.clone(),
            root: record.root.clone(),
            queries: record.queries.clone(),
            ..CollectionStatus::default()
        };
        by_name.insert(&record.name, status);
    }
    for known in &state.inputs {
        let Some(name) = state.collections.get(known.collection as usize) else { continue };
        let Some(status) = by_name.get_mut(name.as_str()) else { continue };
        status.inputs += 1;
        status.rejected += u64::from(known.rejected);
        status.outdated += u64::from(known.extractor < EXTRACTOR_VERSION);
        status.unfinished += u64::from(known.unfinished);
    }
    for segment in opened.searcher.segment_readers() {
        opened.read(count_articles(segment, &mut by_name))?;
    }
    let mut collections: Vec<CollectionStatus> = by_name.into_values().collect();
    collections.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Status {
        place: place.root().to_owned(),
        bytes: opened.generation.bytes(),
        last_ingest: about.last_ingest,
        dateline: about.dateline,
        schema: about.schema,
        collections,
    })
}

/// Returns the folders of all collections; none where there is no index yet.
///
/// # Errors
/// If there is an index that cannot be read.
pub fn roots(place: &Place) -> Result<Vec<PathBuf>, InventoryError> {
    match place.about() {
        Err(error) if error.is_missing() => Ok(Vec::new()),
        _ => Ok(Opened::open(place)?.payload.collections.into_iter().map(|record| record.root).collect()),
    }
}

/// Adds the articles of a segment to the numbers of their collections.
fn count_articles(segment: &SegmentReader, by_name: &mut HashMap<&str, CollectionStatus>) -> tantivy::Result<()> {
    let columns = segment.fast_fields();
    let (Some(statements), Some(collections)) = (columns.column_opt::<u64>("statements")?, columns.str("collection")?)
    else {
        return Ok(());
    };
    let days = columns.date("date")?;
    let mut counts = vec![CollectionStatus::default(); collections.num_terms()];
    for doc in segment.doc_ids_alive() {
        let Some(statements) = statements.first(doc) else { continue };
        let collection = collections.ords().first(doc).and_then(|ordinal| counts.get_mut(ordinal as usize));
        let Some(count) = collection else { continue };
        count.articles += 1;
        count.statements += statements;
        match days.first(doc).map(printed_day) {
            Some(day) => {
                count.first_day = Some(count.first_day.map_or(day, |first| first.min(day)));
                count.last_day = Some(count.last_day.map_or(day, |last| last.max(day)));
            }
            None => count.undated += 1,
        }
    }
    for (ordinal, count) in (0..).zip(counts) {
        let mut name = String::new();
        collections.ord_to_str(ordinal, &mut name)?;
        let Some(status) = by_name.get_mut(name.as_str()) else { continue };
        status.articles += count.articles;
        status.statements += count.statements;
        status.undated += count.undated;
        status.first_day = [status.first_day, count.first_day].into_iter().flatten().min();
        status.last_day = [status.last_day, count.last_day].into_iter().flatten().max();
    }
    Ok(())
}

/// Delivers the inputs of an index in the order of collections and paths; breaking ends it.
///
/// # Errors
/// If there is no index, or it cannot be read.
pub fn files(
    place: &Place,
    wanted: &FilesWanted,
    mut deliver: impl FnMut(FileRow) -> ControlFlow<()>,
) -> Result<(), InventoryError> {
    let opened = Opened::open(place)?;
    let state = opened.read(State::read(&opened.searcher))?;
    let name_of = |known: &state::KnownInput| state.collections.get(known.collection as usize);
    let is_wanted = |known: &state::KnownInput| {
        (!wanted.rejected || known.rejected)
            && wanted.collection.as_ref().is_none_or(|wanted| name_of(known) == Some(wanted))
    };
    let positions: Vec<usize> =
        (0..state.inputs.len()).filter(|&position| is_wanted(&state.inputs[position])).collect();
    let paths = opened.read(state::paths(&opened.searcher, &state, &positions))?;
    let mut rows: Vec<(&str, String, usize)> = positions
        .into_iter()
        .zip(paths)
        .map(|(position, path)| (name_of(&state.inputs[position]).map_or("", String::as_str), path, position))
        .collect();
    rows.sort_unstable();
    for rows in rows.chunks(FILES_AT_ONCE) {
        for (collection, path, position) in rows {
            let known = &state.inputs[*position];
            let record = opened.generation.schema().input_record(&opened.searcher, known.address);
            let record = record
                .map_err(|source| InventoryError::Record { path: opened.generation.folder().to_owned(), source })?;
            if deliver(file_row(collection, path, known, record)).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn file_row(collection: &str, path: &str, known: &state::KnownInput, record: InputRecord) -> FileRow {
    FileRow {
        collection: collection.to_owned(),
        path: path.to_owned(),
        bytes: known.bytes,
        modified: (known.modified_ns != i64::MIN).then(|| DateTime::from_timestamp_nanos(known.modified_ns)),
        format: record.format,
        articles: record.articles,
        statements: record.statements,
        unfinished: known.unfinished,
        outdated: known.extractor < EXTRACTOR_VERSION,
        rejected: record.rejected,
        rejections: record.rejections,
        notes: record.notes,
    }
}

/// The generation in force, opened to be read.
pub(super) struct Opened {
    pub generation: Generation,
    pub searcher: Searcher,
    pub payload: Payload,
}

impl InventoryError {
    /// Returns whether trying again later may help, because an ingest is running.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Place(error) if error.is_busy())
    }
}

impl Opened {
    pub(super) fn open(place: &Place) -> Result<Self, InventoryError> {
        Ok(place.open_current(|folder| -> Result<Self, GenerationError> {
            let generation = Generation::open(folder)?;
            let (searcher, payload) = (generation.searcher()?, generation.payload()?);
            Ok(Self { generation, searcher, payload })
        })?)
    }

    pub(super) fn read<T>(&self, result: tantivy::Result<T>) -> Result<T, InventoryError> {
        result.map_err(|source| InventoryError::Read { path: self.generation.folder().to_owned(), source })
    }
}
