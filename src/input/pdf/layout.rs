//! Makes lines of what the pen wrote, and drops those that stand at the edge of every page.

use std::collections::{HashMap, HashSet};

use super::content::{DrawnPage, Piece};

/// A line of a page, or a part of one where wide space parts it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub text: String,
    pub x: f64,
    pub end: f64,
    pub y: f64,
    pub size: f64,
    /// From 0.
    pub page: usize,
}

/// The lines of a page, in the order in which they were written: that in which they are read, in what the usual programs
/// make.
#[derive(Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
    /// What the document itself calls header, footer or number of the page.
    margin: Vec<Line>,
}

/// What a document shows.
pub(super) struct Shown {
    pub lines: Vec<Line>,
    /// Where a browser printed it from.
    pub url: Option<String>,
}

/// Space between two pieces that parts words, in sizes of the letters: in justified lines words have at least that.
const WORD_SPACE: f64 = 0.15;

/// Space that parts columns.
const COLUMN_SPACE: f64 = 2.5;

/// How far letters may stand above or below their line, and the pen go back: small raised figures, accents.
const SHIFT: f64 = 0.45;

impl Page {
    pub fn of(drawn: DrawnPage) -> Self {
        Self { lines: lines(drawn.pieces), margin: lines(drawn.margin) }
    }

    pub fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.text.len()).sum()
    }

    /// Returns the positions of the lines from top to bottom.
    fn by_height(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by(|&one, &other| self.lines[other].y.total_cmp(&self.lines[one].y));
        order
    }

    /// Returns the positions of the lines at the top and at the bottom.
    fn edges(&self) -> HashSet<usize> {
        let order = self.by_height();
        let few = EDGE_LINES.min(order.len());
        order[..few].iter().chain(&order[order.len() - few..]).copied().collect()
    }

    /// Returns the address that a browser printed at the edge of the page.
    fn address(&self) -> Option<String> {
        let at_bottom = self.by_height().last().map(|&at| &self.lines[at]);
        let is_low = |line: &&Line| at_bottom.is_some_and(|bottom| (line.y - bottom.y).abs() < HEIGHT_STEP);
        let edge = self.margin.iter().chain(self.lines.iter().filter(is_low));
        let mut words = edge.filter_map(|line| line.text.split_whitespace().next());
        words.find(|word| word.starts_with("https://") || word.starts_with("http://")).map(str::to_owned)
    }
}

fn lines(pieces: Vec<Piece>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut last: Option<(f64, String)> = None;
    for piece in pieces {
        // Some programs write letters twice, a hair apart, to make them bold.
        let is_again = last
            .as_ref()
            .is_some_and(|(x, text)| (piece.x - x).abs() < SHIFT * WORD_SPACE * piece.size && *text == piece.text);
        match lines.last_mut().filter(|line| is_level(line, &piece)) {
            Some(_) if is_again => {}
            Some(line) if continues(line, &piece) => line.write(&piece),
            _ => lines.push(Line::begin(&piece)),
        }
        last = Some((piece.x, piece.text));
    }
    lines.retain_mut(|line| {
        line.text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
        !line.text.is_empty()
    });
    lines
}

fn is_level(line: &Line, piece: &Piece) -> bool {
    (piece.y - line.y).abs() <= SHIFT * line.size.max(piece.size)
}

fn continues(line: &Line, piece: &Piece) -> bool {
    let gap = piece.x - line.end;
    let size = line.size.max(piece.size);
    gap >= -SHIFT * size && gap <= COLUMN_SPACE * size
}

impl Line {
    fn begin(piece: &Piece) -> Self {
        Self { text: piece.text.clone(), x: piece.x, end: piece.end, y: piece.y, size: piece.size, page: 0 }
    }

    fn write(&mut self, piece: &Piece) {
        if piece.x - self.end > WORD_SPACE * self.size.min(piece.size) {
            self.text.push(' ');
        }
        // The size of a line is that of most of it.
        if piece.text.len() > self.text.len() {
            self.size = piece.size;
            self.y = piece.y;
        }
        self.text.push_str(&piece.text);
        self.end = self.end.max(piece.end);
    }
}

/// Lines at the top and as many at the bottom in which a header or footer is looked for.
const EDGE_LINES: usize = 3;

/// A header stands at the same height on each page, give or take this, in the page's units.
const HEIGHT_STEP: f64 = 6.0;

/// Takes the pages together without their headers, footers and numbers.
pub(super) fn shown(pages: Vec<Page>) -> Shown {
    let mut seen: HashMap<(String, i64), HashSet<usize>> = HashMap::new();
    for (number, page) in pages.iter().enumerate() {
        for at in page.edges() {
            seen.entry(place(&page.lines[at])).or_default().insert(number);
        }
    }
    let most = pages.iter().filter(|page| !page.lines.is_empty()).count();
    let repeats = |line: &Line| seen.get(&place(line)).is_some_and(|pages| pages.len() >= 2 && pages.len() * 2 >= most);
    let url = pages.first().and_then(Page::address);
    let mut lines = Vec::new();
    for (number, mut page) in pages.into_iter().enumerate() {
        let mut dropped = page.edges();
        dropped.retain(|&at| repeats(&page.lines[at]));
        if let [top, .., bottom] = page.by_height()[..] {
            dropped.extend([top, bottom].into_iter().filter(|&at| is_page_number(&page.lines[at].text)));
            if url.is_some() && page.margin.is_empty() {
                // Over a page that a browser prints stand the time of printing and the title, under it the address.
                let is_at = |at: usize, other: usize| (page.lines[at].y - page.lines[other].y).abs() < HEIGHT_STEP;
                dropped.extend((0..page.lines.len()).filter(|&at| is_at(at, top) || is_at(at, bottom)));
            }
        }
        for (at, line) in page.lines.iter_mut().enumerate() {
            if !dropped.contains(&at) {
                line.page = number;
                lines.push(line.clone());
            }
        }
    }
    Shown { lines, url }
}

