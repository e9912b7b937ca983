//! In: the days that a text names, and where its speakers are. Out: the day on which each statement was made.
//!
//! A day beside the cue decides ("said on Tuesday"); else the last occasion told of the same speaker ("made the
//! comments in a post on Tuesday"), then the next one; else the day of the article. What the cue's own clause puts into
//! "last week" or "2019" has no day.

use chrono::NaiveDate;

use super::StatementField;
use super::attribution::Attribution;
use super::clause::{follows_relative, is_told_of, tells_the_past};
use super::days::{NamedDay, When, days_of};
use super::medium::{find_medium, is_occasion};
use super::people::{BearerId, People};
use super::texts::Texts;
use super::token::TokenRange;
use crate::article::Span;

/// When and how somebody spoke, as one sentence tells it.
#[derive(Clone, Debug)]
struct Occasion {
    field: StatementField,
    bearer: BearerId,
    sentence: usize,
    when: Option<When>,
    medium: Option<String>,
}

/// Where and by whom a statement is made.
pub(super) struct Utterance<'s> {
    pub field: StatementField,
    pub bearer: Option<BearerId>,
    /// Token of the cue, else of the mention.
    pub token: usize,
    pub content: &'s [Span],
}

/// What a statement's own sentence tells.
pub(super) struct Beside {
    sentence: usize,
    when: Option<When>,
    medium: Option<String>,
}

/// The occasions of one article.
pub(super) struct Occasions<'t> {
    texts: &'t Texts<'t>,
    published: Option<NaiveDate>,
    /// The days that headline and body name, in reading order.
    days: [Vec<NamedDay>; 2],
    /// By speaker, then in reading order, once sorted.
    told: Vec<Occasion>,
}

/// Sentences over which an occasion reaches forward; a longer article returns to a speaker on another one.
const REACH: usize = 40;

/// Occasions ahead of a statement that are looked at: one of the first tells the day, if any does.
const MOST_AHEAD: usize = 100;

/// Tokens on either side of a statement's cue in which its own sentence is read: one may be as long as an article, with
/// thousands of statements in it.
const REACH_IN_SENTENCE: usize = 1000;

/// Sentences over which a speaker goes on speaking "a day earlier", "last week" or weeks ago, before the story returns.
const ASIDE_REACH: usize = 2;

/// Sentences over which a medium holds for a speaker.
const MEDIUM_REACH: usize = 3;

/// Sentences over which a day that the story tells of holds for those who speak in it.
const STORY_REACH: usize = 20;

/// Days back that a story of the day tells of; older days are its history.
const STORY_DAYS: i64 = 7;

impl<'t> Occasions<'t> {
    /// Finds the sentences that tell when and how somebody spoke.
    pub(super) fn find(
        texts: &'t Texts<'t>,
        people: &People<'_>,
        attributions: &[Attribution],
        published: Option<NaiveDate>,
    ) -> Self {
        let mut told = Vec::new();
        let mut days: [Vec<NamedDay>; 2] = [Vec::new(), Vec::new()];
        for (field, text) in texts.fields() {
            days[field as usize] = days_of(text, published);
        }
        for attribution in attributions {
            let (text, days) = (texts.of(attribution.field), &mut days[attribution.field as usize]);
            for content in &attribution.content {
                let first = days.partition_point(|named| text.tokens[named.token].end() <= content.start);
                let spoken = days[first..].iter_mut();
                spoken
                    .take_while(|named| text.tokens[named.token].start() < content.end)
                    .for_each(|named| named.is_spoken = true);
            }
        }
        let occasions = Self { texts, published, days, told: Vec::new() };
        for (field, text) in texts.fields() {
            for uses in people.uses_in(field).chunk_by(|one, next| one.sentence == next.sentence) {
                let Some(subject) = uses.iter().find(|used| !used.is_quoted) else { continue };
                let (number, sentence) = (subject.sentence, text.sentences[subject.sentence]);
                let medium = find_medium(text, sentence, &[]);
                // "He moved here in 2019" tells of no occasion.
                let mut days = occasions.days_of(field, sentence).iter();
                let when = days.find(|named| !named.is_spoken).map(|named| named.when);
                let when = when.filter(|when| medium.is_some() || occasions.is_recent(*when));
                let tells_of_speech = || sentence.indices().any(|index| is_occasion(text, index));
                if medium.is_some() || when.is_some() && tells_of_speech() {
                    told.push(Occasion { field, bearer: subject.bearer, sentence: number, when, medium });
                }
            }
        }
        Self { told, ..occasions }
    }

