//! The limit: the least that a program can do with tantivy to make the same articles searchable.
//!
//! It shares nothing with dateline but the files, and runs in a process of its own.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TEXT, TextFieldIndexing, TextOptions,
};
use tantivy::{DateTime, Index, IndexWriter, TantivyDocument};
use walkdir::WalkDir;

/// The texts of which dateline asks stems, each in a field of its own.
pub const STEMMED: [&str; 3] = ["headline_stem", "lead_stem", "body_stem"];

/// Indexes the pages under `archive`: headline, date, location and body of each. Returns how many. With `stems` it also
/// indexes what dateline asks for a bare word, so that both can be asked the same: the limit of asking, where without
/// them it is the limit of indexing.
pub fn index_pages(archive: &Path, index: &Path, threads: usize, memory_bytes: usize, stems: bool) -> Result<usize> {
    let mut schema = Schema::builder();
    let headline = schema.add_text_field("headline", TEXT | STORED);
    let date = schema.add_date_field("date", INDEXED | FAST | STORED);
    let location = schema.add_text_field("location", STRING | FAST | STORED);
    let body = schema.add_text_field("body", TEXT | STORED);
    let stemmed = TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
    let stemmed = TextOptions::default().set_indexing_options(stemmed);
    let stemmed: Vec<Field> = match stems {
        true => STEMMED.iter().map(|name| schema.add_text_field(name, stemmed.clone())).collect(),
        false => Vec::new(),
    };
    let mut writer = writer(index, schema.build(), threads, memory_bytes)?;
    let mut articles = 0;
    for entry in WalkDir::new(archive) {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        // The generator's pages are headline, byline, date, body.
        let mut blocks = text.splitn(4, "\n\n");
        let mut document = TantivyDocument::default();
        let title = blocks.next().unwrap_or_default();
        document.add_text(headline, title);
        if let Some(day) = day_of(entry.path()) {
            document.add_date(date, at_midnight(day));
        }
        let text = blocks.nth(2).unwrap_or_default();
        if let Some((city, _)) = text.split_once(" — ") {
            document.add_text(location, city);
        }
        document.add_text(body, text);
        let lead = text.split_once("\n\n").map_or(text, |(lead, _)| lead);
        for (field, text) in stemmed.iter().zip([title, lead, text]) {
            document.add_text(*field, text);
        }
        writer.add_document(document)?;
        articles += 1;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(articles)
}

/// Returns the first day of the month that the path tells, which costs nothing to parse.
fn day_of(path: &Path) -> Option<NaiveDate> {
    let mut folders = path.parent()?.iter().rev();
    let month = folders.next()?.to_str()?.parse().ok()?;
    let year = folders.next()?.to_str()?.parse().ok()?;
    NaiveDate::from_ymd_opt(year, month, 1)
}

fn at_midnight(day: NaiveDate) -> DateTime {
    DateTime::from_timestamp_secs(day.and_time(NaiveTime::MIN).and_utc().timestamp())
}

fn writer(index: &Path, schema: Schema, threads: usize, memory_bytes: usize) -> Result<IndexWriter> {
    fs::create_dir_all(index).with_context(|| format!("cannot make {}", index.display()))?;
    let index = Index::create_in_dir(index, schema)?;
    Ok(index.writer_with_num_threads(threads, memory_bytes)?)
}

/// An article with its statements, as `dateline extract` found them.
#[derive(Debug, Serialize, Deserialize)]
pub struct Extracted {
    path: String,
    headline: String,
    day: Option<NaiveDate>,
    places: Vec<String>,
    byline: Vec<String>,
    outlet: String,
    body: String,
    statements: Vec<ExtractedStatement>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ExtractedStatement {
    text: String,
    kind: String,
    spans: Vec<(u32, u32)>,
    speaker: String,
    role: String,
    confidence: f64,
}

/// Packs the JSON lines of `dateline extract` so that reading them back costs next to nothing.
pub fn pack_extracted(json_lines: impl io::BufRead, packed: &mut impl io::Write) -> Result<usize> {
    let mut articles = 0;
    for line in json_lines.lines() {
        let value: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let texts = |value: &serde_json::Value| value.as_array().into_iter().flatten().map(text).collect();
        let statements = value["statements"].as_array().into_iter().flatten();
        let extracted = Extracted {
            path: text(&value["path"]),
            headline: text(&value["headline"]),
            day: value["published"].as_str().and_then(|printed| printed.get(..10)?.parse().ok()),
            places: texts(&value["dateline"]["places"]),
            byline: texts(&value["byline"]),
            outlet: text(&value["outlet"]),
            body: text(&value["body"]),
            statements: statements
                .map(|statement| ExtractedStatement {
                    text: text(&statement["text"]),
                    kind: text(&statement["kind"]),
                    spans: serde_json::from_value(statement["spans"].clone()).unwrap_or_default(),
                    speaker: text(&statement["speaker"]["name"]),
                    role: text(&statement["speaker"]["role"]),
                    confidence: statement["confidence"].as_f64().unwrap_or_default(),
                })
                .collect(),
        };
        let bytes = postcard::to_stdvec(&extracted)?;
        packed.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
        packed.write_all(&bytes)?;
        articles += 1;
    }
    Ok(articles)
}

/// Indexes what `pack_extracted` wrote: a document for each article and one for each statement.
pub fn index_extracted(mut packed: impl io::Read, index: &Path, threads: usize, memory_bytes: usize) -> Result<usize> {
    let mut schema = Schema::builder();
    let fields = DocumentFields::new(&mut schema);
    let mut writer = writer(index, schema.build(), threads, memory_bytes)?;
    let mut articles = 0;
    let mut length = [0; 4];
    let mut bytes = Vec::new();
    while packed.read_exact(&mut length).is_ok() {
        bytes.resize(u32::from_le_bytes(length) as usize, 0);
        packed.read_exact(&mut bytes)?;
        let article: Extracted = postcard::from_bytes(&bytes)?;
        for statement in &article.statements {
            writer.add_document(fields.statement(&article, statement))?;
        }
        writer.add_document(fields.article(article))?;
        articles += 1;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(articles)
}

struct DocumentFields {
    path: Field,
    headline: Field,
    date: Field,
    location: Field,
    byline: Field,
    outlet: Field,
    body: Field,
    said: Field,
    kind: Field,
    spans: Field,
    speaker: Field,
    role: Field,
    confidence: Field,
}

impl DocumentFields {
    fn new(schema: &mut tantivy::schema::SchemaBuilder) -> Self {
        Self {
            path: schema.add_text_field("path", STRING | FAST | STORED),
            headline: schema.add_text_field("headline", TEXT | STORED),
            date: schema.add_date_field("date", INDEXED | FAST | STORED),
            location: schema.add_text_field("location", STRING | FAST | STORED),
            byline: schema.add_text_field("byline", TEXT | STORED),
            outlet: schema.add_text_field("outlet", STRING | FAST | STORED),
            body: schema.add_text_field("body", TEXT | STORED),
            said: schema.add_text_field("said", TEXT),
            kind: schema.add_text_field("kind", STRING | FAST),
            spans: schema.add_bytes_field("spans", STORED),
            speaker: schema.add_text_field("speaker", TEXT | STORED),
            role: schema.add_text_field("role", TEXT | STORED),
            confidence: schema.add_f64_field("confidence", FAST),
        }
    }

    fn article(&self, article: Extracted) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.path, article.path);
        document.add_text(self.headline, article.headline);
        document.add_text(self.outlet, article.outlet);
        document.add_text(self.body, article.body);
        for place in article.places {
            document.add_text(self.location, place);
        }
        for name in article.byline {
            document.add_text(self.byline, name);
        }
        if let Some(day) = article.day {
            document.add_date(self.date, at_midnight(day));
        }
        document
    }

    fn statement(&self, article: &Extracted, statement: &ExtractedStatement) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.said, &statement.text);
        document.add_text(self.kind, &statement.kind);
        document.add_text(self.speaker, &statement.speaker);
        document.add_text(self.role, &statement.role);
        document.add_f64(self.confidence, statement.confidence);
        document.add_text(self.outlet, &article.outlet);
        for place in &article.places {
            document.add_text(self.location, place);
        }
        if let Some(day) = article.day {
            document.add_date(self.date, at_midnight(day));
        }
        let spans: Vec<u8> =
            statement.spans.iter().flat_map(|(start, end)| [start.to_le_bytes(), end.to_le_bytes()].concat()).collect();
        document.add_bytes(self.spans, &spans);
        document
    }
}
