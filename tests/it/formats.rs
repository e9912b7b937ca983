//! The samples of `corpus/formats`: every format has some, and each is read as its folder's golden says.
//! `DATELINE_BLESS=1 cargo test formats` rewrites the goldens.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use dateline::input::{FORMATS, RawArticle, ReadOptions, Reason, Rejected, read};

use crate::scene::{Scene, checkout, evaluation_data};

const FOLDER: &str = "corpus/formats";
const GOLDEN: &str = "golden.txt";

#[test]
fn every_format_has_samples_and_every_sample_a_format() {
    let folders: BTreeSet<String> = fs::read_dir(checkout(FOLDER))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut rows: BTreeSet<String> = FORMATS.iter().map(|format| format.name.to_owned()).collect();
    if cfg!(not(feature = "pdf")) {
        rows.insert("pdf".to_owned());
    }
    assert_eq!(folders, rows);
    for format in FORMATS {
        let target = format!("fuzz/fuzz_targets/{}.rs", format.name);
        let code = fs::read_to_string(checkout(&target)).unwrap_or_default();
        assert!(code.contains(&format!("\"{}\"", format.name)), "{target} must read {}", format.name);
    }
}

/// The page on formats has a section for each, in their order, which quotes why the samples are refused.
#[test]
fn the_page_on_formats_tells_of_each() {
    let text = fs::read_to_string(checkout("docs/formats.md")).unwrap();
    let mut sections = text.split("\n## ").skip(1);
    if cfg!(not(feature = "pdf")) {
        sections.next();
    }
    for format in FORMATS {
        let section = sections.next().unwrap_or_default();
        let names: Vec<String> = format.extensions.iter().map(|extension| format!("`.{extension}`")).collect();
        let begin = format!("{}\n\n`{}` · {} · ", format.title, format.name, names.join(" "));
        assert!(section.starts_with(&begin), "docs/formats.md must go on with\n{begin}\nnot\n{section}");
        let section = section.split_whitespace().collect::<Vec<_>>().join(" ");
        let golden = fs::read_to_string(checkout(FOLDER).join(format.name).join(GOLDEN)).unwrap();
        for rejected in golden.lines().filter_map(|line| line.strip_prefix("rejected: ")) {
            let (_, reason) = rejected.split_once(": ").unwrap();
            let told = known_part(reason);
            assert!(section.contains(&format!("`{told}`")), "docs/formats.md must tell of {}: `{told}`", format.name);
        }
    }
    assert_eq!(sections.next(), None);
}

/// Returns a reason without what the parser of the format says.
fn known_part(reason: &str) -> &str {
    let ends = |known: &&str| known.contains("is not valid ") || known.ends_with("is damaged");
    reason.split_once(": ").map(|(known, _)| known).filter(ends).unwrap_or(reason)
}

/// Every file of the agencies and standards bodies holds an article, or is refused as what it is.
#[test]
fn files_of_agencies_are_read_or_refused_with_a_reason() {
    let Some(folder) = evaluation_data("files_of_agencies_are_read_or_refused_with_a_reason", "data/formats") else {
        return;
    };
    let (mut files, mut with_article, mut surprising) = (0, 0, Vec::new());
    for entry in
        walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file())
    {
        files += 1;
        let shown = entry.path().strip_prefix(&folder).unwrap().display().to_string();
        let mut articles = 0;
        let mut reasons = Vec::new();
        let mut accept = |member: Result<RawArticle, Rejected>| {
            match member {
                Ok(_) => articles += 1,
                Err(rejected) => reasons.push(rejected.reason),
            }
            ControlFlow::Continue(())
        };
        let format = match read(entry.path(), &shown, &ReadOptions::default(), &mut accept) {
            Ok(summary) => summary.format,
            Err(rejected) => {
                reasons.push(rejected.reason);
                ""
            }
        };
        with_article += usize::from(articles > 0);
        // One feed of the set is broken on purpose; nothing in it is plain text.
        let is_broken = shown.ends_with("rss_2.0_invalid_1.xml");
        let is_told = articles > 0 || reasons.iter().all(Reason::is_no_article) && !reasons.is_empty();
        if format == "text" || is_told == is_broken {
            surprising.push(format!("{shown}: {format}, {articles} articles, {reasons:?}"));
        }
    }
    assert_eq!(surprising, Vec::<String>::new());
    assert!(with_article * 2 > files, "{with_article} of {files} files gave an article");
}

#[test]
fn samples_are_read_as_their_golden_says() {
    let bless = std::env::var_os("DATELINE_BLESS").is_some();
    let mut changed = Vec::new();
    for format in FORMATS {
        let folder = checkout(FOLDER).join(format.name);
        let mut found = String::new();
        let samples = samples(&folder);
        let (broken, whole): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| sample.starts_with("broken"));
        assert!(!whole.is_empty() && !broken.is_empty(), "{} needs whole and broken samples", format.name);
        for sample in samples {
            describe(&folder, &sample, format.name, &mut found);
        }
        let golden = folder.join(GOLDEN);
        if bless {
            fs::write(&golden, &found).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != found {
            changed.push(format!("--- {FOLDER}/{}/{GOLDEN}\n{found}", format.name));
        }
    }
    assert!(changed.is_empty(), "these differ:\n{}", changed.join("\n"));
}

