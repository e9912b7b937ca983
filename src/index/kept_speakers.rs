//! The file beside a commit that holds who is who in it: a question for a speaker must not find that out anew.
//!
//! It may be missing, be of another commit or be damaged; then it is not there. Nothing that is only in it is lost with it.
//!
//! ```text
//! persons       `Authority::bytes`
//! numbers       of each segment how many names it has, then the person of each, as 4 bytes
//! their sizes   8 bytes each
//! fingerprint   16 bytes: of everything that decides who is who
//! checksum      8 bytes, of all before it
//! version       8 bytes
//! ```

use std::fs;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::PlaceError;
use super::place::write_atomically;
use super::speakers::WhoIsWho;
use super::tantivy::persons::Meanings;
use crate::speaker::Authority;

/// Name of the file in the folder of a generation.
pub const FILE: &str = "who-is-who";
/// Raised when persons are joined, or written, in another way.
const VERSION: u64 = 1;

/// What changes with everything that decides who is who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub u128);

/// Returns what is kept in the folder of a generation; none where that is of something else or damaged.
pub fn read(folder: &Path, fingerprint: Fingerprint) -> Option<WhoIsWho> {
    let mut bytes = fs::read(folder.join(FILE)).ok()?;
    let version = u64::from_le_bytes(taken(&mut bytes)?);
    let checksum = u64::from_le_bytes(taken(&mut bytes)?);
    if version != VERSION || bytes.last_chunk() != Some(&fingerprint.0.to_le_bytes()) || xxh3_64(&bytes) != checksum {
        return None;
    }
    taken::<{ size_of::<u128>() }>(&mut bytes)?;
    let numbers = usize::try_from(u64::from_le_bytes(taken(&mut bytes)?)).ok()?;
    let persons = usize::try_from(u64::from_le_bytes(taken(&mut bytes)?)).ok()?;
    if persons.checked_add(numbers)? != bytes.len() {
        return None;
    }
    let numbers = segments(&bytes[persons..])?;
    bytes.truncate(persons);
    let authority = Authority::read(bytes)?;
    let numbers = Meanings::of_segments(numbers, authority.count() + 1);
    Some(WhoIsWho { authority, numbers })
}

/// Keeps who is who in the folder of a generation.
///
/// # Errors
/// If the folder cannot be written.
pub fn write(folder: &Path, fingerprint: Fingerprint, found: &WhoIsWho) -> Result<(), PlaceError> {
    let mut bytes = found.authority.bytes().to_vec();
    let persons = bytes.len();
    for numbers in found.numbers.segments() {
        bytes.extend_from_slice(&(numbers.len() as u32).to_le_bytes());
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    }
    let numbers = bytes.len() - persons;
    bytes.extend_from_slice(&(persons as u64).to_le_bytes());
    bytes.extend_from_slice(&(numbers as u64).to_le_bytes());
    bytes.extend_from_slice(&fingerprint.0.to_le_bytes());
    let checksum = xxh3_64(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    write_atomically(&folder.join(FILE), &bytes)
}

/// Takes the last bytes away.
fn taken<const COUNT: usize>(bytes: &mut Vec<u8>) -> Option<[u8; COUNT]> {
    let last = *bytes.last_chunk()?;
    bytes.truncate(bytes.len() - COUNT);
    Some(last)
}

fn segments(mut bytes: &[u8]) -> Option<Vec<Vec<u32>>> {
    let mut segments = Vec::new();
    while let Some((count, rest)) = bytes.split_first_chunk() {
        let (numbers, rest) = rest.split_at_checked((u32::from_le_bytes(*count) as usize).checked_mul(4)?)?;
        let (numbers, _) = numbers.as_chunks();
        segments.push(numbers.iter().map(|number| u32::from_le_bytes(*number)).collect());
        bytes = rest;
    }
    bytes.is_empty().then_some(segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speaker::{Corrections, Officials, Quoted};
    use crate::statement::SpeakerKind;

    fn found() -> WhoIsWho {
        let quoted = ["Odile Varga", "Bo Lind"].map(|name| Quoted {
            name: name.to_owned(),
            kind: SpeakerKind::Person,
            role: None,
            organisation: None,
            first: None,
            last: None,
            count: 1,
        });
        let authority = Authority::build(quoted, &Officials::default(), &Corrections::default());
        WhoIsWho { authority, numbers: Meanings::of_segments(vec![vec![1, 0], vec![], vec![2]], 3) }
    }

    #[test]
    fn what_was_kept_is_read_unless_it_is_of_something_else_or_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (Fingerprint(7), Fingerprint(8));
        assert!(read(folder.path(), own).is_none(), "there is none");
        write(folder.path(), own, &found()).unwrap();
        let kept = read(folder.path(), own).unwrap();
        assert_eq!(kept.authority.persons(), found().authority.persons());
        assert_eq!(kept.numbers.segments(), found().numbers.segments());
        assert!(read(folder.path(), other).is_none(), "of another commit");

        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            assert!(read(folder.path(), own).is_none(), "a bit of byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(read(folder.path(), own).is_none(), "{at} bytes of it");
        }
        write(folder.path(), other, &found()).unwrap();
        assert!(read(folder.path(), other).is_some() && read(folder.path(), own).is_none(), "replaced");
    }
}
