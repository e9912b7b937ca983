//! In: the words of two statements. Out: whether one is the other, trimmed or slightly re-worded.

use std::sync::OnceLock;

use crate::language::{Class, LANGUAGES, Lexicon};

/// Shorter statements are copies only word for word: of five words, one that is changed may change what is said.
pub const FEWEST_WORDS: usize = 6;
/// Longest statements that are compared, in words: a speech printed whole is found as a near-copy of its article.
const MOST_WORDS: usize = 600;
/// One word in so many of the shorter statement may be another, be left out or be put in.
const WORDS_AN_EDIT: usize = 5;
/// Words before the shared stretch that may turn what it says into its opposite: "I do not think that".
const REACH_OF_NEGATION: usize = 8;

/// Returns whether one of two statements, as folded words, lies within the other with few of its words changed, and
/// neither a number nor a negation among them.
pub fn is_variant(a: &[&str], b: &[&str], language: Option<&str>) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < FEWEST_WORDS || long.len() > MOST_WORDS {
        return false;
    }
    let Some(alignment) = Alignment::best(short, long) else { return false };
    // Whether a changed word turns what is said, only its language tells.
    let Some(negations) = Negations::of(language) else {
        return alignment.changed.is_empty();
    };
    let turns = |word: &str| word.contains(|letter: char| letter.is_numeric()) || negations.hold(word);
    let before = &long[alignment.start.saturating_sub(REACH_OF_NEGATION)..alignment.start];
    !alignment.changed.iter().any(|word| turns(word)) && !before.iter().any(|word| negations.hold(word))
}

/// How a short text lies within a long one.
struct Alignment<'w> {
    /// The word of the long one with which the shared stretch begins.
    start: usize,
    /// Words of either that the other has not there.
    changed: Vec<&'w str>,
}

impl<'w> Alignment<'w> {
    /// Returns how `short` lies within `long` with the fewest edits; none where they are too many.
    fn best(short: &[&'w str], long: &[&'w str]) -> Option<Self> {
        let width = long.len() + 1;
        // Fewest edits that bring a beginning of `short` to an end in `long`, which may begin anywhere.
        let mut edits = vec![0_u16; width * (short.len() + 1)];
        for at in 1..=short.len() {
            edits[at * width] = at as u16;
            for long_at in 1..=long.len() {
                let above = (at - 1) * width + long_at;
                let replaced = edits[above - 1] + u16::from(short[at - 1] != long[long_at - 1]);
                let left_out = edits[above] + 1;
                let put_in = edits[at * width + long_at - 1] + 1;
                edits[at * width + long_at] = replaced.min(left_out).min(put_in);
            }
        }
        let last = short.len() * width;
        let (mut long_at, fewest) =
            (0..width).map(|long_at| (long_at, edits[last + long_at])).min_by_key(|(_, edits)| *edits)?;
        if usize::from(fewest) * WORDS_AN_EDIT > short.len() {
            return None;
        }
        let mut at = short.len();
        let mut changed = Vec::new();
        while at > 0 {
            let here = edits[at * width + long_at];
            let above = (at - 1) * width + long_at;
            if long_at > 0 && short[at - 1] == long[long_at - 1] && here == edits[above - 1] {
                (at, long_at) = (at - 1, long_at - 1);
            } else if long_at > 0 && here == edits[above - 1] + 1 {
                changed.extend([short[at - 1], long[long_at - 1]]);
                (at, long_at) = (at - 1, long_at - 1);
            } else if here == edits[above] + 1 {
                changed.push(short[at - 1]);
                at -= 1;
            } else {
                changed.push(long[long_at - 1]);
                long_at -= 1;
            }
        }
        Some(Self { start: long_at, changed })
    }
}

/// The words of a language that turn a sentence into its opposite.
struct Negations(&'static Lexicon);

impl Negations {
    /// Returns those of a language; none where no word lists of it are known.
    fn of(language: Option<&str>) -> Option<Self> {
        static LEXICONS: [OnceLock<Lexicon>; LANGUAGES.len()] = [const { OnceLock::new() }; LANGUAGES.len()];
        // The first language also serves articles in an unknown one.
        let number = match language {
            None => 0,
            Some(code) => LANGUAGES.iter().position(|language| language.code == code)?,
        };
        Some(Self(LEXICONS[number].get_or_init(LANGUAGES[number].lexicon)))
    }

    fn hold(&self, word: &str) -> bool {
        self.0.entry(word).classes.has(Class::Negation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_told_from_other_statements() {
        let rows = [
            ("the same", "we will build the harbour before winter", "we will build the harbour before winter", true),
            ("trimmed behind", "we will build the harbour before winter", "we will build the harbour", false),
            (
                "trimmed, and long enough",
                "we will build the new harbour before winter comes to the coast",
                "we will build the new harbour before winter",
                true,
            ),
            (
                "trimmed before",
                "let me say this once we will build the harbour before winter",
                "we will build the harbour before winter",
                true,
            ),
            (
                "one word of eleven",
                "we will build the new harbour before winter comes to ostrand",
                "we will build a new harbour before winter comes to ostrand",
                true,
            ),
            (
                "a word left out and one put in",
                "we will certainly build the new harbour before the winter comes to us all",
                "we will build the new harbour before winter comes to us all",
                true,
            ),
            // What must not join.
            (
                "too many words",
                "we will build the new harbour before winter",
                "we may sell a new harbour before winter",
                false,
            ),
            (
                "a negation put in",
                "we will build the new harbour before winter comes to ostrand",
                "we will not build the new harbour before winter comes to ostrand",
                false,
            ),
            (
                "never for certainly",
                "we will certainly build the new harbour before winter comes",
                "we will never build the new harbour before winter comes",
                false,
            ),
            (
                "a negation before",
                "i do not think that we will build the harbour before winter",
                "we will build the harbour before winter",
                false,
            ),
            (
                "another number",
                "we will build 12 new harbours before the winter comes to us",
                "we will build 15 new harbours before the winter comes to us",
                false,
            ),
            ("too short", "we will build it", "we will build it", false),
            ("nothing", "", "", false),
        ];
        for (name, a, b, expected) in rows {
            let (a, b): (Vec<&str>, Vec<&str>) = (a.split_whitespace().collect(), b.split_whitespace().collect());
            assert_eq!(is_variant(&a, &b, Some("en")), expected, "{name}");
            assert_eq!(is_variant(&b, &a, None), expected, "{name}, the other way round");
        }
    }

    #[test]
    fn in_a_language_without_word_lists_only_trimming_is_sure() {
        let long: Vec<&str> = "eins zwei drei vier fünf sechs sieben acht".split(' ').collect();
        assert!(is_variant(&long, &long[1..], Some("de")));
        let mut changed = long[1..].to_vec();
        changed[3] = "nicht";
        assert!(!is_variant(&long, &changed, Some("de")));
    }
}
