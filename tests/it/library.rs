//! An index that is followed: who asks while the next commit is made ready is answered from the one before.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use dateline::index::Place;
use dateline::library::{Library, Opened};
use dateline::search::Target;

use crate::scene::Scene;

/// Held by the test for as long as no commit may become ready.
static GATE: Mutex<()> = Mutex::new(());

fn pass_gate(_: &Opened<()>) {
    drop(GATE.lock());
}

#[test]
fn the_commit_before_answers_until_the_next_is_ready() {
    let scene = Scene::new();
    scene.file("news/one.txt", "Ferry sails\n\n3 March 2025\n\nThe ferry sailed at noon.\n");
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    let library = Library::open(Place::new(scene.path().join("index")), pass_gate).expect("there is an index");
    let articles = |patience| library.last_commit(patience).0.archive.documents(Target::Articles);
    assert_eq!(articles(Duration::ZERO), 1);

    let closed = GATE.lock().expect("nobody panicked");
    scene.file("news/two.txt", "Ferry returns\n\n4 March 2025\n\nThe ferry came back at night.\n");
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    for patience in [Duration::from_millis(200), Duration::ZERO] {
        let started = Instant::now();
        assert_eq!(articles(patience), 1, "the next commit is not ready");
        assert!(started.elapsed() < Duration::from_secs(5), "it waited {:?}", started.elapsed());
    }
    drop(closed);
    assert_eq!(articles(Duration::from_secs(60)), 2);

    // An index that cannot be opened is told once, and what was known is answered further on.
    std::fs::write(scene.path().join("index/about.toml"), "no = table").expect("it can be written");
    let (opened, error) = library.last_commit(Duration::from_secs(60));
    assert!(error.is_some() && opened.archive.documents(Target::Articles) == 2, "{error:?}");
}
