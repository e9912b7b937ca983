//! Whom "the senior official", "the ministry" and "the poll" mean: by role, by name, by what was spoken of last.

use super::coreference::{Place, Resolved, Resolver};
use super::people::{BearerId, BearerKind, is_title_case, one_line};
use super::role::{GivenRole, KIN, RolePlace};
use super::token::{Analysis, Shape, TokenRange};
use super::{SpeakerKind, StatementField};
use crate::language::en::people::{Gender, PersonNoun};
use crate::language::{Class, Classes};
use crate::speaker::Role;

/// Tokens of the longest subject that is read as a description: "The presumptive Republican presidential nominee".
const LONGEST_SUBJECT: usize = 8;

/// People of an article among whom a role alone finds somebody.
const MOST_DESCRIBED: usize = 200;

/// Sentences within which a lead names whom it began with by office.
const LEAD_SENTENCES: usize = 2;

/// What a story about one business calls it.
const FIRMS: &[&str] = &[
    "company",
    "firm",
    "corporation",
    "airline",
    "carrier",
    "retailer",
    "automaker",
    "manufacturer",
    "insurer",
    "utility",
    "lender",
    "maker",
    "concern",
];

/// Those who speak for others: "Roe’s spokesman" is not whoever was spoken of last.
const STAFF: &[&str] = &[
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "aide",
    "adviser",
    "advisor",
    "lawyer",
    "attorney",
    "wife",
    "husband",
    "agent",
    "assistant",
    "staffer",
    "surrogate",
    "ally",
    "supporter",
    "critic",
    "friend",
    "associate",
    "source",
];

