use chrono::Local;
use clap::Parser;
use dateline::index::Place;
use dateline::output::{TEXT, trace_records};
use dateline::search::Archive;
use dateline::trace;

use super::{Common, Run, terminal};
use crate::error::{Exit, Hinted};

/// Show where words first appeared, and every reprint and variant, oldest first
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline trace 'the passage belongs to the world'\n  \
                        dateline trace 'We will not blink before inflation does' --format csv")]
pub struct Trace {
    /// The words; three at least
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
}

impl Run for Trace {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let archive = Archive::open(&Place::new(&common.index))?;
        let text = self.text.join(" ");
        let Some(sightings) = trace::trace(&archive, &text, Local::now().date_naive())? else {
            return Err(Hinted {
                message: "two words are found by chance everywhere".into(),
                hint: "give three words or more".into(),
            }
            .into());
        };
        match common.output(TEXT).trace {
            Some(write) => {
                let screen = terminal::screen(common.color);
                terminal::print(true, |out| write(out, &sightings, &screen))?;
            }
            None => common.print_records(&trace_records(&sightings), false)?,
        }
        Ok(if sightings.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}
