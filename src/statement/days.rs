//! In: a text and the day of its article. Out: the days that its writer names, each resolved.
//!
//! "On Tuesday" counts from the article's day, "a day earlier" from the day that was named last. What is no one day ("last
//! week", "in 2019", "in March") is kept as such: what was said then was not said on the article's day.

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::token::{Analysis, Shape, Token, TokenRange};
use crate::language::{Class, Classes, Form};

/// A day or a stretch of days named in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NamedDay {
    /// The word that names it: "Tuesday", "March", "week".
    pub token: usize,
    pub when: When,
    /// Whether a speaker names it, not the writer: "The mill closed on Tuesday", said without marks.
    pub is_spoken: bool,
    /// Whether it is a date without "on": "the quarter ended March 31", "as of March 12".
    pub is_bare_date: bool,
}

/// What a text says of when something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// A day that the story may go on from: "on Tuesday".
    Day(NaiveDate),
    /// A day counted from another, "a day earlier": the story returns from it.
    Aside(NaiveDate),
    /// No one day: "last week".
    Vague,
}

impl When {
    /// Returns the day, where it is one.
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) | Self::Aside(day) => Some(day),
            Self::Vague => None,
        }
    }
}

/// Sentences back over which "a day earlier" counts from a day that was named.
const COUNTS_FROM: usize = 6;

/// Days named before "a day earlier" that are looked at.
const MOST_NAMED: usize = 50;

/// Returns the days that the writer of a text names, in reading order.
pub(super) fn days_of(text: &Analysis<'_>, published: Option<NaiveDate>) -> Vec<NamedDay> {
    const DAYS: Classes = Classes::of(&[Class::Weekday, Class::Month, Class::TimeWord]);
    let mut days: Vec<NamedDay> = Vec::new();
    for (number, &sentence) in text.sentences.iter().enumerate() {
        let first = text.sentences[number.saturating_sub(COUNTS_FROM)].start;
        let may_name = |kind: &Token| kind.classes.meets(DAYS) || kind.shape.has(Shape::DIGIT);
        let naming = Naming { text, sentence, published };
        for (token, kind) in text.tokens_in(sentence).filter(|(_, kind)| may_name(kind) && kind.quotation == 0) {
            let named = || {
                days.iter()
                    .rev()
                    .take_while(|named| named.token >= first)
                    .take(MOST_NAMED)
                    .find_map(|named| named.when.day())
            };
            if let Some(when) = naming.when(token, named) {
                let is_bare_date =
                    kind.is(Class::Month) && naming.word(token, -1) != "on" && naming.word(token, -2) != "on";
                days.push(NamedDay { token, when, is_spoken: false, is_bare_date });
            }
        }
    }
    days
}

/// A sentence in which days are looked for.
struct Naming<'t, 'a> {
    text: &'t Analysis<'a>,
    sentence: TokenRange,
    published: Option<NaiveDate>,
}

