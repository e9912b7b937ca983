//! In: a commit. Out: the names in it that a query is likely to want: speakers, places and outlets with their counts.

use crate::index::tantivy::facets::Countable;
use crate::index::words;
use crate::query::Query;
use crate::search::{Archive, SearchError, Target};

/// Names that are kept of each list, the most frequent: completions beyond them would help nobody.
const KEPT: usize = 50_000;
/// Completions offered at once.
const OFFERED: usize = 8;

/// Fields of articles whose values are offered, with what the list is called.
const LISTS: &[(&str, &str)] = &[("outlet", "Outlets"), ("location", "Datelines")];

/// The names of one commit.
pub struct Names {
    pub(super) lists: Vec<NameList>,
}

/// The values of one field, most frequent first.
pub(super) struct NameList {
    pub field: &'static str,
    pub title: &'static str,
    pub values: Vec<(String, u64)>,
    /// For each value its words as they are compared: folded, each after a space.
    folded: Vec<String>,
}

/// One way to go on with a query.
pub(super) struct Offer<'n> {
    pub field: &'static str,
    pub name: &'n str,
    pub count: u64,
    /// The query with the name in it.
    pub query: String,
}

impl Names {
    /// Counts the names of a commit.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn gather(archive: &Archive) -> Result<Self, SearchError> {
        // Wanted soon by whoever counts speakers.
        archive.persons()?;
        let speakers = archive.authority()?.persons().iter().take(KEPT);
        let speakers = speakers.map(|person| (person.name.clone(), person.count)).collect();
        let mut lists = vec![NameList::new("speaker", "Most quoted", speakers)];
        let countables = LISTS.iter().filter_map(|(field, _)| Countable::named(field)).collect::<Vec<_>>();
        let everything = archive.ask(&Query::Everything, Target::Articles)?;
        for (counts, (field, title)) in everything.count_values(&countables, None, KEPT)?.into_iter().zip(LISTS) {
            let mut values = Vec::from_iter(counts.values);
            values.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
            values.truncate(KEPT);
            lists.push(NameList::new(field, title, values));
        }
        Ok(Self { lists })
    }

    /// Returns the names that the last word of `typed` may begin, most frequent first.
    pub(super) fn offers(&self, typed: &str) -> Vec<Offer<'_>> {
        let (before, wanted) = last_operand(typed);
        let (field, start) = match wanted.split_once(':') {
            Some((field, start)) => (Some(field.to_lowercase()), start),
            None => (None, wanted),
        };
        let start = folded(start.trim_start_matches('"'));
        // One letter begins too many names to be a hint.
        if start.trim().chars().count() < if field.is_some() { 1 } else { 2 } {
            return Vec::new();
        }
        let lists = self.lists.iter().filter(|list| field.as_deref().is_none_or(|field| field == list.field));
        let mut offers: Vec<Offer<'_>> = lists
            .flat_map(|list| {
                let begins = list.folded.iter().zip(&list.values).filter(|(folded, _)| folded.contains(&start));
                begins.take(OFFERED).map(|(_, (name, count))| Offer {
                    field: list.field,
                    name,
                    count: *count,
                    query: format!("{before}{}:{} ", list.field, quoted(name)),
                })
            })
            .collect();
        offers.sort_by_key(|offer| std::cmp::Reverse(offer.count));
        offers.truncate(OFFERED);
        offers
    }
}

impl NameList {
    fn new(field: &'static str, title: &'static str, values: Vec<(String, u64)>) -> Self {
        let folded = values.iter().map(|(name, _)| folded(name)).collect();
        Self { field, title, values, folded }
    }
}

/// Returns the words of a name as they are compared, each after a space: a word's start is then a substring.
pub(super) fn folded(name: &str) -> String {
    words::cut(name).iter().filter(|word| word.parts == 1).map(|word| format!(" {}", word.folded)).collect()
}

/// Cuts a query before its last word, or before the field and phrase that are still being typed.
fn last_operand(typed: &str) -> (&str, &str) {
    let is_open = typed.matches('"').count() % 2 == 1;
    let end = if is_open { typed.rfind('"').unwrap_or_default() } else { typed.len() };
    let start = typed[..end]
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
        .map_or(0, |at| at + typed[at..].chars().next().map_or(1, char::len_utf8));
    typed.split_at(start)
}

/// Returns a name as a query holds it.
fn quoted(name: &str) -> String {
    let is_word = name.chars().all(char::is_alphanumeric);
    if is_word { name.to_lowercase() } else { format!("\"{}\"", name.replace('"', " ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_being_typed_is_completed() {
        let list = |field, values: &[(&str, u64)]| {
            NameList::new(field, "", values.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect())
        };
        let names = Names {
            lists: vec![
                list("speaker", &[("Odile Varga", 9), ("Inés Vardan", 4), ("O'Neill", 1)]),
                list("location", &[("Varna", 6)]),
            ],
        };
        let rows: &[(&str, &[&str])] = &[
            ("var", &["speaker:\"Odile Varga\" ", "location:varna ", "speaker:\"Inés Vardan\" "]),
            ("talks speaker:ines", &["talks speaker:\"Inés Vardan\" "]),
            ("(location:V", &["(location:varna "]),
            ("speaker:\"odile v", &["speaker:\"Odile Varga\" "]),
            ("SPEAKER:VARG", &["speaker:\"Odile Varga\" "]),
            ("arga", &[]),
            ("v", &[]),
            ("headline:var", &[]),
            ("", &[]),
            ("\"", &[]),
        ];
        for (typed, expected) in rows {
            let offers: Vec<String> = names.offers(typed).into_iter().map(|offer| offer.query).collect();
            assert_eq!(offers, *expected, "{typed}");
        }
    }
}
