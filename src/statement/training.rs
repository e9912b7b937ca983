//! Trains the model from articles whose attributions are marked. Deterministic: same articles, same weights.

mod lattice;
mod tags;

pub use tags::{TaggedArticle, train_tags};

use super::attribution::{self, Draft};
use super::cue::{Cue, candidates, cue_features};
use super::features::{Features, Owners, TakeFeatures, check_of, row_of};
use super::labelling::{ALL_LABELS, Label, REACHABLE, START, STATES, label_of, next_state};
use super::model::{EDGE_ROWS, JUDGE_ROWS, Logistic, Model, NODE_ROWS, STATE_ROWS, SmallTables};
use super::scoring::{
    BlockTable, EDGE, NODE, NibbleTable, PairTable, STATE, Scorer, Scores, Table, Tables, edge_of, weight_of,
};
use super::tagger::Tagger;
use super::token::{Analysis, TokenRange};
use super::unit::{Unit, read_units_of};
use super::verdict::{mention_features, verdict_features};
use crate::article::Span;
use crate::language::{Frame, Lexicon};
use lattice::Lattice;

/// One article with its attributions.
pub struct MarkedArticle {
    pub text: String,
    pub paragraphs: Vec<Span>,
    pub attributions: Vec<MarkedAttribution>,
}

/// One attribution as an annotator marked it.
#[derive(Clone, Debug, Default)]
pub struct MarkedAttribution {
    pub mention: Vec<Span>,
    pub cue: Vec<Span>,
    pub content: Vec<Span>,
}

/// One candidate cue with what is right for it.
struct Example {
    cue: Vec<u32>,
    is_cue: bool,
    lattice: Option<(Lattice, Vec<Label>)>,
}

/// Passes over all examples; more do not help.
const PASSES: usize = 10;

/// The weights are the mean of those after each of the last passes.
const AVERAGED_PASSES: usize = 5;

/// Step of AdaGrad.
const RATE: f32 = 0.05;

/// Share of the features that are left out at random, so that none is relied on alone.
const DROPPED_SHARE: f32 = 0.6;

