//! JSON as `docs/output.md` describes it: unknown is `null` or `[]`, spans are code points.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::views::ArticleView;
use super::{Records, SCHEMA, Screen};
use crate::article::Article;
use crate::statement::Statement;

pub(super) fn article(
    out: &mut dyn Write,
    article: &Article,
    statements: &[Statement],
    _screen: &Screen,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &ArticleView::new(article, statements))?;
    writeln!(out)
}

pub(super) fn article_line(
    out: &mut dyn Write,
    article: &Article,
    statements: &[Statement],
    _screen: &Screen,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &ArticleView::new(article, statements))?;
    writeln!(out)
}

pub(super) fn records(out: &mut dyn Write, records: &Records, _screen: &Screen) -> io::Result<()> {
    let rows: Vec<Value> = records.rows.iter().map(|row| object(records.columns, row)).collect();
    let mut whole = Map::new();
    whole.insert("schema".into(), json!(SCHEMA));
    whole.insert(records.name.into(), rows.into());
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}

pub(super) fn record_lines(out: &mut dyn Write, records: &Records, _screen: &Screen) -> io::Result<()> {
    for row in &records.rows {
        serde_json::to_writer(&mut *out, &object(records.columns, row))?;
        writeln!(out)?;
    }
    Ok(())
}

fn object(columns: &[&str], row: &[Value]) -> Value {
    columns.iter().map(|name| (*name).to_owned()).zip(row.iter().cloned()).collect::<Map<_, _>>().into()
}
