//! What a page says about its article: JSON-LD first, then Open Graph and other `meta`, microdata, `time`, and last
//! what the page shows.

use std::collections::HashMap;

use super::clutter;
use super::json_ld::{self, Described};
use super::tree::{NodeId, Tree, fold};
use crate::input::RawArticle;

/// Everything a page says of itself, from which the fields of an article are chosen.
pub(super) struct Metadata<'t> {
    tree: &'t Tree,
    pub described: Described,
    /// First content of each `meta`, by its name in lower case.
    metas: HashMap<String, Vec<&'t str>>,
    title: String,
    /// Headings of the first rank that stand outside clutter, in the order of the page.
    headings: Vec<(NodeId, String)>,
}

const TITLE: [&str; 6] = ["og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"];

/// In the order in which they are believed.
const PUBLISHED: [&str; 32] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "rnews:datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "publicationdate",
    "published",
    "published_at",
    "pubdate",
    "originalpublicationdate",
    "article_date_original",
    "displaydate",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "citation_publication_date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.created",
    "dc.date",
    "date",
];

/// When a page was last changed: taken for the day of publication only where nothing else is known.
const MODIFIED: [&str; 6] =
    ["article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified"];

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

const OUTLET: [&str; 5] =
    ["og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "al:android:app_name"];

impl<'t> Metadata<'t> {
    pub fn read(tree: &'t Tree) -> Self {
        let mut metas: HashMap<String, Vec<&'t str>> = HashMap::new();
        let mut title = String::new();
        let mut headings = Vec::new();
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
                "h1" if !clutter::surrounds(tree, node) => {
                    let text = tree.folded_text(node);
                    if !text.is_empty() {
                        headings.push((node, text));
                    }
                }
                _ => {}
            }
        }
        Self { tree, described: json_ld::described(tree), metas, title, headings }
    }

    /// Whether the page calls itself an article.
    pub fn is_article(&self) -> bool {
        self.described.is_article
            || self.meta(&["og:type"]).is_some_and(|kind| kind.contains("article"))
            || self.meta(&PUBLISHED[..3]).is_some()
    }

    /// Fills in all but the body.
    pub fn fill(&self, article: &mut RawArticle, body_start: Option<NodeId>) {
        let outlet =
            self.described.outlet.clone().or_else(|| self.meta(&OUTLET).map(shown)).filter(|name| !name.is_empty());
        article.headline = self.headline(outlet.as_deref());
        article.byline = self.byline(outlet.as_deref());
        (article.published, article.published_is_metadata) = self.published(body_start);
        article.dateline.clone_from(&self.described.dateline);
        article.location.clone_from(&self.described.location);
        article.language = self.language();
        article.url = self.url();
        article.outlet = outlet;
    }

    fn meta(&self, names: &[&str]) -> Option<&'t str> {
        names.iter().find_map(|name| self.metas.get(*name)?.first().copied())
    }

    /// Returns the node of the heading that is the headline, if the page shows one.
    pub fn heading(&self) -> Option<NodeId> {
        let headline = self.headline(None)?;
        self.headings.iter().find(|(_, text)| *text == headline).map(|(node, _)| *node)
    }

    /// Returns the headline: of the page's first headings the one that its titles repeat, else a title itself.
    fn headline(&self, outlet: Option<&str>) -> Option<String> {
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
        let best = self.headings.iter().max_by(|(_, one), (_, other)| {
            // The earlier one where both are repeated alike.
            repeated(one).total_cmp(&repeated(other)).then(std::cmp::Ordering::Greater)
        });
        if let Some((_, text)) = best
            && (repeated(text) >= 0.5 || titles.is_empty())
        {
            return Some(text.clone());
        }
        if let [(_, only)] = &self.headings[..]
            && only.split_whitespace().count() >= 4
        {
            return Some(only.clone());
        }
        let title = titles.into_iter().next()?;
        Some(without_site(&title, outlet).to_owned())
    }

    fn byline(&self, outlet: Option<&str>) -> Vec<String> {
        let is_name = |name: &String| {
            let is_address = name.contains("://") || name.starts_with("www.") || name.starts_with('@');
            !is_address
                && name.chars().any(char::is_alphabetic)
                && name.len() <= MAX_BYLINE_BYTES
                && outlet.is_none_or(|outlet| !name.eq_ignore_ascii_case(outlet))
        };
        let described: Vec<String> = self.described.byline.iter().filter(|name| is_name(name)).cloned().collect();
        if !described.is_empty() {
            return described;
        }
        for name in BYLINE {
            let names: Vec<String> =
                self.metas.get(name).into_iter().flatten().map(|name| shown(name)).filter(is_name).collect();
            if !names.is_empty() {
                return names;
            }
        }
        self.shown_byline().into_iter().filter(is_name).collect()
    }

    /// Returns the names that the page shows and marks as its authors'.
    fn shown_byline(&self) -> Vec<String> {
        let tree = self.tree;
        let marks: [fn(&Tree, NodeId) -> bool; 5] = [
            |tree, node| {
                tree.attribute(node, "itemprop")
                    .is_some_and(|mark| mark.split_whitespace().any(|mark| mark == "author"))
            },
            |tree, node| {
                tree.attribute(node, "rel").is_some_and(|mark| mark.split_whitespace().any(|mark| mark == "author"))
            },
            |tree, node| clutter::marks(tree, node).is_some_and(|marks| clutter::is_byline(&marks)),
            clutter::leads_to_author,
            |tree, node| clutter::begins_with_by(tree, node),
        ];
        for is_marked in marks {
            let mut names: Vec<String> = Vec::new();
            for node in tree.descendants(Tree::ROOT) {
                if !tree.is_element(node) || !is_marked(tree, node) || clutter::is_of_others(tree, node) {
                    continue;
                }
                let text = tree.folded_text(node);
                if (3..=MAX_BYLINE_BYTES).contains(&text.len()) && !names.iter().any(|name| name.contains(&text)) {
                    names.push(text);
                }
                // The authors of the other articles of the page come later.
                if names.len() == 1 && tree.name(node) != "a" {
                    break;
                }
            }
            if !names.is_empty() {
                names.truncate(6);
                return names;
            }
        }
        Vec::new()
    }

    /// Returns the publication date as printed, and whether it is one for machines.
    fn published(&self, body_start: Option<NodeId>) -> (Option<String>, bool) {
        let has_digit = |text: &&str| text.chars().any(|character| character.is_ascii_digit());
        if let Some(date) = self.described.published.as_deref().filter(has_digit) {
            return (Some(date.to_owned()), true);
        }
        if let Some(date) = self.meta(&PUBLISHED).filter(has_digit) {
            return (Some(date.to_owned()), true);
        }
        if let Some(found) = self.shown_date(body_start) {
            return (Some(found.0), found.1);
        }
        if let Some(date) = self.url().as_deref().and_then(date_of_address) {
            return (Some(date), true);
        }
        let modified = self.described.modified.as_deref().or_else(|| self.meta(&MODIFIED)).filter(has_digit);
        (modified.map(str::to_owned), true)
    }

    /// Returns the date that the page shows nearest to its headline.
    fn shown_date(&self, body_start: Option<NodeId>) -> Option<(String, bool)> {
        let tree = self.tree;
        let heading = self.heading().or(body_start).unwrap_or(Tree::ROOT);
        let mut found: Vec<(u8, bool, usize, String, bool)> = Vec::new();
        let mut behind_heading = false;
        for (position, node) in tree.descendants(Tree::ROOT).enumerate() {
            behind_heading |= node == heading;
            if !tree.is_element(node) {
                continue;
            }
            let is_published = tree.attribute(node, "itemprop").is_some_and(|mark| {
                mark.split_whitespace().any(|mark| matches!(mark, "datePublished" | "dateCreated"))
            }) || tree.attribute(node, "pubdate").is_some();
            let rank = if is_published {
                0
            } else if tree.name(node) == "time" {
                1
            } else if clutter::marks(tree, node).is_some_and(|marks| clutter::is_date(&marks)) {
                2
            } else {
                continue;
            };
            if clutter::is_of_others(tree, node) || rank > 0 && clutter::is_modified(tree, node) {
                continue;
            }
            let for_machines = ["datetime", "content"].iter().find_map(|name| tree.attribute(node, name));
            let is_full = |text: &&str| text.chars().filter(char::is_ascii_digit).count() >= 4;
            let (text, is_metadata) = match for_machines.map(str::trim).filter(is_full) {
                Some(text) => (text.to_owned(), true),
                None => (tree.folded_text(node), false),
            };
            let has_digits = text.chars().filter(|character| character.is_numeric()).count() >= 3;
            if has_digits && text.len() <= MAX_DATE_BYTES {
                found.push((rank, !behind_heading, position, text, is_metadata));
            }
        }
        found.into_iter().min().map(|(_, _, _, text, is_metadata)| (text, is_metadata))
    }

    fn language(&self) -> Option<String> {
        let tree = self.tree;
        let html = tree.children(Tree::ROOT).find(|&node| tree.name(node) == "html");
        let stated = html.and_then(|html| tree.attribute(html, "lang").or_else(|| tree.attribute(html, "xml:lang")));
        let stated = stated.map(str::to_owned).or_else(|| self.described.language.clone());
        let stated = stated.or_else(|| self.meta(&["og:locale", "content-language", "dc.language"]).map(str::to_owned));
        let code: String = stated?.trim().chars().take_while(|letter| letter.is_ascii_alphabetic()).collect();
        (code.len() == 2 || code.len() == 3).then(|| code.to_ascii_lowercase())
    }

    fn url(&self) -> Option<String> {
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

/// A list of all the editors of a page is no byline.
const MAX_BYLINE_BYTES: usize = 160;

/// "Last updated on Wednesday, 24 September 2025 at 16:51 Central European Summer Time" has 78.
const MAX_DATE_BYTES: usize = 100;

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
fn shown(value: &str) -> String {
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

/// Returns the day that stands in an address as year, month and day: `/2025/09/02/`, `/2025-09-02-`.
fn date_of_address(url: &str) -> Option<String> {
    let path = url.splitn(4, '/').nth(3)?;
    let parts: Vec<&str> = path.split(|character: char| !character.is_ascii_digit()).collect();
    parts.windows(3).find_map(|window| {
        let [year, month, day] = window else { return None };
        let is_date = year.len() == 4
            && (1990..2100).contains(&year.parse::<u32>().ok()?)
            && (1..=12).contains(&month.parse::<u32>().ok()?)
            && (1..=31).contains(&day.parse::<u32>().ok()?);
        is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}"))
    })
}
