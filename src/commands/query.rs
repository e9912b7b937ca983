use std::io;
use std::path::PathBuf;
use std::time::Instant;

use chrono::Local;
use clap::Parser;
use dateline::index::{Place, seen};
use dateline::output::{TEXT, neutralise};
use dateline::search::{self, Archive, GroupBy, Missing, NewSince, Page, Request, Sort, Target, Use};

use super::arguments::{Filters, Threads, joined};
use super::{Common, Run, arguments, ingest, terminal};
use crate::error::{Exit, Hinted};

/// Find articles, or statements, by words, speaker, role, place and day
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline query 'speaker:kosvat missiles'\n  \
                        dateline query -s 'toll* NEAR/6 treaty' --since 2025-01\n  \
                        dateline query -s missiles --group-by speaker\n  \
                        dateline query -s 'missiles confidence:>=0.9 kind:direct'\n  \
                        dateline query --refresh news -s 'role:\"foreign minister\" talks' --format jsonl\n\n\
                        Fields narrow further: confidence:>=0.9 keeps to speakers of whom nine in ten are right, date:none \
                        finds what is undated. The language of queries is described in docs/query.md.")]
pub struct Query {
    /// Words, phrases, operators and fields; several arguments are joined
    #[arg(value_name = "QUERY", allow_hyphen_values = false)]
    query: Vec<String>,
    /// Find statements instead of articles
    #[arg(short, long)]
    statements: bool,
    /// Hits to show; 0 shows all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Hits to pass over before the first one shown
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Order of the hits [default: by relevance, or newest first where only fields are asked for]
    #[arg(long, value_name = "ORDER")]
    sort: Option<Order>,
    #[command(flatten)]
    filters: Filters,
    /// Let any of the words match, best first: for questions in plain words
    #[arg(long)]
    any: bool,
    /// Show copies and near-copies too
    #[arg(long)]
    all: bool,
    /// Count the values of fields over all hits, such as speaker,outlet,year
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    facet: Vec<String>,
    /// Put the hits into groups by the values of a field, such as speaker; --limit and --offset count groups
    #[arg(long, value_name = "FIELD")]
    group_by: Option<String>,
    /// Hits to show of each group; 0 shows how many there are
    #[arg(long, value_name = "N", default_value_t = GroupBy::HITS, requires = "group_by")]
    per_group: usize,
    /// Show N words that set the hits apart from the archive
    #[arg(long, value_name = "N", default_value_t = 0)]
    terms: usize,
    /// Show the query as understood, and why each hit scored
    #[arg(long)]
    explain: bool,
    /// Show only what was indexed since the last time under this name, and no reprints of what was known
    #[arg(long, value_name = "NAME", conflicts_with_all = ["limit", "offset"])]
    new: Option<String>,
    /// Ask a saved query of dateline.toml, or all of them with "all"; several may be given
    #[arg(long, value_name = "NAME")]
    saved: Vec<String>,
    /// Show paths only
    #[arg(short = 'l', long)]
    paths: bool,
    /// Index a folder first; may be given several times
    #[arg(long, value_name = "DIR")]
    refresh: Vec<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// Names of `search::Sort`.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
    /// By the day a statement was made, oldest first
    Said,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
            Order::Said => Self::Said,
        }
    }
}

impl Run for Query {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        if !self.refresh.is_empty() {
            ingest::refresh(&self.refresh, self.threads.count(), common)?;
        }
        let started = Instant::now();
        let place = Place::new(&common.index);
        let intent = self.intent();
        let archive = Archive::open_to(intent, &place)?;
        let text = with_saved(joined(&self.query), &self.saved, &archive)?;
        let new = match &self.new {
            Some(name) => {
                Some(NewSince { after_ms: seen::read(&place, name)?, until_ms: archive.payload().settled_ms })
            }
            None => None,
        };
        let request = Request {
            target: if self.statements { Target::Statements } else { Target::Articles },
            filters: self.filters.fields(),
            any: self.any,
            sort: self.sort.map(Sort::from),
            offset: self.offset,
            // What is new is shown once, so all of it is shown.
            limit: (self.limit > 0 && new.is_none()).then_some(self.limit),
            new,
            collapse: !self.all,
            facets: self.facet,
            group: self.group_by.map(|field| GroupBy { field, hits: self.per_group }),
            terms: self.terms,
            explain: self.explain,
            ..Request::new(text, Local::now().date_naive())
        };
        let mut page = search::search(&archive, &request)?;
        if intent == Use::OnePage && !self.paths {
            page.count_copies()?;
        }
        let took = started.elapsed();
        if request.explain {
            anstream::eprintln!("understood: {}", neutralise(&page.understood));
            for note in &page.notes {
                anstream::eprintln!("note: {}", neutralise(note));
            }
        }
        for note in &page.dropped {
            anstream::eprintln!("note: {}", neutralise(note));
        }
        if page.undated > 0 && !common.quiet {
            let undated = request.target.counted(page.undated);
            anstream::eprintln!("note: left out for want of a date: {undated}; date:none finds what is undated");
        }
        if self.paths {
            terminal::print(false, |out| {
                for hit in page.hits() {
                    writeln!(out, "{}", neutralise(&hit.map_err(io::Error::other)?.article.article.path))?;
                }
                Ok(())
            })?;
        } else {
            let output = common.output(TEXT);
            let screen = terminal::screen(common.color);
            terminal::print(output.is_for_people, |out| output.write_page(out, &request, &page, took, None, &screen))?;
        }
        if let (Some(name), Some(new)) = (&self.new, new) {
            seen::write(&place, name, new.until_ms)?;
        }
        if !common.quiet {
            if page.total == 0 {
                explain_nothing(&page, request.target);
            }
            // What is new was told: asked again, it is not.
            if self.new.is_none() {
                suggest_any(&page);
            }
        }
        Ok(if page.total > 0 { Exit::Done } else { Exit::NothingFound })
    }
}

