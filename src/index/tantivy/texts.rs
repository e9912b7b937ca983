//! Posting lists of running texts in a segment that is being built, and how they are written.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReaders;
use tantivy::schema::Schema;

use super::block::{Block, Postings};
use super::chains::{Chain, Chains};
use super::field_writer::{FieldWriter, TermPostings};
use super::inverted::FieldBytes;
use super::numbers::{Few, Numbers};
use super::postings::{Detail, reserve};
use super::schema::TextField;
use crate::index::fetch::fetch;
use crate::index::vocabulary::SortedTerms;

/// What a term's bytes say first of each document and field in which it stands. Behind it comes how often it stands there,
/// unless that is once, and, where the field keeps them, the positions: the first, and how far each is from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How far the document is from the one before.
    pub step: DocId,
    pub kind: HeadKind,
}

/// What a head says beside the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadKind(u8);

/// Bits of a field's place.
const PLACE_BITS: u32 = 4;

impl HeadKind {
    /// Returns what stands for a field of running text, and for whether the term stands there once.
    pub fn new(field: TextField, is_single: bool) -> Self {
        debug_assert!(field.place < 1 << PLACE_BITS);
        Self(field.place << 1 | u8::from(is_single))
    }

    fn place(self) -> usize {
        usize::from(self.0 >> 1)
    }

