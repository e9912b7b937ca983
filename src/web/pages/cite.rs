//! The page that says how to cite a statement: its words, whose they are, where they stand, and files for reference
//! managers.

use askama::Template;

use super::article::citation;
use super::hits::{SaidItem, anchor, article_address};
use super::{Layout, Link, write};
use crate::output::{BIBTEX, CSL_JSON, CSV, JSON, Output, RIS, statement_id};
use crate::search::{Reference, Referred};
use crate::web::asking;
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "cite.html")]
struct CitePage {
    layout: Layout,
    said: SaidItem,
    /// Where the words stand in the article.
    address: String,
    citation: Vec<String>,
    reference: String,
    downloads: Vec<Link>,
}

/// Answers `/cite/ID`, where `ID` is that of a statement.
pub fn cite(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let (Referred { article: stored, statements, .. }, meant) = asking::referred(asked, asked.segment())?;
    let Some(statement) = meant.and_then(|meant| statements.iter().find(|statement| statement.id == meant)) else {
        return Err(Problem::not_found("this is the id of an article")
            .hint("how to cite an article stands below it; a statement's id has a dot in it"));
    };
    let article = &stored.article;
    let headline = article.headline.as_deref().unwrap_or(&article.path);
    let id = statement_id(article.id, statement.id);
    let page = CitePage {
        layout: Layout::new(format!("Cite: {headline} · Dateline"), "", asked),
        said: SaidItem::new(article, statement, &[]),
        address: format!("{}#{}", article_address(article), anchor(statement.id)),
        citation: citation(article, headline),
        reference: Reference::new(article, Some(statement), stored.hash).to_string(),
        downloads: downloads(&id),
    };
    write(&page, out)
}

/// Returns the files in which an article or a statement can be kept.
pub fn downloads(id: &str) -> Vec<Link> {
    let as_file = |output: &Output| Link::new(output.name, format!("/api/v1/show/{id}?format={}", output.name));
    [JSON, CSV, BIBTEX, RIS, CSL_JSON].map(as_file).into()
}
