//! Joins by neighbourhood: an article stands before its statements, so that `ordinal` leads from one to the other.

use std::fmt;

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

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
}

impl Clone for JoinQuery {
    fn clone(&self) -> Self {
        Self { join: self.join, found: self.found.box_clone(), statistics: self.statistics.clone() }
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
        Ok(Box::new(JoinWeight { join: self.join, found }))
    }
}

struct JoinWeight {
    join: Join,
    found: Box<dyn Weight>,
}

impl Weight for JoinWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let found = self.found.scorer(segment, boost)?;
        let columns = segment.fast_fields();
        let ordinals = columns.u64("ordinal")?;
        Ok(match self.join {
            Join::StatementsOf => {
                // A segment without articles has no such column, and nothing is found there.
                let Some(statements) = columns.column_opt::<u64>("statements")? else {
                    return Ok(Box::new(tantivy::query::EmptyScorer));
                };
                let mut scorer = StatementsOf { articles: found, ordinals, statements, doc: 0, end: 0 };
                scorer.enter();
                Box::new(scorer)
            }
            Join::ArticlesOf => {
                let mut scorer = ArticlesOf { statements: found, ordinals, doc: TERMINATED, score: 0.0 };
                scorer.gather(0);
                Box::new(scorer)
            }
        })
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        let (text, own) = match self.join {
            Join::StatementsOf => {
                let ordinal = segment.fast_fields().u64("ordinal")?.first(doc).unwrap_or_default();
                ("its article", doc - ordinal as DocId)
            }
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
    articles: Box<dyn Scorer>,
    ordinals: Column<u64>,
    statements: Column<u64>,
    doc: DocId,
    /// Behind the last statement of the article.
    end: DocId,
}

impl StatementsOf {
    /// Goes to the first statement of the article, or of the next one that has any.
    fn enter(&mut self) -> DocId {
        loop {
            let article = self.articles.doc();
            if article == TERMINATED {
                self.doc = TERMINATED;
                return TERMINATED;
            }
            let count = self.statements.first(article).unwrap_or_default();
            if count > 0 {
                self.doc = article + 1;
                self.end = article.saturating_add(1).saturating_add(count.try_into().unwrap_or(u32::MAX));
                return self.doc;
            }
            self.articles.advance();
        }
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
        self.articles.advance();
        self.enter()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target >= TERMINATED {
            self.doc = TERMINATED;
            return TERMINATED;
        }
        if target < self.end {
            self.doc = target;
            return target;
        }
        let ordinal = self.ordinals.first(target).unwrap_or_default();
        let article = target.saturating_sub(ordinal.try_into().unwrap_or(0));
        // The article before ended before `target`, so this one stands further on.
        self.articles.seek(article);
        let doc = self.enter();
        if doc < target && target < self.end {
            self.doc = target;
        }
        self.doc
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
    ordinals: Column<u64>,
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
            let article = self.article_of(statement);
            if article < target {
                self.statements.advance();
                continue;
            }
            self.score = self.statements.score();
            loop {
                let next = self.statements.advance();
                if next == TERMINATED || self.article_of(next) != article {
                    break;
                }
                self.score = self.score.max(self.statements.score());
            }
            self.doc = article;
            return article;
        }
    }

    fn article_of(&self, statement: DocId) -> DocId {
        let ordinal = self.ordinals.first(statement).unwrap_or_default();
        statement.saturating_sub(ordinal.try_into().unwrap_or(0))
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
