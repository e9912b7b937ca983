//! A role as words that compare: "Iranian Foreign Minister" and "foreign minister of Iran" are one.

use super::name::fold_name;
use crate::language::en::people;

/// A role taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Role {
    /// Folded content words, sorted, each once; adjectives of nations as their country, abbreviated titles in full.
    words: Vec<String>,
    /// Whether it is said to be over: "former", "ex-", "late".
    pub is_former: bool,
}

/// Words that say nothing about which role it is.
const EMPTY: &[&str] = &[
    "a",
    "an",
    "and",
    "affairs",
    "at",
    "by",
    "current",
    "currently",
    "for",
    "in",
    "new",
    "of",
    "on",
    "our",
    "s",
    "the",
    "then",
    "to",
    "with",
    "his",
    "her",
    "its",
    "their",
    "who",
    "is",
    "was",
];

const FORMER: &[&str] = &["former", "formerly", "ex", "late", "onetime", "outgoing", "retired", "erstwhile"];

/// Words before an office that make another one of it: a deputy minister is no minister, nor is a minister's aide.
const OTHER_OFFICES: &[&str] = &[
    "deputy",
    "vice",
    "assistant",
    "associate",
    "shadow",
    "aide",
    "adviser",
    "advisor",
    "spokesman",
    "spokeswoman",
    "spokesperson",
];

impl Role {
    pub fn parse(role: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut is_former = false;
        let (mut previous, mut pair) = (String::new(), String::new());
        for word in role.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/' | ',' | ';' | '(' | ')')) {
            let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
            let folded = fold_name(word);
            if folded.is_empty() {
                continue;
            }
            if FORMER.contains(&folded.as_str()) {
                is_former = true;
                continue;
            }
            pair.clear();
            pair.extend([previous.as_str(), " ", folded.as_str()]);
            if let Some(country) = people::country_of(&pair) {
                words.retain(|word| *word != previous);
                words.push(country.to_owned());
            } else if let Some(country) = people::country_of(&folded) {
                words.push(country.to_owned());
            } else if !EMPTY.contains(&folded.as_str()) {
                let office = people::title(&folded).and_then(|title| title.office).unwrap_or(&folded);
                words.push(office.to_owned());
            }
            previous = folded;
        }
        words.sort_unstable();
        words.dedup();
        Self { words, is_former }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the words that compare.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Returns whether every word of `asked` is said of this role.
    pub fn covers(&self, asked: &Role) -> bool {
        let mut words = self.words.iter();
        // Both are sorted.
        !asked.words.is_empty() && asked.words.iter().all(|asked| words.any(|word| word == asked))
    }

    /// Returns whether this role is the one asked for: neither a deputy's, nor over where the other is not.
    pub fn is(&self, asked: &Role) -> bool {
        self.covers(asked)
            && self.is_former == asked.is_former
            && !asked.words_of_other_offices().any(|word| self.has(word))
    }

    /// Returns the words that make another office of this one where they stand before it; none where it names no
    /// office but, say, a country.
    pub fn words_of_other_offices(&self) -> impl Iterator<Item = &'static str> {
        let others = OTHER_OFFICES.iter().filter(|word| !self.has(word));
        let former = FORMER.iter().filter(|_| !self.is_former);
        others.chain(former).copied().filter(|_| self.names_office())
    }

    fn names_office(&self) -> bool {
        let is_office = |word: &String| {
            people::title(word).is_some_and(|title| title.office.is_some()) || people::person_noun(word).is_some()
        };
        self.words.iter().any(is_office)
    }

    /// Returns whether the two share a word: enough not to speak against one person.
    pub fn touches(&self, other: &Role) -> bool {
        self.words.iter().any(|word| other.has(word))
    }

    fn has(&self, asked: &str) -> bool {
        self.words.iter().any(|word| word == asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_cover_what_is_asked() {
        let rows = [
            ("Iranian Foreign Minister", "foreign minister of Iran", true),
            ("Minister of Foreign Affairs of Iran", "Iran's foreign minister", true),
            ("deputy foreign minister of Iran", "foreign minister of Iran", true),
            ("Sen.", "senator", true),
            ("South Korean president", "president of South Korea", true),
            ("foreign minister of Iraq", "foreign minister of Iran", false),
            ("minister", "foreign minister", false),
            ("minister", "", false),
        ];
        for (role, asked, expected) in rows {
            assert_eq!(Role::parse(role).covers(&Role::parse(asked)), expected, "{role} | {asked}");
        }
        assert!(Role::parse("ex-president").is_former && !Role::parse("president").is_former);
    }

    #[test]
    fn a_deputy_does_not_hold_the_office() {
        let rows = [
            ("Iranian Foreign Minister", "foreign minister of Iran", true),
            ("deputy foreign minister of Iran", "foreign minister of Iran", false),
            ("deputy foreign minister of Iran", "deputy foreign minister", true),
            ("deputy foreign minister of Iran", "Iran", true),
            ("vice-president", "president", false),
            ("adviser to the president", "president", false),
            ("former president", "president", false),
            ("former president", "former president", true),
        ];
        for (role, asked, expected) in rows {
            assert_eq!(Role::parse(role).is(&Role::parse(asked)), expected, "{role} | {asked}");
        }
    }
}
