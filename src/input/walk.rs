//! Finds the inputs below a folder: every file once, in a stable order, loops and special files refused.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::rejected::{Reason, Rejected};

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
}

/// A file that the walk found, with what tells whether it changed since the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: PathBuf,
    /// From the root, with `/`; unique also where names are not UTF-8.
    pub relative: String,
    pub bytes: u64,
    /// Modification time in nanoseconds since 1970, negative before.
    pub modified_ns: i64,
    /// Zero where the system has no such number.
    pub device: u64,
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
    root: PathBuf,
    inner: walkdir::IntoIter,
    follow: bool,
    ignore: Gitignore,
    exclude: Gitignore,
    include: Option<Gitignore>,
    /// Identity of each file given: a link to one of them is no second input.
    given: HashSet<FileId>,
    linked_folders: Vec<PathBuf>,
    /// Files behind links wait until the files that stand in the tree themselves were given.
    waiting: Vec<PathBuf>,
    flushing: Option<std::vec::IntoIter<PathBuf>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FileId {
    #[cfg_attr(not(unix), allow(dead_code, reason = "only Unix tells the number of a file"))]
    Inode(u64, u64),
    #[cfg_attr(unix, allow(dead_code, reason = "Unix tells the number of a file"))]
    Path(PathBuf),
}

/// Starts a walk at `root`, a folder or a single file.
///
/// # Errors
/// If the root is not there or a pattern is not valid; what is wrong below the root comes out of the iteration.
pub fn walk(root: &Path, options: &WalkOptions) -> Result<Walk, WalkError> {
    walk_within(root, root, options)
}

/// Starts a walk at `start`, which is `root` or something below it; what it finds is what a walk at `root` would find
/// there.
///
/// # Errors
/// As `walk`.
pub fn walk_within(root: &Path, start: &Path, options: &WalkOptions) -> Result<Walk, WalkError> {
    let metadata = fs::metadata(root)
        .map_err(|error| WalkError::Root { path: root.to_owned(), reason: Reason::from_io(&error) })?;
    // Patterns are anchored at the root; for a single file that is its folder.
    let anchor = if metadata.is_dir() { root } else { root.parent().unwrap_or(Path::new("")) };
    let include = if options.include.is_empty() { None } else { Some(patterns(anchor, &options.include)?) };
    let mut walk = Walk {
        root: root.to_owned(),
        inner: walkdir::WalkDir::new(start).follow_links(options.follow).sort_by_file_name().into_iter(),
        follow: options.follow,
        ignore: patterns(anchor, &options.ignore)?,
        exclude: patterns(anchor, &options.exclude)?,
        include,
        given: HashSet::new(),
        linked_folders: Vec::new(),
        waiting: Vec::new(),
        flushing: None,
    };
    let between = start.ancestors().take_while(|above| *above != root);
    if start != root && between.into_iter().any(|path| walk.passes_over(path, path.is_dir())) {
        walk.flushing = Some(Vec::new().into_iter());
    }
    Ok(walk)
}

fn patterns(anchor: &Path, lines: &[String]) -> Result<Gitignore, WalkError> {
    let mut builder = GitignoreBuilder::new(anchor);
    // Else `a[.txt` would silently mean a file of that name.
    builder.allow_unclosed_class(false);
    for line in lines {
        builder
            .add_line(None, line)
            .map_err(|error| WalkError::Pattern { pattern: line.clone(), problem: error.to_string() })?;
    }
    builder.build().map_err(|error| WalkError::Pattern { pattern: lines.join(" "), problem: error.to_string() })
}

impl Iterator for Walk {
    type Item = Result<Entry, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.flushing.is_none() {
            match self.inner.next() {
                None => self.flushing = Some(std::mem::take(&mut self.waiting).into_iter()),
                Some(Err(error)) => match self.rejected(&error) {
                    Some(rejected) => return Some(Err(rejected)),
                    None => continue,
                },
                Some(Ok(found)) => {
                    if let Some(result) = self.visit(found) {
                        return Some(result);
                    }
                }
            }
        }
        loop {
            let path = self.flushing.as_mut()?.next()?;
            if let Some(result) = self.enter(path, true) {
                return Some(result);
            }
        }
    }
}

impl Walk {
    /// Decides about one thing that the walk met: nothing to give, an input, or a rejection.
    fn visit(&mut self, found: walkdir::DirEntry) -> Option<Result<Entry, Rejected>> {
        let is_root = found.depth() == 0;
        let path = found.path();
        let is_folder = found.file_type().is_dir();
        if !is_root && self.passes_over(path, is_folder) {
            if is_folder {
                self.inner.skip_current_dir();
            }
            return None;
        }
        if is_folder {
            if found.path_is_symlink() && !is_root {
                self.linked_folders.push(path.to_owned());
            }
            return None;
        }
        let behind_link = found.path_is_symlink() || self.linked_folders.iter().any(|folder| path.starts_with(folder));
        if behind_link && !is_root {
            self.waiting.push(found.into_path());
            return None;
        }
        self.enter(found.into_path(), false)
    }

