//! The directory that holds an index: generations of the engine's files, a pointer to the one in force, one lock.
//!
//! ```text
//! about.toml         names the generation in force and the versions that made it; replaced atomically
//! lock               held by the one process that writes; free as soon as that process ends, however it ends
//! generation-0001/   the engine's files, and who is who among the speakers
//! marks/             what `--new NAME` has shown
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Version of the layout described above; raised when an older dateline could no longer find its way.
const LAYOUT: u32 = 1;
const ABOUT: &str = "about.toml";
const LOCK: &str = "lock";
const MARKS: &str = "marks";
const GENERATION: &str = "generation-";
/// Prefix of files that are written in full before they take their name; one that is left over is rubble.
const UNFINISHED: &str = ".tmp";
/// First line of `about.toml`, by which a walk knows an index directory and leaves it out.
const ABOUT_TITLE: &str = "# This directory is an index of dateline; nothing in it is to be edited.";
/// Pause between two attempts at a lock that another process holds.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Why the directory of an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("there is no index in {}", path.display())]
    Missing { path: PathBuf },
    #[error("{} holds other files and is not an index", path.display())]
    Foreign { path: PathBuf },
    #[error("another ingest{} holds the index in {}", process(holder), path.display())]
    Busy { path: PathBuf, holder: Option<u32> },
    #[error("the index in {} has layout {found}, and this dateline knows layouts up to {LAYOUT}", path.display())]
    Newer { path: PathBuf, found: u32 },
    #[error("cannot understand {}: {message}", path.display())]
    About { path: PathBuf, message: String },
    #[error("cannot {action} {}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

fn process(holder: &Option<u32>) -> String {
    holder.map_or(String::new(), |id| format!(" (process {id})"))
}

impl PlaceError {
    /// Returns whether trying again later may help, because another process is writing.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// Returns whether there is simply no index yet.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// What `about.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    layout: u32,
    /// Name of the generation in force.
    generation: String,
    /// Version of the fields, see `index::SCHEMA_VERSION`.
    pub schema: u32,
    /// Version of the dateline that made the generation.
    pub dateline: String,
    /// When an ingest last ran to its end, whether or not it found anything to change.
    pub last_ingest: Option<DateTime<Utc>>,
}

/// A directory that holds an index, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    root: PathBuf,
}

impl Place {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the file that names the generation in force: it changes with every ingest.
    pub fn about_file(&self) -> PathBuf {
        self.root.join(ABOUT)
    }

    /// Returns the folder of the marks that `--new NAME` leaves.
    pub fn marks(&self) -> PathBuf {
        self.root.join(MARKS)
    }

    /// Returns whether `folder` is an index directory, which a walk leaves out.
    pub fn is_index(folder: &Path) -> bool {
        let Ok(mut file) = File::open(folder.join(ABOUT)) else { return false };
        let mut head = [0; ABOUT_TITLE.len()];
        io::Read::read_exact(&mut file, &mut head).is_ok() && head == *ABOUT_TITLE.as_bytes()
    }

    /// Returns whether something in an index directory is what a killed process left; `current` is the generation in
    /// force.
    pub fn is_rubble(name: &str, current: &Path) -> bool {
        let is_current = current.file_name().is_some_and(|current| current.to_string_lossy() == name);
        name.starts_with(UNFINISHED) || is_generation(name) && !is_current
    }

