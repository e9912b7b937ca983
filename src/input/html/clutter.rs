//! What on a page is no part of its article: by element, by role, and by the names that designers give to things.

use super::tree::{NodeId, Tree};

/// Elements whose content is never running text.
const NEVER_TEXT: [&str; 35] = [
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "iframe",
    "object",
    "embed",
    "applet",
    "canvas",
    "svg",
    "math",
    "video",
    "audio",
    "map",
    "button",
    "input",
    "select",
    "option",
    "textarea",
    "label",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "picture",
    "dialog",
    "menu",
    "progress",
    "meter",
    "datalist",
    "frameset",
    "noframes",
    "time",
    "address",
];

/// What programs for e-mail call the message that is answered, and the line above it.
const QUOTES: [&str; 4] = ["gmail_quote", "moz-cite-prefix", "protonmail_quote", "yahoo_quoted"];

/// Roles that a page gives to parts around its text.
const ROLES: [&str; 12] = [
    "navigation",
    "complementary",
    "banner",
    "contentinfo",
    "search",
    "dialog",
    "alert",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
    "tooltip",
];

/// Parts of names by which designers call what is no running text.
const NAME_PARTS: [&str; 100] = [
    "comment",
    "disqus",
    "share",
    "sharing",
    "social",
    "related",
    "recommend",
    "newsletter",
    "promo",
    "advert",
    "sponsor",
    "sidebar",
    "breadcrumb",
    "caption",
    "credit",
    "toolbar",
    "cookie",
    "consent",
    "subscri",
    "paywall",
    "popular",
    "trending",
    "mostread",
    "most-read",
    "most_read",
    "outbrain",
    "taboola",
    "byline",
    "author",
    "timestamp",
    "copyright",
    "disclaimer",
    "footer",
    "navigation",
    "navbar",
    "menu",
    "pagination",
    "modal",
    "popup",
    "overlay",
    "teaser",
    "readmore",
    "read-more",
    "read_more",
    "more-on",
    "morestor",
    "more-stor",
    "more-news",
    "also-read",
    "alsoread",
    "also-like",
    "next-article",
    "signup",
    "sign-up",
    "donat",
    "rating",
    "tooltip",
    "skip-link",
    "screen-reader",
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "gallery",
    "carousel",
    "slideshow",
    "slider",
    "player",
    "pullquote",
    "pull-quote",
    "pull_quote",
    "kicker",
    "eyebrow",
    "tag-list",
    "taglist",
    "login",
    "feedback",
    "follow-us",
    "followus",
    "headlines",
    "story-list",
    "storylist",
    "up-next",
    "upnext",
    "onward",
    "metadata",
    "piano",
    "poll",
    "quiz",
    "article-list",
    "articlelist",
    "articles-list",
    "article_list",
    "post-list",
    "postlist",
    "news-list",
    "newslist",
    "items-list",
    "breaking-news",
    "latest-news",
    "latestnews",
];

/// Whole words of names; as parts of other words they would mean other things.
const NAME_WORDS: [&str; 22] = [
    "ad", "ads", "adv", "advt", "nav", "meta", "tags", "tag", "bio", "photo", "img", "media", "image", "print",
    "tools", "top", "widget", "hidden", "hide", "info", "date", "topics",
];

/// Names of things that hold the running text are made of one of these and one of `BODY_ENDS`.
const BODY_STARTS: [&str; 4] = ["article", "story", "entry", "post"];
const BODY_ENDS: [&str; 5] = ["body", "content", "text", "copy", "main"];

/// Returns the names that a page gives an element, in lower case.
pub(super) fn marks(tree: &Tree, node: NodeId) -> Option<String> {
    let mut marks = String::new();
    for attribute in ["class", "id", "data-testid"] {
        if let Some(value) = tree.attribute(node, attribute) {
            marks.push_str(value);
            marks.push(' ');
        }
    }
    if marks.is_empty() {
        return None;
    }
    marks.make_ascii_lowercase();
    Some(marks)
}

pub(super) fn has_word(marks: &str, words: &[&str]) -> bool {
    marks.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| words.contains(&word))
}

/// Whether an element never holds running text.
pub(super) fn is_never_text(tree: &Tree, node: NodeId) -> bool {
    let name = tree.name(node);
    NEVER_TEXT.contains(&name)
        || name.starts_with("amp-")
        || tree.attribute(node, "role").is_some_and(|role| ROLES.contains(&role))
        || tree.attribute(node, "hidden").is_some() && name != "body"
        // What a message quotes of the one that it answers.
        || name == "blockquote" && tree.attribute(node, "type") == Some("cite")
        || tree.attribute(node, "class").is_some_and(|class| QUOTES.iter().any(|quote| class.contains(quote)))
}

