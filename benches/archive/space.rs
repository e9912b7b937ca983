//! In: an index. Out: what each of its fields takes on disk, part by part.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tantivy::space_usage::{FieldUsage, PerFieldSpaceUsage, SegmentSpaceUsage};
use tantivy::{Index, ReloadPolicy};
use walkdir::WalkDir;

/// Bytes of one field, or of all documents as they are stored.
#[derive(Clone, Copy, Default)]
pub struct Bytes {
    pub terms: u64,
    pub postings: u64,
    pub positions: u64,
    pub columns: u64,
    pub norms: u64,
}

impl Bytes {
    pub fn total(&self) -> u64 {
        self.terms + self.postings + self.positions + self.columns + self.norms
    }
}

/// What an index takes.
#[derive(Default)]
pub struct Space {
    pub fields: BTreeMap<String, Bytes>,
    pub stored: u64,
}

/// Reads what the index somewhere under `place` takes.
pub fn space_of(place: &Path) -> Result<Space> {
    let index = Index::open_in_dir(engine_folder(place)?)?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let usage = reader.searcher().space_usage()?;
    let mut space = Space::default();
    for segment in usage.segments() {
        space.add(segment);
    }
    Ok(space)
}

/// Returns the folder of the engine's own files.
pub fn engine_folder(place: &Path) -> Result<PathBuf> {
    let metas = WalkDir::new(place).into_iter().flatten().find(|entry| entry.file_name() == "meta.json");
    let meta = metas.with_context(|| format!("no index in {}", place.display()))?;
    Ok(meta.path().parent().unwrap_or(place).to_owned())
}

impl Space {
    fn add(&mut self, segment: &SegmentSpaceUsage) {
        self.stored += segment.store().total().get_bytes();
        self.add_part(segment.termdict(), |bytes| &mut bytes.terms);
        self.add_part(segment.postings(), |bytes| &mut bytes.postings);
        self.add_part(segment.positions(), |bytes| &mut bytes.positions);
        self.add_part(segment.fast_fields(), |bytes| &mut bytes.columns);
        self.add_part(segment.fieldnorms(), |bytes| &mut bytes.norms);
    }

    fn add_part(&mut self, part: &PerFieldSpaceUsage, of: impl Fn(&mut Bytes) -> &mut u64) {
        for field in part.fields() {
            let bytes = self.fields.entry(FieldUsage::field_name(field).to_owned()).or_default();
            *of(bytes) += field.total().get_bytes();
        }
    }

    /// Prints the fields, the largest first.
    pub fn print(&self) {
        println!(
            "{:<16}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
            "", "all", "terms", "postings", "positions", "columns", "norms"
        );
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.total()));
        for (name, bytes) in fields {
            let Bytes { terms, postings, positions, columns, norms } = bytes;
            println!("{name:<16}{:>12}{terms:>12}{postings:>12}{positions:>12}{columns:>12}{norms:>12}", bytes.total());
        }
        println!("{:<16}{:>12}", "stored", self.stored);
    }
}
