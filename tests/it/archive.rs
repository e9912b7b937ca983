//! A private folder with news, and an index of it through the library.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use dateline::index::Place;
use dateline::index::tantivy::generation::Generation;
use dateline::index::tantivy::state::{self, State};
use dateline::ingest::{self, IngestError, Options, Summary};

/// A private folder with news and an index of it.
pub struct Archive {
    pub folder: tempfile::TempDir,
}

impl Archive {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let archive = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(archive.news()).unwrap();
        for (path, text) in files {
            archive.write(path, text);
        }
        archive
    }

    pub fn news(&self) -> PathBuf {
        self.folder.path().join("news")
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.news().join(path)
    }

    /// Writes a file as if some time ago, so that its time of change proves that it did not change since.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        age(&path, Duration::from_secs(3600));
    }

    pub fn place(&self) -> Place {
        Place::new(self.folder.path().join("index"))
    }

    pub fn options(&self) -> Options {
        let mut options = Options::new(self.place(), vec![self.news()], now());
        options.threads = 2;
        options.memory_bytes = 64 << 20;
        options
    }

    pub fn ingest(&self) -> Summary {
        self.ingest_with(|_| ())
    }

    pub fn ingest_with(&self, change: impl FnOnce(&mut Options)) -> Summary {
        self.try_ingest(change).unwrap()
    }

    pub fn try_ingest(&self, change: impl FnOnce(&mut Options)) -> Result<Summary, IngestError> {
        let mut options = self.options();
        change(&mut options);
        ingest::run(&options, &mut |_| ())
    }
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap()
}

pub fn age(path: &Path, age: Duration) {
    File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

/// Added, replaced, removed, moved, unchanged.
pub fn counts(summary: &Summary) -> [u64; 5] {
    [summary.added, summary.replaced, summary.removed, summary.moved, summary.unchanged]
}

pub fn page(number: u32) -> String {
    format!(
        "Harbour talks enter round {number}\n\nSeptember {}, 2025 - 10:00\n\nPORT ALMENA – “We will keep talking,” \
         Minister Ines Varga said on Monday.\n\nNothing else happened.\n",
        number % 28 + 1
    )
}

/// What an index holds of one input: all that a fresh ingest would make anew.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub path: String,
    pub bytes: u64,
    pub hash: u64,
    pub unfinished: bool,
    pub rejected: bool,
    /// Id, hash of all that shaped it, and number of statements of each article.
    pub articles: Vec<(u64, u64, u64)>,
}

/// Returns what an index holds, in the order of paths; when articles were added is left out.
pub fn contents(place: &Place) -> Vec<Held> {
    let searcher = Generation::open(&place.current().unwrap()).unwrap().searcher().unwrap();
    let state = State::read(&searcher).unwrap();
    let positions: Vec<usize> = (0..state.inputs.len()).collect();
    let paths = state::paths(&searcher, &state, &positions).unwrap();
    let held = state.inputs.iter().zip(paths).map(|(known, path)| {
        let members = state::members(&searcher, known.input).unwrap();
        let mut articles: Vec<_> =
            members.iter().map(|member| (member.article, member.member_hash, member.statements)).collect();
        articles.sort_unstable();
        let state::KnownInput { bytes, hash, unfinished, rejected, .. } = *known;
        Held {
            path: format!("{}/{path}", state.collections[known.collection as usize]),
            bytes,
            hash,
            unfinished,
            rejected,
            articles,
        }
    });
    let mut held: Vec<Held> = held.collect();
    held.sort();
    held
}

/// Returns what a new index of a folder holds.
pub fn fresh_contents(news: &Path) -> Vec<Held> {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path().join("index"));
    let mut options = Options::new(place.clone(), vec![news.to_owned()], now());
    options.threads = 2;
    options.memory_bytes = 64 << 20;
    ingest::run(&options, &mut |_| ()).unwrap();
    contents(&place)
}
