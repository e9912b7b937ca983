//! Lines of a text, and the paragraphs that they make.

use crate::article::sentence::ends_like_sentence;

/// A line that holds something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Without the space around it.
    pub text: &'t str,
    /// Counted from 1.
    pub number: u32,
    /// Whether a blank line, or nothing, stands above.
    pub begins_block: bool,
    /// Columns of space before it.
    pub indent: usize,
}

/// Returns the lines that hold something.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::with_capacity(text.len() / 80 + 1);
    let mut begins_block = true;
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for (number, end) in (1..).zip(ends) {
        let line = &text[start..end];
        start = end + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() {
            begins_block = true;
            continue;
        }
        let before = &line[..line.len() - line.trim_start().len()];
        let indent = before.chars().map(|space| if space == '\t' { 4 } else { 1 }).sum();
        found.push(Line { text: trimmed, number, begins_block, indent });
        begins_block = false;
    }
    found
}

/// Widest column to which text is broken by hand or by a mailer.
const WIDEST_COLUMN: usize = 100;

/// Whether the lines are text broken to a width, not a paragraph each.
pub(super) fn are_wrapped(lines: &[Line<'_>]) -> bool {
    let (mut breaks, mut inside, mut wide) = (0, 0, 0);
    for pair in lines.windows(2) {
        let [above, below] = pair else { continue };
        if below.begins_block {
            continue;
        }
        breaks += 1;
        inside += usize::from(!ends_like_sentence(above.text));
        wide += usize::from(above.text.len() > WIDEST_COLUMN && above.text.chars().count() > WIDEST_COLUMN);
    }
    breaks > 0 && inside * 5 >= breaks * 2 && wide * 4 <= breaks
}

/// Makes paragraphs of lines, parted by blank lines. Of wrapped lines a paragraph ends before a blank line or one that
/// is indented; else each line is one.
pub(super) fn paragraphs(lines: &[Line<'_>], are_wrapped: bool) -> String {
    let margin = lines.iter().map(|line| line.indent).min().unwrap_or(0);
    let mut body = String::with_capacity(lines.iter().map(|line| line.text.len() + 2).sum());
    for line in lines {
        let begins = line.begins_block || !are_wrapped || line.indent >= margin + 2;
        if body.is_empty() {
        } else if begins {
            body.push_str("\n\n");
        } else if !is_hyphenated(&body, line.text) {
            body.push(' ');
        }
        body.push_str(line.text);
    }
    body
}

/// Whether a word was broken at its hyphen: "long-" and "term". Whether the hyphen was the word's own only a
/// dictionary knows, so it stays; a search finds both.
fn is_hyphenated(above: &str, below: &str) -> bool {
    let Some(word) = above.strip_suffix('-') else { return false };
    word.ends_with(char::is_alphabetic) && below.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_those_a_reader_sees() {
        let rows = [
            // Wrapped.
            (
                "The dam that was\nbuilt in 1975 holds.\n\nIt is safe\nfor now.",
                "The dam that was built in 1975 holds.\n\nIt is safe for now.",
            ),
            (
                "    The dam that\nholds is\nsafe.\n    It is old\nand grey.",
                "The dam that holds is safe.\n\nIt is old and grey.",
            ),
            ("  All lines of\n  this one are\n  indented.", "All lines of this one are indented."),
            ("A long-\nterm plan and a semi-\nConductor", "A long-term plan and a semi- Conductor"),
            // One paragraph a line.
            ("The dam holds.\nIt is safe.\n“Is it?”", "The dam holds.\n\nIt is safe.\n\n“Is it?”"),
            ("One.\n\n\n\nTwo.\n", "One.\n\nTwo."),
            ("", ""),
        ];
        for (text, expected) in rows {
            let lines = lines(text);
            assert_eq!(paragraphs(&lines, are_wrapped(&lines)), expected, "{text:?}");
        }
    }
}
