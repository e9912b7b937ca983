//! In: the engine's weight of a question. Out: its best documents in a stable order, and how many there are.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use std::sync::Arc;

use tantivy::columnar::{Column, ColumnValues};
use tantivy::query::{Scorer, Weight};
use tantivy::{
    BitSet, DateTime, DocAddress, DocId, Score, Searcher, SeekDangerResult, SegmentOrdinal, SegmentReader, TERMINATED,
};

use super::neighbours::Neighbours;
use super::patterned::PatternWeight;
use super::published::AllDays;
use super::word::WordsWeight;
use crate::search::{Sort, Target};

/// A document found, and all that decides its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub address: DocAddress,
    pub score: Score,
    /// Larger is earlier.
    key: u64,
    /// Of the article.
    pub article: u64,
    /// Of the statement in its article; the article's own again where articles are asked for.
    id: u64,
}

impl Found {
    /// Returns the same document at another place.
    pub(super) fn with_key(self, key: u64) -> Self {
        Self { key, ..self }
    }

    /// Orders documents: the first one is the smallest.
    fn order(&self) -> (Reverse<u64>, u64, u64) {
        (Reverse(self.key), self.article, self.id)
    }
}

impl Eq for Found {}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

/// Returns how many living documents match.
///
/// # Errors
/// If the index cannot be read.
pub fn count(searcher: &Searcher, weight: &dyn Weight) -> tantivy::Result<u64> {
    let mut sum = 0;
    for segment in searcher.segment_readers() {
        sum += u64::from(weight.count(segment)?);
    }
    Ok(sum)
}

/// Returns whether any living document matches.
///
/// # Errors
/// If the index cannot be read.
pub fn is_any(searcher: &Searcher, weight: &dyn Weight) -> tantivy::Result<bool> {
    for segment in searcher.segment_readers() {
        let mut scorer = weight.scorer(segment, 1.0)?;
        while scorer.doc() != TERMINATED {
            if !segment.is_deleted(scorer.doc()) {
                return Ok(true);
            }
            scorer.advance();
        }
    }
    Ok(false)
}

/// Which of the documents that match come first.
#[derive(Clone, Copy)]
pub struct Best<'q> {
    pub target: Target,
    pub sort: Sort,
    /// None: all.
    pub most: Option<usize>,
    pub scoring: &'q Scoring,
}

/// How documents are scored where they are sorted by relevance.
pub enum Scoring {
    /// The engine passes over documents that cannot come first, which are then not counted.
    Pruned,
    /// Of words alone: all documents are counted, and those scored that can come first.
    OfWords(WordsWeight),
    /// Of a pattern alone: likewise.
    OfPattern(PatternWeight),
    Whole,
}

/// Returns the first documents in an order, ties broken by id, without those that are passed; and how many match, where
/// all of them were looked at.
///
/// # Errors
/// If the index cannot be read.
pub fn best(
    searcher: &Searcher,
    ids: &[Ids],
    weight: &dyn Weight,
    asked: Best<'_>,
    passed: Option<&Passed>,
) -> tantivy::Result<(Vec<Found>, Option<u64>)> {
    let mut first = First::new(ids, asked.most, asked.sort);
    let mut total = 0;
    for ((ordinal, segment), ids) in (0..).zip(searcher.segment_readers()).zip(ids) {
        let alive = segment.alive_bitset();
        let passed = passed.and_then(|passed| passed.segments.get(&ordinal));
        let is_passed = |doc| passed.is_some_and(|passed| passed.contains(doc));
        match asked.sort {
            Sort::Relevance => {
                let mut threshold = first.threshold();
                let mut take = |doc, score| {
                    if !is_passed(doc) {
                        first.take(DocAddress::new(ordinal, doc), score);
                    }
                    first.threshold()
                };
                let is_alive = |doc| alive.is_none_or(|alive| alive.is_alive(doc));
                match asked.scoring {
                    Scoring::Pruned => weight.for_each_pruning(threshold, segment, &mut |doc, score| {
                        if is_alive(doc) {
                            threshold = take(doc, score);
                        }
                        threshold
                    })?,
                    Scoring::OfWords(words) => total += words.visit(segment, threshold, take)?,
                    Scoring::OfPattern(pattern) => total += pattern.visit(segment, threshold, take)?,
                    Scoring::Whole => weight.for_each(segment, &mut |doc, score| {
                        if is_alive(doc) {
                            total += 1;
                            if score > threshold {
                                threshold = take(doc, score);
                            }
                        }
                    })?,
                }
            }
            sort => {
                let days = Days::open(segment, ids, asked.target, sort)?;
                visit(segment, weight, &mut |doc| {
                    total += 1;
                    let key = days.key(doc);
                    if first.list.takes(key) && !is_passed(doc) {
                        first.list.push(ids.found(ordinal, doc, 0.0, key));
                    }
                })?;
            }
        }
    }
    let list = first.settled();
    let is_counted = !matches!(asked.scoring, Scoring::Pruned) || asked.sort != Sort::Relevance;
    Ok((list.into_sorted(), is_counted.then_some(total)))
}

