//! Factiva's downloads: many articles, each a list of fields that two letters name, HD the headline and TD the text. As
//! HTML they stand in tables, or one below the other without their names.

mod page;

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader, lines};

pub(crate) const FORMAT: Format = Format {
    name: "factiva",
    title: "Factiva downloads",
    extensions: &["txt", "html"],
    recognise,
    reader: Reader::Text(read),
};

/// Names of fields; others of two capitals are passed over.
const FIELDS: [&str; 24] = [
    "SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "LA", "CY", "LP", "TD", "CO", "IN", "NS", "RE",
    "IPD", "IPC", "PUB", "AN", "CLM",
];

fn recognise(head: &Head<'_>) -> bool {
    if head.text.trim_start().starts_with('<') {
        return page::is_download(head.text);
    }
    let has = |name: &str| {
        let is_field = |line: &str| field(line).is_some_and(|(known, _)| known == name);
        // Most texts hold none of the names.
        memchr::memmem::find(head.text.as_bytes(), name.as_bytes()).is_some() && head.text.lines().any(is_field)
    };
    ["HD", "PD", "SN"].iter().all(|name| has(name)) && (has("LP") || has("TD"))
}

/// Splits a line that begins a field into its name and the rest.
fn field(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches([' ', '\u{A0}']);
    let (name, rest) = line.split_once([' ', '\t', '\u{A0}']).unwrap_or((line.trim_end(), ""));
    FIELDS.contains(&name).then_some((name, rest))
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let page = text.rest()?;
    if page.trim_start().starts_with('<') {
        return page::read(&page, members);
    }
    let mut open = Open::default();
    for (number, line) in (1..).zip(page.lines()) {
        match field(line) {
            Some((name, rest)) => {
                // The first field of an article is its section or its headline.
                let begins = name == "SE" || name == "HD" && !open.is_only_section();
                if begins {
                    std::mem::take(&mut open).give(members)?;
                }
                if open.line == 0 {
                    open.line = number;
                }
                open.fields.push((name.to_owned(), rest.trim().to_owned()));
            }
            None => {
                if let Some((_, value)) = open.fields.last_mut() {
                    value.push('\n');
                    value.push_str(line);
                }
            }
        }
        // The number of an article ends it; what follows to the next is not its.
        if field(line).is_some_and(|(name, _)| name == "AN") {
            std::mem::take(&mut open).give(members)?;
        }
    }
    open.give(members)
}

/// The article that is being read.
#[derive(Default)]
struct Open {
    line: u32,
    fields: Vec<(String, String)>,
}

impl Open {
    fn is_only_section(&self) -> bool {
        self.fields.iter().all(|(name, _)| name == "SE")
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.fields.swap_remove(at);
        let value = value.trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    fn give(mut self, members: &mut Members<'_>) -> Result<(), Reason> {
        let one_line = |value: String| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let (lead, rest) = (self.take("LP"), self.take("TD"));
        let headline = self.take("HD").map(one_line);
        if headline.is_none() && lead.is_none() && rest.is_none() {
            return Ok(());
        }
        let text = [lead, rest].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let found = lines::lines(&text);
        let time = self.take("ET").map(one_line);
        members.give(RawArticle {
            key: self.take("AN").map(|number| number.trim_start_matches("Document ").to_owned()),
            line: self.line,
            headline,
            published: self.take("PD").map(|day| {
                let day = one_line(day);
                time.map_or(day.clone(), |time| format!("{day} {time}"))
            }),
            published_is_metadata: true,
            byline: self.take("BY").map(one_line).into_iter().collect(),
            outlet: self.take("SN").map(one_line),
            language: self.take("LA").filter(|name| name == "English").map(|_| "en".to_owned()),
            body: lines::paragraphs(&found, lines::are_wrapped(&found)),
            ..RawArticle::default()
        })
    }
}
