//! A commit opened to be asked: questions become documents found, documents become articles and statements.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query as EngineQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DateTime, DocAddress, DocSet, Searcher, SegmentOrdinal, TERMINATED, Term};

use super::collect::{Ids, Scoring};
use super::copies::CopyColumns;
use super::generation::{Generation, GenerationError, Use};
use super::input_document::InputRecordError;
use super::kinds::{prunes, ranks};
use super::leaf::{JoinedParts, visit_terms};
use super::lower::{Inflections, LowerError, Lowering, stems_in};
use super::neighbours::AllNeighbours;
use super::patterned::PatternQuery;
use super::persons::{Meanings, Persons};
use super::published::AllDays;
use super::question::{Lifts, Question};
use super::schema::Schema;
use super::statistics::Statistics;
use super::word::WordsQuery;
use crate::article::ArticleId;
use crate::index::deadline::Deadline;
use crate::index::fields::{FIELDS, Kind};
use crate::index::pattern::distance;
use crate::index::payload::Payload;
use crate::index::speakers::{self, SpeakersError, WhoIsWho};
use crate::index::{Place, StoredArticle};
use crate::query::Query;
use crate::search::Target;
use crate::speaker::Authority;
use crate::statement::Statement;

/// Fewer documents are scored sooner than their words are looked up a second time to be counted.
const FEWEST_PRUNED: u64 = 50_000;

/// The last commit of an index, which stays as it is while it is open.
pub struct Archive {
    commit: Arc<Commit>,
    deadline: Deadline,
}

struct Commit {
    generation: Generation,
    searcher: Searcher,
    payload: Payload,
    /// Of the articles; a bare word is looked up under its stems in each.
    languages: Vec<String>,
    articles: Statistics,
    statements: Statistics,
    who_is_who: OnceLock<WhoIsWho>,
    role_numbers: OnceLock<Meanings>,
    may_be_undated: OnceLock<bool>,
    neighbours: OnceLock<Arc<AllNeighbours>>,
    days: OnceLock<Arc<AllDays>>,
    joined: OnceLock<JoinedParts>,
    inflections: Inflections,
    /// Of each segment: to open a column takes longer than to find a rare word.
    article_ids: OnceLock<Vec<Ids>>,
    statement_ids: OnceLock<Vec<Ids>>,
    /// Of each segment.
    copy_columns: Vec<CopyColumns>,
    /// Held by the one who finds out who is who; others wait rather than do the same work.
    joining: Mutex<()>,
}

impl Archive {
    /// Opens the generation in force.
    ///
    /// # Errors
    /// If there is no index, or it is damaged or of another version.
    pub fn open(place: &Place) -> Result<Self, GenerationError> {
        Self::open_to(Use::Anything, place)
    }

