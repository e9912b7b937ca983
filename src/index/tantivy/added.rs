//! When documents were indexed first.

use tantivy::columnar::Column;
use tantivy::{DateTime, DocAddress, DocId, Searcher, SegmentReader};

/// Returns whether one of `documents` was indexed at an instant or before, in milliseconds since 1970.
///
/// # Errors
/// If the index cannot be read.
pub fn is_any_by(searcher: &Searcher, documents: &[DocAddress], until_ms: i64) -> tantivy::Result<bool> {
    for document in documents {
        let segment = searcher.segment_reader(document.segment_ord);
        if Added::open(segment)?.is_by(document.doc_id, until_ms) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// When the documents of a segment were indexed.
struct Added {
    added: Column<DateTime>,
    /// How many documents a statement stands behind its article, which alone says when both were indexed.
    ordinals: Option<Column<u64>>,
}

impl Added {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { added: columns.date("added")?, ordinals: columns.column_opt::<u64>("ordinal")? })
    }

    fn is_by(&self, doc: DocId, until_ms: i64) -> bool {
        let behind = self.ordinals.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
        let article = doc.saturating_sub(behind as u32);
        self.added.first(article).is_some_and(|added| added.into_timestamp_millis() <= until_ms)
    }
}
