//! Who said what, when and where: full-text search over an archive of news.
//!
//! Modules stand in the order an article travels, then the order a query does.

/// Settings: defaults, `dateline.toml`, environment and options, and where each came from.
pub mod config;
/// 1: walk, decompress, decode, recognise the format, split into raw articles.
pub mod input;
/// 2: raw article to article: clean text, dates, places, paragraphs, sentences.
pub mod article;
/// 3: article to statements: who said which words, and when.
pub mod statement;
/// 3b: names, roles and the authority that joins one person's names across articles.
pub mod speaker;
/// What is true of one language: word lists and a little code.
pub mod language;
/// 4: query text to tree to query.
pub mod query;
/// 5: fields, documents, the tantivy engine.
pub mod index;
/// 6: a page of results to text, JSON, CSV, citations and feeds.
pub mod output;

/// Journey 1 without its end: what would be indexed.
pub mod extract;
/// Journey 1: inputs to articles to statements to index, and the counts.
pub mod ingest;
/// Journey 2: query text to query to hits to a page of results.
pub mod search;
/// Hits over time.
pub mod timeline;
/// Where words first appeared and who repeated them.
pub mod trace;
/// The last commit of an index, followed by programs that stay.
#[cfg(any(feature = "web", feature = "mcp"))]
pub mod library;
/// Another door: pages, an HTTP API and feeds.
#[cfg(feature = "web")]
pub mod web;
/// Another door: tools for language models.
#[cfg(feature = "mcp")]
pub mod mcp;
