//! A name as those of one article are compared.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::speaker::{Likeness, Name, leave_bare};

/// A name without titles, particles and suffix.
#[derive(Debug, Default)]
pub(super) struct BareName<'t> {
    /// Folded, in reading order; mostly as they stand in the text.
    pub words: Vec<Cow<'t, str>>,
    pub suffix: Option<&'static str>,
    /// With the sounds of its words, which are asked of few.
    sounding: OnceCell<Box<Name>>,
}

impl<'t> BareName<'t> {
    /// Takes a name apart whose words are folded.
    pub fn of(mut words: Vec<Cow<'t, str>>) -> Self {
        let suffix = leave_bare(&mut words);
        Self { words, suffix, sounding: OnceCell::new() }
    }

    /// Judges by the names alone whether two may be one person's.
    pub fn likeness(&self, other: &Self) -> Likeness {
        self.sounding().likeness(other.sounding())
    }

    fn sounding(&self) -> &Name {
        self.sounding.get_or_init(|| Name::of_bare(&self.words, self.suffix).into())
    }

    /// Returns the letters by which a body of this name may go: `nba` for "National Bank of Arden".
    pub fn acronym(&self) -> impl Iterator<Item = char> {
        let skipped = ["of", "for", "and", "the", "on", "in", "at"];
        self.words.iter().filter(move |word| !skipped.contains(&&***word)).filter_map(|word| word.chars().next())
    }
}
