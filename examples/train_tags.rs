//! Trains the tagger from text that another tagger and parser marked, in JSON lines: `text` and `tokens`, each
//! `[start, "PENN TAG", "dependency"]` with the start in code points (of a conjunct, give the first one's dependency).
//!
//! cargo run --profile quick --example train_tags -- MARKED.jsonl… [--into MODEL]
//!
//! Without `--into` the weights go where the program takes them from, `src/statement/model/english-tags.bin`.

use anyhow::Context as _;
use dateline::article::lines;
use dateline::language::LANGUAGES;
use dateline::statement::training::{TaggedArticle, train_tags};

fn main() -> anyhow::Result<()> {
    let mut model = concat!(env!("CARGO_MANIFEST_DIR"), "/src/statement/model/english-tags.bin").to_owned();
    let mut articles = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--into" {
            model = arguments.next().context("give a path behind --into")?;
            continue;
        }
        let text = std::fs::read_to_string(&argument).with_context(|| argument.clone())?;
        for line in text.lines() {
            articles.push(tagged_article(&serde_json::from_str(line)?));
        }
    }
    let lexicon = (LANGUAGES[0].lexicon)();
    let tagger = train_tags(&articles, &lexicon, &mut |progress| eprintln!("{progress}"));
    std::fs::write(&model, tagger.to_bytes()?).with_context(|| model.clone())?;
    Ok(())
}

fn tagged_article(row: &serde_json::Value) -> TaggedArticle {
    let text = row["text"].as_str().unwrap_or_default().to_owned();
    let offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    let tokens = row["tokens"].as_array().into_iter().flatten();
    let tokens = tokens
        .filter_map(|token| {
            let start = *offsets.get(token[0].as_u64()? as usize)?;
            Some((start, token[1].as_str()?.to_owned(), token[2].as_str()?.to_owned()))
        })
        .collect();
    let paragraphs = lines(&text);
    TaggedArticle { text, paragraphs, tokens }
}
