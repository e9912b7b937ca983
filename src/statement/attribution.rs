//! What the text itself says: which words are attributed, by which cue, to whom it names there. Nothing is resolved.

use super::token::{Analysis, Mark, Shape, TokenRange};
use super::{StatementField, StatementKind};
use crate::article::Span;
use crate::language::{Class, Frame};

/// One attribution as the text has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    pub field: StatementField,
    pub kind: StatementKind,
    /// The words attributed, in reading order; never empty, never overlapping.
    pub content: Vec<Span>,
    pub cue: Option<Span>,
    /// How the text names the speaker beside the cue: "Larijani", "he", "the senior official".
    pub mention: Option<Span>,
    /// Probability that content and mention are right.
    pub score: f32,
}

/// Returns the attributions of one field of an article in reading order; none overlap.
pub fn find_attributions(text: &Analysis<'_>, field: StatementField) -> Vec<Attribution> {
    let mut found = Vec::new();
    for &paragraph in &text.paragraphs {
        let quotations: Vec<_> =
            text.quotations.iter().filter(|q| paragraph.contains(q.tokens.start) && q.words >= 4).collect();
        if quotations.is_empty() {
            continue;
        }
        let content: Vec<Span> = quotations.iter().map(|q| text.span(q.tokens)).collect();
        let cue = paragraph.indices().find(|&index| {
            let token = &text.tokens[index];
            token.quotation == 0 && matches!(token.frame, Some(Frame::Say | Frame::Tell | Frame::Argue | Frame::Write))
        });
        let mention = cue.and_then(|cue| nearest_name(text, paragraph, cue));
        found.push(Attribution {
            field,
            kind: StatementKind::Direct,
            content,
            cue: cue.map(|cue| text.tokens[cue].span()),
            mention,
            score: 0.5,
        });
    }
    found
}

fn nearest_name(text: &Analysis<'_>, paragraph: TokenRange, cue: usize) -> Option<Span> {
    let names = |&index: &usize| {
        let token = &text.tokens[index];
        token.quotation == 0
            && token.mark == Mark::None
            && (token.is(Class::SubjectPronoun) || token.shape.has(Shape::CAPITAL))
    };
    let before = (paragraph.start..cue).rev().take(4).find(names);
    let after = (cue + 1..paragraph.end).take(4).find(names);
    let start = before.or(after)?;
    let mut end = start + 1;
    while end < paragraph.end && text.tokens[end].shape.has(Shape::CAPITAL) && names(&end) {
        end += 1;
    }
    Some(text.span(TokenRange::new(start, end)))
}
