//! Looks into one input: reads it, makes articles and statements of what is new in it, and hands over batches.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tantivy::Searcher;

use super::helping::UnderWay;
use super::member::{InputContext, Made, Member};
use super::pool::Hands;
use super::roots::Root;
use super::task::{Task, Waiting, Work};
use super::{IngestError, Options};
use crate::article::{Article, ArticleId};
use crate::index::tantivy::Schema;
use crate::index::tantivy::input_document::{InputRecord, InputState, MODIFIED_UNSURE, REJECTIONS_KEPT, column_hash};
use crate::index::tantivy::remains::Remains;
use crate::index::tantivy::state::{self, KnownMember, State};
use crate::index::tantivy::write::Batch;
use crate::input::{self, RawArticle, ReadOptions, ReadSummary, Reason, Rejected};
use crate::statement::{EXTRACTOR_VERSION, Extractor};

/// Documents after which what was made of an input so far is handed over, so that a large one never stands in memory
/// whole.
pub(super) const BATCH_BYTES: u64 = 16 << 20;
/// Bytes of documents for each byte of text: words, stems and marks beside the text itself.
const DOCUMENT_BYTES_PER_TEXT_BYTE: u64 = 8;
/// Bytes of a document without any text.
const DOCUMENT_BYTES: u64 = 1 << 10;
/// Attempts at an input that changes under the reader's eyes.
const ATTEMPTS: usize = 3;
/// Pause before the next attempt: what is being written is mostly finished soon.
const ATTEMPT_PAUSE: Duration = Duration::from_millis(100);
/// Longest step of a file system's clock that counts in fractions of a second; kernels tick every 1 to 10 ms.
const FINE_TICK: Duration = Duration::from_millis(20);
/// Step of a clock that counts in whole seconds, as FAT's even ones.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// What every worker needs, shared by all.
pub(super) struct Job {
    pub tasks: Vec<Waiting>,
    pub roots: Vec<Root>,
    pub state: State,
    pub searcher: Searcher,
    /// Of the generation in force, where another one is made.
    pub remains: Remains,
    /// When articles that are new now count as indexed.
    pub added_ms: i64,
    pub schema: Schema,
    pub extractor: Extractor,
    pub options: Options,
}

/// What became of one input.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub kind: OutcomeKind,
    pub articles: u64,
    /// Articles without a day of publication.
    pub undated: u64,
    pub statements: u64,
    pub bytes: u64,
    pub files_read: u64,
    /// Not known before.
    pub rejected: Vec<Rejected>,
    /// Number of them, where there are more than are kept.
    pub newly_rejected: u64,
    pub known_rejected: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OutcomeKind {
    Added,
    Replaced,
    Moved,
    #[default]
    Unchanged,
    /// Nothing of it is in the index but the reason.
    Rejected,
}

/// Looks into one input and hands over what the index is to know of it.
///
/// # Errors
/// If the index cannot be read, or nobody takes the batches any more. What is wrong with the input is an outcome.
pub(super) fn look_into(job: &Job, task: &Task, hands: &Hands<'_>) -> Result<(), IngestError> {
    let mut files_read = 0;
    match &task.work {
        Work::Refuse(rejected) => return reject(job, task, hands, (**rejected).clone(), 0, false),
        Work::Move(from) => {
            if super::moving::rewrite(job, task, *from, hands)? {
                return Ok(());
            }
            // Its own words have to be read again, and then what it was leaves on its own.
        }
        Work::Compare => {
            files_read += 1;
            if compare(job, task, hands)? {
                return Ok(());
            }
        }
        Work::Read => {}
    }
    for attempt in 1.. {
        let settled = Settled {
            file: settle(task),
            // One that comes after the walk shows at the next.
            sidecar: !task.has_sidecar || input::sidecar_of(&task.path).is_none_or(|sidecar| settle_sidecar(&sidecar)),
        };
        files_read += 1;
        match read(job, task, hands, settled, files_read)? {
            Ok(()) => return Ok(()),
            Err(Unread { rejected, .. }) if rejected.reason == Reason::ChangedWhileRead && attempt < ATTEMPTS => {
                hands.wait(ATTEMPT_PAUSE);
            }
            Err(Unread { rejected, handed_over }) => {
                return reject(job, task, hands, rejected, files_read, handed_over);
            }
        }
    }
    Ok(())
}

/// Whether a change from now on will show, in the time of a file and in that of its sidecar.
#[derive(Clone, Copy)]
struct Settled {
    file: bool,
    sidecar: bool,
}

