//! `dateline speakers`: one person under every spelling, with roles and days.

use serde_json::{Value, json};

use crate::scene::Scene;

fn scene() -> Scene {
    let scene = Scene::new();
    let wire = [
        ("a", "2025-03-03", "Soleyman Karadan, the foreign minister of Almena, said the spring border was open."),
        ("b", "2025-03-04", "Suleyman Karadan, Almena's foreign minister, said the spring talks were over."),
        ("c", "2025-03-05", "Ilona Varga, a baker from Dravny, said the bread was fresh."),
    ];
    let lines: Vec<String> = wire
        .iter()
        .map(|(id, day, body)| json!({"id": id, "headline": "News", "published": day, "body": body}).to_string())
        .collect();
    scene.file("news/wire.jsonl", lines.join("\n"));
    scene
}

fn rows(scene: &Scene, arguments: &[&str], list: &str) -> Vec<Value> {
    let arguments = [&["speakers"], arguments, &["--format", "json"]].concat();
    let found: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("it is JSON");
    found[list].as_array().expect("a list").clone()
}

#[test]
fn spellings_of_one_name_are_one_speaker() {
    let scene = scene();
    scene.dateline(&["ingest", "news"]).expect(0);
    let speakers = rows(&scene, &[], "speakers");
    let told: Vec<(&str, u64)> =
        speakers.iter().map(|row| (row["speaker"].as_str().unwrap(), row["statements"].as_u64().unwrap())).collect();
    assert_eq!(told, [("Soleyman Karadan", 2), ("Ilona Varga", 1)]);

    let details = rows(&scene, &["suleyman"], "details");
    let names: Vec<&Value> = details.iter().filter(|row| row["what"] == "name").map(|row| &row["value"]).collect();
    assert_eq!(names, ["Soleyman Karadan", "Suleyman Karadan"]);
    // What names nobody is a query for statements.
    for (query, speaker) in
        [("talks", "Suleyman Karadan"), ("said:bread", "Ilona Varga"), ("role:baker", "Ilona Varga")]
    {
        let found = rows(&scene, &[query], "speakers");
        assert_eq!((found.len(), &found[0]["speaker"]), (1, &json!(speaker)), "{query}");
    }
    scene.dateline(&["speakers", "nobody"]).expect(1);
    scene.dateline(&["speakers", "(talks"]).expect(2);
}

