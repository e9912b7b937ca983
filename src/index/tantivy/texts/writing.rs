//! Posting lists of running texts are taken apart by field, and written to memory by several threads.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReaders;
use tantivy::schema::Schema;

use super::super::chains::Chains;
use super::super::field_writer::{FieldWriter, TermPostings};
use super::super::inverted::FieldBytes;
use super::super::numbers::Numbers;
use super::super::postings::Detail;
use super::super::schema::TextField;
use super::{Head, NumberedTerms};
use crate::index::vocabulary::SortedTerms;

/// Threads that write fields: two take as long as one that does all the rest.
const WRITERS: usize = 2;
const THREAD: &str = "dateline-write";
/// Bytes of postings that are taken apart at a time. A dictionary that is being built fills the caches, and should not
/// have to come back for each term; apart they take eight times as much.
const PIECE_BYTES: usize = 1 << 20;

impl NumberedTerms {
    /// Returns the fields that hold anything in so many shares, which take about the same time to write.
    fn shares<const COUNT: usize>(&self) -> [Vec<TextField>; COUNT] {
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
pub(super) struct Piece {
    /// The terms that have any.
    terms: Vec<PieceTerm>,
    pub(super) documents: Vec<DocId>,
    pub(super) frequencies: Vec<u32>,
    /// As in `TermPostings`.
    pub(super) steps: Vec<u32>,
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
pub(super) fn take_apart(bytes: &[u8], fields: &[TextField], pieces: &mut [Piece]) {
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
