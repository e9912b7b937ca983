//! In: the text of `dateline.toml`, the environment, the options. Out: settings, and where each came from.
//!
//! The environment arrives as an argument; nothing here reads it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};

use crate::input;
use crate::speaker::{CompiledCorrections, Corrections};

/// Name of the file in a collection's root that holds its settings.
pub const FILE_NAME: &str = "dateline.toml";

/// A settings file larger than this is not one: the officials and corrections of a whole country stay far below.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// What a collection's `dateline.toml` says, checked.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The file read; none where the collection has none and all is default.
    pub file: Option<PathBuf>,
    /// What the collection is called; its folder's name where the file does not say.
    pub name: Option<String>,
    /// What holds for every article that does not say otherwise.
    pub metadata: Metadata,
    /// Files to leave out, in `.gitignore` syntax.
    pub ignore: Vec<String>,
    /// Names under which JSON, tables and front matter hold what dateline knows under its own: `headline = "kop"`.
    pub json_names: BTreeMap<String, String>,
    /// Saved queries: `query:NAME` stands for the text.
    pub queries: BTreeMap<String, String>,
    /// File of officials with their names and offices.
    pub officials: Option<PathBuf>,
    /// What was put right by hand.
    pub corrections: Arc<CompiledCorrections>,
    matches: Vec<(GlobMatcher, Metadata)>,
}

/// What an article's surroundings say about it, where the article itself does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metadata {
    /// Who published.
    pub outlet: Option<String>,
    /// IANA name of the zone in which printed times are local, such as `Asia/Tehran`.
    pub time_zone: Option<Tz>,
    /// ISO 639-1 code; guessed from the text where absent.
    pub language: Option<String>,
    /// How `03/04/2025` reads.
    pub date_order: Option<DateOrder>,
    /// Where the articles were written, where they do not say.
    pub location: Option<String>,
    /// Who wrote the articles, where they do not say.
    pub byline: Option<String>,
    /// Whether the time of a file's last change dates its articles, where nothing else does.
    pub file_time: Option<bool>,
}

/// The order of day and month in a date of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// `03/04/2025` is 3 April.
    Dmy,
    /// `03/04/2025` is March 4.
    Mdy,
    /// `25/04/03` is 3 April 2025.
    Ymd,
}

impl Metadata {
    /// Returns these settings with those of `over` put on top.
    fn overlaid(&self, over: &Metadata) -> Metadata {
        Metadata {
            outlet: over.outlet.clone().or_else(|| self.outlet.clone()),
            time_zone: over.time_zone.or(self.time_zone),
            language: over.language.clone().or_else(|| self.language.clone()),
            date_order: over.date_order.or(self.date_order),
            location: over.location.clone().or_else(|| self.location.clone()),
            byline: over.byline.clone().or_else(|| self.byline.clone()),
            file_time: over.file_time.or(self.file_time),
        }
    }
}

/// The file as written, before its patterns are compiled.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct CollectionFile {
    name: Option<String>,
    outlet: Option<String>,
    time_zone: Option<Tz>,
    language: Option<String>,
    date_order: Option<DateOrder>,
    location: Option<String>,
    byline: Option<String>,
    file_time: Option<bool>,
    ignore: Vec<String>,
    json_names: BTreeMap<String, String>,
    queries: BTreeMap<String, String>,
    officials: Option<PathBuf>,
    corrections: Corrections,
    #[serde(rename = "match")]
    matches: Vec<MatchTable>,
}

/// One `[[match]]` of the file: a glob from the collection's root, and what holds there.
///
/// The fields of [`Metadata`] are repeated because serde cannot flatten and deny unknown names at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MatchTable {
    path: String,
    outlet: Option<String>,
    time_zone: Option<Tz>,
    language: Option<String>,
    date_order: Option<DateOrder>,
    location: Option<String>,
    byline: Option<String>,
    file_time: Option<bool>,
}

/// Why the settings of a collection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is {bytes} bytes long, more than the {MAX_FILE_BYTES} that settings may be", path.display())]
    TooLarge { path: PathBuf, bytes: u64 },
    #[error("cannot understand {}: {message}", path.display())]
    Syntax { path: PathBuf, message: String },
    #[error("bad pattern in {}", path.display())]
    Pattern { path: PathBuf, source: globset::Error },
}

