//! `query` and `show`: what is found, in which order, how it is printed, and what is said where nothing is.

use serde_json::{Value, json};

use crate::scene::{Run, Scene, evaluation_data};

/// Three articles about an invented harbour, two of them one story in two outlets.
const ARTICLES: &str = r#"
{"id": "1", "headline": "Minister pledges new harbour", "published": "2025-03-04T09:30", "outlet": "The Harbour Post", "location": "Ostrand", "language": "en", "body": "OSTRAND — \"We will build the harbour before winter,\" Foreign Minister Lena Varga said on Tuesday.\n\nCritics doubt the cost of the cease-fire line."}
{"id": "2", "headline": "Minister pledges new harbour", "published": "2025-03-05", "outlet": "Meridian Wire", "location": "Ostrand", "language": "en", "body": "OSTRAND — \"We will build the harbour before winter,\" Foreign Minister Lena Varga said on Tuesday.\n\nCritics doubt the cost of the cease-fire line."}
{"id": "3", "headline": "Fishermen wait", "published": "2025-04-01", "outlet": "The Harbour Post", "location": "Belmark", "language": "en", "body": "\"Nobody asked us about harbours,\" said Tomas Rehn, a fisherman.\n\nThe AIDS clinic aids the poor. Rehn denied that talks had begun."}
"#;

fn query(scene: &Scene, arguments: &[&str]) -> Run {
    let arguments: Vec<&str> = ["query"].iter().chain(arguments).copied().collect();
    scene.dateline(&arguments)
}

/// Returns the keys of the articles found, in the order of keys: ids decide between equals, and they are hashes.
#[track_caller]
fn found(scene: &Scene, arguments: &[&str]) -> String {
    let mut keys = in_order(scene, arguments);
    keys.sort();
    keys.dedup();
    keys.join(" ")
}

/// Returns the keys of the articles found, in the order printed.
#[track_caller]
fn in_order(scene: &Scene, arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = ["query", "--format", "jsonl", "--all"].iter().chain(arguments).copied().collect();
    let run = scene.dateline(&arguments);
    let code = run.code;
    assert!(code <= 1, "{}", run.stderr);
    let hits = run.json_lines(code);
    let key = |hit: &Value| hit.get("article").unwrap_or(hit)["key"].as_str().unwrap_or("?").to_owned();
    hits.iter().map(key).collect()
}

#[test]
fn articles_are_found_by_every_kind_of_part() {
    let scene = Scene::of_articles(ARTICLES);
    for (query, expected) in [
        // Words and their inflections; each article once.
        ("harbour critics", "1 2"),
        ("fishermen", "3"),
        ("harbour -critics", "3"),
        ("winter OR fishermen", "1 2 3"),
        ("winter fishermen", ""),
        // Exact forms.
        ("\"harbours\"", "3"),
        ("\"build the harbour\"", "1 2"),
        ("\"harbour the build\"", ""),
        // Joined and parted.
        ("ceasefire", "1 2"),
        ("cease-fire", "1 2"),
        ("\"ceasefire line\"", "1 2"),
        // Patterns.
        ("fisher*", "3"),
        ("wint?r", "1 2"),
        ("harbor~", "1 2"),
        ("/harbours?/", "1 2 3"),
        // Nearness, sentences, counts, capitals.
        ("build NEAR/2 harbour", "1 2"),
        ("build NEAR/1 harbour", ""),
        ("harbour BEFORE/2 build", ""),
        ("critics SAME/S cost", "1 2"),
        ("critics SAME/S winter", ""),
        ("ATLEAST/2 harbour", "1 2"),
        ("ATLEAST/3 harbour", ""),
        ("CAPS(AIDS)", "3"),
        ("CAPS(Aids)", ""),
        ("headline:harbour", "1 2"),
        ("lead:fisherman", "3"),
        ("lead:critics", ""),
        // Fields of articles.
        ("outlet:meridian", "2"),
        ("path:*.jsonl", "1 2 3"),
        ("path:other/*", ""),
        ("harbour outlet:\"harbour post\"", "1 3"),
        ("location:belmark", "3"),
        ("date:2025-03-05..", "2 3"),
        ("date:2025-03", "1 2"),
        ("date:none", ""),
        // Fields of statements, which must hold of one.
        ("speaker:varga winter", "1 2"),
        ("speaker:rehn winter", ""),
        ("said:(speaker:rehn harbour)", "3"),
        ("said:(speaker:rehn winter)", ""),
        ("role:minister", "1 2"),
        ("-said:winter", "3"),
    ] {
        assert_eq!(found(&scene, &[query]), expected, "{query}");
    }
}

