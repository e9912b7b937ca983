//! Comma-separated values as RFC 4180 has them: a header, quotes where needed, one record per hit.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::views::{DatelineView, spoken_words, statement_id};
use super::{Answer, Records, Screen};
use crate::search::{Hit, Target};
use crate::statement::Statement;

/// Columns that articles and statements share.
const ARTICLE_COLUMNS: [&str; 14] = [
    "rank",
    "score",
    "id",
    "path",
    "line",
    "headline",
    "published",
    "places",
    "countries",
    "byline",
    "outlet",
    "language",
    "url",
    "hash",
];
const STATEMENT_COLUMNS: [&str; 13] = [
    "statement",
    "kind",
    "text",
    "speaker",
    "speaker_kind",
    "role",
    "organisation",
    "mention",
    "cue",
    "said_on",
    "medium",
    "relayed_by",
    "confidence",
];

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let own: &[&str] = match answer.target {
        Target::Statements => &STATEMENT_COLUMNS,
        Target::Articles => &["speakers", "snippets"],
    };
    let of_group: &[&str] = if answer.page.groups.is_some() { &["group", "group_total"] } else { &[] };
    let columns = of_group.iter().chain(&ARTICLE_COLUMNS).chain(own).chain(&["duplicates"]);
    writer.write_record(columns).map_err(of_output)?;
    let groups = answer.page.groups.iter().flat_map(|groups| &groups.groups);
    let mut group_cells = groups.flat_map(|group| {
        let cells = vec![group.value.clone().unwrap_or_default(), group.total.to_string()];
        std::iter::repeat_n(cells, group.shown)
    });
    for hit in answer.hits {
        let hit = hit?;
        let mut cells = group_cells.next().unwrap_or_default();
        cells.extend(article_cells(&hit));
        match &hit.statement {
            Some(statement) => cells.extend(statement_cells(&hit, statement)),
            None => {
                let snippets: Vec<&str> =
                    hit.snippets.iter().map(|snippet| snippet.span.of(&hit.article.article.body)).collect();
                cells.extend([hit.speakers.join(LIST_SEPARATOR), snippets.join(" … ")]);
            }
        }
        cells.push(hit.duplicates.to_string());
        writer.write_record(cells).map_err(of_output)?;
    }
    writer.flush()
}

fn article_cells(hit: &Hit) -> Vec<String> {
    let article = &hit.article.article;
    let dateline = article.dateline.as_ref().map(DatelineView::new);
    let (places, countries) = dateline.map_or_else(Default::default, |dateline| dateline.joined(LIST_SEPARATOR));
    vec![
        hit.rank.to_string(),
        hit.score.to_string(),
        article.id.to_string(),
        article.path.clone(),
        article.line.to_string(),
        article.headline.clone().unwrap_or_default(),
        article.published.map(|published| published.to_string()).unwrap_or_default(),
        places,
        countries,
        article.byline.join(LIST_SEPARATOR),
        article.outlet.clone().unwrap_or_default(),
        article.language.clone().unwrap_or_default(),
        article.url.clone().unwrap_or_default(),
        format!("{:016x}", hit.article.hash),
    ]
}

fn statement_cells(hit: &Hit, statement: &Statement) -> [String; STATEMENT_COLUMNS.len()] {
    let article = &hit.article.article;
    let text = statement.field.of(article);
    let speaker = statement.speaker.as_ref();
    let of_speaker =
        |value: fn(&crate::statement::Speaker) -> Option<&String>| speaker.and_then(value).cloned().unwrap_or_default();
    let name_of = |value: Value| value.as_str().unwrap_or_default().to_owned();
    [
        statement_id(article.id, statement.id),
        name_of(json!(statement.kind)),
        spoken_words(text, &statement.spans),
        of_speaker(|speaker| speaker.name.as_ref()),
        speaker.map(|speaker| name_of(json!(speaker.kind))).unwrap_or_default(),
        of_speaker(|speaker| speaker.role.as_ref()),
        of_speaker(|speaker| speaker.organisation.as_ref()),
        speaker.map(|speaker| speaker.mention.of(text).to_owned()).unwrap_or_default(),
        statement.cue.map(|cue| cue.of(text).to_owned()).unwrap_or_default(),
        statement.said_on.map(|day| day.to_string()).unwrap_or_default(),
        statement.medium.clone().unwrap_or_default(),
        statement.relayed_by.clone().unwrap_or_default(),
        format!("{:.3}", statement.confidence),
    ]
}

/// Between the values of one cell that holds several, such as two places.
const LIST_SEPARATOR: &str = "; ";

pub(super) fn records(out: &mut dyn Write, records: &Records, _screen: &Screen) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(records.columns).map_err(of_output)?;
    for row in &records.rows {
        writer.write_record(row.iter().map(cell)).map_err(of_output)?;
    }
    writer.flush()
}

/// Returns what failed below: a pipe that the reader closed is to be told as such.
fn of_output(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Returns the text of a value: nothing for `null`, and lists joined.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(LIST_SEPARATOR),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A pipe whose reader has left.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_told_as_such() {
        for count in [1, 10_000] {
            let mut many = Records::new("words", &["word"]);
            many.rows = vec![vec![json!("harbour")]; count];
            let error = records(&mut Closed, &many, &Screen::PLAIN).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{count} rows");
        }
    }
}
