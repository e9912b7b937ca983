//! In: a number of articles. Out: a table of what dateline takes for them, beside bare tantivy and whatever other
//! programs are installed, each figure the median of interleaved rounds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use walkdir::WalkDir;

use crate::generate::{Archive, Made, Shape};
use crate::others;
use crate::process::{Run, run, seconds};
use crate::queries::{self, Ask};
use crate::space::space_of;

/// What to measure, and how often.
#[derive(clap::Args)]
pub struct Measure {
    #[arg(long, default_value_t = 10_000)]
    articles: usize,
    /// Rounds, of which medians are taken
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Megabytes, for dateline as for bare tantivy's writer
    #[arg(long, default_value_t = 512)]
    memory: usize,
    /// Where archive and indexes are made, and removed after
    #[arg(long, default_value_os_t = std::env::temp_dir().join("dateline-bench"))]
    folder: PathBuf,
    /// The program to measure
    #[arg(long, default_value = env!("CARGO_BIN_EXE_dateline"))]
    dateline: PathBuf,
    /// Also run other search programs that are installed
    #[arg(long)]
    others: bool,
}

/// The folders of one measurement.
pub struct Place {
    pub pages: PathBuf,
    pub index: PathBuf,
    pub bare: PathBuf,
    pub folder: PathBuf,
    pub dateline: PathBuf,
}

/// Measures, and prints a table.
pub fn measure(options: &Measure) -> Result<()> {
    let folder = options.folder.join(options.articles.to_string());
    remove(&folder)?;
    let place = Place {
        pages: folder.join("news"),
        index: folder.join("index"),
        bare: folder.join("bare"),
        dateline: options.dateline.clone(),
        folder,
    };
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/default");
    let made = Archive { articles: options.articles, seed: 1, corpus, shape: Shape::Pages }.write(&place.pages)?;
    println!("{} articles, {} words, {:.1} MB of text\n", made.articles, made.words, megabytes(made.bytes as u64));
    println!("| figure | median | least to most |\n|---|---|---|");
    let ingest_seconds = Rounds { options, place: &place, made }.run()?;
    // What was measured is the least that can be indexed; asked is an index with the fields that dateline has.
    remove(&place.bare)?;
    run(own("bare-index")?.arg(&place.pages).arg(&place.bare).arg("--stems"))?;
    queries::compare(&Ask::new(&place))?;
    if options.others {
        others::compare(&place, ingest_seconds, options.threads, options.memory)?;
    }
    remove(&place.folder)
}

struct Rounds<'m> {
    options: &'m Measure,
    place: &'m Place,
    made: Made,
}