#[test]
fn statements_are_found_by_their_own_words_first() {
    let scene = Scene::of_articles(ARTICLES);
    for (query, expected) in [
        ("winter", "1 2"),
        ("speaker:varga", "1 2"),
        ("speaker:varga harbour", "1 2"),
        ("said:harbour -new -winter", "3"),
        ("winter -build", ""),
        ("kind:direct speaker:rehn", "3"),
        ("outlet:meridian speaker:varga", "2"),
        ("headline:pledges speaker:varga", "1 2"),
        ("speaker:varga date:2025-04..", ""),
        ("said_on:2025-03-04", "1 2"),
    ] {
        assert_eq!(found(&scene, &["-s", query]), expected, "{query}");
    }
}

#[test]
fn options_stand_for_fields() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        (&["--outlet", "meridian wire"][..], "2"),
        (&["harbour", "--since", "2025-03-05", "--until", "2025-03-31"], "2"),
        (&["harbour", "--on", "2025-04-01"], "3"),
        (&["-s", "--speaker", "lena varga", "--location", "ostrand", "--on", "2025-03-04"], "1"),
        (&["-s", "--speaker", "varga lena"], "1 2"),
        (&["--role", "foreign minister"], "1 2"),
        (&["winter", "fishermen", "--any"], "1 2 3"),
        (&["harbour", "--limit", "0"], "1 2 3"),
    ] {
        assert_eq!(found(&scene, arguments), expected, "{arguments:?}");
    }
}

#[test]
fn orders_are_by_day() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        (&["harbour", "--sort", "newest"][..], "3 2 1"),
        (&["harbour", "--sort", "oldest"], "1 2 3"),
        // What only filters lists newest first.
        (&["date:2025.."], "3 2 1"),
        (&["harbour", "--sort", "newest", "--limit", "1", "--offset", "1"], "2"),
    ] {
        let mut keys = in_order(&scene, arguments);
        keys.dedup();
        assert!(keys.join(" ").starts_with(expected), "{arguments:?} gives {keys:?}");
    }
    let hits = query(&scene, &["-s", "speaker:*", "--sort", "said", "--format", "jsonl"]).json_lines(0);
    let days: Vec<&str> = hits.iter().filter_map(|hit| hit["said_on"].as_str()).collect();
    assert!(days.len() > 1 && days.is_sorted(), "{days:?}");
}

#[test]
fn pages_are_pieces_of_one_order() {
    let scene = Scene::of_articles(ARTICLES);
    for sort in ["relevance", "newest", "oldest", "said"] {
        let whole = in_order(&scene, &["harbour", "--sort", sort]);
        let page = |offset| in_order(&scene, &["harbour", "--sort", sort, "--limit", "1", "--offset", offset]);
        let pages: Vec<String> = ["0", "1", "2"].into_iter().flat_map(page).collect();
        assert_eq!(pages, whole, "{sort}");
        assert!(page("3").is_empty());
    }
}

