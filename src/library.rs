//! In: the place of an index. Out: its last commit, opened once and shared by all who ask until there is a newer one.
//!
//! A newer one is opened and made ready by a thread of its own. Of a large archive that takes seconds, in which those
//! who ask are answered from the commit before.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::index::Place;
use crate::index::speakers::SpeakersError;
use crate::index::tantivy::generation::GenerationError;
use crate::search::Archive;
use crate::speaker::Person;

/// An index that is followed from commit to commit. `Kept` is what is gathered from a commit for those who ask later.
pub struct Library<Kept>(Arc<Shared<Kept>>);

struct Shared<Kept> {
    place: Place,
    /// Gathers what is kept of a commit.
    prepare: fn(&Opened<Kept>),
    current: RwLock<Arc<Opened<Kept>>>,
    opening: Mutex<Opening>,
    opened: Condvar,
}

/// What becomes of the next commit.
#[derive(Default)]
struct Opening {
    /// Since when a thread opens it.
    since: Option<Instant>,
    /// Why it could not be opened, until somebody is told.
    error: Option<GenerationError>,
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

impl<Kept: Default + Send + Sync + 'static> Library<Kept> {
    /// Opens the last commit of an index, and lets `prepare` gather from it what is kept.
    ///
    /// # Errors
    /// If there is none, or it is damaged or of another version.
    pub fn open(place: Place, prepare: fn(&Opened<Kept>)) -> Result<Self, GenerationError> {
        let first = Arc::new(Opened::open(&place)?);
        let current = RwLock::new(Arc::clone(&first));
        thread::spawn(move || prepare(&first));
        Ok(Self(Arc::new(Shared { place, prepare, current, opening: Mutex::default(), opened: Condvar::new() })))
    }

    /// Returns the last commit. Where it is not ready within `patience` of the moment at which somebody first asked for
    /// it, or cannot be opened, that is the one before, with the error.
    pub fn last_commit(&self, patience: Duration) -> (Arc<Opened<Kept>>, Option<GenerationError>) {
        let current = self.0.current();
        if current.is_last() {
            return (current, None);
        }
        let mut opening = self.0.opening();
        let since = match opening.since {
            Some(since) => since,
            None if self.0.current().is_last() => return (self.0.current(), None),
            None => {
                let shared = Arc::clone(&self.0);
                thread::spawn(move || shared.open_next());
                *opening.since.insert(Instant::now())
            }
        };
        while opening.since == Some(since) {
            let left = patience.saturating_sub(since.elapsed());
            if left.is_zero() {
                return (current, None);
            }
            opening = self.0.opened.wait_timeout(opening, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let error = opening.error.take();
        (self.0.current(), error)
    }
}

impl<Kept: Default> Shared<Kept> {
    fn current(&self) -> Arc<Opened<Kept>> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn opening(&self) -> MutexGuard<'_, Opening> {
        self.opening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_next(&self) {
        let mut done = Done { shared: self, error: None };
        match Opened::open(&self.place) {
            Ok(opened) => {
                (self.prepare)(&opened);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(opened);
            }
            Err(error) => done.error = Some(error),
        }
    }
}

/// Tells those who wait, also where the engine panicked over a damaged index, that nobody opens any more.
struct Done<'s, Kept: Default> {
    shared: &'s Shared<Kept>,
    error: Option<GenerationError>,
}

impl<Kept: Default> Drop for Done<'_, Kept> {
    fn drop(&mut self) {
        let mut opening = self.shared.opening();
        *opening = Opening { since: None, error: self.error.take() };
        self.shared.opened.notify_all();
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
