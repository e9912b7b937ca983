//! Hits for reading: who said it, when and where; the words with what matched marked; where it stands.

use std::io::{self, Write};

use anstyle::Style;

use super::article_text::{day_and_time, places, speaker_name, told_cue};
use super::paint::{FAINT, HEADLINE, MARK, PATH, Paragraph, SPEAKER, neutralise};
use super::{Answer, Screen};
use crate::article::{Article, Span};
use crate::search::{Facet, Group, Hit, SignificantTerm, Target};
use crate::statement::Statement;

/// Columns before the lines under a hit's first one.
const INDENT: usize = 4;
/// Between facts on one line.
const DOT: &str = " · ";

pub(super) fn answer(out: &mut dyn Write, answer: Answer<'_>, screen: &Screen) -> io::Result<()> {
    let Answer { target, page, offset, hits, .. } = answer;
    let count = match &page.groups {
        Some(groups) => {
            for (index, group) in groups.groups.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                write_group(out, group, target, screen)?;
                write_hits(out, &mut hits.take(group.shown), screen)?;
            }
            let count = format!("{} group{}", groups.total, if groups.total == 1 { "" } else { "s" });
            let groups = part_of(groups.total, count, offset, groups.groups.len());
            format!("{groups}; {}", target.counted(page.total))
        }
        None => {
            let shown = write_hits(out, hits, screen)?;
            part_of(page.total, target.counted(page.total), offset, shown)
        }
    };
    for facet in &page.facets {
        write_facet(out, facet, screen)?;
    }
    write_terms(out, &page.terms, screen)?;
    if page.total > 0 {
        writeln!(out, "\n{}", screen.paint(FAINT, &count))?;
    }
    Ok(())
}

/// Writes hits with a line between them, and returns how many they were.
fn write_hits(
    out: &mut dyn Write,
    hits: &mut dyn Iterator<Item = io::Result<Hit>>,
    screen: &Screen,
) -> io::Result<usize> {
    let mut shown = 0;
    for hit in hits {
        let hit = hit?;
        if shown > 0 {
            writeln!(out)?;
        }
        shown += 1;
        match &hit.statement {
            Some(statement) => write_statement(out, &hit, statement, screen)?,
            None => write_article(out, &hit, screen)?,
        }
        if let Some(explanation) = &hit.explanation {
            for line in explanation.lines() {
                writeln!(out, "{:INDENT$}{}", "", screen.paint(FAINT, &neutralise(line)))?;
            }
        }
    }
    Ok(shown)
}

/// Writes what the hits below have in common, and how many there are of them.
fn write_group(out: &mut dyn Write, group: &Group, target: Target, screen: &Screen) -> io::Result<()> {
    let name = match &group.value {
        Some(value) => screen.paint(HEADLINE, &neutralise(value)),
        None => screen.paint(FAINT, "none"),
    };
    writeln!(out, "{name}{}", screen.paint(FAINT, &format!("{DOT}{}", target.counted(group.total))))
}

/// Returns how many of how many are shown: `1–10 of 34 statements`.
fn part_of(total: u64, counted: String, offset: usize, shown: usize) -> String {
    match shown {
        0 => counted,
        _ if shown as u64 == total => counted,
        _ => format!("{}–{} of {counted}", offset + 1, offset + shown),
    }
}

fn write_article(out: &mut dyn Write, hit: &Hit, screen: &Screen) -> io::Result<()> {
    let article = &hit.article.article;
    let mut headline = Paragraph::default();
    headline.push(&format!("{}. ", hit.rank), None);
    push_headline(&mut headline, article, &hit.headline_marks, screen, Some(HEADLINE));
    out.write_all(headline.wrapped_hanging(screen, 0, INDENT).as_bytes())?;
    write_facts(out, &[article.outlet.clone(), day_of(article), place_of(article), byline_of(article)], screen)?;
    for snippet in &hit.snippets {
        let mut line = Paragraph::default();
        push_stretch(&mut line, &article.body, snippet.span, &snippet.marks, screen, None);
        out.write_all(line.wrapped(screen, INDENT).as_bytes())?;
    }
    if !hit.speakers.is_empty() {
        let mut line = Paragraph::default();
        line.push("Quoted: ", Some(FAINT));
        line.push(&hit.speakers.join(", "), Some(SPEAKER));
        out.write_all(line.wrapped(screen, INDENT).as_bytes())?;
    }
    write_place(out, hit, &article.id.to_string(), screen)
}

