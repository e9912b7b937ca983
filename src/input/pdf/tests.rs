use std::ops::ControlFlow;

use lopdf::encryption::crypt_filters::{Aes128CryptFilter, CryptFilter};
use lopdf::{Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};

use super::super::{RawArticle, ReadOptions, Reason, Rejected, read_from};

/// Returns a document whose pages have these contents; the font `F` has the usual letters, the form `X` the last content.
fn document(contents: &[&str]) -> Document {
    let mut document = Document::with_version("1.5");
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let own = dictionary! { "Type" => "XObject", "Subtype" => "Form" };
    let form = document.add_object(Stream::new(own, contents.last().unwrap().as_bytes().to_vec()));
    let picture = dictionary! { "Type" => "XObject", "Subtype" => "Image" };
    let picture = document.add_object(Stream::new(picture, vec![0]));
    let resources = document.add_object(dictionary! {
        "Font" => dictionary! { "F" => font },
        "XObject" => dictionary! { "X" => form, "P" => picture },
    });
    let pages = document.new_object_id();
    let kids: Vec<Object> = contents
        .iter()
        .map(|content| {
            let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
            let page = dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content };
            document.add_object(page).into()
        })
        .collect();
    let count = kids.len() as i64;
    let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    document.trailer.set("ID", Object::Array(vec![Object::string_literal("id"), Object::string_literal("id")]));
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Returns the members, headline first, and the rejections, the whole's last.
fn read_all(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut accept = |member: Result<RawArticle, Rejected>| {
        found.push(match member {
            Ok(article) => article.headline.into_iter().chain([article.body]).collect::<Vec<_>>().join("\n\n"),
            Err(rejected) => rejected.to_string(),
        });
        ControlFlow::Continue(())
    };
    let whole = read_from(bytes, "a.pdf", &ReadOptions::default(), &mut accept);
    found.extend(whole.err().map(|rejected| rejected.to_string()));
    found
}

#[test]
fn text_is_read_however_it_is_drawn() {
    let rows = [
        ("a string", "BT /F 10 Tf 50 700 Td (It rained on Tuesday.) Tj ET", "It rained on Tuesday."),
        (
            "pieces",
            "BT /F 10 Tf 50 700 Td [(It ra) 20 (ined) -300 (on) -280 (Tuesday.)] TJ ET",
            "It rained on Tuesday.",
        ),
        (
            "lines",
            "BT /F 10 Tf 12 TL 50 700 Td (It rained on) Tj (Tuesday,) ' T* 0 0 (and snowed.) \" ET",
            "It rained on Tuesday,\n\nand snowed.",
        ),
        ("a moved page", "1 0 0 -1 0 792 cm BT /F 10 Tf 1 0 0 -1 50 90 Tm (It rained.) Tj ET", "It rained."),
        ("a form", "q 1 0 0 1 0 -100 cm /X Do Q", ""),
        ("signs", "BT /F 10 Tf 50 700 Td (\\223It rained\\224 \\226 he said.) Tj ET", "“It rained” – he said."),
        (
            "words that stand for the drawn",
            "BT /F 10 Tf 50 700 Td /Span <</ActualText (rained)>> BDC (It ) Tj EMC ( on Tuesday.) Tj ET",
            "rained on Tuesday.",
        ),
        (
            "a header that says so",
            "/Artifact <</Type /Pagination>> BDC BT /F 10 Tf 50 780 Td (Harbour Post) Tj ET EMC \
             BT /F 10 Tf 50 700 Td (It rained.) Tj ET",
            "It rained.",
        ),
        (
            "text that stands upright",
            "BT /F 10 Tf 0 1 -1 0 20 300 Tm (Photo: Moor) Tj 1 0 0 1 50 700 Tm (It rained.) Tj ET",
            "It rained.",
        ),
    ];
    for (case, content, expected) in rows {
        let form = "BT /F 10 Tf 50 700 Td (It rained in the form.) Tj ET";
        let contents = if expected.is_empty() { vec![content, form] } else { vec![content] };
        let found = read_all(&bytes(document(&contents)));
        let expected = if expected.is_empty() { "It rained in the form.\n\nIt rained in the form." } else { expected };
        assert_eq!(found, [expected], "{case}");
    }
}

