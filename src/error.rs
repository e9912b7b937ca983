//! What the program says when it cannot do what it was asked, and every exit code it has.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use dateline::index::PlaceError;
use dateline::index::inventory::InventoryError;
use dateline::index::tantivy::generation::GenerationError;
use dateline::ingest::{IngestError, RootError};
use dateline::search::SearchError;

/// How a run ended. The only place where exit codes have numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or found.
    Done = 0,
    /// The question has no answer in this index.
    NothingFound = 1,
    /// Not done.
    Failed = 2,
    /// Done, but some inputs were newly rejected.
    SomeRejected = 3,
    /// Another ingest holds the index; `EX_TEMPFAIL` of `sysexits.h`, which schedulers know as "try again later".
    Busy = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Prints why a run failed, with its causes and what to do, and returns how to exit.
///
/// A reader that went away is no failure: `dateline query x | head -1` has done its work.
pub fn report(error: &anyhow::Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    let message = describe(error);
    // Nothing is left to do where stderr is gone too.
    let _ = anstream::stderr().lock().write_all(message.as_bytes());
    exit_of(error)
}

/// Says what to do where the program broke down; the panic itself has printed where.
pub fn report_breakdown() -> Exit {
    let text = format!(
        "{ERROR}error:{ERROR:#} dateline broke down: a defect of it, or a damaged index\n{HINT}hint:{HINT:#} {DAMAGED}\n"
    );
    // Nothing is left to do where stderr is gone too.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
    Exit::Failed
}

fn exit_of(error: &anyhow::Error) -> Exit {
    let is_busy = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref().is_some_and(IngestError::is_busy)
            || cause.downcast_ref().is_some_and(InventoryError::is_busy)
    };
    if error.chain().any(is_busy) { Exit::Busy } else { Exit::Failed }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe))
}

/// A message of the command line itself, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Hinted {
    pub message: String,
    pub hint: String,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

fn describe(error: &anyhow::Error) -> String {
    let mut text = format!("{ERROR}error:{ERROR:#} {error}\n");
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some crates repeat their cause in their own message.
        if !said.contains(&cause) {
            text.push_str(&format!("  because: {cause}\n"));
        }
        said = cause;
    }
    if let Some(hint) = hint_of(error) {
        text.push_str(&format!("{HINT}hint:{HINT:#} {hint}\n"));
    }
    text
}

/// Returns what to do about an error, where that can be told.
fn hint_of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(hinted) = cause.downcast_ref::<Hinted>() {
            return Some(hinted.hint.clone());
        }
        if let Some(hint) = cause.downcast_ref::<SearchError>().and_then(hint_of_search) {
            return Some(hint);
        }
        if let Some(error) = cause.downcast_ref::<GenerationError>() {
            return hint_of_generation(error);
        }
        let ingest = cause.downcast_ref::<IngestError>().and_then(hint_of_ingest);
        ingest.or_else(|| match cause.downcast_ref::<InventoryError>()? {
            InventoryError::Place(error) => hint_of_place(error),
            InventoryError::Generation(error) => hint_of_generation(error),
            InventoryError::Read { .. } | InventoryError::Record { .. } => Some(DAMAGED.into()),
            _ => None,
        })
    })
}

fn hint_of_search(error: &SearchError) -> Option<String> {
    match error {
        SearchError::Open(error) => hint_of_generation(error),
        SearchError::Engine(_) | SearchError::Record(_) => Some(DAMAGED.into()),
        error => error.hint(),
    }
}

fn hint_of_ingest(error: &IngestError) -> Option<String> {
    let hint = match error {
        IngestError::Place(error) => return hint_of_place(error),
        IngestError::Generation(error) => return hint_of_generation(error),
        IngestError::Read(_) | IngestError::Record(_) => DAMAGED,
        IngestError::RebuildLoses { .. } => "if it is meant to be gone, run again with --prune",
        IngestError::Root(RootError::Nothing) => "name a folder: dateline ingest DIR",
        IngestError::Root(RootError::Overlap { .. }) => {
            "a folder belongs to one collection; dateline forget COLLECTION lets it go"
        }
        IngestError::Root(RootError::Name { .. }) => "give one of them another name in its dateline.toml",
        IngestError::Root(RootError::Unknown { known, .. }) if !known.is_empty() => {
            return Some(format!("the index knows {}", known.join(", ")));
        }
        _ => return None,
    };
    Some(hint.into())
}

/// The way out of an index that cannot be read.
const DAMAGED: &str = "dateline check tells what is damaged; dateline ingest --rebuild makes the index anew";

/// Returns what to do about a generation that cannot be used.
fn hint_of_generation(error: &GenerationError) -> Option<String> {
    match error {
        GenerationError::Place(error) => hint_of_place(error),
        GenerationError::Outdated { .. } => {
            Some("dateline ingest --rebuild makes it anew from the files; until that is done it stays as it is".into())
        }
        GenerationError::Open { .. } | GenerationError::Payload { .. } => Some(DAMAGED.into()),
    }
}

fn hint_of_place(error: &PlaceError) -> Option<String> {
    let hint = match error {
        PlaceError::Busy { .. } => "try again later, or wait with --wait SECONDS",
        PlaceError::Missing { .. } => "dateline ingest DIR makes one; --index PLACE names another",
        PlaceError::Foreign { .. } => "name a directory of its own with --index PLACE",
        PlaceError::About { .. } => "dateline ingest --rebuild DIR… makes the index anew from the folders named",
        PlaceError::Newer { .. } => "a newer dateline made it: use that one",
        _ => return None,
    };
    Some(hint.into())
}
