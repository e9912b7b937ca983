//! Queries and what they find, the same on every engine: `tests/scenarios/*.toml`.

use std::collections::BTreeMap;
use std::fs;

use chrono::{NaiveDate, Utc};
use dateline::index::Place;
use dateline::ingest;
use dateline::output::spoken_words;
use dateline::query::OPERATORS;
use dateline::search::{Archive, Request, SearchError, Target, search};
use dateline::statement::StatementField;
use serde::Deserialize;

use crate::scene::{Scene, checkout};

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// A day that no scenario depends on, where it is not given.
    #[serde(default = "some_day")]
    today: NaiveDate,
    /// The collection's `dateline.toml`.
    #[serde(default)]
    settings: String,
    article: Vec<toml::Table>,
    pub scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub query: String,
    #[serde(default)]
    pub any: bool,
    #[serde(default)]
    pub filters: Vec<(String, String)>,
    /// Ids of the articles found, in any order.
    articles: Option<String>,
    /// Statements found, in any order: the article's id and the first words.
    pub statements: Option<Vec<String>>,
    /// How the message begins, and what it marks.
    error: Option<String>,
    marked: Option<String>,
}

fn some_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 9, 2).expect("it is a day")
}

/// Returns every file with its name.
pub fn files() -> BTreeMap<String, Scenarios> {
    let folder = checkout("tests/scenarios");
    let entries = fs::read_dir(&folder).expect("the scenarios can be read").map(|entry| entry.expect("it can be read"));
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"));
    let read = files.map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).expect("it can be read");
        let scenarios = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, scenarios)
    });
    read.collect()
}

/// Writes the articles as JSON lines, each to its file, and indexes them.
pub fn indexed(scene: &Scene, scenarios: &Scenarios) -> Archive {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for article in &scenarios.article {
        let mut article = article.clone();
        let file = match article.remove("file") {
            Some(toml::Value::String(file)) => file,
            _ => "articles.jsonl".into(),
        };
        let line = serde_json::to_string(&article).expect("tables are JSON objects");
        lines.entry(file).or_default().push_str(&(line + "\n"));
    }
    for (file, lines) in lines {
        scene.file(&format!("news/{file}"), lines);
    }
    scene.file("news/dateline.toml", &scenarios.settings);
    let place = Place::new(scene.path().join("index"));
    let options = ingest::Options::new(place.clone(), vec![scene.path().join("news")], Utc::now());
    let summary = ingest::run(&options, &mut |_| {}).expect("the articles can be indexed");
    assert_eq!(summary.newly_rejected, 0, "{summary:?}");
    Archive::open(&place).expect("the index can be opened")
}

fn request(scenario: &Scenario, target: Target, today: NaiveDate) -> Request {
    Request {
        target,
        any: scenario.any,
        filters: scenario.filters.clone(),
        limit: None,
        collapse: false,
        ..Request::new(scenario.query.clone(), today)
    }
}

/// Returns what was found: of an article its id, of a statement also its text.
fn found(archive: &Archive, request: &Request) -> Result<Vec<String>, SearchError> {
    let page = search(archive, request)?;
    let hits = page.hits().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(page.total, hits.len() as u64, "{}: the total is exact", request.query);
    let shown = hits.into_iter().map(|hit| {
        let article = hit.article.article;
        let id = article.key.unwrap_or_default();
        let Some(statement) = hit.statement else { return id };
        let text = match statement.field {
            StatementField::Body => &article.body,
            StatementField::Headline => article.headline.as_deref().unwrap_or_default(),
        };
        format!("{id}: {}", spoken_words(text, &statement.spans).trim_start_matches('"'))
    });
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    Ok(shown)
}

/// Says what is wrong, if anything is.
fn judge(archive: &Archive, scenario: &Scenario, today: NaiveDate) -> Result<(), String> {
    let fail = |given: &str| Err(format!("{:?} {:?}: {given}", scenario.query, scenario.filters));
    if let Some(expected) = &scenario.error {
        return match search(archive, &request(scenario, Target::Articles, today)) {
            Err(SearchError::Query(error)) if error.to_string().starts_with(expected) => {
                let marked = &error.text[error.span.clone()];
                if scenario.marked.as_deref() == Some(marked) { Ok(()) } else { fail(&format!("marks {marked:?}")) }
            }
            Err(error) => fail(&format!("another mistake: {error}")),
            Ok(page) => fail(&format!("no mistake, but {}", page.understood)),
        };
    }
    if let Some(expected) = &scenario.articles {
        let mut expected: Vec<String> = expected.split_whitespace().map(str::to_owned).collect();
        expected.sort();
        match found(archive, &request(scenario, Target::Articles, today)) {
            Ok(found) if found == expected => {}
            Ok(found) => return fail(&format!("finds articles {found:?}, not {expected:?}")),
            Err(error) => return fail(&error.to_string()),
        }
    }
    if let Some(expected) = &scenario.statements {
        let mut expected = expected.clone();
        expected.sort();
        let found = found(archive, &request(scenario, Target::Statements, today)).map_err(|error| error.to_string())?;
        let is_alike = found.len() == expected.len()
            && found.iter().zip(&expected).all(|(found, expected)| found.starts_with(expected.as_str()));
        if !is_alike {
            return fail(&format!("finds statements {found:?}, not {expected:?}"));
        }
    }
    match scenario.articles.is_some() || scenario.statements.is_some() {
        true => Ok(()),
        false => fail("expects nothing"),
    }
}

#[test]
fn every_scenario_holds() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, scenarios) in files() {
        let scene = Scene::new();
        let archive = indexed(&scene, &scenarios);
        for scenario in &scenarios.scenario {
            count += 1;
            if let Err(failure) = judge(&archive, scenario, scenarios.today) {
                failures.push(format!("{name}: {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn what_is_understood_finds_the_same() {
    for (name, scenarios) in files() {
        let scene = Scene::new();
        let archive = indexed(&scene, &scenarios);
        for scenario in scenarios.scenario.iter().filter(|scenario| scenario.error.is_none()) {
            let target = if scenario.articles.is_some() { Target::Articles } else { Target::Statements };
            let asked = request(scenario, target, scenarios.today);
            let understood = search(&archive, &asked).expect("it is a query").understood;
            let again = Request { any: false, filters: Vec::new(), query: understood, ..asked.clone() };
            let (first, second) = (found(&archive, &asked), found(&archive, &again));
            assert_eq!(first.ok(), second.ok(), "{name}: {:?} is understood as {:?}", scenario.query, again.query);
        }
    }
}

#[test]
fn every_operator_stands_in_a_scenario() {
    let queries: Vec<String> = files().into_values().flat_map(|file| file.scenario).map(|row| row.query).collect();
    assert!(queries.len() >= 150, "{}", queries.len());
    for operator in OPERATORS {
        for spelling in operator.spellings {
            let sign = spelling.trim_end_matches(['n', ')', ' ']);
            assert!(queries.iter().any(|query| query.to_uppercase().contains(&sign.to_uppercase())), "{spelling}");
        }
    }
}
