//! In: `>500`, `100..500`, `0.9`. Out: bounds.

use crate::query::error::Mistake;
use crate::query::tree::Bounds;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Over,
    From,
    Under,
    To,
}

/// Takes the comparison at a value's start.
pub(super) fn comparison(value: &str) -> Option<(Comparison, &str)> {
    let signs = [(">=", Comparison::From), ("<=", Comparison::To), (">", Comparison::Over), ("<", Comparison::Under)];
    signs.into_iter().find_map(|(sign, comparison)| Some((comparison, value.strip_prefix(sign)?)))
}

/// Reads a whole number, a comparison with one or a range.
///
/// # Errors
/// If it is neither, or ends before it begins.
pub(super) fn whole(value: &str) -> Result<Bounds, Mistake> {
    let invalid = || Mistake::InvalidNumber { value: value.into(), what: "whole number" };
    let number = |text: &str| -> Result<u64, Mistake> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_number).ok_or_else(invalid)
    };
    if let Some((comparison, rest)) = comparison(value) {
        let number = number(rest)?;
        return match comparison {
            Comparison::From => Ok(Bounds::Whole(Some(number), None)),
            Comparison::To => Ok(Bounds::Whole(None, Some(number))),
            Comparison::Over => number.checked_add(1).map(|from| Bounds::Whole(Some(from), None)).ok_or_else(invalid),
            Comparison::Under => number.checked_sub(1).map(|to| Bounds::Whole(None, Some(to))).ok_or_else(invalid),
        };
    }
    let Some((from, to)) = value.split_once("..") else {
        let number = number(value)?;
        return Ok(Bounds::Whole(Some(number), Some(number)));
    };
    let end = |text: &str| if text.is_empty() { Ok(None) } else { number(text).map(Some) };
    match (end(from)?, end(to)?) {
        (None, None) => Err(invalid()),
        (Some(from), Some(to)) if from > to => Err(Mistake::ReversedRange),
        (from, to) => Ok(Bounds::Whole(from, to)),
    }
}

/// Reads a number from 0 to 1, a comparison with one or a range.
///
/// # Errors
/// If it is neither, or ends before it begins.
pub(super) fn fraction(value: &str) -> Result<Bounds, Mistake> {
    let invalid = || Mistake::InvalidNumber { value: value.into(), what: "number from 0 to 1" };
    let number = |text: &str| -> Result<f64, Mistake> {
        let is_number = text.starts_with(|char: char| char.is_ascii_digit() || char == '.')
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        text.parse().ok().filter(|number| is_number && (0.0..=1.0).contains(number)).ok_or_else(invalid)
    };
    if let Some((comparison, rest)) = comparison(value) {
        let number = number(rest)?;
        return Ok(match comparison {
            Comparison::Over | Comparison::From => {
                Bounds::Fraction { from: Some((number, comparison == Comparison::Over)), to: None }
            }
            Comparison::Under | Comparison::To => {
                Bounds::Fraction { from: None, to: Some((number, comparison == Comparison::Under)) }
            }
        });
    }
    let Some((from, to)) = value.split_once("..") else {
        let number = number(value)?;
        return Ok(Bounds::Fraction { from: Some((number, false)), to: Some((number, false)) });
    };
    let end = |text: &str| if text.is_empty() { Ok(None) } else { number(text).map(Some) };
    match (end(from)?, end(to)?) {
        (None, None) => Err(invalid()),
        (Some(from), Some(to)) if from > to => Err(Mistake::ReversedRange),
        (from, to) => Ok(Bounds::Fraction { from: from.map(|from| (from, false)), to: to.map(|to| (to, false)) }),
    }
}

/// Returns a range as it is typed.
pub(super) fn printed_range(from: Option<u64>, to: Option<u64>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (from, to) => {
            let end = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
            format!("{}..{}", end(from), end(to))
        }
    }
}

/// Returns a range of fractions as it is typed.
pub(super) fn printed_fraction(from: Option<(f64, bool)>, to: Option<(f64, bool)>) -> String {
    match (from, to) {
        (Some((from, is_over)), None) => format!("{}{from}", if is_over { ">" } else { ">=" }),
        (None, Some((to, is_under))) => format!("{}{to}", if is_under { "<" } else { "<=" }),
        (Some((from, _)), Some((to, _))) if from == to => from.to_string(),
        (Some((from, _)), Some((to, _))) => format!("{from}..{to}"),
        (None, None) => "*".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (value, expected) in [
            ("500", Some((Some(500), Some(500)))),
            (">500", Some((Some(501), None))),
            (">=500", Some((Some(500), None))),
            ("<500", Some((None, Some(499)))),
            ("<=500", Some((None, Some(500)))),
            ("100..500", Some((Some(100), Some(500)))),
            ("100..", Some((Some(100), None))),
            ("..500", Some((None, Some(500)))),
            ("500..100", None),
            ("..", None),
            ("<0", None),
            (">18446744073709551615", None),
            ("-5", None),
            ("+5", None),
            ("5.5", None),
            ("many", None),
            ("99999999999999999999", None),
        ] {
            let expected = expected.map(|(from, to)| Bounds::Whole(from, to));
            assert_eq!(whole(value).ok(), expected, "{value}");
            if let Ok(Bounds::Whole(from, to)) = whole(value) {
                assert_eq!(whole(&printed_range(from, to)).ok(), expected, "{value}");
            }
        }
    }

    #[test]
    fn fractions() {
        for (value, expected) in [
            ("0.9", Some((Some((0.9, false)), Some((0.9, false))))),
            (">=0.9", Some((Some((0.9, false)), None))),
            (">.5", Some((Some((0.5, true)), None))),
            ("<1", Some((None, Some((1.0, true))))),
            ("0.5..0.9", Some((Some((0.5, false)), Some((0.9, false))))),
            ("0.9..0.5", None),
            (">=90", None),
            ("nan", None),
            ("1e-1", None),
            ("0.9.1", None),
            ("", None),
        ] {
            let expected = expected.map(|(from, to)| Bounds::Fraction { from, to });
            assert_eq!(fraction(value).ok(), expected, "{value}");
            if let Ok(Bounds::Fraction { from, to }) = fraction(value) {
                assert_eq!(fraction(&printed_fraction(from, to)).ok(), expected, "{value}");
            }
        }
    }
}
