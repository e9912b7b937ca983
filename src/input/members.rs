//! Hands the members of an input to whoever reads it, one by one, and counts them.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;

use super::RawArticle;
use super::double_encoding;
use super::read::{Note, ReadOptions, read_members};
use super::rejected::{Reason, RecordPlace, Rejected};
use super::sidecar::{Description, Finished};
use crate::article::clean;

/// Takes each member of an input; breaking ends the reading.
pub type Accept<'a> = dyn FnMut(Result<RawArticle, Rejected>) -> ControlFlow<()> + 'a;

/// The receiving end of a format's reader.
pub(crate) struct Members<'a> {
    /// Of the input, for messages.
    path: &'a str,
    pub options: &'a ReadOptions,
    accept: &'a mut Accept<'a>,
    /// Path inside the archives that are open.
    inside: Option<String>,
    /// How many archives are open.
    depth: u32,
    /// What sidecars say of the parts of archives that are being read, the innermost last.
    descriptions: Vec<Description>,
    /// How often each key or content was seen: 16 bytes a member.
    seen: HashMap<u64, u32>,
    pub given: u64,
    pub refused: u64,
    pub notes: Vec<Note>,
}

impl<'a> Members<'a> {
    pub fn new(path: &'a str, options: &'a ReadOptions, accept: &'a mut Accept<'a>) -> Self {
        Self {
            path,
            options,
            accept,
            inside: None,
            depth: 0,
            descriptions: Vec::new(),
            seen: HashMap::new(),
            given: 0,
            refused: 0,
            notes: Vec::new(),
        }
    }

    /// Hands on one article. One without any text is refused here, so that no format needs to ask.
    ///
    /// # Errors
    /// `Reason::Stopped` where the receiver wants no more.
    pub fn give(&mut self, mut article: RawArticle) -> Result<(), Reason> {
        let has_text = |text: &str| text.chars().any(char::is_alphanumeric);
        if !has_text(&article.body) && !article.headline.as_deref().is_some_and(has_text) {
            return self.refuse(article.line, article.key, Reason::NoText);
        }
        // What is kept word for word keeps even this.
        if !article.verbatim {
            if double_encoding::repair(&mut article) {
                self.note(Note::EncodedTwice);
            }
            for what in clean::leftovers(&article.body) {
                self.note(Note::Replaced { what: what.into() });
            }
        }
        article.inside.clone_from(&self.inside);
        let identity = match &article.key {
            Some(key) => xxhash_rust::xxh3::xxh3_64(key.as_bytes()),
            None => article.content_hash() as u64,
        };
        let identity =
            identity ^ self.inside.as_ref().map_or(0, |inside| xxhash_rust::xxh3::xxh3_64(inside.as_bytes()));
        let count = self.seen.entry(identity).or_insert(0);
        article.ordinal = *count;
        *count += 1;
        self.given += 1;
        self.hand(Ok(article))
    }

    /// Reports one record that is no article; the others of the input go on.
    ///
    /// # Errors
    /// `Reason::Stopped` where the receiver wants no more.
    pub fn refuse(&mut self, line: u32, key: Option<String>, reason: Reason) -> Result<(), Reason> {
        self.refused += 1;
        let place = RecordPlace { line: (line > 0).then_some(line), key };
        let rejected = Rejected { path: self.path(), place, reason };
        self.hand(Err(rejected))
    }

    /// Returns the path of what is being read, with the path inside archives.
    pub fn path(&self) -> String {
        match &self.inside {
            Some(inside) => format!("{}!{inside}", self.path),
            None => self.path.to_owned(),
        }
    }

    /// Reads one part of an archive as an input of its own. What is wrong with it is reported as a rejection of the part,
    /// and the others go on.
    ///
    /// # Errors
    /// `Reason::Stopped` where the receiver wants no more, and what rejects the archive as a whole.
    pub fn open(&mut self, name: &str, bytes: &mut dyn Read) -> Result<(), Reason> {
        if self.depth == self.options.limits.nesting {
            return Err(Reason::NestedTooDeep { limit: self.options.limits.nesting });
        }
        let outer = self.inside.take();
        self.inside = Some(match &outer {
            Some(outer) => format!("{outer}!{name}"),
            None => name.to_owned(),
        });
        self.depth += 1;
        let read = read_members(bytes, name, self);
        self.depth -= 1;
        let result = match read.map(|recognised| recognised.damage) {
            Ok(None) => Ok(()),
            Err(reason @ (Reason::Stopped | Reason::NestedTooDeep { .. } | Reason::ExpandsTooMuch { .. })) => {
                Err(reason)
            }
            Ok(Some(reason)) | Err(reason) => self.refuse(0, None, reason),
        };
        self.inside = outer;
        result
    }

    /// Reads one part of an archive of which its sidecar says this.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_described(&mut self, name: &str, bytes: &mut dyn Read, says: RawArticle) -> Result<(), Reason> {
        self.descriptions.push(Description::new(says));
        let read = self.open(name, bytes);
        let description = self.descriptions.pop();
        if matches!(read, Err(Reason::Stopped)) {
            return read;
        }
        if let Some(Finished { held_back, note }) = description.map(Description::finish) {
            if let Some(article) = held_back {
                self.hand(Ok(article))?;
            }
            note.into_iter().for_each(|note| self.note(note));
        }
        read
    }

    /// Returns whether an archive is open, whose parts are read.
    pub fn is_inside(&self) -> bool {
        self.depth > 0
    }

    /// Remembers what a person may want to know although nothing was refused.
    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn hand(&mut self, member: Result<RawArticle, Rejected>) -> Result<(), Reason> {
        match member {
            Ok(article) => self.describe(article, self.descriptions.len()),
            refused => self.pass_on(refused),
        }
    }

    /// Hands an article through so many of the descriptions, the innermost first: each may hold it back.
    fn describe(&mut self, article: RawArticle, count: usize) -> Result<(), Reason> {
        let outer = count.saturating_sub(1);
        match self.descriptions[..count].last_mut() {
            Some(description) => {
                description.take(article).into_iter().try_for_each(|article| self.describe(article, outer))
            }
            None => self.pass_on(Ok(article)),
        }
    }

    fn pass_on(&mut self, member: Result<RawArticle, Rejected>) -> Result<(), Reason> {
        match (self.accept)(member) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Reason::Stopped),
        }
    }
}
