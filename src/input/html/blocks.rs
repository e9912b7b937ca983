//! The blocks of a page: stretches of text between the elements that begin a new line.

use super::clutter;
use super::tree::{NodeId, Step, Tree, fold};

/// A stretch of text that stands by itself.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The element in which it stands.
    pub node: NodeId,
    /// How many blocks of the page stand before it.
    pub position: usize,
    pub kind: Kind,
    /// With white space folded.
    pub text: String,
    /// Characters of the text that are links.
    pub link_chars: usize,
    pub chars: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Heading,
    Item,
    Cell,
}

/// Elements within a line of text; all others begin a block.
const INLINE: [&str; 44] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "data",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "ins",
    "kbd",
    "mark",
    "nobr",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "tt",
    "u",
    "var",
    "wbr",
    "img",
    "center-text",
    "o:p",
    "st1:place",
    "st1:city",
    "st1:country-region",
    "time",
    "label",
    "button",
];

/// Whether an element of that name stands within a line.
pub(super) fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
}

impl Block {
    /// Returns how many characters of running text the block holds: none where it is too short to be a sentence or mostly
    /// links.
    pub fn weight(&self) -> usize {
        let is_running = match self.kind {
            Kind::Heading => false,
            Kind::Paragraph | Kind::Item | Kind::Cell => self.chars >= 40 && self.link_chars * 2 < self.chars,
        };
        if !is_running {
            return 0;
        }
        let plain = self.chars - self.link_chars;
        let ends_sentence =
            self.text.trim_end().ends_with(['.', '!', '?', '"', '”', '’', '»', ':', '।', '。', '…', ')']);
        if ends_sentence { plain } else { plain / 3 }
    }

    /// Whether the block is hardly more than links.
    pub fn is_link_list(&self) -> bool {
        let share = if self.kind == Kind::Item { 2 } else { 3 };
        self.link_chars > 0 && self.link_chars * (share + 1) >= self.chars * share
    }
}

/// Cuts a page into blocks; what is never text is passed over.
pub(super) fn blocks(tree: &Tree) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open = Open::default();
    // Elements passed over, and links, in which the walk stands.
    let (mut passed_over, mut links) = (0_usize, 0_usize);
    let mut blocks_above: Vec<NodeId> = vec![Tree::ROOT];
    for step in tree.walk(Tree::ROOT) {
        match step {
            Step::Enter(node) => {
                if passed_over > 0 || tree.is_element(node) && clutter::is_never_text(tree, node) {
                    passed_over += 1;
                    continue;
                }
                if let Some(text) = tree.text(node) {
                    open.push(text, links > 0);
                    continue;
                }
                let name = tree.name(node);
                if name == "br" {
                    open.line_end(tree, &blocks_above, &mut found);
                } else if name == "a" {
                    links += 1;
                } else if tree.is_element(node) && !is_inline(name) {
                    open.close(tree, &blocks_above, &mut found);
                    blocks_above.push(node);
                }
            }
            Step::Leave(node) => {
                if passed_over > 0 {
                    passed_over -= 1;
                    continue;
                }
                let name = tree.name(node);
                if name == "a" {
                    links = links.saturating_sub(1);
                } else if name != "br" && tree.is_element(node) && !is_inline(name) {
                    open.close(tree, &blocks_above, &mut found);
                    blocks_above.pop();
                }
            }
        }
    }
    open.close(tree, &blocks_above, &mut found);
    found
}

/// The block that is being read.
#[derive(Default)]
struct Open {
    text: String,
    link_chars: usize,
    /// Whether a line just ended, so that a second end begins a paragraph.
    after_line_end: bool,
}

impl Open {
    fn push(&mut self, text: &str, is_link: bool) {
        self.text.push_str(text);
        if is_link {
            self.link_chars += text.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>();
        }
        self.after_line_end &= text.trim().is_empty();
    }

    /// Ends a line: within a sentence that is a space, behind one and between two it begins a paragraph.
    fn line_end(&mut self, tree: &Tree, blocks_above: &[NodeId], found: &mut Vec<Block>) {
        let ends_sentence = self.text.trim_end().ends_with(['.', '!', '?', '"', '”', '»', ':', '。', '…']);
        if self.after_line_end || ends_sentence {
            self.close(tree, blocks_above, found);
        }
        self.text.push('\n');
        self.after_line_end = true;
    }

    fn close(&mut self, tree: &Tree, blocks_above: &[NodeId], found: &mut Vec<Block>) {
        let text = fold(&self.text);
        self.text.clear();
        self.after_line_end = false;
        let link_chars = std::mem::take(&mut self.link_chars);
        if text.is_empty() {
            return;
        }
        let node = blocks_above.last().copied().unwrap_or(Tree::ROOT);
        let kind = blocks_above.iter().rev().take(3).find_map(|&above| match tree.name(above) {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(Kind::Heading),
            "li" | "dt" | "dd" => Some(Kind::Item),
            "td" | "th" => Some(Kind::Cell),
            "p" | "blockquote" => Some(Kind::Paragraph),
            _ => None,
        });
        let chars = text.chars().count();
        found.push(Block {
            node,
            position: found.len(),
            kind: kind.unwrap_or(Kind::Paragraph),
            link_chars: link_chars.min(chars),
            chars,
            text,
        });
    }
}
