//! The one list of fields: the engine's schema, the query language, its help and `docs/query.md` are made from it.

/// Which documents carry a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Every document of a member or input.
    Every,
    Input,
    Article,
    Statement,
}

/// How a field is indexed, and so how it can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Running text: folded words with positions, ranked.
    Text {
        stored: bool,
    },
    /// Stems of running text: frequencies only, ranked.
    Stems,
    /// Sentence and paragraph starts, capitals and joined compounds of a text, at the text's own positions.
    Marks,
    /// Names of people, places and offices: folded words with positions, and each whole value as a column.
    Name,
    /// One exact value: a term and a column.
    Exact,
    /// A path, asked by glob: a term and a column.
    Path,
    /// A printed calendar day, with the time where one was printed.
    Date,
    /// An instant in milliseconds.
    Instant,
    Whole,
    Signed,
    Fraction,
    /// A hash or id: a term and a column.
    Key,
    /// A hash or id that nobody looks up: a column.
    Hash,
    /// Hashes that are only looked up: terms without a column.
    Keys,
    /// Bands, looked up by the first bits of each, see `bands::Place`.
    Buckets,
    /// One exact value that is only looked up: a term without a column.
    Term,
    /// What only the program reads: stored, not searched.
    Record,
}

/// One row of `FIELDS`.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in the engine's schema and in queries.
    pub name: &'static str,
    pub holder: Holder,
    pub kind: Kind,
    /// What `name:` finds, as an imperative-free phrase; none where queries may not name the field.
    pub help: Option<&'static str>,
    /// Other spellings that queries may use.
    pub aliases: &'static [&'static str],
}

impl Field {
    /// Returns whether a query may name the field.
    pub fn is_queryable(&self) -> bool {
        self.help.is_some()
    }
}

const fn asked(name: &'static str, holder: Holder, kind: Kind, help: &'static str) -> Field {
    Field { name, holder, kind, help: Some(help), aliases: &[] }
}

const fn aliased(
    name: &'static str,
    aliases: &'static [&'static str],
    holder: Holder,
    kind: Kind,
    help: &'static str,
) -> Field {
    Field { name, holder, kind, help: Some(help), aliases }
}

const fn inner(name: &'static str, holder: Holder, kind: Kind) -> Field {
    Field { name, holder, kind, help: None, aliases: &[] }
}

