//! In: roles as they were given, each with what was found under it. Out: the spellings of each role as one.

use std::collections::{BTreeMap, HashMap};

use crate::speaker::Role;

/// Joins the spellings of each role under the one that is used most: "Almena's envoy", "the envoy of Almena".
pub(super) fn joined<T>(
    by_spelling: impl IntoIterator<Item = (String, T)>,
    size: impl Fn(&T) -> usize,
    join: impl Fn(&mut T, T),
) -> BTreeMap<String, T> {
    let mut by_role: HashMap<Role, Vec<(String, T)>> = HashMap::new();
    for (spelling, found) in by_spelling {
        by_role.entry(Role::parse(&spelling)).or_default().push((spelling, found));
    }
    let joined = by_role.into_values().filter_map(|mut spellings| {
        spellings.sort_by(|(a, of_a), (b, of_b)| size(of_b).cmp(&size(of_a)).then_with(|| a.cmp(b)));
        let mut spellings = spellings.into_iter();
        let (name, mut all) = spellings.next()?;
        spellings.for_each(|(_, more)| join(&mut all, more));
        Some((name, all))
    });
    joined.collect()
}
