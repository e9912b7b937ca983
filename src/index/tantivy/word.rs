//! Words, each in several fields of a document by any of its stems, scored field by field; all of them must be there.
//!
//! The engine's own OR adds thousands of documents up ahead, which is right where all of them are wanted and stand close
//! together. Beside another clause few are, and of articles between their statements only one in ten could be. Nor does it
//! pass over the scores of documents that cannot come first where all of them are to be counted.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, Searcher, SeekDangerResult, SegmentReader, TERMINATED, Term};

use super::leaf::seek;
use super::probe::does_not_match;
use super::published::{PublishedQuery, PublishedScorer};
use super::statistics::{RANKED, Statistics};

/// A stem in a field.
#[derive(Clone, Debug)]
pub struct InField {
    pub term: Term,
    /// Its share of the score.
    pub weight: Score,
    /// Whether it only adds to the score of documents that another one finds.
    pub only_lifts: bool,
}

/// A stem in a field, looked up.
#[derive(Clone)]
struct LookedUp {
    sought: InField,
    /// In the order of the searcher's segments.
    lists: Arc<[Option<TermInfo>]>,
    /// In which it stands, as far as its score is concerned.
    documents: u64,
}

/// The documents that hold all of several words, published within some days where it is asked; the scores of the terms
/// that they hold add up.
#[derive(Clone)]
pub struct WordsQuery {
    /// Each finds what holds one of its terms.
    words: Arc<[Vec<LookedUp>]>,
    published: Option<PublishedQuery>,
    statistics: Statistics,
}

impl WordsQuery {
    /// Looks the terms of each word up, once for all that has to be known of them.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn new(
        searcher: &Searcher,
        statistics: &Statistics,
        words: Vec<Vec<InField>>,
        published: Option<PublishedQuery>,
    ) -> tantivy::Result<Self> {
        let words: tantivy::Result<_> = words.into_iter().map(|word| looked_up(searcher, statistics, word)).collect();
        Ok(Self { words: words?, published, statistics: statistics.clone() })
    }
}

fn looked_up(searcher: &Searcher, statistics: &Statistics, word: Vec<InField>) -> tantivy::Result<Vec<LookedUp>> {
    let mut found: Vec<LookedUp> = Vec::with_capacity(word.len());
    for sought in word {
        let mut lists = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            lists.push(segment.inverted_index(sought.term.field())?.get_term_info(&sought.term)?);
        }
        let own = lists.iter().flatten().map(|info| u64::from(info.doc_freq)).sum::<u64>();
        let whole = match (statistics.whole_of(sought.term.field()), sought.term.value().as_str()) {
            (Some(field), Some(stem)) => {
                let whole = Term::from_field_text(field, stem);
                match found.iter().find(|found| found.sought.term == whole) {
                    Some(known) => known.documents,
                    None => searcher.doc_freq(&whole)?,
                }
            }
            _ => 0,
        };
        found.push(LookedUp { sought, lists: lists.into(), documents: statistics.bounded(own.max(whole)) });
    }
    Ok(found)
}

impl fmt::Debug for WordsQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words.iter().map(|word| word.iter().map(|term| &term.sought.term).collect::<Vec<_>>());
        write!(out, "Words({:?}, {:?})", words.collect::<Vec<_>>(), self.published)
    }
}

impl Query for WordsQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in self.words.iter() {
            let mut similarities = Vec::with_capacity(word.len());
            for term in word {
                similarities.push(if scoring.is_scoring_enabled() {
                    let (documents, mean) = self.counted(term)?;
                    let similarity = Bm25Weight::for_one_term_without_explain(term.documents, documents, mean);
                    Some(similarity.boost_by(term.sought.weight))
                } else {
                    None
                });
            }
            words.push(similarities);
        }
        Ok(Box::new(WordsWeight { query: self.clone(), words }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().flatten().for_each(|term| visitor(&term.sought.term, false));
    }
}

impl WordsQuery {
    /// Returns how many documents there are, and the mean length of a term's field in them, as the engine has it.
    fn counted(&self, term: &LookedUp) -> tantivy::Result<(u64, Score)> {
        let (tokens, documents) =
            (self.statistics.total_num_tokens(term.sought.term.field())?, self.statistics.documents());
        Ok((documents, tokens as Score / documents as Score))
    }
}

