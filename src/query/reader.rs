//! In: a query's text, and the saved queries it names. Out: the tree of all of them. Here is what they share: where a
//! part stands, what may be named there, and the bounds of the whole.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::ends::End;
use super::error::{Mistake, Part, QueryError, meant};
use super::parse::Parser;
use super::syntax::{LEAD, Named, Node, SAID, SAVED, What};
use super::token::Reading;
use super::typed::Origin;
use super::value;
use crate::index::fields::{self, Holder, Kind};

/// Bytes of a query with the saved queries it names: two thousand names of officials are a third of it.
pub(super) const MOST_BYTES: usize = 128 << 10;
/// Words, phrases and values of a query.
pub(super) const MOST_PARTS: usize = 8192;
/// Far beyond what people bracket, and far below what a thread's stack holds.
pub(super) const MOST_NESTED: usize = 64;

/// What the texts of one query share.
pub(super) struct Reader<'s> {
    pub today: NaiveDate,
    pub saved: &'s BTreeMap<String, String>,
    /// Names of the saved queries that are being read, outermost first.
    stack: Vec<String>,
    bytes: usize,
    parts: usize,
    pub nested: usize,
    /// What was read otherwise than some readers expect.
    pub notes: Vec<String>,
}

impl<'s> Reader<'s> {
    pub fn new(today: NaiveDate, saved: &'s BTreeMap<String, String>) -> Self {
        Self { today, saved, stack: Vec::new(), bytes: 0, parts: 0, nested: 0, notes: Vec::new() }
    }

    /// Reads a whole query; one of blanks alone is none.
    ///
    /// # Errors
    /// If the text breaks the grammar or passes a bound.
    pub fn query(&mut self, text: &str) -> Result<Option<Node>, QueryError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        self.text(text, Place::Query, None).map(Some).map_err(|(mistake, span)| *mistake.located(text, span))
    }

    /// Reads a filter: the field and its value, which is a bracket's content or, for values, one of them.
    ///
    /// # Errors
    /// As `query`.
    pub fn filter(&mut self, field: &str, value: &str) -> Result<Node, QueryError> {
        let text = format!("{field}:{value}");
        let value_start = field.len() + 1;
        let located = |(problem, span): Problem| {
            let mut error = *problem.located(&text, span);
            if error.part == Part::Query {
                error.part = Part::Filter;
            }
            error
        };
        let shifted = |(problem, span): Problem| (problem, span.start + value_start..span.end + value_start);
        let nowhere = Origin::Within(0..0);
        if let Some(end) = End::named(field) {
            let node = end.read(value, self.today);
            return node.map_err(|mistake| located((mistake.into(), value_start..text.len())));
        }
        if field.eq_ignore_ascii_case(SAVED) {
            return self.saved(value, 0..0, value_start..text.len(), Place::Query).map_err(located);
        }
        let named = named(field).map_err(|mistake| located((mistake.into(), 0..field.len())))?;
        let place = Place::Query.inside(named).map_err(|mistake| located((mistake.into(), 0..field.len())))?;
        let inner = match place {
            Place::Value(field) => value::read(field, value, &nowhere, self.today)
                .map_err(|(mistake, _)| (mistake.into(), value_start..text.len())),
            _ => self.text(value, place, Some(0..0)).map_err(shifted),
        };
        Ok(within(named, inner.map_err(located)?))
    }

    /// Counts a text that is read.
    ///
    /// # Errors
    /// If all together are longer than a query may be.
    pub fn count_bytes(&mut self, text: &str) -> Result<(), Mistake> {
        self.bytes += text.len();
        if self.bytes > MOST_BYTES { Err(Mistake::TooLong { most: MOST_BYTES }) } else { Ok(()) }
    }

    /// Counts a word, phrase or value.
    ///
    /// # Errors
    /// If there are more than a query may have.
    pub fn count_part(&mut self) -> Result<(), Mistake> {
        self.parts += 1;
        if self.parts > MOST_PARTS { Err(Mistake::TooManyParts { most: MOST_PARTS }) } else { Ok(()) }
    }

    /// Reads one text; `within` is where all of it stands, if not each part in its own place.
    fn text(&mut self, text: &str, place: Place, within: Option<Range<usize>>) -> Result<Node, Problem> {
        self.count_bytes(text).map_err(|mistake| (mistake.into(), 0..0))?;
        Parser::new(text, place, within, self).whole()
    }

    /// Reads the saved query that `name` names; `at` is where all of it stands, `typed` what a mistake points to.
    pub fn saved(&mut self, name: &str, at: Range<usize>, typed: Range<usize>, place: Place) -> Result<Node, Problem> {
        let Some(text) = self.saved.get(name) else {
            let meant = meant(name, self.saved.keys().map(String::as_str));
            return Err((Mistake::UnknownSaved { name: name.into(), meant }.into(), typed));
        };
        if let Some(first) = self.stack.iter().position(|open| open == name) {
            let mut names = self.stack[first..].to_vec();
            names.push(name.into());
            return Err((Mistake::SavedCycle { names }.into(), typed));
        }
        self.stack.push(name.into());
        let node = self.text(text, place, Some(at));
        self.stack.pop();
        node.map_err(|(problem, span)| {
            let mut error = problem.located(text, span);
            if error.part == Part::Query {
                error.part = Part::Saved(name.into());
            }
            (Trouble::Located(error), typed)
        })
    }
}

