//! Candidate cues: every word that our lists hold for a cue, and what stands around it.

use std::cell::LazyCell;

use super::features::TakeFeatures;
use super::tagger::Part;
use super::token::{Analysis, Shape};
use super::unit::{Tag, Unit};
use crate::language::{Class, Form, Frame, WordId};

/// A unit that may be a cue, with what its surroundings say.
#[derive(Clone, Copy, Debug)]
pub struct Cue {
    /// Index of its unit in the paragraph.
    pub unit: usize,
    /// First and last unit, exclusive, in which its content and mention are looked for.
    pub start: usize,
    pub end: usize,
    /// Number of the frame, one past the last for a colon.
    pub frame: u32,
    pub lemma: WordId,
    pub form: u32,
    /// Auxiliaries before it: 1 passive, 2 infinitive, 4 modal, 8 have, 16 negated, 32 relative pronoun as subject.
    pub auxiliaries: u32,
    pub before: Tag,
    pub after: Tag,
    /// 1 a quotation stands before the cue in its sentence, 2 behind, 4 in a sentence of its own before, 8 behind.
    pub quotes: u32,
}

/// Number of the frame of a colon, behind those of words.
pub const COLON_FRAME: u32 = Frame::FRAMES.len() as u32;

/// Units of the longest sentence in which anything is looked for: what goes on longer is no prose, and time would grow with
/// the square of its length.
const LONGEST_SENTENCE: usize = 1000;

/// Returns the candidates of one paragraph in order.
pub fn candidates(text: &Analysis<'_>, units: &[Unit]) -> Vec<Cue> {
    let mut found = Vec::new();
    let is_prose = |index: usize| {
        let sentence = units[index].sentence;
        let goes_on = |other: usize| units.get(other).is_some_and(|unit| unit.sentence == sentence);
        !goes_on(index + LONGEST_SENTENCE) && !index.checked_sub(LONGEST_SENTENCE).is_some_and(goes_on)
    };
    let is_headline = LazyCell::new(|| in_headline(units, text));
    for index in 0..units.len() {
        let unit = &units[index];
        if unit.tag.is_quote() {
            continue;
        }
        let token = &text.tokens[unit.tokens.start];
        if unit.tag == Tag::Colon {
            let verb_before = found.last().is_some_and(|cue: &Cue| cue.unit + 4 > index && cue.frame != COLON_FRAME);
            if !verb_before && is_prose(index) {
                found.push(cue_at(text, units, index, COLON_FRAME));
            }
            continue;
        }
        let Some(frame) = token.frame else { continue };
        let capital_name = token.shape.has(Shape::CAPITAL) && unit.tag == Tag::Name && !*is_headline;
        if capital_name || !is_prose(index) {
            continue;
        }
        found.push(cue_at(text, units, index, frame as u32));
    }
    // Most paragraphs quote nothing.
    if units.iter().any(|unit| unit.tag == Tag::LongQuote) {
        found.iter_mut().for_each(|cue| cue.quotes = quotes_around(units, cue));
    }
    found
}

/// Whether most words of a paragraph begin with a capital, as in headlines.
fn in_headline(units: &[Unit], text: &Analysis<'_>) -> bool {
    let words = units.iter().filter(|unit| text.tokens[unit.tokens.start].is_word());
    let (mut capitals, mut all) = (0, 0);
    for unit in words {
        all += 1;
        capitals += usize::from(text.tokens[unit.tokens.start].shape.has(Shape::CAPITAL));
    }
    all <= 30 && capitals * 3 >= all * 2
}

fn cue_at(text: &Analysis<'_>, units: &[Unit], index: usize, frame: u32) -> Cue {
    let (start, end) = domain(units, index);
    let token = &text.tokens[units[index].tokens.start];
    let tag = |at: Option<usize>| at.filter(|&at| at >= start && at < end).map_or(Tag::Outside, |at| units[at].tag);
    let mut auxiliaries = 0;
    let mut at = index;
    let mut before = Tag::Outside;
    for _ in 0..5 {
        let Some(previous) = at.checked_sub(1).filter(|&previous| previous >= start) else { break };
        at = previous;
        auxiliaries |= match units[at].tag {
            Tag::Be => 1,
            Tag::To => 2,
            Tag::Modal => 4,
            Tag::Have => 8,
            Tag::Negation => 16,
            Tag::Do => 0,
            Tag::Adverb => 0,
            Tag::Relative | Tag::That => {
                before = units[at].tag;
                auxiliaries |= 32;
                break;
            }
            other => {
                before = other;
                break;
            }
        };
    }
    let form = Form::FORMS.iter().position(|&form| token.has_form(form)).map_or(5, |form| form as u32);
    Cue {
        unit: index,
        start,
        end,
        frame,
        lemma: token.lemma,
        form: if units[index].tag == Tag::VerbParticiple { Form::Participle as u32 } else { form },
        auxiliaries,
        before,
        after: tag(Some(index + 1)),
        quotes: 0,
    }
}

