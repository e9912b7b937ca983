//! JSON: an article a line, a list of articles, or one article.
//!
//! Fields are known by the names that the settings give them and by their usual ones, whatever their case and with or
//! without `_` or `-`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::{Line, TextStream};
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format = Format {
    name: "json",
    title: "JSON: lines, a list or one object",
    extensions: &["jsonl", "ndjson", "json"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    head.has_extension(FORMAT.extensions) || {
        let mut characters = head.text.trim_start().chars();
        let opens = characters.next();
        let then = characters.find(|character| !character.is_whitespace());
        matches!((opens, then), (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | ']')))
    }
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    text.fill(super::read::HEAD_BYTES)?;
    let ahead = text.ahead();
    let begins = ahead.trim_start();
    if begins.is_empty() {
        return Err(Reason::Empty);
    }
    if begins.starts_with('[') {
        return read_list(text, members);
    }
    if begins.starts_with('{') && !is_lines(begins) {
        return read_object(text, members);
    }
    read_lines(text, members)
}

/// Whether objects stand on lines of their own: the first line is one, or the second begins one.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let next = lines.find(|line| !line.trim().is_empty());
    match next {
        Some(next) => next.starts_with('{') || first.trim_end().ends_with('}'),
        None => !text.contains('\n') && text.len() >= super::read::HEAD_BYTES,
    }
}

fn read_lines(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut line = String::new();
    loop {
        let number = text.line();
        match text.next_line(&mut line)? {
            Line::End => return Ok(()),
            Line::TooLong => {
                let limit_bytes = text.limit_bytes();
                members.refuse(number, None, Reason::TooLong { what: "the line".into(), limit_bytes })?;
            }
            Line::Whole if line.trim().is_empty() => {}
            Line::Whole => read_record(&line, number, members)?,
        }
    }
}

/// Reads a list element by element: only one is held at a time, and a broken one costs only itself where its end is
/// still to be seen.
fn read_list(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let opening = text.ahead().find('[').map_or(0, |at| at + 1);
    text.consume(opening);
    let mut found_any = false;
    loop {
        let Some(next) = skip_to_element(text)? else {
            return Err(malformed("the list does not end"));
        };
        if next == ']' {
            break;
        }
        found_any = true;
        let number = text.line();
        let mut scan = ElementScan::default();
        loop {
            match scan.advance(text.ahead()) {
                // Passed over, or the list would stay where it is for ever.
                Some(0) => {
                    text.consume(next.len_utf8());
                    members.refuse(number, None, malformed(&format!("`{next}` closes what nothing opens")))?;
                    break;
                }
                Some(length) => {
                    let element = text.ahead()[..length].to_owned();
                    text.consume(length);
                    read_record(&element, number, members)?;
                    break;
                }
                None if scan.seen as u64 > text.limit_bytes() => {
                    let limit_bytes = text.limit_bytes();
                    return Err(Reason::TooLong { what: "the record".into(), limit_bytes });
                }
                None if !text.decode_more()? => {
                    let rest = text.ahead().len();
                    text.consume(rest);
                    return members.refuse(number, None, malformed("the record does not end"));
                }
                None => {}
            }
        }
    }
    if found_any { Ok(()) } else { Err(Reason::NoArticle { what: "an empty list".into() }) }
}

/// Passes over commas and white space; returns the character that begins an element or ends the list.
fn skip_to_element(text: &mut TextStream<'_>) -> Result<Option<char>, Reason> {
    loop {
        let ahead = text.ahead();
        let skipped = ahead.len() - ahead.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
        let next = ahead[skipped..].chars().next();
        text.consume(skipped);
        if next.is_some() || !text.decode_more()? {
            return Ok(next);
        }
    }
}

/// Finds the end of one element of a list without parsing it.
#[derive(Default)]
struct ElementScan {
    seen: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl ElementScan {
    /// Looks on in a text that has grown; returns the element's length once it is known.
    fn advance(&mut self, text: &str) -> Option<usize> {
        for (offset, byte) in text.bytes().enumerate().skip(self.seen) {
            self.seen = offset + 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(offset),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(offset + 1);
                    }
                }
                b',' if self.depth == 0 => return Some(offset),
                _ => {}
            }
        }
        None
    }
}

