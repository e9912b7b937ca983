//! The three files of posting lists, field by field, on the disk or in memory.
//!
//! tantivy's own writer of them takes one field after the other. Here fields are written beside each other, by several
//! threads, and then put together.

use std::io::{self, Write};

use tantivy::directory::CompositeWrite;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::{Field, IndexRecordOption, Schema};

use super::field_writer::FieldWriter;

/// Dictionaries, posting lists and positions of a segment.
pub struct Inverted {
    schema: Schema,
    terms: CompositeWrite,
    postings: CompositeWrite,
    positions: CompositeWrite,
}

impl Inverted {
    /// Makes the files of a segment.
    ///
    /// # Errors
    /// If they cannot be made.
    pub fn create(segment: &Segment) -> tantivy::Result<Self> {
        let open = |component| Ok::<_, tantivy::TantivyError>(CompositeWrite::wrap(segment.open_write(component)?));
        Ok(Self {
            schema: segment.schema(),
            terms: open(SegmentComponent::Terms)?,
            postings: open(SegmentComponent::Postings)?,
            positions: open(SegmentComponent::Positions)?,
        })
    }

    /// Begins a field of so many occurrences, without norms.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn field(&mut self, field: Field, occurrences: u64) -> io::Result<FieldWriter<impl Write>> {
        let files = [self.terms.for_field(field), self.postings.for_field(field), self.positions.for_field(field)];
        FieldWriter::new(option(&self.schema, field), occurrences, None, files)
    }

    /// Appends a field that was written to memory.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn append(&mut self, bytes: FieldBytes) -> io::Result<()> {
        let FieldBytes { field, terms, postings, positions } = bytes;
        terms.write(self.terms.for_field(field))?;
        postings.write(self.postings.for_field(field))?;
        positions.write(self.positions.for_field(field))
    }

    /// Completes the files.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn close(self) -> io::Result<()> {
        self.terms.close()?;
        self.postings.close()?;
        self.positions.close()
    }
}

fn option(schema: &Schema, field: Field) -> IndexRecordOption {
    schema.get_field_entry(field).field_type().index_record_option().unwrap_or(IndexRecordOption::Basic)
}

/// What the files hold of one field.
pub struct FieldBytes {
    field: Field,
    terms: Pages,
    postings: Pages,
    positions: Pages,
}

impl FieldBytes {
    pub fn new(field: Field) -> Self {
        Self { field, terms: Pages::default(), postings: Pages::default(), positions: Pages::default() }
    }

    /// Begins the field, which has so many occurrences.
    ///
    /// # Errors
    /// If the engine does not take it.
    pub fn begin(
        &mut self,
        schema: &Schema,
        occurrences: u64,
        norms: Option<FieldNormReader>,
    ) -> io::Result<FieldWriter<impl Write>> {
        let files = [&mut self.terms, &mut self.postings, &mut self.positions].map(PagesWriter);
        FieldWriter::new(option(schema, self.field), occurrences, norms, files)
    }
}

/// Bytes that grow without being moved.
#[derive(Default)]
struct Pages(Vec<Vec<u8>>);

const PAGE_BYTES: usize = 1 << 18;

impl Pages {
    /// Writes all of it to a file, and gives back its memory on the way.
    fn write(self, file: &mut impl Write) -> io::Result<()> {
        self.0.into_iter().try_for_each(|page| file.write_all(&page))
    }
}

/// Appends to bytes in memory.
struct PagesWriter<'p>(&'p mut Pages);

impl Write for PagesWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Pages(pages) = &mut *self.0;
        if pages.last().is_none_or(|page| page.len() == page.capacity()) {
            pages.push(Vec::with_capacity(PAGE_BYTES));
        }
        let Some(page) = pages.last_mut() else { return Ok(0) };
        let fitting = bytes.len().min(page.capacity() - page.len());
        page.extend_from_slice(&bytes[..fitting]);
        Ok(fitting)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_what_was_written() {
        let mut pages = Pages::default();
        let mut expected = Vec::new();
        for (number, length) in [0, 1, PAGE_BYTES - 1, 3, 2 * PAGE_BYTES, PAGE_BYTES, 7].into_iter().enumerate() {
            let piece: Vec<u8> = (0..length).map(|at| (at * 7 + number) as u8).collect();
            PagesWriter(&mut pages).write_all(&piece).unwrap();
            expected.extend(piece);
        }
        let mut written = Vec::new();
        pages.write(&mut written).unwrap();
        assert!(written == expected);
    }
}
