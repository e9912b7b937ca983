//! The engine: tantivy, one index, three kinds of document in blocks of an article and its statements.

/// Our words as the engine's tokens.
pub mod analyzer;
/// Articles and statements as documents.
pub mod document;
/// One generation opened.
pub mod generation;
/// Inputs as documents.
pub mod input_document;
/// The engine's schema, made from `FIELDS`.
pub mod schema;
/// Names, roles and days of speakers, read from columns.
pub mod speakers;
/// What the last commit knows of inputs and members.
pub mod state;
/// Stored blocks, read back.
pub mod stored;
/// The one writer.
pub mod write;

pub use schema::{SCHEMA_VERSION, Schema};
