//! Cuts a body into paragraphs, and those into sentences.

use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::memchr3;

use super::Span;
use crate::language::FastHash;

/// Returns the paragraphs of a body: what blank lines part and, where lines are no more than broken text, the lines.
pub(super) fn paragraphs(body: &str) -> Vec<Span> {
    let mut found = Vec::with_capacity(body.len() / 300 + 1);
    let mut block: Vec<Span> = Vec::new();
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', body.as_bytes()).map(|at| at + 1).chain([body.len()]);
    for end in ends {
        let line = &body[start..end];
        let words = line.trim();
        if words.is_empty() {
            close_block(body, &mut block, &mut found);
        } else {
            let indent = line.len() - line.trim_start().len();
            block.push(Span::new(start + indent, start + indent + words.len()));
        }
        start = end;
    }
    close_block(body, &mut block, &mut found);
    found
}

/// Makes paragraphs of the lines between two blank ones.
fn close_block(body: &str, block: &mut Vec<Span>, found: &mut Vec<Span>) {
    if let [first, .., last] = block[..]
        && is_wrapped(block.iter().map(|line| line.of(body)))
    {
        found.push(Span::new(first.start, last.end));
        block.clear();
    } else {
        found.append(block);
    }
}

/// Widest line to which text is broken by hand or by a mailer.
const WIDEST_COLUMN: usize = 100;

/// Whether lines are one paragraph broken to a width, not a paragraph each.
pub(crate) fn is_wrapped<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let (mut breaks, mut inside) = (0, 0);
    let mut before: Option<&str> = None;
    for line in lines {
        if line.len() > WIDEST_COLUMN && line.chars().count() > WIDEST_COLUMN {
            return false;
        }
        if let Some(before) = before {
            breaks += 1;
            inside += u32::from(!ends_like_sentence(before));
        }
        before = Some(line);
    }
    breaks > 0 && inside * 5 >= breaks * 2
}

/// Whether a line ends as a sentence or the introduction of a list does.
pub(crate) fn ends_like_sentence(line: &str) -> bool {
    let words = line.trim_end_matches(|character: char| is_closing(character) || character.is_whitespace());
    words.ends_with(|character: char| is_terminator(character) || character == ':')
}

/// Returns the sentences of a body's paragraphs.
pub(super) fn sentences(body: &str, paragraphs: &[Span], language: Option<&str>) -> Vec<Span> {
    let numbers_are_ordinals = language.is_some_and(|code| WITH_ORDINAL_STOPS.contains(&code));
    let mut found = Vec::with_capacity(body.len() / 120 + paragraphs.len());
    for paragraph in paragraphs {
        cut(body, *paragraph, numbers_are_ordinals, &mut found);
    }
    found
}

/// Languages that write "the 3rd" as `3.`.
const WITH_ORDINAL_STOPS: [&str; 17] =
    ["cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"];

/// Cuts one paragraph.
fn cut(body: &str, paragraph: Span, numbers_are_ordinals: bool, found: &mut Vec<Span>) {
    let text = &body[..paragraph.end];
    let bytes = text.as_bytes();
    let mut start = paragraph.start;
    let mut at = paragraph.start;
    let has_plain_marks = !paragraph.of(body).bytes().fold(false, |any, byte| any | may_be_of_rare_mark(byte));
    while at < bytes.len() {
        // Sentences end at a few marks; all else is skipped.
        at += if has_plain_marks {
            memchr3(b'.', b'!', b'?', &bytes[at..]).unwrap_or(bytes.len() - at)
        } else {
            bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b' ').count()
        };
        if at == bytes.len() {
            break;
        }
        let Some(mark) = terminator_at(text, at) else {
            at += 1;
            continue;
        };
        let mark_at = at;
        at += mark.len_utf8();
        while let Some(next) = text[at..].chars().next() {
            if !is_terminator(next) && !is_closing(next) {
                break;
            }
            at += next.len_utf8();
        }
        let behind = Behind::of(text, at);
        let ends = match mark {
            '.' => behind.is_parted && stop_ends(text, start, mark_at, at, behind, numbers_are_ordinals),
            '…' => behind.is_parted && !behind.is_lowercase,
            '!' | '?' | '؟' | '։' | '።' => behind.is_parted && !behind.is_lowercase,
            // Scripts without spaces between sentences.
            _ => true,
        };
        if ends && behind.at < bytes.len() {
            found.push(Span::new(start, at));
            start = behind.at;
            at = start;
        }
    }
    if start < paragraph.end {
        found.push(Span::new(start, paragraph.end));
    }
}

