//! In: what one word of a query must look like. Out: its postings in every segment, and where it stands in a document.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermDictionary;
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use super::gathered::Gathered;
use super::lower::LowerError;
use super::neighbours::of_another_commit;
use crate::index::deadline::Deadline;
use crate::index::marks::{self, AS_WRITTEN, CAPITALISED, MOST_PARTS, Writing};
use crate::index::pattern::Matcher;
use crate::index::proximity::Extent;
use crate::index::stems;
use crate::index::words;
use crate::query::Pattern;

/// Most indexed words that a wildcard, expression or misspelling inside proximity may stand for: their positions are
/// read side by side, and ten thousand lists at once would stall.
pub const MOST_EXPANDED: usize = 2_000;

/// Documents of a segment that are looked at to tell in how many a word is written as is asked: of more, the share of them
/// is one of all. The estimate is off by less than a tenth of the list, which scores hardly show.
const MOST_SAMPLED: u64 = 256;

/// Stretches of a segment which they are taken from: what is written in May is not what is written in June.
const STRETCHES: u64 = 16;

/// The two fields of a text: its words, and what is known of them at the same positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextFields {
    pub words: Field,
    /// None for names, of which no marks are kept.
    pub marks: Option<Field>,
}

/// One word of a query and every posting list it stands for.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// How it is compared.
    pub looks_at: LooksAt,
    /// In the order of the searcher's segments.
    segments: Vec<LeafSegment>,
    /// Documents in which its words stand, counted for each word; where marks decide, about how many.
    pub doc_freq: u64,
}

/// Which form of a word decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksAt {
    Folded,
    /// As written, where that is neither as folded nor merely with a capital first.
    Written,
    /// Folded, where the text writes it so too.
    FoldedAsWritten,
    /// Folded, where the text writes it with a capital first.
    Capitalised,
}

impl LooksAt {
    /// Whether marks at the positions of its words decide which of them count.
    pub fn is_told_by_marks(self) -> bool {
        !self.marks().is_empty()
    }

    /// Returns the marks that decide.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Folded | Self::Written => &[],
            Self::FoldedAsWritten => &[AS_WRITTEN, CAPITALISED],
            Self::Capitalised => &[CAPITALISED],
        }
    }
}

#[derive(Clone, Debug, Default)]
struct LeafSegment {
    words: Vec<TermInfo>,
    /// With the number of positions that they cover.
    joined: Vec<(u32, TermInfo)>,
    /// As in `LooksAt::marks`.
    marks: Vec<TermInfo>,
}

impl Leaf {
    /// Looks a pattern up in the dictionaries of a text; `most` bounds for how many words it may stand, and `joined` is
    /// given where it matters where they stand.
    ///
    /// # Errors
    /// If the pattern is none, it stands for too many words, or a dictionary cannot be read.
    pub fn new(
        searcher: &Searcher,
        fields: TextFields,
        pattern: &Pattern,
        most: Option<usize>,
        joined: Option<&JoinedParts>,
    ) -> Result<Self, LowerError> {
        let (looks_at, matcher) = match pattern {
            Pattern::AsWritten(word) => {
                let folded = words::fold(word);
                match Writing::of(word, &folded) {
                    Writing::AsFolded => (LooksAt::FoldedAsWritten, Matcher::Exact(folded)),
                    Writing::Capitalised => (LooksAt::Capitalised, Matcher::Exact(folded)),
                    Writing::Otherwise(_) => (LooksAt::Written, Matcher::new(pattern)?),
                }
            }
            _ => (LooksAt::Folded, Matcher::new(pattern)?),
        };
        let leaf = Self::of(searcher, fields, looks_at, joined, &|dictionary, take| match &matcher {
            Matcher::Exact(word) => {
                dictionary.get(word)?.iter().for_each(|info| take(word, info));
                Ok(())
            }
            // Where its words stand does not matter, and so they need not be read.
            Matcher::Beginning(beginning) if joined.is_none() && beginning.as_str() > "\u{2}" => {
                visit_lists(dictionary, beginning, |info| take("", info))
            }
            // Marks of sentences and values are no words.
            matcher => visit_terms(dictionary, matcher.prefix(), |term, info| {
                if !term.starts_with('\u{1}') && matcher.is_match(term) {
                    take(term, info);
                }
            }),
        })?;
        match most.filter(|most| leaf.segments.iter().any(|segment| segment.words.len() > *most)) {
            Some(most) => Err(LowerError::TooManyWords { most }),
            None => Ok(leaf.counted_by_marks(searcher, fields)?),
        }
    }

