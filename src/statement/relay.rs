//! Who passed a statement on: "Roe was quoted by the Norland Times as saying", "the agency, citing Roe, said".

use super::StatementField;
use super::people::{BearerId, BearerKind, NameUse, People};
use super::token::{Analysis, Mark, Token, TokenRange};
use crate::article::Span;
use crate::language::Class;

/// Tokens between a word of passing on and the name it belongs to: "was quoted on Monday by the state news agency".
const REACH: usize = 8;

/// One statement's sentence, and what in it is the speaker's.
pub(super) struct Telling<'s, 'a> {
    pub text: &'s Analysis<'a>,
    pub people: &'s People<'s>,
    pub field: StatementField,
    pub sentence: TokenRange,
    pub content: &'s [Span],
}

/// Whether "as saying" or its like stands at a token: the words of whoever is quoted begin behind it.
pub(super) fn is_as_saying(text: &Analysis<'_>, index: usize) -> bool {
    let verb = text.tokens.get(index + 1);
    text.word(index) == "as" && verb.is_some_and(|verb| verb.frame.is_some() && verb.suffix == *b"ing")
}

impl Telling<'_, '_> {
    fn is_told(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        token.is_word() && token.quotation == 0 && !self.content.iter().any(|content| content.overlaps(token.span()))
    }

    /// Returns the cues that are not the speaker's words, of those that end so.
    fn cues(&self, ends: impl Fn(&Token) -> bool) -> impl Iterator<Item = usize> {
        let cues = self.text.tokens_in(self.sentence).filter(move |(_, token)| token.frame.is_some() && ends(token));
        cues.map(|(index, _)| index).filter(|&index| self.is_told(index))
    }

    /// Finds the first name behind a token, before the clause ends.
    fn name_behind(&self, index: usize) -> Option<&NameUse> {
        let end = self.sentence.end.min(index + 1 + REACH);
        let end = (index + 1..end).find(|&i| self.text.tokens[i].mark != Mark::None).unwrap_or(end);
        self.people.uses_within(self.field, TokenRange::new(index + 1, end)).first()
    }

    /// Returns who passed on what `speaker` said.
    pub(super) fn relayed_by(&self, speaker: Option<BearerId>) -> Option<BearerId> {
        let other = |used: &NameUse| (Some(used.bearer) != speaker).then_some(used.bearer);
        // All three words are listed as cues.
        let ends = |token: &Token| matches!(&token.suffix, b"ted" | b"ing");
        let mut cues = self.cues(ends);
        cues.find_map(|index| match self.text.word(index) {
            "quoted" | "cited" => {
                let by = (index + 1..self.sentence.end.min(index + REACH)).find(|&i| self.text.word(i) == "by")?;
                other(self.name_behind(by)?)
            }
            "according" if speaker.is_some() => (index + 1 < self.sentence.end && self.text.word(index + 1) == "to")
                .then(|| self.name_behind(index + 1))
                .flatten()
                .and_then(other),
            _ => None,
        })
    }

    /// Returns the person whom the one at `mention` cites: "the agency, citing Roe, said", "the agency quoted Roe as saying".
    pub(super) fn cited(&self, mention: TokenRange) -> Option<&NameUse> {
        let quotes = |index: usize| {
            matches!(self.text.word(index), "quoted" | "quotes")
                && self.text.tokens[mention.end..index].iter().all(|token| !token.is(Class::Be))
                && (index..self.sentence.end.min(index + 2 * REACH)).any(|at| is_as_saying(self.text, at))
        };
        let cites = |index: usize| index >= mention.end && (self.text.word(index) == "citing" || quotes(index));
        let ends = |token: &Token| matches!(&token.suffix, b"ing" | b"ted" | b"tes");
        let citing = self.cues(ends).find(|&index| cites(index))?;
        let follows = citing - mention.end <= REACH;
        let cited = self.name_behind(citing).filter(|_| follows)?;
        (self.people.bearers[cited.bearer].kind == BearerKind::Person).then_some(cited)
    }
}
