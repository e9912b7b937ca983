//! The engine against a slow reading of statements: random articles, random `said:( … )`, the same articles.
//!
//! Which statements there are is read from the index itself: what is found in a text is measured elsewhere.

use std::cell::RefCell;
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

/// What stands before a name.
const ROLES: &[&str] = &["", "mayor", "senator"];
/// When it was said. The articles are of Wednesday 3 September 2025.
const DAYS: &[(&str, &str)] = &[("", "2025-09-03"), (" on Monday", "2025-09-01"), (" on Tuesday", "2025-09-02")];
const KINDS: &[&str] = &["direct", "indirect"];

/// What somebody says: who, as what, the words, the number of the day, whether between quotation marks.
type Said = ((&'static str, &'static str), Vec<&'static str>, usize, bool);

fn body(statements: &[Said]) -> String {
    let one = |((speaker, role), words, day, is_direct): &Said| {
        let (words, day) = (words.join(" and the "), DAYS[*day].0);
        let name = format!("{}{}{speaker}", upper_first(role), if role.is_empty() { "" } else { " " });
        match is_direct {
            true => format!("\"We need the {words} here,\" {name} said{day}."),
            false => format!("{name} said{day} that the town needs the {words}."),
        }
    };
    statements.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// One statement as it is asked for.
#[derive(Clone, Debug)]
struct One {
    speaker: &'static str,
    words: Vec<&'static str>,
    either: Option<(&'static str, &'static str)>,
    without: Option<&'static str>,
    role: Option<&'static str>,
    kind: Option<&'static str>,
    /// The first day and whether later ones do too.
    said_on: Option<(&'static str, bool)>,
}

impl One {
    /// Returns what is asked of a statement besides its words.
    fn of_statement(&self) -> impl Iterator<Item = String> {
        let days = |(first, and_later): (&str, bool)| format!("said_on:{first}{}", if and_later { ".." } else { "" });
        [
            Some(format!("speaker:{}", self.speaker)),
            self.role.map(|role| format!("role:{role}")),
            self.kind.map(|kind| format!("kind:{kind}")),
            self.said_on.map(days),
        ]
        .into_iter()
        .flatten()
    }

    /// Returns it with its parts in one bracket.
    fn text(&self) -> String {
        let mut parts: Vec<String> = self.of_statement().collect();
        parts.extend(self.words.iter().map(|word| (*word).to_owned()));
        parts.extend(self.either.map(|(one, other)| format!("({one} OR {other})")));
        parts.extend(self.without.map(|word| format!("-{word}")));
        format!("said:({})", parts.join(" "))
    }

    /// Returns it with its parts side by side, which are of one statement too; there a negation would be of all.
    fn side_by_side(&self) -> Option<String> {
        let mut parts: Vec<String> = self.of_statement().collect();
        parts.extend(self.words.iter().map(|word| format!("said:{word}")));
        parts.extend(self.either.map(|(one, other)| format!("said:({one} OR {other})")));
        self.without.is_none().then(|| parts.join(" "))
    }

    /// Returns whether a statement is what is asked for. A role is asked of the statement, or of the days between which
    /// its speaker was quoted in it anywhere.
    fn holds(&self, said: &Known, all: &[Known]) -> bool {
        let is_in_role = |role: &str| {
            let quoted = |other: &&Known| other.speaker == said.speaker && other.has_role(role);
            let days = || all.iter().filter(quoted).map(Known::day);
            let held = days().min().zip(days().max());
            said.has_role(role) || held.is_some_and(|(first, last)| first <= said.day() && said.day() <= last)
        };
        let has = |word: &str| said.words.iter().any(|own| own == word);
        let is_in_time = |(first, and_later): (&str, bool)| {
            said.said_on.as_deref().is_some_and(|day| day == first || and_later && day > first)
        };
        said.speaker.split(' ').any(|part| part.eq_ignore_ascii_case(self.speaker))
            && self.role.is_none_or(is_in_role)
            && self.kind.is_none_or(|kind| said.kind == kind)
            && self.said_on.is_none_or(is_in_time)
            && self.words.iter().all(|word| has(word))
            && self.either.is_none_or(|(one, other)| has(one) || has(other))
            && self.without.is_none_or(|word| !has(word))
    }
}

/// A statement of the index: the number of its article, who made it, its words.
struct Known {
    article: usize,
    speaker: String,
    role: String,
    kind: String,
    said_on: Option<String>,
    words: Vec<String>,
}

impl Known {
    fn has_role(&self, role: &str) -> bool {
        self.role.split(' ').any(|word| word.eq_ignore_ascii_case(role))
    }

    /// Returns the day it was made, else that of its article.
    fn day(&self) -> &str {
        self.said_on.as_deref().unwrap_or(DAYS[0].1)
    }
}

fn known(scene: &Scene) -> Vec<Known> {
    let run =
        scene.dateline(&["query", "--index", "index", "-s", "speaker:*", "--all", "-n", "0", "--format", "jsonl"]);
    let statement = |hit: &serde_json::Value| Known {
        article: hit["article"]["key"].as_str().and_then(|key| key.parse().ok()).expect("keys are numbers"),
        speaker: hit["speaker"]["name"].as_str().expect("a name was asked for").to_owned(),
        role: hit["speaker"]["role"].as_str().unwrap_or_default().to_owned(),
        kind: hit["kind"].as_str().expect("a statement has a kind").to_owned(),
        said_on: hit["said_on"].as_str().map(str::to_owned),
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
    let said = ((select(SPEAKERS), select(ROLES)), vec(select(WORDS), 1..=3), 0..DAYS.len(), any::<bool>());
    let either = option::of((select(WORDS), select(WORDS)));
    let days = DAYS.iter().map(|(_, day)| *day).collect::<Vec<_>>();
    let of_statement = (
        option::of(select(&ROLES[1..])),
        option::weighted(0.3, select(KINDS)),
        option::weighted(0.3, (select(days), any::<bool>())),
    );
    let words = (vec(select(WORDS), 0..=2), either, option::of(select(WORDS)));
    let one = (select(NAMES), words, of_statement).prop_map(|(speaker, words, of_statement)| {
        let ((words, either, without), (role, kind, said_on)) = (words, of_statement);
        One { speaker, words, either, without, role, kind, said_on }
    });
    let question = (vec((any::<bool>(), one), 1..=3), any::<bool>());
    let archives = (vec(vec(said, 0..=3), 25), vec(question, 120));
    let mut runner =
        TestRunner::new(Config { cases: 3, max_shrink_iters: 8, failure_persistence: None, ..Config::default() });
    let met = RefCell::new(BTreeSet::new());
    let outcome = runner.run(&archives, |(stories, questions)| {
        let scene = Scene::new();
        let line = |(id, story): (usize, &Vec<Said>)| {
            let body = format!("The council met.\n\n{}", body(story));
            serde_json::json!({"id": id.to_string(), "headline": "News", "language": "en", "date": "2025-09-03", "body": body}).to_string()
        };
        scene.file("news/stories.jsonl", stories.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"));
        scene.dateline(&["ingest", "--index", "index", "news"]).expect(0);
        let known = known(&scene);
        let features = |said: &Known| [Some(said.kind.clone()), said.said_on.clone(), Some(said.role.to_lowercase())];
        met.borrow_mut().extend(known.iter().flat_map(features).flatten());
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
                known.iter().any(|said| said.article == article && one.holds(said, &known))
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
    // What no statement has shows nothing of how it is asked for.
    let asked = KINDS.iter().chain(ROLES).chain(DAYS.iter().map(|(_, day)| day));
    let unmet: Vec<_> = asked.filter(|feature| !met.borrow().contains(**feature)).collect();
    assert!(unmet.is_empty(), "no statement has {unmet:?}");
}
