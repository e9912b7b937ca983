//! NITF, in which newspapers and agencies have exchanged stories since the nineties.

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::xml::Element;
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format =
    Format { name: "nitf", title: "NITF", extensions: &["nitf", "xml"], recognise, reader: Reader::Text(read) };

fn recognise(head: &Head<'_>) -> bool {
    head.root_element() == Some("nitf")
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let root = Element::parse(&text.rest()?)?;
    members.give(article(&root)?)
}

/// Makes an article of an `nitf` element, which may stand in another format.
///
/// # Errors
/// `NoArticle` where it has no text.
pub(super) fn article(nitf: &Element) -> Result<RawArticle, Reason> {
    let head = nitf.at("body/body.head");
    let docdata = nitf.at("head/docdata");
    let pubdata = nitf.at("head/pubdata");
    let headline = head
        .and_then(|head| ["hl1", "hl2", "headline"].iter().find_map(|name| head.first(name)?.text()))
        .or_else(|| head?.child("hedline")?.text())
        .or_else(|| nitf.text_at("head/title"));
    let dated = docdata.and_then(|docdata| {
        ["date.issue", "date.release", "date.create"].iter().find_map(|name| docdata.child(name)?.attribute("norm"))
    });
    let body = nitf.at("body/body.content").or_else(|| nitf.child("body"));
    let body = body.map(text_of).unwrap_or_default();
    if body.is_empty() {
        return Err(Reason::NoArticle { what: "an NITF document without text".into() });
    }
    let mut byline = head.map(|head| head.all("byline")).unwrap_or_default();
    // As printed, and once more for machines.
    if byline.iter().any(|byline| byline.attribute("class") == Some("print_byline")) {
        byline.retain(|byline| byline.attribute("class") != Some("normalized_byline"));
    }
    let published = dated
        .or_else(|| pubdata?.attribute("date.publication"))
        .map(str::to_owned)
        .or_else(|| head?.first("story.date").and_then(|date| date.attribute("norm").map(str::to_owned)));
    Ok(RawArticle {
        key: docdata.and_then(|docdata| docdata.child("doc-id")?.attribute("id-string")).map(str::to_owned),
        line: 1,
        headline,
        published,
        published_is_metadata: true,
        dateline: head.and_then(|head| head.child("dateline")?.text()),
        byline: byline.into_iter().filter_map(Element::text).collect(),
        outlet: pubdata
            .and_then(|pubdata| pubdata.attribute("name"))
            .map(str::to_owned)
            .or_else(|| docdata?.child("doc.copyright")?.attribute("holder").map(str::to_owned))
            .or_else(|| head?.child("distributor")?.text()),
        language: nitf.attribute("lang").map(str::to_owned),
        url: pubdata
            .and_then(|pubdata| pubdata.attribute("ex-ref"))
            .filter(|url| url.contains("://"))
            .map(str::to_owned),
        body,
        ..RawArticle::default()
    })
}

/// Returns the running text of a body: of one that has its beginning once more by itself, as those of The New York Times'
/// archive, the whole.
fn text_of(body: &Element) -> String {
    let whole = body.all("block").into_iter().find(|block| block.attribute("class") == Some("full_text"));
    let text = whole.unwrap_or(body).running_text();
    match text.strip_prefix("LEAD:").map(str::trim_start) {
        Some(unlabelled) => {
            let repeats = unlabelled.split_once("\n\n").filter(|(lead, rest)| rest.starts_with(lead));
            repeats.map_or(unlabelled, |(_, rest)| rest).to_owned()
        }
        None => text,
    }
}
