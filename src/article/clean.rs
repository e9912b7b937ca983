//! Text as it is read: no control characters, leftover entities, soft hyphens or odd spaces.

use std::borrow::Cow;

/// Returns the text of a body: lines stay, blank lines part paragraphs, at most one at a time.
pub(super) fn clean_body(text: &str) -> Cow<'_, str> {
    clean(text, Lines::Kept)
}

/// Returns the text of a headline or name: one line.
pub(super) fn clean_line(text: &str) -> Cow<'_, str> {
    clean(text, Lines::Joined)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Kept,
    Joined,
}

fn clean(text: &str, lines: Lines) -> Cow<'_, str> {
    if is_clean(text, lines) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = Cleaned { text: String::with_capacity(text.len()), pending: Pending::Nothing, lines };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let run = plain_run(&bytes[at..]);
        if run > 0 {
            cleaned.push_str(&text[at..at + run]);
            at += run;
            continue;
        }
        if bytes[at].is_ascii() && bytes[at] != b'&' {
            cleaned.push(char::from(bytes[at]));
            at += 1;
            continue;
        }
        let Some(character) = text[at..].chars().next() else { break };
        let width = character.len_utf8();
        if character == '&'
            && let Some((replacement, length)) = entity(&text[at..])
        {
            cleaned.push(replacement);
            at += length;
            continue;
        }
        match ligature(character) {
            Some(letters) => cleaned.push_str(letters),
            None => cleaned.push(character),
        }
        at += width;
    }
    Cow::Owned(cleaned.text)
}

/// Bytes that are text whatever stands beside them.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') & (byte != b'&')
}

/// Returns how many bytes from here are text as they are: plain ones, and single spaces between them.
fn plain_run(bytes: &[u8]) -> usize {
    /// Bytes that are looked at at once; one more stands behind them.
    const BLOCK: usize = 32;
    let mut run = 0;
    if bytes.first().is_some_and(|&first| is_plain(first)) {
        while let Some(block) = bytes[run..].first_chunk::<{ BLOCK + 1 }>() {
            let is_text = |at: usize| is_plain(block[at]) | (block[at] == b' ') & is_plain(block[at + 1]);
            if !(0..BLOCK).fold(true, |all, at| all & is_text(at)) {
                break;
            }
            run += BLOCK;
        }
    }
    while let Some(&byte) = bytes.get(run) {
        let is_between = || byte == b' ' && run > 0 && bytes.get(run + 1).is_some_and(|&next| is_plain(next));
        if !is_plain(byte) && !is_between() {
            break;
        }
        run += 1;
    }
    run
}

/// Whether nothing is to be done, which is so of most texts: found out in one pass over the bytes.
fn is_clean(text: &str, lines: Lines) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\n'));
    if edge(bytes.first()) || edge(bytes.last()) {
        return false;
    }
    let mut before = b'x';
    let mut newlines = 0;
    let mut behind = 0;
    while behind < bytes.len() {
        let run = plain_run(&bytes[behind..]);
        if run > 0 {
            behind += run;
            (newlines, before) = (0, bytes[behind - 1]);
            continue;
        }
        let (at, byte) = (behind, bytes[behind]);
        behind += 1;
        match byte {
            b' ' if before == b' ' || before == b'\n' => return false,
            b'\n' if lines == Lines::Joined || before == b' ' => return false,
            b'\n' => {
                newlines += 1;
                if newlines > 2 {
                    return false;
                }
                before = byte;
                continue;
            }
            b'&' if entity(&text[at..]).is_some() => return false,
            b' ' | b'&' => {}
            0x80.. if text.is_char_boundary(at) => {
                let is_odd = text[at..]
                    .chars()
                    .next()
                    .is_some_and(|character| meaning(character) != Meaning::Text || ligature(character).is_some());
                if is_odd {
                    return false;
                }
            }
            0x80.. => {}
            _ => return false,
        }
        newlines = 0;
        before = byte;
    }
    true
}

/// Returns the letters of a ligature that fonts have, and no alphabet.
fn ligature(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        // The first has the long s.
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

/// Returns what a text holds in the place of characters, as one says it; cleaning puts them there.
pub(crate) fn leftovers(text: &str) -> impl Iterator<Item = &'static str> {
    use memchr::{memchr_iter, memmem::find_iter};
    let bytes = text.as_bytes();
    // All ligatures begin with these two bytes, and few other characters do.
    let is_ligature = |at: usize| text[at..].chars().next().and_then(ligature).is_some();
    let kinds = [
        ("entities of markup, which were replaced", memchr_iter(b'&', bytes).any(|at| entity(&text[at..]).is_some())),
        ("soft hyphens, which were left out", find_iter(bytes, "\u{ad}").next().is_some()),
        ("ligatures, which were replaced by their letters", find_iter(bytes, b"\xEF\xAC").any(is_ligature)),
    ];
    kinds.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Text,
    Space,
    Line,
    Paragraph,
    Nothing,
}

fn meaning(character: char) -> Meaning {
    match character {
        '\n' | '\u{85}' | '\u{2028}' => Meaning::Line,
        '\u{2029}' | '\u{c}' | '\u{b}' => Meaning::Paragraph,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Meaning::Space
        }
        // Zero-width joiners are part of Persian and Indian words; directional marks are for layout.
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}' => Meaning::Nothing,
        _ if character.is_control() => Meaning::Nothing,
        _ => Meaning::Text,
    }
}

/// White space that is written once it is known that text follows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Nothing,
    Space,
    Line,
    Paragraph,
}

struct Cleaned {
    text: String,
    pending: Pending,
    lines: Lines,
}

