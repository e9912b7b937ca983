//! In: a query's text. Out: a `Query`, the tree that every engine lowers.
//!
//! 1. `token`: text to tokens. 2. `reader` and `parse`: tokens to what is written, by `operators`, with `typed` words
//! and `value`s. 3. `resolve`: what is written to the `Query` for the kind of document asked for. `print` spells it
//! again, and `help` says what can be written.

mod ends;
mod error;
mod help;
mod lenient;
mod operators;
mod parse;
mod plain;
mod print;
mod reader;
mod resolve;
mod syntax;
mod token;
mod tree;
mod typed;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub use ends::End;
pub use error::{Mistake, Part, QueryError, Side};
pub use help::{help, page};
pub use operators::{OPERATORS, Operator, Role};
pub use tree::{Boundary, Bounds, Interval, Pattern, Query, Scope, Word};

use crate::search::Target;
use reader::Reader;

/// What decides how a text is read.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub target: Target,
    /// Whether plain words are read, any of which may match: only double quotation marks keep their meaning.
    pub any: bool,
    /// Whether mistakes are left out and told rather than errors.
    pub lenient: bool,
    /// The day from which "yesterday" and `30d..` count.
    pub today: NaiveDate,
    /// Texts that `query:NAME` stands for.
    pub saved: &'a BTreeMap<String, String>,
    /// Fields and values that must hold besides: `("speaker", "larijani")`, `("date", "2025-09-01..")`. Words of a name
    /// field may be of one name in any order; its value may be anything that stands in the field's bracket. `since` and
    /// `until` take the first and the last day of publication.
    pub filters: &'a [(String, String)],
}

/// A question as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What is asked. Places in it are those of the text; of what a filter brought they are empty.
    pub query: Query,
    /// The question in its own language, spelt in one way; read again it is the same.
    pub understood: String,
    /// What was read otherwise than users of other systems may expect.
    pub notes: Vec<String>,
    /// What a lenient reading left out, as sentences.
    pub dropped: Vec<String>,
    /// Words that all must match, of a text that is nothing but words; else 0.
    pub plain_words: usize,
}

/// Reads a query.
///
/// A text of blanks alone asks for everything that the filters let through.
///
/// # Errors
/// If the text breaks the grammar; never if the reading is lenient.
///
/// # Examples
/// ```
/// use std::collections::BTreeMap;
/// use dateline::query::{Options, parse};
/// use dateline::search::Target;
///
/// let today = chrono::NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
/// let saved = BTreeMap::new();
/// let options =
///     Options { target: Target::Articles, any: false, lenient: false, today, saved: &saved, filters: &[] };
/// let parsed = parse("missile w/5 (talks OR talk) date:7d..", &options).unwrap();
/// assert_eq!(parsed.understood, "missile NEAR/5 (talks OR talk) date:2025-08-26..");
///
/// let error = parse("speeker:larijani", &options).unwrap_err();
/// assert_eq!(error.to_string(), "unknown field `speeker`\n  speeker:larijani\n  ^^^^^^^");
/// assert_eq!(error.hint().unwrap(), "did you mean `speaker`?");
/// ```
pub fn parse(text: &str, options: &Options<'_>) -> Result<Parsed, QueryError> {
    if options.lenient { Ok(lenient::parse(text, options)) } else { read(text, options) }
}

fn read(text: &str, options: &Options<'_>) -> Result<Parsed, QueryError> {
    let mut reader = Reader::new(options.today, options.saved);
    let asked = if options.any { plain::any(&mut reader, text)? } else { reader.query(text)? };
    let plain_words = asked.as_ref().map_or(0, plain::words_in);
    let mut nodes = Vec::from_iter(asked);
    ends::refuse_reversed(options)?;
    for (field, value) in options.filters {
        let node = reader.filter(field, value)?;
        // By itself first, so that a mistake is shown where it was made.
        let text = format!("{field}:{value}");
        resolve::resolve(&node, options.target)
            .map_err(|(mistake, _)| QueryError::new(Box::new(mistake), &text, 0..text.len(), Part::Filter))?;
        nodes.push(node);
    }
    let node = parse::all_of(nodes);
    let query = resolve::resolve(&node, options.target)
        .map_err(|(mistake, span)| QueryError::new(Box::new(mistake), text, span, Part::Query))?;
    Ok(Parsed { query, understood: print::print(&node), notes: reader.notes, dropped: Vec::new(), plain_words })
}
