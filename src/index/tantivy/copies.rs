//! In: a document. Out: the documents with the same words, and the articles with nearly the same.

use std::collections::{BTreeSet, HashSet};

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, TERMINATED, Term};

use super::collect;
use super::document::marked_body;
use super::input_document::InputRecordError;
use super::read::{Archive, Question};
use crate::article::Article;
use crate::index::keys::{bands, shingles};

/// Share of their shingles that two articles must have in common to be told once: reprints that were cut by a third or
/// got a paragraph of their own do, reports on the same event by two hands do not.
const LEAST_ALIKE: f64 = 0.6;

/// Most articles that are compared with one: bands of boilerplate are shared by thousands.
const MOST_COMPARED: usize = 500;

impl Archive {
    /// Returns where the other documents stand that have the same words as this one, of whatever kind.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn copies(&self, address: DocAddress) -> tantivy::Result<Vec<DocAddress>> {
        let columns = self.searcher().segment_reader(address.segment_ord).fast_fields();
        let key = columns.u64("copies")?.first(address.doc_id).unwrap_or_default();
        let mut copies = self.standing("copies", key)?;
        copies.retain(|copy| *copy != address);
        Ok(copies)
    }

    /// Returns where the other articles stand whose words are nearly those of the article at `address`.
    ///
    /// # Errors
    /// If an article cannot be read.
    pub fn near_copies(&self, address: DocAddress) -> Result<Vec<DocAddress>, InputRecordError> {
        let article = self.article_of(address)?.article;
        let mut candidates = BTreeSet::new();
        for band in bands_of(&article) {
            candidates.extend(self.standing("bands", band)?);
        }
        candidates.remove(&address);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let own = shingles_of(&article);
        let mut alike = Vec::new();
        for candidate in candidates.into_iter().take(MOST_COMPARED) {
            let other = shingles_of(&self.article_of(candidate)?.article);
            let shared = own.intersection(&other).count();
            let all = own.len() + other.len() - shared;
            if all > 0 && shared as f64 >= LEAST_ALIKE * all as f64 {
                alike.push(candidate);
            }
        }
        Ok(alike)
    }

    /// Returns where the living documents stand that have a number in a field.
    fn standing(&self, field: &str, number: u64) -> tantivy::Result<Vec<DocAddress>> {
        let term = Term::from_field_u64(self.schema().field(field), number);
        let mut found = Vec::new();
        if self.searcher().doc_freq(&term)? < 2 {
            // The document that is asked about, which all have.
            return Ok(found);
        }
        for (ordinal, segment) in (0..).zip(self.searcher().segment_readers()) {
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ordinal, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }
}

fn bands_of(article: &Article) -> impl Iterator<Item = u64> + use<> {
    let words = marked_body(article).words;
    bands(words.iter().filter(|word| word.parts == 1).map(|word| word.folded)).into_iter()
}

fn shingles_of(article: &Article) -> HashSet<u64> {
    let words = marked_body(article).words;
    shingles(words.iter().filter(|word| word.parts == 1).map(|word| word.folded)).into_iter().collect()
}

impl Question<'_> {
    /// Returns which documents match.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn matching(&self, mut addresses: Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>> {
        addresses.sort_unstable();
        addresses.dedup();
        let mut found = Vec::new();
        for addresses in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let ordinal = addresses[0].segment_ord;
            let docs: Vec<DocId> = addresses.iter().map(|address| address.doc_id).collect();
            let matching = collect::matching(&self.segments()[ordinal as usize], self.unranked(), &docs)?;
            found.extend(matching.into_iter().map(|doc| DocAddress::new(ordinal, doc)));
        }
        Ok(found)
    }
}
