//! A question as a tree, the same for every engine: `syntax` makes it, an engine lowers it.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use crate::index::fields::Field;

/// A question, or a part of one. Which kind of document a part is about follows from where it stands: the kind asked
/// for, and statements inside `OneStatement`.
///
/// Places (`at`) are those of the query's text. What a saved query brought stands where its name does; what a filter
/// brought stands nowhere, and its places are empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Every document of the kind.
    Everything,
    /// A bare word: any of its inflections. Ranked.
    Word {
        word: Word,
        scope: Scope,
    },
    /// Words at positions, at least so many times. Ranked.
    Text {
        interval: Interval,
        at_least: u32,
        scope: Scope,
    },
    /// Words within one value of a name field.
    Name {
        field: &'static Field,
        interval: Interval,
    },
    /// A whole value of an exact or path field.
    Value {
        field: &'static Field,
        pattern: Pattern,
        at: Range<usize>,
    },
    /// A day, an instant or a number within bounds; both ends are included.
    Between {
        field: &'static Field,
        bounds: Bounds,
        at: Range<usize>,
    },
    /// Any value of the field; for fields of text any word.
    Has {
        field: &'static Field,
        at: Range<usize>,
    },
    /// All of them; of none: everything.
    And(Vec<Query>),
    /// Any of them, scores added; of none: nothing.
    Or(Vec<Query>),
    Not(Box<Query>),
    /// The same with its score multiplied.
    Boost(Box<Query>, f32),
    /// Articles of which one statement is as said.
    OneStatement(Box<Query>),
}

/// Which text is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Of articles the headline and the body; of statements their own words and, for bare words and ranked lower, their
    /// context.
    Any,
    Headline,
    Body,
    /// Headline and first paragraph.
    Lead,
    /// A statement's own words.
    Said,
}

/// One word as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Folded as `index::words` folds; of a hyphenated word the parts joined.
    pub folded: String,
    /// Of a hyphenated word its parts; else empty. It matches as its parts in a row or as one joined word.
    pub parts: Vec<String>,
    /// Where it stands in the query's text.
    pub at: Range<usize>,
}

/// What one indexed word must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this folded word, or this whole value.
    Exact(String),
    /// `*` any letters, `?` one; folded.
    Wildcard(String),
    /// A regular expression on the whole folded word.
    Regex(String),
    /// Within so many edits: 1 or 2.
    Fuzzy(String, u8),
    /// As written, case and accents kept: `marks::as_written`.
    AsWritten(String),
    /// A path from the collection's root, `**` and `*` as in gitignore.
    Glob(String),
}

/// Words and where they stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interval {
    /// One word.
    Word { pattern: Pattern, at: Range<usize> },
    /// A hyphenated word: its parts in a row, or joined.
    Compound(Word),
    /// A bare word inside proximity: every surface form of its inflections.
    Inflected(Word),
    /// In this order, side by side.
    Phrase(Vec<Interval>),
    /// Any of them.
    Either(Vec<Interval>),
    /// All within so many positions of each other; `is_ordered`: in this order.
    Near { operands: Vec<Interval>, within: u32, is_ordered: bool },
    /// All in one sentence or paragraph.
    Same { operands: Vec<Interval>, boundary: Boundary },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Boundary {
    Sentence,
    Paragraph,
}

/// Bounds of a value, both included; an end left open is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Bounds {
    /// Printed calendar days.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    Instants(Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    Whole(Option<u64>, Option<u64>),
    /// Strict bounds (`<`, `>`) are told by the flags.
    Fraction {
        from: Option<(f64, bool)>,
        to: Option<(f64, bool)>,
    },
}