/// A mistake of this text, or one already located in another.
/// Boxed, because every level of nesting keeps room for one on the stack.
#[derive(Debug)]
pub(super) enum Trouble {
    Here(Box<Mistake>),
    Located(Box<QueryError>),
}

impl From<Mistake> for Trouble {
    fn from(mistake: Mistake) -> Self {
        Self::Here(Box::new(mistake))
    }
}

impl Trouble {
    fn located(self, text: &str, span: Range<usize>) -> Box<QueryError> {
        match self {
            Self::Here(mistake) => Box::new(QueryError::new(mistake, text, span, Part::Query)),
            Self::Located(mut error) => {
                error.at = span;
                error
            }
        }
    }
}

pub(super) type Problem = (Trouble, Range<usize>);

/// Where in a query a part stands, which decides how words are read and which fields may be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    /// Inside `said:( )`.
    Said,
    /// Inside a field of running text.
    Text(&'static str),
    /// Inside a field of names.
    Name(&'static str),
    /// Inside a field of whole values.
    Value(&'static fields::Field),
}

impl Place {
    pub fn reading(self) -> Reading {
        match self {
            Self::Value(_) => Reading::Values,
            _ => Reading::Words,
        }
    }

    /// Returns the place inside a field that is named here.
    pub fn inside(self, named: Named) -> Result<Self, Mistake> {
        match (self, named) {
            (Self::Text(field) | Self::Name(field), _) => return Err(Mistake::FieldInField { field: field.into() }),
            (Self::Value(field), _) => return Err(Mistake::FieldInField { field: field.name.into() }),
            (Self::Said, Named::Said) => return Err(Mistake::NestedSaid),
            (Self::Said, Named::Lead) => return Err(Mistake::ArticleFieldInSaid { name: LEAD.into() }),
            (Self::Said, Named::Field(field)) if field.holder != Holder::Statement => {
                return Err(Mistake::ArticleFieldInSaid { name: field.name.into() });
            }
            _ => {}
        }
        Ok(match named {
            Named::Said => Self::Said,
            Named::Lead => Self::Text(LEAD),
            Named::Field(field) => match field.kind {
                Kind::Text { .. } => Self::Text(field.name),
                Kind::Name => Self::Name(field.name),
                _ => Self::Value(field),
            },
        })
    }
}

pub(super) fn named(name: &str) -> Result<Named, Mistake> {
    let folded = name.to_lowercase();
    match folded.as_str() {
        LEAD => return Ok(Named::Lead),
        SAID => return Ok(Named::Said),
        _ => {}
    }
    fields::asked_by(&folded).map(Named::Field).ok_or_else(|| {
        let names = fields::queryable_names().chain([LEAD, SAID, SAVED]);
        Mistake::UnknownField { name: name.into(), meant: meant(&folded, names) }
    })
}

/// Returns a value in its field; a boost of the value is the whole's.
pub(super) fn within(named: Named, value: Node) -> Node {
    let at = value.at.clone();
    match value.what {
        What::Boost(inner, factor) => What::Boost(Box::new(What::In(named, inner).at(at.clone())), factor).at(at),
        what => What::In(named, Box::new(what.at(at.clone()))).at(at),
    }
}
