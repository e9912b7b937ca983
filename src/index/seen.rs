//! What `--new NAME` has shown: small files beside the engine's, each naming the last instant of indexing that was.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::place::{Place, PlaceError, write_atomically};

/// Longest name of a mark: file systems take 255 bytes, and a person types it.
const LONGEST_NAME: usize = 100;

/// Why what was shown cannot be told or noted.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    #[error("`{name}` cannot be the name of a mark")]
    Name { name: String },
    #[error("cannot read {}", path.display())]
    Read { path: std::path::PathBuf, source: io::Error },
    #[error("cannot understand {}: {message}", path.display())]
    Syntax { path: std::path::PathBuf, message: String },
    #[error(transparent)]
    Place(#[from] PlaceError),
}

#[derive(Serialize, Deserialize)]
struct Mark {
    /// Of `Payload::settled_ms` when the answer was made.
    seen_ms: i64,
}

/// Returns up to which instant of indexing everything was shown under `name`; none where nothing was yet.
///
/// # Errors
/// If the name cannot be one, or the mark cannot be read.
pub fn read(place: &Place, name: &str) -> Result<Option<i64>, SeenError> {
    check_name(name)?;
    let path = place.marks().join(name);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SeenError::Read { path, source }),
    };
    match toml::from_str::<Mark>(&text) {
        Ok(mark) => Ok(Some(mark.seen_ms)),
        Err(error) => Err(SeenError::Syntax { path, message: error.to_string() }),
    }
}

/// Notes that everything indexed up to an instant was shown under `name`. To be called once it has left the program.
///
/// # Errors
/// If the name cannot be one, or the mark cannot be written; what was noted before then stays.
pub fn write(place: &Place, name: &str, seen_ms: i64) -> Result<(), SeenError> {
    check_name(name)?;
    let folder = place.marks();
    fs::create_dir_all(&folder).map_err(|source| PlaceError::Io { action: "create", path: folder.clone(), source })?;
    let text = toml::to_string(&Mark { seen_ms }).expect("a number has a TOML form");
    let attempt = || write_atomically(&folder.join(name), text.as_bytes());
    // An ingest that begins at this moment sweeps away what has no name yet.
    attempt().or_else(|_| attempt())?;
    Ok(())
}

/// Lets only names through that are files of their own in the folder of marks.
fn check_name(name: &str) -> Result<(), SeenError> {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | ' ');
    if name.is_empty() || name.len() > LONGEST_NAME || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(SeenError::Name { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_kept_by_name_and_names_are_no_paths() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path());
        assert_eq!(read(&place, "daily").unwrap(), None);
        write(&place, "daily", 5).unwrap();
        write(&place, "daily", 7).unwrap();
        write(&place, "the foreign desk", -3).unwrap();
        assert_eq!((read(&place, "daily").unwrap(), read(&place, "the foreign desk").unwrap()), (Some(7), Some(-3)));
        assert_eq!(fs::read_dir(place.marks()).unwrap().count(), 2);
        for name in ["", ".", "..", "../about.toml", "a/b", "a\0b", "a\nb", &"x".repeat(101)] {
            assert!(matches!(read(&place, name), Err(SeenError::Name { .. })), "{name:?}");
            assert!(matches!(write(&place, name, 1), Err(SeenError::Name { .. })), "{name:?}");
        }
        fs::write(place.marks().join("daily"), "seen = ").unwrap();
        assert!(matches!(read(&place, "daily"), Err(SeenError::Syntax { .. })));
    }
}
