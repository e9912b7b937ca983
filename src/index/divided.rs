//! The paragraphs and sentences of an article as they are stored: mostly lengths alone, because sentences follow each
//! other by a space, and paragraphs by a blank line.

use serde::{Deserialize, Serialize};

use crate::article::Span;

/// Bytes between two sentences of a paragraph.
const SPACE: usize = 1;
/// Bytes between two paragraphs.
const BLANK_LINE: usize = 2;

/// How a text is divided.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::index) enum Divided {
    /// Each paragraph is made of sentences and what lies between them.
    IntoSentences {
        /// By paragraph, how many sentences it has.
        counts: Vec<u32>,
        /// By sentence.
        lengths: Vec<u32>,
        /// Numbers of the sentences before which something else stands than usual, and how many bytes.
        gaps: Vec<(u32, u32)>,
    },
    /// Distances from the end before, which are negative where spans overlap, and lengths.
    Otherwise { paragraphs: Vec<(u32, u32)>, sentences: Vec<(u32, u32)> },
}

impl Divided {
    /// Packs spans.
    pub fn new(paragraphs: &[Span], sentences: &[Span]) -> Self {
        let otherwise = || Self::Otherwise { paragraphs: packed(paragraphs), sentences: packed(sentences) };
        let Some(counts) = counts(paragraphs, sentences) else { return otherwise() };
        let mut gaps = Vec::new();
        let (mut number, mut end) = (0, None);
        for &count in &counts {
            for in_paragraph in 0..count {
                let Span { start, .. } = sentences[number];
                let usual = usual_gap(in_paragraph, end);
                let Some(gap) = start.checked_sub(end.unwrap_or(0)) else { return otherwise() };
                if gap != usual {
                    gaps.push((number as u32, gap as u32));
                }
                end = Some(sentences[number].end);
                number += 1;
            }
        }
        Self::IntoSentences { counts, lengths: sentences.iter().map(|span| span.len() as u32).collect(), gaps }
    }

    /// Returns the paragraphs and the sentences of a text. Spans that damage made cut no text are left out.
    pub fn of(&self, text: &str) -> (Vec<Span>, Vec<Span>) {
        let (counts, lengths, gaps) = match self {
            Self::Otherwise { paragraphs, sentences } => {
                return (unpacked(paragraphs, text), unpacked(sentences, text));
            }
            Self::IntoSentences { counts, lengths, gaps } => (counts, lengths, gaps),
        };
        let (mut paragraphs, mut sentences) = (Vec::new(), Vec::new());
        let mut unread = (0..).zip(lengths);
        let mut gaps = gaps.iter().peekable();
        let mut end = None;
        for &count in counts {
            let mut opened = None;
            for (in_paragraph, (number, &length)) in (0..count).zip(unread.by_ref()) {
                let gap = match gaps.next_if(|gap| gap.0 == number) {
                    Some(&(_, gap)) => gap as usize,
                    None => usual_gap(in_paragraph, end),
                };
                let start = end.unwrap_or(0_usize).saturating_add(gap);
                opened.get_or_insert(start);
                end = Some(start.saturating_add(length as usize));
                sentences.push(Span { start, end: start.saturating_add(length as usize) });
            }
            paragraphs.extend(opened.zip(end).map(|(start, end)| Span { start, end }));
        }
        let cuts = |span: &Span| text.get(span.range()).is_some();
        paragraphs.retain(cuts);
        sentences.retain(cuts);
        (paragraphs, sentences)
    }
}

/// Returns how many bytes usually stand before a sentence, by its number in its paragraph and where the one before ends.
fn usual_gap(in_paragraph: u32, end: Option<usize>) -> usize {
    match (in_paragraph, end) {
        (_, None) => 0,
        (0, _) => BLANK_LINE,
        _ => SPACE,
    }
}