/// Documents that are passed over, because they were shown or are copies of such.
#[derive(Default)]
pub struct Passed {
    segments: HashMap<SegmentOrdinal, BitSet>,
}

impl Passed {
    pub fn insert(&mut self, searcher: &Searcher, address: DocAddress) {
        let most = || BitSet::with_max_value(searcher.segment_reader(address.segment_ord).max_doc());
        self.segments.entry(address.segment_ord).or_insert_with(most).insert(address.doc_id);
    }
}

/// Calls `each` with every living document that matches, in the order of the segment.
///
/// # Errors
/// If the index cannot be read.
pub fn visit(segment: &SegmentReader, weight: &dyn Weight, each: &mut dyn FnMut(DocId)) -> tantivy::Result<()> {
    let alive = segment.alive_bitset();
    weight.for_each_no_score(segment, &mut |docs| {
        for &doc in docs {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                each(doc);
            }
        }
    })
}

/// Returns which of `docs`, which are in order, match.
///
/// # Errors
/// If the index cannot be read.
pub fn matching(segment: &SegmentReader, weight: &dyn Weight, docs: &[DocId]) -> tantivy::Result<Vec<DocId>> {
    let mut found = Vec::new();
    visit_matching(segment, weight, docs.iter().copied(), &mut |doc, _| found.push(doc))?;
    Ok(found)
}

/// Calls `each` with those of some documents, which are in order, that match. No other document is looked at closely.
fn visit_matching(
    segment: &SegmentReader,
    weight: &dyn Weight,
    docs: impl Iterator<Item = DocId>,
    each: &mut dyn FnMut(DocId, &mut dyn Scorer),
) -> tantivy::Result<()> {
    let mut opened: Option<Box<dyn Scorer>> = None;
    let mut none_before = 0;
    for doc in docs.filter(|&doc| !segment.is_deleted(doc)) {
        if doc < none_before {
            continue;
        }
        let (is_found, scorer) = match opened.take() {
            Some(mut scorer) => (scorer.seek_danger(doc), scorer),
            None => weight.scorer_danger(segment, doc, 1.0)?,
        };
        let scorer = opened.insert(scorer);
        match is_found {
            SeekDangerResult::Found => each(doc, &mut **scorer),
            SeekDangerResult::SeekLowerBound(first) => none_before = first,
        }
    }
    Ok(())
}

/// What lifts some of the first documents.
pub struct Lift {
    pub weight: Box<dyn Weight>,
    /// The highest score that it gives.
    pub most: Score,
}

/// Adds to the scores of documents what `lifts` give them, and puts those that are then the `first` ones in their order;
/// documents that cannot be among these are not looked at, and stand behind them.
///
/// # Errors
/// If the index cannot be read.
pub fn lift(searcher: &Searcher, lifts: &[Lift], found: &mut [Found], first: usize) -> tantivy::Result<()> {
    for (number, lift) in lifts.iter().enumerate() {
        found.sort_unstable();
        // None gets less than it has; adding up in another order may differ by less than this.
        let least = first.checked_sub(1).and_then(|last| found.get(last)).map_or(Score::MIN, |found| found.score);
        let least = least - least.abs() * 1e-5;
        let most: Score = lifts[number..].iter().map(|lift| lift.most).sum();
        let looked_at = found.partition_point(|found| found.score + most >= least);
        lift_by(searcher, &*lift.weight, &mut found[..looked_at])?;
    }
    found.sort_unstable();
    Ok(())
}

/// Adds to the scores of documents what a weight gives them, and leaves them in another order.
fn lift_by(searcher: &Searcher, weight: &dyn Weight, found: &mut [Found]) -> tantivy::Result<()> {
    found.sort_unstable_by_key(|found| found.address);
    for found in found.chunk_by_mut(|a, b| a.address.segment_ord == b.address.segment_ord) {
        let segment = searcher.segment_reader(found[0].address.segment_ord);
        let docs: Vec<DocId> = found.iter().map(|found| found.address.doc_id).collect();
        let mut next = 0;
        visit_matching(segment, weight, docs.iter().copied(), &mut |doc, scorer| {
            next += found[next..].iter().position(|found| found.address.doc_id == doc).unwrap_or_default();
            found[next].score += scorer.score();
            found[next].key = keyed(found[next].score, found[next].key);
        })?;
    }
    Ok(())
}

