//! Threads that list folders before the walk comes to them: most of its time is spent waiting for the system.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::listing::{Folder, Found, Item, Listing, list};
use super::rules::Rules;

/// Things listed and not walked yet, above which the threads wait: about 10 MB.
const ITEMS_AHEAD: usize = 100_000;
/// More threads than this make no disk faster; on a network share they still hide its delay.
const THREADS_MAX: usize = 8;

/// Lists folders, with threads or without.
pub(super) struct Crew {
    shared: Arc<Shared>,
    threads: usize,
}

/// A folder that is listed when the walk comes to it, or was already.
pub(super) struct Ahead {
    pub folder: Arc<Folder>,
    is_taken: Arc<AtomicBool>,
    listing: Receiver<Listing<Ahead>>,
}

/// The same folder as a thread sees it.
struct Job {
    folder: Arc<Folder>,
    is_taken: Arc<AtomicBool>,
    listing: Sender<Listing<Ahead>>,
}

struct Shared {
    rules: Rules,
    follow: bool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What the walk comes to first stands last.
    jobs: Vec<Job>,
    /// Things listed by threads and not walked yet.
    items: usize,
    is_over: bool,
}

impl Crew {
    /// Starts so many threads; with none, or where none can be started, folders are listed when the walk comes to them.
    pub fn new(rules: Rules, follow: bool, threads: usize) -> Self {
        let state = Mutex::new(State::default());
        let shared = Arc::new(Shared { rules, follow, state, changed: Condvar::new() });
        let start = |_: &usize| {
            let shared = shared.clone();
            thread::Builder::new().name("dateline-walk".into()).spawn(move || shared.work()).is_ok()
        };
        let threads = (0..threads.min(THREADS_MAX)).filter(start).count();
        Self { shared, threads }
    }

    /// Returns whether a walk leaves a path out for its name.
    pub fn passes_over(&self, path: &std::path::Path, is_folder: bool) -> bool {
        self.shared.rules.passes_over(path, is_folder)
    }

    /// Lists the folder in which the walk begins.
    pub fn first(&self, path: PathBuf, prefix: String) -> (Arc<Folder>, Listing<Ahead>) {
        let folder = Arc::new(Folder::first(path, prefix, self.shared.follow));
        let (listing, jobs) = self.shared.list(&folder);
        self.hand_out(jobs);
        (folder, listing)
    }

    /// Returns what stands in a folder to which the walk has come.
    pub fn arrive(&self, ahead: Ahead) -> (Arc<Folder>, Listing<Ahead>) {
        if ahead.is_taken.swap(true, Ordering::Relaxed)
            && let Ok(listing) = ahead.listing.recv()
        {
            let mut state = self.shared.lock();
            state.items -= listing.items.len();
            self.shared.changed.notify_all();
            return (ahead.folder, listing);
        }
        // No thread came to it, or the one that did broke down.
        let (listing, jobs) = self.shared.list(&ahead.folder);
        self.hand_out(jobs);
        (ahead.folder, listing)
    }

    fn hand_out(&self, jobs: Vec<Job>) {
        if self.threads > 0 && !jobs.is_empty() {
            self.shared.lock().jobs.extend(jobs);
            self.shared.changed.notify_all();
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        // A thread that hangs in a dead share is not waited for.
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.next_job() {
            if job.is_taken.swap(true, Ordering::Relaxed) {
                continue;
            }
            let (listing, jobs) = self.list(&job.folder);
            let mut state = self.lock();
            state.items += listing.items.len();
            state.jobs.extend(jobs);
            drop(state);
            self.changed.notify_all();
            // Nobody listens where the walk was given up.
            let _ = job.listing.send(listing);
        }
    }

    fn next_job(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_over {
                return None;
            }
            if state.items < ITEMS_AHEAD
                && let Some(job) = state.jobs.pop()
            {
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lists a folder; returns what stands in it, and the folders among that as jobs, the first one last.
    fn list(&self, folder: &Arc<Folder>) -> (Listing<Ahead>, Vec<Job>) {
        let listing = list(folder, &self.rules, self.follow);
        let mut jobs = Vec::new();
        let mut items = Vec::with_capacity(listing.items.len());
        for Item { name, found } in listing.items {
            let found = match found {
                Found::Folder(folder) => {
                    let (sender, receiver) = bounded(1);
                    let is_taken = Arc::new(AtomicBool::new(false));
                    jobs.push(Job { folder: folder.clone(), is_taken: is_taken.clone(), listing: sender });
                    Found::Folder(Ahead { folder, is_taken, listing: receiver })
                }
                Found::File(facts) => Found::File(facts),
                Found::Link(facts) => Found::Link(facts),
                Found::Refused(reason) => Found::Refused(reason),
            };
            items.push(Item { name, found });
        }
        jobs.reverse();
        (Listing { items, problem: listing.problem }, jobs)
    }
}
