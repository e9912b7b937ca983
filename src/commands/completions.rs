use std::io;

use clap::Parser;
use clap_complete::{Shell, generate};

use super::{Common, Run, declare};
use crate::error::Exit;

/// Print a completion script for a shell
#[derive(Parser)]
#[command(
    after_help = "Examples:\n  dateline completions bash > ~/.local/share/bash-completion/completions/dateline\n  \
                        dateline completions fish > ~/.config/fish/completions/dateline.fish"
)]
pub struct Completions {
    /// Shell to complete for
    shell: Shell,
}

impl Run for Completions {
    fn run(self, _common: &Common) -> anyhow::Result<Exit> {
        // clap_complete panics where its writer fails, so the script is made whole before any of it is printed.
        let mut script = Vec::new();
        generate(self.shell, &mut declare(), "dateline", &mut script);
        io::Write::write_all(&mut io::stdout().lock(), &script)?;
        Ok(Exit::Done)
    }
}
