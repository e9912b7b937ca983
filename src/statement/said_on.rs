//! In: the days that a text names, and where its speakers are. Out: the day on which each statement was made.
//!
//! A day beside the cue decides ("said on Tuesday"); else the last occasion told of the same speaker ("made the
//! comments in a post on Tuesday"), then the next one; else the day of the article.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::StatementField;
use super::attribution::Attribution;
use super::medium::{find_medium, is_occasion};
use super::people::{BearerId, People};
use super::texts::Texts;
use super::token::{Analysis, Shape, TokenRange};
use crate::article::Span;
use crate::language::{Class, Classes};

/// A day named in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NamedDay {
    token: usize,
    day: NaiveDate,
    /// Whether a speaker names it, not the writer: "The mill closed on Tuesday", said without marks.
    is_spoken: bool,
}

/// When and how somebody spoke, as one sentence tells it.
#[derive(Clone, Debug)]
struct Occasion {
    field: StatementField,
    bearer: BearerId,
    sentence: usize,
    day: Option<NaiveDate>,
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
        people: &People,
        attributions: &[Attribution],
        published: Option<NaiveDate>,
    ) -> Self {
        let mut told = Vec::new();
        let mut days: [Vec<NamedDay>; 2] = [Vec::new(), Vec::new()];
        for (field, text) in texts.fields() {
            days[field as usize] =
                text.sentences.iter().flat_map(|&sentence| days_in(text, sentence, published)).collect();
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
            for (number, &sentence) in text.sentences.iter().enumerate() {
                let uses = people.uses_within(field, sentence);
                let Some(subject) = uses.iter().find(|used| !used.is_quoted) else { continue };
                let mut days = occasions.days_of(field, sentence).iter();
                let day = days.find(|named| !named.is_spoken).map(|named| named.day);
                let medium = find_medium(text, sentence, &[]);
                let is_told = medium.is_some() || sentence.indices().any(|index| is_occasion(text, index));
                if !is_told {
                    continue;
                }
                if day.is_some() || medium.is_some() {
                    told.push(Occasion { field, bearer: subject.bearer, sentence: number, day, medium });
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

    /// Takes over what a statement's own sentence tells of its day and medium.
    pub(super) fn learn(&mut self, utterance: &Utterance<'_>) {
        let (sentence, day, medium) = self.beside(utterance);
        if let Some(bearer) = utterance.bearer
            && (day.is_some() || medium.is_some())
        {
            self.told.push(Occasion { field: utterance.field, bearer, sentence, day, medium });
        }
    }

    /// Puts the occasions in order, once all is learned.
    pub(super) fn sort(&mut self) {
        self.told.sort_by_key(Occasion::place);
    }

    /// Returns the day and the medium of a statement.
    pub(super) fn of(&self, utterance: &Utterance<'_>) -> (Option<NaiveDate>, Option<String>) {
        let (number, day, medium) = self.beside(utterance);
        let told = |of: fn(&Occasion) -> bool| self.occasion(utterance, number, of);
        let day = day
            .or_else(|| told(|occasion| occasion.day.is_some())?.day)
            .or_else(|| self.day_of_story(utterance.field, number))
            .or(self.published);
        let medium = medium.or_else(|| {
            let occasion = told(|occasion| occasion.medium.is_some())?;
            let is_near = occasion.field == utterance.field && number.abs_diff(occasion.sentence) <= MEDIUM_REACH;
            occasion.medium.clone().filter(|_| is_near)
        });
        (day, medium)
    }

    /// Returns the number of a statement's sentence, and the day and medium that it tells beside the cue.
    fn beside(&self, utterance: &Utterance<'_>) -> (usize, Option<NaiveDate>, Option<String>) {
        let text = self.texts.of(utterance.field);
        let number = text.sentence_of(utterance.token).min(text.sentences.len().saturating_sub(1));
        let Some(&sentence) = text.sentences.get(number) else { return (number, None, None) };
        let is_content = |token: usize| {
            let span = text.tokens[token].span();
            utterance.content.iter().any(|content| content.overlaps(span))
        };
        let days = self.days_of(utterance.field, sentence).iter().filter(|named| !is_content(named.token));
        let day = days.min_by_key(|named| named.token.abs_diff(utterance.token)).map(|named| named.day);
        (number, day, find_medium(text, sentence, utterance.content))
    }

    /// Returns the last day that the sentences just before tell of.
    fn day_of_story(&self, field: StatementField, sentence: usize) -> Option<NaiveDate> {
        let sentences = &self.texts.of(field).sentences;
        let story =
            TokenRange::new(sentences.get(sentence.saturating_sub(STORY_REACH))?.start, sentences.get(sentence)?.start);
        let day = self.days_of(field, story).last()?.day;
        let age = self.published?.signed_duration_since(day).num_days();
        (0..=STORY_DAYS).contains(&age).then_some(day)
    }

    /// Returns the last occasion told of the speaker before a sentence, else the next one.
    fn occasion(&self, utterance: &Utterance<'_>, sentence: usize, fits: fn(&Occasion) -> bool) -> Option<&Occasion> {
        let bearer = utterance.bearer?;
        let here = (bearer, utterance.field == StatementField::Body, sentence);
        let behind = self.told.partition_point(|told| told.place() <= here);
        let is_speakers = |told: &&Occasion| told.bearer == bearer;
        let before = self.told[..behind]
            .iter()
            .rev()
            .take_while(is_speakers)
            .take_while(|told| told.field == utterance.field && sentence - told.sentence <= REACH)
            .find(|told| fits(told));
        before.or_else(|| self.told[behind..].iter().take_while(is_speakers).take(MOST_AHEAD).find(|told| fits(told)))
    }
}

impl Occasion {
    fn place(&self) -> (BearerId, bool, usize) {
        (self.bearer, self.field == StatementField::Body, self.sentence)
    }
}

/// Returns the days that the writer names in a sentence, resolved from the article's day.
fn days_in(text: &Analysis<'_>, sentence: TokenRange, published: Option<NaiveDate>) -> Vec<NamedDay> {
    let mut days = Vec::new();
    for token in sentence.indices() {
        const DAYS: Classes = Classes::of(&[Class::Weekday, Class::Month, Class::TimeWord]);
        if text.tokens[token].quotation != 0 || !text.tokens[token].classes.meets(DAYS) {
            continue;
        }
        if let Some(day) = day_at(text, sentence, token, published) {
            days.push(NamedDay { token, day, is_spoken: false });
        }
    }
    days
}

fn day_at(text: &Analysis<'_>, sentence: TokenRange, token: usize, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let kind = &text.tokens[token];
    let word = text.lowercase(token);
    let word_at = |index: Option<usize>| {
        index.filter(|index| sentence.contains(*index)).map(|index| text.lowercase(index)).unwrap_or_default()
    };
    if lies_in_span_or_ahead(text, sentence, token) {
        return None;
    }
    let before = word_at(token.checked_sub(1));
    let after = word_at(Some(token + 1));
    if kind.is(Class::Month)
        && kind.shape.has(Shape::CAPITAL)
        && let Some(month) = month_of(&word)
    {
        let (number, year_at) = match after.parse::<u32>() {
            Ok(number) => (number, token + 2),
            Err(_) => (before.parse::<u32>().ok()?, token + 1),
        };
        let year_at = if word_at(Some(year_at)) == "," { year_at + 1 } else { year_at };
        let year = word_at(Some(year_at)).parse::<i32>().ok().filter(|year| (1000..3000).contains(year));
        return match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, number),
            None => last_before(published?, month, number),
        };
    }
    let published = published?;
    if kind.is(Class::Weekday) {
        // "by Friday", "next Monday" lie ahead; "Monday's debate" dates the debate.
        let lies_ahead = matches!(&*before, "next" | "until" | "by" | "till" | "coming" | "before" | "every" | "since");
        let is_part = matches!(&*after, "night" | "morning" | "afternoon" | "evening");
        let dates_event = is_possessive(&after) || (is_part && is_possessive(&word_at(Some(token + 2))));
        let weekday = weekday_of(&word).filter(|_| !lies_ahead && !dates_event)?;
        let back = (7 + published.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
        let back = if back == 0 && before == "last" { 7 } else { back };
        return published.checked_sub_days(Days::new(u64::from(back)));
    }
    let is_part_of_day = matches!(&*word, "morning" | "afternoon" | "evening");
    match &*word {
        "today" | "tonight" if !is_possessive(&after) => Some(published),
        _ if is_part_of_day && before == "this" => Some(published),
        "yesterday" if !is_possessive(&after) => published.pred_opt(),
        "night" if before == "last" => published.pred_opt(),
        _ => None,
    }
}

/// "between January 1 and September 18", "She will visit the city on Thursday": no day on which anybody spoke.
fn lies_in_span_or_ahead(text: &Analysis<'_>, sentence: TokenRange, token: usize) -> bool {
    const REACH: usize = 8;
    let first = token.saturating_sub(REACH).max(sentence.start);
    (first..token).any(|index| matches!(text.word(index), "between" | "will" | "'ll" | "’ll" | "plans" | "scheduled"))
}

fn is_possessive(word: &str) -> bool {
    matches!(word, "'s" | "’s")
}

/// Returns the last such day up to `published`; one that lies a little ahead ("the Nov. 8 election") is none.
fn last_before(published: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    const QUARTER: i64 = 92;
    let this_year = NaiveDate::from_ymd_opt(published.year(), month, day)?;
    if this_year <= published {
        return Some(this_year);
    }
    let ahead = (this_year - published).num_days();
    (ahead > QUARTER).then(|| NaiveDate::from_ymd_opt(published.year() - 1, month, day)).flatten()
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = word.get(..3)?;
    (1..).zip(MONTHS).find(|(_, name)| *name == start).map(|(number, _)| number)
}

fn weekday_of(word: &str) -> Option<Weekday> {
    word.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LANGUAGES;

    #[test]
    fn days_are_resolved_from_the_articles_day() {
        // 2025-09-03 is a Wednesday.
        let rows = [
            ("She said so on Tuesday.", "2025-09-02"),
            ("She said so Wednesday.", "2025-09-03"),
            ("She said so last Wednesday.", "2025-08-27"),
            ("She said so on Thursday.", "2025-08-28"),
            ("She said yesterday that it rained.", "2025-09-02"),
            ("She said this morning that it rained.", "2025-09-03"),
            ("She said last night that it rained.", "2025-09-02"),
            ("She said on Sept. 1 that it rained.", "2025-09-01"),
            ("She said on 1 September that it rained.", "2025-09-01"),
            ("She said on December 24 that it rained.", "2024-12-24"),
            ("She said on July 6, 2011, that it rained.", "2011-07-06"),
            ("She said it would rain next Monday.", ""),
            ("She said it would rain by Friday.", ""),
            ("She said so before the Oct. 8 election.", ""),
            ("She spoke of Monday’s debate.", ""),
            ("She will speak on Tuesday.", ""),
            ("It rained between September 1 and September 2.", ""),
            ("She said, “Come on Tuesday.”", ""),
            ("She may 2 times.", ""),
            ("She said so on February 31.", ""),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        let published: NaiveDate = "2025-09-03".parse().unwrap();
        for (sentence, expected) in rows {
            let text = Analysis::new(sentence, &[Span::new(0, sentence.len())], &lexicon);
            let days = days_in(&text, text.sentences[0], Some(published));
            let found = days.first().map_or(String::new(), |named| named.day.to_string());
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
