//! The journey of files into the index, again and again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use dateline::index::Place;
use dateline::ingest::{self, IngestError, Options, Summary};

/// A private folder with news and an index of it.
struct Archive {
    folder: tempfile::TempDir,
}

impl Archive {
    fn new(files: &[(&str, &str)]) -> Self {
        let archive = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(archive.news()).unwrap();
        for (path, text) in files {
            archive.write(path, text);
        }
        archive
    }

    fn news(&self) -> PathBuf {
        self.folder.path().join("news")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.news().join(path)
    }

    /// Writes a file as if some time ago, so that its time of change proves that it did not change since.
    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        age(&path, Duration::from_secs(3600));
    }

    fn place(&self) -> Place {
        Place::new(self.folder.path().join("index"))
    }

    fn options(&self) -> Options {
        let mut options = Options::new(self.place(), vec![self.news()], now());
        options.threads = 2;
        options.memory_bytes = 64 << 20;
        options
    }

    fn ingest(&self) -> Summary {
        self.ingest_with(|_| ())
    }

    fn ingest_with(&self, change: impl FnOnce(&mut Options)) -> Summary {
        self.try_ingest(change).unwrap()
    }

    fn try_ingest(&self, change: impl FnOnce(&mut Options)) -> Result<Summary, IngestError> {
        let mut options = self.options();
        change(&mut options);
        ingest::run(&options, &mut |_| ())
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap()
}

fn age(path: &Path, age: Duration) {
    File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

/// Added, replaced, removed, moved, unchanged.
fn counts(summary: &Summary) -> [u64; 5] {
    [summary.added, summary.replaced, summary.removed, summary.moved, summary.unchanged]
}

fn page(number: u32) -> String {
    format!(
        "Harbour talks enter round {number}\n\nSeptember {}, 2025 - 10:00\n\nPORT ALMENA – “We will keep talking,” \
         Minister Ines Varga said on Monday.\n\nNothing else happened.\n",
        number % 28 + 1
    )
}

#[test]
fn a_second_ingest_reads_nothing_and_commits_nothing() {
    let pages: Vec<(String, String)> = (0..6).map(|n| (format!("2025/{n}.txt"), page(n))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let archive = Archive::new(&files);
    let first = archive.ingest();
    assert_eq!((counts(&first), first.articles, first.newly_rejected), ([6, 0, 0, 0, 0], 6, 0));
    let second = archive.ingest();
    assert_eq!((counts(&second), second.files_read, second.commits), ([0, 0, 0, 0, 6], 0, 0));

    archive.write("2025/1.txt", &page(21));
    fs::remove_file(archive.path("2025/2.txt")).unwrap();
    fs::create_dir(archive.path("moved")).unwrap();
    fs::rename(archive.path("2025/3.txt"), archive.path("moved/three.txt")).unwrap();
    let third = archive.ingest();
    assert_eq!((counts(&third), third.articles), ([0, 1, 1, 1, 3], 2));
    let fourth = archive.ingest();
    assert_eq!((counts(&fourth), fourth.files_read, fourth.commits), ([0, 0, 0, 0, 5], 0, 0));
}
