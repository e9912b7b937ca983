//! In: one word in one or two lists of a segment that find documents, and lists that only lift these. Out: how many
//! documents have it, and the scores of those that can come first.
//!
//! The list that gives the highest scores is looked at first: what stands in the headline, too, nearly always comes before
//! what does not. Once that leaves no place for the rest, which is most of it, it is counted without being looked at
//! (MaxScore: Turtle and Flood 1995). Documents are looked at by blocks, so that the lengths of their texts, which stand far
//! apart, are fetched side by side.

use tantivy::{DocId, Score};

use super::listed::{Keep, Listed};
use super::scored::REMEMBERED;

/// Most lists of a word that find documents.
pub const MOST_FINDING: usize = 2;

/// Documents whose lengths are fetched side by side; while few were found, more would be scored than can come first.
const AT_ONCE: usize = 32;

/// A word in a segment.
pub struct OneWord {
    /// One or two, as the query has them.
    finding: Vec<Listed>,
    /// Their term stands in a part of what one that finds stands in, and so no more often.
    lifting: Vec<Listed>,
}

/// A document that may come first.
#[derive(Clone, Copy)]
struct Candidate {
    doc: DocId,
    /// How often the term of each list that finds stands in it.
    often: [u32; MOST_FINDING],
    /// What the list that was looked at gives.
    known: Score,
}

impl OneWord {
    /// Takes the lists of a word, of which at most `MOST_FINDING` find documents.
    pub fn new(finding: Vec<Listed>, lifting: Vec<Listed>) -> Self {
        debug_assert!(finding.len() <= MOST_FINDING);
        Self { finding, lifting }
    }

    /// Returns how many documents have the word, of those that `keep` leaves where it is given; calls `each` with those
    /// whose score is above a threshold, and with the score: above the one given, and then what `each` returned last. They
    /// come in no order.
    pub fn visit(
        mut self,
        mut threshold: Score,
        keep: Option<Keep<'_>>,
        mut each: impl FnMut(DocId, Score) -> Score,
    ) -> u64 {
        let (mut in_both, mut count) = (Vec::new(), 0);
        let mut weak = 0;
        if let [first, second] = &self.finding[..] {
            let strong = usize::from(second.best() > first.best());
            weak = 1 - strong;
            let afresh = (self.finding[weak].clone(), self.lifting.clone());
            count = self.visit_strong(strong, &mut threshold, keep, &mut each, &mut in_both);
            (self.finding[weak], self.lifting) = afresh;
        }
        if self.finding.is_empty() {
            return 0;
        }
        // All of those in both were counted.
        count + self.visit_weak(weak, threshold, keep, each, &in_both) - in_both.len() as u64
    }

    /// Visits what the list of the highest scores has, and returns how many that is; tells which of them the other one has,
    /// too.
    fn visit_strong(
        &mut self,
        strong: usize,
        threshold: &mut Score,
        keep: Option<Keep<'_>>,
        each: &mut impl FnMut(DocId, Score) -> Score,
        in_both: &mut Vec<DocId>,
    ) -> u64 {
        let (mut count, mut block, mut candidates) = (0, Vec::new(), Vec::with_capacity(AT_ONCE));
        loop {
            if !self.finding[strong].read_block(keep, &mut block) {
                return count;
            }
            count += block.len() as u64;
            for &(doc, own) in &block {
                let mut often = [0; MOST_FINDING];
                often[strong] = own;
                if self.finding[1 - strong].seek(doc) == doc {
                    often[1 - strong] = self.finding[1 - strong].often();
                    in_both.push(doc);
                }
                let candidate = Candidate { doc, often, known: 0.0 };
                if self.most(&candidate, None) > *threshold {
                    candidates.push(candidate);
                }
                if candidates.len() == AT_ONCE {
                    self.look_at(&mut candidates, strong, threshold, each);
                }
            }
            self.look_at(&mut candidates, strong, threshold, each);
            self.finding[strong].pass_block();
        }
    }