/// Returns where quotations stand around a cue, as [`Cue::quotes`] has it.
fn quotes_around(units: &[Unit], cue: &Cue) -> u32 {
    let sentence = units[cue.unit].sentence;
    let mut quotes = 0;
    for (at, unit) in (cue.start..cue.end).zip(&units[cue.start..cue.end]) {
        if unit.tag == Tag::LongQuote {
            quotes |= match (at < cue.unit, unit.sentence == sentence) {
                (true, true) => 1,
                (false, true) => 2,
                (true, false) => 4,
                (false, false) => 8,
            };
        }
    }
    quotes
}

/// Returns the cue's sentence with the sentences before and behind it that are nothing but quotation.
fn domain(units: &[Unit], index: usize) -> (usize, usize) {
    let sentence = units[index].sentence;
    let inside = |unit: &&Unit| unit.sentence == sentence || unit.quotation_only;
    let (before, behind) = units.split_at(index);
    let before = before.iter().rev().take(LONGEST_SENTENCE).take_while(inside).count();
    let behind = behind.iter().take(LONGEST_SENTENCE).take_while(inside).count();
    (index - before, index + behind)
}

/// Collects the features by which a candidate is judged.
pub fn cue_features(text: &Analysis<'_>, units: &[Unit], cue: &Cue, others: &[Cue], features: &mut impl TakeFeatures) {
    let at = |offset: isize| {
        let index = cue.unit as isize + offset;
        let inside = index >= cue.start as isize && index < cue.end as isize;
        if inside { units[index as usize] } else { Unit::default() }
    };
    let (one, two, three) = (at(1), at(2), at(3));
    let (minus_one, minus_two, minus_three) = (at(-1), at(-2), at(-3));
    let here = at(0);
    let lemma = u32::from(cue.lemma);
    let token = &text.tokens[here.tokens.start];
    let nouny = u32::from(token.is(Class::Noun) || token.is(Class::SpeechNoun));
    let kind = cue.frame << 8 | cue.form << 4 | nouny;
    let tag = |unit: Unit| unit.tag as u32;

    features.push(1, lemma, cue.form);
    features.push(2, kind, 0);
    features.push(3, kind, tag(one));
    features.push(4, kind, tag(minus_one));
    features.push(5, lemma, tag(one));
    features.push(6, lemma, tag(minus_one));
    features.push(7, lemma, one.code);
    features.push(8, lemma, minus_one.code);
    features.push(9, kind, one.code);
    features.push(10, kind, minus_one.code);
    features.push(11, kind, tag(one) << 8 | tag(two));
    features.push(12, kind, tag(minus_one) << 8 | tag(minus_two));
    features.push(13, tag(here), tag(minus_one) << 8 | tag(one));
    features.push(14, tag(here) << 8 | cue.frame, two.code);
    features.push(15, cue.frame, minus_two.code);
    features.push(16, kind, cue.auxiliaries);
    features.push(17, lemma, cue.auxiliaries);
    features.push(18, kind, cue.before as u32);
    features.push(19, lemma, cue.before as u32 | cue.form << 8);
    features.push(20, kind, cue.quotes);
    features.push(21, lemma, cue.quotes | cue.form << 8);
    features.push(22, tag(one) << 16 | tag(two) << 8 | tag(three), cue.frame);
    features.push(23, tag(minus_one) << 16 | tag(minus_two) << 8 | tag(minus_three), cue.frame);
    features.push(24, tag(here), kind);
    features.push(25, one.code, two.code);
    features.push(26, minus_one.code, minus_two.code);
    features.push(27, here.suffix, tag(here));
    features.push(28, cue.frame, one.suffix);

    let part = |unit: Unit| unit.part as u32;
    features.push(50, kind, part(here));
    features.push(51, lemma, part(here) | cue.form << 8);
    features.push(52, part(here) << 8 | part(minus_one), kind);
    features.push(53, part(here) << 16 | part(one) << 8 | part(two), cue.frame);
    features.push(54, part(here) << 8 | part(one), kind);
    features.push(55, part(here) << 8 | cue.before as u32, kind);
    features.push(56, part(here) << 8 | cue.auxiliaries, kind);
    // Its subject, and the head of the clause that it stands in.
    let (mut subject, mut outer, mut outer_frame) = (0, 0, 0);
    for (steps, unit) in units[cue.start..cue.unit].iter().rev().enumerate() {
        if subject == 0 && outer == 0 && unit.part.is_subject() {
            subject = (unit.tag as u32) << 8 | unit.part as u32 | (steps.min(12) as u32 / 3) << 16;
        }
        if unit.part.heads_clause() {
            outer = unit.part as u32;
            outer_frame = text.tokens[unit.tokens.start].frame.map_or(0, |frame| frame as u32 + 1);
            break;
        }
    }
    features.push(57, kind, subject & 0xffff);
    features.push(58, lemma, subject & 0xffff);
    features.push(59, part(here) << 8 | outer, kind);
    features.push(60, outer << 8 | outer_frame, kind);
    features.push(61, outer << 8 | outer_frame, part(here) << 8 | cue.frame);
    features.push(62, outer_frame << 8 | cue.frame, subject);
    let next_head = units[cue.unit + 1..cue.end].iter().find(|unit| unit.part.heads_clause());
    let inner = next_head.map_or(0, |unit| (unit.part as u32) << 8 | unit.tag as u32);
    features.push(63, kind, inner);
    features.push(64, lemma, inner >> 8);
    let object = units[cue.unit + 1..cue.end.min(cue.unit + 8)].iter().find(|unit| {
        matches!(unit.part, Part::Object | Part::PrepositionObject)
            || unit.part.heads_clause()
            || unit.part.is_subject()
    });
    let object = object.map_or(0, |unit| (unit.part as u32) << 8 | unit.tag as u32);
    features.push(65, kind, object);
    features.push(66, lemma, object >> 8);

    // Inside the content of another? The nearest candidates on either side, and what stands between.
    let place = others.partition_point(|other| other.unit < cue.unit);
    let previous = place.checked_sub(1).map(|at| &others[at]).filter(|other| other.unit >= cue.start);
    let next = others.get(place + 1).filter(|other| other.unit < cue.end);
    let between = |from: usize, to: usize| {
        let mut bits = 0;
        for unit in &units[from + 1..to] {
            bits |= match unit.tag {
                Tag::That | Tag::QuestionWord => 1,
                Tag::Comma => 2,
                Tag::Coordinator => 4,
                Tag::To => 8,
                Tag::LongQuote => 16,
                Tag::Subordinator | Tag::Dash | Tag::Semicolon => 32,
                Tag::Relative => 64,
                _ => 0,
            };
        }
        bits
    };
    if let Some(other) = previous {
        let bits = between(other.unit, cue.unit);
        let distance = (cue.unit - other.unit).min(8) as u32;
        features.push(30, other.frame << 8 | cue.frame, bits);
        features.push(31, other.frame << 8 | other.form, distance << 8 | cue.frame);
        features.push(32, u32::from(other.lemma), bits << 8 | cue.frame);
        features.push(33, other.frame << 16 | other.after as u32, bits);
        features.push(34, u32::from(other.lemma), lemma);
    } else {
        features.push(35, kind, 0);
        features.push(36, lemma, 0);
    }
    if let Some(other) = next {
        let bits = between(cue.unit, other.unit);
        let distance = (other.unit - cue.unit).min(8) as u32;
        features.push(37, other.frame << 8 | cue.frame, bits);
        features.push(38, other.frame << 8 | cue.frame, distance);
        features.push(39, u32::from(other.lemma), bits << 8 | cue.frame);
    } else {
        features.push(40, kind, 0);
    }
    // Every candidate to the left, as a bag.
    let first = others[..place].partition_point(|other| other.unit < cue.start);
    for other in &others[first..place] {
        features.push(41, other.frame << 8 | cue.frame, other.after as u32);
    }
    let from_start = (cue.unit - cue.start).min(15) as u32;
    let to_end = (cue.end - cue.unit).min(12) as u32;
    features.push(42, cue.frame, from_start);
    features.push(43, cue.frame << 8 | tag(here), to_end);
    features.push(44, u32::from(in_headline(&units[cue.start..cue.end], text)), kind);
    // The nearest finite verb to the left tells main verbs from others.
    let mut bits = 0;
    for unit in units[cue.start..cue.unit].iter().rev() {
        bits |= match unit.tag {
            Tag::That | Tag::QuestionWord | Tag::Relative => 1,
            Tag::Subordinator => 2,
            Tag::Comma => 4,
            tag if tag.is_finite() => 8,
            _ => 0,
        };
        if bits & 8 != 0 {
            break;
        }
    }
    features.push(45, kind, bits);
    features.push(46, lemma, bits);
    features.push(47, kind, bits << 8 | cue.before as u32);
}
