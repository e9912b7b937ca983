//! JSON as `docs/output.md` describes it: unknown is `null` or `[]`, spans are code points.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::views::{ArticleHitView, ArticleView, StatementHitView};
use super::{Answer, Records, SCHEMA, Screen};
use crate::article::Article;
use crate::search::Hit;
use crate::statement::Statement;

/// Writes one object that holds all hits, each on its own line, as they are read.
pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    let page = answer.page;
    let facets: Map<String, Value> = page
        .facets
        .iter()
        .map(|facet| {
            let counts: Vec<Value> =
                facet.counts.iter().map(|(value, count)| json!({"value": value, "count": count})).collect();
            (facet.field.clone(), json!({"counts": counts, "missing": facet.missing}))
        })
        .collect();
    let terms: Vec<Value> = page
        .terms
        .iter()
        .map(|term| json!({"word": term.word, "hits": term.hits, "archive": term.archive, "score": term.score}))
        .collect();
    let head = json!({
        "schema": SCHEMA,
        "query": answer.query,
        "understood": page.understood,
        "total": page.total,
        "took_ms": (answer.took.as_secs_f64() * 1e6).round() / 1e3,
        "facets": facets,
        "terms": terms,
        "dropped": page.dropped,
    });
    let head = serde_json::to_string(&head)?;
    write!(out, "{},\"hits\":[", head.strip_suffix('}').unwrap_or(&head))?;
    for (index, hit) in answer.hits.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        write_hit(out, &hit?)?;
    }
    writeln!(out, "\n]}}")
}

/// Writes one hit a line.
pub(super) fn answer_lines(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    for hit in answer.hits {
        write_hit(out, &hit?)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_hit(out: &mut dyn Write, hit: &Hit) -> io::Result<()> {
    match &hit.statement {
        Some(statement) => serde_json::to_writer(out, &StatementHitView::new(hit, statement))?,
        None => serde_json::to_writer(out, &ArticleHitView::new(hit))?,
    }
    Ok(())
}

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
    whole.extend(records.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
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
