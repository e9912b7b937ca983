//! Articles marked by hand, `corpus/languages/<code>/`, against what `extract` finds in them: recorded floors.
//!
//! Words are compared, whatever the punctuation. Run with `--nocapture` to see the figures and every difference.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::scene::{Scene, checkout};

/// Shares in hundredths that a language keeps, recorded a little below what it reaches.
struct Floors {
    code: &'static str,
    /// Of the marked statements that are found, and of those given that are marked.
    found: usize,
    precision: usize,
    /// Of the found statements with a name, those that carry it.
    named: usize,
    /// Of the found statements, those that carry another name, or one where none is due: at most.
    wrong: usize,
    role: usize,
    said_on: usize,
}

const FLOORS: &[Floors] =
    &[Floors { code: "en", found: 87, precision: 81, named: 76, wrong: 9, role: 60, said_on: 90 }];

/// Marks what was said on no one day that the text tells: "last month".
const NO_ONE_DAY: &str = "?";

/// One statement, marked or found.
#[derive(Debug, Default)]
struct Said {
    /// Positions of its words in headline and body.
    words: BTreeSet<usize>,
    name: Option<String>,
    role: Option<String>,
    day: Option<String>,
}

/// Right, and all.
#[derive(Default)]
struct Share(usize, usize);

impl Share {
    fn count(&mut self, right: bool) {
        self.0 += usize::from(right);
        self.1 += 1;
    }

    fn hundredths(&self) -> usize {
        self.0 * 100 / self.1.max(1)
    }
}

#[test]
fn marked_articles_keep_their_floors() {
    for floors in FLOORS {
        let folder = checkout("corpus/languages").join(floors.code);
        let scene = Scene::new();
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<String> = entries.map(|path| path.to_str().unwrap().to_owned()).collect();
        paths.retain(|path| path.ends_with(".txt"));
        paths.sort();
        assert!(paths.len() >= 50, "{}: {} articles", floors.code, paths.len());
        let arguments: Vec<&str> =
            ["extract", "--format", "jsonl"].into_iter().chain(paths.iter().map(String::as_str)).collect();
        let articles = scene.dateline(&arguments).json_lines(0);
        let [mut found, mut precision, mut named, mut wrong, mut role, mut said_on] = [const { Share(0, 0) }; 6];
        for article in &articles {
            let path = article["path"].as_str().unwrap();
            let marks = fs::read_to_string(folder.join(path).with_extension("marks"));
            let marked = marked(&marks.unwrap_or_else(|_| panic!("{path} has no marks")), article);
            let given = given(article);
            let pairs = matched(&marked, &given);
            for (index, said) in marked.iter().enumerate() {
                let pair = pairs.iter().find(|pair| pair.0 == index);
                found.count(pair.is_some());
                let Some(&(_, pair)) = pair else {
                    println!("{path}: not found: {}", words_of(article, said));
                    continue;
                };
                let other = &given[pair];
                if said.name.is_some() {
                    named.count(said.name == other.name);
                }
                wrong.count(other.name.is_some() && other.name != said.name);
                if said.name != other.name {
                    println!("{path}: {:?} is given {:?}: {}", said.name, other.name, words_of(article, said));
                }
                if said.role.is_some() && said.name.is_some() {
                    role.count(same_role(said.role.as_deref(), other.role.as_deref()));
                }
                match said.day.as_deref() {
                    Some(NO_ONE_DAY) => said_on.count(other.day.is_none()),
                    Some(_) => said_on.count(said.day == other.day),
                    None => {}
                }
            }
            for (index, said) in given.iter().enumerate() {
                let is_marked = pairs.iter().any(|pair| pair.1 == index);
                precision.count(is_marked);
                if !is_marked {
                    println!("{path}: not marked: {}", words_of(article, said));
                }
            }
        }
        let shares = [
            ("found", &found, floors.found),
            ("precision", &precision, floors.precision),
            ("named", &named, floors.named),
            ("role", &role, floors.role),
            ("said_on", &said_on, floors.said_on),
        ];
        for (what, share, _) in &shares {
            println!("{}: {what} {} of {}", floors.code, share.0, share.1);
        }
        println!("{}: wrong {} of {}", floors.code, wrong.0, wrong.1);
        for (what, share, floor) in shares {
            assert!(share.hundredths() >= floor, "{}: {what} {} of {}", floors.code, share.0, share.1);
        }
        assert!(wrong.0 * 100 <= wrong.1 * floors.wrong, "{}: wrong {} of {}", floors.code, wrong.0, wrong.1);
    }
}

