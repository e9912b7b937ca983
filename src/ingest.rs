//! Journey 1: inputs → articles → statements → index, and the counts.
//!
//! The index is the only state: what it knows is read from the last commit, what to do is decided before anything is
//! written, and what is written becomes visible in whole commits. A process killed at any moment leaves the last one,
//! and the next ingest goes on from there.

mod helping;
mod member;
mod moving;
mod plan;
mod pool;
mod rebuild;
mod roots;
mod task;
mod watch;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::config::ConfigError;
use crate::index::payload::{CollectionRecord, Payload};
use crate::index::tantivy::SCHEMA_VERSION;
use crate::index::tantivy::generation::{Generation, GenerationError};
use crate::index::tantivy::input_document::InputRecordError;
use crate::index::tantivy::remains::Remains;
use crate::index::tantivy::state::State;
use crate::index::tantivy::write::{Batch, Budget, Writer};
use crate::index::{Place, PlaceError};
use crate::input::{ReadOptions, Rejected, WalkError, WalkOptions};
use crate::statement::Extractor;

pub use plan::{Doubt, HeldBack};
use plan::{Known, Plan};
use pool::{Message, Pool};
pub use roots::RootError;
use task::Work;
pub use watch::{Watched, Watching, watch};
use work::{Job, Outcome, OutcomeKind};

/// What to ingest, and how.
#[derive(Clone, Debug)]
pub struct Options {
    pub place: Place,
    /// Folders or files; none for all known collections.
    pub paths: Vec<PathBuf>,
    pub walk: WalkOptions,
    pub read: ReadOptions,
    /// Threads that read, extract and index.
    pub threads: usize,
    /// For everything that grows with the work: the engine's segments, and what is on its way to them.
    pub memory_bytes: u64,
    pub commit_every: CommitEvery,
    /// How long one article may keep a thread busy.
    pub time_limit: Duration,
    /// How long to wait for another ingest to end.
    pub wait: Duration,
    /// Compare hashes even where size and time agree.
    pub checksum: bool,
    /// Read again what an older extractor read.
    pub outdated: bool,
    /// Read again what was rejected.
    pub retry_rejected: bool,
    /// Make the index anew beside the one in force, which answers until the new one takes its place.
    pub rebuild: bool,
    /// Drop what is gone even where that is doubtful.
    pub prune: bool,
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
    /// When articles that are new now count as indexed.
    pub now: DateTime<Utc>,
}

/// How much work a kill may cost.
#[derive(Clone, Copy, Debug)]
pub struct CommitEvery {
    pub time: Duration,
    /// Of inputs read.
    pub bytes: u64,
}

impl Default for CommitEvery {
    /// A commit costs about as much as indexing for a second; these lose a minute of work at most.
    fn default() -> Self {
        Self { time: Duration::from_secs(60), bytes: 1 << 30 }
    }
}

impl Options {
    /// Returns the options that hold where nothing else is asked for.
    pub fn new(place: Place, paths: Vec<PathBuf>, now: DateTime<Utc>) -> Self {
        Self {
            place,
            paths,
            walk: WalkOptions::default(),
            read: ReadOptions::default(),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_bytes: 512 << 20,
            commit_every: CommitEvery::default(),
            time_limit: Duration::from_secs(120),
            wait: Duration::ZERO,
            checksum: false,
            outdated: false,
            retry_rejected: false,
            rebuild: false,
            prune: false,
            dry_run: false,
            now,
        }
    }
}

