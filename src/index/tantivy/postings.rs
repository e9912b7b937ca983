//! Posting lists of a segment that is being built, in memory, and how they are written.

use std::collections::HashMap;
use std::io;

use tantivy::DocId;
use tantivy::postings::FieldSerializer;
use tantivy::schema::{FieldType, IndexRecordOption};

use super::block::{Block, Occurrences, Rest};
use super::chains::{Chain, Chains, ShortBytes};
use super::schema::TextField;
use crate::index::fetch::fetch;
use crate::index::vocabulary::SortedTerms;

/// What a field keeps of a term's occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Documents,
    Frequencies,
    Positions,
}

impl Detail {
    /// Returns what a field of texts keeps; none where it is not indexed, or of no texts.
    pub fn of(field_type: &FieldType) -> Option<Self> {
        let FieldType::Str(options) = field_type else { return None };
        Some(match options.get_indexing_options()?.index_option() {
            IndexRecordOption::Basic => Self::Documents,
            IndexRecordOption::WithFreqs => Self::Frequencies,
            IndexRecordOption::WithFreqsAndPositions => Self::Positions,
        })
    }
}

/// The documents of one term, as numbers:
/// - `Documents`: how far each is from the one before;
/// - `Frequencies`: the same, doubled, with one more where the frequency is 1, and else the frequency behind it;
/// - `Positions`: the same, doubled, with one more, and the first position; each position after that doubled.
#[derive(Clone, Copy, Default)]
struct List {
    numbers: Chain,
    last: DocId,
    documents: u32,
}

impl List {
    /// Appends the occurrences in a block whose first document is `base`, with what follows the number of the first.
    fn extend(&mut self, occurrences: &Occurrences, rest: Rest<'_>, base: DocId, chains: &mut Chains) {
        let mut bytes = Bytes::default();
        let step = base + occurrences.first - self.last;
        bytes.push(u64::from(step) << 1 | u64::from(occurrences.flag));
        self.last = base + occurrences.last;
        self.documents += occurrences.documents;
        match bytes.short().zip(rest.short()).and_then(|(number, rest)| number.then(rest)) {
            Some(short) => chains.append_short(&mut self.numbers, short),
            None => {
                chains.append(&mut self.numbers, bytes.written());
                chains.append(&mut self.numbers, rest.bytes());
            }
        }
    }

    /// Appends an occurrence, of which `Documents` or `Positions` are kept.
    fn push(&mut self, detail: Detail, document: DocId, position: u32, chains: &mut Chains) {
        debug_assert_ne!(detail, Detail::Frequencies, "they are known only at the end of a document");
        let mut bytes = Bytes::default();
        let step = (self.documents == 0 || self.last != document).then(|| u64::from(document - self.last));
        match (step, detail) {
            (Some(step), Detail::Positions) => {
                bytes.push(step << 1 | 1);
                bytes.push(position.into());
            }
            (None, Detail::Positions) => bytes.push(u64::from(position) << 1),
            (Some(step), _) => bytes.push(step),
            (None, _) => {}
        }
        if step.is_some() {
            self.last = document;
            self.documents += 1;
        }
        chains.append(&mut self.numbers, bytes.written());
    }

    fn serialize(&self, detail: Detail, chains: &Chains, buffers: &mut Buffers, serializer: &mut FieldSerializer<'_>) {
        let Buffers { bytes, steps } = buffers;
        bytes.clear();
        chains.read(&self.numbers, bytes);
        let mut numbers = Numbers(bytes).peekable();
        let mut document = 0;
        while let Some(number) = numbers.next() {
            document += if detail == Detail::Documents { number } else { number >> 1 } as DocId;
            match detail {
                Detail::Documents => serializer.write_doc(document, 0, &[]),
                Detail::Frequencies => {
                    let frequency = if number & 1 == 1 { 1 } else { numbers.next().unwrap_or(1) };
                    serializer.write_doc(document, frequency as u32, &[]);
                }
                Detail::Positions => {
                    steps.clear();
                    let mut before = numbers.next().unwrap_or_default() as u32;
                    steps.push(before);
                    while let Some(next) = numbers.next_if(|number| number & 1 == 0) {
                        let position = (next >> 1) as u32;
                        steps.push(position - before);
                        before = position;
                    }
                    serializer.write_doc(document, steps.len() as u32, steps);
                }
            }
        }
    }
}

/// Appends a number, seven bits a byte.
pub fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A few numbers, as `push_number` writes them.
#[derive(Default)]
struct Bytes {
    bytes: [u8; 20],
    length: usize,
}

