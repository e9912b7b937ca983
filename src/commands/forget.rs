use std::time::Duration;

use clap::Parser;
use dateline::index::Place;
use dateline::ingest;
use dateline::output::Records;
use serde_json::json;

use super::arguments::seconds;
use super::{Common, Run};
use crate::error::Exit;

/// Drop a collection from the index; its files stay
#[derive(Parser)]
#[command(after_help = "Example:\n  dateline forget news")]
pub struct Forget {
    /// Name of the collection, as `dateline status` shows it
    collection: String,
    /// Wait so many seconds for an ingest to end
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    wait: Duration,
}

impl Run for Forget {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let place = Place::new(&common.index);
        let inputs = ingest::forget(&place, &self.collection, self.wait)?;
        let mut records = Records::new("forgotten", &["collection", "inputs"]);
        records.rows.push(vec![json!(self.collection), json!(inputs)]);
        common.print_records(&records, false)?;
        Ok(Exit::Done)
    }
}
