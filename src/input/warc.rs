//! Web archives, WARC and the older ARC: each page in them is read as a saved page, record by record.

use std::io::{BufRead, BufReader, Read};

use super::decode::decode_part;
use super::members::Members;
use super::read::Note;
use super::rejected::Reason;
use super::{Format, Head, Reader, html};

pub(crate) const FORMAT: Format = Format {
    name: "warc",
    title: "web archives (WARC, ARC)",
    extensions: &["warc", "arc"],
    recognise,
    reader: Reader::Bytes(read),
};

fn recognise(head: &Head<'_>) -> bool {
    head.bytes.starts_with(b"WARC/") || head.bytes.starts_with(b"filedesc://")
}

/// Longest line of a record's header: addresses with queries reach some 8 KiB.
const MAX_LINE_BYTES: u64 = 64 << 10;

/// What a page compressed with Brotli is read through.
const BROTLI_BUFFER_BYTES: usize = 4 << 10;

/// Most lines of one header.
const MAX_LINES: usize = 1_000;

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut bytes = BufReader::with_capacity(64 << 10, bytes);
    let mut passed_over = 0_u64;
    let mut pages = 0_u64;
    while let Some(record) = next_record(&mut bytes)? {
        if !record.may_be_page() {
            passed_over += 1;
            skip(&mut bytes, record.bytes)?;
            continue;
        }
        let limit_bytes = members.options.limits.record_bytes;
        if record.bytes > limit_bytes {
            skip(&mut bytes, record.bytes)?;
            members.refuse(0, record.key, Reason::TooLong { what: "the record".into(), limit_bytes })?;
            continue;
        }
        let mut block = Vec::new();
        let complete =
            (&mut bytes).take(record.bytes).read_to_end(&mut block).map_err(|error| Reason::from_io(&error))?;
        match page_of(&record, &block, limit_bytes) {
            Some(Ok((page, label))) => {
                pages += 1;
                let article = decode_part(&page, label.as_deref()).and_then(|page| html::article(&page));
                match article {
                    Ok(mut article) => {
                        article.key.clone_from(&record.key);
                        article.url = record.address.clone().or(article.url);
                        members.give(article)?;
                    }
                    Err(reason) => members.refuse(0, record.key.clone(), reason)?,
                }
            }
            Some(Err(reason)) => members.refuse(0, record.key.clone(), reason)?,
            None => passed_over += 1,
        }
        if (complete as u64) < record.bytes {
            return members.refuse(0, record.key, Reason::Truncated { format: "WARC".into() });
        }
    }
    if pages == 0 && members.given == 0 && members.refused == 0 {
        return Err(Reason::NoArticle { what: "a web archive without pages".into() });
    }
    if passed_over > 0 {
        members.note(Note::PassedOver { records: passed_over });
    }
    Ok(())
}

/// The header of a record.
#[derive(Default)]
struct Record {
    kind: String,
    key: Option<String>,
    address: Option<String>,
    content_type: String,
    bytes: u64,
}

impl Record {
    fn may_be_page(&self) -> bool {
        match self.kind.as_str() {
            "response" => !self.address.as_deref().is_some_and(|address| address.starts_with("dns:")),
            "resource" | "conversion" => is_page_type(&self.content_type),
            _ => false,
        }
    }
}

fn is_page_type(content_type: &str) -> bool {
    let lower = content_type.to_ascii_lowercase();
    lower.starts_with("text/html") || lower.starts_with("application/xhtml")
}

/// Reads up to the block of the next record; none at the end.
fn next_record(bytes: &mut impl BufRead) -> Result<Option<Record>, Reason> {
    loop {
        let Some(line) = next_line(bytes)? else { return Ok(None) };
        if line.starts_with("WARC/") {
            return warc_header(bytes).map(Some);
        }
        // A line of ARC: address, machine, time, type, length.
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [address, _, _, content_type, length] = words[..]
            && address.contains(':')
            && let Ok(bytes) = length.parse()
        {
            let kind = if address.starts_with("filedesc:") { "warcinfo" } else { "response" };
            return Ok(Some(Record {
                kind: kind.into(),
                key: Some(address.to_owned()),
                address: Some(address.to_owned()),
                content_type: content_type.to_owned(),
                bytes,
            }));
        }
        // Between records stand blank lines; behind a damaged record, its rest.
    }
}

