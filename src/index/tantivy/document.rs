//! In: an article, its statements, an input's state. Out: the engine's documents.
//!
//! An article stands before its statements, in their order; together they are one block.

use tantivy::{DateTime, TantivyDocument};

use super::schema::{Schema, printed};
use crate::article::{Article, Span};
use crate::index::keys::{copies_key, said_bands, signature};
use crate::index::marks::Marked;
use crate::index::packed::Packed;
use crate::index::record::{Placement, article_record, body_hash};
use crate::index::stems::{StemId, Stems, with_stems};
use crate::index::words::{self, WordRef, Words};
use crate::statement::{SpeakerKind, Statement, StatementField, StatementKind};

impl Schema {
    /// Returns an article and its statements as one block of documents.
    pub fn block(&self, article: &Article, statements: &[Statement], placement: &Placement) -> Vec<TantivyDocument> {
        with_stems(article.language.as_deref(), |stems| {
            let mut block = Vec::with_capacity(statements.len() + 1);
            let body = Stemmed::new(marked_body(article), stems);
            let headline = Stemmed::new(marked_headline(article), stems);
            block.push(self.article_document(article, &headline, &body, statements, stems, placement));
            for (ordinal, statement) in (1..).zip(statements) {
                let said = said(article, statement, &headline, &body, stems);
                let mut document = self.statement_document(statement, ordinal, &said, stems, placement);
                let context = context(article, statement, &said, &headline, &body, stems);
                document.add_text(self.field("context_stem"), context.as_str());
                block.push(document);
            }
            block
        })
    }

    fn article_document(
        &self,
        article: &Article,
        headline: &Stemmed,
        body: &Stemmed,
        statements: &[Statement],
        stems: &Stems,
        placement: &Placement,
    ) -> TantivyDocument {
        let mut document = self.member_document("article", placement);
        document.add_u64(self.field("id"), article.id.0);
        document.add_u64(self.field("ordinal"), 0);
        document.add_u64(self.field("statements"), statements.len() as u64);
        document.add_u64(self.field("member_hash"), placement.member_hash);
        document.add_u64(self.field("input_key"), placement.input);
        if let Some(text) = &article.headline {
            document.add_text(self.field("headline"), text);
            document.add_text(self.field("headline_stem"), headline.stems(stems).as_str());
            document.add_text(self.field("headline_marks"), headline.marked.marks.as_str());
        }
        document.add_text(self.field("body"), &article.body);
        document.add_text(self.field("body_stem"), body.stems(stems).as_str());
        document.add_text(self.field("body_marks"), body.marked.marks.as_str());
        let lead_end = article.paragraphs.first().map_or(0, |paragraph| paragraph.end);
        let lead = body.words().iter().zip(&body.ids).take_while(|(word, _)| word.span.end <= lead_end);
        document.add_text(self.field("lead_stem"), packed_stems(lead, stems).as_str());

        if let Some(published) = article.published {
            document.add_date(self.field("date"), printed(published.day, published.time.map(|time| time.time)));
        }
        if let Some(dateline) = &article.dateline {
            let mut names = Vec::new();
            for place in &dateline.places {
                names.push(place.name.as_str());
                names.extend(place.country.as_deref());
            }
            self.add_names(&mut document, "location", names);
            self.add_names(&mut document, "agency", dateline.agency.as_deref());
        }
        self.add_names(&mut document, "byline", article.byline.iter().map(String::as_str));
        self.add_names(&mut document, "outlet", article.outlet.as_deref());
        for (name, value) in [("language", &article.language), ("url", &article.url), ("key", &article.key)] {
            if let Some(value) = value {
                document.add_text(self.field(name), value);
            }
        }
        let count = body.words().iter().filter(|word| word.parts == 1).count();
        document.add_u64(self.field("words"), count as u64);
        document.add_date(self.field("added"), DateTime::from_timestamp_millis(placement.added_ms));
        document.add_text(self.field("path"), &article.path);
        document.add_u64(self.field("hash"), body_hash(&article.body));
        document.add_u64(self.field("copies"), copies_key(single_words(body.words())));
        let signature = signature(single_words(body.words()));
        for band in signature.bands {
            document.add_u64(self.field("bands"), band);
        }
        document.add_u64(self.field("sketch"), signature.sketch.0);
        for &former in &placement.former {
            document.add_u64(self.field("former"), former);
        }
        document.add_bytes(self.field("record"), &article_record(article, statements, placement));
        document
    }

