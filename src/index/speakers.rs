//! In: an index and the settings of its collections. Out: who speaks in it.
//!
//! Officials and corrections are read when a question is asked, from the collections' folders: a new alias rewrites
//! nothing. A collection whose folder is gone is answered without its own.

use std::io;
use std::path::PathBuf;

use tantivy::{Searcher, TantivyError};

use super::deadline::Over;
use super::payload::Payload;
use super::tantivy::speakers::{IsWanted, quoted};
use crate::config::{Collection, ConfigError};
use crate::speaker::{Authority, Corrections, Officials, OfficialsError};

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

/// Returns who is who among the speakers of a commit: of all its statements, or of those that `is_wanted` keeps.
///
/// # Errors
/// If the index, or the settings or officials of a collection cannot be read.
pub fn authority(
    searcher: &Searcher,
    payload: &Payload,
    is_wanted: Option<IsWanted<'_>>,
) -> Result<Authority, SpeakersError> {
    let rows = quoted(searcher, is_wanted).map_err(|source| SpeakersError::Read { source })?;
    let (officials, corrections) = known_beforehand(payload)?;
    Ok(Authority::build(rows, &officials, &corrections))
}

/// Returns the officials and corrections of all collections.
fn known_beforehand(payload: &Payload) -> Result<(Officials, Corrections), SpeakersError> {
    let (mut officials, mut corrections) = (Officials::default(), Corrections::default());
    let mut read: Vec<PathBuf> = Vec::new();
    for record in &payload.collections {
        let collection = Collection::read(&record.root)?;
        corrections.append(collection.corrections.as_written().clone());
        // One file may serve several collections; read twice, each official would have a double.
        let Some(path) = collection.officials.filter(|path| !read.contains(path)) else { continue };
        let bytes =
            std::fs::read(&path).map_err(|source| SpeakersError::ReadOfficials { path: path.clone(), source })?;
        officials.officials.append(&mut Officials::parse(&path, &bytes)?.officials);
        read.push(path);
    }
    Ok((officials, corrections))
}
