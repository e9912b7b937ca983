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
use tantivy::{DocId, Score};

use super::dictionary::DictionaryWriter;

/// Documents that are packed together, with a bound of their scores: tantivy's `COMPRESSION_BLOCK_SIZE`, which it keeps
/// to itself. Whatever writes a full block remembers its last document, and serves no second list.
const DOCUMENTS_A_BLOCK: usize = 128;

/// Writes a field, term by term.
pub struct FieldWriter<W: Write> {
    option: IndexRecordOption,
    average_norm: Score,
    norms: Option<FieldNormReader>,
    terms: DictionaryWriter<W>,
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
            terms: DictionaryWriter::new(terms)?,
            short: PostingsSerializer::new(average_norm, option, None),
            postings: Counted { inner: postings, bytes: 0 },
            positions: option.has_positions().then(|| PositionSerializer::new(positions)),
        })
    }

    /// Appends a term, which stands behind all before in the order of bytes.
    ///
    /// # Panics
    /// If what is said of the documents does not fit together: nobody could read on behind it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, term: &[u8], of_term: TermPostings<'_>) -> io::Result<()> {
        let TermPostings { documents, frequencies, steps } = of_term;
        assert!(frequencies.is_empty() || frequencies.len() == documents.len(), "a frequency for each document");
        if self.positions.is_some() {
            let occurrences: u64 = frequencies.iter().copied().map(u64::from).sum();
            assert_eq!(occurrences, steps.len() as u64, "a position for each occurrence");
        }
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
        self.terms.insert(term, TermInfo { doc_freq: count, postings_range, positions_range })
    }

    /// Completes the field.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn close(self) -> io::Result<()> {
        if let Some(positions) = self.positions {
            positions.close()?;
        }
        self.terms.finish()
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

#[cfg(test)]
mod tests {
    use tantivy::Index;
    use tantivy::directory::CompositeWrite;
    use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
    use tantivy::index::{Segment, SegmentComponent};
    use tantivy::postings::InvertedIndexSerializer;
    use tantivy::schema::{Field, Schema, TextFieldIndexing, TextOptions};

    use super::*;

    /// How many documents each term stands in: behind each full block a list that must know nothing of it.
    const LISTS: [u32; 9] = [1, 127, 128, 1, 129, 127, 256, 300, 1];
    const FILES: [SegmentComponent; 3] =
        [SegmentComponent::Terms, SegmentComponent::Postings, SegmentComponent::Positions];
    const DOCUMENTS: DocId = 1000;

    fn segment(option: IndexRecordOption) -> (Segment, Field) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(option);
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        (Index::create_in_ram(schema.build()).new_segment(), field)
    }

    fn norms(segment: &Segment, field: Field) -> Option<FieldNormReader> {
        let mut writer = FieldNormsWriter::for_schema(&segment.schema());
        (0..DOCUMENTS).for_each(|document| writer.record(document, field, document % 37 * 5 + 1));
        let file = segment.clone().open_write(SegmentComponent::FieldNorms).unwrap();
        writer.serialize(FieldNormsSerializer::from_write(file).unwrap(), None).unwrap();
        let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms).unwrap()).unwrap();
        norms.get_field(field).unwrap()
    }

    /// Returns the documents, frequencies and steps of a list.
    fn list(number: u32, count: u32) -> (Vec<DocId>, Vec<u32>, Vec<u32>) {
        let documents: Vec<DocId> = (0..count).map(|index| number + index * 3 + index % 2).collect();
        let frequencies: Vec<u32> = documents.iter().map(|document| document % 5 % 3 + 1).collect();
        let steps = (0..frequencies.iter().sum()).map(|index| index * 7 % 300).collect();
        (documents, frequencies, steps)
    }

    #[test]
    fn the_engine_would_write_the_same_bytes() {
        use IndexRecordOption::{Basic, WithFreqs, WithFreqsAndPositions};
        for (option, has_frequencies) in
            [(Basic, false), (Basic, true), (WithFreqs, true), (WithFreqsAndPositions, true)]
        {
            let lists = (0_u32..).zip(LISTS).map(|(number, count)| (number, list(number, count)));
            let lists: Vec<_> = lists.collect();

            let (theirs, field) = segment(option);
            let norms = norms(&theirs, field);
            let mut serializer = InvertedIndexSerializer::open(&theirs).unwrap();
            let mut of_field = serializer.new_field(field, 5000, norms.clone()).unwrap();
            for (number, (documents, frequencies, steps)) in &lists {
                of_field.new_term(&number.to_be_bytes(), documents.len() as u32, has_frequencies).unwrap();
                let mut steps = steps.iter().copied();
                for (&document, &frequency) in documents.iter().zip(frequencies) {
                    let steps: Vec<u32> = steps.by_ref().take(frequency as usize).collect();
                    of_field.write_doc(document, frequency, &steps);
                }
                of_field.close_term().unwrap();
            }
            of_field.close().unwrap();
            serializer.close().unwrap();

            let (ours, field) = segment(option);
            let mut files = FILES.map(|file| CompositeWrite::wrap(ours.clone().open_write(file).unwrap()));
            let mut writer =
                FieldWriter::new(option, 5000, norms, files.each_mut().map(|file| file.for_field(field))).unwrap();
            for (number, (documents, frequencies, steps)) in &lists {
                let frequencies = if has_frequencies { &frequencies[..] } else { &[] };
                writer.write(&number.to_be_bytes(), TermPostings { documents, frequencies, steps }).unwrap();
            }
            writer.close().unwrap();
            files.into_iter().try_for_each(CompositeWrite::close).unwrap();

            for file in FILES {
                let [ours, theirs] =
                    [&ours, &theirs].map(|segment| segment.open_read(file.clone()).unwrap().read_bytes().unwrap());
                assert!(ours == theirs, "{file:?} with {option:?}");
            }
        }
    }

    #[test]
    #[should_panic = "a position for each occurrence"]
    fn no_position_may_be_missing() {
        let files = [Vec::new(), Vec::new(), Vec::new()];
        let mut writer = FieldWriter::new(IndexRecordOption::WithFreqsAndPositions, 3, None, files).unwrap();
        let postings = TermPostings { documents: &[0, 5], frequencies: &[1, 2], steps: &[4, 9] };
        writer.write(b"talk", postings).unwrap();
    }
}
