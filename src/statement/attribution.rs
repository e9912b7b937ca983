//! What the text itself says: which words are attributed, by which cue, to whom it names there. Nothing is resolved.

use std::cell::Cell;

use super::cue::{Cue, candidates, cue_features};
use super::decoding::Decoder;
use super::interview::Turns;
use super::label::{interview_turn, labelled};
use super::labelling::Label;
use super::lattice::{Place, read_units};
use super::model::Model;
use super::refusal::REFUSALS;
use super::scoring::{Scorer, Scores};
use super::tagger::{self, Part};
use super::token::{Analysis, Shape, TokenRange};
use super::unclaimed::attach_quotations;
use super::unit::{Tag, Unit, read_units_of};
use super::verdict::{mention_features, verdict_features};
use super::{StatementField, StatementKind};
use crate::article::Span;
use crate::language::{Class, Classes, Form, Frame};

/// One attribution as the text has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    pub field: StatementField,
    pub kind: StatementKind,
    /// The words attributed, in reading order; never empty, never overlapping.
    pub content: Vec<Span>,
    pub cue: Option<Span>,
    /// How the text names the speaker beside the cue: "Larijani", "he", "the senior official".
    pub mention: Option<Span>,
    /// Probability that content and mention are right.
    pub score: f32,
}

/// What the model makes of one candidate cue; ranges are of units.
#[derive(Clone, Debug)]
pub struct Draft {
    pub cue: Cue,
    pub cue_probability: f32,
    pub content: Vec<TokenRange>,
    pub mention: Option<TokenRange>,
    /// Probability of the labels, given the cue.
    pub label_probability: f32,
}

/// Candidates less likely than this are not looked at further: what comes of them is mostly narration.
const LEAST_CUE_PROBABILITY: f32 = 0.3;

/// Beside a quotation there is something that somebody said, so that a candidate may be less likely.
const LEAST_CUE_PROBABILITY_OF_QUOTED: f32 = 0.15;

/// Drafts less likely than this are dropped.
const LEAST_SCORE: f32 = 0.42;

/// A quotation is somebody's words, so that a draft that claims one may be less likely.
const LEAST_SCORE_OF_QUOTED: f32 = 0.15;

/// Mentions less likely than this are dropped: it is worse to credit the wrong speaker than to leave one unknown.
const LEAST_MENTION_PROBABILITY: f32 = 0.5;

