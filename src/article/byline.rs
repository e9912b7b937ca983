//! Names of those who wrote an article, from bylines as printed or as metadata give them.

use super::place::readable;

/// Words that introduce a byline, in lower case.
const INTRODUCTIONS: [&str; 28] = [
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
    "posted by ",
    "published by ",
    "posts by ",
    "all posts by ",
    "view all posts by ",
    "autor: ",
    "autorin: ",
    "text: ",
    "redaktion: ",
    "geschrieben von ",
    "publié par ",
    "écrit par ",
    "escrito por ",
    "publicado por ",
    "автор: ",
    "автор ",
];

/// Returns the names of a printed byline: `By Jane Roe and John Doe, Staff Writers` gives two.
pub(crate) fn names(printed: &str) -> Vec<String> {
    let printed = without_brackets(printed);
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
        // "Una Moor, MD": letters behind a name are a degree.
        let is_degree = !found.is_empty() && is_degree(&name);
        if is_name(&name) && !is_degree && !found.contains(&name) {
            found.push(name);
        }
    }
    if found.is_empty() && is_collective(text) {
        found.push(text.to_owned());
    }
    found
}

/// Whether a byline names a whole staff: "Harbour Post Staff".
fn is_collective(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends_in_staff = words.last().is_some_and(|last| {
        ["staff", "reports", "report", "newsroom"].iter().any(|word| last.eq_ignore_ascii_case(word))
    });
    (2..=6).contains(&words.len())
        && ends_in_staff
        && words.iter().any(|word| word.eq_ignore_ascii_case("staff") || word.eq_ignore_ascii_case("newsroom"))
        && text.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '.' | '-' | '\'' | '’'))
}

/// Degrees and licences that stand behind names; sorted.
const DEGREES: [&str; 22] = [
    "BSC", "CFP", "CPA", "CPT", "CSCS", "DDS", "DO", "DVM", "JD", "LCSW", "LD", "MA", "MBA", "MD", "MPH", "MS", "MSC",
    "PHD", "RD", "RDN", "RN", "RND",
];

fn is_degree(word: &str) -> bool {
    let letters: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    DEGREES.binary_search(&letters.to_ascii_uppercase().as_str()).is_ok()
}

/// Returns the part of a line that names who wrote, introduced by "by" at its start or behind a date or a mark:
/// `2 May 2025 by Una Moor`.
pub(crate) fn introduced(line: &str) -> Option<&str> {
    const LONGEST: usize = 120;
    if line.len() > LONGEST || line.ends_with(['.', '?', '!']) {
        return None;
    }
    let starts = std::iter::once(0).chain(line.match_indices(' ').map(|(at, _)| at + 1));
    starts.filter(|&at| at == 0 || line[..at].contains(|mark: char| mark.is_ascii_digit() || mark == '|')).find_map(
        |at| {
            let rest = without_introduction(&line[at..]);
            let is_name = rest.len() < line.len() - at
                && rest.starts_with(char::is_uppercase)
                && names(rest).first().is_some_and(|name| is_bare_name(name) || !name.contains(' '));
            is_name.then_some(rest)
        },
    )
}

/// Leaves out what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
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
        let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
        OF_OUTLETS.binary_search_by(|known| known.bytes().cmp(lower())).is_ok()
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
    let first = text.bytes().next().map_or(0, |first| first.to_ascii_lowercase());
    let may_begin = |other: u8| first == other || !first.is_ascii() && !other.is_ascii();
    let found = INTRODUCTIONS
        .iter()
        .find(|introduction| may_begin(introduction.as_bytes()[0]) && begins_with(text, introduction));
    match found {
        // "Par Hansen" is a name; "PAR" and "Par" before one are no more than two words of capitals.
        Some(&("von " | "par " | "por ")) if !text.starts_with(char::is_uppercase) => text,
        Some(introduction) => text[introduction.len()..].trim_start(),
        None => text,
    }
}

