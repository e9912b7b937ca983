//! The tools: what each takes, and the JSON that it gives, which is the command line's.

use std::time::{Duration, Instant};

use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::schemars::JsonSchema;
use rmcp::{tool, tool_router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Tools;
use crate::index::StoredArticle;
use crate::output::{ArticleView, JSON, Records, Screen, listings, timeline_records, trace_records};
use crate::query::End;
use crate::search::{
    self, Archive, BadReference, Deadline, GroupBy, Reference, Referred, Request, SearchError, Since, Sort, Target,
};
use crate::timeline::{self, Split, Unit};
use crate::trace;

/// Longest time that a tool takes: clients give up after a minute.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
/// How long an answer waits for a new commit to be opened.
const NEW_COMMIT_WITHIN: Duration = Duration::from_secs(10);
/// Longest answer, in bytes: a few thousand words, which every model's window holds several times over.
const MOST_BYTES: usize = 64 << 10;
/// Bytes in which an answer tells how much was left out of it.
const LEFT_OUT_BYTES: usize = 40;
/// Characters of an article's body that are given at once, where its statements leave room for them.
const BODY_CHARS: usize = 20_000;
/// Characters of a body below which rather statements are left out.
const FEWEST_CHARS: usize = 1_000;
/// Longest error, in characters: it may hold the query.
const ERROR_CHARS: usize = 2_000;
const MOST_HITS: usize = 50;
const HITS: usize = 10;
/// Persons of whom a profile is given where a name means several.
const PERSONS: usize = 5;
/// Queries on one timeline.
const MOST_QUERIES: usize = 10;
/// Rows of one timeline.
const MOST_ROWS: usize = 500;
/// Words that set a speaker apart.
const TOPICS: usize = 15;

/// A question about statements or articles.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Question {
    /// Words, phrases, operators and fields, such as: treaty NEAR/5 talks speaker:varga confidence:>=0.9. May be empty
    /// where there are filters.
    #[serde(default)]
    query: String,
    /// Who said it: any part of a name.
    speaker: Option<String>,
    /// Who published it.
    outlet: Option<String>,
    /// First day of publication, as 2025-06-01 or 2025-06.
    since: Option<String>,
    /// Last day of publication.
    until: Option<String>,
    /// Whether any of the words may match, for questions in plain words.
    #[serde(default)]
    any: bool,
    /// The order: relevance, newest, oldest, or said (by the day a statement was made).
    sort: Option<String>,
    /// How many hits to give, up to 50; 10 where it is not said. With `group_by` it counts groups.
    limit: Option<usize>,
    /// How many hits, or groups, to pass over.
    #[serde(default)]
    offset: usize,
    /// Put the hits into groups by the values of a field, most hits first: speaker, role, outlet, location, kind, year.
    group_by: Option<String>,
    /// How many hits to give of each group, up to 10; 3 where it is not said.
    per_group: Option<usize>,
}

/// An article to read.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Reading {
    /// The id of an article, or of a statement in it, or a `reference`, as a hit shows it.
    id: String,
    /// The character of the body to begin with, where it was longer than one answer.
    #[serde(default)]
    from: usize,
}

/// A speaker to be told about.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Named {
    /// Any part of the name.
    name: String,
}

/// Questions to be counted over time.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct OverTime {
    /// One query or several, which are then compared; in the same language as elsewhere.
    queries: Vec<String>,
    /// Whether articles are counted rather than statements.
    #[serde(default)]
    articles: bool,
    /// What one row stands for: day, week, month, quarter or year; where it is not said, what gives few rows.
    unit: Option<String>,
    /// Split the hits by speaker, outlet or location.
    by: Option<String>,
}

/// Words to be followed.
#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Words {
    /// The words, three or more, as they were printed.
    text: String,
}

/// An answer, or why there is none in words that a model can act upon.
type Told = Result<Value, String>;

