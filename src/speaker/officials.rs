//! In: an officials file (TOML, CSV, or the result of a Wikidata query as CSV or JSON). Out: who held which office
//! when, and under which names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

/// Persons whose names and offices are known beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Officials {
    /// In the order of their first line.
    pub officials: Vec<Official>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Official {
    pub name: String,
    /// Other names, short ones too: whatever stands here is taken for this person.
    pub aliases: Vec<String>,
    pub offices: Vec<Office>,
    /// What the file calls the person, such as a Wikidata address.
    pub id: Option<String>,
}

/// A role and the days on which it was held; an open end is unknown or still running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub role: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Why an officials file cannot be used; lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum OfficialsError {
    #[error("{}: neither TOML, CSV nor JSON by its name: call it .toml, .csv or .json", path.display())]
    UnknownFormat { path: PathBuf },
    #[error("{}: not valid UTF-8 after byte {byte}: save it as UTF-8", path.display())]
    NotUtf8 { path: PathBuf, byte: usize },
    #[error("{}:{line}: {reason}", path.display())]
    Malformed { path: PathBuf, line: usize, reason: String },
    #[error("{}:{line}: `{value}` is no day: write 2021-08-25, 2021-08 or 2021", path.display())]
    BadDay { path: PathBuf, line: usize, value: String },
    #[error("{}:{line}: the office ends on {to}, before it begins on {from}", path.display())]
    EndsBeforeItBegins { path: PathBuf, line: usize, from: NaiveDate, to: NaiveDate },
    #[error("{}:{line}: a person without a name", path.display())]
    NoName { path: PathBuf, line: usize },
    #[error("{}:1: no column holds names: call one `name` or, as Wikidata does, `personLabel`", path.display())]
    NoNameColumn { path: PathBuf },
}

/// Columns by what they hold, folded; the first is ours, the others are what Wikidata queries usually call them.
const COLUMNS: &[(Column, &[&str])] = &[
    (Column::Id, &["id", "person", "item", "human", "official", "politician", "holder"]),
    (
        Column::Name,
        &["name", "personlabel", "itemlabel", "humanlabel", "officiallabel", "politicianlabel", "holderlabel"],
    ),
    (
        Column::Aliases,
        &["aliases", "alias", "altlabel", "altlabels", "personaltlabel", "itemaltlabel", "humanaltlabel", "aliaslabel"],
    ),
    (Column::Role, &["role", "rolelabel", "office", "officelabel", "position", "positionlabel"]),
    (Column::Place, &["country", "countrylabel", "jurisdiction", "jurisdictionlabel", "of", "oflabel"]),
    (Column::From, &["from", "start", "starttime", "startdate", "begin", "since"]),
    (Column::To, &["to", "end", "endtime", "enddate", "until"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Id,
    Name,
    Aliases,
    Role,
    Place,
    From,
    To,
}

/// One row of a table: what each column holds, and its line for errors.
struct Row {
    line: usize,
    cells: BTreeMap<Column, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficialsFile {
    #[serde(default)]
    official: Vec<toml::Spanned<OfficialTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficialTable {
    name: String,
    id: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    office: Vec<toml::Spanned<OfficeTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeTable {
    role: String,
    from: Option<TomlDay>,
    to: Option<TomlDay>,
}

/// A day as TOML writes dates, or a string or a year.
#[derive(Deserialize)]
#[serde(untagged)]
enum TomlDay {
    Date(toml::value::Datetime),
    Year(i64),
    Text(String),
}

impl std::fmt::Display for TomlDay {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date(date) => date.fmt(out),
            Self::Year(year) => year.fmt(out),
            Self::Text(text) => out.write_str(text),
        }
    }
}

impl Officials {
    /// Reads an officials file; the end of `path` says which format, its bytes are given.
    ///
    /// # Errors
    /// Where the file is malformed: with the line, and what to write instead.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, OfficialsError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| OfficialsError::NotUtf8 { path: path.into(), byte: error.valid_up_to() })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        match extension.as_str() {
            "toml" => from_toml(path, text),
            "csv" | "tsv" => from_rows(path, csv_rows(path, text, if extension == "csv" { b',' } else { b'\t' })?),
            "json" => from_rows(path, json_rows(path, text)?),
            _ => Err(OfficialsError::UnknownFormat { path: path.into() }),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.officials.is_empty()
    }
}

impl Office {
    /// Returns whether the office was held on a day, as far as the file tells.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes()[..byte.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn from_toml(path: &Path, text: &str) -> Result<Officials, OfficialsError> {
    let file: OfficialsFile = toml::from_str(text).map_err(|error| OfficialsError::Malformed {
        path: path.into(),
        line: error.span().map_or(1, |span| line_at(text, span.start)),
        reason: error.message().to_owned(),
    })?;
    let mut officials = Vec::with_capacity(file.official.len());
    for table in file.official {
        let line = line_at(text, table.span().start);
        let table = table.into_inner();
        if table.name.trim().is_empty() {
            return Err(OfficialsError::NoName { path: path.into(), line });
        }
        let mut offices = Vec::with_capacity(table.office.len());
        for office in table.office {
            let line = line_at(text, office.span().start);
            let office = office.into_inner();
            let from = day_at(path, line, office.from.map(|d| d.to_string()).as_deref(), End::First)?;
            let to = day_at(path, line, office.to.map(|d| d.to_string()).as_deref(), End::Last)?;
            offices.push(checked_office(path, line, office.role, from, to)?);
        }
        officials.push(Official { name: table.name, aliases: table.aliases, offices, id: table.id });
    }
    Ok(Officials { officials })
}

fn checked_office(
    path: &Path,
    line: usize,
    role: String,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Office, OfficialsError> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(OfficialsError::EndsBeforeItBegins { path: path.into(), line, from, to })
        }
        _ => Ok(Office { role, from, to }),
    }
}

