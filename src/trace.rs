//! Where words first appeared, and every reprint and variant of them, oldest first.
//!
//! In: a text. 1. cut it into shingles, runs of three words 2. ask the index for articles that hold enough of them
//! 3. find in each body the stretch that is most like the text 4. put what is alike enough in order of time

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::article::Span;
use crate::index::StoredArticle;
use crate::index::words::{self, Words};
use crate::search::{self, Archive, Request, SearchError, Sort};
use crate::statement::{Statement, StatementField};

/// Words in a run. Two are found by chance in every archive; four are lost to a single changed word too often.
const SHINGLE_WORDS: usize = 3;

/// Share of the runs that a stretch must hold to be a variant: below it, texts on one matter look like variants.
const LEAST_LIKENESS: f64 = 0.4;

/// Most runs that are asked for: of a longer text they are taken at even distances.
const MOST_SHINGLES: usize = 48;

/// Most pairs of words that are compared to mark what changed: texts of two thousand words each.
const MOST_COMPARISONS: usize = 4_000_000;

/// One article in which the words stand.
#[derive(Clone, Debug)]
pub struct Sighting {
    pub kind: SightingKind,
    pub article: StoredArticle,
    /// The statement that holds the stretch, or most of it.
    pub statement: Option<Statement>,
    pub likeness: Likeness,
    /// Words of the stretch that the text has not, or has elsewhere; spans of the body.
    pub changed: Vec<Span>,
}

/// What a sighting is to the text asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SightingKind {
    /// The oldest dated one.
    First,
    /// The same words.
    Reprint,
    /// Trimmed or re-worded.
    Variant,
}

/// Returns every article that holds the words or a variant of them, oldest first and the undated last; none where the
/// text is too short to be told from chance.
///
/// # Errors
/// As `search::search`.
pub fn trace(archive: &Archive, text: &str, today: NaiveDate) -> Result<Option<Vec<Sighting>>, SearchError> {
    let Some(asked) = Asked::new(text) else { return Ok(None) };
    let request = Request::new(asked.query(), today);
    let parsed = search::parse(archive, &request)?;
    let mut sightings: Vec<Sighting> = Vec::new();
    for found in archive.ask(&parsed.query, request.target)?.best(Sort::Oldest, None)? {
        archive.deadline().check()?;
        let (article, statements) = archive.block_at(found.address)?;
        let Some(likeness) = asked.find_in(&article.article.body) else { continue };
        let kind = match likeness.is_verbatim {
            _ if sightings.is_empty() && article.article.published.is_some() => SightingKind::First,
            true => SightingKind::Reprint,
            false => SightingKind::Variant,
        };
        let statement = most_of(statements, likeness.span);
        let changed = asked.changed(&article.article.body, likeness.span);
        sightings.push(Sighting { kind, article, statement, likeness, changed });
    }
    Ok(Some(sightings))
}

/// Returns the statement that shares most bytes with `stretch`.
fn most_of(statements: Vec<Statement>, stretch: Span) -> Option<Statement> {
    let shared = |statement: &Statement| -> usize {
        let overlap = |span: &Span| span.end.min(stretch.end).saturating_sub(span.start.max(stretch.start));
        statement.spans.iter().map(overlap).sum()
    };
    let of_body = statements.into_iter().filter(|statement| statement.field == StatementField::Body);
    of_body.filter(|statement| shared(statement) > 0).max_by_key(shared)
}

/// A text whose traces are looked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its words as numbers, by which texts are compared.
    words: Vec<WordId>,
    numbers: HashMap<String, WordId>,
    /// Every run of words, with how often it stands in the text.
    shingles: HashMap<Shingle, usize>,
}

/// Number of a word of the text that is looked for.
type WordId = u32;

/// What every word has that the text does not hold.
const OTHER: WordId = WordId::MAX;

type Shingle = [WordId; SHINGLE_WORDS];

/// The stretch of a body that is most like the text asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    pub span: Span,
    /// Share of the text's runs of words that stand there, from 0 to 1.
    pub share: f64,
    /// Whether all words stand there in a row, whatever their case and punctuation.
    pub is_verbatim: bool,
}

impl Asked {
    /// Cuts a text; none where it holds too few words to be told from chance.
    pub fn new(text: &str) -> Option<Self> {
        let mut numbers = HashMap::new();
        let mut words = Vec::new();
        for word in words::cut(text).into_iter().filter(|word| word.parts == 1) {
            let next = numbers.len() as WordId;
            words.push(*numbers.entry(word.folded).or_insert(next));
        }
        if words.len() < SHINGLE_WORDS {
            return None;
        }
        let mut shingles = HashMap::new();
        for &shingle in words.array_windows::<SHINGLE_WORDS>() {
            *shingles.entry(shingle).or_default() += 1;
        }
        Some(Self { words, numbers, shingles })
    }

