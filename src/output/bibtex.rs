//! BibTeX as BibTeX and biber read it: one `@article` per hit, what TeX would take for a command escaped.

use std::io::{self, Write};

use chrono::Datelike;

use super::citation::Citation;
use super::{Answer, Screen};

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, _screen: &Screen) -> io::Result<()> {
    for hit in answer.hits {
        let hit = hit?;
        write_entry(out, &Citation::new(&hit))?;
    }
    Ok(())
}

fn write_entry(out: &mut dyn Write, citation: &Citation<'_>) -> io::Result<()> {
    let article = citation.article;
    // Names in braces of their own, so that BibTeX does not take "Meridian Wire Staff" apart into given and family name.
    let authors: Vec<String> = article.byline.iter().map(|name| format!("{{{}}}", escaped(name))).collect();
    let day = article.published.map(|published| published.day);
    let fields = [
        ("title", article.headline.as_deref().map(escaped)),
        ("author", (!authors.is_empty()).then(|| authors.join(" and "))),
        ("journal", article.outlet.as_deref().map(escaped)),
        ("date", day.map(|day| day.to_string())),
        ("year", day.map(|day| day.year().to_string())),
        ("month", day.map(|day| day.month().to_string())),
        ("address", citation.places().as_deref().map(escaped)),
        ("langid", article.language.as_deref().map(escaped)),
        ("url", article.url.as_deref().map(verbatim)),
        ("note", citation.note().as_deref().map(escaped)),
        ("annotation", Some(escaped(&citation.reference))),
    ];
    writeln!(out, "@article{{dateline-{},", citation.id)?;
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "  {name} = {{{value}}},")?;
        }
    }
    writeln!(out, "}}\n")
}

/// Returns an address as `\url` reads it, word for word: only what would end the field is left out.
fn verbatim(url: &str) -> String {
    url.chars().filter(|char| !matches!(char, '{' | '}' | '\\') && !char.is_control()).collect()
}

/// Escapes what TeX takes for commands, and keeps a field on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' | '}' | '#' | '$' | '%' | '&' | '_' => {
                escaped.push('\\');
                escaped.push(char);
            }
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            _ if char.is_whitespace() || char.is_control() => escaped.push(' '),
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_field_is_a_command() {
        let rows = [
            ("50 % of A&B_C", "50 \\% of A\\&B\\_C"),
            ("\\input{/etc/passwd}", "\\textbackslash{}input\\{/etc/passwd\\}"),
            ("one\ntwo", "one two"),
            ("Dravny", "Dravny"),
        ];
        for (text, expected) in rows {
            assert_eq!(escaped(text), expected);
        }
    }
}
