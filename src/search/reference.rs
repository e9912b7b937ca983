//! In: an id or a permanent reference. Out: the article or statement that it means, wherever it stands by now.
//!
//! A reference is one line: `dateline:ID PATH:LINE span:START-END,… hash:HASH`. The id finds what stayed where it was;
//! once its file was moved, the id it had before does, and the hash of the body finds it wherever it is; once its words
//! changed, the path does.

use std::fmt;
use std::str::FromStr;

use super::{Archive, SearchError};
use crate::article::{Article, ArticleId, CodePoints};
use crate::index::StoredArticle;
use crate::statement::{Statement, StatementId};

/// What is shown, and what its citation says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub article: ArticleId,
    pub statement: Option<StatementId>,
    /// All but the id; none where the id alone is given.
    pub cited: Option<Cited>,
}

/// What was cited, besides its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// From the root of its collection.
    pub path: String,
    pub line: u32,
    /// Where a statement's words stand, in code points of its text.
    pub spans: Vec<[usize; 2]>,
    /// Of the body.
    pub hash: u64,
}

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    #[error("an id is 16 hexadecimal digits, and 8 more after a dot for a statement")]
    Id,
    #[error(
        "a reference is dateline:ID PATH:LINE, span:START-END of a statement, and hash: with 16 hexadecimal digits"
    )]
    Form,
}

impl Reference {
    /// Returns the permanent reference of an article, or of one of its statements.
    pub fn new(article: &Article, statement: Option<&Statement>, hash: u64) -> Self {
        let spans = statement.map_or_else(Vec::new, |statement| {
            let points = CodePoints::new(statement.field.of(article));
            statement.spans.iter().map(|span| points.span(*span)).collect()
        });
        Self {
            article: article.id,
            statement: statement.map(|statement| statement.id),
            cited: Some(Cited { path: article.path.clone(), line: article.line, spans, hash }),
        }
    }

    fn id(text: &str) -> Result<Self, BadReference> {
        let (article, statement) = match text.split_once('.') {
            Some((article, statement)) => (article, Some(statement)),
            None => (text, None),
        };
        let article = hexadecimal(article, 16)?;
        let statement = statement.map(|digits| hexadecimal(digits, 8)).transpose()?;
        let statement = statement.map(u32::try_from).transpose().map_err(|_| BadReference::Id)?;
        Ok(Self { article: ArticleId(article), statement: statement.map(StatementId), cited: None })
    }
}

fn hexadecimal(digits: &str, count: usize) -> Result<u64, BadReference> {
    let is_right = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_right { u64::from_str_radix(digits, 16).map_err(|_| BadReference::Id) } else { Err(BadReference::Id) }
}

/// Before the id of a reference.
const SCHEME: &str = "dateline:";

impl FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, BadReference> {
        let text = text.trim();
        let Some(reference) = text.strip_prefix(SCHEME) else { return Self::id(text) };
        let Some((id, rest)) = reference.split_once(' ') else { return Self::id(reference) };
        // From behind, because a path may hold anything.
        let (rest, hash) = rest.rsplit_once(" hash:").ok_or(BadReference::Form)?;
        let hash = hexadecimal(hash, 16).map_err(|_| BadReference::Form)?;
        let reference = Self::id(id)?;
        let (place, spans) = match rest.rsplit_once(" span:") {
            Some((place, spans)) if reference.statement.is_some() => (place, spans_of(spans)?),
            _ => (rest, Vec::new()),
        };
        let (path, line) = place.rsplit_once(':').ok_or(BadReference::Form)?;
        let line = line.parse().map_err(|_| BadReference::Form)?;
        Ok(Self { cited: Some(Cited { path: path.to_owned(), line, spans, hash }), ..reference })
    }
}

fn spans_of(text: &str) -> Result<Vec<[usize; 2]>, BadReference> {
    let span = |span: &str| {
        let (start, end) = span.split_once('-')?;
        Some([start.parse().ok()?, end.parse().ok()?])
    };
    text.split(',').map(|text| span(text).ok_or(BadReference::Form)).collect()
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{SCHEME}{}", self.article)?;
        if let Some(StatementId(statement)) = self.statement {
            write!(out, ".{statement:08x}")?;
        }
        let Some(Cited { path, line, spans, hash }) = &self.cited else { return Ok(()) };
        write!(out, " {path}:{line}")?;
        for (number, [start, end]) in spans.iter().enumerate() {
            write!(out, "{}{start}-{end}", if number == 0 { " span:" } else { "," })?;
        }
        write!(out, " hash:{hash:016x}")
    }
}

