use std::ops::ControlFlow;

use clap::Parser;
use dateline::index::Place;
use dateline::index::inventory::{self, FileRow, FilesWanted};
use dateline::output::Records;
use serde_json::{Value, json};

use super::{Common, Run};
use crate::error::Exit;

/// List the inputs in the index, what became of each, and why any was rejected
#[derive(Parser)]
#[command(after_help = "Exits with 1 where there is none.\n\nExamples:\n  dateline files --rejected\n  \
                        dateline files news --format csv > inputs.csv")]
pub struct Files {
    /// Only the inputs of this collection
    #[arg(value_name = "COLLECTION")]
    collection: Option<String>,
    /// Only inputs that were rejected, or of which a record was
    #[arg(long)]
    rejected: bool,
}

const COLUMNS: &[&str] = &[
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

impl Run for Files {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let wanted = FilesWanted { rejected: self.rejected, collection: self.collection };
        let mut records = Records::new("files", COLUMNS);
        inventory::files(&Place::new(&common.index), &wanted, |file| {
            records.rows.push(row(&file));
            ControlFlow::Continue(())
        })?;
        common.print_records(&records, true)?;
        Ok(if records.rows.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}

fn row(file: &FileRow) -> Vec<Value> {
    let state = match file {
        FileRow { unfinished: true, .. } => Some("unfinished"),
        FileRow { outdated: true, .. } => Some("outdated"),
        _ => None,
    };
    let format = (!file.format.is_empty()).then_some(&file.format);
    let rejections: Vec<String> =
        file.rejections.iter().map(|rejected| format!("{}{}", rejected.reason, place(rejected))).collect();
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
        json!(rejections),
        json!(file.notes.iter().map(ToString::to_string).collect::<Vec<_>>()),
    ]
}

/// Returns where in the input a rejected record stands.
fn place(rejected: &dateline::input::Rejected) -> String {
    rejected.place.line.map_or_else(String::new, |line| format!(" (line {line})"))
}
