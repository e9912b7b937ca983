//! In: an article, its statements, an input's state. Out: the engine's documents.
//!
//! An article stands before its statements, in their order; together they are one block.

use tantivy::{DateTime, TantivyDocument};

use super::analyzer::{terms, tokens};
use super::schema::{Schema, printed};
use crate::article::{Article, Span};
use crate::index::keys::fingerprint;
use crate::index::marks::Marked;
use crate::index::record::{Placement, article_record, body_hash, statement_record};
use crate::index::stems::stem;
use crate::index::words::{self, Word};
use crate::statement::{SpeakerKind, Statement, StatementField, StatementKind};

impl Schema {
    /// Returns an article and its statements as one block of documents.
    pub fn block(&self, article: &Article, statements: &[Statement], placement: &Placement) -> Vec<TantivyDocument> {
        let mut block = Vec::with_capacity(statements.len() + 1);
        let body = marked_body(article);
        let headline = marked_headline(article);
        block.push(self.article_document(article, &headline, &body, statements.len(), placement));
        for (index, statement) in statements.iter().enumerate() {
            block.push(self.statement_document(article, statement, index as u64 + 1, &headline, &body, placement));
        }
        block
    }

    fn article_document(
        &self,
        article: &Article,
        headline: &Marked,
        body: &Marked,
        statements: usize,
        placement: &Placement,
    ) -> TantivyDocument {
        let mut document = self.member_document("article", placement);
        let language = article.language.as_deref();
        document.add_u64(self.field("id"), article.id.0);
        document.add_u64(self.field("ordinal"), 0);
        document.add_u64(self.field("statements"), statements as u64);
        document.add_u64(self.field("member_hash"), placement.member_hash);
        if let Some(text) = &article.headline {
            document.add_text(self.field("headline"), text);
            self.add_stems(&mut document, "headline_stem", headline.words.iter(), language);
            document.add_pre_tokenized_text(self.field("headline_marks"), terms(headline.marks.iter().cloned()));
        }
        document.add_text(self.field("body"), &article.body);
        self.add_stems(&mut document, "body_stem", body.words.iter(), language);
        document.add_pre_tokenized_text(self.field("body_marks"), terms(body.marks.iter().cloned()));
        let lead_end = article.paragraphs.first().map_or(0, |paragraph| paragraph.end);
        let lead = body.words.iter().take_while(|word| word.span.end <= lead_end);
        self.add_stems(&mut document, "lead_stem", lead, language);

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
        let count = body.words.iter().filter(|word| word.parts == 1).count();
        document.add_u64(self.field("words"), count as u64);
        document.add_date(self.field("added"), DateTime::from_timestamp_millis(placement.added_ms));
        document.add_text(self.field("path"), &article.path);
        document.add_u64(self.field("hash"), body_hash(&article.body));
        self.add_fingerprint(&mut document, &body.words);
        document.add_bytes(self.field("record"), &article_record(article, placement));
        document
    }

    fn statement_document(
        &self,
        article: &Article,
        statement: &Statement,
        ordinal: u64,
        headline: &Marked,
        body: &Marked,
        placement: &Placement,
    ) -> TantivyDocument {
        let mut document = self.member_document("statement", placement);
        let language = article.language.as_deref();
        document.add_u64(self.field("id"), statement.id.0.into());
        document.add_u64(self.field("ordinal"), ordinal);
        let said = marked_statement(article, statement);
        document.add_pre_tokenized_text(self.field("said"), tokens(said.words.iter().cloned()));
        self.add_stems(&mut document, "said_stem", said.words.iter(), language);
        document.add_pre_tokenized_text(self.field("said_marks"), terms(said.marks.iter().cloned()));
        self.add_context(&mut document, article, statement, &said, headline, body);
        self.add_fingerprint(&mut document, &said.words);

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
        document.add_bytes(self.field("record"), &statement_record(statement));
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

    fn add_stems<'w>(
        &self,
        document: &mut TantivyDocument,
        field: &str,
        words: impl Iterator<Item = &'w Word>,
        language: Option<&str>,
    ) {
        let stems = words.map(|word| (word.position, stem(language, &word.folded)));
        document.add_pre_tokenized_text(self.field(field), terms(stems));
    }

    fn add_names<'n>(&self, document: &mut TantivyDocument, field: &str, values: impl IntoIterator<Item = &'n str>) {
        for value in values {
            document.add_text(self.field(field), value);
        }
    }

    /// Stems around a statement that it does not hold itself: the headline, its paragraph and the one before.
    fn add_context(
        &self,
        document: &mut TantivyDocument,
        article: &Article,
        statement: &Statement,
        said: &Marked,
        headline: &Marked,
        body: &Marked,
    ) {
        let language = article.language.as_deref();
        let mut seen: std::collections::HashSet<String> =
            said.words.iter().map(|word| stem(language, &word.folded)).collect();
        let around = match statement.field {
            StatementField::Body => context_span(article, statement),
            StatementField::Headline => None,
        };
        let around = around.map_or(&[][..], |span| words_within(&body.words, span));
        let context = headline.words.iter().chain(around).map(|word| stem(language, &word.folded));
        let fresh = context.filter(|stem| seen.insert(stem.clone())).enumerate();
        let fresh: Vec<_> = fresh.map(|(position, stem)| (position as u32, stem)).collect();
        document.add_pre_tokenized_text(self.field("context_stem"), terms(fresh));
    }

    fn add_fingerprint(&self, document: &mut TantivyDocument, words: &[Word]) {
        let singles = words.iter().filter(|word| word.parts == 1);
        let fingerprint = fingerprint(singles.map(|word| word.folded.as_str()));
        document.add_u64(self.field("copies"), fingerprint.key);
        for band in fingerprint.bands {
            document.add_u64(self.field("bands"), band);
        }
    }
}

fn marked_body(article: &Article) -> Marked {
    let mut marked = Marked::default();
    marked.push(&article.body, Span::new(0, article.body.len()), &article.sentences, &article.paragraphs);
    marked
}

fn marked_headline(article: &Article) -> Marked {
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

/// Returns the statement's paragraphs and the one before.
fn context_span(article: &Article, statement: &Statement) -> Option<Span> {
    let (first, last) = (statement.spans.first()?, statement.spans.last()?);
    let at = article.paragraphs.iter().position(|paragraph| paragraph.overlaps(*first))?;
    let start = article.paragraphs[at.saturating_sub(1)].start;
    let end = article.paragraphs.iter().rfind(|paragraph| paragraph.overlaps(*last))?.end;
    Some(Span::new(start, end.max(start)))
}

fn words_within(words: &[Word], span: Span) -> &[Word] {
    let start = words.partition_point(|word| word.span.start < span.start);
    let end = words.partition_point(|word| word.span.start < span.end);
    &words[start..end.max(start)]
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
