//! In: an `Article`. Out: its `Statement`s, in reading order.
//!
//! 1. pair quotation marks 2. find cues 3. delimit content 4. find the mention 5. resolve mentions to speakers
//! (name, role, kind) 6. day, medium, relay 7. confidence

mod antecedent;
mod attribution;
mod bare_name;
mod borders;
mod clause;
mod confidence;
mod coreference;
mod cue;
mod days;
mod decoding;
mod description;
mod features;
mod gender;
#[cfg(test)]
mod gold;
#[cfg(test)]
mod invariants;
mod interview;
mod label;
mod labelling;
mod lattice;
mod listed;
mod medium;
mod mention;
mod model;
mod names;
mod namesakes;
mod nibbles;
mod people;
mod quotation;
mod refusal;
mod relay;
mod role;
mod said_on;
mod scoring;
mod tagger;
mod texts;
mod token;
mod tokeniser;
pub mod training;
mod unclaimed;
mod unit;
mod verdict;
mod weights;
#[cfg(test)]
mod who_said_it;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use attribution::{Attribution, find_attributions};
pub use model::Model;
pub use quotation::Quotation;
pub use tagger::Tagger;
pub use token::{Analysis, Mark, Shape, Token, TokenRange};

use attribution::SCORE_WITHOUT_CUE;
use coreference::resolve;
use refusal::is_refusal;
use texts::Texts;

use crate::article::{Article, Span};
use crate::language::{LANGUAGES, Lexicon};

/// Version of the extractor: raised with every change that can alter what `extract` returns, so that
/// `ingest --outdated` knows what to read again.
pub const EXTRACTOR_VERSION: u32 = 8;

/// Words attributed to a speaker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Stable inside its article: made from the statement's words, and an ordinal where they repeat.
    pub id: StatementId,
    pub kind: StatementKind,
    /// Which text the spans point into.
    pub field: StatementField,
    /// The speaker's words, in reading order; several where a cue interrupts them. Never empty, never overlapping.
    pub spans: Vec<Span>,
    pub cue: Option<Span>,
    pub speaker: Option<Speaker>,
    pub said_on: Option<NaiveDate>,
    /// As printed: "a post on his X account", "a press conference".
    pub medium: Option<String>,
    /// Who passed the words on: in "Roe, citing Doe, said" the statement is Doe's, relayed by Roe.
    pub relayed_by: Option<String>,
    /// Probability in `[0, 1]` that this name said it or, without a name, that content and mention are right.
    pub confidence: f32,
}

/// Identifies a statement inside its article: shown as `ARTICLE.STATEMENT`, 16 and 8 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StatementId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StatementKind {
    /// All words inside quotation marks.
    Direct,
    /// Some words inside quotation marks.
    Mixed,
    /// No word inside quotation marks.
    Indirect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StatementField {
    Body,
    Headline,
}

impl StatementField {
    /// Returns the text of an article into which the spans of a statement of this field point.
    pub fn of(self, article: &Article) -> &str {
        match self {
            Self::Body => &article.body,
            Self::Headline => article.headline.as_deref().unwrap_or_default(),
        }
    }
}

/// Who said it, as far as the article tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// Fullest form of the name in the article; none where the article does not tell or the risk of crediting the
    /// wrong person is too great.
    pub name: Option<String>,
    pub kind: SpeakerKind,
    /// As given: "Secretary of Iran's Supreme National Security Council".
    pub role: Option<String>,
    pub organisation: Option<String>,
    /// How the speaker is named beside the cue, in the statement's field.
    pub mention: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "web", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SpeakerKind {
    Person,
    Organisation,
    Document,
    Group,
    Unnamed,
}

impl SpeakerKind {
    pub const ALL: [Self; 5] = [Self::Person, Self::Organisation, Self::Document, Self::Group, Self::Unnamed];
}

/// Finds statements. Made once, shared by threads.
pub struct Extractor {
    lexicon: Lexicon,
    model: Model,
}

impl Extractor {
    pub fn new() -> Self {
        Self { lexicon: (LANGUAGES[0].lexicon)(), model: Model::english() }
    }

    /// Returns the statements of an article in reading order.
    pub fn extract(&self, article: &Article) -> Vec<Statement> {
        let body = Analysis::new(&article.body, &article.paragraphs, &self.lexicon);
        let headline = article.headline.as_deref().map(|headline| {
            let whole = Span::new(0, headline.len());
            Analysis::new(headline, &[whole], &self.lexicon)
        });
        let dateline = article.dateline.as_ref().and_then(|dateline| dateline.span).unwrap_or_default();
        let texts = Texts { headline: headline.as_ref(), body: &body, dateline };
        let mut attributions: Vec<Attribution> =
            texts.fields().flat_map(|(field, text)| find_attributions(text, field, &self.model)).collect();
        if article.language.as_deref().is_some_and(|code| LANGUAGES.iter().all(|known| known.code != code)) {
            keep_quotations(&mut attributions);
        }
        attributions.retain(|attribution| !is_refusal(texts.of(attribution.field), attribution));
        resolve(article, &texts, attributions)
    }
}

/// Keeps what quotation marks tell in any language: that somebody said these words, not who.
fn keep_quotations(attributions: &mut Vec<Attribution>) {
    attributions.retain(|attribution| attribution.kind == StatementKind::Direct);
    for attribution in attributions {
        (attribution.cue, attribution.mention) = (None, None);
        attribution.score = attribution.score.min(SCORE_WITHOUT_CUE);
    }
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}
