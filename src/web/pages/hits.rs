//! Hits as pages show them: who said what, when and where, with what matched marked.

use super::Link;
use crate::article::{Article, Span};
use crate::search::Hit;
use crate::statement::{Speaker, Statement, StatementId};
use crate::web::parameters::{Parameters, segment};
use crate::web::runs::{self, Run};
use crate::web::wording;

/// Names that a line of speakers shows before it says how many more there are.
const SPEAKERS: usize = 6;

/// Words that a trace needs: fewer are found by chance everywhere.
const TRACEABLE_WORDS: usize = 4;

/// One hit.
pub struct HitItem {
    pub address: String,
    pub article_address: String,
    pub language: Option<String>,
    pub headline: Vec<Run>,
    /// Outlet, day and place of the article.
    pub facts: Vec<String>,
    pub snippets: Vec<Vec<Run>>,
    /// Where the hit is a statement.
    pub statement: Option<SaidItem>,
    /// Who speaks in the article.
    pub speakers: Vec<Link>,
    /// Where the copies are that are not shown.
    pub more: Option<Link>,
}

/// The statement of a hit.
pub struct SaidItem {
    pub speaker: String,
    /// None where the article does not name the speaker.
    pub speaker_address: Option<String>,
    pub role: Option<String>,
    pub words: Vec<Run>,
    /// When and where it was said, and who passed it on.
    pub facts: Vec<String>,
    pub confidence: String,
}

impl HitItem {
    /// Makes the view of a hit to the question that `parameters` ask.
    pub fn new(hit: &Hit, parameters: &Parameters) -> Self {
        let article = &hit.article.article;
        let article_address = article_address(article);
        let address = match &hit.statement {
            Some(statement) => format!("{article_address}#{}", anchor(statement.id)),
            None => article_address.clone(),
        };
        let snippets =
            hit.snippets.iter().map(|snippet| runs::marked(&article.body, snippet.span, &snippet.marks)).collect();
        let mut speakers: Vec<Link> =
            hit.speakers.iter().take(SPEAKERS).map(|name| Link::new(name, speaker_address(name))).collect();
        if hit.speakers.len() > SPEAKERS {
            let rest = format!("{} more", hit.speakers.len() - SPEAKERS);
            speakers.push(Link::new(rest, article_address.clone()));
        }
        let more = (hit.duplicates > 0).then(|| {
            let name = format!("and {} more", wording::number(hit.duplicates));
            let words = hit.statement.as_ref().map(|statement| words(article, statement));
            match words.filter(|words| words.split_whitespace().count() >= TRACEABLE_WORDS) {
                Some(words) => Link::new(name, trace_address(&words)),
                None => Link::new(name, parameters.setting("all", "1").without("page").address("/")),
            }
        });
        Self {
            address,
            article_address,
            language: article.language.clone(),
            headline: headline(article, &hit.headline_marks),
            facts: facts(article),
            snippets,
            statement: hit.statement.as_ref().map(|statement| SaidItem::new(article, statement, &hit.marks)),
            speakers,
            more,
        }
    }
}

impl SaidItem {
    pub fn new(article: &Article, statement: &Statement, marks: &[Span]) -> Self {
        let text = statement.field.of(article);
        let (speaker, speaker_address) = speaker_name(statement.speaker.as_ref(), text);
        Self {
            speaker,
            speaker_address,
            role: statement.speaker.as_ref().and_then(|speaker| speaker.role.clone()),
            words: runs::joined(text, &statement.spans, marks),
            facts: circumstances(article, statement),
            confidence: confidence(statement.confidence),
        }
    }
}

/// Returns the name with the address of its page, else how the article calls the speaker.
pub fn speaker_name(speaker: Option<&Speaker>, text: &str) -> (String, Option<String>) {
    match speaker {
        Some(Speaker { name: Some(name), .. }) => (name.clone(), Some(speaker_address(name))),
        Some(speaker) => (text.get(speaker.mention.range()).unwrap_or_default().to_owned(), None),
        None => ("unknown speaker".to_owned(), None),
    }
}

/// Returns when and where a statement was made, and who passed it on: the day only where it is not the article's own.
pub fn circumstances(article: &Article, statement: &Statement) -> Vec<String> {
    let day = statement.said_on.and_then(|day| wording::day_seen_from(day, article.published));
    let facts = [
        day.map(|day| format!("said {day}")),
        statement.medium.clone(),
        statement.relayed_by.as_ref().map(|relay| format!("relayed by {relay}")),
    ];
    facts.into_iter().flatten().collect()
}

/// Returns a probability as a reader takes it in: `93 % sure`.
pub fn confidence(probability: f32) -> String {
    format!("{:.0}\u{a0}% sure", probability * 100.0)
}

pub fn article_address(article: &Article) -> String {
    format!("/article/{}", article.id)
}

pub fn speaker_address(name: &str) -> String {
    format!("/speaker/{}", segment(name))
}

/// Returns the address of the page that shows where words first appeared.
pub fn trace_address(words: &str) -> String {
    Parameters::default().with("text", words).address("/trace")
}

/// Returns the longest stretch of a statement's words that stands in one piece.
pub fn words(article: &Article, statement: &Statement) -> String {
    let text = statement.field.of(article);
    let longest = statement.spans.iter().max_by_key(|span| span.len());
    longest.and_then(|span| text.get(span.range())).unwrap_or_default().to_owned()
}

/// Returns the name by which a link leads to a statement inside its article: the second half of its id.
pub fn anchor(statement: StatementId) -> String {
    format!("{:08x}", statement.0)
}

fn headline(article: &Article, marks: &[Span]) -> Vec<Run> {
    match article.headline.as_deref().filter(|headline| !headline.trim().is_empty()) {
        Some(headline) => runs::marked(headline, Span::new(0, headline.len()), marks),
        None => vec![Run { text: article.path.clone(), is_marked: false }],
    }
}

fn facts(article: &Article) -> Vec<String> {
    let known = [
        article.outlet.clone(),
        Some(article.published.map_or_else(|| "undated".to_owned(), |published| wording::day(published.day))),
        wording::places(article),
    ];
    known.into_iter().flatten().collect()
}
