use clap::Parser;
use dateline::index::{Place, speakers};
use dateline::output::Records;
use dateline::speaker::Person;
use serde_json::{Value, json};

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
        let shown = found.iter().take(self.limit);
        let mut records = match asked {
            None => Records { rows: shown.map(overview).collect(), ..Records::new("speakers", OVERVIEW) },
            Some(_) => Records { rows: shown.flat_map(details).collect(), ..Records::new("details", DETAILS) },
        };
        records.facts = vec![("total", json!(found.len()))];
        common.print_records(&records, true)?;
        Ok(if found.is_empty() { Exit::NothingFound } else { Exit::Done })
    }
}

const OVERVIEW: &[&str] = &["speaker", "kind", "statements", "first_day", "last_day", "role", "other_names"];

/// A speaker on one line, with the role and the names used most.
fn overview(person: &Person) -> Vec<Value> {
    let other_names = person.names.iter().map(|used| &used.name).filter(|name| **name != person.name);
    vec![
        json!(person.name),
        json!(person.kind),
        json!(person.count),
        json!(person.first_day()),
        json!(person.last_day()),
        json!(person.roles.first().map(|used| &used.role)),
        json!(other_names.collect::<Vec<_>>()),
    ]
}

const DETAILS: &[&str] = &["speaker", "what", "value", "statements", "first_day", "last_day"];

/// All that is known of a speaker, one fact a line.
fn details(person: &Person) -> Vec<Vec<Value>> {
    let row = |what: &str, value: &str, count, first, last| {
        vec![json!(person.name), json!(what), json!(value), count, json!(first), json!(last)]
    };
    let names = person.names.iter().map(|used| row("name", &used.name, json!(used.count), used.first, used.last));
    let roles = person.roles.iter().map(|used| row("role", &used.role, json!(used.count), used.first, used.last));
    let organisations = person
        .organisations
        .iter()
        .map(|used| row("organisation", &used.name, json!(used.count), used.first, used.last));
    let offices = person.offices.iter().map(|held| row("office", &held.role, Value::Null, held.from, held.to));
    let ids = person.id.iter().map(|id| row("id", id, Value::Null, None, None));
    names.chain(roles).chain(organisations).chain(offices).chain(ids).collect()
}
