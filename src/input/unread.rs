//! Documents that are known by how they begin and are not read, with what to save them as instead.

use super::rejected::Reason;

/// A kind of document that is not read.
struct Unread {
    documents: &'static str,
    /// Forms of the same words that are read.
    instead: &'static str,
    begins: &'static [u8],
    /// Where that stands.
    at: usize,
}

/// Where the content of a ZIP archive's first file stands whose name is `mimetype`, less that name: such an archive says
/// there what it is.
const ZIP_NAME_AT: usize = 30;

const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Name of the part of such a file that a password locks, in UTF-16.
const ENCRYPTED_PACKAGE: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

static UNREAD: &[Unread] = &[
    Unread { documents: "RTF documents", instead: "text or DOCX", begins: b"{\\rtf", at: 0 },
    Unread {
        documents: "OpenDocument files (ODT)",
        instead: "text or DOCX",
        begins: b"mimetypeapplication/vnd.oasis.opendocument.",
        at: ZIP_NAME_AT,
    },
    Unread {
        documents: "EPUB books",
        instead: "text or HTML",
        begins: b"mimetypeapplication/epub+zip",
        at: ZIP_NAME_AT,
    },
    Unread { documents: "old Microsoft Office documents (DOC)", instead: "text or DOCX", begins: OLD_OFFICE, at: 0 },
    #[cfg(not(feature = "pdf"))]
    Unread { documents: "PDF documents", instead: "text, as pdftotext does", begins: b"%PDF-", at: 0 },
];

/// Refuses an input that is such a document by its first bytes.
///
/// # Errors
/// `Reason::NotRead`, with the kind's name.
pub(super) fn refuse(head: &[u8]) -> Result<(), Reason> {
    // A DOCX file with a password stands within a file of the kind that its predecessor was.
    if head.starts_with(OLD_OFFICE) && memchr::memmem::find(head, ENCRYPTED_PACKAGE).is_some() {
        return Err(Reason::Encrypted);
    }
    match UNREAD.iter().find(|kind| head.get(kind.at..).is_some_and(|head| head.starts_with(kind.begins))) {
        Some(kind) => Err(Reason::NotRead { documents: kind.documents.into(), instead: kind.instead.into() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_how_they_begin() {
        let zip = |name_and_content: &str| [b"PK\x03\x04".as_slice(), &[0; 26], name_and_content.as_bytes()].concat();
        let rows: &[(&str, Vec<u8>, Option<&str>)] = &[
            ("RTF", b"{\\rtf1\\ansi Talks}".to_vec(), Some("RTF documents")),
            ("ODT", zip("mimetypeapplication/vnd.oasis.opendocument.textPK"), Some("OpenDocument files (ODT)")),
            ("EPUB", zip("mimetypeapplication/epub+zipPK"), Some("EPUB books")),
            ("DOC", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0".to_vec(), Some("old Microsoft Office documents (DOC)")),
            #[cfg(not(feature = "pdf"))]
            ("PDF", b"%PDF-1.7\n".to_vec(), Some("PDF documents")),
            ("a locked DOCX", [OLD_OFFICE, &[0; 40], ENCRYPTED_PACKAGE].concat(), Some("encrypted")),
            // None of them.
            ("a text about RTF", b"Files begin with {\\rtf1".to_vec(), None),
            ("another brace", b"{\\rt".to_vec(), None),
            ("a text about EPUB", b"mimetypeapplication/epub+zip".to_vec(), None),
            ("another archive", zip("mimetype.txtapplication/epub+zip"), None),
            ("an archive cut off", zip("mimetypeapplication/ep"), None),
            ("nothing", Vec::new(), None),
        ];
        for (case, head, expected) in rows {
            let documents = match refuse(head) {
                Err(Reason::NotRead { documents, .. }) => Some(documents),
                Err(Reason::Encrypted) => Some("encrypted".into()),
                _ => None,
            };
            assert_eq!(documents.as_deref(), *expected, "{case}");
        }
    }
}
