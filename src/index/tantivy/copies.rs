//! In: a document. Out: the documents with the same words, or nearly the same.

use std::collections::{BTreeMap, HashSet};

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::collect;
use super::document::{marked_body, marked_statement};
use super::input_document::InputRecordError;
use super::read::{Archive, Question};
use crate::article::Article;
use crate::index::keys::{Sketch, shingles};
use crate::index::marks::Marked;
use crate::index::variant::is_variant;
use crate::index::words;
use crate::search::Target;

/// Share of their shingles that two articles must have in common to be told once: reprints that were cut by a third or
/// got a paragraph of their own do, reports on the same event by two hands do not.
const LEAST_ALIKE: f64 = 0.6;

/// Most articles that are compared with one: bands of boilerplate are shared by thousands. Those that share most bands
/// come first.
const MOST_COMPARED: usize = 500;

/// The same for statements, of which no sketch is kept: each is read to be compared, and many begin alike.
const MOST_STATEMENTS_COMPARED: usize = 50;

/// Statements of fewer words are one only where one person may have made both: "No comment" is everybody's.
const EVERYBODYS_WORDS: usize = 8;

impl Archive {
    /// Returns where the other documents stand that say what this one says, word for word or nearly so.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn copies(&self, address: DocAddress, target: Target) -> Result<Vec<DocAddress>, InputRecordError> {
        let mut copies = self.same_words(address, target)?;
        let same: HashSet<DocAddress> = copies.iter().copied().collect();
        let near: Vec<DocAddress> =
            self.sharing_bands(address)?.into_iter().filter(|other| !same.contains(other)).collect();
        match target {
            Target::Articles => copies.extend(self.articles_alike(address, near)?),
            Target::Statements => copies = self.statements_alike(address, copies, near)?,
        }
        Ok(copies)
    }

    fn statements_alike(
        &self,
        address: DocAddress,
        same_words: Vec<DocAddress>,
        near: Vec<DocAddress>,
    ) -> Result<Vec<DocAddress>, InputRecordError> {
        let mut alike = Vec::new();
        if same_words.is_empty() && near.is_empty() {
            return Ok(alike);
        }
        let own = Said::read(self, address)?;
        if own.words.words.len() >= EVERYBODYS_WORDS {
            alike = same_words;
        } else {
            for other in same_words {
                if own.may_be_of_speaker_of(&Said::read(self, other)?) {
                    alike.push(other);
                }
            }
        }
        for other in near.into_iter().take(MOST_STATEMENTS_COMPARED) {
            let said = Said::read(self, other)?;
            if own.may_be_of_speaker_of(&said) && own.is_variant_of(&said) {
                alike.push(other);
            }
        }
        Ok(alike)
    }

    /// Returns where the other documents of the kind stand that have the same words as this one.
    fn same_words(&self, address: DocAddress, target: Target) -> tantivy::Result<Vec<DocAddress>> {
        let mut copies = Vec::new();
        for copy in self.standing("copies", self.copies_key(address)?)? {
            // An article may be nothing but what somebody said.
            if copy != address && self.is_article(copy)? == (target == Target::Articles) {
                copies.push(copy);
            }
        }
        Ok(copies)
    }

    /// Returns where other documents stand that may have nearly the same words, those first that share most with it.
    fn sharing_bands(&self, address: DocAddress) -> tantivy::Result<Vec<DocAddress>> {
        let columns = self.searcher().segment_reader(address.segment_ord).fast_fields();
        let Some(bands) = columns.column_opt::<u64>("bands")? else { return Ok(Vec::new()) };
        let mut shared: BTreeMap<DocAddress, usize> = BTreeMap::new();
        for band in bands.values_for_doc(address.doc_id) {
            for other in self.standing("bands", band)? {
                *shared.entry(other).or_default() += 1;
            }
        }
        shared.remove(&address);
        let mut sharing: Vec<(usize, DocAddress)> = shared.into_iter().map(|(other, count)| (count, other)).collect();
        sharing.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(sharing.into_iter().map(|(_, other)| other).collect())
    }

    fn articles_alike(
        &self,
        address: DocAddress,
        candidates: Vec<DocAddress>,
    ) -> Result<Vec<DocAddress>, InputRecordError> {
        let candidates = self.alike_by_sketch(address, candidates)?;
        if candidates.is_empty() {
            return Ok(candidates);
        }
        let own = shingles_of(&self.article_of(address)?.article);
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

    /// Returns those articles that may have most of their words in common with one, as far as columns tell.
    fn alike_by_sketch(&self, address: DocAddress, candidates: Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>> {
        if candidates.is_empty() {
            return Ok(candidates);
        }
        let columns = |segment: &SegmentReader| segment.fast_fields().u64("sketch");
        let columns = self.searcher().segment_readers().iter().map(columns).collect::<tantivy::Result<Vec<_>>>()?;
        let sketch = |at: DocAddress| columns[at.segment_ord as usize].first(at.doc_id).map(Sketch);
        let own = sketch(address).unwrap_or_default();
        let alike = |other: &DocAddress| sketch(*other).is_some_and(|other| own.may_be_alike(other));
        Ok(candidates.into_iter().filter(alike).collect())
    }

    /// Returns where the living documents stand that have a number in a field.
    pub(super) fn standing(&self, field: &str, number: u64) -> tantivy::Result<Vec<DocAddress>> {
        let term = Term::from_field_u64(self.schema().field(field), number);
        let mut found = Vec::new();
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

fn shingles_of(article: &Article) -> HashSet<u64> {
    let words = marked_body(article).words;
    shingles(words.iter().filter(|word| word.parts == 1).map(|word| word.folded)).into_iter().collect()
}

/// What decides whether two statements are one.
struct Said {
    words: Marked,
    language: Option<String>,
    /// Words of the speaker's name; none where the article gives no name.
    speaker: Vec<String>,
}

impl Said {
    fn read(archive: &Archive, address: DocAddress) -> Result<Self, InputRecordError> {
        let (stored, statement) = archive.article_and_statement(address)?;
        let name = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_deref()).unwrap_or_default();
        Ok(Self {
            words: marked_statement(&stored.article, &statement),
            speaker: words::cut(name).into_iter().map(|word| word.folded).collect(),
            language: stored.article.language,
        })
    }

    /// Whether nothing says that two people said it: their names share a word, or one is not told.
    fn may_be_of_speaker_of(&self, other: &Self) -> bool {
        self.speaker.is_empty()
            || other.speaker.is_empty()
            || self.speaker.iter().any(|word| other.speaker.contains(word))
    }

    fn is_variant_of(&self, other: &Self) -> bool {
        let (own, others) = (self.single_words(), other.single_words());
        is_variant(&own, &others, self.language.as_deref())
    }

    fn single_words(&self) -> Vec<&str> {
        self.words.words.iter().filter(|word| word.parts == 1).map(|word| word.folded).collect()
    }
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
