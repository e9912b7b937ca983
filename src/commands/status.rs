use clap::Parser;
use dateline::index::{Place, inventory};
use dateline::output::listings;

use super::{Common, Run};
use crate::error::Exit;

/// Show collections, counts, span of dates, last ingest and size
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline status\n  dateline status --format json | jq .collections[].articles")]
pub struct Status {}

impl Run for Status {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let status = inventory::status(&Place::new(&common.index))?;
        common.print_records(&listings::status(&status), false)?;
        Ok(Exit::Done)
    }
}
