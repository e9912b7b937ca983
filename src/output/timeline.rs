//! A timeline: bars for reading, one row per stretch and series for programs.

use std::io::{self, Write};

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::paint::{FAINT, HEADLINE, MARK, neutralise};
use super::{Records, Screen};
use crate::timeline::Timeline;

/// Narrowest bar that still tells more from less.
const NARROWEST_BAR: usize = 10;

/// Eighths of a column, from one to seven.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// Writes a chart with a bar per stretch, series beneath each other on one scale.
pub(super) fn chart(out: &mut dyn Write, timeline: &Timeline, screen: &Screen) -> io::Result<()> {
    let height = |series: usize, stretch: usize| match timeline.archive {
        Some(_) => timeline.share(series, stretch).unwrap_or_default(),
        None => timeline.series[series].counts[stretch] as f64,
    };
    let stretches = timeline.starts.len();
    let heights = (0..timeline.series.len()).flat_map(|series| (0..stretches).map(move |at| (series, at)));
    let highest = heights.map(|(series, at)| height(series, at)).fold(0.0, f64::max);
    for (number, series) in timeline.series.iter().enumerate() {
        let total: u64 = series.counts.iter().sum();
        let undated = if series.undated > 0 { format!(", {} undated", series.undated) } else { String::new() };
        let name = screen.paint(HEADLINE, &neutralise(&series.name));
        writeln!(out, "{name}{}", screen.paint(FAINT, &format!("  {total} by {}{undated}", timeline.unit.name())))?;
        for (at, start) in timeline.starts.iter().enumerate() {
            let label = timeline.unit.label(*start);
            let count = series.counts[at];
            let figure = match timeline.share(number, at) {
                Some(share) => format!("{count}  {:.1} %", share * 100.0),
                None => count.to_string(),
            };
            let room = screen.width.saturating_sub(label.width() + figure.width() + 4).max(NARROWEST_BAR);
            let bar = bar(if highest > 0.0 { height(number, at) / highest } else { 0.0 }, room);
            let space = if bar.is_empty() { "" } else { " " };
            writeln!(out, "  {label} {}{space}{figure}", screen.paint(MARK, &bar))?;
        }
    }
    Ok(())
}

/// Returns a bar of `part` of `columns`; what is not nothing is seen.
fn bar(part: f64, columns: usize) -> String {
    if part <= 0.0 {
        return String::new();
    }
    let eighths = ((part * columns as f64 * 8.0).round() as usize).max(1);
    let mut bar = "█".repeat(eighths / 8);
    if let Some(rest) = (eighths % 8).checked_sub(1) {
        bar.push(EIGHTHS[rest]);
    }
    bar
}

/// Returns a timeline as rows: every stretch of every series.
pub fn timeline_records(timeline: &Timeline) -> Records {
    let mut records = Records::new("timeline", &["series", "unit", "label", "from", "to", "count", "share"]);
    for (number, series) in timeline.series.iter().enumerate() {
        for (at, start) in timeline.starts.iter().enumerate() {
            records.rows.push(vec![
                json!(series.name),
                json!(timeline.unit.name()),
                json!(timeline.unit.label(*start)),
                json!(start),
                json!(timeline.unit.last_day(*start)),
                json!(series.counts[at]),
                json!(timeline.share(number, at)),
            ]);
        }
        // A row without a day, so that nothing that was found goes missing from a table.
        if series.undated > 0 {
            let mut row = vec![json!(series.name), json!(timeline.unit.name())];
            row.extend([json!(null), json!(null), json!(null), json!(series.undated), json!(null)]);
            records.rows.push(row);
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{DayCounts, Unit};

    fn timeline() -> Timeline {
        let counts = DayCounts {
            by_day: [("2025-01-05", 2), ("2025-03-01", 8)]
                .map(|(day, count)| (day.parse().unwrap(), count))
                .into_iter()
                .collect(),
            undated: 1,
        };
        Timeline::new(Some(Unit::Month), vec![("talks\x1b[31m".into(), counts)], None)
    }

    #[test]
    fn bars_fit_the_screen_and_names_are_harmless() {
        let mut out = Vec::new();
        chart(&mut out, &timeline(), &Screen { width: 40, ..Screen::PLAIN }).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "talks␛[31m  10 by month, 1 undated\n  2025-01 ███████ 2\n  2025-02 0\n  2025-03 ████████████████████████████ 8\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn bars_grow_by_eighths() {
        let rows = [(0.0, ""), (0.001, "▏"), (0.5, "████"), (0.55, "████▍"), (1.0, "████████")];
        for (part, expected) in rows {
            assert_eq!(bar(part, 8), expected, "{part}");
        }
    }

    #[test]
    fn rows_name_the_first_and_the_last_day() {
        let records = timeline_records(&timeline());
        assert_eq!(records.rows.len(), 4);
        let row = serde_json::to_string(&records.rows[1]).unwrap();
        assert_eq!(row, "[\"talks\\u001b[31m\",\"month\",\"2025-02\",\"2025-02-01\",\"2025-02-28\",0,null]");
    }
}
