//! A person's name taken apart, and whether two names may be one person's.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::language::FastHash;
use crate::language::en::people;

/// A name without titles, in words that compare: folded, and by their sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Folded words in reading order, without titles, particles and suffix: `qassem soleimani`.
    pub words: Vec<String>,
    /// The same words as they sound: `Soleimani` and `Suleymany` are one.
    pub sounds: Vec<String>,
    /// `jr`, `sr`, `ii` …: what tells a father from a son.
    pub suffix: Option<String>,
}

/// A name as somebody asks for it: what leads a surname may be written in another way, or left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AskedName {
    /// Without what leads it.
    pub name: Name,
    /// What leads it: `al` of "al-Haddad", `bin` of "bin Salman".
    particle: Option<String>,
    /// Whether a hyphen says that the particle is an article, not a given name as in "Al Gore".
    is_hyphenated: bool,
}

/// How likely two names are one person's, judged by the names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Two people, or not enough is known: a surname alone never suffices.
    Different,
    /// One person where nothing else speaks against it: another spelling, a short form, another order.
    Alike,
    /// The same words; a middle name or a title may be missing.
    Same,
}

/// Words between given name and surname that spellings include or leave out at will.
const PARTICLES: &[&str] = &["bin", "ben", "ibn", "abu"];

/// The Arabic article in its spellings, which is a particle, too.
pub const ARTICLES: &[&str] = &["al", "el", "ul", "ad", "as", "ash", "at"];

fn is_particle(word: &str) -> bool {
    ARTICLES.contains(&word) || PARTICLES.contains(&word)
}

/// Returns the usual form of a folded word that tells a son from his father.
fn suffix_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "jr" | "junior" => "jr",
        "sr" | "senior" => "sr",
        "ii" => "ii",
        "iii" => "iii",
        "iv" => "iv",
        _ => return None,
    })
}

/// Leaves out of the folded words of a name, in reading order, what is no part of it: titles, particles between two names
/// and the suffix, which is returned.
pub fn leave_bare<Word: AsRef<str>>(words: &mut Vec<Word>) -> Option<&'static str> {
    let mut suffix = None;
    let mut is_first = true;
    words.retain(|word| {
        let word = word.as_ref();
        let found = if is_first { None } else { suffix_of(word) };
        is_first &= word.is_empty();
        suffix = found.or(suffix);
        found.is_none() && !word.is_empty()
    });
    // "Dean", "King" and "Judge" are names too: one word must remain, and "Dean Roe" keeps his given name.
    let before_last = &words[..words.len().saturating_sub(1)];
    let mut titles = before_last.iter().take_while(|word| people::title(word.as_ref()).is_some()).count();
    while titles > 0 && people::gender_of_given_name(words[titles - 1].as_ref()).is_some() {
        titles -= 1;
    }
    words.drain(..titles);
    if words.len() > 2 {
        let last = words.len() - 1;
        let mut index = 0;
        words.retain(|word| {
            index += 1;
            index == 1 || index > last || !is_particle(word.as_ref())
        });
    }
    suffix
}

impl Name {
    /// Takes a name apart; a comma puts the surname first ("Roe, Jane").
    pub fn parse(name: &str) -> Self {
        let mut words = Vec::new();
        let (surname, given) = name.split_once(',').unwrap_or((name, ""));
        let is_suffix = |text: &str| suffix_of(&fold_name(text)).is_some();
        let parts = if given.trim().is_empty() || is_suffix(given) { [surname, given] } else { [given, surname] };
        for word in parts.iter().flat_map(|part| part.split(|c: char| c.is_whitespace() || is_hyphen(c))) {
            let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
            if is_initials(word) {
                words.extend(word.chars().filter(|c| c.is_alphabetic()).map(|c| fold_name(&c.to_string())));
            } else {
                words.push(fold_name(word));
            }
        }
        Self::of_folded(&words)
    }

    /// Takes a name apart whose words are folded, in reading order.
    pub fn of_folded(words: &[impl AsRef<str>]) -> Self {
        let mut words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        let suffix = leave_bare(&mut words);
        Self::of_bare(&words, suffix)
    }