    fn statement_document(
        &self,
        statement: &Statement,
        ordinal: u64,
        said: &Stemmed,
        stems: &Stems,
        placement: &Placement,
    ) -> TantivyDocument {
        let mut document = self.member_document("statement", placement);
        document.add_u64(self.field("id"), statement.id.0.into());
        document.add_u64(self.field("ordinal"), ordinal);
        document.add_text(self.field("said"), packed_words(said.words()).as_str());
        document.add_text(self.field("said_stem"), said.stems(stems).as_str());
        document.add_text(self.field("said_marks"), said.marked.marks.as_str());
        document.add_u64(self.field("copies"), copies_key(single_words(said.words())));
        for band in said_bands(single_words(said.words())).into_iter().flatten() {
            document.add_u64(self.field("bands"), band);
        }

        if let Some(speaker) = &statement.speaker {
            if let Some(name) = &speaker.name {
                self.add_names(&mut document, "speaker", Some(name.as_str()));
                document.add_text(self.field("speaker_name"), words::fold(name));
            }
            self.add_names(&mut document, "role", speaker.role.as_deref());
            self.add_names(&mut document, "organisation", speaker.organisation.as_deref());
            document.add_text(self.field("speaker_kind"), speaker_kind(speaker.kind));
        }
        self.add_names(&mut document, "relayed_by", statement.relayed_by.as_deref());
        self.add_names(&mut document, "medium", statement.medium.as_deref());
        document.add_text(self.field("kind"), kind(statement.kind));
        if let Some(day) = statement.said_on {
            document.add_date(self.field("said_on"), printed(day, None));
        }
        document.add_f64(self.field("confidence"), f64::from(statement.confidence));
        document
    }

    fn member_document(&self, what: &str, placement: &Placement) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.field("document"), what);
        document.add_text(self.field("collection"), &placement.collection);
        document.add_u64(self.field("input"), placement.input);
        document.add_u64(self.field("member"), placement.member);
        document
    }

    fn add_names<'n>(&self, document: &mut TantivyDocument, field: &str, values: impl IntoIterator<Item = &'n str>) {
        for value in values {
            document.add_text(self.field(field), value);
        }
    }
}

/// A marked text with the stem of each of its words.
struct Stemmed {
    marked: Marked,
    ids: Vec<StemId>,
}

impl Stemmed {
    fn new(marked: Marked, stems: &mut Stems) -> Self {
        let ids = marked.words.iter().map(|word| stems.id(word.folded)).collect();
        Self { marked, ids }
    }

    fn words(&self) -> &Words {
        &self.marked.words
    }

    fn stems(&self, stems: &Stems) -> Packed {
        packed_stems(self.words().iter().zip(&self.ids), stems)
    }
}

/// Returns the words as they follow each other, without the joined forms of hyphenated ones.
fn single_words(words: &Words) -> impl Iterator<Item = &str> {
    words.iter().filter(|word| word.parts == 1).map(|word| word.folded)
}

fn packed_stems<'s>(words: impl Iterator<Item = (WordRef<'s>, &'s StemId)>, stems: &Stems) -> Packed {
    let mut packed = Packed::default();
    words.for_each(|(word, &id)| packed.push(word.position, stems.stem(id)));
    packed
}

fn packed_words(words: &Words) -> Packed {
    let mut packed = Packed::default();
    words.iter().for_each(|word| packed.push(word.position, word.folded));
    packed
}

