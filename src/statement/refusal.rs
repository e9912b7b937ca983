//! In: an attribution. Out: whether it tells that somebody said nothing: "declined to comment", "would not say whether …".

use super::StatementKind;
use super::attribution::Attribution;
use super::token::Analysis;
use crate::article::Span;
use crate::language::Class;

/// Verbs that refuse what follows.
pub(super) const REFUSALS: &[&str] =
    &["refuse", "refuses", "refused", "refusing", "decline", "declines", "declined", "declining"];

/// What is refused where somebody says nothing. "Refused to endorse her", "would not rule it out" and "did not name the town"
/// do say something.
const SPEAKING: &[&str] = &[
    "comment",
    "respond",
    "reply",
    "answer",
    "elaborate",
    "discuss",
    "speak",
    "talk",
    "specify",
    "explain",
    "clarify",
    "speculate",
    "confirm",
];

/// Of "say" it is refused to say whether, when or who; what somebody "did not say that" may be known from others.
const OPEN_QUESTIONS: &[&str] =
    &["whether", "if", "when", "where", "who", "whom", "why", "how", "what", "which", "more", "anything"];

/// What is given by those who speak, so that "did not provide bread" is none.
const TOLD: &[&str] = &[
    "comment",
    "comments",
    "detail",
    "details",
    "specifics",
    "information",
    "evidence",
    "figures",
    "names",
    "reason",
    "reasons",
    "explanation",
    "interview",
    "interviews",
    "into",
    "call",
    "calls",
    "message",
    "messages",
    "documentation",
];

/// Returns whether nobody's words are told.
pub(super) fn is_refusal(text: &Analysis<'_>, attribution: &Attribution) -> bool {
    let Some(cue) = attribution.cue.filter(|_| attribution.kind == StatementKind::Indirect) else { return false };
    let words: Vec<String> = words_of(text, cue).collect();
    let content = attribution.content.first().copied().unwrap_or_default();
    let refuses = words.iter().any(|word| REFUSALS.contains(&&**word)) || is_denied(text, cue);
    if words.iter().map(String::as_str).eq(["no", "comment"]) {
        return true;
    }
    // "refused to say" is the cue, or "refused", and "to say" begins the content.
    let cue_verb = words.last().map(String::as_str).filter(|word| !REFUSALS.contains(word));
    let mut rest =
        words_of(text, content).skip_while(|word| word.ends_with("ly") || word == "to" && cue_verb.is_none());
    let verb = match cue_verb {
        Some(verb) => verb.to_owned(),
        None if words_of(text, content).next().is_some_and(|word| word == "to") => rest.next().unwrap_or_default(),
        None => return false,
    };
    let mut rest = rest.take(FIRST_WORDS);
    refuses
        && match base_of(&verb) {
            "say" => rest.next().is_none_or(|word| OPEN_QUESTIONS.contains(&&*word)),
            "go" | "give" | "provide" | "offer" | "return" => rest.any(|word| TOLD.contains(&&*word)),
            verb => SPEAKING.contains(&verb),
        }
}

/// Returns the verb of which a word is a participle, behind "has not": "commented", "said".
fn base_of(word: &str) -> &str {
    const SPEAKING_OTHERWISE: [(&str, &str); 5] =
        [("said", "say"), ("given", "give"), ("spoken", "speak"), ("replied", "reply"), ("provided", "provide")];
    let regular = |end| word.strip_suffix(end).filter(|base| SPEAKING.contains(base));
    let irregular = SPEAKING_OTHERWISE.iter().find(|(participle, _)| *participle == word).map(|(_, base)| *base);
    irregular.or_else(|| regular("ed")).or_else(|| regular("d")).unwrap_or(word)
}

/// Words behind a verb among which its object is looked for: "give any further details".
const FIRST_WORDS: usize = 4;

fn words_of<'t>(text: &'t Analysis<'_>, span: Span) -> impl Iterator<Item = String> + 't {
    let first = text.token_at(span.start);
    let tokens = (first..text.tokens.len()).take_while(move |&index| text.tokens[index].start() < span.end);
    tokens.filter(|&index| text.tokens[index].is_word()).map(|index| text.lowercase(index).into_owned())
}

/// "did not", "would not", "never": the cue itself is denied.
fn is_denied(text: &Analysis<'_>, cue: Span) -> bool {
    let first = text.token_at(cue.start);
    (first..text.tokens.len())
        .take_while(|&index| text.tokens[index].start() < cue.end)
        .any(|index| text.tokens[index].is(Class::Negation))
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::statement::Extractor;

    #[test]
    fn who_says_nothing_has_no_statement() {
        let extractor = Extractor::new();
        // Text, statements.
        let rows = [
            ("The mayor, Felix Drury, declined to comment on the swans.", 0),
            ("The mayor, Felix Drury, declined to say whether the swans were painted.", 0),
            ("The mayor, Felix Drury, refused to discuss the swans.", 0),
            ("The mayor, Felix Drury, did not respond to a request for comment.", 0),
            ("The mayor, Felix Drury, would not say when the swans were painted.", 0),
            ("The mayor, Felix Drury, refused to confirm that the swans were painted.", 0),
            ("The mayor, Felix Drury, declined to give any further details.", 0),
            ("The mayor, Felix Drury, has not commented on the swans.", 0),
            ("The mayor, Felix Drury, has never said whether the swans were painted.", 0),
            ("The mayor, Felix Drury, refused to endorse the keeper of the swans.", 1),
            ("The mayor, Felix Drury, denied that the swans were painted.", 1),
            ("The mayor, Felix Drury, said that he would not comment on the swans.", 1),
            ("The mayor, Felix Drury, said that he had refused to paint the swans.", 1),
            ("“I have never seen a swan,” said Felix Drury, the mayor, who declined to comment on the paint.", 1),
        ];
        for (body, expected) in rows {
            let statements = extractor.extract(&Article::of_lines(body));
            assert_eq!(statements.len(), expected, "{body}");
        }
    }
}
