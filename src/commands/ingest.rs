use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::Utc;
use clap::Parser;
use dateline::index::Place;
use dateline::ingest::{self, IngestError, Options, Progress, Summary, Watched, Watching};
use dateline::output::{TEXT, neutralise};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{MemorySize, Threads, Walking, seconds};
use super::{Common, Run, hook, terminal, unmatched};
use crate::error::{Exit, Hinted};

/// Add what is new or changed, drop what is gone
#[derive(Parser)]
#[command(after_help = "Without DIR, all collections that the index knows are looked at.\n\nExamples:\n  \
                        dateline ingest news\n  dateline ingest --dry-run\n  \
                        dateline ingest archive --exclude '*.pdf' -j 4 --memory 1G")]
pub struct Ingest {
    /// Folders to index, each a collection, or parts of collections
    #[arg(value_name = "DIR")]
    directories: Vec<PathBuf>,
    #[command(flatten)]
    walking: Walking,
    #[command(flatten)]
    threads: Threads,
    /// Memory for what grows with the work, such as 512M
    #[arg(long, value_name = "SIZE")]
    memory: Option<MemorySize>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Compare contents even where size and time are as before
    #[arg(long)]
    checksum: bool,
    /// Read again what an older version read
    #[arg(long)]
    outdated: bool,
    /// Read again what was rejected
    #[arg(long)]
    retry_rejected: bool,
    /// Make the index anew; the present one answers until the new one takes its place
    #[arg(long)]
    rebuild: bool,
    /// Drop what is gone even where most of a collection is
    #[arg(long)]
    prune: bool,
    /// Wait so many seconds for another ingest to end
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    wait: Duration,
    /// Make what is done so far visible, and safe from a kill, every so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    commit_every: Duration,
    /// Go on: ingest again whenever files change
    #[arg(long, conflicts_with_all = ["dry_run", "rebuild"])]
    watch: bool,
    /// With --watch, look at everything every so many seconds, for file systems that notify nobody
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    poll: Duration,
    /// Run a shell command after an ingest that changed something, with the summary on its standard input
    #[arg(long, value_name = "COMMAND")]
    then: Option<String>,
}

impl Run for Ingest {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let output = common.output(TEXT);
        let Some(write_summary) = output.summary else {
            let message = format!("the summary of an ingest cannot be written as {}", output.name);
            return Err(Hinted { message, hint: "use --format text, json or jsonl".into() }.into());
        };
        let mut options = Options::new(Place::new(&common.index), self.directories, Utc::now());
        options.walk = self.walking.options();
        options.threads = self.threads.count();
        if let Some(MemorySize(bytes)) = self.memory {
            options.memory_bytes = bytes;
        }
        options.dry_run = self.dry_run;
        options.checksum = self.checksum;
        options.outdated = self.outdated;
        options.retry_rejected = self.retry_rejected;
        options.rebuild = self.rebuild;
        options.prune = self.prune;
        options.wait = self.wait;
        options.commit_every.time = self.commit_every;
        let screen = terminal::screen(common.color);
        let after = |summary: &Summary| -> anyhow::Result<()> {
            terminal::print(false, |out| write_summary(out, summary, &screen))?;
            if let Some(command) = self.then.as_ref().filter(|_| summary.has_changes()) {
                hook::run(command, summary, &common.index)?;
            }
            if !summary.dry_run && (!self.watch || summary.has_changes()) {
                unmatched::warn_at(&options.place, common);
            }
            Ok(())
        };
        if self.watch {
            let watching = Watching { look_every: self.poll, ..Watching::default() };
            return watch(&options, &watching, common, after);
        }
        let summary = run(&options, common)?;
        after(&summary)?;
        Ok(exit_of(&summary))
    }
}

