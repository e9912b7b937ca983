//! How a statement was made, as printed: "a post on his X account", "an interview with the Norland Times".

use std::collections::HashSet;
use std::sync::LazyLock;

use super::people::one_line;
use super::token::{Analysis, Shape, TokenRange};
use crate::article::Span;
use crate::language::{Class, Classes, FastHash};

/// What somebody speaks in or at.
const MEDIA: &[&str] = &[
    "interview",
    "interviews",
    "statement",
    "statements",
    "post",
    "posts",
    "tweet",
    "tweets",
    "speech",
    "speeches",
    "address",
    "remarks",
    "comments",
    "conference",
    "briefing",
    "rally",
    "letter",
    "memo",
    "email",
    "e-mail",
    "message",
    "op-ed",
    "editorial",
    "column",
    "blog",
    "video",
    "debate",
    "hearing",
    "testimony",
    "podcast",
    "broadcast",
    "release",
    "filing",
    "sermon",
    "lecture",
    "essay",
    "article",
    "telegram",
    "communique",
    "town-hall",
    "call",
    "ceremony",
    "appearance",
    "book",
    "message",
    "messages",
    "note",
    "session",
    "fundraiser",
    "forum",
    "panel",
];

/// Channels that need no article.
const CHANNELS: &[&str] =
    &["twitter", "facebook", "instagram", "x", "telegram", "youtube", "tiktok", "linkedin", "radio"];

fn is_medium(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str, FastHash>> = LazyLock::new(|| MEDIA.iter().copied().collect());
    WORDS.contains(word)
}

/// Longest medium that is read, in tokens: "an interview published Monday by the Norland Times" and the like.
const MAX_MEDIUM: usize = 12;

/// Returns whether a token tells that somebody spoke: a verb of speech, a medium.
pub(super) fn is_occasion(text: &Analysis<'_>, index: usize) -> bool {
    let token = &text.tokens[index];
    if token.quotation != 0 || !token.is_word() {
        return false;
    }
    token.frame.is_some() || is_medium(text.word(index))
}

/// Finds the medium that a sentence names outside the words spoken.
pub(super) fn find_medium(text: &Analysis<'_>, sentence: TokenRange, content: &[Span]) -> Option<String> {
    let is_spoken = |index: usize| {
        let token = &text.tokens[index];
        token.quotation != 0 || content.iter().any(|span| span.overlaps(token.span()))
    };
    let prepositions = text.tokens_in(sentence).filter(|(_, token)| token.is(Class::Preposition));
    prepositions.map(|(index, _)| index).find_map(|index| {
        let opens = matches!(
            text.word(index),
            "in" | "at" | "on" | "during" | "In" | "At" | "On" | "During" | "via" | "through"
        );
        if !opens || is_spoken(index) {
            return None;
        }
        let start = index + 1;
        let end = end_of_phrase(text, sentence, start, &is_spoken);
        let head_end = end_of_head(text, start, end);
        let head = head_end.checked_sub(1).filter(|&head| head >= start)?;
        let head = text.lowercase(head);
        let is_channel = CHANNELS.contains(&&*head) && text.tokens[start].shape.has(Shape::CAPITAL);
        (is_channel || is_medium(&head)).then(|| one_line(text.span(TokenRange::new(start, end)).of(text.text)))
    })
}

/// Returns where the noun phrase behind a preposition ends: at a mark, a day, a verb.
fn end_of_phrase(text: &Analysis<'_>, sentence: TokenRange, start: usize, is_spoken: &impl Fn(usize) -> bool) -> usize {
    let last = sentence.end.min(start + MAX_MEDIUM);
    let ends = |index: usize| {
        let token = &text.tokens[index];
        let is_noun = || {
            token.classes.meets(Classes::of(&[Class::Noun, Class::Document, Class::SpeechNoun, Class::Organisation]))
                || is_medium(text.word(index))
        };
        let is_verb =
            (token.frame.is_some() || token.is(Class::Verb)) && !token.shape.has(Shape::CAPITAL) && !is_noun();
        let is_day = token.classes.meets(Classes::of(&[Class::Weekday, Class::Month, Class::TimeWord]));
        let is_grammar = token.classes.meets(Classes::of(&[
            Class::SubjectPronoun,
            Class::Relative,
            Class::That,
            Class::Be,
            Class::Have,
            Class::Modal,
            Class::To,
        ]));
        !token.is_word() || is_verb || is_day || is_grammar && !token.is(Class::Possessive) || is_spoken(index)
    };
    let mut end = (start..last).find(|&index| ends(index)).unwrap_or(last);
    let dangling = Classes::of(&[Class::Preposition, Class::Coordinator, Class::Determiner, Class::Adverb]);
    while end > start && text.tokens[end - 1].classes.meets(dangling) {
        end -= 1;
    }
    end
}

/// Returns where the head of a noun phrase ends: before the next preposition.
fn end_of_head(text: &Analysis<'_>, start: usize, end: usize) -> usize {
    (start..end).find(|&index| text.tokens[index].is(Class::Preposition)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LANGUAGES;

    #[test]
    fn media_as_printed() {
        let rows = [
            ("She made the comments in a post on her X account on Tuesday.", "a post on her X account"),
            ("Roe said in an interview with the Norland Times that it rained.", "an interview with the Norland Times"),
            ("Speaking at a news conference Monday, Roe said no.", "a news conference"),
            ("Roe wrote on Twitter that it rained.", "Twitter"),
            ("Roe said in Norland that it rained.", ""),
            ("Roe said at the table that it rained.", ""),
            ("Roe said, “I wrote it in a letter.”", ""),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        for (sentence, expected) in rows {
            let text = Analysis::new(sentence, &[Span::new(0, sentence.len())], &lexicon);
            assert_eq!(find_medium(&text, text.sentences[0], &[]).unwrap_or_default(), expected, "{sentence}");
        }
    }
}
