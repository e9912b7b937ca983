//! A query as it is written: what the parser makes of tokens, what is printed, and what `resolve` makes a `Query` of.

use std::ops::Range;

use super::operators::Proximity;
use super::token::is_quotation_mark;
use super::tree::{Bounds, Interval, Pattern};
use super::typed::Piece;
use crate::index::fields::Field;

/// A part of a query and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub what: What,
    pub at: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// `*`: everything, or any value of the field it stands in.
    Star,
    /// Words typed without quotation marks.
    Bare {
        text: String,
        pieces: Vec<Piece>,
    },
    /// Exactly these words, or patterns of them.
    Exact {
        text: String,
        interval: Interval,
    },
    Value {
        field: &'static Field,
        text: String,
        value: Value,
    },
    /// Flat: none of them is an `And`.
    And(Vec<Node>),
    /// Flat: none of them is an `Or`.
    Or(Vec<Node>),
    Not(Box<Node>),
    Between {
        proximity: Proximity,
        operands: Vec<Node>,
    },
    AtLeast(u32, Box<Node>),
    Capitals(Box<Node>),
    /// Of a field the value is never boosted: the whole is.
    Boost(Box<Node>, f32),
    In(Named, Box<Node>),
}

/// A whole value of a field.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Pattern(Pattern),
    Bounds(Bounds),
    /// `none`: without a value.
    Missing,
}

/// What a name before a colon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Field(&'static Field),
    Lead,
    Said,
}

impl Named {
    pub fn name(self) -> &'static str {
        match self {
            Self::Field(field) => field.name,
            Self::Lead => LEAD,
            Self::Said => SAID,
        }
    }
}

/// Names that stand before a colon as fields do.
pub(super) const LEAD: &str = "lead";
pub(super) const SAID: &str = "said";
pub(super) const SAVED: &str = "query";

impl What {
    /// Returns the words between two quotation marks, which are printed straight.
    pub fn phrase(text: &str, interval: Interval) -> Self {
        let visible = text.chars().map(|char| if is_quotation_mark(char) || char.is_control() { ' ' } else { char });
        let words: Vec<String> = visible.collect::<String>().split_whitespace().map(str::to_owned).collect();
        Self::Exact { text: format!("\"{}\"", words.join(" ")), interval }
    }

    pub fn at(self, at: Range<usize>) -> Node {
        Node { what: self, at }
    }
}
