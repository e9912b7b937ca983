//! Other search programs on the same files, where they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::measure::{Place, folder_megabytes, limits, remove, row, timed};
use crate::process::run;

/// Where distributions put the archives of Java's libraries.
const JAVA_LIBRARIES: &str = "/usr/share/java";

/// Indexes and searches the pages with whatever of Lucene, recoll, SQLite and ripgrep there is, beside an ingest that
/// took so many seconds.
pub fn compare(place: &Place, ingest_seconds: f64, threads: usize, memory: usize) -> Result<()> {
    lucene(place, ingest_seconds, threads, memory)?;
    recoll(place, ingest_seconds)?;
    sqlite(place, ingest_seconds)?;
    ripgrep(place)
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok()
}

/// Lucene indexes headline, date, location and body of the articles alone, as bare tantivy does.
fn lucene(place: &Place, ingest_seconds: f64, threads: usize, memory: usize) -> Result<()> {
    let jars = lucene_jars();
    if jars.is_empty() || !is_installed("javac") {
        return Ok(());
    }
    let (classes, index) = (place.folder.join("lucene-classes"), place.folder.join("lucene"));
    std::fs::create_dir_all(&classes)?;
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/archive/lucene/IndexPages.java");
    let mut path = std::env::join_paths(&jars)?;
    let compiled = Command::new("javac").arg("-cp").arg(&path).arg("-d").arg(&classes).arg(program).status();
    if !compiled.context("javac")?.success() {
        bail!("javac does not compile IndexPages.java");
    }
    path = std::env::join_paths(jars.iter().chain([&classes]))?;
    let indexed = run(Command::new("java")
        .arg("-cp")
        .arg(&path)
        .arg("IndexPages")
        .arg(&place.pages)
        .arg(&index)
        .args(limits(threads, memory)))?;
    row("Lucene, articles only", "s", &[indexed.wall_seconds]);
    row("Lucene, articles only, processor", "s", &[indexed.cpu_seconds]);
    row("Lucene, index", "MB", &[folder_megabytes(&index)]);
    row("pace of ingest: Lucene, articles only = 1", "", &[indexed.wall_seconds / ingest_seconds]);
    Ok(())
}

/// Returns the archives of Lucene's core and of its analyzers, which have had two names; none where one is missing.
fn lucene_jars() -> Vec<PathBuf> {
    let jar = |starts: &[&str]| {
        let entries = std::fs::read_dir(JAVA_LIBRARIES).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".jar") && starts.iter().any(|start| name.starts_with(start))
        })
    };
    let core = jar(&["lucene-core"]);
    core.zip(jar(&["lucene-analyzers-common", "lucene-analysis-common"]))
        .map_or_else(Vec::new, |(core, analyzers)| vec![core, analyzers])
}

fn recoll(place: &Place, ingest_seconds: f64) -> Result<()> {
    if !is_installed("recollindex") {
        return Ok(());
    }
    let settings = place.folder.join("recoll");
    remove(&settings)?;
    std::fs::create_dir_all(&settings)?;
    std::fs::write(settings.join("recoll.conf"), format!("topdirs = {}\n", place.pages.display()))?;
    let index = run(Command::new("recollindex").arg("-c").arg(&settings).arg("-z"))?;
    row("recoll, first index", "s", &[index.wall_seconds]);
    row("pace of ingest: recoll = 1", "", &[index.wall_seconds / ingest_seconds]);
    row("recoll, index", "MB", &[folder_megabytes(&settings)]);
    let again = run(Command::new("recollindex").arg("-c").arg(&settings))?;
    row("recoll, no change", "s", &[again.wall_seconds]);
    Ok(())
}

fn sqlite(place: &Place, ingest_seconds: f64) -> Result<()> {
    if !is_installed("sqlite3") {
        return Ok(());
    }
    let database = place.folder.join("fts5.sqlite");
    let script = format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;\n\
         CREATE VIRTUAL TABLE page USING fts5(path, body);\n\
         INSERT INTO page SELECT name, readfile(name) FROM fsdir('{}') WHERE data IS NOT NULL;\n\
         INSERT INTO page(page) VALUES ('optimize');\n",
        place.pages.display()
    );
    let index = run(Command::new("sqlite3").arg(&database).arg(script))?;
    row("SQLite FTS5, first index", "s", &[index.wall_seconds]);
    row("pace of ingest: SQLite FTS5 = 1", "", &[index.wall_seconds / ingest_seconds]);
    row("SQLite FTS5, index", "MB", &[Path::new(&database).metadata()?.len() as f64 / 1e6]);
    Ok(())
}

/// One word is asked of the files and of the index in turn, each by a process of its own.
fn ripgrep(place: &Place) -> Result<()> {
    if !is_installed("rg") {
        return Ok(());
    }
    let mut ratios = Vec::new();
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let scanned = timed(1, || {
            let mut command = Command::new("rg");
            command.args(["--files-with-matches", "--word-regexp", "--ignore-case", "parliament"]).arg(&place.pages);
            command
        })?;
        let asked = timed(3, || {
            let mut command = Command::new(&place.dateline);
            command.arg("query").arg("--index").arg(&place.index).arg("parliament");
            command
        })?;
        ratios.extend(asked.iter().map(|asked| scanned[0] / asked));
        seconds.extend(scanned);
    }
    row("ripgrep for one word, files warm", "s", &seconds);
    row("the same by dateline query, times as fast", "", &ratios);
    Ok(())
}
