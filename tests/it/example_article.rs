//! The article from which the project began, read as the news page that it is.

use crate::scene::{Scene, evaluation_data};

#[test]
fn its_header_and_its_statements_are_read() {
    let Some(page) = evaluation_data("its_header_and_its_statements_are_read", "examples/larijani-2025-09-02.txt")
    else {
        return;
    };
    let scene = Scene::new();
    let news = scene.file("news/page.txt", std::fs::read(page).unwrap());
    let articles = scene.dateline(&["extract", news.to_str().unwrap()]).json_lines(0);
    let [article] = &articles[..] else { panic!("one article, not {}", articles.len()) };
    let headline = article["headline"].as_str().unwrap();
    assert!(headline.starts_with("Iran is ready") && headline.ends_with("says Larijani"), "{headline}");
    assert_eq!(article["published"], "2025-09-02T20:48");
    assert_eq!(article["date_from"], "date_line");
    assert_eq!(article["dateline"]["places"][0], "Tehran");
    assert_eq!(article["dateline"]["countries"][0], "IR");
    assert_eq!(article["language"], "en");
    assert!(article["body"].as_str().unwrap().starts_with("TEHRAN – "), "the dateline is part of the body");
    let statements = article["statements"].as_array().unwrap();
    let words = ["is not closed,", "only pay lip service", "unrealizable issues such as", "This sets a path"];
    for words in words {
        let holds = |statement: &&serde_json::Value| {
            statement["field"] == "body" && statement["text"].as_str().is_some_and(|text| text.contains(words))
        };
        let statement = statements.iter().find(holds).unwrap_or_else(|| panic!("no statement holds {words:?}"));
        assert_eq!(statement["speaker"]["name"], "Ali Larijani", "{words}");
        let role = statement["speaker"]["role"].as_str().unwrap_or_default();
        assert!(role.contains("Secretary") && role.contains("Supreme National Security Council"), "{words}: {role}");
        assert_eq!(statement["said_on"], "2025-09-02", "{words}");
    }
    let is_analysts = |statement: &&serde_json::Value| statement["speaker"]["mention"] == "Analysts";
    let analysts = statements.iter().find(is_analysts).expect("the analysts say something");
    assert_ne!(analysts["speaker"]["kind"], "person");
}
