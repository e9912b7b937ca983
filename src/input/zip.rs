//! ZIP archives: each file in them is read as an input of its own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::members::Members;
use super::rejected::Reason;
use super::sidecar;
use super::{Format, Head, Reader};

pub(crate) const FORMAT: Format =
    Format { name: "zip", title: "ZIP archives", extensions: &["zip"], recognise, reader: Reader::Bytes(read) };

fn recognise(head: &Head<'_>) -> bool {
    head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"PK\x05\x06")
}

/// Archives up to this size are kept in memory, larger ones in a temporary file: a ZIP's list of contents is at its end.
const IN_MEMORY_BYTES: usize = 16 << 20;

/// Expansion is judged from here on, as with compressions.
const EXPANSION_GRACE_BYTES: u64 = 64 << 20;

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut kept = tempfile::spooled_tempfile(IN_MEMORY_BYTES);
    let size = io::copy(bytes, &mut kept).map_err(|error| Reason::from_io(&error))?;
    kept.seek(SeekFrom::Start(0)).map_err(|error| Reason::from_io(&error))?;
    let mut archive = ZipArchive::new(kept).map_err(|error| damaged("ZIP", &error))?;
    let ratio = members.options.limits.expansion_ratio;
    let limit = size.saturating_mul(ratio).max(EXPANSION_GRACE_BYTES);
    let too_much = || Reason::ExpandsTooMuch { limit_ratio: ratio };
    // What the list of contents promises is enough to refuse an archive before anything is unpacked.
    if archive.decompressed_size().is_some_and(|promised| promised > u128::from(limit)) {
        return Err(too_much());
    }
    if archive.is_empty() {
        return Err(Reason::NoArticle { what: "an empty archive".into() });
    }
    let mut left = limit;
    // As they are read: old archives do not write them in UTF-8.
    let names = (0..archive.len()).filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)));
    let indices: HashMap<String, usize> = names.collect();
    for index in 0..archive.len() {
        let name = match archive.by_index(index) {
            Ok(file) if file.is_file() => file.name().map_or_else(|_| format!("{index}"), Cow::into_owned),
            Ok(_) => continue,
            Err(error) => {
                members.refuse(0, None, damaged("ZIP", &error))?;
                continue;
            }
        };
        if is_hidden(&name) || sidecar::described_name(&name).is_some_and(|name| indices.contains_key(name)) {
            continue;
        }
        let mut beside = sidecar::names_beside(&name);
        let beside = beside.find_map(|(name, notation)| Some((*indices.get(&name)?, name, notation)));
        let mut says = None;
        if let Some((index, name, notation)) = beside
            && let Ok(mut file) = archive.by_index(index)
        {
            let bounded = Bounded { inner: &mut file, left: &mut left, ratio };
            match sidecar::read_from(bounded, notation, members.options) {
                Ok(read) => says = Some(read),
                Err(problem) => members.refuse(0, None, sidecar::cannot_be_read(&name, &problem))?,
            }
        }
        let mut file = archive.by_index(index).map_err(|error| damaged("ZIP", &error))?;
        let mut bounded = Bounded { inner: &mut file, left: &mut left, ratio };
        match says {
            Some(says) => members.open_described(&name, &mut bounded, says)?,
            None => members.open(&name, &mut bounded)?,
        }
    }
    Ok(())
}

/// Whether a part of an archive is what systems leave beside files: names that begin with a dot, folders of metadata.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') && part.len() > 2 || part == "__MACOSX")
}

/// Returns what is wrong with an archive, or with a document that is one.
pub(super) fn damaged(format: &'static str, error: &ZipError) -> Reason {
    match error {
        // The list of contents, which is at the end.
        ZipError::InvalidArchive(problem) if problem.contains("EOCD") => Reason::Truncated { format: format.into() },
        ZipError::UnsupportedArchive(problem) if problem.contains("assword") || problem.contains("ncrypt") => {
            Reason::Encrypted
        }
        ZipError::InvalidPassword => Reason::Encrypted,
        ZipError::Io(error) => Reason::from_io(error),
        error => Reason::Damaged { format: format.into(), problem: error.to_string() },
    }
}

