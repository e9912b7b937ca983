//! Makes paragraphs of lines by how they are set, and finds the headline by its size.

use std::collections::{HashMap, HashSet};

use super::super::page::is_credit;
use super::layout::Line;
use crate::article::byline::is_byline;
use crate::article::date::date_line;
use crate::article::sentence::ends_like_sentence;

/// The text of a document, its headline first.
#[derive(Debug, Default, PartialEq)]
pub(super) struct PageText {
    pub headline: Option<String>,
    /// Where its name stands above the headline.
    pub outlet: Option<String>,
    /// Paragraphs, parted by blank lines.
    pub text: String,
}

/// Lines whose sizes differ by less are of one size.
const SAME_SIZE: f64 = 0.08;

/// How much larger than the text a headline is.
const HEADLINE_SIZE: f64 = 1.2;

/// Fewer words than this are the name of a newspaper rather than a headline.
const HEADLINE_WORDS: usize = 4;

/// A first line is set in by so much, in sizes of its letters.
const INDENT: f64 = 0.7;

/// Space above a paragraph, where lines are parted by 1.
const PARAGRAPH_SPACE: f64 = 1.25;

/// How far the lines of a column may begin from one another, in sizes of their letters.
const COLUMN_WIDTH: f64 = 3.0;

/// Makes the text of a document's lines.
pub(super) fn page_text(lines: Vec<Line>) -> PageText {
    let body = body_size(&lines);
    let lines = with_drop_capitals(lines, body);
    let leading = leading(&lines, body);
    let words = words(&lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        match paragraphs.last_mut() {
            Some(paragraph) if goes_on(&lines, at, leading) => paragraph.append(&line.text, &words),
            _ => paragraphs.push(Paragraph { text: line.text.clone(), size: line.size, page: line.page }),
        }
    }
    let mut found = PageText::default();
    if let Some(at) = headline(&paragraphs, body) {
        found.headline = Some(paragraphs.remove(at).text);
        let outlet = paragraphs[..at].iter().position(|above| is_credit(&above.text));
        found.outlet = outlet.map(|at| paragraphs.remove(at).text);
    }
    let paragraphs = paragraphs.iter().map(|paragraph| paragraph.text.as_str());
    found.text = found.headline.as_deref().into_iter().chain(paragraphs).collect::<Vec<_>>().join("\n\n");
    found
}

/// How much larger than the text a letter is that begins it over several lines.
const DROP_CAPITAL_SIZE: f64 = 1.5;

/// Joins tall first letters with the lines that they begin, wherever among the others they were written.
fn with_drop_capitals(mut lines: Vec<Line>, body: f64) -> Vec<Line> {
    let is_tall = |line: &Line| {
        let mut letters = line.text.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
        is_capital && line.size > DROP_CAPITAL_SIZE * body
    };
    let tall: Vec<usize> = (0..lines.len()).filter(|&at| is_tall(&lines[at])).take(MOST_DROP_CAPITALS).collect();
    let mut joined = HashSet::new();
    for at in tall {
        let letter = &lines[at];
        let is_beside = |line: &Line| {
            line.page == letter.page
                && is_same_size(line.size, body)
                && (letter.end - 0.2 * body..letter.end + 2.0 * body).contains(&line.x)
                && (letter.y - 0.2 * body..letter.y + letter.size).contains(&line.y)
                && line.text.starts_with(char::is_alphabetic)
        };
        let beside = (0..lines.len()).filter(|&other| is_beside(&lines[other]));
        let Some(first) = beside.max_by(|&one, &other| lines[one].y.total_cmp(&lines[other].y)) else { continue };
        let letter = letter.text.clone();
        lines[first].text.insert_str(0, &letter);
        joined.insert(at);
    }
    let mut at = 0..;
    lines.retain(|_| at.next().is_none_or(|at| !joined.contains(&at)));
    lines
}

/// Articles of a document that may begin so.
const MOST_DROP_CAPITALS: usize = 64;

