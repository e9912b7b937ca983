//! The parameters of an address as a question to the library. Pages, feeds and the API read the same names.

use chrono::NaiveDate;

use super::parameters::Parameters;
use super::problem::Problem;
use crate::index::fields;
use crate::query::End;
use crate::search::{Request, Sort, Target};

/// One parameter of an address.
pub struct Parameter {
    pub name: &'static str,
    pub help: &'static str,
    pub example: &'static str,
    pub is_required: bool,
    pub takes: Takes,
}

/// What values a parameter may have.
#[derive(Clone, Copy)]
pub enum Takes {
    /// Any text; what it must be like is told by the error.
    Text,
    /// Anything; off where it is absent, empty, `0`, `false` or `no`.
    Switch,
    /// A whole number up to this one.
    UpTo(usize),
    /// One of these names.
    OneOf(fn() -> Vec<&'static str>),
    /// The name of a form of output that has a place for what the path gives.
    Form,
}

/// Makes a parameter that takes any text and may be left out.
pub const fn parameter(name: &'static str, help: &'static str, example: &'static str) -> Parameter {
    Parameter { name, help, example, is_required: false, takes: Takes::Text }
}

/// Makes a parameter without which there is no answer.
pub const fn required(name: &'static str, help: &'static str, example: &'static str) -> Parameter {
    Parameter { is_required: true, ..parameter(name, help, example) }
}

impl Parameter {
    /// Makes the same parameter with a bound on its values.
    pub const fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }
}

/// What a question may say besides its filters, which have the names of fields.
pub const PARAMETERS: &[Parameter] = &[
    parameter("q", "the query, in the language of the help page", "treaty NEAR/5 talks"),
    parameter("target", "what is looked for: statements or articles", "statements")
        .taking(Takes::OneOf(|| vec!["statements", "articles"])),
    parameter("any", "whether any word may match, as natural-language questions want it", "1").taking(Takes::Switch),
    parameter("all", "whether copies and near-copies are shown one by one", "1").taking(Takes::Switch),
    parameter("sort", "relevance, newest, oldest, or said: by the day a statement was made", "newest")
        .taking(Takes::OneOf(|| SORTS.iter().map(|(name, _)| *name).collect())),
    parameter("since", "first day of publication", "2025-06-01"),
    parameter("until", "last day of publication", "2025-06-30"),
    parameter("on", "day of publication", "2025-06-12"),
];

const SORTS: &[(&str, Sort)] =
    &[("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest), ("said", Sort::Said)];

/// Returns the name of a parameter's value for an order.
pub fn sort_name(sort: Sort) -> &'static str {
    SORTS.iter().find(|(_, known)| *known == sort).map_or("relevance", |(name, _)| name)
}

/// Returns the name of a parameter's value for a kind of document.
pub fn target_name(target: Target) -> &'static str {
    match target {
        Target::Articles => "articles",
        Target::Statements => "statements",
    }
}

/// Returns the question that parameters ask, of its first hits.
///
/// # Errors
/// If a value is none of those that its name allows.
pub fn request(parameters: &Parameters, otherwise: Target, today: NaiveDate) -> Result<Request, Problem> {
    let query = parameters.get("q").unwrap_or_default();
    let mut request = Request::new(query, today);
    request.target = match parameters.get("target") {
        None => otherwise,
        Some("articles") => Target::Articles,
        Some("statements") => Target::Statements,
        Some(other) => return Err(wrong_value("target", other, "statements or articles")),
    };
    request.any = parameters.is_on("any");
    request.collapse = !parameters.is_on("all");
    request.sort = match parameters.get("sort") {
        None => None,
        Some(name) => {
            let Some((_, sort)) = SORTS.iter().find(|(known, _)| *known == name) else {
                return Err(wrong_value("sort", name, "relevance, newest, oldest or said"));
            };
            Some(*sort)
        }
    };
    request.filters = filters(parameters);
    Ok(request)
}

