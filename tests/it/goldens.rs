//! Outputs that a person can read, kept beside the tests: `DATELINE_BLESS=1 cargo test goldens` rewrites them.

use std::collections::BTreeSet;
use std::fs;

use crate::scene::{Scene, checkout};

const FOLDER: &str = "tests/it/goldens";

/// Name of the golden, and the arguments whose output it holds.
const GOLDENS: &[(&str, &[&str])] = &[
    (
        "extract.txt",
        &["extract", "corpus/default/dravny-herald/2025/04/dzhorenko-missiles-post.txt", "--format", "text"],
    ),
    ("extract.jsonl", &["extract", "corpus/default/dravny-herald/2025/04/dzhorenko-missiles-post.txt"]),
    ("config.txt", &["config", "corpus/default"]),
    ("config.csv", &["config", "corpus/default", "--format", "csv"]),
    ("config.json", &["config", "corpus/default", "--format", "json"]),
];

#[test]
fn outputs_are_as_they_were_read() {
    let scene = Scene::new();
    scene.copy("corpus/default");
    let bless = std::env::var_os("DATELINE_BLESS").is_some();
    let mut changed = Vec::new();
    for (name, arguments) in GOLDENS {
        let found = scene.dateline(arguments).expect(0);
        let path = checkout(FOLDER).join(name);
        if bless {
            fs::create_dir_all(checkout(FOLDER)).unwrap();
            fs::write(&path, found).unwrap();
            continue;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if found != kept {
            changed.push(format!("--- {name}\n{found}"));
        }
    }
    assert!(changed.is_empty(), "these differ from {FOLDER}:\n{}", changed.join("\n"));
}

#[test]
fn every_golden_is_asked_for() {
    let kept: BTreeSet<String> = fs::read_dir(checkout(FOLDER))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let asked: BTreeSet<String> = GOLDENS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(kept, asked);
}
