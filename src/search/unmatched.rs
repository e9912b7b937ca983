//! In: the corrections of the collections. Out: the names in them that nobody bears, and what was probably meant.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use super::{Archive, SearchError};
use crate::config::Collection;
use crate::index::speakers::SpeakersError;

/// A name in the corrections of a collection under which nobody is quoted, so that it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedName {
    /// The settings file.
    pub path: PathBuf,
    /// Where the name stands in it, from 1.
    pub line: Option<usize>,
    /// `alias`, `apart` or `speaker`.
    pub table: &'static str,
    pub name: String,
    /// Names under which those are quoted who were probably meant, the most quoted first.
    pub meant: Vec<String>,
}

/// Most suggestions for one name.
const MOST_MEANT: usize = 3;

impl UnmatchedName {
    /// Returns what to write instead.
    pub fn hint(&self) -> String {
        if self.meant.is_empty() {
            return "corrections name people as articles do; dateline speakers lists them".into();
        }
        let meant: Vec<String> = self.meant.iter().map(|name| format!("\"{name}\"")).collect();
        format!("corrections name people as articles do: {}", meant.join(", "))
    }
}

impl fmt::Display for UnmatchedName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.path.display())?;
        if let Some(line) = self.line {
            write!(out, "{line}:")?;
        }
        write!(
            out,
            " nobody is quoted as \"{}\", so that this line of corrections.{} changes nothing",
            self.name, self.table
        )
    }
}

/// Returns the names in the corrections of an archive's collections that nobody bears.
///
/// # Errors
/// If the index, or the settings or officials of a collection cannot be read.
pub fn unmatched_corrections(archive: &Archive) -> Result<Vec<UnmatchedName>, SearchError> {
    let mut unmatched = Vec::new();
    for record in &archive.payload().collections {
        let collection = Collection::read(&record.root).map_err(SpeakersError::from)?;
        let Some(path) = &collection.file else { continue };
        let corrections = collection.corrections.as_written();
        // Who is who is found out only where somebody asks.
        if corrections.unmatched(|_| false).is_empty() {
            continue;
        }
        let authority = archive.authority()?;
        let text = fs::read_to_string(path).unwrap_or_default();
        for (table, name) in corrections.unmatched(|name| authority.is_quoted(name)) {
            let persons = authority.matching(name).into_iter();
            let meant = persons.filter_map(|person| Some(person.names.into_iter().next()?.name)).take(MOST_MEANT);
            unmatched.push(UnmatchedName {
                path: path.clone(),
                line: line_of(&text, table, name),
                table,
                name: name.to_owned(),
                meant: meant.collect(),
            });
        }
    }
    Ok(unmatched)
}

/// Returns the line of a settings file on which a name stands among corrections, from 1; none where it is written with
/// escapes.
fn line_of(text: &str, table: &str, name: &str) -> Option<usize> {
    let written = [format!("\"{name}\""), format!("'{name}'")];
    let wanted = format!("corrections.{table}");
    let mut is_inside = false;
    for (number, line) in (1..).zip(text.lines()) {
        let header = line.split('#').next().unwrap_or_default().trim();
        if let Some(header) = header.strip_prefix('[').and_then(|header| header.strip_suffix(']'))
            && !header.contains(['"', '\'', ','])
        {
            let header = header.trim_matches(['[', ']', ' ']);
            is_inside = header == wanted || header == "corrections";
        }
        if is_inside && written.iter().any(|written| line.contains(written)) {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_on_its_line() {
        let text = "outlet = \"Roe\"\n[[corrections.alias]]\nname = \"Jane Roe\"\nalso = ['Roe',\n \"J. Roe\"]\n[[corrections.apart]]\nnames = ['Roe', 'Bo Lind']\n";
        for (table, name, expected) in [
            ("alias", "Jane Roe", Some(3)),
            ("alias", "Roe", Some(4)),
            ("alias", "J. Roe", Some(5)),
            ("alias", "Ro", None),
            ("alias", "Bo Lind", None),
            ("apart", "Roe", Some(7)),
            ("speaker", "Roe", None),
        ] {
            assert_eq!(line_of(text, table, name), expected, "{table}: {name}");
        }
    }
}
