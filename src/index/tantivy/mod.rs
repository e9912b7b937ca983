//! The engine: tantivy, one index, three kinds of document in blocks of an article and its statements.

/// When documents were indexed first, and what was known before.
pub mod added;
/// Documents on their way to the engine, cut into terms.
pub mod block;
/// Lists of bands, in memory.
mod buckets;
/// Bytes of lists that grow.
mod chains;
/// Clauses that may be explained for any document.
mod clauses;
/// Which documents, in which order.
pub mod collect;
/// Documents with the same words, or nearly.
pub mod copies;
/// A text as the terms it leaves.
mod cut;
/// Hits counted by day.
mod days;
/// Deletes that spare what is written after them.
mod deletes;
/// Dictionaries of fields, written.
mod dictionary;
/// Articles and statements as documents.
pub mod document;
/// Documents that one of a few filters keeps.
mod either;
/// How a score came about.
mod explanation;
/// Values counted over the documents of a question.
pub mod facets;
/// The writer over a system that fails.
#[cfg(test)]
mod faults;
/// Posting lists of one field, written.
mod field_writer;
/// Where words at positions stand in a segment.
mod finder;
/// Many posting lists of one word.
mod gathered;
/// One generation opened.
pub mod generation;
/// The first documents of each of some values.
pub mod grouped;
/// What holders of an office said.
mod in_office;
/// Inputs as documents.
pub mod input_document;
/// Words at positions as the engine's query.
mod interval;
/// Files of posting lists.
mod inverted;
/// From articles to their statements and back.
mod join;
/// What a query is about.
mod kinds;
/// Values of a column of texts by their numbers.
mod labels;
/// One word of a query and its posting lists.
mod leaf;
/// The documents of one term.
mod listed;
/// Queries as the engine's queries.
pub mod lower;
/// Which segments become one.
mod merges;
/// Names, places and offices as the engine's queries.
pub mod names;
/// What lifts documents above others that hold the same words.
mod nearness;
/// Where the statements of an article stand.
mod neighbours;
/// Numbers in few bytes.
mod numbers;
/// Whether the file of an article is as it was.
pub mod on_disk;
mod one_by_one;
/// Documents that hold one word.
mod one_word;
/// Documents that hold a word of a pattern.
mod patterned;
/// Names of one speaker, and spellings of one role, as one number.
pub mod persons;
/// Posting lists of names, exact values and numbers, in memory.
mod postings;
/// A scorer asked for single documents.
mod probe;
/// Documents published within some days.
mod published;
/// A query put to an archive.
pub mod question;
/// A commit opened to be asked.
pub mod read;
/// The files of an index with advice to the system.
#[cfg(unix)]
mod read_ahead;
/// Articles found by what a citation says of them.
mod referred;
/// What a rebuild must not lose.
pub mod remains;
/// The engine's schema, made from `FIELDS`.
pub mod schema;
mod scored;
/// A segment, built from blocks.
mod segment;
/// Single words in a row or near each other.
mod side_by_side;
/// Names, roles and days of speakers, read from columns.
pub mod speakers;
/// What the last commit knows of inputs and members.
pub mod state;
/// Statistics of one kind of document.
mod statistics;
/// Stored blocks, read back.
pub mod stored;
/// Posting lists of running texts, in memory.
mod texts;
/// Terms to numbers, as dictionaries hold them.
mod transducer;
/// Values of fields, read from the columns of a segment.
mod values;
/// Documents that hold all of several words, by windows of a segment.
mod windows;
/// A word in several fields at once.
mod word;
/// The one writer.
pub mod write;

pub use schema::{SCHEMA_VERSION, Schema};
