//! The columns that lead from an article to its statements, which stand behind it, and back.
//!
//! Queries share those that are opened once for a commit: of a large segment that takes longer than most questions.

use std::collections::HashMap;

use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

/// The columns of one segment.
#[derive(Clone)]
pub struct Neighbours {
    ordinals: Column<u64>,
    /// None where the segment has no article.
    statements: Option<Column<u64>>,
}

impl Neighbours {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { ordinals: columns.u64("ordinal")?, statements: columns.column_opt("statements")? })
    }

    /// Returns the number of a statement in its article, from 1; of an article 0.
    pub fn ordinal(&self, doc: DocId) -> u64 {
        self.ordinals.first(doc).unwrap_or_default()
    }

    /// Returns the article to which a document belongs, which must be one of the segment.
    pub fn article_of(&self, doc: DocId) -> DocId {
        Self::article_before(doc, self.ordinal(doc))
    }

    /// Returns the article to which a document with such a number in it belongs.
    pub fn article_before(doc: DocId, ordinal: u64) -> DocId {
        doc.saturating_sub(ordinal.try_into().unwrap_or(0))
    }

    /// Returns the numbers of statements in their articles, for those who read many.
    pub fn ordinals(&self) -> &Column<u64> {
        &self.ordinals
    }

    /// Returns how many statements articles have, for those who read many; none where the segment has no article.
    pub fn counts(&self) -> Option<&Column<u64>> {
        self.statements.as_ref()
    }

    /// Returns the statements of an article.
    pub fn statements_of(&self, article: DocId) -> std::ops::Range<DocId> {
        let count = self.statements.as_ref().and_then(|statements| statements.first(article)).unwrap_or_default();
        Self::statements_behind(article, count)
    }

    /// Returns the statements of an article that has so many.
    pub fn statements_behind(article: DocId, count: u64) -> std::ops::Range<DocId> {
        let first = article.saturating_add(1);
        first..first.saturating_add(count.try_into().unwrap_or(DocId::MAX))
    }
}

/// The columns of every segment of a commit.
pub struct AllNeighbours(HashMap<SegmentId, Neighbours>);

impl AllNeighbours {
    /// Opens them.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(searcher: &Searcher) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter();
        let opened = segments.map(|segment| Ok((segment.segment_id(), Neighbours::open(segment)?)));
        Ok(Self(opened.collect::<tantivy::Result<_>>()?))
    }

    /// Returns those of a segment.
    ///
    /// # Errors
    /// If it is of another commit.
    pub fn of(&self, segment: &SegmentReader) -> tantivy::Result<&Neighbours> {
        self.0.get(&segment.segment_id()).ok_or_else(of_another_commit)
    }
}

/// Returns the error of a query that is asked of segments which it was not made for.
pub fn of_another_commit() -> TantivyError {
    TantivyError::InvalidArgument("a query was asked of another commit".into())
}
