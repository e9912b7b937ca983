//! Learns the gender of names from the pronouns around them, where neither title nor given name tells it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::people::{BearerId, BearerKind, People};
use super::token::{Token, TokenRange};
use super::{StatementField, Texts};
use crate::language::en::people::Gender;
use crate::language::{Class, Classes};

/// How many more pronouns of one gender than of the other make a person of a name that may be a thing's.
const LEAST_LEAD_OF_UNKNOWN: i32 = 2;

/// Classes of the words that tell a gender.
const PRONOUNS: Classes = Classes::of(&[Class::SubjectPronoun, Class::ObjectPronoun, Class::Possessive]);

/// Gives a gender to persons whom "he" or "she" can only mean.
pub(super) fn vote_genders(texts: &Texts<'_>, people: &mut People<'_>) {
    let text = texts.body;
    let mut votes: HashMap<BearerId, i32, RandomState> = HashMap::default();
    for (number, &sentence) in text.sentences.iter().enumerate() {
        let (mut he, mut she) = (0, 0);
        let is_pronoun = |token: &Token| token.classes.meets(PRONOUNS) && token.quotation == 0;
        for (index, _) in text.tokens_in(sentence).filter(|(_, token)| is_pronoun(token)) {
            match text.word(index) {
                "he" | "He" | "his" | "His" | "him" | "himself" => he += 1,
                "she" | "She" | "her" | "Her" | "herself" => she += 1,
                _ => {}
            }
        }
        if he + she == 0 {
            continue;
        }
        // Of this sentence and the one before.
        let around = persons_in(people, &text.sentences[number.saturating_sub(1)..=number]);
        for (count, gender, sign) in [(he, Gender::Masculine, 1), (she, Gender::Feminine, -1)] {
            let mut possible =
                around.iter().filter(|&&id| people.bearers[id].gender.is_none_or(|known| known == gender));
            if let (Some(&only), None, 1..) = (possible.next(), possible.next(), count) {
                *votes.entry(only).or_default() += sign;
            }
        }
    }
    for (id, vote) in votes {
        let bearer = &mut people.bearers[id];
        let least = if bearer.kind == BearerKind::Person { 1 } else { LEAST_LEAD_OF_UNKNOWN };
        if bearer.gender.is_none() && vote.abs() >= least {
            bearer.gender = Some(if vote > 0 { Gender::Masculine } else { Gender::Feminine });
        }
    }
}

fn persons_in(people: &People<'_>, sentences: &[TokenRange]) -> Vec<BearerId> {
    let mut persons: Vec<BearerId> = sentences
        .iter()
        .flat_map(|&sentence| people.uses_within(StatementField::Body, sentence))
        .filter(|used| !used.is_quoted)
        .map(|used| used.bearer)
        .filter(|&id| {
            let bearer = &people.bearers[id];
            bearer.kind == BearerKind::Person || (bearer.kind == BearerKind::Unknown && bearer.is_full())
        })
        .collect();
    persons.sort_unstable();
    persons.dedup();
    persons
}