#[test]
fn copies_are_shown_once_and_counted() {
    let scene = Scene::of_articles(ARTICLES);
    let page: Value = serde_json::from_str(&query(&scene, &["winter", "--format", "json"]).expect(0)).unwrap();
    assert_eq!(page["total"], 2);
    let hits = page["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["duplicates"], 1);
    // Near-copies too: the second is cut by its last words.
    let scene = Scene::new();
    let story = "The council of Ostrand voted late on Monday to close the old ferry line after a year of debate, and the \
                 mayor told reporters that the boats would be sold before the summer so that the pier can be mended.";
    let shorter = story.strip_suffix(" so that the pier can be mended.").unwrap();
    scene.file("news/a.txt", format!("Ferry closes\n\n{story}\n"));
    scene.file("news/b.txt", format!("Ferry to close\n\n{shorter}.\n"));
    scene.file("news/c.txt", "Ferry opens\n\nThe council opened a new ferry line on Monday.\n");
    scene.dateline(&["ingest", "news"]).expect(0);
    let near: Value = serde_json::from_str(&query(&scene, &["ferry line", "--format", "json"]).expect(0)).unwrap();
    assert_eq!((near["total"].as_u64(), near["hits"].as_array().unwrap().len()), (Some(3), 2));
    let scene = Scene::of_articles(ARTICLES);
    let all: Value = serde_json::from_str(&query(&scene, &["winter", "--all", "--format", "json"]).expect(0)).unwrap();
    assert_eq!(all["hits"].as_array().unwrap().len(), 2);
}

#[test]
fn what_matched_is_marked() {
    let scene = Scene::of_articles(ARTICLES);
    let marked = |arguments: &[&str]| -> Vec<String> {
        let arguments: Vec<&str> = ["--format", "jsonl"].iter().chain(arguments).copied().collect();
        let hits = query(&scene, &arguments).json_lines(0);
        let hit = &hits[0];
        let text_of = |text: &Value, marks: &Value| -> Vec<String> {
            let text: Vec<char> = text.as_str().unwrap().chars().collect();
            let marks = marks.as_array().unwrap().iter();
            marks
                .map(|mark| {
                    text[mark[0].as_u64().unwrap() as usize..mark[1].as_u64().unwrap() as usize].iter().collect()
                })
                .collect()
        };
        let snippets = hit["snippets"].as_array().unwrap().iter();
        snippets.flat_map(|snippet| text_of(&snippet["text"], &snippet["marks"])).collect()
    };
    for (query, expected) in [
        ("headline:fishermen harbours", &["harbours"][..]),
        ("\"build the harbour\"", &["build the harbour"]),
        ("build NEAR/5 winter", &["build", "winter"]),
        ("cease-fire", &["cease-fire"]),
        ("wint*", &["winter"]),
        ("CAPS(AIDS)", &["AIDS"]),
        ("said:nobody", &["Nobody"]),
        ("outlet:meridian", &[]),
    ] {
        assert_eq!(marked(&[query]), expected, "{query}");
    }
}

#[test]
fn where_nothing_is_found_it_says_what_was_meant() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        (&["habrour"][..], "no article has habrour; did you mean harbour"),
        (&["harbour", "speaker:vargo"], "no article has vargo; did you mean varga"),
        (&["-s", "harbour", "--outlet", "meridain"], "no statement has outlet:meridain; did you mean meridian"),
        (&["winter fishermen"], "nothing found\n"),
    ] {
        let run = query(&scene, arguments);
        assert!(run.stderr.contains(expected), "{arguments:?} gives {}", run.stderr);
        assert!(run.expect(1).is_empty());
    }
    let run = query(&scene, &["winter fishermen"]);
    assert!(!run.stderr.contains("no article has"), "each word alone finds something: {}", run.stderr);
}

#[test]
fn a_question_in_plain_words_leads_to_any() {
    let scene = Scene::of_articles(ARTICLES);
    let command = "dateline query -s 'what'\\''s the minister saying on wheat' --any";
    for (arguments, code, expected) in [
        (&["-s", "what's the minister saying on wheat"][..], 1, Some(command)),
        (&["winter", "fishermen", "wheat"], 1, Some("dateline query winter fishermen wheat --any")),
        // Few are found, for want of one word or other.
        (
            &["build the harbour before winter said Varga", "--outlet", "meridian"],
            0,
            Some("hint: little matches all 7 words"),
        ),
        (&["winter fishermen"], 1, None),
        (&["--any", "what did the minister say"], 0, None),
        (&["-q", "what is the price of wheat"], 1, None),
        (&["what is the price of \"wheat\""], 1, None),
        (&["harbour winter critics"], 0, None),
    ] {
        let run = query(&scene, arguments);
        assert_eq!(run.code, code, "{arguments:?} gives {}", run.stderr);
        match expected {
            Some(expected) => assert!(run.stderr.contains(expected), "{arguments:?} gives {}", run.stderr),
            None => assert!(!run.stderr.contains("--any"), "{arguments:?} gives {}", run.stderr),
        }
    }
}

