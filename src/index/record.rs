//! What is stored of an article and a statement, to be read back whole.

use serde::{Deserialize, Serialize};

use super::divided::Divided;
use super::spoken::Spoken;
use crate::article::{Article, ArticleId, DateFrom, Dateline, Published};
use crate::statement::Statement;

/// Where an article stands: its collection, its place in the input, and when it was indexed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub collection: String,
    /// `keys::input_key` of the input that holds it.
    pub input: u64,
    /// Deletes the article with its statements; its id.
    pub member: u64,
    /// Of all that shaped the article and its statements.
    pub member_hash: u64,
    /// `RawArticle::identity`: makes the id anew where the input moves.
    pub identity: u64,
    /// `RawArticle::content_hash`.
    pub content: u128,
    /// Milliseconds since 1970 at which the article was indexed first; kept when it is replaced.
    pub added_ms: i64,
    /// Ids that it had before its file was moved.
    pub former: Vec<u64>,
}

/// An article as the index holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredArticle {
    pub article: Article,
    pub collection: String,
    pub added_ms: i64,
    /// As in `Placement`.
    pub identity: u64,
    /// As in `Placement`.
    pub content: u128,
    /// Hash of the body, by which a citation is checked.
    pub hash: u64,
}

/// All of an article that is not stored as text of its own.
#[derive(Serialize, Deserialize)]
pub(super) struct ArticleRecord {
    key: Option<String>,
    path: String,
    line: u32,
    published: Option<Published>,
    date_from: Option<DateFrom>,
    dateline: Option<Dateline>,
    byline: Vec<String>,
    outlet: Option<String>,
    language: Option<String>,
    url: Option<String>,
    divided: Divided,
    collection: String,
    added_ms: i64,
    // As bytes: numbers that may be any take more otherwise.
    id: [u8; 8],
    identity: [u8; 8],
    content: [u8; 16],
    spoken: Spoken,
}

/// Why a stored record cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a stored {what} cannot be read")]
pub struct RecordError {
    what: &'static str,
    source: postcard::Error,
}

impl RecordError {
    pub(super) fn new(what: &'static str, source: postcard::Error) -> Self {
        Self { what, source }
    }

    /// What was read contradicts itself.
    pub(super) fn damaged(what: &'static str) -> Self {
        Self { what, source: postcard::Error::DeserializeBadEncoding }
    }
}

/// Returns the bytes that `block_of` reads.
pub(super) fn article_record(article: &Article, statements: &[Statement], placement: &Placement) -> Vec<u8> {
    let record = ArticleRecord {
        key: article.key.clone(),
        path: article.path.clone(),
        line: article.line,
        published: article.published,
        date_from: article.date_from,
        dateline: article.dateline.clone(),
        byline: article.byline.clone(),
        outlet: article.outlet.clone(),
        language: article.language.clone(),
        url: article.url.clone(),
        divided: Divided::new(&article.paragraphs, &article.sentences),
        collection: placement.collection.clone(),
        added_ms: placement.added_ms,
        id: article.id.0.to_le_bytes(),
        identity: placement.identity.to_le_bytes(),
        content: placement.content.to_le_bytes(),
        spoken: Spoken::new(statements),
    };
    postcard::to_stdvec(&record).expect("a record is plain data, written to memory")
}

/// Returns the article whose record, headline and body were stored, and its statements, not yet joined with what
/// columns hold of them.
pub(in crate::index) fn block_of(
    record: &[u8],
    headline: Option<String>,
    body: String,
) -> Result<(StoredArticle, Spoken), RecordError> {
    let record: ArticleRecord =
        postcard::from_bytes(record).map_err(|source| RecordError { what: "article", source })?;
    let hash = body_hash(&body);
    let (paragraphs, sentences) = record.divided.of(&body);
    let (identity, content) = (u64::from_le_bytes(record.identity), u128::from_le_bytes(record.content));
    let article = Article {
        id: ArticleId(u64::from_le_bytes(record.id)),
        key: record.key,
        path: record.path,
        line: record.line,
        headline,
        published: record.published,
        date_from: record.date_from,
        dateline: record.dateline,
        byline: record.byline,
        outlet: record.outlet,
        language: record.language,
        url: record.url,
        paragraphs,
        sentences,
        body,
    };
    let ArticleRecord { collection, added_ms, spoken, .. } = record;
    Ok((StoredArticle { article, collection, added_ms, identity, content, hash }, spoken))
}

/// Returns the hash by which a citation is checked against a body.
pub fn body_hash(body: &str) -> u64 {
    let hash = blake3::hash(body.as_bytes());
    u64::from_be_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Span;

    #[test]
    fn an_article_is_read_back_whole() {
        let body = "One. Two.\n\nThree — vier.".to_owned();
        let article = Article {
            // Of the input, not of the path within it.
            id: ArticleId::at("c", "a/b.zip", 4),
            key: Some("k".into()),
            path: "a/b.zip!c.txt".into(),
            line: 3,
            headline: Some("Head".into()),
            published: None,
            date_from: Some(DateFrom::Path),
            dateline: Some(Dateline::default()),
            byline: vec!["A".into()],
            outlet: None,
            language: Some("en".into()),
            url: None,
            paragraphs: vec![Span::new(0, 9), Span::new(11, body.len())],
            sentences: vec![Span::new(0, 4), Span::new(5, 9), Span::new(11, body.len())],
            body: body.clone(),
        };
        let placement = Placement {
            collection: "c".into(),
            input: 2,
            member: 1,
            member_hash: 3,
            identity: 4,
            content: 6,
            added_ms: 5,
            former: Vec::new(),
        };
        let record = article_record(&article, &[], &placement);
        let (read, spoken) = block_of(&record, article.headline.clone(), body).unwrap();
        assert_eq!(spoken.len(), 0);
        assert_eq!(read.article, article);
        assert_eq!((read.collection.as_str(), read.added_ms), ("c", 5));
    }

    proptest::proptest! {
        #[test]
        fn damaged_records_are_errors_or_articles(bytes: Vec<u8>) {
            if let Ok((read, _)) = block_of(&bytes, None, "Körper".to_owned()) {
                read.article.sentences.iter().for_each(|span| assert!(span.of("Körper").len() <= "Körper".len()));
            }
        }
    }
}
