//! The one list of operators: the lexer's spellings, the help, `docs/query.md` and the tests of examples are made
//! from it. To add one: a file here, its `mod` line and its row.

mod and;
mod at_least;
mod before;
mod boost;
mod caps;
mod date;
mod exact;
mod field;
mod fuzzy;
mod has;
mod lead;
mod near;
mod not;
mod number;
mod or;
mod phrase;
mod regex;
mod said;
mod same;
mod saved;
mod slop;
mod wildcard;
mod word;

use std::ops::RangeInclusive;

pub(super) use and::within_one_value;
pub(super) use caps::as_written;
pub(super) use fuzzy::{DISTANCES, fuzzy};
pub(super) use phrase::phrase;
pub(super) use regex::{check as check_regex, regex};
pub(super) use slop::slop;
pub(super) use wildcard::{has_wildcard, wildcard};

use super::tree::Interval;

/// Bounds of the number after a slash: wider than a page of news nothing is near.
pub const COUNTS: RangeInclusive<u32> = 1..=1000;

/// One row of `OPERATORS`.
#[derive(Debug)]
pub struct Operator {
    /// As help shows it.
    pub usage: &'static str,
    /// The canonical one first; empty for what is written with signs alone.
    pub spellings: &'static [&'static str],
    /// What it finds, as a phrase.
    pub help: &'static str,
    /// Queries, and what each finds.
    pub examples: &'static [(&'static str, &'static str)],
    pub role: Role,
}

/// How an operator stands in a query.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// A sign or word that the grammar itself knows.
    Grammar,
    /// Between operands that stand in a certain way to each other: makes one interval of theirs and the number.
    Between(fn(Vec<Interval>, u32) -> Interval),
    /// Before an operand, with the number of times it must occur.
    AtLeast,
}

impl Role {
    /// Returns whether a slash follows the operator's name.
    pub fn is_slashed(self) -> bool {
        !matches!(self, Self::Grammar)
    }
}

/// An operator between operands, with the number after its slash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proximity {
    pub operator: &'static Operator,
    pub build: fn(Vec<Interval>, u32) -> Interval,
    pub count: u32,
}

impl Proximity {
    /// Returns how it is written.
    pub fn spelling(&self) -> String {
        self.operator.spellings[0].replace("/n", &format!("/{}", self.count))
    }
}

impl PartialEq for Proximity {
    fn eq(&self, other: &Self) -> bool {
        self.operator.usage == other.operator.usage && self.count == other.count
    }
}

/// Every operator, in the order in which one learns them.
pub const OPERATORS: &[&Operator] = &[
    &word::OPERATOR,
    &exact::OPERATOR,
    &and::OPERATOR,
    &or::OPERATOR,
    &not::OPERATOR,
    &phrase::OPERATOR,
    &wildcard::OPERATOR,
    &fuzzy::OPERATOR,
    &regex::OPERATOR,
    &near::OPERATOR,
    &before::OPERATOR,
    &slop::OPERATOR,
    &same::SENTENCE,
    &same::PARAGRAPH,
    &at_least::OPERATOR,
    &caps::OPERATOR,
    &field::OPERATOR,
    &lead::OPERATOR,
    &said::OPERATOR,
    &date::OPERATOR,
    &number::OPERATOR,
    &has::OPERATOR,
    &saved::OPERATOR,
    &boost::OPERATOR,
];

/// Returns the operators with a slash by their canonical spelling: name and what follows the slash.
pub(super) fn slashed() -> impl Iterator<Item = (&'static Operator, &'static str, &'static str)> {
    let rows = OPERATORS.iter().filter(|operator| operator.role.is_slashed());
    rows.filter_map(|operator| operator.spellings[0].split_once('/').map(|(name, rest)| (*operator, name, rest)))
}

/// Returns the operators with a slash by each of their spellings.
pub(super) fn slashed_in_any_spelling() -> impl Iterator<Item = (&'static Operator, &'static str, &'static str)> {
    let rows = OPERATORS.iter().filter(|operator| operator.role.is_slashed());
    rows.flat_map(|operator| {
        let spellings = operator.spellings.iter().filter_map(|spelling| spelling.split_once('/'));
        spellings.map(|(name, rest)| (*operator, name, rest))
    })
}
