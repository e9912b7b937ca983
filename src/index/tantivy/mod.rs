//! The engine: tantivy, one index, three kinds of document in blocks of an article and its statements.

/// Our words as the engine's tokens.
pub mod analyzer;
/// Articles, statements and inputs as documents.
pub mod document;
/// The engine's schema, made from `FIELDS`.
pub mod schema;

pub use schema::{SCHEMA_VERSION, Schema};
