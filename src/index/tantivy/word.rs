//! One word in several fields of a document, by any of its stems, scored field by field.
//!
//! The engine's own OR adds thousands of documents up ahead, which is right where all of them are wanted and stand close
//! together. Beside another clause few are, and of articles between their statements only one in ten could be.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term};

use super::leaf::seek;
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

/// The documents that hold one of several terms; the scores of those that they hold add up.
#[derive(Clone, Debug)]
pub struct WordQuery(pub Vec<InField>);

impl Query for WordQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut terms = Vec::with_capacity(self.0.len());
        for in_field in &self.0 {
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
        Ok(Box::new(WordWeight(terms)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|in_field| visitor(&in_field.term, false));
    }
}

/// Each term, and how it is scored where it is.
struct WordWeight(Vec<(InField, Option<Bm25Weight>)>);

impl WordWeight {
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
            Some(similarity) => Some((similarity.boost_by(boost), segment.get_fieldnorms_reader(field)?)),
            None => None,
        };
        Ok(Some(List { postings, scored }))
    }
}

impl Weight for WordWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let (mut finding, mut lifting) = (Vec::with_capacity(self.0.len()), Vec::new());
        for term in &self.0 {
            if let Some(list) = self.list(segment, term, boost)? {
                if term.0.only_lifts { &mut lifting } else { &mut finding }.push(list);
            }
        }
        if finding.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut scorer = WordScorer { finding, lifting, doc: 0 };
        scorer.doc = scorer.least();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut details = Vec::new();
        for term in &self.0 {
            if let Some(mut list) = self.list(segment, term, 1.0)?
                && seek(&mut list.postings, doc) == doc
                && let Some((similarity, norms)) = &list.scored
            {
                let mut detail = similarity.explain(norms.fieldnorm_id(doc), list.postings.term_freq());
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

/// The postings of one term.
struct List {
    postings: SegmentPostings,
    scored: Option<(Bm25Weight, FieldNormReader)>,
}

impl List {
    fn score(&mut self, doc: DocId) -> Score {
        match &self.scored {
            Some((similarity, norms)) if seek(&mut self.postings, doc) == doc => {
                similarity.score(norms.fieldnorm_id(doc), self.postings.term_freq())
            }
            _ => 0.0,
        }
    }
}

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
}

impl DocSet for WordScorer {
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
        for list in &mut self.finding {
            seek(&mut list.postings, target);
        }
        self.doc = self.least();
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        match self.seek(target) {
            doc if doc == target && doc < TERMINATED => SeekDangerResult::Found,
            doc => SeekDangerResult::SeekLowerBound(doc),
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.finding.iter().fold(0, |sum, list| sum.saturating_add(list.postings.size_hint()))
    }
}

impl Scorer for WordScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        self.finding.iter_mut().chain(&mut self.lifting).map(|list| list.score(doc)).sum()
    }
}
