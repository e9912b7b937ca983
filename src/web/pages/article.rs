//! The page of an article: its text with every statement marked in its speaker's colour, and in the margin who speaks.

use askama::Template;

use super::cite::downloads;
use super::hits::{anchor, article_address, circumstances, confidence, speaker_name, trace_address, words};
use super::{Layout, Link, write};
use crate::article::{Article, Span};
use crate::index::StoredArticle;
use crate::output::statement_id;
use crate::search::{Reference, Referred, Since};
use crate::statement::{Statement, StatementField, StatementId};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::runs;
use crate::web::{asking, wording};

/// Colours of speakers; they repeat after the last. Colour 0 is for those without a name.
const COLOURS: usize = 8;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    layout: Layout,
    language: Option<&'a str>,
    is_right_to_left: bool,
    outlet: Option<Link>,
    headline: Vec<SpokenRun<'a>>,
    headline_notes: Vec<Note>,
    facts: Vec<String>,
    speakers: Vec<CastMember>,
    paragraphs: Vec<Paragraph<'a>>,
    /// How the article is cited in running text, part by part: each may run in another direction.
    citation: Vec<String>,
    /// What is to be cited: `dateline show`, the search box and the API find by it what it names, and whether it changed.
    reference: String,
    is_reworded: bool,
    url: Option<&'a str>,
    downloads: Vec<Link>,
}

/// A paragraph, and who speaks in it.
struct Paragraph<'a> {
    runs: Vec<SpokenRun<'a>>,
    notes: Vec<Note>,
}

/// Text that is one speaker's or nobody's.
struct SpokenRun<'a> {
    text: &'a str,
    said: Option<Said>,
}

struct Said {
    colour: usize,
    /// Where the statement begins.
    anchor: Option<String>,
}

/// Who said a statement, beside it.
struct Note {
    colour: usize,
    anchor: String,
    speaker: String,
    speaker_address: Option<String>,
    facts: Vec<String>,
    /// Where the same words are looked for in other articles.
    trace: String,
    /// Where it stands how to cite the statement.
    cite: String,
}

/// One of those who speak.
struct CastMember {
    name: String,
    colour: usize,
    count: usize,
    /// Anchor of the first statement.
    first: String,
}

/// Answers `/article/ID`.
pub fn article(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let (Referred { article: stored, statements, since }, meant) = asking::referred(asked, asked.segment())?;
    // A moved article has another address by now, and a reference is none.
    if meant.is_some() || stored.article.id.to_string() != asked.segment() {
        out.see(&address_of(&stored.article, meant, since));
        return Ok(());
    }
    write(&ArticlePage::new(asked, &stored, &statements), out)
}

/// Answers `/statement/ID` by leading to its place in the article.
pub fn statement(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let (found, meant) = asking::referred(asked, asked.segment())?;
    out.see(&address_of(&found.article.article, meant, found.since));
    Ok(())
}

/// Said in the address of a page whose words are not those that were cited.
const REWORDED: &str = "reworded";

fn address_of(article: &Article, statement: Option<StatementId>, since: Since) -> String {
    let told = match since {
        Since::Reworded => Parameters::default().with("since", REWORDED),
        Since::AsCited | Since::Moved => Parameters::default(),
    };
    let page = told.address(&article_address(article));
    statement.map_or_else(|| page.clone(), |statement| format!("{page}#{}", anchor(statement)))
}

impl<'a> ArticlePage<'a> {
    fn new(asked: &Asked, stored: &'a StoredArticle, statements: &'a [Statement]) -> Self {
        let article = &stored.article;
        let headline = article.headline.as_deref().unwrap_or(&article.path);
        let view = View { article, statements, colours: colours(statements) };
        let known = [
            Some(wording::published(article.published)),
            wording::places(article),
            (!article.byline.is_empty()).then(|| format!("by {}", article.byline.join(", "))),
        ];
        let in_headline = match article.headline {
            Some(_) => view.runs(StatementField::Headline, headline, Span::new(0, headline.len())),
            None => vec![SpokenRun { text: headline, said: None }],
        };
        let outlet = article.outlet.as_ref().map(|outlet| {
            Link::new(outlet, Parameters::default().with("outlet", outlet).with("target", "articles").address("/"))
        });
        Self {
            layout: Layout::new(format!("{headline} · Dateline"), "", asked),
            language: article.language.as_deref(),
            is_right_to_left: wording::is_right_to_left(headline),
            outlet,
            headline: in_headline,
            headline_notes: view.notes(StatementField::Headline, Span::new(0, headline.len())),
            facts: known.into_iter().flatten().collect(),
            speakers: view.cast(),
            paragraphs: view.paragraphs(),
            citation: citation(article, headline),
            reference: Reference::new(article, None, stored.hash).to_string(),
            is_reworded: asked.parameters.get("since") == Some(REWORDED),
            url: article.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            downloads: downloads(&article.id.to_string()),
        }
    }
}

