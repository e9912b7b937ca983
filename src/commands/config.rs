use std::path::PathBuf;

use clap::Parser;
use dateline::config::{Collection, Setting};
use dateline::index::{Place, inventory};
use dateline::output::Records;
use serde_json::json;

use super::{Common, Run};
use crate::error::Exit;

/// Show the settings in force and where each comes from
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline config\n  dateline config news --format json")]
pub struct Config {
    /// Collections whose dateline.toml is shown too [default: those that the index knows]
    #[arg(value_name = "DIR")]
    directories: Vec<PathBuf>,
}

impl Run for Config {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let mut records = Records::new("settings", &["collection", "name", "value", "from"]);
        let mut add = |collection: Option<String>, settings: Vec<Setting>| {
            for set in settings {
                records.rows.push(vec![
                    json!(collection),
                    json!(set.name),
                    json!(set.value),
                    json!(set.origin.to_string()),
                ]);
            }
        };
        add(None, common.settings());
        let directories =
            if self.directories.is_empty() { inventory::roots(&Place::new(&common.index))? } else { self.directories };
        for directory in &directories {
            add(Some(directory.display().to_string()), Collection::read(directory)?.settings());
        }
        common.print_records(&records, false)?;
        Ok(Exit::Done)
    }
}
