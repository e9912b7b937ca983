//! In: names with roles and days as statements give them. Out: persons, each with every name and role.
//!
//! 1. gather the uses of each name 2. let names that may be one person's meet in blocks 3. join within a block
//! 4. join what officials and corrections say is one 5. make persons, most quoted first

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::authority::{HeldOffice, NameUse, Person, Quoted, RoleUse};
use super::corrections::Corrections;
use super::name::{Likeness, Name, fold_name};
use super::officials::{Office, Officials};
use super::role::Role;
use crate::statement::SpeakerKind;

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
    organisations: Vec<NameUse>,
    /// Words of all its roles together, for what speaks against one person.
    known_for: Option<Role>,
}

/// Returns the persons of an archive, the most quoted first; the order of `rows` does not matter.
pub(super) fn joined_persons(
    rows: impl IntoIterator<Item = Quoted>,
    officials: &Officials,
    corrections: &Corrections,
) -> Vec<Person> {
    let candidates = gather(rows);
    let mut groups = Groups::new(candidates.len());
    let by_folded = join_equal_words(&candidates, &mut groups);
    join_alike(&candidates, corrections, &mut groups);
    let known = join_officials(&candidates, &by_folded, officials, &mut groups);
    let shown = join_corrected(&candidates, &by_folded, corrections, &mut groups);
    persons(candidates, &mut groups, officials, &known, &shown)
}

/// Gathers the rows of each name, in the order of names.
fn gather(rows: impl IntoIterator<Item = Quoted>) -> Vec<Candidate> {
    let mut uses: HashMap<String, Candidate, RandomState> = HashMap::default();
    for row in rows {
        let candidate = uses.entry(row.name).or_insert_with_key(|written| Candidate {
            written: written.clone(),
            name: Name::parse(written),
            kind: row.kind,
            count: 0,
            first: None,
            last: None,
            roles: Vec::new(),
            organisations: Vec::new(),
            known_for: None,
        });
        candidate.count += row.count;
        candidate.first = earlier(candidate.first, row.first);
        candidate.last = later(candidate.last, row.last);
        // One name, several kinds: a person in any article is enough to be one. The order of the kinds decides, as that
        // of the rows is none.
        if (row.kind as u8) < candidate.kind as u8 {
            candidate.kind = row.kind;
        }
        if let Some(name) = row.organisation {
            candidate.organisations.push(NameUse { name, count: row.count, first: row.first, last: row.last });
        }
        if let Some(role) = row.role {
            candidate.roles.push(RoleUse { role, count: row.count, first: row.first, last: row.last });
        }
    }
    let mut candidates: Vec<Candidate> = uses.into_values().collect();
    candidates.sort_unstable_by(|a, b| a.written.cmp(&b.written));
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
    let mut most_used = uses;
    most_used.sort_unstable_by(|a, b| a.role.cmp(&b.role));
    most_used.dedup_by(|more, known| {
        let is_same = known.role == more.role;
        if is_same {
            known.add(more);
        }
        is_same
    });
    most_used.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.role.cmp(&b.role)));
    let mut joined: Vec<RoleUse> = Vec::with_capacity(most_used.len());
    // Somebody who is quoted every day has roles by the hundred.
    let mut known: HashMap<Role, usize> = HashMap::new();
    for used in most_used {
        let role = Role::parse(&used.role);
        let place = if role.is_empty() { joined.len() } else { *known.entry(role).or_insert(joined.len()) };
        match joined.get_mut(place) {
            Some(first) => first.add(&used),
            None => joined.push(used),
        }
    }
    joined.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.role.cmp(&b.role)));
    joined
}

impl RoleUse {
    /// Adds the uses of another spelling.
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.first = earlier(self.first, other.first);
        self.last = later(self.last, other.last);
    }
}

/// Joins the uses of one name that differ in case and accents only, most used first.
fn joined_names(uses: impl Iterator<Item = NameUse>) -> Vec<NameUse> {
    let mut by_folded: BTreeMap<String, NameUse> = BTreeMap::new();
    for used in uses {
        match by_folded.entry(fold_name(&used.name)) {
            Entry::Vacant(vacant) => {
                vacant.insert(used);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.count += used.count;
                known.first = earlier(known.first, used.first);
                known.last = later(known.last, used.last);
                // Whatever the order of the rows, one spelling is shown.
                known.name = used.name.min(std::mem::take(&mut known.name));
            }
        }
    }
    let mut joined: Vec<NameUse> = by_folded.into_values().collect();
    joined.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    joined
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
        organisations: joined_names(members.iter_mut().flat_map(|member| std::mem::take(&mut member.organisations))),
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
