//! In: names with roles and days as statements give them. Out: persons, each with every name and role.
//!
//! 1. gather the uses of each name 2. let names that may be one person's meet in blocks 3. join within a block
//! 4. join what officials and corrections say is one 5. make persons, most quoted first

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::corrections::Corrections;
use super::name::{Likeness, Name};
use super::officials::{Office, Officials};
use super::role::Role;
use crate::statement::SpeakerKind;

/// One use of a name: how often, under which role and between which days it was quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// As the article gives it, without titles.
    pub name: String,
    pub kind: SpeakerKind,
    pub role: Option<String>,
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

/// Names in one block beyond which only equal words are joined: such a block is no family of spellings.
const MAX_BLOCK: usize = 64;

/// All uses of one name.
struct Candidate {
    written: String,
    name: Name,
    kind: SpeakerKind,
    count: u64,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    roles: Vec<RoleUse>,
    /// Words of all its roles together, for what speaks against one person.
    known_for: Option<Role>,
}

impl Authority {
    /// Joins the names of one person; the order of `rows` does not matter.
    pub fn build(rows: impl IntoIterator<Item = Quoted>, officials: &Officials, corrections: &Corrections) -> Self {
        let candidates = gather(rows);
        let mut groups = Groups::new(candidates.len());
        let by_folded = join_equal_words(&candidates, &mut groups);
        join_alike(&candidates, corrections, &mut groups);
        let known = join_officials(&candidates, &by_folded, officials, &mut groups);
        let shown = join_corrected(&candidates, &by_folded, corrections, &mut groups);
        Self::of(persons(candidates, &mut groups, officials, &known, &shown))
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
        self.by_name.get(name).map(|&index| &self.persons[index])
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
        for person in &self.persons {
            let offices = person.offices.iter().map(|held| (held.role.as_str(), held.from, held.to));
            let quoted = person.roles.iter().map(|used| (used.role.as_str(), used.first, used.last));
            // A role without days would hold on every day: an article's "minister" is no such claim.
            let quoted = quoted.filter(|(_, first, last)| first.is_some() && last.is_some());
            for (role, from, to) in offices.chain(quoted) {
                let held = Role::parse(role);
                let in_time = day.is_none_or(|day| from.is_none_or(|f| f <= day) && to.is_none_or(|t| day <= t));
                if in_time && held.covers(&asked) && held.is_former == asked.is_former {
                    holders.push(Holder { person, role, from, to });
                }
            }
        }
        holders
    }
}

/// Gathers the rows of each name, in the order of names.
fn gather(rows: impl IntoIterator<Item = Quoted>) -> Vec<Candidate> {
    let mut uses: BTreeMap<String, Candidate> = BTreeMap::new();
    for row in rows {
        let candidate = uses.entry(row.name).or_insert_with_key(|written| Candidate {
            written: written.clone(),
            name: Name::parse(written),
            kind: row.kind,
            count: 0,
            first: None,
            last: None,
            roles: Vec::new(),
            known_for: None,
        });
        candidate.count += row.count;
        candidate.first = earlier(candidate.first, row.first);
        candidate.last = later(candidate.last, row.last);
        // One name, several kinds: a person in any article is enough to be one.
        if row.kind == SpeakerKind::Person {
            candidate.kind = row.kind;
        }
        if let Some(role) = row.role {
            candidate.roles.push(RoleUse { role, count: row.count, first: row.first, last: row.last });
        }
    }
    let mut candidates: Vec<Candidate> = uses.into_values().collect();
    for candidate in &mut candidates {
        candidate.roles = joined_roles(std::mem::take(&mut candidate.roles));
        let all: Vec<&str> = candidate.roles.iter().map(|used| used.role.as_str()).collect();
        candidate.known_for = Some(Role::parse(&all.join(", "))).filter(|role| !role.is_empty());
    }
    candidates
}

fn earlier(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    a.into_iter().chain(b).min()
}

fn later(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    a.into_iter().chain(b).max()
}

