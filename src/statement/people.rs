//! In: the tokens of headline and body. Out: every use of a name in them, and who bears it.
//!
//! 1. cut capitalised words into names and the titles before them 2. tell persons from organisations and places
//! 3. lead short forms ("Roe", "Jane") to the full name 4. look up known names where all words are capitalised

use std::collections::HashMap;

use super::token::{Analysis, Mark, Shape, TokenRange};
use super::{StatementField, Texts};
use crate::language::en::people::{self, Gender};
use crate::language::{Class, Classes};
use crate::speaker::{Likeness, Name, fold_name};

/// Number of a bearer in [`People::bearers`].
pub(super) type BearerId = usize;

/// Whoever or whatever bears a name in an article.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    /// Fullest form in the article.
    pub name: String,
    pub kind: BearerKind,
    /// Feminine or masculine where something tells.
    pub gender: Option<Gender>,
    /// Roles as given, in reading order.
    pub roles: Vec<super::role::GivenRole>,
    /// How often it is named.
    pub uses: u32,
    /// Whether another person of the same surname is named, so that the surname alone may mean either.
    pub shares_surname: bool,
    /// Ruling offices that stood before the full name.
    offices: Vec<String>,
    parsed: Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BearerKind {
    Person,
    Organisation,
    Place,
    /// A name that nothing tells apart.
    Unknown,
}

/// One use of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameUse {
    pub field: StatementField,
    /// The name alone: "Jane Roe".
    pub tokens: TokenRange,
    /// With the capitalised words before it: "Norland Foreign Minister Jane Roe".
    pub whole: TokenRange,
    pub bearer: BearerId,
    pub sentence: usize,
    /// Inside a quotation: the speaker's words, not the writer's.
    pub is_quoted: bool,
}

/// The names of an article.
#[derive(Debug, Default)]
pub(super) struct People {
    pub bearers: Vec<Bearer>,
    /// Headline first, then the body; each in reading order.
    pub uses: Vec<NameUse>,
    headline_uses: usize,
}

/// A name as cut from the text, before anybody bears it.
#[derive(Debug)]
struct Chunk {
    field: StatementField,
    tokens: TokenRange,
    whole: TokenRange,
    /// Folded words of the name.
    words: Vec<String>,
    kind: BearerKind,
    gender: Option<Gender>,
    /// A courtesy or an office stands before it.
    is_titled: bool,
    /// The office of those whom news calls by it and their surname from the first: "President Roe".
    ruler: Option<String>,
    /// A common word that opens a sentence: a name only where the article knows one like it ("Dean", "Bush").
    is_doubtful: bool,
    follows_preposition: bool,
    is_quoted: bool,
    sentence: usize,
}

/// Words that may stand in lower case inside a person's name.
const PARTICLES: &[&str] = &[
    "de", "da", "di", "do", "dos", "das", "del", "della", "du", "la", "le", "van", "von", "der", "den", "ter", "bin",
    "ibn", "al", "el", "ul", "y", "e", "zu", "af", "av",
];

/// Offices that introduce their bearer by surname.
const RULERS: &[&str] =
    &["president", "minister", "premier", "chancellor", "king", "queen", "pope", "prince", "princess"];

/// What is named after people: "Jane Roe Day" holds a name and is none.
const NAMED_AFTER: &[&str] =
    &["day", "act", "award", "prize", "bridge", "street", "avenue", "stadium", "airport", "trophy", "show"];

/// Longest name that is read, in words: the longest official names of ministries have about ten.
const MAX_NAME_WORDS: usize = 12;

impl People {
    /// Finds every name of an article and its bearer.
    pub(super) fn find(texts: &Texts<'_>) -> Self {
        let mut chunks = Vec::new();
        let mut people = Self::default();
        for (field, text) in texts.fields() {
            for (number, &sentence) in text.sentences.iter().enumerate() {
                if !is_title_case(text, sentence) {
                    let first = sentence.indices().find(|&index| text.tokens[index].start() >= texts.start_of(field));
                    let sentence = TokenRange::new(first.unwrap_or(sentence.end), sentence.end);
                    Cutter { text, field, sentence, number }.cut(&mut chunks);
                }
            }
        }
        people.bear_full_names(texts, &chunks);
        people.bear_short_names(texts, &chunks);
        people.look_up_in_title_case(texts);
        people.uses.sort_by_key(|used| (used.field == StatementField::Body, used.tokens.start));
        people.headline_uses = people.uses.partition_point(|used| used.field == StatementField::Headline);
        people.mark_shared_surnames();
        for used in &people.uses {
            people.bearers[used.bearer].uses += 1;
        }
        people
    }

