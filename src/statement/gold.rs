//! Measures who said it apart from what was said: marked attributions of `../shared/data` are led to speakers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{
    Analysis, Attribution, Extractor, SpeakerKind, Statement, StatementField, StatementKind, Texts, coreference,
};
use crate::article::{Article, CodePoints, Context, Published, Span};
use crate::input::RawArticle;

/// Returns the folder of shared data, if it is there.
fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("DATELINE_EVAL_DATA").map(PathBuf::from);
    let root = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    root.join("data").is_dir().then_some(root)
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

/// The example article: four statements of one man, named in full with his office and the day, and a group.
#[test]
fn example_article_names_its_speaker() {
    let Some(shared) = shared() else {
        println!("SKIPPED: ../shared is absent, the example article was not read");
        return;
    };
    let text = std::fs::read_to_string(shared.join("examples/larijani-2025-09-02.txt")).unwrap();
    let (headline, rest) = text.split_once("\n\n").unwrap();
    let (_date_line, body) = rest.split_once("\n\n").unwrap();
    let article = article_of(&json!({"title": headline, "date": "2025-09-02", "text": body}));
    let statements = Extractor::new().extract(&article);
    let said = |words: &str| {
        let holds = |statement: &&Statement| {
            statement.field == StatementField::Body
                && statement.spans.iter().any(|span| span.of(&article.body).contains(words))
        };
        statements.iter().find(holds).unwrap_or_else(|| panic!("no statement holds {words:?}"))
    };
    for words in ["is not closed", "who only pay lip service", "unrealizable issues", "negates any talk"] {
        let statement = said(words);
        let speaker = statement.speaker.as_ref().unwrap();
        assert_eq!(speaker.name.as_deref(), Some("Ali Larijani"), "{words}");
        let role = speaker.role.as_deref().unwrap();
        assert!(role.contains("Secretary") && role.contains("Supreme National Security Council"), "{words}: {role}");
        assert_eq!(statement.said_on, "2025-09-02".parse().ok(), "{words}");
    }
    let analysts = said("cornerstone").speaker.as_ref().unwrap();
    assert_eq!((analysts.name.as_deref(), analysts.kind), (None, SpeakerKind::Group));
}

/// With the marked attributions names are right as often as recorded: who said it, apart from what was said.
#[test]
fn speakers_of_marked_attributions_keep_their_floor() {
    let Some(shared) = shared() else {
        println!("SKIPPED: ../shared is absent, speakers were not measured");
        return;
    };
    let data = shared.join("data/polnear");
    let labels: HashMap<String, Value> = lines(&data.join("speakers-dev.jsonl"))
        .into_iter()
        .map(|row| (row["id"].as_str().unwrap().to_owned(), row["speakers"].clone()))
        .collect();
    let extractor = Extractor::new();
    let (mut persons, mut named, mut nameless, mut wrong) = (0_u32, 0_u32, 0_u32, 0_u32);
    for gold in lines(&data.join("dev.jsonl.zst")) {
        let Some(labels) = labels.get(gold["id"].as_str().unwrap()) else { continue };
        let article = article_of(&gold);
        let body = Analysis::new(&article.body, &article.paragraphs, &extractor.lexicon);
        let texts = Texts { headline: None, body: &body, dateline: Span::default() };
        let statements = coreference::resolve(&article, &texts, attributions_of(&gold, &article.body));
        for label in labels.as_array().unwrap() {
            let statement = &statements[usize::try_from(label["attribution"].as_u64().unwrap()).unwrap()];
            let name = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_deref());
            match (label["type"].as_str().unwrap(), label["name"].as_str()) {
                ("person", Some(right)) => {
                    persons += 1;
                    named += u32::from(name.is_some_and(|name| is_same_name(name, right)));
                    wrong += u32::from(name.is_some_and(|name| !is_same_name(name, right)));
                }
                ("group" | "unnamed", _) => {
                    nameless += 1;
                    wrong += u32::from(name.is_some());
                }
                _ => {}
            }
        }
    }
    assert!(persons > 100 && nameless > 20, "{persons} persons, {nameless} without a name");
    assert!(named * 100 >= persons * 96, "{named} of {persons} named");
    assert!(wrong * 100 <= (persons + nameless) * 3, "{wrong} of {} wrong", persons + nameless);
}

/// As `eval/speakers.py` has it: the same words, or one holds the other and they share the last one.
fn is_same_name(a: &str, b: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let (shorter, longer) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    a == b
        || (shorter.len() >= 2 && shorter.last() == longer.last() && shorter.iter().all(|word| longer.contains(word)))
}

/// Writes what `eval/speakers.py` reads, with the attributions of the gold (the ceiling of `extract`) and with those
/// that `extract` finds.
#[test]
#[ignore = "measures; run with --ignored and DATELINE_GOLD_SPEAKERS=FOLDER"]
fn write_speakers() {
    let (Some(shared), Some(folder)) = (shared(), std::env::var_os("DATELINE_GOLD_SPEAKERS")) else {
        println!("SKIPPED: no ../shared, or no folder to write to");
        return;
    };
    let data = shared.join("data");
    let extractor = Extractor::new();
    for set in ["polnear/dev", "journalistic-sourcing/dev"] {
        let (mut from_gold, mut found) = (String::new(), String::new());
        for gold in lines(&data.join(format!("{set}.jsonl.zst"))) {
            let article = article_of(&gold);
            assert_eq!(article.body, gold["text"].as_str().unwrap());
            let body = Analysis::new(&article.body, &article.paragraphs, &extractor.lexicon);
            let texts = Texts { headline: None, body: &body, dateline: Span::default() };
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