fn column_of(header: &str) -> Option<Column> {
    let folded: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    COLUMNS.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(column, _)| *column)
}

fn csv_rows(path: &Path, text: &str, delimiter: u8) -> Result<Vec<Row>, OfficialsError> {
    let malformed = |error: csv::Error| OfficialsError::Malformed {
        path: path.into(),
        line: error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX)),
        reason: "the row has more or fewer cells than the first".to_owned(),
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(malformed)?.clone();
    let columns = preferred(headers.iter());
    if !columns.iter().flatten().any(|column| *column == Column::Name) {
        return Err(OfficialsError::NoNameColumn { path: path.into() });
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        let cells = columns
            .iter()
            .zip(record.iter())
            .filter_map(|(column, cell)| Some(((*column)?, cell.trim().to_owned())))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        rows.push(Row { line, cells });
    }
    Ok(rows)
}

/// Names the columns; of two that hold the same, such as `position` and `positionLabel`, the label is read.
fn preferred<'h>(headers: impl Iterator<Item = &'h str>) -> Vec<Option<Column>> {
    let headers: Vec<&str> = headers.collect();
    let is_label = |header: &str| header.to_ascii_lowercase().ends_with("label");
    headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let column = column_of(header)?;
            let rank = |i: usize| (is_label(headers[i]), std::cmp::Reverse(i));
            let beaten = (0..headers.len())
                .any(|i| i != index && column_of(headers[i]) == Some(column) && rank(i) > rank(index));
            (!beaten).then_some(column)
        })
        .collect()
}

/// Reads what a SPARQL endpoint returns (`results.bindings`) or the plain list that the query page saves.
fn json_rows(path: &Path, text: &str) -> Result<Vec<Row>, OfficialsError> {
    let malformed = |line: usize, reason: String| OfficialsError::Malformed { path: path.into(), line, reason };
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| malformed(error.line(), "not valid JSON".to_owned() + &at(&error)))?;
    let list = value
        .pointer("/results/bindings")
        .or(Some(&value))
        .and_then(serde_json::Value::as_array)
        .ok_or_else(|| malformed(1, "neither a list nor the result of a query (`results.bindings`)".to_owned()))?;
    let mut rows = Vec::with_capacity(list.len());
    for (index, binding) in list.iter().enumerate() {
        let object = binding.as_object().ok_or_else(|| malformed(1, format!("item {} is no object", index + 1)))?;
        let headers: Vec<&str> = object.keys().map(String::as_str).collect();
        let cells = preferred(headers.iter().copied())
            .iter()
            .zip(object.values())
            .filter_map(|(column, value)| Some(((*column)?, cell_of(value)?)))
            .collect();
        rows.push(Row { line: index + 1, cells });
    }
    if !rows.is_empty() && rows.iter().all(|row| !row.cells.contains_key(&Column::Name)) {
        return Err(OfficialsError::NoNameColumn { path: path.into() });
    }
    Ok(rows)
}