/// Returns the name that makes an element no part of the running text, unless most of the text stands in what is called so.
pub(super) fn name_of_clutter(tree: &Tree, node: NodeId) -> Option<String> {
    let name = tree.name(node);
    if matches!(name, "" | "body" | "html" | "article" | "main") {
        return None;
    }
    if matches!(name, "footer" | "header" | "form" | "fieldset") {
        return Some(name.to_owned());
    }
    let is_unseen = tree.attribute(node, "style").is_some_and(|style| style.replace(' ', "").contains("display:none"))
        || tree.attribute(node, "aria-hidden") == Some("true");
    match marks(tree, node) {
        Some(marks) if is_clutter_name(&marks) => Some(marks),
        _ => is_unseen.then(|| UNSEEN.to_owned()),
    }
}

/// What is not shown at first: a copy of the text for machines, a part that opens on a click.
pub(super) const UNSEEN: &str = "unseen";

/// Whether an element leads to another article: its title is a link, and below that stands little. `own` is the page's
/// address.
pub(super) fn is_teaser(tree: &Tree, node: NodeId, own: Option<&str>) -> bool {
    if !matches!(tree.name(node), "article" | "li" | "section" | "div") {
        return false;
    }
    let title = heading_of(tree, node).or_else(|| linked_title(tree, node));
    let Some(title) = title else { return false };
    let text = tree.folded_text(title);
    let link = tree.self_and_above(title).take(3).chain(tree.descendants(title)).find(|&node| tree.name(node) == "a");
    text.len() >= MIN_TEASER_BYTES
        && link.is_some_and(|link| {
            tree.attribute(link, "href").is_some_and(|address| !leads_into(address, own))
                && tree.folded_text(link).len() >= text.len()
        })
        && is_shorter(tree, node, MAX_TEASER_BYTES)
}

/// Whether an address is that of a part of the page itself, such as a post of a live blog.
fn leads_into(address: &str, own: Option<&str>) -> bool {
    let path = |address: &str| -> String {
        let behind = address
            .split_once("://")
            .map_or(address, |(_, behind)| behind.split_once('/').map_or("", |(_, path)| path));
        behind.split(['?', '#']).next().unwrap_or_default().trim_matches('/').to_owned()
    };
    address.starts_with(['#', '?']) || own.map(path).is_some_and(|own| !own.is_empty() && path(address) == own)
}

/// Returns the first heading of an element.
fn heading_of(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let mut below = tree.children(node).flat_map(|child| std::iter::once(child).chain(tree.children(child)));
    below.find(|&below| matches!(tree.name(below), "h2" | "h3" | "h4" | "h5"))
}

/// Returns the link of a list's item that stands alone, over a summary and with a time or a writer: a title without heading.
fn linked_title(tree: &Tree, node: NodeId) -> Option<NodeId> {
    if tree.name(node) != "li" || !is_shorter(tree, node, MAX_TEASER_BYTES) {
        return None;
    }
    let mut below = tree.descendants(node);
    let is_alone = |link: NodeId| tree.ancestors(link).next().is_none_or(|above| tree.name(above) != "p");
    let title = below.find(|&below| tree.name(below) == "a" && !tree.folded_text(below).is_empty())?;
    let has = |sought: &dyn Fn(NodeId) -> bool| tree.descendants(node).any(sought);
    let is_signed = has(&|below| tree.name(below) == "time" || tree.attribute(below, "rel") == Some("author"));
    (is_alone(title) && is_signed && has(&|below| tree.name(below) == "p")).then_some(title)
}

/// Whether all text of an element is shorter than so many bytes.
fn is_shorter(tree: &Tree, node: NodeId, bytes: usize) -> bool {
    let mut lengths = tree.descendants(node).filter_map(|below| tree.text(below)).map(|text| text.trim().len());
    lengths.try_fold(0, |sum, length| Some(sum + length).filter(|&sum| sum < bytes)).is_some()
}

/// A teaser has a heading and a paragraph; what is longer may be a part of the text.
const MAX_TEASER_BYTES: usize = 700;

/// A heading that is a link and has fewer letters than this names a section.
const MIN_TEASER_BYTES: usize = 25;

/// Whether an element is called what readers or other articles have to say.
pub(super) fn is_called_others(tree: &Tree, node: NodeId) -> bool {
    const OTHERS: [&str; 10] = [
        "comment",
        "comments",
        "commentlist",
        "disqus",
        "sidebar",
        "related",
        "recommended",
        "footer",
        "trending",
        "respond",
    ];
    !matches!(tree.name(node), "body" | "html")
        && marks(tree, node).is_some_and(|marks| has_word(&marks, &OTHERS) && !is_body_name(&marks))
}