#[test]
fn documents_without_an_article_are_refused_as_what_they_are() {
    let text = "BT /F 10 Tf 50 700 Td (It rained.) Tj ET";
    let whole = bytes(document(&[text]));
    let cut = &whole[..whole.len() / 3];
    let rows: [(&str, Vec<u8>, &str); 7] = [
        (
            "a scan",
            bytes(document(&["/P Do"])),
            "a.pdf: holds no article: a scanned PDF: it holds pictures of pages and no text",
        ),
        ("empty pages", bytes(document(&["q Q"])), "a.pdf: holds no article: a PDF without text"),
        (
            "a page that breaks off",
            bytes(document(&[text, "BI /W 9 ID x"])),
            "a.pdf: its PDF data is damaged: page 2 cannot be read to its end",
        ),
        ("cut off", cut.to_vec(), "a.pdf: ends before its PDF data does"),
        ("nothing but a name", b"%PDF-1.7\n".to_vec(), "a.pdf: ends before its PDF data does"),
        ("not a word of it", b"%PDF-1.7\nnothing\n%%EOF".to_vec(), "a.pdf: its PDF data is damaged: "),
        ("locked", encrypted(text, "secret"), "a.pdf: is encrypted"),
    ];
    for (case, bytes, expected) in rows {
        let found = read_all(&bytes);
        assert!(found[0].starts_with(expected), "{case}: {found:?}");
    }
    assert_eq!(read_all(&encrypted(text, "")), ["It rained."], "one that opens without a password is read");
}

fn encrypted(text: &str, password: &str) -> Vec<u8> {
    let mut document = document(&[text]);
    let filter: std::sync::Arc<dyn CryptFilter> = std::sync::Arc::new(Aes128CryptFilter);
    let version = EncryptionVersion::V4 {
        document: &document,
        encrypt_metadata: true,
        crypt_filters: [(b"StdCF".to_vec(), filter)].into(),
        stream_filter: b"StdCF".to_vec(),
        string_filter: b"StdCF".to_vec(),
        owner_password: "owner",
        user_password: password,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    bytes(document)
}

#[test]
fn documents_made_to_hang_end() {
    let rain = "BT /F 10 Tf 50 700 Td (It rained.) Tj ET";
    let rows = [
        ("a form that draws itself twice", format!("{rain} /X Do /X Do")),
        ("states in states", "q ".repeat(100_000) + rain),
        ("lists in lists", format!("{rain} {}", "[".repeat(100_000))),
        ("marks in marks", "/A BMC ".repeat(100_000) + rain),
    ];
    for (case, content) in rows {
        let started = std::time::Instant::now();
        let found = read_all(&bytes(document(&[&content])));
        assert!(started.elapsed() < super::TIME_LIMIT / 2, "{case}: {:?}", started.elapsed());
        assert!(found.last().unwrap().starts_with("It rained."), "{case}: {found:?}");
    }
}

#[test]
fn a_document_whose_time_is_over_is_given_up() {
    // However little there is to do: each operation may stand for much.
    for content in ["q Q ".repeat(100_000), "BT /F 10 Tf (It rained.) Tj ET".to_owned()] {
        let bytes = bytes(document(&[&content]));
        let drawn = |deadline| super::draw(&bytes, 1 << 20, deadline).map(|drawn| drawn.pages.len());
        let now = std::time::Instant::now();
        assert_eq!(drawn(now), Err(Reason::TookTooLong { limit_seconds: 30 }), "{} bytes", content.len());
        assert_eq!(drawn(now + super::TIME_LIMIT), Ok(1), "{} bytes", content.len());
    }
}
