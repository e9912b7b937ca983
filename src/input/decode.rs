//! Bytes to text: byte order marks, UTF-16, UTF-8, declared encodings, then a guess; binary data is refused.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::rejected::Reason;
use super::unread;

/// Decodes one input, chunk by chunk.
pub(crate) struct Decoder {
    state: State,
    /// Whether the encoding was guessed from how the text looks.
    guessed: bool,
    /// Stretches of bytes that are no characters.
    errors: u64,
    /// Bytes of a mark to leave out at the start.
    skip: usize,
}

enum State {
    /// UTF-8, unless it turns out otherwise: bytes that are not valid are read as windows-1252, one by one, and where
    /// nothing beyond ASCII came before them, the encoding is guessed anew.
    Utf8 {
        /// The beginning of a character that the next chunk completes.
        carry: Vec<u8>,
        seen_multibyte: bool,
    },
    Other(encoding_rs::Decoder),
}

impl Decoder {
    /// Chooses the encoding by how an input begins. `whole`: the head is all of it. `asked`: the label of the encoding
    /// that the user named.
    ///
    /// # Errors
    /// Where the head is not text, or no encoding has that name.
    pub fn for_head(head: &[u8], whole: bool, asked: Option<&str>) -> Result<Self, Reason> {
        if let Some(label) = asked {
            let encoding = Encoding::for_label(label.as_bytes())
                .ok_or_else(|| Reason::UnknownEncoding { name: label.to_owned() })?;
            let skip = Encoding::for_bom(head).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, bytes)| bytes);
            return Ok(Self::new(encoding, false, skip));
        }
        if let Some(looks_like) = binary_kind(head) {
            return Err(Reason::Binary { looks_like: looks_like.into() });
        }
        if let Some((encoding, skip)) = Encoding::for_bom(head) {
            let is_lie = encoding != UTF_8 && is_plainly_bytewise(&head[skip..]);
            if !is_lie {
                return if encoding == UTF_8 && !is_mostly_utf8(&head[skip..], whole) {
                    Ok(Self::new(guess(&head[skip..], whole), true, skip))
                } else {
                    Ok(Self::new(encoding, false, skip))
                };
            }
            return Ok(Self::new(UTF_8, true, skip));
        }
        if let Some(encoding) = unmarked_utf16(head) {
            return Ok(Self::new(encoding, true, 0));
        }
        if is_binary(head) {
            return Err(Reason::Binary { looks_like: "binary data".into() });
        }
        let is_utf8 = is_mostly_utf8(head, whole);
        if let Some(declared) = declared_encoding(head)
            && declared != UTF_8
            && (!is_utf8 || head.is_ascii())
        {
            return Ok(Self::new(declared, false, 0));
        }
        if is_utf8 {
            return Ok(Self::new(UTF_8, false, 0));
        }
        Ok(Self::new(guess(head, whole), true, 0))
    }

    fn new(encoding: &'static Encoding, guessed: bool, skip: usize) -> Self {
        let state = if encoding == UTF_8 {
            State::Utf8 { carry: Vec::new(), seen_multibyte: false }
        } else {
            State::Other(encoding.new_decoder_without_bom_handling())
        };
        Self { state, guessed, errors: 0, skip }
    }

    pub fn encoding_name(&self) -> &'static str {
        match &self.state {
            State::Utf8 { .. } => UTF_8.name(),
            State::Other(decoder) => decoder.encoding().name(),
        }
    }

    pub fn was_guessed(&self) -> bool {
        self.guessed
    }

    /// Returns how many stretches of bytes were no characters so far.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Decodes a chunk to the end of `text`; `last` where no more comes.
    pub fn decode(&mut self, mut bytes: &[u8], last: bool, text: &mut String) {
        if self.skip > 0 {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
        }
        match &mut self.state {
            State::Other(decoder) => {
                text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
                let (_, _, had_errors) = decoder.decode_to_string(bytes, text, last);
                self.errors += u64::from(had_errors);
            }
            State::Utf8 { carry, .. } => {
                if carry.is_empty() {
                    self.decode_utf8(bytes, last, text);
                } else {
                    let mut joined = std::mem::take(carry);
                    joined.extend_from_slice(bytes);
                    self.decode_utf8(&joined, last, text);
                }
            }
        }
    }

    fn decode_utf8(&mut self, mut bytes: &[u8], last: bool, text: &mut String) {
        let State::Utf8 { carry, seen_multibyte } = &mut self.state else { return };
        loop {
            let error = match std::str::from_utf8(bytes) {
                Ok(valid) => {
                    *seen_multibyte |= !valid.is_ascii();
                    text.push_str(valid);
                    return;
                }
                Err(error) => error,
            };
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            *seen_multibyte |= !valid.is_ascii();
            text.push_str(&String::from_utf8_lossy(valid));
            let bad = match error.error_len() {
                None if !last => {
                    carry.extend_from_slice(rest);
                    return;
                }
                None => rest.len(),
                Some(length) => length,
            };
            if !*seen_multibyte {
                // All was ASCII so far, so this may be any encoding that contains it.
                let encoding = guess(rest, last);
                let mut decoder = encoding.new_decoder_without_bom_handling();
                text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3));
                let (_, _, had_errors) = decoder.decode_to_string(rest, text, last);
                self.errors += u64::from(had_errors);
                self.guessed = true;
                self.state = State::Other(decoder);
                return;
            }
            self.errors += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(&rest[..bad]).0);
            bytes = &rest[bad..];
        }
    }
}

