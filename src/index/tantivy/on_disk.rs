//! In: an article. Out: whether it still stands in the file that it was read from.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, TERMINATED, Term};

use super::input_document::InputRecordError;
use super::read::Archive;
use crate::config::Collection;
use crate::index::StoredArticle;
use crate::index::keys::input_key;
use crate::input::{self, ReadOptions};

/// What became of the file of an article since it was indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// Every byte is as it was.
    AsIndexed,
    /// Other parts of the file changed; the article stands in it as it was.
    AmongChanges,
    /// The article does not stand in it any more as it was.
    Changed,
    /// The file is not there, or its collection is not known any more.
    Gone,
    /// It is there and cannot be read.
    Unreadable,
}

impl Archive {
    /// Compares the file of an article with what was read from it: all of its bytes and, where they differ, article by
    /// article.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn on_disk(&self, stored: &StoredArticle) -> Result<OnDisk, InputRecordError> {
        // What stands behind `!` is a member inside the file.
        let path = stored.article.path.split('!').next().unwrap_or_default();
        let Some(collection) = self.payload().collection(&stored.collection) else { return Ok(OnDisk::Gone) };
        let Some(address) = self.input_address(input_key(&stored.collection, path))? else { return Ok(OnDisk::Gone) };
        let known = self.schema().input_record(self.searcher(), address)?.hash;
        Ok(match hash_of(&collection.root.join(path)) {
            Ok(hash) if hash == known => OnDisk::AsIndexed,
            Ok(_) => stands_in(&collection.root, path, stored.content),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                OnDisk::Gone
            }
            Err(_) => OnDisk::Unreadable,
        })
    }

    /// Returns where the document of an input stands: the one that is its own member.
    fn input_address(&self, input: u64) -> tantivy::Result<Option<DocAddress>> {
        let term = Term::from_field_u64(self.schema().field("member"), input);
        for (ordinal, segment) in (0..).zip(self.searcher().segment_readers()) {
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(ordinal, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

/// Reads a file that changed for an article that says `content`, as `RawArticle::content_hash` knows it.
fn stands_in(root: &Path, path: &str, content: u128) -> OnDisk {
    let Ok(settings) = Collection::read(root) else { return OnDisk::Unreadable };
    let options = ReadOptions { names: settings.json_names, ..ReadOptions::default() };
    let mut is_there = false;
    let mut accept = |member: Result<input::RawArticle, input::Rejected>| match member {
        Ok(raw) if raw.content_hash() == content => {
            is_there = true;
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    };
    // What cannot be read of it cannot be the article as it was.
    let _ = input::read(&root.join(path), path, &options, &mut accept);
    if is_there { OnDisk::AmongChanges } else { OnDisk::Changed }
}

fn hash_of(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(*hasher.finalize().as_bytes())
}