/// How an ingest gets on.
#[derive(Debug)]
pub enum Progress<'p> {
    /// So many inputs were looked at.
    Walked {
        inputs: u64,
    },
    /// So much has to be read.
    Planned {
        inputs: u64,
        bytes: u64,
    },
    /// So much of it is done.
    Done {
        inputs: u64,
        bytes: u64,
    },
    /// The index that is made anew could not be read: when its articles were added is not known any more.
    Forgotten,
    Rejected(&'p Rejected),
    HeldBack(&'p HeldBack),
    /// Everything so far is visible and safe.
    Committed,
    /// All is read; segments are being merged.
    Finishing,
}

/// What an ingest did. Inputs are counted where nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    pub added: u64,
    pub replaced: u64,
    pub removed: u64,
    pub moved: u64,
    pub unchanged: u64,
    /// Inputs and records that were rejected for the first time.
    pub newly_rejected: u64,
    /// Inputs rejected before, and not changed for the better.
    pub known_rejected: u64,
    /// The new rejections, as many of each input as are kept.
    pub rejected: Vec<Rejected>,
    /// Collections that were left as they were, because what is gone may only be out of reach.
    pub held_back: Vec<HeldBack>,
    /// Articles written.
    pub articles: u64,
    /// Those of them without a day of publication.
    pub undated: u64,
    /// Statements written.
    pub statements: u64,
    /// Bytes of the inputs that were read.
    pub bytes: u64,
    /// Files opened to see what is in them; none where nothing changed.
    pub files_read: u64,
    pub commits: u64,
    pub seconds: f64,
    pub dry_run: bool,
}

impl Summary {
    /// Returns whether the index is another than before.
    pub fn has_changes(&self) -> bool {
        self.commits > 0
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome.kind {
            OutcomeKind::Added => self.added += 1,
            OutcomeKind::Replaced => self.replaced += 1,
            OutcomeKind::Moved => self.moved += 1,
            OutcomeKind::Unchanged => self.unchanged += 1,
            OutcomeKind::Rejected => {}
        }
        self.articles += outcome.articles;
        self.undated += outcome.undated;
        self.statements += outcome.statements;
        self.bytes += outcome.bytes;
        self.files_read += outcome.files_read;
        self.newly_rejected += outcome.newly_rejected;
        self.known_rejected += outcome.known_rejected;
        self.rejected.extend(outcome.rejected);
    }
}

/// Why an ingest came to nothing, or to no more than its last commit.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Root(#[from] RootError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error("cannot write the index in {}", path.display())]
    Write { path: PathBuf, source: tantivy::TantivyError },
    #[error("cannot read the index")]
    Read(#[from] tantivy::TantivyError),
    #[error("cannot read the index")]
    Record(#[from] InputRecordError),
    #[error("the new index would lose what is in the one in force: {held}")]
    RebuildLoses { held: HeldBack },
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
    #[error("reading was given up")]
    Abandoned,
}

impl IngestError {
    /// Returns whether trying again later may help, because another ingest is running.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Place(error) if error.is_busy())
    }
}

