//! Finds the best labels of the units around a cue, and how probable they are: Viterbi's algorithm and the forward algorithm in one
//! pass.

use wide::f32x8;

use super::labelling::{ALL_LABELS, LABELS, Label, REACHABLE, START, next_state, place_of};
use super::scoring::Scores;

const PLACES: usize = REACHABLE.len();

const OUTSIDE: usize = Label::Outside as usize;
const CONTENT: usize = Label::Content as usize;
const MENTION: usize = Label::Mention as usize;

/// For each place what is made of the label that leads to it and the places that it comes from. Written out, so that
/// all places are known when the program is compiled; a test holds them to `next_state`.
macro_rules! steps {
    ($label:ident, $from:ident => $made:expr) => {
        steps!(@ $label, $from => $made;
            OUTSIDE [0]; OUTSIDE [1, 2]; CONTENT [0, 1, 2]; OUTSIDE [3, 4];
            MENTION [0, 4]; OUTSIDE [5, 6, 7]; CONTENT [3, 4, 5, 6, 7]; MENTION [1, 2, 7])
    };
    (@ $label:ident, $from:ident => $made:expr; $($through:ident $places:expr);*) => {
        [$({
            let ($label, $from) = ($through, &$places);
            $made
        }),*]
    };
}

/// For each place the label that leads to it and the places that it comes from.
const WAYS: [(usize, &[usize]); PLACES] = steps!(label, from => (label, from.as_slice()));

/// For each label and place the place that the label leads to from there; the first one where it may not follow.
const TO: [[usize; PLACES]; LABELS] = {
    let mut to = [[0; PLACES]; LABELS];
    let mut step = 0;
    while step < LABELS * PLACES {
        let (label, from) = (step / PLACES, step % PLACES);
        if let Some(state) = next_state(REACHABLE[from], ALL_LABELS[label]) {
            to[label][from] = place_of(state);
        }
        step += 1;
    }
    to
};

/// Stands for a score that no path has: finite, so that differences of two are 0.
const NEVER: f32 = -1e30;

/// Memory that is used again for every cue.
#[derive(Debug, Default)]
pub struct Decoder {
    /// After each unit the score of the best path to each place.
    best: Vec<[f32; PLACES]>,
    labels: Vec<Label>,
}

/// Before the first unit.
const AT_START: [f32; PLACES] = {
    let mut best = [NEVER; PLACES];
    best[place_of(START)] = 0.0;
    best
};

impl Decoder {
    /// Returns the best labels and their probability.
    pub fn decode(&mut self, scores: &Scores) -> (&[Label], f32) {
        self.best.clear();
        let mut best = AT_START;
        for index in 0..scores.steps.len() {
            let [outside, content, mention] = paths(scores, index, &best).map(f32x8::to_array);
            let by_label = [outside, content, mention];
            best = steps!(label, from => highest(&by_label[label], from));
            self.best.push(best);
        }
        let ends = REACHABLE.map(|state| best[place_of(state)] + scores.finish(state));
        let (last, score) = ends
            .into_iter()
            .enumerate()
            .fold((0, f32::NEG_INFINITY), |best, end| if end.1 > best.1 { end } else { best });
        self.go_back(scores, last);
        let total: f32 =
            (self.mass(scores) * fast_exp(f32x8::new(ends) - f32x8::splat(score))).to_array().into_iter().sum();
        (&self.labels, if total > 0.0 { (1.0 / total).min(1.0) } else { 0.0 })
    }

    /// Returns the scores of the best paths to all places before a unit.
    fn before(&self, index: usize) -> &[f32; PLACES] {
        index.checked_sub(1).map_or(&AT_START, |index| &self.best[index])
    }

    /// Goes from the last place of the best path back to its first, and keeps the labels.
    fn go_back(&mut self, scores: &Scores, last: usize) {
        self.labels.clear();
        let mut place = last;
        for index in (0..scores.steps.len()).rev() {
            let (label, sources) = WAYS[place];
            self.labels.push(ALL_LABELS[label]);
            let before = self.before(index);
            let step = scores.steps[index][label].as_array();
            let is_best = |&&from: &&usize| before[from] + step[from] == self.best[index][place];
            place = *sources.iter().find(is_best).unwrap_or(&sources[0]);
        }
        self.labels.reverse();
    }

