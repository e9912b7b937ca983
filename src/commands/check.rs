use std::time::Duration;

use clap::Parser;
use dateline::index::check::{self, Finding, Report};
use dateline::index::{Place, input_check};
use dateline::output::Records;
use serde_json::json;

use super::arguments::{Walking, seconds};
use super::{Common, Run, unmatched};
use crate::error::{Exit, Hinted};

/// Verify the index against itself and, with --inputs, against the files
#[derive(Parser)]
#[command(after_help = "Exits with 0 where all is well and with 2 where anything is not. Files that a killed \
                        ingest left are told, and are no fault of the index: the next ingest removes them.\n\nExamples:\n  \
                        dateline check\n  dateline check --inputs --exclude '*.pdf'\n  dateline check --repair")]
pub struct Check {
    /// Compare the contents of all files with what is indexed, too
    #[arg(long)]
    inputs: bool,
    #[command(flatten)]
    walking: Walking,
    /// Remove files from the index directory that belong to no commit
    #[arg(long)]
    repair: bool,
    /// With --repair, wait so many seconds for an ingest to end
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    wait: Duration,
}

impl Run for Check {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let place = Place::new(&common.index);
        let mut report = if self.repair { check::repair(&place, self.wait)? } else { check::check(&place)? };
        if self.inputs && report.is_sound() {
            input_check::compare(&place, &self.walking.options(), &mut report)?;
        }
        common.print_records(&records(&report), false)?;
        if report.is_sound() {
            unmatched::warn_at(&place, common);
        }
        match way_out(&report) {
            None => Ok(Exit::Done),
            Some(way_out) => Err(way_out.into()),
        }
    }
}

fn records(report: &Report) -> Records {
    let mut records = Records::new("findings", &["finding", "message"]);
    for finding in &report.findings {
        records.rows.push(vec![json!(finding)["finding"].take(), json!(finding.to_string())]);
    }
    records.facts = vec![
        ("sound", json!(report.is_sound())),
        ("clean", json!(report.is_clean())),
        ("inputs", json!(report.inputs)),
        ("articles", json!(report.articles)),
        ("statements", json!(report.statements)),
        ("files", json!(report.files)),
        ("untold", json!(report.untold)),
        ("removed", json!(report.removed)),
    ];
    records
}

/// Returns the error that a check ends with, and what to do about what it found.
fn way_out(report: &Report) -> Option<Hinted> {
    let is_outdated = |finding: &Finding| finding.is_only_outdated() || finding.is_rubble();
    let (message, hint) = if report.is_sound() {
        return None;
    } else if report.findings.iter().all(is_outdated) {
        ("the files are others than those indexed", "dateline ingest brings the index up to date")
    } else {
        ("the index is damaged", "dateline ingest --rebuild makes it anew from the files")
    };
    Some(Hinted { message: message.into(), hint: hint.into() })
}
