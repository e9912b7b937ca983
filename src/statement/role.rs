//! In: the uses of names. Out: what each bearer is said to be: "Foreign Minister", "a spokeswoman for the ministry".
//!
//! 1. titles and nouns before the name 2. appositions behind it 3. appositions of which it is the second part
//! 4. "…, who heads …"

use std::borrow::Cow;
use std::cell::OnceCell;

use super::Texts;
use super::people::{BearerKind, NameUse, People, one_line};
use super::token::{Analysis, Mark, Shape, TokenRange};
use crate::language::en::people::{self, Gender, PersonNoun};
use crate::language::{Class, Classes, Form, Frame, NameList};
use crate::speaker::Role;

/// A role as an article gives it.
#[derive(Clone, Debug)]
pub(super) struct GivenRole {
    pub text: String,
    pub place: RolePlace,
    /// The body it belongs to: "ministry" in "a spokeswoman for the Norland Ministry of Trade".
    pub organisation: Option<String>,
    /// Taken apart where a description asks for it.
    parsed: OnceCell<Role>,
}

impl GivenRole {
    pub(super) fn new(text: String, place: RolePlace, organisation: Option<String>) -> Self {
        Self { text, place, organisation, parsed: OnceCell::new() }
    }

    /// Returns the role as words that compare.
    pub(super) fn parsed(&self) -> &Role {
        self.parsed.get_or_init(|| Role::parse(&self.text))
    }
}

/// Where a role stands; the first is told before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RolePlace {
    /// "Jane Roe, a spokeswoman for the ministry".
    Behind,
    /// "Foreign Minister Jane Roe", "campaign manager Jane Roe".
    Before,
    /// "Jane Roe, who heads the ministry".
    Clause,
    /// "the Norland senator", said of somebody named elsewhere.
    Description,
    /// "Petrolex, an oil company": no role, but no person either.
    Body,
}

/// Longest apposition that is read, in tokens: longer ones are not roles but stories.
const MAX_APPOSITION: usize = 30;
/// Longest role before a name, in tokens: "former Norland deputy assistant secretary of state for human rights".
const MAX_BEFORE: usize = 12;

/// Kin and friends: they tell a gender, and are no role.
pub(super) const KIN: &[&str] = &[
    "wife",
    "husband",
    "son",
    "daughter",
    "brother",
    "sister",
    "mother",
    "father",
    "friend",
    "girlfriend",
    "boyfriend",
    "mom",
    "dad",
    "uncle",
    "aunt",
    "cousin",
    "nephew",
    "niece",
    "widow",
    "widower",
    "grandfather",
    "grandmother",
    "man",
    "woman",
    "boy",
    "girl",
    "fiance",
    "fiancee",
    "spouse",
    "neighbor",
    "neighbour",
    "mum",
    "grandson",
    "granddaughter",
    "sibling",
    "parent",
    "lady",
    "gentleman",
    "person",
    "individual",
];

/// Words before a head noun that say when, not what.
const WHEN: &[&str] =
    &["now", "then", "also", "currently", "formerly", "once", "himself", "herself", "later", "still", "long"];

