//! In: an index. Out: what is wrong with it: damaged files, rubble, documents that contradict one another.
//!
//! 1. files against the last commit and their checksums 2. blocks of articles and statements, and where their copies are
//! looked up 3. inputs against what they left

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentMeta;
use tantivy::postings::Postings as _;
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::bands::{self, BUCKETS};
use super::inventory::InventoryError;
use super::place::Place;
use super::tantivy::generation::{Generation, GenerationError};
use super::tantivy::schema::Schema;
use super::tantivy::state::{self, State};
use super::tantivy::write::{collect_garbage, living_files, orphans};

/// Most findings of one kind that are told by name; the rest is counted.
const FINDINGS_TOLD: usize = 100;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    pub inputs: u64,
    pub articles: u64,
    pub statements: u64,
    /// Files whose checksums were compared.
    pub files: u64,
    pub findings: Vec<Finding>,
    /// Findings beyond those told.
    pub untold: u64,
    /// Files that were removed, where a repair was asked for.
    pub removed: Vec<PathBuf>,
}

impl Finding {
    /// Returns whether it is a file of no commit, which nobody reads and the next ingest removes.
    pub fn is_rubble(&self) -> bool {
        matches!(self, Self::Orphan { .. })
    }

    /// Returns whether the index itself is sound and only another than the files it was made from.
    pub fn is_only_outdated(&self) -> bool {
        matches!(self, Self::NotIndexed { .. } | Self::Changed { .. } | Self::Vanished { .. } | Self::NoRoot { .. })
    }
}

impl Report {
    /// Returns whether the index is sound and its documents agree with one another; files that a killed run left and
    /// the next one removes are no part of it.
    pub fn is_sound(&self) -> bool {
        self.untold == 0 && self.findings.iter().all(Finding::is_rubble)
    }

    /// Returns whether nothing is wrong, or all that was is repaired.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.untold == 0
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if finding.is_rubble() {
            // All of it is told: a repair removes what is told.
            return self.findings.push(finding);
        }
        let kind = std::mem::discriminant(&finding);
        let told = self.findings.iter().filter(|told| std::mem::discriminant(*told) == kind).count();
        if told < FINDINGS_TOLD { self.findings.push(finding) } else { self.untold += 1 }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "finding")]
pub enum Finding {
    #[error("{} is damaged", path.display())]
    Damaged { path: PathBuf },
    #[error("{} is missing", path.display())]
    Missing { path: PathBuf },
    #[error("{} belongs to no commit", path.display())]
    Orphan { path: PathBuf },
    #[error("{} cannot be read: {problem}", path.display())]
    Unreadable { path: PathBuf, problem: String },
    #[error("article {article:016x} has {found} of its {expected} statements behind it")]
    BrokenBlock { article: u64, expected: u64, found: u64 },
    #[error("a statement of article {article:016x} stands without it")]
    LoneStatement { article: u64 },
    #[error("article {article:016x} is in the index {count} times")]
    DoubledArticle { article: u64, count: u64 },
    #[error("article {article:016x} or a statement of it is not where its copies are looked up")]
    UnlistedCopy { article: u64 },
    #[error("article {article:016x} belongs to no input")]
    LoneArticle { article: u64 },
    #[error("{collection}/{path} is in the index {count} times")]
    DoubledInput { collection: String, path: String, count: u64 },
    #[error("{collection}/{path} should have {expected} articles and has {found}")]
    WrongCount { collection: String, path: String, expected: u64, found: u64 },
    #[error("{collection}/{path} belongs to a collection that is not known")]
    UnknownCollection { collection: String, path: String },
    #[error("the folder of the collection `{collection}`, {}, is not there", path.display())]
    NoRoot { collection: String, path: PathBuf },
    #[error("{collection}/{path} is not in the index")]
    NotIndexed { collection: String, path: String },
    #[error("{collection}/{path} is another file than the one indexed")]
    Changed { collection: String, path: String },
    #[error("{collection}/{path} is indexed and not there any more")]
    Vanished { collection: String, path: String },
}