#[tool_router(router = router, vis = "pub(super)")]
impl Tools {
    /// Find what somebody said: statements with their words, speaker, role, day, confidence and citation
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn search_statements(&self, Parameters(question): Parameters<Question>) -> CallToolResult {
        self.tell(move |tools, archive| tools.search(archive, question, Target::Statements)).await
    }

    /// Find articles by their words, speakers, outlet, place and day, with the passages that match
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn search_articles(&self, Parameters(question): Parameters<Question>) -> CallToolResult {
        self.tell(move |tools, archive| tools.search(archive, question, Target::Articles)).await
    }

    /// Read an article, with every statement in it and who made it
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn get_article(&self, Parameters(reading): Parameters<Reading>) -> CallToolResult {
        self.tell(move |_, archive| article(archive, &reading)).await
    }

    /// Tell who somebody is: names, roles and offices with their days, favourite words, newest statements
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn speaker_profile(&self, Parameters(named): Parameters<Named>) -> CallToolResult {
        self.tell(move |tools, archive| tools.profile(archive, &named.name)).await
    }

    /// Count hits over time, to see when something was spoken of, and by whom
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn timeline(&self, Parameters(asked): Parameters<OverTime>) -> CallToolResult {
        self.tell(move |tools, archive| tools.over_time(archive, &asked)).await
    }

    /// Find where words first appeared, and every reprint and variant of them, oldest first
    #[tool(annotations(read_only_hint = true, open_world_hint = false))]
    async fn trace(&self, Parameters(words): Parameters<Words>) -> CallToolResult {
        self.tell(move |tools, archive| tools.traced(archive, &words.text)).await
    }
}

impl Tools {
    /// Answers from the last commit, on a thread that may block.
    async fn tell(&self, answer: impl FnOnce(&Self, &Archive) -> Told + Send + 'static) -> CallToolResult {
        let tools = self.clone();
        let told = tokio::task::spawn_blocking(move || {
            let (opened, _) = tools.library.last_commit(NEW_COMMIT_WITHIN);
            let archive = opened.archive.until(Deadline::within(ANSWERED_WITHIN));
            answer(&tools, &archive)
        });
        match told.await {
            Ok(Ok(value)) if !fits(&value, MOST_BYTES) => CallToolResult::error(vec![ContentBlock::text(format!(
                "the answer would be longer than {MOST_BYTES} bytes: ask for less, or with a shorter query"
            ))]),
            Ok(Ok(value)) => CallToolResult::success(vec![ContentBlock::text(value.to_string())]),
            Ok(Err(message)) => {
                let message: String = message.chars().take(ERROR_CHARS).collect();
                CallToolResult::error(vec![ContentBlock::text(message)])
            }
            Err(_) => CallToolResult::error(vec![ContentBlock::text(
                "the answer could not be made; dateline check tells whether the index is damaged",
            )]),
        }
    }

    fn search(&self, archive: &Archive, question: Question, target: Target) -> Told {
        let mut request = Request::new(question.query, (self.today)());
        request.target = target;
        request.any = question.any;
        request.offset = question.offset;
        let ends = [(End::Since.name(), question.since), (End::Until.name(), question.until)];
        let named = [("speaker", question.speaker), ("outlet", question.outlet)].into_iter().chain(ends);
        let named = named.filter_map(|(field, value)| Some((field.to_owned(), value?)));
        request.filters = named.filter(|(_, value)| !value.trim().is_empty()).collect();
        request.sort = match question.sort.as_deref() {
            None | Some("") => None,
            Some("relevance") => Some(Sort::Relevance),
            Some("newest") => Some(Sort::Newest),
            Some("oldest") => Some(Sort::Oldest),
            Some("said") => Some(Sort::Said),
            Some(other) => return Err(format!("sort cannot be {other}: give relevance, newest, oldest or said")),
        };
        let per_group = question.per_group.unwrap_or(GroupBy::HITS).min(HITS);
        let field = question.group_by.filter(|field| !field.is_empty());
        request.group = field.map(|field| GroupBy { field, hits: per_group });
        request.limit = Some(question.limit.unwrap_or(HITS).clamp(1, MOST_HITS));
        let mut answer = answer(archive, &request)?;
        if request.group.is_some() {
            // First fewer hits of each group, then fewer groups.
            let mut of_group = per_group;
            while !fits(&answer, MOST_BYTES) && of_group > 1 {
                of_group /= 2;
                for group in answer["groups"].as_array_mut().into_iter().flatten() {
                    truncate(group, "hits", of_group);
                }
            }
            shorten(&mut answer, "groups", MOST_BYTES);
        }
        shorten(&mut answer, "hits", MOST_BYTES);
        Ok(answer)
    }

