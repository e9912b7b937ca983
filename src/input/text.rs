//! A news page saved as text: headline, date line, byline and paragraphs, of which any but the text may be missing.

use super::members::Members;
use super::page::Page;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format =
    Format { name: "text", title: "plain text", extensions: &["txt", "text"], recognise, reader: Reader::Text(read) };

fn recognise(_head: &Head<'_>) -> bool {
    true
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let page = text.rest()?;
    members.give(article(&page))
}

/// Makes an article of a page's text.
pub(crate) fn article(page: &str) -> RawArticle {
    Page::read(page).into_article()
}
