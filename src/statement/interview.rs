//! In: an interview with labels for question and answer. Out: who speaks in each paragraph, and who it is that answers.
//!
//! Whoever answers is named in the headline or in the introduction, as the one person to whom somebody spoke. Where two may
//! be meant, the answers stay without a name.

use super::StatementField;
use super::people::{BearerId, BearerKind, NameUse, People};
use super::texts::Texts;
use super::token::{Analysis, Mark, TokenRange};
use crate::language::{Class, Classes};
use crate::speaker::Name;

/// Who speaks in a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Question,
    Answer,
}

/// The label of a paragraph: "Q:", "A.", "Answer:".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub turn: Turn,
    /// Without the mark behind it.
    pub tokens: TokenRange,
    /// The colon, where there is one.
    pub colon: Option<usize>,
    /// Where the words begin.
    pub words: usize,
}

/// Labels as printed; those of one letter may have a full stop in place of the colon.
const LABELS: &[(&str, Turn)] =
    &[("Q", Turn::Question), ("QUESTION", Turn::Question), ("A", Turn::Answer), ("ANSWER", Turn::Answer)];

/// Returns the label with which a paragraph begins. A full stop may belong to an initial: "A. Roe came".
pub(super) fn label_of(text: &Analysis<'_>, paragraph: TokenRange) -> Option<Label> {
    let first = paragraph.indices().find(|&index| text.tokens[index].mark != Mark::Other)?;
    let word = text.word(first);
    if !word.starts_with(['Q', 'A']) {
        return None;
    }
    let label = word.trim_end_matches('.');
    let (name, turn) = LABELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(label))?;
    let mut next = first + 1;
    let mark_at = |index: usize| paragraph.contains(index).then(|| text.tokens[index].mark);
    let mut has_stop = word.len() > label.len();
    if !has_stop && mark_at(next) == Some(Mark::Stop) {
        (has_stop, next) = (true, next + 1);
    }
    let colon = (mark_at(next) == Some(Mark::Colon)).then_some(next);
    let is_label = colon.is_some() || has_stop && name.len() == 1;
    let words = if colon.is_some() { next + 1 } else { next };
    let has_words = (words..paragraph.end).any(|index| text.tokens[index].is_word());
    let tokens = TokenRange::new(first, first + 1);
    (is_label && has_words).then_some(Label { turn: *turn, tokens, colon, words })
}

/// The turns of an interview.
pub(super) struct Turns {
    /// Of each paragraph: its label.
    labels: Vec<Option<Label>>,
    /// Of each paragraph: the turn that its label opens, or the last one before it did.
    turns: Vec<Option<Turn>>,
    last: usize,
}

impl Turns {
    /// Finds the turns of a text; none where nobody asks or nobody answers.
    pub fn find(text: &Analysis<'_>) -> Option<Self> {
        let all = || text.paragraphs.iter().map(|&paragraph| label_of(text, paragraph));
        // Most articles are no interviews.
        if !all().any(|label| label.is_some()) {
            return None;
        }
        let labels: Vec<Option<Label>> = all().collect();
        let has = |turn: Turn| labels.iter().flatten().any(|label| label.turn == turn);
        let last = labels.iter().rposition(Option::is_some)?;
        let mut turn = None;
        let turns = labels.iter().map(|label| {
            turn = label.map(|label| label.turn).or(turn);
            turn
        });
        let turns = turns.collect();
        (has(Turn::Question) && has(Turn::Answer)).then_some(Self { labels, turns, last })
    }

    /// Returns the label of a paragraph.
    pub fn label(&self, paragraph: usize) -> Option<Label> {
        self.labels[paragraph]
    }

    /// Whether a paragraph without a label goes on with an answer: another turn follows it.
    pub fn goes_on(&self, text: &Analysis<'_>, paragraph: usize) -> bool {
        if paragraph > self.last || self.labels[paragraph].is_some() {
            return false;
        }
        // "(Laughs.)" is nobody's words.
        let is_direction = text.tokens[text.paragraphs[paragraph].start].mark == Mark::OpenBracket;
        self.turns[paragraph] == Some(Turn::Answer) && !is_direction
    }
}

/// Sentences of an introduction that are looked at.
const INTRODUCTION: usize = 30;

