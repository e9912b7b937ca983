//! In: persons. Out: the same as bytes, in which those of a name, a sound or a role are found and read alone.
//!
//! Lists stand behind each other: the persons, where each ends, and for each way to find them a dictionary.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use super::authority::{HeldOffice, NameUse, Person, RoleUse};
use super::name::Name;
use super::role::Role;
use crate::statement::SpeakerKind;

/// What persons are found by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// A word of one of their names.
    Word,
    /// The same, as it sounds.
    Sound,
    /// A word of a role under which they were quoted, or of an office.
    RoleWord,
}

const KEYS: usize = 3;
const PERSONS: usize = 0;
const PERSON_ENDS: usize = 1;
const FIRST_DICTIONARY: usize = 2;
/// Lists of a dictionary: words, where each ends, numbers of persons, where those of each word end.
const DICTIONARY_LISTS: usize = 4;
const LISTS: usize = FIRST_DICTIONARY + KEYS * DICTIONARY_LISTS;

/// Persons by number, from 0.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Where each list ends, then the lists.
    bytes: Vec<u8>,
    lists: [Range<usize>; LISTS],
}

impl Table {
    pub fn new(persons: &[Person]) -> Self {
        let mut lists: [Vec<u8>; LISTS] = Default::default();
        for person in persons {
            let row = Row::of(person);
            lists[PERSONS].extend(postcard::to_stdvec(&row).expect("a person is plain data, written to memory"));
            let end = lists[PERSONS].len();
            push(&mut lists[PERSON_ENDS], end);
        }
        let dictionaries = dictionaries(persons);
        for (dictionary, lists) in dictionaries.into_iter().zip(lists[FIRST_DICTIONARY..].chunks_mut(DICTIONARY_LISTS))
        {
            let mut words: Vec<(String, Vec<usize>)> = dictionary.into_iter().collect();
            words.sort_unstable();
            for (word, numbers) in words {
                lists[0].extend_from_slice(word.as_bytes());
                let end = lists[0].len();
                push(&mut lists[1], end);
                numbers.into_iter().for_each(|number| push(&mut lists[2], number));
                let end = lists[2].len() / NUMBER;
                push(&mut lists[3], end);
            }
        }
        let mut bytes = Vec::new();
        let mut end = LISTS * NUMBER;
        for list in &lists {
            end += list.len();
            push(&mut bytes, end);
        }
        lists.iter().for_each(|list| bytes.extend_from_slice(list));
        Self::read(bytes).expect("lists that were just written")
    }

    /// Returns the table that was written as bytes; none where its lists do not fit.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut start = LISTS * NUMBER;
        let mut lists = [const { 0..0 }; LISTS];
        for (at, list) in lists.iter_mut().enumerate() {
            let end = number(&bytes, at)?;
            bytes.get(start..end)?;
            *list = start..end;
            start = end;
        }
        (start == bytes.len()).then_some(Self { bytes, lists })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns how many persons there are.
    pub fn len(&self) -> usize {
        self.list(PERSON_ENDS).len() / NUMBER
    }

    pub fn person(&self, number: usize) -> Option<Person> {
        Some(postcard::from_bytes::<Row<'_>>(self.row(number)?).ok()?.person())
    }

    /// Returns the name of a person, without reading the rest.
    pub fn name(&self, number: usize) -> Option<&str> {
        postcard::take_from_bytes(self.row(number)?).ok().map(|(name, _)| name)
    }

    /// Returns the persons who have a word, in order.
    pub fn having(&self, key: Key, word: &str) -> Vec<usize> {
        let first = FIRST_DICTIONARY + key as usize * DICTIONARY_LISTS;
        let [words, word_ends, numbers, number_ends] = [0, 1, 2, 3].map(|list| self.list(first + list));
        let count = word_ends.len() / NUMBER;
        let word_at = |at| part(words, word_ends, at, 1).unwrap_or_default();
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if word_at(middle) < word.as_bytes() { low = middle + 1 } else { high = middle }
        }
        if low == count || word_at(low) != word.as_bytes() {
            return Vec::new();
        }
        let numbers = part(numbers, number_ends, low, NUMBER).unwrap_or_default();
        (0..numbers.len() / NUMBER).filter_map(|at| number(numbers, at)).collect()
    }