impl<'t> Naming<'t, '_> {
    /// Returns what a word names; `named` tells the day that was named last.
    fn when(&self, token: usize, named: impl Fn() -> Option<NaiveDate>) -> Option<When> {
        let kind = &self.text.tokens[token];
        let when = if kind.is(Class::Month) && kind.shape.has(Shape::CAPITAL) {
            self.in_month(token)
        } else if kind.shape.has(Shape::DIGIT) {
            self.in_year(token)
        } else if kind.is(Class::Weekday) {
            self.weekday(token).map(When::Day)
        } else {
            self.time_word(token, named)
        };
        let is_to_come = |when: &When| when.day().zip(self.published).is_some_and(|(day, published)| day > published);
        when.filter(|when| !is_to_come(when) && !self.lies_in_span_or_ahead(token))
    }

    /// Returns the word so many tokens on, in small letters; nothing where that is outside of the sentence.
    fn word(&self, token: usize, on: isize) -> Cow<'t, str> {
        let index = token.checked_add_signed(on).filter(|&index| self.sentence.contains(index));
        index.map(|index| self.text.lowercase(index)).unwrap_or_default()
    }

    /// "September 1", "1 September", "July 6, 2011"; "in March" is no day.
    fn in_month(&self, token: usize) -> Option<When> {
        let month = month_of(&self.word(token, 0))?;
        let (before, after) = (self.word(token, -1), self.word(token, 1));
        let (number, year_at) = match (after.parse::<u32>(), before.parse::<u32>()) {
            (Ok(number), _) if number < 100 => (number, 2),
            (_, Ok(number)) if number < 100 => (number, 1),
            _ => {
                let opens = if is_part_of_stretch(&before) { self.word(token, -2) } else { before };
                let is_past = matches!(&*opens, "in" | "during" | "last") && !self.is_soon(month, &after);
                return (is_past && !is_possessive(&after)).then_some(When::Vague);
            }
        };
        let year_at = if self.word(token, year_at) == "," { year_at + 1 } else { year_at };
        let year = self.word(token, year_at).parse::<i32>().ok().filter(|year| (1000..3000).contains(year));
        let day = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, number),
            None => last_before(self.published?, month, number),
        };
        day.map(When::Day)
    }

    /// Whether a month begins in the days to come: "the fair in July", printed in June; `after` may be its year.
    fn is_soon(&self, month: u32, after: &str) -> bool {
        let Some(published) = self.published else { return false };
        let year = after.parse().ok().filter(|year| (1000..3000).contains(year)).unwrap_or(published.year());
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        first.is_some_and(|first| first > published && last_before(published, month, 1).is_none())
    }

    /// "in 2019", "in early 2019"; a number that is no past year is none.
    fn in_year(&self, token: usize) -> Option<When> {
        const FIRST: i32 = 1800;
        const FIGURES: usize = 4;
        let figures = self.text.word(token);
        let year: i32 = (figures.len() == FIGURES).then(|| figures.parse().ok()).flatten()?;
        let before = self.word(token, -1);
        let opens = if is_part_of_stretch(&before) { self.word(token, -2) } else { before };
        let is_year = (FIRST..=self.published?.year()).contains(&year);
        let names_something = is_possessive(&self.word(token, 1));
        (is_year && matches!(&*opens, "in" | "during") && !names_something).then_some(When::Vague)
    }

    fn weekday(&self, token: usize) -> Option<NaiveDate> {
        let published = self.published?;
        let (before, after) = (self.word(token, -1), self.word(token, 1));
        // "by Friday", "next Monday" lie ahead; "Monday's debate" dates the debate.
        let lies_ahead = matches!(
            &*before,
            "next" | "until" | "by" | "till" | "coming" | "before" | "every" | "since" | "from" | "due" | "for"
        );
        let is_part = matches!(&*after, "night" | "morning" | "afternoon" | "evening");
        let dates_event = is_possessive(&after) || (is_part && is_possessive(&self.word(token, 2)));
        let weekday = weekday_of(&self.word(token, 0)).filter(|_| !lies_ahead && !dates_event)?;
        let back = (7 + published.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
        let back = if back == 0 && before == "last" { 7 } else { back };
        published.checked_sub_days(Days::new(u64::from(back)))
    }

    fn time_word(&self, token: usize, named: impl Fn() -> Option<NaiveDate>) -> Option<When> {
        let (word, before, after) = (self.word(token, 0), self.word(token, -1), self.word(token, 1));
        if is_possessive(&after) {
            return None;
        }
        match &*word {
            "today" | "tonight" => self.published.map(When::Day),
            "morning" | "afternoon" | "evening" if before == "this" => self.published.map(When::Day),
            "yesterday" => self.days_before(1).map(When::Day),
            "night" if before == "last" => self.days_before(1).map(When::Day),
            "recently" => Some(When::Vague),
            "day" | "days" => self.day_counted(token, named),
            _ => self.is_stretch(token).then_some(When::Vague),
        }
    }

    fn days_before(&self, count: u64) -> Option<NaiveDate> {
        self.published?.checked_sub_days(Days::new(count))
    }

    /// "two days ago" counts from the article's day, "a day earlier" and "the next day" from the one that was named last, or
    /// else, backwards, from the article's, too.
    fn day_counted(&self, token: usize, named: impl Fn() -> Option<NaiveDate>) -> Option<When> {
        let (before, after) = (self.word(token, -1), self.word(token, 1));
        if is_compared(&self.word(token, -2)) {
            return None;
        }
        let from = |day: Option<NaiveDate>, back: i64| day?.checked_sub_signed(chrono::TimeDelta::days(back));
        let day = match (&*before, &*after) {
            (_, "ago") => from(self.published, self.count_before(token)?),
            (_, "earlier") => from(named().or(self.published), self.count_before(token)?),
            (_, "before") if !self.has_object(token + 1) => {
                from(named().or(self.published), if before == "the" { 1 } else { self.count_before(token)? })
            }
            // "the day before the vote" is one that only readers know.
            (_, "before") => None,
            (_, "later") => return from(named(), -self.count_before(token)?).and_then(|day| self.unless_ahead(day)),
            (_, "after") if !self.has_object(token + 1) => {
                let count = if before == "the" { 1 } else { self.count_before(token)? };
                return from(named(), -count).and_then(|day| self.unless_ahead(day));
            }
            ("previous", _) => from(named().or(self.published), 1),
            ("next" | "following", _) if self.word(token, -2) == "the" => {
                return from(named(), -1).and_then(|day| self.unless_ahead(day));
            }
            ("same" | "that", _) => return named().map(When::Aside),
            _ => return None,
        };
        Some(day.map_or(When::Vague, When::Aside))
    }

    fn unless_ahead(&self, day: NaiveDate) -> Option<When> {
        self.published.is_none_or(|published| day <= published).then_some(When::Aside(day))
    }

    /// Returns how many days are meant: "a day", "two days", "10 days"; none where that is not told.
    fn count_before(&self, token: usize) -> Option<i64> {
        const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        /// Farther back such a count is a rough one.
        const MOST: i64 = 30;
        let word = self.word(token, -1);
        let count = match &*word {
            "a" => 1,
            word => match (1..).zip(NUMBERS).find(|(_, number)| *number == word) {
                Some((count, _)) => count,
                None => word.parse().ok()?,
            },
        };
        let is_rough = matches!(
            &*self.word(token, -2),
            "about" | "some" | "nearly" | "almost" | "roughly" | "around" | "least" | "over"
        );
        (!is_rough && (1..=MOST).contains(&count)).then_some(count)
    }

    /// Whether a preposition has an object: "the day before the vote", not "the day before that it rained".
    fn has_object(&self, preposition: usize) -> bool {
        let Some(next) = self.text.tokens.get(preposition + 1).filter(|_| self.sentence.contains(preposition + 1))
        else {
            return false;
        };
        let is_verb = next.frame.is_some() && next.has_form(Form::Past);
        next.is_word() && !next.is(Class::That) && !next.is(Class::Coordinator) && !is_verb
    }

    /// "last week", "this month", "over the weekend", "earlier in the year", "two weeks ago", "a month earlier".
    fn is_stretch(&self, token: usize) -> bool {
        const STRETCHES: &[&str] = &[
            "week", "weeks", "weekend", "month", "months", "quarter", "year", "years", "season", "spring", "summer",
            "autumn", "winter", "fall", "decade", "decades",
        ];
        if !STRETCHES.contains(&&*self.word(token, 0)) {
            return false;
        }
        let (before, after) = (self.word(token, -1), self.word(token, 1));
        let (second, third) = (self.word(token, -2), self.word(token, -3));
        // "a budget for this year", "the winner of last year"
        let leads_to_thing =
            matches!(&*second, "for" | "of" | "from" | "since" | "until" | "by" | "to" | "than" | "'s" | "’s");
        let is_told = matches!(&*before, "last" | "this" | "past" | "previous") && !leads_to_thing;
        let is_weekend =
            self.word(token, 0) == "weekend" && before == "the" && matches!(&*second, "over" | "on" | "at");
        let is_earlier_in = before == "the" && second == "in" && third == "earlier";
        let is_counted = matches!(&*after, "ago" | "earlier") && !is_compared(&second);
        is_told || is_weekend || is_earlier_in || is_counted
    }

    /// "between January 1 and September 18", "She will visit the city on Thursday": no day on which anybody spoke.
    fn lies_in_span_or_ahead(&self, token: usize) -> bool {
        const REACH: usize = 8;
        let first = token.saturating_sub(REACH).max(self.sentence.start);
        let mut is_ahead = false;
        for index in first..token {
            let kind = &self.text.tokens[index];
            is_ahead |= matches!(
                self.text.word(index),
                "between" | "will" | "'ll" | "’ll" | "plans" | "planned" | "scheduled" | "due" | "slated" | "expected"
            );
            // "It will rain, the minister said on Tuesday."
            let follows_helper = index > 0 && self.text.tokens[index - 1].classes.meets(HELPERS);
            is_ahead &= !(kind.frame.is_some() && kind.has_form(Form::Past) && !follows_helper);
        }
        is_ahead
    }
}

