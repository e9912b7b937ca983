//! Posting lists of running texts in a segment that is being built.

mod writing;

use tantivy::DocId;

use super::block::{Block, Postings};
use super::chains::{Chain, Chains};
use super::numbers::Few;
use super::postings::reserve;
use super::schema::TextField;
use crate::index::fetch::fetch;

/// What a term's bytes say first of each document and field in which it stands. Behind it comes how often it stands there,
/// unless that is once, and, where the field keeps them, the positions: the first, and how far each is from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How far the document is from the one before.
    pub step: DocId,
    pub kind: HeadKind,
}

/// What a head says beside the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadKind(u8);

/// Bits of a field's place.
const PLACE_BITS: u32 = 4;

impl HeadKind {
    /// Returns what stands for a field of running text, and for whether the term stands there once.
    pub fn new(field: TextField, is_single: bool) -> Self {
        debug_assert!(field.place < 1 << PLACE_BITS);
        Self(field.place << 1 | u8::from(is_single))
    }

    fn place(self) -> usize {
        usize::from(self.0 >> 1)
    }

    fn is_single(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Head {
    pub fn number(self) -> u64 {
        u64::from(self.step) << (PLACE_BITS + 1) | u64::from(self.kind.0)
    }

    fn of(number: u64) -> Self {
        let kind = number & ((1 << (PLACE_BITS + 1)) - 1);
        Self { step: (number >> (PLACE_BITS + 1)) as DocId, kind: HeadKind(kind as u8) }
    }
}

/// The postings of all fields whose terms have numbers in a vocabulary.
///
/// Those of one term stand behind each other, document by document and in each field by field: an article has most of its
/// words in several fields, and what a processor waits for is the memory.
pub struct NumberedTerms {
    fields: Vec<TextField>,
    tokens: Vec<u64>,
    /// By term.
    terms: Vec<TermBytes>,
}

#[derive(Clone, Copy, Default)]
struct TermBytes {
    bytes: Chain,
    last: DocId,
}

impl NumberedTerms {
    /// Returns those of `fields`, each in its place.
    pub fn new(fields: Vec<TextField>) -> Self {
        assert!(fields.len() <= 1 << PLACE_BITS, "heads name so many fields");
        let tokens = vec![0; fields.len()];
        Self { fields, tokens, terms: Vec::new() }
    }

    /// Takes in the texts of a block; `terms` are the numbers of its terms, `base` that of its first document.
    pub fn add(&mut self, block: &Block, terms: &[u32], base: DocId, chains: &mut Chains) {
        if let Some(&most) = terms.iter().max() {
            let needed = self.terms.len().max(most as usize + 1);
            reserve(&mut self.terms, needed);
            self.terms.resize(needed, TermBytes::default());
        }
        fetch(terms.iter().map(|&term| self.terms[term as usize].last));
        fetch(terms.iter().map(|&term| chains.at_end(&self.terms[term as usize].bytes)));
        for (&term, postings) in terms.iter().zip(block.postings()) {
            if let Some(postings) = postings {
                self.terms[term as usize].extend(postings, base, chains);
            }
        }
        for (field, length) in block.documents().flat_map(|document| document.lengths) {
            self.tokens[usize::from(field.place)] += u64::from(*length);
        }
    }

    pub fn tokens(&self, field: TextField) -> u64 {
        self.tokens[usize::from(field.place)]
    }

    pub fn memory_bytes(&self) -> usize {
        self.terms.capacity() * size_of::<TermBytes>()
    }
}

impl TermBytes {
    /// Appends what a block says of the term, whose first document is `base`.
    fn extend(&mut self, postings: Postings<'_>, base: DocId, chains: &mut Chains) {
        let Postings { first, last, kind, rest } = postings;
        let mut head = Few::default();
        head.push(Head { step: base + first - self.last, kind }.number());
        self.last = base + last;
        match head.short().zip(rest.short()).and_then(|(head, rest)| head.then(rest)) {
            Some(short) => chains.append_short(&mut self.bytes, short),
            None => {
                chains.append(&mut self.bytes, head.written());
                chains.append(&mut self.bytes, rest.bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::TantivyDocument;

    use super::super::block::{BlockTerms, BlockWriter};
    use super::writing::{Piece, take_apart};
    use super::*;
    use crate::index::stems::with_stems;
    use crate::index::tantivy::Schema;

    #[test]
    fn heads_come_back() {
        let fields = TextField::all(Schema::new().engine());
        for field in &fields {
            for (step, is_single) in [(0, true), (1, false), (DocId::MAX, true)] {
                let head = Head { step, kind: HeadKind::new(*field, is_single) };
                assert_eq!(Head::of(head.number()), head);
                assert_eq!((head.kind.place(), head.kind.is_single()), (field.place.into(), is_single));
            }
        }
    }

    #[test]
    fn postings_come_back_field_by_field() {
        let schema = Schema::new();
        let [body, stem, said] = ["body", "body_stem", "said"].map(|name| schema.text(name));
        let fields = TextField::all(schema.engine());
        let mut chains = Chains::default();
        let mut postings = NumberedTerms::new(fields.clone());
        /// A term that stands in all blocks but one.
        const RARE: usize = 2;
        const MISSING_AT: DocId = 7;
        let bases = [0, MISSING_AT, 100_000];
        for base in bases {
            let block = with_stems(None, |stems| {
                let mut terms = BlockTerms::new(stems);
                let (talk, talks, rare) = (terms.term("talk"), terms.term("talks"), terms.term("rare"));
                let mut block = BlockWriter::begin();
                block.text(body, [(0, talks), (1, talk), (300, talks)].into_iter());
                block.text(stem, [(0, talk), (1, talk), (300, talk)].into_iter());
                block.document(TantivyDocument::new());
                block.document(TantivyDocument::new());
                block.text(said, [(0, talks), (0, talks)].into_iter());
                // Every block numbers its marks, whether or not they stand in it.
                if base != MISSING_AT {
                    block.text(body, [(400, rare)].into_iter());
                }
                block.document(TantivyDocument::new());
                block.finish(terms)
            });
            let terms: Vec<&str> = block.ids().iter().map(|id| block.term(*id)).collect();
            assert_eq!(terms, ["talk", "talks", "rare"]);
            postings.add(&block, &[0, 1, 2], base, &mut chains);
        }
        assert_eq!([body, stem, said].map(|field| postings.tokens(field)), [11, 9, 6]);

        // By term and field: in a block the document, how often it stands there, and steps from position to position.
        type Expected = &'static [(DocId, u32, &'static [u32])];
        let rows: [(usize, TextField, Expected); 7] = [
            (0, said, &[]),
            (0, stem, &[(0, 3, &[])]),
            (0, body, &[(0, 1, &[1])]),
            (1, said, &[(2, 2, &[0, 0])]),
            (1, stem, &[]),
            (1, body, &[(0, 2, &[0, 300])]),
            (RARE, body, &[(2, 1, &[400])]),
        ];
        for (term, field, expected) in rows {
            let mut bytes = Vec::new();
            chains.read(&postings.terms[term].bytes, &mut bytes);
            let mut pieces: Vec<Piece> = fields.iter().map(|_| Piece::default()).collect();
            take_apart(&bytes, &fields, &mut pieces);
            let bases = || bases.into_iter().filter(|&base| term != RARE || base != MISSING_AT);
            let expected = || bases().flat_map(|base| expected.iter().map(move |row| (base + row.0, row.1, row.2)));
            let Piece { documents, frequencies, steps, .. } = &pieces[usize::from(field.place)];
            let name = format!("term {term}, {field:?}");
            assert_eq!(*documents, expected().map(|row| row.0).collect::<Vec<_>>(), "{name}");
            assert_eq!(*frequencies, expected().map(|row| row.1).collect::<Vec<_>>(), "{name}");
            assert_eq!(*steps, expected().flat_map(|row| row.2).copied().collect::<Vec<_>>(), "{name}");
        }
    }
}