/// Whether a byte may be one of the marks beyond ASCII with which sentences end: the last one of `…`, else the first one,
/// which is above those of Latin, Greek and Cyrillic letters, and is not that of quotation marks and dashes.
fn may_be_of_rare_mark(byte: u8) -> bool {
    (byte == 0xa6) | (byte >= 0xd6) & (byte != 0xe2)
}

/// Returns the mark at a byte if sentences may end with it.
fn terminator_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes()[at] {
        byte @ (b'.' | b'!' | b'?') => Some(byte as char),
        // First bytes of the marks beyond ASCII.
        0xd6 | 0xd8 | 0xdb | 0xe0..=0xe3 | 0xef => text[at..].chars().next().filter(|&mark| is_terminator(mark)),
        _ => None,
    }
}

fn is_terminator(character: char) -> bool {
    matches!(
        character,
        '.' | '!' | '?' | '…' | '؟' | '۔' | '։' | '።' | '।' | '॥' | '။' | '។' | '。' | '！' | '？' | '｡' | '．'
    )
}

/// Marks that may stand between the end of a sentence and the space behind it.
fn is_closing(character: char) -> bool {
    matches!(character, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '“' | '*')
}

/// What stands behind the end of a sentence, if it is one.
#[derive(Clone, Copy)]
struct Behind<'t> {
    /// Where the next word, or the marks that open it, begins.
    at: usize,
    /// Whether white space parts it.
    is_parted: bool,
    is_lowercase: bool,
    is_digit: bool,
    /// Whether it opens with a quotation mark or bracket.
    is_opened: bool,
    /// The text from its first letter on.
    text: &'t str,
}

impl<'t> Behind<'t> {
    fn of(text: &'t str, end: usize) -> Self {
        // Mostly a space and a letter of ASCII.
        if let [b' ', first, ..] = text.as_bytes()[end..]
            && first.is_ascii_alphabetic()
        {
            let at = end + 1;
            let is_lowercase = first.is_ascii_lowercase();
            return Self { at, is_parted: true, is_lowercase, is_digit: false, is_opened: false, text: &text[at..] };
        }
        let rest = &text[end..];
        let trimmed = rest.trim_start();
        let at = end + rest.len() - trimmed.len();
        let opened = trimmed.trim_start_matches(|character: char| {
            !character.is_alphanumeric() && !character.is_whitespace() && !matches!(character, '-' | '–' | '—')
        });
        let first = opened.chars().next();
        Self {
            at,
            is_parted: at > end || rest.is_empty(),
            is_lowercase: first
                .is_some_and(|character| character.is_lowercase() || matches!(character, '-' | '–' | '—')),
            is_digit: first.is_some_and(char::is_numeric),
            is_opened: opened.len() < trimmed.len(),
            text: opened,
        }
    }

    /// Whether the next word begins sentences and no names.
    fn is_opener(&self) -> bool {
        let letters = self.text.find(|character: char| !character.is_alphanumeric()).unwrap_or(self.text.len());
        is_opener(&self.text[..letters])
    }
}

/// Whether the full stop at `mark` ends the sentence that began at `start`.
fn stop_ends(text: &str, start: usize, mark: usize, end: usize, behind: Behind<'_>, ordinals: bool) -> bool {
    if behind.is_lowercase {
        return false;
    }
    // Three stops, or marks that close a quotation, leave no doubt.
    if end > mark + 1 && !text[mark + 1..end].starts_with(['’', '\'', ')']) {
        return true;
    }
    let word = last_word(&text[start..mark]);
    if word.is_empty() {
        return true;
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let may_be_ordinal = ordinals && word.len() <= 3;
        return !may_be_ordinal || behind.is_digit;
    }
    if is_initial(word) {
        return behind.is_opener();
    }
    match abbreviation(word) {
        None => true,
        Some(Abbreviation::Before) => false,
        Some(Abbreviation::Month) => !behind.is_digit,
        Some(Abbreviation::Either) => behind.is_opened && end > mark + 1 || behind.is_opener(),
    }
}

