//! In: attributions, each with the words that name its speaker. Out: statements, each with the speaker it leads to.
//!
//! 1. find names, roles and genders
//! 2. read each mention
//! 3. lead names, pronouns, "who" and descriptions to their bearer
//! 4. add day, medium, relay, confidence and id
//!
//! A wrong name is worse than none: where two people are as likely, the speaker stays unnamed.

use std::collections::HashMap;

use super::attribution::Attribution;
use super::confidence::confidence;
use super::gender::vote_genders;
use super::mention::{Mentioned, Pronoun, read_mention};
use super::people::{BearerId, BearerKind, NameUse, People, is_title_case, one_line};
use super::relay::Telling;
use super::role::{GivenRole, KIN, RolePlace, find_roles, organisation_to_tell, person_noun_at, role_to_tell};
use super::said_on::{Occasions, Utterance};
use super::token::{Analysis, Mark, Shape, TokenRange};
use super::{Speaker, SpeakerKind, Statement, StatementField, StatementId, StatementKind, Texts};
use crate::article::{Article, Span};
use crate::language::en::people::{Gender, PersonNoun};
use crate::language::{Class, Classes, Form};
use crate::speaker::Role;

/// Leads every attribution to its speaker.
pub(crate) fn resolve(article: &Article, texts: &Texts<'_>, attributions: Vec<Attribution>) -> Vec<Statement> {
    let mut people = People::find(texts);
    find_roles(texts, &mut people);
    vote_genders(texts, &mut people);
    let mut resolver = Resolver { texts, people, said: Vec::new(), documents: HashMap::new() };
    resolver.read_descriptions();
    let places: Vec<Option<Place>> = attributions.iter().map(|attribution| Place::of(texts, attribution)).collect();

    // The body is read first and in its order: it introduces the people whom the headline names.
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    order.sort_by_key(|&index| {
        let place = places[index].as_ref();
        (attributions[index].field == StatementField::Headline, place.map_or(usize::MAX, |place| place.mention.start))
    });
    let mut resolved: Vec<Option<Resolved>> = vec![None; attributions.len()];
    for &index in &order {
        resolved[index] = places[index].as_ref().map(|place| resolver.resolve(place));
    }
    let mut relays: Vec<Option<String>> = vec![None; attributions.len()];
    let mut cited: Vec<Option<Span>> = vec![None; attributions.len()];
    for index in 0..attributions.len() {
        if let (Some(place), Some(found)) = (&places[index], &mut resolved[index]) {
            (relays[index], cited[index]) = resolver.relay(place, &attributions[index], found);
        }
    }
    let mut mentions = lend_mentions(texts, &attributions, &mut resolved);
    for (mention, cited) in mentions.iter_mut().zip(cited) {
        *mention = cited.or(*mention);
    }
    let speakers: Vec<Option<Speaker>> = resolved
        .iter()
        .zip(mentions)
        .map(|(resolved, mention)| Some(resolver.speaker(resolved.as_ref()?, mention?)))
        .collect();
    let mut occasions = Occasions::find(texts, &resolver.people, article.published.map(|published| published.day));
    let utterances: Vec<Option<Utterance<'_>>> = attributions
        .iter()
        .zip(&resolved)
        .map(|(attribution, resolved)| {
            let spoken = attribution.cue.or(attribution.mention).or(attribution.content.first().copied())?;
            Some(Utterance {
                field: attribution.field,
                bearer: resolved.as_ref().and_then(|resolved| resolved.bearer),
                token: texts.of(attribution.field).token_at(spoken.start),
                content: &attribution.content,
            })
        })
        .collect();
    // What one statement tells of its day holds for the speaker's others, before it too.
    for &index in &order {
        utterances[index].iter().for_each(|utterance| occasions.learn(utterance));
    }
    let told: Vec<_> = utterances
        .iter()
        .map(|utterance| utterance.as_ref().map_or((None, None), |utterance| occasions.of(utterance)))
        .collect();
    let mut ids = Ids::default();
    attributions
        .into_iter()
        .zip(speakers)
        .zip(&resolved)
        .zip(told.into_iter().zip(relays))
        .map(|(((attribution, speaker), resolved), ((said_on, medium), relayed_by))| Statement {
            id: ids.of(texts.of(attribution.field).text, &attribution.content),
            kind: attribution.kind,
            field: attribution.field,
            cue: attribution.cue,
            said_on,
            medium,
            relayed_by,
            confidence: confidence(attribution.score, resolved.as_ref().map_or(1.0, |resolved| resolved.certainty)),
            spans: attribution.content,
            speaker,
        })
        .collect()
}

