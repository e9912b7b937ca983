//! The example article of the evaluation data, through the program: who said what, in which office, on which day.

use serde_json::Value;

use crate::scene::{Scene, evaluation_data};

#[test]
fn the_example_article_names_its_speaker() {
    let Some(path) = evaluation_data("the example article", "examples/larijani-2025-09-02.txt") else { return };
    let scene = Scene::new();
    let articles = scene.dateline(&["extract", "--format", "jsonl", path.to_str().unwrap()]).json_lines(0);
    let [article] = articles.as_slice() else { panic!("{} articles", articles.len()) };
    assert_eq!(article["published"], "2025-09-02T20:48");
    assert_eq!(article["dateline"]["places"], serde_json::json!(["Tehran"]));
    assert_eq!(article["dateline"]["countries"], serde_json::json!(["IR"]));
    assert!(article["headline"].as_str().unwrap().starts_with("Iran is ready for talks"));

    let statements = article["statements"].as_array().unwrap();
    let said = |words: &str| -> &Value {
        let holds = |statement: &&Value| statement["text"].as_str().unwrap().contains(words);
        statements.iter().find(holds).unwrap_or_else(|| panic!("no statement holds {words:?}"))
    };
    for words in [
        "The path for negotiations with the U.S. is not closed,",
        "Yet, these are the Americans who only pay lip service",
        "unrealizable issues such as missile restrictions",
        "This sets a path which negates any talk,",
    ] {
        let statement = said(words);
        assert_eq!(statement["speaker"]["name"], "Ali Larijani", "{words}");
        let role = statement["speaker"]["role"].as_str().unwrap_or_default();
        assert!(role.contains("Secretary") && role.contains("Supreme National Security Council"), "{words}: {role}");
        assert_eq!(statement["said_on"], "2025-09-02", "{words}");
    }
    let analysts = &said("cornerstone of its national security")["speaker"];
    assert_eq!((&analysts["name"], &analysts["kind"]), (&Value::Null, &Value::from("group")));
}
