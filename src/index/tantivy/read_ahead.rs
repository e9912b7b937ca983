//! The files of an index as one page of hits reads them: here and there, so that the system is to read nothing ahead; but for
//! posting lists, which are read from front to back.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Advice, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// Ending of the files that hold posting lists.
const POSTINGS: &str = "idx";

/// A directory whose files are mapped with advice for the system.
#[derive(Clone, Debug)]
pub struct ReadHereAndThere {
    in_order: MmapDirectory,
    scattered: MmapDirectory,
}

impl ReadHereAndThere {
    /// Opens a directory.
    ///
    /// # Errors
    /// If it is none.
    pub fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        let scattered = MmapDirectory::open_with_madvice(folder, Advice::Random)?;
        Ok(Self { in_order: MmapDirectory::open(folder)?, scattered })
    }
}

impl Directory for ReadHereAndThere {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let is_postings = path.extension().is_some_and(|extension| extension == POSTINGS);
        if is_postings { &self.in_order } else { &self.scattered }.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.in_order.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.in_order.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.in_order.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.in_order.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.in_order.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.in_order.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.in_order.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.in_order.watch(callback)
    }
}
