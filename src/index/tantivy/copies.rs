//! In: documents. Out: which of them say the same, word for word or nearly.
//!
//! Columns decide it, so that no document is read for it.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentOrdinal, SegmentReader, TERMINATED, Term};

use super::added::Added;
use super::collect;
use super::labels::labels;
use super::neighbours::Neighbours;
use super::question::Question;
use super::read::Archive;
use super::schema::Schema;
use crate::index::bands::Place;
use crate::index::keys::{BANDS, SAID_BANDS, Sketch};
use crate::index::variant::is_variant;
use crate::index::word_codes::unpacked;
use crate::index::words;
use crate::search::Target;

/// Most statements that are compared with one: many begin alike. Those that share most bands come first.
const MOST_COMPARED: usize = 1_000;

/// Statements of fewer words are one only where one person may have made both: "No comment" is everybody's.
const EVERYBODYS_WORDS: u32 = 8;

/// The columns of a segment that tell copies apart, each opened where it is first needed.
pub struct CopyColumns {
    segment: SegmentReader,
    copies: OnceLock<Column<u64>>,
    bands: OnceLock<Column<u64>>,
    sketch: OnceLock<Column<u64>>,
    /// Of articles, how many statements each has.
    statements: OnceLock<Column<u64>>,
    codes: OnceLock<Column<u64>>,
    /// None where nobody of the segment has a name.
    speakers: OnceLock<Option<StrColumn>>,
    said_lengths: OnceLock<Option<FieldNormReader>>,
    added: OnceLock<Added>,
}

impl CopyColumns {
    pub fn new(segment: &SegmentReader) -> Self {
        Self {
            segment: segment.clone(),
            copies: OnceLock::new(),
            bands: OnceLock::new(),
            sketch: OnceLock::new(),
            statements: OnceLock::new(),
            codes: OnceLock::new(),
            speakers: OnceLock::new(),
            said_lengths: OnceLock::new(),
            added: OnceLock::new(),
        }
    }

    /// Returns the names of speakers; none where nobody of the segment has one.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn speakers(&self) -> tantivy::Result<Option<&StrColumn>> {
        Ok(opened(&self.speakers, || self.segment.fast_fields().str("speaker"))?.as_ref())
    }

    fn numbers<'c>(&self, column: &'c OnceLock<Column<u64>>, name: &str) -> tantivy::Result<&'c Column<u64>> {
        opened(column, || {
            let column = self.segment.fast_fields().column_opt::<u64>(name)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(self.segment.max_doc())))
        })
    }

    /// Whether a document is an article. The column that leads from statements to theirs tells it too, but to open that one
    /// takes as long as a question for a word.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn is_article(&self, doc: DocId) -> tantivy::Result<bool> {
        Ok(self.numbers(&self.statements, "statements")?.first(doc).is_some())
    }

    /// Returns the statements of an article.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn statements_of(&self, article: DocId) -> tantivy::Result<Range<DocId>> {
        let count = self.numbers(&self.statements, "statements")?.first(article);
        Ok(Neighbours::statements_behind(article, count.unwrap_or_default()))
    }

    /// Returns when documents were indexed.
    ///
    /// # Errors
    /// If the columns cannot be read.
    pub fn added(&self) -> tantivy::Result<&Added> {
        opened(&self.added, || Added::open(&self.segment))
    }

    fn sketch(&self, doc: DocId) -> tantivy::Result<Sketch> {
        let mut sketch = Sketch::default();
        let numbers = self.numbers(&self.sketch, "sketch")?.values_for_doc(doc);
        sketch.0.iter_mut().zip(numbers).for_each(|(own, number)| *own = number);
        Ok(sketch)
    }

    /// Returns the key that documents of the same words share; none of one without words.
    fn copies(&self, doc: DocId) -> tantivy::Result<Option<u64>> {
        // Of no words it is 0, and they are nobody's copy.
        Ok(self.numbers(&self.copies, "copies")?.first(doc).filter(|key| *key != 0))
    }

    fn is_alike(&self, doc: DocId, sketch: Sketch) -> tantivy::Result<bool> {
        Ok(sketch.is_alike_to(self.numbers(&self.sketch, "sketch")?.values_for_doc(doc)))
    }

    fn codes(&self, doc: DocId) -> tantivy::Result<Vec<u8>> {
        Ok(unpacked(self.numbers(&self.codes, "said_codes")?.values_for_doc(doc)))
    }

    fn words_said(&self, doc: DocId, schema: &Schema) -> tantivy::Result<u32> {
        let norms = || self.segment.fieldnorms_readers().get_field(schema.field("said"));
        Ok(opened(&self.said_lengths, norms)?.as_ref().map_or(0, |lengths| lengths.fieldnorm(doc)))
    }

    fn imprint(&self, address: DocAddress, target: Target) -> tantivy::Result<Imprint> {
        let doc = address.doc_id;
        let mut bands = [NO_BAND; MOST_BANDS];
        let numbers = self.numbers(&self.bands, "bands")?.values_for_doc(doc);
        bands.iter_mut().zip(numbers).for_each(|(own, number)| *own = number);
        let codes = match target {
            Target::Articles => Vec::new(),
            Target::Statements => self.codes(doc)?,
        };
        Ok(Imprint { address, copies: self.copies(doc)?, bands, codes })
    }
}

