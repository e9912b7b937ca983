//! Wire text as agencies send it over lines: IPTC 7901 and ANPA 1312.
//!
//! Control characters frame a story: SOH, header, STX, text, ETX, trailer. In ANPA each line above the text begins with
//! `^` and ends with `<` or `=`; in IPTC 7901 the headline and the byline end with `=`.

use std::io::Read;

use super::decode::decode_part;
use super::members::Members;
use super::rejected::Reason;
use super::{Format, Head, RawArticle, Reader, lines};

pub(crate) const FORMAT: Format = Format {
    name: "wire",
    title: "wire text (IPTC 7901, ANPA 1312)",
    extensions: &["tst", "anpa"],
    recognise,
    reader: Reader::Bytes(read),
};

const START_OF_HEADER: u8 = 0x01;
const START_OF_TEXT: u8 = 0x02;
const END_OF_TEXT: u8 = 0x03;

/// Bytes in which a story's text begins: headers are short.
const HEADER_BYTES: usize = 512;

fn recognise(head: &Head<'_>) -> bool {
    let begins = &head.bytes[..head.bytes.len().min(HEADER_BYTES)];
    let first = begins.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0x16);
    first == Some(&START_OF_HEADER) && begins.contains(&START_OF_TEXT)
}

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let limit_bytes = members.options.limits.record_bytes;
    let mut whole = Vec::new();
    bytes.take(limit_bytes + 1).read_to_end(&mut whole).map_err(|error| Reason::from_io(&error))?;
    if whole.len() as u64 > limit_bytes {
        return Err(Reason::TooLong { what: "the file".into(), limit_bytes });
    }
    let mut line = 1;
    for story in whole.split(|&byte| byte == START_OF_HEADER).skip(1) {
        members.give(article(story, line)?)?;
        line += memchr::memchr_iter(b'\n', story).count() as u32;
    }
    Ok(())
}

/// Makes an article of what stands behind one start of header.
fn article(story: &[u8], line: u32) -> Result<RawArticle, Reason> {
    let text_start = memchr::memchr(START_OF_TEXT, story).map_or(0, |at| at + 1);
    let text_end = memchr::memchr(END_OF_TEXT, &story[text_start..]).map_or(story.len(), |at| text_start + at);
    let readable = |bytes: &[u8]| {
        let bytes: Vec<u8> = bytes
            .iter()
            .copied()
            .filter(|&byte| byte >= 0x20 && byte != 0x7F || matches!(byte, b'\n' | b'\t'))
            .collect();
        decode_part(&bytes, None)
    };
    let text = readable(&story[text_start..text_end])?;
    let trailer = readable(&story[text_end..])?;
    let mut article = RawArticle { line, published_is_metadata: true, ..RawArticle::default() };
    let body = if text.lines().any(|line| line.starts_with('^') && line.trim_end().ends_with('<')) {
        anpa(&text, &mut article)
    } else {
        iptc_7901(&text, &mut article)
    };
    let anpa_date = || trailer.lines().find_map(|line| date_of_anpa(line.trim().strip_prefix('^')?));
    article.published = article.published.or_else(|| date_of_iptc_7901(&trailer)).or_else(anpa_date);
    let found = lines::lines(&body);
    let are_wrapped = lines::are_wrapped(&found);
    article.body = lines::paragraphs(&found, are_wrapped);
    Ok(article)
}

fn anpa(text: &str, article: &mut RawArticle) -> String {
    let mut body = String::new();
    let mut slug = None;
    for line in text.lines() {
        let marked = line.trim().strip_prefix('^').map(|line| line.trim_end_matches(['<', '=', ' ']).trim());
        let Some(marked) = marked else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        if let Some(date) = date_of_anpa(marked) {
            article.published = Some(date);
        } else if slug.is_none() {
            slug = Some(marked.split(',').next().unwrap_or(marked).to_owned());
        } else if marked.starts_with("By ") {
            article.byline.push(marked.to_owned());
        } else if article.headline.is_none() && article.byline.is_empty() && !is_note(marked) {
            article.headline = Some(marked.to_owned());
        }
    }
    article.headline = article.headline.take().or(slug);
    body
}

/// Whether a line above the text is for editors.
fn is_note(line: &str) -> bool {
    ["Eds", "AP Photo", "EDS", "With ", "Note"].iter().any(|begin| line.starts_with(begin))
}

fn iptc_7901(text: &str, article: &mut RawArticle) -> String {
    let mut head = Vec::new();
    let mut body = String::new();
    let marks_end = |line: &str| line.trim_end().ends_with('=');
    let count = text.lines().take_while(|line| !line.trim().is_empty()).count();
    for (index, line) in text.lines().enumerate() {
        let words = line.trim().trim_end_matches('=').trim();
        if index >= count {
            body.push_str(line);
            body.push('\n');
        } else if words.starts_with("By ") && marks_end(line) {
            article.byline.push(words.to_owned());
        } else if !words.is_empty() && !is_urgency(words) {
            head.push(words);
        }
    }
    if body.trim().is_empty() {
        return head.join("\n");
    }
    article.headline = (!head.is_empty()).then(|| head.join(" "));
    body
}

/// Whether a line says how urgent a story is, or which version: `EXTRA`, `1ST LEAD`.
fn is_urgency(line: &str) -> bool {
    matches!(line, "EXTRA" | "URGENT" | "BULLETIN" | "FLASH" | "SNAP" | "ROUNDUP" | "NEWS FEATURE")
        || line.ends_with(" LEAD")
}

/// Spells the date of `AP-WF-06-29-17 2350GMT`, which ends a story, as other formats do.
fn date_of_anpa(line: &str) -> Option<String> {
    let text = line.strip_prefix("AP-WF-").or_else(|| line.strip_prefix("AP-NY-"))?;
    let digits: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [month, day, year, time] = digits[..] else { return None };
    let is_time = time.len() == 4 && text.contains("GMT");
    (year.len() == 2).then(|| {
        let time = if is_time { format!("T{}:{}:00Z", &time[..2], &time[2..]) } else { String::new() };
        format!("20{year}-{month:0>2}-{day:0>2}{time}")
    })
}

/// Spells `212101 GMT Nov 18`, the day, hour and minute, month and year, as people do.
fn date_of_iptc_7901(trailer: &str) -> Option<String> {
    let words: Vec<&str> = trailer.split_whitespace().collect();
    words.windows(4).find_map(|window| {
        let [time, zone @ "GMT", month, year] = window else { return None };
        let is_date = time.len() == 6 && time.bytes().all(|byte| byte.is_ascii_digit()) && year.len() == 2;
        is_date.then(|| format!("{} {month} 20{year} {}:{} {zone}", &time[..2], &time[2..4], &time[4..]))
    })
}
