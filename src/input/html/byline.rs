//! Who wrote a page's article: as it states for machines, as it marks what it shows, and by the line below its headline.

use super::clutter;
use super::head_lines::HeadLines;
use super::metadata::{Metadata, shown};
use super::tree::{NodeId, Tree};
use crate::article::byline::{introduced, is_bare_name, names};

const BYLINE: [&str; 9] = [
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
];

/// A list of all the editors of a page is no byline.
const MAX_BYTES: usize = 160;

/// Returns the lines that name who wrote.
pub(super) fn find(metadata: &Metadata<'_>, lines: &HeadLines, outlet: Option<&str>) -> Vec<String> {
    let is_usable = |text: &String| {
        let is_address = text.contains("://") || text.starts_with("www.") || text.starts_with(['@', ',']);
        !is_address
            && text.len() <= MAX_BYTES
            && outlet.is_none_or(|outlet| !text.eq_ignore_ascii_case(outlet))
            && !names(text).is_empty()
    };
    let usable = |texts: Vec<String>| -> Vec<String> { texts.into_iter().filter(is_usable).collect() };
    let described = usable(metadata.described.byline.clone());
    let mut stated = described;
    for name in BYLINE {
        let named = usable(metadata.metas(&[name]).map(shown).collect());
        // One who is named first stands alone in the description of some pages.
        if stated.is_empty() || holds_more(&named, &stated) {
            stated = named;
        }
    }
    if !stated.is_empty() {
        return stated;
    }
    let marked = marked(metadata.tree, lines, &is_usable);
    if !marked.is_empty() {
        return marked;
    }
    let printed = lines.lines.iter().filter(|line| line.text.len() <= MAX_BYTES);
    printed
        .filter_map(|line| introduced(&line.text))
        .find(|names| is_usable(&(*names).to_owned()))
        .map(str::to_owned)
        .into_iter()
        .collect()
}

/// Whether one list names all of the other, and somebody else.
fn holds_more(list: &[String], other: &[String]) -> bool {
    let all = |list: &[String]| -> Vec<String> { list.iter().flat_map(|text| names(text)).collect() };
    let (list, other) = (all(list), all(other));
    list.len() > other.len() && other.iter().all(|name| list.contains(name))
}

/// Returns the names that the page shows and marks as its authors'.
fn marked(tree: &Tree, lines: &HeadLines, is_usable: &dyn Fn(&String) -> bool) -> Vec<String> {
    let marks: [fn(&Tree, NodeId) -> bool; 5] = [
        |tree, node| has_token(tree, node, "itemprop", "author"),
        |tree, node| has_token(tree, node, "rel", "author"),
        |tree, node| clutter::marks(tree, node).is_some_and(|marks| clutter::is_byline(&marks)),
        clutter::leads_to_author,
        |tree, node| clutter::begins_with_by(tree, node),
    ];
    for is_marked in marks {
        let mut found: Vec<String> = Vec::new();
        for (position, node) in tree.descendants(Tree::ROOT).enumerate() {
            if !tree.is_element(node) || !is_marked(tree, node) || lines.is_of_others(tree, node) {
                continue;
            }
            let inner = inner_names(tree, node);
            let texts = if inner.is_empty() { vec![tree.folded_text(node)] } else { inner };
            for text in texts.into_iter().filter(|text| text.len() >= 3).filter(is_usable) {
                if !found.iter().any(|name| name.contains(&text)) {
                    found.push(text);
                }
            }
            // The authors of the other articles of the page come later.
            if !found.is_empty() && tree.name(node) != "a" && !lines.hold(position) {
                break;
            }
        }
        if !found.is_empty() {
            found.truncate(6);
            return found;
        }
    }
    Vec::new()
}

fn has_token(tree: &Tree, node: NodeId, attribute: &str, token: &str) -> bool {
    tree.attribute(node, attribute).is_some_and(|value| value.split_whitespace().any(|word| word == token))
}

/// Returns the names that stand by themselves within a marked element: links to people, and what is called a name.
fn inner_names(tree: &Tree, node: NodeId) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for below in tree.descendants(node) {
        let is_name = has_token(tree, below, "itemprop", "name")
            || tree.name(below) == "a"
                && (has_token(tree, below, "rel", "author") || clutter::leads_to_author(tree, below));
        if !is_name {
            continue;
        }
        let text = tree.folded_text(below);
        if is_bare_name(&text) && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_wrote_are_found() {
        // Head, body, names.
        let rows: [(&str, &str, &[&str]); 17] = [
            ("<meta name=author content='Una Moor'>", "<h1>Ferry sails</h1>", &["Una Moor"]),
            // One list that holds more, and one that holds others.
            (
                "<meta name=author content='Una Moor'><meta name=parsely-author content='Una Moor, Cal Brannock'>",
                "<h1>Ferry sails</h1>",
                &["Una Moor", "Cal Brannock"],
            ),
            (
                "<meta name=author content='Una Moor'><meta name=parsely-author content='Ines Falk, Cal Brannock'>",
                "<h1>Ferry sails</h1>",
                &["Una Moor"],
            ),
            // What is stated names nobody.
            ("<meta name=author content='una.moor.77'>", "<h1>Ferry sails</h1><p>By Una Moor</p>", &["Una Moor"]),
            ("<meta name=author content=admin>", "<h1>Ferry sails</h1><p>By Una Moor</p>", &["Una Moor"]),
            // What is marked.
            ("", "<h1>Ferry sails</h1><a rel=author href=/x>View all posts by Una Moor</a>", &["Una Moor"]),
            ("", "<h1>Ferry sails</h1><div class=byline>By Una Moor 2 May 2025 at 9:05 pm</div>", &["Una Moor"]),
            (
                "",
                "<h1>Ferry sails</h1><div class=author><a href=/author/m>Una Moor</a><span>Harbour Post</span></div>",
                &["Una Moor"],
            ),
            ("", "<h1>Ferry sails</h1><p class=byline>, Harbour Post</p><p class=byline>Una Moor</p>", &["Una Moor"]),
            ("", "<h1>Ferry sails</h1><h4 class=byline>By Una Moor<h4>2 May 2025</h4>", &["Una Moor"]),
            // What stands around the headline is the article's, whatever it is called.
            ("", "<div class=with-sidebar><h1>Ferry sails</h1><p class=byline>Una Moor</p></div>", &["Una Moor"]),
            ("", "<h1>Ferry sails</h1><div class=related><p class=byline>Una Moor</p></div>", &[]),
            // What is only printed.
            ("", "<h1>Ferry sails</h1>by Una Moor, <small>2 May 2025</small>", &["Una Moor"]),
            ("", "<h1>Ferry sails</h1><time>2 May 2025, 14:05</time> by Una Moor", &["Una Moor"]),
            ("", "<h1>Ferry sails</h1><p>By the sea, nobody waits.</p>", &[]),
            ("", "<h1>Ferry sails</h1><p>3 ways to save by Monday evening.</p>", &[]),
            ("", "<h1>Ferry sails</h1>", &[]),
        ];
        for (head, body, expected) in rows {
            let page = format!("<title>Ferry sails</title>{head}<body>{body}");
            let tree = Tree::parse(&page).unwrap();
            let metadata = Metadata::read(&tree);
            let lines = HeadLines::of(&tree, metadata.heading(), None);
            let found = find(&metadata, &lines, Some("Harbour Post"));
            let found: Vec<String> = found.iter().flat_map(|text| names(text)).collect();
            assert_eq!(found, expected, "{head} {body}");
        }
    }
}
