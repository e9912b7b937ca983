//! Measures dateline on a generated archive beside the least that its engine can do, and beside other programs.
//!
//! `cargo bench --profile dist --bench archive -- --help` tells how to run it. Nothing of this is in the `dateline`
//! program.

mod bare;
mod bare_queries;
mod generate;
mod measure;
mod others;
mod process;
mod queries;
mod random;
mod space;
mod template;
mod vocabulary;

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use dateline::extract::{ExtractOptions, Input};
use dateline::input::{ReadOptions, WalkOptions};
use dateline::statement::Extractor;
use generate::{Archive, Shape};
use measure::Measure;
use walkdir::WalkDir;

/// Measure dateline on generated archives
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Make an archive of articles, recombined from the sample corpus
    Generate {
        folder: PathBuf,
        #[arg(long, default_value_t = 10_000)]
        articles: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, value_enum, default_value = "pages")]
        shape: Shape,
    },
    /// Measure everything on an archive of so many articles, and print a table
    Measure(Measure),
    /// Measure questions alone, on an index of dateline and one of bare tantivy that are there
    Ask(queries::Ask),
    /// Index an archive of pages with bare tantivy
    BareIndex {
        archive: PathBuf,
        index: PathBuf,
        /// Also index stems of headline, lead and body, as dateline asks for them
        #[arg(long)]
        stems: bool,
        #[command(flatten)]
        limits: Limits,
    },
    /// Extract the statements of an archive with one thread, and index nothing
    Extract { archive: PathBuf },
    /// Look at the size and time of every file of an archive
    Walk { archive: PathBuf },
    /// Tell what each field of an index takes on disk
    Space { index: PathBuf },
    /// Pack the output of `dateline extract --format jsonl` for `bare-extracted`
    Pack { json_lines: PathBuf, packed: PathBuf },
    /// Index packed articles and statements with bare tantivy
    BareExtracted {
        packed: PathBuf,
        index: PathBuf,
        #[command(flatten)]
        limits: Limits,
    },
}

#[derive(clap::Args)]
struct Limits {
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Megabytes for the index writer
    #[arg(long, default_value_t = 512)]
    memory: usize,
}

fn main() -> Result<ExitCode> {
    // cargo adds `--bench` when it runs a benchmark.
    let arguments = std::env::args_os().enumerate().filter(|(at, argument)| *at == 0 || argument != "--bench");
    let Arguments { task } = Arguments::parse_from(arguments.map(|(_, argument)| argument));
    match task {
        Some(task) => run(task).map(|()| ExitCode::SUCCESS),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Generate { folder, articles, seed, shape } => {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/default");
            let made = Archive { articles, seed, corpus, shape }.write(&folder)?;
            println!("{} articles, {} words, {} bytes", made.articles, made.words, made.bytes);
        }
        Task::BareIndex { archive, index, stems, limits } => {
            println!("{}", bare::index_pages(&archive, &index, limits.threads, limits.memory << 20, stems)?);
        }
        Task::Measure(options) => measure::measure(&options)?,
        Task::Ask(options) => queries::compare(&options)?,
        Task::Extract { archive } => println!("{}", extract(archive)?),
        Task::Walk { archive } => println!("{}", walk(&archive)?),
        Task::Space { index } => space::space_of(&index)?.print(),
        Task::Pack { json_lines, packed } => {
            let lines = BufReader::new(open(&json_lines)?);
            let mut out = BufWriter::new(File::create(&packed)?);
            println!("{}", bare::pack_extracted(lines, &mut out)?);
            out.flush()?;
        }
        Task::BareExtracted { packed, index, limits } => {
            let packed = BufReader::with_capacity(1 << 20, open(&packed)?);
            println!("{}", bare::index_extracted(packed, &index, limits.threads, limits.memory << 20)?);
        }
    }
    Ok(())
}

/// Returns how many statements the articles under `archive` hold.
fn extract(archive: PathBuf) -> Result<usize> {
    let options = ExtractOptions { threads: 1, walk: WalkOptions::default(), read: ReadOptions::default() };
    let mut statements = 0;
    dateline::extract::run(
        vec![Input::Path(archive)],
        &options,
        &Extractor::new(),
        |record| record.map_or(0, |extracted| extracted.statements.len()),
        |count| {
            statements += count;
            ControlFlow::Continue(())
        },
    )?;
    Ok(statements)
}

/// Returns how many bytes the files under `archive` hold: the least that must be done to see that nothing changed.
fn walk(archive: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in WalkDir::new(archive) {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}
