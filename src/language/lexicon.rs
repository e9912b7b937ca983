//! Reads word lists into one table from lowercase word to what the lists say of it.
//!
//! A list is plain text: `[class]` or `[frame NAME]` opens a section, `#` a comment; words stand between white
//! space. In a section of verbs (`[verb]`, `[frame …]`) a word stands for all its forms, which are made by rule:
//! `write/wrote/written` gives past and participle, `admit*` doubles its last consonant. `of_course` is two words.

use std::collections::HashMap;

use super::classes::{Class, Classes, Form, Forms, Frame, NameList, NameLists};
use super::{FastHash, WordTable};

/// Number of a word of our lists; 0 is every other word.
pub type WordId = u16;

/// What the lists say of one word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    pub id: WordId,
    pub classes: Classes,
    pub frame: Option<Frame>,
    pub forms: Forms,
    /// Number of the headword, the same for all forms of a verb; the word's own where it is no verb.
    pub lemma: WordId,
    /// Which lists of names hold it; one that no other list has is no word of ours.
    pub names: NameLists,
}

/// The words of one language.
pub struct Lexicon {
    short_words: WordTable,
    long_words: HashMap<Box<str>, Entry, FastHash>,
    words: Vec<Box<str>>,
}

impl Lexicon {
    /// Reads the lists; `names` tells which words stand in lists of names.
    ///
    /// # Panics
    /// If a list names an unknown section: lists are part of the program.
    pub fn read<'n>(lists: &[&str], names: impl IntoIterator<Item = (&'n str, NameList)>) -> Self {
        let mut reader = Reader { table: HashMap::new(), words: vec!["".into()] };
        for list in lists {
            reader.read_list(list);
        }
        for (word, list) in names {
            reader.table.entry(word.into()).or_default().names.add(list);
        }
        let Reader { mut table, words } = reader;
        let long_words = table.extract_if(|word, _| word.len() > WordTable::LONGEST).collect();
        let short_words = WordTable::new(table.iter().map(|(word, entry)| (&**word, *entry)));
        Self { short_words, long_words, words }
    }

    /// Returns what the lists say of a word, which must be in lower case; the default entry if nothing.
    #[inline]
    pub fn entry(&self, lowercase: &str) -> Entry {
        if lowercase.len() > WordTable::LONGEST {
            return self.long_words.get(lowercase).copied().unwrap_or_default();
        }
        self.short_words.entry(lowercase)
    }

    /// Returns the same of a word of at most [`WordTable::LONGEST`] bytes, given as [`WordTable::entry_of_letters`]
    /// takes it.
    #[inline]
    pub fn entry_of_letters(&self, letters: [u64; 2]) -> Entry {
        self.short_words.entry_of_letters(letters)
    }

    /// Returns the word with this number.
    pub fn word(&self, id: WordId) -> &str {
        &self.words[id as usize]
    }

    /// Returns the number of a word, 0 if the lists don't have it.
    pub fn id(&self, lowercase: &str) -> WordId {
        self.entry(lowercase).id
    }
}

/// The words of the lists read so far.
struct Reader {
    table: HashMap<Box<str>, Entry>,
    words: Vec<Box<str>>,
}

impl Reader {
    fn read_list(&mut self, list: &str) {
        let mut section = Section { class: Class::Noun, frame: None };
        for line in list.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = Section::named(name).unwrap_or_else(|| panic!("unknown section [{name}] in a word list"));
                continue;
            }
            for word in line.split_whitespace() {
                if section.class == Class::Verb {
                    self.add_verb(word, section.frame);
                } else {
                    self.add(word, section.class, section.frame);
                }
            }
        }
    }

    fn add_verb(&mut self, word: &str, frame: Option<Frame>) {
        let forms = inflect(word);
        let lemma = self.entry_mut(&forms[0].1).id;
        for (form, word) in forms {
            let entry = self.entry_mut(&word);
            entry.classes.0 |= Classes::of(&[Class::Verb]).0;
            entry.forms.0 |= 1 << form as u8;
            entry.frame = entry.frame.or(frame);
            if entry.lemma == entry.id {
                entry.lemma = lemma;
            }
        }
    }

    fn add(&mut self, word: &str, class: Class, frame: Option<Frame>) {
        let entry = self.entry_mut(word);
        entry.classes.0 |= 1 << class as u8;
        entry.frame = entry.frame.or(frame);
    }

    fn entry_mut(&mut self, word: &str) -> &mut Entry {
        let words = &mut self.words;
        self.table.entry(word.into()).or_insert_with(|| {
            let id = words.len() as WordId;
            words.push(word.into());
            Entry { id, lemma: id, ..Entry::default() }
        })
    }
}