/// Returns the stems around a statement that it does not hold itself: of the headline, of its paragraph and of the
/// one before.
fn context(
    article: &Article,
    statement: &Statement,
    said: &Stemmed,
    headline: &Stemmed,
    body: &Stemmed,
    stems: &mut Stems,
) -> Packed {
    let around = match statement.field {
        StatementField::Body => context_span(article, statement),
        StatementField::Headline => None,
    };
    let around = around.map_or(&[][..], |span| &body.ids[body.words().starting_within(span)]);
    stems.seen.clear();
    for &id in &said.ids {
        stems.seen.insert(id);
    }
    let mut packed = Packed::default();
    for &id in headline.ids.iter().chain(around) {
        if stems.seen.insert(id) {
            packed.push(0, stems.stem(id));
        }
    }
    packed
}

/// Returns the words of an article's body as they are indexed.
pub fn marked_body(article: &Article) -> Marked {
    let mut marked = Marked::default();
    marked.push(&article.body, Span::new(0, article.body.len()), &article.sentences, &article.paragraphs);
    marked
}

/// Returns the words of an article's headline as they are indexed; none where it has no headline.
pub fn marked_headline(article: &Article) -> Marked {
    let mut marked = Marked::default();
    if let Some(headline) = &article.headline {
        marked.push(headline, Span::new(0, headline.len()), &[], &[]);
    }
    marked
}

/// Returns the words of a statement with their stems, taken from those of its text where that is the same.
fn said(article: &Article, statement: &Statement, headline: &Stemmed, body: &Stemmed, stems: &mut Stems) -> Stemmed {
    let (text, whole, sentences, paragraphs) = match statement.field {
        StatementField::Body => (&*article.body, body, &article.sentences[..], &article.paragraphs[..]),
        StatementField::Headline => (article.headline.as_deref().unwrap_or_default(), headline, &[][..], &[][..]),
    };
    let (mut marked, mut ids) = (Marked::default(), Vec::new());
    for &span in &statement.spans {
        match marked.push_part(whole.words(), text, span, sentences, paragraphs) {
            Some(range) => ids.extend_from_slice(&whole.ids[range]),
            None => return Stemmed::new(marked_statement(article, statement), stems),
        }
    }
    Stemmed { marked, ids }
}

/// Returns the words of a statement as they are indexed; spans are those of its text.
pub fn marked_statement(article: &Article, statement: &Statement) -> Marked {
    let mut marked = Marked::default();
    for &span in &statement.spans {
        match (statement.field, &article.headline) {
            (StatementField::Body, _) => {
                marked.push(&article.body, span, &article.sentences, &article.paragraphs);
            }
            (StatementField::Headline, Some(headline)) => marked.push(headline, span, &[], &[]),
            (StatementField::Headline, None) => {}
        }
    }
    marked
}

/// Returns the statement's paragraphs and the one before.
pub fn context_span(article: &Article, statement: &Statement) -> Option<Span> {
    let (first, last) = (statement.spans.first()?, statement.spans.last()?);
    let at = article.paragraphs.iter().position(|paragraph| paragraph.overlaps(*first))?;
    let start = article.paragraphs[at.saturating_sub(1)].start;
    let end = article.paragraphs.iter().rfind(|paragraph| paragraph.overlaps(*last))?.end;
    Some(Span::new(start, end.max(start)))
}

pub(super) fn kind(kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::Direct => "direct",
        StatementKind::Mixed => "mixed",
        StatementKind::Indirect => "indirect",
    }
}

pub(super) fn speaker_kind(kind: SpeakerKind) -> &'static str {
    match kind {
        SpeakerKind::Person => "person",
        SpeakerKind::Organisation => "organisation",
        SpeakerKind::Document => "document",
        SpeakerKind::Group => "group",
        SpeakerKind::Unnamed => "unnamed",
    }
}