    fn row(&self, number: usize) -> Option<&[u8]> {
        part(self.list(PERSONS), self.list(PERSON_ENDS), number, 1)
    }

    fn list(&self, number: usize) -> &[u8] {
        &self.bytes[self.lists[number].clone()]
    }
}

/// Bytes of a number: enough for lists of a terabyte.
const NUMBER: usize = 5;

fn push(list: &mut Vec<u8>, number: usize) {
    list.extend_from_slice(&(number as u64).to_le_bytes()[..NUMBER]);
}

fn number(list: &[u8], at: usize) -> Option<usize> {
    let start = at.checked_mul(NUMBER)?;
    let mut number = [0; size_of::<u64>()];
    number[..NUMBER].copy_from_slice(list.get(start..start + NUMBER)?);
    usize::try_from(u64::from_le_bytes(number)).ok()
}

/// Returns the part of a list with a number, where `ends` tells in which piece of so many bytes each ends.
fn part<'l>(list: &'l [u8], ends: &[u8], at: usize, piece: usize) -> Option<&'l [u8]> {
    let start = if at == 0 { 0 } else { number(ends, at - 1)? };
    list.get(start.checked_mul(piece)?..number(ends, at)?.checked_mul(piece)?)
}

type Dictionary = HashMap<String, Vec<usize>, RandomState>;

/// Returns the persons of each word, by each key.
fn dictionaries(persons: &[Person]) -> [Dictionary; KEYS] {
    let mut dictionaries: [Dictionary; KEYS] = Default::default();
    // Thousands are called the same; to take a role apart costs more than to remember it.
    let mut roles: HashMap<&str, Role, RandomState> = HashMap::default();
    for (number, person) in persons.iter().enumerate() {
        let mut add = |key: Key, word: &str| {
            let dictionary = &mut dictionaries[key as usize];
            match dictionary.get_mut(word) {
                Some(numbers) if numbers.last() == Some(&number) => {}
                Some(numbers) => numbers.push(number),
                None => {
                    dictionary.insert(word.to_owned(), vec![number]);
                }
            }
        };
        for written in person.all_names() {
            let name = Name::parse(written);
            name.words.iter().for_each(|word| add(Key::Word, word));
            name.sounds.iter().for_each(|sound| add(Key::Sound, sound));
        }
        let offices = person.offices.iter().map(|held| held.role.as_str());
        for role in person.roles.iter().map(|used| used.role.as_str()).chain(offices) {
            roles.entry(role).or_insert_with(|| Role::parse(role)).words().for_each(|word| add(Key::RoleWord, word));
        }
    }
    dictionaries
}

/// A person as it is written; its name comes first.
#[derive(Serialize, Deserialize)]
struct Row<'r> {
    name: &'r str,
    kind: SpeakerKind,
    #[serde(borrow)]
    names: Vec<Use<'r>>,
    roles: Vec<Use<'r>>,
    organisations: Vec<Use<'r>>,
    offices: Vec<(&'r str, Day, Day)>,
    id: Option<&'r str>,
    count: u64,
}

/// A name or a role: how often, from which day to which.
type Use<'r> = (&'r str, u64, Day, Day);
/// Counted from the first day of the calendar.
type Day = Option<i32>;

fn day(day: Option<NaiveDate>) -> Day {
    day.map(|day| day.num_days_from_ce())
}

fn date(day: Day) -> Option<NaiveDate> {
    day.and_then(NaiveDate::from_num_days_from_ce_opt)
}

