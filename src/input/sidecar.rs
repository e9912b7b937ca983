//! Metadata beside a file: `talks.txt.yaml` says what `talks.txt` does not, or says it better.

use std::fs::{self, Metadata};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::json;
use super::members::Accept;
use super::notation::Notation;
use super::read::{Note, ReadOptions};
use super::rejected::{Reason, Rejected};
use super::walk::modified_ns;
use super::{FORMATS, RawArticle};

/// What the name of a sidecar adds to that of its file. Where a file has several, the first is read.
const EXTENSIONS: [(&str, Notation); 4] =
    [("yaml", Notation::Yaml), ("yml", Notation::Yaml), ("json", Notation::Json), ("toml", Notation::Toml)];

/// Longest sidecar; the metadata of an article takes a thousandth of it.
const MAX_BYTES: u64 = 1 << 20;

/// Returns the file that the one at `path` only describes, if it does.
pub(super) fn described_by(path: &Path) -> Option<PathBuf> {
    let extension = path.extension()?.to_str()?;
    let is_known = EXTENSIONS.iter().any(|(known, _)| *known == extension);
    let described = path.with_extension("");
    // `letter.json` beside a file `letter` is an input like any other.
    (is_known && described.extension().is_some() && described.is_file()).then_some(described)
}

/// Returns the sidecar of the file at `path`, if it has one.
pub(crate) fn sidecar_of(path: &Path) -> Option<PathBuf> {
    all_of(path).next().map(|(sidecar, _)| sidecar)
}

fn all_of(path: &Path) -> impl Iterator<Item = (PathBuf, Notation)> {
    let extensions = if path.extension().is_some() { &EXTENSIONS[..] } else { &[] };
    extensions.iter().filter_map(move |(extension, notation)| {
        let mut sidecar = path.as_os_str().to_owned();
        sidecar.push(".");
        sidecar.push(extension);
        let sidecar = PathBuf::from(sidecar);
        sidecar.is_file().then_some((sidecar, *notation))
    })
}

/// Returns a number that changes with a sidecar: with its extension, size and time. Those of several are joined by XOR;
/// without any it is 0.
pub(super) fn look(sidecar: &Path, metadata: &Metadata) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    hasher.update(sidecar.extension().unwrap_or_default().as_encoded_bytes());
    hasher.update(&metadata.len().to_le_bytes());
    hasher.update(&modified_ns(metadata).to_le_bytes());
    hasher.digest()
}

/// Returns the `look` of all sidecars of the file at `path`.
pub(super) fn look_beside(path: &Path) -> u64 {
    let looks = all_of(path).filter_map(|(sidecar, _)| Some(look(&sidecar, &fs::metadata(&sidecar).ok()?)));
    looks.fold(0, |all, one| all ^ one)
}

/// Puts what the sidecar of a file says on its articles, on their way to the receiver.
pub(super) struct Described<'d> {
    accept: &'d mut Accept<'d>,
    description: Description,
}

impl<'d> Described<'d> {
    /// Reads the sidecar of the file at `path`; one that cannot be read is told as a rejection, and says nothing.
    pub fn new(path: &Path, shown: &str, options: &ReadOptions, accept: &'d mut Accept<'d>) -> Self {
        let sidecar = if options.has_no_sidecar { None } else { all_of(path).next() };
        let says = match sidecar.map(|(sidecar, notation)| (read(&sidecar, notation, options), sidecar)) {
            None => RawArticle::default(),
            Some((Ok(says), _)) => says,
            Some((Err(problem), sidecar)) => {
                let name = sidecar.file_name().unwrap_or_default().to_string_lossy();
                // Who wants no more says so again at the next member.
                let _ = accept(Err(Rejected::input(shown, cannot_be_read(&name, &problem))));
                RawArticle::default()
            }
        };
        Self { accept, description: Description::new(says) }
    }

    /// Takes the next member.
    pub fn take(&mut self, member: Result<RawArticle, Rejected>) -> ControlFlow<()> {
        let Ok(article) = member else { return (self.accept)(member) };
        for article in self.description.take(article) {
            (self.accept)(Ok(article))?;
        }
        ControlFlow::Continue(())
    }

    /// Hands on what was held back; returns what a person may want to know of it.
    ///
    /// # Errors
    /// `Reason::Stopped` where the receiver wants no more.
    pub fn finish(self) -> Result<Option<Note>, Reason> {
        let Finished { held_back, note } = self.description.finish();
        match held_back.map(|article| (self.accept)(Ok(article))) {
            Some(ControlFlow::Break(())) => Err(Reason::Stopped),
            _ => Ok(note),
        }
    }
}

