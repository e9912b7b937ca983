use clap::Parser;
use dateline::index::{Place, inventory};
use dateline::output::Records;
use serde_json::json;

use super::{Common, Run};
use crate::error::Exit;

/// Show collections, counts, span of dates, last ingest and size
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline status\n  dateline status --format json | jq .collections[].articles")]
pub struct Status {}

const COLUMNS: &[&str] = &[
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

impl Run for Status {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let status = inventory::status(&Place::new(&common.index))?;
        let mut records = Records::new("collections", COLUMNS);
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
        common.print_records(&records, false)?;
        Ok(Exit::Done)
    }
}