/// Joins spellings of one role ("the foreign minister of Norland", "Norland's Foreign Minister"), most used first.
fn joined_roles(uses: Vec<RoleUse>) -> Vec<RoleUse> {
    let mut spellings: BTreeMap<String, RoleUse> = BTreeMap::new();
    for used in uses {
        let spelling = spellings.entry(used.role.clone()).or_insert_with(|| RoleUse {
            role: used.role.clone(),
            count: 0,
            first: None,
            last: None,
        });
        spelling.count += used.count;
        spelling.first = earlier(spelling.first, used.first);
        spelling.last = later(spelling.last, used.last);
    }
    let mut most_used: Vec<RoleUse> = spellings.into_values().collect();
    most_used.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.role.cmp(&b.role)));
    let mut joined: Vec<(Role, RoleUse)> = Vec::new();
    for used in most_used {
        let role = Role::parse(&used.role);
        match joined.iter_mut().find(|(known, _)| *known == role && !role.is_empty()) {
            Some((_, known)) => {
                known.count += used.count;
                known.first = earlier(known.first, used.first);
                known.last = later(known.last, used.last);
            }
            None => joined.push((role, used)),
        }
    }
    let mut roles: Vec<RoleUse> = joined.into_iter().map(|(_, used)| used).collect();
    roles.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.role.cmp(&b.role)));
    roles
}

/// Disjoint sets of candidates.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parent[index] != index {
            self.parent[index] = self.parent[self.parent[index]];
            index = self.parent[index];
        }
        index
    }

    /// Joins two sets; the smaller index becomes the root, so that the result does not depend on the order.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

/// Words and suffix of a name: names that differ in case, accents and titles only are one name.
fn folded(name: &Name) -> String {
    let mut key = name.words.join(" ");
    if let Some(suffix) = &name.suffix {
        key.push(',');
        key.push_str(suffix);
    }
    key
}

fn join_equal_words(candidates: &[Candidate], groups: &mut Groups) -> HashMap<String, usize> {
    let mut first = HashMap::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| !candidate.name.is_empty()) {
        let known = *first.entry(folded(&candidate.name)).or_insert(index);
        groups.join(known, index);
    }
    first
}

/// Joins, within each block, names that may be one person's, unless a name lies between two people: "John Doe" is
/// neither "John F. Doe" nor "John Q. Doe" where both are quoted.
fn join_alike(candidates: &[Candidate], corrections: &Corrections, groups: &mut Groups) {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let is_first_of_its_words = groups.root(index) == index;
        if is_first_of_its_words && candidate.kind == SpeakerKind::Person && candidate.name.is_full() {
            for key in candidate.name.blocks() {
                blocks.entry(key).or_default().push(index);
            }
        }
    }
    for block in blocks.into_values().filter(|block| (2..=MAX_BLOCK).contains(&block.len())) {
        let may_be_one = |a: usize, b: usize| may_be_one(&candidates[a], &candidates[b], corrections);
        let mut pairs = Vec::new();
        for (position, &a) in block.iter().enumerate() {
            let alike: Vec<usize> = block.iter().copied().filter(|&b| b != a && may_be_one(a, b)).collect();
            let lies_between =
                alike.iter().enumerate().any(|(i, &b)| alike[i + 1..].iter().any(|&c| !may_be_one(b, c)));
            if !lies_between {
                pairs.extend(alike.into_iter().filter(|b| block[position + 1..].contains(b)).map(|b| (a, b)));
            }
        }
        for &(a, b) in &pairs {
            groups.join(a, b);
        }
    }
}

fn may_be_one(a: &Candidate, b: &Candidate, corrections: &Corrections) -> bool {
    if corrections.keep_apart(&a.written, &b.written) {
        return false;
    }
    match a.name.likeness(&b.name) {
        Likeness::Same => true,
        Likeness::Different => false,
        // Spellings and short forms need roles that do not contradict: "Bob Roe, a baker" is not Senator Robert Roe.
        Likeness::Alike => match (&a.known_for, &b.known_for) {
            (Some(a), Some(b)) => a.touches(b),
            _ => true,
        },
    }
}

