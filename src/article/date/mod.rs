//! In: the text of a date as printed. Out: the day, with time and zone where they stand beside it.
//!
//! 1. cut into numbers, words and marks 2. find a day 3. find the time before or behind it, and its zone

mod clock;
mod jalali;
mod path;
mod scan;
mod words;

pub(super) use clock::offset_minutes;
pub(super) use path::{PathDate, path_date};

use chrono::{DateTime, NaiveDate};

use super::{PrintedTime, Published, Span};
use crate::config::DateOrder;
use scan::{Kind, Token, scan};

/// Years that printed dates may lie in: newspapers began after 1600, and nothing is dated far ahead.
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2199;

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PrintedDate {
    pub published: Published,
    /// From the first to the last character of day, time and zone.
    pub span: Span,
}

/// What a line of a page that holds a date and nothing else tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateLine {
    Published,
    /// Of a later change: "Updated …".
    Updated,
}

/// A day as a dateline prints it, mostly without year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PrintedDay {
    pub month: u32,
    pub day: u32,
    pub year: Option<i32>,
    pub span: Span,
}

impl PrintedDay {
    /// Returns the day, where a year is printed and it exists.
    pub fn date(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month, self.day)
    }

    /// Returns the day of this name that is nearest to `known`.
    pub fn nearest(&self, known: NaiveDate) -> Option<NaiveDate> {
        use chrono::Datelike;
        if self.year.is_some() {
            return self.date();
        }
        let years = [known.year() - 1, known.year(), known.year() + 1];
        let days = years.iter().filter_map(|&year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        days.min_by_key(|day| (*day - known).num_days().abs())
    }
}

/// Returns the first date of a text; one in figures that reads in two ways is none without `order`.
pub(super) fn find_date(text: &str, order: Option<DateOrder>) -> Option<PrintedDate> {
    read(&scan(text), order).map(|reading| reading.date)
}

/// Returns the date that metadata give: also as seconds or milliseconds since 1970.
pub(crate) fn metadata_date(text: &str, order: Option<DateOrder>) -> Option<Published> {
    let text = text.trim();
    if let Some(date) = find_date(text, order) {
        return Some(date.published);
    }
    let number: i64 = text.split('.').next()?.parse().ok()?;
    let seconds = match text.bytes().take_while(u8::is_ascii_digit).count() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return None,
    };
    let moment = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    let time = PrintedTime { time: moment.time(), has_seconds: true };
    Some(Published { day: moment.date(), time: Some(time), utc_offset_minutes: Some(0) })
}

/// Longest line that is asked whether it is a date line: "Last updated on Wednesday, 24 September 2025 at …".
const LONGEST_DATE_LINE: usize = 120;

/// Whether a text has a digit, without which nothing is dated.
pub(super) fn has_number(text: &str) -> bool {
    // Looked for in all bytes at once, as most lines have none.
    let may_be_digit = |byte: u8| byte.is_ascii_digit() | !byte.is_ascii();
    text.bytes().fold(false, |any, byte| any | may_be_digit(byte)) && text.chars().any(char::is_numeric)
}

/// Tells a line that holds a date and nothing else, but for words such as "Published".
pub(crate) fn date_line(line: &str) -> Option<DateLine> {
    if line.len() > LONGEST_DATE_LINE || !has_number(line) {
        return None;
    }
    let tokens = scan(line);
    if tokens.len() == scan::MOST_TOKENS {
        return None;
    }
    // A date in figures is one in whatever order it turns out to be.
    let reading = read(&tokens, Some(DateOrder::Dmy)).or_else(|| read(&tokens, Some(DateOrder::Mdy)))?;
    let mut told = DateLine::Published;
    for (index, token) in tokens.iter().enumerate().filter(|(index, _)| !reading.tokens.contains(index)) {
        let is_before = index < reading.tokens.start;
        match token.kind {
            Kind::Word(word) if word.is_update && is_before => told = DateLine::Updated,
            Kind::Word(word) => {
                let is_known =
                    word.is_label || word.is_joint || word.is_weekday || word.is_update || word.zone.is_some();
                if !is_known {
                    return None;
                }
            }
            Kind::Number { digits, .. } if digits > 2 && is_before => return None,
            Kind::Mark('?' | '!' | '"' | '“' | '”' | '%' | '$' | '€' | '£') => return None,
            _ => {}
        }
    }
    Some(told)
}

