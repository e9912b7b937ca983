//! Finds the inputs below a folder: every file once, in a stable order, loops and special files refused.
//!
//! Folders are listed and their files looked at by threads that run ahead; what comes out does not depend on them.

mod ahead;
mod facts;
mod listing;
mod naming;
mod rules;

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use facts::{file_id, modified_ns, special_kind};
pub use naming::relative_path;

use super::rejected::{Reason, Rejected};
use super::sidecar;
use ahead::{Ahead, Crew};
use facts::FileId;
use listing::{Facts, Folder, Found, Item, Listing};
use rules::{Rules, is_index_folder};

/// What the walk passes over and what it follows.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Whether folders behind symbolic links are walked too; files behind them always are.
    pub follow: bool,
    /// Lines in gitignore syntax, anchored at the root.
    pub ignore: Vec<String>,
    /// Where not empty, only files that one of these globs (gitignore syntax) matches are read.
    pub include: Vec<String>,
    /// Globs (gitignore syntax) of files to leave out; stronger than `include`.
    pub exclude: Vec<String>,
    /// Threads that list folders ahead of the walk; none are needed.
    pub threads: usize,
}

/// A file that the walk found, with what tells whether it changed since the last look.
#[derive(Debug)]
pub struct Entry {
    folder: Arc<Folder>,
    name: Box<OsStr>,
    pub bytes: u64,
    /// Modification time in nanoseconds since 1970, negative before.
    pub modified_ns: i64,
    /// What changes with the file's sidecar; 0 without one.
    pub sidecar: u64,
    id: FileId,
}

impl Entry {
    fn new(folder: &Arc<Folder>, name: OsString, facts: Facts) -> Self {
        let Facts { bytes, modified_ns, id, sidecar } = facts;
        Self { folder: folder.clone(), name: name.into_boxed_os_str(), bytes, modified_ns, sidecar, id }
    }

    /// Returns the number of the disk on which it stands; zero where the system has no such number.
    pub fn device(&self) -> u64 {
        self.id.device()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path.join(&*self.name)
    }

    /// Returns its path from the root, with `/`; unique also where names are not UTF-8.
    pub fn relative(&self) -> String {
        self.folder.relative(&self.name)
    }
}

/// A mistake in what was asked for, or a root that is not there.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    #[error("{}: {reason}", path.display())]
    Root { path: PathBuf, reason: Reason },
    #[error("`{pattern}` is not a valid pattern: {problem}")]
    Pattern { pattern: String, problem: String },
}

/// Iterates over the inputs below a root in the order of their paths, those behind symbolic links last.
pub struct Walk {
    crew: Crew,
    /// The folders in which the walk stands, the innermost last.
    levels: Vec<Level>,
    /// The identity of each file given: a link to one of them is no second input.
    given: Vec<FileId>,
    /// Files behind links wait until the files that stand in the tree themselves were given.
    waiting: Vec<Entry>,
    flushing: Option<Flushing>,
}

struct Level {
    folder: Arc<Folder>,
    problem: Option<Reason>,
    items: std::vec::IntoIter<Item<Ahead>>,
}

struct Flushing {
    given: HashSet<FileId>,
    waiting: std::vec::IntoIter<Entry>,
}

/// Starts a walk at `root`, a folder or a single file.
///
/// # Errors
/// If the root is not there or cannot be listed, or a pattern is not valid; what is wrong below the root comes out of
/// the iteration.
pub fn walk(root: &Path, options: &WalkOptions) -> Result<Walk, WalkError> {
    walk_within(root, root, options)
}

/// Starts a walk at `start`, which is `root` or something below it; what it finds is what a walk at `root` would find
/// there.
///
/// # Errors
/// As `walk`.
pub fn walk_within(root: &Path, start: &Path, options: &WalkOptions) -> Result<Walk, WalkError> {
    let failed = |reason| WalkError::Root { path: root.to_owned(), reason };
    let metadata = fs::metadata(root).map_err(|error| failed(Reason::from_io(&error)))?;
    // Patterns are anchored at the root; for a single file that is its folder.
    let anchor = if metadata.is_dir() { root } else { root.parent().unwrap_or(Path::new("")) };
    let rules = Rules::new(anchor, options)?;
    let is_whole = start == root;
    let metadata = if is_whole { Ok(metadata) } else { fs::metadata(start) };
    let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
    let crew = Crew::new(rules, options.follow, if is_folder { options.threads } else { 0 });
    let mut walk = Walk { crew, levels: Vec::new(), given: Vec::new(), waiting: Vec::new(), flushing: None };
    let between = start.ancestors().take_while(|above| *above != root);
    if !is_whole && between.into_iter().any(|path| walk.passes_over(path)) {
        return Ok(walk);
    }
    let (folder, listing) = if is_folder {
        let prefix = if is_whole { String::new() } else { format!("{}/", relative_path(root, start)) };
        walk.crew.first(start.to_owned(), prefix)
    } else {
        only(root, start, metadata)
    };
    match listing.problem {
        Some(reason) if is_whole => return Err(failed(reason)),
        _ => walk.enter(folder, listing),
    }
    Ok(walk)
}

