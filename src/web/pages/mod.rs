//! In: a question in an address. Out: a page that works without scripts; every text in it is escaped by its template.

mod api;
mod article;
mod chart;
mod cite;
mod compare;
mod files;
mod help;
mod hits;
mod home;
mod saved;
mod search;
mod speaker;
mod trace;

use std::io::Write;

use askama::Template;

use super::assets::ADDRESSES;
use super::dispatch::{Asked, For, Route};
use super::outgoing::Outgoing;
use super::problem::Problem;
use super::wording;
use super::work::Length;
use crate::search::Target;

const fn page(path: &'static str, answer: fn(&Asked, &mut Outgoing) -> Result<(), Problem>) -> Route {
    Route { path, answers: For::People, length: Length::Bounded, is_of_commit: true, answer }
}

/// Every page.
pub const ROUTES: &[Route] = &[
    page("/", search::search),
    page("/article/{id}", article::article),
    page("/statement/{id}", article::statement),
    page("/cite/{id}", cite::cite),
    page("/speakers", speaker::speakers),
    page("/speaker/{name}", speaker::speaker),
    page("/compare", compare::compare),
    page("/trace", trace::trace),
    page("/api", api::api),
    page("/saved", saved::saved),
    page("/files", files::files),
    page("/help", help::help),
];

/// What stands above and below every page.
struct Layout {
    title: String,
    style: &'static str,
    script: &'static str,
    icon: &'static str,
    /// Of the question on the page.
    feed: Option<String>,
    /// Path of the section that the page belongs to.
    section: &'static str,
    /// The archive in one line.
    archive: String,
}

/// A link above every page.
struct Section {
    address: &'static str,
    name: &'static str,
    is_current: bool,
}

const SECTIONS: &[(&str, &str)] = &[
    ("/speakers", "Speakers"),
    ("/compare", "Compare"),
    ("/trace", "Trace"),
    ("/saved", "Saved"),
    ("/files", "Files"),
    ("/api", "API"),
    ("/help", "Help"),
];

impl Layout {
    fn new(title: impl Into<String>, section: &'static str, asked: &Asked) -> Self {
        let archive = &asked.archive;
        let articles = wording::count(archive.documents(Target::Articles), "article");
        let statements = wording::count(archive.documents(Target::Statements), "statement");
        Self { archive: format!("{articles} and {statements} in this archive."), ..Self::bare(title, section) }
    }

    /// Makes the layout of a page that knows nothing of the archive.
    fn bare(title: impl Into<String>, section: &'static str) -> Self {
        let addresses = &*ADDRESSES;
        Self {
            title: title.into(),
            style: &addresses.style,
            script: &addresses.script,
            icon: &addresses.icon,
            feed: None,
            section,
            archive: String::new(),
        }
    }

    fn sections(&self) -> impl Iterator<Item = Section> {
        SECTIONS.iter().map(|&(address, name)| Section { address, name, is_current: address == self.section })
    }
}

/// A link with its text.
struct Link {
    name: String,
    address: String,
}

impl Link {
    fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { name: name.into(), address: address.into() }
    }
}

/// Writes a page.
fn write(page: &impl Template, out: &mut Outgoing) -> Result<(), Problem> {
    out.content_type("text/html; charset=utf-8");
    let text = page.render().map_err(|error| Problem::failed(&error))?;
    out.write_all(text.as_bytes())?;
    Ok(())
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    layout: Layout,
    problem: &'a Problem,
}

/// Returns the page that says why there is no other.
pub fn problem(problem: &Problem) -> String {
    let page = ProblemPage { layout: Layout::bare(format!("{} · Dateline", problem.title()), ""), problem };
    // A template fails only where its writer does, and a text in memory never does.
    page.render().unwrap_or_else(|_| problem.detail.clone())
}
