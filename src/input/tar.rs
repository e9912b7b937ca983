//! tar archives: each file in them is read as an input of its own, as the archive streams.

use std::io::{self, Read};
use std::ops::Range;

use tar::{Archive, EntryType};

use super::members::Members;
use super::rejected::Reason;
use super::sidecar;
use super::zip::is_hidden;
use super::{Format, Head, Reader};

pub(crate) const FORMAT: Format =
    Format { name: "tar", title: "tar archives", extensions: &["tar", "tgz"], recognise, reader: Reader::Bytes(read) };

/// Where the magic stands that all but the oldest archives have.
const MAGIC: Range<usize> = 257..262;
/// Where the checksum of the first header stands, in octal digits.
const CHECKSUM: Range<usize> = 148..156;

/// Any text may have the magic in its place, but no words where the checksum stands.
fn recognise(head: &Head<'_>) -> bool {
    head.bytes.get(MAGIC) == Some(b"ustar")
        && head.bytes[CHECKSUM].iter().all(|byte| matches!(byte, b'0'..=b'7' | b' ' | 0))
}

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut archive = Archive::new(bytes);
    let entries = archive.entries().map_err(|error| damaged(&error))?;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            // Without its header nothing tells where the next file begins.
            Err(error) => return members.refuse(0, None, damaged(&error)),
        };
        // A sparse file is mostly holes that take no room: nothing an article needs.
        if !matches!(entry.header().entry_type(), EntryType::Regular | EntryType::Continuous) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
        if is_hidden(&name) {
            continue;
        }
        // Its file has gone by, or is still to come.
        if sidecar::is_named_as_one(&name) {
            let (documents, instead) = ("sidecars within tar archives".into(), "a ZIP archive".into());
            members.refuse(0, Some(name), Reason::NotRead { documents, instead })?;
            continue;
        }
        members.open(&name, &mut entry)?;
    }
    Ok(())
}

fn damaged(error: &io::Error) -> Reason {
    if error.get_ref().is_some_and(|inner| inner.is::<Reason>()) {
        return Reason::from_io(error);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Reason::Truncated { format: "tar".into() },
        // What the crate says of an archive that ends within a file that is passed over, or within a header.
        _ if ["unexpected EOF", "failed to read entire block"].iter().any(|end| error.to_string().contains(end)) => {
            Reason::Truncated { format: "tar".into() }
        }
        _ => Reason::Damaged { format: "tar".into(), problem: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::{RawArticle, ReadOptions, Rejected, read_from};

    const SIDECAR: &str = "a.tar (b.txt.yaml): sidecars within tar archives are not read; save it as a ZIP archive";

    #[test]
    fn a_text_with_the_magic_in_its_place_is_no_archive() {
        let text = format!("Talks end\n\n{}ustard was served.", "Envoys met in Geneva. ".repeat(12));
        let start = text.find("ustard").unwrap();
        let text = &text[start - super::MAGIC.start..];
        let mut bodies = Vec::new();
        let mut accept = |member: Result<RawArticle, Rejected>| {
            bodies.push(member.map(|article| article.body));
            ControlFlow::Continue(())
        };
        read_from(text.as_bytes(), "a.txt", &ReadOptions::default(), &mut accept).unwrap();
        assert!(matches!(&bodies[..], [Ok(body)] if body.ends_with("ustard was served.")), "{bodies:?}");
    }

    #[test]
    fn files_are_read_and_damage_is_told() {
        let mut writer = tar::Builder::new(Vec::new());
        let files = [
            ("./09/a.txt", "Envoys met in Geneva."),
            ("b.txt", "Rain fell in Nambara."),
            ("b.txt.yaml", "outlet: Harbour Post"),
        ];
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            writer.append_data(&mut header, name, content.as_bytes()).unwrap();
        }
        let whole = writer.into_inner().unwrap();
        let rows: [(&[u8], &[&str]); 2] = [
            (&whole, &["09/a.txt", "b.txt", SIDECAR]),
            (&whole[..1100], &["09/a.txt", "a.tar: ends before its tar data does"]),
        ];
        for (bytes, expected) in rows {
            let mut found = Vec::new();
            let mut accept = |member: Result<RawArticle, Rejected>| {
                found.push(
                    member.map_or_else(|rejected| rejected.to_string(), |article| article.inside.unwrap_or_default()),
                );
                ControlFlow::Continue(())
            };
            read_from(bytes, "a.tar", &ReadOptions::default(), &mut accept).unwrap();
            assert_eq!(found, expected);
        }
    }
}