/// Waits until a change from now on would show in the file's time, which is to be that of the walk; returns whether it would.
///
/// A file changed twice within one tick of the clock looks the same after the second change: what is read after the
/// first must be read again, unless the tick is over before the reading begins.
fn settle(task: &Task) -> bool {
    // A time before 1970 is long over.
    u64::try_from(task.modified_ns).map_or(true, |since| settle_time(UNIX_EPOCH + Duration::from_nanos(since)))
}

fn settle_sidecar(path: &Path) -> bool {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).map_or(true, settle_time)
}

fn settle_time(modified: SystemTime) -> bool {
    let is_coarse = modified.duration_since(UNIX_EPOCH).is_ok_and(|since| since.subsec_nanos() == 0);
    let tick = if is_coarse { COARSE_TICK } else { FINE_TICK };
    match modified.elapsed() {
        Ok(age) if age >= tick => true,
        Ok(age) if !is_coarse => {
            std::thread::sleep(tick - age);
            true
        }
        // A time still to come proves nothing, nor does a second that is not over.
        _ => false,
    }
}

/// Compares an input's hash with the known one; where they agree, only its time is put right.
fn compare(job: &Job, task: &Task, hands: &Hands<'_>) -> Result<bool, IngestError> {
    let Some(known) = task.known.map(|position| &job.state.inputs[position]) else { return Ok(false) };
    let is_settled = settle(task);
    let Ok(input::ContentHash(hash)) = input::hash_file(&task.path) else { return Ok(false) };
    if column_hash(&hash) != known.hash || hash == [0; 32] {
        return Ok(false);
    }
    let record = job.schema.input_record(&job.searcher, known.address)?;
    let modified_ns = if is_settled { task.modified_ns } else { MODIFIED_UNSURE };
    let outcome =
        Outcome { files_read: 1, bytes: task.bytes, known_rejected: u64::from(known.rejected), ..Outcome::default() };
    let mut batch = Batch::default();
    if modified_ns != known.modified_ns {
        let state = InputState { modified_ns, extractor: known.extractor, ..state_of(job, task, record) };
        batch.deletes.push(job.schema.member_term(task.input));
        batch.blocks.push(job.schema.input_document(&state).into());
    }
    let bytes = batch.blocks.len() as u64 * DOCUMENT_BYTES;
    hands.done(batch, bytes, outcome)?;
    Ok(true)
}

/// An input that could not be read to its end.
struct Unread {
    rejected: Rejected,
    /// Whether parts of it are in the index already.
    handed_over: bool,
}

/// Reads an input and hands over its articles.
fn read(
    job: &Job,
    task: &Task,
    hands: &Hands<'_>,
    settled: Settled,
    files_read: u64,
) -> Result<Result<(), Unread>, IngestError> {
    let members = |input| state::members(&job.searcher, input);
    let known = if task.known.is_some() { members(task.input)? } else { Vec::new() };
    let before = match task.work {
        Work::Move(from) => members(job.state.inputs[from].input)?,
        _ => known.clone(),
    };
    let mut reading = Reading::new(job, task, hands, known);
    if let Work::Move(from) = task.work {
        reading.moved_from = Some(MovedFrom::read(job, from, before.clone())?);
    }
    if let [only] = &before[..] {
        reading.only_added_ms = Some(only.added_ms);
    } else if before.is_empty() {
        reading.only_added_ms = job.remains.added_ms_of_only(task.input);
    }
    let mut accept = |member| match reading.take(member) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            reading.failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let names = job.roots[task.root].settings.json_names.clone();
    let options = ReadOptions { names, has_no_sidecar: !task.has_sidecar, ..job.options.read.clone() };
    let result = input::read(&task.path, &task.relative, &options, &mut accept);
    if let Some(error) = reading.failed.take() {
        return Err(error);
    }
    match result {
        Ok(summary) => reading.finish(summary, settled, files_read).map(Ok),
        Err(rejected) => Ok(Err(Unread { rejected, handed_over: reading.handed_over })),
    }
}

/// The members of one input while they arrive.
struct Reading<'r> {
    job: &'r Job,
    task: &'r Task,
    hands: &'r Hands<'r>,
    /// Members that the index has and the input has not shown yet.
    missing: HashMap<u64, KnownMember>,
    /// Whether parts of it are in the index already.
    handed_over: bool,
    /// When the only article of an input without keys was indexed first: its id changes with its words.
    only_added_ms: Option<i64>,
    /// Where its members stood, if it was moved.
    moved_from: Option<MovedFrom>,
    under_way: UnderWay<'r>,
    batch: Batch,
    batch_bytes: u64,
    record: InputRecord,
    written_articles: u64,
    written_undated: u64,
    written_statements: u64,
    failed: Option<IngestError>,
}