    /// Makes a name of what [`leave_bare`] leaves of its words and returns.
    pub fn of_bare(words: &[impl AsRef<str>], suffix: Option<&str>) -> Self {
        let words = || words.iter().map(AsRef::as_ref);
        Self {
            words: words().map(str::to_owned).collect(),
            sounds: words().map(sound).collect(),
            suffix: suffix.map(str::to_owned),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns whether the name tells one person from her family: two words at least, the first not an initial.
    pub fn is_full(&self) -> bool {
        self.words.len() >= 2
    }

    pub fn surname(&self) -> Option<&str> {
        self.words.last().map(String::as_str)
    }

    /// Returns the keys under which names that may be one person's meet: first and last word by their sound and short
    /// form, in this order and with the surname moved to the other end.
    pub fn blocks(&self) -> Vec<String> {
        let count = self.words.len();
        let key = |first: usize, last: usize| {
            let mut ends = [given_key(&self.words[first]), given_key(&self.words[last])];
            ends.sort();
            ends.join(" ")
        };
        match count {
            0 | 1 => Vec::new(),
            2 => vec![key(0, 1)],
            _ => {
                let mut keys = vec![key(0, count - 1), key(1, 0), key(count - 1, count - 2)];
                keys.sort();
                keys.dedup();
                keys
            }
        }
    }

    /// Judges by the names alone whether two may be one person's.
    pub fn likeness(&self, other: &Name) -> Likeness {
        if self.is_empty() || other.is_empty() {
            return Likeness::Different;
        }
        if self.suffix.is_some() && other.suffix.is_some() && self.suffix != other.suffix {
            return Likeness::Different;
        }
        if self.words == other.words {
            return Likeness::Same;
        }
        if !self.is_full() || !other.is_full() {
            return Likeness::Different;
        }
        let straight = self.in_order(other);
        if straight != Likeness::Different {
            return straight;
        }
        if self.is_rotation_of(other) { Likeness::Alike } else { Likeness::Different }
    }

    fn in_order(&self, other: &Name) -> Likeness {
        let (a, b) = (&self.words, &other.words);
        let (last_a, last_b) = (a.len() - 1, b.len() - 1);
        let surnames_sound_alike = self.sounds[last_a] == other.sounds[last_b];
        if !surnames_sound_alike {
            return Likeness::Different;
        }
        let Some(middle) = middles(&a[1..last_a], &b[1..last_b]) else { return Likeness::Different };
        if a[0] == b[0] && a[last_a] == b[last_b] {
            return middle;
        }
        let given_alike = self.sounds[0] == other.sounds[0] || given_key(&a[0]) == given_key(&b[0]);
        if given_alike { Likeness::Alike } else { Likeness::Different }
    }

    /// Returns whether one name is the other with the surname moved to the other end ("Xi Jinping", "Jinping Xi").
    fn is_rotation_of(&self, other: &Name) -> bool {
        let count = self.words.len();
        if count != other.words.len() {
            return false;
        }
        let moved_first = (0..count).all(|i| self.sounds[(i + 1) % count] == other.sounds[i]);
        let moved_last = (0..count).all(|i| self.sounds[i] == other.sounds[(i + 1) % count]);
        // Thomas James and James Thomas are two people.
        let both_given =
            [&self.words[0], &self.words[count - 1]].iter().all(|word| people::gender_of_given_name(word).is_some());
        (moved_first || moved_last) && !both_given
    }
}

impl AskedName {
    pub fn parse(asked: &str) -> Self {
        let mut name = Name::parse(asked);
        let particle = name.words.first().filter(|word| name.is_full() && is_particle(word)).cloned();
        if particle.is_some() {
            name.words.remove(0);
            name.sounds.remove(0);
        }
        let is_joined = |word: &str| {
            let head = word.split_once(is_hyphen).map(|(head, _)| fold_name(head));
            head.is_some_and(|head| ARTICLES.contains(&head.as_str()) && Some(&head) == particle.as_ref())
        };
        let is_hyphenated = asked.split_whitespace().any(is_joined);
        Self { name, particle, is_hyphenated }
    }

    /// Returns whether a written name has the particle that was asked for: "al-Haddad" finds "Haddad" and "el Haddad", "bin
    /// Salman" no other Salman, "Ben Roe" also "Ben S. Roe".
    pub fn has_particle(&self, written: &str) -> bool {
        let (Some(particle), false) = (&self.particle, self.is_hyphenated) else { return true };
        let is_article = |word: &str| ARTICLES.contains(&word);
        let leads = |word: &str| word == particle || is_article(word) && is_article(particle);
        let words: Vec<String> = written
            .split(|c: char| c.is_whitespace() || is_hyphen(c))
            .map(fold_name)
            .filter(|w| !w.is_empty())
            .collect();
        words.first() == Some(particle)
            || words.windows(2).any(|pair| leads(&pair[0]) && Some(&pair[1]) == self.name.words.first())
    }
}

/// Compares middle names: one may lack them or give initials, but none may contradict.
fn middles(a: &[String], b: &[String]) -> Option<Likeness> {
    if a == b || a.is_empty() || b.is_empty() {
        return Some(Likeness::Same);
    }
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest = longer.iter();
    let agree = shorter.iter().all(|word| rest.any(|other| initial_or_same(word, other)));
    agree.then_some(Likeness::Same)
}

fn initial_or_same(a: &str, b: &str) -> bool {
    a == b || (a.chars().count() == 1 && b.starts_with(a)) || (b.chars().count() == 1 && a.starts_with(b))
}

/// Returns a word in small letters without accents, apostrophes and points, as names are compared.
pub fn fold_name(word: &str) -> String {
    if word.is_ascii() {
        let mut folded = word.to_ascii_lowercase();
        if !folded.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            folded.retain(|c| c.is_ascii_alphanumeric());
        }
        return folded;
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ø' => folded.push('o'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–')
}

/// Returns whether a word is initials, such as `J.`, `J.K.` or `J`.
fn is_initials(word: &str) -> bool {
    let mut letters = 0;
    for c in word.chars() {
        match c {
            '.' if letters > 0 => {}
            c if c.is_uppercase() => letters += 1,
            _ => return false,
        }
    }
    letters == 1 || (letters <= 3 && letters > 0 && word.contains('.'))
}

/// Group of given names that stand for one another: short forms and spellings.
fn given_key(word: &str) -> String {
    GIVEN_GROUPS.get(word).map_or_else(|| sound(word), |head| sound(head))
}

static GIVEN_GROUPS: LazyLock<HashMap<&'static str, &'static str, FastHash>> = LazyLock::new(|| {
    let mut groups = HashMap::default();
    for group in people::name_variants() {
        for &name in &group {
            // A form of two names ("Bert") belongs to the first: one key a word keeps blocks apart.
            groups.entry(name).or_insert(group[0]);
        }
    }
    groups
});

/// Letters that spellings of one foreign name exchange: by the first of them, longest first.
const SOUNDS: [(&str, &str); 32] = [
    ("ae", "a"),
    ("ai", "i"),
    ("ay", "i"),
    ("ck", "k"),
    ("dzh", "j"),
    ("dj", "j"),
    ("ee", "i"),
    ("ei", "i"),
    ("ey", "i"),
    ("e", "i"),
    ("gh", "k"),
    ("ie", "i"),
    ("kh", "kh"),
    ("ks", "x"),
    ("ou", "u"),
    ("oo", "u"),
    ("oe", "u"),
    ("o", "u"),
    ("ph", "f"),
    ("q", "k"),
    ("skiy", "ski"),
    ("skyy", "ski"),
    ("skij", "ski"),
    ("sch", "sh"),
    ("sky", "ski"),
    ("tsch", "ch"),
    ("tch", "ch"),
    ("tz", "ts"),
    ("ue", "u"),
    ("w", "v"),
    ("y", "i"),
    ("zh", "j"),
];

/// Where the rows of each letter stand in `SOUNDS`.
const SOUNDS_OF_LETTER: [(usize, usize); 26] = {
    let mut ranges = [(0, 0); 26];
    let mut row = 0;
    while row < SOUNDS.len() {
        let letter = (SOUNDS[row].0.as_bytes()[0] - b'a') as usize;
        let (start, end) = ranges[letter];
        ranges[letter] = if end == 0 { (row, row + 1) } else { (start, row + 1) };
        row += 1;
    }
    ranges
};

/// What a letter of ASCII sounds like by itself.
#[derive(Clone, Copy)]
struct Letter {
    alone: u8,
    /// The letters, as bits, with which it may begin a row of several.
    begins_with: u32,
}

static LETTERS: [Letter; 26] = {
    let mut letters = [Letter { alone: 0, begins_with: 0 }; 26];
    let mut at = 0;
    while at < letters.len() {
        letters[at].alone = b'a' + at as u8;
        at += 1;
    }
    let mut row = 0;
    while row < SOUNDS.len() {
        let (spelled, piece) = (SOUNDS[row].0.as_bytes(), SOUNDS[row].1.as_bytes());
        assert!(piece.len() <= spelled.len());
        let letter = (spelled[0] - b'a') as usize;
        if spelled.len() == 1 {
            assert!(piece.len() == 1);
            letters[letter].alone = piece[0];
        } else {
            letters[letter].begins_with |= 1 << (spelled[1] - b'a');
        }
        row += 1;
    }
    letters
};

fn sound(word: &str) -> String {
    let mut out = Vec::new();
    write_sound(word, &mut out);
    String::from_utf8(out).expect("whole characters stand in the place of whole characters")
}

/// Puts in the place of `out` how a folded word sounds, roughly enough that transliterations of one name agree.
pub fn write_sound(word: &str, out: &mut Vec<u8>) {
    let bytes = word.as_bytes();
    out.clear();
    // No row sounds longer than it is spelled.
    out.resize(bytes.len(), 0);
    let (mut at, mut length) = (0, 0);
    while let Some(first) = bytes.get(at) {
        let next = bytes.get(at + 1).map_or(u8::MAX, |next| next.wrapping_sub(b'a'));
        match LETTERS.get(usize::from(first.wrapping_sub(b'a'))) {
            // Most letters, of which doubled ones sound as one: Hassan, Hasan; Zelenskyy.
            Some(letter) if next >= 26 || letter.begins_with >> next & 1 == 0 => {
                let is_doubled = length > 0 && out[length - 1] == letter.alone;
                out[length] = letter.alone;
                length += usize::from(!is_doubled);
                at += 1;
            }
            _ => {
                let (taken, piece) = first_piece(&word[at..]);
                if !out[..length].ends_with(piece.as_bytes()) {
                    out[length..length + piece.len()].copy_from_slice(piece.as_bytes());
                    length += piece.len();
                }
                at += taken;
            }
        }
    }
    out.truncate(length);
}

/// Returns what the first letters of a text sound like, and how many bytes they take.
fn first_piece(text: &str) -> (usize, &str) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let letter = text.bytes().next().map_or(0, |byte| byte.wrapping_sub(b'a'));
    let (begin, end) = SOUNDS_OF_LETTER.get(usize::from(letter)).copied().unwrap_or_default();
    let found = SOUNDS[begin..end].iter().find(|(letters, _)| text.starts_with(letters));
    found.map_or((first, &text[..first]), |(letters, piece)| (letters.len(), piece))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_two_names_compare_the_same_both_ways(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let (a, b) = (Name::parse(&a), Name::parse(&b));
            prop_assert_eq!(a.likeness(&b), b.likeness(&a));
            prop_assert!(a.is_empty() || a.likeness(&a) == Likeness::Same);
        }
    }

    #[test]
    fn likeness_of_names() {
        use Likeness::*;
        let rows = [
            // The same words.
            ("Jane Roe", "Jane Roe", Same),
            ("JANE ROE", "Jane Roé", Same),
            ("Sen. Jane Roe", "Ms. Jane Roe", Same),
            ("Roe, Jane", "Jane Roe", Same),
            ("J.K. Roeling", "J. K. Roeling", Same),
            ("Jane Roe’s", "Jane Roe", Same),
            // Middle names may be missing, never contradict.
            ("John F. Doe", "John Doe", Same),
            ("John F. Doe", "John Fitzgerald Doe", Same),
            ("John F. Doe", "John Q. Doe", Different),
            ("John Doe Jr.", "John Doe", Same),
            ("John Doe Jr.", "John Doe Sr.", Different),
            ("Bashar al-Sadat", "Bashar Sadat", Same),
            // Spellings.
            ("Qassem Soleimani", "Ghasem Suleymany", Alike),
            ("Mohammed Zarqi", "Muhammad Zarqi", Alike),
            ("Volodymyr Zelenskyy", "Volodymyr Zelensky", Alike),
            ("Jörg Schröder", "Joerg Schroeder", Alike),
            // Short forms.
            ("Bob Roe", "Robert Roe", Alike),
            // Order.
            ("Xi Jinpeng", "Jinpeng Xi", Alike),
            ("Kim Jong-un", "Jong Un Kim", Alike),
            ("James Thomas", "Thomas James", Different),
            // A surname alone, another given name, an initial: two people as far as we know.
            ("Roe", "Jane Roe", Different),
            ("John Roe", "Jane Roe", Different),
            ("J. Roe", "Jane Roe", Different),
            ("Roe", "Roe", Same),
            ("Qassem Solomon", "Qassem Soleimani", Different),
            ("", "Jane Roe", Different),
        ];
        for (a, b, expected) in rows {
            assert_eq!(Name::parse(a).likeness(&Name::parse(b)), expected, "{a} | {b}");
            assert_eq!(Name::parse(b).likeness(&Name::parse(a)), expected, "{b} | {a}");
            if expected != Different {
                let (a, b) = (Name::parse(a), Name::parse(b));
                assert!(a == b || a.blocks().iter().any(|key| b.blocks().contains(key)), "{a:?} and {b:?} never meet");
            }
        }
    }

    #[test]
    fn sounds_stand_by_their_first_letter() {
        assert!(SOUNDS.is_sorted_by_key(|(letters, _)| (letters.as_bytes()[0], std::cmp::Reverse(letters.len()))));
    }

    #[test]
    fn titles_are_no_names() {
        let rows = [
            ("Prime Minister Jane Roe", &["jane", "roe"][..]),
            ("Dr. Jane Roe", &["jane", "roe"]),
            ("Dean Roe", &["dean", "roe"]),
            ("Mr. King", &["king"]),
            ("Judge", &["judge"]),
        ];
        for (name, words) in rows {
            assert_eq!(Name::parse(name).words, words, "{name}");
        }
    }
}
