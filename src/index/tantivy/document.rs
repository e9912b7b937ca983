//! In: an article, its statements. Out: the engine's documents.
//!
//! An article stands before its statements, in their order; together they are one block.

use tantivy::{DateTime, TantivyDocument};

use super::block::{Block, BlockTerms, BlockWriter};
use super::cut::{Cut, MarkTerms, Text};
use super::schema::{Schema, day_number, printed};
use crate::article::{Article, Span};
use crate::index::keys::{WordKey, copies_key, said_bands, signature};
use crate::index::marks::Marked;
use crate::index::record::{Placement, article_record, body_hash};
use crate::index::stems::with_stems;
use crate::index::word_codes::{Code, coded, packed};
use crate::index::words;
use crate::statement::{SpeakerKind, Statement, StatementField, StatementKind};

impl Schema {
    /// Returns an article and its statements as one block of documents.
    pub fn block(&self, article: &Article, statements: &[Statement], placement: &Placement) -> Block {
        with_stems(article.language.as_deref(), |stems| {
            let mut terms = BlockTerms::new(stems);
            let marks = MarkTerms::new(&mut terms);
            let headline = Cut::whole(Text::headline(article), &marks, &mut terms);
            let body = Cut::whole(Text::body(article), &marks, &mut terms);
            let mut block = BlockWriter::begin();
            self.put_texts(&mut block, ["body", "body_stem", "body_marks"], &body);
            if article.headline.is_some() {
                self.put_texts(&mut block, ["headline", "headline_stem", "headline_marks"], &headline);
            }
            let lead_end = article.paragraphs.first().map_or(0, |paragraph| paragraph.end);
            let lead = body.items.iter().take_while(|item| item.span.end <= lead_end);
            block.text(self.text("lead_stem"), lead.map(|item| (item.position, item.stem)));
            let day = day_number(article.published.map(|published| published.day));
            let body_keys: Vec<WordKey> = single_words(&body).map(|word| terms.key(word)).collect();
            let mut document = self.article_document(article, &body_keys, statements, placement);
            document.add_u64(self.field("day"), day);
            block.document(document);
            let mut said = Cut::default();
            let (mut met, mut said_keys) = (Vec::new(), Vec::new());
            for (ordinal, statement) in (1..).zip(statements) {
                let whole = match statement.field {
                    StatementField::Body => &body,
                    StatementField::Headline => &headline,
                };
                said.clear();
                statement.spans.iter().for_each(|&span| said.push_part(whole, span, &marks, &mut terms));
                self.put_texts(&mut block, ["said", "said_stem", "said_marks"], &said);
                met.resize(terms.count(), 0);
                said.items.iter().for_each(|item| met[item.stem as usize] = ordinal);
                let context = context(article, statement, &headline, &body);
                let context = context.filter(|&stem| std::mem::replace(&mut met[stem as usize], ordinal) != ordinal);
                block.text(self.text("context_stem"), context.map(|stem| (0, stem)));
                said_keys.clear();
                said_keys.extend(single_words(&said).map(|word| terms.key(word)));
                let mut document = self.statement_document(statement, ordinal, &said_keys, placement);
                document.add_u64(self.field("day"), day);
                let codes = coded(said_keys.iter().map(|word| Code::of(*word)));
                packed(&codes).for_each(|number| document.add_u64(self.field("said_codes"), number));
                block.document(document);
            }
            block.finish(terms)
        })
    }

    /// Adds the words, stems and marks of a text to fields with these names.
    fn put_texts(&self, block: &mut BlockWriter, names: [&str; 3], cut: &Cut<'_>) {
        let [words, stem_terms, marks] = names.map(|name| self.text(name));
        block.text(words, cut.items.iter().map(|item| (item.position, item.word)));
        block.text(stem_terms, cut.items.iter().map(|item| (item.position, item.stem)));
        block.text(marks, cut.marks.iter().copied());
    }

    fn article_document(
        &self,
        article: &Article,
        words: &[WordKey],
        statements: &[Statement],
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
        }
        document.add_text(self.field("body"), &article.body);

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
        document.add_u64(self.field("words"), words.len() as u64);
        document.add_date(self.field("added"), DateTime::from_timestamp_millis(placement.added_ms));
        document.add_text(self.field("path"), &article.path);
        document.add_u64(self.field("hash"), body_hash(&article.body));
        document.add_u64(self.field("copies"), copies_key(words.iter().copied()));
        let signature = signature(words.iter().copied());
        for band in signature.bands {
            document.add_u64(self.field("bands"), band);
        }
        for number in signature.sketch.0 {
            document.add_u64(self.field("sketch"), number);
        }
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
        words: &[WordKey],
        placement: &Placement,
    ) -> TantivyDocument {
        let mut document = self.member_document("statement", placement);
        document.add_u64(self.field("id"), statement.id.0.into());
        document.add_u64(self.field("ordinal"), ordinal);
        document.add_u64(self.field("copies"), copies_key(words.iter().copied()));
        for band in said_bands(words) {
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

/// Returns the words as they follow each other, without the joined forms of hyphenated ones.
fn single_words(cut: &Cut<'_>) -> impl Iterator<Item = u32> {
    cut.items.iter().filter(|item| item.parts == 1).map(|item| item.word)
}

/// Returns the stems around a statement, word by word: of the headline, of its paragraph and of the one before.
fn context<'c>(
    article: &Article,
    statement: &Statement,
    headline: &'c Cut<'_>,
    body: &'c Cut<'_>,
) -> impl Iterator<Item = u32> + use<'c> {
    let around = match statement.field {
        StatementField::Body => context_span(article, statement),
        StatementField::Headline => None,
    };
    let around = around.map_or(&[][..], |span| body.starting_within(span));
    headline.items.iter().chain(around).map(|item| item.stem)
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

/// Bytes to either side of a statement beyond which nothing is its context: some texts are one paragraph, and what they say
/// in a thousand places would be indexed a thousand times.
const MOST_CONTEXT: usize = 4 << 10;

/// Returns the statement's paragraphs and the one before, as far as they are near it.
pub fn context_span(article: &Article, statement: &Statement) -> Option<Span> {
    let (first, last) = (statement.spans.first()?, statement.spans.last()?);
    let at = article.paragraphs.iter().position(|paragraph| paragraph.overlaps(*first))?;
    let start = article.paragraphs[at.saturating_sub(1)].start;
    let end = article.paragraphs.iter().rfind(|paragraph| paragraph.overlaps(*last))?.end;
    let start = start.max(first.start.saturating_sub(MOST_CONTEXT));
    let end = end.min(last.end + MOST_CONTEXT);
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