    fn days_of(&self, field: StatementField, range: TokenRange) -> &[NamedDay] {
        let days = &self.days[field as usize];
        let first = days.partition_point(|named| named.token < range.start);
        let last = days.partition_point(|named| named.token < range.end);
        &days[first..last]
    }

    /// Takes over what a statement's own sentence tells of its day and medium, and returns it.
    pub(super) fn learn(&mut self, utterance: &Utterance<'_>) -> Beside {
        let beside = self.beside(utterance);
        let Beside { sentence, when, ref medium } = beside;
        // "Roe, who said last year that it rained, thanked them": the sentence goes on in the present.
        let is_parenthesis = follows_relative(self.texts.of(utterance.field), utterance.token);
        let when = when.filter(|when| !is_parenthesis || matches!(when, When::Day(_)));
        if let Some(bearer) = utterance.bearer
            && (when.is_some() || medium.is_some())
        {
            self.told.push(Occasion { field: utterance.field, bearer, sentence, when, medium: medium.clone() });
        }
        beside
    }

    /// Puts the occasions in order, once all is learned.
    pub(super) fn sort(&mut self) {
        self.told.sort_by_key(Occasion::place);
    }

    /// Returns the day and the medium of a statement whose own sentence tells what `learn` returned.
    pub(super) fn of(&self, utterance: &Utterance<'_>, beside: Beside) -> (Option<NaiveDate>, Option<String>) {
        let Beside { sentence: number, when, medium } = beside;
        let may_be_aside = tells_the_past(self.texts.of(utterance.field), utterance.token);
        // Other occasions than those of the story hold for a sentence or two.
        let tells_day = |occasion: &Occasion, since: Option<usize>| match occasion.when {
            Some(when @ When::Day(_)) if self.is_recent(when) => true,
            Some(_) => may_be_aside && since.is_some() && self.goes_on(occasion, number),
            None => false,
        };
        let when = when.or_else(|| self.occasion(utterance, number, tells_day)?.when);
        let day = match when {
            Some(when) => when.day(),
            None => self.day_of_story(utterance.field, number).or(self.published),
        };
        let medium = medium.or_else(|| {
            let tells_medium = |occasion: &Occasion, _: Option<usize>| occasion.medium.is_some();
            let occasion = self.occasion(utterance, number, tells_medium)?;
            let is_near = occasion.field == utterance.field && number.abs_diff(occasion.sentence) <= MEDIUM_REACH;
            occasion.medium.clone().filter(|_| is_near)
        });
        (day, medium)
    }