struct Section {
    class: Class,
    frame: Option<Frame>,
}

impl Section {
    fn named(name: &str) -> Option<Self> {
        match name.split_once(' ') {
            Some(("frame", "noun")) => Some(Self { class: Class::SpeechNoun, frame: Some(Frame::Noun) }),
            Some(("frame", "according")) => Some(Self { class: Class::Preposition, frame: Some(Frame::According) }),
            Some(("frame", frame)) => Some(Self { class: Class::Verb, frame: Some(Frame::named(frame)?) }),
            Some(_) => None,
            None => Some(Self { class: Class::named(name)?, frame: None }),
        }
    }
}

/// Returns the forms of an English verb as a list writes it.
fn inflect(listed: &str) -> Vec<(Form, String)> {
    let mut parts = listed.split('/');
    let head = parts.next().unwrap_or_default();
    let doubled = head.ends_with('*');
    let base = head.trim_end_matches('*');
    let last = base.chars().last().unwrap_or('e');
    let stem = if doubled || doubles(base) { format!("{base}{last}") } else { base.to_owned() };
    let before_last = base.chars().rev().nth(1).unwrap_or('a');
    let consonant_y = last == 'y' && !"aeiou".contains(before_last);
    let third = if consonant_y {
        format!("{}ies", &base[..base.len() - 1])
    } else if ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| base.ends_with(end)) {
        format!("{base}es")
    } else {
        format!("{base}s")
    };
    let regular_past = if last == 'e' {
        format!("{base}d")
    } else if consonant_y {
        format!("{}ied", &base[..base.len() - 1])
    } else {
        format!("{stem}ed")
    };
    let gerund = if let Some(start) = base.strip_suffix("ie") {
        format!("{start}ying")
    } else if last == 'e' && !base.ends_with("ee") && !base.ends_with("oe") && base.len() > 2 {
        format!("{}ing", &base[..base.len() - 1])
    } else {
        format!("{stem}ing")
    };
    let past = parts.next().map_or(regular_past, str::to_owned);
    let participle = parts.next().map_or_else(|| past.clone(), str::to_owned);
    vec![
        (Form::Base, base.to_owned()),
        (Form::Third, third),
        (Form::Past, past),
        (Form::Participle, participle),
        (Form::Gerund, gerund),
    ]
}

/// Whether a verb of one syllable doubles its last consonant: "plan", "stop", but not "show", "rain".
fn doubles(base: &str) -> bool {
    let letters: Vec<char> = base.chars().collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let [.., before, vowel_letter, last] = letters.as_slice() else {
        return false;
    };
    let vowels = letters.iter().filter(|&&c| vowel(c)).count();
    vowels == 1 && !vowel(*before) && vowel(*vowel_letter) && !vowel(*last) && !"wxy".contains(*last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_inflect() {
        for (listed, expected) in [
            ("say/said", ["say", "says", "said", "said", "saying"]),
            ("deny", ["deny", "denies", "denied", "denied", "denying"]),
            ("admit*", ["admit", "admits", "admitted", "admitted", "admitting"]),
            ("write/wrote/written", ["write", "writes", "wrote", "written", "writing"]),
            ("plan", ["plan", "plans", "planned", "planned", "planning"]),
            ("argue", ["argue", "argues", "argued", "argued", "arguing"]),
            ("lie", ["lie", "lies", "lied", "lied", "lying"]),
            ("stress", ["stress", "stresses", "stressed", "stressed", "stressing"]),
            ("claim", ["claim", "claims", "claimed", "claimed", "claiming"]),
            ("show/showed/shown", ["show", "shows", "showed", "shown", "showing"]),
            ("agree", ["agree", "agrees", "agreed", "agreed", "agreeing"]),
        ] {
            let words: Vec<String> = inflect(listed).into_iter().map(|(_, word)| word).collect();
            assert_eq!(words, expected, "{listed}");
        }
    }

    #[test]
    fn sections_give_classes_and_frames() {
        let lexicon =
            Lexicon::read(&["[frame say]\nsay/said # the commonest\n[title]\nmr. president\n[verb]\nrun"], []);
        let said = lexicon.entry("said");
        assert_eq!(said.frame, Some(Frame::Say));
        assert!(said.forms.has(Form::Past) && said.forms.has(Form::Participle) && !said.forms.has(Form::Base));
        assert_eq!(lexicon.word(said.lemma), "say");
        assert!(lexicon.entry("president").classes.has(Class::Title));
        assert_eq!(lexicon.entry("runs").frame, None);
        assert_eq!(lexicon.entry("banana").id, 0);
    }
}