    /// Returns the words of a stretch of a body as numbers, each with its place.
    fn numbered(&self, body: &str, stretch: Span) -> (Vec<WordId>, Vec<Span>) {
        let mut cut = Words::default();
        cut.push_piece(body, stretch);
        let single = cut.iter().filter(|word| word.parts == 1);
        single.map(|word| (self.numbers.get(word.folded).copied().unwrap_or(OTHER), word.span)).unzip()
    }

    /// Returns the query, in the language of `docs/query.md`, that finds every article which may hold the text.
    pub fn query(&self) -> String {
        let mut spelt = vec![""; self.numbers.len()];
        for (word, number) in &self.numbers {
            spelt[*number as usize] = word;
        }
        let runs = self.words.windows(SHINGLE_WORDS);
        let step = runs.len().div_ceil(MOST_SHINGLES).max(1);
        let phrase = |run: &[WordId]| {
            let words: Vec<&str> = run.iter().map(|&word| spelt[word as usize]).collect();
            format!("\"{}\"", words.join(" "))
        };
        let phrases: Vec<String> = runs.step_by(step).map(phrase).collect();
        let least = ((phrases.len() as f64 * LEAST_LIKENESS) as usize).max(1);
        let any = phrases.join(" OR ");
        if least == 1 { format!("body:({any})") } else { format!("body:(ATLEAST/{least} ({any}))") }
    }

    /// Returns the stretch of `body` that is most like the text; none where nothing is alike enough.
    pub fn find_in(&self, body: &str) -> Option<Likeness> {
        let (words, spans) = self.numbered(body, Span::new(0, body.len()));
        if let Some(at) = self.verbatim_at(&words) {
            let span = Span::new(spans[at].start, spans[at + self.words.len() - 1].end);
            return Some(Likeness { span, share: 1.0, is_verbatim: true });
        }
        let (from, to, held) = self.densest(&words)?;
        let share = held as f64 / self.shingles.values().sum::<usize>() as f64;
        let span = Span::new(spans[from].start, spans[to].end);
        (share >= LEAST_LIKENESS).then_some(Likeness { span, share, is_verbatim: false })
    }

    /// Returns the words of `stretch` that do not follow the text; none where both are too long to be compared.
    fn changed(&self, body: &str, stretch: Span) -> Vec<Span> {
        let (words, spans) = self.numbered(body, stretch);
        if words.len() * self.words.len() > MOST_COMPARISONS {
            return Vec::new();
        }
        // Lengths of the longest common subsequence of what is left of both, row by row.
        let width = self.words.len() + 1;
        let mut common = vec![0_u32; width * (words.len() + 1)];
        for at in (0..words.len()).rev() {
            for asked_at in (0..self.words.len()).rev() {
                let (here, below) = (at * width + asked_at, (at + 1) * width + asked_at);
                common[here] = match words[at] == self.words[asked_at] {
                    true => common[below + 1] + 1,
                    false => common[below].max(common[here + 1]),
                };
            }
        }
        let (mut at, mut asked_at) = (0, 0);
        let mut changed = Vec::new();
        while at < words.len() {
            let (here, below) = (at * width + asked_at, (at + 1) * width + asked_at);
            if self.words.get(asked_at) == Some(&words[at]) {
                (at, asked_at) = (at + 1, asked_at + 1);
            } else if asked_at < self.words.len() && common[here + 1] >= common[below] {
                asked_at += 1;
            } else {
                changed.push(spans[at]);
                at += 1;
            }
        }
        changed
    }

    fn verbatim_at(&self, words: &[WordId]) -> Option<usize> {
        words.windows(self.words.len()).position(|window| window == self.words)
    }

