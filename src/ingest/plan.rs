//! What an ingest has to do: what stands on the disk against what the last commit knows.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use tantivy::Searcher;

use super::roots::Root;
use super::task::{Waiting, Work};
use super::{IngestError, Options, Progress};
use crate::config::Collection;
use crate::index::keys::input_key;
use crate::index::payload::Payload;
use crate::index::tantivy::input_document::column_hash;
use crate::index::tantivy::state::{self, State};
use crate::input::{self, Entry, Rejected, WalkError, WalkOptions};
use crate::statement::EXTRACTOR_VERSION;

/// Entries between two reports of a walk.
const WALK_REPORT_STEP: u64 = 1_000;

/// What is to be done, decided before anything is written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub tasks: Vec<Waiting>,
    /// Positions in the state of inputs that are gone and went nowhere else.
    pub vanished: Vec<usize>,
    pub unchanged: u64,
    pub known_rejected: u64,
    pub files_read: u64,
    pub held_back: Vec<HeldBack>,
    /// Positions of the roots that are looked at, with the devices on which their inputs stand.
    pub devices: Vec<(usize, BTreeSet<u64>)>,
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

/// Bytes of a file's name, as the allocator counts them.
const NAME_BYTES: u64 = 32;

impl Plan {
    /// Returns how much memory it takes, more or less.
    pub fn memory_bytes(&self) -> u64 {
        self.tasks.capacity() as u64 * size_of::<Waiting>() as u64 + self.tasks.len() as u64 * NAME_BYTES
    }

    fn add(&mut self, mut part: Plan) {
        self.tasks.append(&mut part.tasks);
        self.vanished.append(&mut part.vanished);
        self.devices.append(&mut part.devices);
        self.held_back.append(&mut part.held_back);
        self.unchanged += part.unchanged;
        self.known_rejected += part.known_rejected;
        self.files_read += part.files_read;
    }
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
        let settings = SettingsHash::new(root, options);
        let mut look = Look { position, root, known, options, settings, seen: &mut seen, part: Plan::default() };
        let mut step = || {
            walked += 1;
            if walked % WALK_REPORT_STEP == 0 {
                report(Progress::Walked { inputs: walked });
            }
        };
        match look.walk(&mut step)? {
            Ok(refused) => look.finish(&refused, &mut plan)?,
            Err(doubt) => plan.held_back.push(held(root, doubt)),
        }
    }
    report(Progress::Walked { inputs: walked });
    Ok(plan)
}

/// A look at one collection.
struct Look<'l> {
    /// Position of the collection among the roots.
    position: usize,
    root: &'l Root,
    known: &'l Known<'l>,
    options: &'l Options,
    settings: SettingsHash<'l>,
    /// Which inputs of the state are there.
    seen: &'l mut [bool],
    /// What is to be done with this collection, as far as it is decided.
    part: Plan,
}

