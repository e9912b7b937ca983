//! In: numbers of values in a column of texts. Out: the values, with the dictionary read once from front to back.
//!
//! Looked up one by one, each value would unpack a block of the dictionary again.

use std::io;

use tantivy::columnar::StrColumn;

/// Returns the values behind `ordinals`, which are in order and each there once.
///
/// # Errors
/// If the dictionary cannot be read, or has no such value.
pub fn labels(column: &StrColumn, ordinals: &[u64]) -> tantivy::Result<Vec<String>> {
    let mut labels = Vec::with_capacity(ordinals.len());
    let mut are_texts = true;
    let are_known = column.dictionary().sorted_ords_to_term_cb(ordinals, |label| match std::str::from_utf8(label) {
        Ok(label) => labels.push(label.to_owned()),
        Err(_) => are_texts = false,
    })?;
    if are_known && are_texts {
        return Ok(labels);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "a column's dictionary lacks a value of the column").into())
}
