//! Which segments become one, and when.
//!
//! While documents come in, eight segments of about one size become one: fewer would write each document more often. What
//! is left at the end of an ingest, of commits between and of the last batches, are small segments, in each of which every
//! question looks its words up anew. Those that hold next to nothing of what came in are merged then.

use std::cmp::Reverse;

use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{LogMergePolicy, MergePolicy, NoMergePolicy};

/// Share of dead documents from which a segment is written anew; tantivy's default is never, and an archive that is
/// re-read every day would drag its dead along for ever.
const DEAD_SHARE_BEFORE_MERGE: f32 = 0.25;
/// Of the documents that an ingest added one in so many may be written once more at its end: less than a hundredth of its
/// time.
const ADDED_PER_DOCUMENT_MERGED: u64 = 16;

/// Returns what decides about merges while documents come in.
pub fn while_adding() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(DEAD_SHARE_BEFORE_MERGE);
    Box::new(policy)
}

/// Returns what decides about merges while nothing but what [`remains`] names is merged.
pub fn none() -> Box<dyn MergePolicy> {
    Box::new(NoMergePolicy)
}

/// Returns the small segments that are worth being one after so many documents were added; nothing where there is only one.
pub fn remains(mut segments: Vec<SegmentMeta>, added: u64) -> Vec<SegmentId> {
    segments.sort_by_key(|segment| Reverse(segment.num_docs()));
    let sizes: Vec<u64> = segments.iter().map(|segment| segment.num_docs().into()).collect();
    let count = count_of_remains(&sizes, added / ADDED_PER_DOCUMENT_MERGED);
    segments[segments.len() - count..].iter().map(SegmentMeta::id).collect()
}

/// Returns how many of the last segments, the largest of which stands first, hold no more than `most` documents together.
fn count_of_remains(sizes: &[u64], most: u64) -> usize {
    let mut sum = 0;
    let small = sizes.iter().rev().take_while(|size| {
        sum += **size;
        sum <= most
    });
    match small.count() {
        1 => 0,
        count => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remains_are_small_beside_what_came_in() {
        for (name, sizes, most, expected) in [
            ("no segment", &[][..], 100, 0),
            ("one", &[50], 100, 0),
            ("none small", &[9_000, 3_000, 700], 600, 0),
            ("one small", &[9_000, 3_000, 500], 600, 0),
            ("two small", &[9_000, 3_000, 500, 100], 600, 2),
            ("two that are not small together", &[9_000, 3_000, 500, 101], 600, 0),
            ("those alone that are small together", &[9_000, 300, 200, 100, 50], 350, 3),
            ("all of them, of little", &[2, 1], 100, 2),
            ("nothing was added", &[9_000, 2, 1], 0, 0),
        ] {
            assert_eq!(count_of_remains(sizes, most), expected, "{name}");
        }
    }
}
