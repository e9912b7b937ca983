//! RIS, which reference managers import: one `NEWS` record per hit, lines ended by CR LF.

use std::io::{self, Write};

use super::citation::Citation;
use super::{Answer, Screen};

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    for hit in answer.hits {
        let hit = hit?;
        write_record(out, &Citation::new(&hit))?;
    }
    Ok(())
}

fn write_record(out: &mut dyn Write, citation: &Citation<'_>) -> io::Result<()> {
    let article = citation.article;
    let day = article.published.map(|published| published.day);
    write_tag(out, "TY", "NEWS")?;
    write_tag(out, "ID", &citation.id)?;
    let authors = article.byline.iter().map(|name| ("AU", Some(name.clone())));
    let rest = [
        ("TI", article.headline.clone()),
        ("T2", article.outlet.clone()),
        ("PY", day.map(|day| day.format("%Y").to_string())),
        ("DA", day.map(|day| day.format("%Y/%m/%d/").to_string())),
        ("CY", citation.places()),
        ("LA", article.language.clone()),
        ("UR", article.url.clone()),
        ("AB", citation.note()),
        ("N1", Some(citation.reference.clone())),
    ];
    for (tag, value) in authors.chain(rest) {
        if let Some(value) = value {
            write_tag(out, tag, &value)?;
        }
    }
    write!(out, "ER  - \r\n\r\n")
}

/// A value is one line: a line break inside it would begin another tag.
fn write_tag(out: &mut dyn Write, tag: &str, value: &str) -> io::Result<()> {
    let value: String =
        value.chars().map(|char| if char.is_control() || char.is_whitespace() { ' ' } else { char }).collect();
    write!(out, "{tag}  - {value}\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_begin_a_tag() {
        let mut out = Vec::new();
        write_tag(&mut out, "TI", "One\r\nER  - \nTwo").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "TI  - One  ER  -  Two\r\n");
    }
}
