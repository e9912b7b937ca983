//! What the writer does when the system fails it at any one step: the last commit stands, the cause is told, and the
//! next writer completes.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tantivy::Index;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

use super::generation::Generation;
use super::input_document::{InputRecord, InputState};
use super::state::State;
use super::write::{Batch, Writer, collect_garbage, living_files, orphans};
use crate::index::check::chain;

/// What the failing system says.
const CAUSE: &str = "the disk gave up";
/// Bytes after which a file is written to: small, so that many writes may fail.
const WRITE_BYTES: usize = 2048;
const INPUTS: u64 = 12;
const MEMORY_BYTES: u64 = 32 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Read,
    Write,
}

/// Which steps fail.
#[derive(Debug)]
struct Faults {
    step: Step,
    /// The first that fails, counted from 1.
    first: u64,
    /// Whether all later ones fail too, as on a full disk.
    last: bool,
    taken: AtomicU64,
}

impl Faults {
    fn take(&self, step: Step) -> io::Result<()> {
        if step != self.step {
            return Ok(());
        }
        let taken = self.taken.fetch_add(1, Ordering::SeqCst) + 1;
        if taken == self.first || self.last && taken > self.first { Err(io::Error::other(CAUSE)) } else { Ok(()) }
    }

    fn struck(&self) -> bool {
        self.taken.load(Ordering::SeqCst) >= self.first
    }
}

/// The engine's directory, over a system that fails.
#[derive(Clone, Debug)]
struct FailingDirectory {
    inner: MmapDirectory,
    faults: Arc<Faults>,
}

impl Directory for FailingDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.faults.take(Step::Read).map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?;
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.faults.take(Step::Write).map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        let inner = self.inner.open_write(path)?;
        let failing = FailingWrite { inner, faults: self.faults.clone() };
        Ok(BufWriter::with_capacity(WRITE_BYTES, Box::new(failing)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.faults.take(Step::Read).map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?;
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.faults.take(Step::Write)?;
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.faults.take(Step::Write)?;
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

struct FailingWrite {
    inner: WritePtr,
    faults: Arc<Faults>,
}

impl Write for FailingWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.faults.take(Step::Write)?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl TerminatingWrite for FailingWrite {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.faults.take(Step::Write)?;
        self.inner.terminate_ref(token)
    }
}

/// Replaces every input by one whose size is `version`.
fn inputs(generation: &Generation, version: u64) -> Batch {
    let mut batch = Batch::default();
    for input in 1..=INPUTS {
        let state = InputState {
            collection: "news".to_owned(),
            path: format!("{input}.txt"),
            input,
            bytes: version,
            modified_ns: 0,
            settings: 0,
            extractor: 1,
            unfinished: false,
            record: InputRecord::default(),
        };
        batch.deletes.push(generation.schema().member_term(input));
        batch.blocks.push(generation.schema().input_document(&state).into());
    }
    batch
}

/// Writes each version and commits it under its number.
fn write(generation: &Generation, mut writer: Writer, versions: std::ops::Range<u64>) -> tantivy::Result<()> {
    for version in versions {
        writer.run(inputs(generation, version))?;
        writer.commit(&version.to_string())?;
    }
    writer.finish()
}

/// Returns the version of the last commit, all of whose inputs must be of it.
fn committed(folder: &Path) -> u64 {
    let index = Index::open_in_dir(folder).unwrap();
    let version = index.load_metas().unwrap().payload.unwrap().parse().unwrap();
    let state = State::read(&index.reader().unwrap().searcher()).unwrap();
    let found: BTreeSet<(u64, u64)> = state.inputs.iter().map(|known| (known.input, known.bytes)).collect();
    assert_eq!(state.inputs.len() as u64, INPUTS, "version {version}: {found:?}");
    assert!(found.iter().all(|(_, bytes)| *bytes == version), "version {version}: {found:?}");
    version
}

/// Fails at the `first` step of a kind; returns whether there were so many.
fn fail(step: Step, first: u64, last: bool) -> bool {
    let what = format!("{step:?} {first}, and later ones: {last}");
    let folder = tempfile::tempdir().unwrap();
    let generation = Generation::create(folder.path().to_owned()).unwrap();
    let writer = |index: &Index| Writer::open(folder.path(), index, MEMORY_BYTES);
    write(&generation, writer(generation.index()).unwrap(), 1..3).unwrap();

    let faults = Arc::new(Faults { step, first, last, taken: AtomicU64::new(0) });
    let directory = FailingDirectory { inner: MmapDirectory::open(folder.path()).unwrap(), faults: faults.clone() };
    let result =
        Index::open(directory).and_then(|index| writer(&index)).and_then(|writer| write(&generation, writer, 3..5));
    let version = committed(folder.path());
    match &result {
        Ok(()) => assert_eq!(version, 4, "{what}"),
        Err(error) => assert!(faults.struck() && chain(error).contains(CAUSE), "{what}: {}", chain(error)),
    }
    assert!((2..5).contains(&version), "{what}: {version}");

    collect_garbage(folder.path()).unwrap();
    let index = Index::open_in_dir(folder.path()).unwrap();
    write(&generation, writer(&index).unwrap(), 5..6).unwrap();
    assert_eq!(committed(folder.path()), 5, "{what}");
    assert_eq!(orphans(folder.path(), &living_files(&index).unwrap()).unwrap(), Vec::<std::path::PathBuf>::new());
    faults.struck()
}

/// Fails at each step of a kind in turn, until a run needs no more; returns how many failed.
fn fail_everywhere(step: Step, last: bool) -> u64 {
    (1..).take_while(|&first| fail(step, first, last)).count() as u64
}

#[test]
fn one_write_that_fails_loses_nothing() {
    assert!(fail_everywhere(Step::Write, false) > 30);
}

#[test]
fn a_disk_that_takes_nothing_more_loses_nothing() {
    assert!(fail_everywhere(Step::Write, true) > 30);
}

#[test]
fn one_read_that_fails_loses_nothing() {
    assert!(fail_everywhere(Step::Read, false) > 5);
}