    /// Reads which generation is in force.
    ///
    /// # Errors
    /// If there is no index, or one that this version cannot read.
    pub fn about(&self) -> Result<About, PlaceError> {
        let path = self.root.join(ABOUT);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(PlaceError::Missing { path: self.root.clone() });
            }
            Err(error) => return Err(PlaceError::io("read", &path)(error)),
        };
        #[derive(Deserialize)]
        struct Layout {
            layout: u32,
        }
        let unreadable = |error: toml::de::Error| PlaceError::About { path: path.clone(), message: error.to_string() };
        let found = toml::from_str::<Layout>(&text).map_err(unreadable)?.layout;
        if found > LAYOUT {
            return Err(PlaceError::Newer { path: self.root.clone(), found });
        }
        let about: About = toml::from_str(&text).map_err(unreadable)?;
        if !is_generation(&about.generation) {
            let message = format!("`{}` is not the name of a generation", about.generation);
            return Err(PlaceError::About { path, message });
        }
        Ok(about)
    }

    /// Returns the directory of the generation in force.
    ///
    /// # Errors
    /// As [`Place::about`].
    pub fn current(&self) -> Result<PathBuf, PlaceError> {
        Ok(self.root.join(self.about()?.generation))
    }

    /// Opens the generation in force with `open`, once more where a rebuild swapped it away meanwhile.
    ///
    /// # Errors
    /// As [`Place::about`], or what `open` returns.
    pub fn open_current<T, E: From<PlaceError>>(&self, open: impl Fn(&Path) -> Result<T, E>) -> Result<T, E> {
        let folder = self.current()?;
        match open(&folder) {
            Err(_) if self.current()? != folder => open(&self.current()?),
            answer => answer,
        }
    }

    /// Takes the lock that the one writer of the index holds, waiting for at most `wait`, and creates the directory
    /// where there is none.
    ///
    /// # Errors
    /// If another process keeps the lock, or the directory holds something else.
    pub fn lock(&self, wait: Duration) -> Result<LockedPlace, PlaceError> {
        self.refuse_foreign()?;
        fs::create_dir_all(&self.root).map_err(PlaceError::io("create", &self.root))?;
        let path = self.root.join(LOCK);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(PlaceError::io("open", &path))?;
        let deadline = Instant::now() + wait;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let holder = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                    return Err(PlaceError::Busy { path: self.root.clone(), holder });
                }
                Err(TryLockError::Error(source)) => return Err(PlaceError::io("lock", &path)(source)),
            }
        }
        // Who holds it is a courtesy to the reader of an error: a disk too full to say so is no reason to stop.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(LockedPlace { place: self.clone(), lock: file })
    }

    /// Refuses a directory that holds anything an unfinished index would not.
    fn refuse_foreign(&self) -> Result<(), PlaceError> {
        if self.root.join(ABOUT).exists() {
            return Ok(());
        }
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(PlaceError::io("read", &self.root)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(PlaceError::io("read", &self.root))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if !(name == LOCK || name == MARKS || name.starts_with('.') || is_generation(&name)) {
                return Err(PlaceError::Foreign { path: self.root.clone() });
            }
        }
        Ok(())
    }
}

/// A place whose lock this process holds until the value is dropped.
#[derive(Debug)]
pub struct LockedPlace {
    place: Place,
    lock: File,
}

impl Drop for LockedPlace {
    fn drop(&mut self) {
        // Not merely by closing the file: a process that another thread is just starting holds it open, too, until it has
        // become the program that it is to be.
        let _ = self.lock.unlock();
    }
}

impl std::ops::Deref for LockedPlace {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl LockedPlace {
    /// Makes the folder of a generation that is not in force yet.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn new_generation(&self) -> Result<PathBuf, PlaceError> {
        let newest = self.generations()?.into_iter().filter_map(|name| generation_number(&name)).max().unwrap_or(0);
        let folder = self.root.join(format!("{GENERATION}{:04}", newest + 1));
        fs::create_dir(&folder).map_err(PlaceError::io("create", &folder))?;
        Ok(folder)
    }

    /// Puts a generation in force, atomically: a reader finds the old one or the new one.
    ///
    /// # Errors
    /// If `about.toml` cannot be replaced; what was in force then stays so.
    pub fn put_in_force(&self, generation: &Path, schema: u32) -> Result<(), PlaceError> {
        let name = generation.file_name().unwrap_or_default().to_string_lossy().into_owned();
        debug_assert!(is_generation(&name), "{name} is no generation");
        let last_ingest = self.about().ok().and_then(|about| about.last_ingest);
        let dateline = env!("CARGO_PKG_VERSION").to_owned();
        self.write_about(&About { layout: LAYOUT, generation: name, schema, dateline, last_ingest })
    }

    /// Notes that an ingest ran to its end.
    ///
    /// # Errors
    /// If `about.toml` cannot be replaced.
    pub fn note_ingest(&self, at: DateTime<Utc>) -> Result<(), PlaceError> {
        self.write_about(&About { last_ingest: Some(at), ..self.about()? })
    }

    fn write_about(&self, about: &About) -> Result<(), PlaceError> {
        let table = toml::to_string(about).expect("a table of numbers and strings has a TOML form");
        write_atomically(&self.root.join(ABOUT), format!("{ABOUT_TITLE}\n{table}").as_bytes())
    }

    /// Removes what killed processes left behind: generations that are not in force and files without their name.
    ///
    /// # Errors
    /// If the directory cannot be read or rubble not removed.
    pub fn sweep(&self) -> Result<(), PlaceError> {
        let current = match self.about() {
            Ok(about) => Some(about.generation),
            Err(error) if error.is_missing() => None,
            Err(error) => return Err(error),
        };
        for name in self.generations()? {
            if Some(&name) != current.as_ref() {
                let folder = self.root.join(name);
                fs::remove_dir_all(&folder).map_err(PlaceError::io("remove", &folder))?;
            }
        }
        sweep_unfinished(&self.root)?;
        sweep_unfinished(&self.marks())
    }

    fn generations(&self) -> Result<Vec<String>, PlaceError> {
        let entries = fs::read_dir(&self.root).map_err(PlaceError::io("read", &self.root))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.filter(|name| is_generation(name)).collect())
    }
}

