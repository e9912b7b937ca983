//! Ingests that are killed at random moments, over files that change meanwhile: nothing is lost, doubled or left behind,
//! and queries are answered all the while.
//!
//! `DATELINE_KILLS=200 cargo test --test it kill -- --nocapture` kills more often than the continuous integration does.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use dateline::index::Place;
use dateline::index::check::{self, Finding};
use dateline::search::{Archive as Opened, Request, search};

use crate::archive::{contents, fresh_contents};
use crate::readers::StopAtEnd;
use crate::scene::Scene;
use crate::tree::{Random, Tree};

/// Kills where nobody asks for more.
const KILLS: u64 = 12;
/// Changes of files between two kills.
const CHANGES: u32 = 8;
/// Readers that ask all the while.
const READERS: usize = 2;

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// What the kills met.
#[derive(Debug, Default)]
struct Met {
    kills: u64,
    /// The kill left files of no commit: it fell while something was written, committed or merged.
    while_writing: u64,
    /// Commits of the killed process that stand.
    after_commits: u64,
    /// Ingests that ended before they were killed.
    too_late: u64,
}

#[test]
fn killed_ingests_lose_nothing_and_leave_nothing() {
    let seed = variable("DATELINE_SEED", 5);
    let mut random = Random::new(seed);
    let scene = Scene::new();
    let mut tree = Tree::new(scene.path().join("news"), &mut random, 40);
    let place = Place::new(scene.path().join("index"));
    let started = Instant::now();
    assert_eq!(ingest(&scene).wait().unwrap().code(), Some(0), "the first ingest");
    let mut usual = started.elapsed();

    let (stop, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    let met = thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    ask(&place);
                    answers.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let _stop = StopAtEnd(&stop);
        kill_again_and_again(&scene, &place, &mut tree, &mut random, &mut usual)
    });
    println!("seed {seed}: {met:?}, {} answers meanwhile", answers.load(Ordering::Relaxed));
    assert!(met.while_writing > 0, "no kill met a writer: {met:?}");
    assert!(answers.load(Ordering::Relaxed) > met.kills, "readers were starved");
}

fn kill_again_and_again(
    scene: &Scene,
    place: &Place,
    tree: &mut Tree,
    random: &mut Random,
    usual: &mut Duration,
) -> Met {
    let mut met = Met::default();
    while met.kills < variable("DATELINE_KILLS", KILLS) {
        tree.change(random, CHANGES);
        let commit_before = commit(place);
        let mut child = ingest(scene);
        let deadline = Instant::now() + random.share_of(*usual);
        while Instant::now() < deadline {
            tree.change(random, 1);
            thread::sleep(deadline.saturating_duration_since(Instant::now()).min(Duration::from_millis(7)));
        }
        child.kill().unwrap();
        if child.wait().unwrap().code().is_some() {
            met.too_late += 1;
        } else {
            met.kills += 1;
            met.after_commits += u64::from(commit(place) != commit_before);
        }
        let report = check::check(place).unwrap();
        let only_rubble = report.findings.iter().all(|finding| matches!(finding, Finding::Orphan { .. }));
        assert!(only_rubble, "after kill {}: {:?}", met.kills, report.findings);
        met.while_writing += u64::from(!report.findings.is_empty());

        // Now and then the next kill meets what the last one left.
        if random.below(3) == 0 {
            continue;
        }
        let started = Instant::now();
        let code = ingest(scene).wait().unwrap().code();
        assert!(matches!(code, Some(0 | 3)), "after kill {}: the next ingest exits with {code:?}", met.kills);
        *usual = (*usual * 3 + started.elapsed()) / 4;
        let report = check::check(place).unwrap();
        assert!(report.is_clean(), "after kill {}: {:?}", met.kills, report.findings);
        assert_eq!(contents(place), fresh_contents(tree.root()), "after kill {}", met.kills);
        let mut names: Vec<_> =
            place.root().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), 3, "about.toml, a generation and the lock: {names:?}");
    }
    met
}

/// Starts an ingest that commits often, so that many a kill meets a commit or a merge.
fn ingest(scene: &Scene) -> Child {
    let mut command = scene.command();
    command.args(["ingest", "news", "--quiet", "--prune", "--commit-every", "0.02", "--memory", "64M", "-j", "2"]);
    command.stdout(Stdio::null()).spawn().unwrap()
}

/// Returns the stamp of the last commit.
fn commit(place: &Place) -> u64 {
    let meta = std::fs::read(place.current().unwrap().join("meta.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&meta).unwrap()["opstamp"].as_u64().unwrap()
}

/// Asks as anybody might, and reads every hit.
fn ask(place: &Place) {
    let opened = Opened::open(place).unwrap();
    let request =
        Request { limit: None, collapse: false, ..Request::new("talks", NaiveDate::from_ymd_opt(2025, 9, 2).unwrap()) };
    let page = search(&opened, &request).unwrap();
    let hits = page.hits().map(|hit| hit.unwrap().article.article.id.0);
    let mut ids: Vec<u64> = hits.collect();
    assert_eq!(ids.len() as u64, page.total);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len() as u64, page.total, "an article is there twice");
}