    /// Visits what one list alone has, and returns how many documents it has, those in both among them.
    fn visit_weak(
        &mut self,
        weak: usize,
        mut threshold: Score,
        keep: Option<Keep<'_>>,
        mut each: impl FnMut(DocId, Score) -> Score,
        in_both: &[DocId],
    ) -> u64 {
        let (mut count, mut block, mut candidates) = (0, Vec::new(), Vec::with_capacity(AT_ONCE));
        let mut next_in_both = in_both;
        let mut least_often = self.least_often(weak, threshold);
        loop {
            if keep.is_none() && least_often == u32::MAX {
                return self.finding[weak].doc_freq().into();
            }
            if !self.finding[weak].read_block(keep, &mut block) {
                return if keep.is_some() { count } else { self.finding[weak].doc_freq().into() };
            }
            count += block.len() as u64;
            for part in block.chunks(AT_ONCE) {
                for &(doc, own) in part.iter().filter(|(_, often)| *often >= least_often) {
                    while next_in_both.first().is_some_and(|both| *both < doc) {
                        next_in_both = &next_in_both[1..];
                    }
                    if next_in_both.first() != Some(&doc) {
                        let mut often = [0; MOST_FINDING];
                        often[weak] = own;
                        candidates.push(Candidate { doc, often, known: 0.0 });
                    }
                }
                if !candidates.is_empty() {
                    self.look_at(&mut candidates, weak, &mut threshold, &mut each);
                    least_often = self.least_often(weak, threshold);
                }
            }
            self.finding[weak].pass_block();
        }
    }

    /// Hands over those of some documents whose score is above the threshold, which then are none any more. The list `known`
    /// has all of them; their lengths in it are looked at first.
    fn look_at(
        &mut self,
        candidates: &mut Vec<Candidate>,
        known: usize,
        threshold: &mut Score,
        each: &mut impl FnMut(DocId, Score) -> Score,
    ) {
        let scored = self.finding[known].scored();
        for candidate in &mut *candidates {
            candidate.known = scored.score(candidate.doc, candidate.often[known]);
        }
        candidates.retain(|candidate| self.most(candidate, Some(known)) > *threshold);
        for candidate in candidates.drain(..) {
            if self.most(&candidate, Some(known)) > *threshold
                && let Some(score) = self.score_above(&candidate, *threshold)
            {
                *threshold = each(candidate.doc, score);
            }
        }
    }

    /// Returns how often the word has to stand in a document of one list alone that can have a score above a threshold.
    fn least_often(&self, weak: usize, threshold: Score) -> u32 {
        let most = |often: u32| self.with_most_lifted(self.finding[weak].bounds().most(often), often);
        (0..REMEMBERED as u32).find(|often| most(*often) > threshold).unwrap_or(u32::MAX)
    }

    /// Returns at least the score of a document, from its frequencies and what one list is known to give.
    #[inline]
    fn most(&self, candidate: &Candidate, known: Option<usize>) -> Score {
        let (mut sum, mut all) = (0.0, 0_u32);
        for (number, (list, often)) in self.finding.iter().zip(candidate.often).enumerate() {
            if often > 0 {
                sum += if known == Some(number) { candidate.known } else { list.bounds().most(often) };
                all = all.saturating_add(often);
            }
        }
        self.with_most_lifted(sum, all)
    }

    /// Returns the score of a document if it is above a threshold; what lifts it is looked at last.
    fn score_above(&mut self, candidate: &Candidate, threshold: Score) -> Option<Score> {
        let (mut sum, mut all) = (0.0, 0_u32);
        for (list, often) in self.finding.iter().zip(candidate.often).filter(|(_, often)| *often > 0) {
            sum += list.scored().score(candidate.doc, often);
            all = all.saturating_add(often);
        }
        if self.with_most_lifted(sum, all) <= threshold {
            return None;
        }
        for list in &mut self.lifting {
            if list.seek(candidate.doc) == candidate.doc {
                sum += list.scored().score(candidate.doc, list.often());
            }
        }
        Some(sum).filter(|sum| *sum > threshold)
    }

    #[inline]
    fn with_most_lifted(&self, sum: Score, often: u32) -> Score {
        self.lifting.iter().fold(sum, |sum, list| sum + list.bounds().most(often))
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

    /// How often the word stands in headline, lead and body of a document, and how many others do.
    fn frequencies(number: u32) -> ([u32; 3], u32) {
        let body = if number.is_multiple_of(3) { 1 + number / 3 % 23 } else { 0 };
        let lead = if number.is_multiple_of(6) { body.min(1 + number % 4) } else { 0 };
        // Often without the body, too.
        ([u32::from(number.is_multiple_of(7)), lead, body], 1 + number * 31 % 57)
    }

    const FIELDS: [&str; 3] = ["headline", "lead", "body"];

    fn index(of: impl Fn(u32) -> [bool; 3]) -> (Index, [Field; 3]) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields = FIELDS.map(|name| schema.add_text_field(name, options.clone()));
        let number_of = schema.add_u64_field("number", tantivy::schema::INDEXED);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 50 << 20).unwrap();
        for number in 0..4_000 {
            let (often, others) = frequencies(number);
            let mut document = doc!(number_of => u64::from(number));
            for ((field, often), is_there) in fields.into_iter().zip(often).zip(of(number)) {
                let often = if is_there { often } else { 0 };
                document.add_text(field, "talks ".repeat(often as usize) + &"x ".repeat(others as usize));
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index, fields)
    }

