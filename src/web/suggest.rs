//! Names that may complete what is being typed.

use std::io::Write;

use serde_json::{Value, json};

use super::dispatch::Asked;
use super::outgoing::Outgoing;
use super::problem::Problem;

/// Answers `/suggest?q=…`, where `q` is the query up to the cursor.
pub fn suggest(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let typed = asked.parameters.get("q").unwrap_or_default();
    let names = asked.names();
    if names.is_none() {
        out.for_now();
    }
    let offers: Vec<Value> = names
        .map(|names| names.offers(typed))
        .into_iter()
        .flatten()
        .map(|offer| json!({"field": offer.field, "name": offer.name, "count": offer.count, "query": offer.query}))
        .collect();
    out.content_type("application/json");
    writeln!(out, "{}", json!({"offers": offers}))?;
    Ok(())
}
