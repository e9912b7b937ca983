//! What a walk passes over: hidden files, settings, what only describes another file, indexes, and what patterns say.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{WalkError, WalkOptions};
use crate::input::sidecar;

/// The options of a walk, compiled.
#[derive(Debug)]
pub(super) struct Rules {
    ignore: Gitignore,
    exclude: Gitignore,
    include: Option<Gitignore>,
}

impl Rules {
    /// Compiles the patterns of a walk whose paths begin with `anchor`.
    ///
    /// # Errors
    /// If one of them is not valid.
    pub fn new(anchor: &Path, options: &WalkOptions) -> Result<Self, WalkError> {
        let include = if options.include.is_empty() { None } else { Some(patterns(anchor, &options.include)?) };
        Ok(Self { ignore: patterns(anchor, &options.ignore)?, exclude: patterns(anchor, &options.exclude)?, include })
    }

    /// Whether a walk leaves a path out for its name.
    pub fn passes_over(&self, path: &Path, is_folder: bool) -> bool {
        let Some(name) = path.file_name() else { return false };
        if name.as_encoded_bytes().starts_with(b".") {
            return true;
        }
        // Without patterns neither costs anything.
        if self.ignore.matched(path, is_folder).is_ignore() || self.exclude.matched(path, is_folder).is_ignore() {
            return true;
        }
        if is_folder {
            return false;
        }
        if name == "dateline.toml" || sidecar::described_by(path).is_some() {
            return true;
        }
        self.include.as_ref().is_some_and(|include| !include.matched_path_or_any_parents(path, false).is_ignore())
    }
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

/// Names of files that an index has, ours or a bare one of the engine, each with a word that stands in it.
const INDEX_FILES: [(&str, &str); 2] = [("about.toml", "dateline"), ("meta.json", "\"index_settings\"")];

/// Whether a folder is an index.
pub(super) fn is_index_folder(folder: &Path) -> bool {
    INDEX_FILES.iter().any(|(name, word)| begins_with_mention(&folder.join(name), word))
}

/// Whether a file of this name makes a look worth while whether its folder is an index.
pub(super) fn hints_at_index(name: &std::ffi::OsStr) -> bool {
    INDEX_FILES.iter().any(|(index_file, _)| name == *index_file)
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
