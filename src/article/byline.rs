//! Names of those who wrote an article, from bylines as printed or as metadata give them.

use super::place::readable;

/// Words that introduce a byline, in lower case.
const INTRODUCTIONS: [&str; 12] = [
    "by ",
    "by: ",
    "written by ",
    "reporting by ",
    "reported by ",
    "story by ",
    "words by ",
    "von ",
    "par ",
    "por ",
    "author: ",
    "от ",
];

/// Returns the names of a printed byline: `By Jane Roe and John Doe, Staff Writers` gives two.
pub(super) fn names(printed: &str) -> Vec<String> {
    let text = without_introduction(printed.trim());
    // "Reporting by Jane Roe; Editing by John Doe": editors wrote nothing.
    let text =
        text.split([';', '|', '•', '·', '\n']).find(|part| part.chars().any(char::is_alphabetic)).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for part in text
        .split([',', '/', '&'])
        .flat_map(|part| split_words(part, &["and", "AND", "und", "et", "y", "e", "with", "With"]))
    {
        let name = clean_name(part);
        if is_name(&name) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Whether a line of a page is a byline: `By`, then nothing but names and offices, or a name and its office.
pub(crate) fn is_byline(line: &str) -> bool {
    const LONGEST: usize = 160;
    let line = line.trim();
    if line.split_once(", ").is_some_and(|(name, office)| is_bare_name(name) && is_office(office)) {
        return true;
    }
    let rest = without_introduction(line);
    if line.len() > LONGEST || rest.len() == line.len() {
        return false;
    }
    let ends_like_sentence = rest.ends_with(['.', '?', '!', ':']) && !rest.ends_with("Jr.") && !rest.ends_with("Sr.");
    !ends_like_sentence
        && rest.starts_with(|first: char| first.is_uppercase() || !first.is_lowercase() && first.is_alphabetic())
        && rest.split([' ', ',', ';', '|', '/']).all(is_word_of_byline)
        && !names(line).is_empty()
}

/// Whether a line tells the office of who is named above it: `Tribune Staff Writer`, `Political Correspondent`.
pub(crate) fn is_office(line: &str) -> bool {
    const LONGEST: usize = 60;
    let words: Vec<&str> = line.split_whitespace().collect();
    line.len() <= LONGEST
        && words.len() <= 6
        && without_introduction(line).len() == line.len()
        && !line.ends_with(['.', '?', '!', ':'])
        && (OFFICES.iter().any(|office| words.iter().any(|word| word.trim_matches(',').eq_ignore_ascii_case(office)))
            || line.starts_with("Special to "))
        && words.iter().all(|word| is_word_of_byline(word))
}

/// Whether a line could be the name of one person and nothing else.
pub(crate) fn is_bare_name(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_part = |word: &&str| {
        let mut letters = word.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        let is_particle =
            matches!(*word, "de" | "da" | "dos" | "van" | "von" | "der" | "den" | "bin" | "al" | "la" | "and");
        is_particle
            || is_capital && letters.all(|letter| letter.is_alphabetic() || matches!(letter, '.' | '-' | '\'' | '’'))
    };
    let has_small_letters = line.chars().any(char::is_lowercase);
    (2..=6).contains(&words.len())
        && has_small_letters
        && words.iter().all(is_part)
        && !names_outlet(line)
        && !is_office(line)
        && without_introduction(line).len() == line.len()
}

/// Words that tell an outlet or agency from a person.
const OF_OUTLETS: [&str; 34] = [
    "agency",
    "associated",
    "board",
    "broadcasting",
    "bulletin",
    "chronicle",
    "courier",
    "daily",
    "desk",
    "dispatch",
    "echo",
    "examiner",
    "express",
    "gazette",
    "globe",
    "guardian",
    "herald",
    "independent",
    "journal",
    "ledger",
    "mail",
    "mirror",
    "news",
    "newswire",
    "observer",
    "post",
    "press",
    "reuters",
    "sentinel",
    "standard",
    "telegraph",
    "times",
    "tribune",
    "wire",
];

/// Whether a line names an outlet rather than a person.
pub(crate) fn names_outlet(line: &str) -> bool {
    line.split_whitespace().any(|word| {
        let lower = word.to_ascii_lowercase();
        OF_OUTLETS.binary_search(&lower.as_str()).is_ok()
    })
}

const OFFICES: [&str; 15] = [
    "analyst",
    "bureau",
    "columnist",
    "contributor",
    "correspondent",
    "correspondents",
    "critic",
    "desk",
    "editor",
    "editors",
    "reporter",
    "reporters",
    "staff",
    "writer",
    "writers",
];

/// Small words of bylines and offices.
const SMALL_WORDS: [&str; 24] = [
    "al", "and", "at", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "e", "et", "for", "in", "la", "of",
    "the", "to", "und", "van", "von", "with",
];

fn is_word_of_byline(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '.', ':']);
    word.is_empty()
        || word.starts_with(|first: char| first.is_alphabetic() && !first.is_lowercase() || first == '@')
        || word.contains('@')
        || SMALL_WORDS.contains(&word)
        || OFFICES.contains(&word)
        || word == "special"
}