/// Checks an index against itself.
///
/// # Errors
/// If there is none, or not even its list of files can be read.
pub fn check(place: &Place) -> Result<Report, InventoryError> {
    let folder = place.current()?;
    let mut report = Report::default();
    // While an ingest runs, files that no commit names yet are no rubble.
    if let Ok(_quiet) = place.lock(Duration::ZERO) {
        check_rubble(place, &folder, &mut report)?;
    }
    let generation = match Generation::open(&folder) {
        Ok(generation) => generation,
        Err(error @ (GenerationError::Outdated { .. } | GenerationError::Place(_))) => return Err(error.into()),
        Err(error) => {
            report.add(Finding::Unreadable { path: folder, problem: chain(&error) });
            return Ok(report);
        }
    };
    // Damaged data can make the engine panic in many places; that too is a finding.
    let checked = catch_unwind(AssertUnwindSafe(|| check_generation(&generation, &mut report)));
    let problem = match checked {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(chain(&error)),
        Err(_) => Some("the engine broke down on it".to_owned()),
    };
    if let Some(problem) = problem {
        report.add(Finding::Unreadable { path: folder, problem });
    }
    Ok(report)
}

/// Checks an index and removes the files that belong to no commit.
///
/// # Errors
/// As `check`, and if another process is writing or a file cannot be removed.
pub fn repair(place: &Place, wait: Duration) -> Result<Report, InventoryError> {
    let removed = {
        let locked = place.lock(wait)?;
        let folder = locked.current()?;
        let mut before = Report::default();
        check_rubble(place, &folder, &mut before)?;
        locked.sweep()?;
        collect_garbage(&folder).map_err(|source| InventoryError::Read { path: folder, source })?;
        let orphans = before.findings.into_iter().filter_map(|finding| match finding {
            Finding::Orphan { path } => Some(path),
            _ => None,
        });
        orphans.filter(|path| !path.exists()).collect()
    };
    Ok(Report { removed, ..check(place)? })
}

/// Returns the message of an error with those of its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Finds what killed processes left in an index directory.
fn check_rubble(place: &Place, current: &Path, report: &mut Report) -> Result<(), InventoryError> {
    let entries = match fs::read_dir(place.root()) {
        Ok(entries) => entries,
        Err(error) => {
            report.add(Finding::Unreadable { path: place.root().to_owned(), problem: error.to_string() });
            return Ok(());
        }
    };
    for entry in entries.flatten() {
        if Place::is_rubble(&entry.file_name().to_string_lossy(), current) {
            report.add(Finding::Orphan { path: entry.path() });
        }
    }
    if let Ok(generation) = Generation::open(current) {
        find_orphans(&generation, report);
    }
    Ok(())
}

fn check_generation(generation: &Generation, report: &mut Report) -> Result<(), InventoryError> {
    let folder = generation.folder();
    let failed = |source| InventoryError::Read { path: folder.to_owned(), source };
    let metas = generation.index().load_metas().map_err(failed)?;
    let mut is_whole = true;
    for segment in &metas.segments {
        for path in segment_files(segment) {
            report.files += 1;
            let finding = match generation.index().directory().validate_checksum(&path) {
                Ok(true) => continue,
                Ok(false) => Finding::Damaged { path: folder.join(path) },
                Err(OpenReadError::FileDoesNotExist(_)) => Finding::Missing { path: folder.join(path) },
                Err(error) => Finding::Unreadable { path: folder.join(path), problem: error.to_string() },
            };
            is_whole = false;
            report.add(finding);
        }
    }
    // What is damaged is not read: a length in it may ask for more memory than there is.
    if !is_whole {
        return Ok(());
    }
    let searcher = generation.searcher()?;
    let mut articles = HashMap::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        check_blocks(generation.schema(), &searcher, ordinal, segment, &mut articles, report).map_err(failed)?;
    }
    check_inputs(generation, &searcher, articles, report)
}