/// Every field of the index. Ranked fields belong to one kind of document each, so that their statistics are that
/// kind's alone.
pub const FIELDS: &[Field] = &[
    // What articles say.
    aliased("headline", &["title"], Holder::Article, Kind::Text { stored: true }, "words of the headline"),
    aliased("body", &["text"], Holder::Article, Kind::Text { stored: true }, "words of the running text"),
    inner("headline_stem", Holder::Article, Kind::Stems),
    inner("body_stem", Holder::Article, Kind::Stems),
    inner("lead_stem", Holder::Article, Kind::Stems),
    inner("headline_marks", Holder::Article, Kind::Marks),
    inner("body_marks", Holder::Article, Kind::Marks),
    // What is known of articles.
    aliased("date", &["published"], Holder::Article, Kind::Date, "day of publication, as printed"),
    aliased("location", &["place", "dateline"], Holder::Article, Kind::Name, "place or country of the dateline"),
    aliased("byline", &["author"], Holder::Article, Kind::Name, "who wrote it"),
    aliased("outlet", &["publisher"], Holder::Article, Kind::Name, "who published it"),
    asked("agency", Holder::Article, Kind::Name, "agency named in the dateline"),
    aliased("language", &["lang"], Holder::Article, Kind::Exact, "language, as two letters"),
    asked("url", Holder::Article, Kind::Exact, "address of the page, whole"),
    asked("key", Holder::Article, Kind::Exact, "id that the input itself gave"),
    asked("words", Holder::Article, Kind::Whole, "number of words in the running text"),
    asked("added", Holder::Article, Kind::Instant, "day it was indexed first"),
    inner("statements", Holder::Article, Kind::Whole),
    // Of all that shaped the article and its statements: an equal one needs no new documents.
    inner("member_hash", Holder::Article, Kind::Hash),
    // What statements say.
    inner("said", Holder::Statement, Kind::Text { stored: false }),
    inner("said_stem", Holder::Statement, Kind::Stems),
    inner("said_marks", Holder::Statement, Kind::Marks),
    inner("context_stem", Holder::Statement, Kind::Stems),
    // What is known of statements.
    asked("speaker", Holder::Statement, Kind::Name, "who said it"),
    inner("speaker_name", Holder::Statement, Kind::Term),
    asked(
        "role",
        Holder::Statement,
        Kind::Name,
        "office of the speaker; deputies, aides and former holders where they are asked for",
    ),
    asked("organisation", Holder::Statement, Kind::Name, "organisation of the speaker"),
    asked("relayed_by", Holder::Statement, Kind::Name, "who passed the words on"),
    asked("medium", Holder::Statement, Kind::Name, "where it was said: a post, a press conference"),
    asked("kind", Holder::Statement, Kind::Exact, "direct, mixed or indirect"),
    asked("speaker_kind", Holder::Statement, Kind::Exact, "person, organisation, document, group or unnamed"),
    asked("said_on", Holder::Statement, Kind::Date, "day it was said"),
    asked("confidence", Holder::Statement, Kind::Fraction, "probability that the name is right, from 0 to 1"),
    // From 1 within the article, and 0 in the article itself: the article stands that many documents before. Inputs have
    // it, too, because a column that all documents have is read in fewer steps.
    inner("ordinal", Holder::Every, Kind::Whole),
    // Of publication, see `schema::day_number`; of statements their article's. As every document has one, which is 0 where
    // there is no day, it is read without looking for its place, and statements need no join to be found by it.
    inner("day", Holder::Every, Kind::Whole),
    // What both carry.
    asked("path", Holder::Article, Kind::Path, "path from the collection's root, as a glob"),
    asked("collection", Holder::Article, Kind::Exact, "name of the collection"),
    // `input`, `article` or `statement`.
    inner("document", Holder::Every, Kind::Exact),
    // An article is looked up by `member`, which is its id, and a statement stands behind its article.
    inner("id", Holder::Every, Kind::Hash),
    // Hash of collection and path: deletes everything an input left.
    inner("input", Holder::Every, Kind::Keys),
    // The same where it is read: in inputs and articles, behind which statements stand.
    inner("input_key", Holder::Every, Kind::Hash),
    // Hash of collection, path and member key: deletes an article and its statements. Of an article it is the id.
    inner("member", Holder::Every, Kind::Keys),
    // The same for copies: made from content alone. They are looked up by their bands.
    inner("copies", Holder::Every, Kind::Hash),
    // Of articles and statements apart, see `keys::said_bands`.
    inner("bands", Holder::Every, Kind::Hash),
    // The same where they are looked up.
    inner("buckets", Holder::Every, Kind::Buckets),
    // Tells articles that share a band by chance from near-copies without reading either, see `keys::Sketch`.
    inner("sketch", Holder::Article, Kind::Hash),
    // Tells statements that share a band from variants, see `word_codes`.
    inner("said_codes", Holder::Statement, Kind::Hash),
    // Ids that an article had before its file was moved.
    inner("former", Holder::Article, Kind::Key),
    inner("record", Holder::Every, Kind::Record),
    // What is known of inputs.
    inner("size", Holder::Input, Kind::Whole),
    inner("modified", Holder::Input, Kind::Signed),
    inner("hash", Holder::Every, Kind::Key),
    inner("extractor", Holder::Input, Kind::Whole),
    inner("settings", Holder::Input, Kind::Hash),
    inner("rejected", Holder::Input, Kind::Exact),
    inner("unfinished", Holder::Input, Kind::Whole),
];

/// Returns the row called `name`.
///
/// # Panics
/// If there is none.
pub fn named(name: &str) -> &'static Field {
    FIELDS.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field is called {name}"))
}

/// Returns the row that a query means by `name`: its name or another spelling of it.
pub fn asked_by(name: &str) -> Option<&'static Field> {
    let name = name.to_ascii_lowercase();
    FIELDS.iter().find(|field| field.is_queryable() && (field.name == name || field.aliases.contains(&name.as_str())))
}

/// Returns every name that a query may use for a field.
pub fn queryable_names() -> impl Iterator<Item = &'static str> {
    FIELDS
        .iter()
        .filter(|field| field.is_queryable())
        .flat_map(|field| std::iter::once(field.name).chain(field.aliases.iter().copied()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_stands_for_two_fields() {
        let mut seen = HashSet::new();
        for field in FIELDS {
            for name in std::iter::once(&field.name).chain(field.aliases) {
                assert!(seen.insert(*name), "{name} stands twice");
            }
        }
    }

    #[test]
    fn other_spellings_lead_to_the_field() {
        assert_eq!(asked_by("author").map(|field| field.name), Some("byline"));
        assert_eq!(asked_by("SPEAKER").map(|field| field.name), Some("speaker"));
        assert!(asked_by("body_stem").is_none());
    }
}