/// Returns the model that fits the articles.
pub fn train(articles: &[MarkedArticle], lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Model {
    let first: Vec<&MarkedArticle> = articles.iter().step_by(2).collect();
    let second: Vec<&MarkedArticle> = articles.iter().skip(1).step_by(2).collect();
    let all: Vec<&MarkedArticle> = articles.iter().collect();
    // The verdict is learned on articles that the model had not seen, so that it learns how far to trust it.
    let (mut judged, mut mentions) = (Vec::new(), Vec::new());
    let mut border = 0;
    for (seen, unseen) in [(&first, &second), (&second, &first)] {
        let model = train_spans(seen, lexicon, report);
        border = judged.len();
        for article in unseen {
            judge(article, lexicon, &model, &mut judged, &mut mentions);
        }
    }
    let marked = articles.iter().map(|article| article.attributions.len()).sum();
    report(format!("best f1 of drafts on unseen articles: {:.4}", best_f1(&judged, border, marked)));
    let mut model = train_spans(&all, lexicon, report);
    let [_, verdict_rows, mention_rows] = JUDGE_ROWS;
    model.verdict = train_verdict(&judged, verdict_rows);
    model.mention = train_verdict(&mentions, mention_rows);
    report(format!("mentions: {} of {} right", mentions.iter().filter(|(_, right)| *right).count(), mentions.len()));
    report(format!("verdict: {} drafts, {} right", judged.len(), judged.iter().filter(|(_, right)| *right).count()));
    model
}

/// Returns the best f1 that any threshold gives, each half of the drafts judged by what the other half taught.
fn best_f1(judged: &[(Vec<u32>, bool)], border: usize, marked: usize) -> f32 {
    let (first, second) = judged.split_at(border);
    let mut ranked: Vec<(f32, bool)> = Vec::with_capacity(judged.len());
    for (seen, unseen) in [(first, second), (second, first)] {
        let verdict = train_verdict(seen, JUDGE_ROWS[1]);
        let judge = |keys: &[u32]| {
            let mut judgement = verdict.begin();
            keys.iter().for_each(|&key| judgement.take(key));
            judgement.probability()
        };
        ranked.extend(unseen.iter().map(|(keys, right)| (judge(keys), *right)));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0;
    let mut best = 0.0f32;
    for (count, (_, is_right)) in ranked.iter().enumerate() {
        right += usize::from(*is_right);
        best = best.max(2.0 * right as f32 / (count + 1 + marked) as f32);
    }
    best
}

fn train_verdict(judged: &[(Vec<u32>, bool)], rows: usize) -> Logistic {
    train_logistic(judged, rows, 0.05, 12)
}

fn train_spans(articles: &[&MarkedArticle], lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Model {
    let tagger = Tagger::english();
    let mut examples = Vec::new();
    for article in articles {
        examples_of(article, lexicon, &tagger, &mut examples);
    }
    let positive = examples.iter().filter(|example| example.is_cue).count();
    report(format!("{} candidates, {positive} cues", examples.len()));
    let cues: Vec<(Vec<u32>, bool)> = examples.iter().map(|example| (example.cue.clone(), example.is_cue)).collect();
    let cue = train_logistic(&cues, JUDGE_ROWS[0], 0.03, 8);
    let lattices: Vec<(Lattice, Vec<Label>)> = examples.into_iter().filter_map(|example| example.lattice).collect();
    let labels = train_labels(&lattices, report);
    Model { tagger, cue, labels, verdict: train_verdict(&[], 1), mention: train_verdict(&[], 1) }
}

fn examples_of(article: &MarkedArticle, lexicon: &Lexicon, tagger: &Tagger, examples: &mut Vec<Example>) {
    let text = Analysis::new(&article.text, &article.paragraphs, lexicon);
    let mut memory = attribution::Memory::default();
    let mut units = Vec::new();
    for &paragraph in &text.paragraphs {
        read_units_of(&text, paragraph, tagger, &mut memory.tagging, &mut units);
        let cues = candidates(&text, &units);
        let owners = owners_of(&text, &units, &cues, &article.attributions);
        for (cue, owner) in cues.iter().zip(owners) {
            let mut features = Features::default();
            cue_features(&text, &units, cue, &cues, &mut features);
            let lattice = owner.and_then(|number| {
                let labels = labels_of(&text, &units[cue.start..cue.end], &article.attributions[number], cue);
                labels.contains(&Label::Content).then(|| (Lattice::new(&units, cue), labels))
            });
            examples.push(Example { cue: features.keys, is_cue: owner.is_some(), lattice });
        }
    }
}

/// Returns for each candidate the attribution whose cue it is: of several in one cue, the one that speaks most.
fn owners_of(
    text: &Analysis<'_>,
    units: &[Unit],
    cues: &[Cue],
    attributions: &[MarkedAttribution],
) -> Vec<Option<usize>> {
    let weight = |cue: &Cue| {
        let weak = [Frame::Continue as u32, Frame::Want as u32, Frame::Believe as u32, Frame::Support as u32];
        (!weak.contains(&cue.frame), cue.frame != Frame::Noun as u32, cue.unit)
    };
    let mut owners = vec![None; cues.len()];
    for (number, attribution) in attributions.iter().enumerate() {
        let inside = cues.iter().enumerate().filter(|(_, cue)| {
            let span = text.tokens[units[cue.unit].tokens.start].span();
            attribution.cue.iter().any(|marked| marked.contains(span))
        });
        if let Some((index, _)) = inside.max_by_key(|(_, cue)| weight(cue)) {
            owners[index] = Some(number);
        }
    }
    owners
}

fn labels_of(text: &Analysis<'_>, units: &[Unit], attribution: &MarkedAttribution, cue: &Cue) -> Vec<Label> {
    let share = |unit: &Unit, spans: &[Span]| {
        let words = text.tokens[unit.tokens.indices()].iter().filter(|token| token.is_word());
        let (mut inside, mut all) = (0, 0);
        for token in words {
            all += 1;
            inside += usize::from(spans.iter().any(|span| span.contains(token.span())));
        }
        if all == 0 {
            // Marks count where they lie wholly inside.
            spans.iter().any(|span| span.contains(text.span(unit.tokens)))
        } else {
            inside * 2 > all
        }
    };
    let longest = attribution.mention.iter().copied().max_by_key(|span| span.len());
    let mention: &[Span] = longest.as_slice();
    let mut labels: Vec<Label> = units
        .iter()
        .enumerate()
        .map(|(index, unit)| match () {
            () if index + cue.start == cue.unit => Label::Outside,
            () if share(unit, &attribution.content) => Label::Content,
            () if share(unit, mention) => Label::Mention,
            () => Label::Outside,
        })
        .collect();
    // One piece only, as the states want it.
    let mut seen = false;
    for index in 0..labels.len() {
        if labels[index] == Label::Mention {
            if seen && labels[index - 1] != Label::Mention {
                labels[index] = Label::Outside;
            }
            seen = true;
        }
    }
    labels
}

/// Fits a logistic regression by AdaGrad; the weights are the mean of those after each of the last passes.
fn train_logistic(examples: &[(Vec<u32>, bool)], rows: usize, rate: f32, passes: usize) -> Logistic {
    let mut owners = Owners::new(rows);
    for &key in examples.iter().flat_map(|(features, _)| features) {
        owners.count(key);
    }
    let checks = owners.checks();
    let examples: Vec<(Vec<usize>, bool)> =
        examples.iter().map(|(features, right)| (rows_of(features, &checks), *right)).collect();
    let (mut weights, mut squares) = (vec![0.0f32; rows], vec![0.01f32; rows]);
    let (mut bias, mut bias_squares) = (0.0f32, 1.0f32);
    let (mut sums, mut bias_sum) = (vec![0.0f32; rows], 0.0f32);
    let mut order = Order::new(examples.len());
    for pass in 0..passes {
        for index in order.shuffled() {
            let (features, right) = &examples[index];
            let sum: f32 = features.iter().map(|&row| weights[row]).sum();
            let probability = 1.0 / (1.0 + (-(sum + bias)).exp());
            let gradient = probability - f32::from(u8::from(*right));
            for &row in features {
                let gradient = gradient + DECAY * weights[row];
                squares[row] += gradient * gradient;
                weights[row] -= rate * gradient / squares[row].sqrt();
            }
            bias_squares += gradient * gradient;
            bias -= rate * gradient / bias_squares.sqrt();
        }
        if pass + AVERAGED_PASSES >= passes {
            for (sum, weight) in sums.iter_mut().zip(&weights) {
                *sum += weight / AVERAGED_PASSES as f32;
            }
            bias_sum += bias / AVERAGED_PASSES as f32;
        }
    }
    Logistic::from_weights(&sums, &checks, bias_sum)
}

/// Returns the rows that belong to these features.
fn rows_of(features: &[u32], checks: &[Option<u8>]) -> Vec<usize> {
    let row = |key: u32| row_of(key, checks.len());
    features.iter().filter(|&&key| checks[row(key)] == Some(check_of(key))).map(|&key| row(key)).collect()
}

/// Pull towards zero at each step.
const DECAY: f32 = 1e-4;

fn train_labels(examples: &[(Lattice, Vec<Label>)], report: &mut dyn FnMut(String)) -> SmallTables {
    let lattices = || examples.iter().map(|(lattice, _)| lattice);
    let mut tables = Tables {
        node: Learned::<NODE>::new(
            NODE_ROWS,
            lattices().flat_map(|lattice| (0..lattice.len()).flat_map(|unit| lattice.node_keys(unit))),
        ),
        edge: Learned::<EDGE>::new(EDGE_ROWS, lattices().flat_map(|lattice| &lattice.edge)),
        state: Learned::<STATE>::new(STATE_ROWS, lattices().flat_map(|lattice| lattice.states().flatten())),
    };
    report(format!("rows in use: {} {} {}", tables.node.in_use(), tables.edge.in_use(), tables.state.in_use()));
    let mut order = Order::new(examples.len());
    let mut scores = Scores::default();
    let mut dice = Dice::default();
    for pass in 0..PASSES {
        let mut loss = 0.0;
        for index in order.shuffled() {
            let (lattice, gold) = &examples[index];
            let lattice = &drop_features(lattice, &tables, &mut dice);
            lattice.read(&mut Scorer::new(&tables, lattice.cue, &mut scores));
            let gradient = gradient_of(gold, &scores);
            loss += gradient.loss;
            gradient.apply(lattice, &mut tables);
        }
        if pass + AVERAGED_PASSES >= PASSES {
            tables.node.add_to_mean();
            tables.edge.add_to_mean();
            tables.state.add_to_mean();
        }
        report(format!("pass {pass}: {} examples, loss {:.3}", examples.len(), loss / examples.len().max(1) as f32));
    }
    let Tables { node, edge, state } = tables;
    Tables {
        node: PairTable::from_weights(&node.mean, &node.checks),
        edge: NibbleTable::from_weights(&edge.mean, &edge.checks),
        state: BlockTable::from_weights(&state.mean, &state.checks),
    }
}

/// A table while it is learned by AdaGrad.
struct Learned<const WEIGHTS: usize> {
    weights: Vec<[f32; WEIGHTS]>,
    squares: Vec<[f32; WEIGHTS]>,
    /// Mean of the weights after each of the last passes.
    mean: Vec<f32>,
    checks: Vec<Option<u8>>,
    /// A key that no row belongs to.
    free: u32,
}

impl<const WEIGHTS: usize> Learned<WEIGHTS> {
    fn new<'k>(rows: usize, keys: impl Iterator<Item = &'k u32>) -> Self {
        let mut owners = Owners::new(rows);
        keys.for_each(|&key| owners.count(key));
        let checks = owners.checks();
        let free = (0..rows).find(|&row| checks[row] != Some(0)).unwrap_or_default() as u32;
        Self {
            weights: vec![[0.0; WEIGHTS]; rows],
            squares: vec![[0.01; WEIGHTS]; rows],
            mean: vec![0.0; rows * WEIGHTS],
            checks,
            free,
        }
    }

    fn in_use(&self) -> usize {
        self.checks.iter().flatten().count()
    }

    fn row(&self, key: u32) -> Option<usize> {
        let row = row_of(key, self.checks.len());
        (self.checks[row] == Some(check_of(key))).then_some(row)
    }

    fn step(&mut self, key: u32, gradient: &[f32; WEIGHTS]) {
        let Some(row) = self.row(key) else { return };
        for (weight, (gradient, squares)) in
            self.weights[row].iter_mut().zip(gradient.iter().zip(&mut self.squares[row]))
        {
            if gradient.abs() > 1e-4 {
                let gradient = gradient + DECAY * *weight;
                *squares += gradient * gradient;
                *weight -= RATE * gradient / squares.sqrt();
            }
        }
    }

    fn add_to_mean(&mut self) {
        for (mean, weight) in self.mean.iter_mut().zip(self.weights.iter().flatten()) {
            *mean += weight / AVERAGED_PASSES as f32;
        }
    }
}

impl<const WEIGHTS: usize> Table<WEIGHTS> for Learned<WEIGHTS> {
    type Sums = Sums<WEIGHTS>;

    fn add<const KEYS: usize>(&self, keys: [u32; KEYS], Sums(sums): &mut Sums<WEIGHTS>) {
        for row in keys.into_iter().filter_map(|key| self.row(key)) {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[row]) {
                *sum += weight;
            }
        }
    }

    fn total(&self, Sums(sums): Sums<WEIGHTS>, _keys: usize) -> [f32; WEIGHTS] {
        // Makes up for the features that are left out.
        sums.map(|sum: f32| sum / (1.0 - DROPPED_SHARE))
    }
}

/// Sums of weights.
#[derive(Clone, Copy)]
struct Sums<const WEIGHTS: usize>([f32; WEIGHTS]);

impl<const WEIGHTS: usize> Default for Sums<WEIGHTS> {
    fn default() -> Self {
        Self([0.0; WEIGHTS])
    }
}

type LearnedTables = Tables<Learned<NODE>, Learned<EDGE>, Learned<STATE>>;

/// Returns the lattice without some of its features: their place is taken by one that no row belongs to.
fn drop_features(lattice: &Lattice, tables: &LearnedTables, dice: &mut Dice) -> Lattice {
    let mut lattice = lattice.clone();
    let all = [
        (&mut lattice.node[..], tables.node.free),
        (lattice.stretches.keys.as_flattened_mut(), tables.node.free),
        (lattice.distances.keys.as_flattened_mut(), tables.node.free),
        (&mut lattice.edge[..], tables.edge.free),
        (lattice.state.as_flattened_mut(), tables.state.free),
        (&mut lattice.end, tables.state.free),
    ];
    for (keys, free) in all {
        for key in keys {
            if dice.falls(DROPPED_SHARE) {
                *key = free;
            }
        }
    }
    lattice
}

/// Expected minus observed counts of every label and step.
struct Gradient {
    node: Vec<[f32; NODE]>,
    edge: Vec<[f32; EDGE]>,
    state: Vec<[f32; STATE]>,
    loss: f32,
}

fn gradient_of(gold: &[Label], scores: &Scores) -> Gradient {
    let len = scores.steps.len();
    let mut forward = vec![[f32::NEG_INFINITY; STATES]; len + 1];
    let mut backward = vec![[f32::NEG_INFINITY; STATES]; len + 1];
    forward[0][START] = 0.0;
    let steps = |index: usize| {
        REACHABLE.into_iter().flat_map(move |state| {
            ALL_LABELS.into_iter().filter_map(move |label| {
                let next = next_state(state, label).filter(|_| scores.allow(index, label))?;
                Some((state, label, next))
            })
        })
    };
    for index in 0..len {
        for (state, label, next) in steps(index) {
            if forward[index][state] > f32::NEG_INFINITY {
                let path = forward[index][state] + scores.step(index, state, label);
                forward[index + 1][next] = log_add(forward[index + 1][next], path);
            }
        }
    }
    for state in REACHABLE {
        backward[len][state] = scores.finish(state);
    }
    for index in (0..len).rev() {
        for (state, label, next) in steps(index) {
            if backward[index + 1][next] > f32::NEG_INFINITY {
                let path = backward[index + 1][next] + scores.step(index, state, label);
                backward[index][state] = log_add(backward[index][state], path);
            }
        }
    }
    let total = backward[0][START];
    let mut gradient = Gradient {
        node: vec![[0.0; NODE]; len],
        edge: vec![[0.0; EDGE]; len],
        state: vec![[0.0; STATE]; len + 1],
        loss: total,
    };
    for index in 0..len {
        for (state, label, next) in steps(index) {
            let path = forward[index][state] + scores.step(index, state, label) + backward[index + 1][next];
            let probability = (path - total).exp();
            gradient.count(index, state, label, probability);
        }
    }
    for state in REACHABLE {
        let probability = (forward[len][state] + scores.finish(state) - total).exp();
        gradient.state[len][weight_of(state, Label::Outside)] += probability;
    }
    let mut state = START;
    for (index, &label) in gold.iter().enumerate() {
        gradient.count(index, state, label, -1.0);
        gradient.loss -= scores.step(index, state, label);
        state = next_state(state, label).unwrap_or(state);
    }
    gradient.state[len][weight_of(state, Label::Outside)] -= 1.0;
    gradient.loss -= scores.finish(state);
    gradient
}

impl Gradient {
    fn count(&mut self, index: usize, state: usize, label: Label, amount: f32) {
        self.node[index][label as usize] += amount;
        self.edge[index][edge_of(label_of(state), label)] += amount;
        self.state[index][weight_of(state, label)] += amount;
    }

    fn apply(&self, lattice: &Lattice, tables: &mut LearnedTables) {
        for (unit, gradient) in self.node.iter().enumerate() {
            lattice.node_keys(unit).for_each(|&key| tables.node.step(key, gradient));
        }
        for (unit, gradient) in self.edge.iter().enumerate() {
            lattice.edge_keys(unit).iter().for_each(|&key| tables.edge.step(key, gradient));
        }
        for (keys, gradient) in lattice.states().zip(&self.state) {
            keys.iter().for_each(|&key| tables.state.step(key, gradient));
        }
    }
}

/// Returns `ln(e^a + e^b)`.
fn log_add(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f32::NEG_INFINITY || high - low > 15.0 { high } else { high + (low - high).exp().ln_1p() }
}

/// Adds the drafts of an article with whether each is right, and the mentions of those that are.
fn judge(
    article: &MarkedArticle,
    lexicon: &Lexicon,
    model: &Model,
    judged: &mut Vec<(Vec<u32>, bool)>,
    mentions: &mut Vec<(Vec<u32>, bool)>,
) {
    let text = Analysis::new(&article.text, &article.paragraphs, lexicon);
    let marked: Vec<Vec<usize>> =
        article.attributions.iter().map(|attribution| words_within(&text, &attribution.content)).collect();
    let mut memory = attribution::Memory::default();
    let mut units = Vec::new();
    for &paragraph in &text.paragraphs {
        read_units_of(&text, paragraph, &model.tagger, &mut memory.tagging, &mut units);
        let drafts = attribution::drafts(&text, &units, model, &mut memory);
        for (index, draft) in drafts.iter().enumerate() {
            let mut features = Features::default();
            verdict_features(&units, &drafts, index, &mut features);
            let words = words_of(&text, &units, draft);
            let overlaps = marked.iter().map(|gold| jaccard(&words, gold)).enumerate();
            let (owner, overlap) = overlaps.fold((0, 0.0), |best, other| if other.1 > best.1 { other } else { best });
            judged.push((features.keys, overlap >= 0.5));
            if let Some(mention) = draft.mention.filter(|_| overlap >= 0.5) {
                let tokens = attribution::tokens_of(&units, mention).indices();
                let mention: Vec<usize> = tokens.filter(|&index| text.tokens[index].is_word()).collect();
                let gold = words_within(&text, &article.attributions[owner].mention);
                let both = mention.iter().filter(|word| gold.binary_search(word).is_ok()).count();
                let mut features = Features::default();
                mention_features(&units, draft, &mut features);
                mentions.push((features.keys, both > 0 && both * 2 >= mention.len()));
            }
        }
    }
}

fn words_within(text: &Analysis<'_>, spans: &[Span]) -> Vec<usize> {
    let mut words: Vec<usize> = spans
        .iter()
        .flat_map(|span| {
            let first = text.token_at(span.start);
            (first..text.tokens.len()).take_while(|&index| text.tokens[index].start() < span.end)
        })
        .filter(|&index| text.tokens[index].is_word())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn words_of(text: &Analysis<'_>, units: &[Unit], draft: &Draft) -> Vec<usize> {
    let ranges: Vec<TokenRange> = draft.content.iter().map(|range| attribution::tokens_of(units, *range)).collect();
    ranges.into_iter().flat_map(TokenRange::indices).filter(|&index| text.tokens[index].is_word()).collect()
}

fn jaccard(a: &[usize], b: &[usize]) -> f32 {
    let both = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    let either = a.len() + b.len() - both;
    if either == 0 { 0.0 } else { both as f32 / either as f32 }
}

/// Orders that differ from pass to pass and are the same in every run.
struct Order {
    indices: Vec<usize>,
    dice: Dice,
}

impl Order {
    fn new(len: usize) -> Self {
        Self { indices: (0..len).collect(), dice: Dice::default() }
    }

    fn shuffled(&mut self) -> Vec<usize> {
        for index in (1..self.indices.len()).rev() {
            self.indices.swap(index, (self.dice.next() % (index as u64 + 1)) as usize);
        }
        self.indices.clone()
    }
}

/// Chance that is the same in every run: Marsaglia's xorshift.
pub(super) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(0x1234_5678_9abc_def1)
    }
}

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Says yes to this share of the questions.
    fn falls(&mut self, share: f32) -> bool {
        ((self.next() >> 40) as f32) < share * (1u64 << 24) as f32
    }
}