/// Returns the letters, digits and inner stops before the end of a text.
fn last_word(text: &str) -> &str {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '&');
    // Mostly it is of ASCII, and a space stands before it.
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'&');
    let plain = text.bytes().rev().take_while(is_plain).count();
    if text.as_bytes()[..text.len() - plain].last().is_none_or(u8::is_ascii) {
        return &text[text.len() - plain..];
    }
    let start = text.char_indices().rev().take_while(|&(_, character)| is_part(character)).last();
    start.map_or("", |(start, _)| &text[start..])
}

/// Whether a word is one capital: "J." of a name. "I" is a word.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(|letter| letter.is_uppercase() && letter != 'I');
    first && letters.next().is_none()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Abbreviation {
    Before,
    Either,
    Month,
}

static ABBREVIATIONS: LazyLock<HashMap<&'static str, Abbreviation, FastHash>> = LazyLock::new(|| {
    let mut table = HashMap::default();
    let mut section = Abbreviation::Before;
    for line in include_str!("abbreviations.txt").lines() {
        match line.trim() {
            comment if comment.starts_with('#') => {}
            "[before]" => section = Abbreviation::Before,
            "[either]" => section = Abbreviation::Either,
            "[month]" => section = Abbreviation::Month,
            words => table.extend(words.split_whitespace().map(|word| (word, section))),
        }
    }
    table
});

/// Longest abbreviation of the list, in bytes.
const LONGEST_ABBREVIATION: usize = 12;

fn abbreviation(word: &str) -> Option<Abbreviation> {
    let mut lower = [0; LONGEST_ABBREVIATION];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let found = ABBREVIATIONS.get(std::str::from_utf8(lower).ok()?).copied();
    // "No." may be a whole answer and "art." a word; capitals tell "Gen." from "gen.", too, but few write it so.
    let is_plain_word =
        matches!(&*lower, b"no" | b"art" | b"mass" | b"ill" | b"miss" | b"wash" | b"max" | b"min" | b"mar");
    found.filter(|_| !is_plain_word || word.starts_with(char::is_uppercase))
}

