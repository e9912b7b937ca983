//! Says which lines of the corrections change nothing.

use dateline::output::neutralise;
use dateline::search::{Archive, SearchError, unmatched_corrections};

use super::Common;

/// Warns of names in the corrections that nobody bears, on standard error.
///
/// # Errors
/// If the index, or the settings or officials of a collection cannot be read.
pub fn warn(archive: &Archive, common: &Common) -> Result<(), SearchError> {
    if common.quiet {
        return Ok(());
    }
    for unmatched in unmatched_corrections(archive)? {
        anstream::eprintln!("warning: {}", neutralise(&unmatched.to_string()));
        anstream::eprintln!("hint: {}", neutralise(&unmatched.hint()));
    }
    Ok(())
}
