//! What the last commit knows of inputs and members, read from columns: a million inputs in a fraction of a second.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// What the index knows of one input: all that decides whether it must be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownInput {
    /// Made from collection and path.
    pub input: u64,
    /// Where its document stands, for what is not needed of every input.
    pub address: DocAddress,
    pub bytes: u64,
    /// `i64::MIN` where the time proves nothing and the hash has to decide.
    pub modified_ns: i64,
    /// The first eight bytes of the hash of its raw bytes.
    pub hash: u64,
    /// Hash of the settings that shaped its articles.
    pub settings: u64,
    pub extractor: u32,
    /// Position in `State::collections`.
    pub collection: u32,
    /// Whether a commit fell between its members.
    pub unfinished: bool,
    /// Whether it, or a record of it, was rejected.
    pub rejected: bool,
}

/// What the index knows of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMember {
    pub article: u64,
    /// Of all that shaped its documents.
    pub member_hash: u64,
    pub statements: u64,
    /// When it was indexed first, in milliseconds since 1970.
    pub added_ms: i64,
    /// Where its article stands.
    pub address: DocAddress,
}

/// Every input of the last commit.
#[derive(Debug, Default)]
pub struct State {
    pub inputs: Vec<KnownInput>,
    pub collections: Vec<String>,
    positions: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
}

/// Hashes a number that is a hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only ids are hashed");
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

impl State {
    /// Reads the inputs of a commit.
    ///
    /// # Errors
    /// If a column is missing or cannot be read.
    pub fn read(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut state = Self::default();
        // Exactly: a vector of a million that doubles takes three times its own memory for a moment.
        state.inputs.reserve_exact(count_inputs(searcher)?);
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            state.read_segment(ordinal, segment)?;
        }
        state.positions.reserve(state.inputs.len());
        for (position, known) in (0..).zip(&state.inputs) {
            state.positions.insert(known.input, position);
        }
        Ok(state)
    }

    /// Returns how much memory it takes, more or less.
    pub fn memory_bytes(&self) -> u64 {
        let position = size_of::<(u64, u32)>() + 1;
        (self.inputs.capacity() * size_of::<KnownInput>() + self.positions.capacity() * position) as u64
    }

    /// Returns the position of an input in `inputs`.
    pub fn position(&self, input: u64) -> Option<usize> {
        self.positions.get(&input).map(|&position| position as usize)
    }

    fn read_segment(&mut self, ordinal: u32, segment: &SegmentReader) -> tantivy::Result<()> {
        let columns = segment.fast_fields();
        let Some(sizes) = columns.column_opt::<u64>("size")? else { return Ok(()) };
        let number = |name: &str| columns.u64(name);
        let (inputs, hashes, settings) = (number("input_key")?, number("hash")?, number("settings")?);
        let (extractors, unfinished) = (number("extractor")?, number("unfinished")?);
        let modified = columns.i64("modified")?;
        let rejected = columns.str("rejected")?;
        let collections = self.collections_of(columns.str("collection")?)?;
        let alive = segment.alive_bitset();
        let first = |column: &Column<u64>, doc| column.first(doc).unwrap_or_default();
        for doc in documents_of(&sizes, segment.max_doc()) {
            if alive.is_some_and(|alive| alive.is_deleted(doc)) {
                continue;
            }
            self.inputs.push(KnownInput {
                input: first(&inputs, doc),
                address: DocAddress::new(ordinal, doc),
                bytes: first(&sizes, doc),
                modified_ns: modified.first(doc).unwrap_or(i64::MIN),
                hash: first(&hashes, doc),
                settings: first(&settings, doc),
                extractor: first(&extractors, doc) as u32,
                collection: collections.of(doc),
                unfinished: first(&unfinished, doc) != 0,
                rejected: rejected.as_ref().is_some_and(|column| column.ords().first(doc).is_some()),
            });
        }
        Ok(())
    }

    /// Translates the collections of a segment into positions in `collections`.
    fn collections_of(&mut self, column: Option<StrColumn>) -> tantivy::Result<SegmentCollections> {
        let mut positions = Vec::new();
        if let Some(column) = &column {
            for ordinal in 0..column.num_terms() as u64 {
                let mut name = String::new();
                column.ord_to_str(ordinal, &mut name)?;
                let position = self.collections.iter().position(|known| *known == name).unwrap_or_else(|| {
                    self.collections.push(name);
                    self.collections.len() - 1
                });
                positions.push(position as u32);
            }
        }
        Ok(SegmentCollections { column, positions })
    }
}

/// The collection column of one segment.
struct SegmentCollections {
    column: Option<StrColumn>,
    positions: Vec<u32>,
}