struct Paragraph {
    text: String,
    size: f64,
    page: usize,
}

impl Paragraph {
    /// Appends a line; a word that was broken at its end is joined.
    fn append(&mut self, line: &str, words: &HashSet<String>) {
        if let Some(above) = self.text.strip_suffix('\u{AD}') {
            self.text.truncate(above.len());
        } else if let Some(above) = self.text.strip_suffix('-')
            && above.ends_with(char::is_alphabetic)
            && line.starts_with(char::is_lowercase)
        {
            if !keeps_hyphen(above, line, words) {
                self.text.truncate(above.len());
            }
        } else {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }
}

/// Whether the hyphen between two halves is the word's own: where the document has the word with it elsewhere, or has
/// both halves as words and the whole not.
fn keeps_hyphen(above: &str, below: &str, words: &HashSet<String>) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-';
    let first = above.rsplit(|letter| !is_part(letter)).next().unwrap_or_default().to_lowercase();
    let second = below.split(|letter| !is_part(letter)).next().unwrap_or_default().to_lowercase();
    let is_known = |word: &str| words.contains(word);
    is_known(&format!("{first}-{second}"))
        || !is_known(&format!("{first}{second}")) && is_known(&first) && is_known(&second)
        || first.contains('-')
}

/// Returns the words that stand within lines, where none is broken.
fn words(lines: &[Line]) -> HashSet<String> {
    let mut found = HashSet::new();
    for line in lines {
        let mut words = line.text.split_whitespace();
        let last = words.next_back();
        for word in words.skip(1).chain(last.filter(|word| !word.ends_with('-'))) {
            let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            if word.contains(char::is_alphabetic) {
                found.insert(word.to_lowercase());
            }
        }
    }
    found
}

/// Returns the size of most letters.
fn body_size(lines: &[Line]) -> f64 {
    let mut letters: HashMap<i64, (usize, f64)> = HashMap::new();
    for line in lines {
        let entry = letters.entry((line.size * 2.0).round() as i64).or_insert((0, line.size));
        entry.0 += line.text.len();
    }
    letters
        .into_values()
        .max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)))
        .map_or(0.0, |most| most.1)
}

/// Returns how far apart lines of the text mostly are, in sizes of their letters.
fn leading(lines: &[Line], body: f64) -> f64 {
    let mut steps: Vec<f64> = lines
        .windows(2)
        .filter(|pair| is_same_size(pair[0].size, body) && is_same_size(pair[1].size, body))
        .map(|pair| (pair[0].y - pair[1].y) / body)
        .filter(|step| (0.8..3.0).contains(step))
        .collect();
    steps.sort_by(f64::total_cmp);
    // Of pages with many short paragraphs half the steps are between paragraphs.
    steps.get(steps.len() / 4).copied().unwrap_or(1.3)
}

fn is_same_size(one: f64, other: f64) -> bool {
    (one - other).abs() <= SAME_SIZE * one.max(other)
}

/// Whether a line, not the first, goes on with the paragraph of the line above.
fn goes_on(lines: &[Line], at: usize, leading: f64) -> bool {
    let (above, line) = (&lines[at - 1], &lines[at]);
    if !is_same_size(above.size, line.size) {
        return false;
    }
    let step = above.y - line.y;
    let is_elsewhere = above.page != line.page || step <= 0.0;
    if is_elsewhere {
        // At the top of the next column or page.
        return !ends_like_sentence(&above.text)
            && !above.text.ends_with(':')
            && above.text.split_whitespace().count() > 2;
    }
    step <= PARAGRAPH_SPACE * leading * line.size
        && !is_indented(lines, at)
        && !(had_room(lines, at)
            && (ends_like_sentence(&above.text) || is_header(&above.text) || is_header(&line.text)))
}

/// Whether a line is one of those around a headline that stand alone.
fn is_header(text: &str) -> bool {
    date_line(text).is_some() || is_byline(text)
}

