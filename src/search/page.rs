//! In: the documents of a page. Out: its hits, read one by one, each with its copies counted and what matched marked.

use std::panic::resume_unwind;
use std::thread;

use chrono::NaiveDate;

use super::collapse::Collapsed;
use super::highlight::{Highlighter, merged};
use super::{Archive, Facet, Groups, Missing, Question, Request, SearchError, SignificantTerm, Target, snippet};
use crate::article::Span;
use crate::index::StoredArticle;
use crate::index::tantivy::collect::Found;
use crate::query::Query;
use crate::statement::{Statement, StatementField};

/// The answer but its hits, which are read one by one with [`Page::hits`].
pub struct Page<'a> {
    /// Exact, counted before copies are collapsed.
    pub total: u64,
    pub facets: Vec<Facet>,
    /// The groups in which the hits stand, one after the other, where that was asked.
    pub groups: Option<Groups>,
    /// The words that set the hits apart from the archive, strongest first.
    pub terms: Vec<SignificantTerm>,
    /// What a lenient reading left out of the query, as sentences.
    pub dropped: Vec<String>,
    /// What was read otherwise than users of other systems may expect.
    pub notes: Vec<String>,
    /// The query as understood, in its own language.
    pub understood: String,
    /// Words that all had to match, where nothing but words was asked; else 0.
    pub plain_words: usize,
    /// Documents that match but for the days asked for, because they have none.
    pub undated: u64,
    /// Why nothing was found; empty where something was.
    pub diagnosis: Vec<Missing>,
    pub(super) found: Vec<Shown>,
    /// What tells how many copies of a hit there are, where they were not counted.
    pub(super) collapsed: Option<Collapsed<'a>>,
    pub(super) offset: usize,
    pub(super) target: Target,
    pub(super) explain: bool,
    pub(super) archive: &'a Archive,
    pub(super) question: Question<'a>,
    pub(super) query: Query,
}

/// What is to be marked in hits, found out when the first one is read.
struct Marked<'a> {
    highlighter: Highlighter,
    /// What is asked of one statement in a query for articles, each with what is to be marked in it.
    of_statements: Vec<(Question<'a>, Highlighter)>,
}

impl<'a> Marked<'a> {
    fn new(archive: &'a Archive, query: &Query, target: Target) -> Result<Self, SearchError> {
        let stems_of = |word: &str| archive.stems(word);
        let highlighter = Highlighter::new(query, target, &stems_of)?;
        let mut of_statements = Vec::new();
        if target == Target::Articles {
            for part in asked_of_statements(query) {
                let inner = archive.ask(part, Target::Statements)?;
                of_statements.push((inner, Highlighter::new(part, Target::Statements, &stems_of)?));
            }
        }
        Ok(Self { highlighter, of_statements })
    }
}

/// One hit before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) found: Found,
    pub(super) copies: Copies,
}

/// How many other hits have the content of one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Copies {
    Counted(u64),
    /// To be counted when the hit is read; its number among all that are shown, those of earlier pages too.
    NotCounted(usize),
}

impl Shown {
    /// Shows a hit whose copies stand beside it.
    pub(super) fn with_copies_beside(found: Found) -> Self {
        Self { found, copies: Copies::Counted(0) }
    }
}

/// One article or statement found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// From 1, counted over all pages, or within its group.
    pub rank: usize,
    pub score: f32,
    pub article: StoredArticle,
    /// The statement found; none where articles were asked for.
    pub statement: Option<Statement>,
    /// Names of all who speak in the article, in order of appearance.
    pub speakers: Vec<String>,
    pub snippets: Vec<Snippet>,
    /// What matched in the headline.
    pub headline_marks: Vec<Span>,
    /// What matched in the statement's own words, as spans of its field.
    pub marks: Vec<Span>,
    /// Other hits with the same content, not shown.
    pub duplicates: u64,
    /// How the score came about, where that was asked.
    pub explanation: Option<String>,
}

impl Hit {
    /// Makes the hit of an article or a statement that was named, not searched for.
    pub fn alone(article: StoredArticle, statement: Option<Statement>) -> Self {
        Self {
            rank: 1,
            score: 0.0,
            article,
            statement,
            speakers: Vec::new(),
            snippets: Vec::new(),
            headline_marks: Vec::new(),
            marks: Vec::new(),
            duplicates: 0,
            explanation: None,
        }
    }

    /// Returns the request whose page, which has no hits, stands for the answer that a hit alone is.
    pub fn as_request(&self, today: NaiveDate) -> Request {
        let target = if self.statement.is_some() { Target::Statements } else { Target::Articles };
        Request { limit: Some(0), target, ..Request::new("", today) }
    }
}