fn write_statement(out: &mut dyn Write, hit: &Hit, statement: &Statement, screen: &Screen) -> io::Result<()> {
    let article = &hit.article.article;
    let text = statement.field.of(article);
    let mut who = Paragraph::default();
    who.push(&format!("{}. ", hit.rank), None);
    push_speaker(&mut who, statement, text);
    out.write_all(who.wrapped_hanging(screen, 0, INDENT).as_bytes())?;

    let mut words = Paragraph::default();
    if let Some(cue) = told_cue(statement, text) {
        words.push(&format!("[{cue}] "), Some(FAINT));
    }
    for (index, span) in statement.spans.iter().enumerate() {
        if index > 0 {
            words.push(" … ", Some(FAINT));
        }
        push_stretch(&mut words, text, *span, &hit.marks, screen, None);
    }
    out.write_all(words.wrapped(screen, INDENT).as_bytes())?;
    for snippet in &hit.snippets {
        let mut line = Paragraph::default();
        line.push("in: ", Some(FAINT));
        push_stretch(&mut line, &article.body, snippet.span, &snippet.marks, screen, Some(FAINT));
        out.write_all(line.wrapped(screen, INDENT).as_bytes())?;
    }

    let mut headline = Paragraph::default();
    push_headline(&mut headline, article, &hit.headline_marks, screen, Some(HEADLINE));
    out.write_all(headline.wrapped(screen, INDENT).as_bytes())?;
    write_facts(out, &[article.outlet.clone(), day_of(article), place_of(article)], screen)?;
    let id = super::statement_id(article.id, statement.id);
    write_place(out, hit, &id, screen)
}

/// Adds name, role, day, medium, relay and confidence of a statement.
fn push_speaker(line: &mut Paragraph, statement: &Statement, text: &str) {
    line.push(&speaker_name(statement.speaker.as_ref(), text), Some(SPEAKER));
    if let Some(role) = statement.speaker.as_ref().and_then(|speaker| speaker.role.as_deref()) {
        line.push(&format!(", {role}"), None);
    }
    if let Some(relay) = &statement.relayed_by {
        line.push(&format!(", relayed by {relay}"), None);
    }
    if let Some(day) = statement.said_on {
        line.push(&format!("{DOT}{}", day.format("%-d %B %Y")), None);
    }
    if let Some(medium) = &statement.medium {
        line.push(&format!("{DOT}{medium}"), None);
    }
    line.push(&format!("{DOT}confidence {:.2}", statement.confidence), Some(FAINT));
}

fn push_headline(line: &mut Paragraph, article: &Article, marks: &[Span], screen: &Screen, style: Option<Style>) {
    match &article.headline {
        Some(headline) => push_stretch(line, headline, Span::new(0, headline.len()), marks, screen, style),
        None => line.push("(no headline)", Some(FAINT)),
    }
}

/// Adds the stretch `part` of `text`; what matched is coloured, or between stars where there is no colour.
fn push_stretch(line: &mut Paragraph, text: &str, part: Span, marks: &[Span], screen: &Screen, style: Option<Style>) {
    let star = if screen.colour { "" } else { "*" };
    let mut at = part.start;
    for mark in marks.iter().filter(|mark| part.contains(**mark) && !mark.is_empty()) {
        if mark.start < at {
            continue;
        }
        line.push(&text[at..mark.start], style);
        line.push(&format!("{star}{}{star}", mark.of(text)), Some(MARK));
        at = mark.end;
    }
    line.push(&text[at..part.end], style);
}

fn write_facts(out: &mut dyn Write, facts: &[Option<String>], screen: &Screen) -> io::Result<()> {
    let mut line = Paragraph::default();
    line.push(&facts.iter().flatten().cloned().collect::<Vec<_>>().join(DOT), None);
    out.write_all(line.wrapped(screen, INDENT).as_bytes())
}

/// Writes where the hit stands and how to ask for it, on one line that is never broken.
fn write_place(out: &mut dyn Write, hit: &Hit, id: &str, screen: &Screen) -> io::Result<()> {
    let article = &hit.article.article;
    let place = format!("{}:{}", neutralise(&article.path), article.line);
    let more = match hit.duplicates {
        0 => String::new(),
        count => format!("  and {count} more"),
    };
    writeln!(out, "{:INDENT$}{}  {}{more}", "", screen.paint(PATH, &place), screen.paint(FAINT, id))
}

fn write_facet(out: &mut dyn Write, facet: &Facet, screen: &Screen) -> io::Result<()> {
    writeln!(out, "\n{}", screen.paint(HEADLINE, &facet.field))?;
    for (value, count) in &facet.counts {
        writeln!(out, "{count:>8}  {}", neutralise(value))?;
    }
    if facet.missing > 0 {
        writeln!(out, "{:>8}  {}", facet.missing, screen.paint(FAINT, "none"))?;
    }
    Ok(())
}

fn write_terms(out: &mut dyn Write, terms: &[SignificantTerm], screen: &Screen) -> io::Result<()> {
    if terms.is_empty() {
        return Ok(());
    }
    let mut line = Paragraph::default();
    line.push("Words that stand out: ", Some(FAINT));
    let words: Vec<String> =
        terms.iter().map(|term| format!("{} ({} of {})", term.word, term.hits, term.archive)).collect();
    line.push(&words.join(", "), None);
    write!(out, "\n{}", line.wrapped(screen, 0))
}

fn day_of(article: &Article) -> Option<String> {
    Some(article.published.map_or_else(|| "undated".into(), day_and_time))
}

fn place_of(article: &Article) -> Option<String> {
    article.dateline.as_ref().and_then(places)
}

fn byline_of(article: &Article) -> Option<String> {
    (!article.byline.is_empty()).then(|| format!("by {}", article.byline.join(", ")))
}
