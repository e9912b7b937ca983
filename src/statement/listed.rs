//! Asks the lists of names about the word at a token, where its marks say that a list may hold it.

use super::token::{Analysis, Shape};
use crate::language::NameList;
use crate::language::en::people::{self, Gender, PersonNoun, Title};

impl Analysis<'_> {
    /// Whether a list of names may hold a token's word as it is compared: folded, or in small letters. One that may not
    /// need not be asked.
    #[inline]
    pub(super) fn may_be_in(&self, list: NameList, index: usize) -> bool {
        let token = &self.tokens[index];
        token.names.has(list) || token.shape.has(Shape::MARKED)
    }

    /// Returns to whom the name at a token is usually given.
    pub(super) fn gender_of_given_name(&self, index: usize) -> Option<Gender> {
        let word = self.may_be_in(NameList::GivenName, index).then(|| self.lowercase(index))?;
        people::gender_of_given_name(&word)
    }

    /// Returns what the word at a token says of the person it names.
    pub(super) fn person_noun(&self, index: usize) -> Option<PersonNoun> {
        let word = self.may_be_in(NameList::PersonNoun, index).then(|| self.lowercase(index))?;
        people::person_noun(&word)
    }

    /// Returns what the title at a token tells, with its point or without.
    pub(super) fn title(&self, index: usize) -> Option<Title> {
        let word = self.may_be_in(NameList::Title, index).then(|| self.lowercase(index))?;
        people::title(word.trim_end_matches('.'))
    }

    /// Returns what the noun at a token says of the person it names: whole words, "vice-chairman" by its last part, and
    /// titles, which are nouns too where no name follows: "Sen.", "the Rep.".
    pub(super) fn person_noun_or_title(&self, index: usize) -> Option<PersonNoun> {
        let token = &self.tokens[index];
        if !token.is_word() {
            return None;
        }
        let by_last_part = || {
            let word = token.shape.has(Shape::MARKED).then(|| self.lowercase(index))?;
            people::person_noun(word.rsplit_once('-')?.1)
        };
        let by_title = || people::person_noun(self.title(index)?.office?);
        self.person_noun(index).or_else(by_last_part).or_else(by_title)
    }
}
