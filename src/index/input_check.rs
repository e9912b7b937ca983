//! In: an index and the files it was made from. Out: which files are new, changed or gone since.

use super::check::{Finding, Report};
use super::inventory::{InventoryError, Opened};
use super::keys::input_key;
use super::payload::CollectionRecord;
use super::place::Place;
use super::tantivy::input_document::column_hash;
use super::tantivy::state::{self, State};
use crate::config::Collection;
use crate::input::{self, WalkOptions};

/// Compares every file of every collection with what the index knows of it, by size and hash, and adds to a report
/// what differs. Reads all files.
///
/// # Errors
/// If there is no index, it cannot be read, or the settings of a collection cannot.
pub fn compare(place: &Place, walk: &WalkOptions, report: &mut Report) -> Result<(), InventoryError> {
    let opened = Opened::open(place)?;
    let state = opened.read(State::read(&opened.searcher))?;
    let mut seen = vec![false; state.inputs.len()];
    let mut roots_there = Vec::new();
    for record in &opened.payload.collections {
        if record.root.exists() {
            roots_there.push(record.name.as_str());
            compare_collection(record, walk, &state, &mut seen, report)?;
        } else {
            report.add(Finding::NoRoot { collection: record.name.clone(), path: record.root.clone() });
        }
    }
    let name_of = |position: usize| state.collections.get(state.inputs[position].collection as usize);
    let is_gone = |&position: &usize| {
        !seen[position] && name_of(position).is_some_and(|name| roots_there.contains(&name.as_str()))
    };
    let gone: Vec<usize> = (0..seen.len()).filter(is_gone).collect();
    let paths = opened.read(state::paths(&opened.searcher, &state, &gone))?;
    for (position, path) in gone.into_iter().zip(paths) {
        report.add(Finding::Vanished { collection: name_of(position).cloned().unwrap_or_default(), path });
    }
    Ok(())
}

fn compare_collection(
    record: &CollectionRecord,
    walk: &WalkOptions,
    state: &State,
    seen: &mut [bool],
    report: &mut Report,
) -> Result<(), InventoryError> {
    let mut walk = walk.clone();
    walk.ignore.extend(Collection::read(&record.root)?.ignore);
    for found in input::walk(&record.root, &walk)? {
        let relative = match &found {
            Ok(entry) => entry.relative(),
            Err(rejected) => rejected.path.clone(),
        };
        let (collection, path) = (record.name.clone(), relative);
        let Some(position) = state.position(input_key(&record.name, &path)) else {
            report.add(Finding::NotIndexed { collection, path });
            continue;
        };
        seen[position] = true;
        let known = &state.inputs[position];
        let Ok(entry) = found else { continue };
        // An input that could not be read when it was looked at has no hash to compare with.
        let was_read = known.hash != 0;
        let is_same = known.bytes == entry.bytes
            && input::hash_file(&entry.path()).is_ok_and(|hash| column_hash(&hash.0) == known.hash);
        if known.unfinished || was_read && !is_same {
            report.add(Finding::Changed { collection, path });
        }
    }
    Ok(())
}