impl SegmentCollections {
    fn of(&self, doc: DocId) -> u32 {
        let ordinal = self.column.as_ref().and_then(|column| column.ords().first(doc));
        ordinal.and_then(|ordinal| self.positions.get(ordinal as usize).copied()).unwrap_or(u32::MAX)
    }
}

/// Returns the number of inputs in a commit, dead ones among them.
fn count_inputs(searcher: &Searcher) -> tantivy::Result<usize> {
    let mut count = 0;
    for segment in searcher.segment_readers() {
        if let Some(sizes) = segment.fast_fields().column_opt::<u64>("size")? {
            count += sizes.values.num_vals() as usize;
        }
    }
    Ok(count)
}

/// Returns the documents that have a value in a column, which only one kind of document has.
fn documents_of(column: &Column<u64>, max_doc: DocId) -> Box<dyn Iterator<Item = DocId> + '_> {
    match &column.index {
        tantivy::columnar::ColumnIndex::Optional(index) => Box::new(index.iter_non_null_docs()),
        _ => Box::new((0..max_doc).filter(|&doc| column.first(doc).is_some())),
    }
}

/// Returns the members of one input, in the order in which they were indexed.
///
/// # Errors
/// If the index cannot be read.
pub fn members(searcher: &Searcher, input: u64) -> tantivy::Result<Vec<KnownMember>> {
    let field = searcher.schema().get_field("input")?;
    let term = Term::from_field_u64(field, input);
    let mut members = Vec::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let inverted = segment.inverted_index(field)?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
        let columns = segment.fast_fields();
        let Some(hashes) = columns.column_opt::<u64>("member_hash")? else { continue };
        let (articles, statements, added) = (columns.u64("id")?, columns.u64("statements")?, columns.date("added")?);
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if !segment.is_deleted(doc)
                && let (Some(member_hash), Some(article)) = (hashes.first(doc), articles.first(doc))
            {
                members.push(KnownMember {
                    article,
                    member_hash,
                    statements: statements.first(doc).unwrap_or_default(),
                    added_ms: added.first(doc).unwrap_or_default().into_timestamp_millis(),
                    address: DocAddress::new(ordinal, doc),
                });
            }
            doc = postings.advance();
        }
    }
    Ok(members)
}

/// Returns the ids that an article had before its file was moved.
///
/// # Errors
/// If the column cannot be read.
pub fn former_ids(searcher: &Searcher, member: &KnownMember) -> tantivy::Result<Vec<u64>> {
    let columns = searcher.segment_reader(member.address.segment_ord).fast_fields();
    let former = columns.column_opt::<u64>("former")?;
    Ok(former.map_or_else(Vec::new, |former| former.values_for_doc(member.address.doc_id).collect()))
}

/// Returns the ids that an article has had so far, today's among them.
///
/// # Errors
/// If the column cannot be read.
pub fn ids_until_now(searcher: &Searcher, member: &KnownMember) -> tantivy::Result<Vec<u64>> {
    let mut ids = former_ids(searcher, member)?;
    ids.push(member.article);
    Ok(ids)
}

/// Reads the paths of the inputs at `positions` of a state, in that order.
///
/// # Errors
/// If the index cannot be read.
pub fn paths(searcher: &Searcher, state: &State, positions: &[usize]) -> tantivy::Result<Vec<String>> {
    let columns: Vec<Option<StrColumn>> = searcher
        .segment_readers()
        .iter()
        .map(|segment| segment.fast_fields().str("path"))
        .collect::<tantivy::Result<_>>()?;
    let mut wanted: Vec<(u32, u64, usize)> = Vec::with_capacity(positions.len());
    for (place, &position) in positions.iter().enumerate() {
        let address = state.inputs[position].address;
        let column = columns.get(address.segment_ord as usize).and_then(Option::as_ref);
        let ordinal = column.and_then(|column| column.ords().first(address.doc_id));
        wanted.push((address.segment_ord, ordinal.unwrap_or(u64::MAX), place));
    }
    // Blocks of the dictionary are decompressed once each, because it is read in its own order.
    wanted.sort_unstable();
    let mut paths = vec![String::new(); positions.len()];
    for (column_number, column) in (0..).zip(&columns) {
        let from = wanted.partition_point(|row| row.0 < column_number);
        let to = wanted.partition_point(|row| row.0 <= column_number);
        let Some(column) = column else { continue };
        let rows: Vec<_> = wanted[from..to].iter().filter(|row| row.1 != u64::MAX).collect();
        let ordinals: Vec<u64> = rows.iter().map(|row| row.1).collect();
        let mut places = rows.iter().map(|row| row.2);
        column.dictionary().sorted_ords_to_term_cb(&ordinals, |path| {
            if let Some(place) = places.next() {
                paths[place] = String::from_utf8_lossy(path).into_owned();
            }
        })?;
    }
    Ok(paths)
}
