//! Rows with named columns: what `files`, `speakers`, `status` and `config` have in common.

use serde_json::Value;

/// A list of like things. Columns are the names in JSON and the header in CSV.
pub struct Records {
    /// What the rows are, in the plural: the name of the list in JSON.
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// One value per column.
    pub rows: Vec<Vec<Value>>,
    /// What holds for the list as a whole: under the table in text, beside the list in JSON.
    pub facts: Vec<(&'static str, Value)>,
}

impl Records {
    pub fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, rows: Vec::new(), facts: Vec::new() }
    }
}
