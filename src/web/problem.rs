//! What is answered instead: as `application/problem+json` (RFC 9457) to programs, as a page to people.

use std::ops::Range;

use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

/// Why there is no answer.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// What happened, as a sentence without its full stop.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The query that was not understood, and where.
    pub pointed: Option<Pointed>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// A place in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    pub query: String,
    /// In bytes of `query`.
    pub at: Range<usize>,
}

impl Pointed {
    /// Returns the query in three parts: before, at and behind the place.
    pub fn parts(&self) -> (&str, &str, &str) {
        let cut = |offset: usize| {
            (0..=offset.min(self.query.len())).rev().find(|&o| self.query.is_char_boundary(o)).unwrap_or(0)
        };
        let (start, end) = (cut(self.at.start), cut(self.at.end.max(self.at.start)));
        (&self.query[..start], &self.query[start..end], &self.query[end..])
    }

    /// Returns the place in code points, as every span in JSON.
    fn code_points(&self) -> [usize; 2] {
        let (before, at, _) = self.parts();
        let start = before.chars().count();
        [start, start + at.chars().count()]
    }
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), hint: None, pointed: None, headers: Vec::new() }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// The index cannot be read, or the engine failed; the chain of causes is told.
    pub fn failed(error: &dyn std::error::Error) -> Self {
        let mut detail = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let said = error.to_string();
            if !detail.contains(&said) {
                detail.push_str(": ");
                detail.push_str(&said);
            }
            cause = error.source();
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    /// Returns the name of the status.
    pub fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Problem")
    }

    /// Returns what happened as a sentence.
    pub fn sentence(&self) -> String {
        let mut letters = self.detail.chars();
        let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
        format!("{first}{}.", letters.as_str())
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Returns the members of RFC 9457, and `hint`, `query` and `span` where they are known.
    pub fn json(&self) -> Value {
        let mut object = json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "hint": self.hint,
        });
        if let Some(pointed) = &self.pointed {
            object["query"] = pointed.query.as_str().into();
            object["span"] = json!(pointed.code_points());
        }
        object
    }
}

/// A client that went away, or a disk that failed: either way there is nothing to add.
impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::failed(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_on_characters() {
        let rows = [
            ("speeker:x", 0..7, ("", "speeker", ":x"), [0, 7]),
            ("é (a", 3..4, ("é ", "(", "a"), [2, 3]),
            ("é", 1..9, ("", "é", ""), [0, 1]),
            ("ab", 9..12, ("ab", "", ""), [2, 2]),
        ];
        for (query, at, parts, points) in rows {
            let pointed = Pointed { query: query.into(), at };
            assert_eq!((pointed.parts(), pointed.code_points()), (parts, points), "{query}");
        }
    }
}