/// Returns the attributions of one field of an article in reading order; none overlap.
pub fn find_attributions(text: &Analysis<'_>, field: StatementField, model: &Model) -> Vec<Attribution> {
    let mut found: Vec<Found> = Vec::new();
    let mut memory = MEMORY.take();
    // The cue and mention of a paragraph that ends with a colon: the next one is what was said.
    let mut announced: Option<(TokenRange, Option<TokenRange>)> = None;
    let turns = Turns::find(text);
    // Where in `found` the answer stands that the next paragraphs may go on from.
    let mut answer = None;
    let (mut units, mut taken) = (Vec::new(), Vec::new());
    for (number, &paragraph) in text.paragraphs.iter().enumerate() {
        read_units_of(text, paragraph, &model.tagger, &mut memory.tagging, &mut units);
        let introduced = announced.take();
        if let Some(turns) = &turns {
            if let Some(turn) = turns.label(number).and_then(|label| interview_turn(&label, &units)) {
                answer = Some(found.len());
                found.push(turn);
                continue;
            }
            if turns.goes_on(text, number)
                && let Some(answer) = answer.and_then(|answer| found.get_mut(answer))
                && let Some(content) = trimmed(&units, TokenRange::new(0, units.len()))
            {
                answer.content.push(tokens_of(&units, content));
                continue;
            }
        }
        if let Some(labelled) = labelled(text, paragraph, &units, field) {
            found.push(labelled);
            continue;
        }
        if let Some((cue, mention)) = introduced {
            found.push(Found {
                content: vec![tokens_of(&units, TokenRange::new(0, units.len()))],
                cue: Some(cue),
                mention,
                score: SCORE_OF_ANNOUNCED,
            });
            continue;
        }
        announced = announcement(text, &units, model, &mut memory);
        let drafts = drafts(text, &units, model, &mut memory);
        let mut scored: Vec<(f32, &Draft)> = Vec::with_capacity(drafts.len());
        for (index, draft) in drafts.iter().enumerate() {
            let mut verdict = model.verdict.begin();
            verdict_features(&units, &drafts, index, &mut verdict);
            scored.push((verdict.probability(), draft));
        }
        let mut ranked: Vec<usize> = (0..scored.len()).collect();
        ranked.sort_by(|&a, &b| scored[b].0.total_cmp(&scored[a].0));
        taken.clear();
        taken.resize(units.len(), false);
        let first = found.len();
        for &index in &ranked {
            let (score, draft) = scored[index];
            if score < LEAST_SCORE_OF_QUOTED {
                break;
            }
            let mut draft = cut_at_coordinated(&units, draft, &scored[index + 1..]);
            if taken[draft.cue.unit] || !is_speech(&draft.cue) {
                continue;
            }
            give_back_subject(&units, &mut draft);
            draft.content = left_over(&units, &draft.content, &taken);
            drop_phrases(text, &units, &mut draft.content);
            let is_enough =
                if score < LEAST_SCORE { has_quotation(&units, &draft.content) } else { !draft.content.is_empty() };
            if !is_enough {
                continue;
            }
            for range in &draft.content {
                taken[range.indices()].fill(true);
            }
            let draft = &draft;
            let mut judgement = model.mention.begin();
            mention_features(&units, draft, &mut judgement);
            let mention_probability = judgement.probability();
            let credible = mention_probability >= LEAST_MENTION_PROBABILITY && !is_target(draft);
            let is_name = |mention: &TokenRange| !has_quotation(&units, &[*mention]);
            let mention = draft.mention.filter(|mention| credible && is_name(mention));
            found.push(Found {
                content: draft.content.iter().map(|&range| tokens_of(&units, range)).collect(),
                cue: Some(units[draft.cue.unit].tokens),
                mention: mention.map(|range| tokens_of(&units, range)),
                score: if mention.is_some() { score * mention_probability } else { score },
            });
        }
        attach_quotations(text, &units, &taken, &mut found, first);
    }
    MEMORY.set(memory);
    found.sort_by_key(|found| found.content.first().map_or(0, |range| range.start));
    found.into_iter().filter_map(|found| found.into_attribution(text, field)).collect()
}

/// Ends the content where another cue begins that is beside it, not inside it: "X said … and warned …", "X said …,
/// though he added …". `behind` are the drafts whose cues stand behind.
fn cut_at_coordinated(units: &[Unit], draft: &Draft, behind: &[(f32, &Draft)]) -> Draft {
    let mut cut = draft.clone();
    let holds = |other: &Draft| draft.content.iter().any(|range| range.contains(other.cue.unit));
    // What stands behind the domain is not inside the content.
    let behind = behind.iter().take_while(|(_, other)| other.cue.unit < draft.cue.end);
    let mut inside: Vec<&(f32, &Draft)> =
        behind.filter(|(score, other)| *score >= LEAST_SCORE && holds(other)).collect();
    inside.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, other) in inside {
        let limit = if coordinated(draft, other) {
            (draft.cue.unit + 2..=other.cue.unit)
                .rev()
                .find(|&at| matches!(units[at].tag, Tag::Coordinator | Tag::Comma))
        } else {
            new_clause(units, draft, other)
        };
        let Some(limit) = limit else { continue };
        let content: Vec<TokenRange> = cut
            .content
            .iter()
            .filter(|range| range.start < limit)
            .filter_map(|range| trimmed(units, TokenRange::new(range.start, range.end.min(limit))))
            .collect();
        // "X said it *and its staff agreed*" may break off, "X said *it*" tells nothing.
        let is_pronoun = |unit: &Unit| matches!(unit.tag, Tag::Subject | Tag::Object | Tag::Empty);
        if !content.iter().all(|range| units[range.indices()].iter().all(is_pronoun)) {
            cut.content = content;
        }
    }
    cut
}

