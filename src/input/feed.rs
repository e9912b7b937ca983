//! RSS of every version and Atom: each entry that holds text is an article.

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::xml::Element;
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format = Format {
    name: "feed",
    title: "RSS and Atom feeds",
    extensions: &["rss", "atom", "rdf", "xml"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let is_rdf_feed =
        || head.text.contains("http://purl.org/rss/") || head.text.contains("http://my.netscape.com/rdf/");
    match head.root_element() {
        Some("rss" | "feed" | "entry" | "channel") => true,
        Some("RDF") => is_rdf_feed(),
        _ => false,
    }
}

/// Where the text of an entry stands, fullest first.
const BODY: [&str; 5] = ["encoded", "content", "description", "summary", "body"];

const PUBLISHED: [&str; 6] = ["published", "pubDate", "date", "issued", "created", "updated"];

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let root = Element::parse(&text.rest()?)?;
    let feed = root.child("channel").unwrap_or(&root);
    let outlet = if root.name == "entry" { None } else { feed.text_at("title") };
    let language = feed.text_at("language").or_else(|| root.attribute("lang").map(str::to_owned));
    let mut entries = root.all("item");
    entries.extend(root.all("entry"));
    if root.name == "entry" {
        entries = vec![&root];
    }
    if entries.is_empty() {
        return Err(Reason::NoArticle { what: "a feed without entries".into() });
    }
    for entry in entries {
        let key = entry
            .text_at("guid")
            .or_else(|| entry.text_at("id"))
            .or_else(|| entry.attribute("about").map(str::to_owned));
        // WordPress exports pictures and menus among the posts.
        let is_post = entry.text_at("post_type").is_none_or(|kind| kind == "post" || kind == "page");
        let body = BODY.iter().find_map(|name| {
            let text = entry.child(name)?.running_text();
            (!text.is_empty()).then_some(text)
        });
        let (true, Some(body)) = (is_post, body) else {
            let what = if is_post { "an entry without text" } else { "an entry that is no post" };
            members.refuse(0, key, Reason::NoArticle { what: what.into() })?;
            continue;
        };
        members.give(RawArticle {
            key,
            line: 1,
            headline: entry.child("title").map(Element::running_text).filter(|title| !title.is_empty()),
            published: PUBLISHED.iter().find_map(|name| entry.text_at(name)),
            published_is_metadata: true,
            byline: authors(entry),
            outlet: outlet.clone(),
            language: language.clone(),
            url: address(entry),
            body,
            ..RawArticle::default()
        })?;
    }
    Ok(())
}

fn authors(entry: &Element) -> Vec<String> {
    let named = |element: &Element| element.text_at("name").or_else(|| element.text());
    let names = |name: &str| -> Vec<String> {
        entry.elements().filter(|element| element.name == name).filter_map(named).collect()
    };
    // `author` of RSS 2.0 is an address, with the name in brackets behind it.
    let of_address = |name: String| match name.split_once(" (") {
        Some((address, name)) if address.contains('@') => name.trim_end_matches(')').to_owned(),
        _ => name,
    };
    let creators = names("creator");
    let authors = if creators.is_empty() { names("author") } else { creators };
    authors.into_iter().map(of_address).filter(|name| !name.contains('@')).collect()
}

fn address(entry: &Element) -> Option<String> {
    let links: Vec<&Element> = entry.elements().filter(|element| element.name == "link").collect();
    let is_alternate = |link: &&&Element| link.attribute("rel").is_none_or(|rel| rel == "alternate");
    let link = links.iter().find(is_alternate).or(links.first())?;
    link.attribute("href").map(str::to_owned).or_else(|| link.text())
}