/// Reads the date of a short line that may also hold other words, and tells whether it is said to be that of a change.
/// A line of text that names a day is no such line.
pub(crate) fn dated_line(line: &str, order: Option<DateOrder>) -> Option<(Published, DateLine)> {
    if line.len() > LONGEST_DATED_LINE || !has_number(line) {
        return None;
    }
    let tokens = scan(line);
    let reading = read(&tokens, order)?;
    let is_update = |token: &Token| token.word().is_some_and(|word| word.is_update);
    let told =
        if tokens[..reading.tokens.start].iter().any(is_update) { DateLine::Updated } else { DateLine::Published };
    let others = tokens.len() - reading.tokens.len();
    let is_text = line.ends_with(['.', '?', '!']) && others > MOST_OTHER_TOKENS;
    (!is_text).then_some((reading.date.published, told))
}

/// Longest line beside a headline that is asked for a date.
const LONGEST_DATED_LINE: usize = 160;

/// Words beside the date of a line that ends like a sentence: "Posted by Una Moor on 2 May 2025." has 5.
const MOST_OTHER_TOKENS: usize = 6;

/// Whether a word names a month or a day of the week.
pub(crate) fn names_month_or_weekday(word: &str) -> bool {
    let tokens = scan(word);
    tokens.len() == 1 && tokens[0].word().is_some_and(|word| word.month.is_some() || word.is_weekday)
}

/// Returns the first day of a text, with its year where that is printed.
pub(super) fn find_day(text: &str) -> Option<PrintedDay> {
    let tokens = scan(text);
    (0..tokens.len()).find_map(|at| {
        let found = day_at(&tokens, at, None).filter(|found| found.is_gregorian)?;
        let exists = NaiveDate::from_ymd_opt(found.year.unwrap_or(2000), found.month, found.day).is_some();
        let span = Span::new(tokens[at].span.start, tokens[found.next - 1].span.end);
        exists.then_some(PrintedDay { month: found.month, day: found.day, year: found.year, span })
    })
}

/// A date and the tokens it is made of.
struct Reading {
    date: PrintedDate,
    tokens: std::ops::Range<usize>,
}

fn read(tokens: &[Token], order: Option<DateOrder>) -> Option<Reading> {
    let mut time_before: Option<clock::Clock> = None;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(found) = day_at(tokens, at, order)
            && let Some(reading) = date_of(tokens, at, found, time_before)
        {
            return Some(reading);
        }
        // A time in front of the day: "9:05 a.m. ET, Sept. 2, 2025".
        if let Some(clock) = clock::clock_at(tokens, at) {
            at = clock.end;
            time_before = Some(clock);
            continue;
        }
        at += 1;
    }
    None
}

/// Puts a day and the time beside it together.
fn date_of(tokens: &[Token], at: usize, found: DayFound, time_before: Option<clock::Clock>) -> Option<Reading> {
    let time_behind = clock::clock_at(tokens, clock::skip_joints(tokens, found.next));
    // "Tue Sep  2 20:48:00 +0330 2025" has its year behind the time.
    let (year, year_end) = match (found.year, time_behind) {
        (Some(year), _) => (year, found.next),
        (None, Some(clock)) => (year_at(tokens, clock.end)?, clock.end + 1),
        (None, None) => return None,
    };
    let day = if found.is_gregorian {
        NaiveDate::from_ymd_opt(year, found.month, found.day)?
    } else {
        jalali::day(year, found.month, found.day)?
    };
    if !YEARS.contains(&chrono::Datelike::year(&day)) {
        return None;
    }
    let time_before = time_before.filter(|clock| clock::skip_joints(tokens, clock.end) >= at);
    let (start, end, clock) = match (time_behind, time_before) {
        (Some(clock), _) => (at, clock.end.max(year_end), Some(clock)),
        (None, Some(clock)) => (clock.start, year_end, Some(clock)),
        (None, None) => (at, year_end, None),
    };
    let published = Published {
        day,
        time: clock.map(|clock| clock.time),
        utc_offset_minutes: clock.and_then(|clock| clock.offset_on(day)),
    };
    let span = Span::new(tokens[start].span.start, tokens[end - 1].span.end);
    Some(Reading { date: PrintedDate { published, span }, tokens: start..end })
}

