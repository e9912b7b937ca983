//! The page of a question: hits, what they have in common, and how they lie over time.

use askama::Template;

use super::chart::Chart;
use super::hits::HitItem;
use super::{Layout, Link, home, write};
use crate::output::{ATOM, OUTPUTS};
use crate::search::{Facet, Missing, Page, Reference, Request, Sort, Target};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::{Parameters, segment};
use crate::web::problem::{Pointed, Problem};
use crate::web::runs::{self, Run};
use crate::web::{asking, request, wording};

/// Hits of one page.
const HITS: usize = 20;
/// Pages past this one would cost more to count than anybody reads.
const MOST_PAGES: usize = 500;
/// Values of one facet.
const VALUES: usize = 8;

/// What the results are counted by, with the name over the counts.
const FACETS: &[(&str, &str)] = &[
    ("speaker", "Speaker"),
    ("role", "Role"),
    ("outlet", "Outlet"),
    ("location", "Place"),
    ("year", "Year"),
    ("kind", "Kind"),
    ("language", "Language"),
];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    layout: Layout,
    form: Form,
    mistake: Option<Mistake>,
    dropped: Vec<Vec<Run>>,
    tabs: Vec<Choice>,
    sorts: Vec<Choice>,
    count: String,
    chips: Vec<Link>,
    chart: Option<Chart>,
    missing: Vec<MissingLine>,
    /// Where nothing passes the filters: the same question without them.
    unfiltered: Option<String>,
    first_rank: usize,
    hits: Vec<HitItem>,
    previous: Option<String>,
    next: Option<String>,
    facets: Vec<FacetBox>,
    downloads: Vec<Download>,
}

/// The box in which a query is typed.
pub struct Form {
    pub query: String,
    pub placeholder: &'static str,
    pub has_focus: bool,
    /// What a new query keeps of the old question.
    pub kept: Vec<(String, String)>,
}

/// One of several ways to look at the results.
struct Choice {
    name: &'static str,
    address: String,
    is_current: bool,
}

/// Why a query was not understood.
struct Mistake {
    detail: Vec<Run>,
    hint: Vec<Run>,
    pointed: Option<Pointed>,
}

impl Mistake {
    fn new(problem: Problem) -> Self {
        Self {
            detail: runs::prose(&problem.sentence()),
            hint: runs::prose(problem.hint.as_deref().unwrap_or_default()),
            pointed: problem.pointed,
        }
    }

    fn parts(&self) -> Option<(&str, &str, &str)> {
        self.pointed.as_ref().map(Pointed::parts)
    }
}

/// A part of the query that found nothing, and what was probably meant.
struct MissingLine {
    text: String,
    meant: Vec<Link>,
}

/// The values of one field among the hits.
struct FacetBox {
    title: &'static str,
    values: Vec<FacetValue>,
}

struct FacetValue {
    name: String,
    count: String,
    address: String,
}

/// A form in which the hits can be kept.
struct Download {
    name: &'static str,
    help: &'static str,
    address: String,
}

/// Answers `/`.
pub fn search(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let parameters = &asked.parameters;
    if !request::asks(parameters) {
        return home::home(asked, out);
    }
    // Whoever has a citation puts it where everything is put.
    if let Some(cited) = parameters.get("q").filter(|query| query.starts_with("dateline:"))
        && cited.parse::<Reference>().is_ok()
    {
        out.see(&format!("/statement/{}", segment(cited)));
        return Ok(());
    }
    let mut request = request::request(parameters, Target::Statements, asked.today)?;
    let number = request::whole_number(parameters, "page", 1, MOST_PAGES)?.max(1);
    request.lenient = true;
    request.offset = (number - 1) * HITS;
    request.limit = Some(HITS);
    request.facets = FACETS.iter().map(|(field, _)| (*field).to_owned()).collect();
    let mut page = SearchPage::blank(asked, &request);
    match asking::page(asked, &request) {
        Ok(found) => page.fill(asked, &request, number, &found)?,
        Err(problem) if problem.pointed.is_some() => {
            out.status(problem.status);
            page.mistake = Some(Mistake::new(problem));
        }
        Err(problem) => return Err(problem),
    }
    write(&page, out)
}

impl SearchPage {
    fn blank(asked: &Asked, request: &Request) -> Self {
        let parameters = &asked.parameters;
        let is_current = |target| request.target == target;
        let title = if request.query.is_empty() { "Results" } else { &request.query };
        let fresh = parameters.without("page");
        let tab = |name, value, target| Choice {
            name,
            address: fresh.without("sort").setting("target", value).address("/"),
            is_current: is_current(target),
        };
        let mut layout = Layout::new(format!("{title} · Dateline"), "/", asked);
        layout.feed = Some(fresh.without("sort").address("/feed"));
        let kept = fresh.keeping(|name, _| name != "q" && name != "sort");
        Self {
            layout,
            form: Form {
                query: request.query.clone(),
                placeholder: "",
                has_focus: false,
                kept: kept.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            },
            mistake: None,
            dropped: Vec::new(),
            tabs: vec![
                tab("Statements", "statements", Target::Statements),
                tab("Articles", "articles", Target::Articles),
            ],
            sorts: Vec::new(),
            count: "No result".to_owned(),
            chips: chips(&fresh),
            chart: None,
            missing: Vec::new(),
            unfiltered: None,
            first_rank: request.offset + 1,
            hits: Vec::new(),
            previous: None,
            next: None,
            facets: Vec::new(),
            downloads: Vec::new(),
        }
    }