/// Returns a listing of the one file at which a walk begins.
fn only(root: &Path, start: &Path, metadata: std::io::Result<fs::Metadata>) -> (Arc<Folder>, Listing<Ahead>) {
    let relative = relative_path(root, start);
    let prefix = relative.rfind('/').map_or("", |slash| &relative[..=slash]);
    let folder = start.parent().unwrap_or(Path::new("")).to_owned();
    let found = match metadata {
        Ok(metadata) => match special_kind(&metadata) {
            Some(kind) => Found::Refused(Reason::NotAFile { kind: kind.into() }),
            None => {
                let sidecar = sidecar::look_beside(start);
                Found::File(Facts { sidecar, ..listing::facts(start, &metadata) })
            }
        },
        Err(error) => Found::Refused(Reason::from_io(&error)),
    };
    let name = start.file_name().unwrap_or_default().to_owned();
    let folder = Arc::new(Folder::first(folder, prefix.to_owned(), false));
    (folder, Listing { items: vec![Item { name, found }], problem: None })
}

impl Iterator for Walk {
    type Item = Result<Entry, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(level) = self.levels.last_mut() {
            if let Some(reason) = level.problem.take() {
                // Gone between listing and looking: as if the walk had come later.
                if reason != Reason::NotFound {
                    return Some(Err(Rejected::input(level.folder.own_relative(), reason)));
                }
            }
            let Some(Item { name, found }) = level.items.next() else {
                self.levels.pop();
                continue;
            };
            match found {
                Found::File(facts) if !level.folder.is_behind_link => {
                    let entry = Entry::new(&level.folder, name, facts);
                    // Two names of one file in the tree (hard links) are two inputs; a link to an input is not.
                    self.given.push(entry.id.clone());
                    return Some(Ok(entry));
                }
                Found::File(facts) | Found::Link(facts) => {
                    self.waiting.push(Entry::new(&level.folder, name, facts));
                }
                Found::Refused(reason) => return Some(Err(Rejected::input(level.folder.relative(&name), reason))),
                Found::Folder(ahead) => {
                    let (folder, listing) = self.crew.arrive(ahead);
                    self.enter(folder, listing);
                }
            }
        }
        if self.waiting.is_empty() && self.flushing.is_none() {
            return None;
        }
        let flushing = self.flushing.get_or_insert_with(|| Flushing {
            given: std::mem::take(&mut self.given).into_iter().collect(),
            waiting: std::mem::take(&mut self.waiting).into_iter(),
        });
        flushing.waiting.find(|entry| flushing.given.insert(entry.id.clone())).map(Ok)
    }
}

impl Walk {
    fn enter(&mut self, folder: Arc<Folder>, listing: Listing<Ahead>) {
        let Listing { items, problem } = listing;
        self.levels.push(Level { folder, problem, items: items.into_iter() });
    }

