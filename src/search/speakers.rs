//! In: a name, or a query. Out: who is meant and what they speak of, or who speaks in the statements found.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use tantivy::SegmentOrdinal;

use super::{Archive, Request, SearchError, SignificantTerm, Sort, Target, collapse, parse, terms};
use crate::index::tantivy::facets::{Countable, ValueReader};
use crate::index::{fields, words};
use crate::query::{Interval, Pattern, Query};
use crate::speaker::Person;

/// Speakers, the most quoted first.
pub struct Speakers {
    pub persons: Vec<Person>,
    /// Whether they were asked for by name, not by what they say.
    pub are_named: bool,
    /// What each of the first persons speaks of, where they were asked for by name.
    pub topics: Vec<Vec<SignificantTerm>>,
}

/// Persons of whom the topics are told: a name that means more of them asks who is who.
const MOST_WITH_TOPICS: usize = 5;
/// Words that set a speaker apart.
const TOPICS: usize = 12;

/// Returns the speakers of an archive: all, those whom `asked` names, or, where it names nobody, those whose statements
/// it finds as a query.
///
/// # Errors
/// If the query breaks the grammar, or the index, the settings or officials of a collection cannot be read.
pub fn speakers(archive: &Archive, asked: &str, today: NaiveDate) -> Result<Speakers, SearchError> {
    let authority = archive.authority()?;
    let listed = |persons| Speakers { persons, are_named: false, topics: Vec::new() };
    if asked.trim().is_empty() {
        return Ok(listed(authority.persons().to_vec()));
    }
    let named = authority.matching(asked);
    if !named.is_empty() {
        let topics: Result<_, SearchError> =
            named.iter().take(MOST_WITH_TOPICS).map(|person| topics(archive, person)).collect();
        return Ok(Speakers { persons: named, are_named: true, topics: topics? });
    }
    let request = Request { target: Target::Statements, ..Request::new(asked, today) };
    let question = archive.ask(&parse(archive, &request)?.query, Target::Statements)?;
    Ok(listed(question.persons()?))
}

/// Returns the words that set a person's newest statements apart from all statements of the archive.
fn topics(archive: &Archive, person: &Person) -> Result<Vec<SignificantTerm>, SearchError> {
    let field = fields::named("speaker");
    // Every word of each name; whose statement it is the column tells.
    let of_name = |name: &str| {
        let words = words::cut(name).into_iter().filter(|word| word.parts == 1);
        let interval = |folded| Interval::Word { pattern: Pattern::Exact(folded), at: 0..0 };
        Query::And(words.map(|word| Query::Name { field, interval: interval(word.folded) }).collect())
    };
    let names = Query::Or(person.names.iter().map(|used| of_name(&used.name)).collect());
    let reader = ValueReader::open(archive, Countable::Field(field), Target::Statements, Some(archive.persons()?))?;
    let mut own = Vec::new();
    let mut values = Vec::new();
    // Whether a name of a segment, by its number, is the person's.
    let mut known: HashMap<(SegmentOrdinal, u64), bool> = HashMap::new();
    for found in archive.ask(&names, Target::Statements)?.best(Sort::Newest, None)? {
        reader.read(found.address, &mut values);
        for &value in &values {
            let segment = found.address.segment_ord;
            let is_own = match known.entry((segment, value)) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => *new.insert(reader.labels(segment, &[value])?.contains(&person.name)),
            };
            if is_own {
                own.push(found);
            }
        }
        if own.len() >= terms::HITS_READ {
            break;
        }
    }
    // What was printed in ten papers was said once.
    let own = collapse::distinct(archive, Target::Statements, own)?;
    terms::significant(archive, &own, Target::Statements, &HashSet::new(), TOPICS)
}
