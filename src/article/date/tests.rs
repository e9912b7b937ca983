use super::*;

/// Printed, as it must be read with day before month, offset in minutes.
const READ: &[(&str, &str, Option<i32>)] = &[
    // Day and month by name.
    ("September 2, 2025 - 20:48", "2025-09-02T20:48", None),
    ("2 Sep 2025", "2025-09-02", None),
    ("Sept. 2, 2025", "2025-09-02", None),
    ("2nd of September, 2025", "2025-09-02", None),
    ("Tuesday, 2 September 2025 at 20.48", "2025-09-02T20:48", None),
    ("12 August 2025 (Tuesday)", "2025-08-12", None),
    ("2-MAR-1987 16:51:43.42", "1987-03-02T16:51:43", None),
    (" 2-Mar-87", "1987-03-02", None),
    ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01", None),
    ("Oct. 18, 2024 | 6:05 p.m.", "2024-10-18T18:05", None),
    ("Published: 9 May 2025, 06:30", "2025-05-09T06:30", None),
    ("May 9 2025 6am", "2025-05-09T06:00", None),
    ("2025 Sep 2", "2025-09-02", None),
    // The time in front.
    ("Published 3:15 PM EDT, July 4, 2024", "2024-07-04T15:15", Some(-240)),
    ("Updated 9:14 p.m., Nov. 27, 2024", "2024-11-27T21:14", None),
    ("12:05 a.m. on 1 January 2025", "2025-01-01T00:05", None),
    ("12:05 pm 1 January 2025", "2025-01-01T12:05", None),
    // Zones.
    ("2025-09-02T20:48:5Z", "2025-09-02T20:48:05", Some(0)),
    ("Tue, 02 Sep 2025 20:48:00 +0330", "2025-09-02T20:48:00", Some(210)),
    ("Sept. 2, 2025, 9:05 a.m. ET", "2025-09-02T09:05", Some(-240)),
    ("Jan. 2, 2025, 9:05 a.m. ET", "2025-01-02T09:05", Some(-300)),
    ("2 September 2025 2048 GMT", "2025-09-02T20:48", Some(0)),
    ("2 September 2025 20:48 (MSK)", "2025-09-02T20:48", Some(180)),
    ("2 September 2025 20:48 UTC+03:30", "2025-09-02T20:48", Some(210)),
    ("2 September 2025 20:48 GMT-5", "2025-09-02T20:48", Some(-300)),
    ("2 September 2025 20:48 IST", "2025-09-02T20:48", None),
    ("Tue Sep  2 20:48:00 +0330 2025", "2025-09-02T20:48:00", Some(210)),
    ("Tue Sep  2 20:48:00 2025", "2025-09-02T20:48:00", None),
    // ISO 8601.
    ("2025-09-02", "2025-09-02", None),
    ("2025-09-02T20:48", "2025-09-02T20:48", None),
    ("2025-09-02T20:48:15Z", "2025-09-02T20:48:15", Some(0)),
    ("2025-09-02T20:48:15.123+03:30", "2025-09-02T20:48:15", Some(210)),
    ("2025-09-02 20:48:15 -0500", "2025-09-02T20:48:15", Some(-300)),
    ("20250902T204815Z", "2025-09-02T20:48:15", Some(0)),
    ("20250902", "2025-09-02", None),
    // Figures, here with the day first.
    ("02/09/2025", "2025-09-02", None),
    ("2.9.2025, 20:48 Uhr", "2025-09-02T20:48", None),
    ("10/12/2024", "2024-12-10", None),
    ("09/13/2025", "2025-09-13", None),
    ("02/09/25", "2025-09-02", None),
    // Other languages and figures.
    ("2. September 2025, 20.48 Uhr", "2025-09-02T20:48", None),
    ("Dienstag, 3. März 2025 um 9 Uhr", "2025-03-03T09:00", None),
    ("le 2 août 2025 à 20h48", "2025-08-02T20:48", None),
    ("Publié le 1er février 2025", "2025-02-01", None),
    ("martes, 2 de septiembre de 2025", "2025-09-02", None),
    ("2 settembre 2025 ore 20:48", "2025-09-02T20:48", None),
    ("2 de março de 2025", "2025-03-02", None),
    ("2 сентября 2025, 20:48", "2025-09-02T20:48", None),
    ("۱۱ شهریور ۱۴۰۴ - ۲۰:۴۸", "2025-09-02T20:48", None),
    ("۱۴۰۴/۰۶/۱۱", "2025-09-02", None),
    ("٢ سبتمبر ٢٠٢٥", "2025-09-02", None),
    ("2025年9月2日", "2025-09-02", None),
    ("2025년 9월 2일", "2025-09-02", None),
    ("२ सितंबर २०२५", "2025-09-02", None),
    ("24 نيسان / أبريل 2020", "2020-04-24", None),
    ("20 septembrie 2020 16:20", "2020-09-20T16:20", None),
    ("2. září 2025", "2025-09-02", None),
    ("2 Σεπτεμβρίου 2025", "2025-09-02", None),
    ("2. syyskuuta 2025", "2025-09-02", None),
];

