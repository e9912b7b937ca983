//! ninjs, the IPTC's news in JSON: one item, or the answer of an agency's service that holds items.

use serde_json::{Map, Value};

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader, html};

pub(crate) const FORMAT: Format =
    Format { name: "ninjs", title: "ninjs", extensions: &["json"], recognise, reader: Reader::Text(read) };

/// Names that only items of ninjs have.
const MARKS: [&str; 9] = [
    "eventDetails",
    "body_xhtml",
    "body_html",
    "body_text",
    "bodies",
    "versioncreated",
    "versionCreated",
    "pubstatus",
    "pubStatus",
];

fn recognise(head: &Head<'_>) -> bool {
    let text = head.text.trim_start();
    let has = |name: &str| text.contains(&format!("\"{name}\""));
    text.starts_with('{') && !is_lines(text) && (has("uri") || has("guid")) && MARKS.iter().any(|mark| has(mark))
}

/// Whether the first line is an object by itself, as in JSON lines, which are read as they stream.
fn is_lines(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.trim_end().ends_with('}')) && text.trim_end().contains("\n{")
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let whole = text.rest()?;
    let root: Map<String, Value> = serde_json::from_str(&whole)
        .map_err(|error| Reason::Malformed { format: "JSON".into(), problem: error.to_string() })?;
    let mut items = Vec::new();
    collect(&root, 0, &mut items);
    if let [only] = items[..] {
        return members.give(article(only)?);
    }
    if items.is_empty() {
        return Err(Reason::NoArticle { what: "an answer without items".into() });
    }
    for item in items {
        let key = text_of(item, &["uri", "guid"]);
        match article(item) {
            Ok(article) => members.give(article)?,
            Err(reason) => members.refuse(1, key, reason)?,
        }
    }
    Ok(())
}

/// Finds the items: the object itself, or those that an answer holds as `data`, `item`, `items`.
fn collect<'v>(object: &'v Map<String, Value>, depth: u32, items: &mut Vec<&'v Map<String, Value>>) {
    if ["uri", "guid"].iter().any(|name| object.get(*name).is_some_and(Value::is_string)) {
        items.push(object);
        return;
    }
    for name in ["data", "item", "items", "_items"] {
        let values = match object.get(name) {
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value) => vec![value],
            None => continue,
        };
        for inner in values.into_iter().filter_map(Value::as_object).filter(|_| depth < 4) {
            collect(inner, depth + 1, items);
        }
    }
}

fn article(item: &Map<String, Value>) -> Result<RawArticle, Reason> {
    let unstated = if item.contains_key("eventDetails") { "event" } else { "text" };
    let kind = item.get("type").and_then(Value::as_str).unwrap_or(unstated);
    let what = match kind {
        "picture" => Some("a picture"),
        "graphic" => Some("a graphic"),
        "video" => Some("a video"),
        "audio" => Some("a recording"),
        "event" => Some("an event"),
        "planning" => Some("a planning item"),
        "component" | "composite" => Some("a package of links to news items"),
        _ => None,
    };
    if let Some(what) = what {
        return Err(Reason::NoArticle { what: what.into() });
    }
    let markup = ["body_xhtml", "body_html", "body_xml"].iter().find_map(|name| text_of(item, &[name]));
    let plain = text_of(item, &["body_text", "description_text"]);
    let body = markup.map(|markup| html::plain_text(&markup)).or_else(|| body_of_list(item, "bodies")).or(plain);
    let body = body.or_else(|| body_of_list(item, "descriptions"));
    let Some(body) = body.filter(|body| !body.trim().is_empty()) else {
        return Err(Reason::NoArticle { what: "a news item without text".into() });
    };
    let names = |field: &str| item.get(field).map(named).unwrap_or_default().into_iter().next();
    let headline = text_of(item, &["headline", "title", "name"]).or_else(|| value_of_list(item.get("headlines")?));
    let byline = text_of(item, &["byline", "by"]).map(|byline| vec![byline]);
    Ok(RawArticle {
        key: text_of(item, &["uri", "guid"]),
        line: 1,
        headline,
        published: text_of(
            item,
            &["firstpublished", "firstPublished", "firstcreated", "firstCreated", "versioncreated", "versionCreated"],
        ),
        published_is_metadata: true,
        dateline: text_of(item, &["dateline"]),
        location: text_of(item, &["located"]).or_else(|| names("place")),
        byline: byline
            .unwrap_or_else(|| item.get("author").or_else(|| item.get("people")).map(named).unwrap_or_default()),
        outlet: text_of(item, &["source", "provider", "copyrightholder", "copyrightHolder"])
            .or_else(|| names("infosource")),
        language: text_of(item, &["language"]),
        body,
        ..RawArticle::default()
    })
}

fn text_of(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let text = object.get(*name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// Returns the value of the main one of a list, as ninjs 2 gives headlines.
fn value_of_list(list: &Value) -> Option<String> {
    let values: Vec<&Map<String, Value>> = list.as_array()?.iter().filter_map(Value::as_object).collect();
    let main = values.iter().find(|value| value.get("role").and_then(Value::as_str) == Some("main"));
    text_of(main.or(values.first())?, &["value"])
}

/// Returns the longest text of a list of texts, each plain or in markup.
fn body_of_list(item: &Map<String, Value>, list: &str) -> Option<String> {
    let bodies = item.get(list)?.as_array()?.iter().filter_map(Value::as_object);
    bodies
        .filter_map(|body| {
            let text = text_of(body, &["value"])?;
            let kind = text_of(body, &["contentType", "contenttype"]).unwrap_or_default();
            Some(if kind.contains("html") || kind.contains("xml") { html::plain_text(&text) } else { text })
        })
        .max_by_key(String::len)
}

/// Returns the names that a list of objects or strings holds.
fn named(value: &Value) -> Vec<String> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(object) => text_of(object, &["name", "literal"]),
        _ => None,
    };
    match value {
        Value::Array(values) => values.iter().filter_map(name).collect(),
        value => name(value).into_iter().collect(),
    }
}
