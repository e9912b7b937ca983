//! Bars over the calendar, each a link to what it counts.

use crate::timeline::Timeline;
use crate::web::wording;

/// Width and height of the drawing in its own units; the page stretches it.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;
/// Part of a stretch that its bars fill.
const FILLED: f64 = 0.82;
/// Lowest bar: what is not nothing is seen.
const LEAST: f64 = 2.0;

/// A timeline as it is drawn.
pub struct Chart {
    pub title: String,
    /// What the bars of each series stand for; empty where there is only one.
    pub keys: Vec<String>,
    pub most: String,
    pub first: String,
    pub last: String,
    pub width: f64,
    pub height: f64,
    pub bars: Vec<Bar>,
}

/// One count of one stretch.
pub struct Bar {
    pub address: Option<String>,
    pub label: String,
    /// Number of the series; 0 where there is only one.
    pub colour: usize,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    /// The column that can be clicked, as high as the chart.
    pub reach_x: String,
    pub reach_width: String,
}

impl Chart {
    /// Draws a timeline; none where it has no dated hit. `address_of` leads to what a series has from one day to
    /// another.
    pub fn new(
        title: impl Into<String>,
        timeline: &Timeline,
        noun: &str,
        address_of: impl Fn(usize, &str) -> String,
    ) -> Option<Self> {
        let (first, last) = (*timeline.starts.first()?, *timeline.starts.last()?);
        let counts = || timeline.series.iter().flat_map(|series| series.counts.iter().copied());
        let most = counts().max().filter(|most| *most > 0)?;
        let unit = timeline.unit;
        let is_alone = timeline.series.len() == 1;
        let column = WIDTH / timeline.starts.len() as f64;
        let gap = column * (1.0 - FILLED);
        let bar_width = (column - gap) / timeline.series.len() as f64;
        let mut bars = Vec::new();
        for (at, start) in timeline.starts.iter().enumerate() {
            let days = format!("{start}..{}", unit.last_day(*start));
            for (number, series) in timeline.series.iter().enumerate() {
                let count = series.counts[at];
                let height = (count as f64 / most as f64 * HEIGHT).max(if count > 0 { LEAST } else { 0.0 });
                let left = column * at as f64 + gap / 2.0 + bar_width * number as f64;
                let of = if is_alone { String::new() } else { format!("{}, ", series.name) };
                bars.push(Bar {
                    address: (count > 0).then(|| address_of(number, &days)),
                    label: format!("{of}{}: {}", wording::stretch(unit, *start), wording::count(count, noun)),
                    colour: if is_alone { 0 } else { number + 1 },
                    x: units(left),
                    y: units(HEIGHT - height),
                    width: units(bar_width),
                    height: units(height),
                    reach_x: units(if is_alone { left - gap / 2.0 } else { left }),
                    reach_width: units(if is_alone { column } else { bar_width }),
                });
            }
        }
        Some(Self {
            title: title.into(),
            keys: if is_alone {
                Vec::new()
            } else {
                timeline.series.iter().map(|series| series.name.clone()).collect()
            },
            most: wording::number(most),
            first: wording::stretch(unit, first),
            last: wording::stretch(unit, last),
            width: WIDTH,
            height: HEIGHT,
            bars,
        })
    }
}

fn units(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{DayCounts, Unit};

    #[test]
    fn what_is_there_is_seen_and_what_is_not_is_no_link() {
        let counts = DayCounts {
            by_day: [("2025-01-05", 1000), ("2025-03-05", 1)].map(|(day, n)| (day.parse().unwrap(), n)).into(),
            undated: 3,
        };
        let timeline = Timeline::new(Some(Unit::Month), vec![("talks".into(), counts)], None);
        let chart = Chart::new("Statements", &timeline, "statement", |_, days| format!("/?date={days}")).unwrap();
        let found: Vec<(Option<&str>, &str)> =
            chart.bars.iter().map(|bar| (bar.address.as_deref(), bar.height.as_str())).collect();
        let expected = [
            (Some("/?date=2025-01-01..2025-01-31"), "100.0"),
            (None, "0.0"),
            (Some("/?date=2025-03-01..2025-03-31"), "2.0"),
        ];
        assert_eq!(found, expected);
        assert_eq!(chart.bars[2].label, "March 2025: 1 statement");
        assert!(Chart::new("", &Timeline::new(None, Vec::new(), None), "hit", |_, _| String::new()).is_none());
    }
}