impl Rounds<'_> {
    /// Prints what was measured. Returns the median of the seconds that an ingest took.
    fn run(&self) -> Result<f64> {
        let packed = self.pack()?;
        let mut rounds = Figures::default();
        for _ in 0..self.options.rounds.max(1) {
            self.one(&packed, &mut rounds)?;
        }
        let ratios = |over: &[Run], under: &[Run], of: fn(&Run) -> f64| -> Vec<f64> {
            over.iter().zip(under).map(|(over, under)| of(over) / of(under)).collect()
        };
        let wall = |run: &Run| run.wall_seconds;
        let text = megabytes(self.made.bytes as u64);
        let articles = self.made.articles as f64;
        row("articles/s, bare tantivy, articles only", "", &each(&rounds.bare, |run| articles / run.wall_seconds));
        row("articles/s, ingest with statements", "", &each(&rounds.ingest, |run| articles / run.wall_seconds));
        row("pace of ingest: bare, articles only = 1", "", &ratios(&rounds.bare, &rounds.ingest, wall));
        row("the same by processor time", "", &ratios(&rounds.bare, &rounds.ingest, |run| run.cpu_seconds));
        row("pace of ingest: bare, same documents = 1", "", &ratios(&rounds.extracted, &rounds.ingest, wall));
        row("the same by processor time", "", &ratios(&rounds.extracted, &rounds.ingest, |run| run.cpu_seconds));
        row("extraction alone, a core", "MB/s", &each(&rounds.extract, |run| text / run.cpu_seconds));
        row("no change: bare walk with stat = 1", "", &ratios(&rounds.unchanged, &rounds.walk, wall));
        row("no change", "s", &each(&rounds.unchanged, wall));
        row("1 % changed", "s", &each(&rounds.changed, wall));
        row("peak memory of ingest", "MB", &each(&rounds.ingest, |run| megabytes(run.peak_bytes)));
        row("peak memory of bare tantivy", "MB", &each(&rounds.bare, |run| megabytes(run.peak_bytes)));
        row("index, of the text", "", &rounds.size.iter().map(|size| size / text).collect::<Vec<_>>());
        row(
            "index of bare tantivy, of the text",
            "",
            &rounds.bare_size.iter().map(|size| size / text).collect::<Vec<_>>(),
        );
        row("stored in it, of the text", "", &[megabytes(space_of(&self.place.index)?.stored) / text]);
        Ok(median(&each(&rounds.ingest, wall)))
    }

    /// Lets dateline extract, so that bare tantivy can be given the same documents.
    fn pack(&self) -> Result<PathBuf> {
        let (lines, packed) = (self.place.folder.join("extracted.jsonl"), self.place.folder.join("extracted"));
        let mut extract = Command::new(&self.place.dateline);
        extract.arg("extract").args(["--format", "jsonl"]).arg(&self.place.pages).stdout(fs::File::create(&lines)?);
        extract.status().context("dateline extract")?;
        run(own("pack")?.arg(&lines).arg(&packed))?;
        fs::remove_file(lines)?;
        Ok(packed)
    }

    fn one(&self, packed: &Path, rounds: &mut Figures) -> Result<()> {
        let Place { pages, index, bare, folder, .. } = self.place;
        let [threads, memory] = limits(self.options.threads, self.options.memory);
        let limits = ["--threads".to_owned(), threads, "--memory".to_owned(), memory];
        remove(bare)?;
        rounds.bare.push(run(own("bare-index")?.arg(pages).arg(bare).args(&limits))?);
        remove(index)?;
        rounds.ingest.push(run(&mut self.ingest())?);
        let given = folder.join("given");
        remove(&given)?;
        rounds.extracted.push(run(own("bare-extracted")?.arg(packed).arg(&given).args(&limits))?);
        rounds.size.push(folder_megabytes(index));
        rounds.bare_size.push(folder_megabytes(bare));
        rounds.extract.push(run(own("extract")?.arg(pages))?);
        rounds.walk.push(run(own("walk")?.arg(pages))?);
        rounds.unchanged.push(run(&mut self.ingest())?);
        self.change(rounds.changed.len())?;
        rounds.changed.push(run(&mut self.ingest())?);
        Ok(())
    }

    fn ingest(&self) -> Command {
        let mut command = Command::new(&self.place.dateline);
        command.arg("ingest").arg(&self.place.pages).arg("--index").arg(&self.place.index).arg("--quiet");
        command.args([
            "--threads",
            &self.options.threads.to_string(),
            "--memory",
            &format!("{}MB", self.options.memory),
        ]);
        command
    }

    /// Adds a line to every hundredth page.
    fn change(&self, round: usize) -> Result<()> {
        for entry in pages(&self.place.pages).step_by(100) {
            let mut text = fs::read_to_string(&entry)?;
            text.push_str(&format!("\nCorrected {} times.\n", round + 1));
            fs::write(entry, text)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Figures {
    bare: Vec<Run>,
    ingest: Vec<Run>,
    extracted: Vec<Run>,
    extract: Vec<Run>,
    walk: Vec<Run>,
    unchanged: Vec<Run>,
    changed: Vec<Run>,
    size: Vec<f64>,
    bare_size: Vec<f64>,
}

/// Returns a command that runs a task of this very program in a process of its own.
pub fn own(task: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(task);
    Ok(command)
}

/// Returns the pages of an archive.
pub fn pages(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

/// Returns threads and megabytes as other programs are given them.
pub fn limits(threads: usize, memory: usize) -> [String; 2] {
    [threads.to_string(), memory.to_string()]
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints a row of the table: median and spread.
pub fn row(figure: &str, unit: &str, values: &[f64]) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else { return };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    println!("| {figure} | {}{unit} | {} to {} |", shown(median(values)), shown(*least), shown(*most));
}

fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.01 => format!("{value:.3}"),
        _ => format!("{value:.6}"),
    }
}

/// Times a short command a few times.
pub fn timed(times: usize, mut command: impl FnMut() -> Command) -> Result<Vec<f64>> {
    (0..times).map(|_| seconds(&mut command())).collect()
}

pub fn folder_megabytes(folder: &Path) -> f64 {
    let files = WalkDir::new(folder).into_iter().flatten();
    megabytes(
        files.filter_map(|entry| entry.metadata().ok()).filter(|meta| meta.is_file()).map(|meta| meta.len()).sum(),
    )
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn each(runs: &[Run], of: impl Fn(&Run) -> f64) -> Vec<f64> {
    runs.iter().map(of).collect()
}

pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
