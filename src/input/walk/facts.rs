//! What the system says of a file: what it is, when it changed last, and which file it is under whatever name.

use std::fs::Metadata;
use std::path::Path;

/// Tells a file from every other, whatever names lead to it.
#[cfg(unix)]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

/// Tells a file from every other: its path without links, where the system has no number for it.
#[cfg(not(unix))]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileId(std::path::PathBuf);

impl FileId {
    #[cfg(unix)]
    pub(super) fn device(&self) -> u64 {
        self.device
    }

    #[cfg(not(unix))]
    pub(super) fn device(&self) -> u64 {
        0
    }
}

#[cfg(unix)]
pub(crate) fn file_id(_path: &Path, metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId { device: metadata.dev(), inode: metadata.ino() }
}

#[cfg(not(unix))]
pub(crate) fn file_id(path: &Path, _metadata: &Metadata) -> FileId {
    FileId(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
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

/// Returns the modification time in nanoseconds since 1970; 0 where the system knows none.
pub(crate) fn modified_ns(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}