impl Collection {
    /// Reads `dateline.toml` in the folder `root`; a folder without one has default settings.
    ///
    /// # Errors
    /// If the file is there but cannot be read or understood.
    pub fn read(root: &Path) -> Result<Self, ConfigError> {
        let path = root.join(FILE_NAME);
        let bytes = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Ok(Self::default()),
            Err(source) if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            Err(source) => return Err(ConfigError::Read { path, source }),
        };
        if bytes > MAX_FILE_BYTES {
            return Err(ConfigError::TooLarge { path, bytes });
        }
        let text = fs::read_to_string(&path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        Self::parse(&text, &path)
    }

    /// Parses the text of a settings file; `path` is named in errors.
    ///
    /// # Errors
    /// If the text is no TOML, holds a name that is no setting or part of an article, or a pattern that is no glob.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let file: CollectionFile = toml::from_str(text).map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            message: error.to_string().trim_end().into(),
        })?;
        let known = input::part_names();
        if let Some(unknown) = file.json_names.keys().find(|name| !known.contains(&name.as_str())) {
            let message = format!("`json_names` has no `{unknown}`; it names {}", known.join(", "));
            return Err(ConfigError::Syntax { path: path.to_owned(), message });
        }
        let mut matches = Vec::with_capacity(file.matches.len());
        for table in file.matches {
            let glob = GlobBuilder::new(&table.path).literal_separator(true).build();
            let glob = glob.map_err(|source| ConfigError::Pattern { path: path.to_owned(), source })?;
            let metadata = Metadata {
                outlet: table.outlet,
                time_zone: table.time_zone,
                language: table.language,
                date_order: table.date_order,
                location: table.location,
                byline: table.byline,
                file_time: table.file_time,
            };
            matches.push((glob.compile_matcher(), metadata));
        }
        let corrections = file
            .corrections
            .compile()
            .map_err(|error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })?;
        Ok(Self {
            file: Some(path.to_owned()),
            name: file.name,
            metadata: Metadata {
                outlet: file.outlet,
                time_zone: file.time_zone,
                language: file.language,
                date_order: file.date_order,
                location: file.location,
                byline: file.byline,
                file_time: file.file_time,
            },
            ignore: file.ignore,
            json_names: file.json_names,
            queries: file.queries,
            // From the folder of the settings, wherever the program runs.
            officials: file.officials.map(|officials| path.parent().unwrap_or(Path::new("")).join(officials)),
            corrections: Arc::new(corrections),
            matches,
        })
    }

    /// Returns what the collection in the folder `root` is called.
    pub fn name_at(&self, root: &Path) -> String {
        // The top of a disk has no name.
        let of_folder = || root.file_name().map_or("collection".into(), |name| name.to_string_lossy().into_owned());
        self.name.clone().unwrap_or_else(of_folder)
    }

    /// Returns whether the settings say the same of every file.
    pub fn is_uniform(&self) -> bool {
        self.matches.is_empty() && self.corrections.as_written().is_empty()
    }

    /// Returns what the settings say of the file at `path`, which is relative to the collection's root: the general
    /// settings, then each `[[match]]` that holds, the last one winning.
    pub fn metadata_of(&self, path: &Path) -> Metadata {
        let mut metadata = self.metadata.clone();
        for (glob, over) in &self.matches {
            if glob.is_match(path) {
                metadata = metadata.overlaid(over);
            }
        }
        metadata
    }

    /// Returns each setting with its value and origin, in the order in which they are documented.
    pub fn settings(&self) -> Vec<Setting> {
        let from = || self.file.clone().map_or(Origin::Default, Origin::File);
        let metadata = &self.metadata;
        let known = [
            ("name", self.name.clone()),
            ("outlet", metadata.outlet.clone()),
            ("time_zone", metadata.time_zone.map(|zone| zone.name().to_owned())),
            ("language", metadata.language.clone()),
            ("date_order", metadata.date_order.map(|order| format!("{order:?}").to_lowercase())),
            ("location", metadata.location.clone()),
            ("byline", metadata.byline.clone()),
            ("file_time", metadata.file_time.map(|dates| dates.to_string())),
            ("officials", self.officials.as_ref().map(|path| path.display().to_string())),
            ("ignore", (!self.ignore.is_empty()).then(|| self.ignore.join(", "))),
        ];
        let mut settings: Vec<Setting> = known
            .into_iter()
            .map(|(name, value)| {
                let origin = if value.is_some() { from() } else { Origin::Default };
                Setting { name: name.to_owned(), value, origin }
            })
            .collect();
        for (ours, theirs) in &self.json_names {
            settings.push(Setting { name: format!("json_names.{ours}"), value: Some(theirs.clone()), origin: from() });
        }
        for (name, text) in &self.queries {
            settings.push(Setting { name: format!("queries.{name}"), value: Some(text.clone()), origin: from() });
        }
        for (glob, over) in &self.matches {
            let value = toml::to_string(over).unwrap_or_default().trim_end().replace('\n', ", ");
            settings.push(Setting { name: format!("match {}", glob.glob()), value: Some(value), origin: from() });
        }
        settings
    }
}