/// Ingests again and again, and tells of those that did something.
fn watch(
    options: &Options,
    watching: &Watching,
    common: &Common,
    after: impl Fn(&Summary) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let mut shown = Shown::new(common);
    let mut failure = None;
    let mut is_first = true;
    ingest::watch(options, watching, Utc::now, &mut |watched| {
        match watched {
            Watched::Progress(progress) => shown.report(&progress),
            Watched::Busy => shown.say("another ingest holds the index; waiting for it"),
            Watched::Unnotified { root, problem } => {
                shown.say(&format!("warning: changes in {} are found by looking only: {problem}", root.display()));
            }
            Watched::Done(summary) => {
                shown.bar.finish_and_clear();
                let is_first = std::mem::take(&mut is_first);
                if is_first || summary.has_changes() {
                    failure = after(summary).err();
                }
                // The next one may have a bar of its own.
                shown = Shown::new(common);
            }
        }
        if failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match failure {
        Some(error) => Err(error),
        None => Ok(Exit::Done),
    }
}

/// Brings the index up to date before a query. Where another ingest holds it, the last commit has to do.
///
/// # Errors
/// If the folders cannot be indexed.
pub fn refresh(directories: &[PathBuf], threads: usize, common: &Common) -> anyhow::Result<()> {
    let mut options = Options::new(Place::new(&common.index), directories.to_vec(), Utc::now());
    options.threads = threads;
    match run(&options, common) {
        Ok(_) => Ok(()),
        Err(error) if error.is_busy() => {
            anstream::eprintln!("warning: another ingest holds the index; this is the answer of its last commit");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn run(options: &Options, common: &Common) -> Result<Summary, IngestError> {
    let mut shown = Shown::new(common);
    let summary = ingest::run(options, &mut |progress| shown.report(&progress));
    shown.bar.finish_and_clear();
    summary
}

/// A collection held back is an error that `--prune` overrides; inputs newly rejected are worth a look.
fn exit_of(summary: &Summary) -> Exit {
    match (summary.held_back.is_empty(), summary.newly_rejected) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Done,
        (true, _) => Exit::SomeRejected,
    }
}

/// What a person sees while an ingest runs: a bar on a terminal, a line now and then elsewhere.
struct Shown {
    bar: ProgressBar,
    is_quiet: bool,
    is_terminal: bool,
    total: u64,
    next_line: Instant,
}

/// Between two lines of progress where there is no terminal: a log of a long night stays readable.
const LINE_EVERY: Duration = Duration::from_secs(30);

impl Shown {
    fn new(common: &Common) -> Self {
        let is_terminal = io::stderr().is_terminal() && !common.quiet;
        let bar = if is_terminal {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))
        } else {
            ProgressBar::hidden()
        };
        Self { bar, is_quiet: common.quiet, is_terminal, total: 0, next_line: Instant::now() + LINE_EVERY }
    }

    fn report(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Walked { inputs } => {
                self.bar.set_message(format!("{inputs} files looked at"));
                self.bar.tick();
            }
            Progress::Planned { inputs, bytes } => self.start(*inputs, *bytes),
            Progress::Done { inputs, bytes } => {
                self.bar.set_position(*bytes);
                self.bar.set_message(format!("{inputs} of {}", self.total));
                if !self.is_terminal && !self.is_quiet && Instant::now() >= self.next_line {
                    self.next_line = Instant::now() + LINE_EVERY;
                    eprintln!("{inputs} of {} inputs read", self.total);
                }
            }
            Progress::Forgotten => {
                self.say("warning: the index could not be read: all of its articles count as added now");
            }
            Progress::Rejected(rejected) => self.say(&format!("rejected: {}", neutralise(&rejected.to_string()))),
            Progress::HeldBack(held) => {
                let held = neutralise(&held.to_string()).into_owned();
                self.bar
                    .suspend(|| eprintln!("error: {held}\nhint: if it is meant to be gone, run again with --prune"));
            }
            Progress::Committed => {}
            Progress::Finishing => self.bar.set_message("merging"),
        }
    }

    fn start(&mut self, inputs: u64, bytes: u64) {
        const TEMPLATE: &str = "{bar:30} {percent:>3} %  {msg}  {bytes_per_sec}  {eta} left";
        self.total = inputs;
        self.bar.set_length(bytes);
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            self.bar.set_style(style);
        }
    }

    fn say(&self, line: &str) {
        if !self.is_quiet {
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }
}