    /// Returns the first and last word of the stretch that holds most of the runs, and how many it holds. A stretch is
    /// at most twice as long as the text, which leaves room for a cue between its halves.
    fn densest(&self, words: &[WordId]) -> Option<(usize, usize, usize)> {
        let longest = self.words.len() * 2;
        let runs = words.array_windows::<SHINGLE_WORDS>().enumerate();
        let found: Vec<(usize, &Shingle)> = runs.filter(|(_, run)| self.shingles.contains_key(*run)).collect();
        let mut best: Option<(usize, usize, usize)> = None;
        let mut inside: HashMap<&Shingle, usize> = HashMap::new();
        let mut held = 0;
        let mut first = 0;
        for (last, (at, shingle)) in found.iter().enumerate() {
            let count = inside.entry(shingle).or_default();
            *count += 1;
            held += usize::from(*count <= self.shingles[*shingle]);
            while at + SHINGLE_WORDS - found[first].0 > longest {
                let leaving = found[first].1;
                if let Some(count) = inside.get_mut(leaving) {
                    held -= usize::from(*count <= self.shingles[leaving]);
                    *count -= 1;
                }
                first += 1;
            }
            if best.is_none_or(|(.., most)| held > most) {
                best = Some((found[first].0, found[last].0 + SHINGLE_WORDS - 1, held));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The water is ours; the passage belongs to the world";

    #[test]
    fn reprints_and_variants_are_found_and_other_news_is_not() {
        let rows = [
            ("He said: “The water is ours; the passage belongs to the world.”", Some(true)),
            ("THE WATER IS OURS, THE PASSAGE BELONGS TO THE WORLD", Some(true)),
            ("\"The water is ours,\" he said, \"and the passage belongs to the world.\"", Some(false)),
            ("As he put it, the water is ours but this passage belongs to the world.", Some(false)),
            ("The water is cold and the passage belongs to a ship.", None),
            ("The passage is closed to the world.", None),
            ("", None),
        ];
        let asked = Asked::new(TEXT).unwrap();
        for (body, expected) in rows {
            let found = asked.find_in(body);
            assert_eq!(found.map(|likeness| likeness.is_verbatim), expected, "{body}: {found:?}");
        }
    }

    #[test]
    fn the_stretch_is_the_words_and_no_more() {
        let body = "On Friday the minister spoke. \"The water is ours,\" he said, \"and the passage belongs to the world.\" \
                    The world of the passage went on.";
        let found = Asked::new(TEXT).unwrap().find_in(body).unwrap();
        assert_eq!(found.span.of(body), "The water is ours,\" he said, \"and the passage belongs to the world");
    }

    #[test]
    fn a_long_text_asks_for_few_runs() {
        let long: String = (0..1000).map(|number| format!("word{number} ")).collect();
        let query = Asked::new(&long).unwrap().query();
        assert!(query.matches(" OR ").count() < MOST_SHINGLES);
        assert_eq!(Asked::new("a b c").unwrap().query(), "body:(\"a b c\")");
        assert!(Asked::new("two words").is_none());
    }

    #[test]
    fn changed_words_are_told() {
        let rows = [
            ("The water is ours, and this passage belongs to the world", "and this"),
            ("the water is ours the passage belongs to the world", ""),
            ("The water is ours; the lake belongs to the world", "lake"),
        ];
        let asked = Asked::new(TEXT).unwrap();
        for (body, expected) in rows {
            let changed = asked.changed(body, Span::new(0, body.len()));
            let changed: Vec<&str> = changed.iter().map(|span| span.of(body)).collect();
            assert_eq!(changed.join(" "), expected, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn words_in_a_row_are_found_wherever_they_stand(
            words in proptest::collection::vec("[a-c]{1,2}", 3..9),
            before in "([d-f]{1,3} ){0,5}",
            after in "( [d-f]{1,3}){0,5}",
        ) {
            let asked = Asked::new(&words.join(" ")).unwrap();
            let body = format!("{before}“{}”,{after}", words.join(", ").to_uppercase());
            let found = asked.find_in(&body).unwrap();
            assert!(found.is_verbatim && found.share == 1.0);
            assert_eq!(found.span.of(&body), words.join(", ").to_uppercase());
            assert_eq!(asked.changed(&body, found.span), []);
            // With another word in its midst it is a variant, in which that word changed.
            let (first, second) = words.split_at(words.len() / 2);
            let varied = format!("{before}{} xx {}{after}", first.join(" "), second.join(" "));
            if let Some(found) = asked.find_in(&varied) {
                assert!(!found.is_verbatim && found.share < 1.0);
                assert!(found.span.of(&varied).split(' ').all(|word| word == "xx" || words.iter().any(|own| own == word)));
            }
        }

        #[test]
        fn any_two_texts_can_be_compared(text in "[ab c]{0,30}", body in "[ab c.é]{0,80}") {
            if let Some(asked) = Asked::new(&text)
                && let Some(found) = asked.find_in(&body)
            {
                assert!((LEAST_LIKENESS..=1.0).contains(&found.share), "{}", found.share);
                let changed = asked.changed(&body, found.span);
                assert!(changed.iter().all(|span| found.span.contains(*span)));
                assert!(changed.is_empty() || !found.is_verbatim);
            }
        }
    }
}
