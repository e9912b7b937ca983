//! One statement in many articles: trimmed and re-worded variants are shown once, others are not.

use std::fs;

use serde_json::{Value, json};

use crate::scene::Scene;

/// Indexes a statement per row, each in an article of its own: its words and who said them.
fn indexed(rows: &[(&str, &str)]) -> Scene {
    let scene = Scene::new();
    let line = |(number, (words, speaker)): (usize, &(&str, &str))| {
        let body = format!("\"{words},\" {speaker} said on Monday.\n\nIt rained in quarter {number} of the town.");
        json!({"id": number.to_string(), "headline": format!("Report {number}"), "language": "en", "body": body})
            .to_string()
    };
    scene.file("news/wire.jsonl", rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    scene
}

/// Returns how many hits are shown, and how many are told to be their copies.
#[track_caller]
fn shown(scene: &Scene, arguments: &[&str]) -> (usize, u64) {
    let page: Value = serde_json::from_str(
        &scene.dateline(&[&["query", "-s", "said:harbour", "--format", "json"], arguments].concat()).expect(0),
    )
    .expect("it is JSON");
    let hits = page["hits"].as_array().expect("hits");
    let copies = hits.iter().map(|hit| hit["duplicates"].as_u64().expect("a number")).sum();
    assert_eq!(page["total"].as_u64(), Some(hits.len() as u64 + copies), "every hit is told");
    (hits.len(), copies)
}

const WHOLE: &str = "We will build the new harbour before winter comes because the fishermen have waited long enough";
const VARGA: &str = "Foreign Minister Lena Varga";

#[test]
fn variants_of_a_statement_are_shown_once() {
    let rows = [
        ("word for word", WHOLE, VARGA, true),
        ("with her name alone", WHOLE, "Varga", true),
        ("trimmed behind", "We will build the new harbour before winter comes", VARGA, true),
        (
            "trimmed before",
            "the new harbour before winter comes because the fishermen have waited long enough",
            VARGA,
            true,
        ),
        (
            "a word changed",
            "We will build a new harbour before winter comes because the fishermen have waited long enough",
            VARGA,
            true,
        ),
        (
            "a word put in and one left out",
            "We will surely build the new harbour before winter because the fishermen have waited long enough",
            VARGA,
            true,
        ),
        // Others.
        (
            "the opposite",
            "We will not build the new harbour before winter comes because the fishermen have waited long enough",
            VARGA,
            false,
        ),
        (
            "on the same matter",
            "The harbour is what the fishermen have asked us for since the storm last year",
            VARGA,
            false,
        ),
        (
            "re-worded by somebody else",
            "We will build a new harbour before winter comes because the fishermen have waited long enough",
            "President Anton Velishev",
            false,
        ),
    ];
    for (name, words, speaker, is_one) in rows {
        let scene = indexed(&[(WHOLE, VARGA), (words, speaker)]);
        let expected = if is_one { (1, 1) } else { (2, 0) };
        assert_eq!(shown(&scene, &[]), expected, "{name}");
        assert_eq!(shown(&scene, &["--all"]), (2, 0), "{name}");
    }
}

#[test]
fn what_everybody_says_is_everybodys() {
    let short = "The harbour is closed";
    assert_eq!(shown(&indexed(&[(short, VARGA), (short, "Lena Varga")]), &[]), (1, 1));
    assert_eq!(shown(&indexed(&[(short, VARGA), (short, "President Anton Velishev")]), &[]), (2, 0));
}

#[test]
fn a_statement_of_many_articles_is_counted_whatever_the_page() {
    let mut rows = Vec::new();
    for _ in 0..15 {
        rows.extend([(WHOLE, VARGA), ("We will build the new harbour before winter comes", VARGA)]);
    }
    rows.push(("The harbour is what the fishermen have asked us for since the storm last year", VARGA));
    let scene = indexed(&rows);
    assert_eq!(shown(&scene, &[]), (2, 29));
    assert_eq!(shown(&scene, &["--sort", "newest", "--limit", "0"]), (2, 29));
    let text = scene.dateline(&["query", "-s", "said:harbour"]).expect(0);
    assert!(text.contains("and 29 more"), "{text}");
}

#[test]
fn an_article_that_is_nothing_but_a_statement_is_no_copy_of_it() {
    let scene = Scene::new();
    let words = "\"The harbour belongs to the fishermen of the town and to nobody else\"";
    let articles = [
        json!({"id": "1", "headline": "Words", "language": "en", "body": words.trim_matches('"')}),
        json!({"id": "2", "headline": "More", "language": "en", "body": format!("{words} {VARGA} said.")}),
        json!({"id": "3", "headline": "Again", "language": "en", "body": format!("{words} Lena Varga said on Monday.")}),
    ];
    scene.file("news/wire.jsonl", articles.map(|article| article.to_string()).join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(shown(&scene, &[]), (1, 1));
}

#[test]
fn copies_that_fill_more_than_a_page_leave_room_for_others() {
    let sentence = |number: usize| format!("The ferry of quarter {number} crosses the cold harbour twice before noon.");
    let story: String = (0..20).map(|number| sentence(number) + " ").collect();
    let mut articles: Vec<String> = (0..120).map(|number| format!("{story} Copy {number}.")).collect();
    // Longer texts score less, so that these stand behind all copies of the story.
    let others = ["one", "two", "three"].map(|name| {
        let filler: String = (0..400).map(|number| format!("{name}{number} ")).collect();
        format!("{filler} The ferry crosses the cold harbour. {filler}")
    });
    articles.extend(others);
    let lines = articles.iter().enumerate().map(|(number, body)| {
        json!({"id": number.to_string(), "headline": format!("Report {number}"), "language": "en", "body": body})
            .to_string()
    });
    let scene = Scene::new();
    scene.file("news/wire.jsonl", lines.collect::<Vec<_>>().join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    // Two words lift those in which they stand side by side, one does not, and a filter alone sorts by day.
    for query in ["cold harbour", "ferry", "language:en"] {
        for (arguments, hits, copies) in [
            (&["--limit", "10"][..], 4, 119),
            (&["--limit", "2"], 2, 119),
            (&["--limit", "0"], 4, 119),
            (&["--limit", "2", "--offset", "2"], 2, 0),
        ] {
            let all = [&["query", query, "--format", "json"], arguments].concat();
            let page: Value = serde_json::from_str(&scene.dateline(&all).expect(0)).expect("it is JSON");
            let found = page["hits"].as_array().expect("hits");
            let told: u64 = found.iter().map(|hit| hit["duplicates"].as_u64().expect("a number")).sum();
            if query == "language:en" {
                // Without days the order is by id, and the story may stand anywhere.
                assert_eq!(found.len(), hits, "{query} {arguments:?}");
            } else {
                assert_eq!(
                    (page["total"].as_u64(), found.len(), told),
                    (Some(123), hits, copies),
                    "{query} {arguments:?}"
                );
            }
        }
    }
}

#[test]
fn copies_stay_found_while_segments_come_go_and_merge() {
    let scene = Scene::new();
    let ingests = 10;
    let story = |number: u32| {
        // One that says something else stands beside the copies, which end as often elsewhere.
        let end = if number.is_multiple_of(2) { " because the fishermen have waited long enough" } else { "" };
        format!(
            "Report {number}\n\n\"We will build the new harbour before winter comes{end},\" {VARGA} said on Monday.\n\n\
             \"Harbour dues of year {number} were never paid by any of the {number} owners,\" Tomas Rehn said.\n"
        )
    };
    for number in 1..=ingests {
        scene.file(&format!("news/{number}.txt"), story(number));
        scene.dateline(&["ingest", "news"]).expect(0);
        scene.dateline(&["check"]).expect(0);
        assert_eq!(shown(&scene, &["speaker:varga"]), (1, u64::from(number) - 1), "{number} ingests");
    }
    let generation = dateline::index::Place::new(scene.path().join("index")).current().expect("a generation");
    let segments = fs::read_dir(generation).expect("it can be read").filter(|entry| {
        let path = entry.as_ref().expect("it can be read").path();
        path.extension().is_some_and(|extension| extension == "idx")
    });
    assert!(segments.count() < ingests as usize, "nothing was merged");
    for number in 1..=4 {
        fs::remove_file(scene.path().join(format!("news/{number}.txt"))).expect("it can be removed");
    }
    scene.dateline(&["ingest", "news", "--prune"]).expect(0);
    scene.dateline(&["check"]).expect(0);
    assert_eq!(shown(&scene, &["speaker:varga"]), (1, 5), "four of ten are gone");
}
