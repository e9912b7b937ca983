//! What goes to the engine in one piece: an article and its statements, or the document of an input.
//!
//! Its texts come cut, stemmed and inverted: each term stands in the block once, with all that each field holds of it.
//! Whoever takes it in looks a term up once an article and a posting list once for all of the article's documents, and
//! no text is cut twice.

use std::cell::RefCell;
use std::ops::Range;

use tantivy::schema::Field;
use tantivy::{DocId, TantivyDocument};

use super::chains::ShortBytes;
use super::postings::{Detail, push_number};
use super::schema::TextField;
use crate::index::fetch::fetch;
use crate::index::stems::{Stems, TermId};

/// Documents that stay neighbours, the article first.
#[derive(Debug, Default)]
pub struct Block {
    numbering: u64,
    ids: Vec<TermId>,
    /// Distinct terms, one behind the other.
    terms: String,
    /// How many bytes each of them has, and occurrences in fields.
    term_sizes: Vec<TermSizes>,
    occurrences: Vec<Occurrences>,
    bytes: Vec<u8>,
    lengths: Vec<(Field, u32)>,
    documents: Vec<(TantivyDocument, Range<usize>)>,
}

/// How much of a block belongs to a term.
#[derive(Clone, Copy, Debug)]
struct TermSizes {
    bytes: u32,
    occurrences: u32,
}

/// All occurrences of a term in one field of the block's documents. A block has a thousand, and waits for its turn.
#[derive(Clone, Copy, Debug)]
pub struct Occurrences {
    /// First of the documents, counted from the first one of the block.
    pub first: DocId,
    pub last: DocId,
    /// How many documents they are.
    pub documents: u32,
    /// How many bytes a posting list says behind the number of the first document.
    bytes: u32,
    /// What it says with that number.
    pub flag: bool,
    field: u8,
}

impl Occurrences {
    pub fn field(&self) -> Field {
        Field::from_field_id(self.field.into())
    }
}

/// What a posting list says of occurrences behind the number of their first document.
#[derive(Clone, Copy)]
pub struct Rest<'b> {
    /// The bytes, with those of other occurrences behind them.
    from_start: &'b [u8],
    count: usize,
}

impl Rest<'_> {
    pub fn bytes(&self) -> &[u8] {
        &self.from_start[..self.count]
    }

    /// Returns the bytes, if they are short.
    pub fn short(&self) -> Option<ShortBytes> {
        let bytes = self.from_start.first_chunk().filter(|bytes| self.count <= bytes.len())?;
        Some(ShortBytes::first_of(*bytes, self.count))
    }
}

impl Block {
    /// Returns what the ids of its terms have in common, see `Stems::numbering`.
    pub fn numbering(&self) -> u64 {
        self.numbering
    }

    /// Returns the ids of its distinct terms.
    pub fn ids(&self) -> &[TermId] {
        &self.ids
    }

    /// Returns the terms of its ids.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        let mut rest = &self.terms[..];
        self.term_sizes.iter().map(move |sizes| {
            let term;
            (term, rest) = rest.split_at(sizes.bytes as usize);
            term
        })
    }

    /// Returns of each term in how many fields it occurs.
    pub fn occurrence_counts(&self) -> impl Iterator<Item = usize> {
        self.term_sizes.iter().map(|sizes| sizes.occurrences as usize)
    }

    /// Returns the occurrences of its terms in fields, term by term, each with what a posting list says behind the
    /// number of the first document.
    pub fn occurrences(&self) -> impl Iterator<Item = (&Occurrences, Rest<'_>)> {
        let mut rest = &self.bytes[..];
        self.occurrences.iter().map(move |here| {
            let (from_start, count) = (rest, here.bytes as usize);
            rest = &rest[count..];
            (here, Rest { from_start, count })
        })
    }

    /// Returns the documents in their order.
    pub fn documents(&self) -> impl Iterator<Item = BlockDocument<'_>> {
        self.documents.iter().map(|(values, lengths)| BlockDocument { values, lengths: &self.lengths[lengths.clone()] })
    }
}

