//! Times of day beside a date, and their zones.

use chrono::{NaiveDate, NaiveTime, Offset, TimeZone};

use super::scan::{Kind, Token};
use super::words::Zone;
use crate::article::PrintedTime;

/// A time of day, and the zone printed behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub time: PrintedTime,
    pub zone: Option<Zone>,
    /// Index of its first token.
    pub start: usize,
    /// Index of the token behind it.
    pub end: usize,
}

impl Clock {
    /// Returns how far east of Greenwich the printed zone is on a day.
    pub fn offset_on(&self, day: NaiveDate) -> Option<i32> {
        match self.zone? {
            Zone::Offset(minutes) => Some(minutes),
            Zone::Rules(rules) => offset_minutes(rules, day, self.time.time),
        }
    }
}

/// Returns how far east of Greenwich a zone is at a local time, in minutes; an hour that comes twice is the first.
pub(in crate::article) fn offset_minutes(zone: chrono_tz::Tz, day: NaiveDate, time: NaiveTime) -> Option<i32> {
    let moment = zone.from_local_datetime(&day.and_time(time)).earliest()?;
    Some(moment.offset().fix().local_minus_utc() / 60)
}

/// Skips what may stand between a day and its time: marks, weekdays, "at", "T".
pub(super) fn skip_joints(tokens: &[Token], at: usize) -> usize {
    let joints = tokens.iter().skip(at).take_while(|token| match token.kind {
        Kind::Mark(mark) => matches!(mark, ',' | '-' | '–' | '—' | '|' | '·' | '•' | '@' | ':' | '(' | ')' | '،' | ';'),
        Kind::Word(word) => word.is_joint || word.is_weekday || word.is_hour_mark,
        Kind::Meridiem { is_afternoon } => !is_afternoon,
        Kind::Number { .. } => false,
    });
    at + joints.count()
}

/// Reads the time of day that begins at a token.
pub(super) fn clock_at(tokens: &[Token], at: usize) -> Option<Clock> {
    let (time, end) = time_at(tokens, at)?;
    let (zone, end) = match zone_at(tokens, end) {
        Some((zone, end)) => (Some(zone), end),
        None => (None, end),
    };
    Some(Clock { time, zone, start: at, end })
}

fn time_at(tokens: &[Token], at: usize) -> Option<(PrintedTime, usize)> {
    let (value, digits) = tokens.get(at)?.number()?;
    match digits {
        1 | 2 => hours_at(tokens, at, value),
        // `T204800Z` and `2048 GMT`.
        6 => printed(value / 10_000, value / 100 % 100, Some(value % 100), None).map(|time| (time, at + 1)),
        4 if zone_at(tokens, at + 1).is_some() || is_hour_mark(tokens, at + 1) => {
            let next = at + 1 + usize::from(is_hour_mark(tokens, at + 1));
            printed(value / 100, value % 100, None, None).map(|time| (time, next))
        }
        _ => None,
    }
}

