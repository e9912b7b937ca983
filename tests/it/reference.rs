//! The engine against a slow reading of plain text: random articles, random queries, the same hits.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Utc};
use dateline::index::Place;
use dateline::ingest;
use dateline::search::{Archive, Request, search};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::scene::Scene;

/// What articles are made of, as written. `U.S.` is never followed by a capital, which would end a sentence.
const WRITTEN: &[&str] = &[
    "missile",
    "missiles",
    "Missile",
    "talk",
    "talks",
    "fire",
    "cease",
    "cease-fire",
    "ceasefire",
    "the",
    "US",
    "us",
    "U.S. army",
    "café",
    "cafe",
];

const OUTLETS: &[&str] = &["Harbour Post", "Meridian Wire", "Harbour Wire"];

/// An article: what is known of it, its headline, and its paragraphs of sentences of words.
#[derive(Clone, Debug)]
struct Story {
    /// Day of March 2025 on which it was published, if it is dated.
    day: Option<u32>,
    outlet: Option<&'static str>,
    headline: Vec<&'static str>,
    paragraphs: Vec<Vec<Vec<&'static str>>>,
}

impl Story {
    fn body(&self) -> String {
        let sentence = |words: &Vec<&str>| format!("Then {} now.", words.join(" "));
        let paragraph = |sentences: &Vec<Vec<&str>>| sentences.iter().map(sentence).collect::<Vec<_>>().join(" ");
        self.paragraphs.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
    }
}

fn stories() -> impl Strategy<Value = Vec<Story>> {
    let words = |most| vec(select(WRITTEN), 1..=most);
    let known = (proptest::option::of(1..=5_u32), proptest::option::of(select(OUTLETS)));
    let story = (known, words(4), vec(vec(words(6), 1..=3), 1..=3));
    vec(story.prop_map(|((day, outlet), headline, paragraphs)| Story { day, outlet, headline, paragraphs }), 30)
}

/// One word of a text.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    folded: String,
    written: String,
    sentence: usize,
    paragraph: usize,
    /// Whether the word is hyphenated to the next one.
    is_joined: bool,
}

/// Cuts a text into words, as plainly as its few kinds of word allow.
fn words(text: &str, from_sentence: usize, paragraph: usize) -> Vec<Word> {
    let mut sentence = from_sentence;
    let mut cut = Vec::new();
    for token in text.split_whitespace() {
        let bare = if token == "U.S." { token } else { token.trim_end_matches('.') };
        let parts: Vec<&str> = bare.split('-').collect();
        for (index, part) in parts.iter().enumerate() {
            let folded = part.to_lowercase().replace('é', "e");
            let is_joined = index + 1 < parts.len();
            cut.push(Word { folded, written: (*part).to_owned(), sentence, paragraph, is_joined });
        }
        sentence += usize::from(bare != token);
    }
    cut
}

/// What is asked of an article: its two texts, and what is known of it.
struct Texts {
    day: Option<u32>,
    outlet: Option<&'static str>,
    headline: Vec<Word>,
    body: Vec<Word>,
}

impl Texts {
    fn of(story: &Story) -> Self {
        let mut body: Vec<Word> = Vec::new();
        for (number, paragraph) in story.body().split("\n\n").enumerate() {
            let sentence = body.last().map_or(0, |word| word.sentence + 1);
            body.extend(words(paragraph, sentence, number));
        }
        let headline = words(&story.headline.join(" "), 0, 0);
        Self { day: story.day, outlet: story.outlet, headline, body }
    }
}

