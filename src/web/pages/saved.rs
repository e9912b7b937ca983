//! The page of saved queries: those of every collection's `dateline.toml`, and their feeds.

use askama::Template;

use super::{Layout, Link, write};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "saved.html")]
struct SavedPage {
    layout: Layout,
    queries: Vec<SavedQuery>,
}

struct SavedQuery {
    link: Link,
    collection: String,
    text: String,
    feed: String,
}

/// Answers `/saved`.
pub fn saved(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let collections = &asked.archive.payload().collections;
    let queries = collections.iter().flat_map(|collection| {
        collection.queries.iter().map(|(name, text)| {
            let asks = Parameters::default().with("q", format!("query:{}/{name}", collection.name));
            SavedQuery {
                link: Link::new(name, asks.address("/")),
                collection: collection.name.clone(),
                text: text.clone(),
                feed: asks.address("/feed"),
            }
        })
    });
    let page =
        SavedPage { layout: Layout::new("Saved queries · Dateline", "/saved", asked), queries: queries.collect() };
    write(&page, out)
}
