//! In: `2025-06..2025-09`, `30d..`, `last week`. Out: the first and the last day.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};

use super::number::{Comparison, comparison};
use crate::article::date::{date_line, dated_line};
use crate::config::DateOrder;
use crate::query::error::Mistake;
use crate::query::tree::Bounds;

/// A first and a last day.
type Stretch = (NaiveDate, NaiveDate);

/// Reads a day, a stretch of days with a name, a comparison with one or a range.
///
/// # Errors
/// If it is none of them, or ends before it begins.
pub(super) fn days(value: &str, today: NaiveDate) -> Result<Bounds, Mistake> {
    let value = value.trim();
    let invalid = || Mistake::InvalidDate { value: value.into() };
    if let Some((comparison, rest)) = comparison(value) {
        let (first, last) = end(rest, today).ok_or_else(invalid)?;
        return Ok(match comparison {
            Comparison::From => Bounds::Days(Some(first), None),
            Comparison::To => Bounds::Days(None, Some(last)),
            Comparison::Over => Bounds::Days(Some(last.succ_opt().ok_or_else(invalid)?), None),
            Comparison::Under => Bounds::Days(None, Some(first.pred_opt().ok_or_else(invalid)?)),
        });
    }
    let Some((from, to)) = value.split_once("..") else {
        if span(value, today).is_some() {
            return Err(Mistake::LoneSpan { value: value.into() });
        }
        let (first, last) = stretch(value, today).ok_or_else(invalid)?;
        return Ok(Bounds::Days(Some(first), Some(last)));
    };
    let bound = |text: &str| match text {
        "" => Ok(None),
        text => end(text, today).map(Some).ok_or_else(invalid),
    };
    match (bound(from.trim())?.map(|from| from.0), bound(to.trim())?.map(|to| to.1)) {
        (None, None) => Err(invalid()),
        (Some(from), Some(to)) if from > to => Err(Mistake::ReversedRange),
        (from, to) => Ok(Bounds::Days(from, to)),
    }
}

/// Returns days as the instants from the first one's beginning to the last one's end, by Greenwich.
pub(super) fn instants(days: Bounds) -> Bounds {
    let Bounds::Days(from, to) = days else { return days };
    let last_moment = NaiveTime::from_hms_milli_opt(23, 59, 59, 999).unwrap_or_default();
    let at = |day: NaiveDate, time: NaiveTime| -> DateTime<Utc> { day.and_time(time).and_utc() };
    Bounds::Instants(from.map(|from| at(from, NaiveTime::MIN)), to.map(|to| at(to, last_moment)))
}

/// Reads what may stand at an end of a range.
pub(in crate::query) fn end(text: &str, today: NaiveDate) -> Option<Stretch> {
    let text = text.trim();
    span(text, today).map(|day| (day, day)).or_else(|| stretch(text, today))
}

/// Reads `30d`, `4w`, `6m`, `2y`: the day so long ago.
fn span(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let count: u32 = digits(text.get(..text.len().checked_sub(1)?)?)?;
    match text.as_bytes().last()?.to_ascii_lowercase() {
        b'd' => today.checked_sub_days(Days::new(count.into())),
        b'w' => today.checked_sub_days(Days::new(u64::from(count) * 7)),
        b'm' => today.checked_sub_months(Months::new(count)),
        b'y' => today.checked_sub_months(Months::new(count.checked_mul(12)?)),
        _ => None,
    }
    .filter(|day| day.year() >= 1)
}

/// Reads a day, month, quarter or year by its number, or one of those around today by its name.
fn stretch(text: &str, today: NaiveDate) -> Option<Stretch> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split([' ', '_']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        ["today"] => Some((today, today)),
        ["yesterday"] => today.pred_opt().map(|day| (day, day)),
        [which @ ("this" | "last"), unit] => around(today, unit, *which == "last"),
        [number] => numbered(number).or_else(|| as_printed(number)),
        _ => as_printed(&text),
    }
}

