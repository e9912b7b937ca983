//! Trains the model of statements from articles whose attributions are marked, in JSON lines (`text`, `attributions`
//! with `source`, `cue` and `content` as lists of code-point spans).
//!
//! cargo run --profile quick --example train_attribution -- TRAIN.jsonl[.zst] [MODEL]
//!
//! Without MODEL the weights go where the program takes them from, `src/statement/model/english.bin`.

use std::io::{BufRead, BufReader};

use anyhow::Context as _;
use dateline::article::{Span, lines};
use dateline::language::LANGUAGES;
use dateline::statement::training::{MarkedArticle, MarkedAttribution, train};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("give the path of marked articles in JSON lines")?;
    let model = arguments
        .next()
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/src/statement/model/english.bin").to_owned());
    let file = std::fs::File::open(&path).with_context(|| path.clone())?;
    let reader: Box<dyn BufRead> = if path.ends_with(".zst") {
        Box::new(BufReader::new(zstd::Decoder::new(file)?))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut articles = Vec::new();
    for line in reader.lines() {
        articles.push(marked_article(&serde_json::from_str(&line?)?));
    }
    let lexicon = (LANGUAGES[0].lexicon)();
    let trained = train(&articles, &lexicon, &mut |progress| eprintln!("{progress}"));
    std::fs::write(&model, trained.to_bytes()?).with_context(|| model.clone())?;
    Ok(())
}

fn marked_article(row: &serde_json::Value) -> MarkedArticle {
    let text = row["text"].as_str().unwrap_or_default().to_owned();
    let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    offsets.push(text.len());
    let spans = |spans: &serde_json::Value| -> Vec<Span> {
        let pairs = spans.as_array().into_iter().flatten();
        let ends = pairs.filter_map(|pair| Some((pair[0].as_u64()? as usize, pair[1].as_u64()? as usize)));
        ends.filter_map(|(start, end)| Some(Span::new(*offsets.get(start)?, *offsets.get(end)?))).collect()
    };
    let attributions = row["attributions"].as_array().into_iter().flatten();
    let attributions = attributions
        .map(|marked| MarkedAttribution {
            mention: spans(&marked["source"]),
            cue: spans(&marked["cue"]),
            content: spans(&marked["content"]),
        })
        .collect();
    let paragraphs = lines(&text);
    MarkedArticle { text, paragraphs, attributions }
}
