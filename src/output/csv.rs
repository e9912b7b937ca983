//! Comma-separated values as RFC 4180 has them: a header, quotes where needed, one record per hit.

use std::io::{self, Write};

use serde_json::Value;

use super::{Records, Screen};

/// Between the values of one cell that holds several, such as two places.
const LIST_SEPARATOR: &str = "; ";

pub(super) fn records(out: &mut dyn Write, records: &Records, _screen: &Screen) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(records.columns)?;
    for row in &records.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.flush()
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