/// Of every format, what its samples' goldens tell as refused is what `dateline files --rejected` lists, no more and no
/// less.
#[test]
fn what_is_refused_is_listed() {
    let scene = Scene::new();
    scene.copy(FOLDER);
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for format in FORMATS {
        let golden = fs::read_to_string(checkout(FOLDER).join(format.name).join(GOLDEN)).unwrap();
        let mut sample = "";
        for line in golden.lines() {
            sample = line.strip_prefix("=== ").unwrap_or(sample);
            if let Some(rejected) = line.strip_prefix("rejected: ") {
                let (_, reason) = rejected.split_once(": ").unwrap();
                expected.entry(format!("{}/{sample}", format.name)).or_default().push(reason.to_owned());
            }
        }
    }
    scene.dateline(&["ingest", FOLDER, "--exclude", GOLDEN]).expect(3);
    let rows = scene.dateline(&["files", "--rejected", "--format", "jsonl"]).json_lines(0);
    let listed: BTreeMap<String, String> =
        rows.iter().map(|row| (row["path"].as_str().unwrap().to_owned(), row["rejections"].to_string())).collect();
    assert!(listed.keys().eq(expected.keys()), "listed: {:?}\nexpected: {:?}", listed.keys(), expected.keys());
    for (path, reasons) in &expected {
        for reason in reasons {
            let reason = serde_json::to_string(reason).unwrap();
            assert!(listed[path].contains(reason.trim_matches('"')), "{path}: {reason} is not in {}", listed[path]);
        }
    }
    assert!(listed["zip/2025.zip"].contains("(06/logo.png)"), "{}", listed["zip/2025.zip"]);
}

/// Whatever an article stands in, the index is sound, and the id that a hit tells is the one by which it is shown.
#[test]
fn what_is_found_can_be_shown() {
    let scene = Scene::new();
    scene.copy(FOLDER);
    scene.dateline(&["ingest", FOLDER, "--exclude", GOLDEN]).expect(3);
    scene.dateline(&["check"]).expect(0);
    let mut inside = BTreeSet::new();
    for hit in scene
        .dateline(&["query", "date:1000.. OR date:none", "--all", "--limit", "1000", "--format", "jsonl"])
        .json_lines(0)
    {
        let (id, path) = (hit["id"].as_str().unwrap(), hit["path"].as_str().unwrap());
        if let Some((input, _)) = path.split_once('!') {
            inside.insert(input.to_owned());
            let shown = scene.dateline(&["show", id, "--format", "json"]).expect(0);
            let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
            assert_eq!((shown["id"].as_str(), shown["path"].as_str()), (Some(id), Some(path)));
        }
    }
    assert!(inside.contains("zip/2025.zip"), "{inside:?}");
}

/// Returns the samples of a folder, below it, in order; those that are broken last. Sidecars are no samples.
fn samples(folder: &Path) -> Vec<PathBuf> {
    let mut samples: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the corpus can be read"))
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != GOLDEN)
        .map(|entry| entry.path().strip_prefix(folder).unwrap().to_owned())
        .collect();
    let is_sidecar = |sample: &Path| folder.join(sample.with_extension("")).is_file();
    samples.retain(|sample| !is_sidecar(sample));
    samples.sort_by_key(|sample| (sample.starts_with("broken"), sample.clone()));
    samples
}

/// Writes what a sample was read as.
fn describe(folder: &Path, sample: &Path, format: &str, text: &mut String) {
    let shown = sample.to_str().unwrap();
    writeln!(text, "=== {shown}").unwrap();
    let mut accept = |member: Result<RawArticle, Rejected>| {
        match member {
            Ok(article) => describe_article(&article, text),
            Err(rejected) => writeln!(text, "rejected: {rejected}\n").unwrap(),
        }
        ControlFlow::Continue(())
    };
    match read(&folder.join(sample), shown, &ReadOptions::default(), &mut accept) {
        Ok(summary) => {
            assert_eq!(summary.format, format, "{shown}");
            if let Some(damage) = summary.damage {
                writeln!(text, "damaged: {damage}\n").unwrap();
            }
            for note in summary.notes {
                writeln!(text, "note: {note}\n").unwrap();
            }
        }
        Err(rejected) => writeln!(text, "rejected: {rejected}\n").unwrap(),
    }
}

fn describe_article(article: &RawArticle, text: &mut String) {
    let published = article.published.as_ref().map(|date| {
        let printed = if article.published_is_metadata { "" } else { " (printed)" };
        format!("{date}{printed}")
    });
    let byline = (!article.byline.is_empty()).then(|| article.byline.join("; "));
    let fields = [
        ("inside", &article.inside),
        ("key", &article.key),
        ("headline", &article.headline),
        ("published", &published),
        ("dateline", &article.dateline),
        ("location", &article.location),
        ("byline", &byline),
        ("outlet", &article.outlet),
        ("language", &article.language),
        ("url", &article.url),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(text, "{name}: {value}").unwrap();
        }
    }
    writeln!(text, "\n{}\n", article.body).unwrap();
}
