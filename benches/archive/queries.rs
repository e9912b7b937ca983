//! The same questions to dateline's index and to that of bare tantivy, one after the other in one process: ten hits
//! and an exact count, with one thread.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use dateline::index::Place as IndexPlace;
use dateline::search::{Archive, Request, Target, search};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, RangeQuery, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DateTime, Index, ReloadPolicy, Searcher, Term};

use crate::measure::{Place, row, timed};
use crate::space::engine_folder;

/// Shares of the documents in which the words asked for stand.
const SHARES: [f64; 4] = [0.2, 0.05, 0.01, 0.002];
/// Words of each share.
const WORDS: usize = 5;
/// Times each question is put; the first one warms up and does not count.
const TIMES: usize = 4;
const STARTS: usize = 15;
const COLD_STARTS: usize = 3;

/// A kind of question: how it is put to dateline from two words, and what bare tantivy is asked.
struct Kind {
    name: &'static str,
    ours: fn(&str, &str) -> String,
    bare: fn(&Bare, &str, &str) -> Result<Box<dyn Query>>,
}

const KINDS: &[Kind] = &[
    Kind { name: "word", ours: |a, _| a.to_owned(), bare: |bare, a, _| Ok(bare.word(a)) },
    Kind { name: "and", ours: |a, b| format!("{a} {b}"), bare: |bare, a, b| Ok(bare.both(Occur::Must, a, b)) },
    Kind { name: "or", ours: |a, b| format!("{a} OR {b}"), bare: |bare, a, b| Ok(bare.both(Occur::Should, a, b)) },
    Kind { name: "phrase", ours: |a, b| format!("\"{a} {b}\""), bare: |bare, a, b| Ok(bare.phrase(a, b, 0)) },
    Kind { name: "near", ours: |a, b| format!("{a} NEAR/5 {b}"), bare: |bare, a, b| Ok(bare.phrase(a, b, 5)) },
    Kind {
        name: "wildcard",
        ours: |a, _| format!("{}*", &a[..4]),
        bare: |bare, a, _| Ok(Box::new(RegexQuery::from_pattern(&format!("{}.*", &a[..4]), bare.body)?)),
    },
    Kind {
        name: "word and days",
        ours: |a, _| format!("{a} date:2018-01-01..2019-12-31"),
        bare: |bare, a, _| Ok(bare.dated(a)),
    },
];

/// Prints how long questions take, and how long a process that puts one.
pub fn compare(place: &Place) -> Result<()> {
    let archive = Archive::open(&IndexPlace::new(&place.index))?;
    let bare = Bare::open(&place.bare)?;
    let words = bare.words()?;
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).context("a day of the calendar")?;
    let pairs: Vec<(&str, &str)> =
        words.iter().zip(words.iter().skip(1)).map(|(a, b)| (a.as_str(), b.as_str())).collect();
    for kind in KINDS {
        let (mut ours, mut bares) = (Vec::new(), Vec::new());
        for &(a, b) in &pairs {
            let request = Request::new((kind.ours)(a, b), today);
            let query = (kind.bare)(&bare, a, b)?;
            for time in 0..TIMES {
                let started = Instant::now();
                search(&archive, &request)?;
                let us = started.elapsed();
                let started = Instant::now();
                bare.searcher.search(&*query, &(TopDocs::with_limit(10).order_by_score(), Count))?;
                if time > 0 {
                    bares.push(started.elapsed().as_secs_f64() * 1e6);
                    ours.push(us.as_secs_f64() * 1e6);
                }
            }
        }
        percentiles(&format!("query, articles: {}", kind.name), &ours, Some(&bares));
    }
    statements(&archive, place, &words, today)?;
    starts(place, &words)
}

/// Statements by words, with filters on speaker, day and place.
fn statements(archive: &Archive, place: &Place, words: &[String], today: NaiveDate) -> Result<()> {
    let speakers = most_quoted(&place.index)?;
    let filters: [(&str, Vec<(&str, &str)>); 4] = [
        ("a word", vec![]),
        ("a word and a speaker", vec![("speaker", "")]),
        ("a word and days", vec![("date", "2018-01-01..2019-12-31")]),
        ("a word and a place", vec![("location", "geneva")]),
    ];
    for (name, filters) in filters {
        let mut times = Vec::new();
        for (word, speaker) in words.iter().zip(speakers.iter().cycle()) {
            let mut request = Request::new(word, today);
            request.target = Target::Statements;
            let value = |value: &str| if value.is_empty() { speaker.clone() } else { value.to_owned() };
            request.filters = filters.iter().map(|&(field, asked)| (field.to_owned(), value(asked))).collect();
            for time in 0..TIMES {
                let started = Instant::now();
                search(archive, &request)?;
                if time > 0 {
                    times.push(started.elapsed().as_secs_f64() * 1e6);
                }
            }
        }
        percentiles(&format!("query, statements: {name}"), &times, None);
    }
    Ok(())
}

