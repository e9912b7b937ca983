//! Factiva's downloads as HTML: the same fields, in the rows of a table that two letters name or one below the other.

use super::super::html::tree::{NodeId, Tree};
use super::super::members::Members;
use super::super::rejected::Reason;
use super::Open;
use crate::article::date::date_line;

/// Whether a page is such a download: its paragraphs bear one name with the language before it and one without.
pub(super) fn is_download(page: &str) -> bool {
    const NAME: &str = "articleParagraph";
    const LANGUAGE_BYTES: usize = 2;
    page.match_indices(NAME).any(|(at, _)| {
        let behind = page[at + NAME.len()..].strip_prefix(' ').and_then(|behind| behind.get(LANGUAGE_BYTES..));
        behind.is_some_and(|behind| behind.starts_with(NAME))
    })
}

/// Gives every article of a download.
pub(super) fn read(page: &str, members: &mut Members<'_>) -> Result<(), Reason> {
    let tree = Tree::parse(page)?;
    for (number, article) in (1..).zip(tree.descendants(Tree::ROOT).filter(|&node| is_article(&tree, node))) {
        let mut open = Open { line: number, fields: rows(&tree, article) };
        if open.fields.is_empty() {
            open.fields = parts(&tree, article);
        }
        open.give(members)?;
    }
    Ok(())
}

fn has_class(tree: &Tree, node: NodeId, sought: &str) -> bool {
    tree.attribute(node, "class").is_some_and(|classes| classes.split_whitespace().any(|class| class.ends_with(sought)))
}

fn is_article(tree: &Tree, node: NodeId) -> bool {
    tree.name(node) == "div" && has_class(tree, node, "article") && !has_class(tree, node, "Paragraph")
}

/// Returns the paragraphs below an element, or all its text where it has none.
fn text(tree: &Tree, node: NodeId) -> String {
    let paragraphs: Vec<String> =
        tree.descendants(node).filter(|&below| tree.name(below) == "p").map(|below| tree.folded_text(below)).collect();
    if paragraphs.is_empty() { tree.folded_text(node) } else { paragraphs.join("\n\n") }
}

/// Returns the fields of a table whose first cells name them.
fn rows(tree: &Tree, article: NodeId) -> Vec<(String, String)> {
    let rows = tree.descendants(article).filter(|&node| tree.name(node) == "tr");
    rows.filter_map(|row| {
        let mut cells = tree.children(row).filter(|&cell| tree.name(cell) == "td");
        let (name, value) = (cells.next()?, cells.next()?);
        let name = tree.folded_text(name);
        let known = super::FIELDS.iter().find(|known| **known == name)?;
        Some(((*known).to_owned(), text(tree, value)))
    })
    .collect()
}

/// Returns the fields of an article without names: headline, writer, words, day, time, outlet, code, language, copyright
/// and the text, each in an element of its own.
fn parts(tree: &Tree, article: NodeId) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut paragraphs = Vec::new();
    for node in tree.children(article) {
        let line = tree.folded_text(node);
        let is_known = |name: &str| fields.iter().any(|(known, _)| known == name);
        let name = if line.is_empty() {
            continue;
        } else if has_class(tree, node, "Paragraph") {
            paragraphs.push(line);
            continue;
        } else if !is_known("HD") && tree.descendants(node).any(|below| has_class(tree, below, "Headline")) {
            "HD"
        } else if has_class(tree, node, "author") {
            "BY"
        } else if line.starts_with("Document ") {
            "AN"
        } else if is_count(&line) {
            "WC"
        } else if !is_known("PD") && date_line(&line).is_some() {
            "PD"
        } else if !is_known("ET") && is_known("PD") && is_time(&line) {
            "ET"
        } else if !is_known("SN") && is_known("PD") {
            "SN"
        } else if line == "English" {
            "LA"
        } else {
            continue;
        };
        fields.push((name.to_owned(), line));
    }
    fields.push(("TD".to_owned(), paragraphs.join("\n\n")));
    fields
}

/// Whether a line tells how many words the article has: "1,204 words".
fn is_count(line: &str) -> bool {
    line.strip_suffix(" words").is_some_and(|count| count.chars().all(|digit| digit.is_ascii_digit() || digit == ','))
}

fn is_time(line: &str) -> bool {
    line.split_once(':').is_some_and(|(hours, minutes)| {
        let is_number =
            |digits: &str| (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number(hours) && is_number(minutes)
    })
}
