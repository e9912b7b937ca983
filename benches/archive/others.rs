//! Other search programs on the same files, where they are installed.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::measure::{Place, folder_megabytes, remove, row, timed};
use crate::process::run;

/// Indexes and searches the pages with whatever of recoll, SQLite and ripgrep there is.
pub fn compare(place: &Place) -> Result<()> {
    recoll(place)?;
    sqlite(place)?;
    ripgrep(place)
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok()
}

fn recoll(place: &Place) -> Result<()> {
    if !is_installed("recollindex") {
        return Ok(());
    }
    let settings = place.folder.join("recoll");
    remove(&settings)?;
    std::fs::create_dir_all(&settings)?;
    std::fs::write(settings.join("recoll.conf"), format!("topdirs = {}\n", place.pages.display()))?;
    let index = run(Command::new("recollindex").arg("-c").arg(&settings).arg("-z"))?;
    row("recoll, first index", "s", &[index.wall_seconds]);
    row("recoll, index", "MB", &[folder_megabytes(&settings)]);
    let again = run(Command::new("recollindex").arg("-c").arg(&settings))?;
    row("recoll, no change", "s", &[again.wall_seconds]);
    Ok(())
}

fn sqlite(place: &Place) -> Result<()> {
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
    row("SQLite FTS5, index", "MB", &[Path::new(&database).metadata()?.len() as f64 / 1e6]);
    Ok(())
}

fn ripgrep(place: &Place) -> Result<()> {
    if !is_installed("rg") {
        return Ok(());
    }
    let found = timed(3, || {
        let mut command = Command::new("rg");
        command.args(["--files-with-matches", "--word-regexp", "--ignore-case", "parliament"]).arg(&place.pages);
        command
    })?;
    row("ripgrep for one word, files warm", "s", &found);
    Ok(())
}
