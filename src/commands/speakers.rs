use clap::Parser;
use dateline::index::{Place, speakers};
use dateline::output::listings;

use super::{Common, Run, arguments};
use crate::error::Exit;

/// Show who speaks, how often, under which names and roles
#[derive(Parser)]
#[command(after_help = "Without a name: a line for each speaker. With one: every name, role, organisation and office \
                        of those meant, with its first and last day. Exits with 1 where nobody is found.\n\n\
                        Examples:\n  dateline speakers\n  dateline speakers varga --format json")]
pub struct Speakers {
    /// Words that one name of the speaker holds
    #[arg(id = arguments::QUERY_ID, value_name = "NAME")]
    name: Vec<String>,
    /// Most speakers to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Run for Speakers {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let asked = arguments::joined(&self.name);
        let asked = Some(asked.trim()).filter(|asked| !asked.is_empty());
        let found = speakers::speakers(&Place::new(&common.index), asked)?;
        let records = listings::speakers(&found, asked.is_some(), self.limit);
        common.print_records(&records, true)?;
        Ok(if found.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}
