//! Words that tell datelines from other openings.

use crate::article::place;

/// Agencies that stand in datelines without brackets.
const AGENCIES: [&str; 35] = [
    "AA",
    "AAP",
    "AFP",
    "ANI",
    "ANSA",
    "AP",
    "APA",
    "Bloomberg",
    "Bernama",
    "CNA",
    "dpa",
    "DPA",
    "EFE",
    "Fars",
    "IANS",
    "Interfax",
    "IRNA",
    "ISNA",
    "KUNA",
    "Kyodo",
    "MNA",
    "PA",
    "PTI",
    "Reuters",
    "REUTERS",
    "Reuter",
    "RIA Novosti",
    "SPA",
    "TASS",
    "Tasnim",
    "UNI",
    "UPI",
    "WAM",
    "Xinhua",
    "Yonhap",
];

pub(super) fn is_agency(name: &str) -> bool {
    let is_named_so =
        ["News Agency", "NEWS AGENCY", "Newswire", " Wire", " News"].iter().any(|end| name.ends_with(end));
    AGENCIES.contains(&name)
        || is_named_so && name.len() < 40
        || matches!(name, "ایرنا" | "ایسنا" | "تسنیم" | "فارس" | "مهر")
}

pub(super) fn is_weekday(text: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = text.trim_end_matches('.').to_ascii_lowercase();
    lower.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&lower))
}

/// Whether all but a slip of the printer is in capitals: "WALtHAM", "McALLEN".
pub(super) fn is_capitals(text: &str) -> bool {
    let (mut capitals, mut small) = (0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        capitals += u32::from(letter.is_uppercase());
        small += u32::from(letter.is_lowercase());
    }
    capitals >= 2 && small * 3 <= capitals
}

/// Small words inside names of places.
const PARTICLES: [&str; 26] = [
    "al", "am", "and", "au", "da", "das", "de", "del", "der", "des", "di", "do", "dos", "du", "el", "es", "in", "la",
    "le", "near", "of", "on", "sur", "the", "upon", "y",
];

/// Whether a text could be a place's name: few words, each with a capital or of a script without.
pub(super) fn is_place_shaped(text: &str) -> bool {
    /// "ABOARD THE PRESIDENTIAL TRAIN", "Trinidad and Tobago".
    const MOST_WORDS: usize = 5;
    const MOST_BYTES: usize = 64;
    let mut words = 0;
    for word in text.split_whitespace() {
        words += 1;
        let first = word.trim_start_matches(['\'', '’', '‘', '(']).chars().next();
        let is_capital = first.is_some_and(|first| first.is_alphabetic() && !first.is_lowercase());
        let is_glued = ["al-", "el-", "ash-", "as-", "d’", "d'"].iter().any(|start| word.starts_with(start));
        if !is_capital && !is_glued && (words == 1 || !PARTICLES.contains(&word)) {
            return false;
        }
    }
    let is_allowed = |character: char| {
        character.is_alphabetic()
            || matches!(character, ' ' | '.' | '-' | '‐' | '\'' | '’' | '‘' | '\u{200c}')
            || unicode_normalization::char::is_combining_mark(character)
    };
    (1..=MOST_WORDS).contains(&words) && text.len() <= MOST_BYTES && text.chars().all(is_allowed)
}

/// First words of what looks like a dateline and is none; sorted.
const FALSE_OPENINGS: [&str; 96] = [
    "A",
    "ADVISORY",
    "AFTER",
    "ALERT",
    "ALSO",
    "AN",
    "ANALYSIS",
    "AND",
    "ANSWER",
    "AS",
    "AT",
    "ATTENTION",
    "BACKGROUND",
    "BREAKING",
    "BRIEF",
    "BRIEFS",
    "BUT",
    "BY",
    "CLARIFICATION",
    "COLUMN",
    "COMMENT",
    "COMMENTARY",
    "CORRECTED",
    "CORRECTION",
    "DEVELOPING",
    "DISCLAIMER",
    "EDITOR",
    "EDITORIAL",
    "EDITORS",
    "EXCLUSIVE",
    "EXPLAINER",
    "FACT",
    "FACTBOX",
    "FEATURE",
    "FIFA",
    "FOCUS",
    "FOR",
    "FROM",
    "GRAPHIC",
    "HIGHLIGHTS",
    "HOW",
    "IAEA",
    "IF",
    "IN",
    "INSIGHT",
    "INTERVIEW",
    "IT",
    "JUST",
    "KEY",
    "LIVE",
    "MORE",
    "MR",
    "MRS",
    "NASA",
    "NATO",
    "NEWS",
    "NOTE",
    "OF",
    "ON",
    "OPEC",
    "OPINION",
    "OUR",
    "PHOTO",
    "PHOTOS",
    "POLL",
    "PRESS",
    "PREVIEW",
    "PROFILE",
    "PS",
    "QUESTION",
    "READ",
    "REFILE",
    "RELATED",
    "REVIEW",
    "RPT",
    "SEE",
    "SINCE",
    "SPECIAL",
    "SPOILER",
    "SUMMARY",
    "TIMELINE",
    "TO",
    "TRANSCRIPT",
    "UEFA",
    "UNESCO",
    "UNICEF",
    "UPDATE",
    "UPDATED",
    "URGENT",
    "VIDEO",
    "WARNING",
    "WATCH",
    "WHAT",
    "WHY",
    "WITH",
    "WRAPUP",
];

pub(super) fn is_false_opening(name: &str) -> bool {
    let Some(first) = name.split(|character: char| !character.is_alphabetic()).next() else { return true };
    if is_weekday(first) && first.len() > 4 {
        return true;
    }
    let upper = first.to_ascii_uppercase();
    let is_listed = FALSE_OPENINGS.binary_search(&upper.as_str()).is_ok();
    // "A CORUÑA" is a city all the same.
    is_listed && !(name.contains(' ') && place::is_known(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_openings_are_sorted() {
        assert!(FALSE_OPENINGS.is_sorted());
    }
}