/// Reads a day as articles print it, "2 September 2025", "Sept. 2, 2025", or a month of a year; a day of numbers alone
/// only where it reads in one way.
fn as_printed(text: &str) -> Option<Stretch> {
    let has_year = text.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() == 4);
    let is_printed = has_year && text.contains(|c: char| c.is_alphabetic() || matches!(c, '/' | '.'));
    let day = |text: &str, order: DateOrder| {
        date_line(text).filter(|_| is_printed)?;
        dated_line(text, Some(order)).map(|(published, _)| published.day)
    };
    let month_of_year = || {
        let (month, year) = text.split_once(' ')?;
        let is_year = year.len() == 4 && digits(year).is_some();
        let first = day(&format!("1 {month} {year}"), DateOrder::Dmy).filter(|_| is_year)?;
        months(first, 1)
    };
    match [DateOrder::Dmy, DateOrder::Mdy].map(|order| day(text, order)) {
        [Some(day), Some(other)] => (day == other).then_some((day, day)),
        [day, other] => day.or(other).map(|day| (day, day)).or_else(month_of_year),
    }
}

/// Returns the week, month, quarter or year that holds a day, or the one before.
fn around(day: NaiveDate, unit: &str, is_before: bool) -> Option<Stretch> {
    let back = u32::from(is_before);
    match unit {
        "week" => {
            let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?;
            let first = monday.checked_sub_days(Days::new(u64::from(back) * 7))?;
            Some((first, first.checked_add_days(Days::new(6))?))
        }
        "month" => months(day.with_day(1)?.checked_sub_months(Months::new(back))?, 1),
        "quarter" => {
            let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?;
            months(first.checked_sub_months(Months::new(3 * back))?, 3)
        }
        "year" => months(NaiveDate::from_ymd_opt(day.year() - back as i32, 1, 1)?, 12),
        _ => None,
    }
}

/// Reads `2025`, `2025-Q3`, `2025-09`, `2025-09-02`.
fn numbered(text: &str) -> Option<Stretch> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4).and_then(digits).filter(|year| *year > 0)? as i32;
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (None, _) => months(NaiveDate::from_ymd_opt(year, 1, 1)?, 12),
        (Some(quarter), None) if quarter.starts_with('q') => {
            let quarter = digits(&quarter[1..]).filter(|quarter| (1..=4).contains(quarter))?;
            months(NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?, 3)
        }
        (Some(month), None) => months(NaiveDate::from_ymd_opt(year, one_or_two(month)?, 1)?, 1),
        (Some(month), Some(day)) => {
            let day = NaiveDate::from_ymd_opt(year, one_or_two(month)?, one_or_two(day)?)?;
            Some((day, day))
        }
    }
}

