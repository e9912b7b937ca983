//! `Article::from_raw`: the one way to make an article.

use chrono::NaiveDateTime;

use super::published::Witnesses;
use super::{Article, ArticleId, Span, date, published};
use crate::config::Metadata;
use crate::input::RawArticle;

/// What is known of an article from where it stands: settings of its collection and facts about its file.
#[derive(Clone, Debug, Default)]
pub struct Context<'c> {
    /// Name of the collection; part of the article's identity.
    pub collection: &'c str,
    /// Path of the input, relative to the collection's root; part of the article's identity.
    pub path: &'c str,
    /// What the collection's settings say of the file, where the article does not say otherwise.
    pub settings: Metadata,
    /// Local time of the file's last change, given only where the settings take it for the publication date.
    pub file_time: Option<NaiveDateTime>,
}

/// Why a raw article is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    #[error("{path}:{line}: has neither headline nor text")]
    NoText { path: String, line: u32 },
}

impl Article {
    /// Makes an article of what an input gave: clean text, parsed date and places, spans of paragraphs and sentences.
    ///
    /// # Errors
    /// Where nothing to read is left once the text is clean.
    pub fn from_raw(raw: RawArticle, context: &Context<'_>) -> Result<Self, ArticleError> {
        let id = ArticleId::of(&raw, context.collection, context.path);
        let path = match &raw.inside {
            Some(inside) => format!("{}!{inside}", context.path),
            None => context.path.to_owned(),
        };
        if raw.body.trim().is_empty() && raw.headline.is_none() {
            return Err(ArticleError::NoText { path, line: raw.line });
        }
        let witnesses = Witnesses {
            printed: raw.published.as_deref(),
            is_metadata: raw.published_is_metadata,
            dateline: raw.dateline.as_deref().and_then(date::find_day),
            path: date::path_date(&path),
            file_time: context.file_time,
        };
        let (published, date_from) = published::find(&witnesses, &context.settings).unzip();
        let paragraphs = if raw.body.is_empty() { Vec::new() } else { vec![Span::new(0, raw.body.len())] };
        Ok(Self {
            id,
            key: raw.key,
            path,
            line: raw.line,
            headline: raw.headline,
            published,
            date_from,
            dateline: None,
            byline: raw.byline,
            outlet: raw.outlet.or_else(|| context.settings.outlet.clone()),
            language: raw.language.or_else(|| context.settings.language.clone()),
            url: raw.url,
            sentences: paragraphs.clone(),
            paragraphs,
            body: raw.body,
        })
    }
}

impl ArticleId {
    /// Identifies an article by collection, path of its input and its place in the input.
    pub fn of(raw: &RawArticle, collection: &str, path: &str) -> Self {
        Self::at(collection, path, raw.identity())
    }

    /// Identifies the article that has this `RawArticle::identity` in the input at `path`.
    pub fn at(collection: &str, path: &str, identity: u64) -> Self {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for part in [collection.as_bytes(), path.as_bytes(), &identity.to_le_bytes()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.digest())
    }
}
