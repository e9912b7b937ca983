//! Permanent references: `show` follows them to where the words stand by now, and tells what became of them.

use std::fs;

use serde_json::Value;

use crate::scene::{Run, Scene};

fn story(words: &str) -> String {
    format!(
        "Ferry story\n\nMay 3, 2024 - 10:00\n\nPORT SELWYN – “{words}” Transport Minister Hugh Tarrant said on Monday. \
         The harbour was quiet.\n"
    )
}

const WORDS: &str = "The bow door was shut when we sailed from the harbour,";

/// Returns the references of the article and of its only statement.
fn references(scene: &Scene) -> [String; 2] {
    [&["query", "ferry"][..], &["query", "-s", "speaker:tarrant"]].map(|query| {
        let hits = scene.dateline(&[query, &["--format", "jsonl"]].concat()).json_lines(0);
        hits[0]["reference"].as_str().expect("a reference").to_owned()
    })
}

fn show(scene: &Scene, reference: &str) -> Run {
    scene.dateline(&["show", reference, "--format", "json"])
}

/// Follows a reference, and returns what is said of it and the path where it stands.
#[track_caller]
fn followed(scene: &Scene, reference: &str) -> (String, String) {
    let run = show(scene, reference);
    let said = run.stderr.clone();
    let shown: Value = serde_json::from_str(&run.expect(0)).expect("it is JSON");
    let statements = shown["statements"].as_array().expect("statements");
    assert!(statements.iter().any(|statement| statement["speaker"]["name"] == "Hugh Tarrant"), "{reference}");
    (said, shown["path"].as_str().expect("a path").to_owned())
}

#[test]
fn references_outlive_moves_and_tell_changes() {
    let scene = Scene::new();
    scene.file("news/a.txt", story(WORDS));
    scene.file("news/other.txt", "Another\n\nSomething else happened in the town.\n");
    scene.dateline(&["ingest", "news"]).expect(0);
    let [article, statement] = references(&scene);
    assert!(statement.starts_with(article.split(' ').next().unwrap()) && statement.contains(" span:"), "{statement}");
    let id = |reference: &str| reference["dateline:".len()..].split(' ').next().unwrap().to_owned();
    for reference in [&article, &statement, &id(&article), &id(&statement)] {
        assert_eq!(followed(&scene, reference), (String::new(), "a.txt".to_owned()));
    }

    // Moved twice, with an ingest each time; the id alone leads there too, a rebuild later still.
    for (from, to) in [("a.txt", "b.txt"), ("b.txt", "c.txt")] {
        fs::rename(scene.path().join("news").join(from), scene.path().join("news").join(to)).unwrap();
        scene.dateline(&["ingest", "news"]).expect(0);
    }
    for ingest in [&["ingest", "news"][..], &["ingest", "--rebuild"]] {
        scene.dateline(ingest).expect(0);
        for reference in [&article, &statement, &id(&article), &id(&statement)] {
            let (said, path) = followed(&scene, reference);
            assert!(said.starts_with("moved: ") && path == "c.txt", "{reference}: {said} {path}");
        }
    }
    let [article, statement] = references(&scene);

    // The file changes behind the index, then is gone, then comes back under a new name.
    scene.file("news/c.txt", story(&WORDS.replace("shut", "open")));
    assert!(followed(&scene, &statement).0.starts_with("changed since it was indexed: c.txt"));
    fs::remove_file(scene.path().join("news/c.txt")).unwrap();
    assert!(followed(&scene, &statement).0.starts_with("gone since it was indexed: c.txt"));

    // Once the change is indexed, the citation no longer says what the archive does.
    scene.file("news/c.txt", story(&WORDS.replace("quiet", "loud")) + "\nThe harbour was loud.\n");
    scene.dateline(&["ingest", "news"]).expect(0);
    for reference in [&article, &statement] {
        let (said, path) = followed(&scene, reference);
        assert!(said.starts_with("changed since it was cited: c.txt") && path == "c.txt", "{reference}: {said}");
    }
    // Another article in its place is not what was cited; of several in one file only the one with the statement is.
    let several = [WORDS, "Nobody asked the crew about it at all,"]
        .map(|words| serde_json::json!({"headline": "Ferry", "body": story(words) + "\nIt was loud."}).to_string());
    fs::remove_file(scene.path().join("news/c.txt")).unwrap();
    scene.file("news/c.jsonl", several.join("\n"));
    scene.dateline(&["ingest", "news", "--prune"]).expect(0);
    assert_eq!(show(&scene, &statement.replace("c.txt", "c.jsonl")).code, 0);
    assert_eq!(show(&scene, &article.replace("c.txt", "c.jsonl")).code, 2);
    for reference in ["0000000000000000", "17", "dateline:17 a:1 hash:0", &format!("{} hash:", id(&article))] {
        let run = show(&scene, reference);
        assert!(run.code == 2 && run.stdout.is_empty(), "{reference}: {}", run.stderr);
    }
}

#[test]
fn what_is_shown_can_be_cited() {
    let scene = Scene::new();
    scene.file("news/a.txt", story(WORDS));
    scene.dateline(&["ingest", "news"]).expect(0);
    let id = |reference: &String| reference["dateline:".len()..].split(' ').next().unwrap().to_owned();
    let [article, statement] = references(&scene).map(|reference| id(&reference));
    for (format, begins) in
        [("bibtex", "@article{dateline-"), ("ris", "TY  - NEWS"), ("csl-json", "["), ("csv", "rank,")]
    {
        for (id, has_words) in [(&article, false), (&statement, true)] {
            let cited = scene.dateline(&["show", id, "--format", format]).expect(0);
            assert!(cited.starts_with(begins) && cited.contains(id), "{format} of {id}: {cited}");
            assert_eq!(cited.contains("The bow door was shut"), has_words, "{format} of {id}: {cited}");
        }
        let searched = scene.dateline(&["query", "-s", "speaker:tarrant", "--format", format]).expect(0);
        if format != "csv" {
            let shown = scene.dateline(&["show", &statement, "--format", format]).expect(0);
            assert_eq!(shown, searched, "{format}");
        }
    }
}

#[test]
fn an_article_is_told_from_the_other_parts_of_its_file() {
    let scene = Scene::new();
    let line =
        |id: &str, words: &str| serde_json::json!({"id": id, "headline": "Ferry", "body": story(words)}).to_string();
    let lines = [line("1", WORDS), line("2", "Nobody asked the crew about it at all,")];
    scene.file("news/wire.jsonl", lines.join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let hits = scene.dateline(&["query", "bow", "--format", "jsonl"]).json_lines(0);
    let reference = hits[0]["reference"].as_str().unwrap();
    // The other article changes, and a new one comes first.
    let others =
        [line("3", "A new day has come for all of us here,"), line("2", "We were not asked,"), lines[0].clone()];
    scene.file("news/wire.jsonl", others.join("\n"));
    assert!(followed(&scene, reference).0.starts_with("as indexed, in a file that changed: wire.jsonl"));
    // An article with a key keeps its id when its words change, and the citation says so.
    scene.file("news/wire.jsonl", [line("1", &WORDS.replace("shut", "open")), lines[1].clone()].join("\n"));
    assert!(followed(&scene, reference).0.starts_with("changed since it was indexed: wire.jsonl"));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert!(followed(&scene, reference).0.starts_with("changed since it was cited: wire.jsonl"));
}