    /// Makes the entry of one file, or says why it is none.
    fn enter(&mut self, path: PathBuf, behind_link: bool) -> Option<Result<Entry, Rejected>> {
        let relative = relative_path(&self.root, &path);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => {
                let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
                let reason = match Reason::from_io(&error) {
                    Reason::NotFound if is_link => Reason::DanglingLink,
                    Reason::Io { .. } if is_link => Reason::LinkLoop,
                    // Gone between listing and looking: as if the walk had come later.
                    Reason::NotFound => return None,
                    reason => reason,
                };
                return Some(Err(Rejected::input(relative, reason)));
            }
        };
        if metadata.is_dir() {
            // A link to a folder, which is only walked when asked.
            return None;
        }
        if let Some(kind) = special_kind(&metadata) {
            return Some(Err(Rejected::input(relative, Reason::NotAFile { kind: kind.into() })));
        }
        let is_new = self.given.insert(file_id(&path, &metadata));
        // Two names of one file in the tree (hard links) are two inputs; a link to an input is not.
        if !is_new && (behind_link || self.follow) {
            return None;
        }
        Some(Ok(Entry {
            relative,
            bytes: metadata.len(),
            modified_ns: modified_ns(&metadata),
            device: device(&metadata),
            path,
        }))
    }

    fn passes_over(&self, path: &Path, is_folder: bool) -> bool {
        let Some(name) = path.file_name() else { return false };
        if name.as_encoded_bytes().starts_with(b".") {
            return true;
        }
        if self.ignore.matched(path, is_folder).is_ignore() || self.exclude.matched(path, is_folder).is_ignore() {
            return true;
        }
        if is_folder {
            return is_index_folder(path);
        }
        if name == "dateline.toml" || is_sidecar(path) {
            return true;
        }
        self.include.as_ref().is_some_and(|include| !include.matched_path_or_any_parents(path, false).is_ignore())
    }

    fn rejected(&self, error: &walkdir::Error) -> Option<Rejected> {
        let path = error.path().unwrap_or(&self.root);
        let reason = if error.loop_ancestor().is_some() {
            Reason::LinkLoop
        } else {
            error.io_error().map_or(Reason::LinkLoop, Reason::from_io)
        };
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let reason = match reason {
            Reason::NotFound if is_link => Reason::DanglingLink,
            Reason::Io { .. } if is_link => Reason::LinkLoop,
            Reason::NotFound => return None,
            reason => reason,
        };
        Some(Rejected::input(relative_path(&self.root, path), reason))
    }
}

/// Extensions of files that describe the file whose whole name stands before: `talks.txt.yaml`.
pub(crate) const SIDECAR_EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "toml"];

/// Whether a file only describes the one beside it.
fn is_sidecar(path: &Path) -> bool {
    let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { return false };
    let described = path.with_extension("");
    SIDECAR_EXTENSIONS.contains(&extension) && described.extension().is_some() && described.is_file()
}

/// Whether a folder is an index of ours, or a bare one of the engine.
fn is_index_folder(folder: &Path) -> bool {
    begins_with_mention(&folder.join("about.toml"), "dateline")
        || begins_with_mention(&folder.join("meta.json"), "\"index_settings\"")
}

/// Bytes of a file that tell whether it belongs to an index.
const SIGNATURE_BYTES: u64 = 4096;

fn begins_with_mention(path: &Path, word: &str) -> bool {
    let mut head = Vec::new();
    let is_plain_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    is_plain_file
        && File::open(path).and_then(|file| file.take(SIGNATURE_BYTES).read_to_end(&mut head)).is_ok()
        && memchr::memmem::find(&head, word.as_bytes()).is_some()
}

/// Names what a path is that is neither file nor folder.
pub(crate) fn special_kind(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        return None;
    }
    if metadata.is_dir() {
        return Some("a folder");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    Some("something special")
}

#[cfg(unix)]
pub(crate) fn file_id(_path: &Path, metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId::Inode(metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
pub(crate) fn file_id(path: &Path, _metadata: &Metadata) -> FileId {
    FileId::Path(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
}

#[cfg(unix)]
fn device(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(metadata)
}

#[cfg(not(unix))]
fn device(_metadata: &Metadata) -> u64 {
    0
}

/// Returns the modification time in nanoseconds since 1970; 0 where the system knows none.
pub(crate) fn modified_ns(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// Returns `path` as seen from `root`, with `/` between names; of a root that is a file, its name.
pub fn relative_path(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    if relative.as_os_str().is_empty() {
        return path.file_name().map_or_else(String::new, |name| readable_name(name.as_encoded_bytes()));
    }
    let names: Vec<String> =
        relative.components().map(|part| readable_name(part.as_os_str().as_encoded_bytes())).collect();
    names.join("/")
}

/// Spells a file name in UTF-8 so that different names never become one: bytes that are not UTF-8 as `\xE9`, and a
/// backslash doubled where it could be taken for such.
fn readable_name(name: &[u8]) -> String {
    let doubles_backslash = match std::str::from_utf8(name) {
        Ok(text) if !text.contains("\\x") && !text.contains("\\\\") => return text.to_owned(),
        _ => true,
    };
    let mut spelled = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '\\' && doubles_backslash {
                spelled.push('\\');
            }
            spelled.push(character);
        }
        for byte in chunk.invalid() {
            spelled.push_str(&format!("\\x{byte:02X}"));
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_distinct() {
        let rows: [(&[u8], &str); 5] = [
            (b"talks.txt", "talks.txt"),
            ("Gespräch.txt".as_bytes(), "Gespräch.txt"),
            (b"caf\xE9.txt", "caf\\xE9.txt"),
            (b"caf\\xE9.txt", "caf\\\\xE9.txt"),
            (b"a\\b", "a\\b"),
        ];
        for (name, spelled) in rows {
            assert_eq!(readable_name(name), spelled);
        }
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "dateline \"index_settings\"").unwrap();
        }
        folder
    }

    fn found(root: &Path, options: &WalkOptions) -> Vec<String> {
        walk(root, options)
            .unwrap()
            .map(|found| match found {
                Ok(entry) => entry.relative,
                Err(rejected) => format!("{}: {}", rejected.path, rejected.reason),
            })
            .collect()
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
            let options =
                WalkOptions { follow: false, ignore: lines(ignore), include: lines(include), exclude: lines(exclude) };
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
                walk_within(folder.path(), start, &options).unwrap().map(|found| found.unwrap().relative).collect();
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
