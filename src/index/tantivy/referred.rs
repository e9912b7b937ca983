//! In: what a citation says of an article. Out: the article, where its id is not the one it had.

use tantivy::{DocAddress, Term};

use super::input_document::InputRecordError;
use super::read::Archive;
use crate::article::ArticleId;
use crate::index::StoredArticle;
use crate::statement::{Statement, StatementId};

type Whole = (StoredArticle, Vec<Statement>);

impl Archive {
    /// Reads the article that had an id before its file was moved, and its statements.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn article_once_called(&self, id: ArticleId) -> Result<Option<Whole>, InputRecordError> {
        Ok(self.wholes("former", id.0)?.into_iter().next())
    }

    /// Reads the article whose body has a hash, and its statements: of several the one at `path`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn article_with_body(&self, hash: u64, path: &str) -> Result<Option<Whole>, InputRecordError> {
        Ok(self.wholes("hash", hash)?.into_iter().min_by_key(|(stored, _)| stored.article.path != path))
    }

    /// Reads the article that stands at `path` by now, and its statements: of several the one that has the statement.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn article_at(&self, path: &str, statement: Option<StatementId>) -> Result<Option<Whole>, InputRecordError> {
        let mut there = self.all_with(&Term::from_field_text(self.schema().field("path"), path))?;
        if there.len() > 1 {
            there.retain(|(_, statements)| statements.iter().any(|made| Some(made.id) == statement));
        }
        Ok(there.into_iter().next())
    }

    /// Reads the articles that have a number in a field, in the order of their ids.
    fn wholes(&self, field: &str, number: u64) -> Result<Vec<Whole>, InputRecordError> {
        self.all_with(&Term::from_field_u64(self.schema().field(field), number))
    }

    fn all_with(&self, term: &Term) -> Result<Vec<Whole>, InputRecordError> {
        let mut wholes = Vec::new();
        for address in self.standing_with(term)? {
            if self.is_article(address)? {
                wholes.push(self.block_at(address)?);
            }
        }
        wholes.sort_by_key(|(stored, _)| stored.article.id.0);
        Ok(wholes)
    }

    /// Returns whether a document is an article.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub(super) fn is_article(&self, address: DocAddress) -> tantivy::Result<bool> {
        let columns = self.searcher().segment_reader(address.segment_ord).fast_fields();
        Ok(columns.u64("member_hash")?.first(address.doc_id).is_some())
    }
}
