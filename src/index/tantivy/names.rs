//! In: words of a name, a place or an office. Out: the engine's query for the documents that carry it.

use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query as EngineQuery, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;

use super::clauses::clauses_of;
use super::either::either_of;
use super::in_office::{Holding, InOfficeQuery, Period};
use super::interval::{IntervalQuery, Part};
use super::leaf::TextFields;
use super::lower::{Lowered, Lowering, filter, lone_pattern};
use crate::article::country_code;
use crate::index::fields::Field;
use crate::index::proximity::{Divider, Shape};
use crate::index::words;
use crate::query::{Interval, Pattern};
use crate::speaker::{HeldOffice, Holder, Role};

impl Lowering<'_> {
    /// Lowers what is asked of a field of names.
    pub(super) fn name(&self, field: &'static Field, interval: &Interval) -> Lowered {
        let own = self.name_words(field, interval)?;
        let Some(asked) = plain_words(interval) else { return Ok(own) };
        let own = match other_offices(&asked, interval).filter(|_| field.name == "role") {
            Some(others) => clauses_of(vec![(Occur::Must, own), (Occur::MustNot, self.name_words(field, &others)?)]),
            None => own,
        };
        let mut others: Vec<Box<dyn EngineQuery>> = Vec::new();
        match field.name {
            "speaker" => {
                let names = self.whole_names((self.authority)()?.names_matching(&asked));
                if !names.is_empty() {
                    others.push(filter(TermSetQuery::new(names)));
                }
            }
            "role" => {
                let holders = (self.authority)()?.holders(&asked, None);
                let holding = |Holder { person, held }: Holder| Holding {
                    names: self.whole_names(person.names.into_iter().map(|used| used.name)),
                    periods: held.iter().map(|&HeldOffice { from, to, .. }| Period { from, to }).collect(),
                };
                let holdings: Vec<Holding> = holders.into_iter().map(holding).collect();
                if !holdings.is_empty() {
                    let neighbours = (self.neighbours)()?;
                    others.push(filter(InOfficeQuery::new(holdings, neighbours, self.deadline)));
                }
            }
            "location" => others.extend(country_code(&asked).map(|code| {
                let term = Term::from_field_text(self.schema.field(field.name), &words::fold(code));
                filter(TermQuery::new(term, IndexRecordOption::Basic))
            })),
            _ => {}
        }
        if others.is_empty() {
            return Ok(own);
        }
        let others = others.into_iter().map(|other| (Occur::Should, other)).collect();
        Ok(either_of(vec![own, filter(BooleanQuery::new(others))]))
    }

    fn whole_names(&self, names: impl IntoIterator<Item = String>) -> Vec<Term> {
        let field = self.schema.field("speaker_name");
        names.into_iter().map(|name| Term::from_field_text(field, &words::fold(&name))).collect()
    }

    fn name_words(&self, field: &'static Field, interval: &Interval) -> Lowered {
        let fields = TextFields { words: self.schema.field(field.name), marks: None };
        if let Interval::Word { pattern: Pattern::Exact(word), .. } = interval {
            let term = Term::from_field_text(fields.words, word);
            return Ok(filter(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        if let Some(pattern) = lone_pattern(interval, 1) {
            return self.patterned(pattern, std::iter::once((fields, 1.0)));
        }
        let (shape, leaves) = self.looked_up(interval, 1, fields, false)?;
        // A phrase cannot cross from one value to the next, because the engine leaves a gap; nearness could.
        let shape = match shape {
            Shape::Leaf(_) | Shape::Phrase(_) => shape,
            shape => Shape::Same { operands: vec![shape], divided_by: Divider::Value },
        };
        let part = Part { fields, shape, also: None, leaves, weight: 1.0, is_lead: false, is_counted: false };
        Ok(filter(IntervalQuery::new(vec![part], 1, self.statements, self.deadline)))
    }
}

/// Positions from a word such as "deputy" to the office that it makes another one of: "deputy Iranian minister".
const REACH_OF_RANK: u32 = 2;
/// The same where a preposition stands between: "adviser to the foreign minister".
const REACH_OVER_PREPOSITION: u32 = 4;

/// Returns what makes another office of the one that is asked for; none where no office is.
fn other_offices(asked: &str, interval: &Interval) -> Option<Interval> {
    let words = |words: &mut dyn Iterator<Item = &'static str>| {
        let word = |word: &str| Interval::Word { pattern: Pattern::Exact(word.to_owned()), at: 0..0 };
        Interval::Either(words.map(word).collect())
    };
    let role = Role::parse(asked);
    role.words_of_other_offices().next()?;
    let other = words(&mut role.words_of_other_offices());
    let of = words(&mut ["to", "for", "of"].into_iter());
    let before = |operands, within| Interval::Near { operands, within, is_ordered: true };
    Some(Interval::Either(vec![
        before(vec![other.clone(), interval.clone()], REACH_OF_RANK),
        before(vec![other, of, interval.clone()], REACH_OVER_PREPOSITION),
    ]))
}

/// Returns the words of an interval without alternatives or patterns, in the order typed.
pub fn plain_words(interval: &Interval) -> Option<String> {
    match interval {
        Interval::Word { pattern: Pattern::Exact(word), .. } => Some(word.clone()),
        Interval::Compound(word) | Interval::Inflected(word) if word.parts.is_empty() => Some(word.folded.clone()),
        Interval::Compound(word) | Interval::Inflected(word) => Some(word.parts.join("-")),
        Interval::Phrase(operands) | Interval::Near { operands, .. } => {
            let words: Option<Vec<String>> = operands.iter().map(plain_words).collect();
            words.map(|words| words.join(" "))
        }
        _ => None,
    }
}
