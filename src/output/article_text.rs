//! An article for reading, with its statements marked where they stand and listed beneath.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Screen;
use super::paint::{FAINT, HEADLINE, PATH, Paragraph, SPEAKER, neutralise};
use super::views::{spoken_words, statement_id};
use crate::article::{Article, Dateline, Published, Span};
use crate::statement::{Speaker, Statement, StatementField, StatementKind};

/// Colours of the speakers, in the order in which they first speak; they repeat after the last.
const SPEAKER_COLOURS: [AnsiColor; 6] =
    [AnsiColor::Green, AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Magenta, AnsiColor::Blue, AnsiColor::Red];

/// Columns before the text of a listed statement.
const INDENT: usize = 4;

pub(super) fn article(
    out: &mut dyn Write,
    article: &Article,
    statements: &[Statement],
    screen: &Screen,
) -> io::Result<()> {
    let styles = styles_by_speaker(statements);
    let headline = article.headline.as_deref().unwrap_or("(no headline)");
    let in_field = |field| statements.iter().enumerate().filter(move |(_, statement)| statement.field == field);

    let mut title = Paragraph::default();
    let whole = Span::new(0, headline.len());
    push_marked(&mut title, headline, whole, in_field(StatementField::Headline), &styles, Some(HEADLINE));
    out.write_all(title.wrapped(screen, 0).as_bytes())?;
    out.write_all(facts(article, screen).as_bytes())?;
    let place = screen.paint(PATH, &format!("{}:{}", neutralise(&article.path), article.line));
    writeln!(out, "{place}  {}", screen.paint(FAINT, &article.id.to_string()))?;

    for paragraph in &article.paragraphs {
        let mut text = Paragraph::default();
        push_marked(&mut text, &article.body, *paragraph, in_field(StatementField::Body), &styles, None);
        write!(out, "\n{}", text.wrapped(screen, 0))?;
    }
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", screen.paint(FAINT, "Statements"))?;
    for (index, statement) in statements.iter().enumerate() {
        let mut line = Paragraph::default();
        line.push(&format!("{}. ", index + 1), None);
        push_speaker(&mut line, article, statement, Some(styles[index]));
        out.write_all(line.wrapped(screen, 0).as_bytes())?;
        let mut words = Paragraph::default();
        words.push(&spoken_words(statement.field.of(article), &statement.spans), None);
        out.write_all(words.wrapped(screen, INDENT).as_bytes())?;
        let mut id = Paragraph::default();
        id.push(&statement_id(article.id, statement.id), Some(FAINT));
        out.write_all(id.wrapped(screen, INDENT).as_bytes())?;
    }
    Ok(())
}

/// Returns the line of outlet, day, place and byline; empty where none is known.
fn facts(article: &Article, screen: &Screen) -> String {
    let known = [
        article.outlet.clone(),
        article.published.map(day_and_time),
        article.dateline.as_ref().and_then(places),
        (!article.byline.is_empty()).then(|| format!("by {}", article.byline.join(", "))),
    ];
    let mut line = Paragraph::default();
    line.push(&known.into_iter().flatten().collect::<Vec<_>>().join(" · "), None);
    line.wrapped(screen, 0)
}

/// Returns a printed date in words: `2 September 2025, 20:48`.
pub(super) fn day_and_time(published: Published) -> String {
    let day = published.day.format("%-d %B %Y");
    match published.time {
        Some(printed) => format!("{day}, {}", printed.time.format("%H:%M")),
        None => day.to_string(),
    }
}

/// Returns the places of a dateline: `Tehran (IR)`.
pub(super) fn places(dateline: &Dateline) -> Option<String> {
    let named = dateline.places.iter().map(|place| match &place.country {
        Some(country) => format!("{} ({country})", place.name),
        None => place.name.clone(),
    });
    let joined = named.collect::<Vec<_>>().join(", ");
    (!joined.is_empty()).then_some(joined)
}

/// Adds who said a statement, in which role, when, and how sure that is.
fn push_speaker(line: &mut Paragraph, article: &Article, statement: &Statement, style: Option<Style>) {
    let text = statement.field.of(article);
    line.push(&speaker_name(statement.speaker.as_ref(), text), style.or(Some(SPEAKER)));
    if let Some(role) = statement.speaker.as_ref().and_then(|speaker| speaker.role.as_deref()) {
        line.push(&format!(", {role}"), None);
    }
    if let Some(relay) = &statement.relayed_by {
        line.push(&format!(", relayed by {relay}"), None);
    }
    if let Some(day) = statement.said_on {
        line.push(&format!(", {}", day.format("%-d %B %Y")), None);
    }
    if let Some(medium) = &statement.medium {
        line.push(&format!(", {medium}"), None);
    }
    let kind = match statement.kind {
        StatementKind::Direct => "direct",
        StatementKind::Mixed => "mixed",
        StatementKind::Indirect => "indirect",
    };
    line.push(&format!(" ({kind}, {:.2})", statement.confidence), Some(FAINT));
}

/// Returns the name, else how the article names the speaker there.
pub(super) fn speaker_name(speaker: Option<&Speaker>, text: &str) -> String {
    match speaker {
        Some(Speaker { name: Some(name), .. }) => name.clone(),
        Some(speaker) => format!("“{}”", speaker.mention.of(text)),
        None => "unknown speaker".into(),
    }
}

/// Returns the verb or phrase that attributes what was not quoted: "denied" says more than a name.
pub(super) fn told_cue<'t>(statement: &Statement, text: &'t str) -> Option<&'t str> {
    let cue = statement.cue.filter(|_| statement.kind != StatementKind::Direct)?.of(text);
    cue.contains(char::is_alphabetic).then_some(cue)
}

/// Returns a style for each statement: one speaker, one colour.
fn styles_by_speaker(statements: &[Statement]) -> Vec<Style> {
    let mut names: Vec<Option<&str>> = Vec::new();
    statements
        .iter()
        .map(|statement| {
            let name = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_deref());
            let index = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            SPEAKER_COLOURS[index % SPEAKER_COLOURS.len()].on_default()
        })
        .collect()
}

/// Adds the stretch `part` of `text` with `[1: … ]` around the words of each statement.
fn push_marked<'s>(
    paragraph: &mut Paragraph,
    text: &str,
    part: Span,
    statements: impl Iterator<Item = (usize, &'s Statement)>,
    styles: &[Style],
    plain: Option<Style>,
) {
    /// At one offset, what ends stands before what begins.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    enum Edge {
        End,
        Start,
    }
    let mut edges: Vec<(usize, Edge, usize)> = Vec::new();
    for (index, statement) in statements {
        for span in statement.spans.iter().filter(|span| span.overlaps(part)) {
            edges.push((span.start.max(part.start), Edge::Start, index));
            edges.push((span.end.min(part.end), Edge::End, index));
        }
    }
    edges.sort();
    let mut open: Vec<usize> = Vec::new();
    let mut at = part.start;
    for (offset, edge, index) in edges {
        let style = open.last().map(|&index: &usize| styles[index]).or(plain);
        paragraph.push(&text[at..offset], style);
        at = offset;
        match edge {
            Edge::Start => {
                paragraph.push(&format!("[{}: ", index + 1), Some(styles[index]));
                open.push(index);
            }
            Edge::End => {
                paragraph.push("]", Some(styles[index]));
                open.retain(|&other| other != index);
            }
        }
    }
    paragraph.push(&text[at..part.end], plain);
}
