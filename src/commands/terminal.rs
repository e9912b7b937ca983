//! Where output goes: the terminal with its width, colours, links and pager, or a plain pipe.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

use dateline::output::Screen;

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// Columns where nothing tells how wide the screen is.
const DEFAULT_WIDTH: usize = 80;
/// Longer lines are hard to read, however wide the window.
const MAX_WIDTH: usize = 110;

/// Looks at standard output and the environment.
pub fn screen(color: ColorChoice) -> Screen {
    let terminal = io::stdout().is_terminal();
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    let colour = match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !dumb && variable("NO_COLOR").is_none(),
    };
    let width = if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
    let width = width.or_else(|| variable("COLUMNS")?.parse().ok()).unwrap_or(DEFAULT_WIDTH);
    Screen { width: width.clamp(20, MAX_WIDTH), colour, links: terminal && colour && has_links() }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Tells whether the terminal is one that shows OSC 8 links; others may print them as rubbish.
fn has_links() -> bool {
    /// VTE shows links since 0.50, and names its version as 5000.
    const FIRST_VTE: u32 = 5000;
    const PROGRAMS: &[&str] = &["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"];
    const TERMS: &[&str] = &["kitty", "alacritty", "foot", "contour", "ghostty"];
    variable("VTE_VERSION").and_then(|version| version.parse().ok()).is_some_and(|version: u32| version >= FIRST_VTE)
        || variable("TERM_PROGRAM").is_some_and(|program| PROGRAMS.contains(&program.as_str()))
        || variable("TERM").is_some_and(|term| TERMS.iter().any(|name| term.contains(name)))
        || variable("KONSOLE_VERSION").is_some()
        || variable("WT_SESSION").is_some()
}

/// Calls `write` with standard output, or with a pager where a person reads a terminal.
///
/// # Errors
/// What `write` returns, and what flushing does.
pub fn print(paged: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    if paged
        && io::stdout().is_terminal()
        && let Some(mut pager) = spawn_pager()
    {
        let written = match pager.stdin.take() {
            Some(stdin) => {
                let mut out = BufWriter::new(stdin);
                write(&mut out).and_then(|()| out.flush())
            }
            None => Ok(()),
        };
        // The terminal is the pager's until it ends, also where it stopped reading early.
        pager.wait()?;
        return Ok(written?);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Starts `$PAGER`, or `less` where that says nothing; none where it is empty, `cat`, or cannot be started.
fn spawn_pager() -> Option<Child> {
    let chosen = env::var("PAGER").ok();
    let command = chosen.as_deref().unwrap_or("less").trim();
    if command.is_empty() || command == "cat" {
        return None;
    }
    let mut words = command.split_whitespace();
    let mut pager = Command::new(words.next()?);
    pager.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Quit where all fits on one screen, pass colours on, leave the text on the screen.
        pager.env("LESS", "FRX");
    }
    pager.spawn().ok()
}
