//! Downloads from LexisNexis and Nexis Uni: many articles in one text, each with its fields by name.
//!
//! An article begins with its headline, outlet and date, has `Section:`, `Byline:` and `Length:` above a line `Body`, and
//! ends with `Load-Date:` and `End of Document`; older downloads number it `3 of 40 DOCUMENTS`.

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader, lines};

pub(crate) const FORMAT: Format = Format {
    name: "nexis",
    title: "LexisNexis and Nexis Uni downloads",
    extensions: &["txt"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    is_download(head.text)
}

/// Whether a text is such a download.
pub(super) fn is_download(text: &str) -> bool {
    let has_line = |begins: &[&str]| {
        text.lines().map(str::trim_start).any(|line| {
            let begins_with =
                |begin: &&str| line.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
            begins.iter().any(begins_with)
        })
    };
    // Most texts hold no such word.
    let is_of_field = |colon: usize| {
        text.as_bytes()[..colon].last_chunk::<9>().is_some_and(|name| name.eq_ignore_ascii_case(b"LOAD-DATE"))
    };
    memchr::memchr_iter(b':', text.as_bytes()).any(is_of_field)
        && has_line(&["LOAD-DATE:"])
        && has_line(&["SECTION:", "BYLINE:", "LENGTH:", "END OF DOCUMENT"])
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let page = text.rest()?;
    read_page(&page, members)
}

/// Gives every article of a download.
pub(super) fn read_page(page: &str, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut document = Vec::new();
    let mut first_line = 1;
    for (number, line) in (1..).zip(page.lines()) {
        let is_counter = is_counter(line);
        let is_end = line.trim().eq_ignore_ascii_case("End of Document");
        if is_counter || is_end {
            give(&document, first_line, members)?;
            document.clear();
            first_line = number + 1;
        } else {
            document.push(line);
        }
    }
    give(&document, first_line, members)
}

/// Whether a line is `3 of 40 DOCUMENTS`.
fn is_counter(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    matches!(words[..], [one, of, all, documents] if is_number(one) && is_number(all) && of.eq_ignore_ascii_case("of")
        && documents.to_ascii_uppercase().starts_with("DOCUMENT"))
}

/// Fields above and below the text.
const FIELDS: [&str; 12] = [
    "BYLINE:",
    "SECTION:",
    "LENGTH:",
    "DATELINE:",
    "HEADLINE:",
    "LOAD-DATE:",
    "LANGUAGE:",
    "PUBLICATION-TYPE:",
    "GRAPHIC:",
    "COPYRIGHT:",
    "HIGHLIGHT:",
    "JOURNAL-CODE:",
];

fn give(document: &[&str], first_line: u32, members: &mut Members<'_>) -> Result<(), Reason> {
    let field_of = |line: &str| {
        let line = line.trim();
        let upper = line.to_ascii_uppercase();
        let name = FIELDS.iter().find(|name| upper.starts_with(**name))?;
        Some((*name, line[name.len()..].trim().to_owned()))
    };
    if !document.iter().any(|line| !line.trim().is_empty()) {
        return Ok(());
    }
    let mut article = RawArticle { line: first_line, published_is_metadata: true, ..RawArticle::default() };
    let mut above: Vec<&str> = Vec::new();
    let mut body = Vec::new();
    let has_body_line = document.iter().any(|line| line.trim() == "Body");
    let (mut in_body, mut seen_field) = (false, false);
    for line in document {
        if let Some((name, value)) = field_of(line) {
            seen_field = true;
            match name {
                "BYLINE:" => article.byline.push(value),
                "DATELINE:" => article.dateline = Some(value),
                "HEADLINE:" => article.headline = Some(value),
                "LANGUAGE:" => article.language = language_code(&value),
                "LOAD-DATE:" => {
                    article.published.get_or_insert(value);
                }
                _ => {}
            }
            in_body &= !matches!(name, "LOAD-DATE:" | "GRAPHIC:" | "LANGUAGE:" | "PUBLICATION-TYPE:");
            continue;
        }
        let words = line.trim();
        if words == "Body" || words == "Notes" || words == "Classification" {
            in_body = words == "Body";
        } else if in_body || !has_body_line && seen_field {
            in_body = true;
            body.push(*line);
        } else if !words.is_empty() && !seen_field {
            above.push(words);
        }
    }
    // Headline, outlet, date; older downloads begin with the outlet and name the headline.
    if article.headline.is_none() && !above.is_empty() {
        article.headline = Some(above.remove(0).to_owned());
    }
    let mut above = above.into_iter().filter(|line| !line.to_ascii_lowercase().starts_with("copyright"));
    article.outlet = above.next().map(str::to_owned);
    if let Some(date) = above.find(|line| line.bytes().filter(u8::is_ascii_digit).count() >= 4) {
        article.published = Some(date.to_owned());
    }
    let text = body.join("\n");
    let found = lines::lines(&text);
    article.body = lines::paragraphs(&found, lines::are_wrapped(&found));
    members.give(article)
}

fn language_code(name: &str) -> Option<String> {
    let name = name.to_ascii_uppercase();
    [("ENGLISH", "en"), ("GERMAN", "de"), ("FRENCH", "fr"), ("SPANISH", "es"), ("ITALIAN", "it"), ("DUTCH", "nl")]
        .iter()
        .find(|(known, _)| name.starts_with(known))
        .map(|(_, code)| (*code).to_owned())
}
