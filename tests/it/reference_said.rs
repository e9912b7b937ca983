//! The engine against a slow reading of statements: random articles, random `said:( … )`, the same articles.
//!
//! Which statements there are is read from the index itself: what is found in a text is measured elsewhere.

use std::collections::BTreeSet;

use dateline::index::Place;
use dateline::search::Archive;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::reference::found;
use crate::scene::Scene;

const SPEAKERS: &[&str] = &["Ilona Varga", "Tomas Rehn", "Odile Brandt"];
const NAMES: &[&str] = &["varga", "rehn", "brandt", "ilona"];
const WORDS: &[&str] = &["bread", "toll", "ferry", "winter", "bridge"];

/// What somebody says, once in an article.
type Said = (&'static str, Vec<&'static str>);

fn body(statements: &[Said]) -> String {
    let one = |(speaker, words): &Said| format!("\"We need the {} here,\" said {speaker}.", words.join(" and the "));
    statements.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

/// One statement as it is asked for.
#[derive(Clone, Debug)]
struct One {
    speaker: &'static str,
    words: Vec<&'static str>,
    either: Option<(&'static str, &'static str)>,
    without: Option<&'static str>,
}

impl One {
    /// Returns it with its parts in one bracket.
    fn text(&self) -> String {
        let mut parts = vec![format!("speaker:{}", self.speaker)];
        parts.extend(self.words.iter().map(|word| (*word).to_owned()));
        parts.extend(self.either.map(|(one, other)| format!("({one} OR {other})")));
        parts.extend(self.without.map(|word| format!("-{word}")));
        format!("said:({})", parts.join(" "))
    }

    /// Returns it with its parts side by side, which are of one statement too; there a negation would be of all.
    fn side_by_side(&self) -> Option<String> {
        let mut parts = vec![format!("speaker:{}", self.speaker)];
        parts.extend(self.words.iter().map(|word| format!("said:{word}")));
        parts.extend(self.either.map(|(one, other)| format!("said:({one} OR {other})")));
        self.without.is_none().then(|| parts.join(" "))
    }

    fn holds(&self, speaker: &str, words: &[String]) -> bool {
        let has = |word: &str| words.iter().any(|own| own == word);
        speaker.split(' ').any(|part| part.eq_ignore_ascii_case(self.speaker))
            && self.words.iter().all(|word| has(word))
            && self.either.is_none_or(|(one, other)| has(one) || has(other))
            && self.without.is_none_or(|word| !has(word))
    }
}

/// A statement of the index: the number of its article, who made it, its words.
struct Known {
    article: usize,
    speaker: String,
    words: Vec<String>,
}

fn known(scene: &Scene) -> Vec<Known> {
    let run =
        scene.dateline(&["query", "--index", "index", "-s", "speaker:*", "--all", "-n", "0", "--format", "jsonl"]);
    let statement = |hit: &serde_json::Value| Known {
        article: hit["article"]["key"].as_str().and_then(|key| key.parse().ok()).expect("keys are numbers"),
        speaker: hit["speaker"]["name"].as_str().expect("a name was asked for").to_owned(),
        words: hit["text"]
            .as_str()
            .expect("a statement has words")
            .split(|letter: char| !letter.is_alphabetic())
            .map(str::to_lowercase)
            .collect(),
    };
    run.json_lines(0).iter().map(statement).collect()
}

#[test]
fn the_engine_finds_the_statements_that_a_slow_reader_finds() {
    let said = (select(SPEAKERS), vec(select(WORDS), 1..=3));
    let either = option::of((select(WORDS), select(WORDS)));
    let one = (select(NAMES), vec(select(WORDS), 0..=2), either, option::of(select(WORDS)));
    let one = one.prop_map(|(speaker, words, either, without)| One { speaker, words, either, without });
    let question = (vec((any::<bool>(), one), 1..=3), any::<bool>());
    let archives = (vec(vec(said, 0..=3), 25), vec(question, 120));
    let mut runner =
        TestRunner::new(Config { cases: 3, max_shrink_iters: 8, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&archives, |(stories, questions)| {
        let scene = Scene::new();
        let line = |(id, story): (usize, &Vec<Said>)| {
            let body = format!("The council met.\n\n{}", body(story));
            serde_json::json!({"id": id.to_string(), "headline": "News", "language": "en", "body": body}).to_string()
        };
        scene.file("news/stories.jsonl", stories.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"));
        scene.dateline(&["ingest", "--index", "index", "news"]).expect(0);
        let known = known(&scene);
        prop_assert!(known.len() * 2 > stories.iter().map(Vec::len).sum::<usize>(), "most are in the index");
        let archive = Archive::open(&Place::new(scene.path().join("index"))).expect("the index can be opened");
        for (ones, is_any) in &questions {
            let parts = ones.iter().map(|(is_not, one)| match is_not {
                true => format!("(NOT {})", one.text()),
                false => one.text(),
            });
            let mut query = parts.collect::<Vec<_>>().join(if *is_any { " OR " } else { " " });
            if let ([(false, one)], true) = (&ones[..], is_any)
                && let Some(side_by_side) = one.side_by_side()
            {
                query = side_by_side;
            }
            let holds = |article: usize, one: &One| {
                known.iter().any(|said| said.article == article && one.holds(&said.speaker, &said.words))
            };
            let expected: BTreeSet<usize> = (0..stories.len())
                .filter(|&article| {
                    let mut parts = ones.iter().map(|(is_not, one)| holds(article, one) != *is_not);
                    if *is_any { parts.any(|holds| holds) } else { parts.all(|holds| holds) }
                })
                .collect();
            prop_assert_eq!(found(&archive, &query), expected, "{}\n{:#?}", query, stories);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