/// Words and where they stand to each other.
#[derive(Clone, Debug)]
enum Ask {
    Bare(&'static str),
    Exact(&'static str),
    Phrase(Vec<&'static str>),
    /// Words or their beginnings in a row, at most so many positions apart.
    Slop(Vec<&'static str>, usize),
    Prefix(&'static str),
    /// A pattern with one `*` or `?` somewhere.
    Wildcard(&'static str),
    /// A regular expression of which this many alternatives are all the words it stands for.
    Regex(&'static str, &'static [&'static str]),
    Fuzzy(&'static str),
    Caps(&'static str),
    Either(Vec<Ask>),
    Near {
        operands: Vec<Ask>,
        within: usize,
        is_ordered: bool,
    },
    Same {
        operands: Vec<Ask>,
        is_paragraph: bool,
    },
}

/// Where something stands; the end is exclusive.
type Extent = (usize, usize);

impl Ask {
    fn text(&self) -> String {
        let joined = |operands: &[Ask], between: &str| {
            format!("({})", operands.iter().map(Self::text).collect::<Vec<_>>().join(between))
        };
        match self {
            Self::Bare(word) => (*word).into(),
            Self::Exact(word) => format!("\"{word}\""),
            Self::Phrase(words) => format!("\"{}\"", words.join(" ")),
            Self::Slop(words, within) => format!("\"{}\"~{within}", words.join(" ")),
            Self::Prefix(letters) => format!("{letters}*"),
            Self::Wildcard(pattern) => (*pattern).into(),
            Self::Regex(expression, _) => format!("/{expression}/"),
            Self::Fuzzy(word) => format!("{word}~"),
            Self::Caps(word) => format!("CAPS({word})"),
            Self::Either(operands) => joined(operands, " OR "),
            Self::Near { operands, within, is_ordered: true } => joined(operands, &format!(" BEFORE/{within} ")),
            Self::Near { operands, within, is_ordered: false } => joined(operands, &format!(" NEAR/{within} ")),
            Self::Same { operands, is_paragraph: true } => joined(operands, " SAME/P "),
            Self::Same { operands, is_paragraph: false } => joined(operands, " SAME/S "),
        }
    }

    fn extents(&self, text: &[Word]) -> BTreeSet<Extent> {
        match self {
            Self::Bare(word) => spelt(word, text, &|folded, wanted| stem(folded) == stem(wanted)),
            Self::Exact(word) => spelt(word, text, &|folded, wanted| folded == wanted),
            Self::Phrase(words) => {
                let words = words.iter().map(|word| Self::Exact(word).extents(text));
                words.reduce(follow).unwrap_or_default()
            }
            Self::Slop(words, within) => {
                let operands = words.iter().map(|word| Self::Exact(word)).collect();
                Self::Near { operands, within: *within, is_ordered: false }.extents(text)
            }
            Self::Prefix(letters) => single_or_joined(text, |folded| folded.starts_with(letters)),
            Self::Wildcard(pattern) => single_or_joined(text, |folded| fits(pattern, folded)),
            Self::Regex(_, words) => single_or_joined(text, |folded| words.contains(&folded)),
            Self::Fuzzy(wanted) => single_or_joined(text, |folded| edits(folded, wanted) <= 1),
            Self::Caps(wanted) => single(text, |word| word.written == **wanted),
            Self::Either(operands) => operands.iter().flat_map(|operand| operand.extents(text)).collect(),
            Self::Near { operands, within, is_ordered } => chosen(operands, text)
                .filter(|extents| {
                    let mut sorted = extents.clone();
                    sorted.sort();
                    let is_apart = sorted.windows(2).all(|pair| pair[0].1 <= pair[1].0);
                    let (first, last) = (sorted[0], sorted[sorted.len() - 1]);
                    is_apart && last.0 - first.1 < *within && (!is_ordered || sorted == *extents)
                })
                .map(|extents| hull(&extents))
                .collect(),
            Self::Same { operands, is_paragraph } => chosen(operands, text)
                .filter(|extents| {
                    let mut sorted = extents.clone();
                    sorted.sort();
                    let is_apart = sorted.windows(2).all(|pair| pair[0].1 <= pair[1].0);
                    let whole = hull(extents);
                    let place = |word: &Word| if *is_paragraph { word.paragraph } else { word.sentence };
                    is_apart && text[whole.0..whole.1].iter().all(|word| place(word) == place(&text[whole.0]))
                })
                .map(|extents| hull(&extents))
                .collect(),
        }
    }
}

impl Ask {
    /// Returns how often it stands in a text: by the words that open it, and what stands together once for each
    /// sentence or paragraph.
    fn count(&self, text: &[Word]) -> usize {
        let starts = self.extents(text).into_iter().map(|extent| extent.0);
        let places: BTreeSet<usize> = match self {
            Self::Same { is_paragraph: true, .. } => starts.map(|start| text[start].paragraph).collect(),
            Self::Same { is_paragraph: false, .. } => starts.map(|start| text[start].sentence).collect(),
            _ => starts.collect(),
        };
        places.len()
    }
}

/// Whether a word fits a pattern with one `*` or `?`.
fn fits(pattern: &str, word: &str) -> bool {
    let (before, after) = pattern.split_once(['*', '?']).expect("there is one");
    let between = word.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    between.is_some_and(|between| pattern.contains('*') || between.chars().count() == 1)
}

fn hull(extents: &[Extent]) -> Extent {
    let start = extents.iter().map(|extent| extent.0).min().expect("there are operands");
    (start, extents.iter().map(|extent| extent.1).max().expect("there are operands"))
}

/// Returns every choice of one extent for each operand.
fn chosen<'a>(operands: &'a [Ask], text: &'a [Word]) -> impl Iterator<Item = Vec<Extent>> + 'a {
    let mut choices = vec![Vec::new()];
    for operand in operands {
        let extents = operand.extents(text);
        choices = choices
            .into_iter()
            .flat_map(|so_far: Vec<Extent>| {
                extents.iter().map(move |extent| so_far.iter().copied().chain([*extent]).collect())
            })
            .collect();
    }
    choices.into_iter()
}

fn follow(first: BTreeSet<Extent>, next: BTreeSet<Extent>) -> BTreeSet<Extent> {
    let pairs = first.iter().flat_map(|first| next.iter().map(move |next| (*first, *next)));
    pairs.filter(|(first, next)| first.1 == next.0).map(|(first, next)| (first.0, next.1)).collect()
}

fn single(text: &[Word], is_match: impl Fn(&Word) -> bool) -> BTreeSet<Extent> {
    text.iter().enumerate().filter(|(_, word)| is_match(word)).map(|(at, _)| (at, at + 1)).collect()
}

/// Finds words by their form; of a hyphenated word the joined form is one too.
fn single_or_joined(text: &[Word], is_match: impl Fn(&str) -> bool) -> BTreeSet<Extent> {
    let mut found = single(text, |word| is_match(&word.folded));
    for (at, pair) in text.windows(2).enumerate() {
        if pair[0].is_joined && is_match(&format!("{}{}", pair[0].folded, pair[1].folded)) {
            found.insert((at, at + 2));
        }
    }
    found
}

/// Finds a word as it may be typed: hyphenated, joined, initials.
fn spelt(typed: &str, text: &[Word], is_alike: &dyn Fn(&str, &str) -> bool) -> BTreeSet<Extent> {
    let wanted = typed.to_lowercase().replace('é', "e");
    if wanted == "u.s." {
        return single(text, |word| word.folded == "u.s." || word.written == "US");
    }
    let joined = wanted.replace('-', "");
    let mut found = single(text, |word| is_alike(&word.folded, &joined));
    for at in 0..text.len().saturating_sub(1) {
        let (first, second) = (&text[at], &text[at + 1]);
        let as_joined = first.is_joined && is_alike(&format!("{}{}", first.folded, second.folded), &joined);
        let in_parts = wanted
            .split_once('-')
            .is_some_and(|(before, after)| is_alike(&first.folded, before) && is_alike(&second.folded, after));
        if as_joined || in_parts {
            found.insert((at, at + 2));
        }
    }
    found
}

fn stem(folded: &str) -> &str {
    match folded {
        "missiles" => "missile",
        "talks" => "talk",
        other => other,
    }
}

/// Returns how many letters must be put in, left out or changed.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (at, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// A whole question.
#[derive(Clone, Debug)]
enum Question {
    Text(Ask),
    AtLeast(usize, Ask),
    Headline(Ask),
    Body(Ask),
    Lead(Ask),
    /// Published between two days.
    Days(u32, u32),
    Undated,
    Outlet(&'static str),
    WordsOver(usize),
    Boost(Box<Question>),
    And(Vec<Question>),
    Or(Vec<Question>),
    Not(Box<Question>),
}

impl Question {
    fn text(&self) -> String {
        let joined = |parts: &[Question], between: &str| {
            format!("({})", parts.iter().map(Self::text).collect::<Vec<_>>().join(between))
        };
        match self {
            Self::Text(ask) => ask.text(),
            Self::AtLeast(count, ask) => format!("ATLEAST/{count} {}", ask.text()),
            Self::Headline(ask) => format!("headline:{}", ask.text()),
            Self::Body(ask) => format!("body:{}", ask.text()),
            Self::Lead(ask) => format!("lead:{}", ask.text()),
            Self::Days(from, to) => format!("date:2025-03-0{from}..2025-03-0{to}"),
            Self::Undated => "date:none".into(),
            Self::Outlet(word) => format!("outlet:{word}"),
            Self::WordsOver(least) => format!("words:>{least}"),
            Self::Boost(part) => format!("({})^2", part.text()),
            Self::And(parts) => joined(parts, " "),
            Self::Or(parts) => joined(parts, " OR "),
            Self::Not(part) => format!("(NOT {})", part.text()),
        }
    }

    fn holds(&self, texts: &Texts) -> bool {
        let count = |ask: &Ask| ask.count(&texts.headline) + ask.count(&texts.body);
        match self {
            Self::Text(ask) => count(ask) > 0,
            Self::AtLeast(least, ask) => count(ask) >= *least,
            Self::Headline(ask) => !ask.extents(&texts.headline).is_empty(),
            Self::Body(ask) => !ask.extents(&texts.body).is_empty(),
            Self::Lead(ask) => {
                let lead = texts.body.iter().take_while(|word| word.paragraph == 0).count();
                !ask.extents(&texts.headline).is_empty() || !ask.extents(&texts.body[..lead]).is_empty()
            }
            Self::Days(from, to) => texts.day.is_some_and(|day| (*from..=*to).contains(&day)),
            Self::Undated => texts.day.is_none(),
            Self::Outlet(word) => {
                texts.outlet.is_some_and(|outlet| outlet.split(' ').any(|part| part.eq_ignore_ascii_case(word)))
            }
            Self::WordsOver(least) => texts.body.len() > *least,
            Self::Boost(part) => part.holds(texts),
            Self::And(parts) => parts.iter().all(|part| part.holds(texts)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(texts)),
            Self::Not(part) => !part.holds(texts),
        }
    }
}

/// Regular expressions, each with the folded words of `WRITTEN` that it fits.
const REGULAR: &[(&str, &[&str])] = &[
    ("talks?", &["talk", "talks"]),
    ("(cease)?fire", &["fire", "ceasefire"]),
    ("[tu][a-s].*", &["talk", "talks", "the", "then", "us"]),
];

fn words_asked() -> impl Strategy<Value = Ask> {
    const TYPED: &[&str] =
        &["missile", "missiles", "talk", "talks", "cease-fire", "ceasefire", "fire", "the", "U.S.", "us", "CAFÉ"];
    prop_oneof![
        4 => select(TYPED).prop_map(Ask::Bare),
        2 => select(TYPED).prop_map(Ask::Exact),
        2 => vec(select(TYPED), 2..=3).prop_map(Ask::Phrase),
        1 => (vec(select(TYPED), 2..=3), 1..5usize).prop_map(|(words, within)| Ask::Slop(words, within)),
        1 => select(&["t?lk", "*ire", "m*le", "cease*e", "?s", "c?fe", "*alks"][..]).prop_map(Ask::Wildcard),
        1 => select(REGULAR).prop_map(|(expression, words)| Ask::Regex(expression, words)),
        1 => select(&["miss", "t", "cease", "u"][..]).prop_map(Ask::Prefix),
        1 => select(&["talke", "missle", "fir", "cafes"][..]).prop_map(Ask::Fuzzy),
        1 => select(&["US", "us", "Missile", "missile", "café", "cafe", "U.S."][..]).prop_map(Ask::Caps),
        1 => vec(select(TYPED).prop_map(Ask::Bare), 2..=3).prop_map(Ask::Either),
    ]
}

/// Words, windows, and windows that hold windows.
fn asks() -> impl Strategy<Value = Ask> {
    words_asked().prop_recursive(2, 9, 3, |inner| {
        let operands = || vec(prop_oneof![3 => words_asked(), 1 => inner.clone()], 2..=3);
        prop_oneof![
            2 => (operands(), 1..6usize, any::<bool>())
                .prop_map(|(operands, within, is_ordered)| Ask::Near { operands, within, is_ordered }),
            1 => (operands(), any::<bool>()).prop_map(|(operands, is_paragraph)| Ask::Same { operands, is_paragraph }),
        ]
    })
}

fn questions() -> impl Strategy<Value = Question> {
    let part = prop_oneof![
        4 => asks().prop_map(Question::Text),
        1 => (1..4usize, asks()).prop_map(|(count, ask)| Question::AtLeast(count, ask)),
        1 => asks().prop_map(Question::Headline),
        1 => asks().prop_map(Question::Body),
        1 => asks().prop_map(Question::Lead),
        1 => prop_oneof![
            (1..=3_u32, 0..=2_u32).prop_map(|(from, more)| Question::Days(from, from + more)),
            Just(Question::Undated),
            select(&["harbour", "wire", "post"][..]).prop_map(Question::Outlet),
            (5..40usize).prop_map(Question::WordsOver),
        ],
    ];
    part.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..=3).prop_map(Question::And),
            vec(inner.clone(), 2..=3).prop_map(Question::Or),
            inner.clone().prop_map(|part| Question::Not(Box::new(part))),
            inner.prop_map(|part| Question::Boost(Box::new(part))),
        ]
    })
}

fn indexed(scene: &Scene, stories: &[Story]) -> Archive {
    let lines = stories.iter().enumerate().map(|(id, story)| {
        let (headline, body) = (story.headline.join(" "), story.body());
        let published = story.day.map(|day| format!("2025-03-0{day}"));
        serde_json::json!({
            "id": id.to_string(), "headline": headline, "body": body, "language": "en",
            "published": published, "outlet": story.outlet,
        })
        .to_string()
    });
    scene.file("news/stories.jsonl", lines.collect::<Vec<_>>().join("\n"));
    let place = Place::new(scene.path().join("index"));
    let options = ingest::Options::new(place.clone(), vec![scene.path().join("news")], Utc::now());
    ingest::run(&options, &mut |_| {}).expect("the stories can be indexed");
    Archive::open(&place).expect("the index can be opened")
}

pub fn found(archive: &Archive, query: &str) -> BTreeSet<usize> {
    let today = NaiveDate::default();
    let request = Request { limit: None, collapse: false, ..Request::new(query, today) };
    let page = search(archive, &request).unwrap_or_else(|error| panic!("{query}: {error}"));
    let hits: Vec<_> = page.hits().map(|hit| hit.expect("it can be read").article.article.key).collect();
    assert_eq!(page.total, hits.len() as u64, "{query}: the total is exact");
    hits.into_iter().map(|key| key.and_then(|key| key.parse().ok()).expect("keys are numbers")).collect()
}

/// Indexing costs most, so that each archive is asked many questions.
const ARCHIVES: u32 = 6;
const QUESTIONS_EACH: usize = 150;

#[test]
fn the_engine_finds_what_a_slow_reader_finds() {
    let mut runner = TestRunner::new(Config {
        cases: ARCHIVES,
        max_shrink_iters: 8,
        failure_persistence: None,
        ..Config::default()
    });
    let archives = (stories(), vec(questions(), QUESTIONS_EACH));
    let outcome = runner.run(&archives, |(stories, questions)| {
        let scene = Scene::new();
        let archive = indexed(&scene, &stories);
        let texts: Vec<Texts> = stories.iter().map(Texts::of).collect();
        for question in &questions {
            let expected: BTreeSet<usize> =
                texts.iter().enumerate().filter(|(_, texts)| question.holds(texts)).map(|(id, _)| id).collect();
            let query = question.text();
            let found = found(&archive, &query);
            if let Some(&id) = found.symmetric_difference(&expected).next() {
                let is_found = found.contains(&id);
                let story = format!("{}\n{}", stories[id].headline.join(" "), stories[id].body());
                return Err(TestCaseError::fail(format!("{query}\nfound {is_found}, wrongly, in:\n{story}")));
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