    fn profile(&self, archive: &Archive, name: &str) -> Told {
        let found = search::speakers(archive, name, (self.today)()).map_err(|error| told(&error))?;
        let Some(person) = found.persons.first().filter(|_| found.are_named) else {
            return Err(format!("nobody in this archive is called {name}"));
        };
        let mut profile = rows(&listings::speakers(&found, PERSONS))?;
        shorten(&mut profile, "details", MOST_BYTES / 2);
        let mut request = Request::new("", (self.today)());
        request.target = Target::Statements;
        request.filters = vec![("speaker".to_owned(), person.name.clone())];
        request.sort = Some(Sort::Newest);
        request.limit = Some(HITS / 2);
        request.facets = vec!["outlet".to_owned()];
        request.terms = TOPICS;
        let mut statements = answer(archive, &request)?;
        // Some bytes are the brackets around both.
        shorten(&mut statements, "hits", MOST_BYTES / 2 - 100);
        Ok(json!({"profile": profile, "statements": statements}))
    }
}

impl Tools {
    fn over_time(&self, archive: &Archive, asked: &OverTime) -> Told {
        let target = if asked.articles { Target::Articles } else { Target::Statements };
        let request = |query: &String| Request { target, ..Request::new(query, (self.today)()) };
        let requests: Vec<Request> = asked.queries.iter().take(MOST_QUERIES).map(request).collect();
        let options = timeline::Options {
            unit: named(asked.unit.as_deref(), &Unit::ALL, Unit::name)?,
            split: named(asked.by.as_deref(), &Split::ALL, Split::field)?,
            most_values: HITS,
            shares: false,
        };
        let timeline = timeline::timeline(archive, &requests, &options).map_err(|error| told(&error))?;
        if timeline.starts.len() * timeline.series.len() > MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} rows: give a longer unit"));
        }
        rows(&timeline_records(&timeline))
    }

    fn traced(&self, archive: &Archive, text: &str) -> Told {
        let found = trace::trace(archive, text, (self.today)()).map_err(|error| told(&error))?;
        let Some(mut sightings) = found else { return Err("give three words or more".to_owned()) };
        let total = sightings.len();
        sightings.truncate(MOST_HITS);
        let mut answer = rows(&trace_records(&sightings))?;
        answer["total"] = total.into();
        for (row, sighting) in answer["sightings"].as_array_mut().into_iter().flatten().zip(&sightings) {
            let StoredArticle { article, hash, .. } = &sighting.article;
            row["reference"] = Reference::new(article, sighting.statement.as_ref(), *hash).to_string().into();
        }
        shorten(&mut answer, "sightings", MOST_BYTES);
        Ok(answer)
    }
}

/// Returns which of a family is named.
fn named<T: Copy>(wanted: Option<&str>, all: &[T], name: fn(T) -> &'static str) -> Result<Option<T>, String> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return Ok(None) };
    let found = all.iter().find(|one| name(**one) == wanted).copied();
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        format!("{wanted} is none of {}", names.join(", "))
    })
}

/// Returns the JSON of rows.
fn rows(records: &Records) -> Told {
    let write = JSON.records.ok_or("rows cannot be written")?;
    let mut text = Vec::new();
    write(&mut text, records, &Screen::PLAIN).map_err(|error| error.to_string())?;
    parsed(&text)
}

