use std::path::PathBuf;

use clap::Parser;
use dateline::config::{Collection, Setting};
use dateline::output::{Records, TEXT};
use serde_json::json;

use super::{Common, Run, terminal};
use crate::error::Exit;

/// Show the settings in force and where each comes from
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline config\n  dateline config news --format json")]
pub struct Config {
    /// Collections whose dateline.toml is shown too
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
        for directory in &self.directories {
            add(Some(directory.display().to_string()), Collection::read(directory)?.settings());
        }
        let screen = terminal::screen(common.color);
        terminal::print(false, |out| (common.output(TEXT).records)(out, &records, &screen))?;
        Ok(Exit::Done)
    }
}
