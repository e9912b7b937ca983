//! Metadata beside a file: what it says of the articles, when it is read again, and what is told of a broken one.

use std::fs;
use std::ops::ControlFlow;
use std::time::Duration;

use dateline::input::{RawArticle, ReadOptions, read};

use crate::archive::{Archive, age, contents, counts, page};
use crate::scene::Scene;

const PAGE: &str = "Harbour talks resume\n\nSeptember 2, 2025 - 10:00\n\nPORT ALMENA – Talks went on.\n";
const LINES: &str = "{\"title\": \"One\", \"text\": \"It rained.\", \"outlet\": \"Meridian Wire\"}\n\
                     {\"title\": \"Two\", \"text\": \"It snowed.\"}\n";

/// Reads a file with another beside it; returns headline, date, outlet and address of each article, and what is told.
fn read_beside(name: &str, text: &str, sidecar: &str, metadata: &[u8]) -> (Vec<[String; 4]>, Vec<String>) {
    let scene = Scene::new();
    let path = scene.file(name, text);
    scene.file(sidecar, metadata);
    let (mut articles, mut told) = (Vec::new(), Vec::new());
    let mut take = |member: Result<RawArticle, dateline::input::Rejected>| {
        match member {
            Ok(article) => articles.push(
                [article.headline, article.published, article.outlet, article.url].map(Option::unwrap_or_default),
            ),
            Err(rejected) => told.push(rejected.to_string()),
        }
        ControlFlow::Continue(())
    };
    let summary = read(&path, name, &ReadOptions::default(), &mut take).unwrap();
    told.extend(summary.notes.iter().map(ToString::to_string));
    (articles, told)
}

#[test]
fn a_sidecar_says_what_its_file_does_not() {
    let all = ["Talks in the harbour", "2025-09-03", "The Harbour Post", "https://post.example/talks"];
    let none = ["Harbour talks resume", "September 2, 2025 - 10:00", "", ""];
    let yaml =
        "title: Talks in the harbour\ndate: 2025-09-03\noutlet: The Harbour Post\nurl: https://post.example/talks\n";
    let toml = "headline = \"Talks in the harbour\"\npublished = 2025-09-03\npublisher = { name = \"The Harbour Post\" }\n\
                link = \"https://post.example/talks\"\n";
    let json = "{\"headline\": \"Talks in the harbour\", \"date\": \"2025-09-03\", \"outlet\": \"The Harbour Post\", \
                \"url\": \"https://post.example/talks\"}";
    let broken = "talks.txt: its sidecar talks.txt";
    type Row<'r> = (&'r str, &'r str, &'r [u8], [&'r str; 4], String);
    let rows: [Row<'_>; 9] = [
        ("YAML", "talks.txt.yaml", yaml.as_bytes(), all, String::new()),
        ("YAML by its other name", "talks.txt.yml", yaml.as_bytes(), all, String::new()),
        ("TOML", "talks.txt.toml", toml.as_bytes(), all, String::new()),
        ("JSON", "talks.txt.json", json.as_bytes(), all, String::new()),
        ("a part", "talks.txt.yaml", b"outlet: The Harbour Post", [none[0], none[1], all[2], ""], String::new()),
        // Not the sidecar of this file.
        ("another name", "talks.yaml", yaml.as_bytes(), none, String::new()),
        ("another file", "other.txt.yaml", yaml.as_bytes(), none, String::new()),
        // Broken: the article is read without it.
        ("no list of names", "talks.txt.json", b"[1", none, format!("{broken}.json is not valid JSON: ")),
        ("no text", "talks.txt.toml", b"outlet = \"\xFF\"", none, format!("{broken}.toml cannot be decoded as UTF-8")),
    ];
    for (case, sidecar, metadata, article, message) in rows {
        let (articles, told) = read_beside("talks.txt", PAGE, sidecar, metadata);
        assert_eq!(articles, [article], "{case}");
        assert_eq!(told.len(), usize::from(!message.is_empty()), "{case}: {told:?}");
        assert!(told.concat().starts_with(&message), "{case}: {told:?}");
    }
}

#[test]
fn several_articles_share_only_what_can_be_true_of_all() {
    let (articles, told) = read_beside(
        "wire.jsonl",
        LINES,
        "wire.jsonl.yaml",
        b"headline: Wire\noutlet: The Harbour Post\ndate: 2025-09-03",
    );
    let row = |headline, outlet| [headline, "", outlet, ""].map(str::to_owned);
    assert_eq!(articles, [row("One", "Meridian Wire"), row("Two", "The Harbour Post")]);
    assert_eq!(told, ["it holds several articles, so headline, date and address of its sidecar were left out"]);
    let (_, told) = read_beside("wire.jsonl", LINES, "wire.jsonl.yaml", b"outlet: The Harbour Post");
    assert_eq!(told, [""; 0]);
}

#[test]
fn a_file_is_read_again_when_its_sidecar_changes() {
    let sidecar = "b.txt.yaml";
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2)), (sidecar, "outlet: The Harbour Post\n")]);
    assert_eq!(counts(&archive.ingest()), [2, 0, 0, 0, 0]);
    let before = contents(&archive.place());
    assert_eq!(before.len(), 2, "a sidecar is no input");
    let read = |change: &dyn Fn()| {
        change();
        let summary = archive.ingest();
        (counts(&summary), summary.files_read)
    };
    let path = archive.path(sidecar);
    assert_eq!(read(&|| ()), ([0, 0, 0, 0, 2], 0), "nothing changed");
    assert_eq!(read(&|| archive.write(sidecar, "outlet: Meridian Wire\n")), ([0, 1, 0, 0, 1], 1), "other words");
    // Of the same size: only its time tells.
    assert_eq!(
        read(&|| {
            fs::write(&path, "outlet: Meridian Wine\n").unwrap();
            age(&path, Duration::from_secs(1800));
        }),
        ([0, 1, 0, 0, 1], 1),
        "another letter"
    );
    assert_ne!(contents(&archive.place()), before);
    let broken = archive.try_ingest(|_| archive.write(sidecar, "outlet: [\n")).unwrap();
    let [rejected] = &broken.rejected[..] else { panic!("{:?}", broken.rejected) };
    assert!(rejected.to_string().starts_with("b.txt: its sidecar b.txt.yaml is not valid YAML"), "{rejected}");
    assert_eq!((counts(&broken)[1], contents(&archive.place()).len()), (1, 2));
    assert_eq!(read(&|| ()), ([0, 0, 0, 0, 2], 0), "a broken one is told once");
    // A part of the collection knows the same sidecar.
    let part = archive.ingest_with(|options| options.paths = vec![archive.path("b.txt")]);
    assert_eq!((counts(&part), part.files_read), ([0, 0, 0, 0, 1], 0));
    assert_eq!(read(&|| fs::remove_file(&path).unwrap()), ([0, 1, 0, 0, 1], 1), "it is gone");
    let fresh = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    fresh.ingest();
    assert_eq!(contents(&archive.place()), contents(&fresh.place()), "without it all is as if it had never been");
}
