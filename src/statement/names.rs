//! Cuts the capitalised words of a sentence into names, the titles before them and what bears them.

mod kind;

use std::borrow::Cow;

use super::StatementField;
use super::bare_name::BareName;
use super::people::BearerKind;
use super::token::{Analysis, Mark, Shape, TokenRange};
use crate::language::en::people::{self, Gender};
use crate::language::{Class, Classes, NameList};
use crate::speaker::{ARTICLES, fold_name};

/// A name as cut from the text, before anybody bears it.
#[derive(Debug)]
pub(super) struct Chunk<'t> {
    pub(super) field: StatementField,
    pub(super) tokens: TokenRange,
    pub(super) whole: TokenRange,
    pub(super) name: BareName<'t>,
    /// How many words stand there, with those that are no part of the name.
    pub(super) words: usize,
    pub(super) kind: BearerKind,
    pub(super) gender: Option<Gender>,
    /// A courtesy or an office stands before it.
    pub(super) is_titled: bool,
    /// The title before it goes with the given name: "Sir John", "Dame Jane".
    pub(super) is_knighted: bool,
    /// The office of those whom news calls by it and their surname from the first: "President Roe".
    pub(super) ruler: Option<&'static str>,
    /// A common word that opens a sentence: a name only where the article knows one like it ("Dean", "Bush").
    pub(super) is_doubtful: bool,
    pub(super) follows_preposition: bool,
    pub(super) is_quoted: bool,
    pub(super) sentence: usize,
}

/// Words that may stand in lower case inside a person's name.
pub(super) const PARTICLES: &[&str] = &[
    "de", "da", "di", "do", "dos", "das", "del", "della", "du", "la", "le", "van", "von", "der", "den", "ter", "bin",
    "ibn", "al", "el", "ul", "y", "e", "zu", "af", "av",
];

/// Further spellings of the Arabic article, which are that before a hyphen alone: "ar-Rashid".
const RARE_ARTICLES: &[&str] = &["ar", "an", "az", "ez", "es"];

/// What else may stand in small letters before a hyphen or an apostrophe in a name: "d’Arcy".
const PREFIXES: &[&str] = &["bin", "ben", "d", "l", "dell", "ter"];

/// Offices that introduce their bearer by surname.
const RULERS: &[&str] =
    &["president", "minister", "premier", "chancellor", "king", "queen", "pope", "prince", "princess"];

/// Words that stand before the word of an office and make one office with it: "Prime Minister", "Vice President".
const BEGINS_OFFICE: &[&str] = &["prime", "vice", "deputy"];

/// Words that open a sentence before an office, "Shadow defence secretary Jane Roe", and are no name.
const BEFORE_OFFICES: &[&str] = &[
    "shadow",
    "acting",
    "outgoing",
    "incoming",
    "interim",
    "caretaker",
    "veteran",
    "disgraced",
    "embattled",
    "longtime",
    "long-time",
    "exiled",
    "jailed",
    "ousted",
    "retired",
    "opposition",
    "rebel",
    "junior",
    "leading",
    "onetime",
    "one-time",
    "self-styled",
    "controversial",
    "late",
];

/// What is named after people: "Jane Roe Day" holds a name and is none.
const NAMED_AFTER: &[&str] =
    &["day", "act", "award", "prize", "bridge", "street", "avenue", "stadium", "airport", "trophy", "show"];

/// Longest name that is read, in words: the longest official names of ministries have about ten.
const MAX_NAME_WORDS: usize = 12;

/// Adds the names of a sentence to `chunks`; `number` is the sentence's.
pub(super) fn cut_names<'t>(
    text: &'t Analysis<'_>,
    field: StatementField,
    sentence: TokenRange,
    number: usize,
    chunks: &mut Vec<Chunk<'t>>,
) {
    Cutter { text, field, sentence, number }.cut(chunks);
}

/// Whether the nouns behind a name say that it is an outlet's: "the Almena Rundschau *newspaper*", unlike "the Norland
/// *weekly* Rundschau".
pub(super) fn is_outlet(text: &Analysis<'_>, name: TokenRange, end: usize) -> bool {
    const LEAST_BYTES: usize = 3;
    let word = |index: usize| if index < end { text.word(index) } else { "" };
    let nouns = people::outlet_nouns(word(name.end), word(name.end + 1));
    let behind = name.end + nouns;
    // "Q magazine" and "Us magazine" are not called so without it.
    let is_lettered = || text.span(name).of(text.text).len() >= LEAST_BYTES;
    nouns > 0 && is_lettered() && !(behind < end && text.tokens[behind].shape.has(Shape::CAPITAL))
}

