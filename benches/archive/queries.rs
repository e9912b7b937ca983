//! The same questions to dateline's index and to that of bare tantivy, one after the other in one process: ten hits
//! and an exact count, with one thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use dateline::index::Place as IndexPlace;
use dateline::search::{Archive, Request, Target, search};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::{Index, ReloadPolicy, Searcher};

use crate::bare_queries::Bare;
use crate::measure::{Place, row, timed};
use crate::space::engine_folder;

/// Shares of the documents in which the words asked for stand.
const SHARES: [f64; 4] = [0.2, 0.05, 0.01, 0.002];
/// Words of each share.
const WORDS: usize = 25;
const STARTS: usize = 15;
const COLD_STARTS: usize = 5;

/// What to ask, and how often.
#[derive(clap::Args)]
pub struct Ask {
    /// Of dateline
    index: PathBuf,
    /// Of bare tantivy, made by `bare-index --stems`
    bare: PathBuf,
    /// The program whose start is measured
    #[arg(long, default_value = env!("CARGO_BIN_EXE_dateline"))]
    dateline: PathBuf,
    /// Times each question is put, after one that warms up; its median counts
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Only kinds whose names contain this, such as `articles: word` or `statements`
    #[arg(long, default_value = "")]
    only: String,
}

/// A kind of question: how it is put to dateline from two words, and what bare tantivy is asked.
struct Kind {
    name: &'static str,
    ours: fn(&str, &str) -> String,
    bare: fn(&Bare, &str, &str) -> Result<Box<dyn Query>>,
    /// What is asked of the body alone, which no reader would be content with.
    of_body: fn(&Bare, &str, &str) -> Result<Box<dyn Query>>,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "word",
        ours: |a, _| a.to_owned(),
        bare: |bare, a, _| Ok(bare.word(a)),
        of_body: |bare, a, _| Ok(bare.in_body(a)),
    },
    Kind {
        name: "and",
        ours: |a, b| format!("{a} {b}"),
        bare: |bare, a, b| Ok(Bare::all([bare.word(a), bare.word(b)])),
        of_body: |bare, a, b| Ok(Bare::all([bare.in_body(a), bare.in_body(b)])),
    },
    Kind {
        name: "or",
        ours: |a, b| format!("{a} OR {b}"),
        bare: |bare, a, b| Ok(Bare::any([bare.word(a), bare.word(b)])),
        of_body: |bare, a, b| Ok(Bare::any([bare.in_body(a), bare.in_body(b)])),
    },
    Kind {
        name: "phrase",
        ours: |a, b| format!("\"{a} {b}\""),
        bare: |bare, a, b| Ok(bare.phrase(a, b, 0)),
        of_body: |bare, a, b| Ok(bare.phrase_in_body(a, b, 0)),
    },
    Kind {
        name: "near",
        ours: |a, b| format!("\"{a}\" NEAR/5 \"{b}\""),
        bare: |bare, a, b| Ok(bare.phrase(a, b, 5)),
        of_body: |bare, a, b| Ok(bare.phrase_in_body(a, b, 5)),
    },
    // Bare words stand for all of their inflections, near others too.
    Kind {
        name: "near, inflections",
        ours: |a, b| format!("{a} NEAR/5 {b}"),
        bare: |bare, a, b| Ok(bare.near_inflected(a, b, 5)),
        of_body: |bare, a, b| Ok(bare.near_inflected_in_body(a, b, 5)),
    },
    Kind {
        name: "wildcard",
        ours: |a, _| format!("{}*", &a[..4]),
        bare: |bare, a, _| bare.beginning(&a[..4]),
        of_body: |bare, a, _| bare.beginning_in_body(&a[..4]),
    },
    Kind {
        name: "word and days",
        ours: |a, _| format!("{a} date:2018-01-01..2019-12-31"),
        bare: |bare, a, _| Ok(Bare::all([bare.word(a), bare.days()])),
        of_body: |bare, a, _| Ok(Bare::all([bare.in_body(a), bare.days()])),
    },
];

impl Ask {
    /// Asks what one measurement has made.
    pub fn new(place: &Place) -> Self {
        let Place { index, bare, dateline, .. } = place;
        Self { index: index.clone(), bare: bare.clone(), dateline: dateline.clone(), times: 5, only: String::new() }
    }

    fn wants(&self, name: &str) -> bool {
        name.contains(&self.only)
    }

    /// Returns the median of the microseconds that each of some commands takes, put in turn.
    fn interleaved<const N: usize>(&self, mut ask: impl FnMut(usize) -> Result<()>) -> Result<[f64; N]> {
        let mut times = [const { Vec::new() }; N];
        for time in 0..=self.times {
            for (number, times) in times.iter_mut().enumerate() {
                let started = Instant::now();
                ask(number)?;
                // The first one warms up.
                if time > 0 {
                    times.push(started.elapsed().as_secs_f64() * 1e6);
                }
            }
        }
        Ok(times.map(|times| at(&times, 0.5)))
    }
}