    fn lists(segment: &SegmentReader, fields: [Field; 3]) -> [Option<Listed>; 3] {
        let mut weights = [2.0, 0.5, 1.0].into_iter();
        fields.map(|field| {
            let weight = weights.next()?;
            let inverted = segment.inverted_index(field).unwrap();
            let info = inverted.get_term_info(&Term::from_field_text(field, "talks")).unwrap()?;
            let postings = inverted.read_block_postings_from_terminfo(&info, RANKED).unwrap();
            let similarity = Bm25Weight::for_one_term(900, 4_000, 30.0).boost_by(weight);
            Some(Listed::new(postings, Scored::new(similarity, segment.get_fieldnorms_reader(field).unwrap())))
        })
    }

    #[test]
    fn all_are_counted_and_those_scored_that_are_above() {
        for (what, of, is_deleted) in [
            ("everywhere", (|_| [true; 3]) as fn(u32) -> [bool; 3], false),
            ("some deleted", |_| [true; 3], true),
            ("in no headline", |_| [false, true, true], false),
            ("in headlines alone", |_| [true, false, false], false),
            ("headlines of few", |number| [number > 3_900, true, true], false),
        ] {
            let (index, fields) = index(of);
            if is_deleted {
                let mut writer: IndexWriter = index.writer_with_num_threads(1, 50 << 20).unwrap();
                let number_of = index.schema().get_field("number").unwrap();
                (0..4_000).step_by(5).for_each(|number| {
                    writer.delete_term(Term::from_field_u64(number_of, number));
                });
                writer.commit().unwrap();
            }
            let searcher = index.reader().unwrap().searcher();
            let [segment] = searcher.segment_readers() else { panic!("one segment") };
            let keep_living = |docs: &mut Vec<DocId>| docs.retain(|doc| !segment.is_deleted(*doc));
            let keep: Option<Keep<'_>> = if is_deleted { Some(&keep_living) } else { None };
            let word = || {
                let [headline, lead, body] = lists(segment, fields);
                OneWord::new(body.into_iter().chain(headline).collect(), lead.into_iter().collect())
            };
            let [headline, lead, body] = lists(segment, fields);
            let mut expected = Vec::new();
            for doc in (0..4_000).filter(|doc| !segment.is_deleted(*doc)) {
                let ([in_headline, in_lead, in_body], _) = frequencies(doc);
                let [has_headline, has_lead, has_body] = of(doc);
                let score = |list: &Option<Listed>, often: u32, is_there: bool| match list {
                    Some(list) if often > 0 && is_there => list.scored().score(doc, often),
                    _ => 0.0,
                };
                let found = score(&body, in_body, has_body) + score(&headline, in_headline, has_headline);
                if found > 0.0 {
                    expected.push((doc, found + score(&lead, in_lead, has_lead)));
                }
            }
            assert!(expected.len() > 99, "{what}");
            let mut sorted: Vec<Score> = expected.iter().map(|(_, score)| *score).collect();
            sorted.sort_by(Score::total_cmp);
            let ranks = [sorted.len() / 2, sorted.len() - 30, sorted.len() - 2];
            for threshold in [Score::MIN, Score::MAX].into_iter().chain(ranks.map(|rank| sorted[rank])) {
                let mut visited = Vec::new();
                let count = word().visit(threshold, keep, |doc, score| {
                    visited.push((doc, score));
                    threshold
                });
                assert_eq!(count, expected.len() as u64, "{what}");
                visited.sort_by_key(|(doc, _)| *doc);
                let above: Vec<_> = expected.iter().copied().filter(|(_, score)| *score > threshold).collect();
                assert_eq!(visited, above, "{what} above {threshold}");
            }
            // The threshold rises with what was found, and the best are among it.
            let mut best = Vec::new();
            word().visit(Score::MIN, keep, |_, score| {
                best.push(score);
                best.sort_by(|a, b| b.total_cmp(a));
                best.truncate(20);
                if best.len() < 20 { Score::MIN } else { best[19] }
            });
            let first: Vec<Score> = sorted.iter().rev().copied().take(20).collect();
            assert_eq!(best, first, "{what}");
        }
    }
}
