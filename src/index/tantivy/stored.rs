//! Reads a block back as it was stored: an article and its statements.

use tantivy::schema::Value as _;
use tantivy::{DateTime, DocAddress, Searcher, TantivyDocument};

use super::input_document::InputRecordError;
use super::schema::{Schema, printed_day};
use crate::index::record::{RecordError, StoredArticle, block_of};
use crate::index::spoken::{InColumns, Spoken};
use crate::statement::{Statement, StatementId};

impl Schema {
    /// Reads the article at `address` and its statements.
    ///
    /// # Errors
    /// If the engine cannot read them or one is damaged.
    pub fn stored_block(
        &self,
        searcher: &Searcher,
        address: DocAddress,
    ) -> Result<(StoredArticle, Vec<Statement>), InputRecordError> {
        let (article, spoken) = self.stored(searcher, address)?;
        Ok((article, statements(searcher, address, &spoken)?))
    }

    /// Reads the article at `address`.
    ///
    /// # Errors
    /// If the engine cannot read it or it is damaged.
    pub fn stored_article(&self, searcher: &Searcher, address: DocAddress) -> Result<StoredArticle, InputRecordError> {
        Ok(self.stored(searcher, address)?.0)
    }

    /// Reads the article at `address` and its statement number `ordinal`, from 1.
    ///
    /// # Errors
    /// If the engine cannot read it, it is damaged, or the article has fewer.
    pub fn stored_statement(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        ordinal: u64,
    ) -> Result<(StoredArticle, Statement), InputRecordError> {
        let (article, spoken) = self.stored(searcher, address)?;
        let mut all = statements(searcher, address, &spoken)?;
        match usize::try_from(ordinal).ok().and_then(|ordinal| ordinal.checked_sub(1)) {
            Some(number) if number < all.len() => Ok((article, all.swap_remove(number))),
            _ => Err(RecordError::damaged("statement").into()),
        }
    }

    fn stored(&self, searcher: &Searcher, address: DocAddress) -> Result<(StoredArticle, Spoken), InputRecordError> {
        let document: TantivyDocument = searcher.doc(address)?;
        let text =
            |name: &str| document.get_first(self.field(name)).and_then(|value| value.as_str()).map(str::to_owned);
        let record = document.get_first(self.field("record")).and_then(|value| value.as_bytes()).unwrap_or_default();
        Ok(block_of(record, text("headline"), text("body").unwrap_or_default())?)
    }
}

/// Joins what was stored of the statements behind the article at `address` with what columns hold of them.
fn statements(searcher: &Searcher, address: DocAddress, spoken: &Spoken) -> Result<Vec<Statement>, InputRecordError> {
    let columns = searcher.segment_reader(address.segment_ord).fast_fields();
    if spoken.len() == 0 {
        return Ok(Vec::new());
    }
    let (ids, confidences) = (columns.u64("id")?, columns.f64("confidence")?);
    let days = columns.column_opt::<DateTime>("said_on")?;
    let in_columns = |number: usize| {
        let doc = address.doc_id.saturating_add(number as u32 + 1);
        InColumns {
            id: StatementId(ids.first(doc).unwrap_or_default() as u32),
            said_on: days.as_ref().and_then(|days| days.first(doc)).map(printed_day),
            confidence: confidences.first(doc).unwrap_or_default() as f32,
        }
    };
    Ok(spoken.statements(in_columns).ok_or_else(|| RecordError::damaged("statement"))?)
}
