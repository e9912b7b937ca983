//! Any question as an Atom feed: an alert in any feed reader.

use super::api::answer;
use super::dispatch::Asked;
use super::outgoing::Outgoing;
use super::problem::Problem;
use super::request;
use crate::output::ATOM;
use crate::search::{Sort, Target};

/// Entries of a feed: readers ask every hour or so, and keep what they have seen.
const ENTRIES: usize = 50;

/// Answers `/feed`.
pub fn feed(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    request::refuse_unknown(&asked.parameters, true, &[])?;
    let mut request = request::request(&asked.parameters, Target::Statements, asked.today)?;
    request.limit = Some(ENTRIES);
    request.sort = Some(request.sort.unwrap_or(Sort::Newest));
    answer(asked, &request, ATOM, out)
}