/// Returns who answers in an interview: the one person to whom headline and introduction say that somebody spoke.
pub(super) fn interviewee(texts: &Texts<'_>, people: &People<'_>, byline: &[String]) -> Option<BearerId> {
    let turns = Turns::find(texts.body)?;
    let first_turn = turns.labels.iter().position(Option::is_some)?;
    let introduction = texts.body.paragraphs[first_turn].start;
    let writers: Vec<Name> = byline.iter().map(|name| Name::parse(name)).collect();
    let mut found: Option<BearerId> = None;
    for (field, text) in texts.fields() {
        let ends = if field == StatementField::Body { introduction } else { usize::MAX };
        for &sentence in text.sentences.iter().take_while(|sentence| sentence.start < ends).take(INTRODUCTION) {
            let is_interviewed = |used: &&NameUse| {
                let bearer = &people.bearers[used.bearer];
                let may_be_person = match bearer.kind {
                    BearerKind::Person => true,
                    BearerKind::Unknown => bearer.is_full(),
                    BearerKind::Organisation | BearerKind::Place => false,
                };
                let is_writer = writers.contains(&Name::parse(&people.name(texts, used.bearer)));
                may_be_person && !used.is_quoted && !is_writer && !stands_aside(text, used)
            };
            let persons = people.uses_within(field, sentence).iter().filter(is_interviewed);
            let persons: Vec<&NameUse> = persons.collect();
            let occasions = sentence.indices().filter(|&index| OCCASIONS.contains(&&*text.lowercase(index)));
            for occasion in occasions {
                match spoken_to(text, sentence, occasion, &persons) {
                    Meant::Nobody => {}
                    Meant::One(bearer) if found.is_none_or(|known| known == bearer) => found = Some(bearer),
                    Meant::One(_) | Meant::Several => return None,
                }
            }
        }
    }
    found
}

/// Whether a name stands behind another preposition than those of an interview: "in Lower Brey", "about Bo Lind".
fn stands_aside(text: &Analysis<'_>, used: &NameUse) -> bool {
    let before = used.whole.start.checked_sub(1);
    let leads = |index: usize| matches!(text.word(index), "to" | "with" | "for" | "To" | "With" | "For");
    before.is_some_and(|index| text.tokens[index].is(Class::Preposition) && !leads(index))
}

/// Whom a word such as "interview" calls the one interviewed.
enum Meant {
    Nobody,
    One(BearerId),
    Several,
}

/// Words by which a sentence tells of an interview.
const OCCASIONS: &[&str] = &[
    "interview",
    "interviewed",
    "conversation",
    "q&a",
    "spoke",
    "speaks",
    "speak",
    "talked",
    "talks",
    "talk",
    "sat",
    "questions",
    "answers",
    "answered",
    "chatted",
    "chats",
];

/// "spoke to Jane Roe", "an interview with the mayor, Jane Roe": whoever stands behind the preposition; "Jane Roe talks to the
/// Review": else whoever stands before, else the only person of the sentence.
fn spoken_to(text: &Analysis<'_>, sentence: TokenRange, occasion: usize, persons: &[&NameUse]) -> Meant {
    /// "spoke at her farm in Dravny to"
    const REACH: usize = 8;
    let preposition = (occasion + 1..sentence.end.min(occasion + REACH))
        .find(|&index| matches!(text.word(index), "to" | "with" | "To" | "With"));
    let behind = preposition.and_then(|preposition| object_of(text, preposition, persons));
    let bearers_of = |is_meant: &dyn Fn(&NameUse) -> bool| {
        let mut bearers: Vec<BearerId> = persons.iter().filter(|used| is_meant(used)).map(|used| used.bearer).collect();
        bearers.sort_unstable();
        bearers.dedup();
        bearers
    };
    let before = bearers_of(&|used| used.tokens.end <= occasion);
    match (behind, before.as_slice()) {
        // "Jane Roe spoke to Bo Lind": either may have asked.
        (Some(used), before) if before.iter().any(|&other| other != used.bearer) => Meant::Several,
        (Some(used), _) => Meant::One(used.bearer),
        (None, [only]) => Meant::One(*only),
        (None, []) => match bearers_of(&|_| true).as_slice() {
            [] => Meant::Nobody,
            [only] => Meant::One(*only),
            _ => Meant::Several,
        },
        (None, _) => Meant::Several,
    }
}

