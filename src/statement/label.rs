//! In: one paragraph. Out: its statement, where a label tells whose all of it is: a turn of an interview ("A: …") or of a
//! transcript ("ROE: …"), a signed quotation ("“…” — Jane Roe").

use super::StatementField;
use super::attribution::{Found, tokens_of, trimmed};
use super::interview::{self, Turn};
use super::quotation::{MOST_WORDS_OF_LABEL, begins_with_label, is_of_label};
use super::token::{Analysis, Mark, Shape, TokenRange};
use super::unit::{Tag, Unit};

/// Reads a paragraph that has a label.
pub(super) fn labelled(
    text: &Analysis<'_>,
    paragraph: TokenRange,
    units: &[Unit],
    field: StatementField,
) -> Option<Found> {
    let turn = transcript_turn(text, units).filter(|_| may_be_turn(text, paragraph, field));
    turn.or_else(|| signed_quotation(text, units))
}

/// "DUBAI: The talks are over" opens a story, not a transcript, where no other paragraph has a label.
fn may_be_turn(text: &Analysis<'_>, paragraph: TokenRange, field: StatementField) -> bool {
    let has_label = |other: &&TokenRange| {
        let first = other.indices().find(|&index| text.tokens[index].mark != Mark::Quote);
        first.is_some_and(|first| begins_with_label(&text.tokens[first..other.end]))
    };
    let opens_body = field == StatementField::Body && text.paragraphs.first() == Some(&paragraph);
    !opens_body || text.paragraphs.iter().filter(has_label).nth(1).is_some()
}

/// Reads a paragraph of a transcript, "NAME: …": all of it is what that speaker said.
fn transcript_turn(text: &Analysis<'_>, units: &[Unit]) -> Option<Found> {
    let first = units.iter().position(|unit| unit.tag != Tag::OtherMark)?;
    let colon = units.iter().take(first + MOST_WORDS_OF_LABEL + 1).position(|unit| unit.tag == Tag::Colon)?;
    let names = &units[first..colon];
    let is_label = names.iter().all(|unit| is_of_label(&text.tokens[unit.tokens.start]));
    if names.is_empty() || !is_label || colon + 2 >= units.len() {
        return None;
    }
    let content = trimmed(units, TokenRange::new(colon + 1, units.len()))?;
    let mention = tokens_of(units, TokenRange::new(first, colon));
    Some(Found {
        content: vec![tokens_of(units, content)],
        cue: Some(units[colon].tokens),
        mention: Some(mention),
        score: SCORE_OF_TURN,
    })
}

/// Labels leave little doubt about what is said and who says it.
const SCORE_OF_TURN: f32 = 0.8;

/// Reads a paragraph of an interview, "Q: …" or "A. …"; who asks is nobody in particular.
pub(super) fn interview_turn(label: &interview::Label, units: &[Unit]) -> Option<Found> {
    let first = units.partition_point(|unit| unit.tokens.start < label.words);
    let content = trimmed(units, TokenRange::new(first, units.len()))?;
    Some(Found {
        content: vec![tokens_of(units, content)],
        cue: label.colon.map(|colon| TokenRange::new(colon, colon + 1)),
        mention: (label.turn == Turn::Answer).then_some(label.tokens),
        score: SCORE_OF_TURN,
    })
}

/// Reads a quotation that is signed behind a dash: "“…” — Jane Roe", "“…” — Jane Roe, 41, a baker from Ost".
fn signed_quotation(text: &Analysis<'_>, units: &[Unit]) -> Option<Found> {
    const MOST_WORDS_OF_NAME: usize = 6;
    const MOST_WORDS_BEHIND: usize = 30;
    // Between its first and last mark a quotation may hold others.
    let last_quotation = units.iter().rposition(|unit| unit.tag.is_quote())?;
    let dash = last_quotation + units[last_quotation..].iter().position(|unit| unit.tag == Tag::Dash)?;
    let mut words = units[..dash].iter().filter(|unit| !unit.tag.is_mark());
    let quoted = words.next().is_some_and(|first| first.tag == Tag::LongQuote)
        && words.next_back().is_none_or(|last| last.tag.is_quote());
    let signature = trimmed(units, TokenRange::new(dash + 1, units.len()))?;
    let comma = signature.indices().find(|&at| units[at].tag == Tag::Comma);
    let name = TokenRange::new(signature.start, comma.unwrap_or(signature.end));
    // Whoever is described has a full name: "— Ost, Norland" is no signature.
    let fits = comma.is_none_or(|comma| name.len() >= 2 && signature.end - comma <= MOST_WORDS_BEHIND);
    let capital = |unit: &Unit| text.tokens[unit.tokens.start].shape.has(Shape::CAPITAL);
    if name.is_empty() || name.len() > MOST_WORDS_OF_NAME || !quoted || !fits {
        return None;
    }
    if !units[name.indices()].iter().all(capital) {
        return None;
    }
    let content = trimmed(units, TokenRange::new(0, dash))?;
    Some(Found {
        content: vec![tokens_of(units, content)],
        cue: Some(units[dash].tokens),
        mention: Some(tokens_of(units, name)),
        score: 0.9,
    })
}