#[test]
fn values_are_counted_over_all_hits() {
    let scene = Scene::of_articles(ARTICLES);
    let counts = |arguments: &[&str], field: &str| -> String {
        let arguments = [arguments, &["--format", "json", "--limit", "1", "--facet", field]].concat();
        let page: Value = serde_json::from_str(&query(&scene, &arguments).expect(0)).unwrap();
        let facet = &page["facets"][field];
        let counts = facet["counts"].as_array().unwrap().iter();
        let counts = counts.map(|count| format!("{} {}", count["value"].as_str().unwrap(), count["count"]));
        format!("{}; none {}", counts.collect::<Vec<_>>().join(", "), facet["missing"])
    };
    for (arguments, field, expected) in [
        (&["harbour"][..], "outlet", "The Harbour Post 2, Meridian Wire 1; none 0"),
        (&["harbour"], "month", "2025-03 2, 2025-04 1; none 0"),
        (&["harbour"], "year", "2025 3; none 0"),
        (&["harbour"], "agency", "; none 3"),
        // A field of the other kind.
        (&["winter"], "speaker", "Lena Varga 2; none 0"),
        (&["-s", "said:nobody"], "outlet", "The Harbour Post 1; none 0"),
    ] {
        assert_eq!(counts(arguments, field), expected, "{arguments:?} by {field}");
    }
    let run = query(&scene, &["harbour", "--facet", "colour"]);
    assert!(run.code == 2 && run.stderr.contains("outlet"), "{}", run.stderr);
}

