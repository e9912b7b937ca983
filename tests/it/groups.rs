//! `query --group-by`, and what is left out for want of a date.

use serde_json::Value;

use crate::scene::Scene;

/// One person under two spellings, one article quoting two people, one with nobody, one without a date.
const ARTICLES: &str = r#"
{"id": "1", "headline": "Tolls", "published": "2025-03-03", "outlet": "Harbour Post", "location": "Ostrand", "language": "en", "body": "\"The tolls will rise in spring,\" said Soleyman Karadan, the foreign minister of Almena.\n\n\"No toll is fair to us,\" said Ilona Varga, a baker from Dravny."}
{"id": "2", "headline": "Tolls again", "published": "2025-04-04", "outlet": "Meridian Wire", "location": "Belmark", "language": "en", "body": "\"Tolls are paid by everybody,\" said Suleyman Karadan, Almena's foreign minister."}
{"id": "3", "headline": "The toll gate", "published": "2024-05-05", "outlet": "Harbour Post", "language": "en", "body": "A toll gate stands by the bridge."}
{"id": "4", "headline": "Toll gate", "language": "en", "body": "Painters spent a week on the toll gate by the bridge."}
"#;

/// Returns each group as `value: hits of total`, the hits as keys of articles.
#[track_caller]
fn groups(scene: &Scene, arguments: &[&str]) -> String {
    let arguments = [&["query", "--format", "json"], arguments].concat();
    let page: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("it is JSON");
    assert_eq!(page["hits"], Value::Array(Vec::new()));
    let groups = page["groups"].as_array().expect("groups");
    let told: Vec<String> = groups
        .iter()
        .map(|group| {
            let hits = group["hits"].as_array().expect("hits");
            let ranks = hits.iter().map(|hit| hit["rank"].as_u64());
            assert!(ranks.eq((1..=hits.len() as u64).map(Some)), "ranks begin anew: {group}");
            let key = |hit: &Value| hit.get("article").unwrap_or(hit)["key"].as_str().unwrap_or("?").to_owned();
            let mut keys: Vec<String> = hits.iter().map(key).collect();
            keys.sort();
            format!("{}: {} of {}", group["value"].as_str().unwrap_or("–"), keys.join("+"), group["total"])
        })
        .collect();
    told.join("; ")
}

#[test]
fn hits_stand_in_groups() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        // Spellings of one speaker are one; a hit without a value stands in the last group.
        (&["-s", "said:toll", "--group-by", "speaker"][..], "Soleyman Karadan: 1+2 of 2; Ilona Varga: 1 of 1"),
        (&["toll", "--group-by", "speaker"], "Soleyman Karadan: 1+2 of 2; Ilona Varga: 1 of 1; –: 3+4 of 2"),
        (&["toll", "--group-by", "outlet"], "Harbour Post: 1+3 of 2; Meridian Wire: 2 of 1; –: 4 of 1"),
        (&["toll", "--group-by", "publisher", "--per-group", "1", "-n", "1"], "Harbour Post: 1 of 2"),
        (&["toll", "--group-by", "outlet", "--per-group", "0"], "Harbour Post:  of 2; Meridian Wire:  of 1; –:  of 1"),
        (&["toll", "--group-by", "outlet", "-n", "1", "--offset", "1"], "Meridian Wire: 2 of 1"),
        (&["toll", "--group-by", "year", "--sort", "newest"], "2025: 1+2 of 2; 2024: 3 of 1; –: 4 of 1"),
        (&["-s", "said:toll", "--group-by", "kind"], "direct: 1+1+2 of 3"),
        (&["-s", "said:toll", "--group-by", "role"], "Almena's foreign minister: 1+2 of 2; baker from Dravny: 1 of 1"),
        (&["-s", "said:toll", "--group-by", "location", "--all"], "Ostrand: 1+1 of 2; Belmark: 2 of 1"),
    ] {
        let told = groups(&scene, arguments);
        assert!(told.starts_with(expected), "{arguments:?} gives {told}");
    }
    let refused = scene.dateline(&["query", "toll", "--group-by", "colour"]);
    assert!(refused.code == 2 && refused.stderr.contains("outlet"), "{}", refused.stderr);
    scene.dateline(&["query", "nothing", "--group-by", "outlet"]).expect(1);
}

