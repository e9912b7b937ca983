//! Speakers, inputs and collections.

use std::ops::ControlFlow;

use super::super::asking;
use super::super::dispatch::Asked;
use super::super::outgoing::Outgoing;
use super::super::problem::Problem;
use super::super::request;
use super::questions::refuse_unknown;
use super::{no_place, output};
use crate::index::inventory::{self, FilesWanted};
use crate::output::{JSON, Records, Screen, listings};
use crate::search;

pub const MOST_SPEAKERS: usize = 1000;

/// Answers `/api/v1/speakers`.
pub fn speakers(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/speakers")?;
    let limit = request::whole_number(&asked.parameters, "limit", 50, MOST_SPEAKERS)?;
    let name = asked.parameters.get("name").unwrap_or_default();
    let found = search::speakers(&asked.archive, name, asked.today).map_err(asking::problem)?;
    let records = listings::speakers(&found, limit);
    write(asked, &records, out)
}

/// Answers `/api/v1/files`.
pub fn files(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/files")?;
    let wanted = FilesWanted {
        rejected: asked.parameters.is_on("rejected"),
        collection: asked.parameters.get("collection").map(str::to_owned),
    };
    let mut files = Vec::new();
    let listed = inventory::files(&asked.opened.place, &wanted, |file| {
        files.push(file);
        ControlFlow::Continue(())
    });
    listed.map_err(|error| asking::damaged(&error))?;
    write(asked, &listings::files(&files), out)
}

/// Answers `/api/v1/status`.
pub fn status(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/status")?;
    let status = inventory::status(&asked.opened.place).map_err(|error| asking::damaged(&error))?;
    write(asked, &listings::status(&status), out)
}

/// Writes rows in the form asked for.
pub fn write(asked: &Asked, records: &Records, out: &mut Outgoing) -> Result<(), Problem> {
    let output = output(asked, JSON)?;
    let Some(write) = output.records else { return Err(no_place(output)) };
    out.content_type(output.media_type);
    write(out, records, &Screen::PLAIN)?;
    Ok(())
}
