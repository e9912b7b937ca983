//! In: the text of a value and its field. Out: the value, with its canonical spelling.

mod date;
mod number;

pub(super) use date::end as end_of_days;

use chrono::NaiveDate;
use globset::GlobBuilder;

use super::error::{Mistake, meant};
use super::operators;
use super::syntax::{Node, Value, What};
use super::token::{Found, is_quotation_mark};
use super::tree::{Bounds, Pattern};
use super::typed::Origin;
use crate::index::fields::{Field, Kind};

/// Fields whose values are among few, and those values.
const CHOICES: &[(&str, &[&str])] = &[
    ("kind", &["direct", "mixed", "indirect"]),
    ("speaker_kind", &["person", "organisation", "document", "group", "unnamed"]),
];

/// Fields whose values are kept in small letters.
const IN_SMALL_LETTERS: &[&str] = &["kind", "speaker_kind", "language"];

/// Reads a value of a field that holds whole values.
///
/// # Errors
/// If the field never has such a value.
pub(super) fn read(field: &'static Field, typed: &str, origin: &Origin, today: NaiveDate) -> Found<Node> {
    let at = origin.place(0..typed.len());
    let located = |mistake: Mistake| (mistake, at.clone());
    if typed == "*" {
        return Ok(What::Star.at(at));
    }
    let plain = unquoted(typed);
    if plain.trim().is_empty() {
        return Err(located(Mistake::NoWord));
    }
    let value = match field.kind {
        Kind::Date | Kind::Instant if plain.eq_ignore_ascii_case("none") => Value::Missing,
        Kind::Date => Value::Bounds(date::days(&plain, today).map_err(located)?),
        Kind::Instant => Value::Bounds(date::instants(date::days(&plain, today).map_err(located)?)),
        Kind::Whole => Value::Bounds(number::whole(&plain).map_err(located)?),
        Kind::Fraction => Value::Bounds(number::fraction(&plain).map_err(located)?),
        Kind::Path => Value::Pattern(glob(&plain).map_err(located)?),
        _ => Value::Pattern(exact(field, typed, plain).map_err(located)?),
    };
    Ok(What::Value { field, text: printed(&value, typed), value }.at(at))
}

/// Returns a value without its quotation marks.
pub(super) fn unquoted(typed: &str) -> String {
    typed.chars().filter(|&char| !is_quotation_mark(char)).collect()
}

fn glob(value: &str) -> Result<Pattern, Mistake> {
    let built = GlobBuilder::new(value).literal_separator(true).build();
    match built {
        Ok(_) => Ok(Pattern::Glob(value.into())),
        Err(error) => Err(Mistake::InvalidGlob { value: value.into(), message: error.kind().to_string() }),
    }
}

fn exact(field: &'static Field, typed: &str, plain: String) -> Result<Pattern, Mistake> {
    let value = if IN_SMALL_LETTERS.contains(&field.name) { plain.to_lowercase() } else { plain };
    let is_quoted = typed.contains(is_quotation_mark);
    if let Some(pattern) = value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
        && !is_quoted
        && !pattern.is_empty()
    {
        operators::check_regex(pattern)?;
        return Ok(Pattern::Regex(pattern.into()));
    }
    if value.contains(['*', '?']) && !is_quoted {
        return Ok(Pattern::Wildcard(value));
    }
    if let Some((_, choices)) = CHOICES.iter().find(|(name, _)| *name == field.name)
        && !choices.contains(&value.as_str())
    {
        let meant = meant(&value, choices.iter().copied());
        return Err(Mistake::InvalidValue { field: field.name, value, choices, meant });
    }
    Ok(Pattern::Exact(value))
}

