//! In: a sentence, a cue and a day named in it. Out: whether the writer tells the day of the words said, not of anything else.

use super::token::{Analysis, Mark, Shape, TokenRange};
use crate::language::{Class, Classes, Form};

/// Words between a cue and its day: "said at a rally in the old town hall of Dravny on Tuesday".
const REACH: usize = 14;

/// Tokens between a cue and its day, words said among them, and before a day that opens its sentence: a sentence may be
/// as long as an article.
const FARTHEST: usize = 300;

/// Returns whether a day stands in the clause of a cue: "said at a rally last week", "Last week she said", not "said Roe, who
/// left in 2019". Words for which `is_content` holds are passed over.
pub(super) fn is_told_of(
    text: &Analysis<'_>,
    sentence: TokenRange,
    cue: usize,
    named: usize,
    is_content: &impl Fn(usize) -> bool,
) -> bool {
    if named.abs_diff(cue) > FARTHEST || !tells_the_past(text, cue) {
        return false;
    }
    let phrase = start_of_phrase(text, sentence, named);
    let outside = |first: usize, end: usize| (first..end).filter(|&index| !is_content(index));
    if named > cue {
        // "said he came here in 2019", "said that he came in 2019": his own words tell the day.
        let is_within_words = (cue + 1..phrase).any(|index| is_content(index) && text.tokens[index].quotation == 0);
        let begins_words = |index: usize| text.tokens[index].is(Class::SubjectPronoun) && index + 1 < phrase;
        let between = || outside(cue + 1, phrase);
        if is_within_words || between().any(begins_words) {
            return false;
        }
        // "at a rally in Dravny, Norland, last week"
        let is_followed_by_name = |index: usize| text.tokens[index + 1].shape.has(Shape::CAPITAL);
        let parts = |index: usize| text.tokens[index].mark == Mark::Comma && index + 1 < phrase;
        let far_comma = between().any(|index| parts(index) && !is_followed_by_name(index));
        return !far_comma && between().count() <= REACH && !between().any(|index| begins_clause(text, index));
    }
    let between = || outside(named + 1, cue);
    if between().all(|index| is_light(text, index)) {
        return true;
    }
    // "Last week Roe said", "In an interview in 2019, Roe said", "Asked about it last week, Roe said".
    let breaks = |index: usize| matches!(text.tokens[index].mark, Mark::Colon | Mark::Semicolon | Mark::Dash);
    let earliest = phrase.saturating_sub(FARTHEST).max(sentence.start);
    let start = (earliest..phrase).rev().find(|&index| breaks(index)).map_or(earliest, |index| index + 1);
    let opening = || outside(start, phrase);
    let opens = |index: usize| {
        let token = &text.tokens[index];
        let is_gerund = token.has_form(Form::Gerund) || token.suffix == *b"ing" || token.has_form(Form::Participle);
        is_gerund || token.classes.meets(Classes::of(&[Class::Preposition, Class::Subordinator, Class::Adverb]))
    };
    let opens_sentence = opening().next().is_none_or(opens)
        && opening().skip(1).all(|index| {
            // "Asked about her calling it a lie last week"
            let is_action = text.tokens[index].has_form(Form::Gerund);
            text.tokens[index].mark != Mark::Comma && !is_action && !begins_clause(text, index)
        });
    let goes_on = |index: usize| {
        let follows_comma = index > 0 && text.tokens[index - 1].mark == Mark::Comma;
        breaks(index) || follows_comma && text.tokens[index].is(Class::Coordinator)
    };
    // What opens a sentence holds over what stands between commas: "On Oct. 23, at the mill, now called a hall, Roe said".
    let reach = if phrase == start { 2 * REACH } else { REACH };
    let begins = |index: usize| phrase > start && begins_clause(text, index);
    opens_sentence && between().count() <= reach && !between().any(|index| goes_on(index) || begins(index))
}

/// Returns whether a cue is no verb of the present: who "says" something, or "has said" it, is not quoted from last week.
pub(super) fn tells_the_past(text: &Analysis<'_>, cue: usize) -> bool {
    let Some(token) = text.tokens.get(cue) else { return false };
    let helper = (0..cue).rev().find(|&index| !text.tokens[index].is(Class::Adverb));
    if helper.is_some_and(|helper| matches!(text.word(helper), "has" | "have" | "'ve" | "’ve")) {
        return false;
    }
    let is_present = token.has_form(Form::Third) || token.has_form(Form::Base);
    let may_be_past = token.has_form(Form::Past) || token.has_form(Form::Participle) || token.has_form(Form::Gerund);
    const LEADS_NOUN: Classes =
        Classes::of(&[Class::Determiner, Class::Possessive, Class::Modal, Class::To, Class::Do]);
    let follows = cue > 0 && text.tokens[cue - 1].classes.meets(LEADS_NOUN);
    !is_present || may_be_past || follows
}

