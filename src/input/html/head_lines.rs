//! The short lines around a headline, where pages print the date and who wrote.

use super::blocks::is_inline;
use super::clutter;
use super::tree::{NodeId, Step, Tree, fold};

/// What stands around the headline: from a little above it to where the text is under way.
#[derive(Debug, Default)]
pub(super) struct HeadLines {
    /// In the order of the page.
    pub lines: Vec<HeadLine>,
    /// Number of the first and of the last node, in the order of the page.
    span: Option<(usize, usize)>,
    /// Number of the headline's node.
    anchor: usize,
    /// Those around the headline: what an element of them is called concerns the article.
    pub around: Vec<NodeId>,
}

#[derive(Debug)]
pub(super) struct HeadLine {
    pub text: String,
    /// Whether it stands above the headline.
    pub is_above: bool,
}

/// Characters above the headline that may belong to it: a section, a date.
const CHARS_ABOVE: usize = 300;

/// Characters below the headline before the text is under way: two captions and a summary.
const CHARS_BELOW: usize = 2_000;

/// A line this long is a summary, a caption or a paragraph of the text.
const LONG_CHARS: usize = 140;

/// How many long lines are passed: a summary, a caption, the first paragraph.
const LONG_LINES: usize = 3;

/// Longer lines tell neither a date nor a byline.
const MAX_LINE_CHARS: usize = 160;

/// A line as the walk finds it.
struct Found {
    text: String,
    chars: usize,
    position: usize,
}

impl HeadLines {
    /// Reads the lines around a heading, or without one those above the text.
    pub fn of(tree: &Tree, heading: Option<NodeId>, body_start: Option<NodeId>) -> Self {
        let Some(anchor) = heading.or(body_start) else { return Self::default() };
        let around: Vec<NodeId> = tree.self_and_above(anchor).collect();
        let Walked { found, anchor_line, anchor } = walk(tree, anchor, &around);
        let mut first = anchor_line;
        let mut chars = 0;
        while first > 0 && chars + found[first - 1].chars <= CHARS_ABOVE {
            first -= 1;
            chars += found[first].chars;
        }
        let (mut end, mut chars, mut long) = (anchor_line, 0, 0);
        while end < found.len() && chars <= CHARS_BELOW && long < LONG_LINES {
            chars += found[end].chars;
            long += usize::from(end > anchor_line && found[end].chars >= LONG_CHARS);
            end += 1;
        }
        let span = found.get(first).map(|line| line.position);
        let span = span.zip(found[..end].last().map(|line| line.position));
        let lines = found.into_iter().enumerate().take(end).skip(first);
        let lines = lines.filter(|(_, line)| line.chars <= MAX_LINE_CHARS);
        let lines = lines.map(|(index, line)| HeadLine { text: line.text, is_above: index < anchor_line });
        Self { lines: lines.collect(), span, anchor, around }
    }

    /// Whether a node stands among the lines; `position` is its number in the order of the page.
    pub fn hold(&self, position: usize) -> bool {
        self.span.is_some_and(|(first, last)| (first..=last).contains(&position))
    }

    /// Whether a node stands above the headline.
    pub fn is_above(&self, position: usize) -> bool {
        position < self.anchor
    }

    /// Whether an element belongs to other articles or to readers.
    pub fn is_of_others(&self, tree: &Tree, node: NodeId) -> bool {
        clutter::is_of_others(tree, node, &self.around)
    }
}

struct Walked {
    found: Vec<Found>,
    /// The line that begins with the anchor.
    anchor_line: usize,
    /// Number of the anchor's node.
    anchor: usize,
}

/// Returns the lines of a page that are its own.
fn walk(tree: &Tree, anchor: NodeId, around: &[NodeId]) -> Walked {
    let mut found: Vec<Found> = Vec::new();
    let (mut anchor_line, mut anchor_position) = (0, 0);
    let mut text = String::new();
    let mut passed_over = 0_usize;
    let mut position = 0;
    let close = |text: &mut String, position: usize, found: &mut Vec<Found>| {
        let line = fold(text);
        text.clear();
        if !line.is_empty() {
            found.push(Found { chars: line.chars().count(), text: line, position });
        }
    };
    for step in tree.walk(Tree::ROOT) {
        match step {
            Step::Enter(node) => {
                position += 1;
                if passed_over > 0 || is_passed_over(tree, node, around) {
                    passed_over += 1;
                    continue;
                }
                if let Some(more) = tree.text(node) {
                    text.push_str(more);
                } else if begins_line(tree, node) {
                    close(&mut text, position, &mut found);
                }
                if node == anchor {
                    (anchor_line, anchor_position) = (found.len(), position);
                }
            }
            Step::Leave(_) if passed_over > 0 => passed_over -= 1,
            Step::Leave(node) => {
                if begins_line(tree, node) {
                    close(&mut text, position, &mut found);
                }
            }
        }
    }
    close(&mut text, position, &mut found);
    Walked { found, anchor_line, anchor: anchor_position }
}

fn begins_line(tree: &Tree, node: NodeId) -> bool {
    tree.is_element(node) && !is_inline(tree.name(node))
}

fn is_passed_over(tree: &Tree, node: NodeId, around: &[NodeId]) -> bool {
    const UNSEEN: [&str; 16] = [
        "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select", "option", "textarea",
        "nav", "footer", "figure", "video", "audio",
    ];
    tree.is_element(node) && !around.contains(&node) && {
        UNSEEN.contains(&tree.name(node)) || clutter::is_called_others(tree, node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_the_headline_are_read() {
        let text = "The ferry sailed at noon with all its passengers aboard. ".repeat(4);
        let page = format!(
            "<nav>Home<br>News</nav><div>World</div><h1>Ferry sails</h1><p>By <a>Una Moor</a><br>2 May 2025</p>\
             <aside class=related>3 June 2025</aside><p>{text}<p>{text}<p>{text}<p>Nobody reads on."
        );
        let tree = Tree::parse(&page).unwrap();
        let heading = tree.descendants(Tree::ROOT).find(|&node| tree.name(node) == "h1");
        let found = HeadLines::of(&tree, heading, None);
        let lines: Vec<_> = found.lines.iter().map(|line| (line.text.as_str(), line.is_above)).collect();
        assert_eq!(lines, [("World", true), ("Ferry sails", false), ("By Una Moor", false), ("2 May 2025", false)]);
        assert!(HeadLines::of(&tree, None, None).lines.is_empty());
    }
}
