//! Lists of bands in a segment that is being built.

use std::io::{self, Write};

use tantivy::DocId;
use tantivy::schema::{Field, Schema};

use super::field_writer::{FieldWriter, TermPostings};
use super::postings::reserve;
use crate::index::bands::{BUCKETS, Place};

/// The bands of documents, in the order of these.
pub struct Buckets {
    /// The column that holds them.
    pub bands: Field,
    /// Where they are looked up.
    pub handle: Field,
    bands_of: Vec<(u32, DocId)>,
}

impl Buckets {
    /// Returns the empty lists of a schema; none where it has no bands.
    pub fn new(schema: &Schema) -> Option<Self> {
        let field = |name| schema.get_field(name).ok();
        Some(Self { bands: field("bands")?, handle: field("buckets")?, bands_of: Vec::new() })
    }

    pub fn push(&mut self, band: u64, document: DocId) {
        let needed = self.bands_of.len() + 1;
        reserve(&mut self.bands_of, needed);
        self.bands_of.push((band as u32, document));
    }

    pub fn tokens(&self) -> u64 {
        self.bands_of.iter().map(|&(band, _)| u64::from(Place::of(band.into()).frequency)).sum()
    }

    pub fn memory_bytes(&self) -> usize {
        self.bands_of.capacity() * size_of::<(u32, DocId)>()
    }

    /// Writes the lists. Of two bands of a document that belong into one list the first alone stands there.
    pub fn write<W: Write>(self, field: &mut FieldWriter<W>) -> io::Result<()> {
        let place = |band: u32| Place::of(band.into());
        let mut ends = vec![0; BUCKETS + 1];
        for &(band, _) in &self.bands_of {
            ends[place(band).bucket as usize + 1] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        // Counting sort: documents stay in their order.
        let mut sorted = vec![(0, 0); self.bands_of.len()];
        for &(band, document) in &self.bands_of {
            let Place { bucket, frequency } = place(band);
            let next = &mut ends[bucket as usize];
            sorted[*next] = (document, frequency);
            *next += 1;
        }
        drop(self.bands_of);
        let (mut documents, mut frequencies) = (Vec::new(), Vec::new());
        let mut start = 0;
        for (bucket, &end) in (0..).zip(&ends[..BUCKETS]) {
            let list = &sorted[start..end];
            start = end;
            if list.is_empty() {
                continue;
            }
            documents.clear();
            frequencies.clear();
            for &(document, frequency) in list {
                if documents.last() != Some(&document) {
                    documents.push(document);
                    frequencies.push(frequency);
                }
            }
            let postings = TermPostings { documents: &documents, frequencies: &frequencies, steps: &[] };
            field.write(Place::term(bucket).as_bytes(), postings)?;
        }
        Ok(())
    }
}