impl Cleaned {
    fn push(&mut self, character: char) {
        let pending = match meaning(character) {
            Meaning::Nothing => return,
            Meaning::Text => {
                self.settle();
                self.text.push(character);
                return;
            }
            Meaning::Space => Pending::Space,
            Meaning::Line if self.lines == Lines::Joined => Pending::Space,
            Meaning::Paragraph if self.lines == Lines::Joined => Pending::Space,
            Meaning::Line if self.pending >= Pending::Line => Pending::Paragraph,
            Meaning::Line => Pending::Line,
            Meaning::Paragraph => Pending::Paragraph,
        };
        self.pending = self.pending.max(pending);
    }

    fn push_str(&mut self, text: &str) {
        self.settle();
        self.text.push_str(text);
    }

    fn settle(&mut self) {
        if !self.text.is_empty() {
            self.text.push_str(match self.pending {
                Pending::Nothing => "",
                Pending::Space => " ",
                Pending::Line => "\n",
                Pending::Paragraph => "\n\n",
            });
        }
        self.pending = Pending::Nothing;
    }
}

/// Entities that feeds leave behind, beside the numeric ones.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("apos", '\''),
    ("bdquo", '„'),
    ("bull", '•'),
    ("eacute", 'é'),
    ("euro", '€'),
    ("gt", '>'),
    ("hellip", '…'),
    ("laquo", '«'),
    ("ldquo", '“'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("pound", '£'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rdquo", '”'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("shy", '\u{ad}'),
];

/// Reads the entity that begins a text: its character and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    /// Longest is "&#1114111;".
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(windows_1252(code))?
        }
        None => ENTITIES[ENTITIES.binary_search_by_key(&name, |&(name, _)| name).ok()?].1,
    };
    Some((character, end + 1))
}

/// Numbers 128 to 159 are control characters, but what is meant is Windows-1252, as HTML says.
fn windows_1252(code: u32) -> u32 {
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => {
            let bytes = [byte];
            let (decoded, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            decoded.chars().next().map_or(code, u32::from)
        }
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_the_first_byte_that_is_looked_at_alone() {
        let ends = |bytes: &[u8]| {
            let is_between = |at: usize| at > 0 && bytes[at] == b' ' && bytes.get(at + 1).is_some_and(|&b| is_plain(b));
            (0..bytes.len()).find(|&at| !is_plain(bytes[at]) && !is_between(at)).unwrap_or(bytes.len())
        };
        let text = b"It rained in Dravny, the mayor of the town said on Tuesday, and in Lower Brey it did not rain.";
        for byte in [b'x', b' ', b'\n', b'&', 0, 0x7f, 0xe2] {
            for at in 0..text.len() {
                let mut changed = *text;
                changed[at] = byte;
                assert_eq!(plain_run(&changed), ends(&changed), "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn bodies_lose_what_is_no_text() {
        let rows = [
            ("plain", "plain"),
            ("one  two\u{a0}\tthree", "one two three"),
            (" a \r\n b\r\n\r\n\r\n\r\nc ", "a\nb\n\nc"),
            ("soft\u{ad}hyphen, \u{feff}mark, \u{200e}left\u{202c}", "softhyphen, mark, left"),
            ("the ﬁrst oﬃce, a ﬂag, aﬀairs", "the first office, a flag, affairs"),
            ("bell\u{7} escape\u{1b}[31m", "bell escape[31m"),
            ("می\u{200c}رود", "می\u{200c}رود"),
            ("Q&amp;A, &quot;yes&quot;, it&#8217;s &#x2014; &#146;n", "Q&A, \"yes\", it’s — ’n"),
            ("AT&T; R&D &unknown; &amp", "AT&T; R&D &unknown; &amp"),
            ("a\u{2029}b\u{2028}c", "a\n\nb\nc"),
            ("a\n \n b", "a\n\nb"),
            ("&#3;a&#0;", "a"),
            ("", ""),
            (" \n ", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(clean_body(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_one_line() {
        for (text, expected) in [("A\n b\n\nc", "A b c"), (" x ", "x"), ("A & B", "A & B")] {
            assert_eq!(clean_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_replaced_is_told() {
        let rows: [(&str, &[&str]); 8] = [
            ("R&amp;D", &["entities"]),
            ("soft\u{ad}hyphen", &["soft hyphens"]),
            ("the ﬁrst", &["ligatures"]),
            ("the ﬁ\u{ad}rst of Q&#38;A", &["entities", "soft hyphens", "ligatures"]),
            // Neither an entity, nor a ligature of print.
            ("AT&T; R&D &unknown;", &[]),
            ("Encyclopædia, \u{fb21}", &[]),
            ("plain", &[]),
            ("", &[]),
        ];
        for (text, expected) in rows {
            let found: Vec<_> = leftovers(text).collect();
            let are_alike = found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
            assert!(found.len() == expected.len() && are_alike, "{text}: {found:?}");
        }
    }

    #[test]
    fn entities_are_sorted() {
        assert!(ENTITIES.is_sorted_by_key(|&(name, _)| name));
    }

    proptest::proptest! {
        #[test]
        fn clean_text_stays_as_it_is(text in "[ -~\\n\u{a0}é&;#0-9\u{ad}\u{202e}]{0,60}|\\PC{0,40}") {
            // An entity may hide another: "&amp;amp;" is read once.
            proptest::prop_assume!(!text.contains('&'));
            let once = clean_body(&text).into_owned();
            proptest::prop_assert!(matches!(clean_body(&once), Cow::Borrowed(_)), "{:?} of {:?}", once, text);
            proptest::prop_assert!(!once.chars().any(|c| c.is_control() && c != '\n'));
            proptest::prop_assert!(!once.contains("\n\n\n") && !once.contains("  "));
        }
    }
}