#[test]
fn the_arabic_article_may_be_left_out() {
    let scene = Scene::new();
    let bodies = [
        "Omar al-Haddad, a mayor, said the road was open.",
        "Omar Haddad, a mayor, said the road was safe.",
        "Layla Haddad, a baker, said the bread was fresh.",
    ];
    let lines = bodies.map(|body| json!({"headline": "News", "published": "2025-03-03", "body": body}).to_string());
    scene.file("news/wire.jsonl", lines.join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    for (asked, expected) in [
        ("al-Haddad", &["Layla Haddad", "Omar Haddad", "Omar al-Haddad"][..]),
        ("omar al-haddad", &["Omar Haddad", "Omar al-Haddad"]),
        ("haddad", &["Layla Haddad", "Omar Haddad", "Omar al-Haddad"]),
    ] {
        let details = rows(&scene, &[asked], "details");
        let names = details.iter().filter(|row| row["what"] == "name");
        let mut names: Vec<&str> = names.map(|row| row["value"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{asked}");
    }
    let said = scene.dateline(&["query", "-s", "speaker:al-haddad", "-l", "--all"]).expect(0);
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[test]
fn topics_are_what_others_do_not_speak_of() {
    let scene = Scene::new();
    let mut lines = Vec::new();
    let mut article = |day: usize, body: &str| {
        let published = format!("2025-{:02}-{:02}", day / 28 + 1, day % 28 + 1);
        let line = json!({"id": day, "headline": "News", "published": published, "body": body, "language": "en"});
        lines.push(line.to_string());
    };
    // She speaks of bread in three articles; "become" is in two of her statements and in many of others, a ladder twice
    // in one article.
    let own = [
        "\"Bread must be cheap,\" said Ilona Varga.\n\n\"A ladder leans on the oven,\" said Ilona Varga.\n\n\"That ladder is \
         for sale,\" said Ilona Varga.",
        "\"Towns become small without bread,\" said Ilona Varga.",
        "\"Nobody lives on bread and promises,\" said Ilona Varga.",
        "\"Our winters become longer,\" said Ilona Varga.",
    ];
    own.into_iter().enumerate().for_each(|(day, body)| article(day, body));
    for day in 4..200 {
        let verb = if day % 5 == 0 { "become" } else { "stay" };
        article(day, &format!("\"The tolls of bridge {day} {verb} fair,\" said Soleyman Karadan."));
    }
    scene.file("news/wire.jsonl", lines.join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let details = rows(&scene, &["varga"], "details");
    let topics: Vec<&Value> = details.iter().filter(|row| row["what"] == "topic").map(|row| &row["value"]).collect();
    assert_eq!(topics, ["bread"]);
}

#[test]
fn officials_and_corrections_hold_without_a_new_ingest() {
    let scene = scene();
    scene.dateline(&["ingest", "news"]).expect(0);
    scene.file(
        "news/dateline.toml",
        "officials = 'officials.toml'\n[[corrections.alias]]\nname = 'Ilona Varga'\nalso = ['Soleyman Karadan']\n",
    );
    scene.file(
        "news/officials.toml",
        "[[official]]\nname = 'Ilona Varga'\nid = 'Q1'\n[[official.office]]\nrole = 'Baker Royal'\nfrom = 2025-01-01\n",
    );
    let speakers = rows(&scene, &[], "speakers");
    assert_eq!((speakers.len(), &speakers[0]["speaker"]), (1, &json!("Ilona Varga")));
    let details = rows(&scene, &["varga"], "details");
    let office = details.iter().find(|row| row["what"] == "office").expect("the office is told");
    assert_eq!((&office["value"], &office["first_day"]), (&json!("Baker Royal"), &json!("2025-01-01")));

    scene.file("news/officials.toml", "[[official]]\nid = 'Q1'\n");
    let refused = scene.dateline(&["speakers"]);
    assert!(refused.code == 2 && refused.stderr.contains("officials.toml"), "{}", refused.stderr);
}

#[test]
fn corrections_reach_the_articles_that_they_name() {
    let scene = scene();
    scene.dateline(&["ingest", "news"]).expect(0);
    scene.file(
        "news/dateline.toml",
        "[[corrections.speaker]]\npath = '*.jsonl'\nfrom = 'Ilona Varga'\nname = 'Mara Varga'\n\
         [[corrections.date]]\npath = 'other/**'\npublished = 2025-01-01\n",
    );
    let corrected = |arguments: &[&str]| scene.dateline(arguments).expect(0).contains("Mara Varga");
    assert!(corrected(&["extract", "news"]));
    assert!(!corrected(&["speakers"]));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert!(corrected(&["speakers"]));
    let articles = scene.dateline(&["extract", "news", "--format", "jsonl"]).json_lines(0);
    assert_eq!(articles[0]["published"], "2025-03-03");
}

#[test]
fn who_is_who_is_kept_until_something_changes() {
    let scene = scene();
    scene.dateline(&["ingest", "news"]).expect(0);
    let kept = scene.path().join("index/generation-0001/who-is-who");
    let ask = || scene.dateline(&["query", "-s", "speaker:suleyman", "-l"]).expect(0).lines().count();
    let names = || rows(&scene, &[], "speakers").len();
    assert!(!kept.exists());
    assert_eq!((ask(), names()), (2, 2));
    let first = std::fs::read(&kept).expect("kept by the first who asks");
    assert_eq!((ask(), names()), (2, 2), "as it was kept");
    scene.dateline(&["check"]).expect(0);
    for damaged in [&[][..], &first[..first.len() / 2], b"something else"] {
        std::fs::write(&kept, damaged).expect("it can be written");
        assert_eq!((ask(), names()), (2, 2), "found out anew");
        assert_eq!(std::fs::read(&kept).expect("kept"), first);
    }
    // A correction counts without an ingest, an article with the next one.
    scene.file("news/dateline.toml", "[[corrections.apart]]\nnames = ['Soleyman Karadan', 'Suleyman Karadan']\n");
    assert_eq!(names(), 3);
    let line = json!({"id": "d", "published": "2025-03-06", "body": "Bo Lind, a pilot, said the ice was thin."});
    scene.file("news/more.jsonl", line.to_string());
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(names(), 4);
    // Where it cannot be written, it is found out each time.
    std::fs::remove_file(&kept).expect("it is there");
    std::fs::create_dir(&kept).expect("a folder in its place");
    assert_eq!(names(), 4);
}
