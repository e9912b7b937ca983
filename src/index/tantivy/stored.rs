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
        let record = |document: &TantivyDocument| {
            document.get_first(self.field("record")).and_then(|value| value.as_bytes()).unwrap_or_default().to_vec()
        };
        let document: TantivyDocument = searcher.doc(address)?;
        let text =
            |name: &str| document.get_first(self.field(name)).and_then(|value| value.as_str()).map(str::to_owned);
        let article = article_of(&record(&document), text("headline"), text("body").unwrap_or_default())?;
        let mut read = Vec::with_capacity(statements as usize);
        for behind in 1..=statements as u32 {
            let document: TantivyDocument =
                searcher.doc(DocAddress::new(address.segment_ord, address.doc_id + behind))?;
            read.push(statement_of(&record(&document))?);
        }
        Ok((article, read))
    }
}
