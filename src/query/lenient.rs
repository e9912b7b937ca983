//! Reading that never fails: what is wrong is blanked out, so that the rest keeps its place, and told.

use super::error::{Mistake, Part, QueryError};
use super::parse::all_of;
use super::print::print;
use super::reader::{MOST_BYTES, Reader};
use super::{Options, Parsed, plain, read, resolve};

/// How many mistakes are mended one by one: a text with more is no query, but may hold words.
const MOST_MENDED: usize = 32;

/// Reads as much of a text as can be read.
pub(super) fn parse(text: &str, options: &Options<'_>) -> Parsed {
    let mut text = text.to_owned();
    let mut filters = options.filters.to_vec();
    let mut dropped = Vec::new();
    if text.len() > MOST_BYTES / 2 {
        text.truncate(text.floor_char_boundary(MOST_BYTES / 2));
        dropped.push(format!("the query was cut off after {} bytes", text.len()));
    }
    for _ in 0..MOST_MENDED {
        match read(&text, &Options { filters: &filters, ..*options }) {
            Ok(parsed) => return Parsed { dropped, ..parsed },
            Err(error) => dropped.push(mend(&error, &mut text, &mut filters)),
        }
    }
    dropped.push("the query was read as plain words".into());
    as_words(&text, options, dropped)
}

/// Takes out what an error is about and returns what was taken.
fn mend(error: &QueryError, text: &mut String, filters: &mut Vec<(String, String)>) -> String {
    if error.part == Part::Filter {
        let culprit = filters.iter().position(|(field, value)| error.text == format!("{field}:{value}"));
        if let Some(culprit) = culprit {
            filters.remove(culprit);
        }
        return format!("`{}` was left out: {}", error.text, error.mistake);
    }
    let mut taken = error.at.clone();
    match *error.mistake {
        Mistake::TooManyParts { .. } => taken.end = text.len(),
        Mistake::UnknownField { .. }
        | Mistake::FieldInField { .. }
        | Mistake::ArticleFieldInSaid { .. }
        | Mistake::NestedSaid => taken.end += 1,
        _ => {}
    }
    // Without its value a field would be a word.
    if let Some(before) = text.get(..taken.start).and_then(|before| before.strip_suffix(':')) {
        taken.start = before.trim_end_matches(|char: char| char.is_alphanumeric() || char == '_').len();
    }
    let shown: String = text.get(taken.clone()).unwrap_or_default().chars().take(80).collect();
    if taken.is_empty() || text.get(taken.clone()).is_none() {
        taken = 0..text.len();
    }
    text.replace_range(taken.clone(), &" ".repeat(taken.len()));
    format!("`{shown}` was left out: {}", error.mistake)
}

/// Reads any of the words, without filters: those may be what could not be read.
fn as_words(text: &str, options: &Options<'_>, dropped: Vec<String>) -> Parsed {
    let mut reader = Reader::new(options.today, options.saved);
    let node = plain::any(&mut reader, text).ok().flatten().unwrap_or_else(|| all_of(Vec::new()));
    match resolve::resolve(&node, options.target) {
        Ok(query) => Parsed { query, understood: print(&node), notes: Vec::new(), dropped, plain_words: 0 },
        Err(_) => {
            let (query, understood) = (super::Query::Everything, "*".into());
            Parsed { query, understood, notes: Vec::new(), dropped, plain_words: 0 }
        }
    }
}