/// A day of a text, not yet known to exist.
struct DayFound {
    year: Option<i32>,
    month: u32,
    day: u32,
    is_gregorian: bool,
    /// Index of the token behind it.
    next: usize,
}

fn day_at(tokens: &[Token], at: usize, order: Option<DateOrder>) -> Option<DayFound> {
    let token = tokens.get(at)?;
    // No part of a longer number or a word: "1.2.3.2025", "A2-3-2025".
    let is_inside = token.is_glued && at > 0 && matches!(tokens[at - 1].kind, Kind::Number { .. });
    if is_inside {
        return None;
    }
    match token.kind {
        Kind::Number { value, digits: 8 } => compact(value, at),
        Kind::Number { digits: 4, .. } => year_first(tokens, at),
        Kind::Number { digits: 1 | 2, .. } => day_first(tokens, at).or_else(|| in_figures(tokens, at, order)),
        Kind::Word(word) if word.month.is_some() => month_first(tokens, at),
        _ => None,
    }
}

/// `20250902`.
fn compact(value: u32, at: usize) -> Option<DayFound> {
    let year = i32::try_from(value / 10_000).ok().filter(|year| YEARS.contains(year))?;
    Some(DayFound { year: Some(year), month: value / 100 % 100, day: value % 100, is_gregorian: true, next: at + 1 })
}

/// `2025-09-02`, `2025/9/2`, `2025年9月2日`, `2025 Sep 2`, `۱۴۰۴/۰۶/۱۱`.
fn year_first(tokens: &[Token], at: usize) -> Option<DayFound> {
    let year = i32::try_from(tokens[at].number()?.0).ok()?;
    let is_jalali = !YEARS.contains(&year);
    if let Some((month, is_gregorian)) = month_word(tokens, skip_marks(tokens, at + 1, &['-', '/', '.', ','])) {
        let month_at = skip_marks(tokens, at + 1, &['-', '/', '.', ',']);
        let day_at = skip_marks(tokens, month_at + 1, &['-', '/', '.']);
        let day = small_number(tokens, day_at)?;
        return Some(DayFound { year: Some(year), month, day, is_gregorian, next: day_at + 1 });
    }
    let Kind::Mark(mark) = tokens.get(at + 1)?.kind else { return None };
    let (month_at, second) = match mark {
        '-' | '/' | '.' => (at + 2, [mark, mark]),
        '年' => (at + 2, ['月', '月']),
        '년' => (at + 2, ['월', '월']),
        _ => return None,
    };
    let month = small_number(tokens, month_at)?;
    if !tokens.get(month_at + 1)?.is_mark(second[0]) {
        return None;
    }
    let day_at = month_at + 2;
    let day = small_number(tokens, day_at)?;
    let is_marked = tokens.get(day_at + 1).is_some_and(|token| token.is_mark('日') || token.is_mark('일'));
    Some(DayFound { year: Some(year), month, day, is_gregorian: !is_jalali, next: day_at + 1 + usize::from(is_marked) })
}

/// `2 September 2025`, `2-MAR-1987`, `2. September 2025`, `2 de septiembre de 2025`, `11 شهریور 1404`.
fn day_first(tokens: &[Token], at: usize) -> Option<DayFound> {
    let day = small_number(tokens, at)?;
    let month_at = skip_small(tokens, at + 1);
    let (month, is_gregorian) = month_word(tokens, month_at)?;
    // "24 نيسان / أبريل 2020" names one month twice.
    let again = skip_marks(tokens, month_at + 1, &['/']);
    let is_named_twice = again > month_at + 1 && month_word(tokens, again) == Some((month, is_gregorian));
    let month_at = if is_named_twice { again } else { month_at };
    let year_start = skip_small(tokens, month_at + 1);
    let (year, next) = match (year_at(tokens, year_start), short_year_at(tokens, year_start)) {
        (Some(year), _) => (Some(year), year_start + 1),
        // `2-Mar-87`, `2 Mar '87`.
        (None, Some(year)) if tokens[year_start - 1].is_mark('-') || is_apostrophe(&tokens[year_start - 1]) => {
            (Some(year), year_start + 1)
        }
        _ => (None, month_at + 1),
    };
    Some(DayFound { year, month, day, is_gregorian, next })
}

