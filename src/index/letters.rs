//! What the characters of words are to each other: which are letters, which join words, and how they fold.

use unicode_normalization::UnicodeNormalization;

/// Longest word kept, in bytes of its folded form: the rest of a longer one (a key, a data URL) is not searched, and
/// a query's word is cut alike, so that it is still found.
pub(super) const LONGEST_WORD_BYTES: usize = 256;

/// Returns a word folded for case and accents.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// Appends a word folded for case and accents.
pub(super) fn fold_into(word: &str, out: &mut String) {
    let start = out.len();
    if word.is_ascii() {
        out.push_str(word);
        out[start..].make_ascii_lowercase();
    } else {
        for composed in word.nfkc() {
            for lower in composed.to_lowercase() {
                fold_char(lower, out);
            }
        }
    }
    if out.len() > start + LONGEST_WORD_BYTES {
        let end = (start..=start + LONGEST_WORD_BYTES).rev().find(|&end| out.is_char_boundary(end)).unwrap_or(start);
        out.truncate(end);
    }
}

fn fold_char(lower: char, out: &mut String) {
    match lower {
        '\0'..='\x7f' => out.push(lower),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'þ' => out.push_str("th"),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        // Cyrillic й is a letter of its own, which the stemmers need; ё is written е as often as not.
        'ё' => out.push('е'),
        '\u{400}'..='\u{52f}' => out.push(lower),
        // Persian letters that keyboards and encodings exchange for the Arabic ones.
        'ی' | 'ى' => out.push('ي'),
        'ک' => out.push('ك'),
        'ة' => out.push('ه'),
        '٠'..='٩' => out.push(digit(lower, '٠')),
        '۰'..='۹' => out.push(digit(lower, '۰')),
        '०'..='९' => out.push(digit(lower, '०')),
        _ if is_apostrophe(lower) => out.push('\''),
        _ if is_dropped(lower) => {}
        // Syllables and kana would fall apart into what is not written.
        _ if stands_alone(lower) => out.push(lower),
        _ => std::iter::once(lower).nfkd().filter(|&part| !is_dropped(part)).for_each(|part| out.push(part)),
    }
}

fn digit(digit: char, zero: char) -> char {
    char::from(b'0' + (digit as u32 - zero as u32) as u8)
}

/// Accents, vowel points and what is invisible inside a word.
fn is_dropped(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}' | '\u{ad}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{200e}' | '\u{200f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

pub(crate) fn is_apostrophe(char: char) -> bool {
    matches!(char, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '′' | '＇')
}

/// Whether words join around it: hyphens, and the zero-width non-joiner of Persian compounds.
pub(super) fn is_hyphen(char: char) -> bool {
    matches!(char, '-' | '‐' | '‑' | '\u{200c}' | '－')
}

/// Scripts whose words are not separated by spaces.
pub(super) fn stands_alone(char: char) -> bool {
    matches!(char,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
}

pub(super) fn is_emoji(char: char) -> bool {
    matches!(char, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}' | '\u{231a}'..='\u{231b}')
}

pub(super) fn is_flag_letter(char: char) -> bool {
    matches!(char, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Letters, digits and the marks on them, of scripts with spaces between words.
pub(crate) fn is_letter(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_alphanumeric();
    }
    (char.is_alphanumeric() && !stands_alone(char))
        || (is_dropped(char) && !matches!(char, '\u{200e}' | '\u{200f}' | '\u{fe00}'..='\u{fe0f}'))
        || (unicode_normalization::char::is_combining_mark(char) && !stands_alone(char))
}
