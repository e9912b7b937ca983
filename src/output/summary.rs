//! What an ingest did: a few lines for reading, one object for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{SCHEMA, Screen};
use crate::ingest::Summary;
use crate::search::Target;

pub(super) fn json(out: &mut dyn Write, summary: &Summary, _screen: &Screen) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &object(summary))?;
    writeln!(out)
}

pub(super) fn json_line(out: &mut dyn Write, summary: &Summary, _screen: &Screen) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &object(summary))?;
    writeln!(out)
}

fn object(summary: &Summary) -> Value {
    let mut object = json!({ "schema": SCHEMA });
    if let (Some(object), Value::Object(counts)) = (object.as_object_mut(), json!(summary)) {
        object.extend(counts);
        let messages = summary.rejected.iter().map(|rejected| {
            json!({ "path": rejected.path, "line": rejected.place.line, "key": rejected.place.key,
                    "reason": rejected.reason.to_string() })
        });
        object.insert("rejected".into(), messages.collect());
    }
    object
}

pub(super) fn text(out: &mut dyn Write, summary: &Summary, _screen: &Screen) -> io::Result<()> {
    let counts = [
        (summary.added, "added"),
        (summary.replaced, "replaced"),
        (summary.moved, "moved"),
        (summary.removed, "removed"),
        (summary.unchanged, "unchanged"),
        (summary.newly_rejected, "rejected"),
        (summary.known_rejected, "rejected before"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let told = if told.is_empty() { "nothing to do".into() } else { told.join(", ") };
    let would = if summary.dry_run { "would be: " } else { "" };
    writeln!(out, "{would}{told}")?;
    if summary.articles > 0 {
        let articles = Target::Articles.counted(summary.articles);
        writeln!(out, "{articles} with {} indexed", Target::Statements.counted(summary.statements))?;
    }
    match summary.undated {
        0 => {}
        1 => writeln!(out, "1 article has no date: dateline query date:none finds it")?,
        undated => writeln!(out, "{undated} articles have no date: dateline query date:none lists them")?,
    }
    if summary.files_read == 0 && !summary.dry_run {
        writeln!(out, "no file was opened")?;
    }
    Ok(())
}
