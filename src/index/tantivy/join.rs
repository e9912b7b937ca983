//! Joins by neighbourhood: an article stands before its statements, so that `ordinal` leads from one to the other.

use std::fmt;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::neighbours::{AllNeighbours, Neighbours};
use super::probe::{At, Probe, does_not_match};
use super::statistics::Statistics;

/// How documents of one kind follow from those of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// The statements of the articles found.
    StatementsOf,
    /// The articles of the statements found, each as good as its best one.
    ArticlesOf,
}

/// Documents of one kind by what is found among the other, with the other's statistics.
pub struct JoinQuery {
    pub join: Join,
    pub found: Box<dyn Query>,
    /// Of the kind that is found.
    pub statistics: Statistics,
    pub neighbours: Arc<AllNeighbours>,
}

impl Clone for JoinQuery {
    fn clone(&self) -> Self {
        Self {
            join: self.join,
            found: self.found.box_clone(),
            statistics: self.statistics.clone(),
            neighbours: self.neighbours.clone(),
        }
    }
}

impl fmt::Debug for JoinQuery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}({:?})", self.join, self.found)
    }
}

impl Query for JoinQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let found = match enable_scoring {
            EnableScoring::Enabled { searcher, .. } => {
                self.found.weight(EnableScoring::enabled_from_statistics_provider(&self.statistics, searcher))?
            }
            disabled => self.found.weight(disabled)?,
        };
        Ok(Box::new(JoinWeight { join: self.join, found, neighbours: self.neighbours.clone() }))
    }
}

struct JoinWeight {
    join: Join,
    found: Box<dyn Weight>,
    neighbours: Arc<AllNeighbours>,
}

impl Weight for JoinWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let neighbours = self.neighbours.of(segment)?.clone();
        Ok(match self.join {
            Join::StatementsOf => {
                let articles = Probe::settled(self.found.scorer(segment, boost)?);
                let mut scorer = StatementsOf::new(articles, neighbours, segment.max_doc());
                scorer.enter(0);
                Box::new(scorer)
            }
            Join::ArticlesOf => {
                let statements = self.found.scorer(segment, boost)?;
                let mut scorer = ArticlesOf { statements, neighbours, doc: TERMINATED, score: 0.0 };
                scorer.gather(0);
                Box::new(scorer)
            }
        })
    }

    /// Looks at the article of the statement that is asked for alone.
    fn scorer_danger(
        &self,
        segment: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut scorer: Box<dyn Scorer> = match self.join {
            Join::StatementsOf => {
                let neighbours = self.neighbours.of(segment)?.clone();
                let article = if target < segment.max_doc() { neighbours.article_of(target) } else { TERMINATED };
                let articles = Probe::open(&*self.found, segment, article, boost)?;
                Box::new(StatementsOf::new(articles, neighbours, segment.max_doc()))
            }
            Join::ArticlesOf => self.scorer(segment, boost)?,
        };
        Ok((scorer.seek_danger(target), scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(does_not_match(doc));
        }
        let (text, own) = match self.join {
            Join::StatementsOf => ("its article", self.neighbours.of(segment)?.article_of(doc)),
            Join::ArticlesOf => {
                let mut explanation = Explanation::new("the best of its statements", scorer.score());
                let mut found = self.found.scorer(segment, 1.0)?;
                let first = if found.doc() <= doc { found.seek(doc + 1) } else { found.doc() };
                if first != TERMINATED {
                    explanation.add_detail(self.found.explain(segment, first)?);
                }
                return Ok(explanation);
            }
        };
        let mut explanation = Explanation::new(text, scorer.score());
        explanation.add_detail(self.found.explain(segment, own)?);
        Ok(explanation)
    }
}

/// The statements of articles.
struct StatementsOf {
    articles: Probe,
    neighbours: Neighbours,
    /// Documents of the segment: columns tell nothing of those behind.
    most: DocId,
    /// Never 0, where an article would have to stand before it, but before the first one is looked for.
    doc: DocId,
    /// Behind the last statement of the article.
    end: DocId,
}

impl StatementsOf {
    /// Takes articles before the first statement is looked for.
    fn new(articles: Probe, neighbours: Neighbours, most: DocId) -> Self {
        Self { articles, neighbours, most, doc: 0, end: 0 }
    }

    /// Goes to the first statement of the first article from `first` on that has any.
    fn enter(&mut self, first: DocId) -> DocId {
        let mut article = self.articles.seek(first);
        while article < TERMINATED {
            let statements = self.neighbours.statements_of(article);
            if !statements.is_empty() {
                (self.doc, self.end) = (statements.start, statements.end);
                return self.doc;
            }
            article = self.articles.seek(article + 1);
        }
        (self.doc, self.end) = (TERMINATED, TERMINATED);
        TERMINATED
    }
}

