//! Questions that are given up: an error in time, never half an answer.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use dateline::index::Place;
use dateline::search::{Archive, Deadline, Request, SearchError, Target, search, speakers};
use dateline::timeline::{self, timeline};
use dateline::trace::trace;

use crate::served::{Served, archive};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 9, 2).expect("it is a day")
}

/// Asks in a way that takes long where there is much; returns how many answers it found.
type Ask = fn(&Archive) -> Result<usize, SearchError>;

fn asked(archive: &Archive, request: &Request) -> Result<usize, SearchError> {
    let page = search(archive, request)?;
    page.hits().collect::<Result<Vec<_>, _>>().map(|hits| hits.len())
}

const ROWS: &[(&str, Ask)] = &[
    ("a word", |archive| asked(archive, &Request::new("treaty", today()))),
    ("a phrase", |archive| asked(archive, &Request::new("\"the treaty\"", today()))),
    ("an expression", |archive| asked(archive, &Request::new("/.*a.*/", today()))),
    ("a filter", |archive| asked(archive, &Request::new("outlet:harbour", today()))),
    ("a join", |archive| asked(archive, &Request::new("said:treaty", today()))),
    ("plain words", |archive| asked(archive, &Request { any: true, ..Request::new("who spoke of it", today()) })),
    ("all hits", |archive| asked(archive, &Request { limit: None, ..Request::new("the", today()) })),
    ("statements", |archive| {
        asked(archive, &Request { target: Target::Statements, ..Request::new("treaty", today()) })
    }),
    ("counts", |archive| {
        let facets = vec!["speaker".to_owned()];
        search(archive, &Request { limit: Some(0), facets, ..Request::new("the", today()) })
            .map(|page| page.total as usize)
    }),
    ("terms", |archive| {
        let request = Request { limit: Some(0), terms: 5, ..Request::new("treaty", today()) };
        search(archive, &request).map(|page| page.terms.len())
    }),
    ("nothing", |archive| {
        search(archive, &Request::new("nothingwhatsoever", today())).map(|page| page.diagnosis.len())
    }),
    ("a timeline", |archive| {
        let options = timeline::Options::default();
        timeline(archive, &[Request::new("treaty", today())], &options).map(|timeline| timeline.starts.len())
    }),
    ("a trace", |archive| {
        trace(archive, "the passage belongs to the world", today()).map(|found| found.unwrap_or_default().len())
    }),
    ("speakers of a query", |archive| speakers(archive, "treaty", today()).map(|found| found.persons.len())),
];

#[test]
fn every_question_ends_at_its_deadline() {
    let scene = archive();
    let archive = Archive::open(&Place::new(scene.path().join("index"))).expect("there is an index");
    for (name, ask) in ROWS {
        let found = ask(&archive).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(found > 0, "{name} finds nothing, which shows nothing");
        let enough = ask(&archive.until(Deadline::within(Duration::from_secs(3600))));
        assert_eq!(enough.ok(), Some(found), "{name} with time enough");
        match ask(&archive.until(Deadline::within(Duration::ZERO))) {
            Err(error) => assert_eq!(error.to_string(), "the answer takes longer than it may", "{name}"),
            Ok(found) => panic!("{name} finds {found} without time"),
        }
    }
}

#[test]
fn a_dear_question_makes_room_for_the_next() {
    let scene = archive();
    let served = Served::start(&scene, &["--threads", "1", "--timeout", "1"]);
    // As many nearnesses of frequent words as an address holds.
    let parts: Vec<String> = (1..1000).map(|words| format!("(the+NEAR/{words}+of+NEAR/{words}+a)")).collect();
    let started = Instant::now();
    let dear = served.get(&format!("/api/v1/query?q={}", parts.join("+OR+")));
    assert_eq!((dear.status, dear.header("retry-after")), (503, "5"), "{}", dear.body);
    assert_eq!(dear.header("content-type"), "application/problem+json");
    assert_eq!(served.get("/api/v1/query?q=treaty").status, 200);
    assert!(started.elapsed() < Duration::from_secs(8), "both took {:?}", started.elapsed());
}