/// Returns headline and body as one text, and the code point at which the body starts.
fn whole(article: &Value) -> (String, usize) {
    let headline = article["headline"].as_str().unwrap_or_default();
    (format!("{headline}\n{}", article["body"].as_str().unwrap()), headline.chars().count() + 1)
}

/// Returns the positions of the words that a stretch of code points touches.
fn words_within(text: &str, from: usize, to: usize) -> BTreeSet<usize> {
    let mut words = BTreeSet::new();
    let (mut word, mut inside) = (0, false);
    for (at, c) in text.chars().enumerate() {
        if c.is_alphanumeric() && !inside {
            word += 1;
        }
        inside = c.is_alphanumeric();
        if inside && (from..to).contains(&at) {
            words.insert(word);
        }
    }
    words
}

fn words_of(article: &Value, said: &Said) -> String {
    let (text, _) = whole(article);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let kept = words.enumerate().filter(|(index, _)| said.words.contains(&(index + 1))).map(|(_, word)| word);
    kept.collect::<Vec<_>>().join(" ")
}

/// Reads the blocks of a `.marks` file.
fn marked(marks: &str, article: &Value) -> Vec<Said> {
    let (text, _) = whole(article);
    let mut statements = Vec::new();
    for block in marks.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let mut lines = block.lines();
        let first: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).collect();
        let [_, name, role, day] = first[..] else { panic!("{block}") };
        let told = |value: &str| (value != "-").then(|| value.to_owned());
        let (_, name) = name.strip_prefix('(').and_then(|rest| rest.split_once(") ")).unwrap_or(("", name));
        let mut said = Said { name: told(name), role: told(role), day: told(day), ..Said::default() };
        for span in lines.filter_map(|line| line.strip_prefix("> ")) {
            let (span, ordinal) = match span.rsplit_once(" #") {
                Some((span, ordinal)) if ordinal.parse::<usize>().is_ok() => (span, ordinal.parse().unwrap()),
                _ => (span, 1),
            };
            let place = text.match_indices(span).nth(ordinal - 1);
            let (start, _) = place.unwrap_or_else(|| panic!("{}: {span:?} is not in the article", article["path"]));
            let from = text[..start].chars().count();
            said.words.append(&mut words_within(&text, from, from + span.chars().count()));
        }
        statements.push(said);
    }
    statements
}

/// Reads the statements that `extract` gave.
fn given(article: &Value) -> Vec<Said> {
    let (text, body) = whole(article);
    let statements = article["statements"].as_array().unwrap().iter();
    statements
        .map(|statement| {
            let offset = if statement["field"] == "headline" { 0 } else { body };
            let at = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap() + offset;
            let spans = statement["spans"].as_array().unwrap().iter();
            let words = spans.flat_map(|span| words_within(&text, at(&span[0]), at(&span[1]))).collect();
            let field = |value: &Value| value.as_str().map(str::to_owned);
            let speaker = &statement["speaker"];
            Said {
                words,
                name: field(&speaker["name"]),
                role: field(&speaker["role"]),
                day: field(&statement["said_on"]),
            }
        })
        .collect()
}

/// Pairs marked and given statements that share at least half of their words, best overlap first.
fn matched(marked: &[Said], given: &[Said]) -> Vec<(usize, usize)> {
    let mut overlaps = Vec::new();
    for (index, said) in marked.iter().enumerate() {
        for (other_index, other) in given.iter().enumerate() {
            let (both, either) =
                (said.words.intersection(&other.words).count(), said.words.union(&other.words).count());
            if both * 2 >= either.max(1) {
                overlaps.push((both * 10_000 / either, index, other_index));
            }
        }
    }
    overlaps.sort_by_key(|&(overlap, index, other)| (std::cmp::Reverse(overlap), index, other));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, index, other) in overlaps {
        if pairs.iter().all(|pair| pair.0 != index && pair.1 != other) {
            pairs.push((index, other));
        }
    }
    pairs
}

/// Whether a role has at least half of the words of the marked one.
fn same_role(marked: Option<&str>, given: Option<&str>) -> bool {
    let words = |role: Option<&str>| -> BTreeSet<String> {
        let words = role.unwrap_or_default().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (marked, given) = (words(marked), words(given));
    marked.intersection(&given).count() * 2 >= marked.len()
}