    /// Returns it told in about how many documents it stands, where marks decide: no list says that.
    fn counted_by_marks(mut self, searcher: &Searcher, fields: TextFields) -> tantivy::Result<Self> {
        if fields.marks.is_some() && self.looks_at.is_told_by_marks() {
            self.doc_freq = 0;
            for (ordinal, segment) in searcher.segment_readers().iter().enumerate() {
                self.doc_freq += self.estimate(segment, ordinal, fields)?;
            }
        }
        Ok(self)
    }

    /// Returns in about how many documents of a segment it stands, from some that hold its words.
    fn estimate(&self, segment: &SegmentReader, ordinal: usize, fields: TextFields) -> tantivy::Result<u64> {
        let all: u64 = self.lists(ordinal).iter().map(|info| u64::from(info.doc_freq)).sum();
        let stretches = if all > MOST_SAMPLED { STRETCHES } else { 1 };
        let mut cursor = self.cursor(segment, ordinal, fields, IndexRecordOption::WithFreqsAndPositions)?;
        let (mut sampled, mut standing) = (0_u64, 0_u64);
        let mut extents = Vec::new();
        for stretch in 0..stretches {
            let start = u64::from(segment.max_doc()) * stretch / stretches;
            let mut doc = cursor.seek(start as DocId);
            for _ in 0..MOST_SAMPLED / stretches {
                if doc == TERMINATED {
                    break;
                }
                cursor.extents(doc, &mut extents);
                sampled += 1;
                standing += u64::from(!extents.is_empty());
                doc = cursor.seek(doc + 1);
            }
        }
        // One that none of them shows may stand in others.
        Ok(if sampled == all { standing } else { all * standing.max(1) / sampled.max(1) })
    }

