//! Why an input or one record of it was not read: facts, from which the message is made.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

/// An input, or one record of an input, that gave no article, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{path}{place}: {reason}")]
pub struct Rejected {
    /// As shown; parts of an archive stand behind `!`: `2025.zip!09/talks.html`.
    pub path: String,
    pub place: RecordPlace,
    pub reason: Reason,
}

impl Rejected {
    /// Rejects a whole input.
    pub fn input(path: impl Into<String>, reason: Reason) -> Self {
        Self { path: path.into(), place: RecordPlace::default(), reason }
    }
}

/// Where in an input a record stands; nothing is set where the whole input is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPlace {
    /// From 1.
    pub line: Option<u32>,
    /// The id that the input gives the record.
    pub key: Option<String>,
}

impl std::fmt::Display for RecordPlace {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        match &self.key {
            Some(key) => write!(out, " ({key})"),
            None => Ok(()),
        }
    }
}

/// Words that are mostly known when compiling.
pub type Phrase = Cow<'static, str>;

/// What kept an input or a record from being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    #[error("no such file or directory")]
    NotFound,
    #[error("permission denied")]
    PermissionDenied,
    #[error("cannot be read: {message}")]
    Io { message: String },
    #[error("is {kind}, not a file")]
    NotAFile { kind: Phrase },
    #[error("is a symbolic link to nothing")]
    DanglingLink,
    #[error("is a symbolic link that leads to itself or to a folder above it")]
    LinkLoop,
    #[error("is empty")]
    Empty,
    #[error("is not text but {looks_like}")]
    Binary { looks_like: Phrase },
    #[error("{documents} are not read; save it as {instead}")]
    NotRead { documents: Phrase, instead: Phrase },
    #[error("cannot be decoded as {encoding}")]
    Undecodable { encoding: Phrase },
    #[error("unknown encoding `{name}`")]
    UnknownEncoding { name: String },
    #[error("unknown format `{name}`")]
    UnknownFormat { name: String },
    #[error("is not valid {format}: {problem}")]
    Malformed { format: Phrase, problem: String },
    #[error("ends before its {format} data does")]
    Truncated { format: Phrase },
    #[error("its {format} data is damaged: {problem}")]
    Damaged { format: Phrase, problem: String },
    #[error("{what} is longer than the limit of {}", Bytes(*limit_bytes))]
    TooLong { what: Phrase, limit_bytes: u64 },
    #[error("expands to more than {limit_ratio} times its size, as archives do that are made to fill a disk")]
    ExpandsTooMuch { limit_ratio: u64 },
    #[error("archives stand in archives more than {limit} deep")]
    NestedTooDeep { limit: u32 },
    #[error("is encrypted")]
    Encrypted,
    #[error("changed while it was read")]
    ChangedWhileRead,
    #[error("vanished while it was read")]
    VanishedWhileRead,
    #[error("holds no article: {what}")]
    NoArticle { what: Phrase },
    /// The article was read without it.
    #[error("its sidecar {name} {problem}")]
    Sidecar { name: String, problem: String },
    #[error("has neither headline nor text")]
    NoText,
    #[error("reading was stopped")]
    Stopped,
    #[error("crashed the reader, which is a defect of dateline: {message}")]
    Crashed { message: String },
    #[error("kept the reader busy for more than {limit_seconds} s")]
    TookTooLong { limit_seconds: u64 },
}

impl Reason {
    /// Whether the input was read and understood, and simply holds no news text.
    pub fn is_no_article(&self) -> bool {
        matches!(self, Self::NoArticle { .. })
    }

    /// Whether reading the same bytes again would cost as much again, whatever they are called.
    pub fn is_quarantine(&self) -> bool {
        matches!(self, Self::Crashed { .. } | Self::TookTooLong { .. })
    }

    /// Whether the next look may find it otherwise although size and time are the same.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::ChangedWhileRead
                | Self::VanishedWhileRead
                | Self::Stopped
                | Self::NotFound
                | Self::PermissionDenied
                | Self::Io { .. }
        )
    }

    /// Takes a reason out of the I/O error that carried it through a chain of readers.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        if let Some(carried) = error.get_ref().and_then(|inner| inner.downcast_ref::<Reason>()) {
            return carried.clone();
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ => Self::Io { message: error.to_string() },
        }
    }
}

impl From<Reason> for io::Error {
    fn from(reason: Reason) -> Self {
        io::Error::other(reason)
    }
}

/// A number of bytes as a person reads it: limits are round, so one unit suffices.
struct Bytes(u64);

impl std::fmt::Display for Bytes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        for (size, unit) in UNITS {
            if self.0 >= size && self.0.is_multiple_of(size) {
                return write!(out, "{} {unit}", self.0 / size);
            }
        }
        write!(out, "{} bytes", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_and_where() {
        let rows = [
            (Rejected::input("a.txt", Reason::Empty), "a.txt: is empty"),
            (
                Rejected {
                    path: "wire.jsonl".into(),
                    place: RecordPlace { line: Some(7), key: Some("w-7".into()) },
                    reason: Reason::TooLong { what: "the line".into(), limit_bytes: 64 << 20 },
                },
                "wire.jsonl:7 (w-7): the line is longer than the limit of 64 MiB",
            ),
            (
                Rejected::input("a", Reason::TooLong { what: "it".into(), limit_bytes: 1000 }),
                "a: it is longer than the limit of 1000 bytes",
            ),
        ];
        for (rejected, message) in rows {
            assert_eq!(rejected.to_string(), message);
        }
    }

    #[test]
    fn a_reason_survives_the_journey_through_io() {
        let error: io::Error = Reason::NestedTooDeep { limit: 4 }.into();
        assert_eq!(Reason::from_io(&error), Reason::NestedTooDeep { limit: 4 });
    }
}
