//! Bytes of very many lists, each of which grows at its end.
//!
//! tantivy's own chains take twelve bytes of memory for a list of one, and half as much again as they hold for long
//! ones. Many lists are of words that stand in one article: those are kept in place.

/// Bytes that a chain keeps without taking any memory.
const BYTES_IN_PLACE: usize = 8;
const PAGE_BYTES: usize = 1 << 20;
/// Bytes of the link to the block behind.
const LINK_BYTES: usize = size_of::<u32>();
/// Longest block, as a power of two: what a chain may leave unused stays a small part of a page.
const MOST_DOUBLINGS: u16 = 15;

/// The memory of chains.
#[derive(Default)]
pub struct Chains {
    pages: Vec<Box<[u8]>>,
    /// Where the next block starts, counted through all pages.
    next: usize,
}

/// Bytes that are found again in `Chains`.
#[derive(Clone, Copy)]
pub struct Chain {
    /// The bytes themselves, or where the first block starts and where the next byte belongs.
    place: [u8; BYTES_IN_PLACE],
    /// Bytes that the last block still takes, or the place where there is no block.
    room: u16,
    blocks: u16,
}

impl Default for Chain {
    fn default() -> Self {
        Self { place: [0; BYTES_IN_PLACE], room: BYTES_IN_PLACE as u16, blocks: 0 }
    }
}

impl Chain {
    /// Returns where the first block starts, and where the next byte belongs.
    fn ends(&self) -> (u32, u32) {
        let [a, b, c, d, e, f, g, h] = self.place;
        (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
    }

    fn set_ends(&mut self, head: u32, tail: u32) {
        self.place = (u64::from(tail) << u32::BITS | u64::from(head)).to_le_bytes();
    }

    /// Returns how many bytes are kept in place.
    fn kept(&self) -> usize {
        BYTES_IN_PLACE - usize::from(self.room)
    }
}

/// Most bytes that are appended without a copy of a length that varies.
const SHORT_BYTES: usize = 16;

/// A few bytes, which are appended without a copy of a length that varies.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShortBytes {
    /// The first in the lowest bits; nothing behind the last.
    bytes: u128,
    count: u32,
}

impl ShortBytes {
    /// Returns the first `count` of `bytes`, if they are few and enough stand behind them.
    pub fn first_of(bytes: &[u8], count: usize) -> Option<Self> {
        let bytes = bytes.first_chunk().filter(|_| count <= SHORT_BYTES)?;
        let behind = (SHORT_BYTES - count) as u32 * u8::BITS;
        let bytes = u128::from_le_bytes(*bytes).checked_shl(behind).unwrap_or(0).checked_shr(behind).unwrap_or(0);
        Some(Self { bytes, count: count as u32 })
    }

    /// Returns these bytes and others behind them, if they are still few.
    pub fn then(self, other: Self) -> Option<Self> {
        let count = self.count + other.count;
        let behind = other.bytes.checked_shl(self.count * u8::BITS).unwrap_or(0);
        (count as usize <= SHORT_BYTES).then_some(Self { bytes: self.bytes | behind, count })
    }
}

/// Returns the size of the block behind so many others: each is about a third of all before, so that little is left
/// unused.
fn block_bytes(blocks: u16) -> usize {
    1 << (4 + blocks / 2).min(MOST_DOUBLINGS)
}

impl Chains {
    /// Appends a few bytes to a chain.
    pub fn append_short(&mut self, chain: &mut Chain, short: ShortBytes) {
        let count = short.count as u16;
        if chain.blocks == 0 && count <= chain.room {
            let behind = (short.bytes as u64).checked_shl(chain.kept() as u32 * u8::BITS).unwrap_or(0);
            chain.place = (u64::from_le_bytes(chain.place) | behind).to_le_bytes();
            chain.room -= count;
        } else if chain.blocks > 0 && usize::from(chain.room) >= SHORT_BYTES {
            let (head, tail) = chain.ends();
            self.piece(tail, SHORT_BYTES).copy_from_slice(&short.bytes.to_le_bytes());
            chain.set_ends(head, tail + short.count);
            chain.room -= count;
        } else {
            self.append(chain, &short.bytes.to_le_bytes()[..short.count as usize]);
        }
    }

