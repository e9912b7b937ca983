//! In: many posting lists that stand for one word. Out: the documents of any of them, and how often it stands in each.
//!
//! Thousands of lists read in step would be asked at each document which of them goes on; added up for a whole segment
//! they would need memory for documents that hold none. So they are added up for some documents after the others.

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, TERMINATED};

use crate::index::deadline::Deadline;

/// Documents for which the lists are added up at once: their counts fit into a core's cache.
const WINDOW: u32 = 1 << 16;
/// Lists of no more documents than this are read at once, because each that is left open takes a kilobyte.
const FEW: u32 = 128;

/// Posting lists, added up.
pub struct Gathered {
    long: Vec<BlockSegmentPostings>,
    /// Documents of short lists, in order, and how often a word stands in each; those before `short_at` are behind.
    short: Vec<(DocId, u16)>,
    short_at: usize,
    /// Which documents from `start` on hold a word.
    bits: Vec<u64>,
    /// How often, unless nobody asked.
    counts: Vec<u16>,
    start: DocId,
    /// No document from the end of the window up to this one holds a word.
    behind: DocId,
    deadline: Deadline,
}

impl Gathered {
    /// Opens the lists of `words`; with `are_counted` it is told how often they stand in a document. Past `deadline` nothing
    /// more is found, and whoever asks has to look at it too.
    ///
    /// # Errors
    /// If the postings cannot be read.
    pub fn open(
        inverted: &InvertedIndexReader,
        words: &[TermInfo],
        are_counted: bool,
        deadline: &Deadline,
    ) -> tantivy::Result<Self> {
        let option = if are_counted { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for info in words {
            if deadline.is_over() {
                break;
            }
            let list = inverted.read_block_postings_from_terminfo(info, option)?;
            if info.doc_freq > FEW {
                long.push(list);
            } else {
                short.extend(counted(&list, 0..list.docs().len(), are_counted));
            }
        }
        short.sort_unstable_by_key(|(doc, _)| *doc);
        let counts = if are_counted { vec![0; WINDOW as usize] } else { Vec::new() };
        let deadline = deadline.clone();
        let bits = vec![0; (WINDOW / u64::BITS) as usize];
        let mut gathered = Self { long, short, short_at: 0, bits, counts, start: 0, behind: 0, deadline };
        gathered.gather(0);
        Ok(gathered)
    }

    /// Returns the first document from `from` on; `from` never goes back.
    pub fn next(&mut self, from: DocId) -> DocId {
        let mut from = from.max(self.start);
        loop {
            if let Some(doc) = self.next_in_window(from) {
                return doc;
            }
            from = from.max(self.behind);
            if from >= TERMINATED {
                return TERMINATED;
            }
            self.gather(from);
        }
    }

    /// Returns how often the words stand in the document that was returned last, at least once.
    pub fn count(&self, doc: DocId) -> u32 {
        self.counts.get(doc.saturating_sub(self.start) as usize).map_or(1, |&count| count.into())
    }

    fn next_in_window(&self, from: DocId) -> Option<DocId> {
        let offset = from - self.start;
        let mut index = (offset / u64::BITS) as usize;
        let mut bits = self.bits.get(index)? & u64::MAX << (offset % u64::BITS);
        while bits == 0 {
            index += 1;
            bits = *self.bits.get(index)?;
        }
        Some(self.start + index as DocId * u64::BITS + bits.trailing_zeros())
    }

    /// Adds the lists up from `start` on.
    fn gather(&mut self, start: DocId) {
        let end = start.saturating_add(WINDOW);
        self.bits.fill(0);
        self.counts.fill(0);
        (self.start, self.behind) = (start, TERMINATED);
        if self.deadline.is_over() {
            (self.long, self.short_at) = (Vec::new(), self.short.len());
            return;
        }
        let are_counted = !self.counts.is_empty();
        let (bits, counts, behind) = (&mut self.bits, &mut self.counts, &mut self.behind);
        let mut add = |doc: DocId, count: u16| {
            let offset = doc - start;
            bits[(offset / u64::BITS) as usize] |= 1 << (offset % u64::BITS);
            if let Some(sum) = counts.get_mut(offset as usize) {
                *sum = sum.saturating_add(count);
            }
        };
        let short = &self.short[self.short_at..];
        let first = short.partition_point(|(doc, _)| *doc < start);
        let inside = short[first..].partition_point(|(doc, _)| *doc < end);
        short[first..first + inside].iter().for_each(|&(doc, count)| add(doc, count));
        self.short_at += first + inside;
        *behind = self.short.get(self.short_at).map_or(TERMINATED, |(doc, _)| *doc);
        self.long.retain_mut(|list| {
            if self.deadline.is_over() {
                return false;
            }
            let mut from = list.seek(start);
            while !list.docs().is_empty() {
                let until = list.docs().partition_point(|doc| *doc < end);
                counted(list, from..until, are_counted).for_each(|(doc, count)| add(doc, count));
                if let Some(&next) = list.docs().get(until) {
                    *behind = next.min(*behind);
                    return true;
                }
                list.advance();
                from = 0;
            }
            false
        });
    }
}

/// Returns documents of the block on which a list stands, and how often its word stands in each.
fn counted(
    list: &BlockSegmentPostings,
    places: std::ops::Range<usize>,
    are_counted: bool,
) -> impl Iterator<Item = (DocId, u16)> {
    let count = move |place| if are_counted { list.freq(place).try_into().unwrap_or(u16::MAX) } else { 1 };
    places.map(move |place| (list.doc(place), count(place)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    #[test]
    fn windows_give_what_the_lists_hold() {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
        let mut expected = BTreeMap::new();
        // Rare words and frequent ones, in a few clusters with wide gaps between.
        for number in 0..200_000_u32 {
            let is_inside = number % 90_000 < 2_000;
            let mut words = Vec::new();
            words.extend((is_inside && number % 3 == 0).then_some("often often"));
            words.extend((is_inside && number % 7 == 0).then_some("also"));
            words.extend((number % 40_000 == 5).then_some("seldom"));
            let text = words.join(" ");
            let count = text.split_whitespace().count() as u32;
            if count > 0 {
                expected.insert(number, count);
            }
            writer.add_document(doc!(field => text)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let inverted = segment.inverted_index(field).unwrap();
        let words = ["often", "also", "seldom"].map(|word| inverted.terms().get(word).unwrap().unwrap());
        for step in [1, 50, 30_000, 100_000] {
            let mut gathered = Gathered::open(&inverted, &words, true, &Deadline::default()).unwrap();
            let mut from = 0;
            loop {
                let next = expected.range(from..).next();
                assert_eq!(gathered.next(from), next.map_or(TERMINATED, |(doc, _)| *doc), "from {from} by {step}");
                let Some((&doc, &count)) = next else { break };
                assert_eq!(gathered.count(doc), count, "in {doc}");
                from = doc + step;
            }
        }
        let mut uncounted = Gathered::open(&inverted, &words, false, &Deadline::default()).unwrap();
        assert_eq!((uncounted.next(1), uncounted.count(3)), (3, 1));
        let deadline = Deadline::within(Duration::from_secs(3_600));
        let mut given_up = Gathered::open(&inverted, &words, true, &deadline).unwrap();
        assert_eq!(given_up.next(1), 3);
        deadline.give_up();
        assert_eq!(given_up.next(90_000), TERMINATED, "past the window that was added up before");
    }
}
