//! Bearers by the ends of their names and by acronym: an article may name thousands.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::bare_name::BareName;
use super::people::BearerId;
use crate::speaker::write_sound;

/// Bearers of one surname that are told apart; a list of names may hold more, and is no story.
pub(super) const MAX_NAMESAKES: usize = 64;

/// Bearers by words of their names, in chains through one list.
#[derive(Debug)]
pub(super) struct Namesakes {
    /// By the lowest bits of a key: one more than the place of the chain's last link, and 0 where there is none.
    heads: Vec<u32>,
    links: Vec<Link>,
    hasher: RandomState,
    /// The sound or the acronym of one name, used again for the next.
    spelled: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    key: u64,
    bearer: BearerId,
    /// The head before it.
    before: u32,
}

/// What a name is looked for by: hashes, so that whoever is found is told apart by all of the name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    /// Of the sounds of its first and its last word.
    ends: [u64; 2],
    /// Of the acronym that it may be, where it has one word.
    as_acronym: Option<u64>,
}

/// Tells the keys of acronyms from those of sounds.
const ACRONYM: u64 = 0x9e37_79b9_7f4a_7c15;

impl Namesakes {
    /// Makes room for the bearers of so many names.
    pub fn with_capacity(names: usize) -> Self {
        let heads = (2 * names).next_power_of_two();
        Self { heads: vec![0; heads], links: Vec::new(), hasher: RandomState::default(), spelled: Vec::new() }
    }

    /// Returns what a name is looked for by; none where nothing is left of it.
    pub fn keys(&mut self, name: &BareName<'_>) -> Option<Keys> {
        let (first, last) = (name.words.first()?, name.words.last()?);
        let mut key_of_sound = |word: &str| {
            write_sound(word, &mut self.spelled);
            self.hasher.hash_one(self.spelled.as_slice())
        };
        let first_key = key_of_sound(first);
        let is_single = name.words.len() == 1;
        let last_key = if is_single { first_key } else { key_of_sound(last) };
        let as_acronym = is_single.then(|| self.hasher.hash_one(first.as_bytes()) ^ ACRONYM);
        Some(Keys { ends: [first_key, last_key], as_acronym })
    }

    /// Enters a bearer under the ends of its name.
    pub fn enter(&mut self, keys: Keys, bearer: BearerId) {
        for key in keys.ends {
            self.enter_under(key, bearer);
        }
    }

    /// Enters a bearer under the acronym of its name.
    pub fn enter_acronym(&mut self, name: &BareName<'_>, bearer: BearerId) {
        self.spelled.clear();
        for letter in name.acronym() {
            self.spelled.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let key = self.hasher.hash_one(self.spelled.as_slice()) ^ ACRONYM;
        self.enter_under(key, bearer);
    }

    fn enter_under(&mut self, key: u64, bearer: BearerId) {
        // Counted only as far as it matters.
        let is_full = || self.of(key).nth(MAX_NAMESAKES - 1).is_some();
        let is_entered = self.of(key).any(|known| known == bearer);
        if !is_entered && !is_full() {
            let head = self.head_of(key);
            self.links.push(Link { key, bearer, before: self.heads[head] });
            self.heads[head] = self.links.len() as u32;
        }
    }

    /// Puts in the place of `found` the bearers whose name begins or ends like this one or has it for its acronym, the
    /// first named first.
    pub fn find(&self, keys: Keys, found: &mut Vec<BearerId>) {
        found.clear();
        let Keys { ends: [first, last], as_acronym } = keys;
        let last = (last != first).then_some(last);
        for key in [Some(first), last, as_acronym].into_iter().flatten() {
            found.extend(self.of(key));
        }
        if found.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
    }

    /// Returns the bearers of a key, the last one first.
    fn of(&self, key: u64) -> impl Iterator<Item = BearerId> {
        let mut head = self.heads[self.head_of(key)];
        let links = std::iter::from_fn(move || {
            let link = self.links.get((head as usize).checked_sub(1)?)?;
            head = link.before;
            Some(link)
        });
        links.filter(move |link| link.key == key).map(|link| link.bearer)
    }

    fn head_of(&self, key: u64) -> usize {
        key as usize & (self.heads.len() - 1)
    }
}
