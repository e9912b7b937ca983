//! Writes one field of the three files of posting lists.
//!
//! As tantivy's `FieldSerializer` does, and by its parts. That one makes ready for each term to bound the scores of its
//! documents, which only lists of many documents need: nearly all are short.

use std::io::{self, Write};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::positions::PositionSerializer;
use tantivy::postings::TermInfo;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::TermDictionaryBuilder;
use tantivy::{DocId, Score};

/// Documents that are packed together, with a bound of their scores.
const DOCUMENTS_A_BLOCK: usize = 128;

/// Writes a field, term by term.
pub struct FieldWriter<W: Write> {
    option: IndexRecordOption,
    average_norm: Score,
    norms: Option<FieldNormReader>,
    terms: TermDictionaryBuilder<W>,
    /// Of lists without a full block.
    short: PostingsSerializer,
    postings: Counted<W>,
    positions: Option<PositionSerializer<W>>,
}

/// The postings of one term.
#[derive(Clone, Copy)]
pub struct TermPostings<'p> {
    pub documents: &'p [DocId],
    /// How often it stands in each of them; nothing where that is not kept.
    pub frequencies: &'p [u32],
    /// Of all documents, one behind the other: the first position, and how far each is from the one before; nothing where
    /// they are not kept.
    pub steps: &'p [u32],
}

impl<W: Write> FieldWriter<W> {
    /// Begins a field of so many occurrences.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(
        option: IndexRecordOption,
        occurrences: u64,
        norms: Option<FieldNormReader>,
        [terms, mut postings, positions]: [W; 3],
    ) -> io::Result<Self> {
        postings.write_all(&occurrences.to_le_bytes())?;
        let average = |norms: &FieldNormReader| occurrences as Score / norms.num_docs() as Score;
        let average_norm = norms.as_ref().map_or(0.0, average);
        Ok(Self {
            option,
            average_norm,
            norms,
            terms: TermDictionaryBuilder::create(terms)?,
            short: PostingsSerializer::new(average_norm, option, None),
            postings: Counted { inner: postings, bytes: 0 },
            positions: option.has_positions().then(|| PositionSerializer::new(positions)),
        })
    }

    /// Appends a term, which stands behind all before in the order of bytes.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, term: &[u8], of_term: TermPostings<'_>) -> io::Result<()> {
        let TermPostings { documents, frequencies, steps } = of_term;
        let count = documents.len() as u32;
        let mut long;
        let serializer = if documents.len() < DOCUMENTS_A_BLOCK {
            &mut self.short
        } else {
            long = PostingsSerializer::new(self.average_norm, self.option, self.norms.clone());
            &mut long
        };
        serializer.new_term(count, !frequencies.is_empty());
        if frequencies.is_empty() {
            documents.iter().for_each(|&document| serializer.write_doc(document, 0));
        } else {
            let pairs = documents.iter().zip(frequencies);
            pairs.for_each(|(&document, &frequency)| serializer.write_doc(document, frequency));
        }
        let start = self.postings.bytes;
        serializer.close_term(count, &mut self.postings)?;
        let mut positions_range = 0..0;
        if let Some(positions) = &mut self.positions {
            positions_range.start = positions.written_bytes() as usize;
            positions.write_positions_delta(steps);
            positions.close_term()?;
            positions_range.end = positions.written_bytes() as usize;
        }
        let postings_range = start..self.postings.bytes;
        self.terms.insert(term, &TermInfo { doc_freq: count, postings_range, positions_range })
    }

    /// Completes the field.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn close(self) -> io::Result<()> {
        if let Some(positions) = self.positions {
            positions.close()?;
        }
        self.terms.finish()?;
        Ok(())
    }
}

/// Counts what is written.
struct Counted<W> {
    inner: W,
    bytes: usize,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
