//! In: blocks. Out: a segment of the engine.
//!
//! tantivy's own segment writer looks every word of every field up by its bytes. Of an article and its statements each
//! word stands in eight fields, several times in most: here it is looked up once an article, and then is a number. What
//! is written are tantivy's files, by tantivy's serializers, several fields at a time: at the end of an ingest nothing
//! else is left to do.

use std::collections::{HashMap, HashSet};
use std::io;

use tantivy::columnar::MonotonicallyMappableToU64;
use tantivy::directory::TerminatingWrite;
use tantivy::fastfield::{FastFieldsWriter, write_alive_bitset};
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{Segment, SegmentComponent, SegmentMeta};
use tantivy::schema::document::{CompactDocValue, Document, Value};
use tantivy::schema::{DateTimePrecision, Field, FieldType};
use tantivy::store::StoreWriter;
use tantivy::{BitSet, DocId, Opstamp, Term};

use super::block::Block;
use super::buckets::Buckets;
use super::chains::Chains;
use super::inverted::Inverted;
use super::postings::{Detail, NumberTerms, OwnTerms};
use super::schema::{BUCKETS, NAMES, TextField};
use super::texts::NumberedTerms;
use crate::article::Span;
use crate::index::marks::VALUE;
use crate::index::vocabulary::Vocabulary;
use crate::index::words::Words;

/// Longest term that the engine takes; longer ones are only stored.
const LONGEST_TERM_BYTES: usize = 65_530;

/// A segment that is being built.
pub struct SegmentBuilder {
    segment: Segment,
    vocabulary: Vocabulary,
    chains: Chains,
    /// By number of the field.
    fields: Vec<Postings>,
    buckets: Option<Buckets>,
    texts: NumberedTerms,
    /// By what a block says of its terms' ids, for each of them one more than its number in the vocabulary; 0 where
    /// it was not met.
    numbers_of: HashMap<u64, Vec<u32>>,
    norms: FieldNormsWriter,
    columns: FastFieldsWriter,
    store: StoreWriter,
    documents: DocId,
    deleted: Vec<DocId>,
    /// By field of which something was deleted, all numbers that stand in it.
    numbers: HashMap<Field, HashSet<u64>>,
    /// Of the block at hand, the terms' numbers in the vocabulary.
    terms: Vec<u32>,
    words: Words,
}

/// How a field is indexed, with what it holds.
enum Postings {
    /// It has no terms, or its words come with the block.
    None,
    Names(OwnTerms, NamePosition),
    Exact(OwnTerms),
    Numbers(NumberTerms),
}

/// Where the next value of a document's names stands.
#[derive(Default)]
struct NamePosition {
    document: DocId,
    next: u32,
}

impl Postings {
    /// Returns the empty postings of a field.
    fn new(handle: Field, field_type: &FieldType, texts: &[TextField]) -> Self {
        if texts.iter().any(|text| text.handle == handle) {
            return Self::None;
        }
        match field_type {
            FieldType::Str(options) => {
                let (Some(indexing), Some(detail)) = (options.get_indexing_options(), Detail::of(field_type)) else {
                    return Self::None;
                };
                match indexing.tokenizer() {
                    BUCKETS => Self::None,
                    NAMES => Self::Names(OwnTerms::new(detail), NamePosition::default()),
                    _ => Self::Exact(OwnTerms::new(detail)),
                }
            }
            FieldType::U64(options) if options.is_indexed() => Self::Numbers(NumberTerms::default()),
            FieldType::Date(options) if options.is_indexed() => Self::Numbers(NumberTerms::default()),
            _ => Self::None,
        }
    }

    fn tokens(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Names(terms, _) | Self::Exact(terms) => terms.tokens(),
            Self::Numbers(terms) => terms.tokens(),
        }
    }

    fn memory_bytes(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Names(terms, _) | Self::Exact(terms) => terms.memory_bytes(),
            Self::Numbers(terms) => terms.memory_bytes(),
        }
    }
}

