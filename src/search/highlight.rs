//! In: a query and an article that it found. Out: what in the article matched, as spans of its texts.
//!
//! The texts are cut again as they were indexed, and the query's words are looked for in them by the same shapes, so
//! that what is marked is what was found.

use std::collections::HashSet;

use crate::article::{Article, Span};
use crate::index::compile::{Sought, shape_of};
use crate::index::marks::{AS_WRITTEN, CAPITALISED, Marked, PARAGRAPH, SENTENCE, Writing};
use crate::index::packed;
use crate::index::pattern::{Matcher, PatternError};
use crate::index::proximity::{Extent, Shape, Stretch};
use crate::index::stems::with_stems;
use crate::index::tantivy::document::{marked_body, marked_headline, marked_statement};
use crate::index::words;
use crate::query::{Interval, Pattern, Query, Scope, Word};
use crate::search::Target;
use crate::statement::Statement;

/// What a query looks for in texts; what it excludes and what only filters is left out.
#[derive(Debug, Default)]
pub struct Highlighter {
    wanted: Vec<Wanted>,
}

/// A word or interval, and the text it is sought in.
#[derive(Debug)]
struct Wanted {
    scope: Scope,
    /// Whether a bare word, which context may hold too.
    is_bare: bool,
    shape: Shape,
    tests: Vec<WordTest>,
}

#[derive(Debug)]
enum WordTest {
    Folded(Matcher),
    /// As written; where that is as folded, written so in the text too.
    Written(String),
    /// Words whose stem is one of these.
    Stems(HashSet<String>),
}

/// Something that matched, and what of the query it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub span: Span,
    /// Number of the word or interval.
    pub wanted: usize,
}

impl Highlighter {
    /// Takes from a query what can be marked. `stems_of` returns the stems by which a bare word is looked up.
    ///
    /// # Errors
    /// If a pattern is none.
    pub fn new(query: &Query, target: Target, stems_of: &dyn Fn(&str) -> Vec<String>) -> Result<Self, PatternError> {
        let mut highlighter = Self::default();
        highlighter.take(query, target, stems_of)?;
        Ok(highlighter)
    }

    fn take(
        &mut self,
        query: &Query,
        target: Target,
        stems_of: &dyn Fn(&str) -> Vec<String>,
    ) -> Result<(), PatternError> {
        match query {
            Query::Word { word, scope } => {
                let interval = Interval::Inflected(Word { at: 0..0, ..word.clone() });
                self.want(&interval, *scope, true, stems_of)
            }
            Query::Text { interval, scope, .. } => self.want(interval, *scope, false, stems_of),
            Query::And(parts) | Query::Or(parts) => parts.iter().try_for_each(|part| self.take(part, target, stems_of)),
            Query::Boost(part, _) => self.take(part, target, stems_of),
            // Which statement it is, the engine knows: see `Highlights`.
            Query::OneStatement(part) if target == Target::Statements => self.take(part, target, stems_of),
            _ => Ok(()),
        }
    }

    fn want(
        &mut self,
        interval: &Interval,
        scope: Scope,
        is_bare: bool,
        stems_of: &dyn Fn(&str) -> Vec<String>,
    ) -> Result<(), PatternError> {
        let mut tests = Vec::new();
        let shape = shape_of(interval, 1, &mut |sought| {
            tests.push(match sought {
                Sought::Pattern { pattern: Pattern::AsWritten(word), .. } => WordTest::Written(word.clone()),
                Sought::Pattern { pattern, .. } => WordTest::Folded(Matcher::new(pattern)?),
                Sought::Inflections(word) => WordTest::Stems(stems_of(word).into_iter().collect()),
            });
            Ok(tests.len() - 1)
        })?;
        self.wanted.push(Wanted { scope, is_bare, shape, tests });
        Ok(())
    }

    /// Returns what matched in the headline of an article; with a statement's question only what may stand around it.
    pub fn in_headline(&self, article: &Article, target: Target) -> Vec<Mark> {
        let text = Cut::new(marked_headline(article), article.language.as_deref());
        self.marks(&text, |wanted| match wanted.scope {
            Scope::Any => target == Target::Articles || wanted.is_bare,
            Scope::Headline | Scope::Lead => true,
            Scope::Body | Scope::Said => false,
        })
    }

    /// Returns what matched in the body of an article.
    pub fn in_body(&self, article: &Article, target: Target) -> Vec<Mark> {
        let text = Cut::new(marked_body(article), article.language.as_deref());
        let lead_end = article.paragraphs.first().map_or(0, |paragraph| paragraph.end);
        let mut marks = self.marks(&text, |wanted| match wanted.scope {
            Scope::Any => target == Target::Articles || wanted.is_bare,
            Scope::Body | Scope::Lead => true,
            Scope::Headline | Scope::Said => false,
        });
        marks.retain(|mark| self.wanted[mark.wanted].scope != Scope::Lead || mark.span.end <= lead_end);
        marks
    }