/// Returns what others have left of a content; nothing where they have the larger part of its words and left no
/// quotation.
fn left_over(units: &[Unit], content: &[TokenRange], taken: &[bool]) -> Vec<TokenRange> {
    let is_free = |range: &TokenRange| !taken[range.indices()].contains(&true);
    if content.iter().all(is_free) {
        return content.to_vec();
    }
    let free = content.iter().flat_map(|range| range.indices()).filter(|&at| !taken[at]);
    let left: Vec<TokenRange> = runs(free).into_iter().filter_map(|range| trimmed(units, range)).collect();
    let size = |ranges: &[TokenRange]| ranges.iter().map(|range| range.len()).sum::<usize>();
    if has_quotation(units, &left) || size(&left) * 2 > size(content) { left } else { Vec::new() }
}

/// Lets a pronoun before its verb speak, not be spoken: "*It* said Roe Tools, of Ost, was sold".
fn give_back_subject(units: &[Unit], draft: &mut Draft) {
    let &[only] = draft.content.as_slice() else { return };
    let is_pronoun = only.len() == 1 && matches!(units[only.start].tag, Tag::Subject | Tag::Empty);
    if let Some(mention) = draft.mention.filter(|mention| mention.start > draft.cue.unit)
        && is_pronoun
        && only.end == draft.cue.unit
    {
        draft.content = vec![mention];
        draft.mention = Some(only);
    }
}

/// Drops what is no clause where a whole sentence is quoted, too: "“It is over,” she said of *the vote*".
fn drop_phrases(text: &Analysis<'_>, units: &[Unit], content: &mut Vec<TokenRange>) {
    let of = |range: &TokenRange| &units[range.indices()];
    let begins_sentence = |unit: &Unit| {
        let first = text.tokens[unit.tokens.indices()].iter().find(|token| token.is_word());
        unit.tag == Tag::LongQuote && first.is_some_and(|word| word.shape.has(Shape::CAPITAL))
    };
    if !content.iter().flat_map(of).any(begins_sentence) {
        return;
    }
    let opens_clause = |unit: &Unit| unit.tag.is_finite() || matches!(unit.part, Part::Root | Part::Complement);
    let goes_on: Vec<usize> =
        content.iter().filter(|range| opens_clause(&units[range.start])).map(|range| range.start).collect();
    content.retain(|range| {
        let clause = of(range).iter().take_while(|unit| unit.tag != Tag::Relative);
        let is_clause = clause.into_iter().any(|unit| unit.tag.is_quote() || opens_clause(unit));
        is_clause || goes_on.iter().any(|&next| next > range.start)
    });
}

fn has_quotation(units: &[Unit], content: &[TokenRange]) -> bool {
    content.iter().any(|range| units[range.indices()].iter().any(|unit| unit.tag == Tag::LongQuote))
}

/// Returns the drafts that may stand inside the content of one or around its cue, itself among them: those whose domains
/// overlap its own. Domains begin and end in the order of their cues, so that a paragraph of thousands of drafts is gone over
/// once.
pub(super) fn rivals(drafts: &[Draft], index: usize) -> &[Draft] {
    let (before, behind) = drafts.split_at(index);
    let cue = drafts[index].cue;
    let first = before.iter().rposition(|other| other.cue.end <= cue.start).map_or(0, |apart| apart + 1);
    let end = behind.iter().position(|other| cue.end <= other.cue.start).unwrap_or(behind.len());
    &drafts[first..index + end]
}

/// Whether the other's cue stands inside this one's content and yet shares its speaker, who is named before both.
pub(super) fn coordinated(draft: &Draft, other: &Draft) -> bool {
    let (Some(mention), Some(shared)) = (draft.mention, other.mention) else { return false };
    let inside = draft.content.iter().any(|range| range.contains(other.cue.unit));
    inside && draft.cue.unit < other.cue.unit && shared.start < draft.cue.unit && mention.contains(shared.end - 1)
}

