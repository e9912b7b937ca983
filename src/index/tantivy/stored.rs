//! Reads a block back as it was stored: an article and its statements.

use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::input_document::InputRecordError;
use super::schema::Schema;
use crate::index::record::{StoredArticle, article_of, statement_of};
use crate::statement::Statement;

impl Schema {
    /// Reads the article at `address` and its `statements` statements, which stand behind it.
    ///
    /// # Errors
    /// If the engine cannot read them or one is damaged.
    pub fn stored_block(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        statements: u64,
    ) -> Result<(StoredArticle, Vec<Statement>), InputRecordError> {
        let article = self.stored_article(searcher, address)?;
        let mut read = Vec::with_capacity(statements as usize);
        for behind in 1..=statements as u32 {
            read.push(self.stored_statement(searcher, DocAddress::new(address.segment_ord, address.doc_id + behind))?);
        }
        Ok((article, read))
    }

    /// Reads the article at `address`.
    ///
    /// # Errors
    /// If the engine cannot read it or it is damaged.
    pub fn stored_article(&self, searcher: &Searcher, address: DocAddress) -> Result<StoredArticle, InputRecordError> {
        let document: TantivyDocument = searcher.doc(address)?;
        let text =
            |name: &str| document.get_first(self.field(name)).and_then(|value| value.as_str()).map(str::to_owned);
        Ok(article_of(&self.record(&document), text("headline"), text("body").unwrap_or_default())?)
    }

    /// Reads the statement at `address`.
    ///
    /// # Errors
    /// If the engine cannot read it or it is damaged.
    pub fn stored_statement(&self, searcher: &Searcher, address: DocAddress) -> Result<Statement, InputRecordError> {
        let document: TantivyDocument = searcher.doc(address)?;
        Ok(statement_of(&self.record(&document))?)
    }

    fn record(&self, document: &TantivyDocument) -> Vec<u8> {
        document.get_first(self.field("record")).and_then(|value| value.as_bytes()).unwrap_or_default().to_vec()
    }
}
