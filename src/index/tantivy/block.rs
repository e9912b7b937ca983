//! What goes to the engine in one piece: an article and its statements, or the document of an input.
//!
//! Its texts come cut, stemmed and inverted: each term stands in the block once, with all that each field holds of it.
//! Whoever takes it in looks a term up once an article and a posting list once for all of the article's documents, and
//! no text is cut twice.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use tantivy::{DocId, TantivyDocument};

use super::chains::ShortBytes;
use super::numbers::push_number;
use super::postings::Detail;
use super::schema::TextField;
use super::texts::{Head, HeadKind};
use crate::index::keys::WordKey;
use crate::index::stems::{Stems, TermId};
use crate::index::term_texts::TermTexts;

/// Documents that stay neighbours, the article first.
#[derive(Debug, Default)]
pub struct Block {
    numbering: u64,
    /// Of its distinct terms.
    ids: Vec<TermId>,
    /// By numbers of ids; none where no field is running text.
    texts: Option<Arc<TermTexts>>,
    /// Of each distinct term.
    entries: Vec<TermEntry>,
    bytes: Vec<u8>,
    lengths: Vec<(TextField, u32)>,
    documents: Vec<(TantivyDocument, Range<usize>)>,
}

/// What a block holds of a term. It has hundreds, and waits for its turn.
#[derive(Clone, Copy, Debug)]
struct TermEntry {
    /// How many bytes its postings take behind their first head.
    postings_bytes: u32,
    /// As in `Postings`; without a kind, it stands nowhere.
    first: DocId,
    last: DocId,
    kind: Option<HeadKind>,
}

/// All occurrences of a term in a block.
#[derive(Clone, Copy)]
pub struct Postings<'b> {
    /// First of the documents, counted from the first one of the block.
    pub first: DocId,
    pub last: DocId,
    /// Of the first head.
    pub kind: HeadKind,
    /// What stands behind the first head.
    pub rest: Rest<'b>,
}

/// Bytes, with those of other terms behind them.
#[derive(Clone, Copy)]
pub struct Rest<'b> {
    from_start: &'b [u8],
    count: usize,
}