/// Returns the comma behind which the other has a clause of its own: ", though she noted".
fn new_clause(units: &[Unit], draft: &Draft, other: &Draft) -> Option<usize> {
    let mention =
        other.mention.filter(|mention| mention.end <= other.cue.unit && mention.start > draft.cue.unit + 2)?;
    let opener = mention.start - 1;
    let is_opener = matches!(units[opener].tag, Tag::Coordinator | Tag::Subordinator);
    match units[opener - 1].tag {
        Tag::Comma if is_opener => Some(opener - 1),
        // The comma stands before the closing mark.
        Tag::ShortQuote | Tag::LongQuote if is_opener => Some(opener),
        _ => None,
    }
}

/// Whether the mention is the subject of a passive: who "was criticised" did not say it.
fn is_target(draft: &Draft) -> bool {
    const PASSIVE: u32 = 1;
    let participle = draft.cue.form == Form::Participle as u32;
    let passive = participle && draft.cue.auxiliaries & PASSIVE != 0;
    passive && draft.mention.is_some_and(|mention| mention.start < draft.cue.unit)
}

/// Beliefs and wishes are no statements; they are read only so that nothing inside them is taken for one.
fn is_speech(cue: &Cue) -> bool {
    ![Frame::Believe as u32, Frame::Want as u32].contains(&cue.frame)
}

pub(super) struct Found {
    pub(super) content: Vec<TokenRange>,
    pub(super) cue: Option<TokenRange>,
    pub(super) mention: Option<TokenRange>,
    pub(super) score: f32,
}

impl Found {
    fn into_attribution(mut self, text: &Analysis<'_>, field: StatementField) -> Option<Attribution> {
        self.content.sort_by_key(|range| range.start);
        let quoted = |index: usize| text.tokens[index].quotation > 0;
        let (mut inside, mut outside) = (0, 0);
        for index in self.content.iter().flat_map(|range| range.indices()).filter(|&index| text.tokens[index].is_word())
        {
            inside += usize::from(quoted(index));
            outside += usize::from(!quoted(index));
        }
        let kind = match (inside, outside) {
            (0, 0) => return None,
            (0, _) => StatementKind::Indirect,
            (_, 0) => StatementKind::Direct,
            _ => StatementKind::Mixed,
        };
        Some(Attribution {
            field,
            kind,
            content: self.content.iter().map(|&range| text.span(range)).collect(),
            cue: self.cue.map(|range| text.span(with_negation(text, range))),
            mention: self.mention.map(|range| text.span(range)),
            score: self.score,
        })
    }
}

/// Returns a cue with what denies it: "never said", "did not say", "refused to confirm".
fn with_negation(text: &Analysis<'_>, cue: TokenRange) -> TokenRange {
    const REACH: usize = 4;
    const LINKS: Classes =
        Classes::of(&[Class::Negation, Class::Do, Class::Have, Class::Modal, Class::Be, Class::Adverb, Class::To]);
    let denies = |index: usize| text.tokens[index].is(Class::Negation) || REFUSALS.contains(&&*text.lowercase(index));
    let first = cue.start.saturating_sub(REACH).max(text.sentences[text.sentence_of(cue.start)].start);
    let links = (first..cue.start).rev().take_while(|&index| text.tokens[index].classes.meets(LINKS) || denies(index));
    match links.last() {
        Some(start) if (start..cue.start).any(denies) => TokenRange::new(start, cue.end),
        _ => cue,
    }
}

/// What a quotation is given that no cue claims: nearly all are somebody's words, but whose is not said.
pub(super) const SCORE_WITHOUT_CUE: f32 = 0.45;

/// What a paragraph is given that the one before announces with a colon.
const SCORE_OF_ANNOUNCED: f32 = 0.7;