/// Finds the roles of all bearers.
pub(super) fn find_roles(texts: &Texts<'_>, people: &mut People<'_>) {
    for index in 0..people.uses.len() {
        let used = people.uses[index];
        if used.is_quoted || matches!(people.bearers[used.bearer].kind, BearerKind::Organisation | BearerKind::Place) {
            continue;
        }
        let text = texts.of(used.field);
        let sentence = text.sentences[used.sentence];
        let reader = Reader { text, sentence };
        let found = [reader.before(&used), reader.behind(&used), reader.first_part(&used)];
        let is_aged = reader.age_behind(used.tokens.end).is_some();
        // Most names stand alone.
        if !is_aged && found.iter().all(Option::is_none) {
            continue;
        }
        let bodies = found.each_ref().map(|role| {
            let range = role.as_ref()?.range?;
            let uses = people.uses_within(used.field, range);
            let mut bodies = uses.iter().map(|other| other.bearer);
            let body = bodies.find(|&body| people.bearers[body].kind == BearerKind::Organisation)?;
            Some(people.name(texts, body))
        });
        let bearer = &mut people.bearers[used.bearer];
        let mut places = found.iter().flatten().map(|role| role.place).peekable();
        // "To the company, Sen. Jane Roe said": who has a role is no body.
        if places.peek().is_some() && places.all(|place| place == RolePlace::Body) {
            if bearer.kind == BearerKind::Unknown {
                bearer.kind = BearerKind::Organisation;
            }
            continue;
        }
        let roles = found.into_iter().zip(bodies).filter_map(|(role, body)| Some((role?, body)));
        for (role, organisation) in roles.filter(|(role, _)| role.place != RolePlace::Body) {
            bearer.kind = BearerKind::Person;
            bearer.gender = bearer.gender.or(role.gender.filter(|gender| *gender != Gender::Either));
            if let Some(text) = role.text {
                bearer.roles.push(GivenRole::new(text, role.place, organisation));
            }
        }
        if is_aged {
            bearer.kind = BearerKind::Person;
        }
    }
}

/// Returns the role to tell of a bearer: what stands behind the name, with a title before it that says more.
pub(super) fn role_to_tell(roles: &[GivenRole]) -> Option<String> {
    let first =
        |place: RolePlace| roles.iter().filter(|role| role.place == place).map(|role| role.text.as_str()).next();
    let longest = |place: RolePlace| {
        let texts = roles.iter().filter(|role| role.place == place).map(|role| role.text.as_str());
        texts.rev().max_by_key(|text| text.split(' ').count())
    };
    let behind = first(RolePlace::Behind);
    let before = longest(RolePlace::Before);
    match (before, behind) {
        (Some(before), Some(behind)) => {
            let known: Vec<String> = behind.split(' ').map(str::to_lowercase).collect();
            let says_more = before.split(' ').any(|word| !known.contains(&word.to_lowercase()));
            Some(if says_more { format!("{before}, {behind}") } else { behind.to_owned() })
        }
        (before, behind) => before
            .or(behind)
            .or_else(|| first(RolePlace::Clause))
            .or_else(|| first(RolePlace::Description))
            .map(str::to_owned),
    }
}

/// Returns the body to tell of a bearer: that of the first role that names one.
pub(super) fn organisation_to_tell(roles: &[GivenRole]) -> Option<String> {
    roles.iter().find_map(|role| role.organisation.clone())
}

/// What stands beside a name.
struct Found {
    /// None where it tells a gender only.
    text: Option<String>,
    place: RolePlace,
    gender: Option<Gender>,
    /// The words of the role.
    range: Option<TokenRange>,
}

impl Found {
    /// What stands there says that the bearer is no person.
    const BODY: Self = Self { text: None, place: RolePlace::Body, gender: None, range: None };
}

struct Reader<'t, 'a> {
    text: &'t Analysis<'a>,
    sentence: TokenRange,
}

/// What a role in front of a name cannot hold.
const ENDS_ROLE_BEFORE: Classes = Classes::of(&[
    Class::Determiner,
    Class::SubjectPronoun,
    Class::ObjectPronoun,
    Class::Possessive,
    Class::Relative,
    Class::That,
    Class::To,
    Class::Preposition,
    Class::Coordinator,
    Class::Subordinator,
    Class::Be,
    Class::Have,
    Class::Do,
    Class::Modal,
    Class::Negation,
    Class::Weekday,
]);

impl Reader<'_, '_> {
    fn word(&self, index: usize) -> &str {
        self.text.word(index)
    }

