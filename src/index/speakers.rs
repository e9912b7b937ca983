//! In: an index and the settings of its collections. Out: who speaks in it.
//!
//! Officials and corrections are read when a question is asked, from the collections' folders: a new alias rewrites
//! nothing. A collection whose folder is gone is answered without its own. What was found out is kept in a file beside the
//! commit, for as long as neither changes.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::{Searcher, TantivyError};
use xxhash_rust::xxh3::Xxh3;

use super::deadline::Over;
use super::kept_speakers::{self, Fingerprint};
use super::payload::Payload;
use super::tantivy::persons::Meanings;
use super::tantivy::speakers::{IsWanted, quoted};
use crate::config::{Collection, ConfigError};
use crate::speaker::{Authority, Corrections, Officials, OfficialsError, Person};

/// Why it cannot be told who is who.
#[derive(Debug, thiserror::Error)]
pub enum SpeakersError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot read the officials in {}", path.display())]
    ReadOfficials { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Officials(#[from] OfficialsError),
    #[error(transparent)]
    Over(#[from] Over),
    #[error("cannot read the speakers of the index")]
    Read { source: TantivyError },
}

/// Who is who in a commit, and whose its names are.
pub struct WhoIsWho {
    pub authority: Authority,
    /// For each name in the columns of speakers the place of the one whom it means.
    pub numbers: Meanings,
}

/// Returns who is who among the speakers of a commit, as it is kept in the folder of its generation or else found out now;
/// then it is kept, where the folder may be written.
///
/// # Errors
/// If the index, or the settings or officials of a collection cannot be read.
pub fn who_is_who(searcher: &Searcher, payload: &Payload, folder: &Path) -> Result<WhoIsWho, SpeakersError> {
    let beforehand = Beforehand::read(payload)?;
    let fingerprint = fingerprint(searcher, &beforehand);
    if let Some(kept) = kept_speakers::read(folder, fingerprint) {
        return Ok(kept);
    }
    let unreadable = |source| SpeakersError::Read { source };
    let rows = quoted(searcher, None).map_err(unreadable)?;
    let authority = Authority::build(rows, &beforehand.officials()?, &beforehand.corrections);
    let numbers = Meanings::of_persons(searcher, &authority).map_err(unreadable)?;
    let found = WhoIsWho { authority, numbers };
    // Whoever may not write finds out anew.
    let _ = kept_speakers::write(folder, fingerprint, &found);
    Ok(found)
}

/// Returns the persons who made the statements that `is_wanted` keeps, the most quoted first.
///
/// # Errors
/// As [`who_is_who`].
pub fn persons_among(
    searcher: &Searcher,
    payload: &Payload,
    is_wanted: IsWanted<'_>,
) -> Result<Vec<Person>, SpeakersError> {
    let rows = quoted(searcher, Some(is_wanted)).map_err(|source| SpeakersError::Read { source })?;
    let beforehand = Beforehand::read(payload)?;
    Ok(Authority::persons_of(rows, &beforehand.officials()?, &beforehand.corrections))
}

/// What the collections say of speakers.
struct Beforehand {
    corrections: Corrections,
    /// Files of officials, unparsed.
    officials: Vec<(PathBuf, Vec<u8>)>,
}

impl Beforehand {
    fn read(payload: &Payload) -> Result<Self, SpeakersError> {
        let (mut corrections, mut officials) = (Corrections::default(), Vec::<(PathBuf, Vec<u8>)>::new());
        for record in &payload.collections {
            let collection = Collection::read(&record.root)?;
            corrections.append(collection.corrections.as_written().clone());
            // One file may serve several collections; read twice, each official would have a double.
            let is_new = |path: &PathBuf| !officials.iter().any(|(read, _)| read == path);
            let Some(path) = collection.officials.filter(is_new) else { continue };
            let bytes =
                std::fs::read(&path).map_err(|source| SpeakersError::ReadOfficials { path: path.clone(), source })?;
            officials.push((path, bytes));
        }
        Ok(Self { corrections, officials })
    }

    fn officials(&self) -> Result<Officials, SpeakersError> {
        let mut officials = Officials::default();
        for (path, bytes) in &self.officials {
            officials.officials.append(&mut Officials::parse(path, bytes)?.officials);
        }
        Ok(officials)
    }
}

/// Returns what changes with everything that decides who is who.
fn fingerprint(searcher: &Searcher, beforehand: &Beforehand) -> Fingerprint {
    let mut hash = Xxh3::new();
    // Another release may join names in another way.
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    for segment in searcher.segment_readers() {
        hash.update(segment.segment_id().uuid_string().as_bytes());
        hash.update(&segment.delete_opstamp().unwrap_or_default().to_le_bytes());
    }
    let corrections = serde_json::to_vec(&beforehand.corrections).expect("corrections are plain data");
    for known in [&corrections].into_iter().chain(beforehand.officials.iter().map(|(_, bytes)| bytes)) {
        hash.update(&(known.len() as u64).to_le_bytes());
        hash.update(known);
    }
    // The kind of file decides how officials are read.
    for (path, _) in &beforehand.officials {
        hash.update(path.as_os_str().as_encoded_bytes());
    }
    Fingerprint(hash.digest128())
}