/// Returns what makes a line the same as one of another page: its words, whatever its numbers, and its height.
fn place(line: &Line) -> (String, i64) {
    (with_figures_alike(&line.text), (line.y / HEIGHT_STEP).round() as i64)
}

fn with_figures_alike(text: &str) -> String {
    let mut alike = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_ascii_digit() {
            alike.extend(letter.to_lowercase());
        } else if !alike.ends_with('#') {
            alike.push('#');
        }
    }
    alike
}

/// Whether a line is the number of a page: `3`, `- 3 -`, `Page 3 of 12`, `3/12`.
fn is_page_number(text: &str) -> bool {
    let alike = with_figures_alike(text);
    let is_known = |word: &str| matches!(word, "#" | "page" | "of" | "-" | "–" | "#/#" | "|" | "p." | "-#-" | "/");
    alike.contains('#') && alike.split_whitespace().all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pieces: Vec<Piece>) -> Page {
        Page::of(DrawnPage { pieces, margin: Vec::new(), is_whole: true })
    }

    fn piece(text: &str, x: f64, y: f64) -> Piece {
        Piece { text: text.to_owned(), x, end: x + 5.0 * text.chars().count() as f64, y, size: 10.0 }
    }

    #[test]
    fn pieces_make_lines() {
        let rows: [(&str, Vec<Piece>, &[&str]); 8] = [
            ("words apart", vec![piece("Ferry", 0.0, 700.0), piece("sails", 28.0, 700.0)], &["Ferry sails"]),
            ("a word in two", vec![piece("Fer", 0.0, 700.0), piece("ry", 15.5, 700.0)], &["Ferry"]),
            ("a space of its own", vec![piece("Ferry ", 0.0, 700.0), piece(" sails", 30.0, 700.0)], &["Ferry sails"]),
            ("a raised figure", vec![piece("Ferry", 0.0, 700.0), piece("2", 25.0, 704.0)], &["Ferry2"]),
            ("two lines", vec![piece("Ferry", 0.0, 700.0), piece("sails", 0.0, 688.0)], &["Ferry", "sails"]),
            ("two columns", vec![piece("Ferry", 0.0, 700.0), piece("Rain", 300.0, 700.0)], &["Ferry", "Rain"]),
            ("made bold", vec![piece("Ferry", 0.0, 700.0), piece("Ferry", 0.3, 700.0)], &["Ferry"]),
            ("nothing but space", vec![piece("  ", 0.0, 700.0)], &[]),
        ];
        for (case, pieces, expected) in rows {
            let page = page(pieces);
            let found: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(found, expected, "{case}");
        }
    }

    #[test]
    fn what_repeats_on_every_page_is_dropped() {
        let page_of = |number: usize, story: [&str; 2]| {
            page(vec![
                piece("Harbour Post", 0.0, 780.0),
                piece(&format!("9 May 2025 – {number}"), 400.0, 780.0),
                piece(story[0], 0.0, 700.0),
                piece(story[1], 0.0, 688.0),
                piece(&number.to_string(), 250.0, 20.0),
            ])
        };
        let pages = vec![page_of(1, ["It rained.", "It snowed."]), page_of(2, ["It hailed.", "It froze."])];
        let found: Vec<String> = shown(pages).lines.into_iter().map(|line| line.text).collect();
        assert_eq!(found, ["It rained.", "It snowed.", "It hailed.", "It froze."]);
    }

    #[test]
    fn a_single_page_keeps_all_but_its_number() {
        let rows =
            [("3", true), ("- 3 -", true), ("Page 1 of 2", true), ("2/3", true), ("Room 3", false), ("of", false)];
        for (last, is_dropped) in rows {
            let page = page(vec![piece("It rained.", 0.0, 700.0), piece(last, 250.0, 20.0)]);
            let found = shown(vec![page]).lines.len();
            assert_eq!(found, if is_dropped { 1 } else { 2 }, "{last}");
        }
    }

    #[test]
    fn what_a_browser_prints_around_a_page_is_its_address() {
        let around = |address: &str| {
            let time = piece("11/25/26, 11:46 PM", 20.0, 780.0);
            vec![time, piece("Ferry sails", 250.0, 780.0), piece(address, 20.0, 15.0), piece("1/1", 550.0, 15.0)]
        };
        let story = || vec![piece("It rained.", 0.0, 700.0)];
        let address = "https://post.example/ferry";
        let drawn = DrawnPage { pieces: [around(address), story()].concat(), margin: Vec::new(), is_whole: true };
        let said = DrawnPage { pieces: story(), margin: around(address), is_whole: true };
        for drawn in [drawn, said] {
            let found = shown(vec![Page::of(drawn)]);
            assert_eq!(found.url.as_deref(), Some(address));
            assert_eq!(found.lines.len(), 1);
        }
        // An address that the story names, and one of a file.
        let named = vec![piece("It rained.", 0.0, 700.0), piece(address, 0.0, 688.0), piece("It snowed.", 0.0, 676.0)];
        assert_eq!(shown(vec![page(named)]).url, None);
        assert_eq!(shown(vec![page([around("file:///ferry.html"), story()].concat())]).url, None);
    }
}
