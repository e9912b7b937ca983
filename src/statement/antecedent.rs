//! Whom "he", "she", "they" and "who" mean: the most salient person before them.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::SpeakerKind;
use super::coreference::{Place, Resolved, Resolver, Said};
use super::mention::Pronoun;
use super::people::{BearerId, BearerKind, NameUse};
use super::token::{Mark, TokenRange};
use crate::language::en::people::Gender;
use crate::language::{Class, Classes, Form};

/// What a person must score to be whom a pronoun means.
const LEAST_SALIENCE: f32 = 0.6;

/// Sentences that a pronoun looks back over.
const MAX_LOOK_BACK: usize = 12;

impl Resolver<'_> {
    /// Leads "he" and "she" to the most salient person of the gender, "they" and "it" to what spoke last.
    pub(super) fn pronoun(&self, place: &Place, pronoun: Pronoun) -> Resolved {
        match pronoun {
            Pronoun::He | Pronoun::She => {
                let certainty = [0.55, 0.9, 0.95];
                self.salient(place, pronoun.gender(), place.mention.start, certainty, |_| true)
                    .unwrap_or_else(|| Resolved::nameless(SpeakerKind::Unnamed))
            }
            Pronoun::They | Pronoun::It => {
                let last = self.said.iter().rev().find(|said| said.field == place.field);
                let is_thing = |said: &&Said| {
                    matches!(said.resolved.kind, SpeakerKind::Organisation | SpeakerKind::Document)
                        && said.paragraph + 1 >= place.paragraph
                };
                match last.filter(is_thing) {
                    Some(said) => Resolved { certainty: said.resolved.certainty * 0.8, ..said.resolved.clone() },
                    None if pronoun == Pronoun::They => Resolved::nameless(SpeakerKind::Group),
                    None => Resolved::nameless(SpeakerKind::Unnamed),
                }
            }
            Pronoun::First => Resolved::nameless(SpeakerKind::Unnamed),
        }
    }

    /// Finds the person most likely in mind before `token`: by distance, by being the subject of a sentence, by
    /// having spoken last. `certainty` is told for a close, a clear and a lone choice.
    pub(super) fn salient(
        &self,
        place: &Place,
        gender: Option<Gender>,
        token: usize,
        certainty: [f32; 3],
        fits: impl Fn(BearerId) -> bool,
    ) -> Option<Resolved> {
        /// Few passages of a dozen sentences name more.
        const MOST: usize = 14;
        let mut scores: HashMap<BearerId, f32, _> = HashMap::with_capacity_and_hasher(MOST, RandomState::default());
        let mut raise = |id: BearerId, score: f32| {
            let best = scores.entry(id).or_insert(0.0);
            *best = best.max(score);
        };
        let uses = self.people.uses_in(place.field);
        let before = uses.partition_point(|used| used.tokens.start < token);
        for used in uses[..before].iter().rev().take_while(|used| place.sentence - used.sentence <= MAX_LOOK_BACK) {
            raise(used.bearer, self.salience(place, used));
        }
        if let Some(said) = self.said.iter().rev().find(|said| said.field == place.field)
            && let Some(id) = said.resolved.bearer
        {
            let distance = place.paragraph - said.paragraph;
            let base = scores.get(&id).copied().unwrap_or(0.0);
            let bonus = [2.0, 1.5, 0.8, 0.4].get(distance).copied().unwrap_or(0.2);
            scores.insert(id, base + bonus);
        }
        // The one person whom the paragraph has named so far is its subject.
        let text = self.text(place);
        let paragraph = text.paragraphs.get(place.paragraph).map_or(token, |paragraph| paragraph.start);
        let mut named_here: Vec<BearerId> = self
            .people
            .uses_within(place.field, TokenRange::new(paragraph.min(token), token))
            .iter()
            .filter(|used| !used.is_quoted && self.may_be(used.bearer, gender) && fits(used.bearer))
            .map(|used| used.bearer)
            .collect();
        named_here.sort_unstable();
        named_here.dedup();
        if let [only] = named_here.as_slice() {
            *scores.entry(*only).or_default() += 2.0;
        }
        let is_known_of = |id: BearerId| gender.is_some() && self.people.bearers[id].gender == gender;
        let some_is_known = scores.iter().any(|(&id, &score)| score >= 1.0 && is_known_of(id));
        let mut ranked: Vec<(BearerId, f32)> = scores
            .into_iter()
            .filter(|(id, score)| *score >= LEAST_SALIENCE && self.may_be(*id, gender) && fits(*id))
            .map(|(id, score)| {
                let bearer = &self.people.bearers[id];
                // Of one who is a woman and one who may be, "she" is the first; a name of unknown kind may be a thing.
                let doubt = if some_is_known && !is_known_of(id) { 0.5 } else { 1.0 };
                let doubt = if bearer.kind == BearerKind::Unknown { doubt * 0.5 } else { doubt };
                let score = score * doubt;
                let known = if bearer.gender.is_some() && bearer.gender == gender { 1.0 } else { 0.0 };
                (id, score + known + (bearer.uses as f32 * 0.05).min(0.5))
            })
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let &(best, score) = ranked.first()?;
        let margin = score - ranked.get(1).map_or(0.0, |(_, second)| *second);
        let level = if ranked.len() == 1 { 2 } else { usize::from(margin >= 1.0) };
        let is_gender_known = gender.is_none() || self.people.bearers[best].gender == gender;
        let certainty = certainty[level] * if is_gender_known { 1.0 } else { 0.9 };
        Some(Resolved { bearer: Some(best), name: None, kind: SpeakerKind::Person, role: None, certainty })
    }

    pub(super) fn may_be(&self, id: BearerId, gender: Option<Gender>) -> bool {
        let bearer = &self.people.bearers[id];
        let has_spoken = || self.heard.contains(&id);
        let is_person = bearer.kind == BearerKind::Person
            || (bearer.kind == BearerKind::Unknown && (bearer.gender.is_some() || (bearer.is_full() && has_spoken())));
        is_person && (gender.is_none() || bearer.gender.is_none() || bearer.gender == gender)
    }

    fn salience(&self, place: &Place, used: &NameUse) -> f32 {
        let distance = place.sentence - used.sentence;
        let is_subject = self.is_subject(used);
        let near = [(3.0, 1.5), (2.6, 1.2), (1.8, 0.8), (1.3, 0.5), (1.0, 0.4)];
        let (as_subject, otherwise) = near.get(distance).copied().unwrap_or((0.7, 0.3));
        let salience = if is_subject { as_subject } else { otherwise };
        if used.is_quoted { salience * 0.2 } else { salience }
    }

    /// Whether a name looks like the subject of its sentence: the first name in it, neither possessive nor behind a
    /// preposition.
    fn is_subject(&self, used: &NameUse) -> bool {
        let text = self.texts.of(used.field);
        let sentence = text.sentences[used.sentence];
        let behind = used.tokens.end;
        if behind < sentence.end && matches!(text.word(behind), "'s" | "’s" | "'" | "’") {
            return false;
        }
        let follows_preposition = used.whole.start > sentence.start && {
            let mut index = used.whole.start - 1;
            while index > sentence.start && text.tokens[index].is(Class::Determiner) {
                index -= 1;
            }
            text.tokens[index].is(Class::Preposition)
        };
        if follows_preposition {
            return false;
        }
        // "…, Roe said": the subject of the cue, whatever stands before.
        let speaks = behind < sentence.end && {
            let next = &text.tokens[behind];
            next.frame.is_some() && (next.has_form(Form::Past) || next.has_form(Form::Third)) && next.quotation == 0
        };
        if speaks {
            return true;
        }
        let uses = self.people.uses_within(used.field, TokenRange::new(sentence.start, used.whole.start));
        let verb_before = (sentence.start..used.whole.start).any(|index| {
            let token = &text.tokens[index];
            token.quotation == 0
                && (token.classes.meets(Classes::of(&[Class::Be, Class::Have, Class::Modal, Class::SubjectPronoun]))
                    || token.frame.is_some() && !token.is(Class::Noun))
        });
        let is_first = !uses.iter().any(|other| {
            !other.is_quoted && self.people.bearers[other.bearer].kind == BearerKind::Person && self.is_plain(other)
        });
        is_first && !verb_before
    }

    /// Whether a name is neither possessive nor behind a preposition.
    pub(super) fn is_plain(&self, used: &NameUse) -> bool {
        let text = self.texts.of(used.field);
        let is_possessive =
            used.tokens.end < text.tokens.len() && matches!(text.word(used.tokens.end), "'s" | "’s" | "'" | "’");
        let follows_preposition = used.whole.start > 0 && text.tokens[used.whole.start - 1].is(Class::Preposition);
        !is_possessive && !follows_preposition
    }

    /// Leads "who" to the noun before it.
    pub(super) fn relative(&self, place: &Place, token: usize) -> Resolved {
        let text = self.text(place);
        let sentence = text.sentences[place.sentence];
        let mut before = token;
        while before > sentence.start && !text.tokens[before - 1].is_word() {
            before -= 1;
        }
        if before == sentence.start {
            return Resolved::nameless(SpeakerKind::Unnamed);
        }
        let noun = text.person_noun_or_title(before - 1);
        let ends_here = |used: &&NameUse| used.tokens.end == before;
        let uses = self.people.uses_within(place.field, TokenRange::new(sentence.start, before));
        if let Some(used) = uses.iter().rev().find(ends_here) {
            let bearer = &self.people.bearers[used.bearer];
            if bearer.kind == BearerKind::Person || (bearer.kind == BearerKind::Unknown && bearer.is_full()) {
                return self.named(place, used.bearer, used.tokens.start).by(0.95, SpeakerKind::Person);
            }
            if text.word(token) == "which" || text.word(token) == "that" {
                return self.named(place, used.bearer, used.tokens.start);
            }
        }
        if noun.is_some_and(|noun| noun.is_plural) {
            return Resolved::nameless(SpeakerKind::Group);
        }
        // "Jane Roe, the mayor of Ost, who said": back over the apposition to the name, but over no verb.
        for used in uses.iter().rev() {
            let between = TokenRange::new(used.tokens.end, before);
            let crosses_verb = between.indices().any(|index| {
                let token = &text.tokens[index];
                token.classes.meets(Classes::of(&[Class::Be, Class::Have, Class::Modal]))
                    || (token.frame.is_some() && !token.classes.meets(Classes::of(&[Class::Noun, Class::Role])))
            });
            if crosses_verb {
                break;
            }
            let is_apposition = between.is_empty()
                || matches!(text.tokens[between.start].mark, Mark::Comma | Mark::OpenBracket)
                || matches!(text.word(between.start), "of" | "from");
            let bearer = &self.people.bearers[used.bearer];
            // "a spokesman for Roe, who said" leaves open who did.
            let belongs_to_noun = !self.is_plain(used)
                && used.whole.start >= sentence.start + 2
                && text.person_noun_or_title(used.whole.start - 2).is_some();
            if bearer.kind == BearerKind::Person && is_apposition && !belongs_to_noun {
                return self.named(place, used.bearer, used.tokens.start).by(0.9, SpeakerKind::Person);
            }
        }
        Resolved::nameless(SpeakerKind::Unnamed)
    }
}