    /// Returns the uses in one field, in reading order.
    pub(super) fn uses_in(&self, field: StatementField) -> &[NameUse] {
        match field {
            StatementField::Headline => &self.uses[..self.headline_uses],
            StatementField::Body => &self.uses[self.headline_uses..],
        }
    }

    /// Returns the uses that overlap a range of tokens.
    pub(super) fn uses_within(&self, field: StatementField, range: TokenRange) -> &[NameUse] {
        let uses = self.uses_in(field);
        let first = uses.partition_point(|used| used.tokens.end <= range.start);
        let last = uses.partition_point(|used| used.tokens.start < range.end);
        &uses[first.min(last)..last]
    }

    /// Gives names of several words to bearers: the same person's if the names may be one's.
    fn bear_full_names(&mut self, texts: &Texts<'_>, chunks: &[Chunk]) {
        for chunk in chunks.iter().filter(|chunk| chunk.words.len() >= 2) {
            let parsed = Name::parse(&chunk.words.join(" "));
            let known = self.bearers.iter().position(|bearer| is_same_bearer(bearer, &parsed, chunk));
            let bearer = known.unwrap_or_else(|| self.add_bearer(texts, chunk, parsed.clone()));
            self.add_use(texts, chunk, bearer, &parsed);
        }
    }

    /// Leads surnames and given names to the bearer of the full name; what is left bears its own name.
    ///
    /// Titled ones come first: "Mr. Roe" and "President Roe" tell which Roe the article is about.
    fn bear_short_names(&mut self, texts: &Texts<'_>, chunks: &[Chunk]) {
        let shorts = || chunks.iter().filter(|chunk| chunk.words.len() == 1);
        let courteous = shorts().filter(|chunk| chunk.is_titled && chunk.ruler.is_none());
        let rulers = shorts().filter(|chunk| chunk.is_titled && chunk.ruler.is_some());
        let plain = shorts().filter(|chunk| !chunk.is_titled && !chunk.is_doubtful);
        let doubtful = shorts().filter(|chunk| chunk.is_doubtful);
        for chunk in courteous.chain(rulers).chain(plain).chain(doubtful) {
            let parsed = Name::parse(&chunk.words[0]);
            let bearer = match self.bearer_of_short(chunk) {
                Some(bearer) => bearer,
                None if chunk.is_doubtful => continue,
                None => self.add_bearer(texts, chunk, parsed.clone()),
            };
            self.add_use(texts, chunk, bearer, &parsed);
        }
    }