    /// Looks up every indexed word that is an inflection of `word`.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn inflections(
        searcher: &Searcher,
        fields: TextFields,
        word: &str,
        languages: &[String],
        joined: &JoinedParts,
    ) -> tantivy::Result<Self> {
        // Text of unknown language is stemmed as that of one.
        let unknown = languages.iter().all(|language| language != stems::FALLBACK).then_some(None);
        let languages = unknown.into_iter().chain(languages.iter().map(|language| Some(language.as_str())));
        let languages: Vec<Option<&str>> = languages.collect();
        Self::of(searcher, fields, LooksAt::Folded, Some(joined), &|dictionary, take| {
            let mut found: Vec<String> = Vec::new();
            for &language in &languages {
                stems::with_stems(language, |stems| {
                    let stem = stems.id(word);
                    let begins = stems::beginning(language, word, stems.text(stem)).to_owned();
                    visit_terms(dictionary, &begins, |term, info| {
                        if stems.id(term) == stem && !found.iter().any(|other| other == term) {
                            found.push(term.to_owned());
                            take(term, info);
                        }
                    })
                })?;
            }
            Ok(())
        })
    }

    /// Looks up what `find` finds in the dictionary of each segment.
    fn of(
        searcher: &Searcher,
        fields: TextFields,
        looks_at: LooksAt,
        joined: Option<&JoinedParts>,
        find: Find<'_>,
    ) -> tantivy::Result<Self> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        let mut doc_freq = 0;
        for segment in searcher.segment_readers() {
            let found = LeafSegment::read(segment, fields, looks_at, joined, find)?;
            doc_freq += found.words.iter().map(|info| u64::from(info.doc_freq)).sum::<u64>();
            segments.push(found);
        }
        Ok(Self { looks_at, segments, doc_freq })
    }

    /// Opens its postings in a segment, with positions or only with frequencies.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn cursor(
        &self,
        segment: &SegmentReader,
        ordinal: usize,
        fields: TextFields,
        option: IndexRecordOption,
    ) -> tantivy::Result<LeafCursor> {
        let found = &self.segments[ordinal];
        let words_field = match (self.looks_at, fields.marks) {
            (LooksAt::Written, Some(marks)) => marks,
            _ => fields.words,
        };
        let inverted = segment.inverted_index(words_field)?;
        let mut words = Vec::with_capacity(found.words.len());
        for info in &found.words {
            words.push(inverted.read_postings_from_terminfo(info, option)?);
        }
        let mut cursor = LeafCursor {
            words: Union::new(words),
            joined: Vec::new(),
            looks_at: self.looks_at,
            marks: Vec::new(),
            positions: Vec::new(),
        };
        if let Some(marks) = fields.marks.filter(|_| option == IndexRecordOption::WithFreqsAndPositions) {
            let inverted = segment.inverted_index(marks)?;
            for (parts, info) in &found.joined {
                cursor.joined.push((*parts, inverted.read_postings_from_terminfo(info, option)?));
            }
            for info in &found.marks {
                cursor.marks.push(inverted.read_postings_from_terminfo(info, option)?);
            }
        }
        Ok(cursor)
    }

    /// Opens its lists in a segment to be added up, whatever their number; with `are_counted` it is told how often they
    /// stand in a document.
    ///
    /// # Errors
    /// If the postings cannot be read.
    pub fn gathered(
        &self,
        segment: &SegmentReader,
        ordinal: usize,
        field: Field,
        are_counted: bool,
        deadline: &Deadline,
    ) -> tantivy::Result<Gathered> {
        Gathered::open(&*segment.inverted_index(field)?, self.lists(ordinal), are_counted, deadline)
    }

    /// Returns the lists of its words in a segment.
    pub fn lists(&self, ordinal: usize) -> &[TermInfo] {
        &self.segments[ordinal].words
    }

    /// Returns for how many words it stands in a segment.
    pub fn count(&self, ordinal: usize) -> usize {
        self.segments[ordinal].words.len()
    }
}

/// Calls its second argument with every word of a dictionary that is sought.
type Find<'f> = &'f dyn Fn(&TermDictionary, &mut dyn FnMut(&str, &TermInfo)) -> tantivy::Result<()>;

impl LeafSegment {
    fn read(
        segment: &SegmentReader,
        fields: TextFields,
        looks_at: LooksAt,
        joined: Option<&JoinedParts>,
        find: Find<'_>,
    ) -> tantivy::Result<Self> {
        let marks = fields.marks.map(|marks| segment.inverted_index(marks)).transpose()?;
        let words = segment.inverted_index(fields.words)?;
        let dictionary = match (looks_at, &marks) {
            (LooksAt::Written, Some(marks)) => marks.terms(),
            _ => words.terms(),
        };
        let mut found = Self::default();
        let mut forms = Vec::new();
        let parts = match (joined, fields.marks) {
            (Some(joined), Some(marks)) if matches!(looks_at, LooksAt::Folded | LooksAt::Capitalised) => {
                joined.of(segment, marks)?
            }
            _ => &[],
        };
        find(dictionary, &mut |term, info| {
            found.words.push(info.clone());
            // Beyond this number positions are never asked for, see `MOST_EXPANDED`.
            if !parts.is_empty() && forms.len() <= MOST_EXPANDED {
                forms.push(term.to_owned());
            }
        })?;
        let Some(marks) = marks else { return Ok(found) };
        for mark in looks_at.marks() {
            found.marks.extend(marks.terms().get(mark)?);
        }
        for form in forms.iter().filter(|_| forms.len() <= MOST_EXPANDED) {
            for &parts in parts {
                if let Some(info) = marks.terms().get(marks::joined(parts, form))? {
                    found.joined.push((parts, info));
                }
            }
        }
        Ok(found)
    }
}

/// Of how many parts there are joined words at all, in each dictionary of marks of a commit: most words are looked up in
/// vain, and nobody writes five of them as one.
pub struct JoinedParts(HashMap<(SegmentId, Field), Vec<u32>>);

