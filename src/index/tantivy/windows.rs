//! In: words, each in several lists of a segment. Out: how many documents hold all of them, and the scores of those that
//! can come first.
//!
//! A segment is looked at by windows of documents. What a list has in a window is marked in bits, with how often the term
//! stands there: words are then joined by 64 documents at once, and frequencies alone tell most documents that cannot come
//! first, so that the lengths of their texts are not asked for.

use std::cell::RefCell;

use tantivy::{DocId, Score, TERMINATED};

use super::listed::{Keep, Listed};
use super::scored::REMEMBERED;
use crate::index::fetch::fetch;

/// Numbers that tell which groups of a window have documents.
const OUTLINES: usize = 4;

/// Groups of 64 documents.
const GROUPS: usize = OUTLINES * 64;

/// Documents of a window: few windows have none, and what is kept of each document stays in the caches.
pub const WINDOW: usize = GROUPS * 64;

/// A list is read as far as the window goes where it has at most so many documents there for each one that is sought;
/// else these are looked up in it.
const READ_FOR_ONE: u64 = 3;

/// Most lists that are looked at by windows: their marks take 1.3 MB, and what they give adds up to nearly the same in any
/// order, as `tell_strong` has it: each of 63 sums may be off by 6e-8 either way, which together is less than 1e-5.
pub const MOST_LISTS: usize = 64;

/// Where the rarest of several words has fewer documents in a window, in the mean, these are sooner looked at one by one:
/// what is cleared and judged for each window is then shared by too few. With a word of 1 % of 1,000,000 articles, which
/// is less, two took twice as long by windows (0.9 ms); with a more frequent one about as long either way.
pub const FEWEST_IN_WINDOW: u64 = 64;

/// Documents of a window, as places in it.
struct Places {
    groups: Box<[u64; GROUPS]>,
    /// Which groups are not empty.
    outlines: [u64; OUTLINES],
}

impl Places {
    fn new() -> Self {
        Self { groups: Box::new([0; GROUPS]), outlines: [0; OUTLINES] }
    }

    fn clear(&mut self) {
        let groups = &mut self.groups;
        visit_bits(&self.outlines, |group| groups[group % GROUPS] = 0);
        self.outlines = [0; OUTLINES];
    }

    #[inline]
    fn insert(&mut self, place: usize) {
        let group = place / 64 % GROUPS;
        self.groups[group] |= 1 << (place % 64);
        self.outlines[group / 64] |= 1 << (group % 64);
    }

    #[inline]
    fn contains(&self, place: usize) -> bool {
        self.groups[place / 64 % GROUPS] >> (place % 64) & 1 == 1
    }

    /// Adds those of others.
    fn extend(&mut self, others: &Self) {
        let groups = &mut self.groups;
        visit_bits(&others.outlines, |group| groups[group % GROUPS] |= others.groups[group % GROUPS]);
        self.outlines.iter_mut().zip(others.outlines).for_each(|(outline, other)| *outline |= other);
    }

    /// Keeps of each group what is among others.
    fn keep(&mut self, others: impl Fn(usize) -> u64) {
        let Self { groups, outlines } = self;
        let before = *outlines;
        visit_bits(&before, |group| {
            let group = group % GROUPS;
            groups[group] &= others(group);
            outlines[group / 64] &= !(u64::from(groups[group] == 0) << (group % 64));
        });
    }

    fn count(&self) -> u64 {
        let mut count = 0;
        visit_bits(&self.outlines, |group| count += u64::from(self.groups[group % GROUPS].count_ones()));
        count
    }

    #[inline]
    fn for_each(&self, mut visit: impl FnMut(usize)) {
        visit_bits(&self.outlines, |group| {
            visit_bits(&[self.groups[group % GROUPS]], |place| visit(group * 64 + place));
        });
    }
}