/// Returns the files of a segment.
fn segment_files(segment: &SegmentMeta) -> impl Iterator<Item = PathBuf> {
    use tantivy::index::SegmentComponent as Component;
    let parts = [
        Component::Postings,
        Component::Positions,
        Component::Terms,
        Component::Store,
        Component::FastFields,
        Component::FieldNorms,
    ];
    let deletes = segment.has_deletes().then_some(Component::Delete);
    parts.into_iter().chain(deletes).map(|part| segment.relative_path(part))
}

fn find_orphans(generation: &Generation, report: &mut Report) {
    let folder = generation.folder();
    let found = living_files(generation.index()).and_then(|living| orphans(folder, &living));
    match found {
        Ok(paths) => paths.into_iter().for_each(|path| report.add(Finding::Orphan { path: folder.join(path) })),
        Err(error) => report.add(Finding::Unreadable { path: folder.to_owned(), problem: error.to_string() }),
    }
}

/// Checks that each article stands before its statements; gathers how often each article is there and in which input.
fn check_blocks(
    schema: &Schema,
    searcher: &Searcher,
    ordinal: u32,
    segment: &SegmentReader,
    articles: &mut HashMap<u64, (u64, u64)>,
    report: &mut Report,
) -> tantivy::Result<()> {
    let columns = segment.fast_fields();
    let (members, inputs) = (members_of(schema, segment)?, columns.u64("input_key")?);
    let sizes = columns.column_opt::<u64>("size")?;
    let Some(statements) = columns.column_opt::<u64>("statements")? else { return Ok(()) };
    let ordinals = columns.column_opt::<u64>("ordinal")?;
    let ordinal_of = |doc| ordinals.as_ref().and_then(|column| column.first(doc));
    // The article whose block is being read, the statements it should have and those found so far.
    let mut open: Option<(DocId, u64, u64, u64)> = None;
    let close = |open: &mut Option<(DocId, u64, u64, u64)>, report: &mut Report| {
        if let Some((_, article, expected, found)) = open.take()
            && expected != found
        {
            report.add(Finding::BrokenBlock { article, expected, found });
        }
    };
    for doc in segment.doc_ids_alive() {
        if sizes.as_ref().is_some_and(|sizes| sizes.first(doc).is_some()) {
            close(&mut open, report);
            continue;
        }
        let member = members.get(doc as usize).copied().unwrap_or_default();
        match statements.first(doc) {
            Some(expected) => {
                close(&mut open, report);
                report.articles += 1;
                let count = articles.entry(member).or_insert((inputs.first(doc).unwrap_or_default(), 0));
                count.1 += 1;
                open = Some((doc, member, expected, 0));
                check_record(schema, searcher, DocAddress::new(ordinal, doc), member, report)?;
            }
            None => {
                report.statements += 1;
                let follows = open.as_ref().is_some_and(|(start, article, _, found)| {
                    *article == member && doc == start + *found as u32 + 1 && ordinal_of(doc) == Some(found + 1)
                });
                match &mut open {
                    Some((_, _, _, found)) if follows => *found += 1,
                    _ => report.add(Finding::LoneStatement { article: member }),
                }
            }
        }
    }
    close(&mut open, report);
    check_bands(schema, segment, &members, report)
}

/// Checks that each document stands in the list of its first band, where those are looked up that say the same.
fn check_bands(schema: &Schema, segment: &SegmentReader, members: &[u64], report: &mut Report) -> tantivy::Result<()> {
    let Some(bands) = segment.fast_fields().column_opt::<u64>("bands")? else { return Ok(()) };
    let place_of = |doc| bands.first(doc).map(bands::Place::of);
    let field = schema.field("buckets");
    let inverted = segment.inverted_index(field)?;
    let mut is_listed = vec![false; segment.max_doc() as usize];
    for bucket in 0..BUCKETS as u32 {
        let term = Term::from_field_text(field, &bands::Place::term(bucket));
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs)? else { continue };
        while postings.doc() != TERMINATED {
            let place = bands::Place { bucket, frequency: postings.term_freq() };
            if place_of(postings.doc()) == Some(place) {
                is_listed[postings.doc() as usize] = true;
            }
            postings.advance();
        }
    }
    for doc in segment.doc_ids_alive() {
        if !is_listed[doc as usize] && place_of(doc).is_some() {
            report.add(Finding::UnlistedCopy { article: members.get(doc as usize).copied().unwrap_or_default() });
        }
    }
    Ok(())
}