fn hours_at(tokens: &[Token], at: usize, hours: u32) -> Option<(PrintedTime, usize)> {
    let mut next = at + 1;
    let mut minutes = None;
    let mut seconds = None;
    let is_parted = |at: usize| {
        let token = tokens.get(at);
        token.is_some_and(|token| {
            token.is_glued
                && (matches!(token.kind, Kind::Mark(':' | '.' | '：' | '时' | '時'))
                    || token.word().is_some_and(|word| word.is_hour_mark))
        })
    };
    let two_digits = |at: usize| {
        let token = tokens.get(at).filter(|token| token.is_glued)?;
        token.number().filter(|&(_, digits)| digits == 2).map(|(value, _)| value)
    };
    let stop = tokens.get(next).is_some_and(|token| token.is_mark('.'));
    if is_parted(next)
        && let Some(value) = two_digits(next + 1)
    {
        minutes = Some(value);
        next += 2;
        // Some programs write no zero before it: `23:15:0Z`.
        let one_digit = |at: usize| {
            let token = tokens.get(at).filter(|token| token.is_glued && zone_at(tokens, at + 1).is_some())?;
            token.number().filter(|&(_, digits)| digits == 1).map(|(value, _)| value)
        };
        if is_parted(next)
            && let Some(value) = two_digits(next + 1).or_else(|| one_digit(next + 1))
        {
            seconds = Some(value);
            next += 2;
            // Fractions of seconds.
            let is_fraction =
                tokens.get(next).is_some_and(|token| token.is_glued && matches!(token.kind, Kind::Mark('.' | ',')))
                    && tokens.get(next + 1).is_some_and(|token| token.is_glued && token.number().is_some());
            next += if is_fraction { 2 } else { 0 };
        }
        let is_marked = tokens.get(next).is_some_and(|token| matches!(token.kind, Kind::Mark('分' | '분')));
        next += usize::from(is_marked);
    }
    let afternoon = match tokens.get(next).map(|token| token.kind) {
        Some(Kind::Meridiem { is_afternoon }) => Some(is_afternoon),
        _ => None,
    };
    next += usize::from(afternoon.is_some());
    let has_hour_mark = afternoon.is_none() && is_hour_mark(tokens, next);
    next += usize::from(has_hour_mark);
    // "3" alone is no time.
    if minutes.is_none() && afternoon.is_none() && !has_hour_mark {
        return None;
    }
    // Nor is "20.4" or a version "2.25", where nothing else says so, but "20.48" is.
    if stop && minutes.is_none() {
        return None;
    }
    printed(hours, minutes.unwrap_or(0), seconds, afternoon).map(|time| (time, next))
}

fn is_hour_mark(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).and_then(Token::word).is_some_and(|word| word.is_hour_mark)
}

fn printed(hours: u32, minutes: u32, seconds: Option<u32>, afternoon: Option<bool>) -> Option<PrintedTime> {
    let hours = match afternoon {
        // Newspapers print "00:30 am" and "13:05 pm", too.
        Some(true) if hours < 12 => hours + 12,
        Some(false) if hours == 12 => 0,
        _ => hours,
    };
    let time = NaiveTime::from_hms_opt(hours, minutes, seconds.unwrap_or(0))?;
    Some(PrintedTime { time, has_seconds: seconds.is_some() })
}

/// Reads a zone: `GMT`, `(MSK)`, `+0330`, `-05:00`, `UTC+3`.
fn zone_at(tokens: &[Token], at: usize) -> Option<(Zone, usize)> {
    let at = at + usize::from(tokens.get(at)?.is_mark('('));
    if let Some(zone) = tokens.get(at)?.word().and_then(|word| word.zone) {
        let behind = match zone {
            Zone::Offset(0) => signed_offset(tokens, at + 1),
            _ => None,
        };
        return Some(behind.unwrap_or((zone, at + 1)));
    }
    // "20:48 - 3 people" has no zone: sign and figures are glued.
    signed_offset(tokens, at).filter(|_| tokens.get(at + 1).is_some_and(|number| number.is_glued))
}

fn signed_offset(tokens: &[Token], at: usize) -> Option<(Zone, usize)> {
    let sign = match tokens.get(at)?.kind {
        Kind::Mark('+') => 1,
        Kind::Mark('-' | '−') => -1,
        _ => return None,
    };
    let (value, digits) = tokens.get(at + 1).filter(|number| number.is_glued)?.number()?;
    let value = i32::try_from(value).ok()?;
    let (minutes, next) = match digits {
        4 => (value / 100 * 60 + value % 100, at + 2),
        1 | 2 => {
            let behind = tokens.get(at + 2).filter(|mark| mark.is_mark(':') && mark.is_glued);
            match behind.and_then(|_| tokens.get(at + 3)?.number()) {
                Some((minutes, 2)) => (value * 60 + i32::try_from(minutes).ok()?, at + 4),
                _ => (value * 60, at + 2),
            }
        }
        _ => return None,
    };
    (minutes <= 14 * 60).then_some((Zone::Offset(sign * minutes), next))
}
