//! Reads one input from its bytes to its members, and hashes it on the way.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::decode::Decoder;
use super::decompress::open_layers;
use super::members::{Accept, Members};
use super::rejected::{Phrase, Reason, Rejected};
use super::sidecar::Described;
use super::text_stream::TextStream;
use super::unread;
use super::walk::{file_id, modified_ns, special_kind};
use super::{FORMATS, Format, Head, Reader, format_named};

/// How an input is to be read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub limits: Limits,
    /// Name of the format; recognised where none is given.
    pub format: Option<String>,
    /// Label of the encoding as web pages write it; detected where none is given.
    pub encoding: Option<String>,
    /// Names under which JSON and tables hold what dateline knows under its own: `headline` → `kop`.
    pub names: BTreeMap<String, String>,
    /// Whether the walk saw that no sidecar stands beside the input, so that none is looked for.
    pub has_no_sidecar: bool,
}

/// Bounds that hostile or broken inputs meet.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest line, and longest article of a format that needs it whole.
    pub record_bytes: u64,
    /// Largest part of an archive that has to be unpacked whole.
    pub expansion_ratio: u64,
    /// How many compressions or archives may stand one in another.
    pub nesting: u32,
}

impl Default for Limits {
    /// A year of a newspaper's front pages fits in one record; text compresses 3 to 20 times, tables of zeros 1,000.
    fn default() -> Self {
        Self { record_bytes: 64 << 20, expansion_ratio: 200, nesting: 4 }
    }
}

/// Hash of an input's raw bytes: what tells a moved file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 32]);

impl std::fmt::Display for ContentHash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// Returns the hash of a file's raw bytes; of a file only, so that no pipe is waited for.
///
/// # Errors
/// If it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<ContentHash> {
    refuse_special(&fs::metadata(path)?)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(ContentHash(hasher.finalize().into()))
}

/// What was read, once all of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSummary {
    /// Raw size, as it stands on the disk.
    pub bytes: u64,
    pub hash: ContentHash,
    /// Name of its row in `FORMATS`.
    pub format: &'static str,
    /// Name as in the Encoding Standard; empty for formats of bytes.
    pub encoding: &'static str,
    /// Articles handed on.
    pub members: u64,
    /// Records refused.
    pub rejected: u64,
    /// Why the rest of the input is missing, where it broke off after some members.
    pub damage: Option<Reason>,
    pub notes: Vec<Note>,
}

/// Something done to an input that a person may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Neither stated nor plain: the encoding was guessed from the text.
    EncodingGuessed { encoding: Phrase },
    /// UTF-8 that was taken for windows-1252 and encoded again, which was undone.
    EncodedTwice,
    /// Bytes that the encoding has no character for.
    UndecodableBytes { encoding: Phrase, first_line: u32 },
    /// The sidecar of an input of several articles has a headline, date or address, which only one article can have.
    SidecarOfSeveral,
    /// Records of an archive that are no pages: pictures, requests, pages that did not change.
    PassedOver { records: u64 },
    /// Signs in its text that stood for characters of its words, which took their place.
    Replaced { what: Phrase },
}

impl std::fmt::Display for Note {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EncodingGuessed { encoding } => write!(out, "its encoding was guessed to be {encoding}"),
            Self::EncodedTwice => out.write_str("its text was encoded twice as UTF-8, which was undone"),
            Self::UndecodableBytes { encoding, first_line } => {
                write!(out, "some bytes, the first on line {first_line}, are not valid {encoding}")
            }
            Self::SidecarOfSeveral => {
                write!(out, "it holds several articles, so headline, date and address of its sidecar were left out")
            }
            Self::Replaced { what } => write!(out, "its text had {what}"),
            Self::PassedOver { records } => write!(out, "{records} of its records are no pages and were passed over"),
        }
    }
}

/// Reads a file and hands its members to `accept` one by one, each an article or the rejection of one record.
///
/// # Errors
/// Where the input as a whole is rejected; what was handed over before is then void. An input that breaks off after
/// some members is not an error: see `ReadSummary::damage`.
pub fn read(path: &Path, shown: &str, options: &ReadOptions, accept: &mut Accept<'_>) -> Result<ReadSummary, Rejected> {
    read_file(path, shown, options, accept).map_err(|reason| Rejected::input(shown, reason))
}

fn read_file(path: &Path, shown: &str, options: &ReadOptions, accept: &mut Accept<'_>) -> Result<ReadSummary, Reason> {
    // Looked at before it is opened: opening a named pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(|error| Reason::from_io(&error))?;
    refuse_special(&metadata)?;
    let file = File::open(path).map_err(|error| Reason::from_io(&error))?;
    let before = file.metadata().map_err(|error| Reason::from_io(&error))?;
    refuse_special(&before)?;
    // No more than there was at the start: what is being written faster than it is read would never end.
    let mut described = Described::new(path, shown, options, accept);
    let result = read_stream((&file).take(before.len()), shown, options, &mut |member| described.take(member));
    if matches!(result, Err(Reason::Stopped)) {
        return result;
    }
    // What a change broke is not told as a broken file.
    let after = match fs::metadata(path) {
        Ok(after) => after,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Reason::VanishedWhileRead),
        Err(error) => return Err(Reason::from_io(&error)),
    };
    let look = |metadata: &Metadata| (metadata.len(), modified_ns(metadata), file_id(path, metadata));
    // What stands there now is the file that was read, and nothing was written to it meanwhile.
    if look(&before) != look(&after) {
        return Err(Reason::ChangedWhileRead);
    }
    let mut summary = result?;
    summary.notes.extend(described.finish()?);
    Ok(summary)
}