/// Returns scores, and days among equal ones, in an order that whole numbers have too; no score is negative. Of `day` the
/// lower half counts, which in a key is the day.
fn keyed(score: Score, day: u64) -> u64 {
    u64::from(score.max(0.0).to_bits()) << u32::BITS | day & u64::from(u32::MAX)
}

/// The first documents by score. What tells those of one score apart stands in columns, far from each other, and most of
/// those that are first for a while fall behind others: it is read for what is left at the end.
struct First<'i> {
    /// Of each segment.
    ids: &'i [Ids],
    list: BestList,
    /// Those that are not on the list yet: all whose scores are among the best `most`, and some that were.
    unsettled: Vec<(Score, DocAddress)>,
    /// The bits of the best scores, which are in the order of scores, the worst on top; none where all are on the list.
    best: Option<BinaryHeap<Reverse<u32>>>,
}

/// Documents that are not on the list after which those are dropped that have fallen behind; where half as many are left,
/// they have few scores, and days decide.
const MOST_UNSETTLED: usize = 1_024;

impl<'i> First<'i> {
    fn new(ids: &'i [Ids], most: Option<usize>, sort: Sort) -> Self {
        let is_of_few = most.is_some_and(|most| 0 < most && most <= MOST_UNSETTLED / 4) && sort == Sort::Relevance;
        let best = is_of_few.then(BinaryHeap::new);
        Self { ids, list: BestList::new(most), unsettled: Vec::new(), best }
    }

    fn take(&mut self, address: DocAddress, score: Score) {
        let (Some(best), Some(most)) = (&mut self.best, self.list.most) else { return self.settle(address, score) };
        let bits = score.max(0.0).to_bits();
        if best.len() < most {
            best.push(Reverse(bits));
        } else if let Some(mut worst) = best.peek_mut() {
            match bits.cmp(&worst.0) {
                Ordering::Less => return,
                Ordering::Equal => {}
                Ordering::Greater => *worst = Reverse(bits),
            }
        }
        self.unsettled.push((score, address));
        if self.unsettled.len() >= MOST_UNSETTLED {
            let threshold = self.threshold();
            self.unsettled.retain(|(score, _)| *score > threshold);
            if self.unsettled.len() >= MOST_UNSETTLED / 2 {
                self.settle_all();
            }
        }
    }

    fn settle(&mut self, address: DocAddress, score: Score) {
        let ids = &self.ids[address.segment_ord as usize];
        let key = ids.relevance(address.doc_id, score);
        if self.list.takes(key) {
            self.list.push(ids.found(address.segment_ord, address.doc_id, score, key));
        }
    }

    /// Returns the score above which a document may still enter; an equal one may, by its day.
    fn threshold(&self) -> Score {
        match &self.best {
            Some(best) if self.list.most.is_some_and(|most| best.len() >= most) => {
                best.peek().map_or(Score::MAX, |worst| Score::from_bits(worst.0).next_down())
            }
            Some(_) => Score::MIN,
            None => self.list.threshold(),
        }
    }

    /// Returns the list with all of them on it.
    fn settled(mut self) -> BestList {
        self.settle_all();
        self.list
    }

    fn settle_all(&mut self) {
        let threshold = self.threshold();
        self.best = None;
        for (score, address) in std::mem::take(&mut self.unsettled) {
            if score > threshold {
                self.settle(address, score);
            }
        }
    }
}

/// The best so far, the worst of them on top.
pub(super) struct BestList {
    most: Option<usize>,
    found: BinaryHeap<Found>,
}

impl BestList {
    /// Returns an empty one that takes `most` documents, or all.
    pub fn new(most: Option<usize>) -> Self {
        Self { most, found: BinaryHeap::new() }
    }

    /// Returns the best ones in their order.
    pub fn into_sorted(self) -> Vec<Found> {
        self.found.into_sorted_vec()
    }

    pub fn push(&mut self, found: Found) {
        match self.most {
            Some(0) => {}
            Some(most) if self.found.len() >= most => {
                if let Some(mut worst) = self.found.peek_mut()
                    && found < *worst
                {
                    *worst = found;
                }
            }
            _ => self.found.push(found),
        }
    }

