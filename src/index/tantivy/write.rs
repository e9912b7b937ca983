//! The one writer: batches of documents in, commits out, bounded in bytes from the reader of a file to the engine.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tantivy::directory::MmapDirectory;
use tantivy::indexer::{IndexWriterOptions, MergePolicy};
use tantivy::{Index, IndexWriter, Term};

use super::block::Block;
use super::deletes::Ended;
use super::merges;
use super::segment::SegmentBuilder;
use crate::index::kept_speakers;

/// What tantivy's own writer asks for at least; no document passes through it.
const ENGINE_BYTES_MIN: usize = 15 << 20;
/// Larger segments than this save no merge worth having.
const SEGMENT_BYTES_MAX: usize = 1 << 30;
/// Files beside those of segments.
const OWN_FILES: [&str; 5] =
    ["meta.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock", kept_speakers::FILE];

/// A budget of bytes that are somewhere between a file and the engine.
#[derive(Debug)]
pub struct Budget {
    whole: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

impl Budget {
    pub fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self { whole: bytes, free: Mutex::new(bytes), freed: Condvar::new() })
    }

    /// Waits until `bytes` are free and holds them; one larger than the whole budget waits for all of it.
    pub fn hold(self: &Arc<Self>, bytes: u64) -> Hold {
        let bytes = bytes.min(self.whole);
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free < bytes {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        Hold { budget: self.clone(), bytes }
    }

    #[cfg(test)]
    fn free(&self) -> u64 {
        *self.free.lock().unwrap()
    }
}

/// Bytes held until dropped.
#[derive(Debug)]
pub struct Hold {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Drop for Hold {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.budget.freed.notify_all();
    }
}

/// What happens to the index in one step: no commit falls into a batch, and its documents stay neighbours.
#[derive(Debug, Default)]
pub struct Batch {
    pub deletes: Vec<Term>,
    pub blocks: Vec<Block>,
    pub hold: Option<Hold>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        self.deletes.is_empty() && self.blocks.is_empty()
    }
}

/// The engine's writer, which keeps commits, deletes and merges; documents reach it as whole segments.
///
/// Dropped, as after an error, it waits for its merges: one that went on would remove files under the next writer.
struct Engine(Option<IndexWriter>);

impl Engine {
    fn open(index: &Index, merges: Box<dyn MergePolicy>) -> tantivy::Result<Self> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(ENGINE_BYTES_MIN)
            .num_merge_threads(1)
            .build();
        let writer = index.writer_with_options(options)?;
        writer.set_merge_policy(merges);
        Ok(Self(Some(writer)))
    }

    /// Waits for merges.
    fn finish(&mut self) -> tantivy::Result<()> {
        self.0.take().map_or(Ok(()), IndexWriter::wait_merging_threads)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Whoever drops it has failed already, and the last commit stands whatever a merge meets.
        let _ = self.finish();
    }
}

impl Deref for Engine {
    type Target = IndexWriter;

    fn deref(&self) -> &IndexWriter {
        self.0.as_ref().expect("it is taken only to finish")
    }
}

impl DerefMut for Engine {
    fn deref_mut(&mut self) -> &mut IndexWriter {
        self.0.as_mut().expect("it is taken only to finish")
    }
}

/// Writes to one generation. Whoever has it holds the lock of the place.
pub struct Writer {
    inner: Engine,
    folder: PathBuf,
    /// The segment that is being built, once it has a document.
    builder: Option<SegmentBuilder>,
    ended: Ended,
    /// Documents, since it was opened.
    added: u64,
    segment_bytes: usize,
}

impl Writer {
    /// Opens the generation in `folder` afresh, which sees every file that an earlier process wrote.
    ///
    /// # Errors
    /// If the engine cannot open it.
    pub fn open(folder: &Path, index: &Index, memory_bytes: u64) -> tantivy::Result<Self> {
        let inner = Engine::open(index, merges::while_adding())?;
        // The engine stamps the first operation of a writer like the last commit. A merge that begins before the next
        // commit takes segments which that commit left for up to date and passes over this one operation: were it a
        // delete, what it deletes would stay. An empty batch takes the stamp away.
        inner.run(Vec::new())?;
        let segment_bytes = (memory_bytes as usize).min(SEGMENT_BYTES_MAX);
        Ok(Self { inner, folder: folder.to_owned(), builder: None, ended: Ended::default(), added: 0, segment_bytes })
    }

    /// Hands one batch to the engine: the deletes, which hit only what was there before, then the documents.
    ///
    /// # Errors
    /// If a segment cannot be written.
    pub fn run(&mut self, batch: Batch) -> tantivy::Result<()> {
        for term in batch.deletes {
            if let Some(builder) = &mut self.builder {
                builder.delete(&term);
            }
            self.inner.delete_query(self.ended.delete(term))?;
        }
        for block in &batch.blocks {
            let builder = match &mut self.builder {
                Some(builder) => builder,
                None => self.builder.insert(SegmentBuilder::new(self.inner.new_segment())?),
            };
            builder.add(block)?;
        }
        match &self.builder {
            Some(builder) if builder.memory_bytes() >= self.segment_bytes => self.end_segment(),
            _ => Ok(()),
        }
    }