fn at(error: &serde_json::Error) -> String {
    format!(" at column {}", error.column())
}

fn cell_of(value: &serde_json::Value) -> Option<String> {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(object) => object.get("value")?.as_str()?.to_owned(),
        serde_json::Value::Array(items) => items.iter().filter_map(cell_of).collect::<Vec<_>>().join("|"),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Joins rows of one person: by id where there is one, else by name.
fn from_rows(path: &Path, rows: Vec<Row>) -> Result<Officials, OfficialsError> {
    let mut officials: Vec<Official> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for mut row in rows {
        let line = row.line;
        let Some(name) = row.cells.remove(&Column::Name) else {
            return Err(OfficialsError::NoName { path: path.into(), line });
        };
        let id = row.cells.remove(&Column::Id);
        let key = id.clone().unwrap_or_else(|| name.clone());
        let place = *places.entry(key).or_insert_with(|| {
            officials.push(Official { name: name.clone(), aliases: Vec::new(), offices: Vec::new(), id });
            officials.len() - 1
        });
        let official = &mut officials[place];
        let aliases = row.cells.remove(&Column::Aliases).unwrap_or_default();
        let separator = if aliases.contains('|') {
            '|'
        } else if aliases.contains(';') {
            ';'
        } else {
            ','
        };
        for alias in aliases.split(separator).map(str::trim).chain([name.as_str()]) {
            if !alias.is_empty() && alias != official.name && !official.aliases.iter().any(|known| known == alias) {
                official.aliases.push(alias.to_owned());
            }
        }
        let from = day_at(path, line, row.cells.get(&Column::From).map(String::as_str), End::First)?;
        let to = day_at(path, line, row.cells.get(&Column::To).map(String::as_str), End::Last)?;
        let Some(mut role) = row.cells.remove(&Column::Role) else { continue };
        if let Some(country) = row.cells.remove(&Column::Place)
            && !role.to_lowercase().contains(&country.to_lowercase())
        {
            role = format!("{role} of {country}");
        }
        let office = checked_office(path, line, role, from, to)?;
        if !official.offices.contains(&office) {
            official.offices.push(office);
        }
    }
    Ok(Officials { officials })
}

/// Which day an imprecise one means.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// Reads `2021-08-25`, `2021-08-25T00:00:00Z`, `2021-08` or `2021`; empty and Wikidata's blank nodes are unknown.
fn day_at(path: &Path, line: usize, value: Option<&str>, end: End) -> Result<Option<NaiveDate>, OfficialsError> {
    let Some(value) =
        value.map(str::trim).filter(|v| !v.is_empty() && !v.starts_with("t") && !v.contains("/.well-known/"))
    else {
        return Ok(None);
    };
    let bad = || OfficialsError::BadDay { path: path.into(), line, value: value.to_owned() };
    let date = value.split(['T', ' ']).next().unwrap_or_default().trim_start_matches('+');
    let mut parts = date.split('-');
    let year: i32 = parts.next().and_then(|y| y.parse().ok()).filter(|y| (1..=9999).contains(y)).ok_or_else(bad)?;
    let month: Option<u32> = parts.next().map(|m| m.parse().map_err(|_| bad())).transpose()?;
    let day: Option<u32> = parts.next().map(|d| d.parse().map_err(|_| bad())).transpose()?;
    if parts.next().is_some() {
        return Err(bad());
    }
    let first = |month| NaiveDate::from_ymd_opt(year, month, 1);
    let resolved = match (month, day, end) {
        (Some(month), Some(day), _) => NaiveDate::from_ymd_opt(year, month, day),
        (Some(month), None, End::First) => first(month),
        (Some(month), None, End::Last) => {
            first(month).and_then(|f| f.checked_add_months(chrono::Months::new(1))).and_then(|f| f.pred_opt())
        }
        (None, _, End::First) => first(1),
        (None, _, End::Last) => NaiveDate::from_ymd_opt(year, 12, 31),
    };
    resolved.map(Some).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\"=:,a-z0-9\\n-]{0,120}") {
            for path in ["o.toml", "o.csv", "o.tsv", "o.json"] {
                for content in [bytes.as_slice(), text.as_bytes(), format!("name,from\nx,{text}").as_bytes()] {
                    if let Ok(officials) = Officials::parse(Path::new(path), content) {
                        prop_assert!(officials.officials.len() <= content.len());
                    }
                }
            }
        }
    }

    fn day(text: &str) -> Option<NaiveDate> {
        (!text.is_empty()).then(|| text.parse().unwrap())
    }

    fn read(path: &str, text: &str) -> Result<Officials, String> {
        Officials::parse(Path::new(path), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn formats_agree() {
        let toml = r#"
            [[official]]
            name = "Jana Roe"
            aliases = ["Yana Rho", "J.R."]
            [[official.office]]
            role = "foreign minister of Norland"
            from = 2021-08-25
            to = 2024-05-19
        "#;
        let csv =
            "name,aliases,role,from,to\nJana Roe,Yana Rho|J.R.,foreign minister of Norland,2021-08-25,2024-05-19\n";
        let wikidata = "person,personLabel,personAltLabel,position,positionLabel,countryLabel,start,end\n\
            x:1,Jana Roe,\"Yana Rho, J.R.\",x:2,foreign minister,Norland,2021-08-25T00:00:00Z,2024-05-19T00:00:00Z\n";
        let bindings = r#"{"head": {"vars": []}, "results": {"bindings": [{
            "person": {"type": "uri", "value": "x:1"}, "personLabel": {"value": "Jana Roe"},
            "personAltLabel": {"value": "Yana Rho, J.R."}, "positionLabel": {"value": "foreign minister of Norland"},
            "start": {"value": "2021-08-25T00:00:00Z"}, "end": {"value": "2024-05-19T00:00:00Z"}}]}}"#;
        let list = r#"[{"personLabel": "Jana Roe", "personAltLabel": "Yana Rho, J.R.",
            "positionLabel": "foreign minister of Norland", "start": "2021-08-25", "end": "2024-05-19"}]"#;
        for (path, text) in
            [("o.toml", toml), ("o.csv", csv), ("o.CSV", wikidata), ("o.json", bindings), ("o.json", list)]
        {
            let officials = read(path, text).unwrap().officials;
            assert_eq!(officials.len(), 1, "{text}");
            let official = &officials[0];
            assert_eq!(
                (official.name.as_str(), official.aliases.as_slice()),
                ("Jana Roe", &["Yana Rho".into(), "J.R.".into()][..])
            );
            let office = &official.offices[0];
            assert_eq!(office.role, "foreign minister of Norland", "{text}");
            assert_eq!((office.from, office.to), (day("2021-08-25"), day("2024-05-19")), "{text}");
        }
    }

    #[test]
    fn rows_of_one_person_are_joined() {
        let csv = "name,role,from,to\nJana Roe,mayor of Ost,2001,2004-02\nJana Roe,senator,,\nJohn Roe,senator,,\n";
        let officials = read("o.csv", csv).unwrap().officials;
        assert_eq!(officials.len(), 2);
        let first = &officials[0].offices[0];
        assert_eq!((first.from, first.to), (day("2001-01-01"), day("2004-02-29")));
        assert!(first.holds_on(day("2004-02-29").unwrap()) && !first.holds_on(day("2004-03-01").unwrap()));
        assert!(officials[0].offices[1].holds_on(day("1950-01-01").unwrap()));
    }

    #[test]
    fn errors_say_where_and_what() {
        let rows = [
            ("o.csv", "name,from\nJana Roe,spring\n", ":2: "),
            ("o.csv", "name,role,from,to\nJana Roe,mayor,2004,2001\n", ":2: the office ends on 2001-12-31"),
            ("o.csv", "who,what\na,b\n", "no column holds names"),
            ("o.csv", "name,role\nJana Roe,a,b\n", ":2: the row has more or fewer cells"),
            ("o.csv", "name,role\n,mayor\n", ":2: a person without a name"),
            ("o.json", "{", ":1: not valid JSON"),
            ("o.json", "{}", "neither a list nor"),
            ("o.toml", "[[official]]\nnam = 'x'\n", ":2: unknown field"),
            (
                "o.toml",
                "[[official]]\nname = 'x'\n[[official.office]]\nrole='r'\nfrom = 'never'\n",
                "`never` is no day",
            ),
            ("o.doc", "", "call it .toml, .csv or .json"),
        ];
        for (path, text, expected) in rows {
            let error = read(path, text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