#[test]
fn spellings_of_one_role_are_counted_as_one() {
    let scene = Scene::of_articles(ARTICLES);
    // Both spellings in one article, which counts once for the office; another office is another.
    let both = r#"{"id": "5", "headline": "Fees", "published": "2025-04-05", "language": "en", "body": "\"A fee is no toll,\" said Ines Rehn, the foreign minister of Almena.\n\n\"No fee is a toll either,\" said Soleyman Karadan, Almena's foreign minister.\n\n\"Tolls are not mine,\" said Nils Brandt, the finance minister of Almena."}"#;
    scene.file("news/both.jsonl", both);
    scene.dateline(&["ingest", "news"]).expect(0);
    for (kind, foreign) in [("-s", 4), ("-q", 3)] {
        let arguments = ["query", kind, "toll*", "-n", "0", "--all", "--facet", "role", "--format", "json"];
        let page: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("JSON");
        let counts = page["facets"]["role"]["counts"].as_array().expect("counts");
        let of = |word: &str| -> Vec<u64> {
            let is_of = |row: &&Value| row["value"].as_str().is_some_and(|role| role.contains(word));
            counts.iter().filter(is_of).filter_map(|row| row["count"].as_u64()).collect()
        };
        assert_eq!((of("foreign"), of("finance"), of("baker")), (vec![foreign], vec![1], vec![1]), "{kind}: {page}");
    }
}

#[test]
fn names_of_one_speaker_are_counted_as_one() {
    let scene = Scene::of_articles(ARTICLES);
    // Both spellings in one article, which counts once for the man.
    let both = r#"{"id": "5", "headline": "Fees", "published": "2025-04-05", "language": "en", "body": "\"A fee is no toll,\" said Soleyman Karadan.\n\n\"No fee is a toll either,\" said Suleyman Karadan."}"#;
    scene.file("news/both.jsonl", both);
    scene.dateline(&["ingest", "news"]).expect(0);
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&scene.dateline(&[arguments, &["--format", "json"]].concat()).expect(0)).expect("JSON")
    };
    for (kind, karadan, without) in [("-s", 4, 0), ("-q", 3, 2)] {
        let page = json(&["query", kind, "toll", "-n", "0", "--all", "--facet", "speaker"]);
        let expected = serde_json::json!([
            {"value": "Soleyman Karadan", "count": karadan}, {"value": "Ilona Varga", "count": 1},
        ]);
        assert_eq!(page["facets"]["speaker"], serde_json::json!({"counts": expected, "missing": without}), "{kind}");
        let rows = json(&["timeline", kind, "toll", "--by", "speaker", "--unit", "year"]);
        let rows = rows["timeline"].as_array().expect("rows").iter();
        let told: Vec<String> = rows.map(|row| format!("{} {}", row["series"], row["count"])).collect();
        let expected = [format!("\"Soleyman Karadan\" {karadan}"), "\"Ilona Varga\" 1".to_owned()];
        assert_eq!(told, expected, "{kind}");
    }
}

#[test]
fn groups_are_written_in_every_form() {
    let scene = Scene::of_articles(ARTICLES);
    let run = |format: &str| {
        scene.dateline(&["query", "-s", "said:toll", "--group-by", "speaker", "--format", format]).expect(0)
    };
    let text = run("text");
    assert!(text.starts_with("Soleyman Karadan · 2 statements\n1. "), "{text}");
    assert!(text.contains("\n\nIlona Varga · 1 statement\n1. "), "{text}");
    assert!(text.ends_with("\n2 groups; 3 statements\n"), "{text}");
    let lines: Vec<Value> = run("jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["type"], &lines[0]["field"]), (&"group".into(), &"speaker".into()));
    assert_eq!(lines[1]["hits"][0]["speaker"]["name"], "Ilona Varga");
    let csv = run("csv");
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].starts_with("group,group_total,rank,"), "{csv}");
    assert!(rows[3].starts_with("Ilona Varga,1,1,"), "{csv}");
    assert_eq!(run("ris").matches("TY  - ").count(), 3);
}

