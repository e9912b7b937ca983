//! CSL-JSON, which citation processors read: one array of `article-newspaper` items.

use std::io::{self, Write};

use chrono::Datelike;
use serde_json::{Map, Value, json};

use super::citation::Citation;
use super::{Answer, Screen};

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, hit) in answer.hits.enumerate() {
        let hit = hit?;
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &item(&Citation::new(&hit)))?;
    }
    out.write_all(b"\n]\n")
}

/// Returns one item; what is unknown is left out, as the CSL schema wants it.
fn item(citation: &Citation<'_>) -> Value {
    let article = citation.article;
    let authors: Vec<Value> = article.byline.iter().map(|name| json!({"literal": name})).collect();
    let issued = article.published.map(|published| {
        let day = published.day;
        json!({"date-parts": [[day.year(), day.month(), day.day()]]})
    });
    let fields = [
        ("title", article.headline.clone().map(Value::from)),
        ("author", (!authors.is_empty()).then(|| authors.into())),
        ("container-title", article.outlet.clone().map(Value::from)),
        ("issued", issued),
        ("publisher-place", citation.places().map(Value::from)),
        ("language", article.language.clone().map(Value::from)),
        ("URL", article.url.clone().map(Value::from)),
        ("abstract", citation.note().map(Value::from)),
        ("note", Some(citation.reference.clone().into())),
    ];
    let mut item = Map::new();
    item.insert("id".into(), citation.id.clone().into());
    item.insert("type".into(), "article-newspaper".into());
    item.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    item.into()
}
