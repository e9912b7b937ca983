//! Offsets into a text: bytes inside the program, code points at its border.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of one text: byte offsets, end exclusive, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// Makes the span `[start, end)`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// Returns the words of `text` that the span covers.
    ///
    /// # Panics
    /// If the span is not of this text.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Returns the lines of a text that are not blank: the paragraphs of one whose paragraphs are lines.
pub fn lines(text: &str) -> Vec<Span> {
    let start_of = |line: &str| line.as_ptr() as usize - text.as_ptr() as usize;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| Span::new(start_of(line), start_of(line) + line.len())).collect()
}

/// Converts byte offsets of one text into code points, which the JSON output speaks.
///
/// Every 256th character's offset is kept, so a conversion costs a short scan.
pub struct CodePoints<'t> {
    text: &'t str,
    /// Byte offset of every `STEP`th code point; empty for ASCII, where nothing needs converting.
    landmarks: Vec<usize>,
}

/// Characters between two landmarks: a conversion scans at most this many.
const STEP: usize = 256;

impl<'t> CodePoints<'t> {
    pub fn new(text: &'t str) -> Self {
        let landmarks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STEP).map(|(offset, _)| offset).collect()
        };
        Self { text, landmarks }
    }

    /// Returns how many code points stand before the byte `offset`.
    pub fn before(&self, offset: usize) -> usize {
        if self.landmarks.is_empty() {
            return offset;
        }
        let landmark = self.landmarks.partition_point(|&mark| mark <= offset) - 1;
        landmark * STEP + self.text[self.landmarks[landmark]..offset].chars().count()
    }

    /// Returns the span as `[start, end)` in code points.
    pub fn span(&self, span: Span) -> [usize; 2] {
        [self.before(span.start), self.before(span.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_agree_with_counting() {
        for text in ["", "plain", "“Teheran”, sagte er", &"é—x".repeat(500)] {
            let points = CodePoints::new(text);
            for (count, (offset, _)) in text.char_indices().enumerate() {
                assert_eq!(points.before(offset), count, "{offset} in {text:.20}");
            }
            assert_eq!(points.before(text.len()), text.chars().count());
        }
    }
}