/// Calls `visit` with the places of bits that are set, in order.
#[inline]
fn visit_bits<const N: usize>(numbers: &[u64; N], mut visit: impl FnMut(usize)) {
    for (at, &number) in numbers.iter().enumerate() {
        let mut left = number;
        while left != 0 {
            visit(at * 64 + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}

/// From this number on a byte does not tell how often a term stands in a document; `Often::beyond` does.
const OFTEN: u8 = u8::MAX;

/// How often a term stands in the documents of a window.
struct Often {
    by_place: Box<[u8; WINDOW]>,
    /// In the order of places.
    beyond: Vec<(usize, u32)>,
}

impl Often {
    #[inline]
    fn set(&mut self, place: usize, often: u32) {
        self.by_place[place % WINDOW] = often.min(OFTEN.into()) as u8;
        if often >= OFTEN.into() {
            self.beyond.push((place, often));
        }
    }

    #[inline]
    fn at_least(&self, place: usize) -> u32 {
        self.by_place[place % WINDOW].into()
    }

    #[inline]
    fn exactly(&self, place: usize) -> u32 {
        match self.by_place[place % WINDOW] {
            OFTEN => self.beyond.binary_search_by_key(&place, |known| known.0).map_or(0, |known| self.beyond[known].1),
            often => often.into(),
        }
    }
}

/// What a list has in the window at hand.
struct Marks {
    places: Places,
    often: Often,
    /// Documents in which the term stands so often that they can come first.
    strong: Box<[u64; GROUPS]>,
}

thread_local! {
    /// Marks of nothing, kept for their memory: to make new ones takes longer than to find a rare word.
    static FREE: RefCell<Vec<Marks>> = const { RefCell::new(Vec::new()) };
}

/// Most marks that a thread keeps: those of ten words in three fields.
const MOST_FREE: usize = 32;

impl Marks {
    fn new() -> Self {
        FREE.with_borrow_mut(Vec::pop).unwrap_or_else(|| Self {
            places: Places::new(),
            often: Often { by_place: Box::new([0; WINDOW]), beyond: Vec::new() },
            strong: Box::new([0; GROUPS]),
        })
    }

    fn clear(&mut self) {
        let strong = &mut self.strong;
        visit_bits(&self.places.outlines, |group| strong[group % GROUPS] = 0);
        self.places.clear();
        self.often.beyond.clear();
    }

    fn keep_for_others(mut self) {
        self.clear();
        FREE.with_borrow_mut(|free| {
            if free.len() < MOST_FREE {
                free.push(self);
            }
        });
    }

    #[inline]
    fn insert(&mut self, place: usize, often: u32, strong_from: u32) {
        self.places.insert(place);
        self.strong[place / 64 % GROUPS] |= u64::from(often >= strong_from) << (place % 64);
        self.often.set(place, often);
    }
}

/// The documents of one term.
pub struct List {
    listed: Listed,
    /// How many of its documents a window has.
    in_window: u64,
    /// How often the term has to stand in a document that is strong: one that is so in no list cannot come first.
    strong_from: u32,
    marks: Marks,
}

impl List {
    /// Takes the documents of a term in a segment of `documents`.
    pub fn new(listed: Listed, documents: DocId) -> Self {
        let in_window = u64::from(listed.doc_freq()) * WINDOW as u64 / u64::from(documents.max(1));
        Self { listed, in_window, strong_from: 0, marks: Marks::new() }
    }

    /// Marks which of its documents stand in the window that begins with `start`.
    fn read(&mut self, start: DocId) {
        self.marks.clear();
        self.listed.seek(start);
        let Self { listed, strong_from, marks, .. } = self;
        let end = start.saturating_add(WINDOW as DocId);
        loop {
            let (docs, often) = listed.block();
            let inside = match docs.last() {
                Some(last) if *last < end => docs.len(),
                Some(_) => docs.partition_point(|doc| *doc < end),
                None => break,
            };
            for (&doc, &often) in docs[..inside].iter().zip(often) {
                marks.insert((doc - start) as usize % WINDOW, often, *strong_from);
            }
            if inside < docs.len() {
                listed.pass(inside);
                break;
            }
            listed.pass_block();
        }
    }

    /// Marks which of some documents of the window are its own, and maybe others.
    fn mark(&mut self, start: DocId, sought: &Places, count: u64) {
        if self.in_window <= count.saturating_mul(READ_FOR_ONE) {
            return self.read(start);
        }
        self.marks.clear();
        sought.for_each(|place| {
            let doc = start + place as DocId;
            if self.listed.seek(doc) == doc {
                self.marks.insert(place, self.listed.often(), self.strong_from);
            }
        });
    }

    #[inline]
    fn most(&self, place: usize) -> Score {
        let Marks { places, often, .. } = &self.marks;
        if places.contains(place) { self.listed.bounds().most(often.at_least(place)) } else { 0.0 }
    }

    #[inline]
    fn score(&self, start: DocId, place: usize) -> Score {
        let Marks { places, often, .. } = &self.marks;
        if places.contains(place) {
            self.listed.scored().score(start + place as DocId, often.exactly(place))
        } else {
            0.0
        }
    }
}

/// The lists of one word.
#[derive(Default)]
pub struct Word {
    /// It stands in the documents of each of them.
    pub finding: Vec<List>,
    /// These add to the score of documents that others find.
    pub lifting: Vec<List>,
}

impl Word {
    fn size_hint(&self) -> u64 {
        self.finding.iter().map(|list| u64::from(list.listed.doc_freq())).sum()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.finding.iter_mut().map(|list| list.listed.seek(target)).min().unwrap_or(TERMINATED)
    }

    /// Marks all documents of the window in which it stands.
    fn read(&mut self, start: DocId, documents: &mut Places) {
        documents.clear();
        for list in &mut self.finding {
            list.read(start);
            documents.extend(&list.marks.places);
        }
    }

    /// Keeps those of some documents of the window in which it stands.
    fn keep(&mut self, start: DocId, documents: &mut Places) {
        let count = documents.count();
        self.finding.iter_mut().for_each(|list| list.mark(start, documents, count));
        let finding = &self.finding;
        documents.keep(|group| finding.iter().fold(0, |found, list| found | list.marks.places.groups[group]));
    }

    /// Adds up what its lists give, in the same order for whatever they are asked.
    #[inline]
    fn sum(&self, of_list: impl Fn(&List) -> Score) -> Score {
        let mut sum = 0.0;
        for list in &self.finding {
            sum += of_list(list);
        }
        for list in &self.lifting {
            sum += of_list(list);
        }
        sum
    }
}

/// All words in one segment.
pub struct Windows {
    /// As the query has them, so that their scores add up alike in all segments.
    words: Vec<Word>,
    /// Which of them is the rarest, and so on.
    order: Vec<usize>,
    /// Words and their finding lists, those first that give the lowest scores.
    weakest: Vec<(usize, usize)>,
}

impl Windows {
    pub fn new(words: Vec<Word>) -> Self {
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].size_hint());
        let lists = words.iter().enumerate();
        let lists = lists.flat_map(|(number, word)| (0..word.finding.len()).map(move |list| (number, list)));
        let mut weakest: Vec<(usize, usize)> = lists.collect();
        weakest.sort_by(|a, b| words[a.0].finding[a.1].listed.best().total_cmp(&words[b.0].finding[b.1].listed.best()));
        Self { words, order, weakest }
    }

    /// Returns how many documents hold all words, of those that `keep` leaves where it is given; calls `each` with those
    /// whose score is above a threshold, and with the score: above the one given, and then what `each` returned last.
    pub fn visit(
        mut self,
        mut threshold: Score,
        keep: Option<Keep<'_>>,
        mut each: impl FnMut(DocId, Score) -> Score,
    ) -> u64 {
        let order = std::mem::take(&mut self.order);
        let Some((&rarest, others)) = order.split_first() else { return 0 };
        let (mut start, mut count) = (0, 0);
        let mut documents = Places::new();
        let (mut kept, mut first) = (Vec::new(), Vec::new());
        loop {
            start = self.words[rarest].seek(start);
            if start >= TERMINATED {
                break;
            }
            self.tell_strong(threshold);
            self.words[rarest].read(start, &mut documents);
            for &word in others {
                self.words[word].keep(start, &mut documents);
            }
            if let Some(keep) = keep {
                kept.clear();
                documents.for_each(|place| kept.push(start + place as DocId));
                keep(&mut kept);
                documents.clear();
                kept.iter().for_each(|doc| documents.insert((doc - start) as usize));
            }
            count += documents.count();
            let strong = self.weakest.iter().map(|&(word, list)| &self.words[word].finding[list].marks.strong);
            documents.keep(|group| strong.clone().fold(0, |all, strong| all | strong[group]));
            let left = documents.count();
            for list in self.words.iter_mut().flat_map(|word| &mut word.lifting) {
                list.mark(start, &documents, left);
            }
            first.clear();
            documents.for_each(|place| {
                if self.sum(|list| list.most(place)) > threshold {
                    first.push(place);
                }
            });
            self.fetch_lengths(start, &first);
            for &place in &first {
                let score = self.sum(|list| list.score(start, place));
                if score > threshold {
                    threshold = each(start + place as DocId, score);
                }
            }
            start += WINDOW as DocId;
        }
        let lists = self.words.into_iter().flat_map(|word| word.finding.into_iter().chain(word.lifting));
        lists.for_each(|list| list.marks.keep_for_others());
        count
    }

    /// Finds out which documents of a list can have a score above the threshold: the lists that together cannot give so
    /// much have none, and of the next one a term has to stand in a document so often that it gives the rest.
    fn tell_strong(&mut self, threshold: Score) {
        // As much as adding up in another order may differ, of `MOST_LISTS` lists.
        let threshold = threshold - threshold.abs() * 1e-5;
        let mut most: Score = self.words.iter().flat_map(|word| &word.lifting).map(|list| list.listed.best()).sum();
        for &(word, list) in &self.weakest {
            let list = &mut self.words[word].finding[list];
            let is_strong = |often: &u32| most + list.listed.bounds().most(*often) > threshold;
            list.strong_from = (0..REMEMBERED as u32).find(is_strong).unwrap_or(u32::MAX);
            most += list.listed.best();
        }
    }

    /// Brings the lengths of texts near.
    fn fetch_lengths(&self, start: DocId, places: &[usize]) {
        for list in self.words.iter().flat_map(|word| word.finding.iter().chain(&word.lifting)) {
            let own = places.iter().filter(|place| list.marks.places.contains(**place));
            fetch(own.map(|place| list.listed.scored().length(start + *place as DocId).into()));
        }
    }

    #[inline]
    fn sum(&self, of_list: impl Fn(&List) -> Score) -> Score {
        let mut sum = 0.0;
        for word in &self.words {
            sum += word.sum(&of_list);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use tantivy::query::Bm25Weight;
    use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, IndexWriter, SegmentReader, Term, doc};

    use super::super::scored::Scored;
    use super::super::statistics::RANKED;
    use super::*;

    const BEYOND_EVERY: u32 = 7_000;

    /// How often two words stand in body, headline and lead of a document; they are frequent, but for a stretch that is
    /// longer than a window. In some bodies the first stands about as often as a byte can tell, and more often.
    fn frequencies(number: u32) -> [[u32; 3]; 2] {
        let often = |every: u32, most: u32| if number.is_multiple_of(every) { number / every % most } else { 0 };
        let is_apart = (15_000..35_000).contains(&number);
        let talks = match number.is_multiple_of(BEYOND_EVERY) {
            true => u32::from(OFTEN) - 1 + number / BEYOND_EVERY,
            false => often(if is_apart { 999 } else { 2 }, 40),
        };
        let body = [talks, often(3, 8)];
        let headline = u32::from(number.is_multiple_of(if is_apart { 9_001 } else { 7 }));
        body.map(|body| [body, headline, if number.is_multiple_of(5) { body } else { 0 }])
    }

    fn word(segment: &SegmentReader, fields: [Field; 3], word: &str) -> Word {
        let list = |field: Field, weight: Score| {
            let inverted = segment.inverted_index(field).unwrap();
            let info = inverted.get_term_info(&Term::from_field_text(field, word)).unwrap().unwrap();
            let postings = inverted.read_block_postings_from_terminfo(&info, RANKED).unwrap();
            let similarity = Bm25Weight::for_one_term(1_500, 3_000, 20.0).boost_by(weight);
            let scored = Scored::new(similarity, segment.get_fieldnorms_reader(field).unwrap());
            List::new(Listed::new(postings, scored), segment.max_doc())
        };
        let [body, headline, lead] = fields;
        Word { finding: vec![list(body, 1.0), list(headline, 2.0)], lifting: vec![list(lead, 0.5)] }
    }

    #[test]
    fn frequencies_beyond_a_byte_are_known_exactly() {
        let mut often = Often { by_place: Box::new([0; WINDOW]), beyond: Vec::new() };
        let known = [(0, 1), (3, 254), (64, 255), (70, 256), (71, 2), (5_000, u32::MAX), (WINDOW - 1, 511)];
        known.into_iter().for_each(|(place, times)| often.set(place, times));
        for (place, times) in known {
            assert_eq!(often.exactly(place), times, "{place}");
            assert_eq!(often.at_least(place), times.min(255), "{place}");
        }
    }

    #[test]
    fn only_what_cannot_come_first_is_not_scored() {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields = ["body", "headline", "lead"].map(|name| schema.add_text_field(name, options.clone()));
        let [body, headline, lead] = fields;
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 50 << 20).unwrap();
        const WORDS: [&str; 3] = ["talks", "deal", "rare"];
        let mut holding = Vec::new();
        for number in 0..50_000_u32 {
            let [talks, deal] = frequencies(number);
            let rare = [u32::from(number.is_multiple_of(430)); 3];
            let text = |field: usize| {
                let words = WORDS.into_iter().zip([talks, deal, rare]);
                let words = words.map(|(word, often)| format!("{word} ").repeat(often[field] as usize));
                words.chain([format!("x{}", " x".repeat(number as usize % 30))]).collect::<String>()
            };
            writer.add_document(doc!(body => text(0), headline => text(1), lead => text(2))).unwrap();
            holding.push([talks, deal, rare].map(|often| often[0] > 0 || often[1] > 0));
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let windows =
            |asked: &[usize]| Windows::new(asked.iter().map(|at| word(segment, fields, WORDS[*at])).collect());
        for asked in [&[0][..], &[1], &[0, 1], &[2, 0], &[0, 1, 2]] {
            let all = (0..).zip(&holding).filter(|(_, holds)| asked.iter().all(|at| holds[*at]));
            let all: Vec<DocId> = all.map(|(doc, _)| doc).collect();
            assert!(all.len() > 2, "{asked:?}");
            let mut scores = Vec::new();
            let count = windows(asked).visit(Score::MIN, None, |doc, score| {
                scores.push((doc, score));
                Score::MIN
            });
            assert_eq!(scores.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), all, "{asked:?}");
            assert_eq!(count, all.len() as u64, "{asked:?}");
            for &(doc, score) in &scores {
                let list =
                    |list: &List, often: u32| if often == 0 { 0.0 } else { list.listed.scored().score(doc, often) };
                let rare = [u32::from(doc.is_multiple_of(430)); 3];
                let [talks, deal] = frequencies(doc);
                let asked_words = windows(asked).words;
                let expected = asked_words.iter().zip(asked).map(|(word, at)| {
                    let often = [talks, deal, rare][*at];
                    let lists = word.finding.iter().chain(&word.lifting).zip(0..);
                    lists.map(|(own, text)| list(own, often[text])).sum::<Score>()
                });
                if doc % 97 == 0 || doc < 200 || doc % BEYOND_EVERY == 0 {
                    assert_eq!(score, expected.sum::<Score>(), "{asked:?}, document {doc}");
                }
            }
            let mut sorted: Vec<Score> = scores.iter().map(|(_, score)| *score).collect();
            sorted.sort_by(Score::total_cmp);
            for threshold in [sorted[sorted.len() / 2], sorted[sorted.len() - 2], Score::MAX] {
                let is_odd = |doc: &DocId| doc % 2 == 1;
                let mut above = Vec::new();
                let count = windows(asked).visit(threshold, Some(&|docs| docs.retain(is_odd)), |doc, score| {
                    above.push((doc, score));
                    threshold
                });
                let odd = scores.iter().copied().filter(|(doc, _)| is_odd(doc));
                assert_eq!(count, odd.clone().count() as u64, "every document is counted");
                let wanted: Vec<_> = odd.filter(|(_, score)| *score > threshold).collect();
                assert_eq!(above, wanted, "{asked:?} above {threshold}");
            }
        }
    }
}