/// Lines before and after one that tell of its column; more than a column has.
const LINES_AROUND: usize = 100;

/// Returns the lines of the same column.
fn column(lines: &[Line], at: usize) -> impl Iterator<Item = &Line> {
    let of = &lines[at];
    let around = &lines[at.saturating_sub(LINES_AROUND)..lines.len().min(at + LINES_AROUND)];
    around.iter().filter(|line| {
        line.page == of.page && (line.x - of.x).abs() <= COLUMN_WIDTH * of.size && is_same_size(line.size, of.size)
    })
}

/// Whether a line is set in from the margin of its column, and the one above is not.
fn is_indented(lines: &[Line], at: usize) -> bool {
    let margin = column(lines, at).map(|line| line.x).fold(f64::INFINITY, f64::min);
    let is_in = |line: &Line| line.x - margin > INDENT * line.size;
    is_in(&lines[at]) && !is_in(&lines[at - 1])
}

/// Whether the first word of a line would have fitted on the line above: then it was not broken there for want of room.
fn had_room(lines: &[Line], at: usize) -> bool {
    let (above, line) = (&lines[at - 1], &lines[at]);
    let edge = column(lines, at - 1).map(|line| line.end).fold(f64::NEG_INFINITY, f64::max);
    let letters = line.text.chars().count().max(1) as f64;
    let first_word = line.text.split_whitespace().next().map_or(0, |word| word.chars().count());
    let word_width = (first_word + 2) as f64 * (line.end - line.x) / letters;
    edge - above.end > word_width
}