impl From<TantivyDocument> for Block {
    /// Returns a document none of whose fields is running text.
    fn from(document: TantivyDocument) -> Self {
        Self { documents: vec![(document, 0..0)], ..Self::default() }
    }
}

/// One document of a block.
pub struct BlockDocument<'b> {
    /// All but the words of running texts.
    pub values: &'b TantivyDocument,
    /// Fields of running text, and how many terms each holds.
    pub lengths: &'b [(Field, u32)],
}

/// The distinct terms of a block, numbered from 0 in the order in which they are met.
pub struct BlockTerms<'s> {
    pub stems: &'s mut Stems,
    ids: Vec<TermId>,
}

impl<'s> BlockTerms<'s> {
    /// Begins the terms of a block, which are to be some of `stems`.
    pub fn new(stems: &'s mut Stems) -> Self {
        stems.numbers.clear();
        Self { stems, ids: Vec::new() }
    }

    /// Returns the number of a term.
    pub fn number(&mut self, id: TermId) -> u32 {
        let (number, is_new) = self.stems.numbers.number(id);
        if is_new {
            self.ids.push(id);
        }
        number
    }

    /// Returns the number of a term as it stands.
    pub fn term(&mut self, text: &str) -> u32 {
        let id = self.stems.term(text);
        self.number(id)
    }

    pub fn text(&self, number: u32) -> &str {
        self.stems.text(self.ids[number as usize])
    }

    /// Returns how many they are.
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Returns the terms, one behind the other.
    fn texts(&self) -> String {
        fetch(self.ids.iter().map(|&id| self.stems.text(id).len() as u32));
        fetch(self.ids.iter().map(|&id| self.stems.text(id).as_bytes().first().copied().unwrap_or_default().into()));
        let mut texts = String::with_capacity(self.ids.iter().map(|&id| self.stems.text(id).len()).sum());
        self.ids.iter().for_each(|&id| texts.push_str(self.stems.text(id)));
        texts
    }
}

/// One occurrence of a term.
#[derive(Clone, Copy, Default)]
struct Token {
    term: u32,
    /// As `Occurrences::first`.
    document: DocId,
    position: u32,
}

/// One occurrence among those of its term.
#[derive(Clone, Copy, Default)]
struct Sorted {
    /// Place of the field among those that the block has.
    field: u32,
    document: DocId,
    position: u32,
}

/// Most occurrences of a block whose memory is kept for the next one: ten long articles have no more, and 2 MB do.
const MOST_KEPT: usize = 1 << 16;

/// Memory that block after block uses again.
#[derive(Default)]
struct Scratch {
    tokens: Vec<(TextField, Vec<Token>)>,
    /// By term, where the next of its occurrences belongs.
    places: Vec<usize>,
    sorted: Vec<Sorted>,
    occurrences: Vec<Occurrences>,
    /// By term, how many occurrences it has in fields.
    counts: Vec<u32>,
    bytes: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Writes a block, document by document.
pub struct BlockWriter {
    scratch: Scratch,
    lengths: Vec<(Field, u32)>,
    documents: Vec<(TantivyDocument, Range<usize>)>,
}

impl BlockWriter {
    /// Begins a block.
    pub fn begin() -> Self {
        Self { scratch: SCRATCH.take(), lengths: Vec::new(), documents: Vec::new() }
    }

    /// Adds a text to the document that comes next: terms at positions, which do not go back.
    pub fn text(&mut self, field: TextField, terms: impl Iterator<Item = (u32, u32)>) {
        let of_fields = &mut self.scratch.tokens;
        let place = of_fields.iter().position(|(known, _)| *known == field).unwrap_or_else(|| {
            of_fields.push((field, Vec::new()));
            of_fields.len() - 1
        });
        let tokens = &mut of_fields[place].1;
        let (before, document) = (tokens.len(), self.documents.len() as DocId);
        tokens.extend(terms.map(|(position, term)| Token { term, document, position }));
        self.lengths.push((field.handle, (tokens.len() - before) as u32));
    }

    /// Finishes a document.
    pub fn document(&mut self, values: TantivyDocument) {
        let start = self.documents.last().map_or(0, |(_, lengths)| lengths.end);
        self.documents.push((values, start..self.lengths.len()));
    }