/// Joins what the officials file says is one person; returns the official of each root.
fn join_officials(
    candidates: &[Candidate],
    by_folded: &HashMap<String, usize>,
    officials: &Officials,
    groups: &mut Groups,
) -> Vec<(usize, usize)> {
    let mut claims: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, candidate) in
        candidates.iter().enumerate().filter(|(_, c)| c.name.is_full() && c.kind == SpeakerKind::Person)
    {
        for key in candidate.name.blocks() {
            blocks.entry(key).or_default().push(index);
        }
    }
    let names = |official: usize| {
        let official = &officials.officials[official];
        official.aliases.iter().chain([&official.name]).map(|name| Name::parse(name)).filter(|name| !name.is_empty())
    };
    for official in 0..officials.officials.len() {
        for name in names(official) {
            claims.entry(folded(&name)).or_default().insert(official);
            // A short alias ("John Doe") would claim what the full name excludes ("John Q. Doe").
            let full_name = Name::parse(&officials.officials[official].name);
            if name != full_name && name.likeness(&full_name) != Likeness::Different {
                continue;
            }
            for &index in name.blocks().iter().filter_map(|key| blocks.get(key)).flatten() {
                if candidates[index].name.likeness(&name) != Likeness::Different {
                    claims.entry(folded(&candidates[index].name)).or_default().insert(official);
                }
            }
        }
    }
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (name, claimants) in &claims {
        // Claimed by two officials, a name tells neither.
        let (Some(&official), 1) = (claimants.first(), claimants.len()) else { continue };
        if let Some(&index) = by_folded.get(name) {
            let first = *first_of.entry(official).or_insert(index);
            groups.join(first, index);
        }
    }
    first_of.into_iter().map(|(official, index)| (index, official)).collect()
}

/// Joins what the corrections say is one person; returns the name to show for a candidate of each.
fn join_corrected(
    candidates: &[Candidate],
    by_folded: &HashMap<String, usize>,
    corrections: &Corrections,
    groups: &mut Groups,
) -> Vec<(usize, String)> {
    let written: HashMap<&str, usize> = candidates.iter().enumerate().map(|(i, c)| (c.written.as_str(), i)).collect();
    let find = |name: &str| written.get(name).or_else(|| by_folded.get(&folded(&Name::parse(name)))).copied();
    let mut shown = Vec::new();
    for (name, aliases) in corrections.aliases() {
        let found: Vec<usize> = aliases.iter().map(String::as_str).chain([name]).filter_map(find).collect();
        let Some(&first) = found.first() else { continue };
        for &index in &found[1..] {
            groups.join(first, index);
        }
        shown.push((first, name.to_owned()));
    }
    shown
}

fn persons(
    candidates: Vec<Candidate>,
    groups: &mut Groups,
    officials: &Officials,
    known: &[(usize, usize)],
    shown: &[(usize, String)],
) -> Vec<Person> {
    let mut official_of: HashMap<usize, usize> = HashMap::new();
    for &(index, official) in known {
        official_of.entry(groups.root(index)).or_insert(official);
    }
    let shown: HashMap<usize, &str> = shown.iter().map(|(index, name)| (groups.root(*index), name.as_str())).collect();
    let mut members: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for (index, candidate) in candidates.into_iter().enumerate() {
        members.entry(groups.root(index)).or_default().push(candidate);
    }
    let mut persons: Vec<Person> = members
        .into_iter()
        .map(|(root, members)| {
            let official = official_of.get(&root).map(|&index| &officials.officials[index]);
            let named = shown.get(&root).copied().or(official.map(|official| official.name.as_str()));
            let mut person = joined_person(members, named);
            if let Some(official) = official {
                person.id.clone_from(&official.id);
                person.offices = official.offices.iter().map(HeldOffice::from).collect();
            }
            person
        })
        .collect();
    persons.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    persons
}

fn joined_person(mut members: Vec<Candidate>, named: Option<&str>) -> Person {
    members.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.written.cmp(&b.written)));
    let fullest = members.iter().find(|member| member.name.is_full()).unwrap_or(&members[0]);
    let is_person = members.iter().any(|member| member.kind == SpeakerKind::Person);
    Person {
        name: named.unwrap_or(&fullest.written).to_owned(),
        kind: if is_person { SpeakerKind::Person } else { members[0].kind },
        count: members.iter().map(|member| member.count).sum(),
        roles: joined_roles(members.iter_mut().flat_map(|member| std::mem::take(&mut member.roles)).collect()),
        names: members
            .into_iter()
            .map(|member| NameUse { name: member.written, count: member.count, first: member.first, last: member.last })
            .collect(),
        offices: Vec::new(),
        id: None,
    }
}

impl From<&Office> for HeldOffice {
    fn from(office: &Office) -> Self {
        Self { role: office.role.clone(), from: office.from, to: office.to }
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
        Quoted { name: name.to_owned(), kind: SpeakerKind::Person, role, first: day(on), last: day(on), count }
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