/// Returns which paragraph of the first page is the headline: the largest of some words, if it is larger than the text.
fn headline(paragraphs: &[Paragraph], body: f64) -> Option<usize> {
    let first = paragraphs.first()?.page;
    let is_large = |paragraph: &Paragraph| paragraph.page == first && paragraph.size >= HEADLINE_SIZE * body;
    let large = || paragraphs.iter().enumerate().filter(|(_, paragraph)| is_large(paragraph));
    let has_words = |paragraph: &Paragraph| paragraph.text.split_whitespace().count() >= HEADLINE_WORDS;
    // Of two of one size the upper one.
    let largest = |one: &(usize, &Paragraph), other: &(usize, &Paragraph)| {
        one.1.size.total_cmp(&other.1.size).then(other.0.cmp(&one.0))
    };
    let found = large().filter(|(_, paragraph)| has_words(paragraph)).max_by(largest);
    found.or_else(|| large().max_by(largest)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line: its place from the left, its size and the space above it.
    type Set<'s> = (&'s str, f64, f64, f64);

    /// Returns lines at a distance of 12 and the space above.
    fn lines(rows: &[Set<'_>]) -> Vec<Line> {
        let mut y = 780.0;
        rows.iter()
            .map(|&(text, x, size, space)| {
                y -= 12.0 + space;
                let end = x + size / 2.0 * text.chars().count() as f64;
                Line { text: text.to_owned(), x, end, y, size, page: 0 }
            })
            .collect()
    }

    #[test]
    fn lines_make_paragraphs() {
        let long = "The ferry sailed at noon with all passengers";
        let rows: [(&str, &[Set<'_>], &str); 8] = [
            (
                "space between",
                &[(long, 0.0, 10.0, 0.0), ("and crew.", 0.0, 10.0, 0.0), ("It rained.", 0.0, 10.0, 8.0)],
                "The ferry sailed at noon with all passengers and crew.\n\nIt rained.",
            ),
            (
                "set in",
                &[
                    (long, 12.0, 10.0, 0.0),
                    ("and crew aboard, to the east,", 0.0, 10.0, 0.0),
                    ("It rained.", 12.0, 10.0, 0.0),
                ],
                "The ferry sailed at noon with all passengers and crew aboard, to the east,\n\nIt rained.",
            ),
            (
                "room was left",
                &[(long, 0.0, 10.0, 0.0), ("and crew.", 0.0, 10.0, 0.0), ("It rained.", 0.0, 10.0, 0.0)],
                "The ferry sailed at noon with all passengers and crew.\n\nIt rained.",
            ),
            (
                "a sentence ends at the edge",
                &[("The ferry sailed at noon with nobody aboard.", 0.0, 10.0, 0.0), ("It rained.", 0.0, 10.0, 0.0)],
                "The ferry sailed at noon with nobody aboard. It rained.",
            ),
            (
                "a tall first letter",
                &[
                    ("T", 0.0, 30.0, 36.0),
                    ("Ferry sails", 0.0, 10.0, -48.0),
                    ("he ferry sailed at", 20.0, 10.0, 10.0),
                    ("noon with all", 20.0, 10.0, 0.0),
                    ("passengers aboard.", 0.0, 10.0, 0.0),
                ],
                "Ferry sails\n\nThe ferry sailed at noon with all passengers aboard.",
            ),
            (
                "who and when",
                &[("By Jane Roe", 0.0, 10.0, 0.0), ("9 May 2025", 0.0, 10.0, 0.0), (long, 0.0, 10.0, 0.0)],
                "By Jane Roe\n\n9 May 2025\n\nThe ferry sailed at noon with all passengers",
            ),
            (
                "the next column",
                &[("The ferry sailed at noon with all", 0.0, 10.0, 0.0), ("passengers.", 300.0, 10.0, -24.0)],
                "The ferry sailed at noon with all passengers.",
            ),
            (
                "another size",
                &[("Ferry sails", 0.0, 10.0, 0.0), ("It rained on", 0.0, 8.0, 0.0)],
                "Ferry sails\n\nIt rained on",
            ),
        ];
        for (case, given, expected) in rows {
            assert_eq!(page_text(lines(given)).text, expected, "{case}");
        }
    }

    #[test]
    fn broken_words_are_joined() {
        let rows = [
            (["The minis-", "ter said so."], "The minister said so."),
            (["A cease-", "fire holds, the second cease-fire."], "A cease-fire holds, the second cease-fire."),
            (
                ["A long-", "term plan, long in the making, for a term"],
                "A long-term plan, long in the making, for a term",
            ),
            (["The mid-to-", "long term"], "The mid-to-long term"),
            (["The minis\u{AD}", "ter said so."], "The minister said so."),
            // Nothing was broken.
            (["The Almena-", "Ardane line"], "The Almena- Ardane line"),
            (["Talks - ", "and more"], "Talks -  and more"),
        ];
        for (given, expected) in rows {
            let given = lines(&given.map(|text| (text, 0.0, 10.0, 0.0)));
            assert_eq!(page_text(given).text, expected);
        }
    }

    #[test]
    fn the_largest_line_of_some_words_is_the_headline() {
        let text = ("The ferry sailed at noon with all passengers, he said.", 0.0, 10.0, 20.0);
        let rows: [(&str, Vec<Set<'_>>, Option<&str>); 5] = [
            (
                "below a name",
                vec![("Harbour Post", 0.0, 40.0, 0.0), ("Ferry sails at last, in rain", 0.0, 20.0, 30.0), text],
                Some("Ferry sails at last, in rain"),
            ),
            (
                "of two lines",
                vec![("Ferry sails at last,", 0.0, 20.0, 0.0), ("in rain", 0.0, 20.0, 10.0), text],
                Some("Ferry sails at last, in rain"),
            ),
            ("of few words", vec![("Ferry sails", 0.0, 20.0, 0.0), text], Some("Ferry sails")),
            ("not first", vec![text, ("Ferry sails at last", 0.0, 20.0, 0.0)], Some("Ferry sails at last")),
            ("as large as the text", vec![("Ferry sails at last", 0.0, 10.0, 0.0), text], None),
        ];
        for (case, given, expected) in rows {
            assert_eq!(page_text(lines(&given)).headline.as_deref(), expected, "{case}");
        }
    }
}