impl Look<'_> {
    /// Looks at every input; returns the paths at which the walk could not go on, or why nothing can be said.
    fn walk(&mut self, step: &mut dyn FnMut()) -> Result<Result<Vec<String>, Doubt>, IngestError> {
        let folder = &self.root.folder;
        let start = self.root.part.as_ref().map_or_else(|| folder.clone(), |part| folder.join(part));
        let is_known = self.known.payload.collection_at(folder).is_some();
        if let Err(error) = std::fs::metadata(folder) {
            return Ok(match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if self.options.prune && is_known => {
                    Ok(Vec::new())
                }
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Err(Doubt::RootMissing),
                _ => Err(Doubt::RootUnreadable { reason: error.to_string() }),
            });
        }
        if self.root.part.is_some() && std::fs::symlink_metadata(&start).is_err() {
            return Ok(Ok(Vec::new()));
        }
        let mut walk_options = WalkOptions { threads: self.options.threads, ..self.options.walk.clone() };
        walk_options.ignore.extend(self.root.settings.ignore.iter().cloned());
        let walk = match input::walk_within(folder, &start, &walk_options) {
            Ok(walk) => walk,
            Err(WalkError::Root { reason, .. }) => {
                return Ok(Err(Doubt::RootUnreadable { reason: reason.to_string() }));
            }
            Err(error) => return Err(error.into()),
        };
        let mut refused = Vec::new();
        let mut devices = BTreeSet::new();
        for found in walk {
            step();
            match found {
                Ok(entry) => {
                    devices.insert(entry.device());
                    self.consider(entry);
                }
                Err(rejected) => {
                    refused.push(rejected.path.clone());
                    self.refuse(rejected);
                }
            }
        }
        self.part.devices.push((self.position, devices));
        Ok(Ok(refused))
    }

    /// Decides about one input that the walk found.
    fn consider(&mut self, entry: Entry) {
        let relative = entry.relative();
        let input = input_key(&self.root.name, &relative);
        // A sidecar decides about articles as settings do, and its file is read anew when it changes.
        let settings = self.settings.of(&relative) ^ entry.sidecar;
        let known = self.see(input);
        let work = match known.map(|position| &self.known.state.inputs[position]) {
            None => Work::Read,
            Some(known) => {
                let must_read = known.unfinished
                    || known.settings != settings
                    || self.options.outdated && known.extractor < EXTRACTOR_VERSION
                    || self.options.retry_rejected && known.rejected;
                if must_read || known.bytes != entry.bytes {
                    Work::Read
                } else if self.options.checksum || known.modified_ns != entry.modified_ns {
                    Work::Compare
                } else {
                    self.part.unchanged += 1;
                    self.part.known_rejected += u64::from(known.rejected);
                    return;
                }
            }
        };
        self.part.tasks.push(Waiting::new(self.position, entry, settings, known, work));
    }

    /// Notes what the walk could not look at.
    fn refuse(&mut self, rejected: Rejected) {
        let known = self.see(input_key(&self.root.name, &rejected.path));
        let settings = self.settings.of(&rejected.path);
        self.part.tasks.push(Waiting::refused(self.position, rejected, settings, known));
    }

    /// Returns where an input stands in the state, and notes that it is there.
    fn see(&mut self, input: u64) -> Option<usize> {
        let position = self.known.state.position(input)?;
        self.seen[position] = true;
        Some(position)
    }

    /// Finds what is gone and what only moved, doubts where too much is gone, and adds the rest to the plan.
    fn finish(mut self, refused: &[String], plan: &mut Plan) -> Result<(), IngestError> {
        let (root, state) = (self.root, self.known.state);
        let name = root.known_as.as_ref().unwrap_or(&root.name);
        let collection = state.collections.iter().position(|known| known == name).map(|position| position as u32);
        let of_collection = |known: &state::KnownInput| Some(known.collection) == collection;
        let is_gone = |&position: &usize| !self.seen[position] && of_collection(&state.inputs[position]);
        let mut gone: Vec<usize> = (0..self.seen.len()).filter(is_gone).collect();
        if root.part.is_some() || !refused.is_empty() {
            let paths = state::paths(self.known.searcher, state, &gone)?;
            let within = |path: &str, folder: &str| {
                path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let is_meant = |path: &String| {
                root.part.as_ref().is_none_or(|part| within(path, part))
                    && !refused.iter().any(|folder| within(path, folder))
            };
            let meant = gone.into_iter().zip(&paths).filter(|(_, path)| is_meant(path));
            gone = meant.map(|(position, _)| position).collect();
        }
        self.part.files_read += find_moves(&mut self.part.tasks, &mut gone, state, self.options.threads);
        let known_count = state.inputs.iter().filter(|known| of_collection(known)).count() as u64;
        if !self.options.prune
            && let Some(doubt) = doubt(root, &self.part, gone.len() as u64, known_count, self.known.payload)
        {
            plan.held_back.push(held(root, doubt));
            return Ok(());
        }
        debug_assert!(self.part.tasks.iter().all(|task| task.root == self.position));
        self.part.vanished = gone;
        plan.add(self.part);
        Ok(())
    }
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
fn find_moves(tasks: &mut [Waiting], gone: &mut Vec<usize>, state: &State, threads: usize) -> u64 {
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
    let is_candidate = |task: &Waiting| task.known().is_none() && sizes.contains(&task.bytes());
    let candidates: Vec<usize> = (0..tasks.len()).filter(|&task| is_candidate(&tasks[task])).collect();
    if candidates.is_empty() {
        return 0;
    }
    let hashes = hash_all(tasks, &candidates, threads);
    let mut moved = BTreeSet::new();
    for (task, hash) in hashes {
        let task = &mut tasks[task];
        let Some(positions) = by_content.get_mut(&(task.bytes(), hash)) else { continue };
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
fn hash_all(tasks: &[Waiting], candidates: &[usize], threads: usize) -> Vec<(usize, u64)> {
    let next = AtomicUsize::new(0);
    let hashes = Mutex::new(Vec::with_capacity(candidates.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, candidates.len()) {
            scope.spawn(|| {
                while let Some(&task) = candidates.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(Ok(hash)) = tasks[task].path().map(|path| input::hash_file(&path)) {
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
