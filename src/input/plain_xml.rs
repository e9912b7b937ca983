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
const DATELINE: [&str; 1] = ["dateline"];

/// Attributes of an article that name it; the first is that of Reuters' RCV1, whose `id` names none.
const KEY: [&str; 3] = ["itemid", "guid", "id"];

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let root = Element::parse(&text.rest()?)?;
    let records = records(&root);
    if records.is_empty() {
        let what = || format!("XML of an unknown kind, <{}>", root.name).into();
        return members.give(article(&root).ok_or_else(|| Reason::NoArticle { what: what() })?);
    }
    for record in records {
        match article(record) {
            Some(article) => members.give(article)?,
            None => members.refuse(0, key(record), Reason::NoArticle { what: "an element without text".into() })?,
        }
    }
    Ok(())
}

/// Returns the elements of a document that holds many articles: those of one name of which several have a headline and
/// a text. None where it is one article itself.
fn records(root: &Element) -> Vec<&Element> {
    let is_whole = |element: &&Element| part(element, &HEADLINE).is_some() && part(element, &BODY).is_some();
    let mut outer = root;
    loop {
        let whole: Vec<&Element> = outer.elements().filter(is_whole).collect();
        match whole[..] {
            [] => return Vec::new(),
            // The sections of an article have titles and texts, too.
            [only] if is_one_of(only, &BODY) => return Vec::new(),
            [only] => outer = only,
            [first, second, ..] if first.name == second.name => {
                return outer.elements().filter(|element| element.name == first.name).collect();
            }
            _ => return Vec::new(),
        }
    }
}

/// Whether an element has one of the names, in any case.
fn is_one_of(element: &Element, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(&element.name))
}

/// Returns the first part of one of the names, in any case, that holds words.
fn part<'e>(record: &'e Element, names: &[&str]) -> Option<&'e Element> {
    let all = record.all_where(&|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    names.iter().find_map(|known| {
        all.iter().copied().find(|element| known.eq_ignore_ascii_case(&element.name) && element.text().is_some())
    })
}

fn key(record: &Element) -> Option<String> {
    KEY.iter().find_map(|name| record.attribute(name)).map(str::to_owned)
}

/// Returns the article that an element is; none where it holds no text.
fn article(record: &Element) -> Option<RawArticle> {
    let body = part(record, &BODY).map(Element::running_text).filter(|body| !body.is_empty())?;
    let line = |names: &[&str]| part(record, names).and_then(Element::text);
    Some(RawArticle {
        key: key(record),
        line: 1,
        headline: line(&HEADLINE),
        published: line(&PUBLISHED).or_else(|| record.attribute("date").map(str::to_owned)),
        published_is_metadata: true,
        dateline: line(&DATELINE),
        byline: line(&BYLINE).into_iter().collect(),
        language: record.attribute("lang").map(str::to_owned),
        body,
        ..RawArticle::default()
    })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::{RawArticle, ReadOptions, Rejected, read_from};

    #[test]
    fn articles_are_told_from_their_sections() {
        let sections = "<section><title>A</title><text>One.</text></section>\
                        <section><title>B</title><text>Two.</text></section>";
        let rows: [(String, &[&str]); 5] = [
            (format!("<list>{sections}</list>"), &["A: One.", "B: Two."]),
            (format!("<export><list>{sections}</list></export>"), &["A: One.", "B: Two."]),
            (format!("<stories>{}</stories>", sections.replace("section>", "story>")), &["A: One.", "B: Two."]),
            (
                format!("<article><headline>T</headline><date>2025-05-01</date><Body>{sections}</Body></article>"),
                &["T: A\n\nOne.\n\nB\n\nTwo."],
            ),
            ("<list><story><title>A</title><text>One.</text></story></list>".to_owned(), &["A: One."]),
        ];
        for (xml, expected) in rows {
            let mut found = Vec::new();
            let mut accept = |member: Result<RawArticle, Rejected>| {
                let article = member.unwrap();
                found.push(format!("{}: {}", article.headline.unwrap_or_default(), article.body));
                ControlFlow::Continue(())
            };
            read_from(xml.as_bytes(), "a.xml", &ReadOptions::default(), &mut accept).unwrap();
            assert_eq!(found, expected, "{xml}");
        }
    }
}