    fn passes_over(&self, path: &Path) -> bool {
        let is_folder = path.is_dir();
        self.crew.passes_over(path, is_folder) || is_folder && is_index_folder(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "dateline \"index_settings\"").unwrap();
        }
        folder
    }

    /// Returns what a walk finds, which no thread may change.
    fn found(root: &Path, options: &WalkOptions) -> Vec<String> {
        let [alone, helped] = [0, 3].map(|threads| {
            let options = WalkOptions { threads, ..options.clone() };
            let shown = |found| match found {
                Ok(entry) => Entry::relative(&entry),
                Err(Rejected { path, reason, .. }) => format!("{path}: {reason}"),
            };
            walk(root, &options).unwrap().map(shown).collect::<Vec<String>>()
        });
        assert_eq!(alone, helped);
        alone
    }

    #[test]
    fn threads_run_ahead_without_a_change_of_order() {
        let names: Vec<String> = (0..40).map(|number| format!("{}/{}/{number}.txt", number % 3, number % 7)).collect();
        let folder = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = found(folder.path(), &WalkOptions::default());
        assert!(found.len() == 40 && found.is_sorted(), "{found:?}");
        // A walk that is given up leaves its threads nothing to wait for.
        let options = WalkOptions { threads: 2, ..WalkOptions::default() };
        assert_eq!(walk(folder.path(), &options).unwrap().take(1).count(), 1);
    }

    #[test]
    fn passes_over_what_is_no_input() {
        let folder = tree(&[
            "a.txt",
            ".hidden.txt",
            ".git/b.txt",
            "dateline.toml",
            "a.txt.yaml",
            "lone.yaml",
            "index/about.toml",
            "index/x.txt",
            "old/meta.json",
            "old/y.txt",
            "2025/c.txt",
        ]);
        assert_eq!(found(folder.path(), &WalkOptions::default()), ["2025/c.txt", "a.txt", "lone.yaml"]);
    }

    #[test]
    fn globs_choose() {
        let folder = tree(&["a.txt", "b.html", "drafts/c.txt", "2025/d.txt", "2025/e.json"]);
        let lines = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect::<Vec<_>>();
        struct Row {
            name: &'static str,
            /// Ignored, included, excluded.
            globs: [&'static [&'static str]; 3],
            expected: &'static [&'static str],
        }
        let row = |name, globs, expected| Row { name, globs, expected };
        let rows = [
            row("ignore a folder", [&["drafts/"], &[], &[]], &["2025/d.txt", "2025/e.json", "a.txt", "b.html"]),
            row("include a kind", [&[], &["*.txt"], &[]], &["2025/d.txt", "a.txt", "drafts/c.txt"]),
            row("include a folder", [&[], &["2025/"], &[]], &["2025/d.txt", "2025/e.json"]),
            row("exclude is stronger", [&[], &["*.txt"], &["/a.txt"]], &["2025/d.txt", "drafts/c.txt"]),
            row("negated line", [&["*.txt", "!d.txt"], &[], &[]], &["2025/d.txt", "2025/e.json", "b.html"]),
        ];
        for Row { name, globs: [ignore, include, exclude], expected } in rows {
            let options = WalkOptions {
                ignore: lines(ignore),
                include: lines(include),
                exclude: lines(exclude),
                ..WalkOptions::default()
            };
            assert_eq!(found(folder.path(), &options), expected, "{name}");
        }
        let broken = WalkOptions { exclude: lines(&["a[.txt"]), ..WalkOptions::default() };
        assert!(matches!(walk(folder.path(), &broken), Err(WalkError::Pattern { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_read_once_and_never_loop() {
        use std::os::unix::fs::symlink;
        let folder = tree(&["news/a.txt", "elsewhere/b.txt", "elsewhere/deep/c.txt"]);
        let news = folder.path().join("news");
        symlink(news.join("a.txt"), news.join("0-same.txt")).unwrap();
        symlink(folder.path().join("elsewhere/b.txt"), news.join("b-link.txt")).unwrap();
        symlink(folder.path().join("elsewhere/b.txt"), news.join("b-again.txt")).unwrap();
        symlink(folder.path().join("elsewhere"), news.join("all")).unwrap();
        symlink(&news, news.join("loop")).unwrap();
        symlink(folder.path().join("nowhere"), news.join("lost.txt")).unwrap();
        symlink(news.join("self.txt"), news.join("self.txt")).unwrap();

        let mut plain = found(&news, &WalkOptions::default());
        plain.sort();
        assert_eq!(
            plain,
            [
                "a.txt",
                "b-again.txt",
                "lost.txt: is a symbolic link to nothing",
                "self.txt: is a symbolic link that leads to itself or to a folder above it"
            ]
        );
        let mut followed = found(&news, &WalkOptions { follow: true, ..WalkOptions::default() });
        followed.sort();
        assert_eq!(
            followed,
            [
                "a.txt",
                "all/b.txt",
                "all/deep/c.txt",
                "loop: is a symbolic link that leads to itself or to a folder above it",
                "lost.txt: is a symbolic link to nothing",
                "self.txt: is a symbolic link that leads to itself or to a folder above it"
            ]
        );
    }

    #[test]
    fn a_walk_of_a_part_finds_what_the_whole_walk_finds_there() {
        let folder = tree(&["2025/a.txt", "2025/drafts/b.txt", "2025/.cache/c.txt", "old/meta.json", "d.txt"]);
        let options = WalkOptions { ignore: vec!["/2025/drafts/".into()], ..WalkOptions::default() };
        let rows: [(&str, &[&str]); 6] = [
            ("", &["2025/a.txt", "d.txt"]),
            ("2025", &["2025/a.txt"]),
            ("2025/a.txt", &["2025/a.txt"]),
            ("2025/drafts", &[]),
            ("2025/.cache/c.txt", &[]),
            ("old", &[]),
        ];
        for (part, expected) in rows {
            let start = folder.path().join(part);
            let start = if part.is_empty() { folder.path() } else { &start };
            let found: Vec<String> =
                walk_within(folder.path(), start, &options).unwrap().map(|found| found.unwrap().relative()).collect();
            assert_eq!(found, expected, "{part}");
        }
    }

    #[test]
    fn a_missing_root_is_an_error_and_a_file_is_its_own_root() {
        let folder = tree(&["a.txt"]);
        assert!(matches!(
            walk(&folder.path().join("nowhere"), &WalkOptions::default()),
            Err(WalkError::Root { reason: Reason::NotFound, .. })
        ));
        assert_eq!(found(&folder.path().join("a.txt"), &WalkOptions::default()), ["a.txt"]);
    }
}
