//! Days of the Iranian calendar.

use chrono::NaiveDate;

/// Years in which the rule of this file holds: 1206 begins in 1827, 1498 ends in 2120.
const YEARS: std::ops::RangeInclusive<i32> = 1206..=1498;

/// Returns the day that the Iranian calendar calls so, for the years in which a cycle of 33 years describes it.
pub(super) fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !YEARS.contains(&year) || day == 0 {
        return None;
    }
    let month_days = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if is_leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if day > month_days {
        return None;
    }
    let before_month = if month <= 7 { 31 * (month - 1) } else { 186 + 30 * (month - 7) };
    let days_before_year: i32 = (*YEARS.start()..year).map(|year| 365 + i32::from(is_leap(year))).sum();
    let first = NaiveDate::from_ymd_opt(1827, 3, 22)?;
    first.checked_add_days(chrono::Days::new(u64::try_from(days_before_year).ok()? + u64::from(before_month + day - 1)))
}

/// Eight years of every 33 are leap years.
fn is_leap(year: i32) -> bool {
    matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_official_calendar() {
        let rows = [
            ((1404, 6, 11), Some("2025-09-02")),
            ((1403, 12, 30), Some("2025-03-20")),
            ((1404, 1, 1), Some("2025-03-21")),
            ((1399, 12, 30), Some("2021-03-20")),
            ((1357, 11, 22), Some("1979-02-11")),
            ((1304, 1, 11), Some("1925-03-31")),
            ((1404, 12, 30), None),
            ((1404, 7, 31), None),
            ((1404, 13, 1), None),
            ((1404, 1, 0), None),
            ((2025, 1, 1), None),
        ];
        for ((year, month, number), expected) in rows {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(day(year, month, number), expected, "{year}/{month}/{number}");
        }
    }
}
