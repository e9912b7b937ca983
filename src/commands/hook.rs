//! The command that runs after an ingest that changed something.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use dateline::ingest::Summary;
use dateline::output::{JSON_LINES, Screen};

/// Runs `command` in a shell, with the summary as one line of JSON on its standard input and the index in
/// `DATELINE_INDEX`.
///
/// Only the command line names it: a folder of news must not be able to start programs.
///
/// # Errors
/// If it cannot be started, or does not end well.
pub fn run(command: &str, summary: &Summary, index: &Path) -> anyhow::Result<()> {
    let mut line = Vec::new();
    if let Some(write) = JSON_LINES.summary {
        write(&mut line, summary, &Screen::PLAIN)?;
    }
    let mut child = shell(command)
        .env(super::INDEX_VARIABLE, index)
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{command}`"))?;
    if let Some(mut stdin) = child.stdin.take() {
        match io::Write::write_all(&mut stdin, &line) {
            // It need not read what it does not want to know.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written?,
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{command}` ended with {status}");
    }
    Ok(())
}

fn shell(command: &str) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = Command::new(program);
    shell.args([option, command]);
    shell
}