/// Words behind which a verb is not finite.
const HELPERS: Classes = Classes::of(&[Class::Modal, Class::To, Class::Be]);

/// "up from a year ago", "fewer than two days earlier": what something is compared with.
fn is_compared(word: &str) -> bool {
    matches!(word, "from" | "than" | "over" | "with" | "to" | "of" | "since" | "for" | "by")
}

fn is_part_of_stretch(word: &str) -> bool {
    matches!(word, "early" | "late" | "mid" | "mid-")
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
    use crate::article::Span;
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
            ("It will rain, she said on Tuesday.", "2025-09-02"),
            ("She said it would rain next Monday.", ""),
            ("She said it would rain by Friday.", ""),
            ("She said so before the Oct. 8 election.", ""),
            ("She spoke of Monday’s debate.", ""),
            ("She will speak on Tuesday.", ""),
            ("She spoke of the summit on June 3, 2026, in Ost.", ""),
            ("The council, due to meet on Friday, said no.", ""),
            ("The vote, set for Friday, is hers, she said.", ""),
            ("It rained between September 1 and September 2.", ""),
            ("She said, “Come on Tuesday.”", ""),
            ("She may 2 times.", ""),
            ("She said so on February 31.", ""),
            // Without "on".
            ("The quarter ended August 31 was wet, she said.", "2025-08-31 bare"),
            ("As of 1 September it was wet, she said.", "2025-09-01 bare"),
            // Counted from the article's day.
            ("She said two days ago that it rained.", "2025-09-01 aside"),
            ("She said a day ago that it rained.", "2025-09-02 aside"),
            ("She said 10 days ago that it rained.", "2025-08-24 aside"),
            ("She said a few days ago that it rained.", ""),
            ("She said more than two days ago that it rained.", ""),
            ("She said sales rose from a year ago.", ""),
            ("She said sales rose, from two days earlier.", ""),
            // Counted from the day that was named last, else from the article's.
            ("She had said no a day earlier.", "2025-09-02 aside"),
            ("She had said no the day before.", "2025-09-02 aside"),
            ("She had said the previous day that it rained.", "2025-09-02 aside"),
            ("The mill closed on Monday. A day earlier she had said no.", "2025-09-01 2025-08-31 aside"),
            ("The mill closed on Monday. Two days later she said no.", "2025-09-01 2025-09-03 aside"),
            ("The mill closed on Monday. The next day she said no.", "2025-09-01 2025-09-02 aside"),
            ("The mill closed on Monday. The same day she said no.", "2025-09-01 2025-09-01 aside"),
            ("The mill closed on Monday. Three days later she said no.", "2025-09-01"),
            ("The next day she said no.", ""),
            ("She said no the day before the vote.", "vague"),
            // No one day.
            ("She said last week that it rained.", "vague"),
            ("She said earlier this week that it rained.", "vague"),
            ("She said last month that it rained.", "vague"),
            ("She said earlier in the year that it rained.", "vague"),
            ("She said over the weekend that it rained.", "vague"),
            ("She said two weeks ago that it rained.", "vague"),
            ("She said a year earlier that it rained.", "vague"),
            ("She said in March that it rained.", "vague"),
            ("She said in early March that it rained.", "vague"),
            ("She said in March 2019 that it rained.", "vague"),
            ("She said in 2019 that it rained.", "vague"),
            ("She said in late 2019 that it rained.", "vague"),
            ("She recently said that it rained.", "vague"),
            ("She spoke of last week’s rain.", ""),
            ("She spoke of the rain of the week.", ""),
            ("She spoke of the winner of last year.", ""),
            ("She said no to the fair in November.", ""),
            ("She said no to the fair in November 2024.", "vague"),
            ("She said no to the fair in June.", "vague"),
            ("She will speak in March.", ""),
            ("She said it in 2031.", ""),
            ("She said it in 120 words.", ""),
            ("She lives at 2019 Mill Lane.", ""),
            ("March winds blew, she said.", ""),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        let published: NaiveDate = "2025-09-03".parse().unwrap();
        for (sentence, expected) in rows {
            let text = Analysis::new(sentence, &[Span::new(0, sentence.len())], &lexicon);
            let told = |named: &NamedDay| match named.when {
                When::Day(day) if named.is_bare_date => format!("{day} bare"),
                When::Day(day) => day.to_string(),
                When::Aside(day) => format!("{day} aside"),
                When::Vague => "vague".to_owned(),
            };
            let found: Vec<String> = days_of(&text, Some(published)).iter().map(told).collect();
            assert_eq!(found.join(" "), expected, "{sentence}");
        }
    }
}
