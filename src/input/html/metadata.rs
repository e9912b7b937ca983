//! What a page says about its article: JSON-LD first, then Open Graph and other `meta`, microdata, `time`, and last
//! what the page shows.

use std::collections::HashMap;

use super::byline;
use super::clutter;
use super::head_lines::HeadLines;
use super::json_ld::{self, Described};
use super::published;
use super::tree::{NodeId, Tree, fold};
use crate::input::RawArticle;

/// Everything a page says of itself, from which the fields of an article are chosen.
pub(super) struct Metadata<'t> {
    pub tree: &'t Tree,
    pub described: Described,
    /// First content of each `meta`, by its name in lower case.
    metas: HashMap<String, Vec<&'t str>>,
    title: String,
    /// Headings of the first rank that stand outside clutter, in the order of the page.
    headings: Vec<(NodeId, String)>,
    /// Those of the second and third rank.
    lesser_headings: Vec<(NodeId, String)>,
}

const TITLE: [&str; 6] = ["og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"];

const OUTLET: [&str; 5] =
    ["og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "al:android:app_name"];

impl<'t> Metadata<'t> {
    pub fn read(tree: &'t Tree) -> Self {
        let mut metas: HashMap<String, Vec<&'t str>> = HashMap::new();
        let mut title = String::new();
        let (mut headings, mut lesser_headings) = (Vec::new(), Vec::new());
        for node in tree.descendants(Tree::ROOT) {
            match tree.name(node) {
                "meta" => {
                    let name = ["property", "name", "itemprop"].iter().find_map(|key| tree.attribute(node, key));
                    let content = tree.attribute(node, "content").map(str::trim).filter(|content| !content.is_empty());
                    if let (Some(name), Some(content)) = (name, content) {
                        metas.entry(name.trim().to_ascii_lowercase()).or_default().push(content);
                    }
                }
                "title" if title.is_empty() => title = tree.folded_text(node),
                rank @ ("h1" | "h2" | "h3") if !clutter::surrounds(tree, node) => {
                    let text = tree.folded_text(node);
                    let found = if rank == "h1" { &mut headings } else { &mut lesser_headings };
                    if !text.is_empty() && found.len() < MAX_HEADINGS {
                        found.push((node, text));
                    }
                }
                _ => {}
            }
        }
        let described = json_ld::described(tree, &title);
        Self { tree, described, metas, title, headings, lesser_headings }
    }

    /// Whether the page calls itself an article.
    pub fn is_article(&self) -> bool {
        self.described.is_article
            || self.meta(&["og:type"]).is_some_and(|kind| kind.contains("article"))
            || published::is_told(self)
    }

    /// Returns the name of the site.
    pub fn outlet(&self) -> Option<String> {
        self.described.outlet.clone().or_else(|| self.meta(&OUTLET).map(shown)).filter(|name| !name.is_empty())
    }

    /// Fills in all but headline, outlet and body; where the page shows no headline, the lines above its text count.
    pub fn fill(&self, article: &mut RawArticle, body_start: Option<NodeId>) {
        let lines = HeadLines::of(self.tree, self.heading(), body_start);
        article.byline = byline::find(self, &lines, article.outlet.as_deref());
        (article.published, article.published_is_metadata) = published::find(self, &lines);
        article.dateline.clone_from(&self.described.dateline);
        article.location.clone_from(&self.described.location);
        article.language = self.language();
        article.url = self.url();
    }

    fn meta(&self, names: &[&str]) -> Option<&'t str> {
        self.metas(names).next()
    }

    /// Returns what the metas of these names hold, name by name.
    pub fn metas<'m>(&'m self, names: &'m [&str]) -> impl Iterator<Item = &'t str> + 'm {
        names.iter().filter_map(|name| self.metas.get(*name)).flatten().copied()
    }

    /// Returns the node of the heading that is the headline, if the page shows one.
    pub fn heading(&self) -> Option<NodeId> {
        let headline = self.headline(None)?;
        let mut all = self.headings.iter().chain(&self.lesser_headings);
        all.find(|(_, text)| *text == headline).map(|(node, _)| *node)
    }

    /// Returns the headline: of the page's first headings the one that its titles repeat, else a title itself.
    pub fn headline(&self, outlet: Option<&str>) -> Option<String> {
        let titles: Vec<String> = self
            .described
            .headline
            .iter()
            .cloned()
            .chain(TITLE.iter().filter_map(|name| self.meta(&[name])).map(shown))
            .chain((!self.title.is_empty()).then(|| self.title.clone()))
            .filter(|title| outlet.is_none_or(|outlet| !title.eq_ignore_ascii_case(outlet)))
            .collect();
        let repeated = |text: &str| titles.iter().map(|title| overlap(text, title)).fold(0.0, f64::max);
        let most_repeated = |headings: &'_ [(NodeId, String)]| {
            let shares = headings.iter().map(|(_, text)| (repeated(text), text.clone()));
            // The earlier one where both are repeated alike.
            shares.max_by(|(one, _), (other, _)| one.total_cmp(other).then(std::cmp::Ordering::Greater))
        };
        if let Some((share, text)) = most_repeated(&self.headings)
            && (share >= 0.5 || titles.is_empty())
        {
            return Some(text);
        }
        // Where the first rank is the site's name.
        if let Some((share, text)) = most_repeated(&self.lesser_headings)
            && share >= MIN_LESSER_SHARE
        {
            return Some(text);
        }
        if let [(_, only)] = &self.headings[..]
            && only.split_whitespace().count() >= 4
        {
            return Some(only.clone());
        }
        let title = titles.into_iter().next()?;
        Some(without_site(&title, outlet).to_owned())
    }

    pub fn language(&self) -> Option<String> {
        let code: String = self.locale()?.trim().chars().take_while(|letter| letter.is_ascii_alphabetic()).collect();
        (code.len() == 2 || code.len() == 3).then(|| code.to_ascii_lowercase())
    }

    /// Returns the page's language as it states it, with its country where that is stated: `en-GB`.
    pub fn locale(&self) -> Option<String> {
        let tree = self.tree;
        let html = tree.children(Tree::ROOT).find(|&node| tree.name(node) == "html");
        let stated = html.and_then(|html| tree.attribute(html, "lang").or_else(|| tree.attribute(html, "xml:lang")));
        let stated = stated.map(str::to_owned).or_else(|| self.described.language.clone());
        stated.or_else(|| self.meta(&["og:locale", "content-language", "dc.language"]).map(str::to_owned))
    }

    pub fn url(&self) -> Option<String> {
        let tree = self.tree;
        let is_address = |url: &&str| url.starts_with("http://") || url.starts_with("https://");
        let canonical = tree
            .descendants(Tree::ROOT)
            .filter(|&node| tree.name(node) == "link")
            .find(|&node| tree.attribute(node, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")))
            .and_then(|node| tree.attribute(node, "href"));
        let url = [canonical, self.meta(&["og:url"]), self.described.url.as_deref(), self.meta(&["twitter:url"])]
            .into_iter()
            .flatten()
            .map(str::trim)
            .find(is_address)
            .map(str::to_owned);
        url.or_else(|| saved_from(tree))
    }
}

/// Headings of one kind that are looked at; pages of lists have thousands.
const MAX_HEADINGS: usize = 64;

/// Headings of lower rank are headlines where a title has little more than their words, the site's name.
const MIN_LESSER_SHARE: f64 = 0.6;

/// Returns the address that browsers note when they save a page.
fn saved_from(tree: &Tree) -> Option<String> {
    tree.descendants(Tree::ROOT).filter_map(|node| tree.comment(node)).find_map(|comment| {
        let behind = match comment.split_once("saved from url=(") {
            Some((_, behind)) => behind.split_once(')')?.1,
            // What the SingleFile extension writes.
            None => comment.contains("SingleFile").then(|| comment.split_once("url:"))??.1,
        };
        behind.split_whitespace().next().filter(|url| url.starts_with("http")).map(str::to_owned)
    })
}

/// Returns the text of a value in which entities may have been escaped twice.
pub(super) fn shown(value: &str) -> String {
    if value.contains('&') || value.contains('<') { fold(&super::plain_text(value)) } else { fold(value) }
}

/// Returns which share of the words of the longer text both have in common.
fn overlap(one: &str, other: &str) -> f64 {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (one, mut other) = (words(one), words(other));
    let longer = one.len().max(other.len());
    if longer == 0 {
        return 0.0;
    }
    let mut common = 0;
    for word in &one {
        if let Some(at) = other.iter().position(|candidate| candidate == word) {
            other.swap_remove(at);
            common += 1;
        }
    }
    f64::from(common) / longer as f64
}

/// Leaves out the site's name that stands before or behind a title.
fn without_site<'t>(title: &'t str, outlet: Option<&str>) -> &'t str {
    const SEPARATORS: [&str; 8] = [" | ", " - ", " – ", " — ", " » ", " :: ", " • ", " · "];
    let is_outlet = |part: &str| outlet.is_some_and(|outlet| overlap(part, outlet) >= 0.5);
    for separator in SEPARATORS {
        if let Some((before, behind)) = title.rsplit_once(separator)
            && (is_outlet(behind) || separator == " | " && behind.split_whitespace().count() <= 4)
        {
            return without_site(before, outlet);
        }
        if let Some((before, behind)) = title.split_once(separator)
            && is_outlet(before)
        {
            return behind;
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_that_the_title_repeats_is_the_headline() {
        let rows = [
            ("<title>Ferry sails at last | Post</title><h1>Ferry sails at last</h1>", "Ferry sails at last"),
            (
                "<title>Ferry sails at last | Post</title><h1>Post</h1><h2>Herring</h2><h2>Ferry sails at last</h2>",
                "Ferry sails at last",
            ),
            // A heading of the first rank goes before one of the second.
            (
                "<title>Ferry sails at last</title><h2>Ferry sails at last</h2><h1>Ferry sails at last today</h1>",
                "Ferry sails at last today",
            ),
            // No heading repeats the title.
            ("<title>Ferry sails at last | Post</title><h1>Post</h1><h2>Herring</h2>", "Ferry sails at last"),
            ("<title>Ferry sails at last</title><nav><h2>Ferry sails at last</h2></nav>", "Ferry sails at last"),
        ];
        for (page, headline) in rows {
            let tree = Tree::parse(page).unwrap();
            assert_eq!(Metadata::read(&tree).headline(None).as_deref(), Some(headline), "{page}");
        }
    }
}
