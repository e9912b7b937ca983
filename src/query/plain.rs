//! `--any`: a question in plain words. Only double quotation marks mean anything.

use super::error::{Mistake, Part, QueryError};
use super::parse::any_of;
use super::reader::Reader;
use super::syntax::{Node, What};
use super::token::{is_quotation_mark, phrase_at};
use super::typed::{Origin, in_a_row, pieces};

/// Reads a text as words and phrases of which any may match; one of blanks alone is none.
///
/// # Errors
/// If there is no word, or too many.
pub(super) fn any(reader: &mut Reader<'_>, text: &str) -> Result<Option<Node>, QueryError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let located = |mistake| QueryError::new(Box::new(mistake), text, 0..text.len(), Part::Query);
    reader.count_bytes(text).map_err(located)?;
    let mut nodes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match phrase_at(text, at) {
            Some((inner, end)) => {
                nodes.extend(phrase(&text[inner.clone()], inner.start, at..end));
                at = end;
            }
            None => {
                let mark = text[at..].chars().next().filter(|&char| is_quotation_mark(char)).map_or(0, char::len_utf8);
                let rest = &text[at + mark..];
                let end = at + mark + rest.find(is_quotation_mark).unwrap_or(rest.len());
                nodes.extend(words(&text[at..end], at));
                at = end;
            }
        }
    }
    for _ in &nodes {
        reader.count_part().map_err(located)?;
    }
    match nodes.is_empty() {
        true => Err(located(Mistake::NoWord)),
        false => Ok(Some(any_of(nodes))),
    }
}

/// Returns how many words a query is, if all of them must match and nothing else is said; else 0.
pub(super) fn words_in(asked: &Node) -> usize {
    let is_bare = |node: &Node| matches!(node.what, What::Bare { .. });
    match &asked.what {
        What::And(nodes) if nodes.iter().all(is_bare) => nodes.len(),
        What::Bare { .. } => 1,
        _ => 0,
    }
}

fn words(text: &str, start: usize) -> Vec<Node> {
    let nodes = pieces(text, &Origin::From(start)).into_iter().map(|piece| {
        let at = piece.word().at.clone();
        let typed = text[at.start - start..at.end - start].to_owned();
        What::Bare { text: typed, pieces: vec![piece] }.at(at)
    });
    nodes.collect()
}

fn phrase(text: &str, start: usize, at: std::ops::Range<usize>) -> Option<Node> {
    let exact = pieces(text, &Origin::From(start)).into_iter().map(|piece| piece.exact(false)).collect();
    let interval = in_a_row(exact)?;
    // Wildcards are punctuation here.
    Some(What::phrase(&text.replace(['*', '?'], " "), interval).at(at))
}
