//! How a score came about, as lines that a person can read.

use serde_json::Value;
use tantivy::Score;
use tantivy::query::Explanation;

use super::schema::Schema;

/// Spaces by which a part stands under its whole.
const INDENT: usize = 2;

/// Returns an explanation as lines: the score of each part before what it is, parts under their whole.
pub fn lines(explanation: &Explanation, schema: &Schema) -> String {
    let mut text = String::new();
    if let Ok(tree) = serde_json::to_value(explanation) {
        add(&tree, schema, 0, &mut text);
    }
    text
}

fn add(node: &Value, schema: &Schema, depth: usize, text: &mut String) {
    let score = node["value"].as_f64().unwrap_or_default() as Score;
    let description = node["description"].as_str().unwrap_or_default();
    // What is scored by nothing only filters.
    if score == 0.0 && depth > 0 {
        return;
    }
    let details = node["details"].as_array().map_or(&[][..], Vec::as_slice);
    let indent = depth * INDENT;
    if let Some(term) = term_of(node, schema) {
        let frequency = find(node, "freq, occurrences").unwrap_or_default();
        let rarity = find(node, "idf, computed").unwrap_or_default();
        text.push_str(&format!("{:indent$}{score:.3}  {term}, {frequency} times, rarity {rarity:.2}\n", ""));
        return;
    }
    let description = description.trim_end_matches("...").trim_end_matches([' ', ',']);
    // A whole of one part says nothing that the part does not.
    if let [detail] = details
        && depth > 0
        && (detail["value"].as_f64().unwrap_or_default() as Score - score).abs() < Score::EPSILON
    {
        return add(detail, schema, depth, text);
    }
    text.push_str(&format!("{:indent$}{score:.3}  {description}\n", ""));
    for detail in details {
        add(detail, schema, depth + 1, text);
    }
}

/// Returns field and word of a node that scores one: the engine tells them as `Term=Term(field=4, type=Str, "word")`.
fn term_of(node: &Value, schema: &Schema) -> Option<String> {
    let context = node["context"].as_array()?.iter().find_map(|line| line.as_str()?.strip_prefix("Term=Term("))?;
    let (field, rest) = context.strip_prefix("field=")?.split_once(',')?;
    let word = rest.split_once('"')?.1.rsplit_once('"')?.0;
    let field = tantivy::schema::Field::from_field_id(field.parse().ok()?);
    Some(format!("{word} in {}", schema.engine().get_field_name(field)))
}

/// Returns the value of the part whose description begins so.
fn find(node: &Value, begins: &str) -> Option<f64> {
    if node["description"].as_str().is_some_and(|description| description.starts_with(begins)) {
        return node["value"].as_f64();
    }
    node["details"].as_array()?.iter().find_map(|detail| find(detail, begins))
}
