use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use clap_mangen::Man as Page;

use super::{Common, Run, declare};
use crate::error::Exit;

/// Print the manual page, or write one page per command into a directory
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline man | man -l -\n  dateline man --into ~/.local/share/man/man1")]
pub struct Man {
    /// Directory for dateline.1, dateline-query.1 and the others
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

impl Run for Man {
    fn run(self, _common: &Common) -> anyhow::Result<Exit> {
        let program = declare();
        let Some(directory) = self.into else {
            let mut page = Vec::new();
            Page::new(program).render(&mut page)?;
            io::stdout().lock().write_all(&page)?;
            return Ok(Exit::Done);
        };
        fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        clap_mangen::generate_to(program, &directory)
            .with_context(|| format!("cannot write manual pages into {}", directory.display()))?;
        Ok(Exit::Done)
    }
}
