//! What an ingest has to do: what stands on the disk against what the last commit knows.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use tantivy::Searcher;

use super::roots::Root;
use super::{IngestError, Options, Progress};
use crate::config::Collection;
use crate::index::keys::input_key;
use crate::index::payload::Payload;
use crate::index::tantivy::input_document::column_hash;
use crate::index::tantivy::state::{self, State};
use crate::input::{self, Entry, Rejected, WalkOptions};
use crate::statement::EXTRACTOR_VERSION;

/// Entries between two reports of a walk.
const WALK_REPORT_STEP: u64 = 1_000;

/// What is to be done, decided before anything is written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub tasks: Vec<Task>,
    /// Positions in the state of inputs that are gone and went nowhere else.
    pub vanished: Vec<usize>,
    pub unchanged: u64,
    pub known_rejected: u64,
    pub files_read: u64,
    pub held_back: Vec<HeldBack>,
    /// Positions of the roots that are looked at, with the devices on which their inputs stand.
    pub devices: Vec<(usize, BTreeSet<u64>)>,
}

/// One input to be looked into.
#[derive(Debug)]
pub(super) struct Task {
    /// Position of its collection among the roots.
    pub root: usize,
    pub path: PathBuf,
    pub relative: String,
    pub input: u64,
    pub bytes: u64,
    pub modified_ns: i64,
    pub settings: u64,
    /// Position in the state.
    pub known: Option<usize>,
    pub work: Work,
}

#[derive(Debug)]
pub(super) enum Work {
    /// New, or surely changed.
    Read,
    /// Changed only if its hash says so.
    Compare,
    /// The same bytes as an input that is gone; its position in the state.
    Move(usize),
    /// The walk could not even look at it.
    Refuse(Rejected),
}

/// A collection that was left as it was, because what seems gone may only be out of reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    pub collection: String,
    pub root: PathBuf,
    pub doubt: Doubt,
}

/// Why it is doubtful that inputs are really gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    #[error("its folder is not there")]
    RootMissing,
    #[error("its folder cannot be read: {reason}")]
    RootUnreadable { reason: String },
    #[error("its folder is empty, and the index knows {known} inputs of it")]
    RootEmpty { known: u64 },
    #[error("{vanished} of its inputs are gone, and so is a disk on which inputs stood")]
    DeviceChanged { vanished: u64 },
    #[error("{vanished} of its {known} inputs are gone at once")]
    ManyVanished { vanished: u64, known: u64 },
}

impl std::fmt::Display for HeldBack {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "the collection `{}` in {} was left as it was: {}",
            self.collection,
            self.root.display(),
            self.doubt
        )
    }
}

/// What the plan is made from.
pub(super) struct Known<'k> {
    pub state: &'k State,
    pub searcher: &'k Searcher,
    pub payload: &'k Payload,
}