/// Returns what is opened where it is first needed.
fn opened<T>(known: &OnceLock<T>, open: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<&T> {
    if let Some(known) = known.get() {
        return Ok(known);
    }
    let opened = open()?;
    Ok(known.get_or_init(|| opened))
}

/// What columns tell of a document that others may be like.
#[derive(Clone, Debug)]
pub struct Imprint {
    pub address: DocAddress,
    copies: Option<u64>,
    bands: [u64; MOST_BANDS],
    /// Of a statement. Of an article the sketch is read where it is compared, which few are.
    codes: Vec<u8>,
}

const MOST_BANDS: usize = if BANDS > SAID_BANDS { BANDS } else { SAID_BANDS };
/// Above every band.
const NO_BAND: u64 = u64::MAX;
/// Tells keys of copies from bands.
const KEY_OF_COPIES: u64 = 1 << 63;

impl Imprint {
    /// Returns numbers of which documents that say the same share one.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        let copies = self.copies.map(|key| key | KEY_OF_COPIES);
        copies.into_iter().chain(self.bands())
    }

    /// Returns the key that documents of the same words share; none of one without words.
    pub fn copies(&self) -> Option<u64> {
        self.copies
    }

    fn bands(&self) -> impl Iterator<Item = u64> {
        self.bands.into_iter().filter(|band| *band != NO_BAND)
    }

    fn has_words_of(&self, other: &Self) -> bool {
        self.copies.is_some() && self.copies == other.copies
    }

    fn shares_band(&self, other: &Self) -> bool {
        self.bands().any(|band| other.bands.contains(&band))
    }
}

/// Where the documents stand that say what another one says.
#[derive(Debug, Default)]
pub struct CopiesFound {
    /// Those of the same words.
    pub same: Vec<DocAddress>,
    /// Those of nearly the same words.
    pub near: Vec<DocAddress>,
}

impl CopiesFound {
    pub fn iter(&self) -> impl Iterator<Item = DocAddress> {
        self.same.iter().chain(&self.near).copied()
    }
}

/// Tells whether documents of one kind say the same.
pub struct Comparison<'a> {
    archive: &'a Archive,
    target: Target,
    names: Mutex<HashMap<Speaker, Arc<[String]>>>,
}

impl<'a> Comparison<'a> {
    pub fn new(archive: &'a Archive, target: Target) -> Self {
        Self { archive, target, names: Mutex::default() }
    }

    /// Returns how many documents are compared with one at most.
    pub fn most_compared(&self) -> usize {
        if self.target == Target::Statements { MOST_COMPARED } else { usize::MAX }
    }

