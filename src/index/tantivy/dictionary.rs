//! Writes the dictionary of one field: its terms, and where the list of each stands. As the engine's
//! `TermDictionaryBuilder` does, but for what `transducer` remembers.

use std::io::{self, Write};

use tantivy::postings::TermInfo;

use super::transducer::Transducer;

/// Versions of the format, and of the kind of dictionary.
const VERSION: u32 = 1;
const KIND: u32 = 1;
/// Terms whose places are packed together.
const TERMS_A_BLOCK: usize = 256;

/// Writes a dictionary, term by term.
pub struct DictionaryWriter<W: Write> {
    terms: Transducer<W>,
    count: u64,
    /// Of the block at hand.
    infos: Vec<TermInfo>,
    /// The first place of each block, and how many bits the others of it take.
    heads: Vec<u8>,
    packed: Vec<u8>,
}

impl<W: Write> DictionaryWriter<W> {
    /// Begins one without terms.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let infos = Vec::with_capacity(TERMS_A_BLOCK);
        Ok(Self { terms: Transducer::new(out)?, count: 0, infos, heads: Vec::new(), packed: Vec::new() })
    }

    /// Appends a term, which stands behind all before in the order of bytes, as its lists do.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn insert(&mut self, term: &[u8], info: TermInfo) -> io::Result<()> {
        self.terms.insert(term)?;
        self.count += 1;
        self.infos.push(info);
        if self.infos.len() == TERMS_A_BLOCK {
            self.end_block();
        }
        Ok(())
    }

    /// Completes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.end_block();
        let mut out = self.terms.finish()?;
        let infos = [(self.heads.len() as u64).to_le_bytes(), self.count.to_le_bytes()].concat();
        let bytes = infos.len() + self.heads.len() + self.packed.len();
        for part in [&infos[..], &self.heads, &self.packed, &(bytes as u64).to_le_bytes()] {
            out.write_all(part)?;
        }
        [VERSION, KIND].into_iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))
    }

    fn end_block(&mut self) {
        let [first, others @ ..] = &self.infos[..] else { return };
        let last = others.last().unwrap_or(first);
        let postings = |offset: usize| (offset - first.postings_range.start) as u64;
        let positions = |offset: usize| (offset - first.positions_range.start) as u64;
        let most = others.iter().map(|info| info.doc_freq).max().unwrap_or(0);
        let ends = [postings(last.postings_range.end), positions(last.positions_range.end)];
        let [postings_bits, positions_bits, frequency_bits] = [ends[0], ends[1], u64::from(most)].map(bits);

        self.heads.extend((self.packed.len() as u64).to_le_bytes());
        self.heads.extend(first.doc_freq.to_le_bytes());
        for range in [&first.postings_range, &first.positions_range] {
            self.heads.extend((range.start as u64).to_le_bytes());
            let bytes = u32::try_from(range.len()).expect("one term's list takes less than four gigabytes");
            self.heads.extend(bytes.to_le_bytes());
        }
        self.heads.extend([frequency_bits, postings_bits, positions_bits]);

        let mut packer = Packer { bytes: &mut self.packed, pending: 0, count: 0 };
        for info in others {
            packer.push(postings(info.postings_range.start), postings_bits);
            packer.push(positions(info.positions_range.start), positions_bits);
            packer.push(info.doc_freq.into(), frequency_bits);
        }
        packer.push(ends[0], postings_bits);
        packer.push(ends[1], positions_bits);
        packer.finish();
        self.infos.clear();
    }
}

/// Returns how many bits a number takes.
fn bits(number: u64) -> u8 {
    let bits = (u64::BITS - number.leading_zeros()) as u8;
    assert!(bits <= 56, "nobody could read more at once");
    bits
}

/// Appends numbers of a few bits.
struct Packer<'b> {
    bytes: &'b mut Vec<u8>,
    pending: u64,
    /// Bits of it, fewer than eight between two numbers.
    count: u8,
}