/// Names under which a single object holds its articles.
const LIST_NAMES: [&str; 9] =
    ["articles", "items", "documents", "docs", "results", "entries", "stories", "data", "news"];

fn read_object(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let line = text.line();
    let whole = text.rest()?;
    let object: Map<String, Value> = serde_json::from_str(&whole).map_err(|error| malformed(&error.to_string()))?;
    let list = LIST_NAMES.iter().find_map(|name| object.get(*name)?.as_array());
    let fields = Fields { object: &object, names: &members.options.names };
    if fields.text(&BODY).is_none()
        && let Some(list) = list
    {
        for element in list {
            match element.as_object() {
                Some(object) => give(object, line, members)?,
                None => members.refuse(line, None, not_an_object(element))?,
            }
        }
        return if list.is_empty() { Err(Reason::NoArticle { what: "an empty list".into() }) } else { Ok(()) };
    }
    give(&object, line, members)
}

fn read_record(json: &str, line: u32, members: &mut Members<'_>) -> Result<(), Reason> {
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => give(&object, line, members),
        Ok(other) => members.refuse(line, None, not_an_object(&other)),
        Err(error) => members.refuse(line, None, malformed(&error.to_string())),
    }
}

fn malformed(problem: &str) -> Reason {
    Reason::Malformed { format: "JSON".into(), problem: problem.to_owned() }
}

fn not_an_object(value: &Value) -> Reason {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    malformed(&format!("an article must be an object, not {kind}"))
}

/// A part of an article, and what objects call it.
struct Part {
    /// As dateline calls it, and the settings' `json_names`.
    ours: &'static str,
    /// As others call it: in small letters, without `_`, `-` and spaces.
    usual: &'static [&'static str],
}

const KEY: Part = Part { ours: "key", usual: &["id", "guid", "uri", "uuid", "articleid", "docid", "key"] };
const HEADLINE: Part = Part { ours: "headline", usual: &["headline", "title", "name"] };
const PUBLISHED: Part = Part {
    ours: "published",
    usual: &[
        "published",
        "date",
        "pubdate",
        "datepublished",
        "publishedat",
        "publicationdate",
        "publisheddate",
        "publishdate",
        "datetime",
        "timestamp",
        "firstcreated",
        "versioncreated",
        "datecreated",
        "createdat",
        "created",
    ],
};
const DATELINE: Part = Part { ours: "dateline", usual: &["dateline"] };
const LOCATION: Part = Part { ours: "location", usual: &["location", "place", "located", "city"] };
const BYLINE: Part = Part { ours: "byline", usual: &["byline", "author", "authors", "creator", "by"] };
const OUTLET: Part =
    Part { ours: "outlet", usual: &["outlet", "publisher", "site", "sitename", "publication", "newspaper", "source"] };
const LANGUAGE: Part = Part { ours: "language", usual: &["language", "lang", "inlanguage"] };
const URL: Part = Part { ours: "url", usual: &["url", "link", "canonicalurl", "permalink", "href"] };
const BODY: Part = Part {
    ours: "body",
    usual: &["body", "text", "content", "articlebody", "fulltext", "bodytext", "maintext", "story"],
};

/// Returns the names that dateline has for the parts of an article, which settings may map to those of a collection.
pub(crate) fn part_names() -> [&'static str; 10] {
    [KEY, HEADLINE, PUBLISHED, DATELINE, LOCATION, BYLINE, OUTLET, LANGUAGE, URL, BODY].map(|part| part.ours)
}

/// Gives the article that an object of the usual names is.
pub(super) fn give(object: &Map<String, Value>, line: u32, members: &mut Members<'_>) -> Result<(), Reason> {
    let fields = Fields { object, names: &members.options.names };
    let key = fields.text(&KEY);
    let headline = fields.text(&HEADLINE);
    let body = fields.text(&BODY);
    if headline.is_none() && body.is_none() {
        return members.refuse(line, key, Reason::NoArticle { what: "an object without headline or body".into() });
    }
    let article = metadata(object, &members.options.names);
    members.give(RawArticle { key, line, body: body.unwrap_or_default(), verbatim: true, ..article })
}

