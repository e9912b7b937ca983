//! In: a body and what matched in it. Out: the stretches that show it best.

use super::Snippet;
use super::highlight::{Mark, merged};
use crate::article::{Article, Span};
use crate::index::tantivy::document::context_span;
use crate::statement::{Statement, StatementField};

/// Most snippets of one article.
const MOST_SNIPPETS: usize = 2;
/// Longest snippet, in bytes: three lines of a terminal. It is cut between words.
const SNIPPET_BYTES: usize = 260;

/// Returns the sentences that hold most of what matched, in reading order; where nothing did, how the body begins.
pub fn snippets(article: &Article, marks: &[Mark]) -> Vec<Snippet> {
    let whole = [Span::new(0, article.body.len())];
    let sentences = if article.sentences.is_empty() { &whole[..] } else { &article.sentences };
    let mut rated: Vec<(usize, usize, usize)> = Vec::new();
    let mut marks_left = marks;
    for (index, sentence) in sentences.iter().enumerate() {
        let before = marks_left.partition_point(|mark| mark.span.start < sentence.start);
        marks_left = &marks_left[before..];
        let inside = &marks_left[..marks_left.partition_point(|mark| mark.span.start < sentence.end)];
        if !inside.is_empty() {
            let mut wanted: Vec<usize> = inside.iter().map(|mark| mark.wanted).collect();
            wanted.sort_unstable();
            wanted.dedup();
            rated.push((wanted.len(), inside.len(), index));
        }
    }
    rated.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
    rated.truncate(MOST_SNIPPETS);
    let mut chosen: Vec<usize> = rated.into_iter().map(|row| row.2).collect();
    chosen.sort_unstable();
    if chosen.is_empty() && !article.body.is_empty() {
        chosen.push(first_sentence(article, sentences));
    }
    chosen.into_iter().map(|index| snippet(&article.body, sentences[index], marks)).collect()
}

/// Returns the paragraphs of a statement and the one before, which are its context.
pub fn context_of(article: &Article, statement: &Statement) -> Option<Span> {
    match statement.field {
        StatementField::Body => context_span(article, statement),
        StatementField::Headline => None,
    }
}

/// Returns the sentences around a statement that hold what matched there.
pub fn around(article: &Article, marks: &[Mark], context: Span) -> Vec<Snippet> {
    let inside: Vec<Mark> = marks.iter().copied().filter(|mark| context.contains(mark.span)).collect();
    if inside.is_empty() { Vec::new() } else { snippets(article, &inside) }
}

/// The dateline alone shows nothing.
fn first_sentence(article: &Article, sentences: &[Span]) -> usize {
    let dateline = article.dateline.as_ref().and_then(|dateline| dateline.span).map_or(0, |span| span.end);
    sentences.iter().position(|sentence| sentence.end > dateline).unwrap_or(0)
}

fn snippet(body: &str, sentence: Span, marks: &[Mark]) -> Snippet {
    let inside: Vec<Mark> = marks.iter().copied().filter(|mark| sentence.contains(mark.span)).collect();
    let span = match inside.first() {
        _ if sentence.len() <= SNIPPET_BYTES => sentence,
        None => cut(body, Span::new(sentence.start, sentence.start + SNIPPET_BYTES), sentence),
        Some(first) => {
            // A third of the room before the first mark, so that one sees what leads to it.
            let start = first.span.start.saturating_sub(SNIPPET_BYTES / 3).max(sentence.start);
            let start = start.min(sentence.end - SNIPPET_BYTES);
            cut(body, Span::new(start, start + SNIPPET_BYTES), sentence)
        }
    };
    let marks = merged(&inside).into_iter().filter(|mark| span.contains(*mark)).collect();
    Snippet { span, marks }
}

/// Moves the ends of a stretch inwards to where words begin and end.
fn cut(body: &str, stretch: Span, sentence: Span) -> Span {
    let is_break = |at: usize| body[at..].starts_with(char::is_whitespace);
    let mut start = stretch.start;
    while !body.is_char_boundary(start) || start > sentence.start && start < stretch.end && !is_break(start) {
        start += 1;
    }
    let mut end = stretch.end;
    while !body.is_char_boundary(end) || end < sentence.end && end > start && !is_break(end) {
        end -= 1;
    }
    if end <= start {
        // One word longer than a snippet.
        let inside = |at: &usize| body.is_char_boundary(*at);
        start = (stretch.start..=stretch.end).find(inside).unwrap_or(sentence.start);
        end = (start..=stretch.end).rev().find(inside).unwrap_or(sentence.end);
    }
    let text = &body[start..end];
    let (lead, trail) = (text.len() - text.trim_start().len(), text.len() - text.trim_end().len());
    if lead + trail >= text.len() { Span::new(start, end) } else { Span::new(start + lead, end - trail) }
}