    /// Returns the number of a statement's sentence, and the day and medium that it tells beside the cue.
    fn beside(&self, utterance: &Utterance<'_>) -> Beside {
        let text = self.texts.of(utterance.field);
        let number = text.sentence_of(utterance.token).min(text.sentences.len().saturating_sub(1));
        let Some(&sentence) = text.sentences.get(number) else {
            return Beside { sentence: number, when: None, medium: None };
        };
        let near = |token: usize| token.clamp(sentence.start, sentence.end);
        let first = near(utterance.token.saturating_sub(REACH_IN_SENTENCE));
        let sentence = TokenRange::new(first, near(utterance.token.saturating_add(REACH_IN_SENTENCE)));
        let is_content = |token: usize| {
            let span = text.tokens[token].span();
            utterance.content.iter().any(|content| content.overlaps(span))
        };
        let is_told_of = |named: &NamedDay| is_told_of(text, sentence, utterance.token, named.token, &is_content);
        let days = self.days_of(utterance.field, sentence).iter().filter(|named| !is_content(named.token));
        // A day of the cue's own clause, else what is no day there, else a day of the sentence.
        let rank = |named: &&NamedDay| match (named.when.day().is_some(), is_told_of(named)) {
            (true, true) => Some(0),
            (false, true) => Some(1),
            // "The bank, which had closed on January 31, said" is no news of January.
            (_, false) => (!named.is_bare_date && self.is_recent(named.when)).then_some(2),
        };
        let ranked =
            days.filter_map(|named| Some(((rank(&named)?, named.token.abs_diff(utterance.token)), named.when)));
        let when = ranked.min_by_key(|(rank, _)| *rank).map(|(_, when)| when);
        Beside { sentence: number, when, medium: find_medium(text, sentence, utterance.content) }
    }

    /// Whether what is told of an occasion beside the story still holds in a sentence: no other day was named since.
    fn goes_on(&self, occasion: &Occasion, sentence: usize) -> bool {
        if occasion.sentence >= sentence {
            return true;
        }
        let sentences = &self.texts.of(occasion.field).sentences;
        let between = TokenRange::new(sentences[occasion.sentence].end, sentences[sentence].start);
        let names_day = |named: &NamedDay| matches!(named.when, When::Day(_)) && !named.is_spoken;
        sentence - occasion.sentence <= ASIDE_REACH && !self.days_of(occasion.field, between).iter().any(names_day)
    }

    /// Returns the last day that the sentences just before tell of.
    fn day_of_story(&self, field: StatementField, sentence: usize) -> Option<NaiveDate> {
        let sentences = &self.texts.of(field).sentences;
        let story =
            TokenRange::new(sentences.get(sentence.saturating_sub(STORY_REACH))?.start, sentences.get(sentence)?.start);
        let of_story = |named: &NamedDay| match named.when {
            When::Day(day) if !named.is_bare_date && !named.is_spoken => Some(day),
            _ => None,
        };
        let day = self.days_of(field, story).iter().rev().find_map(of_story)?;
        // Without a day of its own an article may be about history.
        (self.published.is_some() && self.is_recent(When::Day(day))).then_some(day)
    }

    /// Whether a day is one of those that the story may tell of.
    fn is_recent(&self, when: When) -> bool {
        let age = |day| Some(self.published?.signed_duration_since(day).num_days());
        when.day().is_some_and(|day| age(day).is_none_or(|age| (0..=STORY_DAYS).contains(&age)))
    }

    /// Returns the last occasion told of the speaker before a sentence, else the next one; `fits` is asked with the number of
    /// sentences since.
    fn occasion(
        &self,
        utterance: &Utterance<'_>,
        sentence: usize,
        fits: impl Fn(&Occasion, Option<usize>) -> bool,
    ) -> Option<&Occasion> {
        let bearer = utterance.bearer?;
        let here = (bearer, utterance.field == StatementField::Body, sentence);
        let behind = self.told.partition_point(|told| told.place() <= here);
        let is_speakers = |told: &&Occasion| told.bearer == bearer;
        let before = self.told[..behind]
            .iter()
            .rev()
            .take_while(is_speakers)
            .take_while(|told| told.field == utterance.field && sentence - told.sentence <= REACH)
            .find(|told| fits(told, Some(sentence - told.sentence)));
        let mut ahead = self.told[behind..].iter().take_while(is_speakers).take(MOST_AHEAD);
        before.or_else(|| ahead.find(|told| fits(told, None)))
    }
}

impl Occasion {
    fn place(&self) -> (BearerId, bool, usize) {
        (self.bearer, self.field == StatementField::Body, self.sentence)
    }
}