/// A stretch of the body that shows what matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Within the body.
    pub span: Span,
    /// What matched, as spans of the body, inside `span`.
    pub marks: Vec<Span>,
}

/// Returns the parts of a query for articles that must hold of one statement.
fn asked_of_statements(query: &Query) -> Vec<&Query> {
    match query {
        Query::OneStatement(part) => vec![part],
        Query::And(parts) | Query::Or(parts) => parts.iter().flat_map(asked_of_statements).collect(),
        Query::Boost(part, _) => asked_of_statements(part),
        _ => Vec::new(),
    }
}

/// Threads that count copies at once, one for each hit of a page: as many reads as a disk is given to work on.
const COUNTING_THREADS: usize = 10;

impl Page<'_> {
    /// Reads the hits of the page, one by one.
    pub fn hits(&self) -> impl Iterator<Item = Result<Hit, SearchError>> {
        let rank = |index| match &self.groups {
            Some(groups) => groups.rank(index),
            None => self.offset + index + 1,
        };
        let mut marked = None;
        self.found.iter().enumerate().map(move |(index, shown)| {
            let marked = match &mut marked {
                Some(marked) => marked,
                none => none.insert(Marked::new(self.archive, &self.query, self.target)?),
            };
            self.read(rank(index), shown, marked)
        })
    }

    /// Counts the copies of all hits at once, before they are read. Most of that is waiting for a disk, where the index is
    /// not in memory.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn count_copies(&mut self) -> Result<(), SearchError> {
        let Some(collapsed) = &self.collapsed else { return Ok(()) };
        let question = &self.question;
        let count = |shown: &mut Shown| -> Result<(), SearchError> {
            if let Copies::NotCounted(number) = shown.copies {
                shown.copies = Copies::Counted(collapsed.count_copies(question, number)?);
            }
            Ok(())
        };
        let share = self.found.len().div_ceil(COUNTING_THREADS).max(1);
        thread::scope(|scope| {
            let counting: Vec<_> = self
                .found
                .chunks_mut(share)
                .map(|shown| scope.spawn(move || shown.iter_mut().try_for_each(count)))
                .collect();
            counting.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    /// Returns how many hits the page has.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns whether the page has no hit, because there is none or because it lies behind the last one.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    fn read(&self, rank: usize, shown: &Shown, marked: &Marked<'_>) -> Result<Hit, SearchError> {
        let address = shown.found.address;
        self.archive.deadline().check()?;
        let (stored, statement) = match self.target {
            Target::Articles => (self.archive.article_of(address)?, None),
            Target::Statements => {
                let (article, statement) = self.archive.article_and_statement(address)?;
                (article, Some(statement))
            }
        };
        let speakers = self.archive.speakers_of(address)?;
        let duplicates = match (shown.copies, &self.collapsed) {
            (Copies::NotCounted(number), Some(collapsed)) => collapsed.count_copies(&self.question, number)?,
            (Copies::NotCounted(_), None) => 0,
            (Copies::Counted(copies), _) => copies,
        };
        let explanation = if self.explain { Some(self.question.explain(address)?) } else { None };
        let article = &stored.article;
        let Marked { highlighter, of_statements } = marked;
        let in_headline = highlighter.in_headline(article, self.target);
        let mut in_body = highlighter.in_body(article, self.target);
        let mut headline_marks = in_headline;
        let mut marks = Vec::new();
        let snippets;
        match &statement {
            None => {
                for (question, highlighter) in of_statements {
                    for statement in question.statements_of(address)? {
                        let statement = self.archive.statement(statement)?;
                        let matched = highlighter.in_statement(article, &statement);
                        match statement.field {
                            StatementField::Body => in_body.extend(matched),
                            StatementField::Headline => headline_marks.extend(matched),
                        }
                    }
                }
                in_body.sort_unstable();
                headline_marks.sort_unstable();
                snippets = snippet::snippets(article, &in_body);
            }
            Some(statement) => {
                let own = highlighter.in_statement(article, statement);
                let is_whole = highlighter.is_all_in(&own);
                marks = merged(&own);
                let context = snippet::context_of(article, statement).filter(|_| !is_whole);
                snippets = context.map_or_else(Vec::new, |context| {
                    let outside = in_body.into_iter().filter(|mark| {
                        statement.field != StatementField::Body
                            || !statement.spans.iter().any(|span| span.overlaps(mark.span))
                    });
                    snippet::around(article, &outside.collect::<Vec<_>>(), context)
                });
            }
        }
        Ok(Hit {
            rank,
            score: shown.found.score,
            speakers,
            snippets,
            headline_marks: merged(&headline_marks),
            marks,
            duplicates,
            explanation,
            statement,
            article: stored,
        })
    }
}
