//! Words, each in several fields of a document by any of its stems, scored field by field; all of them must be there.
//!
//! The engine's own OR adds thousands of documents up ahead, which is right where all of them are wanted and stand close
//! together. Beside another clause few are, and of articles between their statements only one in ten could be. Where words
//! are all that is asked, `one_word` or `windows` finds them instead, unless `one_by_one` is sooner done.

use std::fmt;
use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, Searcher, SegmentReader, Term};

use super::listed::{Keep, Listed};
use super::one_by_one::{List, WordScorer, WordsScorer};
use super::one_word::{self, OneWord};
use super::probe::does_not_match;
use super::published::PublishedQuery;
use super::scored::Scored;
use super::statistics::{RANKED, Statistics};
use super::windows::{self, FEWEST_IN_WINDOW, MOST_LISTS, WINDOW, Windows};
use crate::search::Target;

/// Of so many articles days are looked at one by one, as far as frequencies let a word's documents come first: by windows
/// it took half as long again with 1,000,000, of which two years left a fifth. Fewer fill so few windows that it is the same.
const FEWEST_WITHIN_DAYS: u64 = 50_000;

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
        Ok(Box::new(self.weight_with(scoring.is_scoring_enabled())?))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().flatten().for_each(|term| visitor(&term.sought.term, false));
    }
}

/// How documents are visited; they are the same either way, with the same scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visit {
    OneWord,
    Windows,
    OneByOne,
}

impl WordsQuery {
    /// Returns whether it is one word by itself, with so few lists that those of the highest scores are looked at first.
    fn is_one_word(&self) -> bool {
        let [word] = &*self.words else { return false };
        is_one_word(word.iter().map(|term| &term.sought))
    }

    /// Returns how its documents are found soonest.
    fn soonest(&self, searcher: &Searcher, target: Target) -> Visit {
        if self.is_one_word() {
            return Visit::OneWord;
        }
        // Each list has marks of its own, and adds to what scores may be off by.
        if self.words.iter().flatten().count() > MOST_LISTS {
            return Visit::OneByOne;
        }
        // A window costs something for each list, however few documents are joined there. One word joins nothing.
        let rarest = self.words.iter().map(|word| finding(word)).min().unwrap_or_default();
        if self.words.len() > 1 && rarest * (WINDOW as u64) < FEWEST_IN_WINDOW * documents(searcher) {
            return Visit::OneByOne;
        }
        // Articles stand apart between their statements, so that a window has few of them, and days leave fewer.
        let is_large = self.statistics.documents() >= FEWEST_WITHIN_DAYS;
        match self.published.is_none() || target == Target::Statements || !is_large {
            true => Visit::Windows,
            false => Visit::OneByOne,
        }
    }

    /// Returns its weight, with scores, for those who want to visit what it finds.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn words_weight(&self, searcher: &Searcher, target: Target) -> tantivy::Result<WordsWeight> {
        Ok(WordsWeight { visit: self.soonest(searcher, target), ..self.weight_with(true)? })
    }

    fn weight_with(&self, scores: bool) -> tantivy::Result<WordsWeight> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in self.words.iter() {
            let mut similarities = Vec::with_capacity(word.len());
            for term in word {
                similarities.push(if scores {
                    let (documents, mean) = self.counted(term)?;
                    let similarity = Bm25Weight::for_one_term_without_explain(term.documents, documents, mean);
                    Some(similarity.boost_by(term.sought.weight))
                } else {
                    None
                });
            }
            words.push(similarities);
        }
        Ok(WordsWeight { query: self.clone(), words: words.into(), visit: Visit::OneByOne })
    }

    /// Returns how many documents there are, and the mean length of a term's field in them, as the engine has it.
    fn counted(&self, term: &LookedUp) -> tantivy::Result<(u64, Score)> {
        let (tokens, documents) =
            (self.statistics.total_num_tokens(term.sought.term.field())?, self.statistics.documents());
        Ok((documents, tokens as Score / documents as Score))
    }
}

/// Returns whether a word of these terms has so few lists that `one_word` visits it.
pub fn is_one_word<'t>(terms: impl Iterator<Item = &'t InField>) -> bool {
    terms.filter(|term| !term.only_lifts).count() <= one_word::MOST_FINDING
}

/// Returns how often a term of a word finds a document.
fn finding(word: &[LookedUp]) -> u64 {
    let lists = word.iter().filter(|term| !term.sought.only_lifts).flat_map(|term| term.lists.iter().flatten());
    lists.map(|list| u64::from(list.doc_freq)).sum()
}