    /// Appends bytes to a chain.
    pub fn append(&mut self, chain: &mut Chain, mut bytes: &[u8]) {
        if chain.blocks == 0 {
            let kept = chain.kept();
            if let Some(free) = chain.place.get_mut(kept..kept + bytes.len()) {
                free.copy_from_slice(bytes);
                chain.room -= bytes.len() as u16;
                return;
            }
            let head = self.block(block_bytes(0));
            let moved = chain.place;
            self.piece(head, kept).copy_from_slice(&moved[..kept]);
            chain.set_ends(head, head + kept as u32);
            chain.room = (block_bytes(0) - kept) as u16;
            chain.blocks = 1;
        }
        let (head, mut tail) = chain.ends();
        loop {
            let (fitting, rest) = bytes.split_at(bytes.len().min(chain.room.into()));
            self.piece(tail, fitting.len()).copy_from_slice(fitting);
            tail += fitting.len() as u32;
            chain.room -= fitting.len() as u16;
            bytes = rest;
            if bytes.is_empty() {
                break;
            }
            let size = block_bytes(chain.blocks);
            let start = self.block(size);
            self.piece(tail, LINK_BYTES).copy_from_slice(&start.to_le_bytes());
            tail = start;
            chain.room = size as u16;
            chain.blocks = chain.blocks.checked_add(1).expect("all memory has fewer blocks of the longest kind");
        }
        chain.set_ends(head, tail);
    }

    /// Returns what stands where the next byte of a chain belongs, which means nothing yet.
    pub fn at_end(&self, chain: &Chain) -> u32 {
        let tail = if chain.blocks == 0 { 0 } else { chain.ends().1 as usize };
        self.pages.get(tail / PAGE_BYTES).map_or(0, |page| page[tail % PAGE_BYTES].into())
    }

    /// Appends all bytes of a chain to `bytes`.
    pub fn read(&self, chain: &Chain, bytes: &mut Vec<u8>) {
        let Some(last) = chain.blocks.checked_sub(1) else {
            bytes.extend_from_slice(&chain.place[..chain.kept()]);
            return;
        };
        let mut at = chain.ends().0 as usize;
        for block in 0..last {
            let page = &self.pages[at / PAGE_BYTES][at % PAGE_BYTES..];
            let (block, behind) = page.split_at(block_bytes(block));
            bytes.extend_from_slice(block);
            let link = behind.first_chunk::<LINK_BYTES>().expect("a link stands behind each block");
            at = u32::from_le_bytes(*link) as usize;
        }
        let count = block_bytes(last) - usize::from(chain.room);
        bytes.extend_from_slice(&self.pages[at / PAGE_BYTES][at % PAGE_BYTES..][..count]);
    }

    pub fn memory_bytes(&self) -> usize {
        self.pages.len() * PAGE_BYTES
    }

    /// Returns where a new block of so many bytes, with its link behind, starts.
    fn block(&mut self, size: usize) -> u32 {
        let needed = size + LINK_BYTES;
        let end = self.pages.len() * PAGE_BYTES;
        if self.next + needed > end {
            self.next = end;
            self.pages.push(vec![0; PAGE_BYTES].into());
        }
        let start = self.next;
        self.next += needed;
        u32::try_from(start).expect("a segment is written long before it takes so much memory")
    }

    fn piece(&mut self, start: u32, count: usize) -> &mut [u8] {
        let start = start as usize;
        &mut self.pages[start / PAGE_BYTES][start % PAGE_BYTES..][..count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_appended_comes_back(
            pieces in proptest::collection::vec((0_usize..4, 0_usize..40, proptest::bool::weighted(0.02)), 0..300),
        ) {
            let mut chains = Chains::default();
            let mut all: [(Chain, Vec<u8>); 4] = Default::default();
            for (number, (which, length, is_long)) in pieces.into_iter().enumerate() {
                let length = if is_long { length * 3_000 } else { length };
                let piece: Vec<u8> = (0..length).map(|at| (number * 7 + at) as u8).collect();
                let (chain, expected) = &mut all[which];
                let (one, other) = (number % 9, number % 8);
                match ShortBytes::first_of(&piece, one).zip(ShortBytes::first_of(&piece, other)) {
                    Some((first, second)) if number % 2 == 0 => {
                        chains.append_short(chain, first.then(second).unwrap());
                        expected.extend(&piece[..one]);
                        expected.extend(&piece[..other]);
                    }
                    _ => {
                        chains.append(chain, &piece);
                        expected.extend(piece);
                    }
                }
            }
            for (chain, expected) in &all {
                let mut bytes = Vec::new();
                chains.read(chain, &mut bytes);
                assert!(bytes == *expected);
            }
        }
    }

    #[test]
    fn seventeen_bytes_are_not_short() {
        let text = b"abcdefghijklmnop";
        let short = |count| ShortBytes::first_of(text, count).unwrap();
        assert_eq!(short(16).bytes, u128::from_le_bytes(*text));
        assert_eq!(short(2).bytes, u128::from(u16::from_le_bytes(*b"ab")));
        assert!(short(16).then(short(1)).is_none());
        assert_eq!(short(16).then(short(0)).map(|all| all.count), Some(16));
        assert_eq!(short(0).bytes, 0);
        assert!(ShortBytes::first_of(&text[1..], 2).is_none(), "nothing stands behind them");
        assert!(ShortBytes::first_of(&[0; 40], 17).is_none());
    }
}
