//! In: the words that name a speaker beside a cue. Out: what kind of mention it is, and its head.
//!
//! "Norland’s foreign minister, Jane Roe" names Roe; "a spokesman for Roe" somebody unnamed; "the Roe campaign" an
//! organisation; "the Norland Times poll" a document.

use std::borrow::Cow;

use super::names::{folded, is_outlet};
use super::people::{BearerId, BearerKind, NameUse, People};
use super::token::{Analysis, Mark, Shape, TokenRange};
use super::{StatementField, Texts};
use crate::language::en::people::{self, Gender, PersonNoun};
use crate::language::{Class, Classes, Form, Frame};

/// How a speaker is mentioned.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mentioned {
    /// By name.
    Name {
        bearer: BearerId,
        token: usize,
    },
    /// "he", "she", with the gender it tells; "they" tells none and may be several.
    Pronoun(Pronoun),
    /// "…, who said".
    Relative {
        token: usize,
    },
    /// "the senior official", "a spokesman for Roe", "analysts".
    Person {
        noun: PersonNoun,
        phrase: TokenRange,
        is_definite: bool,
    },
    /// "the ministry", "the Roe campaign".
    Organisation {
        phrase: TokenRange,
        is_definite: bool,
        is_named: bool,
    },
    /// "the Norland Times poll", "the report".
    Document {
        phrase: TokenRange,
        is_definite: bool,
        is_named: bool,
    },
    /// Several, or whoever.
    Group,
    Unclear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pronoun {
    He,
    She,
    They,
    It,
    /// The writer or, in an interview, whoever answers.
    First,
}

impl Pronoun {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "he" | "him" | "his" | "himself" => Self::He,
            "she" | "her" | "hers" | "herself" => Self::She,
            "they" | "them" | "their" | "themselves" => Self::They,
            "it" | "its" | "itself" => Self::It,
            "i" | "me" | "my" | "we" | "us" | "our" | "ourselves" | "myself" => Self::First,
            _ => return None,
        })
    }

    pub(super) fn gender(self) -> Option<Gender> {
        match self {
            Self::He => Some(Gender::Masculine),
            Self::She => Some(Gender::Feminine),
            _ => None,
        }
    }
}

/// Reads a mention.
pub(super) fn read_mention(
    texts: &Texts<'_>,
    people: &People<'_>,
    field: StatementField,
    mention: TokenRange,
) -> Mentioned {
    let text = texts.of(field);
    let start = mention.indices().find(|&index| text.tokens[index].start() >= texts.start_of(field));
    let mention = TokenRange::new(start.unwrap_or(mention.end), mention.end);
    let reader = Reader { text, people, field, range: trimmed(text, mention) };
    reader.read()
}

/// Leaves out the possessive at the end, marks at both ends and words before the noun phrase.
fn trimmed(text: &Analysis<'_>, mention: TokenRange) -> TokenRange {
    let mut range = mention;
    let is_possessive = |index: usize| matches!(text.word(index), "'s" | "’s" | "'" | "’");
    while !range.is_empty() && (!text.tokens[range.end - 1].is_word() || is_possessive(range.end - 1)) {
        range.end -= 1;
    }
    let skipped = Classes::of(&[Class::Coordinator, Class::SentenceAdverb]);
    while !range.is_empty() {
        let first = &text.tokens[range.start];
        let is_noise =
            !first.is_word() || (first.classes.meets(skipped) && range.len() > 1 && !first.is(Class::Determiner));
        if !is_noise {
            break;
        }
        range.start += 1;
    }
    range
}

/// Classes of a noun that is a verb elsewhere.
const NOUNS: Classes = Classes::of(&[Class::Noun, Class::Document, Class::Role, Class::Organisation, Class::Adjective]);

struct Reader<'t, 'a> {
    text: &'t Analysis<'a>,
    people: &'t People<'t>,
    field: StatementField,
    range: TokenRange,
}

impl Reader<'_, '_> {
    fn word(&self, index: usize) -> &str {
        self.text.word(index)
    }

