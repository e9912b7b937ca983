//! Posting lists of a segment that is being built, in memory, and how they are written.

use std::collections::HashMap;
use std::io;

use tantivy::DocId;
use tantivy::postings::FieldSerializer;
use tantivy_stacker::{ExpUnrolledLinkedList, MemoryArena};

use crate::index::vocabulary::SortedTerms;

/// What a field keeps of a term's occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Documents,
    Frequencies,
    Positions,
}

/// The documents of one term, as numbers:
/// - `Documents`: how far each is from the one before;
/// - `Frequencies`: the same, doubled, with one more where the frequency is 1, and else the frequency behind it;
/// - `Positions`: the same, doubled, with one more, and the first position; each position after that doubled.
#[derive(Clone, Copy, Default)]
struct List {
    numbers: ExpUnrolledLinkedList,
    last: DocId,
    /// From the document before `last`.
    step: u32,
    documents: u32,
    /// In the last document.
    frequency: u32,
}

impl List {
    fn push(&mut self, detail: Detail, document: DocId, position: u32, arena: &mut MemoryArena) {
        let mut bytes = Bytes::default();
        let is_next = self.documents == 0 || self.last != document;
        if is_next {
            if detail == Detail::Frequencies && self.documents > 0 {
                self.frequency_to(&mut bytes);
            }
            self.step = document - self.last;
            self.last = document;
            self.documents += 1;
            self.frequency = 0;
        }
        self.frequency += 1;
        match detail {
            Detail::Documents if is_next => bytes.push(self.step.into()),
            Detail::Positions if is_next => {
                bytes.push(u64::from(self.step) << 1 | 1);
                bytes.push(position.into());
            }
            Detail::Positions => bytes.push(u64::from(position) << 1),
            Detail::Documents | Detail::Frequencies => {}
        }
        self.numbers.writer(arena).extend_from_slice(bytes.written());
    }

    /// Writes the last document and its frequency.
    fn frequency_to(&self, bytes: &mut Bytes) {
        bytes.push(u64::from(self.step) << 1 | u64::from(self.frequency == 1));
        if self.frequency != 1 {
            bytes.push(self.frequency.into());
        }
    }

    fn serialize(
        &self,
        detail: Detail,
        arena: &MemoryArena,
        buffers: &mut Buffers,
        serializer: &mut FieldSerializer<'_>,
    ) {
        let Buffers { bytes, steps } = buffers;
        bytes.clear();
        self.numbers.read_to_end(arena, bytes);
        if detail == Detail::Frequencies {
            let mut rest = Bytes::default();
            self.frequency_to(&mut rest);
            bytes.extend_from_slice(rest.written());
        }
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

/// A few numbers, seven bits a byte.
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
}

/// Reads what `Bytes` wrote.
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

/// The lists of a field whose terms have numbers in a vocabulary.
pub struct NumberedTerms {
    detail: Detail,
    /// By term, one more than the number of its list; 0 where it has none.
    list_of: Vec<u32>,
    lists: Vec<List>,
    tokens: u64,
}

impl NumberedTerms {
    pub fn new(detail: Detail) -> Self {
        Self { detail, list_of: Vec::new(), lists: Vec::new(), tokens: 0 }
    }

    pub fn push(&mut self, term: u32, document: DocId, position: u32, arena: &mut MemoryArena) {
        let term = term as usize;
        if term >= self.list_of.len() {
            self.list_of.resize(term + 1, 0);
        }
        let list_of = &mut self.list_of[term];
        if *list_of == 0 {
            self.lists.push(List::default());
            *list_of = self.lists.len() as u32;
        }
        self.tokens += 1;
        self.lists[*list_of as usize - 1].push(self.detail, document, position, arena);
    }

    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    pub fn memory_bytes(&self) -> usize {
        self.list_of.capacity() * size_of::<u32>() + self.lists.capacity() * size_of::<List>()
    }

    /// Writes the lists of `terms`, which are in the order of their bytes.
    pub fn serialize(
        &self,
        terms: &SortedTerms,
        arena: &MemoryArena,
        buffers: &mut Buffers,
        serializer: &mut FieldSerializer<'_>,
    ) -> io::Result<()> {
        for (text, term) in terms.iter() {
            let number = self.list_of.get(term as usize).copied().unwrap_or_default();
            if let Some(list) = number.checked_sub(1).map(|index| &self.lists[index as usize]) {
                write_list(text, list, self.detail, arena, buffers, serializer)?;
            }
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

    pub fn push(&mut self, term: &str, document: DocId, position: u32, arena: &mut MemoryArena) {
        self.tokens += 1;
        match self.lists.get_mut(term) {
            Some(list) => list.push(self.detail, document, position, arena),
            None => {
                let mut list = List::default();
                list.push(self.detail, document, position, arena);
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
        arena: &MemoryArena,
        buffers: &mut Buffers,
        serializer: &mut FieldSerializer<'_>,
    ) -> io::Result<()> {
        let mut terms: Vec<_> = self.lists.iter().collect();
        terms.sort_unstable_by_key(|(text, _)| *text);
        for (text, list) in terms {
            write_list(text.as_bytes(), list, self.detail, arena, buffers, serializer)?;
        }
        Ok(())
    }
}

fn write_list(
    term: &[u8],
    list: &List,
    detail: Detail,
    arena: &MemoryArena,
    buffers: &mut Buffers,
    serializer: &mut FieldSerializer<'_>,
) -> io::Result<()> {
    serializer.new_term(term, list.documents, detail != Detail::Documents)?;
    list.serialize(detail, arena, buffers, serializer);
    serializer.close_term()
}

/// The documents of each number of a field.
#[derive(Default)]
pub struct NumberTerms {
    pairs: Vec<(u64, DocId)>,
}

impl NumberTerms {
    pub fn push(&mut self, number: u64, document: DocId) {
        self.pairs.push((number, document));
    }

    /// Returns the documents that have a number.
    pub fn documents(&self, number: u64) -> impl Iterator<Item = DocId> {
        self.pairs.iter().filter(move |pair| pair.0 == number).map(|pair| pair.1)
    }

    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.pairs.iter().map(|pair| pair.0)
    }

    pub fn tokens(&self) -> u64 {
        self.pairs.len() as u64
    }

    pub fn memory_bytes(&self) -> usize {
        self.pairs.capacity() * size_of::<(u64, DocId)>()
    }

    pub fn serialize(mut self, serializer: &mut FieldSerializer<'_>) -> io::Result<()> {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for documents in self.pairs.chunk_by(|a, b| a.0 == b.0) {
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
        }
        assert_eq!(Numbers(&[0x80, 0x80]).next(), None, "cut off");
    }
}
