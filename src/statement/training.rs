//! Trains the model from articles whose attributions are marked. Deterministic: same articles, same weights.

use super::attribution::{self, Draft};
use super::cue::{Cue, candidates, cue_features};
use super::features::{Features, Owners, check_of, row_of};
use super::labelling::{
    LABELS, Label, Lattice, REACHABLE, START, STATES, Scores, SmallTable, Table, Weights, allowed, key_after, label_of,
    lattice_of, log_add, next_state, score,
};
use super::model::{Logistic, Model};
use super::tagger::{Lesson, Tagger, Teacher, part_of_dependency, tag_of_penn};
use super::token::{Analysis, TokenRange};
use super::unit::{Unit, plain_units_of, units_of};
use crate::article::Span;
use crate::language::{Frame, Lexicon};

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
    model.verdict = train_verdict(&judged);
    model.mention = train_verdict(&mentions);
    report(format!("mentions: {} of {} right", mentions.iter().filter(|(_, right)| *right).count(), mentions.len()));
    report(format!("verdict: {} drafts, {} right", judged.len(), judged.iter().filter(|(_, right)| *right).count()));
    model
}

/// Returns the best f1 that any threshold gives, each half of the drafts judged by what the other half taught.
fn best_f1(judged: &[(Vec<u32>, bool)], border: usize, marked: usize) -> f32 {
    let (first, second) = judged.split_at(border);
    let mut ranked: Vec<(f32, bool)> = Vec::with_capacity(judged.len());
    for (seen, unseen) in [(first, second), (second, first)] {
        let verdict = train_verdict(seen);
        let judge = |keys: &Vec<u32>| verdict.probability(&Features { keys: keys.clone() });
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

fn train_verdict(judged: &[(Vec<u32>, bool)]) -> Logistic {
    train_logistic(judged, 0.05, 12)
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
    let cue = train_logistic(&cues, 0.03, 8);
    let lattices: Vec<(Lattice, Vec<Label>)> = examples.into_iter().filter_map(|example| example.lattice).collect();
    let labels = train_labels(&lattices, report);
    Model { tagger, cue, labels, verdict: train_verdict(&[]), mention: train_verdict(&[]) }
}

fn examples_of(article: &MarkedArticle, lexicon: &Lexicon, tagger: &Tagger, examples: &mut Vec<Example>) {
    let text = Analysis::new(&article.text, &article.paragraphs, lexicon);
    let mut features = Features::default();
    for &paragraph in &text.paragraphs {
        let units = units_of(&text, paragraph, tagger);
        let cues = candidates(&text, &units);
        let owners = owners_of(&text, &units, &cues, &article.attributions);
        for (cue, owner) in cues.iter().zip(owners) {
            features.clear();
            cue_features(&text, &units, cue, &cues, &mut features);
            let lattice = owner.and_then(|number| {
                let labels = labels_of(&text, &units[cue.start..cue.end], &article.attributions[number], cue);
                labels.contains(&Label::Content).then(|| {
                    let mut lattice = Lattice::default();
                    lattice_of(&units, cue, &mut lattice);
                    (lattice, labels)
                })
            });
            examples.push(Example { cue: features.keys.clone(), is_cue: owner.is_some(), lattice });
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
fn train_logistic(examples: &[(Vec<u32>, bool)], rate: f32, passes: usize) -> Logistic {
    let mut owners = Owners::default();
    for &key in examples.iter().flat_map(|(features, _)| features) {
        owners.count(key);
    }
    let checks = owners.checks();
    let examples: Vec<(Vec<usize>, bool)> =
        examples.iter().map(|(features, right)| (rows_of(features, &checks), *right)).collect();
    let rows = checks.len();
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
    features.iter().filter(|&&key| checks[row_of(key)] == Some(check_of(key))).map(|&key| row_of(key)).collect()
}

/// Pull towards zero at each step.
const DECAY: f32 = 1e-4;

fn train_labels(examples: &[(Lattice, Vec<Label>)], report: &mut dyn FnMut(String)) -> SmallTable {
    let mut owners = Owners::default();
    for (lattice, _) in examples {
        count_features(lattice, &mut owners);
    }
    let checks = owners.checks();
    let mut weights = vec![[0.0f32; LABELS]; checks.len()];
    let mut squares = vec![[0.01f32; LABELS]; checks.len()];
    let mut order = Order::new(examples.len());
    let mut scores = Scores::default();
    let mut dice = Dice::default();
    let mut sums = vec![[0.0f32; LABELS]; checks.len()];
    for pass in 0..PASSES {
        let mut loss = 0.0;
        for index in order.shuffled() {
            let (lattice, gold) = &examples[index];
            let lattice = &drop_features(lattice, &checks, &mut dice);
            let scale = 1.0 / (1.0 - DROPPED_SHARE);
            score(lattice, &Training { weights: &weights, checks: &checks, scale }, &mut scores);
            let gradient = gradient_of(lattice, gold, &scores);
            loss += gradient.loss;
            gradient.apply(lattice, &checks, &mut weights, &mut squares);
        }
        if pass + AVERAGED_PASSES >= PASSES {
            for (sum, weights) in sums.iter_mut().zip(&weights) {
                for label in 0..LABELS {
                    sum[label] += weights[label] / AVERAGED_PASSES as f32;
                }
            }
        }
        report(format!("pass {pass}: {} examples, loss {:.3}", examples.len(), loss / examples.len().max(1) as f32));
    }
    SmallTable::from_weights(&sums, &checks)
}

/// Weights while they are learned.
struct Training<'w> {
    weights: &'w [Weights],
    checks: &'w [Option<u8>],
    /// Makes up for the features that are left out.
    scale: f32,
}

impl Table for Training<'_> {
    type Sum = Weights;

    fn add(&self, sum: &mut Weights, key: u32) {
        if self.checks[row_of(key)] == Some(check_of(key)) {
            for (total, weight) in sum.iter_mut().zip(self.weights[row_of(key)]) {
                *total += weight;
            }
        }
    }

    fn total(&self, sum: Weights) -> Weights {
        sum.map(|sum| sum * self.scale)
    }
}

/// Returns the lattice without some of its features: their place is taken by one that no row belongs to.
fn drop_features(lattice: &Lattice, checks: &[Option<u8>], dice: &mut Dice) -> Lattice {
    let is_free = |key: &u32| (0..STATES).all(|before| checks[row_of(key_after(*key, before))] != Some(0));
    let free = (0..checks.len() as u32).find(is_free).unwrap_or_default();
    let mut lattice = lattice.clone();
    for keys in [&mut lattice.node, &mut lattice.edge, &mut lattice.state] {
        for key in keys.iter_mut() {
            if dice.falls(DROPPED_SHARE) {
                *key = free;
            }
        }
    }
    lattice
}

/// Counts every feature of a lattice, joined with what may stand before.
fn count_features(lattice: &Lattice, owners: &mut Owners) {
    for &key in &lattice.node {
        owners.count(key);
    }
    for &key in &lattice.edge {
        for before in 0..LABELS {
            owners.count(key_after(key, before));
        }
    }
    for &key in &lattice.state {
        for before in REACHABLE {
            owners.count(key_after(key, before));
        }
    }
}

/// Expected minus observed counts of every label and step.
struct Gradient {
    node: Vec<[f32; LABELS]>,
    edge: Vec<[[f32; LABELS]; LABELS]>,
    state: Vec<[[f32; LABELS]; STATES]>,
    loss: f32,
}

const ALL: [Label; LABELS] = [Label::Outside, Label::Content, Label::Mention];

fn gradient_of(lattice: &Lattice, gold: &[Label], scores: &Scores) -> Gradient {
    let len = lattice.len;
    let mut forward = vec![[f32::NEG_INFINITY; STATES]; len + 1];
    let mut backward = vec![[f32::NEG_INFINITY; STATES]; len + 1];
    forward[0][START] = 0.0;
    let steps = |index: usize| {
        REACHABLE.into_iter().flat_map(move |state| {
            ALL.into_iter().filter_map(move |label| {
                let next = next_state(state, label).filter(|_| allowed(lattice, index, label))?;
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
        node: vec![[0.0; LABELS]; len],
        edge: vec![[[0.0; LABELS]; LABELS]; len],
        state: vec![[[0.0; LABELS]; STATES]; len + 1],
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
        gradient.state[len][state][0] += probability;
    }
    let mut state = START;
    for (index, &label) in gold.iter().enumerate() {
        gradient.count(index, state, label, -1.0);
        gradient.loss -= scores.step(index, state, label);
        state = next_state(state, label).unwrap_or(state);
    }
    gradient.state[len][state][0] -= 1.0;
    gradient.loss -= scores.finish(state);
    gradient
}

impl Gradient {
    fn count(&mut self, index: usize, state: usize, label: Label, amount: f32) {
        let label_number = label as usize;
        self.node[index][label_number] += amount;
        self.edge[index][label_of(state) as usize][label_number] += amount;
        self.state[index][state][label_number] += amount;
    }

    fn apply(&self, lattice: &Lattice, checks: &[Option<u8>], weights: &mut [Weights], squares: &mut [Weights]) {
        let mut step = |key: u32, gradient: &[f32; LABELS]| {
            if checks[row_of(key)] != Some(check_of(key)) {
                return;
            }
            let row = row_of(key);
            for label in 0..LABELS {
                if gradient[label].abs() > 1e-4 {
                    let gradient = gradient[label] + DECAY * weights[row][label];
                    squares[row][label] += gradient * gradient;
                    weights[row][label] -= RATE * gradient / squares[row][label].sqrt();
                }
            }
        };
        for index in 0..lattice.len {
            for &key in &lattice.node[index * lattice.node_count..][..lattice.node_count] {
                step(key, &self.node[index]);
            }
            for &key in &lattice.edge[index * lattice.edge_count..][..lattice.edge_count] {
                for before in 0..LABELS {
                    step(key_after(key, before), &self.edge[index][before]);
                }
            }
        }
        for index in 0..=lattice.len {
            for &key in &lattice.state[index * lattice.state_count..][..lattice.state_count] {
                for before in REACHABLE {
                    step(key_after(key, before), &self.state[index][before]);
                }
            }
        }
    }
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
    let mut features = Features::default();
    let mut memory = attribution::Memory::default();
    for &paragraph in &text.paragraphs {
        let units = units_of(&text, paragraph, &model.tagger);
        let drafts = attribution::drafts(&text, &units, model, &mut memory);
        for (index, draft) in drafts.iter().enumerate() {
            features.clear();
            attribution::verdict_features(&units, &drafts, index, &mut features);
            let words = words_of(&text, &units, draft);
            let overlaps = marked.iter().map(|gold| jaccard(&words, gold)).enumerate();
            let (owner, overlap) = overlaps.fold((0, 0.0), |best, other| if other.1 > best.1 { other } else { best });
            judged.push((features.keys.clone(), overlap >= 0.5));
            if let Some(mention) = draft.mention.filter(|_| overlap >= 0.5) {
                let tokens = attribution::tokens_of(&units, mention).indices();
                let mention: Vec<usize> = tokens.filter(|&index| text.tokens[index].is_word()).collect();
                let gold = words_within(&text, &article.attributions[owner].mention);
                let both = mention.iter().filter(|word| gold.binary_search(word).is_ok()).count();
                features.clear();
                attribution::mention_features(&units, draft, &mut features);
                mentions.push((features.keys.clone(), both > 0 && both * 2 >= mention.len()));
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
struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(0x1234_5678_9abc_def1)
    }
}

impl Dice {
    fn next(&mut self) -> u64 {
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

/// One article whose words another tagger and parser marked.
pub struct TaggedArticle {
    pub text: String,
    pub paragraphs: Vec<Span>,
    /// Where a word starts, its Penn tag, its dependency; in order.
    pub tokens: Vec<(usize, String, String)>,
}

/// Passes over the tagged articles.
const TAG_PASSES: usize = 5;

/// Returns the tagger that fits the articles.
pub fn train_tags(articles: &[TaggedArticle], lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Tagger {
    let mut teacher = Teacher::default();
    let mut order = Order::new(articles.len());
    for pass in 0..TAG_PASSES {
        (teacher.seen, teacher.right_tags, teacher.right_parts) = (0, 0, 0);
        for article in order.shuffled().into_iter().map(|index| &articles[index]) {
            let text = Analysis::new(&article.text, &article.paragraphs, lexicon);
            for &paragraph in &text.paragraphs {
                let mut units = plain_units_of(&text, paragraph);
                let lessons: Vec<Option<Lesson>> = units
                    .iter()
                    .map(|unit| {
                        let token = &text.tokens[unit.tokens.start];
                        let at = article.tokens.binary_search_by_key(&token.start(), |(start, ..)| *start).ok()?;
                        let (_, penn, dependency) = &article.tokens[at];
                        Some(Lesson { tag: tag_of_penn(token, penn, dependency), part: part_of_dependency(dependency) })
                    })
                    .collect();
                teacher.teach(&text, &mut units, &lessons);
            }
        }
        let share = |right: u64| right as f64 / teacher.seen.max(1) as f64;
        report(format!("pass {pass}: tags {:.4}, parts {:.4}", share(teacher.right_tags), share(teacher.right_parts)));
    }
    teacher.tagger()
}
