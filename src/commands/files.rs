use std::ops::ControlFlow;

use clap::Parser;
use dateline::index::Place;
use dateline::index::inventory::{self, FilesWanted};
use dateline::output::listings;

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

impl Run for Files {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let wanted = FilesWanted { rejected: self.rejected, collection: self.collection };
        let mut files = Vec::new();
        inventory::files(&Place::new(&common.index), &wanted, |file| {
            files.push(file);
            ControlFlow::Continue(())
        })?;
        common.print_records(&listings::files(&files), true)?;
        Ok(if files.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}
