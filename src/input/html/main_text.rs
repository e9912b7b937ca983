//! The running text of a page: 1. cut the page into blocks 2. weigh them 3. choose the element that holds most
//! 4. leave out what in it is no text of the article.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Kind, blocks};
use super::boilerplate::is_boilerplate;
use super::clutter;
use super::metadata::Metadata;
use super::standfirst;
use super::tree::{NodeId, Tree};
use crate::article::byline::is_byline;
use crate::article::date::date_line;

/// The running text and where it begins.
pub(super) struct MainText {
    pub paragraphs: Vec<String>,
    /// The first element of the text.
    pub start: Option<NodeId>,
    /// Characters that stand in plain paragraphs.
    pub weight: usize,
    /// Characters of links to elsewhere on the whole page.
    pub link_chars: usize,
}

/// Of the text around it, the share that an element must hold to be taken in its place.
const MOST: f64 = 0.85;

/// What is called clutter but holds more of the page's text than this is none.
const CLUTTER_SHARE: f64 = 0.4;

/// Comments may be longer than the article: they are left out whatever they weigh where this much remains.
const MIN_REMAINDER_CHARS: usize = 600;

/// A text shorter than this may be what was left of one.
const FEW_CHARS: usize = 250;

/// Of the text of the page, the share that what is called the text must hold to be believed.
const NAMED_SHARE: f64 = 0.8;

/// Finds the running text of a page.
pub(super) fn find(tree: &Tree, metadata: &Metadata<'_>, headline: Option<&str>) -> MainText {
    let heading = metadata.heading();
    let described = metadata.described.body.as_deref();
    let mut found = blocks(tree);
    let link_chars = found.iter().map(|block| block.link_chars).sum();
    let known = described.map(Known::new);
    drop_others(tree, &mut found, heading, metadata.url().as_deref());
    let mut own = found.clone();
    drop_clutter(tree, &mut own);
    let mut kept = of_article(tree, own, heading, headline, known.as_ref());
    if total_weight(&kept) < FEW_CHARS {
        let all = of_article(tree, found.clone(), heading, headline, known.as_ref());
        // Names can mislead: where hardly anything is left, they are not listened to.
        if total_weight(&all) > 2 * total_weight(&kept) {
            kept = all;
        }
    }
    let standfirst = standfirst::find(tree, &found, heading, &kept);
    kept.splice(0..0, standfirst);
    MainText {
        start: kept.first().map(|block| block.node),
        weight: total_weight(&kept),
        paragraphs: kept.into_iter().map(|block| block.text).collect(),
        link_chars,
    }
}

fn of_article(
    tree: &Tree,
    blocks: Vec<Block>,
    heading: Option<NodeId>,
    headline: Option<&str>,
    known: Option<&Known>,
) -> Vec<Block> {
    let weights = weights(tree, &blocks);
    let chosen = choose(tree, &weights, &blocks, heading);
    let inside = blocks.into_iter().filter(|block| tree.self_and_above(block.node).any(|node| node == chosen));
    keep(inside.collect(), headline, known)
}

fn total_weight(blocks: &[Block]) -> usize {
    blocks.iter().map(Block::weight).sum()
}

/// Leaves out what readers and other articles say, where enough remains. What stands around the headline is neither.
fn drop_others(tree: &Tree, blocks: &mut Vec<Block>, heading: Option<NodeId>, own: Option<&str>) {
    let around_heading: HashSet<NodeId> = heading.into_iter().flat_map(|heading| tree.ancestors(heading)).collect();
    let mut is_others: HashMap<NodeId, bool> = HashMap::new();
    let mut others = |block: &Block| {
        tree.self_and_above(block.node).any(|node| {
            !around_heading.contains(&node)
                && *is_others
                    .entry(node)
                    .or_insert_with(|| clutter::is_called_others(tree, node) || clutter::is_teaser(tree, node, own))
        })
    };
    let (theirs, own): (Vec<Block>, Vec<Block>) = blocks.drain(..).partition(&mut others);
    if total_weight(&own) >= MIN_REMAINDER_CHARS || total_weight(&own) >= total_weight(&theirs) {
        *blocks = own;
    } else {
        // In the order of the page, which the partition lost.
        blocks.extend(own.into_iter().chain(theirs));
        blocks.sort_by_key(|block| block.position);
    }
}

