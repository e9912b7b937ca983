//! In: what is written. Out: the same, spelt as this page would: read again it is the same question.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::reader::Reader;
use super::syntax::{Node, What};
use super::typed::Piece;
use crate::index::words::cut;

/// Keeps what follows from being read as an operator or field.
const NO_WORD: &str = ",";

/// How tightly what is printed holds together; what is looser than its place needs brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Alternatives,
    Conjunction,
    Negation,
    Repetition,
    Proximity,
    /// A word, a phrase, a field, brackets.
    Whole,
}

/// Returns the canonical spelling of a query.
pub(super) fn print(node: &Node) -> String {
    let mut out = String::new();
    write(node, Hold::Alternatives, &mut out);
    out
}

fn hold(node: &Node) -> Hold {
    match &node.what {
        What::Or(_) => Hold::Alternatives,
        What::And(_) => Hold::Conjunction,
        What::Not(_) => Hold::Negation,
        What::AtLeast(..) => Hold::Repetition,
        What::Between { .. } => Hold::Proximity,
        _ => Hold::Whole,
    }
}

fn write(node: &Node, least: Hold, out: &mut String) {
    if hold(node) < least {
        out.push('(');
        write(node, Hold::Alternatives, out);
        out.push(')');
        return;
    }
    match &node.what {
        What::Star => out.push('*'),
        What::Bare { text, pieces } => out.push_str(&bare(text, pieces)),
        What::Exact { text, .. } => match text.strip_prefix('-') {
            // Behind a quotation mark it was no negation, which it would be behind a space.
            Some(rest) => out.extend([NO_WORD, rest.trim_start_matches('-')]),
            None => out.push_str(text),
        },
        What::Value { text, .. } => out.push_str(text),
        What::And(nodes) => write_all(nodes, " ", Hold::Negation, out),
        What::Or(nodes) => write_all(nodes, " OR ", Hold::Conjunction, out),
        What::Not(inner) => {
            let is_whole = hold(inner) == Hold::Whole;
            let mut spelling = String::new();
            write(inner, if is_whole { Hold::Whole } else { Hold::Repetition }, &mut spelling);
            // Two dashes negate nothing.
            out.push_str(if is_whole && !spelling.starts_with('-') { "-" } else { "NOT " });
            out.push_str(&spelling);
        }
        What::Between { proximity, operands } => {
            write_all(operands, &format!(" {} ", proximity.spelling()), Hold::Whole, out);
        }
        What::AtLeast(count, inner) => {
            out.push_str(&format!("ATLEAST/{count} "));
            write(inner, Hold::Proximity, out);
        }
        What::Capitals(inner) => {
            out.push_str("CAPS(");
            write(inner, Hold::Alternatives, out);
            out.push(')');
        }
        What::Boost(inner, factor) => {
            write(inner, Hold::Whole, out);
            out.push_str(&format!("^{factor}"));
        }
        What::In(named, inner) => {
            out.push_str(named.name());
            out.push(':');
            write(inner, Hold::Whole, out);
        }
    }
}

fn write_all(nodes: &[Node], between: &str, least: Hold, out: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        write(node, least, out);
    }
}

/// Returns typed words without the punctuation around them, if they are read alike then; `AND` among plain words is
/// printed in small letters.
fn bare(text: &str, pieces: &[Piece]) -> String {
    let words = cut(text);
    let trimmed = match (words.first(), words.last()) {
        (Some(first), Some(last)) => &text[first.span.start..last.span.end.max(first.span.end)],
        _ => text,
    };
    let spellings = [trimmed.to_owned(), text.to_owned(), trimmed.to_lowercase(), format!("{NO_WORD}{trimmed}")];
    let alike = spellings.into_iter().find(|spelling| reads_as(spelling, pieces));
    alike.unwrap_or_else(|| text.to_owned())
}

/// Whether a spelling is read as these words and nothing else.
fn reads_as(spelling: &str, expected: &[Piece]) -> bool {
    // Words name neither days nor saved queries.
    let (today, saved) = (NaiveDate::default(), BTreeMap::new());
    match Reader::new(today, &saved).query(spelling) {
        Ok(Some(Node { what: What::Bare { pieces, .. }, .. })) => {
            pieces.iter().map(|piece| &piece.word().folded).eq(expected.iter().map(|piece| &piece.word().folded))
        }
        _ => false,
    }
}
