//! Hits over time: one or several queries, counted by day, week, month, quarter or year of publication.
//!
//! In: requests. 1. count the hits of each by day 2. split them by speaker, outlet or place where that is asked for,
//! names of one speaker joined 3. put days into stretches of the calendar

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::query::Query;
use crate::search::{self, Archive, Request, SearchError};

/// A stretch of the calendar that one bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    /// Monday to Sunday, as ISO 8601 counts them.
    Week,
    Month,
    Quarter,
    Year,
}

/// Most bars of a chart whose unit nobody chose: they fit on one screen.
const MOST_BARS: usize = 40;

impl Unit {
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// Returns the name by which people choose it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Returns the finest unit that needs few bars for the days from `first` to `last`.
    pub fn fitting(first: NaiveDate, last: NaiveDate) -> Self {
        let fits = |unit: &Self| unit.starts(first, last).take(MOST_BARS + 1).count() <= MOST_BARS;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Year)
    }

    /// Returns the first day of the stretch that holds `day`.
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        let first_of_month = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => {
                let since_monday = day.weekday().num_days_from_monday();
                day.checked_sub_days(Days::new(since_monday.into())).unwrap_or(day)
            }
            Self::Month => first_of_month(day.month()),
            Self::Quarter => first_of_month(day.month0() / 3 * 3 + 1),
            Self::Year => first_of_month(1),
        }
    }

    /// Returns the first day of the stretch after the one that starts on `start`; none at the end of the calendar.
    pub fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => start.succ_opt(),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Quarter => start.checked_add_months(Months::new(3)),
            Self::Year => start.checked_add_months(Months::new(12)),
        }
    }

    /// Returns the last day of the stretch that starts on `start`.
    pub fn last_day(self, start: NaiveDate) -> NaiveDate {
        self.next(start).and_then(|next| next.pred_opt()).unwrap_or(start)
    }

    /// Returns the starts of all stretches from the one of `first` to the one of `last`.
    pub fn starts(self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        std::iter::successors(Some(self.start_of(first)), move |start| self.next(*start))
            .take_while(move |start| *start <= last)
    }

    /// Returns what a stretch is called: `2025-09-02`, `2025-W36`, `2025-09`, `2025-Q3`, `2025`.
    pub fn label(self, start: NaiveDate) -> String {
        match self {
            Self::Day => start.to_string(),
            Self::Week => start.format("%G-W%V").to_string(),
            Self::Month => start.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", start.year(), start.month0() / 3 + 1),
            Self::Year => start.year().to_string(),
        }
    }
}

/// Counts of hits over the same stretches of the calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    pub unit: Unit,
    /// First day of each stretch, without gaps.
    pub starts: Vec<NaiveDate>,
    pub series: Vec<Series>,
    /// How many documents of the kind the archive has in each stretch; only where shares were asked for.
    pub archive: Option<Vec<u64>>,
}

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The query, or the value by which it was split.
    pub name: String,
    /// One count per stretch.
    pub counts: Vec<u64>,
    /// Hits without a date; they stand in no stretch.
    pub undated: u64,
}

/// Days with their counts, before they are put into stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayCounts {
    pub by_day: std::collections::BTreeMap<NaiveDate, u64>,
    pub undated: u64,
}

/// A field by whose values a timeline is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    Speaker,
    Outlet,
    Location,
}

impl Split {
    pub const ALL: [Self; 3] = [Self::Speaker, Self::Outlet, Self::Location];

    /// Returns the name of the field in `FIELDS`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Outlet => "outlet",
            Self::Location => "location",
        }
    }

    /// Returns whether statements have the field, or articles.
    pub fn is_of_statements(self) -> bool {
        self == Self::Speaker
    }
}

/// How hits are counted over time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// None: the finest that fits on a screen.
    pub unit: Option<Unit>,
    pub split: Option<Split>,
    /// How many values of `split` are shown, those with most hits.
    pub most_values: usize,
    /// Whether the counts of all documents of the kind stand beside.
    pub shares: bool,
}

/// Counts the hits of each request over time; requests are for one kind of document. What decides about pages and
/// order of hits is left aside.
///
/// # Errors
/// As `search::search`.
pub fn timeline(archive: &Archive, requests: &[Request], options: &Options) -> Result<Timeline, SearchError> {
    let persons = match options.split {
        Some(Split::Speaker) => Some(archive.persons()?),
        _ => None,
    };
    let mut rows = Vec::new();
    for request in requests {
        let parsed = search::parse(archive, request)?;
        let split = options.split.map(|split| (split, options.most_values));
        let counted = archive.ask(&parsed.query, request.target)?.days(split, persons)?;
        let mut of_request: Vec<(String, DayCounts)> = counted.into_iter().collect();
        if options.split.is_some() {
            // The most frequent first; those of one count in the order of the alphabet.
            of_request.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.total()));
            if requests.len() > 1 {
                of_request.iter_mut().for_each(|(name, _)| *name = format!("{} – {name}", request.query));
            }
        } else {
            let counts = of_request.pop().map(|(_, counts)| counts).unwrap_or_default();
            of_request = vec![(request.query.clone(), counts)];
        }
        rows.append(&mut of_request);
    }
    let archive = match requests.first().filter(|_| options.shares) {
        Some(first) => archive
            .ask(&Query::Everything, first.target)?
            .days(None, None)?
            .into_values()
            .next()
            .or_else(|| Some(DayCounts::default())),
        None => None,
    };
    Ok(Timeline::new(options.unit, rows, archive.as_ref()))
}

