//! Whatever happens to files and ingests, the index ends as a fresh one would be.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use dateline::index::check;
use dateline::ingest::{self, CommitEvery, Progress};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::archive::{Archive, age, contents, fresh_contents, page};

/// Names of files: few, so that they meet again.
const NAMES: u8 = 6;

#[derive(Clone, Debug)]
enum Step {
    Write {
        name: u8,
        version: u8,
    },
    /// JSON lines from one number up to another.
    Lines {
        from: u8,
        to: u8,
    },
    Move {
        from: u8,
        to: u8,
    },
    Delete {
        name: u8,
    },
    Settings {
        outlet: u8,
    },
    Ingest,
    /// An ingest that commits whenever it can, stopped after so many commits.
    Stopped {
        commits: u8,
    },
    Rebuild,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..NAMES, 0..9_u8).prop_map(|(name, version)| Step::Write { name, version }),
        2 => (0..4_u8, 4..12_u8).prop_map(|(from, to)| Step::Lines { from, to }),
        2 => (0..NAMES, 0..NAMES).prop_map(|(from, to)| Step::Move { from, to }),
        1 => (0..NAMES).prop_map(|name| Step::Delete { name }),
        1 => (0..3_u8).prop_map(|outlet| Step::Settings { outlet }),
        3 => Just(Step::Ingest),
        2 => (0..4_u8).prop_map(|commits| Step::Stopped { commits }),
        1 => Just(Step::Rebuild),
    ]
}

fn take(archive: &Archive, step: &Step) {
    let path = |name: u8| archive.path(&format!("{}/{name}.txt", if name.is_multiple_of(2) { "even" } else { "odd" }));
    match *step {
        Step::Write { name, version } => {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), page(version.into())).unwrap();
            // Two files written within one tick of the system's clock have one time; moved over the other, one of the
            // same size would look as if nothing had changed.
            age(&path(name), Duration::ZERO);
        }
        Step::Lines { from, to } => {
            let line = |number| format!("{{\"id\": {number}, \"title\": \"Round {number}\", \"text\": \"Talks.\"}}\n");
            fs::write(archive.path("wire.jsonl"), (from..to).map(line).collect::<String>()).unwrap();
        }
        Step::Move { from, to } => {
            fs::create_dir_all(path(to).parent().unwrap()).unwrap();
            // Moving what is not there is no step.
            let _ = fs::rename(path(from), path(to));
        }
        Step::Delete { name } => {
            let _ = fs::remove_file(path(name));
        }
        Step::Settings { outlet } => {
            fs::write(archive.path("dateline.toml"), format!("outlet = \"Outlet {outlet}\"\n")).unwrap();
        }
        Step::Ingest => {
            archive.ingest_with(|options| options.prune = true);
        }
        Step::Rebuild => {
            archive.ingest_with(|options| {
                options.prune = true;
                options.rebuild = true;
            });
        }
        Step::Stopped { commits } => stop_after(archive, commits),
    }
}

/// Ends an ingest by a panic of whoever watches it, from which nothing is cleaned up but by dropping.
fn stop_after(archive: &Archive, commits: u8) {
    struct Stop;
    let mut options = archive.options();
    options.prune = true;
    options.commit_every = CommitEvery { time: Duration::ZERO, bytes: 1 };
    let mut left = commits;
    let stopped = catch_unwind(AssertUnwindSafe(|| {
        ingest::run(&options, &mut |progress| match progress {
            Progress::Committed if left > 0 => left -= 1,
            Progress::Committed | Progress::Finishing => resume_unwind(Box::new(Stop)),
            _ => {}
        })
    }));
    if let Err(panic) = stopped
        && !panic.is::<Stop>()
    {
        resume_unwind(panic);
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12)
}

proptest! {
    #![proptest_config(Config { cases: cases(), max_shrink_iters: 60, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_sequence_ends_as_a_fresh_ingest(steps in proptest::collection::vec(step(), 4..24)) {
        let archive = Archive::new(&[("first.txt", &page(1))]);
        for step in &steps {
            take(&archive, step);
        }
        archive.ingest_with(|options| options.prune = true);
        let report = check::check(&archive.place()).unwrap();
        prop_assert!(report.is_clean(), "{:?}", report.findings);
        prop_assert_eq!(contents(&archive.place()), fresh_contents(&archive.news()));
    }
}