impl<'r> Row<'r> {
    fn of(person: &'r Person) -> Self {
        let named = |used: &'r NameUse| (used.name.as_str(), used.count, day(used.first), day(used.last));
        let called = |used: &'r RoleUse| (used.role.as_str(), used.count, day(used.first), day(used.last));
        Self {
            name: &person.name,
            kind: person.kind,
            names: person.names.iter().map(named).collect(),
            roles: person.roles.iter().map(called).collect(),
            organisations: person.organisations.iter().map(named).collect(),
            offices: person.offices.iter().map(|held| (held.role.as_str(), day(held.from), day(held.to))).collect(),
            id: person.id.as_deref(),
            count: person.count,
        }
    }

    fn person(self) -> Person {
        let named = |(name, count, first, last): Use<'_>| NameUse {
            name: name.to_owned(),
            count,
            first: date(first),
            last: date(last),
        };
        let called = |(role, count, first, last): Use<'_>| RoleUse {
            role: role.to_owned(),
            count,
            first: date(first),
            last: date(last),
        };
        let held =
            |(role, from, to): (&str, Day, Day)| HeldOffice { role: role.to_owned(), from: date(from), to: date(to) };
        Person {
            name: self.name.to_owned(),
            kind: self.kind,
            names: self.names.into_iter().map(named).collect(),
            roles: self.roles.into_iter().map(called).collect(),
            organisations: self.organisations.into_iter().map(named).collect(),
            offices: self.offices.into_iter().map(held).collect(),
            id: self.id.map(str::to_owned),
            count: self.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, role: &str, on: &str) -> Person {
        let day = on.parse().ok();
        let count = 3;
        Person {
            name: name.to_owned(),
            kind: SpeakerKind::Person,
            names: vec![NameUse { name: name.to_owned(), count, first: day, last: day }],
            roles: vec![RoleUse { role: role.to_owned(), count, first: day, last: None }],
            organisations: vec![NameUse { name: "Harbour Board".to_owned(), count: 1, first: None, last: day }],
            offices: vec![HeldOffice { role: "pilot".to_owned(), from: None, to: day }],
            id: Some("Q1".to_owned()),
            count,
        }
    }

    #[test]
    fn persons_are_found_and_read_as_they_were_written() {
        let persons = [
            person("Odile Varga", "harbour master", "2024-02-29"),
            person("Inés Varga", "mayor of Ostrand", ""),
            person("Bo Lind", "Mayor", "1970-01-01"),
        ];
        let table = Table::read(Table::new(&persons).bytes().to_vec()).unwrap();
        assert_eq!(table.len(), persons.len());
        for (number, person) in persons.iter().enumerate() {
            assert_eq!(table.person(number).as_ref(), Some(person));
            assert_eq!(table.name(number), Some(person.name.as_str()));
        }
        assert_eq!(table.person(persons.len()), None);
        for (key, word, expected) in [
            (Key::Word, "varga", &[0, 1][..]),
            (Key::Word, "ines", &[1]),
            (Key::Word, "bo", &[2]),
            (Key::Word, "va", &[]),
            (Key::Word, "zz", &[]),
            (Key::Word, "", &[]),
            (Key::RoleWord, "mayor", &[1, 2]),
            (Key::RoleWord, "pilot", &[0, 1, 2]),
            (Key::RoleWord, "varga", &[]),
        ] {
            assert_eq!(table.having(key, word), expected, "{key:?} {word}");
        }
        assert_eq!(Table::read(Table::new(&[]).bytes().to_vec()).unwrap().having(Key::Sound, "a"), [0; 0]);
    }

    #[test]
    fn bytes_that_are_no_table_are_refused_or_empty() {
        let whole = Table::new(&[person("Odile Varga", "harbour master", "2024-02-29")]).bytes().to_vec();
        for cut in 0..whole.len() {
            assert!(Table::read(whole[..cut].to_vec()).is_none(), "{cut} bytes");
        }
        // What a checksum would have told must not lead out of the lists either.
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            if let Some(table) = Table::read(bytes) {
                let _ = (table.person(0), table.name(0), table.having(Key::Word, "varga"));
            }
        }
    }
}