impl DayCounts {
    fn total(&self) -> u64 {
        self.by_day.values().sum::<u64>() + self.undated
    }
}

impl Timeline {
    /// Puts days into stretches; without `unit` into those that fit on a screen.
    pub fn new(unit: Option<Unit>, series: Vec<(String, DayCounts)>, archive: Option<&DayCounts>) -> Self {
        let days = || series.iter().flat_map(|(_, counts)| counts.by_day.keys().copied());
        let (Some(first), Some(last)) = (days().min(), days().max()) else {
            let series = series.into_iter().map(|(name, DayCounts { undated, .. })| Series {
                name,
                counts: Vec::new(),
                undated,
            });
            let unit = unit.unwrap_or(Unit::Month);
            return Self { unit, starts: Vec::new(), series: series.collect(), archive: archive.map(|_| Vec::new()) };
        };
        let unit = unit.unwrap_or_else(|| Unit::fitting(first, last));
        let starts: Vec<NaiveDate> = unit.starts(first, last).collect();
        let counted = |counts: &DayCounts| {
            let mut in_stretches = vec![0; starts.len()];
            for (day, count) in &counts.by_day {
                if let Ok(at) = starts.binary_search(&unit.start_of(*day)) {
                    in_stretches[at] += count;
                }
            }
            in_stretches
        };
        let archive = archive.map(counted);
        let series = series
            .into_iter()
            .map(|(name, counts)| Series { name, counts: counted(&counts), undated: counts.undated })
            .collect();
        Self { unit, starts, series, archive }
    }

    /// Returns the share that a series has of the archive in a stretch, from 0 to 1; none where shares were not asked
    /// for or the archive has nothing there.
    pub fn share(&self, series: usize, stretch: usize) -> Option<f64> {
        let all = *self.archive.as_ref()?.get(stretch)?;
        let count = *self.series.get(series)?.counts.get(stretch)?;
        (all > 0).then(|| count as f64 / all as f64)
    }

    /// Returns how many hits there are, dated or not.
    pub fn total(&self) -> u64 {
        self.series.iter().map(|series| series.counts.iter().sum::<u64>() + series.undated).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn stretches_start_and_are_named() {
        let rows = [
            (Unit::Day, "2025-09-02", "2025-09-02", "2025-09-02"),
            (Unit::Week, "2025-09-02", "2025-09-01", "2025-W36"),
            (Unit::Week, "2025-12-31", "2025-12-29", "2026-W01"),
            (Unit::Month, "2025-09-30", "2025-09-01", "2025-09"),
            (Unit::Quarter, "2025-09-30", "2025-07-01", "2025-Q3"),
            (Unit::Year, "2025-09-30", "2025-01-01", "2025"),
        ];
        for (unit, of, start, label) in rows {
            assert_eq!(unit.start_of(day(of)), day(start), "{unit:?} {of}");
            assert_eq!(unit.label(day(start)), label);
        }
    }

    #[test]
    fn the_unit_fits_a_screen() {
        let rows = [
            ("2025-09-01", "2025-09-30", Unit::Day),
            ("2025-01-01", "2025-09-30", Unit::Week),
            ("2023-01-01", "2025-09-30", Unit::Month),
            ("2019-01-01", "2025-09-30", Unit::Quarter),
            ("1987-01-01", "2025-09-30", Unit::Year),
            ("0001-01-01", "2025-09-30", Unit::Year),
        ];
        for (first, last, expected) in rows {
            assert_eq!(Unit::fitting(day(first), day(last)), expected, "{first} {last}");
        }
    }

    #[test]
    fn gaps_are_bars_of_nothing_and_undated_hits_are_counted_apart() {
        let counts = |rows: &[(&str, u64)], undated| DayCounts {
            by_day: rows.iter().map(|(text, count)| (day(text), *count)).collect(),
            undated,
        };
        let archive = counts(&[("2025-01-31", 4), ("2025-02-01", 9), ("2025-04-01", 8)], 7);
        let hits = counts(&[("2025-01-01", 1), ("2025-01-31", 1), ("2025-03-31", 2)], 3);
        let timeline = Timeline::new(Some(Unit::Month), vec![("talks".into(), hits)], Some(&archive));
        assert_eq!(timeline.series[0].counts, [2, 0, 2]);
        assert_eq!(timeline.archive.as_deref(), Some(&[4, 9, 0][..]));
        assert_eq!((timeline.share(0, 0), timeline.share(0, 2)), (Some(0.5), None));
        assert_eq!(timeline.total(), 7);
        assert!(Timeline::new(None, vec![("none".into(), DayCounts::default())], None).starts.is_empty());
    }
}
