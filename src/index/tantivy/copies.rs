//! In: documents. Out: which of them say the same, word for word or nearly.
//!
//! Columns decide it for articles. Of statements they tell which may be one; whether one is the other trimmed or
//! re-worded, their words must be read for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentOrdinal, SegmentReader, TERMINATED, Term};

use super::collect;
use super::input_document::InputRecordError;
use super::question::Question;
use super::read::Archive;
use super::schema::Schema;
use crate::index::keys::{BANDS, Sketch};
use crate::index::variant::is_variant;
use crate::index::words::{self, Words};
use crate::search::Target;

/// Most statements whose words are read to be compared with one: many begin alike. Those that share most bands come
/// first.
const MOST_COMPARED: usize = 50;

/// Statements of fewer words are one only where one person may have made both: "No comment" is everybody's.
const EVERYBODYS_WORDS: u32 = 8;

/// Statements whose words are remembered while one question is answered.
const MOST_REMEMBERED: usize = 10_000;

/// The columns of a segment that tell copies apart.
pub struct CopyColumns {
    copies: Column<u64>,
    bands: Column<u64>,
    /// None where the segment has no article.
    sketch: Option<Column<u64>>,
    ordinals: Column<u64>,
    speakers: Option<StrColumn>,
    said_lengths: Option<FieldNormReader>,
}

impl CopyColumns {
    /// Opens those of a segment.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(segment: &SegmentReader, schema: &Schema) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let numbers = |name| -> tantivy::Result<Column<u64>> {
            let column = columns.column_opt::<u64>(name)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(segment.max_doc())))
        };
        Ok(Self {
            copies: numbers("copies")?,
            bands: numbers("bands")?,
            sketch: columns.column_opt::<u64>("sketch")?,
            ordinals: numbers("ordinal")?,
            speakers: columns.str("speaker")?,
            said_lengths: segment.fieldnorms_readers().get_field(schema.field("said"))?,
        })
    }

    /// Returns the names of speakers; none where nobody of the segment has one.
    pub fn speakers(&self) -> Option<&StrColumn> {
        self.speakers.as_ref()
    }

    fn is_of_kind(&self, doc: DocId, target: Target) -> bool {
        (self.ordinals.first(doc) == Some(0)) == (target == Target::Articles)
    }

    /// Returns the key of a document's words; none of no words, which are nobody's copy.
    fn copies(&self, doc: DocId) -> Option<u64> {
        self.copies.first(doc).filter(|key| *key != 0)
    }

    /// Whether an article that shares a key with another one may say the same.
    fn may_be_one(&self, doc: DocId, other: &Imprint) -> bool {
        other.copies.is_some() && self.copies(doc) == other.copies || self.sketch(doc).is_alike(other.sketch)
    }

    fn sketch(&self, doc: DocId) -> Sketch {
        let mut sketch = Sketch::default();
        let numbers = self.sketch.iter().flat_map(|column| column.values_for_doc(doc));
        sketch.0.iter_mut().zip(numbers).for_each(|(own, number)| *own = number);
        sketch
    }

    fn imprint(&self, address: DocAddress) -> Imprint {
        let mut bands = [NO_BAND; BANDS];
        let numbers = self.bands.values_for_doc(address.doc_id);
        bands.iter_mut().zip(numbers).for_each(|(own, number)| *own = number);
        Imprint { address, copies: self.copies(address.doc_id), bands, sketch: self.sketch(address.doc_id) }
    }
}

/// What columns tell of a document that others may be like.
#[derive(Clone, Copy, Debug)]
pub struct Imprint {
    pub address: DocAddress,
    copies: Option<u64>,
    bands: [u64; BANDS],
    sketch: Sketch,
}

/// Above every band.
const NO_BAND: u64 = u64::MAX;
/// Tells keys of copies from bands.
const KEY_OF_COPIES: u64 = 1 << 63;

