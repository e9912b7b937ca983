//! In: persons with all their names. Out: whom a name means, and who held a role.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::corrections::Corrections;
use super::joining::joined_persons;
use super::name::{AskedName, Name};
use super::officials::Officials;
use super::role::Role;
use super::table::{Key, Table};
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

/// Who is who in an archive: made from the speaker columns, the officials and the corrections. Whoever keeps its bytes may
/// read it again.
#[derive(Clone, Debug)]
pub struct Authority {
    table: Table,
    /// All of them, where they were asked for.
    persons: OnceLock<Vec<Person>>,
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
pub struct Holder {
    pub person: Person,
    pub held: Vec<HeldOffice>,
}

impl Person {
    /// Returns every name under which the archive quotes the person, and the one to show.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|used| used.name.as_str()).chain([self.name.as_str()])
    }

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
        let persons = joined_persons(rows, officials, corrections);
        Self { table: Table::new(&persons), persons: OnceLock::from(persons) }
    }

    /// Returns the persons alone, the most quoted first.
    pub fn persons_of(
        rows: impl IntoIterator<Item = Quoted>,
        officials: &Officials,
        corrections: &Corrections,
    ) -> Vec<Person> {
        joined_persons(rows, officials, corrections)
    }

    /// Reads what [`Authority::bytes`] gave; none where it is something else.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        Some(Self { table: Table::read(bytes)?, persons: OnceLock::new() })
    }

    /// Returns it as bytes.
    pub fn bytes(&self) -> &[u8] {
        self.table.bytes()
    }

    /// Returns all persons, the most quoted first.
    pub fn persons(&self) -> &[Person] {
        self.persons.get_or_init(|| (0..self.count()).filter_map(|number| self.table.person(number)).collect())
    }

    /// Returns how many persons there are.
    pub fn count(&self) -> usize {
        self.table.len()
    }

    /// Returns the name of the person with a place among all.
    pub fn name(&self, number: usize) -> Option<&str> {
        self.table.name(number)
    }

    /// Returns for each name, as written in a statement, the place among the persons of the one whom it means.
    pub fn numbers(&self) -> HashMap<&str, usize> {
        let mut numbers = HashMap::new();
        for (number, person) in self.persons().iter().enumerate() {
            for name in person.all_names() {
                numbers.entry(name).or_insert(number);
            }
        }
        numbers
    }

    /// Returns the persons of whom one name holds every word of `asked`, most quoted first.
    ///
    /// Where no name holds the words as typed, their sound decides, so that `suleymany` finds Soleimani. The Arabic
    /// article may be left out: `al-haddad` finds Haddad, too.
    pub fn matching(&self, asked: &str) -> Vec<Person> {
        let asked = AskedName::parse(asked);
        let by_words = self.holding(Key::Word, &asked, |name| &name.words);
        if by_words.is_empty() { self.holding(Key::Sound, &asked, |name| &name.sounds) } else { by_words }
    }

    fn holding(&self, key: Key, asked: &AskedName, of: fn(&Name) -> &Vec<String>) -> Vec<Person> {
        let words = of(&asked.name);
        let holds = |written: &str| {
            let name = Name::parse(written);
            words.iter().all(|word| of(&name).contains(word)) && asked.has_particle(written)
        };
        let rarest = self.having_rarest(key, words.iter().map(String::as_str));
        let persons = rarest.into_iter().filter_map(|number| self.table.person(number));
        persons.filter(|person| person.all_names().any(holds)).collect()
    }

    /// Returns the persons who have the one of some words that fewest have; nobody where there is no word.
    fn having_rarest<'w>(&self, key: Key, words: impl Iterator<Item = &'w str>) -> Vec<usize> {
        words.map(|word| self.table.having(key, word)).min_by_key(Vec::len).unwrap_or_default()
    }

    /// Returns whether somebody is quoted under just this name, whatever its case, accents and titles.
    pub fn is_quoted(&self, name: &str) -> bool {
        let asked = Name::parse(name);
        let rarest = self.having_rarest(Key::Word, asked.words.iter().map(String::as_str));
        let persons = rarest.into_iter().filter_map(|number| self.table.person(number));
        persons.flat_map(|person| person.names).any(|used| used.name == name || Name::parse(&used.name) == asked)
    }

    /// Returns every name under which those meant by `asked` are quoted: what `speaker:` looks for.
    pub fn names_matching(&self, asked: &str) -> BTreeSet<String> {
        self.matching(asked).into_iter().flat_map(|person| person.names).map(|used| used.name).collect()
    }

    /// Returns who held a role, by the officials file and by the roles under which people were quoted: all of them,
    /// or those of one day.
    pub fn holders(&self, role: &str, day: Option<NaiveDate>) -> Vec<Holder> {
        let asked = Role::parse(role);
        let mut holders = Vec::new();
        // Thousands are called the same; to take a role apart costs more than to remember it.
        let mut known: HashMap<String, bool> = HashMap::new();
        for number in self.having_rarest(Key::RoleWord, asked.words()) {
            let Some(person) = self.table.person(number) else { continue };
            let quoted =
                person.roles.iter().map(|used| HeldOffice { role: used.role.clone(), from: used.first, to: used.last });
            // A role without days would hold on every day: an article's "minister" is no such claim.
            let quoted = quoted.filter(|held| held.from.is_some() && held.to.is_some());
            let mut held: Vec<HeldOffice> = person.offices.iter().cloned().chain(quoted).collect();
            held.retain(|HeldOffice { role, from, to }| {
                let in_time = day.is_none_or(|day| from.is_none_or(|f| f <= day) && to.is_none_or(|t| day <= t));
                in_time
                    && match known.get(role) {
                        Some(is_asked) => *is_asked,
                        None => *known.entry(role.clone()).or_insert(Role::parse(role).is(&asked)),
                    }
            });
            if !held.is_empty() {
                holders.push(Holder { person, held });
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

    fn person<'a>(authority: &'a Authority, name: &str) -> &'a Person {
        &authority.persons()[authority.numbers()[name]]
    }

    fn names_of<'a>(authority: &'a Authority, name: &str) -> Vec<&'a str> {
        person(authority, name).names.iter().map(|used| used.name.as_str()).collect()
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
        let minister = person(&authority, "Ahmed Zarani");
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
    fn who_is_quoted_is_quoted_under_a_whole_name() {
        let authority = Authority::build(rows(), &Officials::default(), &Corrections::default());
        for (name, expected) in [
            ("Layla Zarani", true),
            ("Judge LAYLA ZARANI", true),
            ("Zarani", true),
            ("Layla", false),
            ("Stahl", false),
            ("John F. Doe", true),
            ("John X. Doe", false),
            ("", false),
        ] {
            assert_eq!(authority.is_quoted(name), expected, "{name}");
        }
    }

    #[test]
    fn what_leads_a_surname_may_be_written_in_another_way() {
        let names = [
            "Omar al-Haddad",
            "al-Haddad",
            "Haddad",
            "Layla Haddad",
            "Al Gorin",
            "Tessa Gorin",
            "Samir bin Salem",
            "Omar Salem",
            "Ben Affel",
            "Rita Affel",
        ];
        let rows = names.map(|name| quoted(name, "", "2023-01-01", 1));
        let authority = Authority::build(rows, &Officials::default(), &Corrections::default());
        let rows = [
            ("al-Haddad", &["Haddad", "Layla Haddad", "Omar al-Haddad", "al-Haddad"][..]),
            ("el-haddad", &["Haddad", "Layla Haddad", "Omar al-Haddad", "al-Haddad"]),
            ("Minister Al-Haddad", &["Haddad", "Layla Haddad", "Omar al-Haddad", "al-Haddad"]),
            ("haddad", &["Haddad", "Layla Haddad", "Omar al-Haddad", "al-Haddad"]),
            ("Omar Al Haddad", &["Omar al-Haddad"]),
            // Without a hyphen it may be a given name.
            ("El Haddad", &["Omar al-Haddad", "al-Haddad"]),
            ("Al Gorin", &["Al Gorin"]),
            ("al-Gorin", &["Al Gorin", "Tessa Gorin"]),
            ("bin Salem", &["Samir bin Salem"]),
            ("Ben Affel", &["Ben Affel"]),
            ("al", &["Al Gorin", "al-Haddad"]),
        ];
        for (asked, expected) in rows {
            assert_eq!(authority.names_matching(asked).into_iter().collect::<Vec<_>>(), expected, "{asked}");
        }
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
        assert_eq!(person(&authority, "John Doe").name, "John F. Doe");

        let holders = |on: &str| -> Vec<String> {
            let found = authority.holders("Norland's foreign minister", day(on));
            found.into_iter().map(|holder| holder.person.name).collect()
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
        assert_eq!(person(&authority, "Zarani").name, "Zarani the Elder");
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
