//! `ingest --watch`: changes are noticed, bursts settle, and a root that goes away is waited for.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::archive::page;
use crate::scene::Scene;

/// Longer than any machine takes to notice, shorter than the patience of whoever waits for the tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that watches, stopped at the end.
struct Watcher {
    child: Child,
    lines: Receiver<Value>,
}

impl Watcher {
    fn start(scene: &Scene, arguments: &[&str]) -> Self {
        let mut command = scene.command();
        command.args(["ingest", "news", "--watch", "--format", "jsonl"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect("a line is JSON"));
            }
        });
        Self { child, lines }
    }

    /// Returns the next summary.
    #[track_caller]
    fn next(&self) -> Value {
        self.lines.recv_timeout(PATIENCE).expect("the change is noticed")
    }

    /// Adds up a count over the next summaries until it is `expected`; returns how many there were.
    #[track_caller]
    fn until(&self, name: &str, expected: u64) -> usize {
        let mut found = 0;
        for summaries in 1.. {
            found += self.next()[name].as_u64().unwrap();
            if found >= expected {
                assert_eq!(found, expected, "{name}");
                return summaries;
            }
        }
        unreachable!("counting ends only by returning");
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn articles(scene: &Scene) -> u64 {
    let status = scene.dateline(&["status", "--format", "jsonl"]).json_lines(0);
    status.iter().map(|collection| collection["articles"].as_u64().unwrap()).sum()
}

#[test]
fn changes_are_noticed_and_a_burst_is_one_ingest() {
    let scene = Scene::new();
    scene.file("news/0.txt", page(0));
    let watcher = Watcher::start(&scene, &[]);
    assert_eq!(watcher.next()["added"], 1);
    for number in 1..=12 {
        scene.file(&format!("news/deep/folder-{}/{number}.txt", number % 3), page(number));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(watcher.until("added", 12) <= 3, "a burst of a quarter of a second");
    fs::remove_file(scene.path().join("news/0.txt")).unwrap();
    assert_eq!(watcher.next()["removed"], 1);
    fs::rename(scene.path().join("news/deep"), scene.path().join("news/moved")).unwrap();
    watcher.until("moved", 12);
    assert_eq!(articles(&scene), 12);
}

#[test]
fn a_root_that_goes_away_is_waited_for() {
    let scene = Scene::new();
    for number in 0..4 {
        scene.file(&format!("news/{number}.txt"), page(number));
    }
    let watcher = Watcher::start(&scene, &["--poll", "1"]);
    assert_eq!(watcher.next()["added"], 4);
    let (news, away) = (scene.path().join("news"), scene.path().join("away"));
    fs::rename(&news, &away).unwrap();
    thread::sleep(Duration::from_secs(3));
    assert_eq!(articles(&scene), 4);
    // What comes in its place is empty at first, as the folder is on which a disk is mounted.
    fs::create_dir(&news).unwrap();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(articles(&scene), 4);
    fs::remove_dir(&news).unwrap();
    fs::rename(&away, &news).unwrap();
    scene.file("news/new.txt", page(9));
    assert_eq!(watcher.next()["added"], 1);
    assert_eq!(articles(&scene), 5);
}

#[test]
fn a_command_runs_after_what_changed_something() {
    let scene = Scene::new();
    scene.file("news/0.txt", page(0));
    let then = ["ingest", "news", "--then", "cat >> told.jsonl; echo \"$DATELINE_INDEX\" >> index.txt"];
    scene.dateline(&then).expect(0);
    scene.dateline(&then).expect(0);
    let told = fs::read_to_string(scene.path().join("told.jsonl")).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((told.len(), &told[0]["added"]), (1, &1.into()), "the second one changed nothing");
    assert_eq!(fs::read_to_string(scene.path().join("index.txt")).unwrap(), "index\n");
    scene.file("news/1.txt", page(1));
    let deaf = scene.dateline(&["ingest", "news", "--then", "exec <&-; exit 3"]);
    assert!(deaf.code == 2 && deaf.stderr.contains("exit status: 3"), "{}", deaf.stderr);
    assert_eq!(articles(&scene), 2, "what was done stays done");
}