/// Returns the filters among parameters: those with the name of a field, and spans of days.
fn filters(parameters: &Parameters) -> Vec<(String, String)> {
    let named = parameters.pairs().filter(|(name, _)| is_filter(name));
    let mut filters: Vec<(String, String)> = named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let days = [("date", "on")].into_iter().chain(End::ALL.map(|end| (end.name(), end.name())));
    filters.extend(days.filter_map(|(field, name)| Some((field.to_owned(), parameters.get(name)?.to_owned()))));
    filters
}

/// Returns whether a parameter narrows by a field.
pub fn is_filter(name: &str) -> bool {
    fields::queryable_names().any(|known| known == name)
}

/// Returns whether parameters ask anything.
pub fn asks(parameters: &Parameters) -> bool {
    parameters.pairs().any(|(name, _)| is_filter(name) || matches!(name, "q" | "since" | "until" | "on"))
}

/// Refuses parameters that nobody reads: an answer that passed over one would be to another question.
///
/// # Errors
/// If a name is none of `own` and, where a question is asked, no parameter of one.
pub fn refuse_unknown(parameters: &Parameters, asks: bool, own: &[&str]) -> Result<(), Problem> {
    let is_of_question = |name: &str| is_filter(name) || PARAMETERS.iter().any(|known| known.name == name);
    let is_known = |name: &str| own.contains(&name) || asks && is_of_question(name);
    match parameters.pairs().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => {
            Err(Problem::bad_request(format!("unknown parameter `{name}`"))
                .hint("/api lists the parameters of every path"))
        }
        None => Ok(()),
    }
}

/// Returns a whole number from parameters.
///
/// # Errors
/// If it is none, or above `most`.
pub fn whole_number(parameters: &Parameters, name: &str, otherwise: usize, most: usize) -> Result<usize, Problem> {
    let Some(text) = parameters.get(name) else { return Ok(otherwise) };
    match text.parse() {
        Ok(number) if number <= most => Ok(number),
        _ => Err(wrong_value(name, text, &format!("a whole number up to {most}"))),
    }
}

fn wrong_value(name: &str, value: &str, wanted: &str) -> Problem {
    Problem::bad_request(format!("`{name}` cannot be `{value}`")).hint(format!("give {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Request, String> {
        let today = NaiveDate::from_ymd_opt(2025, 9, 2).unwrap();
        request(&Parameters::read(Some(query)), Target::Statements, today).map_err(|problem| problem.detail)
    }

    #[test]
    fn parameters_become_a_question() {
        let asked = read("q=talks&speaker=Varga&outlet=Post&since=2025-06&any=1&all=1&sort=said&page=3").unwrap();
        let filters: Vec<(&str, &str)> = asked.filters.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(filters, [("speaker", "Varga"), ("outlet", "Post"), ("since", "2025-06")]);
        assert!(asked.any && !asked.collapse);
        assert_eq!((asked.target, asked.sort), (Target::Statements, Some(Sort::Said)));
        assert_eq!(read("target=articles").unwrap().target, Target::Articles);
        assert!(read("q=x&body_stem=y").unwrap().filters.is_empty(), "inner fields are nobody's business");
        for (query, expected) in [("target=both", "target"), ("sort=best", "sort")] {
            assert!(read(query).unwrap_err().contains(expected), "{query}");
        }
    }

    #[test]
    fn nothing_is_passed_over() {
        let parameters = Parameters::read(Some("q=x&speaker=y&limit=3"));
        assert!(refuse_unknown(&parameters, true, &["limit"]).is_ok());
        assert_eq!(refuse_unknown(&parameters, true, &[]).unwrap_err().detail, "unknown parameter `limit`");
        assert!(refuse_unknown(&parameters, false, &["limit"]).is_err());
        assert_eq!(whole_number(&parameters, "limit", 9, 5).unwrap(), 3);
        assert_eq!(whole_number(&parameters, "offset", 9, 5).unwrap(), 9);
        for text in ["limit=-1", "limit=6", "limit=x", "limit=99999999999999999999"] {
            assert!(whole_number(&Parameters::read(Some(text)), "limit", 9, 5).is_err(), "{text}");
        }
    }
}