/// Walks the collections and decides what is to be done with each input.
pub(super) fn make(
    roots: &[Root],
    known: &Known<'_>,
    options: &Options,
    report: &mut dyn FnMut(Progress<'_>),
) -> Result<Plan, IngestError> {
    let mut plan = Plan::default();
    let mut seen = vec![false; known.state.inputs.len()];
    let mut walked = 0;
    for (position, root) in roots.iter().enumerate() {
        let mut part = Plan::default();
        match walk_root(position, root, known, options, &mut part, &mut seen, &mut walked, report) {
            Ok(refused) => finish_root(position, root, refused, known, options, &seen, part, &mut plan)?,
            Err(Walked::Doubt(doubt)) => plan.held_back.push(held(root, doubt)),
            Err(Walked::Failed(error)) => return Err(*error),
        }
    }
    report(Progress::Walked { inputs: walked });
    Ok(plan)
}

enum Walked {
    Doubt(Doubt),
    Failed(Box<IngestError>),
}

impl From<IngestError> for Walked {
    fn from(error: IngestError) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// Looks at every input of one collection; returns the paths at which the walk could not go on.
#[allow(clippy::too_many_arguments, reason = "a step of one loop, with the state of that loop")]
fn walk_root(
    position: usize,
    root: &Root,
    known: &Known<'_>,
    options: &Options,
    plan: &mut Plan,
    seen: &mut [bool],
    walked: &mut u64,
    report: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<String>, Walked> {
    let start = root.part.as_ref().map_or_else(|| root.folder.clone(), |part| root.folder.join(part));
    let is_known = known.payload.collection_at(&root.folder).is_some();
    if let Err(error) = std::fs::metadata(&root.folder) {
        return match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if options.prune && is_known => Ok(Vec::new()),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Err(Walked::Doubt(Doubt::RootMissing)),
            _ => Err(Walked::Doubt(Doubt::RootUnreadable { reason: error.to_string() })),
        };
    }
    if root.part.is_some() && std::fs::symlink_metadata(&start).is_err() {
        return Ok(Vec::new());
    }
    let settings = SettingsHash::new(root, options);
    let mut ignore = options.walk.ignore.clone();
    ignore.extend(root.settings.ignore.iter().cloned());
    let walk_options = WalkOptions { ignore, ..options.walk.clone() };
    let walk = input::walk_within(&root.folder, &start, &walk_options).map_err(IngestError::from)?;
    let mut refused = Vec::new();
    let mut devices = BTreeSet::new();
    for found in walk {
        *walked += 1;
        if walked.is_multiple_of(WALK_REPORT_STEP) {
            report(Progress::Walked { inputs: *walked });
        }
        match found {
            Ok(entry) => {
                devices.insert(entry.device);
                consider(position, root, entry, known.state, options, &settings, plan, seen);
            }
            Err(rejected) if Path::new(&rejected.path) == start || rejected.path.is_empty() => {
                let reason = rejected.reason.to_string();
                return Err(Walked::Doubt(Doubt::RootUnreadable { reason }));
            }
            Err(rejected) => {
                refused.push(rejected.path.clone());
                refuse(position, root, rejected, known.state, &settings, plan, seen);
            }
        }
    }
    plan.devices.push((position, devices));
    Ok(refused)
}

/// Decides about one input that the walk found.
#[allow(clippy::too_many_arguments, reason = "a step of one loop, with the state of that loop")]
fn consider(
    root_position: usize,
    root: &Root,
    entry: Entry,
    state: &State,
    options: &Options,
    settings: &SettingsHash<'_>,
    plan: &mut Plan,
    seen: &mut [bool],
) {
    let input = input_key(&root.name, &entry.relative);
    let settings = settings.of(&entry.relative);
    let position = state.position(input);
    let work = match position.map(|position| &state.inputs[position]) {
        None => Work::Read,
        Some(known) => {
            let must_read = known.unfinished
                || known.settings != settings
                || options.outdated && known.extractor < EXTRACTOR_VERSION
                || options.retry_rejected && known.rejected;
            if must_read || known.bytes != entry.bytes {
                Work::Read
            } else if options.checksum || known.modified_ns != entry.modified_ns {
                Work::Compare
            } else {
                plan.unchanged += 1;
                plan.known_rejected += u64::from(known.rejected);
                seen[position.unwrap_or_default()] = true;
                return;
            }
        }
    };
    if let Some(position) = position {
        seen[position] = true;
    }
    let Entry { path, relative, bytes, modified_ns, .. } = entry;
    plan.tasks.push(Task {
        root: root_position,
        path,
        relative,
        input,
        bytes,
        modified_ns,
        settings,
        known: position,
        work,
    });
}

/// Notes what the walk could not look at.
fn refuse(
    root_position: usize,
    root: &Root,
    rejected: Rejected,
    state: &State,
    settings: &SettingsHash<'_>,
    plan: &mut Plan,
    seen: &mut [bool],
) {
    let input = input_key(&root.name, &rejected.path);
    let known = state.position(input);
    if let Some(position) = known {
        seen[position] = true;
    }
    plan.tasks.push(Task {
        root: root_position,
        path: root.folder.join(&rejected.path),
        relative: rejected.path.clone(),
        input,
        bytes: 0,
        modified_ns: 0,
        settings: settings.of(&rejected.path),
        known,
        work: Work::Refuse(rejected),
    });
}

/// Finds what is gone and what only moved, and doubts where too much is gone.
#[allow(clippy::too_many_arguments, reason = "a step of one loop, with the state of that loop")]
fn finish_root(
    root_position: usize,
    root: &Root,
    refused: Vec<String>,
    known: &Known<'_>,
    options: &Options,
    seen: &[bool],
    mut part: Plan,
    plan: &mut Plan,
) -> Result<(), IngestError> {
    let state = known.state;
    let name = root.known_as.as_ref().unwrap_or(&root.name);
    let collection = state.collections.iter().position(|known| known == name).map(|position| position as u32);
    let of_collection = |known: &state::KnownInput| Some(known.collection) == collection;
    let mut gone: Vec<usize> =
        (0..seen.len()).filter(|&position| !seen[position] && of_collection(&state.inputs[position])).collect();
    if root.part.is_some() || !refused.is_empty() {
        let paths = state::paths(known.searcher, state, &gone)?;
        let within = |path: &str, folder: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_meant = |path: &String| {
            root.part.as_ref().is_none_or(|part| within(path, part))
                && !refused.iter().any(|folder| within(path, folder))
        };
        gone = gone.into_iter().zip(&paths).filter(|(_, path)| is_meant(path)).map(|(position, _)| position).collect();
    }
    part.files_read += find_moves(&mut part.tasks, &mut gone, state, options);
    let known_count = state.inputs.iter().filter(|known| of_collection(known)).count() as u64;
    if !options.prune
        && let Some(doubt) = doubt(root, &part, gone.len() as u64, known_count, known.payload)
    {
        plan.held_back.push(held(root, doubt));
        return Ok(());
    }
    debug_assert!(part.tasks.iter().all(|task| task.root == root_position));
    plan.tasks.append(&mut part.tasks);
    plan.vanished.append(&mut gone);
    plan.devices.append(&mut part.devices);
    plan.unchanged += part.unchanged;
    plan.known_rejected += part.known_rejected;
    plan.files_read += part.files_read;
    Ok(())
}

/// Returns why inputs that seem gone may not be.
fn doubt(root: &Root, part: &Plan, vanished: u64, known: u64, payload: &Payload) -> Option<Doubt> {
    if vanished == 0 {
        return None;
    }
    if root.part.is_none() && part.tasks.is_empty() && part.unchanged == 0 {
        return Some(Doubt::RootEmpty { known });
    }
    let now: BTreeSet<u64> = part.devices.iter().flat_map(|(_, devices)| devices.iter().copied()).collect();
    let before = payload.collection_at(&root.folder).map_or(&[][..], |record| &record.devices);
    if root.part.is_none() && before.iter().any(|device| !now.contains(device)) {
        return Some(Doubt::DeviceChanged { vanished });
    }
    is_many_vanished(vanished, known).then_some(Doubt::ManyVanished { vanished, known })
}

/// Returns whether so many inputs hardly vanish at once because somebody wants them to.
pub(super) fn is_many_vanished(vanished: u64, known: u64) -> bool {
    // One file of four that somebody deletes is more than a fifth and no reason to stop.
    vanished > 1 && vanished * 5 > known
}

fn held(root: &Root, doubt: Doubt) -> HeldBack {
    HeldBack { collection: root.name.clone(), root: root.folder.clone(), doubt }
}

/// Finds the new inputs that hold the bytes of one that is gone; returns how many files had to be read for it.
fn find_moves(tasks: &mut [Task], gone: &mut Vec<usize>, state: &State, options: &Options) -> u64 {
    let movable = |position: usize| {
        let known = &state.inputs[position];
        known.hash != 0 && !known.unfinished && known.bytes > 0
    };
    let mut by_content: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    let mut sizes = BTreeSet::new();
    for &position in gone.iter().filter(|&&position| movable(position)) {
        let known = &state.inputs[position];
        by_content.entry((known.bytes, known.hash)).or_default().push(position);
        sizes.insert(known.bytes);
    }
    let candidates: Vec<usize> =
        (0..tasks.len()).filter(|&task| tasks[task].known.is_none() && sizes.contains(&tasks[task].bytes)).collect();
    if candidates.is_empty() {
        return 0;
    }
    let hashes = hash_all(tasks, &candidates, options.threads);
    let mut moved = BTreeSet::new();
    for (task, hash) in hashes {
        let task = &mut tasks[task];
        let Some(positions) = by_content.get_mut(&(task.bytes, hash)) else { continue };
        let same_settings = |&position: &usize| state.inputs[position].settings == task.settings;
        let Some(place) = positions.iter().position(same_settings) else { continue };
        let from = positions.remove(place);
        moved.insert(from);
        task.work = Work::Move(from);
    }
    gone.retain(|position| !moved.contains(position));
    candidates.len() as u64
}

/// Hashes the files of some tasks, several at once; those that cannot be read are left to be rejected later.
fn hash_all(tasks: &[Task], candidates: &[usize], threads: usize) -> Vec<(usize, u64)> {
    let next = AtomicUsize::new(0);
    let hashes = Mutex::new(Vec::with_capacity(candidates.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, candidates.len()) {
            scope.spawn(|| {
                while let Some(&task) = candidates.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Ok(hash) = input::hash_file(&tasks[task].path) {
                        let mut hashes = hashes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        hashes.push((task, column_hash(&hash.0)));
                    }
                }
            });
        }
    });
    let mut hashes = hashes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Which of two equal files counts as the moved one does not depend on which thread was faster.
    hashes.sort_unstable();
    hashes
}

/// Hashes what, beside its bytes, decides about the articles of an input.
struct SettingsHash<'s> {
    collection: &'s Collection,
    /// What holds for every path: options of the ingest and names in JSON.
    general: String,
    /// The hash, where no pattern makes a difference between paths.
    uniform: Option<u64>,
}

impl<'s> SettingsHash<'s> {
    fn new(root: &'s Root, options: &Options) -> Self {
        let collection = &root.settings;
        let read = (&options.read.format, &options.read.encoding, &collection.json_names);
        let general = serde_json::to_string(&read).expect("options are plain data");
        let mut hash = Self { collection, general, uniform: None };
        if collection.is_uniform() {
            hash.uniform = Some(hash.of(""));
        }
        hash
    }

    fn of(&self, relative: &str) -> u64 {
        if let Some(uniform) = self.uniform {
            return uniform;
        }
        let metadata = self.collection.metadata_of(Path::new(relative));
        let metadata = serde_json::to_string(&metadata).expect("settings are plain data");
        let corrections = self.collection.corrections.of_file(relative);
        let corrections = match corrections.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&corrections).expect("settings are plain data"),
        };
        xxhash_rust::xxh3::xxh3_64(format!("{}\n{metadata}{corrections}", self.general).as_bytes())
    }
}