    fn is_single(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Head {
    pub fn number(self) -> u64 {
        u64::from(self.step) << (PLACE_BITS + 1) | u64::from(self.kind.0)
    }

    fn of(number: u64) -> Self {
        let kind = number & ((1 << (PLACE_BITS + 1)) - 1);
        Self { step: (number >> (PLACE_BITS + 1)) as DocId, kind: HeadKind(kind as u8) }
    }
}

/// The postings of all fields whose terms have numbers in a vocabulary.
///
/// Those of one term stand behind each other, document by document and in each field by field: an article has most of its
/// words in several fields, and what a processor waits for is the memory.
pub struct NumberedTerms {
    fields: Vec<TextField>,
    tokens: Vec<u64>,
    /// By term.
    terms: Vec<TermBytes>,
}

#[derive(Clone, Copy, Default)]
struct TermBytes {
    bytes: Chain,
    last: DocId,
}

impl NumberedTerms {
    /// Returns those of `fields`, each in its place.
    pub fn new(fields: Vec<TextField>) -> Self {
        assert!(fields.len() <= 1 << PLACE_BITS, "heads name so many fields");
        let tokens = vec![0; fields.len()];
        Self { fields, tokens, terms: Vec::new() }
    }

    /// Takes in the texts of a block; `terms` are the numbers of its terms, `base` that of its first document.
    pub fn add(&mut self, block: &Block, terms: &[u32], base: DocId, chains: &mut Chains) {
        if let Some(&most) = terms.iter().max() {
            let needed = self.terms.len().max(most as usize + 1);
            reserve(&mut self.terms, needed);
            self.terms.resize(needed, TermBytes::default());
        }
        fetch(terms.iter().map(|&term| self.terms[term as usize].last));
        fetch(terms.iter().map(|&term| chains.at_end(&self.terms[term as usize].bytes)));
        for (&term, postings) in terms.iter().zip(block.postings()) {
            self.terms[term as usize].extend(postings, base, chains);
        }
        for (field, length) in block.documents().flat_map(|document| document.lengths) {
            self.tokens[usize::from(field.place)] += u64::from(*length);
        }
    }

    pub fn tokens(&self, field: TextField) -> u64 {
        self.tokens[usize::from(field.place)]
    }

    pub fn memory_bytes(&self) -> usize {
        self.terms.capacity() * size_of::<TermBytes>()
    }

    /// Returns the fields that hold anything in so many shares, which take about the same time to write.
    pub fn shares<const COUNT: usize>(&self) -> [Vec<TextField>; COUNT] {
        let mut fields: Vec<TextField> = self.fields.iter().copied().filter(|field| self.tokens(*field) > 0).collect();
        fields.sort_by_key(|field| std::cmp::Reverse(self.tokens(*field)));
        let mut shares = [const { Vec::new() }; COUNT];
        let mut sums = [0; COUNT];
        for field in fields {
            let least = (0..COUNT).min_by_key(|&share| sums[share]).unwrap_or_default();
            sums[least] += self.tokens(field);
            shares[least].push(field);
        }
        shares
    }

    /// Writes all fields to memory, several at a time, and does `meanwhile` beside that; `terms` are those of the
    /// vocabulary.
    ///
    /// # Errors
    /// If the engine does not take them, a thread cannot be started, or `meanwhile` fails.
    pub fn write(
        &self,
        terms: &SortedTerms,
        chains: &Chains,
        schema: &Schema,
        norms: &FieldNormReaders,
        meanwhile: impl FnOnce() -> tantivy::Result<()>,
    ) -> tantivy::Result<Vec<FieldBytes>> {
        thread::scope(|scope| {
            let (mut shares, mut writers) = (Vec::new(), Vec::new());
            for fields in self.shares::<WRITERS>() {
                let (filled, to_write) = bounded(1);
                let (written, empty) = bounded(1);
                // It has room for one.
                let _ = written.send(fields.iter().map(|_| Piece::default()).collect());
                shares.push(Share { fields: fields.clone(), filled, empty });
                let write = move || self.write_share(&fields, &to_write, &written, terms, schema, norms);
                writers.push(thread::Builder::new().name(THREAD.into()).spawn_scoped(scope, write)?);
            }
            let take_apart = move || self.take_apart(shares, terms, chains);
            thread::Builder::new().name(THREAD.into()).spawn_scoped(scope, take_apart)?;
            meanwhile()?;
            let mut all = Vec::new();
            for writer in writers {
                all.extend(writer.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            Ok(all)
        })
    }

    /// Takes the postings of all terms apart by field, and hands them over piece by piece.
    fn take_apart(&self, shares: Vec<Share>, terms: &SortedTerms, chains: &Chains) {
        let mut pieces: Vec<Piece> = self.fields.iter().map(|_| Piece::default()).collect();
        let mut bytes = Vec::new();
        let mut taken = 0;
        for (place, term) in (0..).zip(terms.numbers()) {
            let Some(of_term) = self.terms.get(term as usize) else { continue };
            bytes.clear();
            chains.read(&of_term.bytes, &mut bytes);
            take_apart(&bytes, &self.fields, &mut pieces);
            pieces.iter_mut().for_each(|piece| piece.end_term(place));
            taken += bytes.len();
            if taken >= PIECE_BYTES {
                taken = 0;
                if !shares.iter().all(|share| share.hand_over(&mut pieces)) {
                    // Whoever writes ends before only by an error, and then nothing more is wanted.
                    return;
                }
            }
        }
        shares.iter().all(|share| share.hand_over(&mut pieces));
    }

    /// Writes the pieces that come of some of the fields, and gives their memory back to be filled again.
    fn write_share(
        &self,
        fields: &[TextField],
        to_write: &Receiver<Vec<Piece>>,
        written: &Sender<Vec<Piece>>,
        terms: &SortedTerms,
        schema: &Schema,
        norms: &FieldNormReaders,
    ) -> tantivy::Result<Vec<FieldBytes>> {
        let mut all: Vec<FieldBytes> = fields.iter().map(|field| FieldBytes::new(field.handle)).collect();
        let mut writers = Vec::new();
        for (field, bytes) in fields.iter().zip(&mut all) {
            writers.push(bytes.begin(schema, self.tokens(*field), norms.get_field(field.handle)?)?);
        }
        for mut pieces in to_write {
            for (piece, writer) in pieces.iter_mut().zip(&mut writers) {
                piece.write(terms, writer)?;
                piece.clear();
            }
            // After the last one nobody fills it again.
            let _ = written.send(pieces);
        }
        writers.into_iter().try_for_each(FieldWriter::close)?;
        Ok(all)
    }
}

/// Threads that write fields: two take as long as one that does all the rest.
const WRITERS: usize = 2;
const THREAD: &str = "dateline-write";
/// Bytes of postings that are taken apart at a time. A dictionary that is being built fills the caches, and should not
/// have to come back for each term; apart they take eight times as much.
const PIECE_BYTES: usize = 1 << 20;

/// Fields that one thread writes.
struct Share {
    fields: Vec<TextField>,
    filled: Sender<Vec<Piece>>,
    empty: Receiver<Vec<Piece>>,
}

impl Share {
    /// Hands over its fields among `pieces`, by place, and puts empty ones there; returns whether they are wanted.
    fn hand_over(&self, pieces: &mut [Piece]) -> bool {
        let Ok(mut own) = self.empty.recv() else { return false };
        for (field, own) in self.fields.iter().zip(&mut own) {
            std::mem::swap(&mut pieces[usize::from(field.place)], own);
        }
        self.filled.send(own).is_ok()
    }
}

/// Postings of some terms in one field.
#[derive(Default)]
struct Piece {
    /// The terms that have any.
    terms: Vec<PieceTerm>,
    documents: Vec<DocId>,
    frequencies: Vec<u32>,
    /// As in `TermPostings`.
    steps: Vec<u32>,
}

struct PieceTerm {
    /// In the order of all terms.
    place: u32,
    /// Where its documents end, and its steps.
    documents_end: usize,
    steps_end: usize,
}

impl Piece {
    /// Notes that a term has no more postings.
    fn end_term(&mut self, place: u32) {
        let (documents_end, steps_end) = (self.documents.len(), self.steps.len());
        if self.terms.last().map_or(0, |last| last.documents_end) < documents_end {
            self.terms.push(PieceTerm { place, documents_end, steps_end });
        }
    }

    fn write<W: Write>(&self, terms: &SortedTerms, writer: &mut FieldWriter<W>) -> io::Result<()> {
        let (mut document, mut step) = (0, 0);
        for term in &self.terms {
            let (documents, steps) = (document..term.documents_end, step..term.steps_end);
            (document, step) = (term.documents_end, term.steps_end);
            let postings = TermPostings {
                documents: &self.documents[documents.clone()],
                frequencies: &self.frequencies[documents],
                steps: &self.steps[steps],
            };
            writer.write(terms.term(term.place as usize), postings)?;
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.terms.clear();
        self.documents.clear();
        self.frequencies.clear();
        self.steps.clear();
    }
}

/// Appends the postings of a term to the pieces of `fields`, by place.
fn take_apart(bytes: &[u8], fields: &[TextField], pieces: &mut [Piece]) {
    let mut numbers = Numbers(bytes);
    let mut document = 0;
    while let Some(number) = numbers.next() {
        let Head { step, kind } = Head::of(number);
        document += step;
        let frequency = if kind.is_single() { 1 } else { numbers.next().unwrap_or(1) as u32 };
        let piece = &mut pieces[kind.place()];
        piece.documents.push(document);
        piece.frequencies.push(frequency);
        if fields[kind.place()].detail == Detail::Positions {
            piece.steps.extend(numbers.by_ref().take(frequency as usize).map(|step| step as u32));
        }
    }
}

impl TermBytes {
    /// Appends what a block says of the term, whose first document is `base`.
    fn extend(&mut self, postings: Postings<'_>, base: DocId, chains: &mut Chains) {
        let Postings { first, last, kind, rest } = postings;
        let mut head = Few::default();
        head.push(Head { step: base + first - self.last, kind }.number());
        self.last = base + last;
        match head.short().zip(rest.short()).and_then(|(head, rest)| head.then(rest)) {
            Some(short) => chains.append_short(&mut self.bytes, short),
            None => {
                chains.append(&mut self.bytes, head.written());
                chains.append(&mut self.bytes, rest.bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::TantivyDocument;

    use super::super::block::{BlockTerms, BlockWriter};
    use super::*;
    use crate::index::stems::with_stems;
    use crate::index::tantivy::Schema;

    #[test]
    fn heads_come_back() {
        let fields = TextField::all(Schema::new().engine());
        for field in &fields {
            for (step, is_single) in [(0, true), (1, false), (DocId::MAX, true)] {
                let head = Head { step, kind: HeadKind::new(*field, is_single) };
                assert_eq!(Head::of(head.number()), head);
                assert_eq!((head.kind.place(), head.kind.is_single()), (field.place.into(), is_single));
            }
        }
    }

    #[test]
    fn postings_come_back_field_by_field() {
        let schema = Schema::new();
        let [body, stem, said] = ["body", "body_stem", "said"].map(|name| schema.text(name));
        let fields = TextField::all(schema.engine());
        let mut chains = Chains::default();
        let mut postings = NumberedTerms::new(fields.clone());
        let bases = [0, 7, 100_000];
        for base in bases {
            let block = with_stems(None, |stems| {
                let mut terms = BlockTerms::new(stems);
                let (talk, talks) = (terms.term("talk"), terms.term("talks"));
                let mut block = BlockWriter::begin();
                block.text(body, [(0, talks), (1, talk), (300, talks)].into_iter());
                block.text(stem, [(0, talk), (1, talk), (300, talk)].into_iter());
                block.document(TantivyDocument::new());
                block.document(TantivyDocument::new());
                block.text(said, [(0, talks), (0, talks)].into_iter());
                block.document(TantivyDocument::new());
                block.finish(terms)
            });
            assert_eq!(block.terms().collect::<Vec<_>>(), ["talk", "talks"]);
            postings.add(&block, &[0, 1], base, &mut chains);
        }
        assert_eq!([body, stem, said].map(|field| postings.tokens(field)), [9, 9, 6]);

        // By term and field: in a block the document, how often it stands there, and steps from position to position.
        type Expected = &'static [(DocId, u32, &'static [u32])];
        let rows: [(usize, TextField, Expected); 6] = [
            (0, said, &[]),
            (0, stem, &[(0, 3, &[])]),
            (0, body, &[(0, 1, &[1])]),
            (1, said, &[(2, 2, &[0, 0])]),
            (1, stem, &[]),
            (1, body, &[(0, 2, &[0, 300])]),
        ];
        for (term, field, expected) in rows {
            let mut bytes = Vec::new();
            chains.read(&postings.terms[term].bytes, &mut bytes);
            let mut pieces: Vec<Piece> = fields.iter().map(|_| Piece::default()).collect();
            take_apart(&bytes, &fields, &mut pieces);
            let expected =
                || bases.iter().flat_map(|base| expected.iter().map(move |row| (base + row.0, row.1, row.2)));
            let Piece { documents, frequencies, steps, .. } = &pieces[usize::from(field.place)];
            let name = format!("term {term}, {field:?}");
            assert_eq!(*documents, expected().map(|row| row.0).collect::<Vec<_>>(), "{name}");
            assert_eq!(*frequencies, expected().map(|row| row.1).collect::<Vec<_>>(), "{name}");
            assert_eq!(*steps, expected().flat_map(|row| row.2).copied().collect::<Vec<_>>(), "{name}");
        }
    }
}