impl Imprint {
    /// Returns numbers of which documents that say the same share one.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        let copies = self.copies.map(|key| key | KEY_OF_COPIES);
        copies.into_iter().chain(self.bands.into_iter().filter(|band| *band != NO_BAND))
    }

    fn has_words_of(&self, other: &Self) -> bool {
        self.copies.is_some() && self.copies == other.copies
    }

    fn shares_band(&self, other: &Self) -> bool {
        self.bands.iter().any(|band| *band != NO_BAND && other.bands.contains(band))
    }
}

/// Tells whether documents of one kind say the same; remembers what it read of them.
pub struct Comparison<'a> {
    archive: &'a Archive,
    target: Target,
    read: RefCell<HashMap<DocAddress, Rc<Said>>>,
    names: RefCell<HashMap<Speaker, Rc<[String]>>>,
}

impl<'a> Comparison<'a> {
    pub fn new(archive: &'a Archive, target: Target) -> Self {
        Self { archive, target, read: RefCell::default(), names: RefCell::default() }
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
        Ok(self.archive.copy_columns(address.segment_ord)?.imprint(address))
    }

    /// Returns whether two documents say the same, word for word or nearly so.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn are_one(&self, a: &Imprint, b: &Imprint) -> Result<bool, InputRecordError> {
        if self.target == Target::Articles {
            return Ok(a.has_words_of(b) || a.sketch.is_alike(b.sketch) && a.shares_band(b));
        }
        if a.has_words_of(b) {
            return Ok(self.words_said(a.address)? >= EVERYBODYS_WORDS || self.may_be_of_one(a.address, b.address)?);
        }
        if !a.shares_band(b) || !self.may_be_of_one(a.address, b.address)? {
            return Ok(false);
        }
        Ok(self.said(a.address)?.is_variant_of(&*self.said(b.address)?))
    }

    /// Returns where the other documents stand that say what this one says, as far as `wanted` keeps them.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn copies(
        &self,
        own: &Imprint,
        wanted: impl FnOnce(Vec<DocAddress>) -> tantivy::Result<Vec<DocAddress>>,
    ) -> Result<Vec<Imprint>, InputRecordError> {
        let shared = self.sharing(own)?;
        let mut kept = wanted(shared.iter().map(|(address, _)| *address).collect())?.into_iter().peekable();
        let mut alike = Vec::new();
        let mut near = Vec::new();
        for (address, shared) in shared {
            while kept.next_if(|kept| *kept < address).is_some() {}
            if kept.next_if_eq(&address).is_none() {
                continue;
            }
            let other = self.imprint(address)?;
            match self.target {
                Target::Statements if !own.has_words_of(&other) => near.push((shared, other)),
                _ if self.are_one(own, &other)? => alike.push(other),
                _ => {}
            }
        }
        near.sort_by_key(|(shared, other)| (std::cmp::Reverse(*shared), other.address));
        let mut compared = 0;
        for (_, other) in near {
            if compared == MOST_COMPARED {
                break;
            }
            if self.may_be_of_one(own.address, other.address)? {
                compared += 1;
                if self.said(own.address)?.is_variant_of(&*self.said(other.address)?) {
                    alike.push(other);
                }
            }
        }
        Ok(alike)
    }

    /// Returns where the other documents stand of which columns alone tell that they say what this one says.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn sure_copies(&self, own: &Imprint) -> Result<Vec<DocAddress>, InputRecordError> {
        let mut sure = Vec::new();
        for (address, _) in self.sharing(own)? {
            let other = self.imprint(address)?;
            let is_sure = self.target == Target::Articles || own.has_words_of(&other);
            if is_sure && self.are_one(own, &other)? {
                sure.push(address);
            }
        }
        Ok(sure)
    }

    /// Returns where other living documents of the kind stand that share keys with one and may say the same, in order, and
    /// how many keys they share.
    fn sharing(&self, own: &Imprint) -> tantivy::Result<Vec<(DocAddress, usize)>> {
        let mut found = Vec::new();
        for band in own.bands.into_iter().filter(|band| *band != NO_BAND) {
            self.archive.append_standing("bands", band, &mut found)?;
        }
        if let Some(copies) = own.copies {
            self.archive.append_standing("copies", copies, &mut found)?;
        }
        // Not `sort_unstable`: these are a few lists that are in order already.
        found.sort();
        let mut sharing = Vec::new();
        for same in found.chunk_by(|a, b| a == b) {
            let address = same[0];
            let columns = self.archive.copy_columns(address.segment_ord)?;
            // Thousands share a band by a sentence that all of them have.
            let may_be_one = self.target == Target::Statements || columns.may_be_one(address.doc_id, own);
            // An article may be nothing but what somebody said.
            if address != own.address && may_be_one && columns.is_of_kind(address.doc_id, self.target) {
                sharing.push((address, same.len()));
            }
        }
        Ok(sharing)
    }

    fn words_said(&self, address: DocAddress) -> tantivy::Result<u32> {
        let lengths = &self.archive.copy_columns(address.segment_ord)?.said_lengths;
        Ok(lengths.as_ref().map_or(0, |lengths| lengths.fieldnorm(address.doc_id)))
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

    fn speaker(&self, address: DocAddress) -> tantivy::Result<Option<Speaker>> {
        let speakers = &self.archive.copy_columns(address.segment_ord)?.speakers;
        let name = speakers.as_ref().and_then(|speakers| speakers.ords().first(address.doc_id));
        Ok(name.map(|name| Speaker { segment: address.segment_ord, name }))
    }

    fn words_of_name(&self, speaker: Speaker) -> tantivy::Result<Rc<[String]>> {
        if let Some(words) = self.names.borrow().get(&speaker) {
            return Ok(Rc::clone(words));
        }
        let mut name = String::new();
        if let Some(speakers) = &self.archive.copy_columns(speaker.segment)?.speakers {
            speakers.ord_to_str(speaker.name, &mut name)?;
        }
        let words: Rc<[String]> = words::cut(&name).into_iter().map(|word| word.folded).collect();
        self.names.borrow_mut().insert(speaker, Rc::clone(&words));
        Ok(words)
    }

    fn said(&self, address: DocAddress) -> Result<Rc<Said>, InputRecordError> {
        if let Some(said) = self.read.borrow().get(&address) {
            return Ok(Rc::clone(said));
        }
        let segment = self.archive.searcher().segment_reader(address.segment_ord);
        let neighbours = self.archive.neighbours()?.of(segment)?;
        let article = DocAddress::new(address.segment_ord, neighbours.article_of(address.doc_id));
        let ordinal = neighbours.ordinal(address.doc_id);
        let (words, language) = self.archive.schema().stored_words(self.archive.searcher(), article, ordinal)?;
        let said = Rc::new(Said { words, language });
        let mut read = self.read.borrow_mut();
        if read.len() >= MOST_REMEMBERED {
            read.clear();
        }
        read.insert(address, Rc::clone(&said));
        Ok(said)
    }
}

/// A name in the column of speakers of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Speaker {
    segment: SegmentOrdinal,
    name: u64,
}

/// The words of a statement.
struct Said {
    words: Words,
    language: Option<String>,
}

impl Said {
    fn is_variant_of(&self, other: &Self) -> bool {
        let (own, others) = (self.single_words(), other.single_words());
        is_variant(&own, &others, self.language.as_deref())
    }

    fn single_words(&self) -> Vec<&str> {
        self.words.iter().filter(|word| word.parts == 1).map(|word| word.folded).collect()
    }
}

impl Archive {
    /// Returns where the living documents stand that have a number in a field.
    pub(super) fn standing(&self, field: &str, number: u64) -> tantivy::Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        self.append_standing(field, number, &mut found)?;
        Ok(found)
    }

    fn append_standing(&self, field: &str, number: u64, found: &mut Vec<DocAddress>) -> tantivy::Result<()> {
        let term = Term::from_field_u64(self.schema().field(field), number);
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
