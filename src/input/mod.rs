//! In: paths. Out: `RawArticle`s, or why an input or one record of it was `Rejected`.
//!
//! 1. walk 2. decompress 3. decode 4. recognise the format 5. split into members
//!
//! `FORMATS` is the one list of formats; adding one adds a file here and a row there.

/// One article as its input gave it: nothing parsed, nothing guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawArticle {
    /// The id that the input gives the article.
    pub key: Option<String>,
    /// Line of the input on which the article starts, from 1.
    pub line: u32,
    pub headline: Option<String>,
    /// As printed: `September 2, 2025 - 20:48`, `2-MAR-1987 16:51:43.42`.
    pub published: Option<String>,
    /// Whether `published` came from metadata rather than from a line of the page.
    pub published_is_metadata: bool,
    /// The dateline where the input holds it apart from the body.
    pub dateline: Option<String>,
    /// A place named by metadata.
    pub location: Option<String>,
    pub byline: Vec<String>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub body: String,
    /// Whether the body is to be kept word for word, as that of JSON is.
    pub verbatim: bool,
}
