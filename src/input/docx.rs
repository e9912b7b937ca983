//! Word documents (DOCX): the text of a page, or a vendor's download of many articles.

use std::io::{Cursor, Read};

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::members::Members;
use super::rejected::Reason;
use super::xml::Element;
use super::{Format, Head, Reader, nexis, text, zip};

pub(crate) const FORMAT: Format = Format {
    name: "docx",
    title: "Word documents (DOCX)",
    extensions: &["docx"],
    recognise,
    reader: Reader::Bytes(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let holds = |name: &[u8]| memchr::memmem::find(head.bytes, name).is_some();
    head.bytes.starts_with(b"PK\x03\x04") && (head.has_extension(FORMAT.extensions) || holds(b"word/document.xml"))
}

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let limit_bytes = members.options.limits.record_bytes;
    let too_long = || Reason::TooLong { what: "the document".into(), limit_bytes };
    let whole = whole(bytes, limit_bytes)?.ok_or_else(too_long)?;
    let damaged = |error: ZipError| zip::damaged("DOCX", &error);
    let mut archive = ZipArchive::new(Cursor::new(whole)).map_err(damaged)?;
    let mut document = match archive.by_name("word/document.xml") {
        Ok(document) => document,
        Err(ZipError::FileNotFound) => return Err(Reason::NoArticle { what: "a document without text".into() }),
        Err(error) => return Err(damaged(error)),
    };
    let xml = self::whole(&mut document, limit_bytes)?.ok_or_else(too_long)?;
    let page = page(&Element::parse(&String::from_utf8_lossy(&xml))?);
    if nexis::is_download(&page) {
        return nexis::read_page(&page, members);
    }
    members.give(text::article(&page))
}

/// Reads all there is; none where it is more than the limit.
fn whole(bytes: &mut dyn Read, limit_bytes: u64) -> Result<Option<Vec<u8>>, Reason> {
    let mut whole = Vec::new();
    bytes.take(limit_bytes + 1).read_to_end(&mut whole).map_err(|error| Reason::from_io(&error))?;
    Ok((whole.len() as u64 <= limit_bytes).then_some(whole))
}

/// Returns the document's paragraphs, separated by blank lines.
fn page(document: &Element) -> String {
    let (mut paragraphs, mut outside) = (Vec::new(), String::new());
    gather(document, &mut outside, &mut paragraphs);
    paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    paragraphs.join("\n\n")
}

/// Adds the text in an element to the open paragraph; those of a text box within one are paragraphs before it.
fn gather(element: &Element, open: &mut String, paragraphs: &mut Vec<String>) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "t" => open.push_str(&inner.verbatim()),
            "tab" | "br" | "cr" => open.push(' '),
            "p" => {
                let mut paragraph = String::new();
                gather(inner, &mut paragraph, paragraphs);
                paragraphs.push(paragraph);
            }
            // The same once more, for programs that do not know text boxes.
            "Fallback" => {}
            _ => gather(inner, open, paragraphs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_read_once() {
        let rows = [
            ("<p><r><t>It rained</t></r><r><tab/><t xml:space='preserve'>all day. </t></r></p>", "It rained all day. "),
            ("<p><t>One.</t></p><tbl><tr><tc><p><t>Two.</t></p></tc></tr></tbl><p/>", "One.\n\nTwo."),
            // A text box, and what was deleted.
            (
                "<p><r><AlternateContent><Choice><p><t>Box.</t></p></Choice><Fallback><p><t>Box.</t></p></Fallback>\
                 </AlternateContent></r><r><t>Text.</t></r><del><r><delText>Gone.</delText></r></del></p>",
                "Box.\n\nText.",
            ),
        ];
        for (body, expected) in rows {
            let document = Element::parse(&format!("<document><body>{body}</body></document>")).unwrap();
            assert_eq!(page(&document), expected, "{body}");
        }
    }
}
