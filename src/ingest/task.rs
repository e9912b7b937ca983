//! One input to be looked into: packed while it waits, a million of which a plan may hold, and whole at its turn.

use std::path::PathBuf;

use super::roots::Root;
use crate::index::keys::input_key;
use crate::input::{Entry, Rejected};

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
    /// Whether the walk saw a file beside it that describes it.
    pub has_sidecar: bool,
    /// Position in the state.
    pub known: Option<usize>,
    pub work: Work,
}

#[derive(Clone, Debug)]
pub(super) enum Work {
    /// New, or surely changed.
    Read,
    /// Changed only if its hash says so.
    Compare,
    /// The same bytes as an input that is gone; its position in the state.
    Move(usize),
    /// The walk could not even look at it.
    Refuse(Box<Rejected>),
}

/// A task that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    /// As in `Task`.
    pub root: usize,
    /// None where the walk could not look at it.
    entry: Option<Entry>,
    pub settings: u64,
    known: Option<u32>,
    pub work: Work,
}

impl Waiting {
    pub fn new(root: usize, entry: Entry, settings: u64, known: Option<usize>, work: Work) -> Self {
        Self { root, entry: Some(entry), settings, known: known.map(packed), work }
    }

    /// Returns the task of an input that the walk could not look at.
    pub fn refused(root: usize, rejected: Rejected, settings: u64, known: Option<usize>) -> Self {
        Self { root, entry: None, settings, known: known.map(packed), work: Work::Refuse(Box::new(rejected)) }
    }

    pub fn bytes(&self) -> u64 {
        self.entry.as_ref().map_or(0, |entry| entry.bytes)
    }

    /// Returns the position in the state.
    pub fn known(&self) -> Option<usize> {
        self.known.map(|position| position as usize)
    }

    /// Returns the path of an input that the walk could look at.
    pub fn path(&self) -> Option<PathBuf> {
        self.entry.as_ref().map(Entry::path)
    }

    fn relative(&self) -> String {
        match (&self.entry, &self.work) {
            (Some(entry), _) => entry.relative(),
            (None, Work::Refuse(rejected)) => rejected.path.clone(),
            (None, _) => String::new(),
        }
    }

    /// Returns the task whole, its turn having come.
    pub fn unpacked(&self, roots: &[Root]) -> Task {
        let relative = self.relative();
        Task {
            root: self.root,
            path: self.path().unwrap_or_else(|| roots[self.root].folder.join(&relative)),
            input: input_key(&roots[self.root].name, &relative),
            relative,
            bytes: self.bytes(),
            modified_ns: self.entry.as_ref().map_or(0, |entry| entry.modified_ns),
            settings: self.settings,
            has_sidecar: self.entry.as_ref().is_some_and(|entry| entry.sidecar != 0),
            known: self.known(),
            work: self.work.clone(),
        }
    }
}

/// A position in the state: the engine has fewer documents than 2³².
fn packed(position: usize) -> u32 {
    u32::try_from(position).expect("an index has fewer inputs than documents, and these have 32 bits")
}
