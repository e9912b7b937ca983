//! `query --new NAME`: what was indexed since the last time, once, and no reprints.

use std::fs;
use std::time::Duration;

use dateline::ingest::{CommitEvery, Progress};
use serde_json::Value;

use crate::archive::{Archive, now};
use crate::scene::Scene;

fn story(number: u32, words: &str) -> String {
    format!(
        "Ferry story {number}\n\nMay {}, 2024 - 10:00\n\nPORT SELWYN – “{words}” Transport Minister Hugh Tarrant said \
         on Monday.\n\nStory {number} ends here.\n",
        number % 28 + 1
    )
}

const QUERY: [&str; 6] = ["query", "-s", "speaker:tarrant", "--new", "desk", "--format"];

/// Returns the words of the new statements; none where the program says that there are none.
fn new(scene: &Scene, query: &[&str]) -> Vec<String> {
    let run = scene.dateline(&[query, &["jsonl"]].concat());
    let code = if run.stdout.is_empty() { 1 } else { 0 };
    let mut words: Vec<String> = run
        .json_lines(code)
        .iter()
        .map(|hit| hit["text"].as_str().expect("words").trim_matches(['“', '”']).to_owned())
        .collect();
    words.sort();
    words
}

#[test]
fn what_is_new_is_told_once_and_reprints_are_not() {
    let scene = Scene::new();
    scene.file("news/1.txt", story(1, "The bow door was shut when we sailed,"));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &QUERY), ["The bow door was shut when we sailed,"], "the first time everything is new");
    assert_eq!(new(&scene, &QUERY), [""; 0]);
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &QUERY), [""; 0], "an ingest that finds nothing");

    // A story of long ago that arrives late counts; another paper's reprint of known words does not.
    scene.file("news/0.txt", story(0, "We were warned of the pumps in spring,"));
    scene.file("news/reprint.txt", story(2, "The bow door was shut when we sailed,"));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &QUERY), ["We were warned of the pumps in spring,"]);
    assert_eq!(new(&scene, &QUERY), [""; 0]);

    // What was edited is not new, nor what moved.
    scene.file("news/1.txt", story(1, "The bow door was shut when we sailed,").replace("ends here", "goes on"));
    fs::rename(scene.path().join("news/0.txt"), scene.path().join("news/moved.txt")).unwrap();
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &QUERY), [""; 0]);

    // Another name has seen nothing yet, and shows copies once.
    let other = ["query", "-s", "speaker:tarrant", "--new", "other desk", "--format"];
    assert_eq!(new(&scene, &other).len(), 2);
    scene.dateline(&["query", "x", "--new", "../about.toml"]).expect(2);
}

#[test]
fn a_variant_of_a_known_statement_is_new_only_where_copies_are_shown() {
    let scene = Scene::new();
    let known = "The bow door was shut and locked when we sailed from the harbour on that night in spring,";
    scene.file("news/1.txt", story(1, known));
    scene.dateline(&["ingest", "news"]).expect(0);
    let with_all = ["query", "-s", "speaker:tarrant", "--all", "--new", "all", "--format"];
    assert_eq!((new(&scene, &QUERY).len(), new(&scene, &with_all).len()), (1, 1));
    let trimmed = known.replace(" on that night in spring", "");
    let denied = known.replace("was shut", "was not shut");
    scene.file("news/2.txt", story(2, &trimmed));
    scene.file("news/3.txt", story(3, &denied));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &QUERY), [denied.as_str()]);
    let mut both = [denied, trimmed];
    both.sort();
    assert_eq!(new(&scene, &with_all), both);
}

#[test]
fn what_was_not_shown_stays_new() {
    let scene = Scene::new();
    scene.file("news/1.txt", story(1, "The bow door was shut when we sailed,"));
    scene.dateline(&["ingest", "news"]).expect(0);
    scene.dateline(&["query", "-s", "speaker:(", "--new", "desk"]).expect(2);
    let program = assert_cmd::cargo::cargo_bin!("dateline");
    let command = format!("{} query -s speaker:tarrant --new desk --format jsonl > /dev/full", program.display());
    let failed = crate::scene::Run::of(scene.shell(&command).output().unwrap());
    assert_eq!(failed.code, 2, "{}", failed.stderr);
    assert_eq!(new(&scene, &QUERY).len(), 1);
    scene.dateline(&["query", "x", "--new", "desk", "-n", "3"]).expect(2);
}

#[test]
fn saved_queries_are_asked_by_name_or_all_together() {
    let scene = Scene::new();
    scene.file("news/1.txt", story(1, "The bow door was shut when we sailed,"));
    scene.file("news/2.txt", story(2, "The budget has room for two new ships,"));
    let all = ["query", "-s", "--saved", "all", "--new", "daily", "--format"];
    scene.dateline(&["ingest", "news"]).expect(0);
    let none = scene.dateline(&["query", "--saved", "all"]);
    assert!(none.code == 2 && none.stderr.contains("[queries]"), "{}", none.stderr);
    scene.file("news/dateline.toml", "[queries]\ndoor = 'said:door'\nbudget = 'said:budget'\npumps = 'said:pumps'\n");
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(new(&scene, &["query", "-s", "--saved", "door", "--format"]).len(), 1);
    assert_eq!(new(&scene, &["query", "-s", "ships", "--saved", "door", "--saved", "budget", "--format"]).len(), 1);
    assert_eq!(new(&scene, &all).len(), 2);
    scene.file("news/3.txt", story(3, "We were warned of the pumps in spring,"));
    scene.file("news/4.txt", story(4, "Nobody asked me about that,"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let feed = scene.dateline(&[&all[..], &["atom"]].concat()).expect(0);
    assert!(feed.contains("pumps") && !feed.contains("Nobody asked"), "{feed}");
    assert_eq!(new(&scene, &all), [""; 0]);
    let unknown = scene.dateline(&["query", "--saved", "nothing"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("door"), "{}", unknown.stderr);
}

/// An ingest that commits now and then and one that is stopped between leave nothing untold and tell nothing twice.
#[test]
fn nothing_is_lost_or_told_twice_while_an_ingest_runs() {
    let archive = Archive::new(&[]);
    for number in 0..12 {
        archive.write(&format!("{number}.txt"), &story(number, &format!("The pumps failed {number} times,")));
    }
    let scene_index = archive.place().root().display().to_string();
    let new = || {
        let scene = Scene::new();
        let query = ["query", "speaker:tarrant", "--new", "desk", "--index", &scene_index, "--format", "jsonl"];
        let run = scene.dateline(&query);
        run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>().len()
    };
    let mut options = archive.options();
    options.threads = 1;
    options.commit_every = CommitEvery { time: Duration::ZERO, bytes: 1 };
    let mut commits = 0;
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        dateline::ingest::run(&options, &mut |progress| {
            if matches!(progress, Progress::Committed) {
                commits += 1;
                assert_eq!(new(), 0, "what a running ingest commits is told when it is done");
                assert!(commits < 4, "stopped on purpose");
            }
        })
    }));
    assert!(stopped.is_err() && commits == 4);
    assert_eq!(new(), 0);
    // The clock jumps back, and more arrives.
    archive.write("more.txt", &story(20, "The pumps failed again,"));
    archive.ingest_with(|options| options.now = now() - Duration::from_secs(86_400));
    assert_eq!(new(), 13);
    assert_eq!(new(), 0);
    archive.write("last.txt", &story(21, "The pumps failed at last,"));
    archive.ingest_with(|options| options.now = now() - Duration::from_secs(2 * 86_400));
    assert_eq!(new(), 1);
}