impl JoinedParts {
    /// Looks into the dictionaries of `marks`.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn open(searcher: &Searcher, marks: &[Field]) -> tantivy::Result<Self> {
        let mut by_dictionary = HashMap::new();
        for segment in searcher.segment_readers() {
            for &field in marks {
                let inverted = segment.inverted_index(field)?;
                let mut found = Vec::new();
                for parts in 2..=MOST_PARTS {
                    let beginning = marks::joined(parts, "");
                    let mut terms = inverted.terms().range().ge(&beginning).into_stream()?;
                    if terms.next().is_some_and(|(term, _)| term.starts_with(beginning.as_bytes())) {
                        found.push(parts);
                    }
                }
                by_dictionary.insert((segment.segment_id(), field), found);
            }
        }
        Ok(Self(by_dictionary))
    }

    fn of(&self, segment: &SegmentReader, marks: Field) -> tantivy::Result<&[u32]> {
        self.0.get(&(segment.segment_id(), marks)).map(Vec::as_slice).ok_or_else(of_another_commit)
    }
}

/// Calls `visit` with every term that begins with `prefix`, in order.
///
/// # Errors
/// If the dictionary cannot be read.
pub fn visit_terms(
    dictionary: &TermDictionary,
    prefix: &str,
    mut visit: impl FnMut(&str, &TermInfo),
) -> tantivy::Result<()> {
    let mut terms = dictionary.range().ge(prefix).into_stream()?;
    while let Some((term, info)) = terms.next() {
        if !term.starts_with(prefix.as_bytes()) {
            break;
        }
        if let Ok(term) = std::str::from_utf8(term) {
            visit(term, info);
        }
    }
    Ok(())
}

/// Calls `visit` with the list of every term that begins with `prefix`, without reading the terms.
fn visit_lists(dictionary: &TermDictionary, prefix: &str, mut visit: impl FnMut(&TermInfo)) -> tantivy::Result<()> {
    let mut end = prefix.as_bytes().to_vec();
    // No byte of a text is 255.
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    let mut lists = dictionary.range().ge(prefix).lt(&end).without_keys().into_stream()?;
    while lists.advance() {
        visit(lists.value());
    }
    Ok(())
}

/// The postings of one leaf in one segment, read in step.
pub struct LeafCursor {
    words: Union,
    joined: Vec<(u32, SegmentPostings)>,
    looks_at: LooksAt,
    marks: Vec<SegmentPostings>,
    /// Read last, kept for its space.
    positions: Vec<u32>,
}

impl LeafCursor {
    pub fn doc(&self) -> DocId {
        self.words.doc
    }

    /// Goes to the first document that is not before `target`, and stays where it is that already.
    #[inline]
    pub fn seek(&mut self, target: DocId) -> DocId {
        self.words.seek(target)
    }

    pub fn frequency(&mut self) -> u32 {
        let mut sum = 0_u32;
        self.words.visit_here(|postings| sum = sum.saturating_add(postings.term_freq()));
        sum
    }

    /// Whether each of its occurrences is one word, and nothing but its lists decides where.
    pub fn is_of_single_words(&self) -> bool {
        self.joined.is_empty() && !self.looks_at.is_told_by_marks()
    }

    /// Returns about how many documents it stands in.
    pub fn size_hint(&self) -> u32 {
        self.words.postings.iter().fold(0, |sum, postings| sum.saturating_add(postings.size_hint()))
    }

    /// Reads at which positions of its document it stands, as far as it is of single words.
    pub fn positions(&mut self, positions: &mut Vec<u32>) {
        self.words.read_positions(positions);
        if self.words.postings.len() > 1 {
            positions.dedup();
        }
    }