impl Packer<'_> {
    fn push(&mut self, number: u64, bits: u8) {
        // No more than 56 bits: these fit beside what is pending.
        self.pending |= number << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(self) {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::ops::Range;

    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;
    use tantivy::directory::FileSlice;
    use tantivy::termdict::{TermDictionary, TermDictionaryBuilder};

    use super::*;

    /// Gives each term lists of some length.
    fn infos(terms: &BTreeSet<Vec<u8>>) -> BTreeMap<&[u8], TermInfo> {
        let (mut postings, mut positions) = (0, 0);
        let behind = |end: &mut usize, length: usize| -> Range<usize> {
            *end += length;
            *end - length..*end
        };
        let lists = (0_usize..).zip(terms).map(|(number, term)| {
            let length = number * number % 37 + 1;
            let info = TermInfo {
                doc_freq: (number % 11 + 1) as u32,
                postings_range: behind(&mut postings, length),
                positions_range: behind(&mut positions, if number % 3 == 0 { 0 } else { length * 300 }),
            };
            (&term[..], info)
        });
        lists.collect()
    }

    fn written(infos: &BTreeMap<&[u8], TermInfo>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = DictionaryWriter::new(&mut bytes).unwrap();
        infos.iter().for_each(|(term, info)| writer.insert(term, info.clone()).unwrap());
        writer.finish().unwrap();
        bytes
    }

    fn assert_comes_back(terms: &BTreeSet<Vec<u8>>) {
        let infos = infos(terms);
        let dictionary = TermDictionary::open(FileSlice::from(written(&infos))).unwrap();
        assert_eq!(dictionary.num_terms(), terms.len());
        let mut stream = dictionary.stream().unwrap();
        for (number, (term, info)) in (0..).zip(&infos) {
            assert!(stream.advance(), "{term:?} is missing");
            assert_eq!((stream.key(), stream.value()), (*term, info));
            assert_eq!(dictionary.term_ord(term).unwrap(), Some(number));
            assert_eq!(dictionary.get(term).unwrap().as_ref(), Some(info));
            let longer = [term, &b"e"[..]].concat();
            assert_eq!(dictionary.get(&longer).unwrap().is_some(), terms.contains(&longer), "{longer:?}");
        }
        assert!(!stream.advance());
    }

    proptest! {
        #[test]
        fn terms_come_back_with_their_places(
            words in btree_set("[a-d]{0,5}(|s|ed|ing|ation)", 0..400),
            others in btree_set(vec(any::<u8>(), 0..4), 0..400),
        ) {
            let words = words.into_iter().map(String::into_bytes);
            assert_comes_back(&words.chain(others).collect());
        }
    }

    #[test]
    fn wide_nodes_and_long_dictionaries_come_back() {
        // All bytes at once, one or none; thousands of words, of which no node is remembered to the end; and keys.
        let wide: BTreeSet<Vec<u8>> = (0..=u8::MAX).flat_map(|byte| [vec![byte], vec![b'x', byte, b's']]).collect();
        let many = (0..60_000_u64).map(|number| format!("{:x}ing", number.wrapping_mul(0x9e37_79b9)).into_bytes());
        let keys = (0..5_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().to_vec());
        for terms in [wide, many.collect(), keys.collect(), BTreeSet::new(), BTreeSet::from([Vec::new()])] {
            assert_comes_back(&terms);
        }
    }

    #[test]
    fn of_few_words_the_engine_would_write_the_same_bytes() {
        let terms =
            ["", "talk", "talked", "talking", "talks", "walk", "walked", "walking", "walks", "\u{1}s", "zürich"];
        let terms = terms.map(|term| term.as_bytes().to_vec()).into_iter().collect();
        let infos = infos(&terms);
        let mut theirs = TermDictionaryBuilder::create(Vec::new()).unwrap();
        infos.iter().for_each(|(term, info)| theirs.insert(term, info).unwrap());
        assert_eq!(written(&infos), theirs.finish().unwrap());
    }

    #[test]
    #[should_panic = "terms come in their order"]
    fn no_term_may_come_late() {
        let mut writer = DictionaryWriter::new(Vec::new()).unwrap();
        for term in ["talk", "tal"] {
            writer.insert(term.as_bytes(), TermInfo::default()).unwrap();
        }
    }
}
