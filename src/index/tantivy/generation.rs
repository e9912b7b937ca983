//! One generation opened: the engine's index, its schema checked, its last commit understood.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::error::OpenDirectoryError;
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::schema::Schema as EngineSchema;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexBuilder, IndexSettings, ReloadPolicy, Searcher, TantivyError};

#[cfg(unix)]
use super::read_ahead::ReadHereAndThere;
use super::schema::{SCHEMA_VERSION, Schema};
use super::write::{Writer, collect_garbage};
use crate::index::payload::{Payload, PayloadError};
use crate::index::place::{LockedPlace, PlaceError};
use crate::index::stems::STEMMER;
use crate::statement::EXTRACTOR_VERSION;

/// Of stored text: a fifth smaller than with the engine's default. Level 3 would save a thirtieth of it and take twice as
/// long; level 1 takes a twentieth more, for hardly less time.
const COMPRESSION: Compressor = Compressor::Zstd(ZstdCompressor { compression_level: Some(2) });

/// Bytes of stored documents that are compressed together: twice the engine's default saves an eighth of what news takes
/// and no time, and a hit that is shown takes one more page or two from the disk.
const BLOCK_BYTES: usize = 32 * 1024;

/// Why a generation cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GenerationError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("the index in {} was made by another version of dateline: {difference}", path.display())]
    Outdated { path: PathBuf, difference: String },
    #[error("cannot open the index in {}", path.display())]
    Open { path: PathBuf, source: TantivyError },
    #[error("cannot open the index in {}", path.display())]
    Payload { path: PathBuf, source: PayloadError },
}

/// What a generation is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// One page of hits, for which little is read, here and there: to read ahead would be most of the work.
    OnePage,
    Anything,
}

impl Use {
    fn directory(self, folder: &Path) -> Result<Box<dyn Directory>, OpenDirectoryError> {
        Ok(match self {
            #[cfg(unix)]
            Self::OnePage => Box::new(ReadHereAndThere::open(folder)?),
            _ => Box::new(MmapDirectory::open(folder)?),
        })
    }
}

/// The engine's index of one generation.
pub struct Generation {
    folder: PathBuf,
    index: Index,
    schema: Schema,
}

impl Generation {
    /// Opens the generation in force, or makes the first one, and clears away what killed processes left in it.
    ///
    /// # Errors
    /// If it is damaged, or of another version.
    pub fn open_or_create(place: &LockedPlace) -> Result<Self, GenerationError> {
        match place.current() {
            Ok(folder) => {
                let generation = Self::open(&folder)?;
                collect_garbage(&folder).map_err(|source| GenerationError::Open { path: folder.clone(), source })?;
                // Afresh, because an index that is open remembers the files it saw when it was opened.
                drop(generation);
                Self::open(&folder)
            }
            Err(error) if error.is_missing() => {
                let generation = Self::create(place.new_generation()?)?;
                place.put_in_force(&generation.folder, SCHEMA_VERSION)?;
                Ok(generation)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes an empty generation in an empty folder.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn create(folder: PathBuf) -> Result<Self, GenerationError> {
        let schema = Schema::new();
        let settings = IndexSettings {
            docstore_compression: COMPRESSION,
            docstore_blocksize: BLOCK_BYTES,
            ..IndexSettings::default()
        };
        let created = IndexBuilder::new().schema(schema.engine().clone()).settings(settings);
        let index =
            created.create_in_dir(&folder).map_err(|source| GenerationError::Open { path: folder.clone(), source })?;
        Ok(Self { folder, index, schema })
    }

    /// Opens a generation that is there.
    ///
    /// # Errors
    /// If it is damaged, or of another version.
    pub fn open(folder: &Path) -> Result<Self, GenerationError> {
        Self::open_to(Use::Anything, folder)
    }

    /// Opens a generation that is there for one use.
    ///
    /// # Errors
    /// If it is damaged, or of another version.
    pub fn open_to(intent: Use, folder: &Path) -> Result<Self, GenerationError> {
        let failed = |source| GenerationError::Open { path: folder.to_owned(), source };
        let directory = intent.directory(folder).map_err(|error| failed(error.into()))?;
        let index = Index::open(directory).map_err(failed)?;
        let schema = Schema::new();
        if let Some(difference) = difference(schema.engine(), &index.schema()) {
            return Err(GenerationError::Outdated { path: folder.to_owned(), difference });
        }
        let generation = Self { folder: folder.to_owned(), index, schema };
        let payload = generation.payload()?;
        if let Some(difference) = payload_difference(&payload) {
            return Err(GenerationError::Outdated { path: folder.to_owned(), difference });
        }
        Ok(generation)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns the last commit, which stays as it is for as long as the searcher lives.
    ///
    /// # Errors
    /// If one of its files is missing or damaged.
    pub fn searcher(&self) -> Result<Searcher, GenerationError> {
        let failed = |source| GenerationError::Open { path: self.folder.clone(), source };
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        Ok(reader.searcher())
    }

    /// Reads what stands beside the last commit.
    ///
    /// # Errors
    /// If `meta.json` cannot be read or is not dateline's.
    pub fn payload(&self) -> Result<Payload, GenerationError> {
        let metas = self.index.load_metas();
        let metas = metas.map_err(|source| GenerationError::Open { path: self.folder.clone(), source })?;
        Payload::read(metas.payload.as_deref())
            .map_err(|source| GenerationError::Payload { path: self.folder.clone(), source })
    }

    /// Returns `before` with the versions of this program.
    pub fn payload_now(before: &Payload) -> Payload {
        Payload { schema: SCHEMA_VERSION, extractor: EXTRACTOR_VERSION, stemmer: STEMMER.to_owned(), ..before.clone() }
    }

    /// Opens the one writer.
    ///
    /// # Errors
    /// If the engine cannot.
    pub fn writer(&self, memory_bytes: u64) -> tantivy::Result<Writer> {
        Writer::open(&self.folder, &self.index, memory_bytes)
    }

    /// Returns how many bytes its files take.
    pub fn bytes(&self) -> u64 {
        let Ok(entries) = fs::read_dir(&self.folder) else { return 0 };
        entries.flatten().filter_map(|entry| Some(entry.metadata().ok()?.len())).sum()
    }
}

/// Names the first field in which two schemas differ.
fn difference(ours: &EngineSchema, theirs: &EngineSchema) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let names = |schema: &EngineSchema| schema.fields().map(|(_, entry)| entry.name().to_owned()).collect::<Vec<_>>();
    let (our_names, their_names) = (names(ours), names(theirs));
    if let Some(missing) = our_names.iter().find(|name| !their_names.contains(name)) {
        return Some(format!("it has no field `{missing}`"));
    }
    if let Some(unknown) = their_names.iter().find(|name| !our_names.contains(name)) {
        return Some(format!("it has a field `{unknown}`, which is not known here"));
    }
    Some("its fields are made in another way".to_owned())
}

fn payload_difference(payload: &Payload) -> Option<String> {
    if *payload == Payload::default() {
        return None;
    }
    if payload.schema != SCHEMA_VERSION {
        return Some(format!("its fields have version {}, and this is version {SCHEMA_VERSION}", payload.schema));
    }
    (payload.stemmer != STEMMER)
        .then(|| format!("its words were stemmed by {}, and this stems by {STEMMER}", payload.stemmer))
}