fn without_introduction(text: &str) -> &str {
    let found = INTRODUCTIONS.iter().find(|introduction| {
        text.get(..introduction.len()).is_some_and(|start| start.to_lowercase() == **introduction)
    });
    match found {
        // "Par Hansen" is a name; "PAR" and "Par" before one are no more than two words of capitals.
        Some(&("von " | "par " | "por ")) if !text.starts_with(char::is_uppercase) => text,
        Some(introduction) => text[introduction.len()..].trim_start(),
        None => text,
    }
}

/// Splits at any of the words.
fn split_words<'t>(text: &'t str, words: &'static [&'static str]) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut at = 0;
        for word in text.split(' ') {
            if words.contains(&word) && at > 0 {
                rest = Some(text.get(at + word.len() + 1..).unwrap_or(""));
                return Some(&text[..at - 1]);
            }
            at += word.len() + 1;
        }
        rest = None;
        Some(text)
    })
}

/// Leaves out addresses and what stands in brackets, and turns capitals into a readable name.
fn clean_name(part: &str) -> String {
    let part = part.split(['(', '[', '<']).next().unwrap_or_default();
    let part = without_introduction(part.trim());
    let words: Vec<&str> = part
        .split_whitespace()
        .filter(|word| !word.contains('@') && !word.starts_with("http"))
        .take_while(|word| !matches!(*word, "in" | "at" | "for" | "of" | "-" | "–" | "—"))
        .collect();
    let name = words.join(" ");
    let name = name.trim_matches([':', ' ', '-', '–', '—', '"']);
    // Initials are no names in capitals.
    if name.chars().filter(|letter| letter.is_alphabetic()).count() > 3 { readable(name) } else { name.to_owned() }
}

/// Whether what is left is a name, neither an office nor nobody.
fn is_name(name: &str) -> bool {
    const LONGEST: usize = 80;
    let lower = name.to_lowercase();
    let is_office = lower.split(' ').any(|word| OFFICES.contains(&word)) && lower != "our correspondent";
    let is_nobody = matches!(
        lower.as_str(),
        "" | "by"
            | "reuters"
            | "ap"
            | "afp"
            | "upi"
            | "special"
            | "wire reports"
            | "from wire reports"
            | "agencies"
            | "admin"
            | "unknown"
            | "none"
            | "n/a"
            | "null"
            | "anonymous"
            | "jr."
            | "sr."
    );
    name.len() <= LONGEST
        && name.chars().any(char::is_alphabetic)
        && !name.chars().any(|character| character.is_ascii_digit())
        && !is_office
        && !is_nobody
        && !lower.starts_with("special to")
        && !lower.starts_with("editing by")
        && !name.starts_with(char::is_lowercase)
}

