//! Every path of the API gives what the command line prints, on the scenarios of `tests/scenarios/`.
//!
//! Each scenario is put to the program and to a server of the same index; the program is told to write JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::scenarios::{Scenario, files, indexed};
use crate::scene::Scene;
use crate::served::{Served, archive};

/// What both are asked besides, so that every part of an answer is compared.
const FACETS: &str = "speaker,outlet,kind,year";

/// Returns what the program prints; null where it prints nothing, because the query is none.
fn printed(scene: &Scene, arguments: &[&str]) -> Value {
    let run = scene.dateline(&[&["--format", "json", "--quiet"], arguments].concat());
    if run.code == 2 {
        return Value::Null;
    }
    let mut value = serde_json::from_str(&run.stdout).expect("it prints JSON");
    without_time(&mut value);
    value
}

fn without_time(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("took_ms");
    }
}

/// Returns what the server answers to a path with parameters; null where it refuses.
fn answered(served: &Served, path: &str, parameters: &[(&str, &str)]) -> Value {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let answer = served.get(&format!("{path}?{query}"));
    let mut value: Value = serde_json::from_str(&answer.body).expect("every answer is JSON");
    match answer.status {
        200 => without_time(&mut value),
        400 => value = Value::Null,
        status => panic!("{path}?{query} gives {status}: {}", answer.body),
    }
    value
}

fn same(what: &str, printed: &Value, answered: &Value) -> Result<(), String> {
    if printed == answered { Ok(()) } else { Err(format!("{what} differs:\n{printed}\n{answered}")) }
}

/// Compares what is said of one scenario; returns how many hits it has.
fn compare(scene: &Scene, served: &Served, scenario: &Scenario, target: &str) -> Result<usize, String> {
    let query = format!("{} {}", scenario.query, in_words(scenario));
    let query = query.trim();
    let mut arguments = vec!["--all"];
    let mut of_question = vec![("q", query), ("target", target), ("all", "1")];
    if target == "statements" {
        arguments.push("-s");
    }
    if scenario.any {
        arguments.push("--any");
        of_question.push(("any", "1"));
    }
    arguments.extend(["--", query]);
    let printed_with = |more: &[&str]| printed(scene, &[&["query"], more, &arguments].concat());
    let whole = printed_with(&["-n", "0", "--facet", FACETS, "--terms", "5"]);
    let with = |more: &[(&'static str, &'static str)]| [&of_question[..], more].concat();
    let same = |what: &str, one: &Value, other: &Value| same(&format!("{query:?}: {what}"), one, other);
    same(
        "query",
        &whole,
        &answered(served, "/api/v1/query", &with(&[("limit", "1000"), ("facet", FACETS), ("terms", "5")])),
    )?;
    let field = if target == "statements" { "speaker" } else { "outlet" };
    same(
        "groups",
        &printed_with(&["--group-by", field, "--per-group", "2", "-n", "4"]),
        &answered(served, "/api/v1/query", &with(&[("group_by", field), ("per_group", "2"), ("limit", "4")])),
    )?;
    let part = |value: &Value, name: &str| value[name].clone();
    let facets = answered(served, "/api/v1/facets", &with(&[("facet", FACETS)]));
    let terms = answered(served, "/api/v1/terms", &with(&[("terms", "5")]));
    let export = answered(served, "/api/v1/export", &with(&[("format", "json")]));
    for name in ["schema", "query", "understood", "total", "dropped", "notes", "undated"] {
        for answer in [&facets, &terms, &export] {
            same(name, &part(&whole, name), &part(answer, name))?;
        }
    }
    same("facets", &part(&whole, "facets"), &part(&facets, "facets"))?;
    same("terms", &part(&whole, "terms"), &part(&terms, "terms"))?;
    same("export", &part(&whole, "hits"), &part(&export, "hits"))?;
    if !scenario.any {
        let mut arguments = vec!["timeline", "--unit", "month", "--by", "outlet", "--share"];
        if target == "statements" {
            arguments.push("-s");
        }
        arguments.extend(["--", query]);
        let parameters = [("q", query), ("target", target), ("unit", "month"), ("by", "outlet"), ("share", "1")];
        same("timeline", &printed(scene, &arguments), &answered(served, "/api/v1/timeline", &parameters))?;
    }
    Ok(whole["hits"].as_array().map_or(0, Vec::len))
}