impl Rest<'_> {
    pub fn bytes(&self) -> &[u8] {
        &self.from_start[..self.count]
    }

    /// Returns the bytes, if they are short.
    pub fn short(&self) -> Option<ShortBytes> {
        ShortBytes::first_of(self.from_start, self.count)
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

    /// Returns the term of one of its ids.
    pub fn term(&self, id: TermId) -> &str {
        let text = self.texts.as_ref().and_then(|texts| texts.get(id.number()));
        text.expect("a block has the texts of its ids")
    }

    /// Returns the postings of each term; none of one that stands nowhere, as marks do in a text without any.
    pub fn postings(&self) -> impl Iterator<Item = Option<Postings<'_>>> {
        let mut rest = &self.bytes[..];
        self.entries.iter().map(move |&TermEntry { postings_bytes, first, last, kind, .. }| {
            let (from_start, count) = (rest, postings_bytes as usize);
            rest = &rest[count..];
            Some(Postings { first, last, kind: kind?, rest: Rest { from_start, count } })
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
    pub lengths: &'b [(TextField, u32)],
}

/// The distinct terms of a block, numbered from 0 in the order in which they are met.
pub struct BlockTerms<'s> {
    pub stems: &'s mut Stems,
    ids: Vec<TermId>,
    /// Of those that were asked for it before.
    keys: Vec<Option<WordKey>>,
}

impl<'s> BlockTerms<'s> {
    /// Begins the terms of a block, which are to be some of `stems`.
    pub fn new(stems: &'s mut Stems) -> Self {
        stems.numbers.clear();
        Self { stems, ids: Vec::new(), keys: Vec::new() }
    }

    /// Returns the number of a term.
    pub fn number(&mut self, id: TermId) -> u32 {
        let (met, is_new) = self.stems.numbers.number(id);
        if is_new {
            self.ids.push(id);
            self.keys.push(met.key);
        }
        met.number
    }

    /// Returns the number of a term as it stands.
    pub fn term(&mut self, text: &str) -> u32 {
        let id = self.stems.term(text);
        self.number(id)
    }

    /// Returns the key of a term, which is a folded word.
    pub fn key(&mut self, number: u32) -> WordKey {
        let number = number as usize;
        *self.keys[number].get_or_insert_with(|| self.stems.key(self.ids[number]))
    }

    #[cfg(test)]
    pub fn text(&self, number: u32) -> &str {
        self.stems.text(self.ids[number as usize])
    }

    /// Returns how many they are.
    pub fn count(&self) -> usize {
        self.ids.len()
    }
}

/// One occurrence of a term.
#[derive(Clone, Copy, Default)]
struct Token {
    term: u32,
    text: u32,
    position: u32,
}

/// One occurrence among those of its term.
#[derive(Clone, Copy, Default)]
struct Sorted {
    text: u32,
    position: u32,
}

/// Most occurrences of a block whose memory is kept for the next one: ten long articles have no more, and 2 MB do.
const MOST_KEPT: usize = 1 << 16;

/// Memory that block after block uses again.
#[derive(Default)]
struct Scratch {
    tokens: Vec<Token>,
    /// The fields of documents, in the order in which they came.
    texts: Vec<(DocId, TextField)>,
    /// By term, where the next of its occurrences belongs.
    places: Vec<u32>,
    sorted: Vec<Sorted>,
    bytes: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Writes a block, document by document.
pub struct BlockWriter {
    scratch: Scratch,
    lengths: Vec<(TextField, u32)>,
    documents: Vec<(TantivyDocument, Range<usize>)>,
}

impl BlockWriter {
    /// Begins a block.
    pub fn begin() -> Self {
        Self { scratch: SCRATCH.take(), lengths: Vec::new(), documents: Vec::new() }
    }

    /// Adds a text to the document that comes next: terms at positions, which do not go back. A field has one text.
    pub fn text(&mut self, field: TextField, terms: impl Iterator<Item = (u32, u32)>) {
        let Scratch { tokens, texts, .. } = &mut self.scratch;
        let (before, text) = (tokens.len(), texts.len() as u32);
        tokens.extend(terms.map(|(position, term)| Token { term, text, position }));
        texts.push((self.documents.len() as DocId, field));
        self.lengths.push((field, (tokens.len() - before) as u32));
    }

    /// Finishes a document.
    pub fn document(&mut self, values: TantivyDocument) {
        let start = self.documents.last().map_or(0, |(_, lengths)| lengths.end);
        self.documents.push((values, start..self.lengths.len()));
    }

    /// Returns the block, whose texts hold `terms`.
    pub fn finish(mut self, mut terms: BlockTerms<'_>) -> Block {
        self.scratch.sort(terms.count());
        self.scratch.bytes.clear();
        let entries = (0..terms.count()).map(|term| self.scratch.invert(term)).collect();
        terms.ids.shrink_to_fit();
        let block = Block {
            numbering: terms.stems.numbering(),
            ids: terms.ids,
            texts: Some(terms.stems.texts().clone()),
            entries,
            // A copy takes no more memory than it fills.
            bytes: self.scratch.bytes.clone(),
            lengths: self.lengths,
            documents: self.documents,
        };
        if self.scratch.sorted.len() <= MOST_KEPT {
            self.scratch.tokens.clear();
            self.scratch.texts.clear();
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
    /// Puts the occurrences of each term together, in the order in which they came: counting sort.
    fn sort(&mut self, terms: usize) {
        self.places.clear();
        self.places.resize(terms + 1, 0);
        for token in &self.tokens {
            self.places[token.term as usize + 1] += 1;
        }
        let mut total = 0;
        for place in &mut self.places {
            total += *place;
            *place = total;
        }
        self.sorted.resize(self.tokens.len(), Sorted::default());
        for &Token { term, text, position } in &self.tokens {
            let place = &mut self.places[term as usize];
            self.sorted[*place as usize] = Sorted { text, position };
            *place += 1;
        }
    }

    /// Appends the postings of a term, whose occurrences are sorted, but for the number of the first head.
    fn invert(&mut self, term: usize) -> TermEntry {
        // Behind the last occurrence of a term stands the first one of the next.
        let start = term.checked_sub(1).map_or(0, |before| self.places[before]);
        let mut rest = &self.sorted[start as usize..self.places[term] as usize];
        let before = self.bytes.len();
        let mut entry = TermEntry { postings_bytes: 0, first: 0, last: 0, kind: None };
        while let Some(&Sorted { text, position }) = rest.first() {
            let behind = &rest[1..];
            let more = behind.iter().take_while(|other| other.text == text).count();
            let (document, field) = self.texts[text as usize];
            let kind = HeadKind::new(field, more == 0);
            if entry.kind.is_none() {
                (entry.first, entry.kind) = (document, Some(kind));
            } else {
                push_number(&mut self.bytes, Head { step: document - entry.last, kind }.number());
            }
            entry.last = document;
            if more > 0 {
                push_number(&mut self.bytes, more as u64 + 1);
            }
            if field.detail == Detail::Positions {
                push_number(&mut self.bytes, position.into());
                let mut before = position;
                for other in &behind[..more] {
                    push_number(&mut self.bytes, (other.position - before).into());
                    before = other.position;
                }
            }
            rest = &behind[more..];
        }
        entry.postings_bytes = size(self.bytes.len() - before);
        entry
    }
}
