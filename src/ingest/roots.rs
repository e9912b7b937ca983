//! Which collections an ingest is about, and which part of each.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::{Collection, ConfigError};
use crate::index::payload::{CollectionRecord, Payload};

/// A collection to be looked at.
#[derive(Debug)]
pub struct Root {
    pub name: String,
    /// The name under which the index knows it, where it was another.
    pub known_as: Option<String>,
    /// Absolute, links resolved.
    pub folder: PathBuf,
    /// The part to look at, with `/` and relative to the folder; none for all of it.
    pub part: Option<String>,
    pub settings: Collection,
}

/// Why the paths given are no collections.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    #[error("nothing to ingest: the index knows no collection yet")]
    Nothing,
    #[error("cannot find {}", path.display())]
    Path { path: PathBuf, source: io::Error },
    #[error("{} and the collection `{name}` in {} overlap", path.display(), root.display())]
    Overlap { path: PathBuf, name: String, root: PathBuf },
    #[error("two collections are called `{name}`: {} and {}", first.display(), second.display())]
    Name { name: String, first: PathBuf, second: PathBuf },
    #[error("no collection is called `{name}`")]
    Unknown { name: String, known: Vec<String> },
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Returns the collections that `paths` mean: known ones, parts of known ones, or new ones; without paths, all known.
///
/// # Errors
/// If a path is not there, if two collections would overlap or bear one name, or if settings cannot be read.
pub fn resolve(paths: &[PathBuf], payload: &Payload) -> Result<Vec<Root>, RootError> {
    let mut roots: Vec<Root> = Vec::new();
    if paths.is_empty() {
        if payload.collections.is_empty() {
            return Err(RootError::Nothing);
        }
        for known in &payload.collections {
            roots.push(root_of(known.root.clone(), None, Some(known))?);
        }
    }
    for path in paths {
        let root = resolve_one(path, payload)?;
        if !add(&mut roots, root)? {
            continue;
        }
    }
    for (position, root) in roots.iter().enumerate() {
        let known = payload.collections.iter().map(|known| (&known.name, &known.root));
        let given = roots[..position].iter().map(|other| (&other.name, &other.folder));
        for (name, folder) in known.chain(given) {
            if *name == root.name && *folder != root.folder {
                let (name, first, second) = (name.clone(), folder.clone(), root.folder.clone());
                return Err(RootError::Name { name, first, second });
            }
        }
    }
    Ok(roots)
}

fn resolve_one(path: &Path, payload: &Payload) -> Result<Root, RootError> {
    let absolute = match std::fs::canonicalize(path) {
        Ok(absolute) => absolute,
        // What is gone may be a part of a collection, or the whole of one whose disk is not there.
        Err(source) => match canonical_of_gone(path) {
            Some(gone) if payload.collections.iter().any(|known| gone.starts_with(&known.root)) => gone,
            _ => return Err(RootError::Path { path: path.to_owned(), source }),
        },
    };
    for known in &payload.collections {
        if let Ok(part) = absolute.strip_prefix(&known.root) {
            let part = (!part.as_os_str().is_empty()).then(|| crate::input::relative_path(&known.root, &absolute));
            return root_of(known.root.clone(), part, Some(known));
        }
        if known.root.starts_with(&absolute) {
            return Err(RootError::Overlap { path: absolute, name: known.name.clone(), root: known.root.clone() });
        }
    }
    root_of(absolute, None, None)
}

/// Returns the absolute path of something that is not there, by way of the nearest folder that is.
fn canonical_of_gone(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().skip(1).find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        Some(std::fs::canonicalize(above).ok()?.join(rest))
    })
}

fn root_of(folder: PathBuf, part: Option<String>, known: Option<&CollectionRecord>) -> Result<Root, RootError> {
    let settings = Collection::read(&folder)?;
    let name = settings.name_at(&folder);
    let known_as = known.map(|known| known.name.clone()).filter(|known| *known != name);
    Ok(Root { name, known_as, folder, part, settings })
}

