//! The two texts of an article that statements stand in.

use super::StatementField;
use super::token::Analysis;
use crate::article::Span;

/// Headline and body, read.
pub(crate) struct Texts<'a> {
    pub headline: Option<&'a Analysis<'a>>,
    pub body: &'a Analysis<'a>,
    /// The body's dateline, in bytes; its places and agencies are nobody's mention.
    pub dateline: Span,
}

impl<'a> Texts<'a> {
    /// Returns the text of one field.
    ///
    /// # Panics
    /// If there is no headline and its text is asked for: spans of a field come from its text.
    pub(crate) fn of(&self, field: StatementField) -> &'a Analysis<'a> {
        match field {
            StatementField::Body => self.body,
            StatementField::Headline => self.headline.expect("a span of the headline has a headline"),
        }
    }

    /// Returns the first byte of a field that may name somebody.
    pub(crate) fn start_of(&self, field: StatementField) -> usize {
        if field == StatementField::Body { self.dateline.end } else { 0 }
    }

    /// Returns the dateline that stands in a field; empty where none does.
    pub(crate) fn dateline_of(&self, field: StatementField) -> Span {
        if field == StatementField::Body { self.dateline } else { Span::default() }
    }

    /// Returns the texts in reading order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (StatementField, &'a Analysis<'a>)> {
        let headline = self.headline.map(|text| (StatementField::Headline, text));
        headline.into_iter().chain([(StatementField::Body, self.body)])
    }
}
