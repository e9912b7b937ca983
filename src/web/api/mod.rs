//! In: a question of a program. Out: what the command line prints for the same question, byte for byte but for the
//! time it took.
//!
//! `ENDPOINTS` is the one list of paths; the router, the description in OpenAPI and the page about it are made from it.

mod history;
mod listings;
mod openapi;
mod questions;

pub use questions::answer;

use super::dispatch::{Asked, For, Route};
use super::outgoing::Outgoing;
use super::problem::Problem;
use super::request::{Parameter, Takes, parameter, required};
use super::work::Length;
use crate::output::{JSON, OUTPUTS, Output, listings as columns};
use crate::timeline::{Split, Unit};

/// One path of the API.
pub struct Endpoint {
    pub route: Route,
    pub summary: &'static str,
    /// Whether it reads a question: `request::PARAMETERS`, and a filter for each field.
    pub asks: bool,
    /// What it reads besides.
    pub parameters: &'static [Parameter],
    /// What the open segment of the path is.
    pub segment: Option<Parameter>,
    pub answer: AnswerShape,
}

impl AnswerShape {
    /// Returns the forms that have a place for the answer.
    fn forms(self) -> impl Iterator<Item = &'static Output> {
        OUTPUTS.iter().copied().filter(move |output| match self {
            Self::Hits | Self::Article => true,
            Self::Rows(..) => output.records.is_some(),
            Self::Description => output.name == JSON.name,
        })
    }
}