/// Gives quotations that nobody is named beside to the speaker of the paragraph: the one before, else the next one.
///
/// Returns the mention of each attribution, its own or the lent one.
fn lend_mentions(
    texts: &Texts<'_>,
    attributions: &[Attribution],
    resolved: &mut [Option<Resolved>],
) -> Vec<Option<Span>> {
    let mut mentions: Vec<Option<Span>> = attributions.iter().map(|attribution| attribution.mention).collect();
    let paragraph_of = |attribution: &Attribution, span: Option<&Span>| {
        let text = texts.of(attribution.field);
        span.map(|span| text.paragraph_of(text.token_at(span.start)))
    };
    for index in 0..attributions.len() {
        let attribution = &attributions[index];
        if mentions[index].is_some() || attribution.kind != StatementKind::Direct {
            continue;
        }
        let here = paragraph_of(attribution, attribution.content.first());
        let is_near = |other: usize, reach: usize| {
            let lender = &attributions[other];
            let there = paragraph_of(lender, lender.content.last());
            let is_close = here.zip(there).is_some_and(|(here, there)| here.abs_diff(there) <= reach);
            lender.field == attribution.field && is_close && resolved[other].is_some()
        };
        let before = index.checked_sub(1).filter(|&before| {
            is_near(before, 0) || attributions[before].kind == StatementKind::Direct && is_near(before, 1)
        });
        let after = (index + 1 < attributions.len()).then_some(index + 1).filter(|&after| is_near(after, 0));
        if let Some(lender) = before.or(after)
            && let Some(lent) = resolved[lender].clone()
        {
            mentions[index] = mentions[lender];
            resolved[index] = Some(Resolved { certainty: lent.certainty * LENT, ..lent });
        }
    }
    mentions
}

/// Share of quotations without a mention that are the neighbour's.
const LENT: f32 = 0.8;

/// Where a mention stands.
struct Place {
    field: StatementField,
    mention: TokenRange,
    sentence: usize,
    paragraph: usize,
}

impl Place {
    fn of(texts: &Texts<'_>, attribution: &Attribution) -> Option<Self> {
        let text = texts.of(attribution.field);
        let mention = attribution.mention?;
        let start = text.token_at(mention.start);
        let end = text.tokens.partition_point(|token| token.start() < mention.end);
        let range = TokenRange::new(start, end.max(start));
        (!range.is_empty()).then(|| Self {
            field: attribution.field,
            mention: range,
            sentence: text.sentence_of(start),
            paragraph: text.paragraph_of(start),
        })
    }
}

/// Whom a mention leads to.
#[derive(Clone, Debug)]
struct Resolved {
    bearer: Option<BearerId>,
    /// Name of what is no bearer: "Norland Times poll".
    name: Option<String>,
    kind: SpeakerKind,
    /// Role of somebody without a name: "a senior official".
    role: Option<String>,
    /// How sure the way from mention to name is, in `[0, 1]`.
    certainty: f32,
}

impl Resolved {
    fn nameless(kind: SpeakerKind) -> Self {
        Self { bearer: None, name: None, kind, role: None, certainty: 1.0 }
    }
}

/// A statement led to its speaker, as later pronouns look back on it.
struct Said {
    field: StatementField,
    paragraph: usize,
    resolved: Resolved,
}

struct Resolver<'t> {
    texts: &'t Texts<'t>,
    people: People,
    /// In the order of their mentions.
    said: Vec<Said>,
    /// Named documents by their head noun: "poll" leads to the last poll that was named.
    documents: HashMap<String, String>,
}

/// Below this a name stays out: the wrong one is worse than none.
const LEAST_CERTAINTY: f32 = 0.5;

/// What a person must score to be whom a pronoun means.
const LEAST_SALIENCE: f32 = 0.6;

