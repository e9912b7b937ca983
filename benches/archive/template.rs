//! In: the sample articles of `corpus/default`. Out: their paragraphs, with the places at which another word or
//! another name may stand.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use walkdir::WalkDir;

/// One sample article.
pub struct Template {
    pub paragraphs: Vec<Paragraph>,
    /// People named, each with a number from 0.
    pub people: usize,
}

pub struct Paragraph {
    pub pieces: Vec<Piece>,
    pub words: usize,
    /// Whether somebody is quoted in it.
    pub speaks: bool,
}

pub enum Piece {
    Fixed(String),
    /// A common word, which may be exchanged.
    Word(String),
    /// The given name or the surname of a person of the template.
    Given(usize),
    Surname(usize),
}

/// Words that carry a sentence or attribute a statement, and so stay: without them prose stops being prose.
const KEPT: &str = "about according added admitted after again against agreed already also although always among \
    another anything appeared argued asked became because become been before began being below between both called \
    came cannot chairman charged chief claimed commander conference confirmed could country declined denied deputy \
    described despite director does down during each either else envoy even ever every everything explained \
    foreign former four from further gave general give given going gone governor government have having head \
    held here himself however insisted into itself just kept knew know known last later leader least less like little \
    long made make many member mentioned might million minister more most much must nearly never next nobody nothing \
    office official officials often only other others ought over owing parliament party people perhaps president \
    press quite rather replied reporter reporters reported said same says secretary seemed seen senator shall should \
    since some somebody something soon speaker spokesman spokesperson spokeswoman statement still such taken tell \
    than that their them themselves then there these they thing this those though thought three through till time told \
    told took toward towards under unless until unto upon used very wants warned week well went were what whatever \
    when where whether which while whom whose will with within without would wrote year years yesterday your";

/// A name in more than this share of the articles is a country or a leader, and stays: 1 in 12.
const RARE_NAME: usize = 12;
/// Shorter blocks are headlines, bylines and date lines.
const SHORTEST_PARAGRAPH: usize = 12;
/// Signs that somebody speaks in a paragraph.
const SPEECH: &[&str] = &[
    "\"",
    "“",
    "”",
    "said",
    "says",
    "told",
    "according",
    "announced",
    "warned",
    "called",
    "promised",
    "added",
    "accused",
    "denied",
    "insisted",
    "confirmed",
    "asked",
    "declared",
    "reported",
];

/// Reads the sample articles under `corpus`.
///
/// # Errors
/// If the folder cannot be read or holds no article.
pub fn read_templates(corpus: &Path) -> io::Result<Vec<Template>> {
    let mut texts = Vec::new();
    for entry in WalkDir::new(corpus).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() || entry.path().extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        // Samples in old encodings are for the decoder's tests.
        if let Ok(text) = String::from_utf8(std::fs::read(entry.path())?) {
            texts.push(text);
        }
    }
    let lexicon = Lexicon::new(&texts);
    let templates: Vec<_> =
        texts.iter().map(|text| lexicon.template(text)).filter(|template| template.paragraphs.len() > 1).collect();
    if templates.is_empty() {
        return Err(io::Error::other(format!("no sample articles in {}", corpus.display())));
    }
    Ok(templates)
}

/// Returns the words of the templates that may be exchanged, the most frequent first.
pub fn exchangeable_words(templates: &[Template]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for piece in templates.iter().flat_map(|template| &template.paragraphs).flat_map(|paragraph| &paragraph.pieces) {
        if let Piece::Word(word) = piece {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut words: Vec<_> = counts.into_iter().map(|(word, count)| (Reverse(count), word.to_owned())).collect();
    words.sort_unstable();
    words.into_iter().map(|(_, word)| word).collect()
}

/// What the sample articles together tell about their words.
struct Lexicon {
    kept: HashSet<&'static str>,
    lower: HashSet<String>,
    /// In how many articles a capitalised word stands.
    articles_with: HashMap<String, usize>,
    articles: usize,
}

impl Lexicon {
    fn new(texts: &[String]) -> Self {
        let mut lower = HashSet::new();
        let mut articles_with = HashMap::new();
        for text in texts {
            let words: HashSet<&str> = tokens(text).filter(|word| word.starts_with(char::is_alphabetic)).collect();
            for word in words {
                if word.starts_with(char::is_lowercase) {
                    lower.insert(word.to_owned());
                } else {
                    *articles_with.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
        Self { kept: KEPT.split_whitespace().collect(), lower, articles_with, articles: texts.len() }
    }

    fn template(&self, text: &str) -> Template {
        // Surname to number; a given name leads to the surname that follows it somewhere in the article.
        let mut people: HashMap<&str, usize> = HashMap::new();
        let mut given: HashMap<&str, usize> = HashMap::new();
        let words: Vec<&str> = tokens(text).collect();
        for window in words.windows(3) {
            if let [first, " ", last] = window
                && self.is_name(first)
                && self.is_name(last)
            {
                let count = people.len();
                let person = *people.entry(last).or_insert(count);
                given.entry(first).or_insert(person);
            }
        }
        let mut paragraphs = Vec::new();
        for block in text.split("\n\n").skip(1).map(str::trim) {
            let words = block.split_whitespace().count();
            if words < SHORTEST_PARAGRAPH {
                continue;
            }
            let mut pieces = Vec::new();
            for token in tokens(without_dateline(block)) {
                if let Some(&person) = people.get(token) {
                    pieces.push(Piece::Surname(person));
                } else if let Some(&person) = given.get(token) {
                    pieces.push(Piece::Given(person));
                } else if self.may_change(token) {
                    pieces.push(Piece::Word(token.to_owned()));
                } else if let Some(Piece::Fixed(fixed)) = pieces.last_mut() {
                    fixed.push_str(token);
                } else {
                    pieces.push(Piece::Fixed(token.to_owned()));
                }
            }
            let speaks = SPEECH.iter().any(|sign| block.contains(sign));
            paragraphs.push(Paragraph { pieces, words, speaks });
        }
        Template { paragraphs, people: people.len() }
    }

    fn is_name(&self, word: &str) -> bool {
        let mut letters = word.chars();
        word.len() > 3
            && letters.next().is_some_and(char::is_uppercase)
            && letters.all(char::is_lowercase)
            && !self.lower.contains(&word.to_lowercase())
            && self.articles_with.get(word).is_some_and(|with| with * RARE_NAME <= self.articles.max(RARE_NAME))
    }

    fn may_change(&self, word: &str) -> bool {
        word.len() > 3
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !["ed", "ing", "ly"].iter().any(|ending| word.ends_with(ending))
            && !self.kept.contains(word)
    }
}

/// Returns the text in pieces: words, and what stands between them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let in_word = first.is_alphabetic();
        let end = rest.find(|c: char| c.is_alphabetic() != in_word).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// Returns the paragraph without `PARIS, March 3 —`: a generated article has its own.
fn without_dateline(paragraph: &str) -> &str {
    for dash in [" – ", " — ", " - "] {
        if let Some((before, after)) = paragraph.split_once(dash)
            && before.len() < 60
            && before.chars().take(3).all(char::is_uppercase)
        {
            return after;
        }
    }
    paragraph
}
