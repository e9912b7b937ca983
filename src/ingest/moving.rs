//! Rewrites what the index has of a file that only moved: new path, new ids, nothing read or extracted again.

use super::IngestError;
use super::pool::Hands;
use super::task::Task;
use super::work::{BATCH_BYTES, Job, Outcome, OutcomeKind, member_hash, state_of, text_bytes};
use crate::article::{ArticleId, DateFrom};
use crate::index::Placement;
use crate::index::tantivy::input_document::{InputRecord, InputState, MODIFIED_UNSURE};
use crate::index::tantivy::state;
use crate::index::tantivy::write::Batch;

/// Hands over the articles of the input at position `from` under the path of `task`.
///
/// Returns false where the path itself said something about an article, or may say how to read what was rejected, so
/// that it must be read again.
///
/// # Errors
/// If the index cannot be read, or nobody takes the batches any more.
pub(super) fn rewrite(job: &Job, task: &Task, from: usize, hands: &Hands<'_>) -> Result<bool, IngestError> {
    let known = &job.state.inputs[from];
    let members = state::members(&job.searcher, known.input)?;
    let root = &job.roots[task.root];
    for member in &members {
        let stored = job.schema.stored_article(&job.searcher, member.address)?;
        if matches!(stored.article.date_from, None | Some(DateFrom::Path | DateFrom::FileTime)) {
            return Ok(false);
        }
    }
    let mut record = job.schema.input_record(&job.searcher, known.address)?;
    if members.is_empty() && !record.rejections.iter().any(|rejected| rejected.reason.is_quarantine()) {
        return Ok(false);
    }
    for rejected in &mut record.rejections {
        rejected.path = with_inside_of(&rejected.path, &task.relative);
    }
    let unfinished =
        InputState { unfinished: true, modified_ns: MODIFIED_UNSURE, ..state_of(job, task, InputRecord::default()) };
    let mut outcome = Outcome { kind: OutcomeKind::Moved, ..Outcome::default() };
    let mut batch = Batch::default();
    let mut bytes = 0;
    for member in &members {
        hands.beat()?;
        let (stored, statements) = job.schema.stored_block(&job.searcher, member.address)?;
        let mut article = stored.article;
        article.id = ArticleId::at(&root.name, &task.relative, stored.identity);
        article.path = with_inside_of(&article.path, &task.relative);
        let placement = Placement {
            collection: root.name.clone(),
            input: task.input,
            member: article.id.0,
            member_hash: member_hash(stored.content, article.line, task.settings, known.extractor),
            identity: stored.identity,
            content: stored.content,
            added_ms: member.added_ms,
            former: state::ids_until_now(&job.searcher, member)?,
        };
        outcome.articles += 1;
        outcome.undated += u64::from(article.published.is_none());
        outcome.statements += statements.len() as u64;
        bytes += text_bytes(&article, statements.len());
        batch.blocks.push(job.schema.block(&article, &statements, &placement));
        if bytes >= BATCH_BYTES {
            batch.deletes.push(job.schema.member_term(task.input));
            batch.blocks.push(job.schema.input_document(&unfinished).into());
            hands.part(std::mem::take(&mut batch), std::mem::take(&mut bytes))?;
        }
    }
    let state = InputState { extractor: known.extractor, ..state_of(job, task, record) };
    batch.deletes.push(job.schema.input_term(known.input));
    batch.deletes.push(job.schema.member_term(task.input));
    batch.blocks.push(job.schema.input_document(&state).into());
    hands.done(batch, bytes, outcome)?;
    Ok(true)
}

/// Returns `path` with what stands behind the `!` of `old`: the path inside an archive.
fn with_inside_of(old: &str, path: &str) -> String {
    match old.split_once('!') {
        Some((_, inside)) => format!("{path}!{inside}"),
        None => path.to_owned(),
    }
}