    /// Returns whether a document with a key may enter; an equal one may, by its id.
    pub fn takes(&self, key: u64) -> bool {
        match self.most {
            Some(most) if self.found.len() >= most => self.found.peek().is_some_and(|worst| key >= worst.key),
            _ => true,
        }
    }

    /// Returns the score above which a document may still enter; an equal one may, by its id.
    fn threshold(&self) -> Score {
        match self.most {
            Some(most) if self.found.len() >= most => {
                self.found.peek().map_or(Score::MAX, |worst| worst.score.next_down())
            }
            _ => Score::MIN,
        }
    }
}

/// Columns that tell one document of a segment from another.
pub struct Ids {
    /// None where articles alone are asked for, whose ids are their own.
    neighbours: Option<Neighbours>,
    ids: Column<u64>,
    /// Of publication.
    days: Arc<dyn ColumnValues<u64>>,
}

impl Ids {
    /// Opens those of a segment.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(segment: &SegmentReader, neighbours: Option<Neighbours>, days: &AllDays) -> tantivy::Result<Self> {
        Ok(Self { neighbours, ids: segment.fast_fields().u64("id")?, days: days.of(segment)?.clone() })
    }

    /// Returns the key of a document with a score; of equal ones the newest is first.
    pub(super) fn relevance(&self, doc: DocId, score: Score) -> u64 {
        keyed(score, self.days.get_val(doc))
    }

    pub(super) fn found(&self, ordinal: u32, doc: DocId, score: Score, key: u64) -> Found {
        let article = self.neighbours.as_ref().map_or(doc, |neighbours| neighbours.article_of(doc));
        Found {
            address: DocAddress::new(ordinal, doc),
            score,
            key,
            article: self.ids.first(article).unwrap_or_default(),
            id: self.ids.first(doc).unwrap_or_default(),
        }
    }
}

/// The day by which documents are sorted.
pub(super) struct Days<'a> {
    days: Column<DateTime>,
    /// Leads from a statement to its article, where the article has the day.
    of_article: Option<&'a Neighbours>,
    is_newest_first: bool,
}

impl<'a> Days<'a> {
    pub fn open(segment: &SegmentReader, ids: &'a Ids, target: Target, sort: Sort) -> tantivy::Result<Self> {
        let field = if sort == Sort::Said && target == Target::Statements { "said_on" } else { "date" };
        let days = segment.fast_fields().date(field)?;
        let of_article = ids.neighbours.as_ref().filter(|_| field == "date" && target == Target::Statements);
        Ok(Self { days, of_article, is_newest_first: sort == Sort::Newest })
    }

    /// Returns the key of a document; one without a day comes last either way.
    pub fn key(&self, doc: DocId) -> u64 {
        let doc = self.of_article.map_or(doc, |neighbours| neighbours.article_of(doc));
        let Some(day) = self.days.first(doc) else { return 0 };
        // Moved so that the order of signed numbers is kept, and away from 0, which means none.
        let key = (day.into_timestamp_secs() as u64) ^ (1 << 63);
        if self.is_newest_first { key.max(1) } else { (!key).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{FAST, Schema};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    #[test]
    fn the_first_are_the_same_whenever_their_columns_are_read() {
        let mut schema = Schema::builder();
        let (id, day) = (schema.add_u64_field("id", FAST), schema.add_u64_field("day", FAST));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
        for number in 0..5_000_u64 {
            writer.add_document(doc!(id => number * 7_919 % 5_000, day => number * 31 % 100)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let ids = [Ids::open(segment, None, &AllDays::open(&searcher).unwrap()).unwrap()];
        for (what, score, keeps_columns_for_later) in [
            ("many scores", (|doc: DocId| (doc * 617 % 4_999) as Score) as fn(DocId) -> Score, true),
            ("few scores", |doc| (doc % 3) as Score, false),
            ("one score", |_| 0.0, false),
            ("better and better", |doc| doc as Score, true),
        ] {
            for most in [0, 1, 10, MOST_UNSETTLED / 4, MOST_UNSETTLED, 9_999] {
                let mut first = First::new(&ids, Some(most), Sort::Relevance);
                let mut all = BestList::new(Some(most));
                for doc in 0..5_000 {
                    let score = score(doc);
                    if score > first.threshold() {
                        first.take(DocAddress::new(0, doc), score);
                    }
                    all.push(ids[0].found(0, doc, score, ids[0].relevance(doc, score)));
                }
                if most == 10 {
                    assert_eq!(first.best.is_some(), keeps_columns_for_later, "{what}");
                }
                assert_eq!(first.settled().into_sorted(), all.into_sorted(), "{what}, {most} of them");
            }
        }
    }
}