impl DocSet for StatementsOf {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        if self.doc + 1 < self.end {
            self.doc += 1;
            return self.doc;
        }
        self.enter(self.end)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target < self.end {
            self.doc = target;
            return target;
        }
        let article = if target < self.most { self.neighbours.article_of(target) } else { TERMINATED };
        let doc = self.enter(article);
        if doc < target && target < self.end {
            self.doc = target;
        }
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= self.most {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if self.doc > target {
            return SeekDangerResult::SeekLowerBound(self.doc);
        }
        let article = self.neighbours.article_of(target);
        match self.articles.try_at(article) {
            At::Document(found) if found == article && article < target => {
                (self.doc, self.end) = (target, self.neighbours.statements_of(article).end);
                SeekDangerResult::Found
            }
            // An article is no statement, but its first one may stand behind it.
            At::Document(found) if found == article => SeekDangerResult::SeekLowerBound(target + 1),
            // The statements of an article that is found stand behind it.
            at => SeekDangerResult::SeekLowerBound(at.least().saturating_add(1).clamp(target + 1, TERMINATED)),
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.articles.size_hint().saturating_mul(8)
    }

    fn cost(&self) -> u64 {
        self.articles.cost().saturating_mul(2)
    }
}

impl Scorer for StatementsOf {
    fn score(&mut self) -> Score {
        self.articles.score()
    }
}

/// The articles of statements.
struct ArticlesOf {
    statements: Box<dyn Scorer>,
    neighbours: Neighbours,
    doc: DocId,
    score: Score,
}

impl ArticlesOf {
    /// Goes to the article of the statement that is found next, if it is not before `target`, and takes in all of the
    /// article's statements.
    fn gather(&mut self, target: DocId) -> DocId {
        loop {
            let statement = self.statements.doc();
            if statement == TERMINATED {
                self.doc = TERMINATED;
                return TERMINATED;
            }
            let article = self.neighbours.article_of(statement);
            if article < target {
                self.statements.advance();
                continue;
            }
            self.score = self.statements.score();
            loop {
                let next = self.statements.advance();
                if next == TERMINATED || self.neighbours.article_of(next) != article {
                    break;
                }
                self.score = self.score.max(self.statements.score());
            }
            self.doc = article;
            return article;
        }
    }
}

impl DocSet for ArticlesOf {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.gather(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target >= TERMINATED {
            self.doc = TERMINATED;
            return TERMINATED;
        }
        // The statements of an article stand behind it.
        if self.statements.doc() <= target {
            self.statements.seek(target + 1);
        }
        self.gather(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.statements.size_hint()
    }

    fn cost(&self) -> u64 {
        self.statements.cost()
    }
}

impl Scorer for ArticlesOf {
    fn score(&mut self) -> Score {
        self.score
    }
}

#[cfg(test)]
mod tests {
    use tantivy::query::TermQuery;
    use tantivy::schema::{FAST, IndexRecordOption, STRING, Schema};
    use tantivy::{Index, IndexWriter, Term, doc};

    use super::*;

    #[test]
    fn statements_are_found_or_the_next_one_is_bounded() {
        let mut schema = Schema::builder();
        let (ordinal, statements) = (schema.add_u64_field("ordinal", FAST), schema.add_u64_field("statements", FAST));
        let outlet = schema.add_text_field("outlet", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20 << 20).unwrap();
        // The number of statements of each article, and whether it is found; none is an input, which has no columns.
        for (segment, expected) in [
            (&[None][..], &[][..]),
            (&[Some((0_u64, true)), None], &[]),
            (&[Some((2, true)), Some((1, false)), Some((0, true)), Some((1, true)), None], &[1, 2, 7]),
            (&[Some((3, false)), Some((0, true)), Some((0, true))], &[]),
            (&[Some((1, true))], &[1]),
        ] {
            writer.delete_all_documents().unwrap();
            for article in segment {
                let Some((count, is_found)) = *article else {
                    writer.add_document(doc!(outlet => "input")).unwrap();
                    continue;
                };
                let name = if is_found { "herald" } else { "ledger" };
                writer.add_document(doc!(ordinal => 0_u64, statements => count, outlet => name)).unwrap();
                for number in 1..=count {
                    writer.add_document(doc!(ordinal => number)).unwrap();
                }
            }
            writer.commit().unwrap();
            let searcher = index.reader().unwrap().searcher();
            let [segment] = searcher.segment_readers() else { panic!("one segment") };
            let found = TermQuery::new(Term::from_field_text(outlet, "herald"), IndexRecordOption::Basic);
            let found = found.weight(EnableScoring::disabled_from_searcher(&searcher)).unwrap();
            let neighbours = Arc::new(AllNeighbours::open(&searcher).unwrap());
            let weight = JoinWeight { join: Join::StatementsOf, found, neighbours };
            let next = |from| expected.iter().copied().find(|doc| *doc >= from).unwrap_or(TERMINATED);
            let mut walked = weight.scorer(segment, 1.0).unwrap();
            let mut probed = weight.scorer_danger(segment, 0, 1.0).unwrap().1;
            for target in 1..segment.max_doc() + 3 {
                assert_eq!(walked.seek(target), next(target), "{expected:?} from {target}");
                match probed.seek_danger(target) {
                    SeekDangerResult::Found => assert!(expected.contains(&target), "{expected:?} at {target}"),
                    SeekDangerResult::SeekLowerBound(first) if target >= segment.max_doc() => {
                        assert_eq!(first, TERMINATED);
                    }
                    SeekDangerResult::SeekLowerBound(first) => {
                        assert!(!expected.contains(&target), "{expected:?} at {target}");
                        assert!(target < first && first <= next(target), "{expected:?} at {target}: {first}");
                    }
                }
            }
        }
    }
}
