//! When documents were indexed first.

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// Returns whether a document with the key of copies was indexed at an instant or before, in milliseconds since 1970.
///
/// # Errors
/// If the index cannot be read.
pub fn knew_copy(searcher: &Searcher, copies: Field, key: u64, until_ms: i64) -> tantivy::Result<bool> {
    for segment in searcher.segment_readers() {
        if segment_knew(segment, copies, key, until_ms)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn segment_knew(segment: &SegmentReader, copies: Field, key: u64, until_ms: i64) -> tantivy::Result<bool> {
    let term = Term::from_field_u64(copies, key);
    let Some(mut postings) = segment.inverted_index(copies)?.read_postings(&term, IndexRecordOption::Basic)? else {
        return Ok(false);
    };
    let columns = segment.fast_fields();
    let (added, ordinals) = (columns.date("added")?, columns.column_opt::<u64>("ordinal")?);
    while postings.doc() != TERMINATED {
        let doc = postings.doc();
        // A statement stands so many documents behind its article, which alone says when both were indexed.
        let behind = ordinals.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
        let article = doc.saturating_sub(behind as u32);
        let known = added.first(article).is_some_and(|added| added.into_timestamp_millis() <= until_ms);
        if known && !segment.is_deleted(doc) {
            return Ok(true);
        }
        postings.advance();
    }
    Ok(false)
}
