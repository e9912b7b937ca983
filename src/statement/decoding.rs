//! Finds the best labels of a lattice, and how probable they are: Viterbi's algorithm and the forward algorithm in one
//! pass.

use super::labelling::{LABELS, Label, Lattice, REACHABLE, START, Scores, label_of, place_of};

const PLACES: usize = REACHABLE.len();

const OUTSIDE: usize = Label::Outside as usize;
const CONTENT: usize = Label::Content as usize;
const MENTION: usize = Label::Mention as usize;

/// Label of each place.
const LABEL_AT: [usize; PLACES] = {
    let mut labels = [0; PLACES];
    let mut place = 0;
    while place < PLACES {
        labels[place] = REACHABLE[place] % LABELS;
        place += 1;
    }
    labels
};

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

/// Stands for a score that no path has: finite, so that differences of two are 0.
const NEVER: f32 = -1e30;

/// Memory that is used again for every lattice.
#[derive(Debug, Default)]
pub struct Decoder {
    /// For each place after a unit that of the best path before it.
    back: Vec<[u8; PLACES]>,
}

impl Decoder {
    /// Returns the best labels and their probability.
    pub fn decode(&mut self, lattice: &Lattice, scores: &Scores) -> (Vec<Label>, f32) {
        // By place: score of the best path, and the sum over all paths relative to it.
        let mut best = [NEVER; PLACES];
        let mut mass = [0.0f32; PLACES];
        best[place_of(START)] = 0.0;
        mass[place_of(START)] = 1.0;
        self.back.clear();
        for (index, ((node, edge), state)) in scores.node.iter().zip(&scores.edge).zip(&scores.state).enumerate() {
            let mut node = *node;
            if index == lattice.cue {
                // The cue itself is outside.
                node[CONTENT] = NEVER;
                node[MENTION] = NEVER;
            }
            let mut paths = [[NEVER; PLACES]; LABELS];
            for (label, paths) in paths.iter_mut().enumerate() {
                for place in 0..PLACES {
                    paths[place] = best[place] + (node[label] + edge[LABEL_AT[place]][label] + state[label][place]);
                }
            }
            let ways = steps!(label, from => highest(&paths[label], from));
            best = ways.map(|(score, _)| score);
            self.back.push(ways.map(|(_, place)| place));

            // Relative to the place that each path leads to.
            let mut behind = [[NEVER; PLACES]; LABELS];
            let mut to = best.into_iter();
            steps!(label, from => {
                let score = to.next().unwrap_or(NEVER);
                from.iter().for_each(|&place| behind[label][place] = score);
            });
            for (path, behind) in paths.as_flattened_mut().iter_mut().zip(behind.as_flattened()) {
                *path = fast_exp(*path - behind);
            }
            mass = steps!(label, from => weighed(&mass, &paths[label], from));
        }
        let ends = REACHABLE.map(|state| best[place_of(state)] + scores.finish(state));
        let (mut place, score) = ends
            .into_iter()
            .enumerate()
            .fold((0, f32::NEG_INFINITY), |best, end| if end.1 > best.1 { end } else { best });
        let total: f32 = mass.iter().zip(ends).map(|(mass, end)| mass * fast_exp(end - score)).sum();
        let mut labels = vec![Label::Outside; lattice.len];
        for index in (0..lattice.len).rev() {
            labels[index] = label_of(REACHABLE[place]);
            place = self.back[index][place] as usize;
        }
        (labels, if total > 0.0 { (1.0 / total).min(1.0) } else { 0.0 })
    }
}

/// Returns the highest of some scores and its place.
#[inline(always)]
fn highest<const COUNT: usize>(scores: &[f32; PLACES], places: &[usize; COUNT]) -> (f32, u8) {
    let mut best = (scores[places[0]], places[0] as u8);
    for &place in &places[1..] {
        best = if scores[place] > best.0 { (scores[place], place as u8) } else { best };
    }
    best
}

#[inline(always)]
fn weighed<const COUNT: usize>(mass: &[f32; PLACES], weights: &[f32; PLACES], places: &[usize; COUNT]) -> f32 {
    places.iter().map(|&place| mass[place] * weights[place]).sum()
}

/// Returns about `e^x` for `x` up to 0, as `(1 + x/n)^n`: within one per cent down to -4, within a twentieth to -10,
/// below which little counts. Many of them are made at once.
#[inline(always)]
fn fast_exp(x: f32) -> f32 {
    const SQUARINGS: i32 = 10;
    let root = 1.0 + x * (1.0 / (1 << SQUARINGS) as f32);
    let mut power = if root > 0.0 { root } else { 0.0 };
    for _ in 0..SQUARINGS {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::labelling::{allowed, next_state};
    use crate::statement::training::Dice;

    /// Returns scores of so many units, with a cue among them.
    fn some_scores(len: usize, cue: usize, dice: &mut Dice) -> (Lattice, Scores) {
        let mut number = || (dice.next() % 2000) as f32 / 250.0 - 4.0;
        let mut scores = Scores::default();
        for _ in 0..len {
            scores.node.push(std::array::from_fn(|_| number()));
            scores.edge.push(std::array::from_fn(|_| std::array::from_fn(|_| number())));
            scores.state.push(std::array::from_fn(|_| std::array::from_fn(|_| number())));
        }
        scores.state.push(std::array::from_fn(|_| std::array::from_fn(|_| number())));
        (Lattice { len, cue, ..Lattice::default() }, scores)
    }

    /// Goes along every path that the states allow.
    fn all_paths(lattice: &Lattice, scores: &Scores) -> Vec<(Vec<Label>, f32)> {
        let mut paths = vec![(Vec::new(), START, 0.0)];
        for index in 0..lattice.len {
            let mut longer = Vec::new();
            for (labels, state, score) in &paths {
                for label in [Label::Outside, Label::Content, Label::Mention] {
                    let Some(next) = next_state(*state, label).filter(|_| allowed(lattice, index, label)) else {
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
            let (lattice, scores) = some_scores(len, round % len, &mut dice);
            let paths = all_paths(&lattice, &scores);
            let (labels, score) = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let share = 1.0 / paths.iter().map(|path| (path.1 - score).exp()).sum::<f32>();
            let (found, probability) = Decoder::default().decode(&lattice, &scores);
            assert_eq!(&found, labels, "round {round}");
            assert!((probability - share).abs() < 0.01 + 0.03 * share, "round {round}: {probability}, not {share}");
        }
    }
}