    /// Writes the segment that is being built, if one is.
    fn end_segment(&mut self) -> tantivy::Result<()> {
        let Some(builder) = self.builder.take() else { return Ok(()) };
        let segment = builder.finish(self.inner.commit_opstamp())?;
        self.ended.note(segment.id());
        self.added += u64::from(segment.max_doc());
        self.inner.add_segment(segment)
    }

    /// Makes everything since the last commit visible and lasting, at once, with `payload` beside it.
    ///
    /// # Errors
    /// If the disk or a thread of the engine failed; the last commit then stands.
    pub fn commit(&mut self, payload: &str) -> tantivy::Result<()> {
        self.end_segment()?;
        let mut prepared = self.inner.prepare_commit()?;
        prepared.set_payload(payload);
        prepared.commit()?;
        Ok(())
    }

    /// Waits for merges, merges what small segments remain, and removes every file that the last commit does not name.
    ///
    /// # Errors
    /// If a merge failed or a file cannot be removed.
    pub fn finish(self) -> tantivy::Result<()> {
        let Self { mut inner, folder, added, .. } = self;
        let index = inner.index().clone();
        inner.finish()?;
        let remains = merges::remains(index.searchable_segment_metas()?, added);
        if !remains.is_empty() {
            let mut engine = Engine::open(&index, merges::none())?;
            engine.merge(&remains).wait()?;
            engine.finish()?;
        }
        collect_garbage(&folder)
    }
}

/// Removes from a generation what no commit names: files of replaced segments, and those that a killed process left.
///
/// The engine collects what it knows of while old segments are still in use, and never its own unfinished files. A
/// killed commit would even stop the next one: it leaves a file of deletes under the very name that comes next.
///
/// # Errors
/// If the index cannot be opened or a file not removed.
pub fn collect_garbage(folder: &Path) -> tantivy::Result<()> {
    let mut index = Index::open(MmapDirectory::open(folder)?)?;
    let living = living_files(&index)?;
    index.directory_mut().garbage_collect(|| living.clone())?;
    for path in orphans(folder, &living)? {
        match fs::remove_file(folder.join(path)) {
            // A question that wrote who is who beside this has put its unfinished file in place.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    Ok(())
}

/// Returns the files that the last commit consists of.
///
/// # Errors
/// If `meta.json` cannot be read.
pub fn living_files(index: &Index) -> tantivy::Result<HashSet<PathBuf>> {
    let mut living: HashSet<PathBuf> = index.load_metas()?.list_segment_files();
    living.extend(OWN_FILES.map(PathBuf::from));
    Ok(living)
}

/// Returns the files in `folder` that are the engine's and not among `living`.
///
/// # Errors
/// If the folder cannot be read.
pub fn orphans(folder: &Path, living: &HashSet<PathBuf>) -> tantivy::Result<Vec<PathBuf>> {
    let mut orphans = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = PathBuf::from(entry?.file_name());
        if !living.contains(&path) {
            orphans.push(path);
        }
    }
    orphans.sort();
    Ok(orphans)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use tantivy::doc;
    use tantivy::schema::{INDEXED, Schema};

    use super::*;

    #[test]
    fn a_budget_makes_the_next_wait_until_one_is_done() {
        let budget = Budget::new(100);
        let first = budget.hold(70);
        let second = Arc::new(AtomicBool::new(false));
        let waiting = {
            let (budget, second) = (budget.clone(), second.clone());
            thread::spawn(move || {
                let _hold = budget.hold(5_000);
                second.store(true, Ordering::SeqCst);
            })
        };
        thread::sleep(Duration::from_millis(50));
        assert!(!second.load(Ordering::SeqCst));
        drop(first);
        waiting.join().unwrap();
        assert!(second.load(Ordering::SeqCst));
        assert_eq!(budget.free(), 100);
    }

    #[test]
    fn the_engine_gives_bytes_back_and_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut schema = Schema::builder();
        let id = schema.add_u64_field("id", INDEXED);
        let index = Index::create_in_dir(folder.path(), schema.build()).unwrap();
        let budget = Budget::new(1_000);
        let mut writer = Writer::open(folder.path(), &index, 64 << 20).unwrap();
        for round in 0..12u64 {
            for number in 0..10u64 {
                let batch = Batch {
                    deletes: vec![Term::from_field_u64(id, number)],
                    blocks: vec![doc!(id => number).into(), doc!(id => number).into()],
                    hold: Some(budget.hold(400)),
                };
                writer.run(batch).unwrap();
            }
            writer.commit(&format!("round {round}")).unwrap();
        }
        assert_eq!(budget.free(), 1_000);
        fs::write(folder.path().join(".tmpGhIjKl"), "half").unwrap();
        fs::write(folder.path().join("0123456789abcdef0123456789abcdef.12.del"), "of a killed commit").unwrap();
        writer.finish().unwrap();
        let index = Index::open_in_dir(folder.path()).unwrap();
        assert_eq!(index.reader().unwrap().searcher().num_docs(), 20);
        assert_eq!(index.load_metas().unwrap().payload.as_deref(), Some("round 11"));
        assert_eq!(orphans(folder.path(), &living_files(&index).unwrap()).unwrap(), Vec::<PathBuf>::new());
    }
}