    fn fill(&mut self, asked: &Asked, request: &Request, number: usize, found: &Page<'_>) -> Result<(), Problem> {
        let parameters = &asked.parameters;
        let fresh = parameters.without("page");
        for hit in found.hits() {
            self.hits.push(HitItem::new(&hit.map_err(asking::problem)?, parameters));
        }
        let noun = noun(request.target);
        if found.total > 0 {
            self.count = wording::count(found.total, noun);
            self.sorts = sorts(&fresh, request);
            self.downloads = downloads(&fresh, request.target);
        } else if !self.chips.is_empty() {
            self.unfiltered = Some(fresh.keeping(|name, _| !is_narrowing(name)).address("/"));
        }
        self.dropped = found.dropped.iter().map(|dropped| runs::prose(dropped)).collect();
        self.missing = found.diagnosis.iter().map(|missing| MissingLine::new(missing, request, &fresh)).collect();
        self.facets = found.facets.iter().filter_map(|facet| FacetBox::new(facet, &fresh)).collect();
        if number > 1 {
            self.previous = Some(parameters.setting("page", (number - 1).to_string()).address("/"));
        }
        if self.hits.len() == HITS && number < MOST_PAGES && (request.offset + HITS) < found.total as usize {
            self.next = Some(parameters.setting("page", (number + 1).to_string()).address("/"));
        }
        let timeline = asking::timeline(asked, std::slice::from_ref(request), None)?;
        let days_of = |_: usize, days: &str| fresh.setting("date", days).address("/");
        let title = format!("{} by {}", plural(request.target), timeline.unit.name());
        // One bar would say no more than the number of hits.
        self.chart = Chart::new(title, &timeline, noun, days_of).filter(|_| timeline.starts.len() > 1);
        Ok(())
    }
}

/// Returns what one hit is called.
pub fn noun(target: Target) -> &'static str {
    match target {
        Target::Articles => "article",
        Target::Statements => "statement",
    }
}

/// Returns what several hits are called, at the start of a sentence.
pub fn plural(target: Target) -> &'static str {
    match target {
        Target::Articles => "Articles",
        Target::Statements => "Statements",
    }
}

fn sorts(fresh: &Parameters, request: &Request) -> Vec<Choice> {
    let names: &[(Sort, &str)] = match request.target {
        Target::Articles => &[(Sort::Relevance, "Best"), (Sort::Newest, "Newest"), (Sort::Oldest, "Oldest")],
        Target::Statements => &[
            (Sort::Relevance, "Best"),
            (Sort::Newest, "Newest"),
            (Sort::Oldest, "Oldest"),
            (Sort::Said, "As they were said"),
        ],
    };
    let current = request.sort.unwrap_or(if request.query.is_empty() { Sort::Newest } else { Sort::Relevance });
    let choice = |&(sort, name): &(Sort, &'static str)| Choice {
        name,
        address: fresh.setting("sort", request::sort_name(sort)).address("/"),
        is_current: sort == current,
    };
    names.iter().map(choice).collect()
}

fn is_narrowing(name: &str) -> bool {
    request::is_filter(name) || matches!(name, "since" | "until" | "on")
}

/// Returns the filters in force, each with the address that lets it go.
fn chips(fresh: &Parameters) -> Vec<Link> {
    fresh
        .pairs()
        .filter(|(name, _)| is_narrowing(name))
        .map(|(name, value)| {
            let without = fresh.keeping(|known, other| (known, other) != (name, value));
            Link::new(format!("{name}: {value}"), without.address("/"))
        })
        .collect()
}

/// Returns the ways to keep all hits, one for each form of output that is not for reading.
fn downloads(fresh: &Parameters, target: Target) -> Vec<Download> {
    let files = OUTPUTS.iter().filter(|output| !output.is_for_people && output.name != ATOM.name);
    // Programs are given articles where they do not say what they want.
    let whole = fresh.setting("target", request::target_name(target));
    let as_file = |name: &str| whole.with("format", name).address("/api/v1/export");
    let feed = Download { name: ATOM.name, help: ATOM.help, address: fresh.without("sort").address("/feed") };
    let as_files = files.map(|output| Download { name: output.name, help: output.help, address: as_file(output.name) });
    as_files.chain([feed]).collect()
}

impl MissingLine {
    fn new(missing: &Missing, request: &Request, fresh: &Parameters) -> Self {
        let instead = |meant: &String| {
            let query = match &missing.span {
                Some(span) if request.query.get(span.clone()).is_some() => {
                    format!("{}{meant}{}", &request.query[..span.start], &request.query[span.end..])
                }
                _ => meant.clone(),
            };
            Link::new(meant, fresh.setting("q", query).address("/"))
        };
        Self {
            text: format!("Nothing has “{}”.", missing.word), meant: missing.meant.iter().map(instead).collect()
        }
    }
}

impl FacetBox {
    fn new(facet: &Facet, fresh: &Parameters) -> Option<Self> {
        let (_, title) = FACETS.iter().find(|(field, _)| *field == facet.field)?;
        // A year is a span of days.
        let field = if facet.field == "year" { "date" } else { &facet.field };
        let is_chosen = |value: &str| fresh.all(field).any(|chosen| chosen == value);
        let values: Vec<FacetValue> = facet
            .counts
            .iter()
            .filter(|(value, _)| !is_chosen(value))
            .take(VALUES)
            .map(|(value, count)| FacetValue {
                name: wording::value(field, value),
                count: wording::number(*count),
                address: fresh.setting(field, value).address("/"),
            })
            .collect();
        (!values.is_empty()).then_some(Self { title, values })
    }
}