/// Returns the filters of a scenario in the language of queries.
fn in_words(scenario: &Scenario) -> String {
    let filters = scenario.filters.iter().map(|(field, value)| format!("{field}:\"{value}\""));
    filters.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_scenario_is_answered_as_on_the_command_line() {
    let mut failures = Vec::new();
    let (mut count, mut answers) = (0, 0);
    for (name, scenarios) in files() {
        let scene = Scene::new();
        indexed(&scene, &scenarios);
        let served = Served::start(&scene, &[]);
        for scenario in &scenarios.scenario {
            let target = if scenario.statements.is_some() { "statements" } else { "articles" };
            count += 1;
            match compare(&scene, &served, scenario, target) {
                Ok(hits) => answers += usize::from(hits > 0),
                Err(failure) => failures.push(format!("{name}: {failure}")),
            }
        }
        failures.extend(compare_rest(&scene, &served).err().map(|failure| format!("{name}: {failure}")));
    }
    assert!(failures.is_empty(), "{} of {count} fail:\n{}", failures.len(), failures.join("\n"));
    // Nulls on both sides would agree about nothing.
    assert!(answers * 2 > count, "only {answers} of {count} scenarios find something");
}

/// Compares what is not asked with a query of its own.
fn compare_rest(scene: &Scene, served: &Served) -> Result<(), String> {
    let first = answered(served, "/api/v1/query", &[("q", "headline:*"), ("limit", "1")]);
    let (id, headline) = (&first["hits"][0]["id"], &first["hits"][0]["headline"]);
    let (id, headline) = (id.as_str().expect("there is an article"), headline.as_str().expect("with a headline"));
    let show = format!("/api/v1/show/{id}");
    let words = format!("{headline} and other words");
    type Row<'r> = (&'r [&'r str], &'r str, &'r [(&'r str, &'r str)]);
    let rows: [Row<'_>; 5] = [
        (&["show", id], &show, &[]),
        (&["speakers"], "/api/v1/speakers", &[]),
        (&["trace", &words], "/api/v1/trace", &[("text", &words)]),
        (&["files"], "/api/v1/files", &[]),
        (&["status"], "/api/v1/status", &[]),
    ];
    for (arguments, path, parameters) in rows {
        same(path, &printed(scene, arguments), &answered(served, path, parameters))?;
    }
    Ok(())
}

#[test]
fn the_description_names_every_part_of_an_answer() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let described = served.json("/api/v1/openapi.json");
    let names =
        |object: &Value| -> BTreeSet<String> { object.as_object().expect("an object").keys().cloned().collect() };
    let content = &described["paths"]["/api/v1/query"]["get"]["responses"]["200"]["content"];
    let answer = &content["application/json"]["schema"]["properties"];
    for (target, view) in [("articles", "ArticleHitView"), ("statements", "StatementHitView")] {
        let grouped = format!("/api/v1/query?q=treaty&target={target}&group_by=outlet&limit=1&per_group=1");
        let found = served.json(&grouped);
        assert_eq!(names(&found), names(answer), "{target}");
        let (group, of_groups) = (&found["groups"][0], &answer["groups"]["items"]["properties"]);
        assert_eq!(names(group), names(of_groups), "{target}");
        let (hit, of_hits) = (&group["hits"][0], &described["components"]["schemas"][view]["properties"]);
        assert!(hit["reference"].is_string(), "{hit}");
        assert!(names(hit).is_subset(&names(of_hits)), "{target}: {hit}");
    }
}