    fn lowercase(&self, index: usize) -> Cow<'_, str> {
        self.text.lowercase(index)
    }

    fn read(&self) -> Mentioned {
        if self.range.is_empty() {
            return Mentioned::Unclear;
        }
        let first = self.lowercase(self.range.start);
        let is_subject = matches!(&*first, "he" | "she" | "they" | "it" | "i" | "we" | "who" | "which");
        if self.range.len() == 1 || (self.range.len() == 2 && is_subject) {
            if let Some(pronoun) = Pronoun::of(&first) {
                return Mentioned::Pronoun(pronoun);
            }
            if matches!(&*first, "who" | "whom" | "which" | "that" | "whose") {
                return Mentioned::Relative { token: self.range.start };
            }
        }
        if let Some(named) = self.named() {
            return named;
        }
        // Words around the subject: "one afternoon she", "who in 2010".
        let last = self.lowercase(self.range.end - 1);
        if matches!(&*last, "he" | "she" | "they")
            && let Some(pronoun) = Pronoun::of(&last)
        {
            return Mentioned::Pronoun(pronoun);
        }
        if first == "who" {
            return Mentioned::Relative { token: self.range.start };
        }
        self.described()
    }

    /// Finds the name that the mention is about, if it is about a name.
    fn named(&self) -> Option<Mentioned> {
        let uses = self.people.uses_within(self.field, self.range);
        let head = uses.iter().find(|used| self.is_head(used))?;
        if self.joins_another(head) {
            return Some(Mentioned::Group);
        }
        let bearer = &self.people.bearers[head.bearer];
        let phrase = TokenRange::new(self.range.start.min(head.tokens.start), head.tokens.end.min(self.range.end));
        // "Democrats", "Norlanders": people of a kind, not a name.
        let word = self.lowercase(head.tokens.end - 1);
        let ends_in_plural = people::person_noun(&word).is_some_and(|noun| noun.is_plural) || is_people(&word);
        if ends_in_plural && bearer.kind != BearerKind::Person {
            return Some(Mentioned::Group);
        }
        let is_one_word = head.tokens.len() == 1 && !bearer.is_full();
        if is_one_word && self.is_family(head) {
            return Some(Mentioned::Group);
        }
        let is_role =
            is_one_word && bearer.kind != BearerKind::Person && self.text.tokens[head.tokens.start].is(Class::Role);
        if let Some(noun) = people::person_noun(&word).filter(|_| is_role) {
            return Some(Mentioned::Person { noun, phrase, is_definite: self.is_definite(phrase) });
        }
        if bearer.kind == BearerKind::Organisation && self.text.tokens[head.tokens.end - 1].is(Class::Document) {
            return Some(Mentioned::Document { phrase, is_definite: true, is_named: true });
        }
        Some(Mentioned::Name { bearer: head.bearer, token: head.tokens.start })
    }

    /// "the Roes": a family that the article names.
    fn is_family(&self, used: &NameUse) -> bool {
        let word = folded(self.text, used.tokens.start);
        let follows_the = used.tokens.start > 0 && self.lowercase(used.tokens.start - 1) == "the";
        let is_surname = |name: &str| {
            self.people
                .bearers
                .iter()
                .any(|bearer| bearer.is_full() && bearer.words().last().is_some_and(|last| last == name))
        };
        follows_the && word.strip_suffix('s').is_some_and(is_surname)
    }

    /// Whether a name is the head of the mention, not a modifier: neither "Roe’s …" nor "… for Roe" nor "Roe aides".
    fn is_head(&self, used: &NameUse) -> bool {
        let behind = used.tokens.end;
        if behind < self.range.end {
            if matches!(self.word(behind), "'s" | "’s" | "'" | "’") {
                return false;
            }
            let next = &self.text.tokens[behind];
            let is_noun = next.is_word()
                && !next.shape.has(Shape::CAPITAL)
                && !is_outlet(self.text, used.tokens, self.range.end)
                && !next.classes.meets(Classes::of(&[
                    Class::Preposition,
                    Class::Coordinator,
                    Class::Relative,
                    Class::Adverb,
                    Class::Be,
                    Class::Have,
                    Class::Number,
                    Class::Determiner,
                    Class::ObjectPronoun,
                ]))
                && (next.frame.is_none_or(|frame| frame == Frame::Noun)
                    || next.classes.meets(Classes::of(&[Class::Noun, Class::Document, Class::Role])));
            if is_noun {
                return false;
            }
        }
        // What stands behind a preposition is part of another phrase: "aides to Roe", "a poll by the Times".
        let from = used.whole.start.max(self.range.start);
        let mut index = from;
        while index > self.range.start {
            index -= 1;
            let token = &self.text.tokens[index];
            if token.mark == Mark::Comma || token.mark == Mark::Dash {
                return true;
            }
            let is_preposition =
                (token.is(Class::Preposition) || token.is(Class::To)) && !token.shape.has(Shape::CAPITAL);
            // A mention that runs on over its verb: "The official warned Norland" is about the official.
            // "defence secretary Jane Roe": a noun that attributes elsewhere stands before an office here.
            let is_noun = token.classes.meets(NOUNS) || token.frame == Some(Frame::Noun);
            let is_verb = token.frame.is_some() && index > self.range.start && !is_noun;
            if is_verb {
                return false;
            }
            let names_office = index > self.range.start && self.text.person_noun_or_title(index - 1).is_some();
            // "secretary of state Jane Roe": the office goes on to the name, unlike "the head of the Ministry".
            let goes_on = names_office
                && self.word(index) == "of"
                && from - index == 2
                && !self.text.tokens[index + 1].is(Class::Determiner);
            if is_preposition && !goes_on {
                return false;
            }
        }
        true
    }

    /// "Roe and her aides", "Jane Roe and John Doe".
    fn joins_another(&self, head: &NameUse) -> bool {
        let end = (head.tokens.end..self.range.end)
            .find(|&index| matches!(self.text.tokens[index].mark, Mark::Comma | Mark::Dash | Mark::OpenBracket))
            .unwrap_or(self.range.end);
        let joins = |index: usize| matches!(self.word(index), "and" | "or" | "&");
        let is_noun = |index: usize| {
            let token = &self.text.tokens[index];
            token.shape.has(Shape::CAPITAL)
                || token.is(Class::Possessive)
                || token.is(Class::Determiner)
                || token.is(Class::Role)
        };
        (head.tokens.end..end)
            .any(|index| joins(index) && index == head.tokens.end && index + 1 < end && is_noun(index + 1))
            || self.follows_joined(head)
    }

    /// "aides and Jane Roe": something stands joined before the name.
    fn follows_joined(&self, head: &NameUse) -> bool {
        let start = head.whole.start;
        start > self.range.start + 1 && matches!(self.word(start - 1), "and" | "or")
    }

    /// Reads a mention without a name of its own by its head noun.
    fn described(&self) -> Mentioned {
        let stops = Classes::of(&[Class::Preposition, Class::Relative, Class::To, Class::That]);
        let mut end = self.range.start;
        let mut start = self.range.start;
        for index in self.range.indices() {
            let token = &self.text.tokens[index];
            if matches!(self.word(index), "'s" | "’s" | "'" | "’") {
                start = index + 1;
                end = index + 1;
                continue;
            }
            let is_participle = index > start
                && token.has_form(Form::Participle)
                && !token.classes.meets(NOUNS)
                && !token.shape.has(Shape::CAPITAL)
                && !token.shape.has(Shape::HYPHEN)
                && self.is_noun(index - 1);
            if self.word(index) == "/" {
                continue;
            }
            let is_stop =
                !token.is_word() || is_participle || (token.classes.meets(stops) && !token.shape.has(Shape::CAPITAL));
            if is_stop && index > self.range.start {
                break;
            }
            end = index + 1;
        }
        if end <= start {
            return Mentioned::Unclear;
        }
        let head = end - 1;
        let phrase = TokenRange::new(self.range.start, end);
        let joins = (start..end).any(|index| matches!(self.word(index), "and" | "or"));
        let token = &self.text.tokens[head];
        let word = self.lowercase(head);
        let is_definite = self.is_definite(phrase);
        let names_in = self.people.uses_within(self.field, phrase);
        let is_named = names_in.iter().any(|used| used.tokens.start >= phrase.start)
            || (phrase.start + 1..head).any(|index| self.text.tokens[index].shape.has(Shape::CAPITAL));
        if self.is_document(head, &word) {
            return if is_plural(&word) {
                Mentioned::Document { phrase, is_definite: false, is_named: false }
            } else {
                Mentioned::Document { phrase, is_definite, is_named }
            };
        }
        if let Some(noun) = self.text.person_noun_or_title(head) {
            return if noun.is_plural || joins {
                Mentioned::Group
            } else {
                Mentioned::Person { noun, phrase, is_definite }
            };
        }
        if people::is_organisation_word(&word) || token.is(Class::Organisation) {
            return if is_plural(&word) && !is_named {
                Mentioned::Group
            } else {
                Mentioned::Organisation { phrase, is_definite, is_named }
            };
        }
        let is_crowd = token.classes.meets(Classes::of(&[Class::Group, Class::Number, Class::Indefinite]));
        if is_crowd || matches!(&*word, "percent" | "%" | "majority" | "number" | "half") || is_plural(&word) {
            return Mentioned::Group;
        }
        Mentioned::Unclear
    }

    fn is_noun(&self, index: usize) -> bool {
        let token = &self.text.tokens[index];
        token.classes.meets(NOUNS) || self.text.person_noun_or_title(index).is_some()
    }

    fn is_document(&self, head: usize, word: &str) -> bool {
        let singular = word.strip_suffix('s').unwrap_or(word);
        self.text.tokens[head].is(Class::Document)
            || matches!(
                singular,
                "poll" | "survey" | "report" | "study" | "statement" | "average" | "law" | "slide" | "suit"
            )
    }

    fn is_definite(&self, phrase: TokenRange) -> bool {
        let first = self.lowercase(phrase.start);
        let token = &self.text.tokens[phrase.start];
        let has_possessive = phrase.indices().any(|index| matches!(self.word(index), "'s" | "’s"));
        matches!(&*first, "the" | "this" | "that" | "his" | "her" | "its" | "their" | "our")
            || has_possessive
            || (token.shape.has(Shape::CAPITAL) && !token.is(Class::Determiner))
    }
}

/// "Norlanders", "Americans": the plural of a people.
fn is_people(word: &str) -> bool {
    let word = word.rsplit('-').next().unwrap_or(word);
    word.strip_suffix('s')
        .is_some_and(|singular| people::country_of(singular).is_some_and(|country| country != singular))
}

fn is_plural(word: &str) -> bool {
    (word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && word != "news")
        || matches!(word, "people" | "men" | "women" | "police" | "children" | "media")
}
