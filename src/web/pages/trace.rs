//! Where words first appeared, and every reprint and variant.

use askama::Template;

use super::hits::{anchor, article_address, speaker_name};
use super::{Layout, Link, write};
use crate::trace::{self, Sighting, SightingKind};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::runs::{self, Run};
use crate::web::{asking, wording};

/// Sightings of one page: more would be read as a table.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    layout: Layout,
    text: String,
    /// Why nothing can be looked for, or what was found.
    told: Option<String>,
    sightings: Vec<SightingItem>,
    /// Where all of them are, if these are not.
    rest: Option<Link>,
}

struct SightingItem {
    kind: &'static str,
    day: String,
    address: String,
    headline: String,
    facts: Vec<String>,
    words: Vec<Run>,
    likeness: String,
}

/// Answers `/trace`.
pub fn trace(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let text = asked.parameters.get("text").unwrap_or_default();
    let mut page = TracePage {
        layout: Layout::new("Trace · Dateline", "/trace", asked),
        text: text.to_owned(),
        told: None,
        sightings: Vec::new(),
        rest: None,
    };
    if !text.is_empty() {
        match trace::trace(&asked.archive, text, asked.today).map_err(asking::problem)? {
            None => page.told = Some("Fewer than three words are found by chance everywhere.".to_owned()),
            Some(sightings) => {
                page.told = Some(match sightings.len() {
                    0 => "No article has these words or a variant of them.".to_owned(),
                    count => format!("{}, oldest first", wording::count(count as u64, "article")),
                });
                page.sightings = sightings.iter().take(SHOWN).map(SightingItem::new).collect();
                page.rest = sightings.len().checked_sub(SHOWN).filter(|rest| *rest > 0).map(|rest| {
                    let all = Parameters::default().with("text", text).with("format", "csv");
                    let name = format!("and {} more, in a table", wording::number(rest as u64));
                    Link::new(name, all.address("/api/v1/trace"))
                });
            }
        }
    }
    write(&page, out)
}

impl SightingItem {
    fn new(sighting: &Sighting) -> Self {
        let article = &sighting.article.article;
        let at = sighting.statement.as_ref().map(|statement| format!("#{}", anchor(statement.id)));
        let speaker = sighting.statement.as_ref().map(|statement| {
            let text = statement.field.of(article);
            speaker_name(statement.speaker.as_ref(), text).0
        });
        Self {
            kind: match sighting.kind {
                SightingKind::First => "First",
                SightingKind::Reprint => "Reprint",
                SightingKind::Variant => "Variant",
            },
            day: article.published.map_or_else(|| "undated".to_owned(), |published| wording::day(published.day)),
            address: format!("{}{}", article_address(article), at.unwrap_or_default()),
            headline: article.headline.clone().unwrap_or_else(|| article.path.clone()),
            facts: [article.outlet.clone(), wording::places(article), speaker].into_iter().flatten().collect(),
            words: runs::marked(&article.body, sighting.likeness.span, &sighting.changed),
            likeness: format!("{:.0}\u{a0}% alike", sighting.likeness.share * 100.0),
        }
    }
}