fn documents(searcher: &Searcher) -> u64 {
    searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum()
}

/// How what `WordsQuery` finds is scored.
#[derive(Clone)]
pub struct WordsWeight {
    query: WordsQuery,
    /// For each term of each word how it is scored, where it is.
    words: Arc<[Vec<Option<Bm25Weight>>]>,
    visit: Visit,
}

impl WordsWeight {
    /// Returns how many living documents of a segment are found; calls `each` with those whose score is above a threshold,
    /// and with the score: above the one given, and then what `each` returned last.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn visit(
        &self,
        segment: &SegmentReader,
        threshold: Score,
        each: impl FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<u64> {
        match self.visit {
            Visit::OneWord => self.visit_one_word(segment, threshold, each),
            Visit::Windows => self.visit_windows(segment, threshold, each),
            Visit::OneByOne => match self.words_scorer(segment, 1.0)? {
                Some(mut words) => Ok(words.visit(segment.alive_bitset(), threshold, each)),
                // Where a word is missing, nothing is found.
                None => Ok(0),
            },
        }
    }

    fn visit_one_word(
        &self,
        segment: &SegmentReader,
        threshold: Score,
        each: impl FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<u64> {
        let [finding, lifting] = self.listed(segment, 0)?;
        self.keeping(segment, |keep| OneWord::new(finding, lifting).visit(threshold, keep, each))
    }

    /// Visits with what keeps living documents that were published within the days; none where all are wanted.
    fn keeping(&self, segment: &SegmentReader, visit: impl FnOnce(Option<Keep<'_>>) -> u64) -> tantivy::Result<u64> {
        let published = self.query.published.as_ref();
        let published = published.map(|published| published.unsettled(segment, 0.0)).transpose()?;
        let alive = segment.alive_bitset();
        let keep = |docs: &mut Vec<DocId>| {
            if let Some(alive) = alive {
                docs.retain(|doc| alive.is_alive(*doc));
            }
            if let Some(published) = &published {
                published.keep(docs);
            }
        };
        Ok(visit(if alive.is_some() || published.is_some() { Some(&keep) } else { None }))
    }

    /// Opens the lists of a word in a segment: those that find documents, and those that only lift them.
    fn listed(&self, segment: &SegmentReader, word: usize) -> tantivy::Result<[Vec<Listed>; 2]> {
        let ordinal = self.query.statistics.ordinal(segment)?;
        let (mut finding, mut lifting) = (Vec::new(), Vec::new());
        for (term, similarity) in self.query.words[word].iter().zip(&self.words[word]) {
            let Some(info) = &term.lists[ordinal] else { continue };
            let similarity = similarity.as_ref().expect("`words_weight` alone gives a weight to visit, and scores");
            let field = term.sought.term.field();
            let postings = segment.inverted_index(field)?.read_block_postings_from_terminfo(info, RANKED)?;
            let scored = Scored::new(similarity.clone(), segment.get_fieldnorms_reader(field)?);
            let lists = if term.sought.only_lifts { &mut lifting } else { &mut finding };
            lists.push(Listed::new(postings, scored));
        }
        Ok([finding, lifting])
    }

    fn visit_windows(
        &self,
        segment: &SegmentReader,
        threshold: Score,
        each: impl FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<u64> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in 0..self.words.len() {
            let list = |listed| windows::List::new(listed, segment.max_doc());
            let [finding, lifting] = self.listed(segment, word)?.map(|lists| lists.into_iter().map(list).collect());
            words.push(windows::Word { finding, lifting });
        }
        self.keeping(segment, |keep| Windows::new(words).visit(threshold, keep, each))
    }

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
        Ok(Some(List::new(postings, scored)))
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
        Ok(WordScorer::new(finding, lifting))
    }

    fn explain_word(&self, segment: &SegmentReader, word: &[LookedUp], doc: DocId) -> tantivy::Result<Explanation> {
        let mut details = Vec::new();
        for term in word {
            let (documents, mean) = self.query.counted(term)?;
            let similarity = Bm25Weight::for_one_term(term.documents, documents, mean).boost_by(term.sought.weight);
            if let Some(mut list) = self.list(segment, term, Some(&similarity), 1.0)?
                && let Some(often) = list.often_in(doc)
            {
                let norms = segment.get_fieldnorms_reader(term.sought.term.field())?;
                let mut detail = similarity.explain(norms.fieldnorm_id(doc), often);
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

impl WordsWeight {
    /// Opens all words in a segment; none where one of them has no document there.
    fn words_scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Option<WordsScorer>> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in 0..self.words.len() {
            match self.word(segment, word, boost)? {
                Some(scorer) => words.push(scorer),
                None => return Ok(None),
            }
        }
        let published = self.query.published.as_ref();
        let published = published.map(|published| published.unsettled(segment, 0.0)).transpose()?;
        Ok(WordsScorer::new(words, published))
    }
}

impl Weight for WordsWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.words_scorer(segment, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
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

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::WhitespaceTokenizer;
    use tantivy::{Index, IndexWriter, doc};

    use super::super::published::AllDays;
    use super::super::schema::{BUCKETS, NAMES, PACKED, Schema, WORDS};
    use super::*;

    #[test]
    fn documents_are_found_as_is_soonest_and_are_the_same_in_every_way() {
        let schema = Schema::new();
        let [kind, body, day] = ["document", "body_stem", "day"].map(|name| schema.field(name));
        let index = Index::create_in_ram(schema.engine().clone());
        for name in [WORDS, NAMES, PACKED, BUCKETS] {
            index.tokenizers().register(name, WhitespaceTokenizer::default());
        }
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 50 << 20).unwrap();
        for number in 0..FEWEST_WITHIN_DAYS {
            let word = |word: &str, every: u64| if number.is_multiple_of(every) { word } else { "" }.to_owned();
            let text = [word("often ", 2), word("seldom ", 200), word("rare ", 300), "x ".repeat(number as usize % 9)];
            writer.add_document(doc!(kind => "article", body => text.concat(), day => number % 10)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let statistics = Statistics::new(&searcher, &schema, Target::Articles).unwrap();
        let days = Arc::new(AllDays::open(&searcher).unwrap());
        let sought = |word: &str| InField { term: Term::from_field_text(body, word), weight: 1.0, only_lifts: false };
        let many = vec!["often"; MOST_LISTS + 1];
        for (words, within, target, soonest) in [
            (&["often"][..], None, Target::Articles, Visit::OneWord),
            (&["often", "seldom"], None, Target::Articles, Visit::Windows),
            (&["often", "rare"], None, Target::Articles, Visit::OneByOne),
            (&["rare"], None, Target::Articles, Visit::OneWord),
            (&many[1..], None, Target::Articles, Visit::Windows),
            (&many, None, Target::Articles, Visit::OneByOne),
            (&["often"], Some(3..=4), Target::Articles, Visit::OneWord),
            (&["often"], Some(1..=u64::MAX), Target::Articles, Visit::OneWord),
            (&["often", "seldom"], Some(0..=4), Target::Articles, Visit::OneByOne),
            (&["often", "seldom"], Some(0..=4), Target::Statements, Visit::Windows),
        ] {
            let published = within.clone().map(|within| PublishedQuery { days: days.clone(), within });
            let asked = words.iter().map(|word| vec![sought(word)]).collect();
            let query = WordsQuery::new(&searcher, &statistics, asked, published).unwrap();
            let what = format!("{:?} within {within:?}", &words[..words.len().min(3)]);
            assert_eq!(query.soonest(&searcher, target), soonest, "{what} of {target:?}");
            let weight = query.weight_with(true).unwrap();
            for segment in searcher.segment_readers() {
                let mut all = Vec::new();
                weight.for_each(segment, &mut |doc, score| all.push((doc, score))).unwrap();
                assert!(all.len() > 99, "{what}: {}", all.len());
                let as_one_word = query.is_one_word().then_some(Visit::OneWord);
                for visit in [Visit::Windows, Visit::OneByOne].into_iter().chain(as_one_word) {
                    let weight = WordsWeight { visit, ..weight.clone() };
                    let mut visited = Vec::new();
                    let each = |doc, score| {
                        visited.push((doc, score));
                        Score::MIN
                    };
                    assert_eq!(weight.visit(segment, Score::MIN, each).unwrap(), all.len() as u64, "{what}");
                    assert!(visited == all, "{what} by {visit:?}");
                    // Only what is above the best of before is scored to the end.
                    let (mut best, mut expected) = (Score::MIN, Vec::new());
                    for &(doc, score) in &all {
                        if score > best {
                            best = score;
                            expected.push((doc, score));
                        }
                    }
                    visited.clear();
                    let each = |doc, score| {
                        visited.push((doc, score));
                        score
                    };
                    assert_eq!(weight.visit(segment, Score::MIN, each).unwrap(), all.len() as u64, "{what}");
                    assert!(visited == expected, "{what} by {visit:?}");
                }
            }
        }
    }
}
