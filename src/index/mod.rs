//! In: articles with their statements, and queries. Out: an index on disk, and hits.

/// The directory: generations, the pointer to the one in force, the lock.
pub mod place;

pub use place::{Place, PlaceError};