/// `September 2, 2025`, `Sept. 2`, `Sep  2 2025`.
fn month_first(tokens: &[Token], at: usize) -> Option<DayFound> {
    let month = u32::from(tokens[at].word()?.month?);
    let day_at = skip_marks(tokens, at + 1, &['-', '.', '/']);
    let day = small_number(tokens, day_at)?;
    // "March 3:15 p.m." and "May 2.5" hold no day.
    let is_time = tokens.get(day_at + 1).is_some_and(|mark| mark.is_glued && (mark.is_mark(':') || mark.is_mark('%')));
    if is_time {
        return None;
    }
    let year_start = skip_small(tokens, day_at + 1);
    let year = year_at(tokens, year_start);
    let next = if year.is_some() { year_start + 1 } else { day_at + 1 };
    Some(DayFound { year, month, day, is_gregorian: true, next })
}

/// `02/09/2025`, `2.9.2025`, `02-09-25`: by the order given, or where only one order is possible.
fn in_figures(tokens: &[Token], at: usize, order: Option<DateOrder>) -> Option<DayFound> {
    let Kind::Mark(mark @ ('/' | '-' | '.')) = tokens.get(at + 1)?.kind else { return None };
    let (first, second) = (small_number(tokens, at)?, small_number(tokens, at + 2)?);
    if !tokens.get(at + 3)?.is_mark(mark) || !tokens[at + 1].is_glued {
        return None;
    }
    let next = at + 5;
    if tokens.get(next).is_some_and(|token| token.is_glued && token.is_mark(mark)) {
        return None;
    }
    if order == Some(DateOrder::Ymd) && tokens[at].number()?.1 == 2 {
        let (year, day) = (short_year_at(tokens, at)?, small_number(tokens, at + 4)?);
        return Some(DayFound { year: Some(year), month: second, day, is_gregorian: true, next });
    }
    let year = year_at(tokens, at + 4).or_else(|| short_year_at(tokens, at + 4))?;
    let (day, month) = match order {
        // Full stops stand between day, month and year only in countries that write them in this order.
        _ if mark == '.' || first > 12 || first == second => (first, second),
        _ if second > 12 => (second, first),
        Some(DateOrder::Dmy | DateOrder::Ymd) => (first, second),
        Some(DateOrder::Mdy) => (second, first),
        None => return None,
    };
    Some(DayFound { year: Some(year), month, day, is_gregorian: true, next })
}

fn small_number(tokens: &[Token], at: usize) -> Option<u32> {
    tokens.get(at)?.number().filter(|&(_, digits)| digits <= 2).map(|(value, _)| value)
}

fn year_at(tokens: &[Token], at: usize) -> Option<i32> {
    let (value, digits) = tokens.get(at)?.number()?;
    i32::try_from(value).ok().filter(|_| digits == 4)
}

/// Returns the year of two figures: 69 is 1969, 68 is 2068, as POSIX reads them.
fn short_year_at(tokens: &[Token], at: usize) -> Option<i32> {
    let (value, digits) = tokens.get(at)?.number()?;
    let value = i32::try_from(value).ok().filter(|_| digits == 2)?;
    Some(if value < 69 { 2000 + value } else { 1900 + value })
}

/// Returns the month that a word names, and whether it is one of the Gregorian calendar.
fn month_word(tokens: &[Token], at: usize) -> Option<(u32, bool)> {
    let word = tokens.get(at)?.word()?;
    let gregorian = word.month.map(|month| (u32::from(month), true));
    gregorian.or_else(|| word.jalali.map(|month| (u32::from(month), false)))
}

fn is_apostrophe(token: &Token) -> bool {
    token.is_mark('\'') || token.is_mark('’')
}

fn skip_marks(tokens: &[Token], at: usize, marks: &[char]) -> usize {
    let skipped = tokens.iter().skip(at).take_while(|token| marks.iter().any(|&mark| token.is_mark(mark)));
    at + skipped.take(1).count()
}

/// Skips what may stand between day, month and year: a mark and one small word.
fn skip_small(tokens: &[Token], at: usize) -> usize {
    let mut next = at;
    while next < at + 3
        && let Some(token) = tokens.get(next)
    {
        let is_mark = matches!(token.kind, Kind::Mark('-' | '.' | ',' | '/' | '\'' | '’' | '،'));
        if !is_mark && !token.word().is_some_and(|word| word.is_joint && word.month.is_none()) {
            break;
        }
        next += 1;
    }
    next
}

#[cfg(test)]
mod tests;