/// Leaves out what stands in clutter, unless the clutter is most of the page. What bears the same names counts together:
/// an article may be cut into many parts that are called alike.
fn drop_clutter(tree: &Tree, blocks: &mut Vec<Block>) {
    let mut names: HashMap<NodeId, Option<String>> = HashMap::new();
    let mut weights: HashMap<String, usize> = HashMap::new();
    for block in blocks.iter().filter(|block| block.weight() > 0) {
        let mut called: Vec<String> = tree
            .self_and_above(block.node)
            .filter_map(|node| names.entry(node).or_insert_with(|| clutter::name_of_clutter(tree, node)).clone())
            .collect();
        called.sort_unstable();
        called.dedup();
        for name in called {
            *weights.entry(name).or_default() += block.weight();
        }
    }
    let total = total_weight(blocks);
    let limit = (total as f64 * CLUTTER_SHARE) as usize;
    let mut is_dropped = |node: NodeId| {
        let name = names.entry(node).or_insert_with(|| clutter::name_of_clutter(tree, node));
        name.as_ref().is_some_and(|name| {
            weights.get(name).is_none_or(|&weight| {
                // What is unseen may be the whole text once more.
                weight <= limit || name == clutter::UNSEEN && total - weight >= MIN_REMAINDER_CHARS
            })
        })
    };
    blocks.retain(|block| !tree.self_and_above(block.node).any(&mut is_dropped));
}

/// Adds up for each element what the blocks below it weigh.
fn weights(tree: &Tree, blocks: &[Block]) -> HashMap<NodeId, usize> {
    let mut weights = HashMap::new();
    for block in blocks.iter().filter(|block| block.weight() > 0) {
        for node in tree.self_and_above(block.node) {
            *weights.entry(node).or_default() += block.weight();
        }
    }
    weights
}

/// Chooses the smallest element that holds most of the text: from the page inwards, as long as one child does. Of several
/// articles on one page it is the one of the heading.
fn choose(tree: &Tree, weights: &HashMap<NodeId, usize>, blocks: &[Block], heading: Option<NodeId>) -> NodeId {
    let weight = |node: NodeId| weights.get(&node).copied().unwrap_or(0);
    let around_heading: Vec<NodeId> = heading.into_iter().flat_map(|heading| tree.ancestors(heading)).collect();
    let mut chosen = around_heading
        .iter()
        .copied()
        .find(|&node| tree.name(node) == "article" && weight(node) >= FEW_CHARS)
        .unwrap_or(Tree::ROOT);
    let whole = weight(chosen) as f64;
    // What the page itself calls the text, where it holds nearly all of it.
    let named = blocks
        .iter()
        .filter(|block| tree.self_and_above(block.node).any(|node| node == chosen))
        .flat_map(|block| tree.self_and_above(block.node).take_while(|&node| node != chosen))
        .filter(|&node| weight(node) as f64 >= whole * NAMED_SHARE && clutter::is_body(tree, node))
        .min_by_key(|&node| (weight(node), std::cmp::Reverse(node)));
    chosen = named.unwrap_or(chosen);
    loop {
        let heaviest = tree.children(chosen).max_by_key(|&child| weight(child));
        match heaviest {
            // A single paragraph is no container.
            Some(child)
                if weight(child) as f64 >= weight(chosen) as f64 * MOST
                    && weight(child) > 0
                    && tree.name(child) != "p" =>
            {
                chosen = child;
            }
            _ => return chosen,
        }
    }
}

/// Leaves out of the chosen element's blocks what is no text of the article.
fn keep(blocks: Vec<Block>, headline: Option<&str>, known: Option<&Known>) -> Vec<Block> {
    let mut kept: Vec<Block> = Vec::new();
    for block in blocks {
        let repeats = kept.last().is_some_and(|last| last.text == block.text);
        let is_headline = headline.is_some_and(|headline| headline.eq_ignore_ascii_case(&block.text));
        let is_known = known.is_some_and(|known| known.holds(&block.text));
        // Who wrote it and when, above the text; the fields say so.
        let is_above = kept.iter().all(|block| block.weight() == 0);
        let is_header = is_above && (date_line(&block.text).is_some() || is_byline(&block.text));
        if repeats || is_headline || !is_known && (is_header || block.is_link_list() || is_boilerplate(&block)) {
            continue;
        }
        kept.push(block);
    }
    // A heading below which nothing stands belongs to what was left out.
    let mut behind_is_heading = true;
    let mut index = kept.len();
    while index > 0 {
        index -= 1;
        let is_heading = kept[index].kind == Kind::Heading;
        if is_heading && behind_is_heading {
            kept.remove(index);
        }
        behind_is_heading = is_heading;
    }
    kept
}

/// The text that a page's own description gives, for looking up paragraphs in it.
struct Known {
    letters: String,
}

impl Known {
    fn new(text: &str) -> Self {
        Self { letters: letters(text) }
    }

