//! E-mail: one message, a mailbox of many, or a page that a browser saved as MHTML.

mod replies;

use std::io::Read;

use mail_parser::{Message, MessageParser, PartType};

use super::members::Members;
use super::rejected::Reason;
use super::{Format, Head, RawArticle, Reader, html, lines};

pub(crate) const FORMAT: Format = Format {
    name: "mail",
    title: "e-mail, mailboxes and MHTML",
    extensions: &["eml", "mbox", "mht", "mhtml"],
    recognise,
    reader: Reader::Bytes(read),
};

/// Fields with which messages begin.
const FIELDS: [&str; 16] = [
    "from",
    "to",
    "subject",
    "date",
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "message-id",
    "content-type",
    "reply-to",
    "sender",
    "x-received",
    "dkim-signature",
    "list-id",
    "snapshot-content-location",
];

fn recognise(head: &Head<'_>) -> bool {
    let begins = head.bytes.trim_ascii_start();
    let lines = begins[..begins.len().min(4096)].split(|&byte| byte == b'\n').map(String::from_utf8_lossy);
    let is_mailbox = begins.starts_with(b"From ");
    let fields = lines.skip(usize::from(is_mailbox)).take_while(|line| !line.trim().is_empty());
    let known = fields.filter(|line| {
        line.split_once(':').is_some_and(|(name, _)| FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)))
    });
    let known = known.count();
    known >= 3 || known >= 1 && head.has_extension(FORMAT.extensions)
}

fn read(bytes: &mut dyn Read, members: &mut Members<'_>) -> Result<(), Reason> {
    let mut mailbox =
        Mailbox { bytes, kept: Vec::new(), at_end: false, limit_bytes: members.options.limits.record_bytes };
    while let Some(message) = mailbox.next()? {
        let parsed = MessageParser::default().parse(&message);
        match parsed.as_ref().map(article) {
            Some(Ok(article)) => members.give(article)?,
            Some(Err(reason)) => {
                let key = parsed.and_then(|message| message.message_id().map(str::to_owned));
                members.refuse(0, key, reason)?;
            }
            None => {
                let problem = "it has no header".to_owned();
                members.refuse(0, None, Reason::Malformed { format: "e-mail".into(), problem })?;
            }
        }
    }
    Ok(())
}

/// Cuts a mailbox into messages as it streams; only one is held.
struct Mailbox<'r> {
    bytes: &'r mut dyn Read,
    kept: Vec<u8>,
    at_end: bool,
    limit_bytes: u64,
}

impl Mailbox<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Reason> {
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memmem::find(&self.kept[searched..], b"\nFrom ")
                && self.is_mailbox()
            {
                let rest = self.kept.split_off(searched + at + 1);
                let message = std::mem::replace(&mut self.kept, rest);
                return Ok(Some(without_envelope(&message)));
            }
            searched = self.kept.len().saturating_sub(5);
            if self.at_end {
                let message = std::mem::take(&mut self.kept);
                return Ok((!message.trim_ascii().is_empty()).then(|| without_envelope(&message)));
            }
            let mut chunk = Vec::new();
            let count =
                (&mut self.bytes).take(256 << 10).read_to_end(&mut chunk).map_err(|error| Reason::from_io(&error))?;
            self.at_end = count == 0;
            self.kept.append(&mut chunk);
            if self.kept.len() as u64 > self.limit_bytes {
                return Err(Reason::TooLong { what: "the message".into(), limit_bytes: self.limit_bytes });
            }
        }
    }

    fn is_mailbox(&self) -> bool {
        self.kept.trim_ascii_start().starts_with(b"From ")
    }
}

/// Leaves out the line that begins a message in a mailbox.
fn without_envelope(message: &[u8]) -> Vec<u8> {
    let message = message.trim_ascii_start();
    let behind = if message.starts_with(b"From ") { memchr::memchr(b'\n', message).map(|at| at + 1) } else { None };
    message[behind.unwrap_or(0)..].to_vec()
}

fn article(message: &Message<'_>) -> Result<RawArticle, Reason> {
    let page = message.parts.iter().find_map(|part| match &part.body {
        PartType::Html(page) => Some(replies::without_in_markup(page.as_ref())),
        _ => None,
    });
    let text = message.parts.iter().find_map(|part| match &part.body {
        PartType::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    let snapshot = message.header_raw("Snapshot-Content-Location").map(str::trim);
    let mut article = match (page, text) {
        // A page of a newsletter is laid out in tables, often with little text: then all of it is taken.
        (Some(page), text) => html::article(page).or_else(|reason| {
            let body = text.map_or_else(|| html::plain_text(page), without_replies);
            let is_empty = body.trim().is_empty();
            if is_empty { Err(reason) } else { Ok(RawArticle { body, ..RawArticle::default() }) }
        })?,
        (None, Some(text)) => RawArticle { body: without_replies(text), ..RawArticle::default() },
        (None, None) => return Err(Reason::NoArticle { what: "a message without text".into() }),
    };
    article.line = 1;
    article.key = message.message_id().map(str::to_owned);
    if let Some(address) = snapshot {
        article.url = article.url.or_else(|| Some(address.to_owned()));
        article.headline = article.headline.or_else(|| message.subject().map(str::to_owned));
        return Ok(article);
    }
    let sender = message.from().and_then(|from| from.first());
    article.headline = message.subject().map(str::to_owned).or(article.headline);
    article.published = message.date().map(mail_parser::DateTime::to_rfc3339).or(article.published);
    article.published_is_metadata = true;
    if let Some(name) = sender.and_then(|sender| sender.name()) {
        article.byline = vec![name.to_owned()];
    }
    Ok(article)
}

/// Joins a message's lines to paragraphs, without what it quotes of the message that it answers.
fn without_replies(text: &str) -> String {
    let own = replies::without(&text.replace("\r\n", "\n"));
    let found = lines::lines(&own);
    let are_wrapped = lines::are_wrapped(&found);
    lines::paragraphs(&found, are_wrapped)
}