impl Resolver<'_> {
    /// Reads the subjects that describe somebody ("The Norland senator has repeatedly asked …"), for the roles that they
    /// tell, whether or not they speak.
    pub(super) fn read_descriptions(&mut self) {
        let text = self.texts.body;
        for (sentence, &range) in text.sentences.iter().enumerate() {
            let first = &text.tokens[range.start];
            if first.quotation != 0 || !matches!(text.word(range.start), "The" | "the") {
                continue;
            }
            let last = range.end.min(range.start + LONGEST_SUBJECT);
            let is_part = |index: &usize| {
                let token = &text.tokens[*index];
                let ends = Classes::of(&[
                    Class::Preposition,
                    Class::Be,
                    Class::Have,
                    Class::Modal,
                    Class::Relative,
                    Class::Adverb,
                ]);
                let nouns =
                    Classes::of(&[Class::Noun, Class::Role, Class::Organisation, Class::Adjective, Class::Demonym]);
                let is_verb = (token.is(Class::Verb) || token.frame.is_some()) && !token.classes.meets(nouns);
                token.is_word() && !token.classes.meets(ends) && !is_verb
            };
            let Some(head) = (range.start + 1..last)
                .take_while(is_part)
                .filter(|&index| {
                    text.person_noun_or_title(index).is_some_and(|noun| !noun.is_plural && noun.is_general)
                })
                .last()
            else {
                continue;
            };
            let goes_on = head + 1 < range.end && {
                let next = &text.tokens[head + 1];
                !next.is_word() || next.is(Class::Preposition) || text.person_noun_or_title(head + 1).is_some()
            };
            // "The senator" alone tells nothing new.
            if goes_on || head < range.start + 2 {
                continue;
            }
            let phrase = TokenRange::new(range.start, head + 1);
            let place = Place {
                field: StatementField::Body,
                mention: phrase,
                sentence,
                paragraph: text.paragraph_of(range.start),
            };
            if let (Some(noun), true) =
                (text.person_noun_or_title(head), self.people.uses_within(place.field, phrase).is_empty())
            {
                self.description(&place, noun, phrase, true);
            }
        }
    }

    /// Leads "the senior official" to the person of that role, else to whoever was spoken of last.
    pub(super) fn description(
        &mut self,
        place: &Place,
        noun: PersonNoun,
        phrase: TokenRange,
        is_definite: bool,
    ) -> Resolved {
        let text = self.texts.of(place.field);
        let described = one_line(text.span(phrase).of(text.text));
        let role_text = without_determiner(&described).to_owned();
        let told = without_determiner(&self.whole_phrase(place, phrase)).to_owned();
        let unnamed = || Resolved { role: Some(told.clone()), ..Resolved::nameless(SpeakerKind::Unnamed) };
        if !is_definite {
            return unnamed();
        }
        let first = text.lowercase(phrase.start);
        let is_kept_by_pronoun = matches!(&*first, "his" | "her" | "its" | "their" | "our" | "my");
        if is_kept_by_pronoun {
            return unnamed();
        }
        let is_of_named = self.is_of_named(place, phrase.end);
        let asked = Role::parse(if is_of_named { &told } else { &role_text });
        let head = Role::parse(noun.singular);
        let covers = |id: BearerId| {
            let roles = &self.people.bearers[id].roles;
            roles.iter().any(|role| {
                let role = role.parsed();
                // "the governor" is not the former one.
                if role.is_former && !asked.is_former {
                    return false;
                }
                role.covers(&asked) || (role.covers(&head) && first == "the" && phrase.len() == 2 && !is_of_named)
            })
        };
        if let Some(found) = self.salient_or_any(place, noun.gender, phrase.start, covers) {
            return found;
        }
        let has_possessor = phrase.indices().any(|index| matches!(text.word(index), "'s" | "’s"));
        let has_named_owner = has_possessor && !self.people.uses_within(place.field, phrase).is_empty();
        let is_office = crate::language::en::people::title(noun.singular).is_some();
        if !noun.is_general || STAFF.contains(&noun.singular) {
            return unnamed();
        }
        let owners: Vec<BearerId> =
            self.people.uses_within(place.field, phrase).iter().map(|used| used.bearer).collect();
        let fits = |id: BearerId| {
            let bearer = &self.people.bearers[id];
            // "the president" is not the adviser who spoke last, where her role is told.
            let contradicts =
                is_office && !bearer.roles.is_empty() && !bearer.roles.iter().any(|role| role.parsed().covers(&head));
            !owners.contains(&id) && !contradicts
        };
        if is_of_named {
            return self.introduced_next(place, noun.gender, &asked).unwrap_or_else(unnamed);
        }
        let levels = if has_named_owner { [0.4, 0.7, 0.75] } else { [0.5, 0.8, 0.85] };
        match self.salient(place, noun.gender, phrase.start, levels, fits) {
            Some(found) if found.certainty >= 0.5 => {
                if let Some(id) = found.bearer
                    && !KIN.contains(&noun.singular)
                {
                    self.people.bearers[id].roles.push(GivenRole::new(role_text, RolePlace::Description, None));
                }
                found
            }
            _ => self.introduced_next(place, noun.gender, &asked).unwrap_or_else(unnamed),
        }
    }

    /// "The head of the Norland Bank" is somebody else than the minister who spoke last: whether a name follows so.
    fn is_of_named(&self, place: &Place, at: usize) -> bool {
        let text = self.text(place);
        if at + 1 >= place.mention.end || !matches!(text.word(at), "of" | "for" | "at") {
            return false;
        }
        let name = at + 1 + usize::from(text.tokens[at + 1].is(Class::Determiner));
        self.people
            .uses_within(place.field, TokenRange::new(name, name + 1))
            .iter()
            .any(|used| used.whole.start == name)
    }

    /// "Norland’s top diplomat said …": a lead may tell the office first and the name in the next sentences.
    fn introduced_next(&self, place: &Place, gender: Option<Gender>, asked: &Role) -> Option<Resolved> {
        let text = self.text(place);
        if place.sentence > LEAD_SENTENCES || place.field == StatementField::Headline {
            return None;
        }
        let last = text.sentences.get(place.sentence + LEAD_SENTENCES).or(text.sentences.last())?;
        let mut introduced: Vec<BearerId> = self
            .people
            .uses_within(place.field, TokenRange::new(place.mention.end, last.end.max(place.mention.end)))
            .iter()
            .filter(|used| !used.is_quoted && self.people.bearers[used.bearer].kind == BearerKind::Person)
            .map(|used| used.bearer)
            .collect();
        introduced.sort_unstable();
        introduced.dedup();
        let [only] = introduced.as_slice() else { return None };
        let bearer = &self.people.bearers[*only];
        let fits = bearer.roles.iter().any(|role| role.parsed().touches(asked));
        (fits && bearer.is_full() && self.may_be(*only, gender)).then_some(Resolved {
            bearer: Some(*only),
            name: None,
            kind: SpeakerKind::Person,
            role: None,
            certainty: 0.8,
        })
    }

    /// Returns a noun phrase with what the mention says behind it: "a spokesman for the ministry".
    fn whole_phrase(&self, place: &Place, phrase: TokenRange) -> String {
        let text = self.texts.of(place.field);
        let end = (phrase.end..place.mention.end)
            .find(|&index| !text.tokens[index].is_word() || text.tokens[index].is(Class::Relative))
            .unwrap_or(place.mention.end.max(phrase.end));
        one_line(text.span(TokenRange::new(phrase.start, end)).of(text.text))
    }

    /// Finds the person who fits: the most salient one, else the only one of the article.
    fn salient_or_any(
        &self,
        place: &Place,
        gender: Option<Gender>,
        token: usize,
        fits: impl Fn(BearerId) -> bool,
    ) -> Option<Resolved> {
        if let Some(found) = self.salient(place, gender, token, [0.85, 0.92, 0.95], &fits) {
            return Some(found);
        }
        let first = 0..self.people.bearers.len().min(MOST_DESCRIBED);
        let mut fitting = first.filter(|&id| self.may_be(id, gender) && fits(id));
        let only = fitting.next().filter(|_| fitting.next().is_none())?;
        Some(Resolved { bearer: Some(only), name: None, kind: SpeakerKind::Person, role: None, certainty: 0.9 })
    }

    pub(super) fn organisation(
        &self,
        place: &Place,
        phrase: TokenRange,
        is_definite: bool,
        is_named: bool,
    ) -> Resolved {
        let text = self.text(place);
        if is_named {
            let name = named_part(text, phrase);
            return Resolved { name, certainty: 0.9, ..Resolved::nameless(SpeakerKind::Organisation) };
        }
        let head = text.lowercase(phrase.end - 1);
        let uses = self.people.uses_in(place.field);
        let before = uses.partition_point(|used| used.tokens.start < phrase.start);
        let meant = uses[..before].iter().rev().find(|used| {
            let bearer = &self.people.bearers[used.bearer];
            bearer.kind == BearerKind::Organisation && bearer.words().contains(&head)
        });
        match meant.filter(|_| is_definite) {
            Some(used) => {
                Resolved { bearer: Some(used.bearer), certainty: 0.85, ..Resolved::nameless(SpeakerKind::Organisation) }
            }
            None if is_definite && FIRMS.contains(&&*head) => self.firm(place),
            None => Resolved::nameless(SpeakerKind::Organisation),
        }
    }

    /// Leads "the company" to the body that spoke last, else to the one with which the story begins.
    fn firm(&self, place: &Place) -> Resolved {
        let is_body = |id: &BearerId| self.people.bearers[*id].kind == BearerKind::Organisation;
        let spoke = self.said.iter().rev().take(MOST_DESCRIBED).filter_map(|said| said.resolved.bearer).find(is_body);
        let uses = self.people.uses_in(place.field);
        let first = || uses.iter().find(|used| used.sentence <= 1).map(|used| used.bearer).filter(is_body);
        match spoke.or_else(first) {
            Some(id) => Resolved { bearer: Some(id), certainty: 0.8, ..Resolved::nameless(SpeakerKind::Organisation) },
            None => Resolved::nameless(SpeakerKind::Organisation),
        }
    }

    pub(super) fn document(
        &mut self,
        place: &Place,
        phrase: TokenRange,
        is_definite: bool,
        is_named: bool,
    ) -> Resolved {
        let text = self.texts.of(place.field);
        let head = text.lowercase(phrase.end - 1);
        if is_named && !is_title_case(text, text.sentences[place.sentence]) {
            let name = named_part(text, phrase);
            if let Some(name) = &name {
                self.documents.insert(head.into_owned(), name.clone());
            }
            return Resolved { name, certainty: 0.9, ..Resolved::nameless(SpeakerKind::Document) };
        }
        let is_headline =
            place.field == StatementField::Headline || is_title_case(text, text.sentences[place.sentence]);
        let known = self.documents.get(&*head).filter(|_| is_definite || is_headline).cloned();
        Resolved { name: known, certainty: 0.85, ..Resolved::nameless(SpeakerKind::Document) }
    }
}

fn without_determiner(phrase: &str) -> &str {
    let (first, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
    let is_determiner = ["the", "a", "an", "this", "that"].contains(&first.to_lowercase().as_str());
    if is_determiner && !rest.is_empty() { rest } else { phrase }
}

/// Returns a phrase from its first name on: "Norland Times poll" of "the latest Norland Times poll".
fn named_part(text: &Analysis<'_>, phrase: TokenRange) -> Option<String> {
    let start = phrase.indices().find(|&index| {
        let token = &text.tokens[index];
        let may_be_plain = token.shape.has(Shape::SENTENCE_START);
        token.shape.has(Shape::CAPITAL)
            && !token.classes.meets(Classes::of(&[Class::Determiner, Class::Possessive]))
            && !(may_be_plain && token.classes.meets(Classes::of(&[Class::Adjective, Class::Number])))
    })?;
    Some(one_line(text.span(TokenRange::new(start, phrase.end)).of(text.text)))
}
