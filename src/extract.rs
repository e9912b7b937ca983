//! Journey 1 without its end: inputs to articles to statements, in the order of the inputs, indexed nowhere.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use chrono::NaiveDateTime;
use crossbeam_channel::bounded;

use crate::article::{self, Article};
use crate::config::{Collection, ConfigError, FILE_NAME, Metadata};
use crate::input::{self, RawArticle, ReadOptions, Reason, RecordPlace, Rejected, WalkError, WalkOptions};
use crate::speaker::CompiledCorrections;
use crate::statement::{Extractor, Statement};

/// Where articles are read from.
pub enum Input {
    /// A file, or a folder with all that is in it.
    Path(PathBuf),
    /// Anything that can be read, and what to call it.
    Stream { shown: String, bytes: Box<dyn Read + Send> },
}

/// How to read and how many threads to read with.
pub struct ExtractOptions {
    pub threads: usize,
    pub walk: WalkOptions,
    pub read: ReadOptions,
}

/// An article and what is said in it.
pub struct Extracted {
    pub article: Article,
    pub statements: Vec<Statement>,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Walk(#[from] WalkError),
}

/// Articles under way per thread: enough to keep threads busy behind one slow article, few enough to fit in memory.
const UNDER_WAY_PER_THREAD: usize = 16;

/// Reads the inputs and hands each article, or why there is none, to `deliver` in the order of the inputs.
///
/// `prepare` runs on several threads; what costs time belongs there. Breaking in `deliver` ends the work.
///
/// # Errors
/// If an input's settings are wrong or its path is not there. What is wrong inside an input is delivered.
pub fn run<Prepared: Send>(
    inputs: Vec<Input>,
    options: &ExtractOptions,
    extractor: &Extractor,
    prepare: impl Fn(Result<Extracted, Rejected>) -> Prepared + Sync,
    mut deliver: impl FnMut(Prepared) -> ControlFlow<()>,
) -> Result<(), ExtractError> {
    let understand = |job: Job| prepare(job.record.and_then(|raw| extract(raw, &job.context, extractor)));
    // Handing articles from thread to thread costs a twentieth of the time where they are short.
    if options.threads <= 1 {
        return read_all(inputs, options, &mut |job| deliver(understand(job)));
    }
    let under_way = options.threads * UNDER_WAY_PER_THREAD;
    let (jobs_in, jobs) = bounded::<(u64, Job)>(under_way);
    let (results_in, results) = bounded(under_way);
    // A reader takes a ticket for each article and delivery gives it back, so that articles waiting for their turn
    // behind a slow one are bounded too.
    let (tickets, returned) = bounded(under_way);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut turns = 0..;
            read_all(inputs, options, &mut |job| {
                let turn = turns.next().unwrap_or_default();
                // Sending fails once delivery has ended.
                let is_over = tickets.send(()).is_err() || jobs_in.send((turn, job)).is_err();
                if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        for _ in 0..options.threads {
            let (jobs, results, understand) = (jobs.clone(), results_in.clone(), &understand);
            scope.spawn(move || {
                for (turn, job) in jobs {
                    if results.send((turn, understand(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop((jobs, results_in));

        let mut early = BTreeMap::new();
        let mut turn = 0;
        'all: for (its_turn, prepared) in &results {
            early.insert(its_turn, prepared);
            while let Some(prepared) = early.remove(&turn) {
                turn += 1;
                let _ = returned.recv();
                if deliver(prepared).is_break() {
                    break 'all;
                }
            }
        }
        drop((results, returned));
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// One record of an input on its way to be understood.
struct Job {
    record: Result<RawArticle, Rejected>,
    context: Arc<InputContext>,
}

/// What holds for all records of one input.
struct InputContext {
    collection: String,
    /// From the root of the collection.
    path: String,
    settings: Metadata,
    /// Local time of the file's last change, where the settings date articles by it.
    file_time: Option<NaiveDateTime>,
    corrections: Arc<CompiledCorrections>,
}

/// Takes the records of all inputs in their order.
type Take<'t> = dyn FnMut(Job) -> ControlFlow<()> + 't;

fn extract(raw: RawArticle, context: &InputContext, extractor: &Extractor) -> Result<Extracted, Rejected> {
    let line = raw.line;
    let key = raw.key.clone();
    let article = Article::from_raw(
        raw,
        &article::Context {
            id: None,
            collection: &context.collection,
            path: &context.path,
            settings: context.settings.clone(),
            file_time: context.file_time,
        },
    );
    let mut article = article.map_err(|_| Rejected {
        path: context.path.clone(),
        place: RecordPlace { line: Some(line), key },
        reason: Reason::NoText,
    })?;
    context.corrections.apply_to_article(&mut article);
    let mut statements = extractor.extract(&article);
    context.corrections.apply_to_statements(&article, &mut statements);
    Ok(Extracted { article, statements })
}

fn read_all(inputs: Vec<Input>, options: &ExtractOptions, take: &mut Take<'_>) -> Result<(), ExtractError> {
    for input in inputs {
        let goes_on = match input {
            Input::Stream { shown, mut bytes } => {
                let context = Arc::new(InputContext {
                    collection: shown.clone(),
                    path: shown.clone(),
                    settings: Metadata::default(),
                    file_time: None,
                    corrections: Arc::default(),
                });
                read_one(&context, take, &mut |accept| input::read_from(&mut bytes, &shown, &options.read, accept))
            }
            Input::Path(path) => read_path(&path, options, take)?,
        };
        if goes_on.is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads a file or all files below a folder.
fn read_path(path: &Path, options: &ExtractOptions, take: &mut Take<'_>) -> Result<ControlFlow<()>, ExtractError> {
    let start = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = collection_root(&start);
    let collection = Collection::read(&root)?;
    let mut walk_options = options.walk.clone();
    walk_options.ignore.extend(collection.ignore.iter().cloned());
    let mut read_options = ReadOptions { names: collection.json_names.clone(), ..options.read.clone() };
    let name = collection.name_at(&root);
    for entry in input::walk(path, &walk_options)? {
        let (relative, shown, file, modified_ns, has_no_sidecar) = match entry {
            Ok(entry) => {
                let file = entry.path();
                let below = file.strip_prefix(path).ok().filter(|below| !below.as_os_str().is_empty());
                let absolute = below.map_or_else(|| start.clone(), |below| start.join(below));
                let (relative, shown) = (input::relative_path(&root, &absolute), file.display().to_string());
                (relative, shown, file, entry.modified_ns, entry.sidecar == 0)
            }
            Err(rejected) => {
                let context = InputContext {
                    collection: name.clone(),
                    path: rejected.path.clone(),
                    settings: Metadata::default(),
                    file_time: None,
                    corrections: Arc::clone(&collection.corrections),
                };
                if take(Job { record: Err(rejected), context: Arc::new(context) }).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            }
        };
        let settings = collection.metadata_of(Path::new(&relative));
        let file_time = article::file_time(&settings, modified_ns);
        let corrections = Arc::clone(&collection.corrections);
        let context =
            Arc::new(InputContext { collection: name.clone(), path: relative, settings, file_time, corrections });
        read_options.has_no_sidecar = has_no_sidecar;
        let goes_on = read_one(&context, take, &mut |accept| input::read(&file, &shown, &read_options, accept));
        if goes_on.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Hands on the records of one input, and its rejection or damage after them.
fn read_one(
    context: &Arc<InputContext>,
    take: &mut Take<'_>,
    read: &mut dyn FnMut(&mut input::Accept<'_>) -> Result<input::ReadSummary, Rejected>,
) -> ControlFlow<()> {
    let mut take = |record| take(Job { record, context: Arc::clone(context) });
    match read(&mut take) {
        Ok(input::ReadSummary { damage: Some(reason), .. }) => take(Err(Rejected::input(context.path.clone(), reason))),
        Ok(_) => ControlFlow::Continue(()),
        Err(Rejected { reason: Reason::Stopped, .. }) => ControlFlow::Break(()),
        Err(rejected) => take(Err(rejected)),
    }
}

/// Returns the folder whose settings hold for the absolute `path`: the nearest above it that has a `dateline.toml`, else the
/// folder itself, or the one in which the file stands.
fn collection_root(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let with_settings = folder.ancestors().find(|above| above.join(FILE_NAME).is_file());
    with_settings.unwrap_or(folder).to_owned()
}
