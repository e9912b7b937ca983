//! Text on a screen: colours, links, wrapping by width, and nothing from an article that a terminal would obey.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

/// What text output may assume of whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    pub colour: bool,
    /// Whether OSC 8 links may be written.
    pub links: bool,
}

impl Screen {
    /// A page without colours, as wide as a printed letter: what a pipe gets.
    pub const PLAIN: Self = Self { width: 80, colour: false, links: false };

    /// Returns `text` in `style` where the screen has colours.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Returns `text` as a link to `url` where the screen has links.
    pub fn link(&self, url: &str, text: &str) -> String {
        if self.links { format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\") } else { text.to_owned() }
    }
}

pub(super) const HEADLINE: Style = Style::new().bold();
pub(super) const SPEAKER: Style = AnsiColor::Green.on_default().bold();
pub(super) const MARK: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const PATH: Style = AnsiColor::Blue.on_default();
pub(super) const FAINT: Style = Style::new().dimmed();

/// Replaces every character that a terminal would act upon instead of showing it.
///
/// Control characters become their pictures (`␛`), and those that turn the direction of writing, by which a text can
/// pretend to be another, become `�`. Line breaks and tabs become spaces: callers break lines themselves.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    let is_harmless = |c: char| !c.is_control() && !turns_direction(c) && !matches!(c, '\u{2028}' | '\u{2029}');
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| match c {
        '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        c if c.is_control() || turns_direction(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    });
    Cow::Owned(shown.collect())
}

/// Overrides, embeddings and isolates of the bidirectional algorithm; marks that only hint are left alone, as
/// Persian and Arabic text needs them.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text whose stretches have styles, to be wrapped as one.
#[derive(Default)]
pub(super) struct Paragraph {
    cells: Vec<(char, Option<Style>)>,
}

impl Paragraph {
    pub(super) fn push(&mut self, text: &str, style: Option<Style>) {
        self.cells.extend(neutralise(text).chars().map(|c| (c, style)));
    }

    /// Returns the lines that fit into the screen, each after `indent` spaces; runs of spaces become one.
    pub(super) fn wrapped(&self, screen: &Screen, indent: usize) -> String {
        self.wrapped_hanging(screen, indent, indent)
    }

    /// Returns the lines as `wrapped` does, the first one with an indent of its own.
    pub(super) fn wrapped_hanging(&self, screen: &Screen, first: usize, indent: usize) -> String {
        let room = screen.width.saturating_sub(indent).max(10);
        let mut lines: Vec<Vec<(char, Option<Style>)>> = vec![Vec::new()];
        let mut line_width = 0;
        for word in self.cells.split(|(c, _)| *c == ' ').filter(|word| !word.is_empty()) {
            let word_width: usize = word.iter().map(|(c, _)| columns(*c)).sum();
            if line_width > 0 && line_width + 1 + word_width > room {
                lines.push(Vec::new());
                line_width = 0;
            }
            if let Some(line) = lines.last_mut().filter(|line| !line.is_empty()) {
                // A space between two words of one style is inside the style: marks of a phrase stay whole.
                let before = line.last().and_then(|cell| cell.1);
                line.push((' ', before.filter(|style| Some(*style) == word[0].1)));
                line_width += 1;
            }
            for &(c, style) in word {
                if line_width + columns(c) > room {
                    lines.push(Vec::new());
                    line_width = 0;
                }
                lines.last_mut().expect("there is a first line").push((c, style));
                line_width += columns(c);
            }
        }
        let lines = lines.iter().filter(|line| !line.is_empty()).enumerate();
        lines
            .map(|(number, line)| {
                format!("{:1$}{2}\n", "", if number == 0 { first } else { indent }, styled(screen, line))
            })
            .collect()
    }
}

fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

fn styled(screen: &Screen, line: &[(char, Option<Style>)]) -> String {
    line.chunk_by(|a, b| a.1 == b.1)
        .map(|run| {
            let text: String = run.iter().map(|(c, _)| c).collect();
            run[0].1.map_or_else(|| text.clone(), |style| screen.paint(style, &text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let rows = [
            ("plain", "plain"),
            ("two\nlines\tand\rmore", "two lines and more"),
            ("\x1b[31mred\x07", "␛[31mred␇"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("a\u{202e}b", "a\u{fffd}b"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("\x7f\0", "␡␀"),
        ];
        for (text, expected) in rows {
            assert_eq!(neutralise(text), expected, "{text:?}");
        }
    }

    #[test]
    fn wrapping_fits_and_keeps_words() {
        let screen = Screen { width: 20, ..Screen::PLAIN };
        let rows = [
            ("one two  three four five six", "  one two three four\n  five six\n"),
            ("abcdefghijklmnopqrstuvwxyz", "  abcdefghijklmnopqr\n  stuvwxyz\n"),
            ("部長は会議で述べた部長は", "  部長は会議で述べた\n  部長は\n"),
            ("", ""),
        ];
        for (text, expected) in rows {
            let mut paragraph = Paragraph::default();
            paragraph.push(text, None);
            assert_eq!(paragraph.wrapped(&screen, 2), expected, "{text}");
        }
    }

    #[test]
    fn a_marked_phrase_is_one_stretch() {
        let screen = Screen { colour: true, ..Screen::PLAIN };
        let mut paragraph = Paragraph::default();
        paragraph.push("the ", None);
        paragraph.push("two words", Some(HEADLINE));
        assert_eq!(paragraph.wrapped(&screen, 0), "the \u{1b}[1mtwo words\u{1b}[0m\n");
    }
}
