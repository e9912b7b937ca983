//! In: attributions, each with the words that name its speaker. Out: statements, each with the speaker it leads to.
//!
//! 1. find names, roles and genders
//! 2. read each mention
//! 3. lead names, pronouns, "who" and descriptions to their bearer
//! 4. add day, medium, relay, confidence and id
//!
//! A wrong name is worse than none: where two people are as likely, the speaker stays unnamed.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::attribution::Attribution;
use super::borders::keep_within_borders;
use super::confidence::confidence;
use super::gender::vote_genders;
use super::interview::{interviewee, label_of};
use super::mention::{Mentioned, read_mention};
use super::people::{BearerId, BearerKind, People};
use super::relay::Telling;
use super::role::{find_roles, organisation_to_tell, role_to_tell};
use super::said_on::{Beside, Occasions, Utterance};
use super::token::{Analysis, TokenRange};
use super::tokeniser::{HIGH, is_alphanumeric, small_letters, spaces};
use super::{Speaker, SpeakerKind, Statement, StatementField, StatementId, StatementKind, Texts};
use crate::article::{Article, Span};

/// Leads every attribution to its speaker.
pub(crate) fn resolve(article: &Article, texts: &Texts<'_>, mut attributions: Vec<Attribution>) -> Vec<Statement> {
    if attributions.is_empty() {
        return Vec::new();
    }
    keep_within_borders(texts, &mut attributions);
    let mut people = People::find(texts);
    find_roles(texts, &mut people);
    vote_genders(texts, &mut people);
    let interviewee = interviewee(texts, &people, &article.byline);
    let (said, heard) = (Vec::new(), HashSet::default());
    let mut resolver = Resolver { texts, people, interviewee, said, heard, documents: HashMap::default() };
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
    let published = article.published.map(|published| published.day);
    let mut occasions = Occasions::find(texts, &resolver.people, &attributions, published);
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
    let mut beside: Vec<Option<Beside>> = utterances.iter().map(|_| None).collect();
    for &index in &order {
        beside[index] = utterances[index].as_ref().map(|utterance| occasions.learn(utterance));
    }
    occasions.sort();
    let told = utterances.iter().zip(beside).map(|(utterance, beside)| {
        utterance.as_ref().zip(beside).map_or((None, None), |(utterance, beside)| occasions.of(utterance, beside))
    });
    let told: Vec<_> = told.collect();
    let mut ids = Ids::default();
    ids.seen.reserve(attributions.len());
    attributions
        .into_iter()
        .zip(speakers)
        .zip(&resolved)
        .zip(told.into_iter().zip(relays))
        .map(|(((attribution, speaker), resolved), ((said_on, medium), relayed_by))| Statement {
            id: ids.of(texts.of(attribution.field), &attribution.content),
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
pub(super) struct Place {
    pub(super) field: StatementField,
    pub(super) mention: TokenRange,
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
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
pub(super) struct Resolved {
    pub(super) bearer: Option<BearerId>,
    /// Name of what is no bearer: "Norland Times poll".
    pub(super) name: Option<String>,
    pub(super) kind: SpeakerKind,
    /// Role of somebody without a name: "a senior official".
    pub(super) role: Option<String>,
    /// How sure the way from mention to name is, in `[0, 1]`.
    pub(super) certainty: f32,
}

impl Resolved {
    pub(super) fn nameless(kind: SpeakerKind) -> Self {
        Self { bearer: None, name: None, kind, role: None, certainty: 1.0 }
    }
}

/// A statement led to its speaker, as later pronouns look back on it.
pub(super) struct Said {
    pub(super) field: StatementField,
    pub(super) paragraph: usize,
    pub(super) resolved: Resolved,
}

pub(super) struct Resolver<'t> {
    pub(super) texts: &'t Texts<'t>,
    pub(super) people: People<'t>,
    /// Who answers, where the article is an interview.
    interviewee: Option<BearerId>,
    /// In the order of their mentions.
    pub(super) said: Vec<Said>,
    /// Whoever has spoken so far.
    pub(super) heard: HashSet<BearerId, RandomState>,
    /// Named documents by their head noun: "poll" leads to the last poll that was named.
    pub(super) documents: HashMap<String, String, RandomState>,
}

/// Below this a name stays out: the wrong one is worse than none.
const LEAST_CERTAINTY: f32 = 0.5;

/// How sure it is that the one named as interviewed answers.
const CERTAINTY_OF_ANSWER: f32 = 0.95;

impl Resolver<'_> {
    fn resolve(&mut self, place: &Place) -> Resolved {
        let resolved = self.answer(place).unwrap_or_else(|| self.mentioned(place));
        let resolved =
            if resolved.certainty < LEAST_CERTAINTY { Resolved::nameless(SpeakerKind::Unnamed) } else { resolved };
        self.heard.extend(resolved.bearer);
        self.said.push(Said { field: place.field, paragraph: place.paragraph, resolved: resolved.clone() });
        resolved
    }

    /// Leads the label of an answer to the one who is interviewed.
    fn answer(&self, place: &Place) -> Option<Resolved> {
        let text = self.text(place);
        let label = label_of(text, text.paragraphs[place.paragraph]).filter(|label| label.tokens == place.mention)?;
        Some(match self.interviewee {
            Some(bearer) => self.named(place, bearer, label.tokens.start).by(CERTAINTY_OF_ANSWER, SpeakerKind::Person),
            None => Resolved::nameless(SpeakerKind::Unnamed),
        })
    }

    fn mentioned(&mut self, place: &Place) -> Resolved {
        match read_mention(self.texts, &self.people, place.field, place.mention) {
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
        }
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
            let relay = found.bearer.map(|id| self.people.name(self.texts, id)).or_else(|| found.name.take());
            *found = self.named(place, cited.bearer, cited.tokens.start).by(0.9, SpeakerKind::Person);
            return (relay, Some(text.span(cited.tokens)));
        }
        let relay = telling.relayed_by(found.bearer).map(|id| self.people.name(self.texts, id));
        // The mention that passes on is not passed on itself.
        (relay.filter(|relay| found.name.as_ref() != Some(relay)), None)
    }

    fn speaker(&self, resolved: &Resolved, mention: Span) -> Speaker {
        let bearer = resolved.bearer.map(|id| &self.people.bearers[id]);
        // "the official Norland agency": what stands before a body's name is no office.
        let person = bearer.filter(|_| resolved.kind != SpeakerKind::Organisation);
        Speaker {
            name: resolved.bearer.map(|id| self.people.name(self.texts, id)).or_else(|| resolved.name.clone()),
            kind: resolved.kind,
            role: person.and_then(|bearer| role_to_tell(&bearer.roles)).or_else(|| resolved.role.clone()),
            organisation: person.and_then(|bearer| organisation_to_tell(&bearer.roles)),
            mention,
        }
    }

    pub(super) fn text(&self, place: &Place) -> &Analysis<'_> {
        self.texts.of(place.field)
    }

    pub(super) fn named(&self, place: &Place, id: BearerId, token: usize) -> Resolved {
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
}

impl Resolved {
    pub(super) fn by(mut self, factor: f32, kind: SpeakerKind) -> Self {
        self.certainty *= factor;
        self.kind = kind;
        self
    }
}

/// Letters and digits of ASCII in small letters, and a space for all other bytes.
const LETTERS: [u8; 256] = {
    let mut letters = [b' '; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            letters[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
};

/// Numbers of statements: a hash of their words, counted up where words repeat.
#[derive(Default)]
struct Ids {
    seen: HashMap<u32, u32, RandomState>,
    /// The words of one statement, used again for the next.
    words: Vec<u8>,
}

impl Ids {
    fn of(&mut self, text: &Analysis<'_>, content: &[Span]) -> StatementId {
        self.words.clear();
        for span in content {
            let small = text.in_small_letters(*span);
            if small.is_ascii() {
                self.add_ascii(small.as_bytes());
                continue;
            }
            for word in span.of(text.text).split(|c: char| !is_alphanumeric(c)).filter(|word| !word.is_empty()) {
                self.words.extend_from_slice(word.to_lowercase().as_bytes());
                self.words.push(b' ');
            }
        }
        let hash = xxhash_rust::xxh3::xxh3_64(&self.words) as u32;
        let repeats = self.seen.entry(hash).or_default();
        *repeats += 1;
        let mut id = hash;
        // A repeat takes the next number that is free, so that the first keeps its own.
        for _ in 1..*repeats {
            id = id.wrapping_add(0x9e37_79b9);
        }
        StatementId(id)
    }

    /// Adds the words of a text in small letters, a space behind each.
    fn add_ascii(&mut self, text: &[u8]) {
        let start = self.words.len();
        self.words.resize(start + text.len() + 1, b' ');
        let room = &mut self.words[start..];
        let (mut at, mut is_parted) = (0, true);
        for stretch in text.chunks(size_of::<u64>()) {
            if let Some(&eight) = stretch.first_chunk() {
                // Words parted by one space each stay as they are, eight bytes at once.
                let eight = u64::from_le_bytes(eight);
                let spaces = spaces(eight);
                let behind_space = spaces << 8 | u64::from(is_parted) << 7;
                if small_letters(eight) | spaces == HIGH && spaces & behind_space == 0 {
                    room[at..at + stretch.len()].copy_from_slice(stretch);
                    at += stretch.len();
                    is_parted = spaces >> 63 == 1;
                    continue;
                }
            }
            for &byte in stretch {
                let letter = LETTERS[byte as usize];
                room[at] = letter;
                // Without a branch: where words end is as good as chance.
                let is_letter = letter != b' ';
                at += usize::from(is_letter || !is_parted);
                is_parted = !is_letter;
            }
        }
        // Behind the last word is a space already.
        self.words.truncate(start + at + usize::from(!is_parted));
    }
}
