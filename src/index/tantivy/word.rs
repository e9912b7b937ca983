//! Words, each in several fields of a document by any of its stems, scored field by field; all of them must be there.
//!
//! The engine's own OR adds thousands of documents up ahead, which is right where all of them are wanted and stand close
//! together. Beside another clause few are, and of articles between their statements only one in ten could be. Nor does it
//! pass over the scores of documents that cannot come first where all of them are to be counted.

use std::cmp::Ordering;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term};

use super::leaf::seek;
use super::published::{PublishedQuery, PublishedScorer};
use super::statistics::RANKED;

/// A stem in a field.
#[derive(Clone, Debug)]
pub struct InField {
    pub term: Term,
    /// Its share of the score.
    pub weight: Score,
    /// Whether it only adds to the score of documents that another one finds.
    pub only_lifts: bool,
}

/// The documents that hold all of several words, published within some days where it is asked; the scores of the terms
/// that they hold add up.
#[derive(Clone, Debug)]
pub struct WordsQuery {
    /// Each finds what holds one of its terms.
    pub words: Vec<Vec<InField>>,
    pub published: Option<PublishedQuery>,
}

impl WordsQuery {
    /// Returns the query of one word.
    pub fn of(word: Vec<InField>) -> Self {
        Self { words: vec![word], published: None }
    }
}

impl Query for WordsQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words: tantivy::Result<_> = self.words.iter().map(|word| WordWeight::new(word, scoring)).collect();
        Ok(Box::new(WordsWeight { words: words?, published: self.published.clone() }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().flatten().for_each(|in_field| visitor(&in_field.term, false));
    }
}

struct WordsWeight {
    words: Vec<WordWeight>,
    published: Option<PublishedQuery>,
}

impl Weight for WordsWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in &self.words {
            match word.scorer(segment, boost)? {
                Some(scorer) => words.push(scorer),
                None => return Ok(Box::new(EmptyScorer)),
            }
        }
        let published = self.published.as_ref().map(|published| published.unsettled(segment, 0.0)).transpose()?;
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].size_hint());
        let Some(first) = order.first().map(|word| words[*word].doc) else { return Ok(Box::new(EmptyScorer)) };
        let mut scorer = WordsScorer { words, order, published, doc: 0 };
        scorer.settle(first);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if let Some(published) = &self.published
            && !published.unsettled(segment, 0.0)?.holds(doc)
        {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        if let [word] = &self.words[..] {
            return word.explain(segment, doc);
        }
        let words = self.words.iter().map(|word| word.explain(segment, doc));
        let words: Vec<Explanation> = words.collect::<tantivy::Result<_>>()?;
        let mut explanation =
            Explanation::new("all of several words, sum of", words.iter().map(Explanation::value).sum());
        words.into_iter().for_each(|word| explanation.add_detail(word));
        Ok(explanation)
    }
}

/// Each term, and how it is scored where it is.
struct WordWeight(Vec<(InField, Option<Bm25Weight>)>);

impl WordWeight {
    fn new(word: &[InField], scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        let mut terms = Vec::with_capacity(word.len());
        for in_field in word {
            let similarity = match scoring {
                EnableScoring::Enabled { statistics_provider, .. } => {
                    let term = std::slice::from_ref(&in_field.term);
                    Some(Bm25Weight::for_terms(statistics_provider, term)?.boost_by(in_field.weight))
                }
                EnableScoring::Disabled { .. } if in_field.only_lifts => continue,
                EnableScoring::Disabled { .. } => None,
            };
            terms.push((in_field.clone(), similarity));
        }
        Ok(Self(terms))
    }

    fn list(
        &self,
        segment: &SegmentReader,
        (in_field, similarity): &(InField, Option<Bm25Weight>),
        boost: Score,
    ) -> tantivy::Result<Option<List>> {
        let field = in_field.term.field();
        let option = if similarity.is_some() { RANKED } else { IndexRecordOption::Basic };
        let Some(postings) = segment.inverted_index(field)?.read_postings(&in_field.term, option)? else {
            return Ok(None);
        };
        let scored = match similarity {
            Some(similarity) => Some(Scored::new(similarity.boost_by(boost), segment.get_fieldnorms_reader(field)?)),
            None => None,
        };
        Ok(Some(List { postings, scored }))
    }

