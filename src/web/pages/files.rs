//! The page of inputs: what each collection holds, and what of it was rejected and why.

use std::ops::ControlFlow;

use askama::Template;
use chrono::{DateTime, Utc};

use super::speaker::span;
use super::{Layout, Link, write};
use crate::index::inventory::{self, CollectionStatus, FileRow, FilesWanted};
use crate::output::listings::rejections;
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::{asking, wording};

/// Rejected inputs on the page: more are read as a table.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "files.html")]
struct FilesPage {
    layout: Layout,
    /// When the last ingest ended, in words.
    ingested: Option<String>,
    collections: Vec<CollectionRow>,
    /// Of the collection that is looked at, where it is one of several.
    chosen: Option<String>,
    rejected: Vec<RejectedRow>,
    count: String,
    all: String,
    downloads: Vec<Link>,
}

struct CollectionRow {
    link: Link,
    inputs: String,
    articles: String,
    statements: String,
    published: String,
    /// What is not as it should be, in words.
    troubles: Vec<String>,
}

struct RejectedRow {
    collection: String,
    path: String,
    /// How much of it was read all the same.
    read: Option<String>,
    reasons: Vec<String>,
    more: Option<String>,
}

/// Answers `/files`.
pub fn files(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let chosen = asked.parameters.get("collection").map(str::to_owned);
    let status = inventory::status(&asked.opened.place).map_err(|error| asking::damaged(&error))?;
    if let Some(name) = chosen.as_ref().filter(|name| status.collections.iter().all(|known| known.name != **name)) {
        return Err(Problem::not_found(format!("no collection is called {name}")));
    }
    let of_chosen = |collection: &&CollectionStatus| chosen.as_ref().is_none_or(|name| *name == collection.name);
    let count: u64 = status.collections.iter().filter(of_chosen).map(|collection| collection.rejected).sum();
    let mut rejected = Vec::new();
    if count > 0 {
        let wanted = FilesWanted { rejected: true, collection: chosen.clone() };
        let listed = inventory::files(&asked.opened.place, &wanted, |file| {
            rejected.push(RejectedRow::new(file));
            if rejected.len() < LISTED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        listed.map_err(|error| asking::damaged(&error))?;
    }
    let of_files = match &chosen {
        Some(name) => Parameters::default().with("collection", name),
        None => Parameters::default(),
    };
    let table = |name: &str, parameters: &Parameters| {
        Link::new(name, parameters.with("format", "csv").address("/api/v1/files"))
    };
    let page = FilesPage {
        layout: Layout::new("Files · Dateline", "/files", asked),
        ingested: status.last_ingest.map(instant),
        collections: status.collections.iter().map(CollectionRow::new).collect(),
        rejected,
        count: wording::count(count, "file"),
        all: "/files".to_owned(),
        downloads: vec![table("every file", &of_files), table("rejected files", &of_files.with("rejected", "1"))],
        chosen,
    };
    write(&page, out)
}

impl CollectionRow {
    fn new(collection: &CollectionStatus) -> Self {
        let troubles = [
            (collection.rejected, "rejected"),
            (collection.unfinished, "unfinished"),
            (collection.outdated, "read by an older version"),
            (collection.undated, "without a date"),
        ];
        let told = |(count, what): (u64, &str)| (count > 0).then(|| format!("{} {what}", wording::number(count)));
        let address = Parameters::default().with("collection", &collection.name).address("/files");
        Self {
            link: Link::new(&collection.name, address),
            inputs: wording::number(collection.inputs),
            articles: wording::number(collection.articles),
            statements: wording::number(collection.statements),
            published: span(collection.first_day, collection.last_day),
            troubles: troubles.into_iter().filter_map(told).collect(),
        }
    }
}

impl RejectedRow {
    fn new(file: FileRow) -> Self {
        let more = file.rejected.saturating_sub(file.rejections.len() as u64);
        Self {
            reasons: rejections(&file),
            more: (more > 0).then(|| format!("and {} more", wording::number(more))),
            read: (file.articles > 0).then(|| format!("{} read", wording::count(file.articles, "article"))),
            collection: file.collection,
            path: file.path,
        }
    }
}

fn instant(at: DateTime<Utc>) -> String {
    format!("{}, {} UTC", wording::day(at.date_naive()), at.format("%H:%M"))
}