/// What an answer looks like in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerShape {
    /// Hits with their head, or in another form.
    Hits,
    /// One article with its statements, or its citation.
    Article,
    /// Rows under a name, with these columns.
    Rows(&'static str, &'static [&'static str]),
    /// The description itself.
    Description,
}

const fn route(path: &'static str, length: Length, answer: fn(&Asked, &mut Outgoing) -> Result<(), Problem>) -> Route {
    Route { path, answers: For::Programs, length, is_of_commit: true, answer }
}

const FORMAT: Parameter =
    parameter("format", "form of the answer, as --format of the command line takes it", "jsonl").taking(Takes::Form);
const LIMIT: Parameter =
    parameter("limit", "most hits to give, up to 1000", "20").taking(Takes::UpTo(questions::MOST_HITS));
const OFFSET: Parameter = parameter("offset", "hits to pass over before the first, up to 10000", "20")
    .taking(Takes::UpTo(questions::DEEPEST));
const FACET: Parameter = parameter("facet", "fields whose values are counted over all hits", "speaker,outlet");
const GROUP_BY: Parameter = parameter(
    "group_by",
    "field by whose values the hits stand in groups, most hits first; `limit` and `offset`, where there are any, then \
     count groups",
    "speaker",
);
const PER_GROUP: Parameter = parameter(
    "per_group",
    "hits to give of each group, up to 100, of all groups together up to 1000; where it is not said 3, in an export all",
    "3",
)
.taking(Takes::UpTo(questions::MOST_HITS_OF_GROUP));
const TERMS: Parameter = parameter("terms", "how many words to give that set the hits apart, up to 100", "10")
    .taking(Takes::UpTo(questions::MOST_TERMS));
const EXPLAIN: Parameter = parameter("explain", "whether each hit says why it scored", "1").taking(Takes::Switch);

/// Every path, in the order in which the description tells of them.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        route: route("/api/v1/query", Length::Bounded, questions::query),
        summary: "Find statements or articles",
        asks: true,
        parameters: &[LIMIT, OFFSET, GROUP_BY, PER_GROUP, FACET, TERMS, EXPLAIN, FORMAT],
        segment: None,
        answer: AnswerShape::Hits,
    },
    Endpoint {
        route: route("/api/v1/export", Length::Download, questions::export),
        summary: "Keep all hits of a question as a file",
        asks: true,
        parameters: &[GROUP_BY, PER_GROUP, FORMAT],
        segment: None,
        answer: AnswerShape::Hits,
    },
    Endpoint {
        route: route("/api/v1/facets", Length::Bounded, questions::facets),
        summary: "Count the values of fields over all hits",
        asks: true,
        parameters: &[required(FACET.name, FACET.help, FACET.example)],
        segment: None,
        answer: AnswerShape::Hits,
    },
    Endpoint {
        route: route("/api/v1/terms", Length::Bounded, questions::terms),
        summary: "Tell which words set the hits apart from the archive",
        asks: true,
        parameters: &[TERMS],
        segment: None,
        answer: AnswerShape::Hits,
    },
    Endpoint {
        route: route("/api/v1/show/{id}", Length::Bounded, questions::show),
        summary: "Give an article or a statement whole, or its citation",
        asks: false,
        parameters: &[FORMAT],
        segment: Some(required(
            "id",
            "id of an article or a statement, or its permanent reference; the header `Dateline-Reference` says whether \
             what is shown is as cited, moved or reworded",
            "5f1c0a9b3d2e4477",
        )),
        answer: AnswerShape::Article,
    },
    Endpoint {
        route: route("/api/v1/speakers", Length::Bounded, listings::speakers),
        summary: "Tell who speaks, how often, under which names and roles",
        asks: false,
        parameters: &[
            parameter("name", "words that a name holds, or a query for statements", "varga"),
            parameter("limit", "most speakers to give, up to 1000", "50").taking(Takes::UpTo(listings::MOST_SPEAKERS)),
            FORMAT,
        ],
        segment: None,
        answer: AnswerShape::Rows("speakers", columns::SPEAKER_COLUMNS),
    },
    Endpoint {
        route: route("/api/v1/timeline", Length::Bounded, history::timeline),
        summary: "Count hits by day, week, month, quarter or year; several `q` are compared",
        asks: true,
        parameters: &[
            parameter("unit", "what one row stands for: day, week, month, quarter or year", "month")
                .taking(Takes::OneOf(|| Unit::ALL.map(Unit::name).into())),
            parameter("by", "split the hits by speaker, outlet or location", "outlet")
                .taking(Takes::OneOf(|| Split::ALL.map(Split::field).into())),
            parameter("top", "values of the field that splits, up to 50", "5")
                .taking(Takes::UpTo(history::MOST_VALUES)),
            parameter("share", "whether the share of all articles or statements is told", "1").taking(Takes::Switch),
            FORMAT,
        ],
        segment: None,
        answer: AnswerShape::Rows("timeline", &[]),
    },
    Endpoint {
        route: route("/api/v1/trace", Length::Bounded, history::trace),
        summary: "Tell where words first appeared, and every reprint and variant, oldest first",
        asks: false,
        parameters: &[required("text", "the words; three at least", "the passage belongs to the world"), FORMAT],
        segment: None,
        answer: AnswerShape::Rows("sightings", &[]),
    },
    Endpoint {
        route: route("/api/v1/files", Length::Download, listings::files),
        summary: "List the inputs, what became of each, and why any was rejected",
        asks: false,
        parameters: &[
            parameter("collection", "only the inputs of this collection", "news"),
            parameter("rejected", "only inputs of which something was rejected", "1").taking(Takes::Switch),
            FORMAT,
        ],
        segment: None,
        answer: AnswerShape::Rows("files", columns::FILE_COLUMNS),
    },
    Endpoint {
        route: route("/api/v1/status", Length::Bounded, listings::status),
        summary: "Tell of collections, counts, the span of dates, the last ingest and the size",
        asks: false,
        parameters: &[FORMAT],
        segment: None,
        answer: AnswerShape::Rows("collections", columns::STATUS_COLUMNS),
    },
    Endpoint {
        route: route("/api/v1/openapi.json", Length::Bounded, openapi::description),
        summary: "Describe this API",
        asks: false,
        parameters: &[],
        segment: None,
        answer: AnswerShape::Description,
    },
];

/// Returns the form of output that is asked for.
fn output(asked: &Asked, otherwise: &'static Output) -> Result<&'static Output, Problem> {
    let Some(name) = asked.parameters.get("format") else { return Ok(otherwise) };
    let known = OUTPUTS.iter().find(|output| output.name == name).copied();
    known.ok_or_else(|| {
        let names: Vec<&str> = OUTPUTS.iter().map(|output| output.name).collect();
        Problem::bad_request(format!("`format` cannot be `{name}`")).hint(format!("give one of {}", names.join(", ")))
    })
}

/// Returns the problem that a form has no place for what is asked.
fn no_place(output: &Output) -> Problem {
    Problem::bad_request(format!("this cannot be written as {}", output.name)).hint("give format=json")
}
