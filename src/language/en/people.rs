//! People in English: given names, titles, nations; word lists that a linguist can edit, read once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::language::{FastHash, NameList};

type Table<Value> = HashMap<&'static str, Value, FastHash>;

/// Whom a name, a title or a noun is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    Feminine,
    Masculine,
    /// Given to both: "Robin", "Kim".
    Either,
}

/// What a title before a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Title {
    pub gender: Option<Gender>,
    /// What the bearer is, in full: `senator` for "Sen."; none for courtesies such as "Mr.".
    pub office: Option<&'static str>,
}

/// Returns the lines of a word list, without comments.
fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static GIVEN_NAMES: LazyLock<Table<Gender>> = LazyLock::new(|| {
    let mut names = Table::default();
    for line in entries(include_str!("given_names.txt")) {
        let (gender, list) = line.split_once(':').expect("a line of given_names.txt starts with its gender");
        let gender = match gender {
            "f" => Gender::Feminine,
            "m" => Gender::Masculine,
            _ => Gender::Either,
        };
        names.extend(list.split_whitespace().map(|name| (name, gender)));
    }
    names
});

/// Returns to whom a given name is usually given; `name` folded.
pub fn gender_of_given_name(name: &str) -> Option<Gender> {
    GIVEN_NAMES.get(name).copied()
}

static TITLES: LazyLock<Table<Title>> = LazyLock::new(|| {
    entries(include_str!("titles.txt"))
        .map(|line| {
            let mut fields = line.split('|').map(str::trim);
            let form = fields.next().unwrap_or_default();
            let gender = match fields.next() {
                Some("f") => Some(Gender::Feminine),
                Some("m") => Some(Gender::Masculine),
                _ => None,
            };
            let office = fields.next().filter(|office| *office != "-");
            (form, Title { gender, office })
        })
        .collect()
});

/// Returns what a title tells; `word` folded, without its point.
pub fn title(word: &str) -> Option<Title> {
    TITLES.get(word).copied()
}

/// Returns groups of given names that may stand for one another.
pub fn name_variants() -> impl Iterator<Item = Vec<&'static str>> {
    entries(include_str!("name_variants.txt")).map(|line| line.split_whitespace().collect())
}

static COUNTRIES: LazyLock<Table<&'static str>> = LazyLock::new(|| {
    let mut countries = Table::default();
    for line in entries(include_str!("countries.txt")) {
        let (country, adjectives) = line.split_once('|').unwrap_or((line, ""));
        let country = country.trim();
        countries.insert(country, country);
        let adjectives = adjectives.trim();
        // "north korean" is one adjective of two words; elsewhere the words are several adjectives.
        if adjectives.split(' ').count() == country.split(' ').count() && country.contains(' ') {
            countries.insert(adjectives, country);
        } else {
            countries.extend(adjectives.split_whitespace().map(|adjective| (adjective, country)));
        }
    }
    countries
});

/// Returns the country of an adjective or people, or the country itself: `iran` for `iranian` and `iran`; folded.
pub fn country_of(words: &str) -> Option<&'static str> {
    COUNTRIES.get(words).copied()
}

/// A common noun for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonNoun {
    /// The singular: `spokesman` for "spokesmen".
    pub singular: &'static str,
    pub gender: Option<Gender>,
    pub is_plural: bool,
    /// Whether "the …" may mean whoever was spoken of last: "the official", but not "the victim".
    pub is_general: bool,
}

static PERSON_NOUNS: LazyLock<Table<PersonNoun>> = LazyLock::new(|| {
    let mut nouns = Table::default();
    for line in entries(include_str!("person_nouns.txt")) {
        let mut fields = line.split(' ');
        let singular = fields.next().unwrap_or_default();
        let (mut gender, mut is_general, mut plurals) = (None, false, Vec::new());
        for field in fields {
            match field {
                "f" => gender = Some(Gender::Feminine),
                "m" => gender = Some(Gender::Masculine),
                "*" => is_general = true,
                _ => plurals.push(field.trim_start_matches('/')),
            }
        }
        let noun = PersonNoun { singular, gender, is_plural: false, is_general };
        if plurals.is_empty() {
            // A list of some hundred words lives as long as the program.
            plurals.push(String::leak(plural_of(singular)));
        }
        nouns.insert(singular, noun);
        nouns.extend(plurals.into_iter().map(|plural| (plural, PersonNoun { is_plural: true, ..noun })));
    }
    nouns
});

