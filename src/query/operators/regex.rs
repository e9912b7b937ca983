//! `/sanction(s|ed)/`: a regular expression on one whole indexed word.

use std::ops::Range;

use regex_syntax::hir::{Hir, HirKind};

use super::{Operator, Role};
use crate::index::words;
use crate::query::error::Mistake;
use crate::query::tree::{Interval, Pattern};

pub(super) const OPERATOR: Operator = Operator {
    usage: "/sanction(s|ed)/",
    spellings: &[],
    help: "a regular expression on one whole word, which is in small letters and without accents",
    examples: &[
        ("/sanction(s|ed)/", "sanctions, sanctioned"),
        ("/[a-z]+gate/ NEAR/10 minister", "near other words too"),
    ],
    role: Role::Grammar,
};

/// Bytes of a compiled expression: beyond it `(a{99}){99}` would stall.
const MOST_COMPILED_BYTES: usize = 1 << 20;

/// Returns the words that an expression matches whole.
///
/// # Errors
/// If it is no regular expression, or looks around.
pub(in crate::query) fn regex(pattern: &str, at: Range<usize>) -> Result<Interval, Mistake> {
    let folded = folded(pattern);
    check(&folded)?;
    Ok(Interval::Word { pattern: Pattern::Regex(folded), at })
}

/// Checks an expression.
///
/// # Errors
/// If it is no regular expression, looks around or is too large.
pub(in crate::query) fn check(pattern: &str) -> Result<(), Mistake> {
    let invalid = |message: &str| Mistake::InvalidRegex { message: message.into() };
    let parsed = regex_syntax::ParserBuilder::new().nest_limit(50).build().parse(pattern);
    let parsed = parsed.map_err(|error| match error {
        regex_syntax::Error::Parse(error) => invalid(&error.kind().to_string()),
        regex_syntax::Error::Translate(error) => invalid(&error.kind().to_string()),
        _ => invalid("it breaks the syntax"),
    })?;
    if !parsed.properties().look_set().is_empty() {
        return Err(invalid("`^`, `$` and `\\b` have no place, because it is matched with whole words"));
    }
    if has_lazy(&parsed) {
        return Err(invalid("`*?` and `+?` make no difference, because it is matched with whole words"));
    }
    let compiled = ::regex::RegexBuilder::new(pattern).size_limit(MOST_COMPILED_BYTES).build();
    compiled.map(|_| ()).map_err(|_| invalid("it is too large"))
}

fn has_lazy(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => !repetition.greedy || has_lazy(&repetition.sub),
        HirKind::Capture(capture) => has_lazy(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_lazy),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// Folds the letters of an expression as words are, and leaves escapes as they are.
fn folded(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            match words::fold(char.encode_utf8(&mut [0; 4])) {
                letters if letters.is_empty() => folded.push(char),
                letters => folded.push_str(&letters),
            }
            continue;
        }
        folded.push(char);
        let escaped = chars.next();
        folded.extend(escaped);
        if matches!(escaped, Some('p' | 'P' | 'x' | 'u' | 'U')) && chars.peek() == Some(&'{') {
            for char in chars.by_ref() {
                folded.push(char);
                if char == '}' {
                    break;
                }
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_folded_and_checked() {
        for (typed, expected) in [
            ("sanction(s|ed)", Some("sanction(s|ed)")),
            ("Éta[T]s?", Some("eta[t]s?")),
            (r"\D+\p{Lu}x", Some(r"\D+\p{Lu}x")),
            ("^sanction", None),
            (r"\bx", None),
            ("(a", None),
            ("a*?", None),
            ("(a{999}){999}", None),
            ("[b-a]", None),
        ] {
            let pattern = match regex(typed, 0..0) {
                Ok(Interval::Word { pattern: Pattern::Regex(pattern), .. }) => Some(pattern),
                _ => None,
            };
            assert_eq!(pattern.as_deref(), expected, "{typed}");
        }
    }
}