/// Brings the index up to date with the files.
///
/// # Errors
/// If another ingest is running, the paths are no collections, or the index cannot be read or written. What was
/// committed before stands. What is wrong with single inputs is in the summary.
pub fn run(options: &Options, report: &mut dyn FnMut(Progress<'_>)) -> Result<Summary, IngestError> {
    let started = Instant::now();
    let locked = options.place.lock(options.wait)?;
    let (generation, remains) = if options.rebuild {
        rebuild::begin(&locked, report)?
    } else {
        locked.sweep()?;
        (Generation::open_or_create(&locked)?, Remains::default())
    };
    let searcher = generation.searcher()?;
    let (payload, paths) = if options.rebuild {
        (remains.payload.clone(), rebuild::paths(options, &remains))
    } else {
        (generation.payload()?, options.paths.clone())
    };
    let roots = roots::resolve(&paths, &payload)?;
    let state = State::read(&searcher)?;
    let plan = plan::make(&roots, &Known { state: &state, searcher: &searcher, payload: &payload }, options, report)?;
    plan.held_back.iter().for_each(|held| report(Progress::HeldBack(held)));
    if options.rebuild {
        rebuild::refuse_losses(&roots, &plan, &remains, options)?;
    }
    let payload_after = payload_after(&payload, &roots, &plan);
    let added_ms = options.now.timestamp_millis().max(payload.added_ms + 1);

    let mut summary = Summary {
        unchanged: plan.unchanged,
        known_rejected: plan.known_rejected,
        files_read: plan.files_read,
        held_back: plan.held_back.clone(),
        dry_run: options.dry_run,
        ..Summary::default()
    };
    if options.dry_run {
        foresee(&mut summary, &plan.tasks, plan.vanished.len() as u64);
        if options.rebuild {
            locked.sweep()?;
        }
        summary.seconds = started.elapsed().as_secs_f64();
        return Ok(summary);
    }
    let inputs = plan.tasks.len() as u64;
    let bytes = plan.tasks.iter().map(task::Waiting::bytes).sum();
    report(Progress::Planned { inputs, bytes });

    let options = &Options { memory_bytes: memory_left(options, &state, &plan), ..options.clone() };
    let mut commits = Commits {
        generation: &generation,
        writer: None,
        // What an ingest leaves that is stopped half way is settled by the next one.
        is_dirty: options.rebuild || payload_after != payload || payload.settled_ms < payload.added_ms,
        payload: Payload { added_ms, ..payload_after },
        options,
        since: Instant::now(),
        bytes_since: 0,
        made: 0,
    };
    let vanished = plan.vanished.iter().map(|&position| state.inputs[position].input);
    let deletes: Vec<_> = vanished.map(|input| generation.schema().input_term(input)).collect();
    summary.removed = deletes.len() as u64;
    commits.write(Batch { deletes, ..Batch::default() })?;

    let job = Arc::new(Job {
        tasks: plan.tasks,
        roots,
        state,
        searcher,
        remains,
        added_ms,
        schema: generation.schema().clone(),
        extractor: Extractor::new(),
        options: options.clone(),
    });
    work_through(&job, &mut commits, &mut summary, report)?;
    drop(job);
    report(Progress::Finishing);
    summary.commits = commits.finish()?;
    if options.rebuild {
        locked.put_in_force(generation.folder(), SCHEMA_VERSION)?;
        locked.sweep()?;
    }
    locked.note_ingest(options.now)?;
    summary.seconds = started.elapsed().as_secs_f64();
    Ok(summary)
}

/// Drops a collection: its inputs, articles and statements, and that it was ever known. Its files stay.
///
/// Returns how many inputs left the index.
///
/// # Errors
/// If another ingest is running, no collection bears the name, or the index cannot be written.
pub fn forget(place: &Place, collection: &str, wait: Duration) -> Result<u64, IngestError> {
    place.about()?;
    let locked = place.lock(wait)?;
    locked.sweep()?;
    let generation = Generation::open_or_create(&locked)?;
    let mut payload = generation.payload()?;
    if payload.collection(collection).is_none() {
        let known = payload.collections.into_iter().map(|known| known.name).collect();
        return Err(RootError::Unknown { name: collection.to_owned(), known }.into());
    }
    payload.collections.retain(|known| known.name != collection);
    let state = State::read(&generation.searcher()?)?;
    let position = state.collections.iter().position(|known| known == collection).map(|position| position as u32);
    let inputs = state.inputs.iter().filter(|known| Some(known.collection) == position).count() as u64;
    let failed = |source| IngestError::Write { path: place.root().to_owned(), source };
    let mut writer = generation.writer(FORGET_MEMORY_BYTES).map_err(failed)?;
    let deletes = vec![generation.schema().collection_term(collection)];
    writer.run(Batch { deletes, ..Batch::default() }).map_err(failed)?;
    writer.commit(&payload.write()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(inputs)
}

/// Returns the memory that what is known and planned leaves for the work: a plan of a million inputs is a fifth of the
/// usual setting.
fn memory_left(options: &Options, state: &State, plan: &Plan) -> u64 {
    let taken = state.memory_bytes() + plan.memory_bytes();
    // Where even that is too much, the work goes on in little.
    options.memory_bytes.saturating_sub(taken).max(options.memory_bytes / 4)
}

/// Looks into every input of the plan and writes what becomes of it.
fn work_through(
    job: &Arc<Job>,
    commits: &mut Commits<'_>,
    summary: &mut Summary,
    report: &mut dyn FnMut(Progress<'_>),
) -> Result<(), IngestError> {
    if job.tasks.is_empty() {
        return Ok(());
    }
    let (mut inputs, mut bytes) = (0, 0);
    // What is on its way to the engine gets a quarter; the rest beside the engine's share is for what threads hold in
    // hand.
    let mut pool = Pool::start(job.clone(), Budget::new(job.options.memory_bytes / 4));
    while let Some(message) = pool.next() {
        match message {
            Message::Part(batch) => commits.write(batch)?,
            Message::Failed(error) => return Err(error),
            Message::Done { task, batch, outcome } => {
                commits.write(batch)?;
                inputs += 1;
                bytes += job.tasks[task].bytes();
                commits.bytes_since += job.tasks[task].bytes();
                outcome.rejected.iter().for_each(|rejected| report(Progress::Rejected(rejected)));
                summary.count(*outcome);
                report(Progress::Done { inputs, bytes });
            }
        }
        if commits.is_due() {
            commits.commit()?;
            report(Progress::Committed);
        }
    }
    Ok(())
}

/// Returns what the index is to know of its collections once this ingest is done.
fn payload_after(before: &Payload, roots: &[roots::Root], plan: &Plan) -> Payload {
    let mut after = Generation::payload_now(before);
    for (position, devices) in &plan.devices {
        let root = &roots[*position];
        let known = before.collection_at(&root.folder);
        let devices = match (&root.part, known) {
            // A part says nothing about the disks of the rest.
            (Some(_), Some(known)) => known.devices.clone(),
            _ => devices.iter().copied().collect(),
        };
        after.put(CollectionRecord {
            name: root.name.clone(),
            root: root.folder.clone(),
            devices,
            queries: root.settings.queries.clone(),
        });
    }
    after
}

/// Counts what a plan would do, as far as it can be known without reading.
fn foresee(summary: &mut Summary, tasks: &[task::Waiting], vanished: u64) {
    summary.removed = vanished;
    for task in tasks {
        match (&task.work, task.known()) {
            (Work::Refuse(rejected), _) => summary.rejected.push((**rejected).clone()),
            (Work::Move(_), _) => summary.moved += 1,
            (_, None) => summary.added += 1,
            (_, Some(_)) => summary.replaced += 1,
        }
    }
    summary.newly_rejected = summary.rejected.len() as u64;
}

/// Writes batches and commits them at intervals; opens the engine's writer only when there is something to write.
struct Commits<'c> {
    generation: &'c Generation,
    writer: Option<Writer>,
    payload: Payload,
    /// Whether something waits for a commit.
    is_dirty: bool,
    options: &'c Options,
    since: Instant,
    bytes_since: u64,
    made: u64,
}

impl Commits<'_> {
    fn write(&mut self, batch: Batch) -> Result<(), IngestError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.is_dirty = true;
        let result = self.writer()?.run(batch);
        result.map_err(|source| self.failed(source))
    }

    fn writer(&mut self) -> Result<&mut Writer, IngestError> {
        if self.writer.is_none() {
            let writer = self.generation.writer(engine_share(self.options.memory_bytes));
            self.writer = Some(writer.map_err(|source| self.failed(source))?);
        }
        Ok(self.writer.as_mut().expect("it was put there"))
    }

    fn is_due(&self) -> bool {
        let every = self.options.commit_every;
        self.is_dirty && (self.since.elapsed() >= every.time || self.bytes_since >= every.bytes)
    }

    fn commit(&mut self) -> Result<(), IngestError> {
        let payload = self.payload.write();
        let result = self.writer()?.commit(&payload);
        result.map_err(|source| self.failed(source))?;
        self.is_dirty = false;
        self.since = Instant::now();
        self.bytes_since = 0;
        self.made += 1;
        Ok(())
    }

    /// Commits the rest and leaves nothing behind; returns the number of commits.
    fn finish(mut self) -> Result<u64, IngestError> {
        if self.is_dirty || self.made > 0 {
            self.payload.settled_ms = self.payload.added_ms;
            self.commit()?;
        }
        if let Some(writer) = self.writer.take() {
            writer.finish().map_err(|source| self.failed(source))?;
        }
        Ok(self.made)
    }

    fn failed(&self, source: tantivy::TantivyError) -> IngestError {
        IngestError::Write { path: self.options.place.root().to_owned(), source }
    }
}

/// Returns what the engine may fill with postings and columns before it writes a segment. Writing takes it nearly as much
/// again, since fields are put together in memory, and a merge that runs meanwhile half as much.
fn engine_share(memory_bytes: u64) -> u64 {
    memory_bytes * 5 / 16
}

/// Forgetting adds no document; this is what the engine asks for at least.
const FORGET_MEMORY_BYTES: u64 = 16 << 20;
