//! What `check` finds, and that it finds nothing else.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use dateline::index::check::{self, Finding};

use crate::archive::{Archive, page};
use crate::scene::Scene;

fn archive() -> Archive {
    let archive = Archive::new(&[]);
    for number in 0..20 {
        archive.write(&format!("{number}.txt"), &page(number));
    }
    archive.ingest();
    archive.write("3.txt", &page(27));
    archive.ingest();
    archive
}

/// Files of the engine in the generation in force, by extension.
fn files(archive: &Archive, extension: &str) -> Vec<PathBuf> {
    let generation = archive.place().current().unwrap();
    let paths = fs::read_dir(generation).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    files
}

#[test]
fn a_whole_index_is_clean() {
    let archive = archive();
    let report = check::check(&archive.place()).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!((report.inputs, report.articles), (20, 20));
    assert!(report.files >= 6);
}

#[test]
fn every_flipped_byte_is_found_in_the_file_that_has_it() {
    for extension in ["store", "idx", "pos", "term", "fast", "fieldnorm"] {
        let archive = archive();
        let path = files(&archive, extension).remove(0);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 3;
        bytes[middle] ^= 0x10;
        fs::write(&path, bytes).unwrap();
        let report = check::check(&archive.place()).unwrap();
        let named = |finding: &Finding| match finding {
            Finding::Damaged { path: found } | Finding::Unreadable { path: found, .. } => *found == path,
            _ => false,
        };
        assert!(report.findings.iter().any(named), "{extension}: {:?}", report.findings);
    }
}

#[test]
fn truncated_and_missing_files_are_named() {
    let truncated = archive();
    let path = files(&truncated, "store").remove(0);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let report = check::check(&truncated.place()).unwrap();
    assert!(!report.is_clean());

    let missing = archive();
    let path = files(&missing, "idx").remove(0);
    fs::remove_file(&path).unwrap();
    let report = check::check(&missing.place()).unwrap();
    assert!(report.findings.contains(&Finding::Missing { path }), "{:?}", report.findings);
}

#[test]
fn rubble_is_found_and_removed() {
    let archive = archive();
    let place = archive.place();
    let generation = place.current().unwrap();
    let rubble = [
        generation.join(".tmpAbCdEf"),
        generation.join("0123456789abcdef0123456789abcdef.store"),
        place.root().join(".tmpGhIjKl"),
        place.root().join("generation-0009"),
    ];
    for path in &rubble[..3] {
        fs::write(path, "rubble").unwrap();
    }
    fs::create_dir(&rubble[3]).unwrap();
    let report = check::check(&place).unwrap();
    for path in &rubble {
        assert!(report.findings.contains(&Finding::Orphan { path: path.clone() }), "{path:?}: {:?}", report.findings);
    }
    assert_eq!(report.findings.len(), rubble.len());
    let repaired = check::repair(&place, Duration::ZERO).unwrap();
    assert!(repaired.is_clean(), "{:?}", repaired.findings);
    assert_eq!(repaired.removed.len(), rubble.len());
}

#[test]
fn every_command_tells_of_damage_and_the_way_out() {
    let archive = archive();
    let index = archive.place().root().display().to_string();
    let news = archive.news().display().to_string();
    let path = files(&archive, "idx").remove(0);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let commands: [&[&str]; 5] = [&["status"], &["files"], &["query", "talks"], &["speakers"], &["ingest", &news]];
    for arguments in commands {
        let run = Scene::new().dateline(&[arguments, &["--index", &index]].concat());
        let told = run.stderr.contains("dateline check") && run.stderr.contains("--rebuild");
        assert!(run.code == 2 && told, "{arguments:?} exits with {}: {}", run.code, run.stderr);
    }
    assert_eq!(Scene::new().dateline(&["ingest", &news, "--rebuild", "--index", &index]).code, 0);
    assert_eq!(Scene::new().dateline(&["query", "talks", "--index", &index]).code, 0);
}