    /// Finds the bearer that a single word stands for.
    fn bearer_of_short(&self, chunk: &Chunk) -> Option<BearerId> {
        let word = &chunk.words[0];
        let stands_for = |bearer: &Bearer| {
            let words = &bearer.parsed.words;
            if words.len() == 1 {
                return words[0] == *word && !(chunk.is_titled && bearer.kind == BearerKind::Organisation);
            }
            match bearer.kind {
                BearerKind::Organisation => {
                    !chunk.is_titled && !chunk.is_doubtful && (words.last() == Some(word) || acronym_of(words) == *word)
                }
                BearerKind::Place => false,
                _ => {
                    words.last() == Some(word)
                        || (words.first() == Some(word) && !chunk.is_titled && !chunk.is_doubtful)
                }
            }
        };
        // "Jordan said" may be Pat Jordan, "in Jordan" is the country.
        let is_own_name = |bearer: &Bearer| {
            let is_single = bearer.parsed.words.len() == 1;
            (is_single && bearer.kind == chunk.kind)
                || (!is_single && bearer.kind == BearerKind::Person && !chunk.follows_preposition)
        };
        let candidates: Vec<BearerId> = (0..self.bearers.len())
            .filter(|&id| {
                let bearer = &self.bearers[id];
                stands_for(bearer)
                    && genders_agree(bearer.gender, chunk.gender)
                    && (chunk.kind != BearerKind::Place || is_own_name(bearer))
                    && !(chunk.is_doubtful && bearer.kind == BearerKind::Place)
                    && !self.is_other_than_ruler(id, chunk)
            })
            .collect();
        let by_surname: Vec<BearerId> =
            candidates.iter().copied().filter(|&id| self.bearers[id].parsed.words.last() == Some(word)).collect();
        let candidates = if by_surname.is_empty() { candidates } else { by_surname };
        match candidates.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => self.most_likely_of_surname(several, chunk),
        }
    }

    /// "President Roe" who leads the story is not the Jane Roe who is named in full later, without that office.
    fn is_other_than_ruler(&self, id: BearerId, chunk: &Chunk) -> bool {
        let Some(office) = &chunk.ruler else { return false };
        let bearer = &self.bearers[id];
        let first = self.uses.iter().find(|used| used.bearer == id && used.field == chunk.field);
        // Whoever is "Mr. Roe" throughout is the President Roe of the story.
        let is_main_person = self.uses.iter().filter(|used| used.bearer == id).count() >= 3;
        !is_main_person
            && bearer.is_full()
            && !bearer.offices.contains(office)
            && first.is_none_or(|first| first.tokens.start > chunk.tokens.start)
    }

    /// Of several people of one surname the one named in full just before, else the one named oftenest.
    fn most_likely_of_surname(&self, candidates: &[BearerId], chunk: &Chunk) -> Option<BearerId> {
        let just_named = |id: BearerId| {
            self.uses.iter().any(|used| {
                used.bearer == id
                    && used.field == chunk.field
                    && used.tokens.len() >= 2
                    && used.tokens.start < chunk.tokens.start
                    && used.sentence + 1 >= chunk.sentence
            })
        };
        let recent: Vec<BearerId> = candidates.iter().copied().filter(|&id| just_named(id)).collect();
        if let [only] = recent.as_slice() {
            return Some(*only);
        }
        candidates.iter().copied().max_by_key(|&id| {
            let is_known = self.bearers[id].kind != BearerKind::Unknown;
            (is_known, self.uses.iter().filter(|used| used.bearer == id).count(), std::cmp::Reverse(id))
        })
    }

    fn add_bearer(&mut self, texts: &Texts<'_>, chunk: &Chunk, parsed: Name) -> BearerId {
        self.bearers.push(Bearer {
            name: written(texts, chunk),
            kind: chunk.kind,
            gender: chunk.gender,
            roles: Vec::new(),
            uses: 0,
            shares_surname: false,
            offices: Vec::new(),
            parsed,
        });
        self.bearers.len() - 1
    }

    fn add_use(&mut self, texts: &Texts<'_>, chunk: &Chunk, id: BearerId, parsed: &Name) {
        let bearer = &mut self.bearers[id];
        if parsed.words.len() > bearer.parsed.words.len() {
            bearer.parsed = parsed.clone();
            bearer.name = written(texts, chunk);
        }
        bearer.gender = bearer.gender.or(chunk.gender);
        bearer.offices.extend(chunk.ruler.clone());
        if bearer.kind == BearerKind::Unknown {
            bearer.kind = chunk.kind;
        }
        self.uses.push(NameUse {
            field: chunk.field,
            tokens: chunk.tokens,
            whole: chunk.whole,
            bearer: id,
            sentence: chunk.sentence,
            is_quoted: chunk.is_quoted,
        });
    }

    /// Finds known names in headlines, where capital letters tell nothing.
    fn look_up_in_title_case(&mut self, texts: &Texts<'_>) {
        let mut by_word: HashMap<String, Vec<BearerId>> = HashMap::new();
        for (id, bearer) in self.bearers.iter().enumerate() {
            for word in [bearer.parsed.words.first(), bearer.parsed.words.last()].into_iter().flatten() {
                let bearers = by_word.entry(word.clone()).or_default();
                if bearers.last() != Some(&id) {
                    bearers.push(id);
                }
            }
        }
        let mut found = Vec::new();
        for (field, text) in texts.fields() {
            for (number, &sentence) in text.sentences.iter().enumerate() {
                if is_title_case(text, sentence) {
                    self.look_up(text, field, sentence, number, &by_word, &mut found);
                }
            }
        }
        self.uses.extend(found);
    }

    fn look_up(
        &self,
        text: &Analysis<'_>,
        field: StatementField,
        sentence: TokenRange,
        number: usize,
        by_word: &HashMap<String, Vec<BearerId>>,
        found: &mut Vec<NameUse>,
    ) {
        let mut at = sentence.start;
        while at < sentence.end {
            let word = if text.tokens[at].is_word() { fold_name(text.word(at)) } else { String::new() };
            let best = by_word
                .get(&word)
                .into_iter()
                .flatten()
                .map(|&id| (self.length_at(text, at, sentence.end, id), id))
                .max_by_key(|&(length, id)| (length, std::cmp::Reverse(id)));
            let Some((length, bearer)) = best.filter(|(length, _)| *length > 0) else {
                at += 1;
                continue;
            };
            let tokens = TokenRange::new(at, at + length);
            let is_quoted = text.tokens[at].quotation != 0;
            found.push(NameUse { field, tokens, whole: tokens, bearer, sentence: number, is_quoted });
            at += length;
        }
    }

    /// Returns how many tokens from `at` are this bearer's name: all of it, or the surname alone.
    fn length_at(&self, text: &Analysis<'_>, at: usize, end: usize, id: BearerId) -> usize {
        let words = &self.bearers[id].parsed.words;
        let matched = words
            .iter()
            .zip(at..end)
            .take_while(|(word, index)| text.tokens[*index].is_word() && fold_name(text.word(*index)) == **word)
            .count();
        if matched == words.len() {
            return matched;
        }
        let is_surname = words.last().is_some_and(|last| fold_name(text.word(at)) == *last);
        usize::from(is_surname && self.bearers[id].kind != BearerKind::Organisation)
    }

    fn mark_shared_surnames(&mut self) {
        let mut by_surname: HashMap<&str, u32> = HashMap::new();
        let is_person = |bearer: &Bearer| matches!(bearer.kind, BearerKind::Person | BearerKind::Unknown);
        for bearer in self.bearers.iter().filter(|bearer| is_person(bearer)) {
            *by_surname.entry(bearer.parsed.words.last().map_or("", String::as_str)).or_default() += 1;
        }
        let shared: Vec<bool> = self
            .bearers
            .iter()
            .map(|bearer| {
                is_person(bearer) && bearer.parsed.words.last().is_some_and(|last| by_surname[last.as_str()] > 1)
            })
            .collect();
        for (bearer, is_shared) in self.bearers.iter_mut().zip(shared) {
            bearer.shares_surname = is_shared;
        }
    }
}

