//! What holds of any text whatever: spans cut it, nothing overlaps, and where nobody speaks nothing is found.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Extractor, Statement, StatementField};
use crate::article::{Article, Span};

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

fn article(headline: Option<String>, body: &str) -> Article {
    Article { headline, ..Article::of_lines(body) }
}

fn checked(article: &Article) -> Result<Vec<Statement>, TestCaseError> {
    let statements = EXTRACTOR.extract(article);
    for field in [StatementField::Headline, StatementField::Body] {
        let text = if field == StatementField::Body { Some(&article.body) } else { article.headline.as_ref() };
        let mut said: Vec<Span> = Vec::new();
        for statement in statements.iter().filter(|statement| statement.field == field) {
            let text = text.expect("a statement of a field has its text");
            prop_assert!(!statement.spans.is_empty());
            prop_assert!(statement.spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", statement.spans);
            let speaker = statement.speaker.as_ref().map(|speaker| speaker.mention);
            for span in statement.spans.iter().copied().chain(statement.cue).chain(speaker) {
                let cut = text.get(span.range()).unwrap_or_default();
                prop_assert!(cut.chars().any(|c| !c.is_whitespace()), "{span:?} cuts {cut:?}");
            }
            said.extend(&statement.spans);
        }
        said.sort_by_key(|span| span.start);
        prop_assert!(said.windows(2).all(|pair| pair[0].end <= pair[1].start), "{said:?}");
    }
    Ok(statements)
}

/// A language without word lists gives quotations, and credits nobody with them.
#[test]
fn other_languages_give_quotations_alone() {
    let body = "Die Ministerin sagte: „Wir werden den Hafen im Herbst wieder öffnen.“ Roe said it rained.";
    for (language, statements, speakers) in [(Some("de"), 1, 0), (Some("en"), 2, 1), (None, 2, 1)] {
        let mut article = article(None, body);
        article.language = language.map(str::to_owned);
        let found = EXTRACTOR.extract(&article);
        assert_eq!(found.len(), statements, "{language:?}: {found:?}");
        let named = found.iter().filter(|statement| statement.speaker.is_some());
        assert!(if speakers == 0 { named.count() == 0 } else { named.count() >= speakers }, "{language:?}: {found:?}");
    }
}

/// Pieces of which news is made, and what derails readers of it.
const PIECES: &[&str] = &[
    "Jane Roe",
    "said",
    "told",
    "that",
    "“",
    "”",
    "\"",
    "'",
    "''",
    "‘",
    "’s",
    "the minister",
    "of Norland",
    ",",
    ".",
    "\n\n",
    "Tuesday",
    "he",
    "she",
    "who",
    "accused",
    "of lying",
    "according to",
    ":",
    "Q:",
    "A:",
    "last week",
    "a day earlier",
    "in 2019",
    "declined to comment",
    "Roe Tools Corp",
    "ROE:",
    "—",
    "-",
    "…",
    "and",
    "but",
    "if",
    "it rained",
    "quoted as saying",
    "in a post",
    "U.S.",
    "Mr.",
    "(",
    ")",
    "«",
    "»",
    "„",
    "3",
    "é",
    "\u{a0}",
    "🙂",
];

proptest! {
    #[test]
    fn spans_cut_any_text(body in "\\PC{0,120}(\n{1,2}\\PC{0,120}){0,3}", headline in proptest::option::of("\\PC{0,80}")) {
        checked(&article(headline, &body))?;
    }

    #[test]
    fn spans_cut_texts_like_news(picked in prop::collection::vec(0..PIECES.len(), 0..120), spaces: u128) {
        let mut body = String::new();
        for (place, &piece) in picked.iter().enumerate() {
            body.push_str(PIECES[piece]);
            if spaces >> place & 1 == 0 {
                body.push(' ');
            }
        }
        checked(&article(Some(body.replace('\n', " ")), &body))?;
    }

    /// Neither a mark that may quote nor a word that the lists have for a cue.
    #[test]
    fn where_nobody_speaks_nothing_is_found(words in prop::collection::vec("[a-zA-Z]{1,10}", 0..60), stops: u64) {
        let mut body = String::new();
        let is_cue = |word: &str| EXTRACTOR.lexicon.entry(&word.to_lowercase()).frame.is_some();
        for (place, word) in words.iter().filter(|word| !is_cue(word)).enumerate() {
            body.push_str(word);
            body.push_str(if stops >> (place % 64) & 1 == 0 { " " } else { ". " });
        }
        prop_assert_eq!(checked(&article(None, &body))?, []);
    }
}