struct WordsWeight {
    query: WordsQuery,
    /// For each term of each word how it is scored, where it is.
    words: Vec<Vec<Option<Bm25Weight>>>,
}

impl WordsWeight {
    /// Opens a term in a segment; none where no document of it has the term.
    fn list(
        &self,
        segment: &SegmentReader,
        term: &LookedUp,
        similarity: Option<&Bm25Weight>,
        boost: Score,
    ) -> tantivy::Result<Option<List>> {
        let Some(info) = &term.lists[self.query.statistics.ordinal(segment)?] else { return Ok(None) };
        let field = term.sought.term.field();
        let option = if similarity.is_some() { RANKED } else { IndexRecordOption::Basic };
        let postings = segment.inverted_index(field)?.read_postings_from_terminfo(info, option)?;
        let scored = match similarity {
            Some(similarity) => Some(Scored::new(similarity.boost_by(boost), segment.get_fieldnorms_reader(field)?)),
            None => None,
        };
        Ok(Some(List { postings, scored }))
    }

    /// Opens a word in a segment; none where no document of it has the word.
    fn word(&self, segment: &SegmentReader, word: usize, boost: Score) -> tantivy::Result<Option<WordScorer>> {
        let (mut finding, mut lifting) = (Vec::new(), Vec::new());
        for (term, similarity) in self.query.words[word].iter().zip(&self.words[word]) {
            let lists = match (term.sought.only_lifts, similarity) {
                (true, None) => continue,
                (true, Some(_)) => &mut lifting,
                (false, _) => &mut finding,
            };
            lists.extend(self.list(segment, term, similarity.as_ref(), boost)?);
        }
        let doc = finding.iter().map(|list| list.postings.doc()).min();
        Ok(doc.map(|doc| WordScorer { finding, lifting, doc }))
    }

    fn explain_word(&self, segment: &SegmentReader, word: &[LookedUp], doc: DocId) -> tantivy::Result<Explanation> {
        let mut details = Vec::new();
        for term in word {
            let (documents, mean) = self.query.counted(term)?;
            let similarity = Bm25Weight::for_one_term(term.documents, documents, mean).boost_by(term.sought.weight);
            if let Some(mut list) = self.list(segment, term, Some(&similarity), 1.0)?
                && seek(&mut list.postings, doc) == doc
            {
                let norms = segment.get_fieldnorms_reader(term.sought.term.field())?;
                let mut detail = similarity.explain(norms.fieldnorm_id(doc), list.postings.term_freq());
                detail.add_context(format!("Term={:?}", term.sought.term));
                details.push(detail);
            }
        }
        if details.is_empty() {
            return Err(does_not_match(doc));
        }
        let score = details.iter().map(Explanation::value).sum();
        let mut explanation = Explanation::new("a word in several fields, sum of", score);
        details.into_iter().for_each(|detail| explanation.add_detail(detail));
        Ok(explanation)
    }
}

