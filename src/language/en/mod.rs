//! English.

pub mod people;

use super::Lexicon;

/// Reads the English word lists.
pub fn lexicon() -> Lexicon {
    let lists =
        [include_str!("grammar.txt"), include_str!("cues.txt"), include_str!("nouns.txt"), include_str!("words.txt")];
    Lexicon::read(&lists, people::listed())
}
