//! Ingests again whenever files change: by the system's notifications, and by looking now and then where those fail.
//!
//! 1. ingest 2. see to it that every root is watched 3. wait for a change, or for the next look 4. let a burst settle

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::{HeldBack, IngestError, Options, Progress, Summary, run};
use crate::index::{Place, inventory};

/// How changes are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Watching {
    /// A burst is over when nothing changed for so long.
    pub quiet: Duration,
    /// A burst that does not end is ingested all the same.
    pub longest_burst: Duration,
    /// Looks at everything so often, whether or not a change was notified: network shares notify nobody, and a root that
    /// went away comes back unannounced.
    pub look_every: Duration,
}

impl Default for Watching {
    /// A download writes several files a second; a walk of a million files takes seconds.
    fn default() -> Self {
        Self {
            quiet: Duration::from_secs(1),
            longest_burst: Duration::from_secs(30),
            look_every: Duration::from_secs(300),
        }
    }
}

/// What happens in a watch beside the ingests.
#[derive(Debug)]
pub enum Watched<'w> {
    Progress(Progress<'w>),
    /// An ingest ended.
    Done(&'w Summary),
    /// Another process holds the index; it is tried again.
    Busy,
    /// A root whose changes are not notified; it is looked at now and then.
    Unnotified {
        root: &'w Path,
        problem: String,
    },
}

/// Ingests, and again after every change, until `report` breaks it.
///
/// # Errors
/// As [`run`], but for an index that another process holds: that is waited for.
pub fn watch(
    options: &Options,
    watching: &Watching,
    now: impl Fn() -> DateTime<Utc>,
    report: &mut dyn FnMut(Watched<'_>) -> ControlFlow<()>,
) -> Result<(), IngestError> {
    let (sender, events) = channel();
    let mut notified = Notified { watcher: None, roots: BTreeMap::new(), problems: BTreeMap::new() };
    if let Ok(watcher) = notify::recommended_watcher(sender) {
        notified.watcher = Some(watcher);
    }
    let mut held_back: Vec<HeldBack> = Vec::new();
    loop {
        // Before the ingest, so that no change falls between the two.
        if notified.watch_roots(options, report).is_break() {
            return Ok(());
        }
        let mut is_broken = ControlFlow::Continue(());
        let result = run(&Options { now: now(), ..options.clone() }, &mut |progress| match progress {
            // Told once, not at every look.
            Progress::HeldBack(held) if held_back.contains(held) => {}
            progress => {
                if report(Watched::Progress(progress)).is_break() {
                    is_broken = ControlFlow::Break(());
                }
            }
        });
        let told = match &result {
            Ok(summary) => {
                held_back.clone_from(&summary.held_back);
                report(Watched::Done(summary))
            }
            Err(error) if error.is_busy() => report(Watched::Busy),
            Err(_) => ControlFlow::Continue(()),
        };
        match result {
            Err(error) if !error.is_busy() => return Err(error),
            _ if told.is_break() || is_broken.is_break() => return Ok(()),
            _ => {}
        }
        // The first ingest may have made roots known.
        if notified.watch_roots(options, report).is_break() {
            return Ok(());
        }
        wait(&events, &options.place, watching);
    }
}

/// The roots whose changes are notified.
struct Notified {
    /// None where the system cannot notify.
    watcher: Option<RecommendedWatcher>,
    /// With what the folder was when its watch began: another folder of the same name is not watched.
    roots: BTreeMap<PathBuf, FolderId>,
    /// Roots that could not be watched, and what was told of it.
    problems: BTreeMap<PathBuf, String>,
}

type FolderId = (u64, u64);

impl Notified {
    /// Watches every root that is there and not watched yet; one that went away is watched again once it is back.
    fn watch_roots(
        &mut self,
        options: &Options,
        report: &mut dyn FnMut(Watched<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for root in roots(options) {
            let Some(id) = folder_id(&root) else {
                self.roots.remove(&root);
                continue;
            };
            if self.roots.get(&root) == Some(&id) {
                continue;
            }
            let result = match &mut self.watcher {
                Some(watcher) => {
                    // What was watched under that name may be gone already.
                    let _ = watcher.unwatch(&root);
                    watcher.watch(&root, RecursiveMode::Recursive).map_err(|error| error.to_string())
                }
                None => Err("this system notifies nobody of changes".to_owned()),
            };
            match result {
                Ok(()) => {
                    self.roots.insert(root, id);
                }
                Err(problem) if self.problems.get(&root) != Some(&problem) => {
                    self.problems.insert(root.clone(), problem.clone());
                    report(Watched::Unnotified { root: &root, problem })?;
                }
                Err(_) => {}
            }
        }
        ControlFlow::Continue(())
    }
}

/// Returns the folders to be watched: those named, or all that the index knows.
fn roots(options: &Options) -> Vec<PathBuf> {
    if options.paths.is_empty() {
        let status = inventory::status(&options.place);
        return status.map_or_else(|_| Vec::new(), |known| known.collections.into_iter().map(|c| c.root).collect());
    }
    options.paths.iter().map(|path| fs::canonicalize(path).unwrap_or_else(|_| path.clone())).collect()
}

#[cfg(unix)]
fn folder_id(folder: &Path) -> Option<FolderId> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn folder_id(folder: &Path) -> Option<FolderId> {
    fs::metadata(folder).ok().map(|_| (0, 0))
}

/// Waits until files have changed and then not for a while, or until it is time to look again.
fn wait(events: &Receiver<notify::Result<Event>>, place: &Place, watching: &Watching) {
    let own = fs::canonicalize(place.root()).unwrap_or_else(|_| place.root().to_owned());
    let next_look = Instant::now() + watching.look_every;
    loop {
        match events.recv_timeout(next_look.saturating_duration_since(Instant::now())) {
            Ok(event) if is_change(&event, &own) => break,
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => {
                // No notification will ever come.
                std::thread::sleep(next_look.saturating_duration_since(Instant::now()));
                return;
            }
        }
    }
    let latest = Instant::now() + watching.longest_burst;
    let mut quiet_from = Instant::now() + watching.quiet;
    while Instant::now() < quiet_from.min(latest) {
        match events.recv_timeout(quiet_from.min(latest).saturating_duration_since(Instant::now())) {
            Ok(event) if is_change(&event, &own) => quiet_from = Instant::now() + watching.quiet,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// Returns whether an event tells of a change outside the index itself. Reading files is none, also when we do it.
fn is_change(event: &notify::Result<Event>, own: &Path) -> bool {
    match event {
        Ok(event) => {
            let is_written = matches!(event.kind, EventKind::Access(AccessKind::Close(AccessMode::Write)));
            let is_elsewhere = event.paths.is_empty() || event.paths.iter().any(|path| !path.starts_with(own));
            (is_written || !matches!(event.kind, EventKind::Access(_))) && is_elsewhere
        }
        // What was lost may have been a change.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use notify::event::CreateKind;

    use super::*;

    fn created(path: &str) -> notify::Result<Event> {
        Ok(Event::new(EventKind::Create(CreateKind::File)).add_path(path.into()))
    }

    #[test]
    fn changes_are_told_from_reading_and_from_our_own_writing() {
        let read = EventKind::Access(AccessKind::Open(AccessMode::Read));
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let rows = [
            ("a new file", created("/news/a.txt"), true),
            ("in the index", created("/news/index/about.toml"), false),
            ("beside the index", created("/news/index-of-names.txt"), true),
            ("read", Ok(Event::new(read).add_path("/news/a.txt".into())), false),
            ("written", Ok(Event::new(written).add_path("/news/a.txt".into())), true),
            ("lost", Err(notify::Error::generic("too many")), true),
        ];
        for (name, event, expected) in rows {
            assert_eq!(is_change(&event, Path::new("/news/index")), expected, "{name}");
        }
    }

    #[test]
    fn a_burst_is_waited_out_but_not_for_ever() {
        let place = Place::new("/nowhere/index");
        let millis = Duration::from_millis;
        let (sender, events) = channel();
        sender.send(created("/news/a.txt")).unwrap();
        let writer = thread::spawn(move || {
            while sender.send(created("/news/a.txt")).is_ok() {
                thread::sleep(millis(5));
            }
        });
        let watching = Watching { quiet: millis(400), longest_burst: millis(200), look_every: Duration::from_secs(60) };
        let started = Instant::now();
        wait(&events, &place, &watching);
        assert!(started.elapsed() >= millis(200), "{:?}", started.elapsed());
        drop(events);
        writer.join().unwrap();

        let (sender, events) = channel();
        sender.send(created("/nowhere/index/x")).unwrap();
        let started = Instant::now();
        wait(&events, &place, &Watching { look_every: millis(150), ..watching });
        assert!(started.elapsed() >= millis(150), "the index itself is no reason to wake");
        sender.send(created("/news/a.txt")).unwrap();
        let started = Instant::now();
        wait(&events, &place, &Watching { quiet: millis(100), longest_burst: Duration::from_secs(60), ..watching });
        assert!(started.elapsed() >= millis(100) && started.elapsed() < Duration::from_secs(30));
    }
}
