//! Tables, CSV and TSV: an article a row, its parts in columns of the usual names or of those that the settings give. Where
//! the settings give numbers, the table has no line of names.

use std::io::{self, Read};

use serde_json::{Map, Value};

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, Reader, json};

pub(crate) const FORMAT: Format = Format {
    name: "table",
    title: "tables (CSV, TSV)",
    extensions: &["csv", "tsv", "tab"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    head.has_extension(FORMAT.extensions)
}

/// Separators, of which the first line has the most of the one that is used.
const SEPARATORS: [u8; 4] = [b'\t', b',', b';', b'|'];

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    text.fill(super::read::HEAD_BYTES)?;
    let first_line = text.ahead().lines().next().unwrap_or_default();
    let count = |separator: u8| memchr::memchr_iter(separator, first_line.as_bytes()).count();
    let separator = SEPARATORS.into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',');
    let limit_bytes = text.limit_bytes();
    let bytes = Bounded { text, since_record: 0, limit_bytes };
    let is_number = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let has_names = !members.options.names.values().any(is_number);
    let mut rows =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(has_names).from_reader(bytes);
    let first = rows.headers().map_err(|error| malformed(&error))?;
    let names: Vec<String> = if has_names {
        first.iter().map(|name| name.trim().to_owned()).collect()
    } else {
        (1..=first.len()).map(|number| number.to_string()).collect()
    };
    let mut row = csv::StringRecord::new();
    loop {
        rows.get_mut().since_record = 0;
        let reached = rows.position().line();
        let read = rows.read_record(&mut row);
        // The first row is read ahead, so that the table is past it.
        let line = row.position().filter(|_| read.is_ok()).map_or(reached, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        match read {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => match error.kind() {
                csv::ErrorKind::Io(error) => return Err(Reason::from_io(error)),
                _ => {
                    members.refuse(line, None, malformed(&error))?;
                    continue;
                }
            },
        }
        let object: Map<String, Value> = names
            .iter()
            .zip(row.iter())
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| (name.clone(), Value::String(value.to_owned())))
            .collect();
        if !object.is_empty() {
            json::give(&object, line, members)?;
        }
    }
}

fn malformed(error: &csv::Error) -> Reason {
    Reason::Malformed { format: "CSV".into(), problem: error.to_string() }
}

/// Hands on text as bytes, and fails where one row does not end.
struct Bounded<'a, 'r> {
    text: &'a mut TextStream<'r>,
    since_record: u64,
    limit_bytes: u64,
}

impl Read for Bounded<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.text.fill(1)?;
        let ahead = self.text.ahead();
        let mut count = ahead.len().min(buffer.len());
        while !ahead.is_char_boundary(count) {
            count -= 1;
        }
        buffer[..count].copy_from_slice(&ahead.as_bytes()[..count]);
        self.text.consume(count);
        self.since_record += count as u64;
        if self.since_record > self.limit_bytes {
            return Err(Reason::TooLong { what: "the row".into(), limit_bytes: self.limit_bytes }.into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ops::ControlFlow;

    use super::super::{RawArticle, ReadOptions, Rejected, read_from};

    /// Name of a part and of its column.
    type Named<'n> = (&'n str, &'n str);

    #[test]
    fn columns_are_known_by_name_or_by_number() {
        let rows: [(&str, &[Named<'_>], &[&str]); 4] = [
            ("title\tbody\nRain\tIt rained.\n", &[], &["Rain: It rained."]),
            ("Kop\tTekst\nRain\tIt rained.\n", &[("headline", "kop"), ("body", "tekst")], &["Rain: It rained."]),
            // Without a line of names.
            (
                "g1\tRain\tIt rained.\ng2\tSnow\tIt snowed.\n",
                &[("headline", "2"), ("body", "3")],
                &["Rain: It rained.", "Snow: It snowed."],
            ),
            ("g1\tRain\n", &[("body", "3")], &["a.tsv:1: holds no article: an object without headline or body"]),
        ];
        for (table, names, expected) in rows {
            let names: BTreeMap<String, String> =
                names.iter().map(|&(ours, theirs)| (ours.to_owned(), theirs.to_owned())).collect();
            let options = ReadOptions { names, ..ReadOptions::default() };
            let mut found = Vec::new();
            let mut accept = |member: Result<RawArticle, Rejected>| {
                found.push(match member {
                    Ok(article) => format!("{}: {}", article.headline.unwrap_or_default(), article.body),
                    Err(rejected) => rejected.to_string(),
                });
                ControlFlow::Continue(())
            };
            read_from(table.as_bytes(), "a.tsv", &options, &mut accept).unwrap();
            assert_eq!(found, expected, "{table}");
        }
    }
}
