use anyhow::{Context, anyhow};
use chrono::Local;
use clap::Parser;
use dateline::index::Place;
use dateline::mcp::{Library, Tools};

use super::{Common, Run};
use crate::error::Exit;

/// Offer the archive as tools for language models, over standard input and output
#[derive(Parser)]
#[command(after_help = "Speaks the Model Context Protocol; a client starts it. The tools search statements and \
                        articles, read an article, and tell about a speaker.\n\ndocs/mcp.md shows how to tell a \
                        client of it.")]
pub struct Mcp {}

impl Run for Mcp {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let library = Library::open(Place::new(&common.index), |_| ())?;
        let tools = Tools::new(library, || Local::now().date_naive());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
        runtime.block_on(tools.answer_standard_input()).map_err(|error| anyhow!(error))?;
        Ok(Exit::Done)
    }
}
