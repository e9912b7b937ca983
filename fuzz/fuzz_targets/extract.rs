//! Any text is an article whose statements cut it: the first line is the headline, the rest the body.
#![no_main]

use std::sync::LazyLock;

use dateline::article::{Article, Context};
use dateline::input::RawArticle;
use dateline::statement::Extractor;
use libfuzzer_sys::fuzz_target;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

fuzz_target!(|text: &str| {
    let (headline, body) = text.split_once('\n').unwrap_or(("", text));
    let raw = RawArticle { headline: Some(headline.to_owned()), body: body.to_owned(), line: 1, ..RawArticle::default() };
    let Ok(article) = Article::from_raw(raw, &Context::default()) else { return };
    for statement in EXTRACTOR.extract(&article) {
        let text = statement.field.of(&article);
        assert!(!statement.spans.is_empty());
        assert!(statement.spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let mention = statement.speaker.as_ref().map(|speaker| speaker.mention);
        for span in statement.spans.iter().copied().chain(statement.cue).chain(mention) {
            assert!(text.get(span.range()).is_some_and(|cut| !cut.trim().is_empty()), "{span:?}");
        }
        assert!((0.0..=1.0).contains(&statement.confidence));
    }
});
