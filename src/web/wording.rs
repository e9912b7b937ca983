//! Days, counts and places as a reader of English says them.

use chrono::{Datelike, NaiveDate};

use crate::article::{Article, Published, country_name, language_name};
use crate::timeline::Unit;

/// Returns a day in words: `Tuesday 2 September 2025`.
pub fn day(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// Returns a printed date in words, with the time where one was printed; an article without one is undated.
pub fn published(published: Option<Published>) -> String {
    match published {
        None => "undated".to_owned(),
        Some(Published { day: printed, time: None, .. }) => day(printed),
        Some(Published { day: printed, time: Some(time), .. }) => {
            format!("{}, {}", day(printed), time.time.format("%H:%M"))
        }
    }
}

/// Returns a day in words as seen from another: nothing where it is the same, without the year where that is.
pub fn day_seen_from(of: NaiveDate, here: Option<Published>) -> Option<String> {
    match here.map(|here| here.day) {
        Some(here) if here == of => None,
        Some(here) if here.year() == of.year() => Some(of.format("%A %-d %B").to_string()),
        _ => Some(day(of)),
    }
}

/// Returns a stretch of the calendar in words: `September 2025`, `week of 1 September 2025`.
pub fn stretch(unit: Unit, start: NaiveDate) -> String {
    match unit {
        Unit::Day => day(start),
        Unit::Week => format!("week of {}", start.format("%-d %B %Y")),
        Unit::Month => start.format("%B %Y").to_string(),
        Unit::Quarter | Unit::Year => unit.label(start),
    }
}

/// Returns a number with its thousands apart: `1,234,567`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns a count with its noun: `1 statement`, `1,204 statements`.
pub fn count(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// Returns the name of a country; its code where that is unknown.
fn country(code: &str) -> String {
    country_name(code).unwrap_or_else(|| code.to_owned())
}

/// Returns a value of a field as a reader knows it: countries and languages stand in the index by their codes.
pub fn value(field: &str, value: &str) -> String {
    match field {
        "location" => country(value),
        "language" => language_name(value).unwrap_or(value).to_owned(),
        _ => value.to_owned(),
    }
}

/// Returns whether a text is written from right to left, which its first letter tells.
pub fn is_right_to_left(text: &str) -> bool {
    let first = text.chars().find(|char| char.is_alphabetic());
    // Hebrew, Arabic, Syriac, Thaana, NKo and their neighbours, and the Hebrew and Arabic presentation forms.
    first.is_some_and(|char| matches!(char, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'))
}

/// Returns the places of an article's dateline: `Tehran (Iran), Geneva (Switzerland)`.
pub fn places(article: &Article) -> Option<String> {
    let dateline = article.dateline.as_ref()?;
    let named = dateline.places.iter().map(|place| match &place.country {
        Some(code) => format!("{} ({})", place.name, country(code)),
        None => place.name.clone(),
    });
    let joined = named.collect::<Vec<_>>().join(", ");
    (!joined.is_empty()).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_named() {
        let start = NaiveDate::from_ymd_opt(2025, 9, 1).unwrap();
        let rows = [
            (Unit::Day, "Monday 1 September 2025"),
            (Unit::Week, "week of 1 September 2025"),
            (Unit::Month, "September 2025"),
            (Unit::Quarter, "2025-Q3"),
            (Unit::Year, "2025"),
        ];
        for (unit, expected) in rows {
            assert_eq!(stretch(unit, start), expected);
        }
    }

    #[test]
    fn days_are_as_long_as_they_need_to_be() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let here = Published { day: day("2025-09-02"), time: None, utc_offset_minutes: None };
        let rows = [
            ("2025-09-02", Some(here), None),
            ("2025-09-01", Some(here), Some("Monday 1 September")),
            ("2024-09-01", Some(here), Some("Sunday 1 September 2024")),
            ("2025-09-01", None, Some("Monday 1 September 2025")),
        ];
        for (of, here, expected) in rows {
            assert_eq!(day_seen_from(day(of), here).as_deref(), expected, "{of}");
        }
    }

    #[test]
    fn countries_and_languages_are_called_by_their_names() {
        let rows = [("CH", "Switzerland"), ("AE", "United Arab Emirates"), ("Geneva", "Geneva"), ("ZZ", "ZZ")];
        for (written, expected) in rows {
            assert_eq!(value("location", written), expected);
        }
        for (written, expected) in [("en", "English"), ("fa", "Persian"), ("xx", "xx")] {
            assert_eq!(value("language", written), expected);
        }
        assert_eq!(value("speaker", "CH"), "CH");
    }

    #[test]
    fn the_first_letter_tells_the_direction() {
        let rows = [("«ما صبر»", true), ("1 שלום", true), ("A ما", false), ("—", false), ("北京", false)];
        for (text, expected) in rows {
            assert_eq!(is_right_to_left(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_read_well() {
        let rows =
            [(0, "0 hits"), (1, "1 hit"), (999, "999 hits"), (1000, "1,000 hits"), (1_234_567, "1,234,567 hits")];
        for (value, expected) in rows {
            assert_eq!(count(value, "hit"), expected);
        }
    }
}