impl SegmentBuilder {
    /// Begins a segment, which is empty so far.
    ///
    /// # Errors
    /// If its files cannot be made.
    pub fn new(segment: Segment) -> tantivy::Result<Self> {
        let schema = segment.schema();
        let index = segment.index();
        let settings = index.settings();
        let store = StoreWriter::new(
            segment.open_write(SegmentComponent::Store)?,
            settings.docstore_compression,
            settings.docstore_blocksize,
            settings.docstore_compress_dedicated_thread,
        )?;
        let texts = TextField::all(&schema);
        let fields = schema.fields().map(|(field, entry)| Postings::new(field, entry.field_type(), &texts)).collect();
        Ok(Self {
            vocabulary: Vocabulary::default(),
            chains: Chains::default(),
            fields,
            buckets: Buckets::new(&schema),
            texts: NumberedTerms::new(texts),
            numbers_of: HashMap::new(),
            norms: FieldNormsWriter::for_schema(&schema),
            columns: FastFieldsWriter::from_schema_and_tokenizer_manager(
                &schema,
                index.fast_field_tokenizer().clone(),
            )?,
            store,
            documents: 0,
            deleted: Vec::new(),
            numbers: HashMap::new(),
            terms: Vec::new(),
            words: Words::default(),
            segment,
        })
    }

    /// Takes in a block, whose documents become neighbours.
    ///
    /// # Errors
    /// If what is stored of it cannot be written.
    pub fn add(&mut self, block: &Block) -> tantivy::Result<()> {
        self.number_terms(block);
        self.texts.add(block, &self.terms, self.documents, &mut self.chains);
        for document in block.documents() {
            for &(field, length) in document.lengths {
                self.norms.record(self.documents, field.handle, length);
            }
            for (field, value) in document.values.iter_fields_and_values() {
                self.add_value(field, value);
            }
            self.columns.add_document(document.values)?;
            self.store.store(document.values, &self.segment.schema())?;
            self.documents += 1;
        }
        Ok(())
    }

    /// Looks up the terms of a block: by their ids, which stand for them while a thread remembers them, and by their
    /// bytes only where an id is new.
    fn number_terms(&mut self, block: &Block) {
        let known = self.numbers_of.entry(block.numbering()).or_default();
        let most = block.ids().iter().map(|id| id.index()).max();
        known.resize(known.len().max(most.map_or(0, |most| most + 1)), 0);
        self.terms.clear();
        self.terms.extend(block.ids().iter().map(|id| known[id.index()]));
        for (number, &id) in self.terms.iter_mut().zip(block.ids()) {
            if *number == 0 {
                *number = self.vocabulary.number(block.term(id)).0 + 1;
                known[id.index()] = *number;
            }
            *number -= 1;
        }
    }

    fn add_value(&mut self, field: Field, value: CompactDocValue<'_>) {
        let (document, chains) = (self.documents, &mut self.chains);
        if let Some(buckets) = self.buckets.as_mut().filter(|buckets| buckets.bands == field) {
            value.as_u64().into_iter().for_each(|band| buckets.push(band, document));
        }
        match &mut self.fields[field.field_id() as usize] {
            Postings::None => {}
            Postings::Names(postings, position) => {
                let Some(text) = value.as_str() else { return };
                if position.document != document {
                    *position = NamePosition { document, next: 0 };
                }
                self.words.clear();
                self.words.push_piece(text, Span::new(0, text.len()));
                let mut end = position.next;
                for (index, word) in self.words.iter().enumerate() {
                    let at = position.next + word.position;
                    if index == 0 {
                        postings.push(VALUE, document, at, chains);
                    }
                    postings.push(word.folded, document, at, chains);
                    end = end.max(at + word.parts);
                }
                // Nothing is adjacent across two values.
                position.next = end + 1;
            }
            Postings::Exact(postings) => {
                if let Some(text) = value.as_str().filter(|text| text.len() <= LONGEST_TERM_BYTES) {
                    postings.push(text, document, 0, chains);
                }
            }
            Postings::Numbers(postings) => {
                let date = value.as_datetime().map(|date| date.truncate(DateTimePrecision::Seconds).to_u64());
                let Some(number) = value.as_u64().or(date) else { return };
                postings.push(number, document);
                if let Some(numbers) = self.numbers.get_mut(&field) {
                    numbers.insert(number);
                }
            }
        }
    }