/// Words that begin sentences and no names; with them an abbreviation has ended one.
fn is_opener(word: &str) -> bool {
    matches!(
        word,
        "A" | "About"
            | "After"
            | "Also"
            | "Although"
            | "An"
            | "And"
            | "As"
            | "Asked"
            | "At"
            | "Because"
            | "Before"
            | "Both"
            | "But"
            | "By"
            | "Despite"
            | "During"
            | "Each"
            | "Even"
            | "For"
            | "From"
            | "He"
            | "Her"
            | "Here"
            | "His"
            | "How"
            | "However"
            | "I"
            | "If"
            | "In"
            | "It"
            | "Its"
            | "Last"
            | "Many"
            | "Meanwhile"
            | "More"
            | "Most"
            | "No"
            | "Nor"
            | "Not"
            | "On"
            | "One"
            | "Or"
            | "Other"
            | "Others"
            | "Our"
            | "Several"
            | "She"
            | "Since"
            | "So"
            | "Some"
            | "Such"
            | "That"
            | "The"
            | "Their"
            | "Then"
            | "There"
            | "These"
            | "They"
            | "This"
            | "Those"
            | "Though"
            | "To"
            | "Two"
            | "Under"
            | "Until"
            | "We"
            | "What"
            | "When"
            | "Where"
            | "Whether"
            | "Which"
            | "While"
            | "Who"
            | "Why"
            | "With"
            | "Yesterday"
            | "Yet"
            | "You"
            | "Your"
            | "Das"
            | "Der"
            | "Die"
            | "Ein"
            | "Eine"
            | "Er"
            | "Es"
            | "Sie"
            | "Wir"
            | "Le"
            | "La"
            | "Les"
            | "Il"
            | "Elle"
            | "El"
            | "Los"
            | "Las"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_text(text: &str, language: Option<&str>) -> Vec<String> {
        let spans = sentences(text, &paragraphs(text), language);
        spans.iter().map(|span| span.of(text).to_owned()).collect()
    }

    /// Text in which `|` stands where one sentence ends and the next begins.
    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let rows = [
            "The dam holds.|It was built in 1975.",
            "Is it safe?|Nobody knows!|We wait…|And see.",
            // Abbreviations, initials, titles.
            "Mr. Roe met Dr. Jane A. Doe of St. Ives.|He smiled.",
            "Gen. P. J. Roe and Sen. Doe left on Jan. 5 at 9 a.m. on Tuesday.",
            "He works for Arden Corp. in the U.S. Senate.|She does not.",
            "It sold the unit to Arden Inc.|The price was not given.",
            "She lives in the U.S.|He lives in the U.K.|They met.",
            "It cost $3.5 million, or 2.25 pct. of sales.",
            "The vote, No. 5 of the day, failed.",
            "Was it in Sept.?|It was in Dec. 1974.",
            "WASHINGTON, Feb. 3 (AP) — The Senate met.|It rose at noon.",
            "BOSTON, Mass. — The mayor spoke.",
            // Quotations and brackets.
            "“It is over.”|He left.",
            "\"It is over.\"|\"Is it?\" she asked.",
            "“Is it over?” he asked.|No answer came.",
            "He said “no.”|(He said so twice.)|Then he left.",
            "‘Stop!’ cried the guard.|The train went on.",
            // Ellipsis and numbers.
            "We … do not know ... for sure.|It ended in 1975.|In 1976 it began again.",
            "He turned 53.|The party was small.",
            // Other scripts.
            "این سد پابرجاست.|آیا امن است؟|کسی نمی‌داند.",
            "वह आया।|वह गया।",
            "大坝很稳。|它安全吗？|没人知道！",
            "「終わった。」|彼は去った。",
        ];
        for row in rows {
            // Scripts without spaces have none after the mark either.
            let has_spaces = !row.contains('。');
            let text = row.replace('|', if has_spaces { " " } else { "" });
            let expected: Vec<&str> = row.split('|').collect();
            let found = cut_text(&text, None);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_german_number_with_stop_is_an_ordinal() {
        let text = "Am 3. Mai traf der 16. Bundestag zusammen. Er tagte lange.";
        assert_eq!(cut_text(text, Some("de")).len(), 2);
        assert_eq!(cut_text("He was 16. Nobody cared.", Some("en")).len(), 2);
    }

    #[test]
    fn lines_are_paragraphs_unless_they_are_broken_text() {
        let rows = [
            ("One.\n\nTwo.", vec!["One.", "Two."]),
            ("One.\n \n\n Two. ", vec!["One.", "Two."]),
            ("One.\nTwo.\nThree.", vec!["One.", "Two.", "Three."]),
            ("The dam that was built\nin 1975 holds.", vec!["The dam that was built\nin 1975 holds."]),
            ("A b\nc d.\n\nE.\nF.", vec!["A b\nc d.", "E.", "F."]),
            ("", vec![]),
            ("\n\n", vec![]),
        ];
        for (body, expected) in rows {
            let found: Vec<&str> = paragraphs(body).iter().map(|span| span.of(body)).collect();
            assert_eq!(found, expected, "{body:?}");
        }
        let long = "word ".repeat(40);
        assert_eq!(paragraphs(&format!("{long}\n{long}")).len(), 2, "long lines are paragraphs");
    }

    #[test]
    fn every_mark_that_ends_sentences_is_seen_by_its_bytes() {
        for mark in ('\0'..=char::MAX).filter(|&mark| is_terminator(mark)) {
            let text = mark.to_string();
            assert_eq!(terminator_at(&text, 0), Some(mark));
            let is_plain = matches!(mark, '.' | '!' | '?');
            assert_eq!(text.bytes().any(may_be_of_rare_mark), !is_plain, "{mark}");
        }
    }

    #[test]
    fn abbreviations_fit_and_are_lower_case() {
        for &word in ABBREVIATIONS.keys() {
            assert!(word.len() <= LONGEST_ABBREVIATION && word == word.to_lowercase(), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn spans_lie_in_order_inside_paragraphs(text in "([a-zA-Z0-9.!?\"'“”。؟ \\n\\-]|\\PC){0,120}") {
            let paragraphs = paragraphs(&text);
            let sentences = sentences(&text, &paragraphs, None);
            let mut end = 0;
            for span in &sentences {
                proptest::prop_assert!(span.start >= end && !span.of(&text).trim().is_empty());
                proptest::prop_assert!(paragraphs.iter().any(|paragraph| paragraph.contains(*span)));
                end = span.end;
            }
            // Nothing but white space is left out.
            let covered: usize = sentences.iter().map(|span| span.of(&text).split_whitespace().map(str::len).sum::<usize>()).sum();
            proptest::prop_assert_eq!(covered, text.split_whitespace().map(str::len).sum::<usize>());
        }
    }
}