/// Returns what an object of the usual names says of an article, but for its key and text.
pub(super) fn metadata(object: &Map<String, Value>, names: &BTreeMap<String, String>) -> RawArticle {
    let fields = Fields { object, names };
    let published = fields.text(&PUBLISHED);
    RawArticle {
        headline: fields.text(&HEADLINE),
        published_is_metadata: published.is_some(),
        published,
        dateline: fields.text(&DATELINE),
        location: fields.text(&LOCATION),
        byline: fields.list(&BYLINE),
        outlet: fields.text(&OUTLET),
        language: fields.text(&LANGUAGE),
        url: fields.text(&URL),
        ..RawArticle::default()
    }
}

/// Looks up the parts of an article in an object, by the name that the settings give and then by the usual ones.
struct Fields<'o> {
    object: &'o Map<String, Value>,
    names: &'o BTreeMap<String, String>,
}

impl Fields<'_> {
    /// Returns the text under the first of the names that holds any.
    fn text(&self, part: &Part) -> Option<String> {
        self.names_of(part).find_map(|name| text_of(self.value(name)?, 0))
    }

    fn list(&self, part: &Part) -> Vec<String> {
        self.names_of(part)
            .find_map(|name| {
                let texts: Vec<String> = match self.value(name)? {
                    Value::Array(values) => values.iter().filter_map(|value| text_of(value, 1)).collect(),
                    value => text_of(value, 0).into_iter().collect(),
                };
                (!texts.is_empty()).then_some(texts)
            })
            .unwrap_or_default()
    }

    fn names_of(&self, part: &Part) -> impl Iterator<Item = &str> {
        self.names.get(part.ours).map(String::as_str).into_iter().chain(part.usual.iter().copied())
    }

    /// Returns what a name leads to; one with dots leads into objects: `article.meta.author`.
    fn value(&self, name: &str) -> Option<&Value> {
        value_in(self.object, name)
    }
}

fn value_in<'o>(object: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    let alike = || object.iter().find(|(key, _)| is_alike(key, name)).map(|(_, value)| value);
    object.get(name).or_else(alike).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        value_in(value_in(object, outer)?.as_object()?, inner)
    })
}

/// Whether two names are one but for case, `_`, `-` and spaces.
fn is_alike(one: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase())
    }
    letters(one).eq(letters(other))
}