/// Returns how many sentences each paragraph has; none where one begins or ends elsewhere than they do.
fn counts(paragraphs: &[Span], sentences: &[Span]) -> Option<Vec<u32>> {
    let mut rest = sentences;
    let mut counts = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let count = rest.iter().take_while(|sentence| sentence.start < paragraph.end).count();
        let (inside, behind) = rest.split_at(count);
        let are_whole = inside.first()?.start == paragraph.start && inside.last()?.end == paragraph.end;
        if !are_whole {
            return None;
        }
        counts.push(count as u32);
        rest = behind;
    }
    rest.is_empty().then_some(counts)
}

fn packed(spans: &[Span]) -> Vec<(u32, u32)> {
    let mut end = 0;
    let pairs = spans.iter().map(|span| {
        let gap = span.start as i64 - end as i64;
        end = span.end;
        // A negative one as its complement.
        (gap as u32, span.len() as u32)
    });
    pairs.collect()
}

fn unpacked(pairs: &[(u32, u32)], text: &str) -> Vec<Span> {
    let mut end = 0_usize;
    let spans = pairs.iter().map(|&(gap, len)| {
        let start = end.saturating_add_signed(gap.cast_signed() as isize);
        end = start.saturating_add(len as usize);
        Span { start, end }
    });
    spans.filter(|span| text.get(span.range()).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::*;

    /// Between two sentences, some of which overlap.
    const GAPS: RangeInclusive<isize> = -2..=4;

    proptest::proptest! {
        #[test]
        fn spans_come_back(gaps in proptest::collection::vec((GAPS, 1_usize..9, 0_u8..5), 0..20)) {
            let (mut sentences, mut paragraphs, mut end) = (Vec::new(), Vec::<Span>::new(), 0_usize);
            for &(gap, length, place) in &gaps {
                let start = end.saturating_add_signed(gap);
                let span = Span::new(start, start + length);
                end = span.end;
                match (place, paragraphs.last_mut()) {
                    // It goes on with the paragraph before.
                    (0..=2, Some(last)) => last.end = last.end.max(span.end),
                    // It is in none.
                    (3, _) if gaps.len() > 15 => {}
                    _ => paragraphs.push(span),
                }
                sentences.push(span);
            }
            let text = "x".repeat(sentences.iter().map(|span| span.end).max().unwrap_or(0));
            let divided = Divided::new(&paragraphs, &sentences);
            assert_eq!(divided.of(&text), (paragraphs, sentences), "{divided:?}");
        }

        #[test]
        fn damage_cuts_no_text(counts: Vec<u32>, lengths: Vec<u32>, gaps: Vec<(u32, u32)>, text: String) {
            let counts = counts.into_iter().map(|count| count % 100).collect();
            let (paragraphs, sentences) = Divided::IntoSentences { counts, lengths, gaps }.of(&text);
            assert!(paragraphs.iter().chain(&sentences).all(|span| text.get(span.range()).is_some()));
        }
    }

    #[test]
    fn sentences_that_overlap_come_back() {
        let (paragraphs, sentences) = ([Span::new(0, 9)], [Span::new(0, 5), Span::new(3, 9)]);
        let divided = Divided::new(&paragraphs, &sentences);
        assert_eq!(divided.of("x".repeat(9).as_str()), (paragraphs.to_vec(), sentences.to_vec()));
    }

    #[test]
    fn of_a_usual_text_lengths_are_kept_alone() {
        let (paragraphs, sentences) = ([(0, 9), (11, 20)], [(0, 4), (5, 9), (11, 20)]);
        let spans =
            |pairs: &[(usize, usize)]| pairs.iter().map(|&(start, end)| Span::new(start, end)).collect::<Vec<_>>();
        let divided = Divided::new(&spans(&paragraphs), &spans(&sentences));
        let expected = Divided::IntoSentences { counts: vec![2, 1], lengths: vec![4, 4, 9], gaps: Vec::new() };
        assert_eq!(divided, expected);
    }
}
