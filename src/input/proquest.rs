//! ProQuest's downloads as text: many articles between rules of underscores, each with its fields by name.

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader, lines};

pub(crate) const FORMAT: Format = Format {
    name: "proquest",
    title: "ProQuest downloads",
    extensions: &["txt"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let has = |name: &str| {
        // Most texts hold none of the names.
        memchr::memmem::find(head.text.as_bytes(), name.as_bytes()).is_some()
            && head.text.lines().any(|line| line.trim_start().starts_with(name))
    };
    has("ProQuest document ID:") && (has("Full text:") || has("Publication title:") || has("Publication date:"))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 20 && line.bytes().all(|byte| byte == b'_')
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let page = text.rest()?;
    let mut document: Vec<&str> = Vec::new();
    let mut first_line = 1;
    for (number, line) in (1..).zip(page.lines()) {
        if is_rule(line) {
            give(&document, first_line, members)?;
            document.clear();
            first_line = number + 1;
        } else {
            document.push(line);
        }
    }
    give(&document, first_line, members)
}

/// Splits a line `Publication date: Jun 12, 2025` into its name and value: a few capitalised words before a colon.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = name.starts_with(char::is_uppercase) && name.len() <= 40 && name.split_whitespace().count() <= 5;
    is_name.then_some((name, value.trim()))
}

fn give(document: &[&str], first_line: u32, members: &mut Members<'_>) -> Result<(), Reason> {
    // Sections other than the articles, such as the table of contents, have no document ID.
    if !document.iter().any(|line| line.starts_with("ProQuest document ID:")) {
        return Ok(());
    }
    let mut article = RawArticle { line: first_line, published_is_metadata: true, ..RawArticle::default() };
    let mut body: Vec<&str> = Vec::new();
    let mut in_text = false;
    for line in document {
        let known = field(line).filter(|(name, _)| !in_text || is_behind_text(name));
        let Some((name, value)) = known else {
            if in_text {
                body.push(line);
            } else if article.headline.is_none() && !line.trim().is_empty() {
                article.headline = Some(line.trim().to_owned());
            }
            continue;
        };
        in_text = name == "Full text";
        let value = (!value.is_empty()).then_some(value);
        match name {
            "Title" => article.headline = value.map(str::to_owned).or(article.headline.take()),
            "Author" => {
                article.byline =
                    value.map(|names| names.split(';').map(|name| name.trim().to_owned()).collect()).unwrap_or_default()
            }
            "Publication title" => article.outlet = value.map(str::to_owned),
            "Publication date" => article.published = value.map(str::to_owned),
            "Dateline" => article.dateline = value.map(str::to_owned),
            "ProQuest document ID" => article.key = value.map(str::to_owned),
            "Document URL" => article.url = value.map(str::to_owned),
            "Full text" => body.extend(value),
            _ => {}
        }
    }
    let text = body.join("\n");
    let found = lines::lines(&text);
    article.body = lines::paragraphs(&found, lines::are_wrapped(&found));
    members.give(article)
}

/// Whether a field stands behind the text and so ends it; other words before a colon are its own.
fn is_behind_text(name: &str) -> bool {
    const BEHIND: [&str; 14] = [
        "Subject",
        "Location",
        "Title",
        "Publication title",
        "Publication date",
        "Publication year",
        "Publisher",
        "Place of publication",
        "Country of publication",
        "Source type",
        "Language of publication",
        "Document type",
        "ProQuest document ID",
        "Document URL",
    ];
    BEHIND.contains(&name)
}
