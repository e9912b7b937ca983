//! An Atom feed (RFC 4287) of hits, for feed readers and alerts.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
use quick_xml::escape::escape;

use super::citation::{Citation, page_path, rfc3339};
use super::{Answer, Screen};
use crate::search::Hit;

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>")?;
    writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\">")?;
    writeln!(out, "  <title>{}</title>", text(answer.query))?;
    // One query is one feed: readers tell feeds apart by this id.
    writeln!(out, "  <id>urn:dateline:query:{:016x}</id>", xxhash_rust::xxh3::xxh3_64(answer.query.as_bytes()))?;
    writeln!(out, "  <generator>dateline</generator>")?;
    let mut newest_ms = 0;
    for hit in answer.hits {
        let hit = hit?;
        newest_ms = newest_ms.max(hit.article.added_ms);
        write_entry(out, &hit, answer.site)?;
    }
    // The order of a feed's elements means nothing, so that hits need not be held until the newest is known.
    writeln!(out, "  <updated>{}</updated>", instant(newest_ms))?;
    writeln!(out, "</feed>")
}

fn write_entry(out: &mut dyn Write, hit: &Hit, site: Option<&str>) -> io::Result<()> {
    let citation = Citation::new(hit);
    let article = citation.article;
    let headline = article.headline.as_deref().unwrap_or(&article.path);
    let quotation = citation.quotation.as_ref();
    let speaker = quotation.and_then(|quotation| quotation.speaker.as_deref());
    let title = speaker.map_or_else(|| headline.to_owned(), |speaker| format!("{speaker} – {headline}"));
    writeln!(out, "  <entry>")?;
    writeln!(out, "    <id>urn:dateline:{}</id>", citation.id)?;
    writeln!(out, "    <title>{}</title>", text(&title))?;
    writeln!(out, "    <updated>{}</updated>", instant(hit.article.added_ms))?;
    if let Some(published) = article.published {
        writeln!(out, "    <published>{}</published>", rfc3339(published))?;
    }
    let authors = if article.byline.is_empty() { article.outlet.as_slice() } else { &article.byline };
    if authors.is_empty() {
        writeln!(out, "    <author><name>unknown</name></author>")?;
    }
    for name in authors {
        writeln!(out, "    <author><name>{}</name></author>", text(name))?;
    }
    let printed = article.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let here = site.map(|site| format!("{site}{}", page_path(hit)));
    let ours = if printed.is_some() { "related" } else { "alternate" };
    for (relation, url) in [("alternate", printed), (ours, here.as_deref())] {
        if let Some(url) = url {
            writeln!(out, "    <link rel=\"{relation}\" href=\"{}\"/>", text(url))?;
        }
    }
    let snippets = || hit.snippets.iter().map(|snippet| snippet.span.of(&article.body)).collect::<Vec<_>>().join(" … ");
    let words = quotation.map_or_else(snippets, |quotation| quotation.words.clone());
    let content = format!("{words}\n\n{}", citation.reference);
    writeln!(out, "    <content type=\"text\">{}</content>", text(&content))?;
    writeln!(out, "  </entry>")
}

fn instant(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Escapes text for XML, and leaves out the control characters that XML has no way to write.
fn text(text: &str) -> String {
    let visible: String = text.chars().filter(|char| !char.is_control() || matches!(char, '\n' | '\t')).collect();
    escape(&visible).into_owned()
}