fn warc_header(bytes: &mut impl BufRead) -> Result<Record, Reason> {
    let mut record = Record::default();
    let mut length = None;
    for _ in 0..MAX_LINES {
        let Some(line) = next_line(bytes)? else { break };
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => record.kind = value.to_ascii_lowercase(),
            "warc-record-id" => record.key = Some(value.trim_matches(['<', '>']).to_owned()),
            "warc-target-uri" => record.address = Some(value.trim_matches(['<', '>']).to_owned()),
            "content-type" => record.content_type = value,
            "content-length" => length = value.parse().ok(),
            _ => {}
        }
    }
    record.bytes = length.ok_or_else(|| Reason::Malformed {
        format: "WARC".into(),
        problem: "a record does not say how long it is".into(),
    })?;
    Ok(record)
}

fn next_line(bytes: &mut impl BufRead) -> Result<Option<String>, Reason> {
    let mut line = Vec::new();
    let count =
        bytes.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line).map_err(|error| Reason::from_io(&error))?;
    Ok((count > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn skip(bytes: &mut impl BufRead, count: u64) -> Result<(), Reason> {
    std::io::copy(&mut bytes.take(count), &mut std::io::sink()).map_err(|error| Reason::from_io(&error))?;
    Ok(())
}

/// A page and the label of its encoding, as its server named it.
type Page = (Vec<u8>, Option<String>);

/// Returns the page in a record's block; none where it holds something else.
fn page_of(record: &Record, block: &[u8], limit_bytes: u64) -> Option<Result<Page, Reason>> {
    if record.kind != "response" || !block.starts_with(b"HTTP/") {
        return is_page_type(&record.content_type).then(|| Ok((block.to_vec(), charset(&record.content_type))));
    }
    let (head, body) = split_head(block);
    let head = String::from_utf8_lossy(head).into_owned();
    let field = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let is_found = head.split_whitespace().nth(1) == Some("200");
    let content_type = field("content-type").unwrap_or_default();
    if !is_found || !is_page_type(&content_type) {
        return None;
    }
    let is_chunked = field("transfer-encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("chunked"));
    // Some crawlers keep the header of a transfer that they have already undone.
    let body = if is_chunked { unchunked(body).unwrap_or_else(|| body.to_vec()) } else { body.to_vec() };
    let decoded = match field("content-encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" if body.starts_with(b"\x1F\x8B") => {
            unpacked(&mut flate2::read::MultiGzDecoder::new(&body[..]), limit_bytes)
        }
        // Some servers leave out the frame that the name stands for.
        "deflate" if body.first().is_some_and(|first| first & 0x0F == 8) => {
            unpacked(&mut flate2::read::ZlibDecoder::new(&body[..]), limit_bytes)
        }
        "deflate" => unpacked(&mut flate2::read::DeflateDecoder::new(&body[..]), limit_bytes),
        "br" => unpacked(&mut brotli_decompressor::Decompressor::new(&body[..], BROTLI_BUFFER_BYTES), limit_bytes),
        "zstd" if body.starts_with(b"\x28\xB5\x2F\xFD") => zstd::stream::read::Decoder::new(&body[..])
            .map_err(|error| Reason::Damaged { format: "zstd".into(), problem: error.to_string() })
            .and_then(|mut bytes| unpacked(&mut bytes, limit_bytes)),
        encoding @ ("compress" | "dcb" | "dcz") => Err(Reason::NotRead {
            documents: format!("pages compressed with `{encoding}`").into(),
            instead: "plain HTML".into(),
        }),
        _ => Ok(body),
    };
    Some(decoded.map(|page| (page, charset(&content_type))))
}

fn split_head(block: &[u8]) -> (&[u8], &[u8]) {
    for separator in [&b"\r\n\r\n"[..], b"\n\n"] {
        if let Some(at) = memchr::memmem::find(block, separator) {
            return (&block[..at], &block[at + separator.len()..]);
        }
    }
    (block, &[])
}

/// Joins the chunks of a transfer; none where they are not what they claim to be.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    loop {
        let end = memchr::memchr(b'\n', body)?;
        let size = std::str::from_utf8(&body[..end]).ok()?.trim().split(';').next()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[end + 1..];
        if size == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?;
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
        if body.is_empty() {
            return Some(joined);
        }
    }
}

fn unpacked(bytes: &mut dyn Read, limit_bytes: u64) -> Result<Vec<u8>, Reason> {
    let mut page = Vec::new();
    // A page that breaks off is read as far as it goes.
    let _ = bytes.take(limit_bytes + 1).read_to_end(&mut page);
    if page.len() as u64 > limit_bytes {
        return Err(Reason::TooLong { what: "the page".into(), limit_bytes });
    }
    Ok(page)
}

fn charset(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let (_, label) = lower.split_once("charset=")?;
    Some(label.trim_matches(['"', '\'', ' ']).split(';').next()?.trim().to_owned())
}
