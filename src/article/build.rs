//! `Article::from_raw`: the one way to make an article.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime};

use super::clean::{clean_body, clean_line};
use super::published::Witnesses;
use super::{Article, ArticleId, Dateline, Published, Span, byline, date, dateline, language, published, sentence};
use crate::config::Metadata;
use crate::input::RawArticle;

/// What is known of an article from where it stands: settings of its collection and facts about its file.
#[derive(Clone, Debug, Default)]
pub struct Context<'c> {
    /// The article's identity, where it is known.
    pub id: Option<ArticleId>,
    /// Name of the collection; part of the article's identity.
    pub collection: &'c str,
    /// Path of the input, relative to the collection's root; part of the article's identity.
    pub path: &'c str,
    /// What the collection's settings say of the file, where the article does not say otherwise.
    pub settings: Metadata,
    /// Local time of the file's last change, given only where the settings take it for the publication date.
    pub file_time: Option<NaiveDateTime>,
}

/// Returns the local time of a file's last change, in nanoseconds since 1970, where the settings date articles by it.
pub fn file_time(settings: &Metadata, modified_ns: i64) -> Option<NaiveDateTime> {
    settings.file_time.filter(|&dates| dates)?;
    let moment = DateTime::from_timestamp_nanos(modified_ns);
    Some(settings.time_zone.map_or(moment.naive_utc(), |zone| moment.with_timezone(&zone).naive_local()))
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
        let id = context.id.unwrap_or_else(|| ArticleId::of(&raw, context.collection, context.path));
        let path = match &raw.inside {
            Some(inside) => format!("{}!{inside}", context.path),
            None => context.path.to_owned(),
        };
        let headline = cleaned(raw.headline);
        let body = if raw.verbatim { raw.body } else { owned(clean_body(&raw.body)).unwrap_or(raw.body) };
        if headline.is_none() && !body.chars().any(char::is_alphanumeric) {
            return Err(ArticleError::NoText { path, line: raw.line });
        }
        let settings = &context.settings;
        let paragraphs = sentence::paragraphs(&body);
        let printed_dateline = match raw.dateline.as_deref().and_then(dateline::apart) {
            Some(apart) => Some((apart, None)),
            None => dateline::find(&body, &paragraphs).map(|(opening, span)| (opening, Some(span))),
        };
        let witnesses = Witnesses {
            printed: raw.published.as_deref(),
            is_metadata: raw.published_is_metadata,
            dateline: printed_dateline.as_ref().and_then(|(opening, _)| opening.day),
            path: date::path_date(&path),
            file_time: context.file_time,
        };
        let (published, date_from) = published::find(&witnesses, settings).unzip();
        let known_day = published.map(|published: Published| published.day).or_else(|| witnesses.path.about());
        let dateline = match printed_dateline {
            Some((opening, span)) => Some(Dateline {
                date: opening.day.and_then(|day| known_day.map_or_else(|| day.date(), |known| day.nearest(known))),
                places: opening.places,
                agency: opening.agency,
                span,
            }),
            None => located(raw.location.as_deref()).or_else(|| located(settings.location.as_deref())),
        };
        let language = cleaned(raw.language).as_deref().and_then(language::code_of);
        let language =
            language.or_else(|| settings.language.clone()).or_else(|| language::detect(headline.as_deref(), &body));
        Ok(Self {
            id,
            key: raw.key,
            path,
            line: raw.line,
            headline,
            published,
            date_from,
            dateline,
            byline: byline_of(&raw.byline, &body, &paragraphs, settings),
            outlet: cleaned(raw.outlet).or_else(|| settings.outlet.clone()),
            sentences: sentence::sentences(&body, &paragraphs, language.as_deref()),
            language,
            url: cleaned(raw.url),
            paragraphs,
            body,
        })
    }
}

/// Returns a field as one clean line; none where nothing is left.
fn cleaned(field: Option<String>) -> Option<String> {
    let field = field?;
    let line = owned(clean_line(&field)).unwrap_or(field);
    (!line.is_empty()).then_some(line)
}

fn owned(text: Cow<'_, str>) -> Option<String> {
    match text {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

fn located(location: Option<&str>) -> Option<Dateline> {
    let places = dateline::location(location?);
    (!places.is_empty()).then(|| Dateline { places, ..Dateline::default() })
}

/// Returns who wrote the article: by its byline, else its signature, else the settings.
fn byline_of(printed: &[String], body: &str, paragraphs: &[Span], settings: &Metadata) -> Vec<String> {
    /// Behind the signature may stand an address, a copyright and a link.
    const DEEPEST: usize = 4;
    let mut names: Vec<String> = Vec::new();
    for name in printed.iter().flat_map(|printed| byline::names(&clean_line(printed))) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        let ends = paragraphs.iter().rev().take(DEEPEST);
        names = ends.map(|end| byline::signature(end.of(body))).find(|names| !names.is_empty()).unwrap_or_default();
    }
    if names.is_empty()
        && let Some(byline) = &settings.byline
    {
        names = byline::names(byline);
    }
    names
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_date_articles_only_where_settings_say_so() {
        let tehran = Some(chrono_tz::Asia::Tehran);
        let rows = [
            (Some(true), None, Some("2025-09-02 20:30:00")),
            (Some(true), tehran, Some("2025-09-03 00:00:00")),
            (Some(false), None, None),
            (None, tehran, None),
        ];
        for (dates, time_zone, expected) in rows {
            let settings = Metadata { file_time: dates, time_zone, ..Metadata::default() };
            let found = file_time(&settings, 1_756_845_000_000_000_000).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{dates:?} {time_zone:?}");
        }
    }
}
