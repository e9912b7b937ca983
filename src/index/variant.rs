//! In: the words of two statements, coded. Out: whether one is the other, trimmed or slightly re-worded.

use super::word_codes::{halves, is_negation, is_turning};

/// Shorter statements are copies only word for word: of five words, one that is changed may change what is said.
pub const FEWEST_WORDS: usize = 6;
/// One word in so many of the shorter statement may be another, be left out or be put in.
const WORDS_AN_EDIT: usize = 5;
/// Words before the shared stretch that may turn what it says into its opposite: "I do not think that".
const REACH_OF_NEGATION: usize = 8;

/// Returns whether one of two statements, as codes of their words, lies within the other with few of its words changed,
/// and neither a number nor a negation among them.
pub fn is_variant(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return false;
    }
    let Some(alignment) = Alignment::best(short, long) else { return false };
    let before = last_words(&long[..alignment.start], REACH_OF_NEGATION);
    !alignment.changed.iter().any(|word| is_turning(*word)) && !before.iter().any(|word| is_negation(*word))
}

/// Returns the last so many words of codes.
fn last_words(codes: &[u8], count: usize) -> &[u8] {
    let start = (0..codes.len()).rev().take_while(|&start| halves(&codes[start..]) <= 2 * count).last();
    &codes[start.unwrap_or(codes.len())..]
}

/// How a short text lies within a long one.
struct Alignment {
    /// The word of the long one with which the shared stretch begins.
    start: usize,
    /// Words of either that the other has not there.
    changed: Vec<u8>,
}

impl Alignment {
    /// Returns how `short` lies within `long` with the fewest edits; none where they are too many.
    fn best(short: &[u8], long: &[u8]) -> Option<Self> {
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
        if usize::from(fewest) * WORDS_AN_EDIT * 2 > halves(short) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::word_codes::{Code, Coder, coded};

    fn are_variants(a: &str, b: &str, language: &str) -> bool {
        let coder = Coder::new(language);
        let code = |text: &str| coded(text.split_whitespace().map(|word| Code::of(coder.key(word))));
        is_variant(&code(a), &code(b))
    }

    #[test]
    fn variants_are_told_from_other_statements() {
        let rows = [
            (
                "a negation and a number before",
                "I do not believe that by 12 March 2031 we will build the new harbour before winter comes",
                "we will build the new harbour before winter comes",
                false,
            ),
            (
                "too many changes beside numbers",
                "in 2019 2020 2021 2022 exports rose",
                "by 2019 2020 2021 2022 imports rose",
                false,
            ),
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
            assert_eq!(are_variants(a, b, "en"), expected, "{name}");
            assert_eq!(are_variants(b, a, "en"), expected, "{name}, the other way round");
        }
    }

    #[test]
    fn in_a_language_without_word_lists_only_trimming_is_sure() {
        let long = "eins zwei drei vier fünf sechs sieben acht";
        assert!(are_variants(long, "zwei drei vier fünf sechs sieben acht", "de"));
        assert!(!are_variants(long, "zwei drei vier nicht sechs sieben acht", "de"));
    }
}
