//! What goes to the engine in one piece: an article and its statements, or the document of an input.
//!
//! Its texts come cut and stemmed, as numbers of terms that stand in the block once. Whoever takes it in looks a term up
//! once an article, however often it stands there, and no text is cut twice.

use std::ops::Range;

use tantivy::TantivyDocument;
use tantivy::schema::Field;

use crate::index::stems::{Stems, TermId};

/// Documents that stay neighbours, the article first.
#[derive(Debug, Default)]
pub struct Block {
    /// Distinct terms, one behind the other.
    terms: String,
    /// Where each of them ends.
    term_ends: Vec<usize>,
    tokens: Vec<Token>,
    texts: Vec<Text>,
    documents: Vec<(TantivyDocument, Range<usize>)>,
}

/// A term at its position.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Number of the term in the block.
    pub term: u32,
    pub position: u32,
}

#[derive(Debug)]
struct Text {
    field: Field,
    tokens: Range<usize>,
}

impl Block {
    /// Returns the distinct terms in the order of their numbers.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(&0).chain(&self.term_ends);
        starts.zip(&self.term_ends).map(|(&start, &end)| &self.terms[start..end])
    }

    /// Returns the documents in their order.
    pub fn documents(&self) -> impl Iterator<Item = BlockDocument<'_>> {
        self.documents.iter().map(|(values, texts)| BlockDocument { block: self, values, texts: texts.clone() })
    }
}

impl From<TantivyDocument> for Block {
    /// Returns a document none of whose fields is running text.
    fn from(document: TantivyDocument) -> Self {
        Self { documents: vec![(document, 0..0)], ..Self::default() }
    }
}

/// One document of a block.
pub struct BlockDocument<'b> {
    block: &'b Block,
    /// All but the words of running texts.
    pub values: &'b TantivyDocument,
    texts: Range<usize>,
}

impl<'b> BlockDocument<'b> {
    /// Returns the words, stems and marks of its running texts.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &'b [Token])> + use<'b> {
        let block = self.block;
        block.texts[self.texts.clone()].iter().map(|text| (text.field, &block.tokens[text.tokens.clone()]))
    }
}

/// Writes a block, document by document.
#[derive(Default)]
pub struct BlockWriter {
    block: Block,
    /// Texts of the documents that are finished.
    texts: usize,
}

impl BlockWriter {
    /// Begins a block whose terms are those of `stems`.
    pub fn new(stems: &mut Stems) -> Self {
        stems.numbers.clear();
        Self::default()
    }

    /// Adds a text to the document that comes next.
    pub fn text(&mut self, field: Field, tokens: impl Iterator<Item = (u32, TermId)>, stems: &mut Stems) {
        let block = &mut self.block;
        let start = block.tokens.len();
        for (position, id) in tokens {
            let (term, is_new) = stems.numbers.number(id);
            if is_new {
                block.terms.push_str(stems.text(id));
                block.term_ends.push(block.terms.len());
            }
            block.tokens.push(Token { term, position });
        }
        block.texts.push(Text { field, tokens: start..block.tokens.len() });
    }

    /// Finishes a document.
    pub fn document(&mut self, values: TantivyDocument) {
        self.block.documents.push((values, self.texts..self.block.texts.len()));
        self.texts = self.block.texts.len();
    }

    pub fn finish(self) -> Block {
        self.block
    }
}
