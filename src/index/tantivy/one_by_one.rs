//! In: words, each in several lists of a segment. Out: the documents that hold all of them, one by one, and the scores of
//! those that are wanted.

use std::cmp::Ordering;

use tantivy::fastfield::AliveBitSet;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use super::leaf::seek;
use super::published::PublishedScorer;
use super::scored::{Bounds, Scored};

/// The postings of one term.
pub struct List {
    postings: SegmentPostings,
    scored: Option<Scored>,
    /// Of its scores, where they are visited.
    bounds: Option<Bounds>,
}

impl List {
    pub fn new(postings: SegmentPostings, scored: Option<Scored>) -> Self {
        Self { postings, scored, bounds: None }
    }

    /// Returns how often the term stands in a document that it did not pass; none where it does not.
    pub fn often_in(&mut self, doc: DocId) -> Option<u32> {
        (seek(&mut self.postings, doc) == doc).then(|| self.postings.term_freq())
    }

    fn score(&mut self, doc: DocId) -> Score {
        if self.scored.is_none() {
            return 0.0;
        }
        let often = self.often_in(doc);
        self.scored.as_ref().zip(often).map_or(0.0, |(scored, often)| scored.score(doc, often))
    }

    /// Returns at least the score of a document that it did not pass, in which the term stands no more often than that;
    /// that is looked at where it stands on the document.
    fn most(&self, doc: DocId, most_often: u32) -> Score {
        let Some(bounds) = &self.bounds else { return 0.0 };
        match self.postings.doc().cmp(&doc) {
            Ordering::Less => bounds.most(most_often),
            Ordering::Equal => bounds.most(self.postings.term_freq()),
            Ordering::Greater => 0.0,
        }
    }
}

/// The documents of one word.
pub struct WordScorer {
    /// None of them stands before `doc`.
    finding: Vec<List>,
    /// These follow where a score is asked for.
    lifting: Vec<List>,
    doc: DocId,
}

impl WordScorer {
    /// Takes the lists of a word; none where no document has it.
    pub fn new(finding: Vec<List>, lifting: Vec<List>) -> Option<Self> {
        let doc = finding.iter().map(|list| list.postings.doc()).min()?;
        Some(Self { finding, lifting, doc })
    }

    fn advance(&mut self) -> DocId {
        let mut least = TERMINATED;
        for list in &mut self.finding {
            let doc = list.postings.doc();
            least = least.min(if doc == self.doc { list.postings.advance() } else { doc });
        }
        self.doc = least;
        least
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            let mut least = TERMINATED;
            for list in &mut self.finding {
                least = least.min(seek(&mut list.postings, target));
            }
            self.doc = least;
        }
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.finding.iter().fold(0, |sum, list| sum.saturating_add(list.postings.size_hint()))
    }

    fn score(&mut self) -> Score {
        let mut sum = 0.0;
        for list in &mut self.finding {
            sum += list.score(self.doc);
        }
        for list in &mut self.lifting {
            sum += list.score(self.doc);
        }
        sum
    }

    /// Returns at least its score, in the same order of adding up, from its frequencies.
    fn most(&self) -> Score {
        let (mut sum, mut often) = (0.0, 0_u32);
        for list in &self.finding {
            if list.postings.doc() == self.doc {
                sum += list.most(self.doc, 0);
                often = often.saturating_add(list.postings.term_freq());
            }
        }
        self.with_most_lifted(sum, often)
    }

    /// Returns at least its score as `most` does, from the lengths of the texts too.
    fn nearly(&mut self) -> Score {
        let (mut sum, mut often) = (0.0, 0_u32);
        for list in &mut self.finding {
            if list.postings.doc() == self.doc {
                sum += list.score(self.doc);
                often = often.saturating_add(list.postings.term_freq());
            }
        }
        self.with_most_lifted(sum, often)
    }

    /// Adds what terms may lift that stand in a part of what others were found in, and so no more often than these.
    fn with_most_lifted(&self, mut sum: Score, often: u32) -> Score {
        for list in &self.lifting {
            sum += list.most(self.doc, often);
        }
        sum
    }
}

/// The documents of all words.
pub struct WordsScorer {
    /// As the query has them, so that their scores add up alike in all segments.
    words: Vec<WordScorer>,
    /// Which of them is the rarest, and so on.
    order: Vec<usize>,
    published: Option<PublishedScorer>,
    doc: DocId,
}

impl WordsScorer {
    /// Takes words, of which there must be one, and goes to the first document that has all of them.
    pub fn new(words: Vec<WordScorer>, published: Option<PublishedScorer>) -> Option<Self> {
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].size_hint());
        let first = words[*order.first()?].doc;
        let mut scorer = Self { words, order, published, doc: 0 };
        scorer.settle(first);
        Some(scorer)
    }

    /// Returns how many living documents there are; calls `each` with those whose score is above a threshold, and with the
    /// score: above the one given, and then what `each` returned last.
    pub fn visit(
        &mut self,
        alive: Option<&AliveBitSet>,
        mut threshold: Score,
        mut each: impl FnMut(DocId, Score) -> Score,
    ) -> u64 {
        for list in self.words.iter_mut().flat_map(|word| word.finding.iter_mut().chain(&mut word.lifting)) {
            list.bounds = list.scored.as_ref().map(Bounds::of);
        }
        let mut count = 0;
        while self.doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(self.doc)) {
                count += 1;
                let may_be_above = self.words.iter().map(WordScorer::most).sum::<Score>() > threshold
                    && self.words.iter_mut().map(WordScorer::nearly).sum::<Score>() > threshold;
                if may_be_above {
                    let score = self.score();
                    if score > threshold {
                        threshold = each(self.doc, score);
                    }
                }
            }
            self.advance();
        }
        count
    }

    /// Goes to the first document from one on, on which the rarest word stands, that has all of them.
    fn settle(&mut self, first: DocId) -> DocId {
        let mut wanted = first;
        'wanted: while wanted < TERMINATED {
            for &word in &self.order[1..] {
                let doc = self.words[word].seek(wanted);
                if doc > wanted {
                    wanted = self.words[self.order[0]].seek(doc);
                    continue 'wanted;
                }
            }
            if self.published.as_ref().is_none_or(|published| published.holds(wanted)) {
                break;
            }
            wanted = self.words[self.order[0]].advance();
        }
        self.doc = wanted;
        wanted
    }
}

impl DocSet for WordsScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        let next = self.words[self.order[0]].advance();
        self.settle(next)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        let first = self.words[self.order[0]].seek(target);
        self.settle(first)
    }

    /// Looks at the document that is asked for alone.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        for &word in &self.order {
            let doc = self.words[word].seek(target);
            if doc > target {
                return SeekDangerResult::SeekLowerBound(doc);
            }
        }
        if self.published.as_ref().is_some_and(|published| !published.holds(target)) {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words[self.order[0]].size_hint()
    }
}

impl Scorer for WordsScorer {
    fn score(&mut self) -> Score {
        self.words.iter_mut().map(WordScorer::score).sum()
    }
}
