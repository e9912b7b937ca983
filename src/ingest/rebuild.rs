//! Makes an index anew beside the one in force, which answers until the new one takes its place.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::plan::{HeldBack, Plan, is_many_vanished};
use super::roots::Root;
use super::{Doubt, IngestError, Options, Progress};
use crate::index::place::{LockedPlace, PlaceError};
use crate::index::tantivy::generation::Generation;
use crate::index::tantivy::remains::Remains;

/// Returns an empty generation that is not in force, and what the one in force still tells.
///
/// # Errors
/// If the directory cannot be written.
pub(super) fn begin(
    locked: &LockedPlace,
    report: &mut dyn FnMut(Progress<'_>),
) -> Result<(Generation, Remains), IngestError> {
    let remains = match locked.current() {
        Ok(folder) => {
            // Damaged data can make the engine panic in many places.
            let read = catch_unwind(AssertUnwindSafe(|| Remains::read(&folder)));
            read.ok().and_then(Result::ok).unwrap_or_else(|| {
                report(Progress::Forgotten);
                Remains::default()
            })
        }
        Err(PlaceError::About { .. }) => {
            report(Progress::Forgotten);
            Remains::default()
        }
        Err(error) if error.is_missing() => Remains::default(),
        Err(error) => return Err(error.into()),
    };
    if !matches!(locked.about(), Err(PlaceError::About { .. })) {
        locked.sweep()?;
    }
    Ok((Generation::create(locked.new_generation()?)?, remains))
}

/// Returns the paths to ingest: a new index that held less than the old one would lose the rest.
pub(super) fn paths(options: &Options, remains: &Remains) -> Vec<PathBuf> {
    let known = remains.payload.collections.iter().map(|known| known.root.clone());
    known.chain(options.paths.iter().cloned()).collect()
}

/// Refuses to go on where a collection would come out much smaller than it was.
///
/// # Errors
/// If a collection is out of reach, or more of it is gone than is likely to be meant.
pub(super) fn refuse_losses(
    roots: &[Root],
    plan: &Plan,
    remains: &Remains,
    options: &Options,
) -> Result<(), IngestError> {
    if options.prune {
        return Ok(());
    }
    for (position, root) in roots.iter().enumerate() {
        let known = remains.inputs_of(root.known_as.as_ref().unwrap_or(&root.name));
        let found = plan.tasks.iter().filter(|task| task.root == position).count() as u64;
        let vanished = known.saturating_sub(found);
        if plan.held_back.is_empty() && is_many_vanished(vanished, known) {
            let doubt = Doubt::ManyVanished { vanished, known };
            let held = HeldBack { collection: root.name.clone(), root: root.folder.clone(), doubt };
            return Err(IngestError::RebuildLoses { held });
        }
    }
    match plan.held_back.first() {
        Some(held) => Err(IngestError::RebuildLoses { held: held.clone() }),
        None => Ok(()),
    }
}
