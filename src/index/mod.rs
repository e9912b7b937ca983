//! In: articles with their statements, and queries. Out: an index on disk, and hits.

/// Where bands are looked up.
mod bands;
/// What is wrong with an index.
pub mod check;
/// Words and where they stand to each other, as a shape.
pub mod compile;
/// When a question is given up.
pub mod deadline;
/// Paragraphs and sentences, packed.
mod divided;
/// Memory that is needed next, brought near.
mod fetch;
/// The one list of fields.
pub mod fields;
/// The index against the files it was made from.
pub mod input_check;
/// What is in an index: collections, inputs, numbers.
pub mod inventory;
/// Who is who, in a file beside the commit.
mod kept_speakers;
/// Hashes by which documents are found, replaced and recognised as copies.
pub mod keys;
/// Which characters are letters, which join words, and how they fold.
mod letters;
/// Sentence and paragraph starts, capitals and joined words, at the positions of a text's words.
pub mod marks;
/// Terms at positions, packed into one text.
pub mod packed;
/// What an indexed word must look like.
pub mod pattern;
/// What stands beside every commit: versions, collections, queries.
pub mod payload;
/// The directory: generations, the pointer to the one in force, the lock.
pub mod place;
/// Where phrases, nearness and sentences of words stand.
pub mod proximity;
/// What is stored of an article and a statement.
pub mod record;
/// What `--new NAME` has shown.
pub mod seen;
/// Who speaks in an index, under which names and roles.
pub mod speakers;
/// The statements of an article, packed to be stored beside it.
mod spoken;
/// Words to stems.
pub mod stems;
/// The engine.
pub mod tantivy;
/// Numbers to terms.
mod term_texts;
/// Statements that are others, trimmed or slightly re-worded.
pub mod variant;
/// Terms to numbers.
mod vocabulary;
/// Words of statements in eight bits each.
pub mod word_codes;
/// Text to folded words.
pub mod words;

pub use place::{Place, PlaceError};
pub use record::{Placement, RecordError, StoredArticle, body_hash};
