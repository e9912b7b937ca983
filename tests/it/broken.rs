//! Inputs that are damaged, hostile or no articles at all: each is read or rejected with its reason, the rest is
//! indexed, and a second run has nothing new to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;

use serde_json::Value;

use crate::archive::{Archive, page};
use crate::scene::{Scene, checkout};

/// What becomes of an input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// So many articles are indexed, and nothing is rejected.
    Read(u64),
    /// Nothing is indexed, for this reason.
    Rejected(&'static str),
    /// So many articles are indexed, and so many records are not; the first for this reason.
    Partly(u64, u64, &'static str),
}
use Fate::{Partly, Read, Rejected};

/// Every file of `corpus/broken`.
const FILES: &[(&str, Fate)] = &[
    // Nothing in it.
    ("empty.txt", Rejected("is empty")),
    ("blank.txt", Rejected("has neither headline nor text")),
    ("rules.txt", Rejected("has neither headline nor text")),
    ("mark-only.txt", Rejected("has neither headline nor text")),
    ("nothing.txt.gz", Rejected("is empty")),
    ("empty-list.json", Rejected("holds no article: an empty list")),
    ("no-article.json", Rejected("holds no article: an object without headline or body")),
    ("no-record.sgm", Rejected("holds no article: not one record of Reuters-21578 SGML")),
    // Not text.
    ("zeros.txt", Rejected("is not text but binary data")),
    ("noise.txt", Rejected("is not text but binary data")),
    ("picture.txt", Rejected("is not text but a PNG picture")),
    ("program.txt", Rejected("is not text but a program")),
    // Documents of a kind that is not read.
    ("letter.rtf", Rejected("RTF documents are not read; save it as text or DOCX")),
    ("letter.odt", Rejected("OpenDocument files (ODT) are not read; save it as text or DOCX")),
    ("letter.epub", Rejected("EPUB books are not read; save it as text or HTML")),
    ("letter.doc", Rejected("old Microsoft Office documents (DOC) are not read; save it as text or DOCX")),
    #[cfg(feature = "pdf")]
    ("letter.pdf", Rejected("holds no article: a PDF without pages")),
    #[cfg(not(feature = "pdf"))]
    ("letter.pdf", Rejected("PDF documents are not read; save it as text, as pdftotext does")),
    // Compressed, and damaged.
    ("header-only.txt.gz", Rejected("ends before its gzip data does")),
    ("truncated.txt.gz", Partly(1, 1, "ends before its gzip data does")),
    ("truncated.txt.bz2", Rejected("ends before its bzip2 data does")),
    ("truncated.txt.xz", Rejected("ends before its xz data does")),
    ("truncated.txt.zst", Rejected("ends before its zstd data does")),
    ("damaged.txt.gz", Rejected("its gzip data is damaged: corrupt deflate stream")),
    ("wrong-checksum.txt.gz", Partly(1, 1, "its gzip data is damaged")),
    ("trailing-garbage.txt.gz", Partly(1, 1, "its gzip data is damaged")),
    ("nested.txt.gz", Rejected("archives stand in archives more than 4 deep")),
    ("misnamed.txt.gz", Read(1)),
    // Encodings.
    ("nul-bytes.txt", Read(1)),
    ("invalid-utf8.txt", Read(1)),
    ("cut-character.txt", Read(1)),
    ("two-encodings.txt", Read(1)),
    ("false-utf16-mark.txt", Read(1)),
    ("odd-utf16.txt", Read(1)),
    ("lone-surrogates-utf16.txt", Read(1)),
    ("carriage-returns.txt", Read(1)),
    ("escapes.txt", Read(1)),
    // JSON.
    ("malformed.json", Rejected("is not valid JSON: expected value at line 1 column 11")),
    ("two-roots.json", Rejected("is not valid JSON: trailing characters")),
    ("cut-array.json", Partly(2, 1, "is not valid JSON: the record does not end")),
    ("broken-line.jsonl", Partly(3, 1, "is not valid JSON: EOF while parsing a string")),
    ("wrong-types.jsonl", Partly(3, 4, "is not valid JSON: an article must be an object, not a list")),
    ("same-key.jsonl", Read(3)),
    ("lone-surrogate.jsonl", Rejected("is not valid JSON: unexpected end of hex escape")),
    ("huge-number.jsonl", Rejected("is not valid JSON: number out of range")),
    ("deep.json", Rejected("is not valid JSON: recursion limit exceeded")),
    ("deep-object.json", Rejected("is not valid JSON: recursion limit exceeded")),
    // Reuters SGML.
    ("unclosed.sgm", Partly(1, 1, "is not valid Reuters SGML: no </REUTERS> before the end")),
    ("cut-tag.sgm", Partly(1, 1, "is not valid Reuters SGML: no </REUTERS> before the end")),
    ("empty-record.sgm", Partly(1, 1, "has neither headline nor text")),
    ("garbage-between.sgm", Read(2)),
    ("nested-records.sgm", Read(1)),
    ("entities.sgm", Read(1)),
];

/// Ingests and returns the summary.
fn ingest(scene: &Scene, code: i32) -> Value {
    let run = scene.dateline(&["ingest", "news", "--format", "json"]);
    serde_json::from_str(&run.expect(code)).expect("the summary is JSON")
}

/// Returns what the index says of each input.
fn fates(scene: &Scene) -> BTreeMap<String, (u64, u64, String)> {
    let rows = scene.dateline(&["files", "--format", "jsonl"]).json_lines(0);
    rows.iter()
        .map(|row| {
            let reason = row["rejections"][0].as_str().unwrap_or_default().to_owned();
            let number = |name: &str| row[name].as_u64().expect("a number");
            (row["path"].as_str().expect("a path").to_owned(), (number("articles"), number("rejected"), reason))
        })
        .collect()
}

#[track_caller]
fn assert_fate(path: &str, expected: Fate, found: Option<&(u64, u64, String)>) {
    let (articles, rejected, reason) = found.unwrap_or_else(|| panic!("{path} is not in the index"));
    let (expected_articles, expected_rejected, expected_reason) = match expected {
        Read(articles) => (articles, 0, ""),
        Rejected(reason) => (0, 1, reason),
        Partly(articles, rejected, reason) => (articles, rejected, reason),
    };
    assert_eq!((*articles, *rejected), (expected_articles, expected_rejected), "{path}: {reason}");
    assert!(reason.starts_with(expected_reason), "{path}: {reason}");
}

#[test]
fn every_broken_file_has_its_fate_and_the_rest_is_indexed() {
    let on_disk: BTreeSet<String> = fs::read_dir(checkout("corpus/broken"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(on_disk, listed);

    let scene = Scene::new();
    for name in &on_disk {
        scene.file(&format!("news/{name}"), fs::read(checkout("corpus/broken").join(name)).unwrap());
    }
    scene.file("news/whole.txt", page(1));
    let first = ingest(&scene, 3);
    let fates = fates(&scene);
    for (name, fate) in FILES {
        assert_fate(name, *fate, fates.get(*name));
    }
    assert_fate("whole.txt", Read(1), fates.get("whole.txt"));
    let told = first["rejected"].as_array().unwrap();
    for (name, fate) in FILES {
        let is_told = told.iter().any(|rejected| rejected["path"] == *name);
        assert_eq!(is_told, !matches!(fate, Read(_)), "{name}");
    }

    let second = ingest(&scene, 0);
    assert_eq!((&second["newly_rejected"], &second["files_read"]), (&0.into(), &0.into()), "{second}");
    let kinds = FILES.iter().filter(|(_, fate)| !matches!(fate, Read(_))).count();
    assert_eq!(second["known_rejected"], kinds);
}

#[test]
fn huge_lines_and_bombs_are_bounded() {
    let scene = Scene::new();
    let mut line = "word ".repeat(40 << 20);
    line.push('\n');
    scene.file("news/line.txt", &line);
    line.clear();
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..200 {
        bomb.write_all(&vec![b'a'; 1 << 20]).unwrap();
    }
    scene.file("news/bomb.txt.gz", bomb.finish().unwrap());
    scene.file("news/whole.txt", page(1));
    ingest(&scene, 3);
    let fates = fates(&scene);
    assert_fate("line.txt", Rejected("the line is longer than the limit of 64 MiB"), fates.get("line.txt"));
    assert_fate("bomb.txt.gz", Rejected("expands to more than 200 times its size"), fates.get("bomb.txt.gz"));
    assert_fate("whole.txt", Read(1), fates.get("whole.txt"));
    assert_eq!(ingest(&scene, 0)["newly_rejected"], 0);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::scene::Run;

    #[test]
    fn what_is_no_file_or_has_an_odd_name_stops_nothing() {
        let scene = Scene::new();
        scene.file("news/whole.txt", page(1));
        let news = scene.path().join("news");
        let _socket = UnixListener::bind(news.join("socket.txt")).unwrap();
        assert!(scene.shell("mkfifo news/pipe.txt").status().unwrap().success());
        symlink("/dev/zero", news.join("device.txt")).unwrap();
        symlink("nowhere.txt", news.join("dangling.txt")).unwrap();
        symlink("itself.txt", news.join("itself.txt")).unwrap();
        fs::create_dir(news.join("loop")).unwrap();
        symlink("..", news.join("loop/up")).unwrap();
        fs::write(news.join(OsStr::from_bytes(b"caf\xE9.txt")), page(2)).unwrap();
        fs::write(news.join("two\nlines\x1b[31m.txt"), page(3)).unwrap();
        fs::write(news.join(format!("{}.txt", "n".repeat(251))), page(4)).unwrap();
        // Deeper than any path that the system takes in one piece.
        let folders = vec!["f".repeat(200); 12].join("/");
        scene.file(&format!("spare/{folders}/a.txt"), page(5));
        fs::create_dir_all(news.join(&folders)).unwrap();
        fs::rename(scene.path().join("spare"), news.join(&folders).join("spare")).unwrap();

        let first = scene.dateline(&["ingest", "news"]);
        assert_eq!(first.code, 3, "{}", first.stderr);
        assert!(!first.stderr.contains('\x1b'), "{:?}", first.stderr);
        let fates = fates(&scene);
        let rows = [
            ("whole.txt", Read(1)),
            ("socket.txt", Rejected("is a socket, not a file")),
            ("pipe.txt", Rejected("is a named pipe, not a file")),
            ("device.txt", Rejected("is a device, not a file")),
            ("dangling.txt", Rejected("is a symbolic link to nothing")),
            ("itself.txt", Rejected("is a symbolic link that leads to itself")),
            ("caf\\xE9.txt", Read(1)),
            ("two\nlines\x1b[31m.txt", Read(1)),
            (&format!("{}.txt", "n".repeat(251)), Read(1)),
        ];
        for (name, fate) in rows {
            assert_fate(name, fate, fates.get(name));
        }
        let deep = fates.iter().find(|(path, _)| path.len() > 3_000).map(|(_, fate)| fate);
        assert_fate("the deep folder", Rejected("cannot be read: File name too long"), deep);
        assert_eq!(fates.len(), rows.len() + 1, "{:?}", fates.keys());
        assert_eq!(ingest(&scene, 0)["newly_rejected"], 0);

        let followed = scene.dateline(&["ingest", "news", "--follow"]);
        assert!(followed.code == 3 && followed.stderr.contains("loop/up"), "{}", followed.stderr);
    }

    #[test]
    fn what_may_not_be_read_stays_as_it_was_until_it_may() {
        let scene = Scene::new();
        scene.file("news/whole.txt", page(1));
        let file = scene.file("news/file.txt", page(2));
        scene.file("news/folder/a.txt", page(3));
        scene.file("news/folder/b.txt", page(4));
        let folder = scene.path().join("news/folder");
        let mode = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let ingest = |code| -> Value {
            let run =
                Run::of(scene.bound_by_permissions().args(["ingest", "news", "--format", "json"]).output().unwrap());
            serde_json::from_str(&run.expect(code)).unwrap()
        };
        mode(&file, 0o000);
        ingest(3);
        assert_fate("file.txt", Rejected("permission denied"), fates(&scene).get("file.txt"));
        assert_eq!(ingest(0)["newly_rejected"], 0);
        mode(&file, 0o644);
        assert_eq!(ingest(0)["articles"], 1);

        mode(&folder, 0o000);
        let closed = ingest(3);
        assert_eq!((&closed["removed"], &closed["unchanged"]), (&0.into(), &2.into()));
        assert_fate("folder/a.txt", Read(1), fates(&scene).get("folder/a.txt"));
        assert_eq!(ingest(0)["newly_rejected"], 0);
        mode(&folder, 0o755);
        assert_eq!(ingest(0)["known_rejected"], 0);
        assert!(!fates(&scene).contains_key("folder"), "{:?}", fates(&scene));
    }
}

#[test]
fn a_file_that_changes_or_vanishes_while_it_is_read_is_not_half_indexed() {
    use dateline::input::{ReadOptions, Reason};
    let lines = "{\"title\": \"Round\", \"text\": \"Talks went on.\"}\n".repeat(3);
    type Change = fn(&std::path::Path);
    let rows: [(&str, Change, Option<Reason>); 4] = [
        ("nothing", |_| (), None),
        ("grows", |path| fs::write(path, "{}\n".repeat(90)).unwrap(), Some(Reason::ChangedWhileRead)),
        ("is replaced", replace, Some(Reason::ChangedWhileRead)),
        ("vanishes", |path| fs::remove_file(path).unwrap(), Some(Reason::VanishedWhileRead)),
    ];
    for (name, change, expected) in rows {
        let scene = Scene::new();
        let path = scene.file("wire.jsonl", &lines);
        let mut is_first = true;
        let result = dateline::input::read(&path, "wire.jsonl", &ReadOptions::default(), &mut |_| {
            if std::mem::take(&mut is_first) {
                change(&path);
            }
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!(result.err().map(|rejected| rejected.reason), expected, "{name}");
    }
}

/// Puts another file of the same size in the place of one, as editors do.
fn replace(path: &std::path::Path) {
    let other = path.with_extension("new");
    fs::write(&other, fs::read_to_string(path).unwrap().replace("went on", "stopped")).unwrap();
    fs::rename(other, path).unwrap();
}

#[test]
fn a_file_that_never_stops_changing_waits_for_the_next_run() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let line = |number| format!("{{\"id\": {number}, \"title\": \"Round\", \"text\": \"Talks went on.\"}}\n");
    let lines: String = (0..300).map(line).collect();
    let archive = Archive::new(&[("whole.txt", &page(1)), ("wire.jsonl", &lines)]);
    let stop = AtomicBool::new(false);
    let first = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::File::options().append(true).open(archive.path("wire.jsonl")).unwrap();
            for number in 300..1_000_000 {
                file.write_all(line(number).as_bytes()).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
                if stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let first = archive.ingest();
        stop.store(true, Ordering::Relaxed);
        first
    });
    let reasons: Vec<String> = first.rejected.iter().map(ToString::to_string).collect();
    assert_eq!((reasons, first.added), (vec!["wire.jsonl: changed while it was read".to_owned()], 1));
    let second = archive.ingest_with(|options| options.dry_run = true);
    assert_eq!((second.replaced, second.unchanged), (1, 1), "the next run reads it again");
}
