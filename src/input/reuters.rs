//! Reuters-21578: SGML files of a thousand wire stories each, as distributed since 1997.
//!
//! The files are SGML in name only: upper-case tags, a few entities, control characters by number. Their own
//! documentation fixes the order of elements, so a small reader does.

use super::lines::{lines, paragraphs};
use super::members::Members;
use super::rejected::Reason;
use super::text_stream::{Line, TextStream};
use super::{Format, Head, RawArticle, Reader};

pub(crate) const FORMAT: Format = Format {
    name: "reuters",
    title: "Reuters-21578 SGML",
    extensions: &["sgm", "sgml"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let begins = head.text.trim_start();
    let doctype = begins.get(..16).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype lewis "));
    doctype || begins.starts_with("<REUTERS ") || head.has_extension(&["sgm"]) && head.text.contains("<REUTERS ")
}

const START: &str = "<REUTERS";
const END: &str = "</REUTERS>";

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut line = String::new();
    let mut record = String::new();
    // Line on which the open record starts.
    let mut opened: Option<u32> = None;
    loop {
        let number = text.line();
        match text.next_line(&mut line)? {
            Line::End => break,
            Line::TooLong => {
                opened = None;
                let limit_bytes = text.limit_bytes();
                members.refuse(number, None, Reason::TooLong { what: "the line".into(), limit_bytes })?;
                continue;
            }
            Line::Whole => {}
        }
        let mut rest = line.as_str();
        // Few lines hold a tag, and looking for one letter costs a tenth of looking for a word.
        let has_tag = memchr::memchr(b'<', line.as_bytes()).is_some();
        if has_tag && let Some(at) = rest.find(START) {
            if let Some(started) = opened {
                members.refuse(
                    started,
                    attribute(&record, "NEWID"),
                    malformed("no </REUTERS> before the next <REUTERS>"),
                )?;
            }
            record.clear();
            opened = Some(number);
            rest = &rest[at..];
        }
        let Some(started) = opened else { continue };
        record.push_str(rest);
        record.push('\n');
        if record.len() as u64 > text.limit_bytes() {
            opened = None;
            let limit_bytes = text.limit_bytes();
            members.refuse(
                started,
                attribute(&record, "NEWID"),
                Reason::TooLong { what: "the story".into(), limit_bytes },
            )?;
        } else if has_tag && rest.contains(END) {
            opened = None;
            members.give(article(&record, started))?;
        }
    }
    if let Some(started) = opened {
        let problem = malformed("no </REUTERS> before the end");
        members.refuse(started, attribute(&record, "NEWID"), problem)?;
    }
    Ok(())
}

/// Makes paragraphs of the wire's lines, which are broken to 70 columns.
fn paragraphs_of_lines(text: &str) -> String {
    paragraphs(&lines(text), true)
}

fn malformed(problem: &str) -> Reason {
    Reason::Malformed { format: "Reuters SGML".into(), problem: problem.to_owned() }
}

/// Makes an article of one `<REUTERS>` element.
fn article(record: &str, line: u32) -> RawArticle {
    let text = element(record, "TEXT").unwrap_or_default();
    let mut headline = element(text, "TITLE").map(unescape);
    let body = match element(text, "BODY") {
        Some(body) => paragraphs_of_lines(&without_signature(&unescape(body))),
        // Stories of the type UNPROC stand in TEXT as they came over the wire, headline first.
        None => {
            let outside = without_elements(text, &["TITLE", "AUTHOR", "DATELINE"]);
            let plain = without_signature(&unescape(&outside));
            let plain = plain.trim();
            match plain.split_once('\n') {
                Some((first, rest)) if headline.is_none() => {
                    headline = Some(first.trim().trim_matches('*').to_owned());
                    paragraphs_of_lines(rest)
                }
                _ => paragraphs_of_lines(plain),
            }
        }
    };
    RawArticle {
        key: attribute(record, "NEWID"),
        line,
        headline: headline.and_then(filled),
        published: element(record, "DATE").map(unescape).and_then(filled),
        published_is_metadata: true,
        dateline: element(text, "DATELINE").map(unescape).and_then(filled),
        byline: element(text, "AUTHOR").map(unescape).and_then(filled).into_iter().collect(),
        body,
        ..RawArticle::default()
    }
}

fn filled(text: String) -> Option<String> {
    let words: Vec<&str> = text.split(|character: char| character.is_whitespace() || character.is_control()).collect();
    let joined = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then_some(joined)
}

/// Returns what stands inside the first element of that name.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, inner_start) = element_start(text, name)?;
    let inner = &text[inner_start..];
    Some(&inner[..end_tag(inner, name).unwrap_or(inner.len())])
}

/// Returns where an element's tag starts and ends.
fn element_start(text: &str, name: &str) -> Option<(usize, usize)> {
    let (start, after) = tags(text).find_map(|start| {
        let after = text[start + 1..].strip_prefix(name)?;
        after.starts_with(['>', ' ', '\n']).then_some((start, after))
    })?;
    // Where this tag does not end, no later one does.
    Some((start, text.len() - after.len() + after.find('>')? + 1))
}