/// An input that another one was before it was moved.
struct MovedFrom {
    collection: String,
    path: String,
    members: Vec<KnownMember>,
}

impl MovedFrom {
    fn read(job: &Job, position: usize, members: Vec<KnownMember>) -> Result<Self, IngestError> {
        let collection = job.state.collections[job.state.inputs[position].collection as usize].clone();
        let path = state::paths(&job.searcher, &job.state, &[position])?.pop().unwrap_or_default();
        Ok(Self { collection, path, members })
    }
}

impl<'r> Reading<'r> {
    fn new(job: &'r Job, task: &'r Task, hands: &'r Hands<'r>, known: Vec<KnownMember>) -> Self {
        Self {
            job,
            task,
            hands,
            handed_over: false,
            missing: known.into_iter().map(|member| (member.article, member)).collect(),
            only_added_ms: None,
            moved_from: None,
            under_way: hands.under_way(job, InputContext::new(job, task)),
            batch: Batch::default(),
            batch_bytes: 0,
            record: InputRecord::default(),
            written_articles: 0,
            written_undated: 0,
            written_statements: 0,
            failed: None,
        }
    }

    /// Takes one member: skips it where the index has it as it is, else has documents made of it.
    fn take(&mut self, member: Result<RawArticle, Rejected>) -> Result<(), IngestError> {
        self.hands.beat()?;
        let raw = match member {
            Ok(raw) => raw,
            Err(rejected) => {
                self.note_rejected(rejected);
                return Ok(());
            }
        };
        let content = raw.content_hash();
        let identity = raw.identity_by(content);
        let id = ArticleId::at(&self.job.roots[self.task.root].name, &self.task.relative, identity);
        let hash = member_hash(content, raw.line, self.task.settings, EXTRACTOR_VERSION);
        let known = self.missing.remove(&id.0);
        if let Some(known) = known
            && known.member_hash == hash
        {
            self.record.articles += 1;
            self.record.statements += known.statements;
            return Ok(());
        }
        let added_ms = known.map(|known| known.added_ms).or_else(|| self.job.remains.added_ms(id.0));
        let added_ms = added_ms.or_else(|| self.only_added_ms.take()).unwrap_or(self.job.added_ms);
        let former = self.former(known, identity, id)?;
        self.under_way.send(Member { raw, identity, content, id, hash, known, added_ms, former });
        self.put_made(false)
    }

    /// Puts what is made of the members so far into the batch, of all of them where the last one was taken.
    fn put_made(&mut self, was_last: bool) -> Result<(), IngestError> {
        while let Some(made) = self.under_way.next(was_last, || self.hands.are_wanted())? {
            self.put(made)?;
        }
        Ok(())
    }

    fn put(&mut self, Made { id, known, result }: Made) -> Result<(), IngestError> {
        let made = match result {
            Ok(made) => made,
            Err(place) => {
                self.note_rejected(Rejected { path: self.task.relative.clone(), place, reason: Reason::NoText });
                self.missing.extend(known.map(|known| (known.article, known)));
                return Ok(());
            }
        };
        if known.is_some() {
            self.batch.deletes.push(self.job.schema.member_term(id.0));
        }
        self.record.articles += 1;
        self.record.statements += made.statements;
        self.written_articles += 1;
        self.written_undated += u64::from(made.is_undated);
        self.written_statements += made.statements;
        self.batch_bytes += made.bytes;
        self.batch.blocks.push(made.block);
        if self.batch_bytes >= BATCH_BYTES { self.hand_over() } else { Ok(()) }
    }

    /// Returns the ids that an article had before its file was moved.
    fn former(&self, known: Option<KnownMember>, identity: u64, id: ArticleId) -> Result<Vec<u64>, IngestError> {
        if let Some(known) = known {
            return Ok(state::former_ids(&self.job.searcher, &known)?);
        }
        let elsewhere = self.moved_from.as_ref().and_then(|from| {
            let before = ArticleId::at(&from.collection, &from.path, identity);
            from.members.iter().find(|member| member.article == before.0)
        });
        match elsewhere {
            Some(member) => Ok(state::ids_until_now(&self.job.searcher, member)?),
            None => Ok(self.job.remains.former(id.0)),
        }
    }

