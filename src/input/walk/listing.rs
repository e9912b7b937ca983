//! In: a folder. Out: what stands in it that a walk has to do with, each looked at, in the order of names.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::facts::{FileId, file_id, modified_ns, special_kind};
use super::naming::readable_name;
use super::rules::{Rules, hints_at_index, is_index_folder};
use crate::input::rejected::Reason;
use crate::input::sidecar;

/// A folder that a walk goes through.
#[derive(Debug)]
pub(super) struct Folder {
    pub path: PathBuf,
    /// From the root, with a `/` at its end; empty for the root.
    pub prefix: String,
    /// Whether a symbolic link led here.
    pub is_behind_link: bool,
    /// The folder in which the walk met it; none where the walk begins.
    above: Option<Arc<Folder>>,
    /// Known only where links to folders are followed, which may lead back here.
    id: Option<FileId>,
}

/// What a walk needs to know of a file.
#[derive(Debug)]
pub(super) struct Facts {
    pub bytes: u64,
    pub modified_ns: i64,
    pub id: FileId,
    /// What changes with the file's sidecar; 0 without one.
    pub sidecar: u64,
}

/// One thing in a folder.
#[derive(Debug)]
pub(super) struct Item<F> {
    pub name: OsString,
    pub found: Found<F>,
}

/// What a thing in a folder is; `F` stands for a folder.
#[derive(Debug)]
pub(super) enum Found<F> {
    File(Facts),
    /// A symbolic link to a file.
    Link(Facts),
    Folder(F),
    Refused(Reason),
}

/// What stands in a folder.
#[derive(Debug)]
pub(super) struct Listing<F> {
    pub items: Vec<Item<F>>,
    /// Why it does not hold everything.
    pub problem: Option<Reason>,
}

impl Folder {
    /// Returns the folder in which a walk begins; the items in it are called `prefix` and their names.
    pub fn first(path: PathBuf, prefix: String, follow: bool) -> Self {
        let id = if follow { fs::metadata(&path).ok().map(|metadata| file_id(&path, &metadata)) } else { None };
        Self { path, prefix, is_behind_link: false, above: None, id }
    }

    /// Returns how the thing called `name` in this folder is called from the root.
    pub fn relative(&self, name: &OsStr) -> String {
        let name = readable_name(name.as_encoded_bytes());
        if self.prefix.is_empty() { name } else { format!("{}{name}", self.prefix) }
    }

    /// Returns how the folder itself is called from the root.
    pub fn own_relative(&self) -> String {
        self.prefix.trim_end_matches('/').to_owned()
    }

    fn is_within(&self, id: &FileId) -> bool {
        let mut folder = Some(self);
        while let Some(this) = folder {
            if this.id.as_ref() == Some(id) {
                return true;
            }
            folder = this.above.as_deref();
        }
        false
    }
}

/// Lists a folder. Only what is an index all through is left out as a whole, unless the walk begins there.
pub(super) fn list(folder: &Arc<Folder>, rules: &Rules, follow: bool) -> Listing<Arc<Folder>> {
    let mut listing = Listing { items: Vec::new(), problem: None };
    let entries = match fs::read_dir(&folder.path) {
        Ok(entries) => entries,
        Err(error) => {
            listing.problem = Some(Reason::from_io(&error));
            return listing;
        }
    };
    let mut sidecars = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                listing.problem = Some(Reason::from_io(&error));
                break;
            }
        };
        let name = entry.file_name();
        if folder.above.is_some() && hints_at_index(&name) && is_index_folder(&folder.path) {
            return Listing { items: Vec::new(), problem: None };
        }
        let path = folder.path.join(&name);
        if let Some(described) = sidecar::described_by(&path) {
            let look = fs::metadata(&path).map_or(0, |metadata| sidecar::look(&path, &metadata));
            sidecars.push((described, look));
            continue;
        }
        if let Some(found) = look_at(&entry, &name, folder, rules, follow) {
            listing.items.push(Item { name, found });
        }
    }
    listing.items.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    for (described, look) in sidecars {
        let name = described.file_name().unwrap_or_default();
        if let Ok(place) = listing.items.binary_search_by(|item| item.name.as_os_str().cmp(name))
            && let Found::File(facts) | Found::Link(facts) = &mut listing.items[place].found
        {
            facts.sidecar ^= look;
        }
    }
    listing
}

/// Decides what one thing in a folder is; none where the walk has nothing to do with it.
fn look_at(
    entry: &DirEntry,
    name: &OsStr,
    folder: &Arc<Folder>,
    rules: &Rules,
    follow: bool,
) -> Option<Found<Arc<Folder>>> {
    let path = folder.path.join(name);
    let kind = match entry.file_type() {
        Ok(kind) => kind,
        Err(error) => return refused(&error, false),
    };
    let is_link = kind.is_symlink();
    let target = is_link.then(|| fs::metadata(&path));
    let is_folder = match &target {
        // A link to a folder is only walked, or told as wrong, when asked.
        Some(Ok(target)) if target.is_dir() => {
            if !follow {
                return None;
            }
            true
        }
        _ => kind.is_dir(),
    };
    if rules.passes_over(&path, is_folder) {
        return None;
    }
    let metadata = match target {
        Some(target) => target,
        // Of a folder only its name is needed, unless links may lead back to it.
        None if is_folder && !follow => return Some(Found::Folder(below(folder, name, path, false, None))),
        // Looks from the folder, without going down the path again.
        None => entry.metadata(),
    };
    match metadata {
        Err(error) => refused(&error, is_link),
        Ok(metadata) if metadata.is_dir() => {
            let id = file_id(&path, &metadata);
            if is_link && folder.is_within(&id) {
                return Some(Found::Refused(Reason::LinkLoop));
            }
            Some(Found::Folder(below(folder, name, path, is_link, Some(id))))
        }
        Ok(metadata) => Some(match special_kind(&metadata) {
            Some(kind) => Found::Refused(Reason::NotAFile { kind: kind.into() }),
            None if is_link => Found::Link(facts(&path, &metadata)),
            None => Found::File(facts(&path, &metadata)),
        }),
    }
}

fn refused<F>(error: &std::io::Error, is_link: bool) -> Option<Found<F>> {
    let reason = match Reason::from_io(error) {
        Reason::NotFound if is_link => Reason::DanglingLink,
        Reason::Io { .. } if is_link => Reason::LinkLoop,
        // Gone between listing and looking: as if the walk had come later.
        Reason::NotFound => return None,
        reason => reason,
    };
    Some(Found::Refused(reason))
}

fn below(folder: &Arc<Folder>, name: &OsStr, path: PathBuf, is_link: bool, id: Option<FileId>) -> Arc<Folder> {
    let prefix = format!("{}/", folder.relative(name));
    let is_behind_link = folder.is_behind_link || is_link;
    Arc::new(Folder { path, prefix, is_behind_link, above: Some(folder.clone()), id })
}

/// Returns what a walk needs to know of the file at `path`, but for its sidecar.
pub(super) fn facts(path: &Path, metadata: &Metadata) -> Facts {
    Facts { bytes: metadata.len(), modified_ns: modified_ns(metadata), id: file_id(path, metadata), sidecar: 0 }
}