    /// Returns what matched in a statement's own words, as spans of its field.
    pub fn in_statement(&self, article: &Article, statement: &Statement) -> Vec<Mark> {
        let text = Cut::new(marked_statement(article, statement), article.language.as_deref());
        let marks = self.marks(&text, |wanted| matches!(wanted.scope, Scope::Any | Scope::Said));
        // A phrase may go on behind a cue; what lies between is not the speaker's.
        let parts = marks.into_iter().flat_map(|mark| {
            statement.spans.iter().filter_map(move |span| {
                let (start, end) = (mark.span.start.max(span.start), mark.span.end.min(span.end));
                (start < end).then(|| Mark { span: Span::new(start, end), ..mark })
            })
        });
        parts.collect()
    }

    /// Returns whether all that is sought is among what matched.
    pub fn is_all_in(&self, marks: &[Mark]) -> bool {
        (0..self.wanted.len()).all(|number| marks.iter().any(|mark| mark.wanted == number))
    }

    fn marks(&self, text: &Cut<'_>, applies: impl Fn(&Wanted) -> bool) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (number, wanted) in self.wanted.iter().enumerate().filter(|(_, wanted)| applies(wanted)) {
            let stretch = text.stretch(&wanted.tests);
            for extent in shown(&wanted.shape, &stretch) {
                marks.extend(text.span(extent).map(|span| Mark { span, wanted: number }));
            }
        }
        marks.sort_unstable();
        marks
    }
}

/// Returns spans in order of which none overlaps another.
pub fn merged(marks: &[Mark]) -> Vec<Span> {
    let mut merged: Vec<Span> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if mark.span.start < last.end => last.end = last.end.max(mark.span.end),
            _ => merged.push(mark.span),
        }
    }
    merged
}

/// Returns the extents to mark: of what is near each other the words, not what lies between.
fn shown(shape: &Shape, text: &Stretch) -> Vec<Extent> {
    match shape {
        Shape::Leaf(_) | Shape::Phrase(_) => shape.extents(text),
        Shape::Either(operands) => operands.iter().flat_map(|operand| shown(operand, text)).collect(),
        Shape::Near { operands, .. } | Shape::Same { operands, .. } => {
            let whole = shape.extents(text);
            let is_inside =
                |part: &Extent| whole.iter().any(|whole| whole.start <= part.start && part.end <= whole.end);
            let parts = operands.iter().flat_map(|operand| shown(operand, text));
            parts.filter(is_inside).collect()
        }
    }
}

/// A text cut as it was indexed.
struct Cut<'l> {
    marked: Marked,
    language: Option<&'l str>,
    /// Of the word at each position.
    spans: Vec<Span>,
}

impl<'l> Cut<'l> {
    fn new(marked: Marked, language: Option<&'l str>) -> Self {
        let spans = marked.words.iter().filter(|word| word.parts == 1).map(|word| word.span).collect();
        Self { marked, language, spans }
    }

    fn span(&self, extent: Extent) -> Option<Span> {
        let first = self.spans.get(extent.start as usize)?;
        let last = self.spans.get(extent.end.checked_sub(1)? as usize)?;
        Some(Span::new(first.start, last.end.max(first.end)))
    }

    fn stretch(&self, tests: &[WordTest]) -> Stretch {
        let mut stretch = Stretch { leaves: vec![Vec::new(); tests.len()], ..Stretch::default() };
        let (mut capitalised, mut written_otherwise) = (HashSet::new(), HashSet::new());
        for (position, term) in packed::terms(self.marked.marks.as_str()) {
            match term {
                SENTENCE => stretch.sentences.push(position),
                PARAGRAPH => stretch.paragraphs.push(position),
                CAPITALISED => {
                    capitalised.insert(position);
                }
                AS_WRITTEN => {
                    written_otherwise.insert(position);
                }
                term => {
                    for (leaf, _) in tests.iter().enumerate().filter(|(_, test)| test.is_written(term)) {
                        stretch.leaves[leaf].push(Extent { start: position, end: position + 1 });
                    }
                }
            }
        }
        with_stems(self.language, |stems| {
            for word in self.marked.words.iter() {
                let extent = Extent { start: word.position, end: word.position + word.parts };
                for (leaf, test) in tests.iter().enumerate() {
                    let is_meant = match test {
                        WordTest::Folded(matcher) => matcher.is_match(word.folded),
                        WordTest::Stems(wanted) => {
                            let id = stems.id(word.folded);
                            wanted.contains(stems.text(id))
                        }
                        WordTest::Written(written) => {
                            let is_capitalised = capitalised.contains(&word.position);
                            match Writing::of(written, word.folded) {
                                Writing::AsFolded => !is_capitalised && !written_otherwise.contains(&word.position),
                                Writing::Capitalised => is_capitalised,
                                // A mark tells it.
                                Writing::Otherwise(_) => false,
                            }
                        }
                    };
                    if is_meant {
                        stretch.leaves[leaf].push(extent);
                    }
                }
            }
        });
        stretch.leaves.iter_mut().for_each(|extents| extents.sort_unstable());
        stretch
    }
}

impl WordTest {
    /// Whether a word that is written otherwise than folded is meant.
    fn is_written(&self, term: &str) -> bool {
        matches!(self, Self::Written(written) if written == term && words::fold(written) != *written)
    }
}