/// Returns cue and mention of a paragraph that ends "…, X said:" and so announces the next one.
fn announcement(
    text: &Analysis<'_>,
    units: &[Unit],
    model: &Model,
    memory: &mut Memory,
) -> Option<(TokenRange, Option<TokenRange>)> {
    const MOST_UNITS_BETWEEN: usize = 8;
    const SPEECH: [Frame; 7] =
        [Frame::Say, Frame::Tell, Frame::Ask, Frame::Argue, Frame::Write, Frame::Continue, Frame::Noun];
    let colon = units.len().checked_sub(1).filter(|&last| units[last].tag == Tag::Colon)?;
    let cues = candidates(text, units);
    let cue = cues.iter().rev().find(|cue| {
        cue.unit < colon
            && cue.unit + MOST_UNITS_BETWEEN >= colon
            && SPEECH.iter().any(|&frame| frame as u32 == cue.frame)
            && !units[cue.unit..colon].iter().any(|unit| unit.tag.is_quote())
    })?;
    let (labels, _) = labels_around(units, cue, model, memory);
    let mention = ranges(labels, Label::Mention, cue.start).into_iter().find_map(|range| trimmed(units, range));
    let mention = mention.map(|range| tokens_of(units, own_phrase(units, range)));
    Some((units[cue.unit].tokens, mention))
}

/// Returns the phrase that names the speaker, of what the labels have for the mention: "In an interview *Roe* said" has
/// no comma to tell, and "*Roe*, who lives in Ost, said" goes on too long.
fn own_phrase(units: &[Unit], mention: TokenRange) -> TokenRange {
    let is_relative = |at: &usize| units[*at].tag == Tag::Relative;
    if is_relative(&mention.start) {
        return TokenRange::new(mention.start, mention.start + 1);
    }
    if let Some(pronoun) = mention.indices().rev().find(|&at| at + 1 == mention.end && units[at].tag == Tag::Subject) {
        return TokenRange::new(pronoun, mention.end);
    }
    let end = mention.indices().find(is_relative).unwrap_or(mention.end);
    let mention = trimmed(units, TokenRange::new(mention.start, end)).unwrap_or(mention);
    let Some(subject) = mention.indices().find(|&at| units[at].part.is_subject()) else { return mention };
    let ends_phrase = |at: &usize| matches!(units[*at].part, Part::PrepositionObject | Part::Object);
    let opens_phrase = |at: usize| {
        matches!(units[at].tag, Tag::Preposition | Tag::Possessive | Tag::Coordinator | Tag::Relative)
            || units[at].tag.is_mark()
    };
    match (mention.start..subject).rev().find(ends_phrase) {
        Some(last) if !(last + 1..subject).any(opens_phrase) => TokenRange::new(last + 1, mention.end),
        _ => mention,
    }
}

/// Returns the tokens of a range of units.
pub fn tokens_of(units: &[Unit], range: TokenRange) -> TokenRange {
    TokenRange::new(units[range.start].tokens.start, units[range.end - 1].tokens.end)
}

thread_local! {
    /// Kept for the next article: short ones would spend a twentieth of their time on making it anew.
    static MEMORY: Cell<Memory> = Cell::default();
}

/// Memory that is used again for every paragraph.
#[derive(Default)]
pub struct Memory {
    pub tagging: tagger::Memory,
    places: Vec<Place>,
    scores: Scores,
    decoder: Decoder,
}

/// Returns what the model makes of the candidates of one paragraph.
pub fn drafts(text: &Analysis<'_>, units: &[Unit], model: &Model, memory: &mut Memory) -> Vec<Draft> {
    let cues = candidates(text, units);
    let mut likely: Vec<(&Cue, f32)> = Vec::with_capacity(cues.len());
    for cue in &cues {
        let mut judgement = model.cue.begin();
        cue_features(text, units, cue, &cues, &mut judgement);
        let probability = judgement.probability();
        let is_quoted = || units[cue.start..cue.end].iter().any(|unit| unit.tag.is_quote());
        let is_likely =
            probability >= LEAST_CUE_PROBABILITY || probability >= LEAST_CUE_PROBABILITY_OF_QUOTED && is_quoted();
        if is_likely {
            likely.push((cue, probability));
        }
    }
    let mut drafts = Vec::with_capacity(likely.len());
    for (index, &(cue, cue_probability)) in likely.iter().enumerate() {
        // Domains begin and end in the order of their cues, so that the neighbours tell for all.
        let mut beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten().filter_map(|at| likely.get(at));
        let is_alone = beside.all(|(near, _)| near.end <= cue.start || cue.end <= near.start);
        if !is_speech(cue) && is_alone {
            continue;
        }
        let (labels, label_probability) = labels_around(units, cue, model, memory);
        let content: Vec<TokenRange> =
            ranges(labels, Label::Content, cue.start).into_iter().filter_map(|range| trimmed(units, range)).collect();
        let mention = ranges(labels, Label::Mention, cue.start).into_iter().find_map(|range| trimmed(units, range));
        let mention = mention.map(|range| own_phrase(units, range));
        if content.is_empty() {
            continue;
        }
        drafts.push(Draft { cue: *cue, cue_probability, content, mention, label_probability });
    }
    drafts
}

