//! Says which lines of the corrections change nothing.

use dateline::index::Place;
use dateline::output::neutralise;
use dateline::search::{Archive, SearchError, UnmatchedName, unmatched_corrections};

use super::Common;

/// Warns of names in the corrections that nobody bears, on standard error; what keeps them from being looked up is a
/// warning, too, since the work itself is done.
pub fn warn(archive: &Archive, common: &Common) {
    if !common.quiet {
        tell(unmatched_corrections(archive));
    }
}

/// Warns of such names in the archive at a place.
pub fn warn_at(place: &Place, common: &Common) {
    if !common.quiet {
        tell(Archive::open(place).map_err(SearchError::from).and_then(|archive| unmatched_corrections(&archive)));
    }
}

fn tell(unmatched: Result<Vec<UnmatchedName>, SearchError>) {
    match unmatched {
        Ok(names) => {
            for name in names {
                anstream::eprintln!("warning: {}", neutralise(&name.to_string()));
                anstream::eprintln!("hint: {}", neutralise(&name.hint()));
            }
        }
        Err(problem) => {
            anstream::eprintln!("warning: corrections are not compared: {}", neutralise(&problem.to_string()))
        }
    }
}