fn is_clutter_name(marks: &str) -> bool {
    !is_body_name(marks) && (NAME_PARTS.iter().any(|part| marks.contains(part)) || has_word(marks, &NAME_WORDS))
}

/// Whether an element is called the text of an article.
pub(super) fn is_body(tree: &Tree, node: NodeId) -> bool {
    tree.attribute(node, "itemprop").is_some_and(|mark| mark.split_whitespace().any(|mark| mark == "articleBody"))
        || marks(tree, node).is_some_and(|marks| is_body_name(&marks))
}

fn is_body_name(marks: &str) -> bool {
    let joined = marks.replace(['-', '_'], "");
    BODY_STARTS.iter().any(|start| {
        joined
            .match_indices(start)
            .any(|(at, _)| BODY_ENDS.iter().any(|end| joined[at + start.len()..].starts_with(end)))
    })
}

/// Whether names are those of a byline.
pub(super) fn is_byline(marks: &str) -> bool {
    marks.contains("byline")
        || has_word(marks, &["author", "authors", "writer", "autor", "auteur", "reporter"])
        || marks.contains("author-name")
        || marks.contains("authorname")
        || marks.contains("author_name")
}

/// Whether an element is a link to the page of a writer.
pub(super) fn leads_to_author(tree: &Tree, node: NodeId) -> bool {
    const PARTS: [&str; 8] =
        ["/author/", "/authors/", "/writer/", "/staff/", "/contributor/", "/journalist/", "/reporter/", "/by/"];
    tree.name(node) == "a"
        && tree.attribute(node, "href").is_some_and(|address| PARTS.iter().any(|part| address.contains(part)))
}

/// Whether a line of its own begins with "By" and a capital.
pub(super) fn begins_with_by(tree: &Tree, node: NodeId) -> bool {
    if !matches!(tree.name(node), "p" | "div" | "span" | "li" | "h4" | "h5" | "h6") {
        return false;
    }
    let first =
        tree.descendants(node).filter_map(|below| tree.text(below)).map(str::trim).find(|text| !text.is_empty());
    let Some(behind) = first.and_then(|text| text.strip_prefix("By")) else { return false };
    let is_short = tree.folded_text(node).len() <= MAX_BY_LINE_BYTES;
    is_short && (behind.is_empty() || behind.trim_start().starts_with(char::is_uppercase) && behind.starts_with(' '))
}

/// "By Ines Falk in Geneva and Mikhal Dzhorenko in Dravny, Meridian Wire" has 68.
const MAX_BY_LINE_BYTES: usize = 80;

/// Whether names are those of a date.
pub(super) fn is_date(marks: &str) -> bool {
    ["publish", "timestamp", "timedata", "pubdate", "dateline", "datetime", "post-date", "postdate", "entry-date"]
        .iter()
        .any(|part| marks.contains(part))
        || has_word(marks, &["date", "time", "posted", "datum", "fecha", "data", "created"])
}

/// Whether an element or one above says that it is about a change.
pub(super) fn is_modified(tree: &Tree, node: NodeId) -> bool {
    std::iter::once(node).chain(tree.ancestors(node).take(2)).any(|node| {
        let names = marks(tree, node).unwrap_or_default();
        let property = tree.attribute(node, "itemprop").unwrap_or_default();
        ["updated", "modified"].iter().any(|part| names.contains(part)) || property.contains("dateModified")
    })
}

/// Whether an element stands in what belongs to other articles or to readers; what stands around the headline does not.
pub(super) fn is_of_others(tree: &Tree, node: NodeId, around_heading: &[NodeId]) -> bool {
    const OTHERS: [&str; 14] = [
        "related",
        "recommend",
        "comment",
        "popular",
        "trending",
        "most-read",
        "mostread",
        "sidebar",
        "teaser",
        "latest",
        "promo",
        "more-stor",
        "footer",
        "carousel",
    ];
    tree.ancestors(node).take_while(|above| !around_heading.contains(above)).any(|above| {
        matches!(tree.name(above), "nav" | "aside" | "footer")
            || tree.name(above) != "body"
                && marks(tree, above).is_some_and(|marks| OTHERS.iter().any(|part| marks.contains(part)))
    })
}

/// Whether an element stands in what surrounds every page of a site.
pub(super) fn surrounds(tree: &Tree, node: NodeId) -> bool {
    tree.ancestors(node).any(|above| matches!(tree.name(above), "nav" | "aside" | "footer" | "noscript" | "template"))
}
