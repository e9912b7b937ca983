//! In: one article as it was read. Out: its block of documents. Any thread may make it.

use std::path::Path;

use chrono::NaiveDateTime;

use super::task::Task;
use super::work::{Job, text_bytes};
use crate::article::{self, Article, ArticleId};
use crate::config::Metadata;
use crate::index::Placement;
use crate::index::tantivy::block::Block;
use crate::index::tantivy::state::KnownMember;
use crate::input::{RawArticle, RecordPlace};

/// What holds for all members of one input.
pub(super) struct InputContext {
    root: usize,
    input: u64,
    /// From the root of the collection.
    path: String,
    settings: Metadata,
    file_time: Option<NaiveDateTime>,
}

impl InputContext {
    pub fn new(job: &Job, task: &Task) -> Self {
        let settings = job.roots[task.root].settings.metadata_of(Path::new(&task.relative));
        Self {
            root: task.root,
            input: task.input,
            path: task.relative.clone(),
            file_time: article::file_time(&settings, task.modified_ns),
            settings,
        }
    }
}

/// A member that is new, or not as the index has it.
pub(super) struct Member {
    pub raw: RawArticle,
    pub identity: u64,
    pub content: u128,
    pub id: ArticleId,
    pub hash: u64,
    /// The member as the index has it.
    pub known: Option<KnownMember>,
    pub added_ms: i64,
    /// Ids that it had before its file was moved.
    pub former: Vec<u64>,
}

/// What became of a member.
pub(super) struct Made {
    pub id: ArticleId,
    pub known: Option<KnownMember>,
    /// Its block, or where a record stands that has no text.
    pub result: Result<MadeBlock, RecordPlace>,
}

pub(super) struct MadeBlock {
    pub block: Block,
    pub statements: u64,
    pub is_undated: bool,
    /// About what it takes in memory.
    pub bytes: u64,
}

/// Makes an article and its statements of a member, and documents of these.
pub(super) fn make(job: &Job, input: &InputContext, member: Member) -> Made {
    let Member { raw, identity, content, id, hash, known, added_ms, former } = member;
    let root = &job.roots[input.root];
    let place = RecordPlace { line: Some(raw.line), key: raw.key.clone() };
    let context = article::Context {
        id: Some(id),
        collection: &root.name,
        path: &input.path,
        settings: input.settings.clone(),
        file_time: input.file_time,
    };
    let Ok(mut article) = Article::from_raw(raw, &context) else { return Made { id, known, result: Err(place) } };
    let corrections = &root.settings.corrections;
    corrections.apply_to_article(&mut article);
    let mut statements = job.extractor.extract(&article);
    corrections.apply_to_statements(&article, &mut statements);
    let placement = Placement {
        collection: root.name.clone(),
        input: input.input,
        member: id.0,
        member_hash: hash,
        identity,
        content,
        added_ms,
        former,
    };
    let block = job.schema.block(&article, &statements, &placement);
    let made = MadeBlock {
        block,
        statements: statements.len() as u64,
        is_undated: article.published.is_none(),
        bytes: text_bytes(&article, statements.len()),
    };
    Made { id, known, result: Ok(made) }
}
