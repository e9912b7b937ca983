//! PDF documents: In: a file of pages that are drawn. Out: the article that they show, or why they show none.
//!
//! 1. draw each page's text 2. make lines of the pieces 3. drop what repeats on every page 4. make paragraphs
//! 5. sort header and story

mod content;
mod font;
mod layout;
mod paragraphs;
mod to_unicode;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use lopdf::{DecompressError, Document, Error, LoadOptions};

use super::members::Members;
use super::rejected::Reason;
use super::{Format, Head, RawArticle, Reader, nexis, text};
use content::Drawing;
use layout::Page;

pub(crate) const FORMAT: Format =
    Format { name: "pdf", title: "PDF documents", extensions: &["pdf"], recognise, reader: Reader::Bytes(read) };

/// Readers accept a PDF that begins this far into its file.
const LATEST_BEGIN: usize = 1024;

/// A thousand pages take two seconds.
const TIME_LIMIT: Duration = Duration::from_secs(30);

fn recognise(head: &Head<'_>) -> bool {
    let begin = &head.bytes[..head.bytes.len().min(LATEST_BEGIN)];
    begin.starts_with(b"%PDF-")
        || head.has_extension(FORMAT.extensions) && memchr::memmem::find(begin, b"%PDF-").is_some()
}

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let limit_bytes = members.options.limits.record_bytes;
    let mut whole = Vec::new();
    bytes.take(limit_bytes + 1).read_to_end(&mut whole).map_err(|error| Reason::from_io(&error))?;
    if whole.len() as u64 > limit_bytes {
        return Err(too_long(limit_bytes));
    }
    // What the parser fails at is damage of the document, not of the run.
    let drawn = catch_unwind(AssertUnwindSafe(|| draw(&whole, limit_bytes, Instant::now() + TIME_LIMIT)));
    let drawn = drawn.unwrap_or_else(|_| Err(damaged("it is beyond what the reader of PDF documents can take")));
    let is_cut_off = memchr::memmem::rfind(&whole, b"%%EOF").is_none();
    let truncated = || Reason::Truncated { format: "PDF".into() };
    let drawn = drawn.map_err(|reason| match reason {
        Reason::Damaged { .. } if is_cut_off => truncated(),
        reason => reason,
    })?;
    let shown = layout::shown(drawn.pages);
    let found = paragraphs::page_text(shown.lines);
    let damage = if is_cut_off {
        Some(truncated())
    } else {
        drawn.broken_page.map(|page| damaged(format!("page {page} cannot be read to its end")))
    };
    if !found.text.chars().any(char::is_alphabetic) {
        return Err(damage.unwrap_or(Reason::NoArticle { what: drawn.without_text.into() }));
    }
    if let Some(damage) = damage {
        members.refuse(0, None, damage)?;
    }
    if nexis::is_download(&found.text) {
        return nexis::read_page(&found.text, members);
    }
    let article = text::article(&found.text);
    members.give(RawArticle {
        headline: found.headline.or(article.headline),
        outlet: found.outlet.or(article.outlet),
        url: shown.url,
        ..article
    })
}

/// What the pages of a document show.
struct Drawn {
    pages: Vec<Page>,
    /// The first page, from 1, that broke off.
    broken_page: Option<usize>,
    /// What the document is where it shows no letter.
    without_text: &'static str,
}

fn draw(bytes: &[u8], limit_bytes: u64, deadline: Instant) -> Result<Drawn, Reason> {
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let options = LoadOptions { max_decompressed_size: Some(limit), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| reason(&error, limit_bytes))?;
    // One that opens without a password was decrypted when it was loaded.
    if document.is_encrypted() {
        return Err(Reason::Encrypted);
    }
    let mut drawing = Drawing::new(&document, deadline, limit);
    let (mut pages, mut broken_page, mut left) = (Vec::new(), None, limit);
    for (number, page) in (1..).zip(document.page_iter()) {
        let drawn = drawing.page(page).map_err(|failure| match failure {
            content::Failure::TookTooLong => Reason::TookTooLong { limit_seconds: TIME_LIMIT.as_secs() },
            content::Failure::TooLong => too_long(limit_bytes),
        })?;
        if !drawn.is_whole {
            broken_page = broken_page.or(Some(number));
        }
        let page = Page::of(drawn);
        left = left.checked_sub(page.bytes()).ok_or_else(|| too_long(limit_bytes))?;
        pages.push(page);
    }
    let without_text = match (pages.is_empty(), drawing.images > 0, drawing.unreadable > 0) {
        (true, ..) => "a PDF without pages",
        (_, _, true) => "a PDF whose fonts do not say which letters they draw",
        (_, true, _) => "a scanned PDF: it holds pictures of pages and no text",
        _ => "a PDF without text",
    };
    Ok(Drawn { pages, broken_page, without_text })
}

fn reason(error: &Error, limit_bytes: u64) -> Reason {
    match error {
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) => Reason::Encrypted,
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => too_long(limit_bytes),
        error => damaged(error.to_string()),
    }
}

fn damaged(problem: impl Into<String>) -> Reason {
    Reason::Damaged { format: "PDF".into(), problem: problem.into() }
}

fn too_long(limit_bytes: u64) -> Reason {
    Reason::TooLong { what: "the document".into(), limit_bytes }
}

#[cfg(test)]
mod tests;