/// Prints how long questions take, and how long a process that puts one.
pub fn compare(ask: &Ask) -> Result<()> {
    let archive = Archive::open(&IndexPlace::new(&ask.index))?;
    let bare = Bare::open(&ask.bare)?;
    let words = words(&bare)?;
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).context("a day of the calendar")?;
    println!(
        "\n| query | | dateline | bare tantivy, same tree and fields | ratio | `--all` | ratio | bare, body alone |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in KINDS.iter().filter(|kind| ask.wants(&format!("articles: {}", kind.name))) {
        let mut medians = Vec::new();
        for (a, b) in words.iter().zip(words.iter().skip(1)) {
            let request = Request::new((kind.ours)(a, b), today);
            let all = Request { collapse: false, ..request.clone() };
            let (same, of_body) = ((kind.bare)(&bare, a, b)?, (kind.of_body)(&bare, a, b)?);
            medians.push(ask.interleaved::<4>(|number| {
                let best = TopDocs::with_limit(10).order_by_score();
                match number {
                    0 => drop(search(&archive, &request)?),
                    1 => drop(bare.searcher.search(&*same, &(best, Count))?),
                    2 => drop(search(&archive, &all)?),
                    _ => drop(bare.searcher.search(&*of_body, &(best, Count))?),
                }
                Ok(())
            })?);
        }
        for (share, name) in PARTS {
            let part = |number: usize| at(&medians.iter().map(|times| times[number]).collect::<Vec<_>>(), share);
            let (ours, same, all, of_body) = (part(0), part(1), part(2), part(3));
            println!(
                "| articles: {} | {name} | {ours:.0} µs | {same:.0} µs | {:.2} | {all:.0} µs | {:.2} | {of_body:.0} µs |",
                kind.name,
                ours / same,
                all / same
            );
        }
    }
    statements(&archive, ask, &words, today)?;
    starts(ask, &words)
}

const PARTS: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];

/// Statements by words, with filters on speaker, day and place.
fn statements(archive: &Archive, ask: &Ask, words: &[String], today: NaiveDate) -> Result<()> {
    let speakers = most_quoted(&ask.index)?;
    let days = ("date", "2018-01-01..2019-12-31");
    let filters: [(&str, Vec<(&str, &str)>); 5] = [
        ("a word", vec![]),
        ("a word and a speaker", vec![("speaker", "")]),
        ("a word and days", vec![days]),
        ("a word and a place", vec![("location", "geneva")]),
        ("a word, a speaker, days and a place", vec![("speaker", ""), days, ("location", "geneva")]),
    ];
    for (name, filters) in filters.iter().filter(|(name, _)| ask.wants(&format!("statements: {name}"))) {
        let mut times = Vec::new();
        for (word, speaker) in words.iter().zip(speakers.iter().cycle()) {
            let mut request = Request::new(word, today);
            request.target = Target::Statements;
            let value = |value: &str| if value.is_empty() { speaker.clone() } else { value.to_owned() };
            request.filters = filters.iter().map(|&(field, asked)| (field.to_owned(), value(asked))).collect();
            let [median] = ask.interleaved(|_| {
                search(archive, &request)?;
                Ok(())
            })?;
            times.push(median);
        }
        for (share, part) in PARTS {
            println!("| statements: {name} | {part} | {:.0} µs | | | | | |", at(&times, share));
        }
    }
    Ok(())
}

/// A process that opens the index, asks and prints: with the index in memory, and, where the system lets us empty
/// its caches, without.
fn starts(ask: &Ask, words: &[String]) -> Result<()> {
    if !ask.wants("whole process") {
        return Ok(());
    }
    println!("\n| figure | median | least to most |\n|---|---|---|");
    let ms = |seconds: Vec<f64>| seconds.into_iter().map(|seconds| seconds * 1e3).collect::<Vec<_>>();
    for (name, arguments) in [("", &[][..]), (" -s", &["-s"][..])] {
        let command = || {
            let mut command = Command::new(&ask.dateline);
            command.arg("query").args(arguments).arg(&words[words.len() / 2]).arg("--index").arg(&ask.index);
            command
        };
        row(&format!("`dateline query{name}`, whole process, warm"), "ms", &ms(timed(STARTS, command)?));
        let mut cold = Vec::new();
        for _ in 0..COLD_STARTS {
            if fs::write("/proc/sys/vm/drop_caches", "3").is_ok() {
                cold.extend(timed(1, command)?);
            }
        }
        row(&format!("`dateline query{name}`, whole process, cold"), "ms", &ms(cold));
    }
    Ok(())
}

/// Returns the value below which such a share of others lies.
fn at(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or(f64::NAN)
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

/// Returns words that stand in given shares of the articles.
fn words(bare: &Bare) -> Result<Vec<String>> {
    let is_plain = |word: &str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let counted = counted(&bare.searcher, bare.body, is_plain)?;
    let largest = bare.searcher.segment_readers().iter().map(|segment| segment.num_docs()).max();
    let documents = f64::from(largest.unwrap_or_default());
    let by_share = SHARES.map(|share| {
        let mut near: Vec<_> = counted.iter().collect();
        near.sort_by_key(|(_, count)| (f64::from(*count) - share * documents).abs() as u64);
        near.into_iter().map(|(word, _)| word.clone()).take(WORDS).collect::<Vec<_>>()
    });
    let ranks = 0..WORDS;
    Ok(ranks.flat_map(|rank| by_share.iter().filter_map(move |words| words.get(rank).cloned())).collect())
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
