//! What stands behind the `?` of an address, and the addresses that links lead to.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that a segment of a path may hold as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Names and values in the order in which they stand; a name may stand several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// Reads the query part of an address; empty values count as absent, as an empty field of a form sends them.
    pub fn read(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let pairs = pairs.filter(|(_, value)| !value.trim().is_empty());
        Self { pairs: pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect() }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether a switch is on: `any=1`, or any value but `0`, `false` and `no`.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value, "0" | "false" | "no"))
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns these with one more pair at the end.
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut pairs = self.pairs.clone();
        pairs.push((name.to_owned(), value.into()));
        Self { pairs }
    }

    /// Returns these with one value of a name instead of all it had.
    pub fn setting(&self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).with(name, value)
    }

    /// Returns these without a name.
    pub fn without(&self, name: &str) -> Self {
        self.keeping(|known, _| known != name)
    }

    /// Returns those that `is_kept` keeps.
    pub fn keeping(&self, is_kept: impl Fn(&str, &str) -> bool) -> Self {
        Self { pairs: self.pairs.iter().filter(|(name, value)| is_kept(name, value)).cloned().collect() }
    }

    /// Returns the address of `path` with these parameters.
    pub fn address(&self, path: &str) -> String {
        if self.pairs.is_empty() {
            return path.to_owned();
        }
        let mut written = form_urlencoded::Serializer::new(String::new());
        written.extend_pairs(&self.pairs);
        format!("{path}?{}", written.finish())
    }
}

/// Returns a value as one segment of a path.
pub fn segment(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, SEGMENT).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        let rows = [
            ("q=missile+talks&speaker=a&speaker=b", "/?q=missile+talks&speaker=a&speaker=b"),
            ("q=a%26b%3D%3Cc%3E&x=", "/?q=a%26b%3D%3Cc%3E"),
            ("q=%22%D8%AA%22", "/?q=%22%D8%AA%22"),
            ("q=%ff%fe", "/?q=%EF%BF%BD%EF%BF%BD"),
            ("", "/"),
        ];
        for (query, address) in rows {
            let parameters = Parameters::read(Some(query));
            assert_eq!(parameters.address("/"), address, "{query}");
            let again = Parameters::read(address.strip_prefix("/?"));
            assert_eq!(again, parameters, "{query}");
        }
    }

    #[test]
    fn one_name_changes_and_the_others_stay() {
        let parameters = Parameters::read(Some("q=x&page=3&speaker=a&any=0"));
        assert_eq!(parameters.setting("page", "4").address("/"), "/?q=x&speaker=a&any=0&page=4");
        assert_eq!(parameters.without("speaker").address("/"), "/?q=x&page=3&any=0");
        assert!(!parameters.is_on("any") && !parameters.is_on("all") && parameters.is_on("page"));
        assert_eq!(segment("a/b?c#d é"), "a%2Fb%3Fc%23d%20%C3%A9");
    }
}