/// Replaces a file so that a reader, or the next start after a power cut, finds the old or the new one whole.
///
/// # Errors
/// If it cannot be written; the old one then stays.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), PlaceError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(PlaceError::io("write in", folder))?;
    let written = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
    written.map_err(PlaceError::io("write", path))?;
    file.persist(path).map_err(|error| PlaceError::io("replace", path)(error.error))?;
    // Some file systems cannot sync a folder; the rename is atomic all the same.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Removes the half-written files of killed processes from `folder`, which may be missing.
///
/// # Errors
/// If one cannot be removed.
pub fn sweep_unfinished(folder: &Path) -> Result<(), PlaceError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path()).map_err(PlaceError::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

fn generation_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(GENERATION)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn is_generation(name: &str) -> bool {
    generation_number(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &Path) -> (Place, PathBuf) {
        let place = Place::new(folder.join("index"));
        let locked = place.lock(Duration::ZERO).unwrap();
        let generation = locked.new_generation().unwrap();
        locked.put_in_force(&generation, 1).unwrap();
        (place, generation)
    }

    #[test]
    fn one_process_writes_and_the_lock_goes_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path().join("index"));
        let held = place.lock(Duration::ZERO).unwrap();
        let error = place.lock(Duration::from_millis(120)).unwrap_err();
        assert!(error.is_busy() && error.to_string().contains(&std::process::id().to_string()), "{error}");
        drop(held);
        place.lock(Duration::ZERO).unwrap();
    }

    #[test]
    fn the_lock_is_free_even_if_a_child_being_started_holds_the_file_open() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path());
        let held = place.lock(Duration::ZERO).unwrap();
        // Shares the lock as the file of a forked process does.
        let _of_child = held.lock.try_clone().unwrap();
        drop(held);
        place.lock(Duration::ZERO).unwrap();
    }

    #[test]
    fn waits_for_a_lock_that_becomes_free() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path().join("index"));
        let held = place.lock(Duration::ZERO).unwrap();
        let waiting = thread::spawn(move || place.lock(Duration::from_secs(20)).is_ok());
        thread::sleep(Duration::from_millis(100));
        drop(held);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn never_moves_into_a_folder_of_other_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        let error = Place::new(folder.path()).lock(Duration::ZERO).unwrap_err();
        assert!(matches!(error, PlaceError::Foreign { .. }), "{error}");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["thesis.txt"]);
    }

    #[test]
    fn moves_into_a_folder_that_git_keeps() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), "*").unwrap();
        assert!(Place::new(folder.path()).about().unwrap_err().is_missing());
        Place::new(folder.path()).lock(Duration::ZERO).unwrap();
    }

    #[test]
    fn a_killed_creation_is_begun_again_and_a_killed_rebuild_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path().join("index"));
        let first = place.lock(Duration::ZERO).unwrap().new_generation().unwrap();
        assert!(place.about().unwrap_err().is_missing());
        let locked = place.lock(Duration::ZERO).unwrap();
        locked.sweep().unwrap();
        assert!(!first.exists());
        let current = locked.new_generation().unwrap();
        locked.put_in_force(&current, 1).unwrap();
        let rebuilt = locked.new_generation().unwrap();
        assert_ne!(rebuilt, current);
        fs::write(place.root().join(".tmpAbCdEf"), "half").unwrap();
        locked.sweep().unwrap();
        assert!(current.exists() && !rebuilt.exists() && !place.root().join(".tmpAbCdEf").exists());
        assert_eq!(place.current().unwrap(), current);
    }

    #[test]
    fn opens_what_a_rebuild_put_in_force_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let (place, first) = made(folder.path());
        let opened = place.open_current(|folder| {
            if folder == first {
                let locked = place.lock(Duration::ZERO)?;
                locked.put_in_force(&locked.new_generation()?, 1)?;
                locked.sweep()?;
                return Err(PlaceError::Missing { path: folder.to_owned() });
            }
            Ok(folder.to_owned())
        });
        assert_eq!(opened.unwrap(), place.current().unwrap());
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        let rows = [
            ("layout = 99", "layout 99"),
            ("layout = \"x\"", "cannot understand"),
            ("", "cannot understand"),
            ("layout = 1\ngeneration = \"../elsewhere\"\nschema = 1\ndateline = \"0\"", "not the name of a generation"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let (place, _) = made(folder.path());
        assert!(Place::is_index(place.root()) && !Place::is_index(folder.path()));
        for (text, expected) in rows {
            fs::write(place.root().join(ABOUT), text).unwrap();
            let error = place.about().unwrap_err().to_string();
            assert!(error.contains(expected), "{text:?} gives {error}");
        }
    }

    #[test]
    fn notes_the_last_ingest_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let (place, generation) = made(folder.path());
        let at = DateTime::from_timestamp(1_756_800_000, 0).unwrap();
        place.lock(Duration::ZERO).unwrap().note_ingest(at).unwrap();
        assert_eq!(place.about().unwrap().last_ingest, Some(at));
        assert_eq!(place.current().unwrap(), generation);
    }
}