/// Returns the text of a value: a string, a number, a list of paragraphs, or an object's name or text.
fn text_of(value: &Value, depth: u32) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) if depth < 2 => {
            let texts: Vec<String> = values.iter().filter_map(|value| text_of(value, depth + 1)).collect();
            (!texts.is_empty()).then(|| texts.join("\n\n"))
        }
        Value::Object(object) if depth < 2 => ["name", "text", "value", "content", "$date", "@value"]
            .iter()
            .find_map(|name| text_of(object.get(*name)?, depth + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::{RawArticle, ReadOptions, read_from};

    fn read_named(shown: &str, input: &str, names: &[(&str, &str)]) -> Vec<RawArticle> {
        let names = names.iter().map(|&(ours, theirs)| (ours.to_owned(), theirs.to_owned())).collect();
        let mut articles = Vec::new();
        let options = ReadOptions { names, ..ReadOptions::default() };
        let _ = read_from(input.as_bytes(), shown, &options, &mut |article| {
            articles.extend(article);
            ControlFlow::Continue(())
        });
        articles
    }

    #[test]
    fn settings_name_the_parts_of_an_article() {
        let names = [("headline", "kop"), ("body", "Tekst"), ("byline", "namen")];
        let rows = [
            ("a line", "a.jsonl", r#"{"kop": "Dam holds", "tekst": "It rained.", "namen": ["Ada Roe", "Bo Lund"]}"#),
            (
                "one object",
                "a.json",
                "{\n\"kop\": \"Dam holds\",\n\"TEKST\": \"It rained.\", \"namen\": [\"Ada Roe\", \"Bo Lund\"]}",
            ),
            ("a list", "a.json", r#"[{"kop": "Dam holds", "tekst": "It rained.", "namen": ["Ada Roe", "Bo Lund"]}]"#),
            (
                "rather than the usual",
                "a.jsonl",
                r#"{"title": "Page 4", "text": "Menu", "kop": "Dam holds", "tekst": "It rained.", "namen": ["Ada Roe", "Bo Lund"], "author": "Web"}"#,
            ),
        ];
        for (case, shown, input) in rows {
            let [article] = &read_named(shown, input, &names)[..] else { panic!("{case}: one article") };
            assert_eq!(article.headline.as_deref(), Some("Dam holds"), "{case}");
            assert_eq!(article.body, "It rained.", "{case}");
            assert_eq!(article.byline, ["Ada Roe", "Bo Lund"], "{case}");
        }
    }

    #[test]
    fn broken_lists_end() {
        let rows: [(&str, &[&str]); 4] = [
            (
                "[}",
                &[
                    "a.json:1: is not valid JSON: `}` closes what nothing opens",
                    "a.json: is not valid JSON: the list does not end",
                ],
            ),
            (
                "[{\"title\": \"Dam holds\"}}]",
                &["Dam holds", "a.json:1: is not valid JSON: `}` closes what nothing opens"],
            ),
            // A list as if it were an object.
            (
                "[\"title\": 1}]",
                &[
                    "a.json:1: is not valid JSON: trailing characters at line 1 column 8",
                    "a.json:1: is not valid JSON: `}` closes what nothing opens",
                ],
            ),
            ("[{\"title\": \"Dam holds\"}]", &["Dam holds"]),
        ];
        for (list, expected) in rows {
            let mut found = Vec::new();
            let result = read_from(list.as_bytes(), "a.json", &ReadOptions::default(), &mut |member| {
                found.push(
                    member.map_or_else(|rejected| rejected.to_string(), |article| article.headline.unwrap_or_default()),
                );
                ControlFlow::Continue(())
            });
            found.extend(result.err().map(|rejected| rejected.to_string()));
            assert_eq!(found, expected, "{list}");
        }
    }

    proptest::proptest! {
        /// One that did not end would hang.
        #[test]
        fn any_brackets_end(text in r#"[\[{]?[\[\]{}",:a1\\ \n]{0,40}"#) {
            let options = ReadOptions { format: Some("json".to_owned()), ..ReadOptions::default() };
            let mut members = 0;
            let _ = read_from(text.as_bytes(), "a.json", &options, &mut |_| {
                members += 1;
                ControlFlow::Continue(())
            });
            proptest::prop_assert!(members <= text.len());
        }
    }

    #[test]
    fn names_with_dots_lead_into_objects() {
        let names = [("headline", "fields.kop"), ("body", "fields.text.plain")];
        let rows = [
            (r#"{"fields": {"kop": "Dam holds", "text": {"plain": "It rained."}}}"#, 1),
            (r#"{"fields.kop": "Dam holds"}"#, 1),
            // Nothing is there.
            (r#"{"fields": "kop"}"#, 0),
            (r#"{"kop": "Dam holds"}"#, 0),
        ];
        for (line, expected) in rows {
            let articles = read_named("a.jsonl", line, &names);
            assert_eq!(articles.len(), expected, "{line}");
            assert!(articles.iter().all(|article| article.headline.as_deref() == Some("Dam holds")), "{line}");
        }
    }

    #[test]
    fn names_hold_for_the_columns_of_tables() {
        let names = [("headline", "kop"), ("body", "tekst")];
        let table = "title;kop;tekst\nPage 4;Dam holds;It rained.\nRoads open;;It was dry.\n";
        let articles = read_named("a.csv", table, &names);
        let read: Vec<_> =
            articles.iter().map(|article| (article.headline.as_deref(), article.body.as_str())).collect();
        assert_eq!(read, [(Some("Dam holds"), "It rained."), (Some("Roads open"), "It was dry.")]);
    }

    #[test]
    fn foreign_names_mean_nothing_unless_the_settings_say_so() {
        let line = r#"{"kop": "Dam holds", "tekst": "It rained."}"#;
        assert_eq!(read_named("a.jsonl", line, &[]).len(), 0);
        assert_eq!(read_named("a.jsonl", line, &[("headline", "kopje")]).len(), 0);
        assert_eq!(read_named("a.jsonl", line, &[("headline", "kop")]).len(), 1);
    }
}