impl Weight for WordsWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in 0..self.words.len() {
            match self.word(segment, word, boost)? {
                Some(scorer) => words.push(scorer),
                None => return Ok(Box::new(EmptyScorer)),
            }
        }
        let published = self.query.published.as_ref();
        let published = published.map(|published| published.unsettled(segment, 0.0)).transpose()?;
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|word| words[*word].size_hint());
        let Some(first) = order.first().map(|word| words[*word].doc) else { return Ok(Box::new(EmptyScorer)) };
        let mut scorer = WordsScorer { words, order, published, doc: 0 };
        scorer.settle(first);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if let Some(published) = &self.query.published
            && !published.unsettled(segment, 0.0)?.holds(doc)
        {
            return Err(does_not_match(doc));
        }
        let words = self.query.words.iter().map(|word| self.explain_word(segment, word, doc));
        let mut words: Vec<Explanation> = words.collect::<tantivy::Result<_>>()?;
        if words.len() == 1 {
            return Ok(words.remove(0));
        }
        let score = words.iter().map(Explanation::value).sum();
        let mut explanation = Explanation::new("all of several words, sum of", score);
        words.into_iter().for_each(|word| explanation.add_detail(word));
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
        // The engine's own bound is taken from the longest document, and too low where the mean is short.
        let mut most = [similarity.score(0, u32::MAX); REMEMBERED];
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

    /// Returns at least the score of a document that it did not pass, in which the term stands no more often than that;
    /// that is looked at where it stands on the document.
    fn most(&self, doc: DocId, most_often: u32) -> Score {
        let Some(scored) = &self.scored else { return 0.0 };
        let often = match self.postings.doc().cmp(&doc) {
            Ordering::Less => most_often,
            Ordering::Equal => self.postings.term_freq(),
            Ordering::Greater => return 0.0,
        };
        scored.most[(often as usize).min(REMEMBERED - 1)]
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
    /// Calls `each` with every document, and with its score where that is above a threshold: the one given, and then what
    /// `each` returned last.
    pub fn visit(&mut self, mut threshold: Score, mut each: impl FnMut(DocId, Option<Score>) -> Score) {
        while self.doc != TERMINATED {
            let may_be_above = self.words.iter().map(WordScorer::most).sum::<Score>() > threshold
                && self.words.iter_mut().map(WordScorer::nearly).sum::<Score>() > threshold;
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

#[cfg(test)]
mod tests {
    use tantivy::schema::{Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    #[test]
    fn only_what_cannot_come_first_is_not_scored() {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let [body, headline, lead] =
            ["body", "headline", "lead"].map(|name| schema.add_text_field(name, options.clone()));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
        let mut expected = Vec::new();
        for number in 0..3_000_u32 {
            let often = |every: u32, most: u32| if number.is_multiple_of(every) { number / every % most } else { 0 };
            let (talks, deal) = (often(2, 40) as usize, often(3, 8) as usize);
            let text =
                format!("{}{}{}", "talks ".repeat(talks), "deal ".repeat(deal), "x ".repeat(number as usize % 90));
            let in_lead = if number.is_multiple_of(5) { &*text } else { "x" };
            let in_headline = if number.is_multiple_of(7) { "talks deal" } else { "x" };
            writer.add_document(doc!(body => text.clone(), headline => in_headline, lead => in_lead)).unwrap();
            if number.is_multiple_of(7) || talks > 0 && deal > 0 {
                expected.push(number);
            }
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let word = |word: &str| {
            let fields = [(body, 1.0, false), (headline, 2.0, false), (lead, 0.5, true)];
            let in_field =
                |(field, weight, only_lifts)| InField { term: Term::from_field_text(field, word), weight, only_lifts };
            let terms = fields.map(in_field).into_iter().map(|sought| {
                let info = segment.inverted_index(sought.term.field()).unwrap().get_term_info(&sought.term).unwrap();
                let similarity = Bm25Weight::for_one_term(1_500, 3_000, 20.0).boost_by(sought.weight);
                let inverted = segment.inverted_index(sought.term.field()).unwrap();
                let postings = inverted.read_postings_from_terminfo(&info.unwrap(), RANKED).unwrap();
                let norms = segment.get_fieldnorms_reader(sought.term.field()).unwrap();
                (sought.only_lifts, List { postings, scored: Some(Scored::new(similarity, norms)) })
            });
            let (lifting, finding): (Vec<_>, Vec<_>) = terms.partition(|(only_lifts, _)| *only_lifts);
            let [lifting, finding] = [lifting, finding].map(|lists| lists.into_iter().map(|(_, list)| list).collect());
            let mut scorer = WordScorer { finding, lifting, doc: 0 };
            scorer.doc = scorer.finding.iter().map(|list| list.postings.doc()).min().unwrap();
            scorer
        };
        let scorer = || {
            let words = vec![word("talks"), word("deal")];
            let first = words[1].doc;
            let mut scorer = WordsScorer { words, order: vec![1, 0], published: None, doc: 0 };
            scorer.settle(first);
            scorer
        };
        let mut scores = Vec::new();
        scorer().visit(Score::MIN, |doc, score| {
            scores.push((doc, score.unwrap()));
            Score::MIN
        });
        assert_eq!(scores.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), expected);
        let mut sorted: Vec<Score> = scores.iter().map(|(_, score)| *score).collect();
        sorted.sort_by(Score::total_cmp);
        for threshold in [sorted[sorted.len() / 2], sorted[sorted.len() - 5], Score::MAX] {
            let (mut above, mut all) = (Vec::new(), 0);
            scorer().visit(threshold, |doc, score| {
                all += 1;
                above.extend(score.map(|score| (doc, score)));
                threshold
            });
            assert_eq!(all, expected.len(), "every document is counted");
            let wanted: Vec<_> = scores.iter().copied().filter(|(_, score)| *score > threshold).collect();
            assert_eq!(above, wanted, "above {threshold}");
        }
    }
}
