//! What the commands say that look after an index: `status`, `files`, `check` and `forget`.

use std::fs;

use serde_json::Value;

use crate::archive::page;
use crate::scene::Scene;

fn scene() -> Scene {
    let scene = Scene::new();
    for number in 0..3 {
        scene.file(&format!("news/{number}.txt"), page(number));
    }
    scene.file("news/empty.txt", "");
    scene.file("news/dateline.toml", "[queries]\nvarga = \"speaker:varga\"\n");
    scene.file("other/d.txt", page(4));
    scene.dateline(&["ingest", "news", "other"]).expect(3);
    scene
}

fn json(scene: &Scene, arguments: &[&str], code: i32) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&scene.dateline(&arguments).expect(code)).expect("it is JSON")
}

#[test]
fn status_counts_by_collection() {
    let scene = scene();
    let status = json(&scene, &["status"], 0);
    let news = &status["collections"][0];
    assert_eq!(
        (&news["collection"], &news["inputs"], &news["articles"], &news["rejected"]),
        (&"news".into(), &4.into(), &3.into(), &1.into())
    );
    assert_eq!(news["queries"], serde_json::json!(["varga"]));
    assert_eq!((&status["collections"][1]["articles"], &status["collections"][2]), (&1.into(), &Value::Null));
    assert!(status["bytes"].as_u64() > Some(1_000) && status["last_ingest"].is_string(), "{status}");
    let text = scene.dateline(&["status"]).expect(0);
    assert!(text.contains("last_ingest") && text.contains("news"), "{text}");
}

#[test]
fn files_tell_what_became_of_each() {
    let scene = scene();
    let files = json(&scene, &["files", "news"], 0);
    let paths: Vec<&Value> = files["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(paths, ["0.txt", "1.txt", "2.txt", "empty.txt"]);
    let rejected = json(&scene, &["files", "--rejected"], 0);
    assert_eq!(rejected["files"][0]["rejections"], serde_json::json!(["is empty"]));
    assert_eq!(rejected["files"].as_array().unwrap().len(), 1);
    scene.dateline(&["files", "nowhere"]).expect(1);
}

#[test]
fn check_exits_by_what_it_finds_and_says_the_way_out() {
    let scene = scene();
    assert_eq!(json(&scene, &["check", "--inputs"], 0)["clean"], true);

    fs::write(scene.path().join("news/1.txt"), page(9)).unwrap();
    fs::remove_file(scene.path().join("news/2.txt")).unwrap();
    scene.file("news/new.txt", page(8));
    let found = json(&scene, &["check", "--inputs"], 2);
    let findings: Vec<&Value> = found["findings"].as_array().unwrap().iter().map(|row| &row["finding"]).collect();
    assert_eq!(findings, ["changed", "not_indexed", "vanished"]);
    assert_eq!(json(&scene, &["check"], 0)["clean"], true, "without --inputs the files do not matter");
    fs::rename(scene.path().join("other"), scene.path().join("away")).unwrap();
    let away = json(&scene, &["check", "--inputs"], 2);
    assert!(away["findings"].as_array().unwrap().iter().any(|row| row["finding"] == "no_root"), "{away}");

    fs::write(scene.path().join("index/.tmpAbCdEf"), "half").unwrap();
    let rubble = json(&scene, &["check"], 0);
    assert_eq!(rubble["findings"][0]["finding"], "orphan", "what the next ingest removes is told");
    assert_eq!((&rubble["sound"], &rubble["clean"]), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(json(&scene, &["check", "--repair"], 0)["removed"].as_array().unwrap().len(), 1);
    assert_eq!(json(&scene, &["check"], 0)["clean"], true);
}

#[test]
fn forget_drops_a_collection_and_knows_no_other() {
    let scene = scene();
    assert_eq!(json(&scene, &["forget", "news"], 0)["forgotten"][0]["inputs"], 4);
    assert_eq!(json(&scene, &["status"], 0)["collections"].as_array().unwrap().len(), 1);
    let unknown = scene.dateline(&["forget", "news"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("other"), "{}", unknown.stderr);
}

#[test]
fn without_an_index_they_say_how_to_make_one() {
    let scene = Scene::new();
    for arguments in [&["status"][..], &["files"], &["check"], &["forget", "news"], &["query", "x"], &["speakers"]] {
        let run = scene.dateline(arguments);
        assert!(run.code == 2 && run.stderr.contains("dateline ingest"), "{arguments:?}: {}", run.stderr);
    }
    assert!(!scene.path().join("index").exists());
}