/// What a reference means by now.
#[derive(Clone, Debug)]
pub struct Referred {
    pub article: StoredArticle,
    pub statements: Vec<Statement>,
    pub since: Since,
}

/// What became of an article since it was cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It stands where it stood; where its hash was cited, word for word.
    AsCited,
    /// It stands elsewhere and has another id.
    Moved,
    /// Its words are not those that were cited.
    Reworded,
}

/// Returns what a reference means; none where nothing in the archive has its id, its former id or its hash, nor its file
/// an article that it may have become.
///
/// # Errors
/// If the index cannot be read.
pub fn refer(archive: &Archive, reference: &Reference) -> Result<Option<Referred>, SearchError> {
    let hash = reference.cited.as_ref().map(|cited| cited.hash);
    let is_as_cited = |article: &StoredArticle| hash.is_none_or(|hash| hash == article.hash);
    let by_id = archive.whole_article(reference.article)?;
    let former = if by_id.is_some() { None } else { archive.article_once_called(reference.article)? };
    let is_moved = former.is_some();
    let known = by_id.or(former);
    if let Some((article, statements)) = known.as_ref().filter(|(article, _)| is_as_cited(article)) {
        let since = if is_moved { Since::Moved } else { Since::AsCited };
        return Ok(Some(Referred { article: article.clone(), statements: statements.clone(), since }));
    }
    if let Some(cited) = &reference.cited
        && let Some((article, statements)) = archive.article_with_body(cited.hash, &cited.path)?
    {
        return Ok(Some(Referred { article, statements, since: Since::Moved }));
    }
    // Without a key of its own, an article has another id once its words change: then its file is where it was.
    let there = match (&known, &reference.cited) {
        (None, Some(cited)) => archive.article_at(&cited.path, reference.statement)?,
        _ => None,
    };
    let found = known.or(there);
    Ok(found.map(|(article, statements)| Referred { article, statements, since: Since::Reworded }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_back() {
        for text in [
            "dateline:5f1c0a9b3d2e4477",
            "dateline:5f1c0a9b3d2e4477.8a01bc55",
            "dateline:5f1c0a9b3d2e4477 news/a b.txt:12 hash:00000000000000ff",
            "dateline:5f1c0a9b3d2e4477 odd span:1-2 hash:x:7 hash:00000000000000ff",
            "dateline:5f1c0a9b3d2e4477.8a01bc55 a.zip!in:side.txt:1 span:10-20,25-40 hash:ffffffffffffffff",
        ] {
            let reference: Reference = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(reference.to_string(), text);
        }
        let bare: Reference = "5F1C0A9B3D2E4477.8a01bc55".parse().unwrap();
        assert_eq!(bare.to_string(), "dateline:5f1c0a9b3d2e4477.8a01bc55");
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for (text, expected) in [
            ("", BadReference::Id),
            ("17", BadReference::Id),
            ("5f1c0a9b3d2e447g", BadReference::Id),
            ("5f1c0a9b3d2e4477.", BadReference::Id),
            ("5f1c0a9b3d2e4477.+a01bc55", BadReference::Id),
            ("dateline:17 a.txt:1 hash:00000000000000ff", BadReference::Id),
            ("dateline:5f1c0a9b3d2e4477 a.txt:1", BadReference::Form),
            ("dateline:5f1c0a9b3d2e4477 a.txt hash:00000000000000ff", BadReference::Form),
            ("dateline:5f1c0a9b3d2e4477.8a01bc55 a.txt:1 span:4 hash:00000000000000ff", BadReference::Form),
            ("dateline:5f1c0a9b3d2e4477 a.txt:1 hash:ff", BadReference::Form),
        ] {
            assert_eq!(text.parse::<Reference>(), Err(expected), "{text}");
        }
    }
}
