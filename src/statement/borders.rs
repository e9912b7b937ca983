//! In: attributions. Out: the same, none of whose words are the dateline's or part of the speaker's name: "“No,” *de*
//! Roe said"; brackets that they open are closed.

use super::attribution::Attribution;
use super::names::PARTICLES;
use super::relay::is_as_saying;
use super::token::Analysis;
use super::{StatementKind, Texts};
use crate::article::Span;

/// Keeps to the borders what the labels let run over them; an attribution of which nothing is left is dropped.
pub(super) fn keep_within_borders(texts: &Texts<'_>, attributions: &mut Vec<Attribution>) {
    attributions.retain_mut(|attribution| {
        let text = texts.of(attribution.field);
        let count = attribution.content.len();
        cut_dateline(text, texts.dateline_of(attribution.field), &mut attribution.content);
        begin_behind_as_saying(text, &mut attribution.content);
        let is_cut = begin_mention_with_name(text, attribution);
        attribution.content.iter_mut().chain(&mut attribution.mention).for_each(|span| close_bracket(text, span));
        if is_cut && attribution.kind == StatementKind::Mixed && is_quoted(text, &attribution.content) {
            attribution.kind = StatementKind::Direct;
        }
        count == 0 || !attribution.content.is_empty()
    });
}

/// Leaves out the dateline with which words begin, and marks behind it.
fn cut_dateline(text: &Analysis<'_>, dateline: Span, content: &mut Vec<Span>) {
    content.retain_mut(|span| {
        if !span.overlaps(dateline) || span.start < dateline.start {
            return true;
        }
        let behind = text.tokens[text.token_at(dateline.end)..].iter().filter(|token| token.start() >= dateline.end);
        let first = behind.into_iter().find(|token| token.is_word() || token.quotation != 0).map(|token| token.start());
        span.start = first.unwrap_or(span.end).min(span.end);
        !span.is_empty()
    });
}

/// Leaves out who is quoted: "quoted *Jane Roe as saying* that it rained".
fn begin_behind_as_saying(text: &Analysis<'_>, content: &mut Vec<Span>) {
    const REACH: usize = 10;
    content.retain_mut(|span| {
        let first = text.token_at(span.start);
        if first == 0 || !matches!(text.word(first - 1), "quoted" | "quotes") {
            return !span.is_empty();
        }
        let words = first..text.tokens.len().min(first + REACH);
        let end = words.take_while(|&at| text.tokens[at].start() < span.end).find(|&at| is_as_saying(text, at));
        if let Some(at) = end {
            span.start = text.tokens.get(at + 2).map_or(span.end, |token| token.start()).min(span.end);
        }
        !span.is_empty()
    });
}

/// Takes in the bracket that closes one inside, where it follows at once: "Jane Roe (N-Ost*.)*".
fn close_bracket(text: &Analysis<'_>, span: &mut Span) {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('<', '>')];
    let behind = &text.text[span.end..];
    let stops = behind.trim_start_matches('.');
    let Some(&(opening, closing)) = PAIRS.iter().find(|(_, closing)| stops.starts_with(*closing)) else { return };
    let last = span.of(text.text).rfind([opening, closing]);
    if last.is_some_and(|last| text.text[span.start + last..].starts_with(opening)) {
        span.end += behind.len() - stops.len() + closing.len_utf8();
    }
}

/// Lets a mention begin with the particles of its name; what of the words they were is left out.
fn begin_mention_with_name(text: &Analysis<'_>, attribution: &mut Attribution) -> bool {
    let Some(mention) = &mut attribution.mention else { return false };
    let token = text.token_at(mention.start);
    let is_particle = |index: &usize| text.tokens[*index].quotation == 0 && PARTICLES.contains(&text.word(*index));
    let Some(first) = (0..token).rev().take_while(is_particle).last() else { return false };
    let name = text.tokens[first].start();
    let runs_over = |span: &Span| span.start < mention.start && name < span.end && span.end <= mention.start;
    if !attribution.content.iter().any(runs_over) {
        return false;
    }
    attribution.content.retain_mut(|span| {
        if runs_over(span) {
            let last = text.tokens[..first].last().map_or(0, |token| token.end());
            span.end = last.clamp(span.start, span.end);
        }
        !span.is_empty()
    });
    mention.start = name;
    true
}

fn is_quoted(text: &Analysis<'_>, content: &[Span]) -> bool {
    content.iter().all(|span| {
        let from = text.token_at(span.start);
        text.tokens[from..].iter().take_while(|token| token.start() < span.end).all(|token| token.quotation != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Dateline};
    use crate::statement::Extractor;

    #[test]
    fn words_stay_within_borders() {
        // Body, the length of its dateline, the words and the mention.
        let rows = [
            ("\"It is hot,\" de Villepin said.", 0, "\"It is hot,\"", "de Villepin"),
            ("\"It is hot,\" van der Berg said.", 0, "\"It is hot,\"", "van der Berg"),
            ("The Ost Mail quoted Ann Reed as saying taxes would rise.", 0, "taxes would rise", "Ann Reed"),
            ("The ferry is late, Joan Reed (N-Ost.) said.", 0, "The ferry is late", "Joan Reed (N-Ost.)"),
            ("\"It is hot (very,\" Joan Reed said.", 0, "\"It is hot (very,\"", "Joan Reed"),
            ("HARLOW - The ferry is late, the harbour master Joan Reed said.", 9, "The ferry is late", "Joan Reed"),
        ];
        for (body, dateline, words, name) in rows {
            let span = (dateline > 0).then(|| Span::new(0, dateline));
            let dateline = Some(Dateline { span, ..Dateline::default() });
            let article = Article { dateline, ..Article::of_lines(body) };
            let [statement] = &Extractor::new().extract(&article)[..] else { panic!("{body}") };
            let said: Vec<&str> = statement.spans.iter().map(|span| span.of(body)).collect();
            assert_eq!(said, [words], "{body}");
            let mention = statement.speaker.as_ref().map(|speaker| speaker.mention.of(body)).unwrap_or_default();
            assert!(mention.ends_with(name), "{body}: {mention}");
        }
    }
}
