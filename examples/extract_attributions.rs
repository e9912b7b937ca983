//! Prints the attributions of articles in JSON lines (`id`, `text`) in the shape that `dateline extract` prints, so
//! that span extraction can be scored apart from everything before and behind it.
//!
//! cargo run --profile quick --example extract_attributions -- ARTICLES.jsonl[.zst] [MODEL] > PREDICTED.jsonl

use std::io::{BufRead, BufReader, Write};

use dateline::article::{CodePoints, lines};
use dateline::language::LANGUAGES;
use dateline::statement::{Analysis, Model, StatementField, Tagger, find_attributions};

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("give the path of articles in JSON lines"))?;
    let file = std::fs::File::open(&path)?;
    let reader: Box<dyn BufRead> = if path.ends_with(".zst") {
        Box::new(BufReader::new(zstd::Decoder::new(file)?))
    } else {
        Box::new(BufReader::new(file))
    };
    let lexicon = (LANGUAGES[0].lexicon)();
    let model = match std::env::args().nth(2) {
        Some(path) => {
            Model::from_bytes(&std::fs::read(path)?, Tagger::english()).ok_or_else(|| anyhow::anyhow!("not a model"))?
        }
        None => Model::english(),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut bytes, mut seconds) = (0, 0.0);
    for line in reader.lines() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().unwrap_or_default();
        let started = std::time::Instant::now();
        let analysis = Analysis::new(text, &lines(text), &lexicon);
        let attributions = find_attributions(&analysis, StatementField::Body, &model);
        seconds += started.elapsed().as_secs_f64();
        bytes += text.len();
        let points = CodePoints::new(text);
        let statements: Vec<_> = attributions
            .iter()
            .map(|found| {
                serde_json::json!({
                    "spans": found.content.iter().map(|&span| points.span(span)).collect::<Vec<_>>(),
                    "cue": found.cue.map(|span| points.span(span)),
                    "speaker": found.mention.map(|span| serde_json::json!({"mention_span": points.span(span)})),
                    "confidence": found.score,
                })
            })
            .collect();
        let row = serde_json::json!({"key": article["id"], "body": text, "statements": statements});
        writeln!(out, "{row}")?;
    }
    eprintln!("{:.1} MB/s", bytes as f64 / seconds / 1e6);
    Ok(())
}