/// Returns a word as names are compared: "al-Sadr" is "Sadr".
pub(super) fn folded<'t>(text: &'t Analysis<'_>, index: usize) -> Cow<'t, str> {
    let token = &text.tokens[index];
    let word = text.lowercase(index);
    if token.is_word() && !token.shape.has(Shape::MARKED) {
        return word;
    }
    Cow::Owned(fold_name(behind_article(&word).unwrap_or(&word)))
}

/// Returns what stands behind the Arabic article, without which names are written as well.
fn behind_article(word: &str) -> Option<&str> {
    behind_prefix(word, ARTICLES).or_else(|| behind_prefix(word, RARE_ARTICLES))
}

/// Returns what stands behind one of these and a hyphen or an apostrophe.
fn behind_prefix<'w>(word: &'w str, prefixes: &[&str]) -> Option<&'w str> {
    const LONGEST: usize = 4;
    let end = word.bytes().take(LONGEST + 1).position(|byte| !byte.is_ascii_lowercase())?;
    let rest = word[end..].strip_prefix(['-', '‐', '‑', '\'', '’']).filter(|rest| !rest.is_empty())?;
    prefixes.contains(&&word[..end]).then_some(rest)
}

/// Whether a word behind a surname tells the son from the father.
pub(super) fn is_suffix(word: &str) -> bool {
    matches!(word, "Jr." | "Jr" | "Sr." | "Sr" | "II" | "III")
}

/// Cuts the names of one sentence.
struct Cutter<'t, 'a> {
    text: &'t Analysis<'a>,
    field: StatementField,
    sentence: TokenRange,
    number: usize,
}

/// Words that begin a sentence, not a name.
const OPENERS: Classes = Classes::of(&[
    Class::Determiner,
    Class::SubjectPronoun,
    Class::ObjectPronoun,
    Class::Possessive,
    Class::EmptyPronoun,
    Class::Indefinite,
    Class::Relative,
    Class::Question,
    Class::That,
    Class::Preposition,
    Class::Coordinator,
    Class::Subordinator,
    Class::Be,
    Class::Have,
    Class::Do,
    Class::Modal,
    Class::Negation,
    Class::Adverb,
    Class::Number,
    Class::Weekday,
    Class::TimeWord,
    Class::SentenceAdverb,
]);

/// Words that begin a sentence unless a name's capital letter follows.
const COMMON: Classes =
    Classes::of(&[Class::Verb, Class::Noun, Class::Adjective, Class::Role, Class::Group, Class::Document]);