/// Returns, for each document of a segment, the member under which it is deleted.
fn members_of(schema: &Schema, segment: &SegmentReader) -> tantivy::Result<Vec<u64>> {
    let inverted = segment.inverted_index(schema.field("member"))?;
    let mut members = vec![0; segment.max_doc() as usize];
    let mut terms = inverted.terms().stream()?;
    while let Some((term, info)) = terms.next() {
        let Ok(member) = <[u8; 8]>::try_from(term).map(u64::from_be_bytes) else { continue };
        let mut postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            if let Some(of_document) = members.get_mut(postings.doc() as usize) {
                *of_document = member;
            }
            postings.advance();
        }
    }
    Ok(members)
}

/// Checks that what is stored of an article can be read and is the article that the columns say.
fn check_record(
    schema: &Schema,
    searcher: &Searcher,
    address: DocAddress,
    article: u64,
    report: &mut Report,
) -> tantivy::Result<()> {
    let problem = match schema.stored_block(searcher, address) {
        Ok((stored, _)) if stored.article.id.0 == article => None,
        Ok((stored, _)) => Some(format!("what is stored is article {}", stored.article.id)),
        Err(error) => Some(chain(&error)),
    };
    if let Some(problem) = problem {
        let document: TantivyDocument = searcher.doc(address)?;
        let path = document.get_first(schema.field("path")).and_then(|path| path.as_str()).unwrap_or_default();
        let path = PathBuf::from(if path.is_empty() { format!("article {article:016x}") } else { path.to_owned() });
        report.add(Finding::Unreadable { path, problem });
    }
    Ok(())
}

/// Checks inputs against the articles that name them, the collections against the payload, and both for doubles.
fn check_inputs(
    generation: &Generation,
    searcher: &Searcher,
    articles: HashMap<u64, (u64, u64)>,
    report: &mut Report,
) -> Result<(), InventoryError> {
    let path = || generation.folder().to_owned();
    let state = State::read(searcher).map_err(|source| InventoryError::Read { path: path(), source })?;
    let payload = generation.payload()?;
    let mut by_input: HashMap<u64, u64> = HashMap::new();
    for (article, (input, count)) in articles {
        if count > 1 {
            report.add(Finding::DoubledArticle { article, count });
        }
        match state.position(input) {
            Some(_) => *by_input.entry(input).or_default() += count,
            None => report.add(Finding::LoneArticle { article }),
        }
    }
    let positions: Vec<usize> = (0..state.inputs.len()).collect();
    let paths =
        state::paths(searcher, &state, &positions).map_err(|source| InventoryError::Read { path: path(), source })?;
    let mut seen: HashMap<u64, u64> = HashMap::new();
    report.inputs = state.inputs.len() as u64;
    for (known, input_path) in state.inputs.iter().zip(paths) {
        let name = state.collections.get(known.collection as usize);
        let collection = name.cloned().unwrap_or_default();
        let count = seen.entry(known.input).or_default();
        *count += 1;
        if *count == 2 {
            report.add(Finding::DoubledInput { collection, path: input_path, count: 2 });
            continue;
        }
        if payload.collection(&collection).is_none() {
            report.add(Finding::UnknownCollection { collection, path: input_path });
            continue;
        }
        let record = match generation.schema().input_record(searcher, known.address) {
            Ok(record) => record,
            Err(error) => {
                report.add(Finding::Unreadable { path: input_path.into(), problem: chain(&error) });
                continue;
            }
        };
        let found = by_input.get(&known.input).copied().unwrap_or_default();
        // In the midst of an input the old members still stand beside the new ones.
        if found != record.articles && !known.unfinished {
            let expected = record.articles;
            report.add(Finding::WrongCount { collection, path: input_path, expected, found });
        }
    }
    Ok(())
}