    fn holds(&self, paragraph: &str) -> bool {
        let sought = letters(paragraph);
        sought.len() >= 20 && self.letters.contains(&sought)
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(page: &str) -> Vec<String> {
        let tree = Tree::parse(page).unwrap();
        let metadata = Metadata::read(&tree);
        find(&tree, &metadata, Some("Ferry sails")).paragraphs
    }

    #[test]
    fn what_is_no_part_of_the_text_is_left_out() {
        let own = "The ferry sailed at noon with all its passengers aboard, the harbour master said on Tuesday.";
        let text = format!("<p>{own} One.</p><p>{own} Two.</p><p>{own} Three.</p><p>{own} Four.</p>").repeat(2);
        let other = "The price of herring rose for the third time in a year, and the fishers of the sound are glad.";
        let rows = [
            ("a list of news", format!("<ul class='news-list'><li><p>{other}</p></ul>"), false),
            (
                "a teaser",
                format!("<div><h3><a href=/herring>Herring is dearer than ever</a></h3><p>{other}</p></div>"),
                false,
            ),
            (
                "a teaser without heading",
                format!(
                    "<ul><li><a href=/herring>Herring is dearer than ever</a><p>{other}</p><time>2 May</time></li></ul>"
                ),
                false,
            ),
            (
                "an item of the text",
                format!("<ul><li><a href=/herring>Herring is dearer</a><p>{other}</p></li></ul>"),
                true,
            ),
            ("a date within the text", "<div>9 May 2025</div>".to_owned() + &format!("<p>{other}</p>"), true),
            ("an unseen copy", format!("<div style='display: none'><p>{other}</p></div>"), false),
            ("a part of the text", format!("<div><h3>Herring is dearer than ever</h3><p>{other}</p></div>"), true),
            (
                "a part with a link to itself",
                format!("<div><h3><a href=#herring>Herring is dearer than ever</a></h3><p>{other}</p></div>"),
                true,
            ),
            (
                "a post of a live blog",
                format!(
                    "<article><h3><a href='/live/ferry?post=7#7'>Herring is dearer than ever</a></h3><p>{other}</p></article>"
                ),
                true,
            ),
            (
                "another live blog",
                format!(
                    "<article><h3><a href='/live/herring?post=7#7'>Herring is dearer than ever</a></h3><p>{other}</p></article>"
                ),
                false,
            ),
        ];
        for (name, part, is_kept) in rows {
            let head = "<link rel=canonical href='https://post.example/live/ferry/'>";
            let page = format!("{head}<h1>Ferry sails</h1><div>{text}{part}<p>{own} Five.</p></div>");
            assert_eq!(of(&page).iter().any(|paragraph| paragraph == other), is_kept, "{name}");
        }
    }

    #[test]
    fn who_wrote_and_when_above_the_text_is_no_text() {
        let text =
            "<p>The ferry sailed at noon with all its passengers aboard, the harbour master said on Tuesday.</p>"
                .repeat(2);
        for (header, is_dropped) in [("By Una Moor", true), ("Friday, 9 May 2025", true), ("Harbour in May", false)] {
            let found = of(&format!("<h1>Ferry sails</h1><p>{header}</p>{text}<p>{header}</p>"));
            assert_eq!(found.first().is_some_and(|first| first != header), is_dropped, "{header}: {found:?}");
            assert_eq!(found.last().map(String::as_str), Some(header), "below the text it stays");
        }
    }

    #[test]
    fn what_is_called_clutter_is_text_where_it_is_most_of_the_page() {
        let own = "<p>The ferry sailed at noon with all its passengers aboard, the harbour master said on Tuesday.</p>";
        let few = "<p>Choose the ports between which you would like to sail with us in the coming summer.</p>";
        let rows = [
            (format!("<fieldset><h1>Ferry sails</h1>{}</fieldset>", own.repeat(2)), "The ferry sailed"),
            (format!("<h1>Ferry sails</h1>{}<fieldset>{few}</fieldset>", own.repeat(4)), "The ferry sailed"),
            (format!("<form><h1>Ferry sails</h1>{}</form>", own.repeat(2)), "The ferry sailed"),
        ];
        for (page, begin) in rows {
            let found = of(&page);
            assert!(!found.is_empty() && found.iter().all(|paragraph| paragraph.starts_with(begin)), "{found:?}");
        }
    }

    #[test]
    fn of_several_articles_the_one_with_the_headline_is_read() {
        let own = "The ferry sailed at noon with all its passengers aboard, the harbour master said. ".repeat(4);
        let other = "The price of herring rose for the third time in a year, as the fishers had hoped. ".repeat(20);
        let page = format!(
            "<title>Ferry sails</title><article><h1>Ferry sails</h1><p>{own}</p></article><article><h2>Herring</h2><p>{other}</p></article>"
        );
        assert_eq!(of(&page), [own.trim()]);
        // Each calls its text the text, and the other one's is no longer.
        let page = page.replace("<p>", "<div class=article-body><p>").replace("</p>", "</p></div>");
        let page = page.replace(&other, &own.replace("ferry", "barge"));
        assert_eq!(of(&page), [own.trim()]);
    }
}