fn digits(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn one_or_two(text: &str) -> Option<u32> {
    digits(text).filter(|_| text.len() <= 2)
}

fn months(first: NaiveDate, count: u32) -> Option<Stretch> {
    Some((first, first.checked_add_months(Months::new(count))?.pred_opt()?))
}

/// Returns the shortest spelling of a first and a last day.
pub(super) fn printed(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.format("%Y-%m-%d").to_string());
    if let (Some(first), Some(last)) = (from, to) {
        if first == last {
            return day(from);
        }
        for (count, spelling) in [(12, "%Y"), (1, "%Y-%m")] {
            let spelt = first.format(spelling).to_string();
            if numbered(&spelt) == Some((first, last)) && months(first, count) == Some((first, last)) {
                return spelt;
            }
        }
    }
    format!("{}..{}", day(from), day(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> String {
        // A Tuesday.
        let today = NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
        match days(value, today) {
            Ok(Bounds::Days(from, to)) => {
                let printed = printed(from, to);
                assert_eq!(days(&printed, today), Ok(Bounds::Days(from, to)), "{value} is printed as {printed}");
                let shown = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
                format!("{}/{}", shown(from), shown(to))
            }
            Ok(other) => panic!("{other:?}"),
            Err(mistake) => format!("{mistake:?}").split([' ', '{']).next().unwrap().into(),
        }
    }

    #[test]
    fn dates_and_ranges() {
        for (value, expected) in [
            ("2025-09-02", "2025-09-02/2025-09-02"),
            ("2025-9-2", "2025-09-02/2025-09-02"),
            ("14 May 2025", "2025-05-14/2025-05-14"),
            ("May 14, 2025", "2025-05-14/2025-05-14"),
            ("Sept. 2, 2025", "2025-09-02/2025-09-02"),
            ("14/05/2025", "2025-05-14/2025-05-14"),
            ("05/14/2025", "2025-05-14/2025-05-14"),
            ("05/04/2025", "InvalidDate"),
            ("2025/06/03", "2025-06-03/2025-06-03"),
            ("May 2025", "2025-05-01/2025-05-31"),
            ("14 May 2025..3 June 2025", "2025-05-14/2025-06-03"),
            ("the talks of 14 May 2025", "InvalidDate"),
            ("2025-09", "2025-09-01/2025-09-30"),
            ("2024-02", "2024-02-01/2024-02-29"),
            ("2025", "2025-01-01/2025-12-31"),
            ("2025-Q3", "2025-07-01/2025-09-30"),
            ("2025-q1..2025-q2", "2025-01-01/2025-06-30"),
            ("2025-06..2025-09", "2025-06-01/2025-09-30"),
            ("2025..", "2025-01-01/"),
            ("..2025-06", "/2025-06-30"),
            ("..yesterday", "/2025-09-01"),
            ("today", "2025-09-02/2025-09-02"),
            ("30d..", "2025-08-03/"),
            ("2w..1w", "2025-08-19/2025-08-26"),
            ("6m..", "2025-03-02/"),
            ("1y..today", "2024-09-02/2025-09-02"),
            ("last week", "2025-08-25/2025-08-31"),
            ("this week", "2025-09-01/2025-09-07"),
            ("last_week", "2025-08-25/2025-08-31"),
            ("Last Month", "2025-08-01/2025-08-31"),
            ("this month", "2025-09-01/2025-09-30"),
            ("last quarter", "2025-04-01/2025-06-30"),
            ("this quarter", "2025-07-01/2025-09-30"),
            ("last year", "2024-01-01/2024-12-31"),
            ("last week..today", "2025-08-25/2025-09-02"),
            ("..last week", "/2025-08-31"),
            (">=2025-06", "2025-06-01/"),
            (">2025-06", "2025-07-01/"),
            ("<2025", "/2024-12-31"),
            ("<=2025", "/2025-12-31"),
            // Not dates.
            ("2025-13", "InvalidDate"),
            ("2025-02-29", "InvalidDate"),
            ("25-09-02", "InvalidDate"),
            ("0000", "InvalidDate"),
            ("12345", "InvalidDate"),
            ("2025-Q5", "InvalidDate"),
            ("2025-09-02-1", "InvalidDate"),
            ("02.09.25", "InvalidDate"),
            ("+2025", "InvalidDate"),
            ("[2025", "InvalidDate"),
            ("last", "InvalidDate"),
            ("last fortnight", "InvalidDate"),
            ("..", "InvalidDate"),
            ("2025...", "InvalidDate"),
            ("d..", "InvalidDate"),
            ("99999999d..", "InvalidDate"),
            ("4294967295y..", "InvalidDate"),
            ("7d", "LoneSpan"),
            ("2025-09..2025-06", "ReversedRange"),
            ("1d..7d", "ReversedRange"),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }

    #[test]
    fn instants_hold_whole_days() {
        let today = NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
        let Bounds::Instants(Some(from), Some(to)) = instants(days("today", today).unwrap()) else { panic!() };
        assert_eq!(from.to_string(), "2025-09-02 00:00:00 UTC");
        assert_eq!(to.to_string(), "2025-09-02 23:59:59.999 UTC");
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_is_read_alike(from in 0i64..800_000, length in 0i64..800) {
            let day = |days: i64| NaiveDate::from_num_days_from_ce_opt(days as i32 + 400).unwrap();
            let (first, last) = (day(from), day(from + length));
            for (from, to) in [(Some(first), Some(last)), (Some(first), None), (None, Some(last))] {
                assert_eq!(days(&printed(from, to), first), Ok(Bounds::Days(from, to)));
            }
        }
    }
}