impl Bytes {
    fn push(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes[self.length] = number as u8 | 0x80;
            self.length += 1;
            number >>= 7;
        }
        self.bytes[self.length] = number as u8;
        self.length += 1;
    }

    fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Returns what was written, if it is short.
    fn short(&self) -> Option<ShortBytes> {
        let bytes = self.bytes.first_chunk().filter(|bytes| self.length <= bytes.len())?;
        Some(ShortBytes::first_of(*bytes, self.length))
    }
}

/// Reads what `push_number` wrote.
struct Numbers<'b>(&'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(number)
    }
}

/// Memory that writing list after list uses again.
#[derive(Default)]
pub struct Buffers {
    bytes: Vec<u8>,
    steps: Vec<u32>,
}

/// Makes room for so many values, and for a quarter more: doubling would leave half of a segment's memory unused.
fn reserve<T>(values: &mut Vec<T>, needed: usize) {
    if needed > values.capacity() {
        values.reserve_exact(needed.max(values.len() / 4 * 5) - values.len());
    }
}

/// The lists of all fields whose terms have numbers in a vocabulary.
///
/// A term's lists are found together, and lie together where they began together: an article has most of its words in
/// several fields, and what a processor waits for is the memory.
pub struct NumberedTerms {
    /// Place of each field, by its number; none of fields that are not here.
    places: Vec<Option<usize>>,
    fields: Vec<TextField>,
    tokens: Vec<u64>,
    /// By term and place of the field, one more than the number of the list; 0 where there is none.
    list_of: Vec<u32>,
    lists: Vec<List>,
    /// Of the block at hand, the list of each of its occurrences.
    at_hand: Vec<u32>,
}

impl NumberedTerms {
    pub fn new(fields: Vec<TextField>) -> Self {
        let mut places = Vec::new();
        for (place, field) in fields.iter().enumerate() {
            let number = field.handle.field_id() as usize;
            places.resize(places.len().max(number + 1), None);
            places[number] = Some(place);
        }
        let tokens = vec![0; fields.len()];
        Self { places, fields, tokens, list_of: Vec::new(), lists: Vec::new(), at_hand: Vec::new() }
    }

    /// Takes in the texts of a block; `terms` are the numbers of its terms, `base` that of its first document.
    pub fn add(&mut self, block: &Block, terms: &[u32], base: DocId, chains: &mut Chains) {
        let fields = self.fields.len();
        if let Some(&most) = terms.iter().max() {
            let needed = self.list_of.len().max((most as usize + 1) * fields);
            reserve(&mut self.list_of, needed);
            self.list_of.resize(needed, 0);
        }
        self.at_hand.clear();
        let mut occurrences = block.occurrences();
        for (&term, count) in terms.iter().zip(block.occurrence_counts()) {
            let lists = &mut self.list_of[term as usize * fields..][..fields];
            for (here, _) in occurrences.by_ref().take(count) {
                let Some(place) = self.places[here.field().field_id() as usize] else {
                    unreachable!("a block has running texts only in fields for them")
                };
                if lists[place] == 0 {
                    let needed = self.lists.len() + 1;
                    reserve(&mut self.lists, needed);
                    self.lists.push(List::default());
                    lists[place] = self.lists.len() as u32;
                }
                self.at_hand.push(lists[place] - 1);
            }
        }
        fetch(self.at_hand.iter().map(|&list| self.lists[list as usize].last));
        fetch(self.at_hand.iter().map(|&list| chains.at_end(&self.lists[list as usize].numbers)));
        for ((here, rest), &list) in block.occurrences().zip(&self.at_hand) {
            self.lists[list as usize].extend(here, rest, base, chains);
        }
        for (field, length) in block.documents().flat_map(|document| document.lengths) {
            if let Some(place) = self.places[field.field_id() as usize] {
                self.tokens[place] += u64::from(*length);
            }
        }
    }

    pub fn tokens(&self, place: usize) -> u64 {
        self.tokens[place]
    }

    pub fn memory_bytes(&self) -> usize {
        self.list_of.capacity() * size_of::<u32>() + self.lists.capacity() * size_of::<List>()
    }

    /// Returns the lists of each field in the order of their terms' bytes: the terms' places in it, and the lists.
    /// Nothing can be added afterwards.
    pub fn sorted(&mut self, terms: &SortedTerms) -> Vec<Vec<(u32, u32)>> {
        let list_of = std::mem::take(&mut self.list_of);
        let mut sorted = vec![Vec::new(); self.fields.len()];
        for (place, term) in (0..).zip(terms.numbers()) {
            let start = term as usize * self.fields.len();
            let Some(lists) = list_of.get(start..start + self.fields.len()) else { continue };
            for (sorted, list) in sorted.iter_mut().zip(lists).filter(|(_, list)| **list > 0) {
                sorted.push((place, list - 1));
            }
        }
        sorted
    }