/// Returns the names in the signature that ends a story: `(Reporting by Jane Roe; Editing by John Doe)`.
pub(super) fn signature(paragraph: &str) -> Vec<String> {
    /// A list of names, not a paragraph.
    const LONGEST: usize = 400;
    let text = paragraph.trim_matches(['(', ')', '[', ']', ' ', '.', '*', '-', '—', '–']);
    let introduced = ["Reporting by ", "Additional reporting by ", "Written by ", "Writing by "];
    if text.len() > LONGEST || !introduced.iter().any(|start| text.starts_with(start)) {
        return Vec::new();
    }
    names(text.split(" Editing by ").next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_give_names() {
        let rows: [(&str, &[&str]); 22] = [
            ("By Jane Roe and John Doe", &["Jane Roe", "John Doe"]),
            ("BY JANE ROE, Staff Writer", &["Jane Roe"]),
            ("Jane Roe | Reuters", &["Jane Roe"]),
            ("Reporting by Jane Roe and John Doe; Editing by Max Moe", &["Jane Roe", "John Doe"]),
            ("By Jane Roe, Political Editor", &["Jane Roe"]),
            ("By Una Moor, Reuters", &["Una Moor"]),
            ("Jane Roe, John Doe and Max Moe", &["Jane Roe", "John Doe", "Max Moe"]),
            ("By Jane Roe jane@example.org", &["Jane Roe"]),
            ("By Jane Roe @janeroe", &["Jane Roe"]),
            ("By Jane Roe in Paris and John Doe in Rome", &["Jane Roe", "John Doe"]),
            ("By Jane Roe, with Meridian Wire", &["Jane Roe", "Meridian Wire"]),
            ("By Our Correspondent", &["Our Correspondent"]),
            ("BY MUSA TENGE, POLITICAL EDITOR", &["Musa Tenge"]),
            ("Von Anna Müller und Karl Schmidt", &["Anna Müller", "Karl Schmidt"]),
            ("Par Anne Leroy", &["Anne Leroy"]),
            ("Jane Roe (London)", &["Jane Roe"]),
            ("THE EDITORIAL BOARD", &["The Editorial Board"]),
            ("By Jane Roe\nStaff Writer", &["Jane Roe"]),
            ("From wire reports", &[]),
            ("Reuters", &[]),
            ("By ", &[]),
            ("", &[]),
        ];
        for (printed, expected) in rows {
            assert_eq!(names(printed), expected, "{printed}");
        }
    }

    #[test]
    fn lines_are_told_apart() {
        // Line; byline, office, bare name.
        let rows = [
            ("By Lucía Bermejo and Carlos Menduro", (true, false, false)),
            ("BY MUSA TENGE, POLITICAL EDITOR", (true, false, false)),
            ("By Joan Ferriby, with Meridian Wire", (true, false, false)),
            ("By John Doe Jr.", (true, false, false)),
            ("Roland Ashe, Economics Editor", (true, true, false)),
            ("Tribune Staff Writer", (false, true, false)),
            ("Political Correspondent", (false, true, false)),
            ("Special to the Tribune", (false, true, false)),
            ("Piers Hanratty", (false, false, true)),
            ("Edith van der Marlow", (false, false, true)),
            ("Meridian Wire", (false, false, false)),
            ("By the time I’d finished, the judge had left", (false, false, false)),
            ("By Monday it was over.", (false, false, false)),
            ("By Monday evening the town was empty", (false, false, false)),
            ("The staff of the bank went home", (false, false, false)),
            ("RAIN", (false, false, false)),
            ("", (false, false, false)),
        ];
        for (line, expected) in rows {
            assert_eq!((is_byline(line), is_office(line), is_bare_name(line)), expected, "{line}");
        }
    }

    #[test]
    fn signatures_name_who_wrote() {
        let rows: [(&str, &[&str]); 4] = [
            ("(Reporting by Jane Roe in Paris and John Doe; Editing by Max Moe)", &["Jane Roe", "John Doe"]),
            ("Reporting by Jane Roe Editing by Max Moe", &["Jane Roe"]),
            ("The report by Jane Roe was late.", &[]),
            ("Reporting by itself is no proof, said the minister, who had heard of the matter.", &[]),
        ];
        for (paragraph, expected) in rows {
            assert_eq!(signature(paragraph), expected, "{paragraph}");
        }
    }

    #[test]
    fn words_of_outlets_are_sorted() {
        assert!(OF_OUTLETS.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(By |and |, |; |@|[A-Z][a-z]{0,6} |\\PC){0,20}") {
            for name in names(&text) {
                proptest::prop_assert!(name.chars().any(char::is_alphabetic) && !name.contains('@'));
            }
            is_byline(&text);
            is_office(&text);
            is_bare_name(&text);
        }
    }
}
