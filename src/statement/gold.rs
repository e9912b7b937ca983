//! Measures who said it apart from what was said: marked attributions of `../shared/data` are led to speakers.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Analysis, Attribution, Extractor, Statement, StatementField, StatementKind, Texts, coreference};
use crate::article::{Article, CodePoints, Context, Published, Span};
use crate::input::RawArticle;

fn data() -> Option<PathBuf> {
    let given = std::env::var_os("DATELINE_EVAL_DATA").map(PathBuf::from);
    let root = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let data = root.join("data");
    data.is_dir().then_some(data)
}

fn lines(path: &Path) -> Vec<Value> {
    let bytes = std::fs::read(path).unwrap();
    let text = if path.extension().is_some_and(|e| e == "zst") { zstd::decode_all(&bytes[..]).unwrap() } else { bytes };
    String::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn article_of(gold: &Value) -> Article {
    let field = |name: &str| gold[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let raw = RawArticle {
        headline: field("title"),
        published: field("date"),
        published_is_metadata: true,
        body: field("text").unwrap(),
        verbatim: true,
        line: 1,
        ..RawArticle::default()
    };
    let mut article = Article::from_raw(raw, &Context::default()).unwrap();
    if let Some(day) = gold["date"].as_str().and_then(|date| date.parse().ok()) {
        article.published = Some(Published { day, time: None, utc_offset_minutes: None });
    }
    if article.paragraphs.len() <= 1 {
        let start_of = |line: &str| line.as_ptr() as usize - article.body.as_ptr() as usize;
        let lines = article.body.lines().filter(|line| !line.trim().is_empty());
        article.paragraphs = lines.map(|line| Span::new(start_of(line), start_of(line) + line.len())).collect();
    }
    article
}

/// Byte offsets of code points.
fn bytes_of(text: &str, spans: &Value) -> Vec<Span> {
    let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    offsets.push(text.len());
    let at = |value: &Value| offsets[usize::try_from(value.as_u64().unwrap()).unwrap()];
    spans.as_array().unwrap().iter().map(|span| Span::new(at(&span[0]), at(&span[1]))).collect()
}

fn attributions_of(gold: &Value, body: &str) -> Vec<Attribution> {
    let marked = gold["attributions"].as_array().unwrap();
    marked
        .iter()
        .map(|marked| {
            let span_of = |name: &str| {
                let spans = bytes_of(body, &marked[name]);
                Some(Span::new(spans.first()?.start, spans.last()?.end))
            };
            let source = bytes_of(body, &marked["source"]);
            Attribution {
                field: StatementField::Body,
                kind: StatementKind::Mixed,
                content: bytes_of(body, &marked["content"]),
                cue: span_of("cue"),
                mention: source.first().copied(),
                score: 1.0,
            }
        })
        .collect()
}

/// Writes what `eval/speakers.py` reads, with the attributions of the gold (the ceiling of `extract`) and with those
/// that `extract` finds.
#[test]
#[ignore = "measures; run with --ignored and DATELINE_GOLD_SPEAKERS=FOLDER"]
fn write_speakers() {
    let (Some(data), Some(folder)) = (data(), std::env::var_os("DATELINE_GOLD_SPEAKERS")) else {
        println!("SKIPPED: no data, or no folder to write to");
        return;
    };
    let extractor = Extractor::new();
    for set in ["polnear/dev", "journalistic-sourcing/dev"] {
        let (mut from_gold, mut found) = (String::new(), String::new());
        for gold in lines(&data.join(format!("{set}.jsonl.zst"))) {
            let article = article_of(&gold);
            assert_eq!(article.body, gold["text"].as_str().unwrap());
            let body = Analysis::new(&article.body, &article.paragraphs, &extractor.lexicon);
            let texts = Texts { headline: None, body: &body };
            let statements = coreference::resolve(&article, &texts, attributions_of(&gold, &article.body));
            from_gold.push_str(&line_of(&gold, &article, &statements));
            found.push_str(&line_of(&gold, &article, &extractor.extract(&article)));
        }
        let name = set.replace('/', "-");
        std::fs::write(Path::new(&folder).join(format!("{name}-gold.jsonl")), from_gold).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.jsonl")), found).unwrap();
    }
}

fn line_of(gold: &Value, article: &Article, statements: &[Statement]) -> String {
    let points = CodePoints::new(&article.body);
    let in_body = statements.iter().filter(|statement| statement.field == StatementField::Body);
    let rows: Vec<Value> = in_body
        .map(|statement| {
            let speaker = statement.speaker.as_ref().map(|speaker| {
                json!({"name": speaker.name, "kind": speaker.kind, "role": speaker.role,
                    "organisation": speaker.organisation,
                    "mention": speaker.mention.of(&article.body), "mention_span": points.span(speaker.mention)})
            });
            let spans: Vec<_> = statement.spans.iter().map(|&span| points.span(span)).collect();
            json!({"spans": spans, "speaker": speaker, "said_on": statement.said_on, "medium": statement.medium,
                "relayed_by": statement.relayed_by, "field": "body", "confidence": statement.confidence,
                "kind": statement.kind, "text": statement.spans[0].of(&article.body)})
        })
        .collect();
    json!({"key": gold["id"], "body": article.body, "statements": rows}).to_string() + "\n"
}