impl<'t> Cutter<'t, '_> {
    fn cut(&self, chunks: &mut Vec<Chunk<'t>>) {
        let mut at = self.sentence.start;
        while at < self.sentence.end {
            if !self.is_capital(at) {
                at += 1;
                continue;
            }
            if !self.begins_name(at) {
                chunks.extend(self.doubtful(at));
                at += 1;
                continue;
            }
            let end = self.end_of_name(at);
            chunks.extend(self.chunk(TokenRange::new(at, end)));
            at = end.max(at + 1);
        }
    }

    /// A capitalised common word at the start of a sentence.
    fn doubtful(&self, index: usize) -> Option<Chunk<'t>> {
        let token = &self.text.tokens[index];
        if token.classes.meets(OPENERS) {
            return None;
        }
        let tokens = TokenRange::new(index, index + 1);
        Some(Chunk {
            field: self.field,
            tokens,
            whole: tokens,
            name: BareName::of(vec![folded(self.text, index)]),
            words: 1,
            kind: BearerKind::Unknown,
            gender: None,
            is_titled: false,
            is_knighted: false,
            ruler: None,
            is_doubtful: true,
            follows_preposition: false,
            is_quoted: token.quotation != 0,
            sentence: self.number,
        })
    }

    fn lowercase(&self, index: usize) -> Cow<'t, str> {
        self.text.lowercase(index)
    }

    #[inline(always)]
    fn is_capital(&self, index: usize) -> bool {
        // Most words are told from names at a glance.
        let may_be_name = |index: usize| self.text.tokens[index].shape.has(Shape::CAPITAL | Shape::MARKED);
        index < self.sentence.end && may_be_name(index) && self.is_capital_of_name(index)
    }

    fn is_capital_of_name(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        if !token.shape.has(Shape::CAPITAL) {
            // "al-Sadr", "d’Arcy".
            return token.is_word()
                && behind_article(self.text.word(index))
                    .or_else(|| behind_prefix(self.text.word(index), PREFIXES))
                    .is_some_and(|rest| rest.starts_with(char::is_uppercase));
        }
        let is_day = (token.is(Class::Weekday) && !self.names_paper(index))
            || (token.is(Class::Month) && !self.is_given_name(index) && !self.is_surname(index));
        !is_day && self.text.word(index) != "I"
    }

    /// "the Sunday Times": a weekday between the article and the name of a paper.
    fn names_paper(&self, index: usize) -> bool {
        index > self.sentence.start
            && self.text.word(index - 1).eq_ignore_ascii_case("the")
            && index + 1 < self.sentence.end
            && self.text.tokens[index + 1].shape.has(Shape::CAPITAL)
            && self.is_organisation_word(index + 1)
    }

    /// "Theresa May": a month behind a given name.
    fn is_surname(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1).filter(|&before| before >= self.sentence.start) else { return false };
        let token = &self.text.tokens[before];
        token.is_word()
            && token.shape.has(Shape::CAPITAL)
            && !token.is(Class::Month)
            && self.text.gender_of_given_name(before).is_some()
    }

    /// "April Ryan" and "Jan Egeland" are people, "April 3" is none.
    fn is_given_name(&self, index: usize) -> bool {
        let next_is_name = index + 1 < self.sentence.end && {
            let next = &self.text.tokens[index + 1];
            next.is_word() && next.shape.has(Shape::CAPITAL) && !next.shape.has(Shape::DIGIT)
        };
        next_is_name && self.text.gender_of_given_name(index).is_some()
    }

    /// Whether a capital letter at `index` may be due to the place in the sentence alone.
    fn is_opening(&self, index: usize) -> bool {
        if index == self.sentence.start {
            return true;
        }
        let before = &self.text.tokens[index - 1];
        let begins_quotation = self.text.tokens[index].quotation != 0;
        matches!(before.mark, Mark::Colon | Mark::OpenBracket | Mark::Ellipsis)
            || (begins_quotation && matches!(before.mark, Mark::Quote | Mark::SingleQuote))
    }

    /// Whether a capitalised word begins a name.
    fn begins_name(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        let names = Classes::of(&[Class::GivenName, Class::Country, Class::Title]);
        if token.is(Class::Weekday) {
            return self.names_paper(index);
        }
        if token.classes.meets(OPENERS) && !token.classes.meets(names) && !token.shape.has(Shape::ALL_CAPITALS) {
            // "Will Smith" and "Mark" are people.
            return !self.is_opening(index) && self.is_given_name(index);
        }
        if !self.is_opening(index) {
            return true;
        }
        let is_common =
            (token.classes.meets(COMMON) || self.is_organisation_word(index)) && !token.classes.meets(names);
        if !self.is_capital(index + 1) && BEFORE_OFFICES.contains(&&*self.lowercase(index)) {
            return false;
        }
        let has_office = token.classes.meets(Classes::of(&[Class::Organisation, Class::Demonym, Class::Role]));
        !is_common
            || has_office && self.is_capital(index + 1)
            || self.is_given_name(index)
            || self.names_company(TokenRange::new(index, self.end_of_name(index)))
    }

    /// "Banner Tools Inc", "General Tools Corp": none of it is a title or opens the sentence.
    fn names_company(&self, name: TokenRange) -> bool {
        name.len() >= 2
            && self.text.may_be_in(NameList::LegalForm, name.end - 1)
            && people::is_legal_form(&folded(self.text, name.end - 1))
    }

    fn end_of_name(&self, start: usize) -> usize {
        let mut end = start + 1;
        let mut has_of = false;
        while end < self.sentence.end && end - start < MAX_NAME_WORDS {
            if self.is_capital(end) && !self.text.tokens[end].classes.meets(Classes::of(&[Class::SubjectPronoun])) {
                end += 1;
                continue;
            }
            let next_is_capital = end + 1 < self.sentence.end && self.is_capital(end + 1);
            let word = self.text.word(end);
            let is_office = || self.is_organisation_word(end - 1) || self.is_title(end - 1);
            let has_organisation = || (start..end).any(|index| self.is_organisation_word(index));
            if let Some(particles) = self.particles(end) {
                end += particles;
            } else if next_is_capital && matches!(word, "&" | "/") {
                end += 1;
            } else if next_is_capital && matches!(word, "of" | "for") && is_office() {
                has_of = true;
                end += 1;
            } else if next_is_capital && has_of && word == "and" && has_organisation() {
                end += 1;
            } else if matches!(word, "of" | "for") && self.is_the_before_capital(end + 1) && is_office() {
                has_of = true;
                end += 2;
            } else if self.text.tokens[end].mark == Mark::Comma && next_is_capital && is_suffix(self.text.word(end + 1))
            {
                end += 2;
            } else if self.is_nickname(end) {
                end += 4;
            } else {
                break;
            }
        }
        end
    }

    /// Returns how many words in small letters go on a name from here: one in "da Silva", two in "von der Leyen".
    fn particles(&self, index: usize) -> Option<usize> {
        const MOST: usize = 3;
        let last = self.sentence.end.min(index + MOST);
        let count = (index..last).take_while(|&at| PARTICLES.contains(&self.text.word(at))).count();
        (count > 0 && self.is_capital(index + count)).then_some(count)
    }

    /// “Robert “Bob” Roe”: a name in quotation marks between two others.
    fn is_nickname(&self, index: usize) -> bool {
        let is_mark = |index: usize| matches!(self.text.tokens[index].mark, Mark::Quote | Mark::SingleQuote);
        index + 3 < self.sentence.end
            && is_mark(index)
            && self.is_capital(index + 1)
            && is_mark(index + 2)
            && self.is_capital(index + 3)
    }

    fn is_the_before_capital(&self, index: usize) -> bool {
        index + 1 < self.sentence.end && self.text.word(index) == "the" && self.is_capital(index + 1)
    }

    fn is_organisation_word(&self, index: usize) -> bool {
        self.text.tokens[index].is_word()
            && self.text.may_be_in(NameList::OrganisationWord, index)
            && people::is_organisation_word(&folded(self.text, index))
    }

    fn is_title(&self, index: usize) -> bool {
        self.text.title(index).is_some() || self.text.person_noun(index).is_some_and(|noun| !noun.is_plural)
    }

    /// Tells titles from the name and what kind of bearer it has.
    fn chunk(&self, whole: TokenRange) -> Option<Chunk<'t>> {
        let mut start = whole.start;
        while start < whole.end && self.text.tokens[start].classes.meets(Classes::of(&[Class::Determiner])) {
            start += 1;
        }
        let range = TokenRange::new(start, whole.end);
        let (name_start, mut gender) =
            if self.names_company(range) { (start, None) } else { self.end_of_titles(range) };
        let tokens = TokenRange::new(name_start, whole.end);
        if tokens.is_empty() {
            return None;
        }
        let last = tokens.end - 1;
        let is_named_after = tokens.len() >= 3
            && NAMED_AFTER.contains(&&*self.lowercase(last))
            && self.text.gender_of_given_name(name_start).is_some();
        let tokens = if is_named_after { TokenRange::new(name_start, name_start + 2) } else { tokens };
        let mut words = Vec::with_capacity(tokens.len());
        words.extend(tokens.indices().map(|index| folded(self.text, index)).filter(|word| !word.is_empty()));
        let is_titled = name_start > start || self.follows_person_noun(start);
        let kind = self.kind(&words, tokens, is_titled);
        if kind == BearerKind::Person {
            let by_name = if words.len() >= 2 { people::gender_of_given_name(words.first()?) } else { None };
            gender = gender.or(by_name.filter(|gender| *gender != Gender::Either));
        }
        let noun = self.text.person_noun(last).filter(|_| self.text.gender_of_given_name(last).is_none());
        let follows_the =
            whole.start > self.sentence.start && self.text.word(whole.start - 1).eq_ignore_ascii_case("the");
        // "Democrats", "a Republican", "the Norland Democrat" are no names.
        let is_common_noun =
            noun.is_some_and(
                |noun| if words.len() == 1 { !is_titled || noun.is_plural } else { follows_the && !is_titled },
            );
        let is_abbreviation = tokens.len() == 1
            && self.text.tokens[tokens.start].shape.has(Shape::STOP_INSIDE)
            && words.first().is_some_and(|word| word.len() > 1)
            && !self.text.tokens[tokens.start].shape.has(Shape::ALL_CAPITALS);
        // "The Prime Minister said": nothing but an office, whose first word is a title before names.
        let is_office = tokens.len() == 1
            && name_start > start
            && BEGINS_OFFICE.contains(&&*self.lowercase(name_start - 1))
            && (noun.is_some() || people::title(&self.lowercase(last)).is_some_and(|title| title.office.is_some()));
        // "fellow Norlanders": whoever comes from there.
        let is_people = words.len() == 1
            && name_start == start
            && is_titled
            && words.first().is_some_and(|word| people::country_of(word).is_some_and(|country| *word != country));
        if words.is_empty() || (is_common_noun && words.len() > 1) || is_abbreviation || is_office || is_people {
            return None;
        }
        Some(Chunk {
            field: self.field,
            tokens,
            whole: TokenRange::new(start, whole.end),
            words: words.len(),
            name: BareName::of(words),
            kind,
            gender,
            is_titled,
            is_knighted: name_start > start && matches!(&*self.lowercase(name_start - 1), "sir" | "dame"),
            ruler: self.ruler(TokenRange::new(start, name_start)),
            is_doubtful: is_common_noun,
            follows_preposition: start > self.sentence.start
                && self.text.tokens[start - 1].classes.meets(Classes::of(&[Class::Preposition, Class::To])),
            is_quoted: self.text.tokens[name_start].quotation != 0,
            sentence: self.number,
        })
    }

    fn ruler(&self, titles: TokenRange) -> Option<&'static str> {
        titles.indices().find_map(|index| {
            let word = self.lowercase(index);
            RULERS.iter().find(|ruler| **ruler == word).copied()
        })
    }

    /// Returns where the name begins behind its titles, and the gender that they tell.
    fn end_of_titles(&self, range: TokenRange) -> (usize, Option<Gender>) {
        let mut name_start = range.start;
        let mut gender = None;
        for index in range.start..range.end.saturating_sub(1) {
            // “Kevin “Coach” Roe”: what stands in quotation marks is no title.
            if !self.text.tokens[index].is_word() && self.text.tokens[index].mark != Mark::Comma && index > range.start
            {
                break;
            }
            if ![NameList::Title, NameList::PersonNoun].iter().any(|&list| self.text.may_be_in(list, index)) {
                continue;
            }
            let word = self.lowercase(index);
            let word = word.trim_end_matches('.');
            // "SEC" and "REP" in capitals are bodies, not titles.
            let is_acronym = self.text.tokens[index].shape.has(Shape::ALL_CAPITALS) && word.len() <= 3;
            let title = people::title(word).filter(|_| !is_acronym);
            // But for "CEO" and "MP", which are always written so.
            // A plural opens a sentence: "Owners Jane and John Roe".
            let is_opening = index == range.start && index == self.sentence.start;
            let noun = people::person_noun(word)
                .filter(|noun| (!noun.is_plural || is_opening) && (!is_acronym || noun.is_general));
            // "Dean Roe" is a given name, "the Dean of Ost" none.
            let is_name = index == range.start
                && people::gender_of_given_name(word).is_some()
                && title.is_none_or(|title| title.office.is_some())
                && !matches!(self.text.word(index + 1), "of" | "for");
            let only_suffix_follows = index + 2 == range.end && is_suffix(self.text.word(index + 1));
            if (title.is_none() && noun.is_none()) || is_name || only_suffix_follows {
                continue;
            }
            // "Secretary of State Jane Roe", "Chairman of the Joint Chiefs John Doe": the office goes on.
            let next = self.text.word(index + 1);
            name_start =
                if matches!(next, "of" | "for") { self.behind_office(index + 2, range.end) } else { index + 1 };
            let told = title.and_then(|title| title.gender).or(noun.and_then(|noun| noun.gender));
            gender = told.or(gender);
        }
        // "Republican Jane Roe", "Norlander John Doe".
        if name_start == range.start && range.len() >= 3 {
            let first = self.lowercase(range.start);
            let is_people = || people::country_of(&first).is_some() || matches!(&*first, "gop" | "democratic");
            if self.text.gender_of_given_name(range.start + 1).is_some() && is_people() {
                name_start += 1;
            }
        }
        // "Norland News Jane Roe": a body, then one of its people.
        if name_start == range.start
            && let Some(person) = self.person_behind_body(range)
        {
            name_start = person;
        }
        (name_start, gender)
    }

    fn person_behind_body(&self, range: TokenRange) -> Option<usize> {
        let last_is_body = self.is_organisation_word(range.end - 1);
        let is_joined = range.indices().any(|index| matches!(self.text.word(index), "of" | "for" | "and"));
        if last_is_body || is_joined {
            return None;
        }
        (range.start + 1..range.end.saturating_sub(1)).find(|&index| {
            self.is_organisation_word(index - 1) && people::gender_of_given_name(&folded(self.text, index)).is_some()
        })
    }

    /// Returns where a person's name begins behind "Secretary of …": at the first given name, else the last two words.
    fn behind_office(&self, from: usize, end: usize) -> usize {
        (from + 1..end.saturating_sub(1))
            .find(|&index| people::gender_of_given_name(&folded(self.text, index)).is_some())
            .unwrap_or(end)
    }

    /// "campaign manager Jane Roe".
    fn follows_person_noun(&self, start: usize) -> bool {
        start > self.sentence.start && self.text.person_noun(start - 1).is_some_and(|noun| !noun.is_plural)
    }
}
