//! In: paths. Out: `RawArticle`s, or why an input or one record of it was `Rejected`.
//!
//! 1. walk 2. decompress 3. decode 4. recognise the format 5. split into members
//!
//! `FORMATS` is the one list of formats; adding one adds a file here and a row there.

mod decode;
mod decompress;
mod docx;
mod double_encoding;
mod factiva;
mod feed;
mod html;
mod json;
mod lines;
mod mail;
mod markdown;
mod members;
mod newsml;
mod nexis;
mod ninjs;
mod nitf;
mod notation;
mod plain_xml;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod proquest;
mod read;
mod rejected;
mod reuters;
mod sidecar;
mod table;
mod tar;
mod text;
mod text_stream;
mod unread;
mod walk;
mod warc;
mod wire;
mod xml;
mod zip;

pub(crate) use json::part_names;
pub use members::Accept;
pub use read::{ContentHash, Limits, Note, ReadOptions, ReadSummary, hash_file, read, read_from};
pub use rejected::{Phrase, Reason, RecordPlace, Rejected};
pub(crate) use sidecar::sidecar_of;
pub use walk::{Entry, Walk, WalkError, WalkOptions, relative_path, walk, walk_within};

use std::io::Read;

use members::Members;
use text_stream::TextStream;

/// One article as its input gave it: nothing parsed, nothing guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawArticle {
    /// The id that the input gives the article.
    pub key: Option<String>,
    /// Path inside an archive: `09/talks.html` of `2025.zip`.
    pub inside: Option<String>,
    /// How many articles of this input had the same key (without one: the same content) before; set by `read`.
    pub ordinal: u32,
    /// Line of the input on which the article starts, from 1.
    pub line: u32,
    pub headline: Option<String>,
    /// As printed: `September 2, 2025 - 20:48`, `2-MAR-1987 16:51:43.42`.
    pub published: Option<String>,
    /// Whether `published` came from metadata rather than from a line of the page.
    pub published_is_metadata: bool,
    /// The dateline where the input holds it apart from the body.
    pub dateline: Option<String>,
    /// A place named by metadata.
    pub location: Option<String>,
    pub byline: Vec<String>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub body: String,
    /// Whether the body is to be kept word for word, as that of JSON is.
    pub verbatim: bool,
}

impl RawArticle {
    /// Returns what tells the article from the others of its input, wherever the input stands: its key, or where it
    /// has none its content.
    pub fn identity(&self) -> u64 {
        self.identity_by(self.content_hash())
    }

    /// Returns the same where its `content_hash` is known.
    pub fn identity_by(&self, content: u128) -> u64 {
        let content = content.to_le_bytes();
        let member: (&[u8], &[u8]) = match &self.key {
            Some(key) => (b"key", key.as_bytes()),
            None => (b"content", &content),
        };
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let inside = self.inside.as_deref().unwrap_or_default();
        for part in [inside.as_bytes(), member.0, member.1, &self.ordinal.to_le_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.digest()
    }

    /// Returns a hash of all that the article says: what tells a changed member from an unchanged one. Key, line and
    /// place inside the input are no part of it.
    pub fn content_hash(&self) -> u128 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let mut add = |field: Option<&str>| {
            // A length before each field, so that two fields never trade words unnoticed.
            hasher.update(&field.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
            hasher.update(field.unwrap_or_default().as_bytes());
        };
        for field in
            [&self.headline, &self.published, &self.dateline, &self.location, &self.outlet, &self.language, &self.url]
        {
            add(field.as_deref());
        }
        for name in &self.byline {
            add(Some(name));
        }
        add(Some(&self.body));
        hasher.digest128()
    }
}

/// A form in which news comes: how it is known and how it is read.
pub struct Format {
    /// As in `--input-format` and in JSON.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// Without the dot; the first is the usual one.
    pub extensions: &'static [&'static str],
    pub(crate) recognise: fn(&Head<'_>) -> bool,
    pub(crate) reader: Reader,
}

/// How the members of a format are read.
pub(crate) enum Reader {
    /// From decoded text, as it streams.
    Text(fn(&mut TextStream<'_>, &mut Members<'_>) -> Result<(), Reason>),
    /// From bytes: archives, and formats that name an encoding for each part.
    Bytes(fn(&mut dyn Read, &mut Members<'_>) -> Result<(), Reason>),
}

/// What a format is recognised by: how the input begins, and its name.
pub(crate) struct Head<'h> {
    /// The first bytes, decompressed; at most `HEAD_BYTES`.
    pub bytes: &'h [u8],
    /// The same, decoded; empty while formats of bytes are asked.
    pub text: &'h str,
    /// Last part of the path in lower case, without extensions of compression.
    pub name: &'h str,
}

impl Head<'_> {
    /// Whether the name ends in one of the extensions.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        self.name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// Returns the name of the first element of a text in markup, as written and without a namespace's prefix; of a page
    /// that declares itself as HTML, `html`.
    pub fn root_element(&self) -> Option<&str> {
        let mut rest = self.text.trim_start_matches('\u{FEFF}').trim_start();
        loop {
            let behind = rest.strip_prefix('<')?;
            rest = if let Some(comment) = behind.strip_prefix("!--") {
                comment.split_once("-->")?.1
            } else if behind.starts_with(['?', '!']) {
                let is_html = behind.get(1..13).is_some_and(|start| start.eq_ignore_ascii_case("doctype html"));
                if is_html {
                    return Some("html");
                }
                behind.split_once('>')?.1
            } else {
                let end = behind.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))?;
                let name = &behind[..end];
                return Some(name.rsplit_once(':').map_or(name, |(_, local)| local));
            }
            .trim_start();
        }
    }
}

/// Every format, in the order in which they are asked whether they recognise an input.
pub static FORMATS: &[Format] = &[
    #[cfg(feature = "pdf")]
    pdf::FORMAT,
    // Word documents are ZIP archives too.
    docx::FORMAT,
    zip::FORMAT,
    tar::FORMAT,
    warc::FORMAT,
    wire::FORMAT,
    mail::FORMAT,
    reuters::FORMAT,
    nitf::FORMAT,
    newsml::FORMAT,
    feed::FORMAT,
    // Some are saved web pages too.
    factiva::FORMAT,
    html::FORMAT,
    plain_xml::FORMAT,
    ninjs::FORMAT,
    markdown::FORMAT,
    table::FORMAT,
    nexis::FORMAT,
    proquest::FORMAT,
    json::FORMAT,
    // Any text that nobody else claims is a page saved as text.
    text::FORMAT,
];

/// Returns the format of that name.
pub fn format_named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