fn refuse_special(metadata: &Metadata) -> Result<(), Reason> {
    match special_kind(metadata) {
        Some(kind) => Err(Reason::NotAFile { kind: kind.into() }),
        None => Ok(()),
    }
}

/// Reads an input from any reader, such as stdin; `shown` names it in messages and may help to recognise its format.
///
/// # Errors
/// As `read`.
pub fn read_from(
    bytes: impl Read,
    shown: &str,
    options: &ReadOptions,
    accept: &mut Accept<'_>,
) -> Result<ReadSummary, Rejected> {
    read_stream(bytes, shown, options, accept).map_err(|reason| Rejected::input(shown, reason))
}

fn read_stream(
    bytes: impl Read,
    shown: &str,
    options: &ReadOptions,
    accept: &mut Accept<'_>,
) -> Result<ReadSummary, Reason> {
    let mut tap = HashingReader { inner: bytes, hasher: blake3::Hasher::new(), bytes: 0 };
    // The borrow of the receiver is as short as this call, whatever the caller's lasts.
    let mut hand = |member| accept(member);
    let mut members = Members::new(shown, options, &mut hand);
    let result = read_members(&mut tap, shown, &mut members);
    let (given, refused, notes) = (members.given, members.refused, members.notes);
    let (format, encoding, damage) = match result {
        Ok(Recognised { format, encoding, damage }) => (format, encoding, damage),
        Err(reason) => return Err(reason),
    };
    if let Some(damage) = &damage
        && given == 0
    {
        return Err(damage.clone());
    }
    if given == 0 && refused == 0 {
        // Whatever the format, an input of which nothing is heard would be taken for one that is indexed.
        return Err(Reason::NoArticle { what: format!("not one record of {}", format.title).into() });
    }
    // A reader may leave bytes behind its last record; they are part of the input all the same.
    io::copy(&mut tap, &mut io::sink()).map_err(|error| Reason::from_io(&error))?;
    Ok(ReadSummary {
        bytes: tap.bytes,
        hash: ContentHash(tap.hasher.finalize().into()),
        format: format.name,
        encoding,
        members: given,
        rejected: refused,
        damage,
        notes,
    })
}

/// What became of the bytes of one input.
pub(crate) struct Recognised {
    pub format: &'static Format,
    pub encoding: &'static str,
    pub damage: Option<Reason>,
}

/// Bytes by which an input is recognised and its encoding guessed; most articles are shorter.
pub(crate) const HEAD_BYTES: usize = 256 << 10;

/// Decompresses, decodes, recognises and splits what `bytes` holds.
pub(crate) fn read_members(bytes: &mut dyn Read, name: &str, members: &mut Members<'_>) -> Result<Recognised, Reason> {
    let options = members.options;
    let name = file_name(name);
    let mut opened = open_layers(bytes, &name, &options.limits)?;
    // The format that was asked for is that of the input, not of what an archive holds.
    let asked = match options.format.as_ref().filter(|_| !members.is_inside()) {
        Some(name) => Some(format_named(name).ok_or_else(|| Reason::UnknownFormat { name: name.clone() })?),
        None => None,
    };
    let head = opened.head.clone();
    if head.is_empty() {
        return Err(opened.damage.take().unwrap_or(Reason::Empty));
    }
    if asked.is_none() {
        unread::refuse(&head)?;
    }
    let bare = Head { bytes: &head, text: "", name: &opened.name };
    let of_bytes = asked.or_else(|| {
        FORMATS.iter().find(|format| matches!(format.reader, Reader::Bytes(_)) && (format.recognise)(&bare))
    });
    if let Some(Format { reader: Reader::Bytes(read), .. }) = of_bytes {
        read(&mut opened, members)?;
        return Ok(Recognised { format: of_bytes.unwrap_or(&FORMATS[0]), encoding: "", damage: opened.damage.take() });
    }
    let decoder = Decoder::for_head(&head, opened.whole, options.encoding.as_deref())?;
    let encoding = decoder.encoding_name();
    if decoder.was_guessed() {
        members.note(Note::EncodingGuessed { encoding: encoding.into() });
    }
    let name = opened.name.clone();
    let mut text = TextStream::new(opened, decoder, options.limits.record_bytes);
    text.fill(HEAD_BYTES)?;
    let head = Head { bytes: &head, text: text.ahead(), name: &name };
    let format = asked
        .or_else(|| FORMATS.iter().find(|format| matches!(format.reader, Reader::Text(_)) && (format.recognise)(&head)))
        .ok_or(Reason::Binary { looks_like: "something unknown".into() })?;
    if let Reader::Text(read) = format.reader {
        read(&mut text, members)?;
    }
    if let Some(line) = text.first_undecodable_line() {
        members.note(Note::UndecodableBytes { encoding: encoding.into(), first_line: line });
    }
    Ok(Recognised { format, encoding: text.encoding_name(), damage: text.damage() })
}

fn file_name(path: &str) -> String {
    path.rsplit(['/', '!']).next().unwrap_or(path).to_lowercase()
}

/// Hashes and counts what is read through it.
struct HashingReader<R> {
    inner: R,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}
