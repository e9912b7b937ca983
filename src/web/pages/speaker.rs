//! The pages of speakers: a list of all, and for each their names, roles over time, words, company and outlets.

use askama::Template;
use chrono::NaiveDate;

use super::chart::Chart;
use super::hits::{HitItem, speaker_address};
use super::{Layout, Link, write};
use crate::search::{Facet, Request, Sort, Target};
use crate::speaker::{HeldOffice, NameUse, Person, RoleUse};
use crate::timeline::Unit;
use crate::web::dispatch::Asked;
use crate::web::names::folded;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::{asking, wording};

/// Speakers of one list: more would be looked for by name.
const LISTED: usize = 200;
/// Newest statements on a speaker's page.
const NEWEST: usize = 5;
/// Words that set a speaker apart.
const TOPICS: usize = 16;
/// Rows of one table: those after them were used once or twice.
const USES: usize = 20;
/// Values of one panel.
const VALUES: usize = 10;

#[derive(Template)]
#[template(path = "speakers.html")]
struct SpeakersPage {
    layout: Layout,
    query: String,
    count: String,
    rows: Vec<SpeakerRow>,
}

struct SpeakerRow {
    link: Link,
    role: Option<String>,
    statements: String,
    span: String,
}

/// Answers `/speakers`.
pub fn speakers(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let query = asked.parameters.get("q").unwrap_or_default();
    let wanted = folded(query);
    let is_meant = |person: &&Person| {
        wanted.is_empty() || person.names.iter().any(|used| folded(&used.name).contains(wanted.as_str()))
    };
    let persons: Vec<&Person> = asked.persons()?.iter().filter(is_meant).collect();
    let row = |person: &&Person| SpeakerRow {
        link: Link::new(&person.name, speaker_address(&person.name)),
        role: person.roles.first().map(|used| used.role.clone()),
        statements: wording::number(person.count),
        span: span(person.first_day(), person.last_day()),
    };
    let page = SpeakersPage {
        layout: Layout::new("Speakers · Dateline", "/speakers", asked),
        query: query.to_owned(),
        count: wording::count(persons.len() as u64, "speaker"),
        rows: persons.iter().take(LISTED).map(row).collect(),
    };
    write(&page, out)
}

#[derive(Template)]
#[template(path = "speaker.html")]
struct SpeakerPage {
    layout: Layout,
    name: String,
    role: Option<String>,
    count: String,
    all: String,
    compare: String,
    chart: Option<Chart>,
    uses: Vec<Uses>,
    panels: Vec<Panel>,
    hits: Vec<HitItem>,
}

/// Names, roles or offices of the speaker.
struct Uses {
    title: &'static str,
    rows: Vec<Used>,
    /// How many more there are, in words.
    more: Option<String>,
}

/// A name, role or office, and when.
struct Used {
    what: String,
    count: String,
    span: String,
}

/// The values of one field among the speaker's statements.
struct Panel {
    title: &'static str,
    links: Vec<(Link, String)>,
}

/// Answers `/speaker/NAME`.
pub fn speaker(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let name = asked.segment();
    let persons = asked.persons()?;
    let is_called = |person: &&Person| person.name == name || person.names.iter().any(|used| used.name == name);
    let Some(person) = persons.iter().find(is_called) else {
        return Err(Problem::not_found(format!("nobody in this archive is called {name}"))
            .hint("the list of speakers can be searched by any part of a name"));
    };
    write(&SpeakerPage::new(asked, person)?, out)
}

