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
    let paragraphs = document.all("p").into_iter().map(|paragraph| {
        let mut line = String::new();
        for run in paragraph.all_where(&|name| matches!(name, "t" | "tab" | "br")) {
            match run.name.as_str() {
                "t" => line.push_str(&run.verbatim()),
                _ => line.push(' '),
            }
        }
        line
    });
    paragraphs.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}
