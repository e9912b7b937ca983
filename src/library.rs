//! In: the place of an index. Out: its last commit, opened once and shared by all who ask until there is a newer one.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::index::Place;
use crate::index::speakers::SpeakersError;
use crate::index::tantivy::generation::GenerationError;
use crate::search::Archive;
use crate::speaker::Person;

/// An index that is followed from commit to commit. `Kept` is what somebody gathers from a commit for those who ask
/// later.
pub struct Library<Kept> {
    place: Place,
    current: RwLock<Arc<Opened<Kept>>>,
    /// Held by the one who opens the next commit; others are answered from the one before.
    opening: Mutex<()>,
}

/// A commit, opened.
pub struct Opened<Kept> {
    pub archive: Archive,
    pub place: Place,
    /// Names the commit: an answer given under the same tag is the same.
    pub tag: String,
    pub kept: Kept,
    looks: Looks,
}

/// How the files that name a commit look: found out with two calls of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Looks {
    about: Option<(SystemTime, u64)>,
    meta: Option<(SystemTime, u64)>,
}

impl Looks {
    fn of(place: &Place, generation: &Path) -> Self {
        let look = |path: &Path| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self { about: look(&place.about_file()), meta: look(&generation.join("meta.json")) }
    }
}

impl<Kept: Default> Library<Kept> {
    /// Opens the last commit of an index.
    ///
    /// # Errors
    /// If there is none, or it is damaged or of another version.
    pub fn open(place: Place) -> Result<Self, GenerationError> {
        let opened = Opened::open(&place)?;
        Ok(Self { place, current: RwLock::new(Arc::new(opened)), opening: Mutex::new(()) })
    }

    /// Returns the last commit. While somebody else opens it, or where it cannot be opened, that is the one before,
    /// with the error.
    pub fn last_commit(&self) -> (Arc<Opened<Kept>>, Option<GenerationError>) {
        let current = self.current();
        if current.is_last() {
            return (current, None);
        }
        let Ok(_opening) = self.opening.try_lock() else { return (current, None) };
        match Opened::open(&self.place) {
            Ok(opened) => {
                let opened = Arc::new(opened);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
                (opened, None)
            }
            Err(error) => (current, Some(error)),
        }
    }

    fn current(&self) -> Arc<Opened<Kept>> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<Kept: Default> Opened<Kept> {
    fn open(place: &Place) -> Result<Self, GenerationError> {
        // Looked at before it is opened: what changes meanwhile is seen by the next who asks.
        let looks = Looks::of(place, &place.current()?);
        let archive = Archive::open(place)?;
        let generation = archive.folder().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let since_1970 = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let stamps = [&looks.about, &looks.meta].map(|look| look.map_or(0, |(time, _)| since_1970(time)));
        let version = env!("CARGO_PKG_VERSION");
        let tag = format!("{version}-{generation}-{:x}-{:x}", stamps[0], stamps[1]);
        Ok(Self { archive, place: place.clone(), tag, kept: Kept::default(), looks })
    }

    fn is_last(&self) -> bool {
        Looks::of(&self.place, self.archive.folder()) == self.looks
    }

    /// Returns who speaks in the commit, the most quoted first.
    ///
    /// # Errors
    /// If the index, or what is known of speakers beforehand, cannot be read.
    pub fn persons(&self) -> Result<&[Person], SpeakersError> {
        Ok(self.archive.authority()?.persons())
    }
}