    /// Reads where it stands in `doc`, on which it stands.
    pub fn extents(&mut self, doc: DocId, extents: &mut Vec<Extent>) {
        extents.clear();
        let positions = &mut self.positions;
        self.words.read_positions(positions);
        if self.looks_at.is_told_by_marks() {
            let mut marked = Vec::new();
            for list in &mut self.marks {
                if seek(list, doc) == doc {
                    list.append_positions_with_offset(0, &mut marked);
                }
            }
            marked.sort_unstable();
            let is_wanted = self.looks_at == LooksAt::Capitalised;
            positions.retain(|position| marked.binary_search(position).is_ok() == is_wanted);
        }
        extents.extend(positions.iter().map(|&start| Extent { start, end: start + 1 }));
        let mut is_longer = false;
        for (parts, postings) in &mut self.joined {
            if seek(postings, doc) == doc {
                is_longer = true;
                let mut starts = Vec::new();
                postings.positions(&mut starts);
                if self.looks_at == LooksAt::Capitalised {
                    // The mark there is that of the first part: nothing tells how the others are written.
                    extents.retain(|extent| !starts.contains(&extent.start));
                    continue;
                }
                // A pattern may stand for the joined word and its first part too: then the position is there twice.
                for start in starts {
                    if let Ok(index) = extents.binary_search_by_key(&start, |extent| extent.start) {
                        extents[index].end = start + *parts;
                    }
                }
            }
        }
        if is_longer {
            extents.sort_unstable();
        }
        extents.dedup();
    }
}

/// Goes forward to `target`, or stays.
pub fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

/// Lists that are asked one after the other; the first ones of more of them stand on a heap.
const MOST_IN_A_ROW: usize = 32;

/// Several posting lists as one.
struct Union {
    postings: Vec<SegmentPostings>,
    /// On which document each list stands: looking at these first spares most lists. Nothing for a single one.
    docs: Vec<DocId>,
    /// The document of each list and its number, the smallest on top, where there are many lists.
    heap: BinaryHeap<Reverse<(DocId, usize)>>,
    doc: DocId,
}

impl Union {
    fn new(postings: Vec<SegmentPostings>) -> Self {
        if let [only] = &postings[..] {
            return Self { doc: only.doc(), postings, docs: Vec::new(), heap: BinaryHeap::new() };
        }
        let docs: Vec<DocId> = postings.iter().map(DocSet::doc).collect();
        let on_heap = if docs.len() > MOST_IN_A_ROW { &docs[..] } else { &[] };
        let heap = on_heap.iter().enumerate().map(|(index, &doc)| Reverse((doc, index))).collect();
        Self { doc: docs.iter().copied().min().unwrap_or(TERMINATED), postings, docs, heap }
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.doc = match &mut self.postings[..] {
            [only] => only.seek(target),
            _ if self.heap.is_empty() => self.seek_in_a_row(target),
            _ => self.seek_on_heap(target),
        };
        self.doc
    }

    fn seek_in_a_row(&mut self, target: DocId) -> DocId {
        let mut least = TERMINATED;
        for (doc, postings) in self.docs.iter_mut().zip(&mut self.postings) {
            if *doc < target {
                *doc = postings.seek(target);
            }
            least = least.min(*doc);
        }
        least
    }

    fn seek_on_heap(&mut self, target: DocId) -> DocId {
        while let Some(mut top) = self.heap.peek_mut() {
            let Reverse((doc, index)) = *top;
            if doc >= target {
                return doc;
            }
            self.docs[index] = self.postings[index].seek(target);
            *top = Reverse((self.docs[index], index));
        }
        TERMINATED
    }

    /// Calls `visit` with every list that stands on the document of the union.
    fn visit_here(&mut self, mut visit: impl FnMut(&mut SegmentPostings)) {
        if self.doc == TERMINATED {
            return;
        }
        if let [only] = &mut self.postings[..] {
            return visit(only);
        }
        for (doc, postings) in self.docs.iter().zip(&mut self.postings) {
            if *doc == self.doc {
                visit(postings);
            }
        }
    }

    /// Reads the positions of the document of the union, in order; one at which two lists stand is there twice.
    fn read_positions(&mut self, positions: &mut Vec<u32>) {
        positions.clear();
        let mut lists = 0;
        self.visit_here(|postings| {
            postings.append_positions_with_offset(0, positions);
            lists += 1;
        });
        if lists > 1 {
            positions.sort_unstable();
        }
    }
}
