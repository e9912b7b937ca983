//! Hits over time, and words over time.

use super::super::asking;
use super::super::dispatch::Asked;
use super::super::outgoing::Outgoing;
use super::super::problem::Problem;
use super::super::request;
use super::output;
use super::questions::refuse_unknown;
use super::{listings, no_place};
use crate::output::{JSON, Screen, timeline_records, trace_records};
use crate::search::{Request, Target};
use crate::timeline::{self, Options, Split, Unit};
use crate::trace;

/// Series of one answer.
const MOST_QUERIES: usize = 10;
pub const MOST_VALUES: usize = 50;

/// Answers `/api/v1/timeline`.
pub fn timeline(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/timeline")?;
    let parameters = &asked.parameters;
    let request = request::request(parameters, Target::Articles, asked.today)?;
    let mut requests: Vec<Request> =
        parameters.all("q").map(|query| Request { query: query.to_owned(), ..request.clone() }).collect();
    if requests.len() > MOST_QUERIES {
        return Err(Problem::bad_request(format!("more than {MOST_QUERIES} queries cannot be compared")));
    }
    if requests.is_empty() {
        requests.push(request);
    }
    let options = Options {
        unit: named(asked, "unit", &Unit::ALL, Unit::name)?,
        split: named(asked, "by", &Split::ALL, Split::field)?,
        most_values: request::whole_number(parameters, "top", 5, MOST_VALUES)?,
        shares: parameters.is_on("share"),
    };
    let timeline = timeline::timeline(&asked.archive, &requests, &options).map_err(asking::problem)?;
    let output = output(asked, JSON)?;
    let Some(write) = output.timeline else { return listings::write(asked, &timeline_records(&timeline), out) };
    out.content_type(output.media_type);
    write(out, &timeline, &Screen::PLAIN)?;
    Ok(())
}

/// Answers `/api/v1/trace`.
pub fn trace(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/trace")?;
    let text = asked.parameters.get("text").unwrap_or_default();
    let found = trace::trace(&asked.archive, text, asked.today).map_err(asking::problem)?;
    let Some(sightings) = found else {
        return Err(Problem::bad_request("two words are found by chance everywhere").hint("give three words or more"));
    };
    let output = output(asked, JSON)?;
    if output.records.is_none() {
        return Err(no_place(output));
    }
    let Some(write) = output.trace else { return listings::write(asked, &trace_records(&sightings), out) };
    out.content_type(output.media_type);
    write(out, &sightings, &Screen::PLAIN)?;
    Ok(())
}

/// Returns which of a family a parameter names.
fn named<T: Copy>(
    asked: &Asked,
    parameter: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, Problem> {
    let Some(wanted) = asked.parameters.get(parameter) else { return Ok(None) };
    let found = all.iter().find(|one| name(**one) == wanted).copied();
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        Problem::bad_request(format!("`{parameter}` cannot be `{wanted}`"))
            .hint(format!("give one of {}", names.join(", ")))
    })
}