/// An article, its statements, and the colour of each.
struct View<'a> {
    article: &'a Article,
    statements: &'a [Statement],
    colours: Vec<usize>,
}

impl<'a> View<'a> {
    fn paragraphs(&self) -> Vec<Paragraph<'a>> {
        let body = &self.article.body;
        let whole = [Span::new(0, body.len())];
        let spans = if self.article.paragraphs.is_empty() { &whole[..] } else { &self.article.paragraphs };
        let paragraphs = spans.iter().map(|span| Paragraph {
            runs: self.runs(StatementField::Body, body, *span),
            notes: self.notes(StatementField::Body, *span),
        });
        paragraphs.collect()
    }

    fn in_field(&self, field: StatementField) -> impl Iterator<Item = (usize, &'a Statement)> {
        self.statements.iter().enumerate().filter(move |(_, statement)| statement.field == field)
    }

    fn runs(&self, field: StatementField, text: &'a str, part: Span) -> Vec<SpokenRun<'a>> {
        let statements: Vec<(usize, &[Span])> =
            self.in_field(field).map(|(index, statement)| (index, &statement.spans[..])).collect();
        let spoken = runs::spoken(text, part, &statements);
        let view = |run: runs::Spoken<'a>| SpokenRun {
            text: run.text,
            said: run.statement.map(|index| Said {
                colour: self.colours[index],
                anchor: run.is_start.then(|| anchor(self.statements[index].id)),
            }),
        };
        spoken.into_iter().map(view).collect()
    }

    /// Returns a note for each statement that begins in `part`.
    fn notes(&self, field: StatementField, part: Span) -> Vec<Note> {
        let begins = |statement: &Statement| {
            statement.spans.first().is_some_and(|span| part.start <= span.start && span.start < part.end)
        };
        self.in_field(field)
            .filter(|(_, statement)| begins(statement))
            .map(|(index, statement)| self.note(index, statement))
            .collect()
    }

    fn note(&self, index: usize, statement: &Statement) -> Note {
        let text = statement.field.of(self.article);
        let (speaker, speaker_address) = speaker_name(statement.speaker.as_ref(), text);
        let role = statement.speaker.as_ref().and_then(|speaker| speaker.role.clone());
        let mut facts = Vec::from_iter(role);
        facts.extend(circumstances(self.article, statement));
        facts.push(confidence(statement.confidence));
        Note {
            colour: self.colours[index],
            anchor: anchor(statement.id),
            speaker,
            speaker_address,
            facts,
            trace: trace_address(&words(self.article, statement)),
            cite: format!("/cite/{}", statement_id(self.article.id, statement.id)),
        }
    }

    /// Returns who speaks by name, in order of appearance.
    fn cast(&self) -> Vec<CastMember> {
        let mut cast: Vec<CastMember> = Vec::new();
        for (statement, colour) in self.statements.iter().zip(&self.colours) {
            let Some(name) = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_ref()) else { continue };
            match cast.iter_mut().find(|member| member.name == *name) {
                Some(member) => member.count += 1,
                None => {
                    cast.push(CastMember { name: name.clone(), colour: *colour, count: 1, first: anchor(statement.id) })
                }
            }
        }
        cast
    }
}

/// Returns a colour for each statement: one speaker, one colour.
fn colours(statements: &[Statement]) -> Vec<usize> {
    let mut names: Vec<&str> = Vec::new();
    let mut colours = Vec::with_capacity(statements.len());
    for statement in statements {
        let Some(name) = statement.speaker.as_ref().and_then(|speaker| speaker.name.as_deref()) else {
            colours.push(0);
            continue;
        };
        let known = names.iter().position(|known| *known == name);
        let index = known.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        colours.push(index % COLOURS + 1);
    }
    colours
}

/// Returns how the article is cited in running text, part by part.
pub fn citation(article: &Article, headline: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if !article.byline.is_empty() {
        parts.push(article.byline.join(", "));
    }
    parts.push(format!("“{headline}”"));
    parts.extend(article.outlet.clone());
    parts.push(wording::published(article.published));
    parts
}
