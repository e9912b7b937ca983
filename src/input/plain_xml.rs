//! XML of no known kind: read where it names its parts as people would.

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::xml::Element;
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format = Format {
    name: "xml",
    title: "XML with elements of the usual names",
    extensions: &["xml"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let is_xml = head.text.trim_start_matches('\u{FEFF}').trim_start().starts_with("<?xml");
    head.root_element().is_some() && (is_xml || head.has_extension(FORMAT.extensions))
}

const HEADLINE: [&str; 3] = ["headline", "title", "hl1"];
const BODY: [&str; 7] = ["body", "text", "content", "articlebody", "fulltext", "bodytext", "story"];
const PUBLISHED: [&str; 5] = ["published", "publishdate", "pubdate", "publicationdate", "date"];
const BYLINE: [&str; 3] = ["byline", "author", "creator"];

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let root = Element::parse(&text.rest()?)?;
    let element = |names: &[&str]| {
        let all = root.all_where(&|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
        names.iter().find_map(|known| {
            all.iter().copied().find(|element| known.eq_ignore_ascii_case(&element.name) && element.text().is_some())
        })
    };
    let body = element(&BODY).map(Element::running_text).filter(|body| !body.is_empty());
    let Some(body) = body else {
        let what = format!("XML of an unknown kind, <{}>", root.name);
        return Err(Reason::NoArticle { what: what.into() });
    };
    let line = |names: &[&str]| element(names).and_then(Element::text);
    members.give(RawArticle {
        line: 1,
        headline: line(&HEADLINE),
        published: line(&PUBLISHED),
        published_is_metadata: true,
        byline: line(&BYLINE).into_iter().collect(),
        body,
        ..RawArticle::default()
    })
}
