//! Readers that ask while an ingest runs: each answer is that of one commit, whole.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use chrono::NaiveDate;
use dateline::index::Place;
use dateline::ingest::{self, CommitEvery, Progress};
use dateline::search::{Archive as Opened, Request, Target, search};

use crate::archive::{Archive, contents, page};

const READERS: usize = 10;
const PAGES: u32 = 20;
const ROUNDS: u32 = 3;
/// Pause of a reader, without which ten of them leave the ingest no processor.
const PAUSE: Duration = Duration::from_millis(5);

/// Ids of articles: one whose words change gets another.
type Ids = BTreeSet<u64>;

#[test]
fn every_answer_is_that_of_one_commit() {
    let archive = Archive::new(&[]);
    write_round(&archive, 0);
    archive.ingest();
    let place = archive.place();
    let commits = Mutex::new(BTreeSet::from([committed(&place)]));
    let answers = Mutex::new(BTreeSet::new());
    let (is_over, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for reader in 0..READERS {
            let target = if reader % 2 == 0 { Target::Articles } else { Target::Statements };
            let (place, answers, is_over, asked) = (&place, &answers, &is_over, &asked);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let answer = ask(place, target);
                    answers.lock().unwrap().insert(answer);
                    asked.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(PAUSE);
                }
            });
        }
        let _stop = StopAtEnd(&is_over);
        for round in 1..=ROUNDS {
            write_round(&archive, round);
            let mut options = archive.options();
            options.commit_every = CommitEvery { time: Duration::ZERO, bytes: 1 };
            let note = |progress: Progress<'_>| {
                if matches!(progress, Progress::Committed) {
                    commits.lock().unwrap().insert(committed(&place));
                }
            };
            ingest::run(&options, &mut { note }).unwrap();
            commits.lock().unwrap().insert(committed(&place));
        }
    });
    let (commits, answers) = (commits.into_inner().unwrap(), answers.into_inner().unwrap());
    assert!(answers.is_subset(&commits), "an answer is that of no commit");
    assert!(commits.len() > ROUNDS as usize && answers.len() > 2, "{} of {}", answers.len(), commits.len());
    assert!(asked.into_inner() > READERS as u64);
}

/// Stops readers also where what they watch fails.
pub struct StopAtEnd<'s>(pub &'s AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes every page anew, fewer of them each time.
fn write_round(archive: &Archive, round: u32) {
    for number in 0..PAGES - round {
        archive.write(&format!("{number}.txt"), &page(number + 100 * round));
    }
    let _ = std::fs::remove_file(archive.path(&format!("{}.txt", PAGES - round)));
}

/// Returns the articles of the last commit, as its columns tell.
fn committed(place: &Place) -> Ids {
    contents(place).into_iter().flat_map(|held| held.articles).map(|(id, ..)| id).collect()
}

fn ask(place: &Place, target: Target) -> Ids {
    let opened = Opened::open(place).unwrap();
    let today = NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
    let request = Request { target, limit: None, collapse: false, ..Request::new("talking", today) };
    let page = search(&opened, &request).unwrap();
    let hits: Vec<u64> = page.hits().map(|hit| hit.unwrap().article.article.id.0).collect();
    assert_eq!(hits.len() as u64, page.total);
    let ids = Ids::from_iter(hits);
    // Of statements an article has several.
    assert!(ids.len() as u64 == page.total || matches!(target, Target::Statements), "one is there twice");
    ids
}
