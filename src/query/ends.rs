//! In: the first and the last day of publication, as options give them. Out: the days that they stand for.

use chrono::NaiveDate;

use super::Options;
use super::error::{Mistake, Part, QueryError};
use super::syntax::{Named, Node, Value, What};
use super::tree::Bounds;
use super::value;
use crate::index::fields;

/// Which end of a stretch of days an option gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Since,
    Until,
}

impl End {
    pub const ALL: [Self; 2] = [Self::Since, Self::Until];

    /// Returns the name of the option.
    pub fn name(self) -> &'static str {
        match self {
            Self::Since => "since",
            Self::Until => "until",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.name() == name)
    }

    /// Returns the day that a value stands for: of a month the first or the last one.
    fn day(self, value: &str, today: NaiveDate) -> Result<NaiveDate, Mistake> {
        let (first, last) = value::end_of_days(value, today)
            .ok_or_else(|| Mistake::InvalidEnd { end: self.name(), value: value.trim().into() })?;
        Ok(match self {
            Self::Since => first,
            Self::Until => last,
        })
    }

    /// Reads a value as days of publication that are open at the other end.
    pub(super) fn read(self, value: &str, today: NaiveDate) -> Result<Node, Mistake> {
        let day = self.day(value, today)?;
        let bounds = match self {
            Self::Since => Bounds::Days(Some(day), None),
            Self::Until => Bounds::Days(None, Some(day)),
        };
        let (field, value) = (fields::named("date"), Value::Bounds(bounds));
        let days = What::Value { field, text: value::printed(&value, ""), value }.at(0..0);
        Ok(What::In(Named::Field(field), Box::new(days)).at(0..0))
    }
}

/// Refuses a last day that lies before the first one: no article can be of both.
///
/// # Errors
/// If it does.
pub(super) fn refuse_reversed(options: &Options<'_>) -> Result<(), QueryError> {
    let day = |end: End| {
        let (_, value) = options.filters.iter().find(|(field, _)| *field == end.name())?;
        Some((end.day(value, options.today).ok()?, value))
    };
    let (Some((since, _)), Some((until, typed))) = (day(End::Since), day(End::Until)) else { return Ok(()) };
    if since <= until {
        return Ok(());
    }
    let name = End::Until.name();
    let text = format!("{name}:{typed}");
    let span = name.len() + 1..text.len();
    Err(QueryError::new(Box::new(Mistake::ReversedEnds { since, until }), &text, span, Part::Filter))
}