/// What a sidecar says of the articles of its file, which are one or several.
pub(super) struct Description {
    says: RawArticle,
    /// The first article, until it is known whether it is the only one.
    first: Option<RawArticle>,
    has_several: bool,
}

/// What is left to do at the end of a described file.
pub(super) struct Finished {
    pub held_back: Option<RawArticle>,
    pub note: Option<Note>,
}

impl Description {
    pub fn new(says: RawArticle) -> Self {
        Self { says, first: None, has_several: false }
    }

    /// Takes the next article; returns those of which all is known.
    pub fn take(&mut self, article: RawArticle) -> Vec<RawArticle> {
        if self.says == RawArticle::default() {
            return vec![article];
        }
        if !self.has_several && self.first.is_none() {
            self.first = Some(article);
            return Vec::new();
        }
        self.has_several = true;
        let mut known: Vec<RawArticle> = self.first.take().into_iter().chain([article]).collect();
        known.iter_mut().for_each(|article| self.fill(article));
        known
    }

    /// Returns the article that was held back, and what a person may want to know.
    pub fn finish(mut self) -> Finished {
        let mut held_back = self.first.take();
        if let Some(only) = &mut held_back {
            self.replace(only);
        }
        let RawArticle { headline, published, url, .. } = &self.says;
        let is_of_one = headline.is_some() || published.is_some() || url.is_some();
        Finished { held_back, note: (self.has_several && is_of_one).then_some(Note::SidecarOfSeveral) }
    }

    /// Puts all that the sidecar says in the place of what the file says of its only article.
    fn replace(&self, article: &mut RawArticle) {
        let says = self.says.clone();
        article.published_is_metadata |= says.published.is_some();
        let fields = [
            (&mut article.headline, says.headline),
            (&mut article.published, says.published),
            (&mut article.dateline, says.dateline),
            (&mut article.location, says.location),
            (&mut article.outlet, says.outlet),
            (&mut article.language, says.language),
            (&mut article.url, says.url),
        ];
        for (field, said) in fields {
            if said.is_some() {
                *field = said;
            }
        }
        if !says.byline.is_empty() {
            article.byline = says.byline;
        }
    }

    /// Gives one article of several what may hold for all of them, where it does not say so itself.
    fn fill(&self, article: &mut RawArticle) {
        let RawArticle { location, outlet, language, byline, .. } = &self.says;
        for (field, said) in
            [(&mut article.location, location), (&mut article.outlet, outlet), (&mut article.language, language)]
        {
            if field.is_none() {
                field.clone_from(said);
            }
        }
        if article.byline.is_empty() {
            article.byline.clone_from(byline);
        }
    }
}

/// Returns the reason that tells of a sidecar which cannot be read.
pub(super) fn cannot_be_read(name: &str, problem: &Reason) -> Reason {
    Reason::Sidecar { name: name.to_owned(), problem: problem.to_string() }
}

/// Returns the file that one of that name in an archive would describe: `talks.txt` of `talks.txt.yaml`.
pub(super) fn described_name(name: &str) -> Option<&str> {
    let (described, extension) = name.rsplit_once('.')?;
    let is_known = EXTENSIONS.iter().any(|(known, _)| *known == extension);
    let (_, last) = described.rsplit_once('/').unwrap_or(("", described));
    (is_known && last.contains('.')).then_some(described)
}

/// Whether a file of that name describes one of a known kind, as `talks.txt.yaml` does.
pub(super) fn is_named_as_one(name: &str) -> bool {
    let extension = described_name(name).and_then(|described| described.rsplit_once('.'));
    extension.is_some_and(|(_, extension)| FORMATS.iter().any(|format| format.extensions.contains(&extension)))
}

/// Returns the names that the sidecar of a file in an archive may have, and how each is written.
pub(super) fn names_beside(name: &str) -> impl Iterator<Item = (String, Notation)> + '_ {
    EXTENSIONS.iter().map(move |(extension, notation)| (format!("{name}.{extension}"), *notation))
}

fn read(sidecar: &Path, notation: Notation, options: &ReadOptions) -> Result<RawArticle, Reason> {
    let file = fs::File::open(sidecar).map_err(|error| Reason::from_io(&error))?;
    read_from(file, notation, options)
}

/// Reads what a sidecar says.
///
/// # Errors
/// Where it is too long or not what its name says.
pub(super) fn read_from(sidecar: impl Read, notation: Notation, options: &ReadOptions) -> Result<RawArticle, Reason> {
    let mut bytes = Vec::new();
    sidecar.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Reason::from_io(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Reason::TooLong { what: "it".into(), limit_bytes: MAX_BYTES });
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Reason::Undecodable { encoding: "UTF-8".into() })?;
    let fields = notation.parse(text.trim_start_matches('\u{FEFF}'))?;
    Ok(json::metadata(&fields, &options.names))
}