/// One setting as `dateline config` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    /// None where nothing is set and the program finds out by itself or does without.
    pub value: Option<String>,
    pub origin: Origin,
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    /// The variable's name.
    Environment(&'static str),
    /// The option's name, with its dashes.
    Option(&'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File(path) => write!(out, "file {}", path.display()),
            Self::Environment(name) => write!(out, "environment {name}"),
            Self::Option(name) => write!(out, "option {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Collection, String> {
        Collection::parse(text, Path::new("news/dateline.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_last_match_wins_and_the_rest_stays() {
        let collection = parse(
            r#"
            outlet = "The Harbour Post"
            time_zone = "Europe/Lisbon"
            [[match]]
            path = "wire/**"
            outlet = "Meridian Wire"
            [[match]]
            path = "wire/*.txt"
            language = "pt"
            "#,
        )
        .unwrap();
        let rows = [
            ("a.txt", "The Harbour Post", None),
            ("wire/a.txt", "Meridian Wire", Some("pt")),
            ("wire/deep/a.txt", "Meridian Wire", None),
            ("hardwire/a.txt", "The Harbour Post", None),
        ];
        for (path, outlet, language) in rows {
            let metadata = collection.metadata_of(Path::new(path));
            assert_eq!(metadata.outlet.as_deref(), Some(outlet), "{path}");
            assert_eq!(metadata.language.as_deref(), language, "{path}");
            assert_eq!(metadata.time_zone, Some(chrono_tz::Europe::Lisbon), "{path}");
        }
    }

    #[test]
    fn mistakes_name_the_file_and_the_word() {
        let rows = [
            ("outlett = \"x\"", "outlett"),
            ("[[match]]\noutlet = \"x\"", "path"),
            ("[[match]]\npath = \"a\"\noutlett = \"x\"", "outlett"),
            ("[[match]]\npath = \"a[\"", "bad pattern"),
            ("time_zone = \"Europe/Atlantis\"", "Europe/Atlantis"),
            ("date_order = \"myd\"", "myd"),
            ("outlet = ", "line 1"),
            ("[[corrections.place]]\npath = \"a[\"\nname = \"Ost\"", "a["),
            ("[corrections]\nspeakers = []", "speakers"),
            ("[json_names]\nheadlin = \"kop\"", "`json_names` has no `headlin`"),
        ];
        for (text, expected) in rows {
            let error = parse(text).map(|_| ()).unwrap_err();
            assert!(error.contains(expected) && error.contains("news/dateline.toml"), "{text:?} gives {error}");
        }
    }

    #[test]
    fn a_collection_is_called_as_its_settings_say_or_as_its_folder() {
        let rows =
            [("name = \"wire\"", "/archive/news", "wire"), ("", "/archive/news", "news"), ("", "/", "collection")];
        for (text, root, name) in rows {
            assert_eq!(parse(text).unwrap().name_at(Path::new(root)), name, "{text} in {root}");
        }
    }

    #[test]
    fn a_folder_without_a_file_has_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let collection = Collection::read(folder.path()).unwrap();
        assert!(collection.file.is_none() && collection.settings().iter().all(|set| set.origin == Origin::Default));
    }
}