    /// Hands over what there is so far; the input stands as unfinished until the rest has come.
    fn hand_over(&mut self) -> Result<(), IngestError> {
        let state = InputState {
            unfinished: true,
            modified_ns: MODIFIED_UNSURE,
            ..state_of(self.job, self.task, self.record.clone())
        };
        let mut batch = std::mem::take(&mut self.batch);
        batch.deletes.push(self.job.schema.member_term(self.task.input));
        batch.blocks.push(self.job.schema.input_document(&state).into());
        self.handed_over = true;
        self.hands.part(batch, std::mem::take(&mut self.batch_bytes))
    }

    /// Hands over the rest: what is gone from the input leaves, and the input is known as it now stands.
    fn finish(mut self, summary: ReadSummary, settled: Settled, files_read: u64) -> Result<(), IngestError> {
        self.put_made(true)?;
        if let Some(reason) = summary.damage {
            self.note_rejected(Rejected::input(self.task.relative.clone(), reason));
        }
        let (job, task) = (self.job, self.task);
        self.record.hash = summary.hash.0;
        self.record.format = summary.format.to_owned();
        self.record.notes = summary.notes;
        let known = task.known.map(|position| &job.state.inputs[position]);
        let before = match known {
            Some(known) => Some(job.schema.input_record(&job.searcher, known.address)?),
            None => None,
        };
        let rejected = newly_rejected(&self.record, before.as_ref());
        let changed_members = self.written_articles > 0 || !self.missing.is_empty();
        let outcome = Outcome {
            kind: match known {
                None if matches!(task.work, Work::Move(_)) => OutcomeKind::Moved,
                None => OutcomeKind::Added,
                Some(_) if changed_members || known.is_some_and(|known| known.unfinished) => OutcomeKind::Replaced,
                Some(_) if before.as_ref().is_some_and(|before| before.hash != self.record.hash) => {
                    OutcomeKind::Replaced
                }
                Some(_) => OutcomeKind::Unchanged,
            },
            articles: self.written_articles,
            undated: self.written_undated,
            statements: self.written_statements,
            bytes: summary.bytes,
            files_read,
            newly_rejected: if rejected.is_empty() { 0 } else { self.record.rejected.max(rejected.len() as u64) },
            known_rejected: u64::from(rejected.is_empty() && self.record.rejected > 0),
            rejected,
        };
        let modified_ns = if settled.file { task.modified_ns } else { MODIFIED_UNSURE };
        // Settings that never hold make the next ingest read the input and its sidecar again.
        let settings = if settled.sidecar { task.settings } else { !task.settings };
        // The size that was read: where it is not the one that the walk saw, the time differs too.
        let state = InputState { modified_ns, settings, ..state_of(job, task, std::mem::take(&mut self.record)) };
        let mut batch = std::mem::take(&mut self.batch);
        batch.deletes.extend(self.missing.keys().map(|&member| job.schema.member_term(member)));
        batch.deletes.push(job.schema.member_term(task.input));
        if task.known.is_none() && !self.handed_over {
            // Nothing of a new input can be in the way, and a delete costs a look into every segment.
            batch.deletes.clear();
        }
        batch.deletes.extend(left_behind(job, task));
        batch.blocks.push(job.schema.input_document(&state).into());
        self.hands.done(batch, self.batch_bytes + DOCUMENT_BYTES, outcome)
    }

    fn note_rejected(&mut self, rejected: Rejected) {
        note_rejected(&mut self.record, rejected);
    }
}

/// Hashes all that shapes the documents of a member.
pub(super) fn member_hash(content: u128, line: u32, settings: u64, extractor: u32) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    hasher.update(&content.to_le_bytes());
    hasher.update(&line.to_le_bytes());
    hasher.update(&settings.to_le_bytes());
    hasher.update(&extractor.to_le_bytes());
    hasher.digest()
}

pub(super) fn text_bytes(article: &Article, statements: usize) -> u64 {
    let text = article.body.len() + article.headline.as_ref().map_or(0, String::len);
    text as u64 * DOCUMENT_BYTES_PER_TEXT_BYTE + (statements as u64 + 1) * DOCUMENT_BYTES
}

pub(super) fn note_rejected(record: &mut InputRecord, rejected: Rejected) {
    record.rejected += 1;
    if record.rejections.len() < REJECTIONS_KEPT {
        record.rejections.push(rejected);
    }
}

