//! `dateline extract`: the JSON that other programs read, and the order in which it comes.

use serde_json::Value;

use crate::scene::{Run, Scene};

/// Every name of an extracted article, in order.
const ARTICLE_NAMES: [&str; 17] = [
    "schema",
    "id",
    "key",
    "path",
    "line",
    "headline",
    "published",
    "utc_offset",
    "date_from",
    "dateline",
    "byline",
    "outlet",
    "language",
    "url",
    "body",
    "hash",
    "statements",
];

const PAGE: &str = "Ferry talks resume in Port Almena, says minister

March 4, 2025 - 09:15

PORT ALMENA – Transport Minister Odile Varga said on Tuesday that the ferries would sail again.

“We will not wait for another winter,” Varga told reporters.
";

#[test]
fn unknown_is_null_and_never_left_out() {
    let scene = Scene::new();
    scene.file("news/talks.txt", PAGE);
    scene.file("news/bare.jsonl", "{\"body\": \"Only words, and nobody says who wrote them.\"}\n");
    for article in scene.dateline(&["extract", "news"]).json_lines(0) {
        let names: Vec<&str> = article.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ARTICLE_NAMES, "{article}");
    }
}

#[test]
fn spans_cut_the_words_they_claim() {
    let scene = Scene::new();
    scene.file("news/talks.txt", PAGE);
    let articles = scene.dateline(&["extract", "news"]).json_lines(0);
    let [article] = &articles[..] else { panic!("one article, not {}", articles.len()) };
    let body: Vec<char> = article["body"].as_str().unwrap().chars().collect();
    let cut = |span: &Value| -> String {
        let at = |side: usize| usize::try_from(span[side].as_u64().unwrap()).unwrap();
        body[at(0)..at(1)].iter().collect()
    };
    let statements = article["statements"].as_array().unwrap();
    assert!(!statements.is_empty(), "nothing was said in {article}");
    for statement in statements.iter().filter(|statement| statement["field"] == "body") {
        let words: Vec<String> = statement["spans"].as_array().unwrap().iter().map(cut).collect();
        assert_eq!(words.join(" … "), statement["text"].as_str().unwrap());
        if let Some(speaker) = statement["speaker"].as_object() {
            assert_eq!(cut(&speaker["mention_span"]), speaker["mention"].as_str().unwrap());
        }
        if let Some(cue) = statement["cue"].as_object() {
            assert_eq!(cut(&cue["span"]), cue["text"].as_str().unwrap());
        }
    }
}

#[test]
fn output_keeps_the_order_of_the_input_whatever_the_threads() {
    let scene = Scene::new();
    let lines: Vec<String> = (0..500)
        .map(|number| {
            // Articles of very different length finish in another order than they began.
            let words = "The council met again. ".repeat(1 + (number * 37) % 90);
            format!("{{\"id\": \"{number}\", \"headline\": \"Number {number}\", \"body\": \"{words}\"}}\n")
        })
        .collect();
    scene.file("wire.jsonl", lines.concat());
    let keys: Vec<String> = scene
        .dateline(&["extract", "wire.jsonl", "-j", "4"])
        .json_lines(0)
        .iter()
        .map(|article| article["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys, (0..500).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn standard_input_is_read_and_a_rejected_record_is_told() {
    let scene = Scene::new();
    let file = scene.file("wire.jsonl", "{\"id\": \"a\", \"body\": \"The dam holds.\"}\n{\"id\": \"b\"}\n");
    let mut command = scene.command();
    command.args(["extract", "-"]).stdin(std::fs::File::open(file).unwrap());
    let run = Run::of(command.output().unwrap());
    assert!(run.stderr.contains('b'), "{}", run.stderr);
    let articles = run.json_lines(3);
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0]["key"], "a");
}

#[test]
fn readable_output_carries_no_control_character() {
    let scene = Scene::new();
    scene.file(
        "news/evil.jsonl",
        "{\"headline\": \"Red \\u001b[31m\", \"body\": \"A \\u0007 bell \\u009b31m \\u202e turned\"}\n",
    );
    let text = scene.dateline(&["extract", "news", "--format", "text", "--color", "never"]).expect(0);
    assert!(text.contains("Red"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{text:?}");
}

#[test]
fn json_is_one_object_of_all_articles() {
    let scene = Scene::new();
    scene.file("news/a.txt", PAGE);
    scene.file("news/b.txt", PAGE);
    let whole: Value =
        serde_json::from_str(&scene.dateline(&["extract", "news", "--format", "json"]).expect(0)).unwrap();
    assert_eq!(whole["articles"].as_array().map(Vec::len), Some(2));
    assert_eq!(scene.dateline(&["extract", "news", "--format", "csv"]).code, 2);
}
