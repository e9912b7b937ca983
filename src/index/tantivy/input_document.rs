//! The document that one input leaves: what decides whether it must be read again, and what became of it.

use serde::{Deserialize, Serialize};
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use super::schema::{Schema, day_number};
use crate::index::record::RecordError;
use crate::input::{Note, Rejected};

/// Most rejected records that are kept by name; their number is kept whatever it is.
pub const REJECTIONS_KEPT: usize = 200;
/// What `modified_ns` holds where the time of the last change proves nothing, so that the hash decides at the next
/// look.
pub const MODIFIED_UNSURE: i64 = i64::MIN;

/// An input as the index is to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct InputState {
    pub collection: String,
    pub path: String,
    pub input: u64,
    pub bytes: u64,
    pub modified_ns: i64,
    pub settings: u64,
    pub extractor: u32,
    pub unfinished: bool,
    pub record: InputRecord,
}

/// What is stored of an input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Of the raw bytes; zeros where they could not be read.
    pub hash: [u8; 32],
    /// Name of its row in `FORMATS`; empty where none was recognised.
    pub format: String,
    pub articles: u64,
    pub statements: u64,
    /// Records that were rejected, or 1 where the whole input was.
    pub rejected: u64,
    /// The first `REJECTIONS_KEPT` of them.
    pub rejections: Vec<Rejected>,
    pub notes: Vec<Note>,
}

/// Returns the part of a hash that stands in a column.
pub fn column_hash(hash: &[u8; 32]) -> u64 {
    u64::from_be_bytes(*hash.first_chunk().expect("32 bytes"))
}

impl Schema {
    /// Returns the document of an input.
    pub fn input_document(&self, state: &InputState) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.field("document"), "input");
        document.add_u64(self.field("day"), day_number(None));
        document.add_text(self.field("collection"), &state.collection);
        document.add_text(self.field("path"), &state.path);
        document.add_u64(self.field("ordinal"), 0);
        document.add_u64(self.field("input"), state.input);
        document.add_u64(self.field("input_key"), state.input);
        // Its own key as a member, so that it is replaced without touching its articles.
        document.add_u64(self.field("member"), state.input);
        document.add_u64(self.field("hash"), column_hash(&state.record.hash));
        document.add_u64(self.field("size"), state.bytes);
        document.add_i64(self.field("modified"), state.modified_ns);
        document.add_u64(self.field("settings"), state.settings);
        document.add_u64(self.field("extractor"), state.extractor.into());
        document.add_u64(self.field("unfinished"), state.unfinished.into());
        if let Some(first) = state.record.rejections.first() {
            document.add_text(self.field("rejected"), first.reason.to_string());
        }
        let record = postcard::to_stdvec(&state.record).expect("a record is plain data, written to memory");
        document.add_bytes(self.field("record"), &record);
        document
    }

    /// Returns the term that deletes everything an input left.
    pub fn input_term(&self, input: u64) -> Term {
        Term::from_field_u64(self.field("input"), input)
    }

    /// Returns the term that deletes one member: an article with its statements, or the document of an input alone.
    pub fn member_term(&self, member: u64) -> Term {
        Term::from_field_u64(self.field("member"), member)
    }

    /// Returns the term that deletes a collection.
    pub fn collection_term(&self, name: &str) -> Term {
        Term::from_field_text(self.field("collection"), name)
    }

    /// Reads what is stored of the input at `address`.
    ///
    /// # Errors
    /// If the engine cannot read it or it is damaged.
    pub fn input_record(&self, searcher: &Searcher, address: DocAddress) -> Result<InputRecord, InputRecordError> {
        let document: TantivyDocument = searcher.doc(address)?;
        let bytes = document.get_first(self.field("record")).and_then(|value| value.as_bytes()).unwrap_or_default();
        postcard::from_bytes(bytes).map_err(|source| RecordError::new("input", source).into())
    }
}

/// Why the record of an input cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum InputRecordError {
    #[error(transparent)]
    Engine(#[from] tantivy::TantivyError),
    #[error(transparent)]
    Record(#[from] RecordError),
}
