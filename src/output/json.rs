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
        "notes": page.notes,
        "undated": page.undated,
        "group_by": page.groups.as_ref().map(|groups| json!({"field": groups.field, "total": groups.total})),
    });
    write_opened(out, &head)?;
    let Some(groups) = &page.groups else {
        write!(out, ",\"groups\":[],\"hits\":[")?;
        write_hits(out, answer.hits)?;
        return writeln!(out, "\n]}}");
    };
    write!(out, ",\"groups\":[")?;
    for (index, group) in groups.groups.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        write_opened(out, &json!({"value": group.value, "total": group.total}))?;
        write!(out, ",\"hits\":[")?;
        write_hits(out, &mut answer.hits.take(group.shown))?;
        write!(out, "\n]}}")?;
    }
    writeln!(out, "\n],\"hits\":[]}}")
}

/// Writes one hit a line, or one group with its hits.
pub(super) fn answer_lines(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    let Some(groups) = &answer.page.groups else {
        for hit in answer.hits {
            write_hit(out, &hit?)?;
            writeln!(out)?;
        }
        return Ok(());
    };
    for group in &groups.groups {
        let head = json!({
            "schema": SCHEMA,
            "type": "group",
            "field": groups.field,
            "value": group.value,
            "total": group.total,
        });
        write_opened(out, &head)?;
        write!(out, ",\"hits\":[")?;
        for (index, hit) in answer.hits.take(group.shown).enumerate() {
            out.write_all(if index == 0 { b"" } else { b"," })?;
            write_hit(out, &hit?)?;
        }
        writeln!(out, "]}}")?;
    }
    Ok(())
}

/// Writes an object to which more is added: without its last bracket.
fn write_opened(out: &mut dyn Write, object: &Value) -> io::Result<()> {
    let whole = serde_json::to_string(object)?;
    out.write_all(whole.strip_suffix('}').unwrap_or(&whole).as_bytes())
}

/// Writes what stands in a list of hits, each on its own line, as they are read.
fn write_hits(out: &mut dyn Write, hits: &mut dyn Iterator<Item = io::Result<Hit>>) -> io::Result<()> {
    for (index, hit) in hits.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        write_hit(out, &hit?)?;
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
    // Made whole first: a writer of unknown kind is slow to be asked for every mark.
    let mut line = serde_json::to_vec(&ArticleView::new(article, statements))?;
    line.push(b'\n');
    out.write_all(&line)
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