/// Returns whether a cue is the verb of a relative clause: "Roe, who had also said".
pub(super) fn follows_relative(text: &Analysis<'_>, cue: usize) -> bool {
    const HELPERS: Classes = Classes::of(&[Class::Adverb, Class::Have]);
    let subject = (0..cue).rev().find(|&index| !text.tokens[index].classes.meets(HELPERS));
    subject.is_some_and(|subject| matches!(text.word(subject), "who" | "which"))
}

/// Returns where the words begin that name a day with the one at `named`: "earlier in the week" for "week".
fn start_of_phrase(text: &Analysis<'_>, sentence: TokenRange, named: usize) -> usize {
    const PARTS: Classes =
        Classes::of(&[Class::Determiner, Class::Number, Class::Preposition, Class::Adverb, Class::Weekday]);
    const LONGEST: usize = 4;
    let is_part = |index: usize| {
        let token = &text.tokens[index];
        let is_adjective = matches!(&*text.lowercase(index), "last" | "past" | "previous" | "next" | "following");
        token.is_word() && (token.classes.meets(PARTS) || token.shape.has(Shape::DIGIT) || is_adjective)
    };
    let first = named.saturating_sub(LONGEST).max(sentence.start);
    (first..named).rev().take_while(|&index| is_part(index)).last().unwrap_or(named)
}

/// Words behind a day that are not yet another clause: "last week had also".
fn is_light(text: &Analysis<'_>, index: usize) -> bool {
    let token = &text.tokens[index];
    token.is_word() && token.classes.meets(Classes::of(&[Class::Adverb, Class::Have, Class::Be, Class::SubjectPronoun]))
}

/// Verbs by which words come to readers: "a poll taken last week" is as old as what it says.
const PUBLISHED: &[&str] = &[
    "taken",
    "published",
    "aired",
    "broadcast",
    "recorded",
    "posted",
    "conducted",
    "released",
    "issued",
    "dated",
    "made",
    "held",
    "given",
    "sent",
    "written",
];

fn begins_clause(text: &Analysis<'_>, index: usize) -> bool {
    const OPENERS: Classes =
        Classes::of(&[Class::Relative, Class::Question, Class::That, Class::Be, Class::Have, Class::Modal]);
    let token = &text.tokens[index];
    if matches!(token.mark, Mark::Colon | Mark::Semicolon | Mark::Dash | Mark::OpenBracket) {
        return true;
    }
    // "a fair set to open in July"
    let next = text.tokens.get(index + 1);
    let is_infinitive =
        token.is(Class::To) && next.is_some_and(|next| next.has_form(Form::Base) || next.is(Class::Verb));
    let is_conjunction = token.is(Class::Subordinator) && !token.is(Class::Preposition);
    let is_finite = token.frame.is_some() && token.has_form(Form::Past) || token.suffix[1..] == *b"ed";
    token.classes.meets(OPENERS)
        || is_conjunction
        || is_infinitive
        || is_finite && !token.shape.has(Shape::CAPITAL) && !PUBLISHED.contains(&text.word(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Span;
    use crate::language::LANGUAGES;

    #[test]
    fn a_day_is_told_of_the_words_or_of_something_else() {
        // The cue is the last "said", "says" or "told"; the day the last time word.
        let rows = [
            ("Roe said last week that it rained.", true),
            ("Roe said at a rally in Dravny, Norland, last week that it rained.", true),
            ("Roe told a poll taken last week no.", true),
            ("Last week Roe said no.", true),
            ("In an interview last week, Roe said no.", true),
            ("Speaking at a rally last week, Roe said no.", true),
            ("It came to this: last week, at the mill, now called a hall, Roe said no.", true),
            ("Roe last week said no.", true),
            ("Roe had last week also said no.", true),
            ("Asked about it last week, she said no.", true),
            ("“It rains,” Roe said last week.", true),
            // Something else was then.
            ("“It rains,” said Roe, who left last week.", false),
            ("“It rains,” said Roe of the law that passed last week.", false),
            ("“It rains,” said Roe, the mayor since last week of Dravny.", false),
            ("Roe, the minister last week, said no.", false),
            ("The mill closed last week, and Roe said no.", false),
            ("The mill was shut last week, Roe said.", false),
            ("Last week it rained, but Roe said no.", false),
            ("Last week it rained, Roe says.", false),
            ("Last week Roe has said no.", false),
            ("Roe said he came here last week.", false),
            ("Roe told her last week.", true),
            ("Asked about her calling it a lie last week, Roe said no.", false),
            ("“It opens,” said Roe of the fair set to open last week.", false),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        for (sentence, expected) in rows {
            let text = Analysis::new(sentence, &[Span::new(0, sentence.len())], &lexicon);
            let last =
                |words: &[&str]| (0..text.tokens.len()).rev().find(|&at| words.contains(&text.word(at))).unwrap();
            let (cue, named) = (last(&["said", "says", "told"]), last(&["week"]));
            let is_content = |index: usize| text.tokens[index].quotation != 0;
            let found = is_told_of(&text, text.sentences[0], cue, named, &is_content);
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
