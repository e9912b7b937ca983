//! In: a name, or a query. Out: who is meant, or who speaks in the statements found.

use chrono::NaiveDate;

use super::{Archive, Request, SearchError, Target, parse};
use crate::speaker::Person;

/// Speakers, the most quoted first.
pub struct Speakers {
    pub persons: Vec<Person>,
    /// Whether they were asked for by name, not by what they say.
    pub are_named: bool,
}

/// Returns the speakers of an archive: all, those whom `asked` names, or, where it names nobody, those whose statements
/// it finds as a query.
///
/// # Errors
/// If the query breaks the grammar, or the index, the settings or officials of a collection cannot be read.
pub fn speakers(archive: &Archive, asked: &str, today: NaiveDate) -> Result<Speakers, SearchError> {
    let authority = archive.authority()?;
    if asked.trim().is_empty() {
        return Ok(Speakers { persons: authority.persons().to_vec(), are_named: false });
    }
    let named = authority.matching(asked);
    if !named.is_empty() {
        return Ok(Speakers { persons: named.into_iter().cloned().collect(), are_named: true });
    }
    let request = Request { target: Target::Statements, ..Request::new(asked, today) };
    let question = archive.ask(&parse(archive, &request)?.query, Target::Statements)?;
    Ok(Speakers { persons: question.authority()?.persons().to_vec(), are_named: false })
}