#[test]
fn printed_dates_are_read_with_their_precision() {
    for &(text, expected, offset) in READ {
        let found = find_date(text, Some(DateOrder::Dmy)).unwrap_or_else(|| panic!("no date in {text}"));
        assert_eq!(found.published.to_string(), expected, "{text}");
        assert_eq!(found.published.utc_offset_minutes, offset, "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    let rows = [
        "31 February 2025",
        "February 30, 2025",
        "2 September 3000",
        "2025-13-01",
        "2025-02-31T10:00",
        "32/13/2025",
        "2 September",
        "September 2025",
        "in 2025",
        "25:61",
        "10.0.0.2025",
        "192.168.10.20",
        "Windows 10 2 2025",
        "9/11",
        "May 5 percent",
        "99999999",
        "",
    ];
    for text in rows {
        assert_eq!(find_date(text, Some(DateOrder::Dmy)).map(|date| date.published), None, "{text}");
    }
}

#[test]
fn figures_follow_the_order_or_are_none() {
    use DateOrder::{Dmy, Mdy, Ymd};
    let rows = [
        ("03/04/2025", Some(Dmy), Some("2025-04-03")),
        ("03/04/2025", Some(Mdy), Some("2025-03-04")),
        ("03/04/2025", None, None),
        ("13/04/2025", Some(Mdy), Some("2025-04-13")),
        ("04/13/2025", Some(Dmy), Some("2025-04-13")),
        ("04/04/2025", None, Some("2025-04-04")),
        ("3.4.2025", None, Some("2025-04-03")),
        ("25/04/03", Some(Ymd), Some("2025-04-03")),
        ("2025/04/03", Some(Mdy), Some("2025-04-03")),
    ];
    for (text, order, expected) in rows {
        let found = find_date(text, order).map(|date| date.published.to_string());
        assert_eq!(found.as_deref(), expected, "{text} {order:?}");
    }
}

#[test]
fn a_date_line_holds_nothing_else() {
    use DateLine::{Published, Updated};
    let rows = [
        ("September 2, 2025 - 20:48", Some(Published)),
        ("Published: 15 November 2024, 05:40", Some(Published)),
        ("Published 26/11/2025", Some(Published)),
        ("Posted April 15, 2025 at 3:12 p.m.", Some(Published)),
        ("Updated 9:14 p.m., Nov. 27, 2024", Some(Updated)),
        ("Last updated on 2 September 2025", Some(Updated)),
        ("Thursday 15 May 2025", Some(Published)),
        ("(2 September 2025)", Some(Published)),
        ("Veröffentlicht am 2. September 2025 um 20:48 Uhr", Some(Published)),
        ("04/13/2025", Some(Published)),
        ("The treaty of 2 September 2025 holds", None),
        ("PARIS, March 3, 2025", None),
        ("By Jane Roe, 2 September 2025", None),
        ("Why 2 September 2025?", None),
        ("It was 20:48", None),
        ("September", None),
    ];
    for (line, expected) in rows {
        assert_eq!(date_line(line), expected, "{line}");
    }
}

#[test]
fn a_line_beside_a_headline_may_hold_other_words() {
    use DateLine::{Published, Updated};
    let rows = [
        ("By Jane Roe | March 9, 2025", Some(("2025-03-09", Published))),
        ("Dec 18, 2024 5 min read", Some(("2024-12-18", Published))),
        ("Posted by Una Moor on 2 May 2025.", Some(("2025-05-02", Published))),
        ("Last updated on 2 May 2025, by Una Moor", Some(("2025-05-02", Updated))),
        ("Article mis à jour le 7 janvier 2020.", Some(("2020-01-07", Updated))),
        ("Published 2 May 2025, updated 3 May 2025", Some(("2025-05-02", Published))),
        ("The treaty of 2 September 2025 was to hold for another ten years.", None),
        ("Ferry sails", None),
        ("2025", None),
    ];
    for (line, expected) in rows {
        let found = dated_line(line, None).map(|(published, told)| (published.to_string(), told));
        assert_eq!(found, expected.map(|(day, told)| (day.to_owned(), told)), "{line}");
    }
}

#[test]
fn metadata_also_count_seconds() {
    let rows = [
        ("1756838880", Some(("2025-09-02T18:48:00", Some(0)))),
        ("1756838880123", Some(("2025-09-02T18:48:00", Some(0)))),
        ("2025-09-02T20:48:00+03:30", Some(("2025-09-02T20:48:00", Some(210)))),
        ("17568388", None),
        ("soon", None),
    ];
    for (text, expected) in rows {
        let found = metadata_date(text, None).map(|found| (found.to_string(), found.utc_offset_minutes));
        let expected = expected.map(|(text, offset)| (text.to_owned(), offset));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_day_without_year_takes_the_nearest() {
    let rows = [
        ("March 3", "2025-03-05", Some("2025-03-03")),
        ("Dec. 31", "2025-01-02", Some("2024-12-31")),
        ("Jan 1", "2024-12-31", Some("2025-01-01")),
        ("2 Sept", "2025-09-02", Some("2025-09-02")),
        ("Jan. 30, 2020", "2025-01-30", Some("2020-01-30")),
        ("Feb 29", "2023-03-01", Some("2024-02-29")),
        ("Feb 30", "2025-03-01", None),
        ("Tuesday", "2025-03-01", None),
    ];
    for (text, known, expected) in rows {
        let found = find_day(text).and_then(|day| day.nearest(known.parse().unwrap()));
        assert_eq!(found.map(|day| day.to_string()).as_deref(), expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}", figures in "[0-9/:.T+ -]{0,40}") {
        for text in [&text, &figures] {
            if let Some(date) = find_date(text, Some(DateOrder::Mdy)) {
                proptest::prop_assert!(!date.span.of(text).is_empty());
            }
            if let Some(day) = find_day(text) {
                proptest::prop_assert!(!day.span.of(text).is_empty());
            }
            date_line(text);
            metadata_date(text, None);
            path_date(text);
        }
    }

    #[test]
    fn what_is_printed_is_read_back(days in 0..200_000_i64, minutes in 0..1440_u32) {
        let day = NaiveDate::from_ymd_opt(1601, 1, 1).unwrap() + chrono::Duration::days(days);
        let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap();
        for form in ["%Y-%m-%dT%H:%M", "%B %-d, %Y - %H:%M", "%H:%M %a %-d %b %Y", "%d/%m/%Y %H:%M"] {
            let text = day.and_time(time).format(form).to_string();
            let found = find_date(&text, Some(DateOrder::Dmy)).map(|date| date.published.to_string());
            proptest::prop_assert_eq!(found, Some(format!("{}T{}", day, time.format("%H:%M"))), "{}", text);
        }
    }
}