/// Adds a root to those found so far; returns whether it says anything new.
fn add(roots: &mut Vec<Root>, root: Root) -> Result<bool, RootError> {
    for other in roots.iter_mut() {
        if other.folder == root.folder {
            // Two parts of one collection are looked at as a whole: parts may stand in one another.
            if other.part != root.part {
                other.part = None;
            }
            return Ok(false);
        }
        if other.folder.starts_with(&root.folder) || root.folder.starts_with(&other.folder) {
            let (name, folder) = (other.name.clone(), other.folder.clone());
            return Err(RootError::Overlap { path: root.folder, name, root: folder });
        }
    }
    roots.push(root);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn payload(records: &[(&str, &Path)]) -> Payload {
        let mut payload = Payload::default();
        for (name, root) in records {
            payload.put(CollectionRecord {
                name: (*name).into(),
                root: root.to_path_buf(),
                ..CollectionRecord::default()
            });
        }
        payload
    }

    #[test]
    fn paths_mean_new_collections_known_ones_and_parts_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        for name in ["news/2025", "other", "news/sub"] {
            fs::create_dir_all(base.join(name)).unwrap();
        }
        fs::write(base.join("news/2025/a.txt"), "x").unwrap();
        let known = payload(&[("news", &base.join("news"))]);
        let unknown = Payload::default();
        type Row<'r> = (&'r str, &'r [&'r str], &'r Payload, Result<&'r str, &'r str>);
        let rows: [Row<'_>; 10] = [
            ("nothing known", &[], &unknown, Err("nothing to ingest")),
            ("all known", &[], &known, Ok("news:-")),
            ("a new one", &["other"], &known, Ok("other:-")),
            ("a known one", &["news"], &known, Ok("news:-")),
            ("a part", &["news/2025"], &known, Ok("news:2025")),
            ("one file of it", &["news/2025/a.txt"], &known, Ok("news:2025/a.txt")),
            ("a part that is gone", &["news/1999/may"], &known, Ok("news:1999/may")),
            ("two parts", &["news/2025", "news/sub"], &known, Ok("news:-")),
            ("what holds a known one", &["."], &known, Err("overlap")),
            ("two that overlap", &["news", "news/2025"], &unknown, Err("overlap")),
        ];
        for (name, paths, payload, expected) in rows {
            let paths: Vec<PathBuf> = paths.iter().map(|path| base.join(path)).collect();
            match (resolve(&paths, payload), expected) {
                (Ok(roots), Ok(expected)) => {
                    let found: Vec<String> = roots
                        .iter()
                        .map(|root| format!("{}:{}", root.name, root.part.as_deref().unwrap_or("-")))
                        .collect();
                    assert_eq!(found.join(" "), expected, "{name}");
                }
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{name}: {error}"),
                (found, _) => panic!("{name}: {found:?}"),
            }
        }
        let missing = resolve(&[base.join("nowhere")], &known).unwrap_err().to_string();
        assert!(missing.contains("cannot find") && missing.contains("nowhere"), "{missing}");
    }

    #[test]
    fn names_are_one_collections_own() {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        for name in ["a/news", "b/news", "c"] {
            fs::create_dir_all(base.join(name)).unwrap();
        }
        let known = payload(&[("news", &base.join("a/news"))]);
        let error = resolve(&[base.join("b/news")], &known).unwrap_err();
        assert!(matches!(error, RootError::Name { .. }), "{error}");
        let error = resolve(&[base.join("a/news"), base.join("b/news")], &Payload::default()).unwrap_err();
        assert!(matches!(error, RootError::Name { .. }), "{error}");

        fs::write(base.join("a/news/dateline.toml"), "name = \"harbour\"").unwrap();
        let roots = resolve(&[], &known).unwrap();
        assert_eq!((roots[0].name.as_str(), roots[0].known_as.as_deref()), ("harbour", Some("news")));
    }
}
