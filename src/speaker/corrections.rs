//! In: what a user put right by hand in `dateline.toml`. Out: articles, statements and names corrected.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use globset::{Glob, GlobMatcher};
use serde::{Deserialize, Serialize};

use super::name::Name;
use crate::article::{Article, DateFrom, Dateline, Place, Published};
use crate::statement::Statement;

/// Corrections of one collection, in the order of the file; of two that say different things the later holds.
///
/// ```toml
/// [[speaker]]                     # in these articles this name is wrong
/// path = "norland-times/2025/**"
/// from = "Zarani"
/// name = "Layla Zarani"           # or nothing: then the speaker is unknown
/// [[alias]]                       # these names are one person's
/// name = "Ahmed Zarani"
/// also = ["A. Zarani", "The Fox"]
/// [[apart]]                       # these are not, however alike
/// names = ["Bob Stahl", "Robert Stahl"]
/// [[date]]
/// path = "norland-times/old/17.txt"
/// published = 2025-09-02
/// [[place]]
/// from = "Oast"                   # as read; with or without a path
/// name = "Ost"
/// country = "NO"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Corrections {
    pub speaker: Vec<SpeakerCorrection>,
    pub alias: Vec<AliasCorrection>,
    pub apart: Vec<ApartCorrection>,
    pub date: Vec<DateCorrection>,
    pub place: Vec<PlaceCorrection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeakerCorrection {
    /// Glob from the collection's root; all articles where absent.
    pub path: Option<String>,
    /// Eight hexadecimal digits of a statement's id; all of the articles' statements where absent.
    pub statement: Option<String>,
    /// Name as extracted; any where absent.
    pub from: Option<String>,
    /// The right name; none where the speaker is unknown.
    pub name: Option<String>,
    /// The right role; kept as extracted where absent.
    pub role: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasCorrection {
    pub name: String,
    pub also: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApartCorrection {
    pub names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateCorrection {
    pub path: String,
    /// The right day as TOML writes it, `2025-09-02`.
    pub published: toml::value::Datetime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceCorrection {
    pub path: Option<String>,
    /// Place as read; any where absent.
    pub from: Option<String>,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A glob of a correction that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{glob}` is no path pattern: {reason}")]
pub struct BadGlob {
    pub glob: String,
    pub reason: String,
}

impl Corrections {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the corrections of another collection behind these.
    pub fn append(&mut self, mut other: Self) {
        self.speaker.append(&mut other.speaker);
        self.alias.append(&mut other.alias);
        self.apart.append(&mut other.apart);
        self.date.append(&mut other.date);
        self.place.append(&mut other.place);
    }

    /// Names that are one person's: the one to show, and the others.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.alias.iter().map(|alias| (alias.name.as_str(), alias.also.as_slice()))
    }

    /// Returns the names that are without effect where nobody bears them, each with the table in which it stands; `is_quoted`
    /// tells who is quoted, with all corrections applied.
    pub fn unmatched<'c>(&'c self, is_quoted: impl Fn(&str) -> bool + 'c) -> Vec<(&'static str, &'c str)> {
        let wrong = self.speaker.iter().filter_map(|speaker| {
            // Where the name was put right, only the right one is left; of one that was taken away nothing is.
            let (from, right) = (speaker.from.as_deref()?, speaker.name.as_deref()?);
            (!is_quoted(right)).then_some(("speaker", from))
        });
        let also = self.alias.iter().flat_map(|alias| &alias.also).map(|name| ("alias", name.as_str()));
        let apart = self.apart.iter().flat_map(|apart| &apart.names).map(|name| ("apart", name.as_str()));
        wrong.chain(also).chain(apart).filter(|(_, name)| !is_quoted(name)).collect()
    }

    /// Returns whether two names were put down as two people's.
    pub fn keep_apart(&self, a: &str, b: &str) -> bool {
        if self.apart.is_empty() {
            return false;
        }
        let (a, b) = (Name::parse(a), Name::parse(b));
        self.apart.iter().any(|apart| {
            let holds = |name: &Name| apart.names.iter().any(|written| Name::parse(written) == *name);
            a != b && holds(&a) && holds(&b)
        })
    }

    /// Compiles the path patterns, so that applying them is quick.
    ///
    /// # Errors
    /// Where a pattern is malformed.
    pub fn compile(self) -> Result<CompiledCorrections, BadGlob> {
        let globs = self
            .speaker
            .iter()
            .filter_map(|c| c.path.as_deref())
            .chain(self.date.iter().map(|c| c.path.as_str()))
            .chain(self.place.iter().filter_map(|c| c.path.as_deref()));
        let mut matchers = BTreeMap::new();
        for glob in globs {
            let compiled =
                Glob::new(glob).map_err(|error| BadGlob { glob: glob.to_owned(), reason: error.kind().to_string() })?;
            matchers.insert(glob.to_owned(), compiled.compile_matcher());
        }
        Ok(CompiledCorrections { corrections: self, matchers })
    }
}

/// Corrections ready to be applied to many articles.
#[derive(Clone, Debug, Default)]
pub struct CompiledCorrections {
    corrections: Corrections,
    matchers: BTreeMap<String, GlobMatcher>,
}

impl CompiledCorrections {
    pub fn as_written(&self) -> &Corrections {
        &self.corrections
    }

    /// Returns the corrections that change what is read from the file at `path`.
    pub fn of_file(&self, path: &str) -> Corrections {
        let Corrections { speaker, date, place, .. } = &self.corrections;
        let holds = |glob: Option<&str>| self.holds_for(glob, path);
        Corrections {
            speaker: speaker.iter().filter(|c| holds(c.path.as_deref())).cloned().collect(),
            date: date.iter().filter(|c| holds(Some(&c.path))).cloned().collect(),
            place: place.iter().filter(|c| holds(c.path.as_deref())).cloned().collect(),
            ..Corrections::default()
        }
    }

    fn holds_for(&self, glob: Option<&str>, path: &str) -> bool {
        glob.is_none_or(|glob| self.matchers.get(glob).is_some_and(|matcher| matcher.is_match(path)))
    }

    /// Puts an article's date and places right.
    pub fn apply_to_article(&self, article: &mut Article) {
        for correction in &self.corrections.date {
            if !self.holds_for(Some(&correction.path), &article.path) {
                continue;
            }
            let day = correction.published.date.and_then(|date| {
                NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
            });
            if let Some(day) = day {
                article.published = Some(Published { day, time: None, utc_offset_minutes: None });
                article.date_from = Some(DateFrom::Metadata);
            }
        }
        for correction in &self.corrections.place {
            if !self.holds_for(correction.path.as_deref(), &article.path) {
                continue;
            }
            let right = Place { name: correction.name.clone(), country: correction.country.clone() };
            match &correction.from {
                Some(from) => {
                    let places = article.dateline.iter_mut().flat_map(|dateline| &mut dateline.places);
                    for place in places.filter(|place| place.name.eq_ignore_ascii_case(from)) {
                        *place = right.clone();
                    }
                }
                None => article.dateline.get_or_insert_with(Dateline::default).places = vec![right],
            }
        }
    }

    /// Puts the speakers of an article's statements right; what was put down by hand is certain.
    pub fn apply_to_statements(&self, article: &Article, statements: &mut [Statement]) {
        for correction in &self.corrections.speaker {
            if !self.holds_for(correction.path.as_deref(), &article.path) {
                continue;
            }
            for statement in statements.iter_mut() {
                let id = format!("{:08x}", statement.id.0);
                if correction.statement.as_ref().is_some_and(|asked| !asked.eq_ignore_ascii_case(&id)) {
                    continue;
                }
                let Some(speaker) = &mut statement.speaker else { continue };
                if correction.from.is_some() && correction.from != speaker.name {
                    continue;
                }
                speaker.name.clone_from(&correction.name);
                if correction.role.is_some() {
                    speaker.role.clone_from(&correction.role);
                }
                statement.confidence = 1.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Span;
    use crate::statement::{Speaker, SpeakerKind, StatementField, StatementId, StatementKind};

    fn article() -> Article {
        let place = Place { name: "Oast".into(), country: None };
        Article {
            path: "norland-times/2025/17.txt".into(),
            dateline: Some(Dateline { places: vec![place], ..Dateline::default() }),
            ..Article::of_lines("Zarani said no.")
        }
    }

    fn statement(id: u32, name: &str) -> Statement {
        Statement {
            id: StatementId(id),
            kind: StatementKind::Indirect,
            field: StatementField::Body,
            spans: vec![Span::new(12, 14)],
            cue: None,
            speaker: Some(Speaker {
                name: Some(name.to_owned()),
                kind: SpeakerKind::Person,
                role: None,
                organisation: None,
                mention: Span::new(0, 6),
            }),
            said_on: None,
            medium: None,
            relayed_by: None,
            confidence: 0.5,
        }
    }

    #[test]
    fn what_was_put_right_by_hand_holds_where_it_says() {
        // Correction, names of statements 1 and 2 after it, published, place.
        let untouched = (Some("Zarani"), Some("Roe"), "", "Oast");
        let rows = [
            ("[[speaker]]\nfrom = 'Zarani'\nname = 'Layla Zarani'", (Some("Layla Zarani"), Some("Roe"), "", "Oast")),
            ("[[speaker]]\nstatement = '00000002'\nname = 'Jane Roe'", (Some("Zarani"), Some("Jane Roe"), "", "Oast")),
            ("[[speaker]]\nfrom = 'Zarani'", (None, Some("Roe"), "", "Oast")),
            ("[[speaker]]\npath = 'other/**'\nname = 'Jane Roe'", untouched),
            (
                "[[date]]\npath = 'norland-times/**'\npublished = 2025-09-02",
                (Some("Zarani"), Some("Roe"), "2025-09-02", "Oast"),
            ),
            ("[[date]]\npath = 'other/**'\npublished = 2025-09-02", untouched),
            ("[[place]]\nfrom = 'oast'\nname = 'Ost'", (Some("Zarani"), Some("Roe"), "", "Ost")),
            ("[[place]]\nfrom = 'Elsewhere'\nname = 'Ost'", untouched),
        ];
        for (toml, expected) in rows {
            let corrections: Corrections = toml::from_str(toml).unwrap();
            let compiled = corrections.compile().unwrap();
            let (mut article, mut statements) = (article(), vec![statement(1, "Zarani"), statement(2, "Roe")]);
            compiled.apply_to_article(&mut article);
            compiled.apply_to_statements(&article, &mut statements);
            let name = |index: usize| statements[index].speaker.as_ref().and_then(|speaker| speaker.name.as_deref());
            let published = article.published.map_or(String::new(), |published| published.day.to_string());
            let place = article.dateline.as_ref().map_or("", |dateline| dateline.places[0].name.as_str());
            assert_eq!((name(0), name(1), published.as_str(), place), expected, "{toml}");
        }
    }

    #[test]
    fn names_are_kept_apart_as_written_or_titled() {
        let corrections: Corrections = toml::from_str("[[apart]]\nnames = ['Bob Stahl', 'Robert Stahl']").unwrap();
        let rows = [
            ("Bob Stahl", "Robert Stahl", true),
            ("Mr. Bob Stahl", "ROBERT STAHL", true),
            ("Bob Stahl", "Bob Stahl", false),
            ("Bob Stahl", "Rob Stahl", false),
        ];
        for (a, b, expected) in rows {
            assert_eq!(corrections.keep_apart(a, b), expected, "{a} | {b}");
        }
    }

    #[test]
    fn names_that_nobody_bears_are_told() {
        let rows = [
            ("[[speaker]]\nfrom = 'Roe'\nname = 'Jane Roe'", &[][..]),
            ("[[speaker]]\nfrom = 'Rowe'\nname = 'Jane Roe'", &[]),
            ("[[speaker]]\nfrom = 'Roe'\nname = 'Ann Roe'", &[]),
            ("[[speaker]]\nfrom = 'Rowe'\nname = 'Ann Rowe'", &[("speaker", "Rowe")]),
            ("[[speaker]]\nfrom = 'Rowe'", &[]),
            ("[[speaker]]\nname = 'Ann Rowe'", &[]),
            ("[[alias]]\nname = 'The Baker'\nalso = ['Roe', 'Rowe', 'Jane']", &[("alias", "Rowe"), ("alias", "Jane")]),
            ("[[apart]]\nnames = ['Jane Roe', 'Jane Rowe']", &[("apart", "Jane Rowe")]),
        ];
        for (toml, expected) in rows {
            let corrections: Corrections = toml::from_str(toml).unwrap();
            let unmatched = corrections.unmatched(|name| matches!(name, "Roe" | "Jane Roe"));
            assert_eq!(unmatched, expected, "{toml}");
        }
    }

    #[test]
    fn a_malformed_pattern_is_named() {
        let corrections: Corrections = toml::from_str("[[place]]\npath = 'a[b'\nname = 'Ost'").unwrap();
        let error = corrections.compile().expect_err("the bracket is open");
        assert!(error.to_string().starts_with("`a[b` is no path pattern"), "{error}");
    }
}
