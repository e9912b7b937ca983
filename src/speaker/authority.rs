//! In: persons with all their names. Out: whom a name means, and who held a role.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::corrections::Corrections;
use super::joining::joined_persons;
use super::name::Name;
use super::officials::Officials;
use super::role::Role;
use crate::statement::SpeakerKind;

/// One use of a name: how often, under which role and between which days it was quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// As the article gives it, without titles.
    pub name: String,
    pub kind: SpeakerKind,
    pub role: Option<String>,
    pub organisation: Option<String>,
    /// First day quoted so; none where all its articles are undated.
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// Statements.
    pub count: u64,
}

/// Who is who in an archive: made from the speaker columns, the officials and the corrections, never stored.
#[derive(Clone, Debug, Default)]
pub struct Authority {
    persons: Vec<Person>,
    by_name: HashMap<String, usize>,
    by_word: HashMap<String, Vec<usize>>,
    by_sound: HashMap<String, Vec<usize>>,
}

/// One speaker under all names; most often a person, else whatever bears the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name to show: the official's or the corrected one, else the fullest of those used most.
    pub name: String,
    pub kind: SpeakerKind,
    /// Every name under which the archive quotes this person, most used first.
    pub names: Vec<NameUse>,
    /// Every role as given, most used first; spellings of one role are one.
    pub roles: Vec<RoleUse>,
    /// Every organisation that the speaker was quoted for, most used first.
    pub organisations: Vec<NameUse>,
    /// What the officials file says.
    pub offices: Vec<HeldOffice>,
    /// What the officials file calls the person.
    pub id: Option<String>,
    /// Statements.
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameUse {
    pub name: String,
    pub count: u64,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleUse {
    pub role: String,
    pub count: u64,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldOffice {
    pub role: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Somebody who held a role, and the days between which a statement is hers in that role; open ends are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder<'a> {
    pub person: &'a Person,
    pub role: &'a str,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Person {
    /// Returns the first day on which the archive quotes the person.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.names.iter().filter_map(|used| used.first).min()
    }

    /// Returns the last day on which the archive quotes the person.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.names.iter().filter_map(|used| used.last).max()
    }
}

impl Authority {
    /// Joins the names of one person; the order of `rows` does not matter.
    pub fn build(rows: impl IntoIterator<Item = Quoted>, officials: &Officials, corrections: &Corrections) -> Self {
        Self::of(joined_persons(rows, officials, corrections))
    }

    fn of(persons: Vec<Person>) -> Self {
        let mut authority = Self { persons, ..Self::default() };
        for (index, person) in authority.persons.iter().enumerate() {
            let offered = person.names.iter().map(|used| used.name.as_str()).chain([person.name.as_str()]);
            for written in offered {
                authority.by_name.entry(written.to_owned()).or_insert(index);
                let name = Name::parse(written);
                for (words, map) in [(&name.words, &mut authority.by_word), (&name.sounds, &mut authority.by_sound)] {
                    for word in words {
                        let persons = map.entry(word.clone()).or_default();
                        if persons.last() != Some(&index) {
                            persons.push(index);
                        }
                    }
                }
            }
        }
        authority
    }