#[test]
fn words_that_stand_out_are_told_and_scores_explained() {
    let scene = Scene::of_articles(ARTICLES);
    let market =
        |day| format!(r#"{{"id": "m{day}", "headline": "Markets", "body": "Market day {day} in the valley."}}"#);
    scene.file("news/markets.jsonl", (1..40).map(market).collect::<Vec<_>>().join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let page: Value =
        serde_json::from_str(&query(&scene, &["winter", "--all", "--terms", "20", "--format", "json"]).expect(0))
            .unwrap();
    let words: Vec<&str> =
        page["terms"].as_array().unwrap().iter().map(|term| term["word"].as_str().unwrap()).collect();
    assert!(words.contains(&"critics") && !words.contains(&"winter") && !words.contains(&"fisherman"), "{words:?}");
    let hits = query(&scene, &["winter fisherman OR harbour", "--explain", "--format", "jsonl"]).json_lines(0);
    let explanation = hits[0]["explanation"].as_str().unwrap();
    assert!(explanation.contains("harbour in body_stem, 1 times"), "{explanation}");
}

#[test]
fn words_near_each_other_lift() {
    let scene = Scene::new();
    let article = |words: &str| format!("Report\n\n{words} and so it went on for a while in the valley.\n");
    scene.file("news/apart.txt", article("Water is dear there. The council of the old town met. Prices rose"));
    scene.file("news/near.txt", article("The council of the old town met there. It is dear. Water prices rose"));
    scene.dateline(&["ingest", "news"]).expect(0);
    let first = |arguments: &[&str]| query(&scene, &[arguments, &["--format", "jsonl"]].concat()).json_lines(0);
    assert_eq!(first(&["water prices"])[0]["path"], "near.txt");
    assert_eq!(first(&["--any", "water prices"]).len(), 2);
}

#[test]
fn a_word_as_written_is_as_rare_as_it_is_written_so() {
    let scene = Scene::new();
    // In all of them it may rain, and every other one has a mark; the sign of a few is a name, or another word.
    let article = |number: u32| {
        let (kind, words) = match number {
            _ if number.is_multiple_of(12) => ("May", "then May spoke"),
            _ if number % 4 == 1 => ("harbour", "the harbour froze"),
            _ if number % 50 == 2 => ("quay", "the quay froze"),
            _ if number % 40 == 3 => ("Mark", "then Mark spoke"),
            _ => ("plain", "nobody else spoke"),
        };
        let mark = if number.is_multiple_of(2) { "mark" } else { "trace" };
        let body = format!("In valley {number} it may rain with a {mark} of snow, and {words} there.");
        json!({"id": format!("{kind} {number}"), "headline": format!("Report {number}"), "language": "en", "body": body}).to_string()
    };
    scene.file("news/wire.jsonl", (0..400).map(article).collect::<Vec<_>>().join("\n"));
    scene.dateline(&["ingest", "news"]).expect(0);
    for (query, expected) in [
        // Of 400 articles, 34 and 100, and then 34 and 7.
        ("CAPS(May) OR harbour", "May"),
        ("CAPS(May) OR quay", "quay"),
        // Of 200, none but 10 with a capital.
        ("CAPS(Mark) OR harbour", "Mark"),
        // Nearly all, and half of them.
        ("CAPS(may) OR harbour", "harbour"),
        ("CAPS(mark) OR harbour", "harbour"),
    ] {
        let first = in_order(&scene, &[query]).swap_remove(0);
        assert_eq!(first.split(' ').next(), Some(expected), "{query}");
    }
}

#[test]
fn mistakes_point_to_their_place() {
    let scene = Scene::of_articles(ARTICLES);
    for (arguments, expected) in [
        (&["speeker:varga"][..], "speaker"),
        (&["(harbour"], "^"),
        (&["date:yesteryear"], "^"),
        (&["harbour", "--since", "none"], "hint: write one day, month or year: 2025-09-02"),
        (
            &["harbour", "--until", "2025-04", "--since", "2025-05-02"],
            "2025-05-02, which is later than `until`: 2025-04-30",
        ),
        (&["since:2025-05"], "hint: write date:2025-09-02.."),
    ] {
        let run = query(&scene, arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?} gives {}", run.stderr);
    }
}

#[test]
fn shows_what_it_found() {
    let scene = Scene::of_articles(ARTICLES);
    let hit = &query(&scene, &["-s", "speaker:varga", "--format", "jsonl"]).json_lines(0)[0];
    let (article, statement) = (hit["article"]["id"].as_str().unwrap(), hit["id"].as_str().unwrap());
    let whole: Value = serde_json::from_str(&scene.dateline(&["show", article, "--format", "json"]).expect(0)).unwrap();
    assert_eq!(whole["key"], hit["article"]["key"]);
    let one: Value = serde_json::from_str(&scene.dateline(&["show", statement, "--format", "json"]).expect(0)).unwrap();
    assert_eq!(one["statements"].as_array().unwrap().len(), 1);
    assert_eq!(one["statements"][0]["text"], hit["text"]);
    // The file is compared with what was read from it.
    assert_eq!(scene.dateline(&["show", article]).stderr, "");
    scene.file("news/articles.jsonl", ARTICLES.replace("winter", "summer"));
    assert!(scene.dateline(&["show", article]).stderr.starts_with("changed since it was indexed"));
    std::fs::remove_file(scene.path().join("news/articles.jsonl")).unwrap();
    assert!(scene.dateline(&["show", article]).stderr.starts_with("gone since it was indexed"));
    for id in ["0000000000000000", "17", &format!("{article}.00000000")] {
        assert_eq!(scene.dateline(&["show", id]).code, 2, "{id}");
    }
}

#[test]
fn the_example_is_found_by_who_said_what_when_and_where() {
    let name = "the_example_is_found_by_who_said_what_when_and_where";
    let Some(path) = evaluation_data(name, "examples/larijani-2025-09-02.txt") else { return };
    let scene = Scene::new();
    scene.file("news/larijani-2025-09-02.txt", std::fs::read(path).unwrap());
    scene.dateline(&["ingest", "news"]).expect(0);
    let first =
        |arguments: &[&str]| query(&scene, &[arguments, &["--format", "jsonl"]].concat()).json_lines(0)[0].clone();
    assert_eq!(first(&["speaker:larijani missile"])["path"], "larijani-2025-09-02.txt");
    let filters = ["-s", "speaker:larijani negotiations", "--since", "2025-09-01", "--location", "tehran"];
    let hit = first(&filters);
    assert_eq!(hit["speaker"]["name"], "Ali Larijani");
    assert!(hit["text"].as_str().unwrap().contains("The path for negotiations"), "{hit}");
    for early in
        [&["speaker:larijani missile", "--until", "2025-09-01"][..], &["-s", "larijani", "--until", "2025-09-01"]]
    {
        assert_eq!(query(&scene, early).code, 1, "{early:?}");
    }
    // A statement whose context alone holds the word is found, behind those that hold it themselves.
    let hits = query(&scene, &["-s", "missile", "--format", "jsonl", "--limit", "0"]).json_lines(0);
    let holds = |hit: &Value| hit["text"].as_str().unwrap().contains("missile");
    let place = |words: &str| hits.iter().position(|hit| hit["text"].as_str().unwrap().contains(words));
    let context_alone = place("This sets a path which negates any talk").expect("its context has the word");
    let own = hits.iter().rposition(holds).expect("some hold the word");
    assert!(own < context_alone, "own words at {own}, context at {context_alone}");
    let run = query(&scene, &["speaker:lariyani"]);
    assert!(run.stderr.contains("did you mean larijani"), "{}", run.stderr);
}

#[test]
fn an_index_that_is_not_there_is_an_error_with_a_way_out() {
    let run = query(&Scene::new(), &["harbour"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("dateline ingest"), "{}", run.stderr);
}
