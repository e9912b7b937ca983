//! Speakers, inputs and collections as rows with named columns: the same on the command line and over HTTP.

use serde_json::{Value, json};

use super::Records;
use crate::index::inventory::{FileRow, Status};
use crate::search::{SignificantTerm, Speakers};
use crate::speaker::Person;

/// Columns of a list of speakers.
pub const SPEAKER_COLUMNS: &[&str] = &["speaker", "kind", "statements", "first_day", "last_day", "role", "other_names"];

/// Columns of all that is known of speakers.
pub const SPEAKER_DETAIL_COLUMNS: &[&str] = &["speaker", "what", "value", "statements", "first_day", "last_day"];

/// Columns of a list of inputs.
pub const FILE_COLUMNS: &[&str] = &[
    "collection",
    "path",
    "bytes",
    "modified",
    "format",
    "articles",
    "statements",
    "state",
    "rejected",
    "rejections",
    "notes",
];

/// Columns of a list of collections.
pub const STATUS_COLUMNS: &[&str] = &[
    "collection",
    "root",
    "inputs",
    "rejected",
    "outdated",
    "unfinished",
    "articles",
    "undated",
    "statements",
    "first_day",
    "last_day",
    "queries",
];

/// Returns speakers as rows: a line for each, or where some were named, every name, role, organisation, office and
/// topic of those.
pub fn speakers(found: &Speakers, limit: usize) -> Records {
    let shown = found.persons.iter().take(limit);
    let mut records = if found.are_named {
        let topics = found.topics.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        let rows = shown.zip(topics).flat_map(|(person, topics)| details(person, topics));
        Records { rows: rows.collect(), ..Records::new("details", SPEAKER_DETAIL_COLUMNS) }
    } else {
        Records { rows: shown.map(overview).collect(), ..Records::new("speakers", SPEAKER_COLUMNS) }
    };
    records.facts = vec![("total", json!(found.persons.len()))];
    records
}

/// A speaker on one line, with the role and the names used most.
fn overview(person: &Person) -> Vec<Value> {
    let other_names = person.names.iter().map(|used| &used.name).filter(|name| **name != person.name);
    vec![
        json!(person.name),
        json!(person.kind),
        json!(person.count),
        json!(person.first_day()),
        json!(person.last_day()),
        json!(person.roles.first().map(|used| &used.role)),
        json!(other_names.collect::<Vec<_>>()),
    ]
}

/// All that is known of a speaker, one fact a line.
fn details(person: &Person, topics: &[SignificantTerm]) -> Vec<Vec<Value>> {
    let row = |what: &str, value: &str, count, first, last| {
        vec![json!(person.name), json!(what), json!(value), count, json!(first), json!(last)]
    };
    let names = person.names.iter().map(|used| row("name", &used.name, json!(used.count), used.first, used.last));
    let roles = person.roles.iter().map(|used| row("role", &used.role, json!(used.count), used.first, used.last));
    let organisations = person
        .organisations
        .iter()
        .map(|used| row("organisation", &used.name, json!(used.count), used.first, used.last));
    let offices = person.offices.iter().map(|held| row("office", &held.role, Value::Null, held.from, held.to));
    let ids = person.id.iter().map(|id| row("id", id, Value::Null, None, None));
    let topics = topics.iter().map(|term| row("topic", &term.word, json!(term.hits), None, None));
    names.chain(roles).chain(organisations).chain(offices).chain(ids).chain(topics).collect()
}

/// Returns inputs as rows.
pub fn files(files: &[FileRow]) -> Records {
    Records { rows: files.iter().map(file).collect(), ..Records::new("files", FILE_COLUMNS) }
}

fn file(file: &FileRow) -> Vec<Value> {
    let state = match file {
        FileRow { unfinished: true, .. } => Some("unfinished"),
        FileRow { outdated: true, .. } => Some("outdated"),
        _ => None,
    };
    let format = (!file.format.is_empty()).then_some(&file.format);
    vec![
        json!(file.collection),
        json!(file.path),
        json!(file.bytes),
        json!(file.modified),
        json!(format),
        json!(file.articles),
        json!(file.statements),
        json!(state),
        json!(file.rejected),
        json!(rejections(file)),
        json!(file.notes.iter().map(ToString::to_string).collect::<Vec<_>>()),
    ]
}

/// Returns why each of what was rejected of an input was, and where in it that stands: path within an archive, line, key.
pub fn rejections(file: &FileRow) -> Vec<String> {
    let told = file.rejections.iter().map(|rejected| {
        let inside = rejected.path.strip_prefix(&file.path).and_then(|rest| rest.strip_prefix('!'));
        let line = rejected.place.line.map(|line| format!("line {line}"));
        let place: Vec<String> =
            inside.map(str::to_owned).into_iter().chain(line).chain(rejected.place.key.clone()).collect();
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        format!("{}{place}", rejected.reason)
    });
    told.collect()
}

/// Returns the collections of an index as rows, and its own numbers beside them.
pub fn status(status: &Status) -> Records {
    let mut records = Records::new("collections", STATUS_COLUMNS);
    for collection in &status.collections {
        records.rows.push(vec![
            json!(collection.name),
            json!(collection.root),
            json!(collection.inputs),
            json!(collection.rejected),
            json!(collection.outdated),
            json!(collection.unfinished),
            json!(collection.articles),
            json!(collection.undated),
            json!(collection.statements),
            json!(collection.first_day),
            json!(collection.last_day),
            json!(collection.queries.keys().collect::<Vec<_>>()),
        ]);
    }
    records.facts = vec![
        ("index", json!(status.place)),
        ("bytes", json!(status.bytes)),
        ("last_ingest", json!(status.last_ingest)),
        ("dateline", json!(status.dateline)),
        ("fields", json!(status.schema)),
    ];
    records
}