/// Decodes one part of an input, of which `label` says, not always rightly, how it is encoded.
///
/// # Errors
/// Where it is not text.
pub(crate) fn decode_part(bytes: &[u8], label: Option<&str>) -> Result<String, Reason> {
    unread::refuse(bytes)?;
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let label = label.filter(|label| !is_utf8 && Encoding::for_label(label.as_bytes()).is_some());
    let mut decoder = Decoder::for_head(bytes, true, label)?;
    let mut text = String::new();
    decoder.decode(bytes, true, &mut text);
    Ok(text)
}

fn guess(bytes: &[u8], whole: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, whole);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == UTF_8 { WINDOWS_1252 } else { encoding }
}

/// Whether bytes are UTF-8 but for a few stray ones, as files get that were pasted together.
fn is_mostly_utf8(bytes: &[u8], whole: bool) -> bool {
    // Most texts are all of it, and what stands beyond ASCII need not be counted.
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut multibyte, mut strays) = (0usize, 0usize);
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                multibyte += beyond_ascii(valid);
                break;
            }
            Err(error) => {
                let (valid, bad) = rest.split_at(error.valid_up_to());
                multibyte += std::str::from_utf8(valid).map_or(0, beyond_ascii);
                match error.error_len() {
                    // A character that the next chunk completes.
                    None if !whole => break,
                    None => {
                        strays += 1;
                        break;
                    }
                    Some(length) => {
                        strays += 1;
                        rest = &bad[length..];
                    }
                }
            }
        }
    }
    // In other encodings a letter beyond ASCII is hardly ever followed by what makes it valid UTF-8.
    strays == 0 || multibyte > 4 * strays
}

fn beyond_ascii(text: &str) -> usize {
    if text.is_ascii() { 0 } else { text.chars().filter(|character| !character.is_ascii()).count() }
}

/// Whether bytes behind a mark of UTF-16 are plainly not UTF-16: nearly all of them printable ASCII.
fn is_plainly_bytewise(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let printable = sample.iter().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')).count();
    !sample.is_empty() && printable * 20 > sample.len() * 19
}

/// Recognises UTF-16 without a mark by where its zeros stand: in Latin script every other byte.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    // Most texts hold no zero.
    memchr::memchr(0, sample)?;
    let pairs = sample.len() / 2;
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if pairs >= 4 && second * 3 > pairs && first * 20 < pairs {
        Some(UTF_16LE)
    } else if pairs >= 4 && first * 3 > pairs && second * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether bytes hold more control characters than any text.
fn is_binary(bytes: &[u8]) -> bool {
    let zeros = memchr::memchr_iter(0, bytes).count();
    let controls = controls(bytes);
    // Wire formats have a few control characters a story, damaged files a stray zero.
    zeros * 200 > bytes.len() || controls * 20 > bytes.len()
}

/// Counts control characters that texts do not hold.
fn controls(bytes: &[u8]) -> usize {
    // Added up in bytes, a stretch at a time, which is done many at once.
    const STRETCH: usize = u8::MAX as usize;
    let is_control = |byte: u8| (byte < 0x20) & !matches!(byte, 0 | 0x09..=0x0D | 0x1B) | (byte == 0x7F);
    let count = |stretch: &[u8]| stretch.iter().fold(0_u8, |count, &byte| count + u8::from(is_control(byte)));
    bytes.chunks(STRETCH).map(|stretch| usize::from(count(stretch))).sum()
}

/// How files begin that are certainly not text, or text that is not decoded here.
static SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1A\n", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x7FELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"RIFF", "a recording or WebP picture"),
    (b"\x00\x00\xFE\xFF", "UTF-32 text"),
    (b"\xFF\xFE\x00\x00", "UTF-32 text"),
];

fn binary_kind(head: &[u8]) -> Option<&'static str> {
    SIGNATURES
        .iter()
        .find(|(signature, _)| head.starts_with(signature))
        // Letters that a text may begin with count only where binary data follows.
        .filter(|(signature, _)| !signature.is_ascii() || is_binary(head))
        .map(|(_, kind)| *kind)
}

/// Bytes in which a declaration stands, as browsers look for it.
const DECLARATION_BYTES: usize = 4096;

/// Returns the encoding that an XML declaration or an HTML `meta` names.
fn declared_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(DECLARATION_BYTES)];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if head[start] != b'<' {
        return None;
    }
    let lower = head.to_ascii_lowercase();
    let at = if lower[start..].starts_with(b"<?xml") {
        let end = memchr::memmem::find(&lower, b"?>")?;
        memchr::memmem::find(&lower[..end], b"encoding")? + b"encoding".len()
    } else {
        memchr::memmem::find_iter(&lower, b"charset").find(|&at| {
            lower[..at].iter().rposition(|&byte| byte == b'<').is_some_and(|tag| lower[tag..].starts_with(b"<meta"))
        })? + b"charset".len()
    };
    let is_filling = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'');
    let label_start = at + lower[at..].iter().position(|byte| !is_filling(byte))?;
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'+');
    let label_end = label_start + lower[label_start..].iter().position(|byte| !is_label(byte))?;
    let encoding = Encoding::for_label(&lower[label_start..label_end])?;
    // Text that could be read as far as the declaration is not UTF-16, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}
