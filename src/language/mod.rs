//! What is true of one language: word lists that a linguist can edit, and a little code that reads them.
//!
//! To add a language: a folder with its word lists and one row in [`LANGUAGES`].

mod classes;
pub mod en;
mod lexicon;
mod word_table;

pub use classes::{Class, Classes, Form, Forms, Frame, NameList, NameLists};
pub use lexicon::{Entry, Lexicon, WordId};
pub(crate) use word_table::FastHash;
use word_table::WordTable;

/// One language that statements are read in.
pub struct Language {
    /// ISO 639-1, such as `en`.
    pub code: &'static str,
    /// Reads the word lists; the result is kept by the caller.
    pub lexicon: fn() -> Lexicon,
}

/// Every language that has word lists; the first one also serves articles in an unknown language.
pub const LANGUAGES: &[Language] = &[Language { code: "en", lexicon: en::lexicon }];
