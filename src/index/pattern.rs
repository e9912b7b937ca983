//! What an indexed word must look like: whole words, wildcards, regular expressions and misspellings.

use regex::{Regex, RegexBuilder};

use crate::query::Pattern;

/// Most memory of a compiled expression: enough for hundreds of alternatives, little enough that none stalls a query.
const EXPRESSION_BYTES: usize = 4 << 20;

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot understand the pattern `{pattern}`: {message}")]
pub struct PatternError {
    pub pattern: String,
    pub message: String,
}

/// Tells which folded words a pattern means.
#[derive(Clone, Debug)]
pub enum Matcher {
    Exact(String),
    /// Every word that begins so.
    Beginning(String),
    Expression {
        expression: Regex,
        /// With which every word that matches begins.
        prefix: String,
    },
    Misspelt {
        letters: Vec<char>,
        edits: usize,
    },
    Glob(globset::GlobMatcher, String),
}

impl Matcher {
    /// Makes the matcher of a pattern; one of words as written looks at `marks`, not at folded words.
    ///
    /// # Errors
    /// If an expression or glob is none.
    pub fn new(pattern: &Pattern) -> Result<Self, PatternError> {
        match pattern {
            Pattern::Exact(word) | Pattern::AsWritten(word) => Ok(Self::Exact(word.clone())),
            Pattern::Fuzzy(word, edits) => {
                Ok(Self::Misspelt { letters: word.chars().collect(), edits: usize::from(*edits) })
            }
            Pattern::Wildcard(wildcard) => {
                if let Some(beginning) = wildcard.strip_suffix('*').filter(|rest| !rest.contains(['*', '?'])) {
                    return Ok(Self::Beginning(beginning.to_owned()));
                }
                let prefix = wildcard.split(['*', '?']).next().unwrap_or_default().to_owned();
                let expression: String = wildcard
                    .chars()
                    .map(|char| match char {
                        '*' => ".*".to_owned(),
                        '?' => ".".to_owned(),
                        char => regex::escape(char.encode_utf8(&mut [0; 4])),
                    })
                    .collect();
                Self::expression(wildcard, &expression, prefix)
            }
            Pattern::Regex(expression) => Self::expression(expression, expression, String::new()),
            Pattern::Glob(glob) => {
                let built = globset::GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
                let built =
                    built.map_err(|error| PatternError { pattern: glob.clone(), message: error.kind().to_string() })?;
                let prefix = glob.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default().to_owned();
                Ok(Self::Glob(built.compile_matcher(), prefix))
            }
        }
    }

    fn expression(pattern: &str, expression: &str, prefix: String) -> Result<Self, PatternError> {
        let built = RegexBuilder::new(&format!("^(?s:{expression})$")).size_limit(EXPRESSION_BYTES).build();
        let expression =
            built.map_err(|error| PatternError { pattern: pattern.to_owned(), message: error.to_string() })?;
        Ok(Self::Expression { expression, prefix })
    }

    /// Returns what every match begins with.
    pub fn prefix(&self) -> &str {
        match self {
            Self::Exact(word) => word,
            Self::Misspelt { .. } => "",
            Self::Beginning(beginning) => beginning,
            Self::Expression { prefix, .. } | Self::Glob(_, prefix) => prefix,
        }
    }

    /// Returns whether the pattern means this word, or value.
    pub fn is_match(&self, word: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == word,
            Self::Beginning(beginning) => word.starts_with(beginning.as_str()),
            Self::Expression { expression, .. } => expression.is_match(word),
            Self::Misspelt { letters, edits } => is_within(letters, word, *edits),
            Self::Glob(glob, _) => glob.is_match(word),
        }
    }
}

/// Returns whether a word becomes another by at most so many letters changed, added, left out or exchanged with the
/// next.
pub fn is_within(letters: &[char], word: &str, edits: usize) -> bool {
    distance(letters, word, edits).is_some()
}

/// Returns how many edits lie between two words, if not more than `most`.
pub fn distance(letters: &[char], word: &str, most: usize) -> Option<usize> {
    let length = word.chars().count();
    if length.abs_diff(letters.len()) > most {
        return None;
    }
    let width = letters.len() + 1;
    let mut before = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row = vec![0; width];
    let mut previous = None;
    for (index, char) in word.chars().enumerate() {
        row[0] = index + 1;
        for column in 1..width {
            let same = letters[column - 1] == char;
            let mut cost = (last[column - 1] + usize::from(!same)).min(last[column] + 1).min(row[column - 1] + 1);
            if column > 1 && previous == Some(letters[column - 1]) && letters[column - 2] == char {
                cost = cost.min(before[column - 2] + 1);
            }
            row[column] = cost;
        }
        if row.iter().all(|cost| *cost > most) {
            return None;
        }
        previous = Some(char);
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last[width - 1] <= most).then_some(last[width - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_whole_words() {
        for (pattern, yes, no) in [
            (Pattern::Wildcard("sanction*".into()), &["sanction", "sanctions"][..], &["sanctio", "unsanctioned"][..]),
            (Pattern::Wildcard("wom?n".into()), &["woman", "women"], &["womn", "woman's"]),
            (Pattern::Wildcard("u.s.*".into()), &["u.s.", "u.s.a."], &["uxs."]),
            (Pattern::Regex("sanction(s|ed)".into()), &["sanctions", "sanctioned"], &["sanction", "sanctionss"]),
            (Pattern::Regex("a|b".into()), &["a", "b"], &["ab", "ax"]),
            (Pattern::Fuzzy("larijini".into(), 1), &["larijani", "larijini"], &["larijan"]),
            (Pattern::Fuzzy("larijini".into(), 2), &["larijan", "lariajni"], &["laris"]),
            (Pattern::Glob("2025/*/x.txt".into()), &["2025/09/x.txt"], &["2025/09/10/x.txt"]),
            (Pattern::Glob("2025/**".into()), &["2025/09/10/x.txt"], &["2024/x.txt"]),
        ] {
            let matcher = Matcher::new(&pattern).unwrap();
            for word in yes {
                assert!(matcher.is_match(word), "{pattern:?} means {word}");
                assert!(word.starts_with(matcher.prefix()), "{pattern:?} begins as {word}");
            }
            for word in no {
                assert!(!matcher.is_match(word), "{pattern:?} does not mean {word}");
            }
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for pattern in
            [Pattern::Regex("a(".into()), Pattern::Regex("(a{1000}){1000}".into()), Pattern::Glob("[".into())]
        {
            assert!(Matcher::new(&pattern).is_err(), "{pattern:?}");
        }
    }
}