    fn lowercase(&self, index: usize) -> Cow<'_, str> {
        self.text.lowercase(index)
    }

    fn person_noun(&self, index: usize) -> Option<PersonNoun> {
        self.text.person_noun_or_title(index)
    }

    fn mark(&self, index: usize) -> Option<Mark> {
        (index < self.sentence.end).then(|| self.text.tokens[index].mark)
    }

    fn said(&self, range: TokenRange) -> String {
        one_line(self.text.span(range).of(self.text.text))
    }

    /// "Norland Foreign Minister", "former campaign manager", "Rep." with "(D-N.Y.)".
    fn before(&self, used: &NameUse) -> Option<Found> {
        let name = used.tokens.start;
        if name == self.sentence.start {
            return None;
        }
        let mut gender = None;
        let mut start = name;
        // Courtesies are no roles.
        while start > used.whole.start {
            let word = self.lowercase(start - 1);
            let word = word.trim_end_matches('.');
            // "executive chairman Dr. Roe" is a chairman.
            let follows_noun = start >= self.sentence.start + 2
                && matches!(word, "dr" | "prof")
                && self.person_noun(start - 2).is_some_and(|noun| !noun.is_plural);
            let title = people::title(word).filter(|title| title.office.is_none() || follows_noun);
            let Some(title) = title else { break };
            gender = gender.or(title.gender);
            start -= 1;
        }
        let end = start;
        let has_title = used.whole.start < end;
        let nearest = end.checked_sub(1).filter(|&index| index >= self.sentence.start)?;
        let noun = self.person_noun(nearest).filter(|noun| !noun.is_plural);
        let title = self.text.title(nearest).filter(|title| title.office.is_some());
        if noun.is_none() && title.is_none() && !has_title && gender.is_none() && self.is_body_before(nearest) {
            return Some(Found::BODY);
        }
        let is_office_of = nearest >= self.sentence.start + 2
            && self.word(nearest - 1) == "of"
            && self.person_noun(nearest - 2).is_some_and(|noun| !noun.is_plural);
        if (noun.is_none() && title.is_none() && !is_office_of && !has_title)
            || self.text.tokens[nearest].quotation != 0
        {
            return Some(Found { text: None, place: RolePlace::Before, gender, range: None })
                .filter(|found| found.gender.is_some());
        }
        gender = gender.or(noun.and_then(|noun| noun.gender)).or(title.and_then(|title| title.gender));
        start = if is_office_of { nearest - 2 } else { used.whole.start.min(nearest) };
        while start > self.sentence.start && end - start < MAX_BEFORE && self.belongs_before(start - 1) {
            start -= 1;
        }
        while start < end && matches!(self.word(start), "'s" | "’s") {
            start += 1;
        }
        if let Some(noun) = noun
            && KIN.contains(&noun.singular)
        {
            return Some(Found { text: None, place: RolePlace::Before, gender, range: None });
        }
        let mut text = self.said(TokenRange::new(start, end));
        if let Some(party) = self.party_behind(used.tokens.end) {
            text = format!("{text} {party}");
        }
        Some(Found { text: Some(text), place: RolePlace::Before, gender, range: Some(TokenRange::new(start, end)) })
    }

    /// Whether a token goes on a role to the left: nouns, adjectives, names of places and bodies.
    fn belongs_before(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        if matches!(self.word(index), "'s" | "’s") {
            return index > self.sentence.start && self.text.tokens[index - 1].shape.has(Shape::CAPITAL);
        }
        // "chief systems and services officer": two bodies of one office, not two people.
        let joins_nouns = self.word(index) == "and"
            && index > self.sentence.start
            && [index - 1, index + 1].iter().all(|&side| {
                let token = &self.text.tokens[side];
                token.is_word()
                    && !token.shape.has(Shape::CAPITAL)
                    && self.person_noun(side).is_none()
                    && token.frame.is_none()
            });
        if joins_nouns {
            return true;
        }
        if !token.is_word() || token.classes.meets(ENDS_ROLE_BEFORE) || token.quotation != 0 {
            return false;
        }
        // "10:00 p.m. Senator Roe": times and numbers are no part of it, nor is a verb that no list has.
        let word = self.word(index);
        let is_unknown_verb = token.word == 0 && word.ends_with("ed") && !token.shape.has(Shape::HYPHEN);
        if token.shape.has(Shape::DIGIT)
            || matches!(word, "a.m." | "p.m.")
            || (is_unknown_verb && !token.shape.has(Shape::CAPITAL))
        {
            return false;
        }
        if token.shape.has(Shape::CAPITAL) {
            // A capital that opens the sentence may be any word.
            return index > self.sentence.start || !token.is(Class::Adverb);
        }
        let is_verb = token.is(Class::Verb) || token.frame.is_some_and(|frame| frame != Frame::Noun);
        let is_noun =
            token.classes.meets(Classes::of(&[Class::Noun, Class::Organisation, Class::Role, Class::Demonym]));
        let is_adverb = token.is(Class::Adverb) || self.word(index).ends_with("ly");
        (!is_verb || is_noun) && !is_adverb && !token.is(Class::TimeWord)
    }

    /// "(D-N.Y.)", "(R)", ", D-Ost,".
    fn party_behind(&self, index: usize) -> Option<String> {
        if self.mark(index) == Some(Mark::Comma) && self.is_party_after_comma(index + 1) {
            return Some(self.word(index + 1).to_owned());
        }
        if self.mark(index) != Some(Mark::OpenBracket) {
            return None;
        }
        let close =
            (index + 1..self.sentence.end.min(index + 5)).find(|&i| self.mark(i) == Some(Mark::CloseBracket))?;
        let first = self.word(index + 1);
        let is_party = first.split(['-', '–']).next().is_some_and(|party| matches!(party, "D" | "R" | "I"));
        is_party.then(|| self.said(TokenRange::new(index, close + 1)))
    }

    fn is_party_after_comma(&self, index: usize) -> bool {
        index < self.sentence.end
            && self.word(index).split_once(['-', '–']).is_some_and(|(party, _)| matches!(party, "D" | "R" | "I"))
    }

    /// Returns the token behind ", 25," or "(25)".
    fn age_behind(&self, index: usize) -> Option<usize> {
        if !matches!(self.mark(index)?, Mark::Comma | Mark::OpenBracket) {
            return None;
        }
        let is_age = index + 1 < self.sentence.end && self.word(index + 1).parse::<u8>().is_ok_and(|age| age >= 3);
        let closes = matches!(self.mark(index + 2)?, Mark::Comma | Mark::CloseBracket | Mark::Stop);
        (is_age && closes).then_some(index + 2)
    }

    /// Appositions and clauses behind a name.
    fn behind(&self, used: &NameUse) -> Option<Found> {
        let mut at = used.tokens.end;
        if self.mark(at) == Some(Mark::OpenBracket) {
            at = (at + 1..self.sentence.end.min(at + 8)).find(|&i| self.mark(i) == Some(Mark::CloseBracket))? + 1;
        }
        at = self.age_behind(at).unwrap_or(at);
        if self.mark(at) == Some(Mark::Comma) && self.is_party_after_comma(at + 1) {
            at += 2;
        }
        // "Steve Roe of Civic Norland, a lawyer": the body named behind the name does not hide the apposition.
        if at < self.sentence.end && matches!(self.word(at), "of" | "from" | "with") {
            let behind = (at + 1..self.sentence.end.min(at + 8)).find(|&i| !self.is_part_of_name(i))?;
            at = behind;
        }
        if !matches!(self.mark(at)?, Mark::Comma | Mark::Dash) {
            return None;
        }
        let start = at + 1;
        if start < self.sentence.end && self.word(start) == "who" {
            // "the mayor of Ost, who": the mayor, not Ost.
            let follows_preposition =
                used.whole.start > self.sentence.start && self.text.tokens[used.whole.start - 1].is(Class::Preposition);
            return if follows_preposition { None } else { self.clause(start + 1) };
        }
        let end = self.end_of_apposition(start);
        let phrase = TokenRange::new(start, end);
        match self.role_phrase(phrase) {
            Some(role) => Some(Found { place: RolePlace::Behind, ..role }),
            None if self.is_body(phrase) => Some(Found::BODY),
            None => None,
        }
    }

    /// "Petrolex, Norland’s state-owned oil company": the head of the phrase is a body.
    fn is_body(&self, phrase: TokenRange) -> bool {
        let begins = !phrase.is_empty() && {
            let first = &self.text.tokens[phrase.start];
            first.classes.meets(Classes::of(&[Class::Determiner, Class::Possessive])) || first.shape.has(Shape::CAPITAL)
        };
        let stops = Classes::of(&[Class::Preposition, Class::Relative, Class::To]);
        let head_end =
            phrase.indices().find(|&index| self.text.tokens[index].classes.meets(stops)).unwrap_or(phrase.end);
        begins && head_end > phrase.start && {
            let head = &self.text.tokens[head_end - 1];
            !head.shape.has(Shape::CAPITAL)
                && (head.is(Class::Organisation)
                    || people::is_organisation_word(&self.lowercase(head_end - 1))
                    || people::is_company_noun(&self.lowercase(head_end - 1)))
        }
    }

    /// "search firm Petrolex", "the oil giant Petrolex": a noun that says what body the name is.
    fn is_body_before(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        token.is_word()
            && !token.shape.has(Shape::CAPITAL)
            && token.quotation == 0
            && (token.is(Class::Organisation)
                || self.text.may_be_in(NameList::CompanyNoun, index) && people::is_company_noun(&self.lowercase(index)))
    }

    fn is_part_of_name(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        token.is_word() && (token.shape.has(Shape::CAPITAL) || matches!(self.word(index), "the" | "of"))
    }

    /// "Roe’s deputy, Jane Doe": the name is the second part.
    fn first_part(&self, used: &NameUse) -> Option<Found> {
        let comma = used.whole.start.checked_sub(1).filter(|&index| index > self.sentence.start)?;
        let closes = self.mark(used.tokens.end).is_none_or(|mark| mark != Mark::None)
            || self.text.tokens[used.tokens.end].frame.is_some();
        if self.mark(comma) != Some(Mark::Comma) || !closes {
            return None;
        }
        let mut start = comma;
        while start > self.sentence.start && comma - start < MAX_BEFORE {
            let token = &self.text.tokens[start - 1];
            let ends = !token.is_word()
                || token.quotation != 0
                || token.frame.is_some()
                || token.classes.meets(Classes::of(&[
                    Class::Coordinator,
                    Class::Relative,
                    Class::Be,
                    Class::That,
                    Class::Have,
                ]));
            if ends && !matches!(self.word(start - 1), "'s" | "’s") {
                break;
            }
            start -= 1;
        }
        // "A day earlier the mayor, Jane Roe, …"
        let is_day =
            |at: &usize| self.text.tokens[*at].is(Class::TimeWord) && self.text.tokens[at + 1].is(Class::Determiner);
        start = (start..comma).rev().find(is_day).map_or(start, |day| day + 1);
        // "In a speech by the minister, Jane Roe …": the phrase begins at its determiner.
        while start < comma
            && self.text.tokens[start].classes.meets(Classes::of(&[Class::Preposition, Class::Adverb, Class::Verb]))
        {
            start += 1;
        }
        let begins = start < comma && {
            let token = &self.text.tokens[start];
            token.classes.meets(Classes::of(&[Class::Determiner, Class::Possessive])) || token.shape.has(Shape::CAPITAL)
        };
        // "The prime minister, Jane Roe, said", not "She met the prime minister, Jane Roe said".
        let is_closed =
            matches!(self.mark(used.tokens.end), Some(Mark::Comma | Mark::Dash | Mark::Semicolon | Mark::Stop));
        if !begins || !is_closed {
            return None;
        }
        let phrase = TokenRange::new(start, comma);
        match self.role_phrase(phrase) {
            Some(role) => Some(Found { place: RolePlace::Before, ..role }),
            // "The firm, Petrolex, said".
            None if self.is_body(phrase) => Some(Found::BODY),
            None => None,
        }
    }

    /// "…, who heads the ministry", "…, who is a baker".
    fn clause(&self, verb: usize) -> Option<Found> {
        if verb >= self.sentence.end {
            return None;
        }
        let start = match self.word(verb) {
            "is" | "was" => verb + 1,
            "serves" | "served" if verb + 1 < self.sentence.end && self.word(verb + 1) == "as" => verb + 2,
            "heads" | "leads" | "runs" | "chairs" | "directs" | "oversees" | "led" | "headed" | "ran" | "chaired"
            | "owns" => {
                let end = self.end_of_apposition(verb + 1);
                let text = (end > verb + 1).then(|| self.said(TokenRange::new(verb, end)));
                let range = Some(TokenRange::new(verb, end));
                return Some(Found { text, place: RolePlace::Clause, gender: None, range });
            }
            _ => return Some(Found { text: None, place: RolePlace::Clause, gender: None, range: None }),
        };
        let end = self.end_of_apposition(start);
        self.role_phrase(TokenRange::new(start, end)).map(|role| Found { place: RolePlace::Clause, ..role })
    }

    /// Returns where an apposition that begins at `start` ends: at a mark, a relative or the verb of the sentence.
    fn end_of_apposition(&self, start: usize) -> usize {
        let last = self.sentence.end.min(start + MAX_APPOSITION);
        for index in start..last {
            let token = &self.text.tokens[index];
            let is_mark = !token.is_word() && token.mark != Mark::Other && token.mark != Mark::SingleQuote;
            let is_relative = matches!(
                self.word(index),
                "who"
                    | "which"
                    | "whose"
                    | "whom"
                    | "that"
                    | "where"
                    | "when"
                    | "while"
                    | "because"
                    | "though"
                    | "although"
            );
            let is_finite = token.frame.is_some()
                && (token.has_form(Form::Past) || token.has_form(Form::Third))
                && !self.is_after_determiner(index, start)
                && !token.shape.has(Shape::CAPITAL)
                && !token.classes.meets(Classes::of(&[Class::Noun, Class::Organisation, Class::Role]));
            let is_auxiliary = token.classes.meets(Classes::of(&[Class::Be, Class::Have, Class::Modal, Class::Do]))
                && !token.shape.has(Shape::CAPITAL);
            if is_mark || is_relative || is_finite || is_auxiliary {
                return index;
            }
        }
        last
    }

    fn is_after_determiner(&self, index: usize, start: usize) -> bool {
        index > start && self.text.tokens[index - 1].classes.meets(Classes::of(&[Class::Determiner, Class::Possessive]))
    }

    /// Reads a noun phrase as a role: its head must be one person.
    fn role_phrase(&self, phrase: TokenRange) -> Option<Found> {
        let mut start = phrase.start;
        while start < phrase.end
            && (matches!(self.word(start), "a" | "an" | "the" | "A" | "An" | "The") || WHEN.contains(&self.word(start)))
        {
            start += 1;
        }
        if start >= phrase.end {
            return None;
        }
        let head_end = (start..phrase.end)
            .find(|&index| {
                let token = &self.text.tokens[index];
                !token.is_word()
                    || (token.classes.meets(Classes::of(&[
                        Class::Preposition,
                        Class::Relative,
                        Class::To,
                        Class::Coordinator,
                    ])) && !token.shape.has(Shape::CAPITAL)
                        && index > start)
            })
            .unwrap_or(phrase.end);
        let mut noun = head_end.checked_sub(1).filter(|&i| i >= start).and_then(|i| self.person_noun(i));
        // "one of the city’s richest men".
        if noun.is_none() && self.word(start) == "one" {
            noun = (start..phrase.end)
                .find_map(|i| self.person_noun(i))
                .map(|noun| PersonNoun { is_plural: false, ..noun });
        }
        // "chief of staff": the head may stand before "of" behind a modifier that is no person.
        let noun = noun.filter(|noun| !noun.is_plural)?;
        let kin = KIN.contains(&noun.singular) && head_end == phrase.end;
        let text = (!kin).then(|| self.said(TokenRange::new(start, phrase.end)));
        Some(Found { text, place: RolePlace::Behind, gender: noun.gender, range: Some(phrase) })
    }
}