    /// Returns the block, whose texts hold `terms`.
    pub fn finish(mut self, mut terms: BlockTerms<'_>) -> Block {
        self.scratch.sort(terms.count());
        self.scratch.invert(terms.count());
        let Scratch { sorted, occurrences, bytes, .. } = &self.scratch;
        let texts = terms.texts();
        let sizes = terms.ids.iter().zip(&self.scratch.counts);
        let sizes = sizes.map(|(&id, &occurrences)| TermSizes { bytes: size(terms.stems.text(id).len()), occurrences });
        let term_sizes = sizes.collect();
        terms.ids.shrink_to_fit();
        let block = Block {
            numbering: terms.stems.numbering(),
            ids: terms.ids,
            terms: texts,
            term_sizes,
            // Copies take no more memory than they fill.
            occurrences: occurrences.clone(),
            bytes: bytes.clone(),
            lengths: self.lengths,
            documents: self.documents,
        };
        if sorted.len() <= MOST_KEPT {
            self.scratch.tokens.iter_mut().for_each(|(_, tokens)| tokens.clear());
            SCRATCH.set(self.scratch);
        }
        block
    }
}

/// Returns a size within a block.
fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("no input of four gigabytes becomes one article")
}

impl Scratch {
    /// Puts the occurrences of each term together, in the order of fields, documents and positions: counting sort, which
    /// keeps the order in which they came.
    fn sort(&mut self, terms: usize) {
        self.places.clear();
        self.places.resize(terms + 1, 0);
        let tokens = || self.tokens.iter().flat_map(|(_, tokens)| tokens);
        for token in tokens() {
            self.places[token.term as usize + 1] += 1;
        }
        let mut total = 0;
        for place in &mut self.places {
            total += *place;
            *place = total;
        }
        self.sorted.clear();
        self.sorted.resize(total, Sorted::default());
        for (field, (_, tokens)) in (0..).zip(&self.tokens) {
            for &Token { term, document, position } in tokens {
                let place = &mut self.places[term as usize];
                self.sorted[*place] = Sorted { field, document, position };
                *place += 1;
            }
        }
    }

    /// Writes the occurrences of each term, which are sorted.
    fn invert(&mut self, terms: usize) {
        self.occurrences.clear();
        self.counts.clear();
        self.bytes.clear();
        let mut start = 0;
        for term in 0..terms {
            // Behind the last occurrence of a term stands the first one of the next.
            let end = self.places[term];
            let before = self.occurrences.len();
            for in_field in self.sorted[start..end].chunk_by(|a, b| a.field == b.field) {
                let field = self.tokens[in_field[0].field as usize].0;
                self.occurrences.push(occurrences(field, in_field, &mut self.bytes));
            }
            self.counts.push((self.occurrences.len() - before) as u32);
            start = end;
        }
    }
}

/// Returns all occurrences of a term in one field, and appends what a posting list says of them.
fn occurrences(field: TextField, tokens: &[Sorted], bytes: &mut Vec<u8>) -> Occurrences {
    let start = bytes.len();
    let first = tokens[0].document;
    let (mut last, mut documents, mut first_flag) = (first, 0, false);
    for in_document in tokens.chunk_by(|a, b| a.document == b.document) {
        let flag = field.detail == Detail::Positions || in_document.len() == 1;
        if documents == 0 {
            first_flag = flag;
        } else {
            let step = in_document[0].document - last;
            push_number(bytes, u64::from(step) << 1 | u64::from(flag));
            last = in_document[0].document;
        }
        documents += 1;
        match field.detail {
            Detail::Positions => {
                push_number(bytes, in_document[0].position.into());
                in_document[1..].iter().for_each(|token| push_number(bytes, u64::from(token.position) << 1));
            }
            Detail::Frequencies if !flag => push_number(bytes, in_document.len() as u64),
            Detail::Frequencies | Detail::Documents => {}
        }
    }
    let field = u8::try_from(field.handle.field_id()).expect("the schema has fewer than 256 fields");
    Occurrences { first, last, documents, bytes: size(bytes.len() - start), flag: first_flag, field }
}
