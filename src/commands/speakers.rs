use chrono::Local;
use clap::Parser;
use dateline::index::Place;
use dateline::output::listings;
use dateline::search::{self, Archive};

use super::{Common, Run, arguments, unmatched};
use crate::error::Exit;

/// Show who speaks, how often, under which names and roles
#[derive(Parser)]
#[command(
    after_help = "Words that a speaker's name holds show that speaker: every name, role, organisation and office, \
                        with its first and last day, and the words that set what was said lately apart from what \
                        others say. Other words are a query, and a line is shown for each speaker of \
                        the statements that it finds; without any, for each speaker there is. Exits with 1 where nobody \
                        is found.\n\n\
                        Examples:\n  dateline speakers\n  dateline speakers kosvat --format json\n  \
                        dateline speakers 'kind:direct tolls'"
)]
pub struct Speakers {
    /// Words of a name, or a query for statements
    #[arg(id = arguments::QUERY_ID, value_name = "NAME|QUERY")]
    asked: Vec<String>,
    /// Most speakers to show; 0 shows all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Run for Speakers {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let archive = Archive::open(&Place::new(&common.index))?;
        let asked = arguments::joined(&self.asked);
        let found = search::speakers(&archive, &asked, Local::now().date_naive())?;
        let limit = if self.limit == 0 { usize::MAX } else { self.limit };
        common.print_records(&listings::speakers(&found, limit), true)?;
        unmatched::warn(&archive, common);
        Ok(if found.persons.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}