impl Resolver<'_> {
    fn resolve(&mut self, place: &Place) -> Resolved {
        let mentioned = read_mention(self.texts, &self.people, place.field, place.mention);
        let resolved = match mentioned {
            Mentioned::Name { bearer, token } => self.named(place, bearer, token),
            Mentioned::Pronoun(pronoun) => self.pronoun(place, pronoun),
            Mentioned::Relative { token } => self.relative(place, token),
            Mentioned::Person { noun, phrase, is_definite } => self.description(place, noun, phrase, is_definite),
            Mentioned::Organisation { phrase, is_definite, is_named } => {
                self.organisation(place, phrase, is_definite, is_named)
            }
            Mentioned::Document { phrase, is_definite, is_named } => {
                self.document(place, phrase, is_definite, is_named)
            }
            Mentioned::Group => Resolved::nameless(SpeakerKind::Group),
            Mentioned::Unclear => Resolved::nameless(SpeakerKind::Unnamed),
        };
        let resolved =
            if resolved.certainty < LEAST_CERTAINTY { Resolved::nameless(SpeakerKind::Unnamed) } else { resolved };
        self.said.push(Said { field: place.field, paragraph: place.paragraph, resolved: resolved.clone() });
        resolved
    }

    /// Finds who passed the words on. Where the one mentioned cites a person, the statement is that person's: then
    /// `found` is changed, and where she is named is returned.
    fn relay(&self, place: &Place, attribution: &Attribution, found: &mut Resolved) -> (Option<String>, Option<Span>) {
        let text = self.texts.of(place.field);
        let telling = Telling {
            text,
            people: &self.people,
            field: place.field,
            sentence: text.sentences[place.sentence],
            content: &attribution.content,
        };
        let is_thing = matches!(found.kind, SpeakerKind::Organisation | SpeakerKind::Document);
        if let Some(cited) = telling.cited(place.mention).filter(|_| is_thing) {
            let relay = found.bearer.map(|id| self.people.bearers[id].name.clone()).or_else(|| found.name.take());
            *found = self.named(place, cited.bearer, cited.tokens.start).by(0.9, SpeakerKind::Person);
            return (relay, Some(text.span(cited.tokens)));
        }
        let relay = telling.relayed_by(found.bearer).map(str::to_owned);
        // The mention that passes on is not passed on itself.
        (relay.filter(|relay| found.name.as_ref() != Some(relay)), None)
    }

    fn speaker(&self, resolved: &Resolved, mention: Span) -> Speaker {
        let bearer = resolved.bearer.map(|id| &self.people.bearers[id]);
        Speaker {
            name: bearer.map(|bearer| bearer.name.clone()).or_else(|| resolved.name.clone()),
            kind: resolved.kind,
            role: bearer.and_then(|bearer| role_to_tell(&bearer.roles)).or_else(|| resolved.role.clone()),
            organisation: bearer.and_then(|bearer| organisation_to_tell(&bearer.roles)),
            mention,
        }
    }

    fn text(&self, place: &Place) -> &Analysis<'_> {
        self.texts.of(place.field)
    }

    fn named(&self, place: &Place, id: BearerId, token: usize) -> Resolved {
        let bearer = &self.people.bearers[id];
        let text = self.text(place);
        let follows_the = token > 0 && text.word(token - 1).eq_ignore_ascii_case("the");
        let kind = match bearer.kind {
            BearerKind::Person => SpeakerKind::Person,
            BearerKind::Organisation | BearerKind::Place => SpeakerKind::Organisation,
            BearerKind::Unknown if follows_the => SpeakerKind::Organisation,
            BearerKind::Unknown => SpeakerKind::Person,
        };
        let certainty = match bearer.kind {
            _ if bearer.shares_surname && self.is_bare(place, token, id) => 0.75,
            BearerKind::Person => 0.98,
            BearerKind::Organisation | BearerKind::Place => 0.95,
            BearerKind::Unknown => 0.9,
        };
        Resolved { bearer: Some(id), name: None, kind, role: None, certainty }
    }

    /// Whether the name at `token` is used without a given name.
    fn is_bare(&self, place: &Place, token: usize, id: BearerId) -> bool {
        let uses = self.people.uses_within(place.field, TokenRange::new(token, token + 1));
        uses.iter().any(|used| used.tokens.len() < self.people.bearers[id].words().len())
    }

    /// Leads "he" and "she" to the most salient person of the gender, "they" and "it" to what spoke last.
    fn pronoun(&self, place: &Place, pronoun: Pronoun) -> Resolved {
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
    fn salient(
        &self,
        place: &Place,
        gender: Option<Gender>,
        token: usize,
        certainty: [f32; 3],
        fits: impl Fn(BearerId) -> bool,
    ) -> Option<Resolved> {
        let mut scores: HashMap<BearerId, f32> = HashMap::new();
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

    fn may_be(&self, id: BearerId, gender: Option<Gender>) -> bool {
        let bearer = &self.people.bearers[id];
        let has_spoken = || self.said.iter().any(|said| said.resolved.bearer == Some(id));
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
    fn is_plain(&self, used: &NameUse) -> bool {
        let text = self.texts.of(used.field);
        let is_possessive =
            used.tokens.end < text.tokens.len() && matches!(text.word(used.tokens.end), "'s" | "’s" | "'" | "’");
        let follows_preposition = used.whole.start > 0 && text.tokens[used.whole.start - 1].is(Class::Preposition);
        !is_possessive && !follows_preposition
    }

    /// Leads "who" to the noun before it.
    fn relative(&self, place: &Place, token: usize) -> Resolved {
        let text = self.text(place);
        let sentence = text.sentences[place.sentence];
        let mut before = token;
        while before > sentence.start && !text.tokens[before - 1].is_word() {
            before -= 1;
        }
        if before == sentence.start {
            return Resolved::nameless(SpeakerKind::Unnamed);
        }
        let noun = person_noun_at(text, before - 1);
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
                && person_noun_at(text, used.whole.start - 2).is_some();
            if bearer.kind == BearerKind::Person && is_apposition && !belongs_to_noun {
                return self.named(place, used.bearer, used.tokens.start).by(0.9, SpeakerKind::Person);
            }
        }
        Resolved::nameless(SpeakerKind::Unnamed)
    }

    /// Reads the subjects that describe somebody ("The Norland senator has repeatedly asked …"), for the roles that they
    /// tell, whether or not they speak.
    fn read_descriptions(&mut self) {
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
                .filter(|&index| person_noun_at(text, index).is_some_and(|noun| !noun.is_plural && noun.is_general))
                .last()
            else {
                continue;
            };
            let goes_on = head + 1 < range.end && {
                let next = &text.tokens[head + 1];
                !next.is_word() || next.is(Class::Preposition) || person_noun_at(text, head + 1).is_some()
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
                (person_noun_at(text, head), self.people.uses_within(place.field, phrase).is_empty())
            {
                self.description(&place, noun, phrase, true);
            }
        }
    }

    /// Leads "the senior official" to the person of that role, else to whoever was spoken of last.
    fn description(&mut self, place: &Place, noun: PersonNoun, phrase: TokenRange, is_definite: bool) -> Resolved {
        let text = self.texts.of(place.field);
        let described = one_line(text.span(phrase).of(text.text));
        let role_text = without_determiner(&described).to_owned();
        let told = without_determiner(&self.whole_phrase(place, phrase)).to_owned();
        let unnamed = || Resolved { role: Some(told.clone()), ..Resolved::nameless(SpeakerKind::Unnamed) };
        if !is_definite {
            return unnamed();
        }
        let first = text.word(phrase.start).to_lowercase();
        let is_kept_by_pronoun = matches!(first.as_str(), "his" | "her" | "its" | "their" | "our" | "my");
        if is_kept_by_pronoun {
            return unnamed();
        }
        let asked = Role::parse(&role_text);
        let head = Role::parse(noun.singular);
        let covers = |id: BearerId| {
            let roles = &self.people.bearers[id].roles;
            roles.iter().any(|role| {
                let role = Role::parse(&role.text);
                // "the governor" is not the former one.
                if role.is_former && !asked.is_former {
                    return false;
                }
                role.covers(&asked) || (role.covers(&head) && first == "the" && phrase.len() == 2)
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
            let contradicts = is_office
                && !bearer.roles.is_empty()
                && !bearer.roles.iter().any(|role| Role::parse(&role.text).covers(&head));
            !owners.contains(&id) && !contradicts
        };
        let levels = if has_named_owner { [0.4, 0.7, 0.75] } else { [0.5, 0.8, 0.85] };
        match self.salient(place, noun.gender, phrase.start, levels, fits) {
            Some(found) if found.certainty >= 0.5 => {
                if let Some(id) = found.bearer
                    && !KIN.contains(&noun.singular)
                {
                    self.people.bearers[id].roles.push(GivenRole {
                        text: role_text,
                        place: RolePlace::Description,
                        organisation: None,
                    });
                }
                found
            }
            _ => self.introduced_next(place, noun.gender, &asked).unwrap_or_else(unnamed),
        }
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
        let fits = bearer.roles.iter().any(|role| Role::parse(&role.text).touches(asked));
        (fits && bearer.is_full() && self.may_be(*only, gender)).then(|| Resolved {
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
        let mut fitting = (0..self.people.bearers.len()).filter(|&id| self.may_be(id, gender) && fits(id));
        let only = fitting.next().filter(|_| fitting.next().is_none())?;
        Some(Resolved { bearer: Some(only), name: None, kind: SpeakerKind::Person, role: None, certainty: 0.9 })
    }

    fn organisation(&self, place: &Place, phrase: TokenRange, is_definite: bool, is_named: bool) -> Resolved {
        let text = self.text(place);
        if is_named {
            let name = named_part(text, phrase);
            return Resolved { name, certainty: 0.9, ..Resolved::nameless(SpeakerKind::Organisation) };
        }
        let head = text.word(phrase.end - 1).to_lowercase();
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
            None if is_definite && FIRMS.contains(&head.as_str()) => self.firm(place),
            None => Resolved::nameless(SpeakerKind::Organisation),
        }
    }

    /// Leads "the company" to the body that spoke last, else to the one with which the story begins.
    fn firm(&self, place: &Place) -> Resolved {
        let is_body = |id: &BearerId| self.people.bearers[*id].kind == BearerKind::Organisation;
        let spoke = self.said.iter().rev().filter_map(|said| said.resolved.bearer).find(is_body);
        let uses = self.people.uses_in(place.field);
        let first = || uses.iter().find(|used| used.sentence <= 1).map(|used| used.bearer).filter(is_body);
        match spoke.or_else(first) {
            Some(id) => Resolved { bearer: Some(id), certainty: 0.8, ..Resolved::nameless(SpeakerKind::Organisation) },
            None => Resolved::nameless(SpeakerKind::Organisation),
        }
    }

    fn document(&mut self, place: &Place, phrase: TokenRange, is_definite: bool, is_named: bool) -> Resolved {
        let text = self.texts.of(place.field);
        let head = text.word(phrase.end - 1).to_lowercase();
        if is_named && !is_title_case(text, text.sentences[place.sentence]) {
            let name = named_part(text, phrase);
            if let Some(name) = &name {
                self.documents.insert(head, name.clone());
            }
            return Resolved { name, certainty: 0.9, ..Resolved::nameless(SpeakerKind::Document) };
        }
        let is_headline =
            place.field == StatementField::Headline || is_title_case(text, text.sentences[place.sentence]);
        let known = self.documents.get(&head).filter(|_| is_definite || is_headline).cloned();
        Resolved { name: known, certainty: 0.85, ..Resolved::nameless(SpeakerKind::Document) }
    }
}

impl Resolved {
    fn by(mut self, factor: f32, kind: SpeakerKind) -> Self {
        self.certainty *= factor;
        self.kind = kind;
        self
    }
}

/// Tokens of the longest subject that is read as a description: "The presumptive Republican presidential nominee".
const LONGEST_SUBJECT: usize = 8;

/// Sentences that a pronoun looks back over.
const MAX_LOOK_BACK: usize = 12;

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

fn without_determiner(phrase: &str) -> &str {
    let (first, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
    let is_determiner = ["the", "a", "an", "this", "that"].contains(&first.to_lowercase().as_str());
    if is_determiner && !rest.is_empty() { rest } else { phrase }
}

/// Returns a phrase from its first name on: "Norland Times poll" of "the latest Norland Times poll".
fn named_part(text: &Analysis<'_>, phrase: TokenRange) -> Option<String> {
    let start = phrase.indices().find(|&index| {
        let token = &text.tokens[index];
        token.shape.has(Shape::CAPITAL)
            && !token.classes.meets(Classes::of(&[
                Class::Determiner,
                Class::Possessive,
                Class::Adjective,
                Class::Number,
            ]))
    })?;
    Some(one_line(text.span(TokenRange::new(start, phrase.end)).of(text.text)))
}

/// Numbers of statements: a hash of their words, counted up where words repeat.
#[derive(Default)]
struct Ids {
    seen: HashMap<u32, u32>,
}

impl Ids {
    fn of(&mut self, text: &str, content: &[Span]) -> StatementId {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for span in content {
            for word in span.of(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                hasher.update(word.to_lowercase().as_bytes());
                hasher.update(b" ");
            }
        }
        let hash = hasher.digest() as u32;
        let repeats = self.seen.entry(hash).or_default();
        *repeats += 1;
        let mut id = hash;
        // A repeat takes the next number that is free, so that the first keeps its own.
        for _ in 1..*repeats {
            id = id.wrapping_add(0x9e37_79b9);
        }
        StatementId(id)
    }
}
