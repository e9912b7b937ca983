//! `sanction*`, `wom?n`: any letters, and one.

use super::{Operator, Role};
use crate::index::words::{self, is_apostrophe, is_letter};
use crate::query::error::Mistake;
use crate::query::token::Found;
use crate::query::tree::{Interval, Pattern};
use crate::query::typed::{Origin, in_a_row, pieces};

pub(super) const OPERATOR: Operator = Operator {
    usage: "sanction*, wom?n",
    spellings: &[],
    help: "any letters, and one letter; alone, it ranks by the text that has it, not by how often; `?` at a word's end is \
           punctuation",
    examples: &[
        ("sanction*", "sanction, sanctions, sanctioned"),
        ("wom?n", "woman, women"),
        ("*stan", "what ends so"),
        ("(missile* OR rocket*) NEAR/5 test", "wildcards work near other words"),
    ],
    role: Role::Grammar,
};

/// Whether a text holds a wildcard: a star, or a question mark inside a word.
pub(in crate::query) fn has_wildcard(text: &str) -> bool {
    text.contains('*') || text.contains('?') && runs(text).any(|run| is_wild(&text[run]))
}

/// Returns the words and patterns of a text as one interval, or none where there is no word.
///
/// # Errors
/// If a star stands alone, or where each character is a word.
pub(in crate::query) fn wildcard(text: &str, origin: &Origin, is_in_name: bool) -> Found<Option<Interval>> {
    let mut intervals = Vec::new();
    let mut plain_start = 0;
    let plain = |from: usize, to: usize, intervals: &mut Vec<Interval>| {
        let pieces = pieces(&text[from..to], &origin.after(from));
        intervals.extend(pieces.into_iter().map(|piece| piece.exact(is_in_name)));
    };
    for run in runs(text) {
        let word = &text[run.clone()];
        if !is_wild(word) {
            continue;
        }
        let at = origin.place(run.clone());
        let before = text[..run.start].chars().next_back();
        let after = text[run.end..].chars().next();
        if [before, after].into_iter().flatten().any(char::is_alphanumeric) {
            return Err((Mistake::WildcardWithoutSpaces, at));
        }
        if !word.chars().any(char::is_alphanumeric) {
            return Err((Mistake::LoneWildcard, at));
        }
        plain(plain_start, run.start, &mut intervals);
        intervals.push(Interval::Word { pattern: Pattern::Wildcard(folded(word)), at });
        plain_start = run.end;
        // As of every word, a possessive is dropped.
        if let Some(apostrophe) = after.filter(|&char| is_apostrophe(char)) {
            let rest = &text[run.end + apostrophe.len_utf8()..];
            let letters = rest.find(|char| !is_letter(char)).unwrap_or(rest.len());
            if matches!(&rest[..letters], "s" | "S") {
                plain_start = text.len() - rest.len() + letters;
            }
        }
    }
    plain(plain_start, text.len(), &mut intervals);
    Ok(in_a_row(intervals))
}

/// Returns the runs of letters, stars and inner question marks, with the apostrophes inside them.
fn runs(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_part = |char: char| is_letter(char) || matches!(char, '*' | '?');
        at += text[at..].find(is_part)?;
        let start = at;
        loop {
            at += text[at..].find(|char| !is_part(char)).unwrap_or(text.len() - at);
            let mut rest = text[at..].chars();
            let joins = rest.next().is_some_and(is_apostrophe) && rest.next().is_some_and(is_part);
            let possessive = text[at..].chars().skip(1).take_while(|&char| is_part(char)).collect::<String>();
            if !joins || matches!(&*possessive, "s" | "S") {
                break;
            }
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
        Some(start..start + text[start..at].trim_end_matches('?').len())
    })
}

fn is_wild(run: &str) -> bool {
    run.contains(['*', '?'])
}

/// Folds what stands between wildcards; several stars in a row are one.
fn folded(word: &str) -> String {
    let mut folded = String::new();
    for piece in word.split_inclusive(['*', '?']) {
        let letters = piece.trim_end_matches(['*', '?']);
        folded.push_str(&words::fold(letters));
        match &piece[letters.len()..] {
            "*" if folded.ends_with('*') => {}
            sign => folded.push_str(sign),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(interval: &Interval) -> String {
        match interval {
            Interval::Word { pattern: Pattern::Wildcard(pattern), .. } => format!("<{pattern}>"),
            Interval::Word { pattern: Pattern::Exact(word), .. } => word.clone(),
            Interval::Compound(word) => format!("{}={}", word.parts.join("+"), word.folded),
            Interval::Phrase(words) => words.iter().map(shown).collect::<Vec<_>>().join(" "),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn wildcards_are_folded_and_kept_to_their_word() {
        for (typed, expected) in [
            ("Sanction*", "<sanction*>"),
            ("wom?n", "<wom?n>"),
            ("wom?n??", "<wom?n>"),
            ("*stan", "<*stan>"),
            ("a**b***", "<a*b*>"),
            ("wom?*", "<wom?*>"),
            ("Żółt*", "<zolt*>"),
            ("cease-f*", "cease <f*>"),
            ("state-of-s*", "state+of=stateof <s*>"),
            ("minister*'s talks", "<minister*> talks"),
            ("o'br*", "<o'br*>"),
            ("who? said*", "who <said*>"),
        ] {
            assert!(has_wildcard(typed), "{typed}");
            let interval = wildcard(typed, &Origin::From(0), false).unwrap().unwrap();
            assert_eq!(shown(&interval), expected, "{typed}");
        }
    }

    #[test]
    fn a_question_mark_at_the_end_is_none() {
        for typed in ["who?", "who??", "(who?)", "?", "who? me?", "ما؟"] {
            assert!(!has_wildcard(typed), "{typed}");
        }
    }

    #[test]
    fn a_star_needs_letters_of_one_word() {
        for (typed, expected) in [
            ("the * minister", Mistake::LoneWildcard),
            ("?*", Mistake::LoneWildcard),
            ("北*", Mistake::WildcardWithoutSpaces),
            ("*京", Mistake::WildcardWithoutSpaces),
        ] {
            let found = wildcard(typed, &Origin::From(0), false);
            assert_eq!(found.map_err(|(mistake, _)| mistake), Err(expected), "{typed}");
        }
    }
}