impl Query {
    /// Returns what the index is to be opened for.
    fn intent(&self) -> Use {
        let reads_all = self.limit == 0 || self.new.is_some() || !self.facet.is_empty() || self.group_by.is_some();
        if reads_all { Use::Anything } else { Use::OnePage }
    }
}

/// Returns the query with the saved ones that are asked besides, any of which has to match.
///
/// # Errors
/// If all are asked for and there is none, or one that nobody saved.
fn with_saved(text: String, saved: &[String], archive: &Archive) -> Result<String, Hinted> {
    if saved.is_empty() {
        return Ok(text);
    }
    let all = saved.iter().any(|name| name == ALL_SAVED);
    let known = archive.saved_queries();
    if let Some(unknown) = saved.iter().find(|name| !known.contains_key(*name) && *name != ALL_SAVED) {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        let hint = match names.is_empty() {
            true => "[queries] in dateline.toml holds them; ingest reads it".to_owned(),
            false => format!("there are {}", names.join(", ")),
        };
        return Err(Hinted { message: format!("no query is saved as `{unknown}`"), hint });
    }
    let qualified = || known.into_keys().filter(|name| name.contains('/')).collect();
    let names: Vec<String> = if all { qualified() } else { saved.to_vec() };
    if names.is_empty() {
        let message = "no query is saved".to_owned();
        return Err(Hinted { message, hint: "[queries] in dateline.toml holds them; ingest reads it".into() });
    }
    let either: Vec<String> = names.iter().map(|name| format!("query:\"{name}\"")).collect();
    let either = either.join(" OR ");
    Ok(if text.is_empty() { either } else { format!("({text}) ({either})") })
}

/// What stands for every saved query.
const ALL_SAVED: &str = "all";

/// Words that together are hardly ever in one article, unless it was looked for by them.
const MANY_WORDS: usize = 3;
/// Words of a whole question; hits may be few for want of one of them.
const WORDS_OF_QUESTION: usize = 5;
/// Hits that are few.
const FEW_HITS: u64 = 3;

/// Says how to ask a question in plain words, where it was asked as words that all must match.
fn suggest_any(page: &Page<'_>) {
    let finds_few = match page.plain_words {
        0..MANY_WORDS => false,
        MANY_WORDS..WORDS_OF_QUESTION => page.total == 0,
        _ => page.total < FEW_HITS,
    };
    if finds_few {
        let Some(command) = command_with_any() else { return };
        let found = if page.total == 0 { "nothing" } else { "little" };
        let words = page.plain_words;
        anstream::eprintln!(
            "hint: {found} matches all {words} words; any of them, best first: {}",
            neutralise(&command)
        );
    }
}

/// Returns the command that runs, with `--any`; none where it cannot be printed as it was typed.
fn command_with_any() -> Option<String> {
    const ANY: &str = "--any";
    let mut words: Vec<String> = Vec::new();
    for argument in std::env::args_os().skip(1) {
        words.push(arguments::for_shell(argument.to_str()?));
    }
    // Behind "--" all is part of the question.
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.insert(end, ANY.to_owned());
    Some(format!("dateline {}", words.join(" ")))
}

/// Says which word found nothing and what was probably meant.
fn explain_nothing(page: &Page<'_>, target: Target) {
    let noun = target.noun();
    anstream::eprintln!("nothing found");
    for Missing { word, meant, .. } in &page.diagnosis {
        let meant = match meant.as_slice() {
            [] => String::new(),
            meant => format!("; did you mean {}?", meant.join(", ")),
        };
        anstream::eprintln!("no {noun} has {}{}", neutralise(word), neutralise(&meant));
    }
}