impl Bearer {
    /// Whether the name tells the person from the rest of the family.
    pub(super) fn is_full(&self) -> bool {
        self.parsed.words.len() >= 2
    }

    pub(super) fn words(&self) -> &[String] {
        &self.parsed.words
    }
}

fn genders_agree(a: Option<Gender>, b: Option<Gender>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || a == Gender::Either || b == Gender::Either,
        _ => true,
    }
}

fn is_same_bearer(bearer: &Bearer, parsed: &Name, chunk: &Chunk) -> bool {
    if bearer.parsed.words == parsed.words && bearer.parsed.suffix == parsed.suffix {
        return true;
    }
    let is_thing = |kind| matches!(kind, BearerKind::Organisation | BearerKind::Place);
    if is_thing(bearer.kind) || is_thing(chunk.kind) {
        return false;
    }
    // "Peña Nieto" is Enrique Peña Nieto, whichever comes first.
    let (shorter, longer) = if parsed.words.len() < bearer.parsed.words.len() {
        (&parsed.words, &bearer.parsed.words)
    } else {
        (&bearer.parsed.words, &parsed.words)
    };
    let is_end_of = shorter.len() >= 2 && longer.len() > shorter.len() && longer.ends_with(shorter);
    genders_agree(bearer.gender, chunk.gender) && (is_end_of || bearer.parsed.likeness(parsed) != Likeness::Different)
}

fn acronym_of(words: &[String]) -> String {
    let skipped = ["of", "for", "and", "the", "on", "in", "at"];
    words.iter().filter(|word| !skipped.contains(&word.as_str())).filter_map(|word| word.chars().next()).collect()
}

