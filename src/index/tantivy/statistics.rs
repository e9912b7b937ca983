//! Statistics of one kind of document: articles are compared with articles, statements with statements.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tantivy::index::SegmentId;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader, Term};

use super::neighbours::of_another_commit;
use super::schema::Schema;
use crate::search::Target;

/// What BM25 must know of the articles, or the statements, of a commit. Deleted documents count until a merge takes
/// them away, in every figure alike.
#[derive(Clone)]
pub struct Statistics {
    searcher: Searcher,
    documents: u64,
    /// For fields that hold a part of another one's text: a word of the headline is as rare as it is in articles.
    whole_of: Arc<HashMap<Field, Field>>,
    /// By number of the field, its words in all segments, counted when they are first asked for.
    tokens: Arc<[OnceLock<u64>]>,
    ordinals: Arc<HashMap<SegmentId, usize>>,
}

impl Statistics {
    /// Counts the documents of a kind.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn new(searcher: &Searcher, schema: &Schema, target: Target) -> tantivy::Result<Self> {
        let documents = searcher.doc_freq(&kind_term(schema, target))?;
        let whole_of = [("headline_stem", "body_stem"), ("lead_stem", "body_stem"), ("headline", "body")];
        let whole_of = whole_of.map(|(part, whole)| (schema.field(part), schema.field(whole)));
        let ordinals = searcher.segment_readers().iter().enumerate();
        let ordinals: HashMap<_, _> = ordinals.map(|(ordinal, segment)| (segment.segment_id(), ordinal)).collect();
        Ok(Self {
            searcher: searcher.clone(),
            documents,
            whole_of: Arc::new(whole_of.into()),
            tokens: schema.engine().fields().map(|_| OnceLock::new()).collect(),
            ordinals: Arc::new(ordinals),
        })
    }

    /// Returns the place of a segment among those of the commit.
    ///
    /// # Errors
    /// If it is of another commit.
    pub fn ordinal(&self, segment: &SegmentReader) -> tantivy::Result<usize> {
        self.ordinals.get(&segment.segment_id()).copied().ok_or_else(of_another_commit)
    }

    /// Returns the field of which another one holds a part.
    pub fn whole_of(&self, part: Field) -> Option<Field> {
        self.whole_of.get(&part).copied()
    }

    /// Returns the number of documents of the kind, at least 1.
    pub fn documents(&self) -> u64 {
        self.documents.max(1)
    }

    /// Returns in how many documents a word stands that stands in `count` of the postings looked at.
    pub fn bounded(&self, count: u64) -> u64 {
        count.min(self.documents())
    }

    /// Returns the mean number of words of a field.
    ///
    /// # Errors
    /// If the field cannot be read.
    pub fn mean_length(&self, field: Field) -> tantivy::Result<f32> {
        Ok((self.total_num_tokens(field)? as f32 / self.documents() as f32).max(1.0))
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let counted = self.tokens.get(field.field_id() as usize);
        if let Some(tokens) = counted.and_then(OnceLock::get) {
            return Ok(*tokens);
        }
        let mut tokens = 0;
        for segment in self.searcher.segment_readers() {
            tokens += segment.inverted_index(field)?.total_num_tokens();
        }
        Ok(counted.map_or(tokens.max(1), |counted| *counted.get_or_init(|| tokens.max(1))))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let own = self.searcher.doc_freq(term)?;
        let whole = match (self.whole_of.get(&term.field()), term.value().as_str()) {
            (Some(&field), Some(word)) => self.searcher.doc_freq(&Term::from_field_text(field, word))?,
            _ => 0,
        };
        Ok(self.bounded(own.max(whole)))
    }
}

/// Returns the term that every document of a kind has.
pub fn kind_term(schema: &Schema, target: Target) -> Term {
    let kind = match target {
        Target::Articles => "article",
        Target::Statements => "statement",
    };
    Term::from_field_text(schema.field("document"), kind)
}

/// How a term query reads its postings where it ranks.
pub const RANKED: IndexRecordOption = IndexRecordOption::WithFreqs;
