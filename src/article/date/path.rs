//! Dates in the paths of files: `2025/09/02/talks.html`, `wire-20250902.txt`, `2025/09/talks.txt`.

use chrono::NaiveDate;

use super::YEARS;

/// What a path says of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::article) struct PathDate {
    /// The whole day.
    pub day: Option<NaiveDate>,
    /// A year that stands alone or with a month.
    pub year: Option<i32>,
    pub month: Option<u32>,
}

impl PathDate {
    /// Returns a day near which the article was published, as far as the path knows.
    pub fn about(&self) -> Option<NaiveDate> {
        // Mid-year, mid-month: the nearest day of another year is never nearer.
        self.day.or_else(|| {
            NaiveDate::from_ymd_opt(self.year?, self.month.unwrap_or(7), if self.month.is_some() { 15 } else { 2 })
        })
    }
}

/// Reads the date of a path; where parts disagree the last whole day holds.
pub(in crate::article) fn path_date(path: &str) -> PathDate {
    let mut found = PathDate::default();
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() || at > 0 && bytes[at - 1].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = digits_at(bytes, at);
        match digits {
            8 => {
                found.day =
                    day_of(number(bytes, at, 4), number(bytes, at + 4, 2), number(bytes, at + 6, 2)).or(found.day)
            }
            4 => read_parts(bytes, at, &mut found),
            _ => {}
        }
        at += digits;
    }
    found
}

/// Reads `2025/09/02`, `2025-09-02`, `2025_09` or `2025` as a whole folder.
fn read_parts(bytes: &[u8], at: usize, found: &mut PathDate) {
    let year = number(bytes, at, 4);
    if !i32::try_from(year).is_ok_and(|year| YEARS.contains(&year)) {
        return;
    }
    let parted = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'/' | b'-' | b'_' | b'.'));
    let has_month = parted(at + 4) && matches!(digits_at(bytes, at + 5), 1 | 2);
    let month_digits = digits_at(bytes, at + 5);
    let month = if has_month { number(bytes, at + 5, month_digits) } else { 0 };
    if has_month && (1..=12).contains(&month) {
        let day_at = at + 5 + month_digits + 1;
        let day_digits = digits_at(bytes, day_at);
        if parted(day_at - 1) && matches!(day_digits, 1 | 2) {
            found.day = day_of(year, month, number(bytes, day_at, day_digits)).or(found.day);
        }
        (found.year, found.month) = (i32::try_from(year).ok(), Some(month));
        return;
    }
    let is_folder = bytes.get(at + 4) == Some(&b'/') && (at == 0 || bytes[at - 1] == b'/');
    if is_folder {
        (found.year, found.month) = (i32::try_from(year).ok(), None);
    }
}

fn day_of(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

fn digits_at(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(bytes: &[u8], at: usize, digits: usize) -> u32 {
    bytes[at..at + digits].iter().fold(0, |value, byte| value.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_they_say() {
        let rows = [
            ("2025/09/02/talks.html", Some("2025-09-02"), Some((2025, Some(9)))),
            ("news/2025-09-02-talks.txt", Some("2025-09-02"), Some((2025, Some(9)))),
            ("larijani-2025-09-02.txt", Some("2025-09-02"), Some((2025, Some(9)))),
            ("wire/mw-20250303-geneva.txt", Some("2025-03-03"), None),
            ("2025/3/7/a.txt", Some("2025-03-07"), Some((2025, Some(3)))),
            ("wire/2024/11/mw-20241116.txt", Some("2024-11-16"), Some((2024, Some(11)))),
            ("2024/2025_02_03.txt", Some("2025-02-03"), Some((2025, Some(2)))),
            ("2025/09/talks.txt", None, Some((2025, Some(9)))),
            ("2025/talks.txt", None, Some((2025, None))),
            // Days that do not exist, numbers that are no dates.
            ("2025/02/31/a.txt", None, Some((2025, Some(2)))),
            ("20251301.txt", None, None),
            ("story-2025.txt", None, None),
            ("123456789.txt", None, None),
            ("3000/01/02/a.txt", None, None),
            ("2025/13/a.txt", None, Some((2025, None))),
            ("a/b.txt", None, None),
            ("", None, None),
        ];
        for (path, day, year) in rows {
            let found = path_date(path);
            assert_eq!(found.day.map(|day| day.to_string()).as_deref(), day, "{path}");
            assert_eq!(found.year.map(|number| (number, found.month)), year, "{path}");
        }
    }
}