/// Returns those rejections that the last commit did not know.
fn newly_rejected(record: &InputRecord, before: Option<&InputRecord>) -> Vec<Rejected> {
    let known = before.map_or(&[][..], |before| &before.rejections);
    let unknown = |rejected: &&Rejected| {
        !known.iter().any(|known| known.reason == rejected.reason && known.place == rejected.place)
    };
    record.rejections.iter().filter(unknown).cloned().collect()
}

/// Returns what the index is to know of an input that was read to its end.
pub(super) fn state_of(job: &Job, task: &Task, record: InputRecord) -> InputState {
    InputState {
        collection: job.roots[task.root].name.clone(),
        path: task.relative.clone(),
        input: task.input,
        bytes: task.bytes,
        modified_ns: task.modified_ns,
        settings: task.settings,
        extractor: EXTRACTOR_VERSION,
        unfinished: false,
        record,
    }
}

/// Hands over that an input was rejected as a whole.
fn reject(
    job: &Job,
    task: &Task,
    hands: &Hands<'_>,
    rejected: Rejected,
    files_read: u64,
    handed_over: bool,
) -> Result<(), IngestError> {
    let (batch, outcome) = rejection(job, task, rejected, files_read, handed_over)?;
    let bytes = batch.blocks.len() as u64 * DOCUMENT_BYTES;
    hands.done(batch, bytes, outcome)
}

/// Returns what has to be written, and told, where an input was rejected as a whole.
///
/// What the index has of it leaves, unless the reason may pass: then it stays until the input can be read again.
pub(super) fn rejection(
    job: &Job,
    task: &Task,
    rejected: Rejected,
    files_read: u64,
    handed_over: bool,
) -> Result<(Batch, Outcome), IngestError> {
    if matches!(rejected.reason, Reason::VanishedWhileRead | Reason::NotFound) && !handed_over {
        // As if the walk had come later; the next one does not find it.
        return Ok((Batch::default(), Outcome { files_read, ..Outcome::default() }));
    }
    let known = task.known.map(|position| &job.state.inputs[position]);
    let before = match known {
        Some(known) => Some(job.schema.input_record(&job.searcher, known.address)?),
        None => None,
    };
    let passes = rejected.reason.is_passing();
    let mut record = match &before {
        Some(before) if passes => InputRecord { rejected: 0, rejections: Vec::new(), ..before.clone() },
        _ if passes => InputRecord::default(),
        // By its hash an input is known again whatever its time says.
        _ => {
            InputRecord { hash: input::hash_file(&task.path).map_or([0; 32], |hash| hash.0), ..InputRecord::default() }
        }
    };
    note_rejected(&mut record, rejected);
    let fresh = newly_rejected(&record, before.as_ref());
    let is_known = fresh.is_empty() && before.as_ref().is_some_and(|before| before.hash == record.hash);
    let keeps_articles = passes && record.articles > 0;
    let outcome = Outcome {
        kind: if is_known || keeps_articles { OutcomeKind::Unchanged } else { OutcomeKind::Rejected },
        files_read,
        newly_rejected: u64::from(!is_known),
        known_rejected: u64::from(is_known),
        rejected: if is_known { Vec::new() } else { record.rejections.clone() },
        ..Outcome::default()
    };
    let modified_ns = if passes || !settle(task) { MODIFIED_UNSURE } else { task.modified_ns };
    let unfinished = passes && (handed_over || known.is_some_and(|known| known.unfinished));
    let state = InputState { modified_ns, unfinished, ..state_of(job, task, record) };
    let is_same_look = known.is_some_and(|known| {
        known.modified_ns == modified_ns
            && known.bytes == state.bytes
            && known.settings == state.settings
            && known.extractor == state.extractor
    });
    if is_known && is_same_look && !handed_over {
        return Ok((Batch::default(), outcome));
    }
    let delete = match known {
        Some(_) if passes => job.schema.member_term(task.input),
        // Also what was handed over before it broke off.
        _ => job.schema.input_term(task.input),
    };
    let deletes = std::iter::once(delete).chain(left_behind(job, task)).collect();
    Ok((Batch { deletes, blocks: vec![job.schema.input_document(&state).into()], hold: None }, outcome))
}

/// Returns what deletes the input that moved here and had to be read again all the same.
fn left_behind(job: &Job, task: &Task) -> Option<tantivy::Term> {
    match task.work {
        Work::Move(from) => Some(job.schema.input_term(job.state.inputs[from].input)),
        _ => None,
    }
}
