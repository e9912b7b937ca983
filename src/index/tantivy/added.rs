//! When documents were indexed first, and which of them say what was known before.

use std::collections::HashMap;

use tantivy::columnar::Column;
use tantivy::{DateTime, DocAddress, DocId, SegmentReader};

use super::copies::Comparison;
use super::read::Archive;
use crate::search::Target;

/// When the documents of a segment were indexed.
pub struct Added {
    added: Column<DateTime>,
    /// How many documents a statement stands behind its article, which alone says when both were indexed.
    ordinals: Option<Column<u64>>,
}

impl Added {
    /// # Errors
    /// If the columns cannot be read.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { added: columns.date("added")?, ordinals: columns.column_opt::<u64>("ordinal")? })
    }

    /// Returns whether a document was indexed at an instant or before, in milliseconds since 1970.
    pub fn is_by(&self, doc: DocId, until_ms: i64) -> bool {
        let behind = self.ordinals.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
        let article = doc.saturating_sub(behind as u32);
        self.added.first(article).is_some_and(|added| added.into_timestamp_millis() <= until_ms)
    }
}

/// Tells which documents of one kind say what one says that was indexed at an instant or before.
pub struct Known<'a> {
    archive: &'a Archive,
    comparison: Comparison<'a>,
    until_ms: i64,
    /// By the key that documents of the same words share: of many such each would look through the same list.
    copies: HashMap<u64, bool>,
}

impl<'a> Known<'a> {
    /// Returns one for an instant in milliseconds since 1970.
    pub fn new(archive: &'a Archive, target: Target, until_ms: i64) -> Self {
        Self { archive, comparison: Comparison::new(archive, target), until_ms, copies: HashMap::new() }
    }

    /// Returns whether a document of the same words was known.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn has_copy(&mut self, address: DocAddress) -> tantivy::Result<bool> {
        let own = self.comparison.imprint(address)?;
        let Some(key) = own.copies() else { return Ok(false) };
        if let Some(is_known) = self.copies.get(&key) {
            return Ok(*is_known);
        }
        let is_known = self.comparison.any_of_same_words(&own, |address| self.is_by(address))?;
        self.copies.insert(key, is_known);
        Ok(is_known)
    }

    /// Returns whether a statement was known that is this one, trimmed or with a word changed.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn has_variant(&self, statement: DocAddress) -> tantivy::Result<bool> {
        let copies = self.comparison.copies(&self.comparison.imprint(statement)?, |all| {
            let mut known = Vec::new();
            for address in all {
                if self.is_by(address)? {
                    known.push(address);
                }
            }
            Ok(known)
        })?;
        Ok(copies.iter().next().is_some())
    }

    fn is_by(&self, address: DocAddress) -> tantivy::Result<bool> {
        Ok(self.archive.copy_columns(address.segment_ord).added()?.is_by(address.doc_id, self.until_ms))
    }
}