/// A process that opens the index, asks and prints: with the index in memory, and, where the system lets us empty
/// its caches, without.
fn starts(place: &Place, words: &[String]) -> Result<()> {
    let command = || {
        let mut command = Command::new(&place.dateline);
        command.arg("query").arg(&words[words.len() / 2]).arg("--index").arg(&place.index);
        command
    };
    let ms = |seconds: Vec<f64>| seconds.into_iter().map(|seconds| seconds * 1e3).collect::<Vec<_>>();
    row("`dateline query`, whole process, warm", "ms", &ms(timed(STARTS, command)?));
    let mut cold = Vec::new();
    for _ in 0..COLD_STARTS {
        if fs::write("/proc/sys/vm/drop_caches", "3").is_ok() {
            cold.extend(timed(1, command)?);
        }
    }
    row("`dateline query`, whole process, cold", "ms", &ms(cold));
    Ok(())
}

fn percentiles(name: &str, ours: &[f64], bare: Option<&[f64]>) {
    for (part, name) in [(0.5, format!("{name}, p50")), (0.99, format!("{name}, p99"))] {
        let at = |times: &[f64]| {
            let mut times = times.to_vec();
            times.sort_by(f64::total_cmp);
            times.get(((times.len() as f64 * part) as usize).min(times.len().saturating_sub(1))).copied()
        };
        let (Some(ours), bare) = (at(ours), bare.and_then(at)) else { continue };
        match bare {
            Some(bare) => println!("| {name} | {ours:.0} µs | bare {bare:.0} µs: {:.2} |", ours / bare),
            None => println!("| {name} | {ours:.0} µs | |"),
        }
    }
}

/// Returns the names quoted most often.
fn most_quoted(index: &Path) -> Result<Vec<String>> {
    let index = Index::open_in_dir(engine_folder(index)?)?;
    let names = index.schema().get_field("speaker_name")?;
    let searcher = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
    let mut counted = counted(&searcher, names, |_| true)?;
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counted.into_iter().map(|(name, _)| name).take(SHARES.len() * WORDS).collect())
}

/// Returns the terms of a field in the largest segment, and in how many of its documents each stands.
fn counted(searcher: &Searcher, field: Field, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, u32)>> {
    let mut counted = Vec::new();
    let largest = searcher.segment_readers().iter().max_by_key(|segment| segment.num_docs());
    let inverted = largest.context("an index without documents")?.inverted_index(field)?;
    let mut terms = inverted.terms().stream()?;
    while let Some((term, info)) = terms.next() {
        if let Ok(term) = std::str::from_utf8(term)
            && wanted(term)
        {
            counted.push((term.to_owned(), info.doc_freq));
        }
    }
    Ok(counted)
}

/// The index of bare tantivy.
struct Bare {
    searcher: Searcher,
    headline: Field,
    body: Field,
    date: Field,
}

impl Bare {
    fn open(folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        let field = |name: &str| index.schema().get_field(name);
        let (headline, body, date) = (field("headline")?, field("body")?, field("date")?);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), headline, body, date })
    }

    /// Returns words that stand in given shares of the articles.
    fn words(&self) -> Result<Vec<String>> {
        let is_plain = |word: &str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let counted = counted(&self.searcher, self.body, is_plain)?;
        let largest = self.searcher.segment_readers().iter().map(|segment| segment.num_docs()).max();
        let documents = f64::from(largest.unwrap_or_default());
        let mut words = Vec::new();
        for rank in 0..WORDS {
            for share in SHARES {
                let mut near: Vec<_> = counted.iter().collect();
                near.sort_by_key(|(_, count)| (f64::from(*count) - share * documents).abs() as u64);
                words.extend(near.get(rank).map(|(word, _)| word.clone()));
            }
        }
        Ok(words)
    }

    /// As dateline looks for a bare word: in headline and body.
    fn word(&self, word: &str) -> Box<dyn Query> {
        let in_field = |field| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(field, word);
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
        };
        Box::new(BooleanQuery::new(vec![in_field(self.headline), in_field(self.body)]))
    }

    fn both(&self, occur: Occur, a: &str, b: &str) -> Box<dyn Query> {
        Box::new(BooleanQuery::new(vec![(occur, self.word(a)), (occur, self.word(b))]))
    }

    fn phrase(&self, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        let in_field = |field| -> (Occur, Box<dyn Query>) {
            let mut phrase = PhraseQuery::new([a, b].map(|word| Term::from_field_text(field, word)).to_vec());
            phrase.set_slop(slop);
            (Occur::Should, Box::new(phrase))
        };
        Box::new(BooleanQuery::new(vec![in_field(self.headline), in_field(self.body)]))
    }

    fn dated(&self, word: &str) -> Box<dyn Query> {
        let day = |year, month, day| {
            let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
            let seconds = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            Term::from_field_date_for_search(self.date, DateTime::from_timestamp_secs(seconds))
        };
        let days =
            RangeQuery::new(std::ops::Bound::Included(day(2018, 1, 1)), std::ops::Bound::Excluded(day(2020, 1, 1)));
        Box::new(BooleanQuery::new(vec![(Occur::Must, self.word(word)), (Occur::Must, Box::new(days))]))
    }
}
