//! What an index still tells that this version cannot search or that is damaged: what a rebuild must not lose.

use std::collections::HashMap;
use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::{Index, ReloadPolicy, SegmentReader};

use super::state::State;
use crate::index::payload::Payload;

/// What cannot be had from the files again.
#[derive(Debug, Default)]
pub struct Remains {
    /// Collections and their roots.
    pub payload: Payload,
    /// When each article was indexed first, in milliseconds since 1970.
    added_ms: HashMap<u64, i64>,
    /// The same of inputs that hold one article, whose id changes with its words; none where there are several.
    added_ms_of_only: HashMap<u64, Option<i64>>,
    /// Ids that articles had before their files were moved.
    former: HashMap<u64, Vec<u64>>,
    /// Number of inputs by collection.
    inputs: HashMap<String, u64>,
}

impl Remains {
    /// Reads what can be read of a generation, whichever version made it.
    ///
    /// # Errors
    /// If not even its list of segments can be read. A segment without the columns that matter here gives nothing.
    pub fn read(folder: &Path) -> tantivy::Result<Self> {
        let index = Index::open(MmapDirectory::open(folder)?)?;
        // An older payload may lack what is new, and one that cannot be read knows no collections.
        let payload = Payload::read(index.load_metas()?.payload.as_deref()).unwrap_or_default();
        let mut remains = Self { payload, ..Self::default() };
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        for segment in searcher.segment_readers() {
            remains.read_segment(segment)?;
        }
        if let Ok(state) = State::read(&searcher) {
            for known in &state.inputs {
                if let Some(name) = state.collections.get(known.collection as usize) {
                    *remains.inputs.entry(name.clone()).or_default() += 1;
                }
            }
        }
        Ok(remains)
    }

    fn read_segment(&mut self, segment: &SegmentReader) -> tantivy::Result<()> {
        let columns = segment.fast_fields();
        let (Ok(Some(added)), Ok(Some(members)), Ok(Some(inputs))) = (
            columns.column_opt::<tantivy::DateTime>("added"),
            columns.column_opt::<u64>("id"),
            columns.column_opt::<u64>("input_key"),
        ) else {
            return Ok(());
        };
        let former = columns.column_opt::<u64>("former").ok().flatten();
        for doc in segment.doc_ids_alive() {
            let (Some(added), Some(member)) = (added.first(doc), members.first(doc)) else { continue };
            let added_ms = added.into_timestamp_millis();
            self.added_ms.insert(member, added_ms);
            let ids: Vec<u64> = former.iter().flat_map(|former| former.values_for_doc(doc)).collect();
            if !ids.is_empty() {
                self.former.insert(member, ids);
            }
            if let Some(input) = inputs.first(doc) {
                let only = self.added_ms_of_only.entry(input);
                only.and_modify(|only| *only = None).or_insert(Some(added_ms));
            }
        }
        Ok(())
    }

    /// Returns when an article was indexed first.
    pub fn added_ms(&self, article: u64) -> Option<i64> {
        self.added_ms.get(&article).copied()
    }

    /// Returns the ids that an article had before its file was moved.
    pub fn former(&self, article: u64) -> Vec<u64> {
        self.former.get(&article).cloned().unwrap_or_default()
    }

    /// Returns when the only article of an input was indexed first.
    pub fn added_ms_of_only(&self, input: u64) -> Option<i64> {
        self.added_ms_of_only.get(&input).copied().flatten()
    }

    /// Returns how many inputs of a collection there were.
    pub fn inputs_of(&self, collection: &str) -> u64 {
        self.inputs.get(collection).copied().unwrap_or(0)
    }
}