/// Returns an error with what to do about it.
fn told(error: &SearchError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

/// Returns the JSON of a question's answer.
fn answer(archive: &Archive, request: &Request) -> Told {
    let started = Instant::now();
    let page = search::search(archive, request).map_err(|error| told(&error))?;
    let mut text = Vec::new();
    let written = JSON.write_page(&mut text, request, &page, started.elapsed(), None, &Screen::PLAIN);
    written.map_err(|error| error.to_string())?;
    parsed(&text)
}

fn parsed(text: &[u8]) -> Told {
    serde_json::from_slice(text).map_err(|error| error.to_string())
}

/// Returns an article, or as much of it as one answer holds from a character on, with the statements that begin there.
fn article(archive: &Archive, reading: &Reading) -> Told {
    let reference: Reference = reading.id.parse().map_err(|error: BadReference| error.to_string())?;
    let found = search::refer(archive, &reference).map_err(|error| told(&error))?;
    let Some(Referred { article: stored, statements, since }) = found else {
        return Err(format!("no article has the id {}", reading.id));
    };
    let mut whole = serde_json::to_value(ArticleView::new(&stored.article, &statements)).map_err(|e| e.to_string())?;
    let reference = |statement| Value::from(Reference::new(&stored.article, statement, stored.hash).to_string());
    whole["reference"] = reference(None);
    for (row, statement) in whole["statements"].as_array_mut().into_iter().flatten().zip(&statements) {
        row["reference"] = reference(Some(statement));
    }
    if since == Since::Reworded {
        whole["reworded"] = "these are not the words that were cited".into();
    }
    let mut chars = BODY_CHARS;
    loop {
        let mut part = part_of(&whole, &stored.article.body, reading.from, chars);
        if !fits(&part, MOST_BYTES) && chars > FEWEST_CHARS {
            chars /= 2;
            continue;
        }
        shorten(&mut part, "statements", MOST_BYTES);
        return Ok(part);
    }
}

/// Returns an article with so many characters of its body, and the statements that begin among them.
fn part_of(whole: &Value, body: &str, from: usize, chars: usize) -> Value {
    let mut part = whole.clone();
    let length = body.chars().count();
    let end = from.saturating_add(chars).min(length);
    let begins_there = |statement: &Value| match statement["spans"][0][0].as_u64() {
        Some(start) if statement["field"] == "body" => (from as u64..end as u64).contains(&start),
        _ => from == 0,
    };
    if let Some(statements) = part["statements"].as_array_mut() {
        statements.retain(begins_there);
    }
    part["body"] = body.chars().skip(from).take(chars).collect::<String>().into();
    part["body_from"] = from.into();
    part["body_length"] = length.into();
    if end < length {
        part["continue_from"] = end.into();
    }
    part
}

fn fits(answer: &Value, bytes: usize) -> bool {
    answer.to_string().len() <= bytes
}

/// Leaves the last of a list out until the answer is short enough: fewer things with their whole words rather than many
/// cut ones. How many were left out is told beside.
fn shorten(answer: &mut Value, list: &str, bytes: usize) {
    let Some(rows) = answer[list].as_array().filter(|_| !fits(answer, bytes)) else { return };
    let sizes: Vec<usize> = rows.iter().map(|row| row.to_string().len() + 1).collect();
    let beside = answer.to_string().len() - sizes.iter().sum::<usize>() + LEFT_OUT_BYTES;
    let mut left = bytes.saturating_sub(beside);
    let fitting = sizes.iter().take_while(|size| {
        let fits = **size <= left;
        left = left.saturating_sub(**size);
        fits
    });
    let fitting = fitting.count();
    truncate(answer, list, fitting);
}

/// Keeps the first of a list, and tells how many were left out.
fn truncate(answer: &mut Value, list: &str, kept: usize) {
    let before = answer["left_out"].as_u64().unwrap_or_default();
    let Some(rows) = answer[list].as_array_mut().filter(|rows| rows.len() > kept) else { return };
    let left_out = before + (rows.len() - kept) as u64;
    rows.truncate(kept);
    answer["left_out"] = left_out.into();
}
