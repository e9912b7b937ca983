//! In: pairs of words that lift what holds them near each other. Out: what each gives in each text.

use super::collect::Lift;
use super::interval::{IntervalQuery, Part};
use super::lower::{LowerError, Lowering, text_fields, texts_of};
use super::question::Nearness;
use crate::index::proximity::Shape;
use crate::query::Interval;
use crate::search::Target;

impl Lowering<'_> {
    /// Lowers words near each other, which score once more where they stand in a row; in headlines first, because they are
    /// short and give most.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn nearness(&self, pairs: &[Nearness], target: Target) -> Result<Vec<Lift>, LowerError> {
        let mut lifts = Vec::new();
        for pair in pairs {
            let interval = Interval::Near { operands: pair.words.to_vec(), within: pair.within, is_ordered: false };
            for (place, &(name, weight, is_lead)) in texts_of(pair.scope, target).iter().enumerate() {
                let fields = text_fields(self.schema, name);
                let (shape, leaves) = self.looked_up(&interval, 1, fields, is_lead)?;
                let also = match &shape {
                    Shape::Near { operands, .. } => Some(Shape::Phrase(operands.clone())),
                    _ => None,
                };
                let weight = weight * pair.weight;
                let part = Part { fields, shape, also, leaves, weight, is_lead, is_counted: false };
                let (weight, most) =
                    IntervalQuery::new(vec![part], 1, self.statistics(target), self.deadline).lift()?;
                lifts.push((place, Lift { weight, most }));
            }
        }
        lifts.sort_by_key(|(place, _)| *place);
        Ok(lifts.into_iter().map(|(_, lift)| lift).collect())
    }
}