/// Returns the name as printed, on one line.
fn written(texts: &Texts<'_>, chunk: &Chunk) -> String {
    let text = texts.of(chunk.field);
    one_line(text.span(chunk.tokens).of(text.text))
}

/// Returns words with every stretch of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a sentence capitalises its words as headlines do, or is all capitals, so that a capital letter
/// tells no name.
pub(super) fn is_title_case(text: &Analysis<'_>, sentence: TokenRange) -> bool {
    let mut long_words = 0_usize;
    let mut capitals = 0_usize;
    for index in sentence.indices() {
        let token = &text.tokens[index];
        if token.is_word() && token.end() - token.start() >= 4 && !token.shape.has(Shape::DIGIT) {
            long_words += 1;
            capitals += usize::from(token.shape.has(Shape::CAPITAL));
        }
    }
    // Four of five: "Mr. Roe of the Norland Times met Jane Doe" has capitals enough, but not that many.
    long_words >= 4 && capitals * 5 >= long_words * 4
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

impl Cutter<'_, '_> {
    fn cut(&self, chunks: &mut Vec<Chunk>) {
        let mut at = self.sentence.start;
        while at < self.sentence.end {
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
    fn doubtful(&self, index: usize) -> Option<Chunk> {
        let token = &self.text.tokens[index];
        if !self.is_capital(index) || token.classes.meets(OPENERS) {
            return None;
        }
        let tokens = TokenRange::new(index, index + 1);
        Some(Chunk {
            field: self.field,
            tokens,
            whole: tokens,
            words: vec![fold_name(self.text.word(index))],
            kind: BearerKind::Unknown,
            gender: None,
            is_titled: false,
            ruler: None,
            is_doubtful: true,
            follows_preposition: false,
            is_quoted: token.quotation != 0,
            sentence: self.number,
        })
    }

    fn lowercase(&self, index: usize) -> String {
        self.text.word(index).to_lowercase()
    }

    fn is_capital(&self, index: usize) -> bool {
        if index >= self.sentence.end {
            return false;
        }
        let token = &self.text.tokens[index];
        let is_day = token.is(Class::Weekday) || (token.is(Class::Month) && !self.is_given_name(index));
        token.is_word() && token.shape.has(Shape::CAPITAL) && !is_day && self.text.word(index) != "I"
    }

    /// "April Ryan" and "Jan Egeland" are people, "April 3" is none.
    fn is_given_name(&self, index: usize) -> bool {
        let next_is_name = index + 1 < self.sentence.end && {
            let next = &self.text.tokens[index + 1];
            next.is_word() && next.shape.has(Shape::CAPITAL) && !next.shape.has(Shape::DIGIT)
        };
        next_is_name && people::gender_of_given_name(&self.lowercase(index)).is_some()
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

    fn begins_name(&self, index: usize) -> bool {
        if !self.is_capital(index) {
            return false;
        }
        let token = &self.text.tokens[index];
        let names = Classes::of(&[Class::GivenName, Class::Country, Class::Title]);
        if token.classes.meets(OPENERS) && !token.classes.meets(names) && !token.shape.has(Shape::ALL_CAPITALS) {
            // "Will Smith" and "Mark" are people.
            return !self.is_opening(index) && self.is_given_name(index);
        }
        if !self.is_opening(index) {
            return true;
        }
        let is_common =
            (token.classes.meets(COMMON) || self.is_organisation_word(index)) && !token.classes.meets(names);
        let has_office = token.classes.meets(Classes::of(&[Class::Organisation, Class::Demonym, Class::Role]));
        !is_common || has_office && self.is_capital(index + 1) || self.is_given_name(index)
    }

    fn end_of_name(&self, start: usize) -> usize {
        let mut end = start + 1;
        let mut has_organisation = self.is_organisation_word(start);
        let mut has_of = false;
        while end < self.sentence.end && end - start < MAX_NAME_WORDS {
            if self.is_capital(end) && !self.text.tokens[end].classes.meets(Classes::of(&[Class::SubjectPronoun])) {
                has_organisation |= self.is_organisation_word(end);
                end += 1;
                continue;
            }
            let next_is_capital = end + 1 < self.sentence.end && self.is_capital(end + 1);
            let word = self.text.word(end);
            let is_office = self.is_organisation_word(end - 1) || self.is_title(end - 1);
            if next_is_capital && (PARTICLES.contains(&word) || matches!(word, "&" | "/")) {
                end += 1;
            } else if next_is_capital && is_office && matches!(word, "of" | "for") {
                has_of = true;
                end += 1;
            } else if next_is_capital && has_of && has_organisation && word == "and" {
                end += 1;
            } else if matches!(word, "of" | "for") && is_office && self.is_the_before_capital(end + 1) {
                has_of = true;
                end += 2;
            } else if self.text.tokens[end].mark == Mark::Comma && next_is_capital && self.is_suffix(end + 1) {
                end += 2;
            } else if self.is_nickname(end) {
                end += 4;
            } else {
                break;
            }
        }
        end
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
        people::is_organisation_word(&fold_name(self.text.word(index)))
    }

    fn is_title(&self, index: usize) -> bool {
        let word = self.lowercase(index);
        people::title(word.trim_end_matches('.')).is_some()
            || people::person_noun(&word).is_some_and(|noun| !noun.is_plural)
    }

    fn is_suffix(&self, index: usize) -> bool {
        matches!(self.text.word(index), "Jr." | "Jr" | "Sr." | "Sr" | "II" | "III")
    }

    /// Tells titles from the name and what kind of bearer it has.
    fn chunk(&self, whole: TokenRange) -> Option<Chunk> {
        let mut start = whole.start;
        while start < whole.end && self.text.tokens[start].classes.meets(Classes::of(&[Class::Determiner])) {
            start += 1;
        }
        let (name_start, mut gender) = self.end_of_titles(TokenRange::new(start, whole.end));
        let tokens = TokenRange::new(name_start, whole.end);
        if tokens.is_empty() {
            return None;
        }
        let last = self.lowercase(tokens.end - 1);
        let is_named_after = tokens.len() >= 3
            && NAMED_AFTER.contains(&last.as_str())
            && people::gender_of_given_name(&self.lowercase(name_start)).is_some();
        let tokens = if is_named_after { TokenRange::new(name_start, name_start + 2) } else { tokens };
        let words: Vec<String> =
            tokens.indices().map(|index| fold_name(self.text.word(index))).filter(|word| !word.is_empty()).collect();
        let is_titled = name_start > start || self.follows_person_noun(start);
        let kind = self.kind(&words, tokens, is_titled);
        if kind == BearerKind::Person {
            let by_name = people::gender_of_given_name(words.first()?).filter(|_| words.len() >= 2);
            gender = gender.or(by_name.filter(|gender| *gender != Gender::Either));
        }
        let noun = people::person_noun(&last).filter(|_| people::gender_of_given_name(&last).is_none());
        let follows_the = whole.start > self.sentence.start && self.lowercase(whole.start - 1) == "the";
        // "Democrats", "a Republican", "the Norland Democrat" are no names.
        let is_common_noun =
            noun.is_some_and(
                |noun| if words.len() == 1 { !is_titled || noun.is_plural } else { follows_the && !is_titled },
            );
        let is_abbreviation = tokens.len() == 1
            && self.text.tokens[tokens.start].shape.has(Shape::STOP_INSIDE)
            && words.first().is_some_and(|word| word.len() > 1)
            && !self.text.tokens[tokens.start].shape.has(Shape::ALL_CAPITALS);
        if words.is_empty() || (is_common_noun && words.len() > 1) || is_abbreviation {
            return None;
        }
        Some(Chunk {
            field: self.field,
            tokens,
            whole: TokenRange::new(start, whole.end),
            words,
            kind,
            gender,
            is_titled,
            ruler: self.ruler(TokenRange::new(start, name_start)),
            is_doubtful: is_common_noun,
            follows_preposition: start > self.sentence.start
                && self.text.tokens[start - 1].classes.meets(Classes::of(&[Class::Preposition, Class::To])),
            is_quoted: self.text.tokens[name_start].quotation != 0,
            sentence: self.number,
        })
    }

    fn ruler(&self, titles: TokenRange) -> Option<String> {
        titles.indices().map(|index| self.lowercase(index)).find(|word| RULERS.contains(&word.as_str()))
    }

    /// Returns where the name begins behind its titles, and the gender that they tell.
    fn end_of_titles(&self, range: TokenRange) -> (usize, Option<Gender>) {
        let mut name_start = range.start;
        let mut gender = None;
        for index in range.start..range.end.saturating_sub(1) {
            let word = self.lowercase(index);
            // “Kevin “Coach” Roe”: what stands in quotation marks is no title.
            if !self.text.tokens[index].is_word() && self.text.tokens[index].mark != Mark::Comma && index > range.start
            {
                break;
            }
            let word = word.trim_end_matches('.');
            // "SEC" and "REP" in capitals are bodies, not titles.
            let is_acronym = self.text.tokens[index].shape.has(Shape::ALL_CAPITALS) && word.len() <= 3;
            let title = people::title(word).filter(|_| !is_acronym);
            let noun = people::person_noun(word).filter(|noun| !noun.is_plural && !is_acronym);
            let is_name = index == range.start
                && people::gender_of_given_name(word).is_some()
                && title.is_none_or(|title| title.office.is_some());
            let only_suffix_follows = index + 2 == range.end && self.is_suffix(index + 1);
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
            let is_people = people::country_of(&first).is_some() || matches!(first.as_str(), "gop" | "democratic");
            if is_people && people::gender_of_given_name(&self.lowercase(range.start + 1)).is_some() {
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
            self.is_organisation_word(index - 1)
                && people::gender_of_given_name(&fold_name(self.text.word(index))).is_some()
        })
    }

    /// Returns where a person's name begins behind "Secretary of …": at the first given name, else the last two words.
    fn behind_office(&self, from: usize, end: usize) -> usize {
        (from + 1..end.saturating_sub(1))
            .find(|&index| people::gender_of_given_name(&fold_name(self.text.word(index))).is_some())
            .unwrap_or(end)
    }

    /// "campaign manager Jane Roe".
    fn follows_person_noun(&self, start: usize) -> bool {
        start > self.sentence.start
            && people::person_noun(&self.lowercase(start - 1)).is_some_and(|noun| !noun.is_plural)
    }

    fn kind(&self, words: &[String], tokens: TokenRange, is_titled: bool) -> BearerKind {
        let joined = words.join(" ");
        if people::is_place(&joined) && !is_titled {
            return BearerKind::Place;
        }
        let has_organisation_word = words.iter().any(|word| people::is_organisation_word(word));
        let ends_in_organisation_word = words.last().is_some_and(|word| people::is_organisation_word(word));
        let is_joined = words.iter().any(|word| matches!(word.as_str(), "of" | "for" | "and"));
        let begins_with_given_name = words.len() >= 2 && people::gender_of_given_name(&words[0]).is_some();
        if words.len() >= 2 && (ends_in_organisation_word || is_joined) && !(is_titled && begins_with_given_name) {
            return BearerKind::Organisation;
        }
        // "lead manager Norland Bank Holding": the noun before it says what the body does.
        if words.len() >= 2 && has_organisation_word && is_titled && !begins_with_given_name {
            return BearerKind::Organisation;
        }
        if is_titled || begins_with_given_name {
            return BearerKind::Person;
        }
        let first = &self.text.tokens[tokens.start];
        let is_acronym = words.len() == 1
            && first.shape.has(Shape::ALL_CAPITALS)
            && words[0].len() >= 2
            && !first.shape.has(Shape::HYPHEN);
        // "NewsTown", "eMarket": people are not written so, but for "McRoe" and "DeLoe".
        let written = self.text.word(tokens.start);
        let is_trademark = words.len() == 1 && {
            let humps = written.char_indices().skip(1).filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at);
            humps.min().is_some_and(|at| at > 3) && !first.shape.has(Shape::HYPHEN)
        };
        if has_organisation_word || is_acronym || is_trademark {
            return BearerKind::Organisation;
        }
        let has_initial = tokens.indices().skip(1).any(|index| {
            let word = self.text.word(index);
            index + 1 < tokens.end && word.len() == 2 && word.ends_with('.')
        });
        let has_suffix = tokens.len() >= 3 && self.is_suffix(tokens.end - 1);
        if words.len() >= 2 && (has_initial || has_suffix) { BearerKind::Person } else { BearerKind::Unknown }
    }
}