/// Returns what a noun says of the person it names; `word` folded, hyphens kept.
pub fn person_noun(word: &str) -> Option<PersonNoun> {
    PERSON_NOUNS.get(word).copied()
}

/// Returns the regular plural of a noun.
fn plural_of(noun: &str) -> String {
    let before_last = noun.chars().rev().nth(1).unwrap_or('a');
    if noun.ends_with('y') && !"aeiou".contains(before_last) {
        return format!("{}ies", &noun[..noun.len() - 1]);
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    format!("{noun}{}", if hisses { "es" } else { "s" })
}

static ORGANISATION_WORDS: LazyLock<HashSet<&'static str, FastHash>> =
    LazyLock::new(|| comma_separated(include_str!("organisation_words.txt")).collect());

/// Returns whether a word makes a capitalised name an organisation's; folded.
pub fn is_organisation_word(word: &str) -> bool {
    ORGANISATION_WORDS.contains(word)
}

static COMPANY_NOUNS: LazyLock<HashSet<&'static str, FastHash>> =
    LazyLock::new(|| comma_separated(include_str!("company_nouns.txt")).collect());

/// Returns whether a noun before a name says that it is a company's: "the oil giant Petrolex"; folded, hyphens kept.
pub fn is_company_noun(word: &str) -> bool {
    COMPANY_NOUNS.contains(word)
}

/// Words behind the names of companies, and whether they are legal forms.
static COMPANY_FORMS: LazyLock<Table<bool>> = LazyLock::new(|| {
    comma_separated(include_str!("company_forms.txt"))
        .map(|form| form.strip_suffix('*').map_or((form, false), |form| (form, true)))
        .collect()
});

/// Returns whether the words behind the name of a company tell but its legal form or kind: "Renwick *Corp International*";
/// folded.
pub fn are_company_forms(words: &[impl AsRef<str>]) -> bool {
    !words.is_empty() && words.iter().all(|word| COMPANY_FORMS.contains_key(word.as_ref()))
}

/// Returns whether a word is a legal form with which names of companies end; folded.
pub fn is_legal_form(word: &str) -> bool {
    COMPANY_FORMS.get(word) == Some(&true)
}

/// Returns how many nouns behind a name say that it is an outlet's: one in "the Almena Rundschau newspaper", else none.
pub fn outlet_nouns(word: &str, next: &str) -> usize {
    match word {
        "broadsheet" | "daily" | "magazine" | "newspaper" | "tabloid" | "weekly" => 1,
        "news" if next == "agency" => 2,
        _ => 0,
    }
}

/// Returns whether words name a country, a part of it, a state or a large city; folded, single spaces.
pub fn is_place(words: &str) -> bool {
    is_whole_place(words)
        || words.split_once(' ').is_some_and(|(part, whole)| PARTS_OF_PLACES.contains(&part) && is_whole_place(whole))
}

const PARTS_OF_PLACES: [&str; 9] =
    ["central", "east", "eastern", "north", "northern", "south", "southern", "west", "western"];

static PLACES: LazyLock<HashSet<&'static str, FastHash>> =
    LazyLock::new(|| comma_separated(include_str!("places.txt")).collect());

fn is_whole_place(words: &str) -> bool {
    PLACES.contains(words) || country_of(words) == Some(words)
}

/// Returns the words of these lists, and those with which places of several words begin: for every word of a text it is
/// then known which of them to ask.
pub(super) fn listed() -> impl Iterator<Item = (&'static str, NameList)> {
    let places = || PLACES.iter().copied().chain(COUNTRIES.values().copied());
    let first_words = places().filter_map(|place| Some(place.split_once(' ')?.0));
    let of = |list: NameList| move |word: &'static str| (word, list);
    let legal_forms = COMPANY_FORMS.iter().filter(|(_, is_legal)| **is_legal).map(|(form, _)| *form);
    let listed = GIVEN_NAMES.keys().copied().map(of(NameList::GivenName));
    listed
        .chain(TITLES.keys().copied().map(of(NameList::Title)))
        .chain(PERSON_NOUNS.keys().copied().map(of(NameList::PersonNoun)))
        .chain(ORGANISATION_WORDS.iter().copied().map(of(NameList::OrganisationWord)))
        .chain(COMPANY_NOUNS.iter().copied().map(of(NameList::CompanyNoun)))
        .chain(legal_forms.map(of(NameList::LegalForm)))
        .chain(COUNTRIES.keys().copied().map(of(NameList::Country)))
        .chain(places().map(of(NameList::Place)))
        .chain(first_words.chain(PARTS_OF_PLACES).map(of(NameList::BeginsPlace)))
}

fn comma_separated(list: &'static str) -> impl Iterator<Item = &'static str> {
    entries(list).flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_well_formed() {
        let mut seen = HashSet::new();
        for line in entries(include_str!("given_names.txt")) {
            for name in line[2..].split_whitespace() {
                assert!(seen.insert(name), "{name} stands twice in given_names.txt");
            }
        }
        let titles: Vec<_> = entries(include_str!("titles.txt")).collect();
        for pair in titles.windows(2) {
            assert!(pair[0].split(' ').next() < pair[1].split(' ').next(), "{} is out of order in titles.txt", pair[1]);
        }
        assert!(titles.iter().all(|line| line.split('|').count() == 3));
    }

    #[test]
    fn every_word_is_marked_with_its_lists() {
        let lexicon = crate::language::en::lexicon();
        type Asked = fn(&str) -> bool;
        let rows: [(NameList, Asked); 8] = [
            (NameList::GivenName, |word| gender_of_given_name(word).is_some()),
            (NameList::Title, |word| title(word).is_some()),
            (NameList::PersonNoun, |word| person_noun(word).is_some()),
            (NameList::OrganisationWord, is_organisation_word),
            (NameList::CompanyNoun, is_company_noun),
            (NameList::LegalForm, is_legal_form),
            (NameList::Country, |word| country_of(word).is_some()),
            (NameList::Place, is_place),
        ];
        let words: HashSet<&str> = listed().map(|(word, _)| word).chain(["table", "roe", ""]).collect();
        for (list, is_listed) in rows {
            // Of a part and a place, "north korea", neither list has the whole.
            for word in words.iter().filter(|word| !word.contains(' ')) {
                assert_eq!(lexicon.entry(word).names.has(list), is_listed(word), "{word} in {list:?}");
            }
        }
        let begins = |word: &str| lexicon.entry(word).names.has(NameList::BeginsPlace);
        assert!(begins("new") && begins("northern") && !begins("york"));
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(gender_of_given_name("jane"), Some(Gender::Feminine));
        assert_eq!(gender_of_given_name("roe"), None);
        assert_eq!(title("sen").and_then(|title| title.office), Some("senator"));
        assert_eq!(title("mrs").and_then(|title| title.gender), Some(Gender::Feminine));
        assert_eq!(country_of("north korean"), Some("north korea"));
        assert_eq!(country_of("iranian"), Some("iran"));
        assert_eq!(country_of("table"), None);
        for (words, is_known) in [("east germany", true), ("germany", true), ("east", false), ("east roe", false)] {
            assert_eq!(is_place(words), is_known, "{words}");
        }
        let rows = [("spokesmen", "spokesman", true), ("allies", "ally", true), ("judge", "judge", false)];
        for (word, singular, is_plural) in rows {
            let noun = person_noun(word).unwrap_or_else(|| panic!("{word}"));
            assert_eq!((noun.singular, noun.is_plural), (singular, is_plural));
        }
        assert!(is_organisation_word("ministry") && !is_organisation_word("roe"));
        assert!(is_place("new york") && is_place("iran") && !is_place("iranian"));
    }
}
