//! Questions, and the hits that answer them.

use std::time::Instant;

use axum::http::header::{HeaderName, HeaderValue};

use super::super::dispatch::Asked;
use super::super::outgoing::Outgoing;
use super::super::problem::Problem;
use super::super::{asking, request};
use super::{ENDPOINTS, output};
use crate::output::{CSV, JSON, Output, Screen};
use crate::search::{GroupBy, Hit, Referred, Request, Since, Target};

/// Most hits of one answer; more is an export.
pub const MOST_HITS: usize = 1000;
/// Deepest page: past it an answer costs as much as an export, again and again.
pub const DEEPEST: usize = 10_000;
/// Most hits of one group.
pub const MOST_HITS_OF_GROUP: usize = 100;
pub const MOST_TERMS: usize = 100;
/// Words that `/terms` gives where nobody says how many.
const TERMS: usize = 20;

/// Answers `/api/v1/query`.
pub fn query(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let mut request = question(asked, "/api/v1/query")?;
    request.limit = Some(request::whole_number(&asked.parameters, "limit", 10, MOST_HITS)?);
    request.offset = request::whole_number(&asked.parameters, "offset", 0, DEEPEST)?;
    request.group = group(asked, request.limit)?;
    request.facets = fields(asked);
    request.terms = request::whole_number(&asked.parameters, "terms", 0, MOST_TERMS)?;
    request.explain = asked.parameters.is_on("explain");
    answer(asked, &request, output(asked, JSON)?, out)
}

/// Answers `/api/v1/export`: all hits, as they are read.
pub fn export(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let mut request = question(asked, "/api/v1/export")?;
    request.limit = None;
    request.group = group(asked, None)?;
    let output = output(asked, CSV)?;
    out.save_as(&format!("dateline.{}", output.extension));
    answer(asked, &request, output, out)
}

/// Answers `/api/v1/facets`.
pub fn facets(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let mut request = question(asked, "/api/v1/facets")?;
    request.limit = Some(0);
    request.facets = fields(asked);
    if request.facets.is_empty() {
        return Err(Problem::bad_request("no field is named").hint("give facet=speaker,outlet"));
    }
    answer(asked, &request, JSON, out)
}

/// Answers `/api/v1/terms`.
pub fn terms(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let mut request = question(asked, "/api/v1/terms")?;
    request.limit = Some(0);
    request.terms = request::whole_number(&asked.parameters, "terms", TERMS, MOST_TERMS)?;
    answer(asked, &request, JSON, out)
}

/// Tells whether what is shown is what was cited, has moved, or was reworded since.
const REFERENCE_IS: HeaderName = HeaderName::from_static("dateline-reference");

/// Answers `/api/v1/show/ID`, where a permanent reference may stand for the id.
pub fn show(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/show/{id}")?;
    let output = output(asked, JSON)?;
    let (Referred { article: stored, mut statements, since }, statement) = asking::referred(asked, asked.segment())?;
    if let Some(wanted) = statement {
        statements.retain(|statement| statement.id == wanted);
    }
    // What the command line says of a reference beside its answer.
    let told = match since {
        Since::AsCited => "as-cited",
        Since::Moved => "moved",
        Since::Reworded => "reworded",
    };
    out.header(REFERENCE_IS, HeaderValue::from_static(told));
    out.content_type(output.media_type);
    if let Some(write) = output.article {
        write(out, &stored.article, &statements, &Screen::PLAIN)?;
        return Ok(());
    }
    // What is written hit by hit can cite one hit that nobody searched for.
    let hit = Hit::alone(stored, statement.and_then(|_| statements.pop()));
    let page = asking::page(asked, &hit.as_request(asked.today))?;
    output.write_named(out, hit, &page, asked.site.as_deref(), &Screen::PLAIN)?;
    Ok(())
}

/// Answers a question in a form.
pub fn answer(asked: &Asked, request: &Request, output: &Output, out: &mut Outgoing) -> Result<(), Problem> {
    let started = Instant::now();
    let page = asking::page(asked, request)?;
    out.content_type(output.media_type);
    output.write_page(out, request, &page, started.elapsed(), asked.site.as_deref(), &Screen::PLAIN)?;
    Ok(())
}

/// Returns how the hits are grouped, where `groups` of them are given: with no bound all of them, each with all its
/// hits unless fewer are asked for.
fn group(asked: &Asked, groups: Option<usize>) -> Result<Option<GroupBy>, Problem> {
    let otherwise = if groups.is_some() { GroupBy::HITS } else { usize::MAX };
    let hits = request::whole_number(&asked.parameters, "per_group", otherwise, MOST_HITS_OF_GROUP)?;
    let Some(field) = asked.parameters.get("group_by") else {
        return match asked.parameters.get("per_group") {
            Some(_) => Err(Problem::bad_request("`per_group` needs `group_by`").hint("give group_by=speaker")),
            None => Ok(None),
        };
    };
    if groups.is_some_and(|groups| groups.saturating_mul(hits) > MOST_HITS) {
        let message = format!("`limit` groups of `per_group` hits are more than {MOST_HITS} hits");
        return Err(Problem::bad_request(message).hint("give fewer of either"));
    }
    Ok(Some(GroupBy { field: field.to_owned(), hits }))
}

fn question(asked: &Asked, path: &str) -> Result<Request, Problem> {
    refuse_unknown(asked, path)?;
    // As on the command line, articles where nobody says otherwise.
    request::request(&asked.parameters, Target::Articles, asked.today)
}

/// Refuses parameters that the endpoint at `path` does not read.
pub fn refuse_unknown(asked: &Asked, path: &str) -> Result<(), Problem> {
    let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| endpoint.route.path == path) else { return Ok(()) };
    let own: Vec<&str> = endpoint.parameters.iter().map(|parameter| parameter.name).collect();
    request::refuse_unknown(&asked.parameters, endpoint.asks, &own)
}

/// Returns the fields named by `facet`, apart or with commas.
fn fields(asked: &Asked) -> Vec<String> {
    let named = asked.parameters.all("facet").flat_map(|names| names.split(','));
    named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