impl SpeakerPage {
    fn new(asked: &Asked, person: &Person) -> Result<Self, Problem> {
        let asks = Parameters::default().with("speaker", &person.name);
        let mut request = Request::new("", asked.today);
        request.filters = vec![("speaker".to_owned(), person.name.clone())];
        request.target = Target::Statements;
        request.sort = Some(Sort::Newest);
        request.limit = Some(NEWEST);
        request.facets = vec!["outlet".to_owned()];
        request.terms = TOPICS;
        let found = asking::page(asked, &request)?;
        let mut hits = Vec::new();
        for hit in found.hits() {
            hits.push(HitItem::new(&hit.map_err(asking::problem)?, &asks));
        }
        let topics = found.terms.iter().map(|term| {
            let link = Link::new(&term.word, asks.with("q", &term.word).address("/"));
            (link, wording::number(term.hits))
        });
        let mut panels = vec![Panel { title: "Words that set them apart", links: topics.collect() }];
        let outlets = |value: &str| asks.with("outlet", value).address("/");
        panels.extend(found.facets.first().map(|facet| Panel::new("Quoted by", facet, None, outlets)));

        let timeline = asking::timeline(asked, std::slice::from_ref(&request), Some(unit_of(person)))?;
        let title = format!("Statements by {}", timeline.unit.name());
        let chart = Chart::new(title, &timeline, "statement", |_, days| asks.with("date", days).address("/"));

        request.target = Target::Articles;
        request.limit = Some(0);
        request.terms = 0;
        request.facets = vec!["speaker".to_owned()];
        let company = asking::page(asked, &request)?;
        panels.extend(
            company.facets.first().map(|facet| Panel::new("In one story with", facet, Some(person), speaker_address)),
        );
        panels.retain(|panel| !panel.links.is_empty());

        let used = |what: &str, count, first, last| Used {
            what: what.to_owned(),
            count: wording::number(count),
            span: span(first, last),
        };
        let named = |name: &NameUse| used(&name.name, name.count, name.first, name.last);
        let other_names = person.names.iter().filter(|used| used.name != person.name);
        let held =
            |held: &HeldOffice| Used { what: held.role.clone(), count: String::new(), span: span(held.from, held.to) };
        let in_role = |role: &RoleUse| used(&role.role, role.count, role.first, role.last);
        let uses = [
            Uses::new("Also called", other_names.map(named)),
            Uses::new("Quoted as", person.roles.iter().map(in_role)),
            Uses::new("Quoted for", person.organisations.iter().map(named)),
            Uses::new("Offices held", person.offices.iter().map(held)),
        ];
        Ok(Self {
            layout: Layout {
                feed: Some(asks.address("/feed")),
                ..Layout::new(format!("{} · Dateline", person.name), "/speakers", asked)
            },
            name: person.name.clone(),
            role: person.roles.first().map(|used| used.role.clone()),
            count: wording::count(person.count, "statement"),
            all: asks.address("/"),
            compare: Parameters::default().with("q", format!("speaker:\"{}\"", person.name)).address("/compare"),
            chart,
            uses: uses.into_iter().filter(|uses| !uses.rows.is_empty()).collect(),
            panels,
            hits,
        })
    }
}

/// Returns what one bar of a speaker's chart stands for: a month, or more where those would be too many.
fn unit_of(person: &Person) -> Unit {
    let fitting = person.first_day().zip(person.last_day()).map(|(first, last)| Unit::fitting(first, last));
    fitting.filter(|unit| matches!(unit, Unit::Quarter | Unit::Year)).unwrap_or(Unit::Month)
}

impl Uses {
    fn new(title: &'static str, rows: impl Iterator<Item = Used>) -> Self {
        let mut rows: Vec<Used> = rows.collect();
        let more = rows.len().saturating_sub(USES) as u64;
        rows.truncate(USES);
        Self { title, rows, more: (more > 0).then(|| format!("and {} more, used less often", wording::number(more))) }
    }
}

impl Panel {
    fn new(title: &'static str, facet: &Facet, but: Option<&Person>, address: impl Fn(&str) -> String) -> Self {
        let is_other = |name: &str| but.is_none_or(|person| person.names.iter().all(|used| used.name != name));
        let counts = facet.counts.iter().filter(|(name, _)| is_other(name)).take(VALUES);
        Self {
            title,
            links: counts.map(|(name, count)| (Link::new(name, address(name)), wording::number(*count))).collect(),
        }
    }
}

/// Returns the days from which to which something was so: `3 March 2024 – 2 December 2025`.
pub fn span(first: Option<NaiveDate>, last: Option<NaiveDate>) -> String {
    let short = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    match (first, last) {
        (Some(first), Some(last)) if first == last => short(first),
        (Some(first), Some(last)) => format!("{} – {}", short(first), short(last)),
        (Some(first), None) => format!("from {}", short(first)),
        (None, Some(last)) => format!("until {}", short(last)),
        (None, None) => String::new(),
    }
}