/// Returns the person who stands behind a preposition, perhaps behind a role: "with the mayor, Jane Roe".
fn object_of<'p>(text: &Analysis<'_>, preposition: usize, persons: &[&'p NameUse]) -> Option<&'p NameUse> {
    const LONGEST_ROLE: usize = 10;
    const CLAUSES: Classes =
        Classes::of(&[Class::Preposition, Class::Relative, Class::Be, Class::Have, Class::Modal, Class::Coordinator]);
    let used = persons.iter().find(|used| used.tokens.start > preposition)?;
    let role = preposition + 1..used.tokens.start;
    let is_role = role.len() <= LONGEST_ROLE
        && role.into_iter().all(|index| {
            let token = &text.tokens[index];
            text.word(index) == "of" || matches!(token.mark, Mark::None | Mark::Comma) && !token.classes.meets(CLAUSES)
        });
    is_role.then_some(*used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Span};
    use crate::language::LANGUAGES;
    use crate::statement::{Extractor, Statement};

    #[test]
    fn labels_are_told_from_names_and_sentences() {
        let rows = [
            ("Q: Why?", "Q|Why?"),
            ("Q. Why?", "Q|Why?"),
            ("A.: Because.", "A|Because."),
            ("Question: Why?", "Q|Why?"),
            ("ANSWER: Because.", "A|Because."),
            ("A lion came.", ""),
            ("a: the first of two.", ""),
            ("Answer. Now.", ""),
            ("Question time came.", ""),
            ("Q:", ""),
            ("Quentin: Why?", ""),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        for (paragraph, expected) in rows {
            let text = Analysis::new(paragraph, &[Span::new(0, paragraph.len())], &lexicon);
            let label = label_of(&text, text.paragraphs[0]);
            let found = label.map_or(String::new(), |label| {
                let words = text.span(TokenRange::new(label.words, text.tokens.len()));
                format!("{}|{}", if label.turn == Turn::Question { "Q" } else { "A" }, words.of(paragraph))
            });
            assert_eq!(found, expected, "{paragraph}");
        }
    }

    #[test]
    fn answers_are_the_words_of_the_one_who_was_interviewed() {
        let extractor = Extractor::new();
        let turns = "Q: When did you begin?\nA: At six, in a garden.\nWe had no money for pens.\nQ: And now?\nA: Now it is rivers.";
        // Introduction, who answers.
        let rows = [
            ("The Esker Review spoke to Ottilie Brand, a cartographer, in Lorn.", "Ottilie Brand"),
            ("An interview with the cartographer of Lorn, Ottilie Brand.", "Ottilie Brand"),
            ("Ottilie Brand talks to the Esker Review about Felix Drury.", "Ottilie Brand"),
            ("Ottilie Brand, a cartographer, talks to us in Lorn.", "Ottilie Brand"),
            ("The Review spoke to Ottilie Brand about Felix Drury, the mayor.", "Ottilie Brand"),
            ("We met in Lorn.\nThe Review sat down with Ottilie Brand.", "Ottilie Brand"),
            // Nobody is told to have been interviewed, or two may be meant.
            ("Ottilie Brand draws maps in Lorn.", ""),
            ("Felix Drury spoke to Ottilie Brand at her house near the old mill.", ""),
            ("The Review spoke to Ottilie Brand and talked with Felix Drury.", ""),
            ("The Review spoke to Ottilie Brand.\nIt also spoke to Felix Drury.", ""),
            ("They spoke to nobody in Lorn.", ""),
        ];
        let written_by = |byline: &[&str], introduction: &str| {
            let article = Article::of_lines(&format!("{introduction}\n{turns}"));
            Article { byline: byline.iter().map(|&name| name.to_owned()).collect(), ..article }
        };
        let rows = rows.map(|(introduction, expected)| (introduction, &[][..], expected));
        let by_writer = [(
            "Felix Drury spoke to Ottilie Brand at her house near the old mill.",
            &["Felix Drury"][..],
            "Ottilie Brand",
        )];
        for (introduction, byline, expected) in rows.into_iter().chain(by_writer) {
            let article = written_by(byline, introduction);
            let statements = extractor.extract(&article);
            let said = |words: &str| {
                let holds =
                    |statement: &&Statement| statement.spans.iter().any(|span| span.of(&article.body).contains(words));
                let statement = statements.iter().find(holds).unwrap_or_else(|| panic!("{introduction}: {words}"));
                statement.speaker.as_ref().and_then(|speaker| speaker.name.clone()).unwrap_or_default()
            };
            for words in ["At six", "no money", "rivers"] {
                assert_eq!(said(words), expected, "{introduction}: {words}");
            }
            for words in ["When did", "And now"] {
                assert_eq!(said(words), "", "{introduction}: {words}");
            }
        }
    }
}
