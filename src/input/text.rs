//! A news page saved as text: headline, date line, byline and paragraphs, of which any but the text may be missing.

use super::members::Members;
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
    RawArticle { line: 1, body: paragraphs_of_lines(page), ..RawArticle::default() }
}

/// Joins lines to paragraphs: a blank line or an indented line begins a new one.
pub(crate) fn paragraphs_of_lines(text: &str) -> String {
    let mut body = String::with_capacity(text.len());
    let mut begins_paragraph = true;
    for line in text.lines() {
        let words = line.trim();
        if words.is_empty() {
            begins_paragraph = true;
            continue;
        }
        let is_indented = line.starts_with("  ") || line.starts_with('\t');
        if !body.is_empty() {
            body.push_str(if begins_paragraph || is_indented { "\n\n" } else { " " });
        }
        body.push_str(words);
        begins_paragraph = false;
    }
    body
}
