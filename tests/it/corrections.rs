//! What was put right by hand in `dateline.toml` stays right at every ingest.

use crate::scene::Scene;

const ARTICLE: &str = "Minister rejects draft\n\nSeptember 2, 2025 - 20:48\n\nOAST – Norrick's trade minister rejected the \
                       draft on Tuesday.\n\n\"The draft is not worth its stamp,\" said Ilona Varga, the trade minister.\n";

fn dated(scene: &Scene, filter: &str) -> i32 {
    scene.dateline(&["query", "-q", "-s", "stamp", filter]).code
}

#[test]
fn corrections_are_applied_and_taken_back() {
    let scene = Scene::new();
    scene.file("news/draft.txt", ARTICLE);
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(dated(&scene, "speaker:varga date:2025-09-02"), 0);
    assert_eq!(dated(&scene, "location:ostwik"), 1);

    let corrections = "[[corrections.date]]\npath = \"draft.txt\"\npublished = 2025-09-03\n\
                       [[corrections.place]]\nfrom = \"Oast\"\nname = \"Ostwik\"\ncountry = \"NO\"\n\
                       [[corrections.speaker]]\nfrom = \"Ilona Varga\"\nname = \"Irina Varga\"\n";
    scene.file("news/dateline.toml", corrections);
    let summary = scene.dateline(&["ingest", "news"]).expect(0);
    assert!(summary.contains("1 replaced"), "{summary}");
    assert_eq!(dated(&scene, "speaker:\"irina varga\" date:2025-09-03 location:ostwik location:no"), 0);
    assert_eq!(dated(&scene, "speaker:ilona"), 1);
    assert!(scene.dateline(&["ingest", "news"]).expect(0).contains("1 unchanged"));

    scene.file("news/dateline.toml", "[[corrections.date]]\npath = \"other.txt\"\npublished = 2025-09-03\n");
    scene.dateline(&["ingest", "news"]).expect(0);
    assert_eq!(dated(&scene, "speaker:ilona date:2025-09-02"), 0);
}

#[test]
fn extract_shows_what_corrections_do() {
    let scene = Scene::new();
    scene.file("news/draft.txt", ARTICLE);
    scene.file("news/dateline.toml", "[[corrections.date]]\npath = \"draft.txt\"\npublished = 2025-09-03\n");
    let articles = scene.dateline(&["extract", "news/draft.txt"]).json_lines(0);
    assert_eq!(articles[0]["published"], "2025-09-03");
}

#[test]
fn a_name_that_nobody_bears_is_told_with_its_line() {
    let scene = Scene::new();
    scene.file("news/draft.txt", ARTICLE);
    scene.dateline(&["ingest", "news"]).expect(0);
    scene.file(
        "news/dateline.toml",
        "[[corrections.alias]]\nname = \"Ilona Varga\"\nalso = [\"Ilona Varga\",\n  \"Varga\"]\n\
         [[corrections.apart]]\nnames = [\"Ilona Varga\", \"Bo Lind\"]\n\
         [[corrections.speaker]]\nfrom = \"Ilona Varga\"\nname = \"Irina Varga\"\n",
    );
    let expected = [
        "dateline.toml:4: nobody is quoted as \"Varga\", so that this line of corrections.alias changes nothing\n\
         hint: corrections name people as articles do: \"Irina Varga\"",
        "dateline.toml:6: nobody is quoted as \"Bo Lind\", so that this line of corrections.apart changes nothing\n\
         hint: corrections name people as articles do; dateline speakers lists them",
    ];
    for arguments in [&["ingest", "news"][..], &["ingest"], &["speakers"], &["check"]] {
        let run = scene.dateline(arguments);
        assert!(expected.iter().all(|told| run.stderr.contains(told)), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    }
    for arguments in [&["ingest", "-q"][..], &["speakers", "-q"], &["query", "-s", "stamp"]] {
        assert_eq!(scene.dateline(arguments).stderr, "", "{arguments:?}");
    }
    scene.file("news/dateline.toml", "[[corrections.speaker]]\nfrom = \"Ilona Varga\"\nname = \"Irina Varga\"\n");
    assert_eq!(scene.dateline(&["ingest"]).stderr, "");
}
