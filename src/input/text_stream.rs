//! The decoded text of an input, as it streams: whole or line by line, never longer than a limit.

use std::io::{self, Read};

use super::decode::Decoder;
use super::decompress::Opened;
use super::rejected::Reason;

/// Text ahead of a format's reader. Line ends are `\n`, whatever the input has.
pub(crate) struct TextStream<'r> {
    bytes: Opened<'r>,
    decoder: Decoder,
    /// Decoded; what stands before `start` is used up.
    buffer: String,
    start: usize,
    raw: Vec<u8>,
    at_end: bool,
    /// Whether the last character decoded was a `\r`, so that a `\n` after it is no second line end.
    after_return: bool,
    /// Line ends used up so far.
    lines: u32,
    /// Line ends decoded so far.
    lines_decoded: u32,
    first_undecodable_line: Option<u32>,
    limit_bytes: u64,
}

/// What `next_line` found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole,
    /// Passed over: longer than the limit.
    TooLong,
    End,
}

const CHUNK_BYTES: usize = 64 << 10;

impl<'r> TextStream<'r> {
    pub fn new(bytes: Opened<'r>, decoder: Decoder, limit_bytes: u64) -> Self {
        // Most inputs are one article, and clearing a chunk takes longer than decoding it.
        let raw_bytes = if bytes.whole { bytes.head.len().clamp(1, CHUNK_BYTES) } else { CHUNK_BYTES };
        Self {
            bytes,
            decoder,
            buffer: String::new(),
            start: 0,
            raw: vec![0; raw_bytes],
            at_end: false,
            after_return: false,
            lines: 0,
            lines_decoded: 0,
            first_undecodable_line: None,
            limit_bytes,
        }
    }

    /// Returns what is decoded and not used up.
    pub fn ahead(&self) -> &str {
        &self.buffer[self.start..]
    }

    /// Uses up the next `count` bytes of what is ahead.
    pub fn consume(&mut self, count: usize) {
        let used = &self.buffer[self.start..self.start + count];
        self.lines += memchr::memchr_iter(b'\n', used.as_bytes()).count() as u32;
        self.start += count;
    }

    /// Returns the number of the line on which what is ahead begins, from 1.
    pub fn line(&self) -> u32 {
        self.lines + 1
    }

    /// Returns the longest record that the limits allow.
    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    /// Decodes until `count` bytes are ahead or the input ends; returns whether they are.
    pub fn fill(&mut self, count: usize) -> Result<bool, Reason> {
        while self.ahead().len() < count {
            if !self.decode_more()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Decodes one more chunk; returns false at the end of the input.
    pub fn decode_more(&mut self) -> Result<bool, Reason> {
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 && self.start * 2 >= self.buffer.len() {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let count = loop {
            match self.bytes.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result.map_err(|error| Reason::from_io(&error))?,
            }
        };
        self.at_end = count == 0;
        let decoded_from = self.buffer.len();
        let errors_before = self.decoder.errors();
        self.decoder.decode(&self.raw[..count], self.at_end, &mut self.buffer);
        if self.decoder.errors() > errors_before && self.first_undecodable_line.is_none() {
            let newlines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32;
            let decoded = &self.buffer[decoded_from..];
            let before = decoded.find(char::REPLACEMENT_CHARACTER).map_or("", |at| &decoded[..at]);
            self.first_undecodable_line = Some(self.lines_decoded + newlines(before) + 1);
        }
        self.unify_line_ends(decoded_from);
        self.lines_decoded += memchr::memchr_iter(b'\n', &self.buffer.as_bytes()[decoded_from..]).count() as u32;
        Ok(true)
    }

    fn unify_line_ends(&mut self, from: usize) {
        let decoded = &self.buffer[from..];
        if decoded.is_empty() || !self.after_return && memchr::memchr(b'\r', decoded.as_bytes()).is_none() {
            return;
        }
        let mut unified = String::with_capacity(decoded.len());
        for character in decoded.chars() {
            match character {
                '\n' if self.after_return => {}
                '\r' => unified.push('\n'),
                other => unified.push(other),
            }
            self.after_return = character == '\r';
        }
        self.buffer.truncate(from);
        self.buffer.push_str(&unified);
    }

    /// Reads the next line, without its end, into `line`.
    pub fn next_line(&mut self, line: &mut String) -> Result<Line, Reason> {
        line.clear();
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.ahead().as_bytes()[searched..]) {
                let length = searched + at;
                line.push_str(&self.ahead()[..length]);
                self.consume(length + 1);
                return Ok(Line::Whole);
            }
            searched = self.ahead().len();
            if searched as u64 > self.limit_bytes {
                self.skip_line()?;
                return Ok(Line::TooLong);
            }
            if !self.decode_more()? {
                if self.ahead().is_empty() {
                    return Ok(Line::End);
                }
                line.push_str(self.ahead());
                self.consume(searched);
                return Ok(Line::Whole);
            }
        }
    }

    /// Uses up everything to the end of this line.
    fn skip_line(&mut self) -> Result<(), Reason> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', self.ahead().as_bytes()) {
                self.consume(at + 1);
                return Ok(());
            }
            self.consume(self.ahead().len());
            if !self.decode_more()? {
                return Ok(());
            }
        }
    }

    /// Reads everything that is left.
    ///
    /// # Errors
    /// Where it is longer than the limit.
    pub fn rest(&mut self) -> Result<String, Reason> {
        while self.decode_more()? {
            if self.ahead().len() as u64 > self.limit_bytes {
                return Err(self.too_long());
            }
        }
        if self.ahead().len() as u64 > self.limit_bytes {
            return Err(self.too_long());
        }
        let rest = self.ahead().to_owned();
        self.consume(rest.len());
        Ok(rest)
    }

    fn too_long(&self) -> Reason {
        let has_line_end = memchr::memchr(b'\n', self.ahead().as_bytes()).is_some();
        let what = if has_line_end { "the article" } else { "the line" };
        Reason::TooLong { what: what.into(), limit_bytes: self.limit_bytes }
    }

    /// Returns why the text ended before its input was complete, if it did.
    pub fn damage(&self) -> Option<Reason> {
        self.bytes.damage.clone()
    }

    /// Returns the first line on which bytes were not valid in the encoding.
    pub fn first_undecodable_line(&self) -> Option<u32> {
        self.first_undecodable_line
    }

    /// Returns the encoding's name, which may be known better than at the beginning.
    pub fn encoding_name(&self) -> &'static str {
        self.decoder.encoding_name()
    }
}