fn labels_around<'m>(units: &[Unit], cue: &Cue, model: &Model, memory: &'m mut Memory) -> (&'m [Label], f32) {
    let Memory { places, scores, decoder, .. } = memory;
    read_units(units, cue, places, &mut Scorer::new(&model.labels, cue.unit - cue.start, scores));
    decoder.decode(scores)
}

fn ranges(labels: &[Label], wanted: Label, offset: usize) -> Vec<TokenRange> {
    runs(labels.iter().enumerate().filter(|(_, label)| **label == wanted).map(|(index, _)| index + offset))
}

/// Joins numbers that follow each other to ranges.
fn runs(rising: impl Iterator<Item = usize>) -> Vec<TokenRange> {
    let mut ranges: Vec<TokenRange> = Vec::new();
    for index in rising {
        match ranges.last_mut() {
            Some(last) if last.end == index => last.end = index + 1,
            _ => ranges.push(TokenRange::new(index, index + 1)),
        }
    }
    ranges
}

/// Takes marks off both ends of a range.
pub(super) fn trimmed(units: &[Unit], mut range: TokenRange) -> Option<TokenRange> {
    while !range.is_empty() && units[range.start].tag.is_mark() {
        range.start += 1;
    }
    while !range.is_empty() && units[range.end - 1].tag.is_mark() {
        range.end -= 1;
    }
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::language::LANGUAGES;
    use crate::statement::Extractor;

    #[test]
    fn drafts_have_few_rivals_however_long_their_paragraph_is() {
        let model = Model::english();
        let lexicon = (LANGUAGES[0].lexicon)();
        for sentence in ["“No, not at all,” said Ann Poole. ", "Ann Poole said the ferry was late. “It is.” "] {
            let body = sentence.repeat(300);
            let text = Analysis::new(&body, &[Span::new(0, body.len())], &lexicon);
            let (mut units, mut memory) = (Vec::new(), Memory::default());
            read_units_of(&text, text.paragraphs[0], &model.tagger, &mut memory.tagging, &mut units);
            let drafts = drafts(&text, &units, &model, &mut memory);
            assert!(drafts.len() >= 300, "{sentence}: {}", drafts.len());
            let in_order =
                |pair: &[Draft]| pair[0].cue.start <= pair[1].cue.start && pair[0].cue.end <= pair[1].cue.end;
            assert!(drafts.windows(2).all(in_order), "{sentence}");
            for (index, draft) in drafts.iter().enumerate() {
                let rivals = rivals(&drafts, index);
                assert!(rivals.len() <= 3, "{sentence}: {} rivals of draft {index}", rivals.len());
                let overlaps = |other: &&Draft| other.cue.start < draft.cue.end && draft.cue.start < other.cue.end;
                assert_eq!(rivals.len(), drafts.iter().filter(overlaps).count(), "{sentence}: draft {index}");
            }
        }
    }

    #[test]
    fn a_cue_holds_what_denies_it() {
        let rows = [
            ("Harbour master Ann Poole said the ferry was safe.", "said"),
            ("Harbour master Ann Poole never said the ferry was safe.", "never said"),
            ("Harbour master Ann Poole did not say that the fund had been frozen.", "did not say"),
            ("Harbour master Ann Poole said that the fund had not been frozen.", "said"),
        ];
        let extractor = Extractor::new();
        for (body, expected) in rows {
            let [statement] = &extractor.extract(&Article::of_lines(body))[..] else { panic!("{body}") };
            assert_eq!(statement.cue.map(|cue| cue.of(body)), Some(expected), "{body}");
        }
    }
}