    /// Returns by place what all paths to it weigh, relative to the best one.
    fn mass(&self, scores: &Scores) -> f32x8 {
        let mut mass = [0.0f32; PLACES];
        mass[place_of(START)] = 1.0;
        for (index, best) in self.best.iter().enumerate() {
            let [outside, content, mention] = paths(scores, index, self.before(index));
            let weights = [
                weights::<OUTSIDE>(&mass, outside, best),
                weights::<CONTENT>(&mass, content, best),
                weights::<MENTION>(&mass, mention, best),
            ];
            mass = steps!(label, from => from.iter().map(|&place| weights[label][place]).sum());
        }
        f32x8::new(mass)
    }
}

/// Returns the scores of the best paths that each label of a unit goes on from each place.
#[inline(always)]
fn paths(scores: &Scores, index: usize, before: &[f32; PLACES]) -> [f32x8; LABELS] {
    let before = f32x8::new(*before);
    let step = &scores.steps[index];
    if index == scores.cue {
        // The cue itself is outside.
        let never = before + f32x8::splat(NEVER);
        return [before + step[OUTSIDE], never, never];
    }
    [before + step[OUTSIDE], before + step[CONTENT], before + step[MENTION]]
}

/// Returns the highest of some scores.
#[inline(always)]
fn highest<const COUNT: usize>(scores: &[f32; PLACES], places: &[usize; COUNT]) -> f32 {
    let mut best = scores[places[0]];
    for &place in &places[1..] {
        best = if scores[place] > best { scores[place] } else { best };
    }
    best
}

/// Returns what all paths to a label weigh, by the place that they come from, relative to the best path to the place
/// that each leads to.
#[inline(always)]
fn weights<const LABEL: usize>(mass: &[f32; PLACES], paths: f32x8, best: &[f32; PLACES]) -> [f32; PLACES] {
    let mut behind = [0.0; PLACES];
    for (behind, &to) in behind.iter_mut().zip(&TO[LABEL]) {
        *behind = best[to];
    }
    (f32x8::new(*mass) * fast_exp(paths - f32x8::new(behind))).to_array()
}

/// Returns about `e^x` for `x` up to 0, as `(1 + x/n)^n`: within one per cent down to -4, within a twentieth to -10,
/// below which little counts. Many of them are made at once.
#[inline]
fn fast_exp(x: f32x8) -> f32x8 {
    const SQUARINGS: i32 = 10;
    let root = f32x8::ONE + x * f32x8::splat(1.0 / (1 << SQUARINGS) as f32);
    let mut power = root.fast_max(f32x8::ZERO);
    for _ in 0..SQUARINGS {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::labelling::next_state;
    use crate::statement::training::Dice;

    /// Returns scores of so many units, with a cue among them.
    fn some_scores(len: usize, cue: usize, dice: &mut Dice) -> Scores {
        let mut number = || (dice.next() % 2000) as f32 / 125.0 - 8.0;
        let mut numbers = || f32x8::new(std::array::from_fn(|_| number()));
        let steps = (0..len).map(|_| [numbers(), numbers(), numbers()]).collect();
        Scores { steps, end: numbers().to_array(), cue }
    }

    /// Goes along every path that the states allow.
    fn all_paths(scores: &Scores) -> Vec<(Vec<Label>, f32)> {
        let mut paths = vec![(Vec::new(), START, 0.0)];
        for index in 0..scores.steps.len() {
            let mut longer = Vec::new();
            for (labels, state, score) in &paths {
                for label in [Label::Outside, Label::Content, Label::Mention] {
                    let Some(next) = next_state(*state, label).filter(|_| scores.allow(index, label)) else {
                        continue;
                    };
                    let labels = labels.iter().copied().chain([label]).collect();
                    longer.push((labels, next, score + scores.step(index, *state, label)));
                }
            }
            paths = longer;
        }
        paths.into_iter().map(|(labels, state, score)| (labels, score + scores.finish(state))).collect()
    }

    #[test]
    fn the_best_of_all_paths_is_found_with_its_share() {
        let mut dice = Dice::default();
        for round in 0..200 {
            let len = 1 + round % 7;
            let scores = some_scores(len, round % len, &mut dice);
            let paths = all_paths(&scores);
            let (labels, score) = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let share = 1.0 / paths.iter().map(|path| (path.1 - score).exp()).sum::<f32>();
            let mut decoder = Decoder::default();
            let (found, probability) = decoder.decode(&scores);
            assert_eq!(found, labels, "round {round}");
            assert!((probability - share).abs() < 0.01 + 0.03 * share, "round {round}: {probability}, not {share}");
        }
    }
}
