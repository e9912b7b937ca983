//! The standfirst: the summary between headline and text, which pages often keep apart from the text.

use super::blocks::Block;
use super::boilerplate::is_boilerplate;
use super::clutter;
use super::tree::{NodeId, Tree};

/// Shorter ones are labels.
const MIN_CHARS: usize = 40;

/// Longer ones are text.
const MAX_CHARS: usize = 800;

/// A summary has a paragraph, seldom two or three.
const MAX_BLOCKS: usize = 3;

/// Names that designers give to it; in lower case.
const NAMES: [&str; 21] = [
    "abstract",
    "bajada",
    "chapeau",
    "chapo",
    "dek",
    "description",
    "entradilla",
    "excerpt",
    "intro",
    "lead",
    "lede",
    "sommario",
    "standfirst",
    "strapline",
    "subhead",
    "subheading",
    "subline",
    "subtitle",
    "sumario",
    "summary",
    "vorspann",
];

/// Returns the blocks of the standfirst: of those between the headline and the text the ones that are called so.
pub(super) fn find(tree: &Tree, all: &[Block], heading: Option<NodeId>, text: &[Block]) -> Vec<Block> {
    let Some(heading) = heading else { return Vec::new() };
    let Some(start) = text.first().map(|block| block.position) else { return Vec::new() };
    let behind = |block: &&Block| block.position < start;
    let above = all
        .iter()
        .rposition(|block| block.position < start && tree.self_and_above(block.node).any(|node| node == heading));
    let Some(above) = above else { return Vec::new() };
    let between = all[above + 1..].iter().take_while(behind);
    let mut found: Vec<Block> = Vec::new();
    for block in between {
        let is_sized = (MIN_CHARS..=MAX_CHARS).contains(&block.chars);
        let is_plain = is_sized && block.link_chars * 2 < block.chars && !is_boilerplate(block);
        let is_repeated = text.iter().chain(&found).any(|other| other.text.contains(&block.text));
        if is_plain && !is_repeated && found.len() < MAX_BLOCKS && is_called_so(tree, block.node) {
            found.push(block.clone());
        }
    }
    found
}

/// Whether an element or one just above is called a standfirst, and neither it nor one within something else.
fn is_called_so(tree: &Tree, node: NodeId) -> bool {
    let near: Vec<String> = tree.self_and_above(node).take(3).filter_map(|node| clutter::marks(tree, node)).collect();
    // `sub-title` is one word, `article-lead` two.
    let is_called =
        |marks: &String| clutter::has_word(marks, &NAMES) || clutter::has_word(&marks.replace(['-', '_'], ""), &NAMES);
    let is_other = |marks: &String| {
        clutter::is_byline(marks)
            || ["caption", "credit", "related", "promo", "share", "comment", "newsletter", "copyright"]
                .iter()
                .any(|part| marks.contains(part))
    };
    near.iter().find(|marks| is_called(marks) || is_other(marks)).is_some_and(|marks| !is_other(marks))
}

#[cfg(test)]
mod tests {
    use super::super::blocks::blocks;
    use super::*;

    #[test]
    fn a_summary_above_the_text_is_found() {
        const SUMMARY: &str = "After a winter in harbour the boats cross the sound again.";
        let rows = [
            (format!("<h1>Ferry sails</h1><p class=standfirst>{SUMMARY}</p>"), true),
            (format!("<header><h1>Ferry sails</h1><div class='article-lead'><p>{SUMMARY}</div></header>"), true),
            (format!("<h1>Ferry sails</h1><h2 class=sub-title>{SUMMARY}</h2>"), true),
            (format!("<h1>Ferry sails</h1><div class=byline-social><p class=strapline>{SUMMARY}</div>"), true),
            (format!("<h1>Ferry sails</h1><div class=lead><p class=photo-caption>{SUMMARY}</div>"), false),
            // Not called so, called something else as well, too short, links, above the headline, said again in the text.
            (format!("<h1>Ferry sails</h1><p class=note>{SUMMARY}</p>"), false),
            (format!("<h1>Ferry sails</h1><p class='lead photo-caption'>{SUMMARY}</p>"), false),
            (format!("<h1>Ferry sails</h1><p class=leader-board>{SUMMARY}</p>"), false),
            ("<h1>Ferry sails</h1><p class=lead>Harbour news</p>".to_owned(), false),
            (format!("<h1>Ferry sails</h1><p class=lead><a href=/x>{SUMMARY}</a></p>"), false),
            (format!("<p class=lead>{SUMMARY}</p><h1>Ferry sails</h1>"), false),
            ("<h1>Ferry sails</h1><p class=lead>The ferry sailed at noon, its master said.</p>".to_owned(), false),
        ];
        for (head, is_found) in rows {
            let page = format!("{head}<main><p>The ferry sailed at noon, its master said.</main>");
            let tree = Tree::parse(&page).unwrap();
            let heading = tree.descendants(Tree::ROOT).find(|&node| tree.name(node) == "h1");
            let all = blocks(&tree);
            let text: Vec<Block> = all.iter().rev().take(1).cloned().collect();
            let found = find(&tree, &all, heading, &text);
            assert_eq!(
                found.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(),
                vec![SUMMARY; usize::from(is_found)],
                "{head}"
            );
        }
    }
}
