//! What pages, feeds and the API ask of the library, with its errors as problems.

use axum::http::StatusCode;

use super::dispatch::Asked;
use super::names::Names;
use super::problem::{Pointed, Problem};
use crate::index::speakers::SpeakersError;
use crate::index::tantivy::lower::LowerError;
use crate::search::{self, BadReference, Page, Reference, Referred, Request, SearchError};
use crate::speaker::Person;
use crate::statement::StatementId;
use crate::timeline::{self, Timeline, Unit};

/// Answers a question.
///
/// # Errors
/// If the query breaks the grammar, or the index cannot be read.
pub fn page<'a>(asked: &'a Asked, request: &Request) -> Result<Page<'a>, Problem> {
    search::search(&asked.archive, request).map_err(problem)
}

/// Returns the problem that an error of the library is.
pub fn problem(error: SearchError) -> Problem {
    match error {
        SearchError::Query(error) => {
            let mut problem = Problem::bad_request(error.mistake.to_string());
            problem.hint = error.hint();
            problem.pointed = Some(Pointed { query: error.text, at: error.span });
            problem
        }
        SearchError::Lower(error @ (LowerError::Pattern(_) | LowerError::TooManyWords { .. })) => {
            Problem::bad_request(error.to_string())
        }
        SearchError::UnknownFacet { .. } => Problem::bad_request(error.to_string()),
        SearchError::Speakers(error) => of_speakers(error),
        error => damaged(&error),
    }
}

/// Counts the hits of questions over time, by `unit` or by the finest that fits on a screen.
///
/// # Errors
/// As `page`.
pub fn timeline(asked: &Asked, requests: &[Request], unit: Option<Unit>) -> Result<Timeline, Problem> {
    let options = timeline::Options { unit, ..timeline::Options::default() };
    timeline::timeline(&asked.archive, requests, &options).map_err(problem)
}

/// Reads what an id or a permanent reference means by now: the article with its statements, and which of them is meant.
///
/// # Errors
/// If nothing is meant, or the index cannot be read.
pub fn referred(asked: &Asked, text: &str) -> Result<(Referred, Option<StatementId>), Problem> {
    let reference: Reference = text.parse().map_err(|error: BadReference| Problem::not_found(error.to_string()))?;
    let Some(found) = search::refer(&asked.archive, &reference).map_err(problem)? else {
        return Err(Problem::not_found("no article has this id")
            .hint("its words may still be there: a search, or the permanent reference, finds them again"));
    };
    match reference.statement {
        Some(id) if found.statements.iter().all(|statement| statement.id != id) => {
            Err(Problem::not_found("the article has no such statement")
                .hint("a statement has another id where its words were changed"))
        }
        statement => Ok((found, statement)),
    }
}

/// Returns the index's own trouble as a problem, with the way out.
pub fn damaged(error: &dyn std::error::Error) -> Problem {
    Problem::failed(error).hint("dateline check tells what is wrong with the index")
}

impl Asked {
    /// Returns speakers, places and outlets of the commit; none while they are still being gathered.
    pub fn names(&self) -> Option<&Names> {
        self.opened.kept.get()
    }

    /// Returns who speaks in the commit, the most quoted first, joined once.
    ///
    /// # Errors
    /// If the index, or what is known of speakers beforehand, cannot be read.
    pub fn persons(&self) -> Result<&[Person], Problem> {
        self.opened.persons().map_err(of_speakers)
    }
}

/// Returns why it cannot be told who speaks.
pub fn of_speakers(error: SpeakersError) -> Problem {
    match error {
        SpeakersError::Read { .. } => damaged(&error),
        // A settings file that was spoilt while the server runs.
        error => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, Problem::failed(&error).detail),
    }
}
