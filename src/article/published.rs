//! When an article was published, by the first of the witnesses that knows.

use chrono::NaiveDateTime;

use super::date::{self, PathDate};
use super::{DateFrom, PrintedTime, Published};
use crate::config::Metadata;

/// What may tell when an article was published, in the order in which it is believed.
pub(super) struct Witnesses<'w> {
    /// As the input gave it.
    pub printed: Option<&'w str>,
    /// Whether `printed` came from metadata rather than from a line of the page.
    pub is_metadata: bool,
    /// The day in the dateline.
    pub dateline: Option<date::PrintedDay>,
    pub path: PathDate,
    pub file_time: Option<NaiveDateTime>,
}

/// Returns the date of publication and what told it; nobody who knows makes an undated article.
pub(super) fn find(witnesses: &Witnesses<'_>, settings: &Metadata) -> Option<(Published, DateFrom)> {
    let order = settings.date_order;
    let printed = witnesses.printed.and_then(|text| {
        if witnesses.is_metadata {
            Some((date::metadata_date(text, order)?, DateFrom::Metadata))
        } else {
            Some((date::find_date(text, order)?.published, DateFrom::DateLine))
        }
    });
    let (mut published, from) = printed
        .or_else(|| {
            // A dateline mostly leaves out the year; it is never made up.
            let day = witnesses.dateline?;
            let day = match witnesses.path.about() {
                Some(about) => day.nearest(about),
                None => day.date(),
            };
            Some((whole_day(day?), DateFrom::Dateline))
        })
        .or_else(|| Some((whole_day(witnesses.path.day?), DateFrom::Path)))
        .or_else(|| {
            let moment = witnesses.file_time?;
            let time = PrintedTime { time: moment.time(), has_seconds: true };
            Some((Published { day: moment.date(), time: Some(time), utc_offset_minutes: None }, DateFrom::FileTime))
        })?;
    // A time without zone is local to the outlet.
    if let (Some(printed), None, Some(zone)) = (published.time, published.utc_offset_minutes, settings.time_zone) {
        published.utc_offset_minutes = date::offset_minutes(zone, published.day, printed.time);
    }
    Some((published, from))
}

fn whole_day(day: chrono::NaiveDate) -> Published {
    Published { day, time: None, utc_offset_minutes: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_trusted_witness_dates_the_article() {
        use DateFrom::{DateLine, Dateline, FileTime, Metadata as InMetadata, Path};
        // Printed, whether metadata, dateline, path, file time; date and its witness.
        let rows = [
            (Some("2 Sep 2025"), false, "March 3", "2024/01/02/a.txt", true, Some(("2025-09-02", DateLine))),
            (Some("2 Sep 2025"), true, "", "a.txt", false, Some(("2025-09-02", InMetadata))),
            (Some("1756838880"), true, "", "a.txt", false, Some(("2025-09-02T18:48:00", InMetadata))),
            // A line of a page holds no seconds since 1970.
            (Some("1756838880"), false, "", "a.txt", false, None),
            (None, false, "March 3", "2025/03/a.txt", false, Some(("2025-03-03", Dateline))),
            (None, false, "Dec. 31", "2025/01/a.txt", false, Some(("2024-12-31", Dateline))),
            (None, false, "Dec. 31", "2025/a.txt", false, Some(("2025-12-31", Dateline))),
            (None, false, "Jan. 1", "2025/a.txt", false, Some(("2025-01-01", Dateline))),
            (None, false, "March 3", "wire-20250304.txt", false, Some(("2025-03-03", Dateline))),
            (None, false, "March 3, 2021", "a.txt", false, Some(("2021-03-03", Dateline))),
            // Nobody knows the year.
            (None, false, "March 3", "a.txt", false, None),
            (Some("31 February 2025"), false, "", "2025-03-01.txt", true, Some(("2025-03-01", Path))),
            (Some("soon"), true, "", "a.txt", true, Some(("2025-05-05T10:00:00", FileTime))),
            (None, false, "", "2025/03/a.txt", false, None),
        ];
        for (printed, is_metadata, dateline, path, with_file_time, expected) in rows {
            let file_time = "2025-05-05T10:00:00".parse().ok().filter(|_| with_file_time);
            let witnesses = Witnesses {
                printed,
                is_metadata,
                dateline: date::find_day(dateline),
                path: date::path_date(path),
                file_time,
            };
            let found = find(&witnesses, &Metadata::default());
            let found = found.map(|(published, from)| (published.to_string(), from));
            let expected = expected.map(|(day, from)| (day.to_owned(), from));
            assert_eq!(found, expected, "{printed:?} {dateline:?} {path}");
        }
    }

    #[test]
    fn a_time_without_zone_is_the_outlets() {
        let settings = Metadata { time_zone: Some(chrono_tz::Asia::Tehran), ..Metadata::default() };
        let rows = [
            ("2 September 2025 20:48", Some(210)),
            ("2 September 2025 20:48 GMT", Some(0)),
            ("2 September 2025", None),
        ];
        for (printed, expected) in rows {
            let path = PathDate::default();
            let witnesses =
                Witnesses { printed: Some(printed), is_metadata: false, dateline: None, path, file_time: None };
            let offset = find(&witnesses, &settings).and_then(|(published, _)| published.utc_offset_minutes);
            assert_eq!(offset, expected, "{printed}");
        }
    }
}
