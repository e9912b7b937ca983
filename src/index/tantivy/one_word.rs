//! In: one word in one or two lists of a segment that find documents, and lists that only lift these. Out: how many
//! documents have it, and the scores of those that can come first.
//!
//! The list that gives the highest scores is looked at first: what stands in the headline, too, nearly always comes before
//! what does not. Once that leaves no place for the rest, which is most of it, it is counted without being looked at
//! (MaxScore: Turtle and Flood 1995).

use tantivy::fastfield::AliveBitSet;
use tantivy::{DocId, Score, TERMINATED};

use super::listed::Listed;
use super::scored::REMEMBERED;

/// Most lists of a word that find documents.
pub const MOST_FINDING: usize = 2;

/// A word in a segment.
pub struct OneWord {
    /// One or two, as the query has them.
    finding: Vec<Listed>,
    /// Their term stands in a part of what one that finds stands in, and so no more often.
    lifting: Vec<Listed>,
}

impl OneWord {
    /// Takes the lists of a word, of which at most `MOST_FINDING` find documents.
    pub fn new(finding: Vec<Listed>, lifting: Vec<Listed>) -> Self {
        debug_assert!(finding.len() <= MOST_FINDING);
        Self { finding, lifting }
    }

    /// Returns how many living documents have the word; calls `each` with those whose score is above a threshold, and with
    /// the score: above the one given, and then what `each` returned last. They come in no order.
    pub fn visit(
        mut self,
        alive: Option<&AliveBitSet>,
        mut threshold: Score,
        mut each: impl FnMut(DocId, Score) -> Score,
    ) -> u64 {
        let (mut in_both, mut count) = (Vec::new(), 0);
        let mut weak = 0;
        if let [first, second] = &self.finding[..] {
            let strong = usize::from(second.best() > first.best());
            weak = 1 - strong;
            let afresh = (self.finding[weak].clone(), self.lifting.clone());
            count = self.visit_strong(strong, alive, &mut threshold, &mut each, &mut in_both);
            (self.finding[weak], self.lifting) = afresh;
        }
        if self.finding.is_empty() {
            return 0;
        }
        // All of those in both were counted.
        count + self.visit_weak(weak, alive, threshold, each, &in_both) - in_both.len() as u64
    }

    /// Visits what the list of the highest scores has, and returns how many that is; tells which of them the other one has,
    /// too.
    fn visit_strong(
        &mut self,
        strong: usize,
        alive: Option<&AliveBitSet>,
        threshold: &mut Score,
        each: &mut impl FnMut(DocId, Score) -> Score,
        in_both: &mut Vec<DocId>,
    ) -> u64 {
        let mut count = 0;
        loop {
            let doc = self.finding[strong].doc();
            if doc == TERMINATED {
                return count;
            }
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                count += 1;
                if self.finding[1 - strong].seek(doc) == doc {
                    in_both.push(doc);
                }
                if self.most(doc) > *threshold
                    && let Some(score) = self.score_above(doc, *threshold)
                {
                    *threshold = each(doc, score);
                }
            }
            self.finding[strong].advance();
        }
    }

    /// Visits what one list alone has, and returns how many living documents it has, those in both among them.
    fn visit_weak(
        &mut self,
        weak: usize,
        alive: Option<&AliveBitSet>,
        mut threshold: Score,
        mut each: impl FnMut(DocId, Score) -> Score,
        in_both: &[DocId],
    ) -> u64 {
        let (mut count, mut next_in_both) = (0, 0);
        let mut least_often = self.least_often(weak, threshold);
        loop {
            if alive.is_none() && least_often == u32::MAX {
                return self.finding[weak].doc_freq().into();
            }
            let (docs, often) = self.finding[weak].block();
            if docs.is_empty() {
                return if alive.is_some() { count } else { self.finding[weak].doc_freq().into() };
            }
            if let Some(alive) = alive {
                count += docs.iter().filter(|doc| alive.is_alive(**doc)).count() as u64;
            }
            let Some(passed) = often.iter().position(|often| *often >= least_often) else {
                self.finding[weak].pass_block();
                continue;
            };
            let left = docs.len() - passed;
            self.finding[weak].pass(passed);
            for _ in 0..left {
                let (doc, often) = (self.finding[weak].doc(), self.finding[weak].often());
                if often >= least_often && alive.is_none_or(|alive| alive.is_alive(doc)) {
                    next_in_both += in_both[next_in_both..].iter().take_while(|both| **both < doc).count();
                    if in_both.get(next_in_both) != Some(&doc)
                        && let Some(score) = self.score_above(doc, threshold)
                    {
                        threshold = each(doc, score);
                        least_often = self.least_often(weak, threshold);
                    }
                }
                self.finding[weak].advance();
            }
        }
    }

    /// Returns how often the word has to stand in a document of one list alone that can have a score above a threshold.
    fn least_often(&self, weak: usize, threshold: Score) -> u32 {
        let most = |often: u32| {
            let lifted = self.lifting.iter().map(|list| list.bounds().most(often));
            lifted.fold(self.finding[weak].bounds().most(often), |sum, most| sum + most)
        };
        (0..REMEMBERED as u32).find(|often| most(*often) > threshold).unwrap_or(u32::MAX)
    }

    /// Returns at least the score of a document, from its frequencies.
    fn most(&self, doc: DocId) -> Score {
        let (mut sum, mut often) = (0.0, 0_u32);
        for list in self.finding.iter().filter(|list| list.doc() == doc) {
            sum += list.bounds().most(list.often());
            often = often.saturating_add(list.often());
        }
        self.with_most_lifted(sum, often)
    }

    /// Returns the score of a document if it is above a threshold; the lengths of its texts are looked at for it, and last
    /// what lifts it.
    fn score_above(&mut self, doc: DocId, threshold: Score) -> Option<Score> {
        let (mut sum, mut often) = (0.0, 0_u32);
        for list in self.finding.iter().filter(|list| list.doc() == doc) {
            sum += list.scored().score(doc, list.often());
            often = often.saturating_add(list.often());
        }
        if self.with_most_lifted(sum, often) <= threshold {
            return None;
        }
        for list in &mut self.lifting {
            if list.seek(doc) == doc {
                sum += list.scored().score(doc, list.often());
            }
        }
        Some(sum).filter(|sum| *sum > threshold)
    }

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
                let count = word().visit(segment.alive_bitset(), threshold, |doc, score| {
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
            word().visit(segment.alive_bitset(), Score::MIN, |_, score| {
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
