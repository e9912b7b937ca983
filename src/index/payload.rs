//! What stands beside every commit, and so changes in one step with the documents: versions, collections, queries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The payload of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Payload {
    /// Version of the fields.
    pub schema: u32,
    /// Version of the extractor that the last ingest used; older inputs say so themselves.
    pub extractor: u32,
    /// What made the stems: another stemmer makes other terms.
    pub stemmer: String,
    /// Codes of the languages whose stems an unmarked word is looked up under.
    pub languages: Vec<String>,
    /// The latest instant that articles of this index say they were added at, in milliseconds since 1970. One ingest
    /// adds all of its articles at one instant, and a later one at a later instant, whatever the clock says.
    pub added_ms: i64,
    /// The same of the last ingest that ran to its end: everything added until then is here, and nothing will be added
    /// at or before it any more.
    pub settled_ms: i64,
    /// In the order of their names.
    pub collections: Vec<CollectionRecord>,
}

/// A collection as the index knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CollectionRecord {
    pub name: String,
    /// Absolute, links resolved.
    pub root: PathBuf,
    /// Devices on which its inputs stood: one that is gone is a disk that is not mounted.
    pub devices: Vec<u64>,
    /// Saved queries of its `dateline.toml`.
    pub queries: BTreeMap<String, String>,
}

/// Why a payload cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the commit says nothing that this dateline understands: {message}")]
pub struct PayloadError {
    message: String,
}

impl Payload {
    /// Reads the payload of a commit; an index that was just created has none.
    ///
    /// # Errors
    /// If it is not one of dateline's.
    pub fn read(text: Option<&str>) -> Result<Self, PayloadError> {
        let Some(text) = text else { return Ok(Self::default()) };
        serde_json::from_str(text).map_err(|error| PayloadError { message: error.to_string() })
    }

    /// Returns the text that `read` reads.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("a payload is plain data")
    }

    /// Returns the collection whose root is `root`.
    pub fn collection_at(&self, root: &Path) -> Option<&CollectionRecord> {
        self.collections.iter().find(|known| known.root == root)
    }

    /// Returns the collection called `name`.
    pub fn collection(&self, name: &str) -> Option<&CollectionRecord> {
        self.collections.iter().find(|known| known.name == name)
    }

    /// Puts a collection in its place, instead of one with the same root.
    pub fn put(&mut self, record: CollectionRecord) {
        self.collections.retain(|known| known.root != record.root && known.name != record.name);
        self.collections.push(record);
        self.collections.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_written_and_keeps_one_record_a_root() {
        let mut payload = Payload { schema: 1, stemmer: "x".into(), ..Payload::default() };
        let record = |name: &str, root: &str| CollectionRecord {
            name: name.into(),
            root: root.into(),
            queries: BTreeMap::from([("q".into(), "speaker:\"a b\"".into())]),
            ..CollectionRecord::default()
        };
        payload.put(record("post", "/b"));
        payload.put(record("courier", "/a"));
        payload.put(record("daily", "/b"));
        let names: Vec<&str> = payload.collections.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["courier", "daily"]);
        assert_eq!(Payload::read(Some(&payload.write())).unwrap(), payload);
        assert_eq!(Payload::read(None).unwrap(), Payload::default());
        assert!(Payload::read(Some("Segments Merge: []")).is_err());
    }
}
