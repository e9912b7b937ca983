//! What a message quotes of the one that it answers, as programs mark it.

use super::super::html;

/// How a line begins and which verb it has that says who wrote what follows; the verbs of those languages in which most
/// programs write it.
const INTRODUCTIONS: [(&str, &str); 7] = [
    ("On ", "wrote"),
    ("Am ", "schrieb"),
    ("Le ", "a écrit"),
    ("El ", "escribió"),
    ("Em ", "escreveu"),
    ("Il ", "ha scritto"),
    ("Op ", "schreef"),
];

/// The first fields of a header that Outlook writes above what was answered.
const HEADERS: [(&str, &str); 5] =
    [("From:", "Sent:"), ("Von:", "Gesendet:"), ("De :", "Envoyé :"), ("De:", "Enviado:"), ("Van:", "Verzonden:")];

const RULES: [&str; 2] = ["-----Original Message", "-----Ursprüngliche Nachricht"];

/// Outlook's mark, in markup, of the header above what was answered.
const OUTLOOK_MARK: &str = "id=\"divRplyFwdMsg\"";

/// Returns the lines that a message has of its own; all of a message that forwards another.
pub(super) fn without(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    // Outlook's header is the same above what was answered and what is forwarded.
    let first = lines.iter().position(|line| !line.trim().is_empty());
    if first.is_some_and(|at| begins_header(&lines[at..])) {
        return text.to_owned();
    }
    let end = (0..lines.len()).find(|&at| begins_answered(&lines[at..])).unwrap_or(lines.len());
    let own: Vec<&str> = lines[..end].iter().copied().filter(|line| !is_quoted(line)).collect();
    own.join("\n")
}

/// Returns the part of a message in markup that stands above the one that it answers; all of a message that forwards
/// another.
pub(super) fn without_in_markup(page: &str) -> &str {
    let mark = page.find(OUTLOOK_MARK).and_then(|mark| page[..mark].rfind('<'));
    let own = mark.map(|begin| &page[..begin]);
    own.filter(|own| html::plain_text(own).contains(char::is_alphanumeric)).unwrap_or(page)
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Whether the message that is answered begins with the first of the lines.
fn begins_answered(lines: &[&str]) -> bool {
    lines.split_first().is_some_and(|(first, rest)| is_introduction(first, rest)) || begins_header(lines)
}

/// Whether the first of the lines begins a header as Outlook writes it.
fn begins_header(lines: &[&str]) -> bool {
    let Some((first, rest)) = lines.split_first() else { return false };
    let next = |field: &str| rest.iter().take(3).any(|line| line.trim_start_matches('*').starts_with(field));
    RULES.iter().any(|rule| first.starts_with(rule))
        || HEADERS.iter().any(|(from, sent)| first.trim_start_matches('*').starts_with(from) && next(sent))
}

/// Whether a line, which may be broken in two, says who wrote what follows. An article may say so, too: it names neither
/// an address nor quotes with `>`.
fn is_introduction(first: &str, rest: &[&str]) -> bool {
    INTRODUCTIONS.iter().filter(|(begin, _)| first.starts_with(begin)).any(|(_, verb)| {
        let says_so = |line: &str| line.trim_end().ends_with(':') && line.contains(verb);
        let next = rest.first().copied().unwrap_or_default();
        let (line, rest) = match rest.split_first() {
            Some((_, rest)) if !says_so(first) => (format!("{first} {next}"), rest),
            _ => ((*first).to_owned(), rest),
        };
        let quotes = || rest.iter().find(|line| !line.trim().is_empty()).is_some_and(|line| is_quoted(line));
        says_so(&line) && (line.contains('@') || quotes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_is_left_out() {
        let own = "It rained in Port Selwyn.\n";
        let rows = [
            "> It rained?",
            "On Fri, 2 May 2025 at 10:05, Una Moor <una@post.example> wrote:\nIt rained?",
            "On Fri, 2 May 2025 at 10:05, Una Moor\n<una@post.example> wrote:\n\n> It rained?",
            "On 2 May 2025, a reader wrote:\n\n> It rained?",
            "Am Fr., 2. Mai 2025 um 10:05 Uhr schrieb Una Moor <una@post.example>:\n> Regen?",
            "Le ven. 2 mai 2025 à 10:05, Una Moor <una@post.example> a écrit :\n> De la pluie ?",
            "-----Original Message-----\nFrom: Una Moor\nIt rained?",
            "From: Una Moor\nSent: Friday, May 2, 2025 10:05\nTo: Desk\n\nIt rained?",
            "*Von:* Una Moor\n*Gesendet:* Freitag, 2. Mai 2025\n\nRegen?",
        ];
        for row in rows {
            assert_eq!(without(&format!("{own}{row}")).trim_end(), own.trim_end(), "{row}");
        }
    }

    #[test]
    fn what_an_article_says_stays() {
        let rows = [
            "On Friday she wrote:\n\n“It rained.”",
            "On 2 May 2025 the minister wrote to the harbour master.\n\nNobody answered.",
            "From: the harbour, with love\nTo: the hills",
            "Le ministre a écrit :\n\n« Il pleut. »",
            // Forwards.
            "\n \nFrom: Una Moor\nSent: Friday, May 2, 2025 10:05\nTo: Desk\n\nIt rained in Port Selwyn.",
            "-----Original Message-----\nFrom: Una Moor\nSent: Friday, May 2, 2025 10:05\n\nIt rained.",
            "On \n",
            "",
        ];
        for row in rows {
            assert_eq!(without(row), row.trim_end_matches('\n').to_owned(), "{row}");
        }
    }

    #[test]
    fn markup_is_cut_above_what_is_answered() {
        const FORWARD: &str = "<html><head><style>p { margin: 0 }</style></head><body><p>&nbsp;</p>\
                               <div id=\"divRplyFwdMsg\">From: Una</div><p>It rained.</p></body></html>";
        let rows = [
            ("<p>Rain.</p><div dir=\"ltr\" id=\"divRplyFwdMsg\"><b>From:</b> Una</div><p>Rain?</p>", "<p>Rain.</p>"),
            ("<p>Rain.</p>", "<p>Rain.</p>"),
            (FORWARD, FORWARD),
            ("id=\"divRplyFwdMsg\"", "id=\"divRplyFwdMsg\""),
        ];
        for (page, own) in rows {
            assert_eq!(without_in_markup(page), own, "{page}");
        }
    }
}