/// Fails where the files of an archive together give far more than it promised.
struct Bounded<'a, R> {
    inner: &'a mut R,
    left: &'a mut u64,
    ratio: u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Reason::Truncated { format: "ZIP".into() }.into(),
            io::ErrorKind::Interrupted => error,
            _ if error.get_ref().is_some_and(|inner| inner.is::<Reason>()) => error,
            _ => Reason::Damaged { format: "ZIP".into(), problem: error.to_string() }.into(),
        })?;
        *self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::from(Reason::ExpandsTooMuch { limit_ratio: self.ratio }))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::ops::ControlFlow;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::{ReadOptions, read_from};

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Returns each member's path inside, or its rejection, and the rejection of the whole after them.
    fn read_all(bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut accept = |member: Result<super::super::RawArticle, super::super::Rejected>| {
            found.push(match member {
                Ok(article) => article.inside.unwrap_or_default(),
                Err(rejected) => rejected.to_string(),
            });
            ControlFlow::Continue(())
        };
        let whole = read_from(bytes, "a.zip", &ReadOptions::default(), &mut accept);
        found.extend(whole.err().map(|rejected| rejected.to_string()));
        found
    }

    #[test]
    fn files_are_read_with_their_paths() {
        let inner = archive(&[("b.txt", b"Rain fell in Nambara.")]);
        let files: [(&str, &[u8]); 5] = [
            ("09/a.txt", b"Envoys met in Geneva."),
            ("09/.hidden", b"no"),
            ("__MACOSX/09/a.txt", b"no"),
            ("old.zip", &inner),
            ("empty.txt", b""),
        ];
        assert_eq!(read_all(&archive(&files)), ["09/a.txt", "old.zip!b.txt", "a.zip!empty.txt: is empty"]);
    }

    #[test]
    fn sidecars_describe_the_file_beside_them() {
        let list = b"[{\"id\": \"1\", \"text\": \"One.\"}, {\"id\": \"2\", \"text\": \"Two.\"}]";
        let inner = archive(&[
            ("list.json", list),
            ("list.json.toml", b"headline = \"All\""),
            ("a.txt", b"Envoys met in Geneva."),
            ("a.txt.yaml", b"headline: Envoys meet"),
        ]);
        let files: [(&str, &[u8]); 11] = [
            ("09/a.txt.yaml", b"outlet: Harbour Post\nheadline: Envoys meet\n"),
            ("09/a.txt", b"Envoys met in Geneva."),
            ("b.txt", b"Rain fell in Nambara."),
            ("b.txt.json", b"{\"outlet\": "),
            // They describe nothing.
            ("c.txt.yaml", b"headline: Nobody"),
            ("list.json", list),
            ("list.json.toml", b"outlet = \"Harbour Post\"\nheadline = \"All\"\n"),
            ("caf#.txt", b"Snow fell in Nambara."),
            ("caf#.txt.yaml", b"outlet: Harbour Post"),
            ("inner.zip", &inner),
            ("inner.zip.yaml", b"outlet: Hill Gazette"),
        ];
        // As archives have it that are not in UTF-8: the library writes no others.
        let mut bytes = archive(&files);
        while let Some(at) = memchr::memmem::find(&bytes, b"caf#") {
            bytes[at + 3] = 0x82;
        }
        let mut found = Vec::new();
        let mut accept = |member: Result<super::super::RawArticle, super::super::Rejected>| {
            found.push(match member {
                Ok(article) => {
                    [article.inside, article.headline, article.outlet].map(Option::unwrap_or_default).join("|")
                }
                Err(rejected) => rejected.to_string(),
            });
            ControlFlow::Continue(())
        };
        let whole = read_from(&bytes[..], "a.zip", &ReadOptions::default(), &mut accept).unwrap();
        let problem = "its sidecar b.txt.json is not valid JSON: EOF while parsing a value at line 1 column 11";
        assert_eq!(
            found,
            [
                "09/a.txt|Envoys meet|Harbour Post",
                &format!("a.zip: {problem}"),
                "b.txt||",
                "c.txt.yaml|headline: Nobody|",
                "list.json||Harbour Post",
                "list.json||Harbour Post",
                "café.txt||Harbour Post",
                "inner.zip!list.json||Hill Gazette",
                "inner.zip!list.json||Hill Gazette",
                "inner.zip!a.txt|Envoys meet|Hill Gazette",
            ]
        );
        assert_eq!(whole.notes, [super::super::Note::SidecarOfSeveral]);
        assert_eq!((whole.members, whole.rejected), (9, 1));
    }

    #[test]
    fn what_is_made_to_fill_a_disk_is_refused() {
        let zeros = vec![b'a'; 80 << 20];
        let bomb = archive(&[("zeros.txt", &zeros)]);
        assert_eq!(
            read_all(&bomb),
            ["a.zip: expands to more than 200 times its size, as archives do that are made to fill a disk"]
        );
        let nested = (0..1_000).fold(archive(&[("a.txt", b"text")]), |inner, _| archive(&[("inner.zip", &inner)]));
        assert_eq!(read_all(&nested), ["a.zip: archives stand in archives more than 4 deep"]);
    }

    #[test]
    fn damage_is_told() {
        let whole = archive(&[("a.txt", b"Envoys met in Geneva.")]);
        let cut = &whole[..whole.len() / 2];
        assert_eq!(read_all(cut), ["a.zip: ends before its ZIP data does"]);
        let mut broken = whole.clone();
        let list = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
        broken[list] = b'?';
        assert!(read_all(&broken)[0].starts_with("a.zip: its ZIP data is damaged"), "{:?}", read_all(&broken));
        let mut locked = archive(&[("a.txt", b"Envoys met in Geneva.")]);
        for (name, flags_at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let at = memchr::memmem::find(&locked, name).unwrap();
            locked[at + flags_at] |= 1;
        }
        assert_eq!(read_all(&locked), ["a.zip: is encrypted"]);
        let empty = archive(&[]);
        assert_eq!(read_all(&empty), ["a.zip: holds no article: an empty archive"]);
    }
}
