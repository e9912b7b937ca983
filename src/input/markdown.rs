//! Markdown, with what stands above it between `---` (YAML) or `+++` (TOML) as metadata.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

use super::members::Members;
use super::notation::Notation;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, Reader, json};

pub(crate) const FORMAT: Format = Format {
    name: "markdown",
    title: "Markdown with front matter",
    extensions: &["md", "markdown"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    head.has_extension(FORMAT.extensions)
        || front_matter(head.text).is_some_and(|(_, matter, _)| matter.contains("title"))
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let whole = text.rest()?;
    let (mut fields, body) = match front_matter(&whole) {
        Some((notation, matter, body)) => (notation.parse(matter)?, body),
        None => (Map::new(), whole.as_str()),
    };
    let (headline, body) = plain(body);
    let has_headline = ["title", "headline"].iter().any(|name| fields.contains_key(*name));
    if let Some(headline) = headline.filter(|_| !has_headline) {
        fields.insert("headline".into(), Value::String(headline));
    }
    fields.insert("body".into(), Value::String(body));
    json::give(&fields, 1, members)
}

/// Splits off what stands between two lines of `---` or `+++` at the beginning.
fn front_matter(text: &str) -> Option<(Notation, &str, &str)> {
    [("---\n", "\n---\n", Notation::Yaml), ("+++\n", "\n+++\n", Notation::Toml)].into_iter().find_map(
        |(begin, end, notation)| {
            let behind = text.strip_prefix(begin)?;
            let (matter, body) = behind.split_once(end)?;
            Some((notation, matter, body))
        },
    )
}

/// Returns the text without marks, its blocks separated by blank lines, and apart from it the heading that it begins with.
fn plain(markdown: &str) -> (Option<String>, String) {
    let mut headline = None;
    let mut blocks: Vec<String> = Vec::new();
    let mut open = String::new();
    let (mut passed_over, mut in_heading) = (0_u32, false);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock) => passed_over += 1,
            Event::End(TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                passed_over = passed_over.saturating_sub(1)
            }
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::Text(text) | Event::Code(text) if passed_over == 0 => open.push_str(&text),
            Event::SoftBreak | Event::HardBreak => open.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell | TagEnd::BlockQuote(_),
            ) => {
                let block = open.split_whitespace().collect::<Vec<_>>().join(" ");
                open.clear();
                let is_headline = in_heading && headline.is_none() && blocks.is_empty();
                in_heading = false;
                if is_headline {
                    headline = Some(block);
                } else if !block.is_empty() {
                    blocks.push(block);
                }
            }
            _ => {}
        }
    }
    (headline, blocks.join("\n\n"))
}