    /// Returns what columns tell of a document.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn imprint(&self, address: DocAddress) -> tantivy::Result<Imprint> {
        self.archive.copy_columns(address.segment_ord).imprint(address, self.target)
    }

    /// Returns whether two documents say the same, word for word or nearly so.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn are_one(&self, a: &Imprint, b: &Imprint) -> tantivy::Result<bool> {
        if a.has_words_of(b) {
            return self.are_one_of_same_words(a.address, b.address);
        }
        Ok(a.shares_band(b)
            && match self.target {
                Target::Articles => self.is_alike(b.address, self.sketch(a.address)?)?,
                Target::Statements => is_variant(&a.codes, &b.codes) && self.may_be_of_one(a.address, b.address)?,
            })
    }

    fn are_one_of_same_words(&self, a: DocAddress, b: DocAddress) -> tantivy::Result<bool> {
        Ok(self.target == Target::Articles || self.words_said(a)? >= EVERYBODYS_WORDS || self.may_be_of_one(a, b)?)
    }

    fn sketch(&self, article: DocAddress) -> tantivy::Result<Sketch> {
        self.archive.copy_columns(article.segment_ord).sketch(article.doc_id)
    }

    fn is_alike(&self, article: DocAddress, sketch: Sketch) -> tantivy::Result<bool> {
        self.archive.copy_columns(article.segment_ord).is_alike(article.doc_id, sketch)
    }

    /// Returns where the other living documents stand that say what one says, as far as `wanted` keeps them.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn copies(
        &self,
        own: &Imprint,
        wanted: impl Fn(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    ) -> tantivy::Result<CopiesFound> {
        let mut found = CopiesFound::default();
        let sharing = match self.target {
            Target::Articles => self.alike(own)?,
            Target::Statements => self.sharing_bands(own)?,
        };
        let (mut same, mut near) = (Vec::new(), Vec::with_capacity(sharing.len()));
        // Those of the same words share all bands, but for what one list tells of a document: not more than one band.
        let most = if self.target == Target::Articles { 1 } else { own.bands().count() };
        for (address, shared) in sharing.into_iter().filter(|(address, _)| *address != own.address) {
            if 2 * shared >= most && self.has_words_of(address, own)? {
                same.push(address);
            } else {
                near.push((address, shared));
            }
        }
        for address in wanted(same)? {
            if self.are_one_of_same_words(own.address, address)? {
                found.same.push(address);
            }
        }
        let near_wanted = wanted(near.iter().map(|(address, _)| *address).collect())?;
        if self.target == Target::Articles {
            found.near = near_wanted;
            return Ok(found);
        }
        let mut kept = near_wanted.into_iter().peekable();
        let mut near: Vec<_> = near.into_iter().filter(|(address, _)| kept.next_if_eq(address).is_some()).collect();
        near.sort_by_key(|(address, shared)| (std::cmp::Reverse(*shared), *address));
        let mut variants = Vec::new();
        for (address, _) in near.into_iter().take(MOST_COMPARED) {
            if self.archive.deadline().is_over() {
                break;
            }
            let codes = self.archive.copy_columns(address.segment_ord).codes(address.doc_id)?;
            if is_variant(&own.codes, &codes) {
                variants.push(address);
            }
        }
        self.learn_names(&variants)?;
        for address in variants {
            if self.may_be_of_one(own.address, address)? {
                found.near.push(address);
            }
        }
        Ok(found)
    }

    fn has_words_of(&self, address: DocAddress, own: &Imprint) -> tantivy::Result<bool> {
        let copies = self.archive.copy_columns(address.segment_ord).copies(address.doc_id)?;
        Ok(copies.is_some() && copies == own.copies)
    }

    /// Returns whether `is_meant` says so of a living document of the same words, which may be itself.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn any_of_same_words(
        &self,
        own: &Imprint,
        is_meant: impl Fn(DocAddress) -> tantivy::Result<bool>,
    ) -> tantivy::Result<bool> {
        // The first band of a document always stands in its list.
        let Some(band) = own.bands().next() else { return Ok(false) };
        let mut is_any = false;
        self.archive.each_with_band(band, |address| {
            is_any = self.has_words_of(address, own)? && is_meant(address)?;
            Ok(if is_any { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(is_any)
    }

    /// Returns where articles stand that share a band with one and have most of their runs of words in common with it, in
    /// order, each with 1.
    fn alike(&self, own: &Imprint) -> tantivy::Result<Vec<(DocAddress, usize)>> {
        let sketch = self.sketch(own.address)?;
        let mut alike = Vec::new();
        for band in own.bands() {
            self.archive.each_with_band(band, |address| {
                if self.is_alike(address, sketch)? {
                    alike.push((address, 1));
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        alike.sort_unstable();
        alike.dedup();
        Ok(alike)
    }

    /// Returns where statements stand that share bands with one, in order, and how many bands they share.
    fn sharing_bands(&self, own: &Imprint) -> tantivy::Result<Vec<(DocAddress, usize)>> {
        let mut found = Vec::new();
        for band in own.bands() {
            self.archive.each_with_band(band, |address| {
                found.push(address);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        // Not `sort_unstable`: these are a few lists that are in order already.
        found.sort();
        Ok(found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect())
    }

    /// Whether nothing says that two people made two statements: their names share a word, or one is not told.
    fn may_be_of_one(&self, a: DocAddress, b: DocAddress) -> tantivy::Result<bool> {
        let (Some(a), Some(b)) = (self.speaker(a)?, self.speaker(b)?) else { return Ok(true) };
        if a == b {
            return Ok(true);
        }
        let (a, b) = (self.words_of_name(a)?, self.words_of_name(b)?);
        Ok(a.is_empty() || b.is_empty() || a.iter().any(|word| b.contains(word)))
    }

    fn words_said(&self, address: DocAddress) -> tantivy::Result<u32> {
        self.archive.copy_columns(address.segment_ord).words_said(address.doc_id, self.archive.schema())
    }

    fn speaker(&self, address: DocAddress) -> tantivy::Result<Option<Speaker>> {
        let speakers = self.archive.copy_columns(address.segment_ord).speakers()?;
        let name = speakers.and_then(|speakers| speakers.ords().first(address.doc_id));
        Ok(name.map(|name| Speaker { segment: address.segment_ord, name }))
    }

    fn names(&self) -> MutexGuard<'_, HashMap<Speaker, Arc<[String]>>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the names of those who made statements, all of a segment in one go: one by one, each would unpack a block of
    /// the column's dictionary.
    fn learn_names(&self, statements: &[DocAddress]) -> tantivy::Result<()> {
        let mut unknown = Vec::new();
        for &statement in statements {
            unknown.extend(self.speaker(statement)?.filter(|speaker| !self.names().contains_key(speaker)));
        }
        unknown.sort_unstable();
        unknown.dedup();
        for of_segment in unknown.chunk_by(|a, b| a.segment == b.segment) {
            let Some(column) = self.archive.copy_columns(of_segment[0].segment).speakers()? else { continue };
            let numbers: Vec<u64> = of_segment.iter().map(|speaker| speaker.name).collect();
            for (speaker, name) in of_segment.iter().zip(labels(column, &numbers)?) {
                self.names().insert(*speaker, words_of(&name));
            }
        }
        Ok(())
    }

    fn words_of_name(&self, speaker: Speaker) -> tantivy::Result<Arc<[String]>> {
        if let Some(words) = self.names().get(&speaker) {
            return Ok(Arc::clone(words));
        }
        let mut name = String::new();
        if let Some(speakers) = self.archive.copy_columns(speaker.segment).speakers()? {
            speakers.ord_to_str(speaker.name, &mut name)?;
        }
        let words = words_of(&name);
        self.names().insert(speaker, Arc::clone(&words));
        Ok(words)
    }
}

fn words_of(name: &str) -> Arc<[String]> {
    words::cut(name).into_iter().map(|word| word.folded).collect()
}

/// A name in the column of speakers of a segment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Speaker {
    segment: SegmentOrdinal,
    name: u64,
}

impl Archive {
    /// Returns where the living documents stand that have a term, in order.
    pub(super) fn standing_with(&self, term: &Term) -> tantivy::Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        self.each_with(term, IndexRecordOption::Basic, |address, _| {
            found.push(address);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Hands over where the living documents stand that have a band, in order, for as long as that goes on.
    fn each_with_band(
        &self,
        band: u64,
        mut hand_over: impl FnMut(DocAddress) -> tantivy::Result<ControlFlow<()>>,
    ) -> tantivy::Result<()> {
        let Place { bucket, frequency } = Place::of(band);
        let term = Term::from_field_text(self.schema().field("buckets"), &Place::term(bucket));
        self.each_with(&term, IndexRecordOption::WithFreqs, |address, often| {
            if often == frequency { hand_over(address) } else { Ok(ControlFlow::Continue(())) }
        })
    }

    /// Hands over where the living documents stand that have a term, in order, with how often it is said to stand there,
    /// for as long as that goes on.
    fn each_with(
        &self,
        term: &Term,
        option: IndexRecordOption,
        mut hand_over: impl FnMut(DocAddress, u32) -> tantivy::Result<ControlFlow<()>>,
    ) -> tantivy::Result<()> {
        for (ordinal, segment) in (0..).zip(self.searcher().segment_readers()) {
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(term, option)? else { continue };
            while postings.doc() != TERMINATED {
                let address = DocAddress::new(ordinal, postings.doc());
                if !segment.is_deleted(address.doc_id) && hand_over(address, postings.term_freq())?.is_break() {
                    return Ok(());
                }
                postings.advance();
            }
        }
        Ok(())
    }
}

impl Question<'_> {
    /// Returns which documents match, in order.
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
