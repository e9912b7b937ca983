//! Metadata in one of the notations in which people write it: YAML, TOML or JSON.

use serde_json::{Map, Value};

use super::rejected::Reason;

/// A language in which metadata stands above a text or beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Yaml,
    Toml,
    Json,
}

/// Deeper tables of metadata tell nothing of an article.
const MAX_DEPTH: u32 = 8;

impl Notation {
    /// Parses a table of metadata; dates of TOML become text, as they are printed.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn parse(self, text: &str) -> Result<Map<String, Value>, Reason> {
        let malformed = |format: &'static str, problem: String| Reason::Malformed { format: format.into(), problem };
        match self {
            // `Y` and `No` are names as YAML 1.2 has it, not booleans.
            Self::Yaml => serde_saphyr::from_str_with_options(text, serde_saphyr::options! { strict_booleans: true })
                .map_err(|error| {
                    // Further lines show the place as a drawing.
                    let problem = error.to_string();
                    let problem = problem.lines().next().unwrap_or_default().trim_start_matches("error: ");
                    malformed("YAML", problem.to_owned())
                }),
            Self::Toml => {
                let table: toml::Table =
                    toml::from_str(text).map_err(|error| malformed("TOML", error.message().to_owned()))?;
                Ok(table.into_iter().map(|(name, value)| (name, json_of(value, 0))).collect())
            }
            Self::Json => serde_json::from_str(text).map_err(|error| malformed("JSON", error.to_string())),
        }
    }
}

fn json_of(value: toml::Value, depth: u32) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) if depth < MAX_DEPTH => {
            Value::Array(values.into_iter().map(|value| json_of(value, depth + 1)).collect())
        }
        toml::Value::Table(table) if depth < MAX_DEPTH => {
            Value::Object(table.into_iter().map(|(name, value)| (name, json_of(value, depth + 1))).collect())
        }
        other => Value::String(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_of_yaml_are_text() {
        for (written, read) in [
            ("Y", Value::from("Y")),
            ("no", Value::from("no")),
            ("On", Value::from("On")),
            ("true", Value::from(true)),
            ("\"true\"", Value::from("true")),
            ("1948", Value::from(1948)),
        ] {
            let table = Notation::Yaml.parse(&format!("outlet: {written}\n")).unwrap();
            assert_eq!(table["outlet"], read, "{written}");
        }
    }
}