    /// Returns all persons, the most quoted first.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// Returns whom a name means, as written in a statement.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.number(name).map(|number| &self.persons[number])
    }

    /// Returns the place among the persons of the one whom a name means, as written in a statement.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Returns the persons of whom one name holds every word of `asked`, most quoted first.
    ///
    /// Where no name holds the words as typed, their sound decides, so that `suleymany` finds Soleimani.
    pub fn matching(&self, asked: &str) -> Vec<&Person> {
        let asked = Name::parse(asked);
        if asked.is_empty() {
            return Vec::new();
        }
        let by_words = self.holding(&asked.words, &self.by_word, |name| &name.words);
        let found = if by_words.is_empty() {
            self.holding(&asked.sounds, &self.by_sound, |name| &name.sounds)
        } else {
            by_words
        };
        found.into_iter().map(|index| &self.persons[index]).collect()
    }

    fn holding(
        &self,
        words: &[String],
        map: &HashMap<String, Vec<usize>>,
        of: fn(&Name) -> &Vec<String>,
    ) -> Vec<usize> {
        let Some(rarest) =
            words.iter().map(|word| map.get(word).map_or(&[][..], Vec::as_slice)).min_by_key(|p| p.len())
        else {
            return Vec::new();
        };
        let holds = |written: &str| {
            let name = Name::parse(written);
            words.iter().all(|word| of(&name).contains(word))
        };
        let is_meant = |person: &Person| holds(&person.name) || person.names.iter().any(|used| holds(&used.name));
        rarest.iter().copied().filter(|&index| is_meant(&self.persons[index])).collect()
    }

    /// Returns every name under which those meant by `asked` are quoted: what `speaker:` looks for.
    pub fn names_matching(&self, asked: &str) -> BTreeSet<&str> {
        self.matching(asked).into_iter().flat_map(|person| &person.names).map(|used| used.name.as_str()).collect()
    }

    /// Returns who held a role, by the officials file and by the roles under which people were quoted: all of them,
    /// or those of one day.
    pub fn holders(&self, role: &str, day: Option<NaiveDate>) -> Vec<Holder<'_>> {
        let asked = Role::parse(role);
        let mut holders = Vec::new();
        // Thousands are called the same; to take a role apart costs more than to remember it.
        let mut known: HashMap<&str, bool> = HashMap::new();
        for person in &self.persons {
            let offices = person.offices.iter().map(|held| (held.role.as_str(), held.from, held.to));
            let quoted = person.roles.iter().map(|used| (used.role.as_str(), used.first, used.last));
            // A role without days would hold on every day: an article's "minister" is no such claim.
            let quoted = quoted.filter(|(_, first, last)| first.is_some() && last.is_some());
            for (role, from, to) in offices.chain(quoted) {
                let in_time = day.is_none_or(|day| from.is_none_or(|f| f <= day) && to.is_none_or(|t| day <= t));
                if in_time && *known.entry(role).or_insert_with(|| Role::parse(role).is(&asked)) {
                    holders.push(Holder { person, role, from, to });
                }
            }
        }
        holders
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        (!text.is_empty()).then(|| text.parse().unwrap())
    }

    fn quoted(name: &str, role: &str, on: &str, count: u64) -> Quoted {
        let role = (!role.is_empty()).then(|| role.to_owned());
        Quoted {
            name: name.to_owned(),
            kind: SpeakerKind::Person,
            role,
            organisation: None,
            first: day(on),
            last: day(on),
            count,
        }
    }

    fn rows() -> Vec<Quoted> {
        vec![
            quoted("Ahmed Zarani", "Foreign Minister of Norland", "2021-09-01", 5),
            quoted("Ahmed Zarani", "Norland's foreign minister", "2022-03-04", 7),
            quoted("Ahmad Zarany", "the foreign minister of Norland", "2023-01-01", 2),
            quoted("Zarani", "", "2023-01-02", 1),
            quoted("Layla Zarani", "judge", "2023-01-02", 1),
            quoted("John F. Doe", "senator", "2020-01-01", 3),
            quoted("John Q. Doe", "baker", "2020-01-01", 3),
            quoted("John Doe", "", "2020-01-01", 9),
            quoted("Bob Stahl", "mayor", "2020-01-01", 4),
            quoted("Robert Stahl", "footballer", "2020-01-01", 4),
            quoted("Pat Rubin Loe", "", "", 1),
            quoted("Pat Loe", "", "", 1),
        ]
    }

    fn names_of<'a>(authority: &'a Authority, name: &str) -> Vec<&'a str> {
        authority.person(name).unwrap().names.iter().map(|used| used.name.as_str()).collect()
    }

    #[test]
    fn names_are_joined_but_never_on_a_surname() {
        let authority = Authority::build(rows(), &Officials::default(), &Corrections::default());
        let rows = [
            ("Ahmad Zarany", &["Ahmed Zarani", "Ahmad Zarany"][..]),
            ("Zarani", &["Zarani"]),
            ("Layla Zarani", &["Layla Zarani"]),
            ("John Doe", &["John Doe"]),
            ("John F. Doe", &["John F. Doe"]),
            ("Bob Stahl", &["Bob Stahl"]),
            ("Pat Loe", &["Pat Loe", "Pat Rubin Loe"]),
        ];
        for (name, expected) in rows {
            assert_eq!(names_of(&authority, name), expected, "{name}");
        }
        let minister = authority.person("Ahmed Zarani").unwrap();
        assert_eq!(minister.count, 14);
        assert_eq!(minister.roles.len(), 1, "{:?}", minister.roles);
        assert_eq!((minister.roles[0].first, minister.roles[0].last), (day("2021-09-01"), day("2023-01-01")));
    }

    #[test]
    fn speakers_are_found_by_words_then_by_sound() {
        let authority = Authority::build(rows(), &Officials::default(), &Corrections::default());
        let rows = [
            ("zarani", &["Ahmad Zarany", "Ahmed Zarani", "Layla Zarani", "Zarani"][..]),
            ("ahmed zarani", &["Ahmad Zarany", "Ahmed Zarani"]),
            ("Zarany", &["Ahmad Zarany", "Ahmed Zarani"]),
            ("Minister Layla Zarani", &["Layla Zarani"]),
            ("zareni", &[]),
            ("", &[]),
        ];
        for (asked, expected) in rows {
            assert_eq!(authority.names_matching(asked).into_iter().collect::<Vec<_>>(), expected, "{asked}");
        }
        assert!(authority.names_matching("zaraney").contains("Ahmed Zarani"), "found by sound");
    }

    #[test]
    fn officials_add_names_offices_and_days() {
        let file = "name,aliases,role,from,to\n\
            Ahmed Zarani,Zarani|The Fox,foreign minister of Norland,2021-08-25,2024-05-19\n\
            John F. Doe,John Doe,senator,2019,\n\
            Lena Brandt,,foreign minister of Norland,2024-05-20,\n";
        let officials = Officials::parse(Path::new("o.csv"), file.as_bytes()).unwrap();
        let authority = Authority::build(rows(), &officials, &Corrections::default());
        assert_eq!(names_of(&authority, "Zarani"), ["Ahmed Zarani", "Ahmad Zarany", "Zarani"]);
        assert_eq!(names_of(&authority, "John Doe"), ["John Doe", "John F. Doe"]);
        assert_eq!(authority.person("John Doe").unwrap().name, "John F. Doe");

        let holders = |on: &str| -> Vec<&str> {
            let found = authority.holders("Norland's foreign minister", day(on));
            let names: BTreeSet<&str> = found.iter().map(|holder| holder.person.name.as_str()).collect();
            names.into_iter().collect()
        };
        assert_eq!(holders("2021-08-25"), ["Ahmed Zarani"]);
        assert_eq!(holders("2024-05-20"), [""; 0], "nobody of the archive held it");
        assert_eq!(holders("2020-01-01"), [""; 0]);
    }

    #[test]
    fn corrections_join_and_keep_apart() {
        let corrections: Corrections = toml::from_str(
            "[[alias]]\nname = 'Zarani the Elder'\nalso = ['Zarani', 'Layla Zarani']\n\
             [[apart]]\nnames = ['Ahmed Zarani', 'Ahmad Zarany']\n",
        )
        .unwrap();
        let authority = Authority::build(rows(), &Officials::default(), &corrections);
        assert_eq!(authority.person("Zarani").unwrap().name, "Zarani the Elder");
        assert_eq!(names_of(&authority, "Layla Zarani"), ["Layla Zarani", "Zarani"]);
        assert_eq!(names_of(&authority, "Ahmed Zarani"), ["Ahmed Zarani"]);
    }

    #[test]
    fn order_of_rows_does_not_matter() {
        let straight = Authority::build(rows(), &Officials::default(), &Corrections::default());
        let reversed = Authority::build(rows().into_iter().rev(), &Officials::default(), &Corrections::default());
        assert_eq!(straight.persons(), reversed.persons());
    }
}