/// Whether a text begins with an introduction, in whatever letters.
fn begins_with(text: &str, introduction: &str) -> bool {
    let Some(start) = text.get(..introduction.len()) else { return false };
    // What is as long and ASCII in small letters is ASCII in capitals, too.
    if introduction.is_ascii() {
        start.eq_ignore_ascii_case(introduction)
    } else {
        !start.is_ascii() && start.to_lowercase() == introduction
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
    let before = without_introduction(part.trim());
    let part = before;
    // "Una Moor 2 May 2025", "Una Moor5 days ago".
    let part = &part[..part.find(|letter: char| letter.is_ascii_digit()).unwrap_or(part.len())];
    let mut words: Vec<&str> = part
        .split_whitespace()
        .filter(|word| !word.contains('@') && !word.starts_with("http"))
        .take_while(|word| !matches!(*word, "in" | "at" | "for" | "of" | "on" | "am" | "-" | "–" | "—"))
        .collect();
    let is_dated = part.len() < before.len();
    if is_dated && words.len() > 2 && words.last().is_some_and(|last| is_month_or_weekday(last)) {
        words.pop();
    }
    while words.len() > 2 && words.last().is_some_and(|last| is_degree(last)) {
        words.pop();
    }
    // "Harbour-Post-Reporterin Una Moor".
    if words.len() > 1 && is_german_office(words[0]) {
        words.remove(0);
    }
    let name = words.join(" ");
    let name = name.trim_matches([':', ' ', '-', '–', '—', '"']);
    // Initials are no names in capitals.
    if name.chars().filter(|letter| letter.is_alphabetic()).count() > 3 { readable(name) } else { name.to_owned() }
}

/// Whether a word in front of a date belongs to it.
fn is_month_or_weekday(word: &str) -> bool {
    super::date::names_month_or_weekday(word.trim_end_matches(','))
}

/// Whether a word of a German byline tells an office: "Redakteurin", "Harbour-Post-Experte".
fn is_german_office(word: &str) -> bool {
    const OFFICES: [&str; 6] = ["experte", "expertin", "redakteur", "reporter", "korrespondent", "autor"];
    let lower = word.to_lowercase();
    let lower = lower
        .strip_suffix("in")
        .filter(|stem| OFFICES.contains(&&stem[stem.rfind('-').map_or(0, |at| at + 1)..]))
        .unwrap_or(&lower);
    OFFICES.contains(&&lower[lower.rfind('-').map_or(0, |at| at + 1)..])
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
            | "posted"
            | "published"
            | "author"
            | "authors"
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
        && !lower.starts_with("photo")
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
        let rows: [(&str, &[&str]); 39] = [
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
            // Dates and durations behind a name, glued or not.
            ("By Jane Roe 12/22/2023 05:00 AM EST Link Copied", &["Jane Roe"]),
            ("By Jane Roe May 6, 2025 at 12:55 pm ET • 1 min read", &["Jane Roe"]),
            ("Jane Roe5 days ago", &["Jane Roe"]),
            ("Jane May 5 days ago", &["Jane May"]),
            ("Jane Roe on 2 May 2025", &["Jane Roe"]),
            // Degrees, brackets, other introductions, offices in front.
            ("Jane Roe MS, RDN, LD", &["Jane Roe"]),
            ("Jane Roe, Ph.D.", &["Jane Roe"]),
            ("(Image: Harbour/Post)", &[]),
            ("Photograph by John Doe", &[]),
            ("View all posts by Jane Roe", &["Jane Roe"]),
            ("Von Harbour-Post-Reporterin Anna Müller", &["Anna Müller"]),
            ("Autor: Anna Müller", &["Anna Müller"]),
            // A whole staff, where nobody is named.
            ("Harbour Post Staff", &["Harbour Post Staff"]),
            ("Staff and news service reports", &["Staff and news service reports"]),
            ("By Jane Roe, Harbour Post Staff", &["Jane Roe"]),
            ("Posted", &[]),
            ("Staff", &[]),
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
    fn names_are_introduced_within_a_line() {
        let rows = [
            ("by Jane Roe,", Some("Jane Roe,")),
            ("posted on 2025-05-02 23:30 EST by Jane Roe", Some("Jane Roe")),
            ("Politics | By Jane Roe", Some("Jane Roe")),
            // Neither a sentence nor a word that happens to be "by".
            ("Passed by Parliament", None),
            ("It was built in 1920 by Jane Roe.", None),
            ("by the sea", None),
            ("", None),
        ];
        for (line, expected) in rows {
            assert_eq!(introduced(line), expected, "{line}");
        }
    }

    #[test]
    fn lists_are_sorted() {
        assert!(OF_OUTLETS.is_sorted());
        assert!(DEGREES.is_sorted());
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