    /// Deletes the documents taken in so far that have a term.
    pub fn delete(&mut self, term: &Term) {
        match &self.fields[term.field().field_id() as usize] {
            Postings::Numbers(postings) => {
                let Some(number) = term.value().as_u64() else { return };
                let numbers = self.numbers.entry(term.field()).or_insert_with(|| postings.numbers().collect());
                // Nearly always it stands in none, and then looking through all of them would be in vain.
                if numbers.contains(&number) {
                    self.deleted.extend(postings.documents(number));
                }
            }
            _ => unreachable!("documents are deleted by keys"),
        }
    }

    /// Returns what it holds in memory.
    pub fn memory_bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(Postings::memory_bytes).sum();
        let rest = self.norms.mem_usage() + self.columns.mem_usage() + self.store.mem_usage();
        let numbers: usize = self.numbers_of.values().map(|numbers| numbers.capacity() * size_of::<u32>()).sum();
        self.vocabulary.memory_bytes()
            + numbers
            + self.texts.memory_bytes()
            + self.chains.memory_bytes()
            + self.buckets.as_ref().map_or(0, Buckets::memory_bytes)
            + fields
            + rest
    }

    /// Writes the segment; `opstamp` tells its deletes from those to come.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn finish(mut self, opstamp: Opstamp) -> tantivy::Result<SegmentMeta> {
        let segment = &self.segment;
        self.norms.fill_up_to_max_doc(self.documents);
        let norms_file = segment.open_write(SegmentComponent::FieldNorms)?;
        self.norms.serialize(FieldNormsSerializer::from_write(norms_file)?, None)?;
        let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;

        let schema = segment.schema();
        let terms = std::mem::take(&mut self.vocabulary).sorted();
        self.numbers_of = HashMap::new();
        let (texts, chains) = (&self.texts, &self.chains);
        let mut inverted = Inverted::create(segment)?;
        let written = texts.write(&terms, chains, &schema, &norms, || {
            write_others(self.fields, chains, &mut inverted)?;
            if let Some(buckets) = self.buckets.filter(|buckets| buckets.tokens() > 0) {
                let mut field = inverted.field(buckets.handle, buckets.tokens())?;
                buckets.write(&mut field)?;
                field.close()?;
            }
            let mut columns_file = segment.open_write(SegmentComponent::FastFields)?;
            self.columns.serialize(&mut columns_file, None)?;
            columns_file.terminate()?;
            self.store.close()?;
            Ok(())
        })?;
        written.into_iter().try_for_each(|field| inverted.append(field))?;
        inverted.close()?;

        let mut segment = self.segment.with_max_doc(self.documents);
        if !self.deleted.is_empty() {
            let mut alive = BitSet::with_max_value_and_full(self.documents);
            self.deleted.iter().for_each(|&document| alive.remove(document));
            segment = segment.with_delete_meta(self.documents - alive.len() as u32, opstamp);
            let mut file = segment.open_write(SegmentComponent::Delete)?;
            write_alive_bitset(&alive, &mut file)?;
            file.terminate()?;
        }
        // Only sorted segments have a store of their own while they are made.
        segment.meta().untrack_temp_docstore();
        Ok(segment.meta().clone())
    }
}

/// Writes all fields but those of running text.
fn write_others(fields: Vec<Postings>, chains: &Chains, inverted: &mut Inverted) -> io::Result<()> {
    for (number, postings) in (0..).zip(fields) {
        let tokens = postings.tokens();
        if tokens == 0 {
            continue;
        }
        let mut field = inverted.field(Field::from_field_id(number), tokens)?;
        match postings {
            Postings::None => {}
            Postings::Names(postings, _) | Postings::Exact(postings) => postings.write(chains, &mut field)?,
            Postings::Numbers(postings) => postings.write(&mut field)?,
        }
        field.close()?;
    }
    Ok(())
}
