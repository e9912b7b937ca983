//! A trace: for reading, each sighting with its words and what changed in them; for programs, one row each.

use std::io::{self, Write};

use serde_json::json;

use super::paint::{FAINT, HEADLINE, MARK, PATH, Paragraph, SPEAKER, neutralise};
use super::views::statement_id;
use super::{Records, Screen};
use crate::article::Span;
use crate::trace::{Sighting, SightingKind};

/// Under the words "variant  ".
const INDENT: usize = 9;

/// Writes sightings in their order, words that changed marked.
pub(super) fn list(out: &mut dyn Write, sightings: &[Sighting], screen: &Screen) -> io::Result<()> {
    for sighting in sightings {
        let article = &sighting.article.article;
        let mut head = Paragraph::default();
        let kind = kind_name(sighting.kind);
        head.push(kind, Some(HEADLINE));
        let day = article.published.map_or_else(|| "undated".to_owned(), |published| published.day.to_string());
        head.push(&format!(" {day}"), None);
        if let Some(outlet) = &article.outlet {
            head.push(&format!(", {outlet}"), None);
        }
        if let Some(place) = article.dateline.as_ref().and_then(|dateline| dateline.places.first()) {
            head.push(&format!(", {}", place.name), None);
        }
        if let Some(speaker) = speaker(sighting) {
            head.push(": ", None);
            head.push(&speaker, Some(SPEAKER));
        }
        if !sighting.likeness.is_verbatim {
            // No-break spaces: the bracket stays on one line.
            head.push(&format!(" ({:.0}\u{a0}%\u{a0}alike)", sighting.likeness.share * 100.0), Some(FAINT));
        }
        out.write_all(head.wrapped_hanging(screen, 0, INDENT).as_bytes())?;
        let mut words = Paragraph::default();
        let mut at = sighting.likeness.span.start;
        for changed in &sighting.changed {
            words.push(Span::new(at, changed.start).of(&article.body), None);
            words.push(changed.of(&article.body), Some(MARK));
            at = changed.end;
        }
        words.push(Span::new(at, sighting.likeness.span.end).of(&article.body), None);
        out.write_all(words.wrapped(screen, INDENT).as_bytes())?;
        let place = format!("{}:{}", neutralise(&article.path), article.line);
        writeln!(
            out,
            "{:INDENT$}{}  {}",
            "",
            screen.paint(PATH, &place),
            screen.paint(FAINT, &article.id.to_string())
        )?;
    }
    Ok(())
}

fn kind_name(kind: SightingKind) -> &'static str {
    match kind {
        SightingKind::First => "first",
        SightingKind::Reprint => "reprint",
        SightingKind::Variant => "variant",
    }
}

fn speaker(sighting: &Sighting) -> Option<String> {
    let speaker = sighting.statement.as_ref()?.speaker.as_ref()?;
    let name = speaker.name.clone().unwrap_or_else(|| speaker.mention.of(&sighting.article.article.body).to_owned());
    Some(name)
}

/// Returns a trace as rows, one a sighting.
pub fn trace_records(sightings: &[Sighting]) -> Records {
    let columns = &[
        "kind",
        "published",
        "outlet",
        "places",
        "speaker",
        "share",
        "text",
        "id",
        "statement",
        "path",
        "line",
        "hash",
    ];
    let mut records = Records::new("sightings", columns);
    for sighting in sightings {
        let article = &sighting.article.article;
        let places: Vec<&str> =
            article.dateline.iter().flat_map(|dateline| &dateline.places).map(|place| place.name.as_str()).collect();
        records.rows.push(vec![
            json!(sighting.kind),
            json!(article.published.map(|published| published.to_string())),
            json!(article.outlet),
            json!(places),
            json!(speaker(sighting)),
            json!((sighting.likeness.share * 1000.0).round() / 1000.0),
            json!(sighting.likeness.span.of(&article.body)),
            json!(article.id.to_string()),
            json!(sighting.statement.as_ref().map(|statement| statement_id(article.id, statement.id))),
            json!(article.path),
            json!(article.line),
            json!(format!("{:016x}", sighting.article.hash)),
        ]);
    }
    records
}