    /// Writes the lists of the field in `place`, which are `sorted`.
    pub fn serialize(
        &self,
        place: usize,
        sorted: &[(u32, u32)],
        terms: &SortedTerms,
        chains: &Chains,
        buffers: &mut Buffers,
        serializer: &mut FieldSerializer<'_>,
    ) -> io::Result<()> {
        for &(term, list) in sorted {
            let list = &self.lists[list as usize];
            write_list(terms.term(term as usize), list, self.fields[place].detail, chains, buffers, serializer)?;
        }
        Ok(())
    }
}

/// The lists of a field whose terms are its own.
pub struct OwnTerms {
    detail: Detail,
    lists: HashMap<Box<str>, List, foldhash::fast::RandomState>,
    term_bytes: usize,
    tokens: u64,
}

impl OwnTerms {
    pub fn new(detail: Detail) -> Self {
        Self { detail, lists: HashMap::default(), term_bytes: 0, tokens: 0 }
    }

    pub fn push(&mut self, term: &str, document: DocId, position: u32, chains: &mut Chains) {
        self.tokens += 1;
        match self.lists.get_mut(term) {
            Some(list) => list.push(self.detail, document, position, chains),
            None => {
                let mut list = List::default();
                list.push(self.detail, document, position, chains);
                self.term_bytes += term.len();
                self.lists.insert(term.into(), list);
            }
        }
    }

    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    pub fn memory_bytes(&self) -> usize {
        self.lists.capacity() * size_of::<(Box<str>, List)>() + self.term_bytes
    }

    pub fn serialize(
        &self,
        chains: &Chains,
        buffers: &mut Buffers,
        serializer: &mut FieldSerializer<'_>,
    ) -> io::Result<()> {
        let mut terms: Vec<_> = self.lists.iter().collect();
        terms.sort_unstable_by_key(|(text, _)| *text);
        for (text, list) in terms {
            write_list(text.as_bytes(), list, self.detail, chains, buffers, serializer)?;
        }
        Ok(())
    }
}

fn write_list(
    term: &[u8],
    list: &List,
    detail: Detail,
    chains: &Chains,
    buffers: &mut Buffers,
    serializer: &mut FieldSerializer<'_>,
) -> io::Result<()> {
    serializer.new_term(term, list.documents, detail != Detail::Documents)?;
    list.serialize(detail, chains, buffers, serializer);
    serializer.close_term()
}

/// The documents of each number of a field.
#[derive(Default)]
pub struct NumberTerms {
    numbers: Vec<u64>,
    /// The document of each.
    documents: Vec<DocId>,
}

impl NumberTerms {
    pub fn push(&mut self, number: u64, document: DocId) {
        let needed = self.numbers.len() + 1;
        reserve(&mut self.numbers, needed);
        reserve(&mut self.documents, needed);
        self.numbers.push(number);
        self.documents.push(document);
    }

    /// Returns the documents that have a number.
    pub fn documents(&self, number: u64) -> impl Iterator<Item = DocId> {
        self.numbers.iter().zip(&self.documents).filter(move |pair| *pair.0 == number).map(|pair| *pair.1)
    }

    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.numbers.iter().copied()
    }

    pub fn tokens(&self) -> u64 {
        self.numbers.len() as u64
    }

    pub fn memory_bytes(&self) -> usize {
        self.numbers.capacity() * size_of::<u64>() + self.documents.capacity() * size_of::<DocId>()
    }

    pub fn serialize(self, serializer: &mut FieldSerializer<'_>) -> io::Result<()> {
        let mut pairs: Vec<(u64, DocId)> = self.numbers.into_iter().zip(self.documents).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for documents in pairs.chunk_by(|a, b| a.0 == b.0) {
            serializer.new_term(&documents[0].0.to_be_bytes(), documents.len() as u32, false)?;
            documents.iter().for_each(|&(_, document)| serializer.write_doc(document, 0, &[]));
            serializer.close_term()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::from(u32::MAX) << 1 | 1] {
            let mut bytes = Bytes::default();
            bytes.push(number);
            bytes.push(5);
            assert_eq!(Numbers(bytes.written()).collect::<Vec<_>>(), [number, 5]);
            let mut pushed = Vec::new();
            push_number(&mut pushed, number);
            push_number(&mut pushed, 5);
            assert_eq!(pushed, bytes.written());
        }
        assert_eq!(Numbers(&[0x80, 0x80]).next(), None, "cut off");
    }
}