/// Returns a value's canonical spelling.
pub(super) fn printed(value: &Value, typed: &str) -> String {
    match value {
        Value::Missing => "none".into(),
        Value::Bounds(Bounds::Days(from, to)) => date::printed(*from, *to),
        Value::Bounds(Bounds::Instants(from, to)) => {
            date::printed(from.map(|from| from.date_naive()), to.map(|to| to.date_naive()))
        }
        Value::Bounds(Bounds::Whole(from, to)) => number::printed_range(*from, *to),
        Value::Bounds(Bounds::Fraction { from, to }) => number::printed_fraction(*from, *to),
        Value::Pattern(Pattern::Exact(value)) => quoted(value),
        Value::Pattern(Pattern::Glob(value)) => match typed.contains(is_quotation_mark) {
            true => quoted(value),
            false => typed.into(),
        },
        Value::Pattern(_) => typed.into(),
    }
}

/// Returns a value between quotation marks if it would be read otherwise without.
fn quoted(value: &str) -> String {
    let is_plain = value.chars().all(|char| char.is_alphanumeric() || "-_./:@#%=&+,;~".contains(char));
    let is_regex = value.starts_with('/');
    if is_plain && !is_regex { value.into() } else { format!("\"{value}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::fields::{FIELDS, asked_by};
    use crate::statement::{SpeakerKind, StatementKind};

    #[test]
    fn fields_of_few_values_are_fields() {
        for name in CHOICES.iter().map(|(name, _)| name).chain(IN_SMALL_LETTERS) {
            assert!(asked_by(name).is_some_and(|field| field.kind == Kind::Exact), "{name}");
        }
        // Adding a kind breaks these, and `CHOICES` is the place to name it.
        for kind in [StatementKind::Direct, StatementKind::Mixed, StatementKind::Indirect] {
            assert!(CHOICES[0].1.contains(&format!("{kind:?}").to_lowercase().as_str()));
        }
        for kind in [
            SpeakerKind::Person,
            SpeakerKind::Organisation,
            SpeakerKind::Document,
            SpeakerKind::Group,
            SpeakerKind::Unnamed,
        ] {
            assert!(CHOICES[1].1.contains(&format!("{kind:?}").to_lowercase().as_str()));
        }
    }

    #[test]
    fn values_are_read_as_their_field_has_them() {
        let today = NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
        for (field, typed, expected) in [
            ("kind", "Direct", "Ok(Pattern(Exact(\"direct\")))"),
            ("kind", "dir*", "Ok(Pattern(Wildcard(\"dir*\")))"),
            ("kind", "/(in)?direct/", "Ok(Pattern(Regex(\"(in)?direct\")))"),
            ("language", "FA", "Ok(Pattern(Exact(\"fa\")))"),
            ("url", "https://a.example/B", "Ok(Pattern(Exact(\"https://a.example/B\")))"),
            ("url", "\"https://a.example/?b\"", "Ok(Pattern(Exact(\"https://a.example/?b\")))"),
            ("path", "2025/**/*.txt", "Ok(Pattern(Glob(\"2025/**/*.txt\")))"),
            ("path", "\"a b/*\"", "Ok(Pattern(Glob(\"a b/*\")))"),
            ("words", ">500", "Ok(Bounds(Whole(Some(501), None)))"),
            ("date", "none", "Ok(Missing)"),
            ("kind", "drect", "Err(\"`kind:` is never `drect`\")"),
            ("path", "a[", "Err(\"`a[` is not a pattern of paths: unclosed character class; missing ']'\")"),
            ("url", "/(/", "Err(\"this regular expression cannot be read: unclosed group\")"),
            ("key", "\"\"", "Err(\"no word to look for\")"),
        ] {
            let field = FIELDS.iter().find(|row| row.name == field).unwrap();
            let read = read(field, typed, &Origin::From(0), today);
            let shown = read.map(|node: Node| match node.what {
                What::Value { value, .. } => value,
                other => panic!("{other:?}"),
            });
            assert_eq!(format!("{:?}", shown.map_err(|(mistake, _)| mistake.to_string())), expected);
        }
    }
}