#[test]
fn copies_are_collapsed_within_their_group() {
    let scene = Scene::new();
    let story = "The council voted late on Monday to close the old ferry line after a year of debate in the town.";
    let line = |id, outlet| serde_json::json!({"id": id, "headline": "Ferry", "outlet": outlet, "body": story});
    let lines = [line("1", "Post"), line("2", "Post"), line("3", "Wire")].map(|line| line.to_string());
    scene.file("news/wire.jsonl", lines.join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let run = scene.dateline(&["query", "ferry", "--group-by", "outlet", "--format", "jsonl"]);
    let duplicates: Vec<u64> =
        run.json_lines(0).iter().map(|group| group["hits"][0]["duplicates"].as_u64().expect("a number")).collect();
    assert_eq!(duplicates, [1, 0]);
}

#[test]
fn what_a_date_leaves_out_is_told() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        (&["toll", "--since", "2024"][..], Some("note: left out for want of a date: 1 article;")),
        (&["toll date:2025"], Some("1 article;")),
        (&["toll"], None),
        (&["bridge", "date:none"], None),
        (&["fair", "--since", "2024"], None),
        (&["toll", "--since", "2024", "-q"], None),
    ] {
        let run = scene.dateline(&[&["query"], arguments].concat());
        match expected {
            Some(note) => assert!(run.stderr.contains(note), "{arguments:?} says {}", run.stderr),
            None => assert_eq!(run.stderr, "", "{arguments:?}"),
        }
    }
    let run = scene.dateline(&["query", "a w/3 b OR toll", "--explain"]);
    assert!(run.stderr.contains("note: ") && run.stderr.contains("BEFORE"), "{}", run.stderr);
}

#[test]
fn copies_that_fill_what_is_held_of_a_group_leave_room_for_others() {
    // Whatever is held of a group, copies of its first hit are more; and copies of one group are hits of another.
    let mut lines = Vec::new();
    for number in 0..420 {
        let outlet = if number < 400 { "Harbour Post" } else { "Meridian Wire" };
        let body = "Tolls, tolls and tolls: the toll of the bridge at Ostrand is paid by all who cross it before noon.";
        lines.push(
            serde_json::json!({"id": number, "outlet": outlet, "headline": "Toll", "body": body, "language": "en"}),
        );
    }
    for (id, body) in [
        ("x", "A toll was asked of painters who came to the tower with ladders on a cold morning in March."),
        ("y", "Nobody in Dravny remembers when a toll was last asked of fishermen or of their grandchildren."),
    ] {
        lines.push(serde_json::json!({"id": id, "outlet": "Harbour Post", "body": body, "language": "en"}));
    }
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let scene = Scene::of_articles(&lines.join("\n"));
    for sort in ["relevance", "newest"] {
        let arguments = ["query", "toll*", "--group-by", "outlet", "--sort", sort, "--format", "json"];
        let page: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("JSON");
        let told: Vec<(&Value, &Value, Vec<u64>)> = page["groups"]
            .as_array()
            .expect("groups")
            .iter()
            .map(|group| {
                let hits = group["hits"].as_array().expect("hits").iter();
                let mut copies: Vec<u64> = hits.filter_map(|hit| hit["duplicates"].as_u64()).collect();
                copies.sort_unstable();
                (&group["value"], &group["total"], copies)
            })
            .collect();
        let (harbour, wire) = (Value::from("Harbour Post"), Value::from("Meridian Wire"));
        let (of_harbour, of_wire) = (Value::from(402), Value::from(20));
        assert_eq!(told, [(&harbour, &of_harbour, vec![0, 0, 399]), (&wire, &of_wire, vec![19])], "{sort}");
    }
}