    /// Opens the generation in force for one use.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_to(intent: Use, place: &Place) -> Result<Self, GenerationError> {
        place.open_current(|folder| Self::open_generation(intent, folder))
    }

    fn open_generation(intent: Use, folder: &Path) -> Result<Self, GenerationError> {
        let generation = Generation::open_to(intent, folder)?;
        // The payload first: where a commit falls between the two, it claims less than the searcher has.
        let payload = generation.payload()?;
        let searcher = generation.searcher()?;
        let languages = languages(&searcher, generation.schema())
            .map_err(|source| GenerationError::Open { path: folder.to_owned(), source })?;
        let counted = |target| {
            Statistics::new(&searcher, generation.schema(), target)
                .map_err(|source| GenerationError::Open { path: folder.to_owned(), source })
        };
        let (articles, statements) = (counted(Target::Articles)?, counted(Target::Statements)?);
        let commit = Commit {
            generation,
            copy_columns: searcher.segment_readers().iter().map(CopyColumns::new).collect(),
            searcher,
            payload,
            languages,
            articles,
            statements,
            who_is_who: OnceLock::new(),
            may_be_undated: OnceLock::new(),
            neighbours: OnceLock::new(),
            days: OnceLock::new(),
            joined: OnceLock::new(),
            inflections: Inflections::default(),
            article_ids: OnceLock::new(),
            statement_ids: OnceLock::new(),
            role_numbers: OnceLock::new(),
            joining: Mutex::new(()),
        };
        Ok(Self { commit: Arc::new(commit), deadline: Deadline::default() })
    }

    /// Returns the same commit for questions that have until `deadline`; past it they end with an error.
    pub fn until(&self, deadline: Deadline) -> Self {
        Self { commit: Arc::clone(&self.commit), deadline }
    }

    /// Returns until when its questions have time.
    pub fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Returns what stands beside the commit: collections with their queries, languages.
    pub fn payload(&self) -> &Payload {
        &self.commit.payload
    }

    /// Returns what `query:NAME` stands for: each saved query as `collection/name`, and by its name alone where no other
    /// collection has one of that name.
    pub fn saved_queries(&self) -> BTreeMap<String, String> {
        let mut saved = BTreeMap::new();
        let mut ambiguous = BTreeSet::new();
        for collection in &self.commit.payload.collections {
            for (name, text) in &collection.queries {
                saved.insert(format!("{}/{name}", collection.name), text.clone());
                if saved.insert(name.clone(), text.clone()).is_some_and(|other| other != *text) {
                    ambiguous.insert(name);
                }
            }
        }
        saved.retain(|name, _| !ambiguous.contains(name));
        saved
    }

    /// Returns who is who among the speakers, which is found out once for as long as the archive is open.
    ///
    /// # Errors
    /// If the columns of speakers, or the settings or officials of a collection cannot be read.
    pub fn authority(&self) -> Result<&Authority, SpeakersError> {
        Ok(&self.who_is_who()?.authority)
    }

    /// Returns whose names the speakers are, for counting them; found out once, as who is who.
    ///
    /// # Errors
    /// As [`Archive::authority`].
    pub fn persons(&self) -> Result<Persons<'_>, SpeakersError> {
        let WhoIsWho { authority, numbers } = self.who_is_who()?;
        Ok(Persons { authority, numbers })
    }

    fn who_is_who(&self) -> Result<&WhoIsWho, SpeakersError> {
        if let Some(known) = self.commit.who_is_who.get() {
            return Ok(known);
        }
        let _joining = self.commit.joining.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.commit.who_is_who.get() {
            return Ok(known);
        }
        let found = speakers::who_is_who(&self.commit.searcher, &self.commit.payload, self.folder())?;
        Ok(self.commit.who_is_who.get_or_init(|| found))
    }

    /// Returns which roles are spellings of one, found out once.
    ///
    /// # Errors
    /// If the columns of roles cannot be read.
    pub(super) fn role_numbers(&self) -> tantivy::Result<&Meanings> {
        if let Some(numbers) = self.commit.role_numbers.get() {
            return Ok(numbers);
        }
        let read = Meanings::of_roles(&self.commit.searcher)?;
        Ok(self.commit.role_numbers.get_or_init(|| read))
    }

    pub fn folder(&self) -> &Path {
        self.commit.generation.folder()
    }

    pub(super) fn searcher(&self) -> &Searcher {
        &self.commit.searcher
    }

    /// Returns the columns of each segment that tell its documents of a kind from one another.
    pub(super) fn ids(&self, target: Target) -> tantivy::Result<&[Ids]> {
        let known = match target {
            Target::Articles => &self.commit.article_ids,
            Target::Statements => &self.commit.statement_ids,
        };
        if let Some(ids) = known.get() {
            return Ok(ids);
        }
        let days = self.days()?;
        let mut opened = Vec::new();
        for segment in self.commit.searcher.segment_readers() {
            let neighbours = match target {
                Target::Articles => None,
                Target::Statements => Some(self.neighbours()?.of(segment)?.clone()),
            };
            opened.push(Ids::open(segment, neighbours, days)?);
        }
        Ok(known.get_or_init(|| opened))
    }

    /// Returns the columns that lead from articles to their statements and back.
    pub(super) fn neighbours(&self) -> tantivy::Result<&Arc<AllNeighbours>> {
        if let Some(neighbours) = self.commit.neighbours.get() {
            return Ok(neighbours);
        }
        let opened = Arc::new(AllNeighbours::open(&self.commit.searcher)?);
        Ok(self.commit.neighbours.get_or_init(|| opened))
    }

    fn joined(&self) -> tantivy::Result<&JoinedParts> {
        if let Some(joined) = self.commit.joined.get() {
            return Ok(joined);
        }
        let marks = FIELDS.iter().filter(|field| field.kind == Kind::Marks);
        let marks: Vec<_> = marks.map(|field| self.schema().field(field.name)).collect();
        let opened = JoinedParts::open(&self.commit.searcher, &marks)?;
        Ok(self.commit.joined.get_or_init(|| opened))
    }

    /// Returns the column of days of each segment.
    fn days(&self) -> tantivy::Result<&Arc<AllDays>> {
        if let Some(days) = self.commit.days.get() {
            return Ok(days);
        }
        let opened = Arc::new(AllDays::open(&self.commit.searcher)?);
        Ok(self.commit.days.get_or_init(|| opened))
    }

    /// Returns the columns of a segment that tell copies apart.
    pub(super) fn copy_columns(&self, segment: SegmentOrdinal) -> &CopyColumns {
        &self.commit.copy_columns[segment as usize]
    }

    pub(super) fn schema(&self) -> &Schema {
        self.commit.generation.schema()
    }

    /// Returns the number of documents of a kind.
    pub fn documents(&self, target: Target) -> u64 {
        match target {
            Target::Articles => self.commit.articles.documents(),
            Target::Statements => self.commit.statements.documents(),
        }
    }

    /// Returns whether an article may have no day of publication; deleted ones count until they are merged away.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn may_be_undated(&self) -> tantivy::Result<bool> {
        if let Some(may_be) = self.commit.may_be_undated.get() {
            return Ok(*may_be);
        }
        let mut dated = 0;
        for segment in self.commit.searcher.segment_readers() {
            let days = segment.fast_fields().column_opt::<DateTime>("date")?;
            dated += days.map_or(0, |days| u64::from(days.values.num_vals()));
        }
        Ok(*self.commit.may_be_undated.get_or_init(|| dated < self.documents(Target::Articles)))
    }

    /// Returns the stems by which a bare word is looked up.
    pub fn stems(&self, folded: &str) -> Vec<String> {
        stems_in(folded, &self.commit.languages)
    }

    /// Puts a query to the documents of one kind.
    ///
    /// # Errors
    /// If a pattern is none or too wide, or a dictionary cannot be read.
    pub fn ask(&self, query: &Query, target: Target) -> Result<Question<'_>, LowerError> {
        self.ask_lifted(query, target, Lifts::default())
    }

    /// Puts a query to the documents of one kind, of which some are lifted.
    ///
    /// # Errors
    /// As [`Archive::ask`].
    pub fn ask_lifted(&self, query: &Query, target: Target, lifts: Lifts<'_>) -> Result<Question<'_>, LowerError> {
        let prunes = lifts.beside.is_none() && self.documents(target) >= FEWEST_PRUNED && prunes(query);
        let lowering = Lowering {
            searcher: &self.commit.searcher,
            schema: self.commit.generation.schema(),
            articles: &self.commit.articles,
            statements: &self.commit.statements,
            scanned: Cell::new(0),
            deadline: &self.deadline,
            prunes,
            languages: &self.commit.languages,
            inflections: &self.commit.inflections,
            joined: &|| self.joined(),
            neighbours: &|| self.neighbours().cloned(),
            days: &|| self.days().cloned(),
            authority: &|| self.authority(),
        };
        let lowered = lowering.lower(query, target)?;
        let unranked = lowered.weight(EnableScoring::disabled_from_searcher(&self.commit.searcher))?;
        let statistics = if target == Target::Articles { &self.commit.articles } else { &self.commit.statements };
        let scoring = EnableScoring::enabled_from_statistics_provider(statistics, &self.commit.searcher);
        let (ranked, how): (Box<dyn Weight>, Scoring) = if let Some(beside) = lifts.beside {
            let beside = lowering.lower(beside, target)?;
            let both = BooleanQuery::new(vec![(Occur::Must, lowered), (Occur::Should, beside)]);
            (both.weight(scoring)?, Scoring::Whole)
        } else if let Some(words) = lowered.downcast_ref::<WordsQuery>() {
            let words = words.words_weight(&self.commit.searcher, target)?;
            (Box::new(words.clone()), Scoring::OfWords(words))
        } else if let Some(pattern) = lowered.downcast_ref::<PatternQuery>() {
            let pattern = pattern.pattern_weight();
            (Box::new(pattern.clone()), Scoring::OfPattern(pattern))
        } else {
            (lowered.weight(scoring)?, if prunes { Scoring::Pruned } else { Scoring::Whole })
        };
        let near = lowering.nearness(lifts.near, target)?;
        Ok(Question {
            archive: self,
            target,
            ranked,
            unranked,
            near,
            scoring: how,
            total: OnceLock::new(),
            ranks: ranks(query),
        })
    }

    /// Reads the article at which, or behind which, a document stands.
    ///
    /// # Errors
    /// If it cannot be read or is damaged.
    pub fn article_of(&self, address: DocAddress) -> Result<StoredArticle, InputRecordError> {
        self.commit.generation.schema().stored_article(&self.commit.searcher, self.article_address(address)?)
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// If it cannot be read or is damaged.
    pub fn statement(&self, address: DocAddress) -> Result<Statement, InputRecordError> {
        Ok(self.article_and_statement(address)?.1)
    }

    /// Reads a statement and its article, in one look at what is stored.
    ///
    /// # Errors
    /// If they cannot be read or are damaged.
    pub fn article_and_statement(&self, address: DocAddress) -> Result<(StoredArticle, Statement), InputRecordError> {
        let article = self.article_address(address)?;
        let ordinal = address.doc_id.saturating_sub(article.doc_id);
        self.commit.generation.schema().stored_statement(&self.commit.searcher, article, ordinal.into())
    }

    /// Returns in how many documents a word of a field stands, or a whole value.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn word_count(&self, field: &str, word: &str) -> tantivy::Result<u64> {
        self.commit.searcher.doc_freq(&Term::from_field_text(self.commit.generation.schema().field(field), word))
    }

    /// Returns the words of a field within so many edits of `word`.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn words_alike(&self, field: &str, word: &str, edits: usize) -> tantivy::Result<Vec<Alike>> {
        let letters: Vec<char> = word.chars().collect();
        let mut found: BTreeMap<String, Alike> = BTreeMap::new();
        for segment in self.commit.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.commit.generation.schema().field(field))?;
            visit_terms(inverted.terms(), "", |term, info| {
                let Some(edits) = distance(&letters, term, edits).filter(|_| !term.starts_with('\u{1}')) else {
                    return;
                };
                let alike = found.entry(term.to_owned()).or_insert_with_key(|word| Alike {
                    word: word.clone(),
                    edits,
                    count: 0,
                });
                alike.count += u64::from(info.doc_freq);
            })?;
        }
        Ok(found.into_values().collect())
    }

    /// Returns how rare a bare word is, by all of its inflections: as BM25 counts it, never below 0.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn rarity(&self, folded: &str, target: Target) -> tantivy::Result<f32> {
        let field = if target == Target::Articles { "body_stem" } else { "said_stem" };
        let mut count = 0;
        for stem in self.stems(folded) {
            count += self.word_count(field, &stem)?;
        }
        Ok(rarity(count, self.documents(target)))
    }

    /// Returns how rare a stem is among articles; none where it is no word of theirs, or in more than such a share.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn rarity_of_stem(&self, stem: &str, most: f64) -> tantivy::Result<Option<f32>> {
        let (count, documents) = (self.word_count("body_stem", stem)?, self.documents(Target::Articles));
        Ok((count > 0 && count as f64 <= most * documents as f64).then(|| rarity(count, documents)))
    }

    /// Returns where the article stands to which a document belongs.
    fn article_address(&self, address: DocAddress) -> tantivy::Result<DocAddress> {
        if self.copy_columns(address.segment_ord).is_article(address.doc_id)? {
            return Ok(address);
        }
        let segment = self.commit.searcher.segment_reader(address.segment_ord);
        let article = self.neighbours()?.of(segment)?.article_of(address.doc_id);
        Ok(DocAddress::new(address.segment_ord, article))
    }

    /// Returns the names of those who speak in the article to which a document belongs, in order of appearance.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn speakers_of(&self, address: DocAddress) -> tantivy::Result<Vec<String>> {
        let address = self.article_address(address)?;
        let Some(speakers) = self.copy_columns(address.segment_ord).speakers()? else { return Ok(Vec::new()) };
        let mut seen = BTreeSet::new();
        let mut names = Vec::new();
        for doc in self.copy_columns(address.segment_ord).statements_of(address.doc_id)? {
            let Some(ordinal) = speakers.ords().first(doc).filter(|ordinal| seen.insert(*ordinal)) else { continue };
            let mut name = String::new();
            speakers.ord_to_str(ordinal, &mut name)?;
            names.push(name);
        }
        Ok(names)
    }

    /// Returns where the living article with this id stands.
    fn find_article(&self, id: u64) -> tantivy::Result<Option<DocAddress>> {
        let member = Term::from_field_u64(self.commit.generation.schema().field("member"), id);
        for (segment_ordinal, segment) in (0..).zip(self.commit.searcher.segment_readers()) {
            let inverted = segment.inverted_index(member.field())?;
            let neighbours = self.neighbours()?.of(segment)?;
            let Some(mut postings) = inverted.read_postings(&member, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if !segment.is_deleted(doc) && neighbours.ordinal(doc) == 0 {
                    return Ok(Some(DocAddress::new(segment_ordinal, doc)));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Reads the article with this id and all of its statements; none where no living article has it.
    ///
    /// # Errors
    /// If they cannot be read or one is damaged.
    pub fn whole_article(&self, id: ArticleId) -> Result<Option<(StoredArticle, Vec<Statement>)>, InputRecordError> {
        self.find_article(id.0)?.map(|address| self.block_at(address)).transpose()
    }

    /// Reads the article at `address` and all of its statements.
    ///
    /// # Errors
    /// If they cannot be read or one is damaged.
    pub fn block_at(&self, address: DocAddress) -> Result<(StoredArticle, Vec<Statement>), InputRecordError> {
        self.commit.generation.schema().stored_block(&self.commit.searcher, address)
    }
}

fn rarity(count: u64, documents: u64) -> f32 {
    let (count, documents) = (count.min(documents) as f32, documents as f32);
    (1.0 + (documents - count + 0.5) / (count + 0.5)).ln()
}

/// A word of the index that is spelt nearly like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    pub word: String,
    pub edits: usize,
    /// Documents that hold it.
    pub count: u64,
}

/// Returns the languages of the articles.
fn languages(searcher: &Searcher, schema: &Schema) -> tantivy::Result<Vec<String>> {
    let mut languages = BTreeSet::new();
    for segment in searcher.segment_readers() {
        visit_terms(segment.inverted_index(schema.field("language"))?.terms(), "", |language, _| {
            languages.insert(language.to_owned());
        })?;
    }
    Ok(languages.into_iter().collect())
}