/// Returns where the first end tag of that name starts.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    tags(text).find(|&start| {
        let tag = text[start + 1..].strip_prefix('/').and_then(|rest| rest.strip_prefix(name));
        tag.is_some_and(|rest| rest.starts_with('>'))
    })
}

/// Returns where tags may start.
fn tags(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'<', text.as_bytes())
}

/// Returns the text without the named elements.
fn without_elements(text: &str, names: &[&str]) -> String {
    let mut left = text.to_owned();
    for name in names {
        while let Some((start, inner_start)) = element_start(&left, name) {
            let behind_end = |at: usize| inner_start + at + "</>".len() + name.len();
            let end = end_tag(&left[inner_start..], name).map_or(left.len(), behind_end);
            left.replace_range(start..end, "");
        }
    }
    left
}

fn attribute(record: &str, name: &str) -> Option<String> {
    let tag = &record[..record.find('>')?];
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + tag[start..].find('"')?;
    filled(tag[start..end].to_owned())
}

/// Replaces the entities that the collection uses; control characters by number vanish.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let replacement = match end.map(|end| &rest[1..end]) {
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("amp") => Some('&'),
            Some("quot") => Some('"'),
            Some(number) if number.starts_with('#') => {
                let code = number[1..].parse().unwrap_or(0);
                Some(char::from_u32(code).filter(|character| !character.is_control()).unwrap_or('\0'))
            }
            _ => None,
        };
        match (replacement, end) {
            (Some(character), Some(end)) => {
                if character != '\0' {
                    plain.push(character);
                }
                rest = &rest[end + 1..];
            }
            _ => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Leaves out the agency's name that ends a story.
fn without_signature(body: &str) -> String {
    let is_end = |character: char| character.is_whitespace() || character.is_control();
    let trimmed = body.trim_end_matches(is_end);
    let unsigned = ["REUTER", "Reuter"]
        .iter()
        .find_map(|name| trimmed.strip_suffix(name))
        .filter(|rest| rest.ends_with(is_end) || rest.is_empty());
    unsigned.unwrap_or(trimmed).trim_end_matches(is_end).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{ReadOptions, Rejected, read_from};
    use super::*;
    use std::ops::ControlFlow;

    fn read_all(sgml: &str) -> Vec<Result<RawArticle, Rejected>> {
        let mut found = Vec::new();
        let mut accept = |member| {
            found.push(member);
            ControlFlow::Continue(())
        };
        read_from(sgml.as_bytes(), "a.sgm", &ReadOptions::default(), &mut accept).unwrap();
        found
    }

    const STORY: &str = "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n\
        <REUTERS TOPICS=\"YES\" LEWISSPLIT=\"TRAIN\" OLDID=\"9\" NEWID=\"41\">\n\
        <DATE> 2-MAR-1987 16:51:43.42</DATE>\n<TOPICS><D>barley</D></TOPICS>\n\
        <UNKNOWN> \n&#5;&#5;&#5;G</UNKNOWN>\n<TEXT>&#2;\n<TITLE>ARDEN &lt;ARDN> SELLS BARLEY</TITLE>\n\
        <AUTHOR>    By Una Moor, Reuters</AUTHOR>\n\
        <DATELINE>    PORT MALLOW, March 2 - </DATELINE><BODY>Arden Corp said\nit sold barley.\n    It named no price &amp; no buyer.\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n";

    #[test]
    fn a_story_becomes_an_article() {
        let expected = RawArticle {
            key: Some("41".into()),
            line: 2,
            headline: Some("ARDEN <ARDN> SELLS BARLEY".into()),
            published: Some("2-MAR-1987 16:51:43.42".into()),
            published_is_metadata: true,
            dateline: Some("PORT MALLOW, March 2 -".into()),
            byline: vec!["By Una Moor, Reuters".into()],
            body: "Arden Corp said it sold barley.\n\nIt named no price & no buyer.".into(),
            ..RawArticle::default()
        };
        assert_eq!(read_all(STORY), [Ok(expected)]);
    }

    #[test]
    fn a_broken_story_costs_only_itself() {
        let broken = STORY.replace("</REUTERS>", "");
        let found = read_all(&(broken.clone() + STORY + &broken));
        let places: Vec<_> = found
            .iter()
            .map(|member| match member {
                Ok(article) => (true, article.line),
                Err(rejected) => (false, rejected.place.line.unwrap_or(0)),
            })
            .collect();
        assert_eq!(places, [(false, 2), (true, 17), (false, 32)], "{found:?}");
    }

    #[test]
    fn a_story_without_elements_is_its_text() {
        let found = read_all(
            "<REUTERS NEWID=\"7\"><DATE>1-APR-1987 01:02:03.04</DATE><TEXT TYPE=\"UNPROC\">&#2;\n\
             ******MALLOW BANK RAISES RATE\n&#3;\n    The rate is 7 pct.\n Reuter\n</TEXT></REUTERS>",
        );
        let article = found[0].as_ref().unwrap();
        assert_eq!(article.headline.as_deref(), Some("MALLOW BANK RAISES RATE"));
        assert_eq!(article.body, "The rate is 7 pct.");
    }
}
