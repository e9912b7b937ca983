//! Posting lists of names, exact values and numbers in a segment that is being built, and how they are written.

use std::collections::HashMap;
use std::io::{self, Write};

use tantivy::DocId;
use tantivy::schema::{FieldType, IndexRecordOption};

use super::chains::{Chain, Chains};
use super::field_writer::{FieldWriter, TermPostings};
use super::numbers::{Few, Numbers};

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

/// Makes room for so many values, and for a quarter more: doubling would leave half of a segment's memory unused.
pub fn reserve<T>(values: &mut Vec<T>, needed: usize) {
    if needed > values.capacity() {
        values.reserve_exact(needed.max(values.len() / 4 * 5) - values.len());
    }
}

/// The postings of a term, taken apart; memory that term after term uses again.
#[derive(Default)]
struct Apart {
    documents: Vec<DocId>,
    frequencies: Vec<u32>,
    steps: Vec<u32>,
}

/// The documents of one term, as numbers:
/// - `Documents`: how far each is from the one before;
/// - `Positions`: the same, doubled, with one more, and the first position; each position after that doubled.
#[derive(Clone, Copy, Default)]
struct List {
    numbers: Chain,
    last: DocId,
    is_begun: bool,
}

impl List {
    /// Appends an occurrence.
    fn push(&mut self, detail: Detail, document: DocId, position: u32, chains: &mut Chains) {
        debug_assert_ne!(detail, Detail::Frequencies, "they are known only at the end of a document");
        let mut bytes = Few::default();
        let step = (!self.is_begun || self.last != document).then(|| u64::from(document - self.last));
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
            self.is_begun = true;
        }
        chains.append(&mut self.numbers, bytes.written());
    }

    /// Takes the postings apart.
    fn read(&self, detail: Detail, bytes: &[u8], apart: &mut Apart) {
        let Apart { documents, frequencies, steps } = apart;
        documents.clear();
        frequencies.clear();
        steps.clear();
        let mut numbers = Numbers(bytes).peekable();
        let mut document = 0;
        while let Some(number) = numbers.next() {
            if detail != Detail::Positions {
                document += number as DocId;
                documents.push(document);
                continue;
            }
            document += (number >> 1) as DocId;
            let first_step = steps.len();
            let mut before = numbers.next().unwrap_or_default() as u32;
            steps.push(before);
            while let Some(next) = numbers.next_if(|number| number & 1 == 0) {
                let position = (next >> 1) as u32;
                steps.push(position - before);
                before = position;
            }
            documents.push(document);
            frequencies.push((steps.len() - first_step) as u32);
        }
    }
}

/// The lists of a field whose terms are its own.
pub struct OwnTerms {
    detail: Detail,
    /// Where each term's list stands.
    places: HashMap<Box<str>, u32, foldhash::fast::RandomState>,
    lists: Vec<List>,
    /// The last term and its place: kinds and collections come many times in a row. Words of names do not, and none of
    /// theirs is kept.
    last: Option<(String, u32)>,
    term_bytes: usize,
    tokens: u64,
}

impl OwnTerms {
    pub fn new(detail: Detail) -> Self {
        let places = HashMap::default();
        Self { detail, places, lists: Vec::new(), last: None, term_bytes: 0, tokens: 0 }
    }

    pub fn push(&mut self, term: &str, document: DocId, position: u32, chains: &mut Chains) {
        self.tokens += 1;
        let place = self.place(term) as usize;
        self.lists[place].push(self.detail, document, position, chains);
    }

    /// Returns where the list of a term stands, which it has from now on.
    fn place(&mut self, term: &str) -> u32 {
        if let Some((last, place)) = &self.last
            && last == term
        {
            return *place;
        }
        let place = match self.places.get(term) {
            Some(&place) => place,
            None => {
                let place = self.lists.len() as u32;
                let needed = self.lists.len() + 1;
                reserve(&mut self.lists, needed);
                self.lists.push(List::default());
                self.term_bytes += term.len();
                self.places.insert(term.into(), place);
                place
            }
        };
        if self.detail == Detail::Documents {
            let (last, of_last) = self.last.get_or_insert_default();
            term.clone_into(last);
            *of_last = place;
        }
        place
    }

    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    pub fn memory_bytes(&self) -> usize {
        let lists = self.lists.capacity() * size_of::<List>();
        lists + self.places.capacity() * size_of::<(Box<str>, u32)>() + self.term_bytes
    }

    pub fn write<W: Write>(&self, chains: &Chains, field: &mut FieldWriter<W>) -> io::Result<()> {
        let mut terms: Vec<_> = self.places.iter().collect();
        terms.sort_unstable();
        let (mut bytes, mut apart) = (Vec::new(), Apart::default());
        for (text, &place) in terms {
            let list = &self.lists[place as usize];
            bytes.clear();
            chains.read(&list.numbers, &mut bytes);
            list.read(self.detail, &bytes, &mut apart);
            let Apart { documents, frequencies, steps } = &apart;
            field.write(text.as_bytes(), TermPostings { documents, frequencies, steps })?;
        }
        Ok(())
    }
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

    pub fn write<W: Write>(self, field: &mut FieldWriter<W>) -> io::Result<()> {
        let mut pairs: Vec<(u64, DocId)> = self.numbers.into_iter().zip(self.documents).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut documents = Vec::new();
        for of_number in pairs.chunk_by(|a, b| a.0 == b.0) {
            documents.clear();
            documents.extend(of_number.iter().map(|&(_, document)| document));
            let postings = TermPostings { documents: &documents, frequencies: &[], steps: &[] };
            field.write(&of_number[0].0.to_be_bytes(), postings)?;
        }
        Ok(())
    }
}