    /// Returns none where no document of the segment has the word.
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Option<WordScorer>> {
        let (mut finding, mut lifting) = (Vec::with_capacity(self.0.len()), Vec::new());
        for term in &self.0 {
            if let Some(list) = self.list(segment, term, boost)? {
                if term.0.only_lifts { &mut lifting } else { &mut finding }.push(list);
            }
        }
        if finding.is_empty() {
            return Ok(None);
        }
        let mut scorer = WordScorer { finding, lifting, doc: 0 };
        scorer.doc = scorer.least();
        Ok(Some(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut details = Vec::new();
        for term in &self.0 {
            if let Some(mut list) = self.list(segment, term, 1.0)?
                && seek(&mut list.postings, doc) == doc
                && let Some(scored) = &list.scored
            {
                let norm = scored.norms.fieldnorm_id(doc);
                let mut detail = scored.similarity.explain(norm, list.postings.term_freq());
                detail.add_context(format!("Term={:?}", term.0.term));
                details.push(detail);
            }
        }
        if details.is_empty() {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        let score = details.iter().map(Explanation::value).sum();
        let mut explanation = Explanation::new("a word in several fields, sum of", score);
        details.into_iter().for_each(|detail| explanation.add_detail(detail));
        Ok(explanation)
    }
}

/// Frequencies whose best score is remembered; few words stand more often in a text.
const REMEMBERED: usize = 16;

/// How a term is scored.
struct Scored {
    similarity: Bm25Weight,
    norms: FieldNormReader,
    /// By how often it stands in a document, what it scores at most: in the shortest one. The last is for all beyond.
    most: [Score; REMEMBERED],
}

impl Scored {
    fn new(similarity: Bm25Weight, norms: FieldNormReader) -> Self {
        let mut most = [similarity.max_score(); REMEMBERED];
        for (frequency, most) in (0..).zip(&mut most[..REMEMBERED - 1]) {
            *most = similarity.score(0, frequency);
        }
        Self { similarity, norms, most }
    }
}

/// The postings of one term.
struct List {
    postings: SegmentPostings,
    scored: Option<Scored>,
}

impl List {
    fn score(&mut self, doc: DocId) -> Score {
        match &self.scored {
            Some(scored) if seek(&mut self.postings, doc) == doc => {
                scored.similarity.score(scored.norms.fieldnorm_id(doc), self.postings.term_freq())
            }
            _ => 0.0,
        }
    }

    /// Returns at least the score of a document that it did not pass.
    fn most(&self, doc: DocId) -> Score {
        let Some(scored) = &self.scored else { return 0.0 };
        match self.postings.doc().cmp(&doc) {
            Ordering::Less => scored.most[REMEMBERED - 1],
            Ordering::Equal => scored.most[(self.postings.term_freq() as usize).min(REMEMBERED - 1)],
            Ordering::Greater => 0.0,
        }
    }
}

/// The documents of one word.
struct WordScorer {
    /// None of them stands before `doc`.
    finding: Vec<List>,
    /// These follow where a score is asked for.
    lifting: Vec<List>,
    doc: DocId,
}

impl WordScorer {
    fn least(&self) -> DocId {
        self.finding.iter().map(|list| list.postings.doc()).min().unwrap_or(TERMINATED)
    }

    fn advance(&mut self) -> DocId {
        for list in &mut self.finding {
            if list.postings.doc() == self.doc {
                list.postings.advance();
            }
        }
        self.doc = self.least();
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            for list in &mut self.finding {
                seek(&mut list.postings, target);
            }
            self.doc = self.least();
        }
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.finding.iter().fold(0, |sum, list| sum.saturating_add(list.postings.size_hint()))
    }

    fn score(&mut self) -> Score {
        let doc = self.doc;
        self.finding.iter_mut().chain(&mut self.lifting).map(|list| list.score(doc)).sum()
    }

    /// Returns at least its score, in the same order of adding up.
    fn most(&self) -> Score {
        self.finding.iter().chain(&self.lifting).map(|list| list.most(self.doc)).sum()
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
    /// Calls `each` with every document, and with its score where that is above a threshold: the one given, and then what
    /// `each` returned last.
    pub fn visit(&mut self, mut threshold: Score, mut each: impl FnMut(DocId, Option<Score>) -> Score) {
        while self.doc != TERMINATED {
            let may_be_above = self.words.iter().map(WordScorer::most).sum::<Score>() > threshold;
            let score = may_be_above.then(|| self.score()).filter(|score| *score > threshold);
            threshold = each(self.doc, score);
            self.advance();
        }
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
